//! What the host will check of an assessment (wit/README.md), from the document and the answer alone: for the tests of tax
//! rules, natively; a component never reaches it. The host's own check is another program.

use super::{Assessment, BaseOf, Document, TaxLine};
use crate::decimal::{Rounding, parse};
use crate::{Problem, currency};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A line or a document-level allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum On {
    Line(u32),
    Allowance(u32),
}

fn targets(on: &BaseOf) -> Vec<On> {
    match on {
        BaseOf::Lines(lines) => lines.iter().copied().map(On::Line).collect(),
        BaseOf::Allowance(id) => vec![On::Allowance(*id)],
    }
}

fn d(text: &str) -> Result<Decimal, String> {
    parse(text, "").map_err(|Problem { message, .. }| message)
}

fn same(what: impl FnOnce() -> String, found: Decimal, expected: Decimal) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{}: expected {expected}, found {found}", what()))
}

/// Checks an answer of rules whose tax lines stand on one line each; says the first thing that does not hold.
pub fn check(document: &Document, found: &Assessment) -> Result<(), String> {
    let nets = nets(document, found)?;
    for tax in &found.tax_lines {
        tax_line(document, tax, &nets)?;
    }
    families(found, &nets)?;
    line_taxes(found, &nets)?;
    totals(document, found, &nets)?;
    breakdown(document, found, &nets)?;
    credit(document, found)
}

fn collected(found: &Assessment, by: &str, on: Option<On>) -> Result<Decimal, String> {
    let mut sum = Decimal::ZERO;
    for tax in found.tax_lines.iter().filter(|tax| tax.collected_by == by) {
        if on.is_none_or(|on| targets(&tax.on).contains(&on)) {
            sum += d(&tax.amount)?;
        }
    }
    Ok(sum)
}

/// Net of each line as answered, of each allowance as asked.
fn nets(document: &Document, found: &Assessment) -> Result<BTreeMap<On, Decimal>, String> {
    let asked: Vec<u32> = document.lines.iter().map(|line| line.id).collect();
    let answered: Vec<u32> = found.lines.iter().map(|line| line.line).collect();
    if asked != answered || found.document != document.id {
        return Err(format!("the lines {answered:?} are not those asked for, {asked:?}"));
    }
    let mut nets = BTreeMap::new();
    for line in &found.lines {
        nets.insert(On::Line(line.line), d(&line.net)?);
    }
    for allowance in &document.allowances {
        let amount = d(&allowance.amount)?;
        let mut net = if allowance.charge { amount } else { -amount };
        let on = On::Allowance(allowance.id);
        if document.price_mode == "inclusive" {
            net -= collected(found, "seller", Some(on))?;
        }
        nets.insert(on, net);
    }
    Ok(nets)
}

/// amount = base × rate (fixed: quantity × rate), rounded as stated, give or take the stated delta of at most one unit.
fn tax_line(document: &Document, tax: &TaxLine, nets: &BTreeMap<On, Decimal>) -> Result<(), String> {
    let [on] = targets(&tax.on)[..] else { return Err(format!("{tax:?} stands on several things")) };
    let net = nets.get(&on).copied().ok_or_else(|| format!("{tax:?} stands on nothing asked for"))?;
    let (amount, rate) = (d(&tax.amount)?, d(&tax.rate)?);
    let fixed = tax.method == "fixed";
    let parts = [d(&tax.base)?, d(&tax.exempt_base)?, d(&tax.out_of_scope_base)?, d(&tax.deducted)?];
    let signed = if fixed { amount } else { Decimal::ZERO };
    let against = |part: &Decimal| {
        !part.is_zero() && (net.is_zero() || (*part < Decimal::ZERO) != (net < Decimal::ZERO))
    };
    if parts.iter().chain([&signed]).any(against) {
        return Err(format!("{tax:?} has a part against its net {net}"));
    }
    category(tax, parts, amount, rate)?;
    if tax.collected_by == "seller"
        && !amount.is_zero()
        && tax.included_in_price != (document.price_mode == "inclusive")
    {
        return Err(format!("{tax:?}: included in the price?"));
    }
    if tax.method == "none" {
        return same(|| format!("{tax:?}: a tax of none"), amount + rate, Decimal::ZERO);
    }
    let method = Rounding::by_name(&tax.rounding.method).ok_or_else(|| format!("{tax:?}: no rounding"))?;
    let decimals = document.rounding.decimals.min(currency::decimals(&document.currency));
    if tax.rounding.decimals < decimals {
        return Err(format!("{tax:?} is rounded to fewer decimals than {decimals}"));
    }
    let of = match (&tax.quantity, on) {
        (Some(quantity), On::Line(id)) if fixed => {
            let line = document.lines.iter().find(|line| line.id == id);
            let counted =
                line.is_some_and(|line| line.unit_code == tax.unit_code && line.quantity == *quantity);
            if !counted {
                return Err(format!("{tax:?}: its quantity is not the line's"));
            }
            d(quantity)?
        }
        (None, _) if !fixed => parts[0],
        _ => return Err(format!("{tax:?}: a fixed tax has a quantity, no other does")),
    };
    let delta = tax.rounding_delta.as_deref().map_or(Ok(Decimal::ZERO), d)?;
    if delta.abs() > Decimal::new(1, decimals) {
        return Err(format!("{tax:?}: the delta is more than a unit"));
    }
    same(|| format!("{tax:?}: amount"), amount, method.round(of * rate, tax.rounding.decimals) + delta)
}

/// The explicit treatment binds the columns.
fn category(tax: &TaxLine, parts: [Decimal; 4], amount: Decimal, rate: Decimal) -> Result<(), String> {
    let [base, exempt, outside, deducted] = parts;
    let charged = if tax.collected_by == "seller" { amount } else { Decimal::ZERO };
    let zero: &[Decimal] = match tax.category.as_str() {
        "exempt" => &[rate, base, outside, deducted],
        "out-of-scope" => &[rate, base, exempt, deducted],
        "zero" | "export" | "intra-community" => &[rate, exempt, outside],
        "standard" | "reduced" | "simplified" => &[exempt, outside],
        "reverse-charge" => &[charged, exempt, outside],
        _ => &[],
    };
    if zero.iter().all(Decimal::is_zero) {
        return Ok(());
    }
    Err(format!("{tax:?}: the figures are not those of its category"))
}

/// For each (authority, kind) on a thing: its bases are the net, with the taxes it compounds on; and everything is treated.
fn families(found: &Assessment, nets: &BTreeMap<On, Decimal>) -> Result<(), String> {
    for (on, net) in nets {
        let here: Vec<&TaxLine> =
            found.tax_lines.iter().filter(|tax| targets(&tax.on).contains(on)).collect();
        let families: BTreeSet<(&str, &str)> =
            here.iter().map(|tax| (tax.authority.as_str(), tax.kind.as_str())).collect();
        if families.is_empty() {
            return Err(format!("{on:?} bears no tax line"));
        }
        for family in families {
            let own = |tax: &&&TaxLine| (tax.authority.as_str(), tax.kind.as_str()) == family;
            let mut expected = *net;
            let codes: BTreeSet<&String> = here.iter().filter(own).flat_map(|tax| &tax.compound_on).collect();
            for code in codes {
                let below: Vec<&&TaxLine> =
                    here.iter().filter(|tax| tax.code == *code && !own(tax)).collect();
                if below.is_empty() {
                    return Err(format!("{on:?} {family:?} compounds on {code}, which is not there"));
                }
                for tax in below {
                    expected += d(&tax.amount)?;
                }
            }
            let mut whole = Decimal::ZERO;
            for tax in here.iter().filter(own) {
                whole +=
                    d(&tax.base)? + d(&tax.exempt_base)? + d(&tax.out_of_scope_base)? + d(&tax.deducted)?;
            }
            same(|| format!("{on:?} {family:?}: bases"), whole, expected)?;
        }
    }
    Ok(())
}

/// gross − net of each line is what the seller collects on it, never against its net.
fn line_taxes(found: &Assessment, nets: &BTreeMap<On, Decimal>) -> Result<(), String> {
    for line in &found.lines {
        let on = On::Line(line.line);
        let (net, gross) = (nets.get(&on).copied().unwrap_or_default(), d(&line.gross)?);
        let tax = gross - net;
        same(|| format!("line {}: gross − net", line.line), tax, collected(found, "seller", Some(on))?)?;
        if !tax.is_zero() && (net.is_zero() || (tax < Decimal::ZERO) != (net < Decimal::ZERO)) {
            return Err(format!("line {}: tax {tax} against its net {net}", line.line));
        }
    }
    Ok(())
}

fn totals(document: &Document, found: &Assessment, nets: &BTreeMap<On, Decimal>) -> Result<(), String> {
    let of = |lines: bool| -> Decimal {
        nets.iter().filter(|(on, _)| matches!(on, On::Line(_)) == lines).map(|(_, net)| *net).sum()
    };
    let totals = &found.totals;
    let (tax, withheld) = (collected(found, "seller", None)?, collected(found, "withheld", None)?);
    let prepaid = document.prepaid.as_deref().map_or(Ok(Decimal::ZERO), d)?;
    let net = of(true) + of(false);
    let expected = [
        ("lines", d(&totals.lines)?, of(true)),
        ("charges − allowances", d(&totals.charges)? - d(&totals.allowances)?, of(false)),
        ("net", d(&totals.net)?, net),
        ("tax", d(&totals.tax)?, tax),
        ("gross", d(&totals.gross)?, net + tax),
        ("withheld", d(&totals.withheld)?, withheld),
        ("prepaid", d(&totals.prepaid)?, prepaid),
        ("payable", d(&totals.payable)?, net + tax - withheld - prepaid),
        ("payable rounding", d(&totals.payable_rounding)?, Decimal::ZERO),
    ];
    expected
        .into_iter()
        .try_for_each(|(name, found, wanted)| same(|| format!("totals, {name}"), found, wanted))
}

/// The breakdown sums the tax lines.
fn breakdown(document: &Document, found: &Assessment, nets: &BTreeMap<On, Decimal>) -> Result<(), String> {
    let (mut base, mut amount) = (Decimal::ZERO, Decimal::ZERO);
    for total in &found.breakdown {
        base += d(&total.base)? + d(&total.exempt_base)? + d(&total.out_of_scope_base)?;
        amount += d(&total.amount)?;
    }
    let (mut bases, mut amounts) = (Decimal::ZERO, Decimal::ZERO);
    for tax in &found.tax_lines {
        bases += d(&tax.base)? + d(&tax.exempt_base)? + d(&tax.out_of_scope_base)?;
        amounts += d(&tax.amount)?;
    }
    same(|| format!("breakdown of {} things, bases", nets.len() + document.lines.len()), base, bases)?;
    same(|| "breakdown, amounts".to_owned(), amount, amounts)
}

/// With what was credited before, a credit takes back no more of any column than its original has.
fn credit(document: &Document, found: &Assessment) -> Result<(), String> {
    let Some(original) = document.original.as_ref().filter(|_| super::is_correction(document)) else {
        return Ok(());
    };
    type Sums<'a> = BTreeMap<(&'a str, &'a str, &'a str), ([Decimal; 5], i64)>;
    fn add<'a>(
        sums: &mut Sums<'a>,
        key: (&'a str, &'a str, &'a str),
        figures: [&str; 5],
    ) -> Result<(), String> {
        let (sum, rows) = sums.entry(key).or_default();
        *rows += 1;
        sum.iter_mut().zip(figures).try_for_each(|(sum, figure)| d(figure).map(|figure| *sum += figure))
    }
    let (mut charged, mut credited): (Sums<'_>, Sums<'_>) = Default::default();
    for (taxes, sums) in [(&original.tax, &mut charged), (&document.already_credited, &mut credited)] {
        for t in taxes {
            let figures = [&t.base, &t.deducted, &t.exempt_base, &t.out_of_scope_base, &t.amount];
            add(sums, (&t.authority, &t.kind, &t.code), figures.map(String::as_str))?;
        }
    }
    for t in &found.tax_lines {
        let figures = [&t.base, &t.deducted, &t.exempt_base, &t.out_of_scope_base, &t.amount];
        add(&mut credited, (&t.authority, &t.kind, &t.code), figures.map(String::as_str))?;
    }
    for (key, (found, rows)) in credited {
        let (left, _) = charged.get(&key).copied().unwrap_or_default();
        for (index, (found, left)) in found.into_iter().zip(left).enumerate() {
            let rounds = document.price_mode == "inclusive" && index != 4 && !left.is_zero();
            let decimals = currency::decimals(&document.currency);
            let slack = if rounds { Decimal::new(rows, decimals) } else { Decimal::ZERO };
            let (low, high) =
                if left < Decimal::ZERO { (left - slack, slack) } else { (-slack, left + slack) };
            if found < low || found > high {
                return Err(format!(
                    "{key:?}: column {index} is credited with {found}, the original has {left}"
                ));
            }
        }
    }
    Ok(())
}
