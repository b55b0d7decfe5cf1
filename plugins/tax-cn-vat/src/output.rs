//! The assessment as the host reads it: tax lines, totals, breakdown, required texts, explanations.

use crate::amounts::Part;
use crate::category::Treatment;
use zhangben_sdk::decimal::{Rounding, add, mul, short_text, sub};
use zhangben_sdk::tax::{
    Assessment, BaseOf, CategoryTotal, Document, LineNet, RequiredText, Target, TaxLine, Terms, columns,
    in_tax_currency, is_correction, tax_rate, totals,
};
use zhangben_sdk::{Decimal, Explanation, Problem, Warning, explain, warning};

/// 国家税务总局, which collects the tax through its local offices.
const AUTHORITY: &str = "CN:STA";
const KIND: &str = "vat";
/// The tax is stated in yuan.
const TAX_CURRENCY: &str = "CNY";

/// Puts the parts together.
pub fn assessment(
    document: &Document,
    parts: &[Part],
    terms: Terms,
    path: &str,
    mut warnings: Vec<Warning>,
) -> Result<Assessment, Problem> {
    let money = |value: Decimal| terms.money(value);
    let mut lines = Vec::with_capacity(document.lines.len());
    let mut tax_lines = Vec::with_capacity(parts.len());
    let mut explanations = Vec::with_capacity(parts.len());
    for part in parts {
        let on = match part.target {
            Target::Line(index) => {
                let id = document.lines.get(index).map_or(0, |line| line.id);
                lines.push(LineNet {
                    line: id,
                    net: money(part.net()?),
                    gross: money(part.gross()?),
                    ext: Vec::new(),
                });
                BaseOf::Lines(vec![id])
            }
            Target::Allowance(index) => {
                BaseOf::Allowance(document.allowances.get(index).map_or(0, |allowance| allowance.id))
            }
        };
        tax_lines.push(tax_line(document, part, on, terms)?);
        explanations.push(explanation(part, terms));
    }
    if document.currency != TAX_CURRENCY && tax_rate(document, TAX_CURRENCY, path)?.is_none() {
        let message = "the document is not in CNY and states no rate into CNY: the tax has no amount in CNY";
        warnings.push(warning("no-tax-currency-rate", message).at(format!("{path}/tax_fx")).warn());
    }
    let mut nets = Vec::with_capacity(parts.len());
    let mut tax = Decimal::ZERO;
    for part in parts {
        nets.push((part.target, part.net()?));
        tax = add(tax, part.tax, path)?;
    }
    Ok(Assessment {
        document: document.id,
        lines,
        tax_lines,
        totals: totals(document, nets, tax, Decimal::ZERO, terms, path)?,
        breakdown: breakdown(parts, terms)?,
        required_texts: required_texts(document, parts, terms),
        explanations,
        warnings,
        ext: Vec::new(),
    })
}

fn tax_line(document: &Document, part: &Part, on: BaseOf, terms: Terms) -> Result<TaxLine, Problem> {
    let money = |value: Decimal| terms.money(value);
    let applied = &part.applied;
    let (base, exempt, out_of_scope) = columns(applied.treatment.name(), part.base);
    let untaxed = matches!(applied.treatment, Treatment::Exempt | Treatment::OutOfScope);
    let delta = sub(part.tax, part.own_tax(terms)?, &part.path)?;
    let in_tax_currency = tax_rate(document, TAX_CURRENCY, &part.path)?
        .map(|rate| in_tax_currency(part.tax, rate, TAX_CURRENCY, terms.method, &part.path))
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
        amount_unrounded: (!untaxed && !terms.inclusive)
            .then(|| mul(part.base, applied.rate, &part.path).map(short_text))
            .transpose()?,
        amount_in_tax_currency: in_tax_currency,
        collected_by: "seller".to_owned(),
        displayed: true,
        included_in_price: terms.inclusive,
        compound_on: Vec::new(),
        recoverable: applied.treatment.is_taxed(),
        exemption_code: applied.exemption_code.clone(),
        reason: applied.reason.clone(),
        legal_reference: applied.citation.clone(),
        rounding: terms.stated(),
        rounding_delta: (!delta.is_zero()).then(|| money(delta)),
        report_codes: Vec::new(),
        ext: Vec::new(),
    })
}

/// By category, code and rate, in the order in which they first appear.
fn breakdown(parts: &[Part], terms: Terms) -> Result<Vec<CategoryTotal>, Problem> {
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
        base: terms.money(columns(part.applied.treatment.name(), base).0),
        exempt_base: terms.money(columns(part.applied.treatment.name(), base).1),
        out_of_scope_base: terms.money(columns(part.applied.treatment.name(), base).2),
        amount: terms.money(tax),
        ext: Vec::new(),
    };
    Ok(sums.into_iter().map(total).collect())
}

/// What the remarks of the invoice must say.
fn required_texts(document: &Document, parts: &[Part], terms: Terms) -> Vec<RequiredText> {
    let text =
        |text: String| RequiredText { language: "zh-CN".to_owned(), text, citation: None, ext: Vec::new() };
    let deducted = parts
        .iter()
        .filter(|part| !part.deducted.is_zero())
        .map(|part| text(format!("差额征税：{}。", terms.money(part.deducted))));
    let corrects = document.original.as_ref().filter(|_| is_correction(document));
    let corrected = corrects.map(|original| text(format!("红字冲销，对应发票号码：{}。", original.number)));
    deducted.chain(corrected).collect()
}

fn explanation(part: &Part, terms: Terms) -> Explanation {
    let applied = &part.applied;
    let key = match (applied.treatment, terms.inclusive) {
        (Treatment::Zero, _) => "tax.cn.zero",
        (Treatment::Exempt, _) => "tax.cn.exempt",
        (Treatment::OutOfScope, _) => "tax.cn.out-of-scope",
        (_, true) => "tax.cn.out-of-gross",
        (_, false) => "tax.cn.on-net",
    };
    let half_up = terms.method == Rounding::HalfUp;
    explain(part.path.clone(), applied.rule, key)
        .cite(applied.citation.clone())
        .text("code", applied.code.clone())
        .number("value", part.value)
        .number("base", part.base)
        .number("rate", applied.rate)
        .number("tax", part.tax)
        .text("rounding", if half_up { "四舍五入" } else { terms.method.name() })
        .build()
}
