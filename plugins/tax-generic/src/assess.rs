//! One document's assessment.

use crate::config::{CollectedBy, Config, Treatment};
use crate::credit::{Original, refused, unlinked};
use crate::output;
use crate::part::Part;
use crate::resolve::{Applied, Charge, Resolver, in_order};
use crate::together::round_together;
use zhangben_sdk::decimal::{add, div, mul, parse_opt, sub};
use zhangben_sdk::tax::{
    Assessment, Document, Level, Target, Terms, allowance_value, check_line, check_lines, check_sign,
    discounted_line, line_value, stated_amount,
};
use zhangben_sdk::{Context, Decimal, Problem, Warning, problem};

/// Assesses one document; `path` is where it stands in the input.
pub fn document(
    context: &Context,
    config: &Config,
    document: &Document,
    path: &str,
) -> Result<Assessment, Problem> {
    refused(config, document, path)?;
    let terms = terms(config, document, path)?;
    let resolver = Resolver::new(config, document, path)?;
    let mut warnings: Vec<Warning> = unlinked(config, document, path)?.into_iter().collect();
    let original = Original::of(config, document, path);
    let mut parts = lines(document, &resolver, original.as_ref(), terms, path, &mut warnings)?;
    let allowances = allowances(document, &resolver, original.as_ref(), &parts, terms, path)?;
    parts.extend(allowances);
    if terms.level == Level::Document {
        round_together(&mut parts, terms, path)?;
    }
    if let Some(original) = &original {
        original.settle(&mut parts, terms)?;
    }
    override_amounts(document, &mut parts, terms, path)?;
    output::assessment(context, config, document, &parts, terms, path, warnings)
}

/// The document's rounding, as far as the configuration does not say another.
fn terms(config: &Config, document: &Document, path: &str) -> Result<Terms, Problem> {
    let asked = Terms::of(document, path)?;
    let Some(own) = &config.rounding else { return Ok(asked) };
    let decimals = own.decimals.map_or(asked.decimals, |decimals| decimals.min(asked.currency_decimals));
    if decimals < asked.decimals {
        let message = format!(
            "the document asks for tax of {} decimals, the configuration rounds to {decimals}",
            asked.decimals
        );
        let at = format!("{path}/rounding/decimals");
        return Err(problem("rounding-too-coarse", message).at(at).build());
    }
    let (method, level) = (own.method.unwrap_or(asked.method), own.level.unwrap_or(asked.level));
    Ok(Terms { method, level, decimals, ..asked })
}

fn lines<'a>(
    document: &'a Document,
    resolver: &Resolver<'a>,
    original: Option<&Original<'a>>,
    terms: Terms,
    path: &str,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Part<'a>>, Problem> {
    check_lines(document, path)?;
    let mut parts: Vec<Part<'a>> = Vec::with_capacity(document.lines.len());
    let mut values = Vec::with_capacity(document.lines.len());
    for (index, line) in document.lines.iter().enumerate() {
        let at = format!("{path}/lines/{index}");
        check_line(document, index, line, terms, &at)?;
        if line.deduction.is_some() {
            let message = "these rules tax the whole price; a margin or a deduction needs rules of its own";
            let at = format!("{at}/deduction");
            return Err(problem("deduction-not-supported", message).at(at).build());
        }
        warnings.extend(stated_amount(line, &at)?);
        let value = line_value(line, terms, &at)?;
        values.push(value);
        let parent = discounted_line(document, index, &values, &at)?.and_then(|parent| parts.get(parent));
        let (taxes, counted) = match parent {
            Some(parent) => (again(parent, "discount"), None),
            None => {
                check_sign(document, value, &at)?;
                let taxes = match original {
                    Some(original) => original.line(line, &format!("{at}/category_code"))?,
                    None => resolver.line(line, &at)?,
                };
                (taxes, Some(line))
            }
        };
        parts.push(Part::new((Target::Line(index), at), taxes, value, counted, terms)?);
    }
    Ok(parts)
}

/// The taxes of a part, for another.
fn again<'a>(part: &Part<'a>, why: &'static str) -> Vec<Applied<'a>> {
    part.taxes.iter().map(|tax| Applied { why, ..tax.applied }).collect()
}

/// Document-level allowances and charges. Without a category they are shared out over the taxes of the lines in proportion
/// to their value.
fn allowances<'a>(
    document: &'a Document,
    resolver: &Resolver<'a>,
    original: Option<&Original<'a>>,
    lines: &[Part<'a>],
    terms: Terms,
    path: &str,
) -> Result<Vec<Part<'a>>, Problem> {
    let mut parts = Vec::new();
    for (index, allowance) in document.allowances.iter().enumerate() {
        let at = format!("{path}/allowances/{index}");
        let value = allowance_value(document, index, allowance, terms, &at)?;
        let shares = match &allowance.tax_category {
            Some(code) => {
                let of = format!("{at}/tax_category");
                let taxes = match original {
                    Some(original) => original.allowance(allowance, code, &of)?,
                    None => resolver.allowance(code, &of)?,
                };
                vec![(taxes, value)]
            }
            None => share_out(lines, value, terms, &at)?,
        };
        for (taxes, share) in shares {
            parts.push(Part::new((Target::Allowance(index), at.clone()), taxes, share, None, terms)?);
        }
    }
    Ok(parts)
}

/// Splits a value over the taxes of the lines in proportion to their values; the shares sum to the value.
fn share_out<'a>(
    lines: &[Part<'a>],
    value: Decimal,
    terms: Terms,
    path: &str,
) -> Result<Vec<(Vec<Applied<'a>>, Decimal)>, Problem> {
    let mut shares: Vec<(Vec<Applied<'a>>, Decimal)> = Vec::new();
    let mut total = Decimal::ZERO;
    let outside =
        |part: &Part<'_>| part.taxes.iter().all(|tax| tax.applied.treatment == Treatment::OutOfScope);
    for line in lines.iter().filter(|line| !outside(line)) {
        total = add(total, line.value, path)?;
        // as they stand on an allowance, so that a line and its discount are one
        let own: Vec<Applied<'a>> =
            again(line, "share-of-lines").into_iter().map(Applied::without_quantity).collect();
        let same = |(taxes, _): &&mut (Vec<Applied<'a>>, Decimal)| {
            taxes.len() == own.len() && taxes.iter().zip(&own).all(|(tax, of)| tax.is(of))
        };
        match shares.iter_mut().find(same) {
            Some((_, weight)) => *weight = add(*weight, line.value, path)?,
            None => shares.push((own, line.value)),
        }
    }
    if shares.is_empty() || total.is_zero() {
        let message = "no taxed line bears this allowance; name its category in `tax_category`";
        return Err(problem("allowance-without-category", message).at(path).build());
    }
    // rounded as they add up, so that no share has another sign than the whole
    let (mut weights, mut shared) = (Decimal::ZERO, Decimal::ZERO);
    for (_, weight) in &mut shares {
        weights = add(weights, *weight, path)?;
        let so_far = terms.round(div(mul(value, weights, path)?, total, path)?);
        (*weight, shared) = (sub(so_far, shared, path)?, so_far);
    }
    shares.retain(|(_, share)| !share.is_zero());
    Ok(in_whole(shares))
}

/// What treats an allowance treats all of it: a share that a tax does not stand on is outside of that tax.
fn in_whole<'a>(shares: Vec<(Vec<Applied<'a>>, Decimal)>) -> Vec<(Vec<Applied<'a>>, Decimal)> {
    let mut all: Vec<Applied<'a>> = Vec::new();
    for tax in shares.iter().flat_map(|(taxes, _)| taxes) {
        if !all.iter().any(|other| other.family() == tax.family()) {
            all.push(*tax);
        }
    }
    let complete = |(mut taxes, share): (Vec<Applied<'a>>, Decimal)| {
        let bears: Vec<_> = taxes.iter().map(Applied::family).collect();
        let missing = all.iter().filter(|tax| !bears.contains(&tax.family()));
        taxes.extend(missing.map(|tax| Applied {
            treatment: Treatment::OutOfScope,
            charge: Charge::None,
            collected_by: CollectedBy::Seller,
            why: "other-share-of-lines",
            ..*tax
        }));
        (in_order(taxes), share)
    };
    shares.into_iter().map(complete).collect()
}

/// A stated tax amount counts where it is at most one unit away from the rules' own: the rounding of another's software.
fn override_amounts(
    document: &Document,
    parts: &mut [Part<'_>],
    terms: Terms,
    path: &str,
) -> Result<(), Problem> {
    for (index, over) in document.overrides.iter().enumerate() {
        let at = format!("{path}/overrides/{index}");
        let stands = |part: &Part<'_>| match part.target {
            Target::Line(line) => document.lines.get(line).is_some_and(|line| line.id == over.line),
            Target::Allowance(_) => false,
        };
        let Some(part) = parts.iter_mut().find(|part| stands(part)) else {
            return Err(problem("unknown-line", format!("there is no line {}", over.line)).at(at).build());
        };
        let refuse = |message: String| Err(problem("override-refused", message).at(at.as_str()).build());
        if over.reason.is_empty() {
            return refuse("an override needs a reason".to_owned());
        }
        let rate = parse_opt(over.rate.as_deref(), &format!("{at}/rate"))?;
        let amount = parse_opt(over.amount.as_deref(), &format!("{at}/amount"))?;
        if rate.is_none() && amount.is_none() {
            continue;
        }
        let taxed = |charge: Charge<'_>| matches!(charge, Charge::Percent(rate) if !rate.is_zero());
        let mut of_rate = part.taxes.iter().enumerate().filter(|(_, tax)| taxed(tax.applied.charge));
        let (Some((which, tax)), None) = (of_rate.next(), of_rate.next()) else {
            return refuse(
                "the line does not bear one tax with a rate; which is meant cannot be said".to_owned(),
            );
        };
        if let Some(rate) = rate.filter(|rate| tax.applied.charge != Charge::Percent(*rate)) {
            return refuse(format!(
                "the tax {} has not the rate {rate}; configure one that has",
                tax.applied.code
            ));
        }
        if let Some(amount) = amount {
            let (own, by) = (tax.amount, sub(amount, tax.amount, &at)?);
            let moved = if by.abs() > terms.unit() { None } else { part.shifted(which, by, terms)? };
            let Some(moved) = moved else {
                return refuse(format!("the tax is {own}, {amount} is too far from it"));
            };
            *part = moved;
        }
    }
    Ok(())
}
