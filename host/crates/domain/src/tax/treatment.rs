//! Tax lines: what each states, that together they treat every line of the document, and that each one's amount
//! is its own base × rate.

use super::accept::{amount, exact_product};
use super::accepted::{AcceptedTax, CollectedBy, TaxError};
use super::{PriceMode, RawAssessment, RawTaxLine, TaxDocument, TaxOn};
use money::{Currency, Minor, Money, Rounding, parse_decimal};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a tax can stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Line(u32),
    Allowance(u32),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Line(id) => write!(f, "line {id}"),
            Target::Allowance(id) => write!(f, "allowance {id}"),
        }
    }
}

/// Tax lines that share targets, directly or through each other: only their sums can be checked together.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub targets: BTreeSet<Target>,
    pub taxes: Vec<&'a AcceptedTax>,
}

pub(super) fn targets(on: &TaxOn) -> Vec<Target> {
    match on {
        TaxOn::Lines(lines) => lines.iter().map(|l| Target::Line(*l)).collect(),
        TaxOn::Allowance(id) => vec![Target::Allowance(*id)],
    }
}

pub(super) fn place(targets: &BTreeSet<Target>) -> String {
    targets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
}

/// The connected groups of `taxes`.
pub(super) fn groups<'a>(taxes: &[&'a AcceptedTax]) -> Vec<Group<'a>> {
    // label of a target → label of the group it was joined to; a root is its own
    let mut joined: BTreeMap<Target, Target> = BTreeMap::new();
    for tax in taxes {
        let mut first = None;
        for target in targets(&tax.on) {
            joined.entry(target).or_insert(target);
            let root = root(&joined, target);
            let first = *first.get_or_insert(root);
            joined.insert(root, first);
        }
    }
    let mut groups: BTreeMap<Target, Group<'a>> = BTreeMap::new();
    for tax in taxes {
        let targets = targets(&tax.on);
        let Some(first) = targets.first() else { continue };
        let group = groups
            .entry(root(&joined, *first))
            .or_insert_with(|| Group { targets: BTreeSet::new(), taxes: Vec::new() });
        group.targets.extend(targets);
        group.taxes.push(*tax);
    }
    groups.into_values().collect()
}

fn root(joined: &BTreeMap<Target, Target>, mut target: Target) -> Target {
    while let Some(next) = joined.get(&target).filter(|next| **next != target) {
        target = *next;
    }
    target
}

/// Reads the guest's tax lines: names that decide arithmetic must be known, amounts exact, targets real.
pub(super) fn read(request: &TaxDocument, answer: &RawAssessment) -> Result<Vec<AcceptedTax>, TaxError> {
    let mut known: BTreeSet<Target> = request.lines.iter().map(|l| Target::Line(l.id)).collect();
    known.extend(request.allowances.iter().map(|a| Target::Allowance(a.id)));
    answer
        .tax_lines
        .iter()
        .enumerate()
        .map(|(index, raw)| {
            check_targets(index, raw, &known)?;
            read_line(request, index, raw)
        })
        .collect()
}

fn check_targets(index: usize, raw: &RawTaxLine, known: &BTreeSet<Target>) -> Result<(), TaxError> {
    let mut seen = BTreeSet::new();
    for target in targets(&raw.on) {
        if !known.contains(&target) || !seen.insert(target) {
            let (what, ordinal) = match target {
                Target::Line(id) => ("line", id),
                Target::Allowance(id) => ("allowance", id),
            };
            return Err(TaxError::StandsOnUnknown { tax_line: index, what, ordinal });
        }
    }
    if seen.is_empty() { Err(TaxError::StandsOnNothing { tax_line: index }) } else { Ok(()) }
}

fn read_line(request: &TaxDocument, index: usize, raw: &RawTaxLine) -> Result<AcceptedTax, TaxError> {
    let names = [
        ("authority", &raw.authority),
        ("kind", &raw.kind),
        ("code", &raw.code),
        ("category", &raw.category),
    ];
    if let Some((field, _)) = names.into_iter().find(|(_, name)| name.is_empty()) {
        return Err(TaxError::Unstated { tax_line: index, field });
    }
    let unknown = |field, found: &str, known| TaxError::UnknownName {
        tax_line: index,
        field,
        found: found.chars().take(40).collect(),
        known,
    };
    if !["percent-of-base", "fixed", "none"].contains(&raw.method.as_str()) {
        return Err(unknown("method", &raw.method, "percent-of-base, fixed, none"));
    }
    if !["line", "document"].contains(&raw.rounding.level.as_str()) {
        return Err(unknown("rounding level", &raw.rounding.level, "line, document"));
    }
    if Rounding::by_name(&raw.rounding.method).is_none() {
        return Err(unknown("rounding method", &raw.rounding.method, "half-up, half-even, down, up"));
    }
    let collected_by = CollectedBy::by_name(&raw.collected_by)
        .ok_or_else(|| unknown("collected-by", &raw.collected_by, "seller, buyer, withheld"))?;
    let (currency, decimals) = (request.currency, request.currency.decimals());
    let (found, asked) = (raw.rounding.decimals, request.rounding.decimals.min(decimals));
    if found > decimals || found < asked {
        return Err(TaxError::RoundingDecimals { tax_line: index, found, currency, asked, decimals });
    }
    let place = || format!("tax line {index}");
    let minor = |field, text: &str| amount(place, field, text, currency);
    let rate = parse_decimal(&raw.rate).map_err(|source| TaxError::Amount {
        place: place(),
        field: "rate",
        source,
    })?;
    if rate.is_sign_negative() && !rate.is_zero() {
        return Err(TaxError::NegativeRate { tax_line: index, found: rate });
    }
    let accepted = AcceptedTax {
        on: raw.on.clone(),
        authority: raw.authority.clone(),
        jurisdiction: raw.jurisdiction.clone(),
        kind: raw.kind.clone(),
        code: raw.code.clone(),
        category: raw.category.clone(),
        rate,
        method: raw.method.clone(),
        base: minor("base", &raw.base)?,
        exempt_base: minor("exempt-base", &raw.exempt_base)?,
        out_of_scope_base: minor("out-of-scope-base", &raw.out_of_scope_base)?,
        deducted: minor("deducted", &raw.deducted)?,
        amount: minor("amount", &raw.amount)?,
        amount_in_tax_currency: None,
        collected_by,
        included_in_price: raw.included_in_price,
        compound_on: raw.compound_on.clone(),
        exemption_code: raw.exemption_code.clone(),
        reason: raw.reason.clone(),
        legal_reference: raw.legal_reference.clone(),
        report_codes: raw.report_codes.clone(),
    };
    check_category(currency, index, &accepted)?;
    check_price_mode(request, index, &accepted)?;
    let amount_in_tax_currency = in_tax_currency(request, index, raw, &accepted)?;
    Ok(AcceptedTax { amount_in_tax_currency, ..accepted })
}

/// A category of the register binds the columns: an exempt line with a taxable base would be reported as exempt and
/// bear tax. Names outside of the register bind nothing.
fn check_category(currency: Currency, index: usize, tax: &AcceptedTax) -> Result<(), TaxError> {
    let rate = ("rate", tax.rate);
    let base = ("base", tax.base.to_decimal(currency));
    let exempt = ("exempt-base", tax.exempt_base.to_decimal(currency));
    let outside = ("out-of-scope-base", tax.out_of_scope_base.to_decimal(currency));
    let deducted = ("deducted", tax.deducted.to_decimal(currency));
    let charged = if tax.collected_by == CollectedBy::Seller { tax.amount } else { Minor::ZERO };
    let zero: &[(&'static str, Decimal)] = match tax.category.as_str() {
        "exempt" => &[rate, base, outside, deducted],
        "out-of-scope" => &[rate, base, exempt, deducted],
        "zero" | "export" | "intra-community" => &[rate, exempt, outside],
        "standard" | "reduced" | "simplified" => &[exempt, outside],
        // the buyer owes it: the seller charges nothing
        "reverse-charge" => &[("amount", charged.to_decimal(currency)), exempt, outside],
        _ => &[],
    };
    match zero.iter().find(|(_, figure)| !figure.is_zero()) {
        Some((field, found)) => {
            let (category, found) = (tax.category.clone(), money::normal_form(*found));
            Err(TaxError::Category { tax_line: index, category, field, found })
        }
        None => Ok(()),
    }
}

/// A tax that the seller charges is inside the price or on top of it, as the document says. Without an amount, or
/// collected by another, there is nothing to include.
fn check_price_mode(request: &TaxDocument, index: usize, tax: &AcceptedTax) -> Result<(), TaxError> {
    let expected = request.price_mode == PriceMode::Inclusive;
    let charged = tax.collected_by == CollectedBy::Seller && !tax.amount.is_zero();
    if charged && tax.included_in_price != expected {
        return Err(TaxError::PriceMode { tax_line: index, expected, found: tax.included_in_price });
    }
    Ok(())
}

/// The amount in tax currency is the amount × the request's rate (tax currency for one unit of the document's),
/// rounded to its minor unit by the tax line's own method.
fn in_tax_currency(
    request: &TaxDocument,
    index: usize,
    raw: &RawTaxLine,
    tax: &AcceptedTax,
) -> Result<Option<Minor>, TaxError> {
    let Some(text) = &raw.amount_in_tax_currency else { return Ok(None) };
    let (Some(currency), Some(fx), Some(rounding)) =
        (request.tax_currency, &request.tax_fx, Rounding::by_name(&raw.rounding.method))
    else {
        return Err(TaxError::NoTaxCurrency { tax_line: index });
    };
    let found = amount(|| format!("tax line {index}"), "amount-in-tax-currency", text, currency)?;
    let value = exact_product(tax.amount.to_decimal(request.currency), fx.rate)?;
    let expected = Money::rounded(value, currency, rounding)?.minor();
    if found != expected {
        let show = |minor: Minor| minor.format(currency);
        return Err(TaxError::TaxCurrency { tax_line: index, expected: show(expected), found: show(found) });
    }
    Ok(Some(found))
}

/// Every line, allowance and charge is treated, in whole, by every (authority, kind) that treats it at all; and
/// each tax line's amount is its own arithmetic.
pub(super) fn check(
    request: &TaxDocument,
    answer: &RawAssessment,
    taxes: &[AcceptedTax],
    nets: &BTreeMap<Target, Minor>,
) -> Result<(), TaxError> {
    let treated: BTreeSet<Target> = taxes.iter().flat_map(|t| targets(&t.on)).collect();
    if let Some(untreated) = nets.keys().find(|target| !treated.contains(target)) {
        return Err(TaxError::Untreated { place: untreated.to_string() });
    }
    let on_target = OnTarget::index(taxes)?;
    let mut kinds: BTreeMap<(&str, &str), Vec<&AcceptedTax>> = BTreeMap::new();
    for tax in taxes {
        kinds.entry((&tax.authority, &tax.kind)).or_default().push(tax);
    }
    for ((authority, kind), of_kind) in kinds {
        for group in groups(&of_kind) {
            check_group(request.currency, (authority, kind), &group, &on_target, nets)?;
        }
    }
    for (index, (tax, raw)) in taxes.iter().zip(&answer.tax_lines).enumerate() {
        check_signs(request.currency, index, tax, nets)?;
        check_arithmetic(request, index, tax, raw)?;
    }
    Ok(())
}

/// Tax lines on one line or allowance: those that compound are compared with the others there.
const TAX_LINES_ON_ONE_MAX: usize = 256;

/// The tax lines by what they stand on, to find those that another compounds on without looking at all of them.
struct OnTarget<'a> {
    taxes: Vec<(&'a AcceptedTax, Vec<Target>)>,
    on: BTreeMap<Target, Vec<usize>>,
}

impl<'a> OnTarget<'a> {
    fn index(taxes: &'a [AcceptedTax]) -> Result<Self, TaxError> {
        let taxes: Vec<(&AcceptedTax, Vec<Target>)> = taxes.iter().map(|t| (t, targets(&t.on))).collect();
        let mut on: BTreeMap<Target, Vec<usize>> = BTreeMap::new();
        for (index, (_, targets)) in taxes.iter().enumerate() {
            for target in targets {
                let of_target = on.entry(*target).or_default();
                of_target.push(index);
                if of_target.len() > TAX_LINES_ON_ONE_MAX {
                    let (found, tax_lines_max) = (of_target.len(), TAX_LINES_ON_ONE_MAX);
                    return Err(TaxError::TooManyTaxLines { found, tax_lines_max });
                }
            }
        }
        Ok(OnTarget { taxes, on })
    }

    /// By code, the tax lines that stand on nothing but targets of the group.
    fn within(&self, group: &Group<'_>) -> BTreeMap<&'a str, Vec<&'a AcceptedTax>> {
        let indexes: BTreeSet<usize> =
            group.targets.iter().filter_map(|target| self.on.get(target)).flatten().copied().collect();
        let mut by_code: BTreeMap<&str, Vec<&AcceptedTax>> = BTreeMap::new();
        for (tax, targets) in indexes.into_iter().filter_map(|index| self.taxes.get(index)) {
            if targets.iter().all(|t| group.targets.contains(t)) {
                by_code.entry(&tax.code).or_default().push(tax);
            }
        }
        by_code
    }
}

/// base + exempt + out of scope + deducted = net; where a tax compounds, its base also holds the taxes it names.
fn check_group(
    currency: Currency,
    (authority, kind): (&str, &str),
    group: &Group<'_>,
    on_target: &OnTarget<'_>,
    nets: &BTreeMap<Target, Minor>,
) -> Result<(), TaxError> {
    let net = Minor::sum(group.targets.iter().filter_map(|t| nets.get(t).copied()))?;
    let codes: BTreeSet<&str> =
        group.taxes.iter().flat_map(|t| t.compound_on.iter().map(String::as_str)).collect();
    let within = if codes.is_empty() { BTreeMap::new() } else { on_target.within(group) };
    let mut expected = net;
    for code in codes {
        let mut below = within
            .get(code)
            .into_iter()
            .flatten()
            .filter(|t| (t.authority.as_str(), t.kind.as_str()) != (authority, kind))
            .peekable();
        if below.peek().is_none() {
            let compounds = |(t, _): &(&AcceptedTax, Vec<Target>)| {
                t.compound_on.iter().any(|c| c == code) && same_group(t, group)
            };
            let tax_line = on_target.taxes.iter().position(compounds).unwrap_or_default();
            return Err(TaxError::CompoundUnknown { tax_line, code: code.to_owned() });
        }
        expected = expected.add(Minor::sum(below.map(|t| t.amount))?)?;
    }
    let mut found = Minor::ZERO;
    for tax in &group.taxes {
        found = Minor::sum([found, tax.base, tax.exempt_base, tax.out_of_scope_base, tax.deducted])?;
    }
    if found != expected {
        return Err(TaxError::Treatment {
            place: place(&group.targets),
            authority: authority.to_owned(),
            kind: kind.to_owned(),
            expected: expected.format(currency),
            found: found.format(currency),
        });
    }
    Ok(())
}

fn same_group(tax: &AcceptedTax, group: &Group<'_>) -> bool {
    group.taxes.iter().any(|t| std::ptr::eq(*t, tax))
}

/// No part of a net may be against its sign: +200 exempt and −100 taxable are no treatment of 100.
fn check_signs(
    currency: Currency,
    index: usize,
    tax: &AcceptedTax,
    nets: &BTreeMap<Target, Minor>,
) -> Result<(), TaxError> {
    let net = Minor::sum(targets(&tax.on).iter().filter_map(|t| nets.get(t).copied()))?;
    let fixed = if tax.method == "fixed" { tax.amount } else { Minor::ZERO };
    let parts = [
        ("base", tax.base),
        ("exempt-base", tax.exempt_base),
        ("out-of-scope-base", tax.out_of_scope_base),
        ("deducted", tax.deducted),
        ("amount", fixed),
    ];
    let against = |part: Minor| !part.is_zero() && part.get().signum() != net.get().signum();
    match parts.into_iter().find(|(_, part)| against(*part)) {
        Some((field, part)) => {
            let (found, net) = (part.format(currency), net.format(currency));
            Err(TaxError::Sign { tax_line: index, field, found, net })
        }
        None => Ok(()),
    }
}

/// amount = base × rate (of a fixed tax quantity × rate), rounded as the tax line states, give or take its stated delta
/// of at most one unit of the decimals asked for, for each line it stands on: the remainder of a tax that was rounded for the whole document, taken
/// out of a gross, or the last of several credits.
fn check_arithmetic(
    request: &TaxDocument,
    index: usize,
    tax: &AcceptedTax,
    raw: &RawTaxLine,
) -> Result<(), TaxError> {
    let currency = request.currency;
    if tax.method != "fixed" && raw.quantity.is_some() {
        return Err(TaxError::QuantityWithoutFixed { tax_line: index });
    }
    let show = |minor: Minor| minor.format(currency);
    if tax.method == "none" {
        let figure =
            if tax.amount.is_zero() { ("rate", tax.rate.to_string()) } else { ("amount", show(tax.amount)) };
        if !tax.amount.is_zero() || !tax.rate.is_zero() {
            return Err(TaxError::NoneWithFigure { tax_line: index, field: figure.0, found: figure.1 });
        }
        return Ok(());
    }
    // `read` has refused every other name
    let Some(rounding) = Rounding::by_name(&raw.rounding.method) else { return Ok(()) };
    let fixed = tax.method == "fixed";
    let of = if fixed { fixed_quantity(request, index, raw)? } else { tax.base.to_decimal(currency) };
    let delta = match &raw.rounding_delta {
        Some(text) => amount(|| format!("tax line {index}"), "rounding-delta", text, currency)?.abs()?,
        None => Minor::ZERO,
    };
    let decimals = request.rounding.decimals.min(currency.decimals());
    let unit = Money::from_decimal(Decimal::new(1, decimals), currency)?.minor();
    let delta_max = Minor::sum(targets(&tax.on).iter().map(|_| unit))?;
    if delta > delta_max {
        return Err(TaxError::RoundingDelta {
            tax_line: index,
            expected: show(delta_max),
            found: show(delta),
        });
    }
    let product = exact_product(of, tax.rate)?;
    let expected = Money::from_decimal(rounding.round(product, raw.rounding.decimals), currency)?.minor();
    if tax.amount.sub(expected)?.abs()? > delta {
        return Err(TaxError::Arithmetic {
            tax_line: index,
            base: if fixed { money::normal_form(of) } else { show(tax.base) },
            rate: tax.rate,
            expected: show(expected),
            found: show(tax.amount),
            delta: show(delta),
        });
    }
    Ok(())
}

/// The quantity that a fixed tax states: that of the lines it stands on, which all count in its unit.
fn fixed_quantity(request: &TaxDocument, index: usize, raw: &RawTaxLine) -> Result<Decimal, TaxError> {
    let (Some(quantity), Some(unit), TaxOn::Lines(on)) = (&raw.quantity, &raw.unit_code, &raw.on) else {
        return Err(TaxError::FixedWithoutQuantity { tax_line: index });
    };
    let place = || format!("tax line {index}");
    let found = parse_decimal(quantity).map_err(|source| TaxError::Amount {
        place: place(),
        field: "quantity",
        source,
    })?;
    let mut expected = Decimal::ZERO;
    let counts = |line: &&super::TaxLine| on.contains(&line.id) && line.unit_code.as_ref() == Some(unit);
    for line in request.lines.iter().filter(counts) {
        expected = expected.checked_add(line.quantity).ok_or(money::MoneyError::Overflow)?;
    }
    let all = request.lines.iter().filter(|line| on.contains(&line.id)).all(|line| counts(&line));
    if found != expected || !all {
        return Err(TaxError::FixedQuantity { tax_line: index, unit: unit.clone(), expected, found });
    }
    Ok(found)
}

#[cfg(test)]
#[path = "treatment_tests.rs"]
mod tests;
