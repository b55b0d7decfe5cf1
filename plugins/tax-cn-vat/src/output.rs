//! The assessment as the host reads it: tax lines, totals, breakdown, required texts, explanations.

use crate::amounts::{Part, Place, Rounded};
use crate::category::Treatment;
use crate::credit;
use zhangben_sdk::decimal::{Rounding, add, fixed_text, mul, parse_opt, short_text, sub};
use zhangben_sdk::tax::{
    Assessment, BaseOf, CategoryTotal, Document, LineNet, RequiredText, Rounding as StatedRounding, TaxLine,
    Totals,
};
use zhangben_sdk::{Decimal, Explanation, Problem, Warning, explain, warning};

/// 国家税务总局, which collects the tax through its local offices.
const AUTHORITY: &str = "CN:STA";
const KIND: &str = "vat";
/// The tax is stated in yuan.
const TAX_CURRENCY: &str = "CNY";
const TAX_CURRENCY_DECIMALS: u32 = 2;

/// Puts the parts together.
pub fn assessment(
    document: &Document,
    parts: &[Part],
    rounded: Rounded,
    path: &str,
    mut warnings: Vec<Warning>,
) -> Result<Assessment, Problem> {
    let money = |value: Decimal| fixed_text(value, rounded.currency_decimals);
    let mut lines = Vec::with_capacity(document.lines.len());
    let mut tax_lines = Vec::with_capacity(parts.len());
    let mut explanations = Vec::with_capacity(parts.len());
    for part in parts {
        let on = match part.place {
            Place::Line(index) => {
                let id = document.lines.get(index).map_or(0, |line| line.id);
                lines.push(LineNet {
                    line: id,
                    net: money(part.net()?),
                    gross: money(part.gross()?),
                    ext: Vec::new(),
                });
                BaseOf::Lines(vec![id])
            }
            Place::Allowance(index) => {
                BaseOf::Allowance(document.allowances.get(index).map_or(0, |allowance| allowance.id))
            }
        };
        tax_lines.push(tax_line(document, part, on, rounded)?);
        explanations.push(explanation(part, rounded));
    }
    if document.currency != TAX_CURRENCY && tax_rate(document, path)?.is_none() {
        let message = "the document is not in CNY and states no rate into CNY: the tax has no amount in CNY";
        warnings.push(warning("no-tax-currency-rate", message).at(format!("{path}/tax_fx")).warn());
    }
    Ok(Assessment {
        document: document.id,
        lines,
        tax_lines,
        totals: totals(document, parts, rounded, path)?,
        breakdown: breakdown(parts, rounded)?,
        required_texts: required_texts(document, parts, rounded),
        explanations,
        warnings,
        ext: Vec::new(),
    })
}

/// (base, exempt base, out-of-scope base): a treatment fills one of them.
const fn columns(treatment: Treatment, base: Decimal) -> (Decimal, Decimal, Decimal) {
    let zero = Decimal::ZERO;
    match treatment {
        Treatment::Exempt => (zero, base, zero),
        Treatment::OutOfScope => (zero, zero, base),
        _ => (base, zero, zero),
    }
}

fn tax_line(document: &Document, part: &Part, on: BaseOf, rounded: Rounded) -> Result<TaxLine, Problem> {
    let money = |value: Decimal| fixed_text(value, rounded.currency_decimals);
    let applied = &part.applied;
    let (base, exempt, out_of_scope) = columns(applied.treatment, part.base);
    let untaxed = matches!(applied.treatment, Treatment::Exempt | Treatment::OutOfScope);
    let delta = sub(part.tax, part.own_tax(rounded)?, &part.path)?;
    let in_tax_currency = tax_rate(document, &part.path)?
        .map(|rate| {
            let exact = mul(part.tax, rate, &part.path)?;
            Ok(fixed_text(rounded.method.round(exact, TAX_CURRENCY_DECIMALS), TAX_CURRENCY_DECIMALS))
        })
        .transpose()?;
    Ok(TaxLine {
        on,
        authority: AUTHORITY.to_owned(),
        jurisdiction: "CN".to_owned(),
        level: "country".to_owned(),
        kind: KIND.to_owned(),
        code: applied.code.clone(),
        category: applied.treatment.name().to_owned(),
        rate: short_text(applied.rate),
        method: if untaxed { "none" } else { "percent-of-base" }.to_owned(),
        quantity: None,
        unit_code: None,
        base: money(base),
        deducted: money(part.deducted),
        exempt_base: money(exempt),
        out_of_scope_base: money(out_of_scope),
        amount: money(part.tax),
        amount_unrounded: (!untaxed && !rounded.inclusive)
            .then(|| mul(part.base, applied.rate, &part.path).map(short_text))
            .transpose()?,
        amount_in_tax_currency: in_tax_currency,
        collected_by: "seller".to_owned(),
        displayed: true,
        included_in_price: rounded.inclusive,
        compound_on: Vec::new(),
        recoverable: applied.treatment.is_taxed(),
        exemption_code: applied.exemption_code.clone(),
        reason: applied.reason.clone(),
        legal_reference: applied.citation.clone(),
        rounding: StatedRounding {
            method: rounded.method.name().to_owned(),
            level: rounded.level.name().to_owned(),
            decimals: rounded.decimals,
        },
        rounding_delta: (!delta.is_zero()).then(|| money(delta)),
        report_codes: Vec::new(),
        ext: Vec::new(),
    })
}

/// CNY for one unit of the document's currency, where the document states it.
fn tax_rate(document: &Document, path: &str) -> Result<Option<Decimal>, Problem> {
    let wanted = document.currency != TAX_CURRENCY && document.tax_currency.as_deref() == Some(TAX_CURRENCY);
    let fx = document.tax_fx.as_ref().filter(|_| wanted);
    parse_opt(fx.map(|fx| fx.rate.as_str()), &format!("{path}/tax_fx/rate"))
}

/// net = lines − allowances + charges; gross = net + tax; payable = gross − prepaid.
fn totals(document: &Document, parts: &[Part], rounded: Rounded, path: &str) -> Result<Totals, Problem> {
    let money = |value: Decimal| fixed_text(value, rounded.currency_decimals);
    let (mut lines, mut allowances, mut charges, mut tax) =
        (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for part in parts {
        let net = part.net()?;
        tax = add(tax, part.tax, path)?;
        match part.place {
            Place::Line(_) => lines = add(lines, net, path)?,
            Place::Allowance(index) if document.allowances.get(index).is_some_and(|a| a.charge) => {
                charges = add(charges, net, path)?;
            }
            Place::Allowance(_) => allowances = sub(allowances, net, path)?,
        }
    }
    let net = add(sub(lines, allowances, path)?, charges, path)?;
    let gross = add(net, tax, path)?;
    let prepaid = parse_opt(document.prepaid.as_deref(), &format!("{path}/prepaid"))?.unwrap_or_default();
    let payable = sub(gross, prepaid, path)?;
    Ok(Totals {
        lines: money(lines),
        allowances: money(allowances),
        charges: money(charges),
        net: money(net),
        tax: money(tax),
        gross: money(gross),
        withheld: money(Decimal::ZERO),
        prepaid: money(prepaid),
        payable_rounding: money(Decimal::ZERO),
        payable: money(payable),
        ext: Vec::new(),
    })
}

/// By category, code and rate, in the order in which they first appear.
fn breakdown(parts: &[Part], rounded: Rounded) -> Result<Vec<CategoryTotal>, Problem> {
    let mut sums: Vec<(&Part, Decimal, Decimal)> = Vec::new();
    for part in parts {
        let same = |(other, _, _): &&mut (&Part, Decimal, Decimal)| {
            other.applied.code == part.applied.code
                && other.applied.rate == part.applied.rate
                && other.applied.treatment == part.applied.treatment
        };
        match sums.iter_mut().find(same) {
            Some((_, base, tax)) => {
                *base = add(*base, part.base, &part.path)?;
                *tax = add(*tax, part.tax, &part.path)?;
            }
            None => sums.push((part, part.base, part.tax)),
        }
    }
    let total = |(part, base, tax): (&Part, Decimal, Decimal)| CategoryTotal {
        authority: AUTHORITY.to_owned(),
        kind: KIND.to_owned(),
        category: part.applied.treatment.name().to_owned(),
        code: part.applied.code.clone(),
        rate: short_text(part.applied.rate),
        base: fixed_text(columns(part.applied.treatment, base).0, rounded.currency_decimals),
        exempt_base: fixed_text(columns(part.applied.treatment, base).1, rounded.currency_decimals),
        out_of_scope_base: fixed_text(columns(part.applied.treatment, base).2, rounded.currency_decimals),
        amount: fixed_text(tax, rounded.currency_decimals),
        ext: Vec::new(),
    };
    Ok(sums.into_iter().map(total).collect())
}

/// What the remarks of the invoice must say.
fn required_texts(document: &Document, parts: &[Part], rounded: Rounded) -> Vec<RequiredText> {
    let text =
        |text: String| RequiredText { language: "zh-CN".to_owned(), text, citation: None, ext: Vec::new() };
    let deducted = parts
        .iter()
        .filter(|part| !part.deducted.is_zero())
        .map(|part| text(format!("差额征税：{}。", fixed_text(part.deducted, rounded.currency_decimals))));
    let corrects = document.original.as_ref().filter(|_| credit::is_correction(document));
    let corrected = corrects.map(|original| text(format!("红字冲销，对应发票号码：{}。", original.number)));
    deducted.chain(corrected).collect()
}

fn explanation(part: &Part, rounded: Rounded) -> Explanation {
    let applied = &part.applied;
    let key = match (applied.treatment, rounded.inclusive) {
        (Treatment::Zero, _) => "tax.cn.zero",
        (Treatment::Exempt, _) => "tax.cn.exempt",
        (Treatment::OutOfScope, _) => "tax.cn.out-of-scope",
        (_, true) => "tax.cn.out-of-gross",
        (_, false) => "tax.cn.on-net",
    };
    let half_up = rounded.method == Rounding::HalfUp;
    explain(part.path.clone(), applied.rule, key)
        .cite(applied.citation.clone())
        .text("code", applied.code.clone())
        .number("value", part.value)
        .number("base", part.base)
        .number("rate", applied.rate)
        .number("tax", part.tax)
        .text("rounding", if half_up { "四舍五入" } else { rounded.method.name() })
        .build()
}
