//! The assessment as the host reads it: tax lines, totals, breakdown, required texts, explanations.

use crate::config::{CollectedBy, Config, Texts, Treatment};
use crate::part::{Part, Tax};
use crate::resolve::{Applied, Charge};
use zhangben_sdk::decimal::{Rounding, add, mul, short_text, sub};
use zhangben_sdk::tax::{
    Assessment, BaseOf, CategoryTotal, Document, LineNet, RequiredText, Target, TaxLine, Terms, Totals,
    columns, in_tax_currency, tax_rate, totals,
};
use zhangben_sdk::{Context, Decimal, Explanation, Problem, Warning, explain, problem, warning};

/// Puts the parts together.
pub fn assessment(
    context: &Context,
    config: &Config,
    document: &Document,
    parts: &[Part<'_>],
    terms: Terms,
    path: &str,
    mut warnings: Vec<Warning>,
) -> Result<Assessment, Problem> {
    let mut lines = Vec::with_capacity(document.lines.len());
    let mut tax_lines = Vec::with_capacity(parts.len());
    let mut explanations = Vec::with_capacity(parts.len());
    let mut nets = Vec::with_capacity(parts.len());
    let (mut tax, mut withheld) = (Decimal::ZERO, Decimal::ZERO);
    for part in parts {
        let own = part.tax()?;
        tax = add(tax, own, path)?;
        nets.push((part.target, part.net));
        let on = match part.target {
            Target::Line(index) => {
                let line = document.lines.get(index).map_or(0, |line| line.id);
                let (net, gross) = (terms.money(part.net), terms.money(add(part.net, own, path)?));
                lines.push(LineNet { line, net, gross, ext: Vec::new() });
                BaseOf::Lines(vec![line])
            }
            Target::Allowance(index) => {
                BaseOf::Allowance(document.allowances.get(index).map_or(0, |allowance| allowance.id))
            }
        };
        for tax in &part.taxes {
            if tax.applied.collected_by == CollectedBy::Withheld {
                withheld = add(withheld, tax.amount, path)?;
            }
            tax_lines.push(tax_line(config, document, part, tax, on.clone(), terms)?);
            explanations.push(explanation(context, part, tax, terms));
        }
    }
    if let Some(currency) = &config.tax_currency
        && *currency != document.currency
        && tax_rate(document, currency, path)?.is_none()
    {
        let message = format!(
            "the document is not in {currency} and states no rate into it: the tax has no amount in {currency}"
        );
        warnings.push(warning("no-tax-currency-rate", message).at(format!("{path}/tax_fx")).warn());
    }
    let totals = totals(document, nets, tax, withheld, terms, path)?;
    check_payable(document, &totals, path)?;
    Ok(Assessment {
        document: document.id,
        lines,
        tax_lines,
        totals,
        breakdown: breakdown(parts, terms)?,
        required_texts: required_texts(parts),
        explanations,
        warnings,
        ext: Vec::new(),
    })
}

/// The host's rule: what is owed to the buyer is a credit's to say.
fn check_payable(document: &Document, totals: &Totals, path: &str) -> Result<(), Problem> {
    if document.purpose == "issue" && totals.payable.starts_with('-') {
        let message = format!(
            "an issued document cannot be payable with {}: its allowances or what is prepaid exceed it",
            totals.payable
        );
        return Err(problem("negative-payable", message).at(path).build());
    }
    Ok(())
}

const fn rate(charge: Charge<'_>) -> Decimal {
    match charge {
        Charge::None => Decimal::ZERO,
        Charge::Percent(rate) | Charge::Fixed { per_unit: rate, .. } => rate,
    }
}

fn tax_line(
    config: &Config,
    document: &Document,
    part: &Part<'_>,
    tax: &Tax<'_>,
    on: BaseOf,
    terms: Terms,
) -> Result<TaxLine, Problem> {
    let applied = &tax.applied;
    let rule = applied.rule;
    let (base, exempt, out_of_scope) = columns(applied.treatment.name(), tax.base);
    let (method, unit_code) = match applied.charge {
        Charge::None => ("none", None),
        Charge::Percent(_) => ("percent-of-base", None),
        Charge::Fixed { unit, .. } => ("fixed", Some(unit.to_owned())),
    };
    let delta = tax.delta(terms, &part.path)?;
    // what is compounded on here: a tax that does not stand on this line is in no base of it
    let stands = |code: &&String| part.taxes.iter().any(|other| other.applied.code == **code);
    let currency = config.tax_currency.as_deref().or(document.tax_currency.as_deref());
    let in_currency = match currency {
        Some(currency) => tax_rate(document, currency, &part.path)?
            .map(|rate| in_tax_currency(tax.amount, rate, currency, terms.method, &part.path))
            .transpose()?,
        None => None,
    };
    let unrounded = match applied.charge {
        Charge::Percent(rate) if !terms.inclusive => Some(short_text(mul(tax.base, rate, &part.path)?)),
        _ => None,
    };
    let of_rule =
        |pick: fn(&crate::config::Rule) -> &Option<String>| rule.and_then(|rule| pick(rule).clone());
    Ok(TaxLine {
        on,
        authority: applied.authority.to_owned(),
        jurisdiction: of_rule(|rule| &rule.jurisdiction).unwrap_or_else(|| applied.country.to_owned()),
        level: of_rule(|rule| &rule.level).unwrap_or_else(|| "country".to_owned()),
        kind: applied.kind.to_owned(),
        code: applied.code.to_owned(),
        category: applied.treatment.name().to_owned(),
        rate: short_text(rate(applied.charge)),
        method: method.to_owned(),
        quantity: tax.quantity.and(line_quantity(document, part.target)),
        unit_code,
        base: terms.money(base),
        deducted: terms.money(Decimal::ZERO),
        exempt_base: terms.money(exempt),
        out_of_scope_base: terms.money(out_of_scope),
        amount: terms.money(tax.amount),
        amount_unrounded: unrounded,
        amount_in_tax_currency: in_currency,
        collected_by: applied.collected_by.name().to_owned(),
        displayed: rule.and_then(|rule| rule.displayed).unwrap_or(true),
        included_in_price: terms.inclusive && applied.is_priced(),
        compound_on: applied.compound_on.iter().filter(stands).cloned().collect(),
        recoverable: rule
            .and_then(|rule| rule.recoverable)
            .unwrap_or(applied.kind == "vat" && applied.treatment.is_taxed()),
        exemption_code: of_rule(|rule| &rule.exemption_code),
        reason: of_rule(|rule| &rule.exemption_reason),
        legal_reference: applied.legal_reference.map(str::to_owned),
        rounding: terms.stated(),
        rounding_delta: (!delta.is_zero()).then(|| terms.money(delta)),
        report_codes: rule.map(|rule| rule.report_codes.clone()).unwrap_or_default(),
        ext: Vec::new(),
    })
}

/// The quantity as the line writes it.
fn line_quantity(document: &Document, target: Target) -> Option<String> {
    match target {
        Target::Line(index) => document.lines.get(index).map(|line| line.quantity.clone()),
        Target::Allowance(_) => None,
    }
}

/// By authority, kind, category, code and rate, in the order in which they first appear.
fn breakdown(parts: &[Part<'_>], terms: Terms) -> Result<Vec<CategoryTotal>, Problem> {
    let mut sums: Vec<(Applied<'_>, Decimal, Decimal)> = Vec::new();
    for part in parts {
        for tax in &part.taxes {
            match sums.iter_mut().find(|(other, _, _)| other.is(&tax.applied)) {
                Some((_, base, amount)) => {
                    *base = add(*base, tax.base, &part.path)?;
                    *amount = add(*amount, tax.amount, &part.path)?;
                }
                None => sums.push((tax.applied, tax.base, tax.amount)),
            }
        }
    }
    let total = |(applied, base, amount): (Applied<'_>, Decimal, Decimal)| {
        let (base, exempt_base, out_of_scope_base) = columns(applied.treatment.name(), base);
        CategoryTotal {
            authority: applied.authority.to_owned(),
            kind: applied.kind.to_owned(),
            category: applied.treatment.name().to_owned(),
            code: applied.code.to_owned(),
            rate: short_text(rate(applied.charge)),
            base: terms.money(base),
            exempt_base: terms.money(exempt_base),
            out_of_scope_base: terms.money(out_of_scope_base),
            amount: terms.money(amount),
            ext: Vec::new(),
        }
    };
    Ok(sums.into_iter().map(total).collect())
}

/// What the taxes on the document say that its invoice must say, each once.
fn required_texts(parts: &[Part<'_>]) -> Vec<RequiredText> {
    let mut texts: Vec<RequiredText> = Vec::new();
    let taxes = parts.iter().flat_map(|part| &part.taxes);
    for rule in taxes.filter_map(|tax| tax.applied.rule) {
        for (language, text) in &rule.texts {
            let same = |other: &RequiredText| other.language == *language && other.text == *text;
            if !texts.iter().any(same) {
                let (language, text) = (language.clone(), text.clone());
                let citation = rule.legal_reference.clone();
                texts.push(RequiredText { language, text, citation, ext: Vec::new() });
            }
        }
    }
    texts
}

/// The text in the reader's language, else in a language of the same name, in English, in any.
fn in_language<'a>(texts: &'a Texts, locale: &str) -> Option<&'a String> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let alike =
        |wanted: &str| texts.iter().find(|(tag, _)| primary(tag) == primary(wanted)).map(|(_, text)| text);
    texts.get(locale).or_else(|| alike(locale)).or_else(|| alike("en")).or_else(|| texts.values().next())
}

/// 四舍五入 …, for a reader of Chinese.
const fn chinese(method: Rounding) -> &'static str {
    match method {
        Rounding::HalfUp => "四舍五入",
        Rounding::HalfEven => "四舍六入五成双",
        Rounding::Down => "舍去",
        Rounding::Up => "进位",
    }
}

fn explanation(context: &Context, part: &Part<'_>, tax: &Tax<'_>, terms: Terms) -> Explanation {
    let applied = &tax.applied;
    let key = match (applied.treatment, applied.charge, terms.inclusive && applied.is_priced()) {
        (Treatment::Exempt, _, _) => "tax.generic.exempt",
        (Treatment::OutOfScope, _, _) => "tax.generic.out-of-scope",
        (Treatment::ReverseCharge, _, _) => "tax.generic.reverse-charge",
        (_, Charge::Fixed { .. }, _) => "tax.generic.per-unit",
        (treatment, _, _) if !treatment.is_taxed() => "tax.generic.zero",
        (_, _, true) => "tax.generic.out-of-gross",
        (_, _, false) => "tax.generic.on-net",
    };
    let in_chinese = context.locale.starts_with("zh");
    let method = if in_chinese { chinese(terms.method) } else { terms.method.name() };
    let mut told = explain(part.path.clone(), applied.why, key)
        .cite(applied.legal_reference)
        .text("code", applied.code)
        .number("value", part.value)
        .number("base", tax.base)
        .number("rate", rate(applied.charge))
        .number("tax", tax.amount)
        .text("rounding", method);
    if let Some(name) = applied.rule.and_then(|rule| in_language(&rule.name, &context.locale)) {
        told = told.text("name", name.as_str());
    }
    if let Some(quantity) = tax.quantity {
        told = told.number("quantity", quantity);
    }
    if !applied.compound_on.is_empty()
        && let Ok(below) = sub(tax.base, part.net, &part.path)
    {
        told = told.number("taxes-in-base", below);
    }
    told.build()
}
