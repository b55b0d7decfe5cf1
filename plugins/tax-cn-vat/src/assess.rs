//! One document's assessment.

use crate::amounts::{Part, Place, Rounded, exact_value, line_value, positive, round_together};
use crate::category::{Category, Treatment};
use crate::config::{Config, Level};
use crate::credit::Original;
use crate::output;
use crate::resolve::{Applied, Resolver};
use std::collections::BTreeMap;
use zhangben_sdk::decimal::{Rounding, add, div, mul, sub};
use zhangben_sdk::tax::{Assessment, Document, Line};
use zhangben_sdk::{Decimal, Problem, Warning, currency, decimal, problem, warning};

const PURPOSES: [&str; 9] = [
    "issue",
    "credit",
    "red-letter",
    "advance",
    "settlement-discount",
    "bad-debt",
    "tail",
    "late-fee",
    "preview",
];

/// How far quantity × price may be from a stated amount before somebody should look, in yuan (行金额误差).
const AMOUNT_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Assesses one document; `path` is where it stands in the input.
pub fn document(
    config: &Config,
    table: &BTreeMap<String, Category>,
    document: &Document,
    path: &str,
) -> Result<Assessment, Problem> {
    let rounded = check_header(config, document, path)?;
    let resolver = Resolver::new(config, table, document, path)?;
    let original = Original::of(document, path)?;
    let mut warnings = Vec::new();
    let mut parts = lines(document, &resolver, original.as_ref(), rounded, path, &mut warnings)?;
    let allowances = allowances(document, &resolver, original.as_ref(), &parts, rounded, path)?;
    parts.extend(allowances);
    if rounded.level == Level::Document {
        round_together(&mut parts, rounded)?;
    }
    if let Some(original) = &original {
        original.settle(&mut parts, rounded)?;
    }
    override_amounts(document, &mut parts, rounded, path)?;
    output::assessment(document, &parts, rounded, path, warnings)
}

fn check_header(config: &Config, document: &Document, path: &str) -> Result<Rounded, Problem> {
    let refuse = |code: &str, message: String, field: &str| {
        Err(problem(code, message).at(format!("{path}/{field}")).build())
    };
    if !PURPOSES.contains(&document.purpose.as_str()) {
        let message = format!("the purpose {:?} is not one of {}", document.purpose, PURPOSES.join(", "));
        return refuse("unknown-purpose", message, "purpose");
    }
    let inclusive = match document.price_mode.as_str() {
        "inclusive" => true,
        "exclusive" => false,
        other => {
            return refuse(
                "unknown-price-mode",
                format!("{other:?} is neither inclusive nor exclusive"),
                "price_mode",
            );
        }
    };
    if !currency::is_code(&document.currency) {
        return refuse(
            "unknown-currency",
            format!("{:?} is no ISO 4217 code", document.currency),
            "currency",
        );
    }
    if !document.advances.is_empty() {
        let message = "advances are not deducted by these rules; give them as lines".to_owned();
        return refuse("advances-not-supported", message, "advances");
    }
    let asked = &document.rounding;
    let method = match Rounding::by_name(&asked.method) {
        Some(method) => method,
        None => {
            return refuse(
                "unknown-rounding",
                format!("the method {:?} is unknown", asked.method),
                "rounding/method",
            );
        }
    };
    let level = match asked.level.as_str() {
        "line" => Level::Line,
        "document" => Level::Document,
        other => {
            return refuse("unknown-rounding", format!("the level {other:?} is unknown"), "rounding/level");
        }
    };
    let currency_decimals = currency::decimals(&document.currency);
    let decimals = asked.decimals.min(currency_decimals);
    let (method, level) = config.rounding.map_or((method, level), |own| (own.method, own.level));
    Ok(Rounded { method, level, decimals, currency_decimals, inclusive })
}

fn lines(
    document: &Document,
    resolver: &Resolver<'_>,
    original: Option<&Original<'_>>,
    rounded: Rounded,
    path: &str,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Part>, Problem> {
    if document.lines.is_empty() {
        return Err(problem("no-lines", "a document needs at least one line")
            .at(format!("{path}/lines"))
            .build());
    }
    let mut parts: Vec<Part> = Vec::with_capacity(document.lines.len());
    for (index, line) in document.lines.iter().enumerate() {
        let at = format!("{path}/lines/{index}");
        if document.lines.iter().take(index).any(|other| other.id == line.id) {
            let message = format!("the line id {} is used twice", line.id);
            return Err(problem("duplicate-line", message).at(format!("{at}/id")).build());
        }
        check_line(document, line, rounded, &at)?;
        warnings.extend(stated_amount(line, &at)?);
        let value = line_value(line, rounded, &at)?;
        let applied = match (line.nature.as_str(), parts_of_parent(document, line, &parts)) {
            ("discount", Some(parent)) => {
                check_discount(document, line, value, parent, &parts, &at)?;
                Applied { rule: "discount", ..parent.applied.clone() }
            }
            ("discount", None) => {
                let message =
                    "a discount line names the line it discounts, which stands before it, in `parent`";
                return Err(problem("discount-without-parent", message).at(format!("{at}/parent")).build());
            }
            _ => {
                check_sign(document, value, &at)?;
                match original {
                    Some(original) => original.line(line, &format!("{at}/category_code"))?,
                    None => resolver.line(line, &at)?,
                }
            }
        };
        let deducted = deduction(line, value, &applied, &at)?;
        parts.push(Part::new((Place::Line(index), at), applied, value, deducted, rounded)?);
    }
    Ok(parts)
}

fn check_line(document: &Document, line: &Line, rounded: Rounded, path: &str) -> Result<(), Problem> {
    let own_mode = line.price_mode.as_deref().filter(|mode| *mode != document.price_mode);
    if let Some(mode) = own_mode {
        let message =
            format!("the line's price mode {mode:?} differs from the document's; state one for all lines");
        return Err(problem("mixed-price-modes", message).at(format!("{path}/price_mode")).build());
    }
    if line.supply != "goods" && line.supply != "service" {
        let message = format!("{:?} is neither goods nor service", line.supply);
        return Err(problem("unknown-supply", message).at(format!("{path}/supply")).build());
    }
    if let Some(amount) = decimal::parse_opt(line.amount.as_deref(), &format!("{path}/amount"))?
        && amount.normalize().scale() > rounded.currency_decimals
    {
        let message = format!("the stated amount {amount} has more decimals than {}", document.currency);
        return Err(problem("too-many-decimals", message).at(format!("{path}/amount")).build());
    }
    Ok(())
}

/// A stated amount counts, but one that quantity × price does not lead to is worth a look.
fn stated_amount(line: &Line, path: &str) -> Result<Option<Warning>, Problem> {
    let Some(stated) = decimal::parse_opt(line.amount.as_deref(), &format!("{path}/amount"))? else {
        return Ok(None);
    };
    let exact = exact_value(line, path)?;
    let apart = sub(stated, exact, path)?.abs() > AMOUNT_TOLERANCE;
    Ok(apart.then(|| {
        warning("amount-differs", format!("the stated amount is {stated}, quantity × price is {exact}"))
            .at(format!("{path}/amount"))
            .number("stated", stated)
            .number("exact", exact)
            .warn()
    }))
}

/// Blue invoices hold no negative lines but discounts; credits state what they take back as positive.
fn check_sign(document: &Document, value: Decimal, path: &str) -> Result<(), Problem> {
    if value.is_sign_negative() && !value.is_zero() {
        let message = format!(
            "the line's value {value} is negative in a document of purpose {:?}; use a discount line or a credit",
            document.purpose
        );
        return Err(problem("negative-line", message).at(path).build());
    }
    Ok(())
}

fn parts_of_parent<'a>(document: &Document, line: &Line, parts: &'a [Part]) -> Option<&'a Part> {
    let parent = line.parent?;
    parts.iter().find(|part| match part.place {
        Place::Line(index) => document.lines.get(index).is_some_and(|line| line.id == parent),
        Place::Allowance(_) => false,
    })
}

/// A discount line (折扣行) has its line's category, is negative, and all of them together leave the line positive.
fn check_discount(
    document: &Document,
    line: &Line,
    value: Decimal,
    parent: &Part,
    parts: &[Part],
    path: &str,
) -> Result<(), Problem> {
    let Place::Line(parent_index) = parent.place else { return Ok(()) };
    let parent_line = document.lines.get(parent_index);
    if parent_line.is_some_and(|parent| parent.category_code != line.category_code) {
        let message = "a discount line has the category of the line it discounts";
        return Err(problem("discount-of-other-category", message)
            .at(format!("{path}/category_code"))
            .build());
    }
    if !value.is_sign_negative() || value.is_zero() {
        let message = format!("a discount line is negative, not {value}");
        return Err(problem("discount-not-negative", message).at(path).build());
    }
    let mut left = add(parent.value, value, path)?;
    for other in parts {
        if let Place::Line(index) = other.place
            && document
                .lines
                .get(index)
                .is_some_and(|other| other.nature == "discount" && other.parent == line.parent)
        {
            left = add(left, other.value, path)?;
        }
    }
    if left.is_sign_negative() && !left.is_zero() {
        let message = format!("discounts exceed the line by {}", left.abs());
        return Err(problem("discount-exceeds-line", message).at(path).build());
    }
    Ok(())
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
    rounded: Rounded,
    path: &str,
) -> Result<Vec<Part>, Problem> {
    let mut parts = Vec::new();
    for (index, allowance) in document.allowances.iter().enumerate() {
        let at = format!("{path}/allowances/{index}");
        if document.allowances.iter().take(index).any(|other| other.id == allowance.id) {
            return Err(problem("duplicate-allowance", "its id is used twice")
                .at(format!("{at}/id"))
                .build());
        }
        let amount = rounded.method.round(positive(allowance, &at)?, rounded.currency_decimals);
        let value = if allowance.charge { amount } else { -amount };
        let shares = match &allowance.tax_category {
            Some(code) => {
                let of = format!("{at}/tax_category");
                let applied = match original {
                    Some(original) => original.allowance(allowance, code, &of)?,
                    None => resolver.allowance(code, &of)?,
                };
                vec![(applied, value)]
            }
            None => share_out(lines, value, rounded, &at)?,
        };
        for (applied, share) in shares {
            parts.push(Part::new(
                (Place::Allowance(index), at.clone()),
                applied,
                share,
                Decimal::ZERO,
                rounded,
            )?);
        }
    }
    Ok(parts)
}

/// Splits a value over the treatments of the lines in proportion to their values; the shares sum to the value.
fn share_out(
    lines: &[Part],
    value: Decimal,
    rounded: Rounded,
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
        *weight = if index == last { left } else { rounded.method.round(exact, rounded.currency_decimals) };
        left = sub(left, *weight, path)?;
    }
    shares.retain(|(_, share)| !share.is_zero());
    Ok(shares)
}

/// A stated tax amount counts where it is at most one unit away from the rules' own: the tax software's rounding.
fn override_amounts(
    document: &Document,
    parts: &mut [Part],
    rounded: Rounded,
    path: &str,
) -> Result<(), Problem> {
    for (index, over) in document.overrides.iter().enumerate() {
        let at = format!("{path}/overrides/{index}");
        let part = parts.iter_mut().find(|part| match part.place {
            Place::Line(line) => document.lines.get(line).is_some_and(|line| line.id == over.line),
            Place::Allowance(_) => false,
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
            if by.abs() > Decimal::new(1, rounded.decimals) || !part.applied.treatment.is_taxed() {
                return refuse(format!("the tax is {}, {amount} is too far from it", part.tax));
            }
            part.shift(by, rounded.inclusive)?;
        }
    }
    Ok(())
}
