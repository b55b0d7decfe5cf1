//! One document's assessment.

use crate::amounts::{Part, round_together};
use crate::category::{Category, Treatment};
use crate::config::Config;
use crate::credit::Original;
use crate::output;
use crate::resolve::{Applied, Resolver};
use std::collections::BTreeMap;
use zhangben_sdk::decimal::{add, div, mul, sub};
use zhangben_sdk::tax::{
    Assessment, Document, Level, Line, Target, Terms, allowance_value, check_line, check_lines, check_sign,
    discounted_line, line_value, stated_amount,
};
use zhangben_sdk::{Decimal, Problem, Warning, decimal, problem};

/// Assesses one document; `path` is where it stands in the input.
pub fn document(
    config: &Config,
    table: &BTreeMap<String, Category>,
    document: &Document,
    path: &str,
) -> Result<Assessment, Problem> {
    let asked = Terms::of(document, path)?;
    let terms = config.rounding.map_or(asked, |own| Terms { method: own.method, level: own.level, ..asked });
    let resolver = Resolver::new(config, table, document, path)?;
    let original = Original::of(document, path)?;
    let mut warnings = Vec::new();
    let mut parts = lines(document, &resolver, original.as_ref(), terms, path, &mut warnings)?;
    let allowances = allowances(document, &resolver, original.as_ref(), &parts, terms, path)?;
    parts.extend(allowances);
    if terms.level == Level::Document {
        round_together(&mut parts, terms)?;
    }
    if let Some(original) = &original {
        original.settle(&mut parts, terms)?;
    }
    override_amounts(document, &mut parts, terms, path)?;
    output::assessment(document, &parts, terms, path, warnings)
}

fn lines(
    document: &Document,
    resolver: &Resolver<'_>,
    original: Option<&Original<'_>>,
    terms: Terms,
    path: &str,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Part>, Problem> {
    check_lines(document, path)?;
    let mut parts: Vec<Part> = Vec::with_capacity(document.lines.len());
    let mut values = Vec::with_capacity(document.lines.len());
    for (index, line) in document.lines.iter().enumerate() {
        let at = format!("{path}/lines/{index}");
        check_line(document, index, line, terms, &at)?;
        warnings.extend(stated_amount(line, &at)?);
        let value = line_value(line, terms, &at)?;
        values.push(value);
        let parent = discounted_line(document, index, &values, &at)?.and_then(|parent| parts.get(parent));
        let applied = match parent {
            Some(parent) => Applied { rule: "discount", ..parent.applied.clone() },
            None => {
                check_sign(document, value, &at)?;
                match original {
                    Some(original) => original.line(line, &format!("{at}/category_code"))?,
                    None => resolver.line(line, &at)?,
                }
            }
        };
        let deducted = deduction(line, value, &applied, &at)?;
        parts.push(Part::new((Target::Line(index), at), applied, value, deducted, terms)?);
    }
    Ok(parts)
}

/// 差额征税: what is deducted from the price before the tax, with its evidence.
fn deduction(line: &Line, value: Decimal, applied: &Applied, path: &str) -> Result<Decimal, Problem> {
    let Some(deduction) = &line.deduction else { return Ok(Decimal::ZERO) };
    let at = format!("{path}/deduction");
    let amount = decimal::parse(&deduction.amount, &format!("{at}/amount"))?;
    let refuse = |code: &str, message: &str| Err(problem(code, message).at(at.clone()).build());
    if deduction.evidence.is_empty() {
        return refuse("deduction-without-evidence", "a deduction names its evidence");
    }
    if !applied.treatment.is_taxed() {
        return refuse("deduction-without-tax", "a deduction needs a line that is taxed");
    }
    if (amount.is_sign_negative() && !amount.is_zero()) || amount > value {
        return refuse("bad-deduction", "a deduction lies between zero and the line's value");
    }
    Ok(amount)
}

/// Document-level allowances and charges. Without a category they are shared out over the lines' categories in
/// proportion to their value.
fn allowances(
    document: &Document,
    resolver: &Resolver<'_>,
    original: Option<&Original<'_>>,
    lines: &[Part],
    terms: Terms,
    path: &str,
) -> Result<Vec<Part>, Problem> {
    let mut parts = Vec::new();
    for (index, allowance) in document.allowances.iter().enumerate() {
        let at = format!("{path}/allowances/{index}");
        let value = allowance_value(document, index, allowance, terms, &at)?;
        let shares = match &allowance.tax_category {
            Some(code) => {
                let of = format!("{at}/tax_category");
                let applied = match original {
                    Some(original) => original.allowance(allowance, code, &of)?,
                    None => resolver.allowance(code, &of)?,
                };
                vec![(applied, value)]
            }
            None => share_out(lines, value, terms, &at)?,
        };
        for (applied, share) in shares {
            parts.push(Part::new(
                (Target::Allowance(index), at.clone()),
                applied,
                share,
                Decimal::ZERO,
                terms,
            )?);
        }
    }
    Ok(parts)
}

/// Splits a value over the treatments of the lines in proportion to their values; the shares sum to the value.
fn share_out(
    lines: &[Part],
    value: Decimal,
    terms: Terms,
    path: &str,
) -> Result<Vec<(Applied, Decimal)>, Problem> {
    let mut shares: Vec<(Applied, Decimal)> = Vec::new();
    let mut total = Decimal::ZERO;
    for line in lines.iter().filter(|line| line.applied.treatment != Treatment::OutOfScope) {
        total = add(total, line.value, path)?;
        let same = |(applied, _): &&mut (Applied, Decimal)| {
            applied.code == line.applied.code && applied.rate == line.applied.rate
        };
        match shares.iter_mut().find(same) {
            Some((_, weight)) => *weight = add(*weight, line.value, path)?,
            None => shares.push((Applied { rule: "share-of-lines", ..line.applied.clone() }, line.value)),
        }
    }
    if shares.is_empty() || total.is_zero() {
        let message = "no taxed line bears this allowance; name its category in `tax_category`";
        return Err(problem("allowance-without-category", message).at(path).build());
    }
    let mut left = value;
    let last = shares.len().saturating_sub(1);
    for (index, (_, weight)) in shares.iter_mut().enumerate() {
        let exact = div(mul(value, *weight, path)?, total, path)?;
        *weight = if index == last { left } else { terms.round(exact) };
        left = sub(left, *weight, path)?;
    }
    shares.retain(|(_, share)| !share.is_zero());
    Ok(shares)
}

/// A stated tax amount counts where it is at most one unit away from the rules' own: the tax software's rounding.
fn override_amounts(
    document: &Document,
    parts: &mut [Part],
    terms: Terms,
    path: &str,
) -> Result<(), Problem> {
    for (index, over) in document.overrides.iter().enumerate() {
        let at = format!("{path}/overrides/{index}");
        let part = parts.iter_mut().find(|part| match part.target {
            Target::Line(line) => document.lines.get(line).is_some_and(|line| line.id == over.line),
            Target::Allowance(_) => false,
        });
        let Some(part) = part else {
            return Err(problem("unknown-line", format!("there is no line {}", over.line)).at(at).build());
        };
        let refuse = |message: String| Err(problem("override-refused", message).at(at.clone()).build());
        if over.reason.is_empty() {
            return refuse("an override needs a reason".to_owned());
        }
        let rate = decimal::parse_opt(over.rate.as_deref(), &format!("{at}/rate"))?;
        if rate.is_some_and(|rate| rate != part.applied.rate) {
            let (code, rate) = (&part.applied.code, part.applied.rate);
            return refuse(format!("category {code} has the rate {rate}; configure a category for another"));
        }
        if let Some(amount) = decimal::parse_opt(over.amount.as_deref(), &format!("{at}/amount"))? {
            let by = sub(amount, part.tax, &at)?;
            if by.abs() > terms.unit() || !part.applied.treatment.is_taxed() {
                return refuse(format!("the tax is {}, {amount} is too far from it", part.tax));
            }
            part.shift(by, terms.inclusive)?;
        }
    }
    Ok(())
}
