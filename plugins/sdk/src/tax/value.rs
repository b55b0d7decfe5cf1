//! What the lines of a document are worth before tax is looked at, and what of them no rules can tax.

use super::{AllowanceCharge, Document, Line, Terms};
use crate::decimal::{add, div, mul, parse, parse_opt, sub};
use crate::{Problem, Warning, problem, warning};
use rust_decimal::Decimal;

/// How far quantity × price may be from a stated amount before somebody should look, in units of the currency (行金额误差).
const AMOUNT_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// The value of a line, rounded once: the stated amount or quantity × price, less its allowances, plus its charges.
pub fn line_value(line: &Line, terms: Terms, path: &str) -> Result<Decimal, Problem> {
    let exact = exact_value(line, path)?;
    let mut value = parse_opt(line.amount.as_deref(), &format!("{path}/amount"))?.unwrap_or(exact);
    for (index, allowance) in line.allowances.iter().enumerate() {
        let at = format!("{path}/allowances/{index}");
        let amount = positive(allowance, &at)?;
        value = if allowance.charge { add(value, amount, &at)? } else { sub(value, amount, &at)? };
    }
    Ok(terms.round(value))
}

/// Quantity × price ÷ price base quantity, unrounded.
pub fn exact_value(line: &Line, path: &str) -> Result<Decimal, Problem> {
    let quantity = parse(&line.quantity, &format!("{path}/quantity"))?;
    let price = parse(&line.unit_price, &format!("{path}/unit_price"))?;
    let product = mul(quantity, price, path)?;
    match parse_opt(line.price_base_quantity.as_deref(), &format!("{path}/price_base_quantity"))? {
        None => Ok(product),
        Some(base) => div(product, base, &format!("{path}/price_base_quantity")),
    }
}

/// The amount of an allowance or charge; its direction is in `charge`, so a negative one is a mistake.
pub fn positive(allowance: &AllowanceCharge, path: &str) -> Result<Decimal, Problem> {
    let amount = parse(&allowance.amount, &format!("{path}/amount"))?;
    if is_negative(amount) {
        let message = format!("the amount {amount} is negative; `charge` says the direction");
        return Err(problem("negative-allowance", message).at(format!("{path}/amount")).build());
    }
    Ok(amount)
}

/// The value of a document-level allowance (negative) or charge, rounded; its id must not stand before it.
pub fn allowance_value(
    document: &Document,
    index: usize,
    allowance: &AllowanceCharge,
    terms: Terms,
    path: &str,
) -> Result<Decimal, Problem> {
    if document.allowances.iter().take(index).any(|other| other.id == allowance.id) {
        return Err(problem("duplicate-allowance", "its id is used twice").at(format!("{path}/id")).build());
    }
    let amount = terms.round(positive(allowance, path)?);
    Ok(if allowance.charge { amount } else { -amount })
}

/// A document without lines has nothing to tax.
pub fn check_lines(document: &Document, path: &str) -> Result<(), Problem> {
    if document.lines.is_empty() {
        let message = "a document needs at least one line";
        return Err(problem("no-lines", message).at(format!("{path}/lines")).build());
    }
    Ok(())
}

/// What must hold of a line whatever the law says: an id of its own, the document's price mode, goods or service, an amount
/// exact in the currency.
pub fn check_line(
    document: &Document,
    index: usize,
    line: &Line,
    terms: Terms,
    path: &str,
) -> Result<(), Problem> {
    let refuse = |code: &str, message: String, field: &str| {
        Err(problem(code, message).at(format!("{path}/{field}")).build())
    };
    if document.lines.iter().take(index).any(|other| other.id == line.id) {
        return refuse("duplicate-line", format!("the line id {} is used twice", line.id), "id");
    }
    let own_mode = line.price_mode.as_deref().filter(|mode| *mode != document.price_mode);
    if let Some(mode) = own_mode {
        let message =
            format!("the line's price mode {mode:?} differs from the document's; state one for all lines");
        return refuse("mixed-price-modes", message, "price_mode");
    }
    if line.supply != "goods" && line.supply != "service" {
        return refuse("unknown-supply", format!("{:?} is neither goods nor service", line.supply), "supply");
    }
    if let Some(amount) = parse_opt(line.amount.as_deref(), &format!("{path}/amount"))?
        && amount.normalize().scale() > terms.currency_decimals
    {
        let message = format!("the stated amount {amount} has more decimals than {}", document.currency);
        return refuse("too-many-decimals", message, "amount");
    }
    Ok(())
}

/// A stated amount counts, but one that quantity × price does not lead to is worth a look.
pub fn stated_amount(line: &Line, path: &str) -> Result<Option<Warning>, Problem> {
    let Some(stated) = parse_opt(line.amount.as_deref(), &format!("{path}/amount"))? else {
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

/// Invoices hold no negative lines but discounts; credits state what they take back as positive.
pub fn check_sign(document: &Document, value: Decimal, path: &str) -> Result<(), Problem> {
    if is_negative(value) {
        let message = format!(
            "the line's value {value} is negative in a document of purpose {:?}; use a discount line or a credit",
            document.purpose
        );
        return Err(problem("negative-line", message).at(path).build());
    }
    Ok(())
}

/// The index of the line that the discount line (折扣行) at `index` discounts; `None` for a line of another nature.
/// `values` are those of the lines up to and with this one. It names a line before it, has its category, is negative, and
/// all discounts of a line together leave it positive.
pub fn discounted_line(
    document: &Document,
    index: usize,
    values: &[Decimal],
    path: &str,
) -> Result<Option<usize>, Problem> {
    let refuse = |code: &str, message: String, at: String| Err(problem(code, message).at(at).build());
    let Some(line) = document.lines.get(index).filter(|line| line.nature == "discount") else {
        return Ok(None);
    };
    let before = document.lines.iter().take(index);
    let named = line.parent.and_then(|parent| before.clone().position(|other| other.id == parent));
    let parent = named.and_then(|at| Some((at, document.lines.get(at)?, *values.get(at)?)));
    let (Some((at, parent, parent_value)), Some(value)) = (parent, values.get(index).copied()) else {
        let message = "a discount line names the line it discounts, which stands before it, in `parent`";
        return refuse("discount-without-parent", message.to_owned(), format!("{path}/parent"));
    };
    if parent.category_code != line.category_code {
        let message = "a discount line has the category of the line it discounts".to_owned();
        return refuse("discount-of-other-category", message, format!("{path}/category_code"));
    }
    if !is_negative(value) {
        let message = format!("a discount line is negative, not {value}");
        return refuse("discount-not-negative", message, path.to_owned());
    }
    let mut left = add(parent_value, value, path)?;
    for (other, other_value) in before.zip(values) {
        if other.nature == "discount" && other.parent == line.parent {
            left = add(left, *other_value, path)?;
        }
    }
    if is_negative(left) {
        let message = format!("discounts exceed the line by {}", left.abs());
        return refuse("discount-exceeds-line", message, path.to_owned());
    }
    Ok(Some(at))
}

/// Below zero; "-0" is zero.
pub fn is_negative(value: Decimal) -> bool {
    value.is_sign_negative() && !value.is_zero()
}
