//! Price and tax taken apart (价税分离).
//!
//! Each place of the document (a line, an allowance, a share of one) is rounded once on its value, then:
//! prices without tax: tax = base × rate; prices with tax: base = gross ÷ (1 + rate), tax = gross − base. Where tax
//! is rounded per document, the tax of all places of one rate is `Σ base × rate` rounded once, and the difference to
//! the sum of the places is spread one minor unit each over those places whose own rounding went furthest astray.

use crate::config::Level;
use crate::resolve::Applied;
use zhangben_sdk::decimal::{Rounding, add, div, mul, sub};
use zhangben_sdk::tax::{AllowanceCharge, Line};
use zhangben_sdk::{Decimal, Problem, decimal, problem};

/// How this document is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounded {
    pub method: Rounding,
    pub level: Level,
    /// Of tax amounts; at most those of the currency.
    pub decimals: u32,
    /// Of everything else: the currency's.
    pub currency_decimals: u32,
    pub inclusive: bool,
}

/// What an amount stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Index of the line in the document.
    Line(usize),
    /// Index of the allowance or charge in the document.
    Allowance(usize),
}

/// One place with its treatment and figures, all signed: an allowance is negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub place: Place,
    pub path: String,
    pub applied: Applied,
    /// Net where prices exclude tax, gross where they include it.
    pub value: Decimal,
    /// 差额征税: what is taken out of the taxable price.
    pub deducted: Decimal,
    pub base: Decimal,
    pub tax: Decimal,
}

impl Part {
    /// `value` is rounded already.
    pub fn new(
        (place, path): (Place, String),
        applied: Applied,
        value: Decimal,
        deducted: Decimal,
        rounded: Rounded,
    ) -> Result<Self, Problem> {
        let taxable = sub(value, deducted, &path)?;
        let (base, tax) = separate(taxable, applied.rate, rounded, &path)?;
        Ok(Part { place, path, applied, value, deducted, base, tax })
    }

    pub fn net(&self) -> Result<Decimal, Problem> {
        add(self.base, self.deducted, &self.path)
    }

    pub fn gross(&self) -> Result<Decimal, Problem> {
        add(self.net()?, self.tax, &self.path)
    }

    /// What `base × rate` rounds to; the tax differs from it where it is a remainder.
    pub fn own_tax(&self, rounded: Rounded) -> Result<Decimal, Problem> {
        let product = mul(self.base, self.applied.rate, &self.path)?;
        Ok(round_tax(product, rounded))
    }

    /// Moves the tax; where prices include it, the base moves the other way.
    pub fn shift(&mut self, by: Decimal, inclusive: bool) -> Result<(), Problem> {
        self.tax = add(self.tax, by, &self.path)?;
        if inclusive {
            self.base = sub(self.base, by, &self.path)?;
        }
        Ok(())
    }
}

fn round_tax(value: Decimal, rounded: Rounded) -> Decimal {
    let mut tax = rounded.method.round(value, rounded.decimals);
    tax.rescale(rounded.currency_decimals);
    tax
}

/// (base, tax) of a taxable amount.
fn separate(
    taxable: Decimal,
    rate: Decimal,
    rounded: Rounded,
    path: &str,
) -> Result<(Decimal, Decimal), Problem> {
    if rate.is_zero() {
        return Ok((taxable, Decimal::new(0, rounded.currency_decimals)));
    }
    if !rounded.inclusive {
        return Ok((taxable, round_tax(mul(taxable, rate, path)?, rounded)));
    }
    // the tax is what has the tax's decimals, also where those are fewer than the currency's
    if rounded.decimals < rounded.currency_decimals {
        let exact = sub(taxable, div(taxable, add(Decimal::ONE, rate, path)?, path)?, path)?;
        let tax = round_tax(exact, rounded);
        return Ok((sub(taxable, tax, path)?, tax));
    }
    let base =
        rounded.method.round(div(taxable, add(Decimal::ONE, rate, path)?, path)?, rounded.currency_decimals);
    Ok((base, sub(taxable, base, path)?))
}

/// The value of a line, rounded once: the stated amount or quantity × price, less its allowances, plus its charges.
pub fn line_value(line: &Line, rounded: Rounded, path: &str) -> Result<Decimal, Problem> {
    let exact = exact_value(line, path)?;
    let mut value = decimal::parse_opt(line.amount.as_deref(), &format!("{path}/amount"))?.unwrap_or(exact);
    for (index, allowance) in line.allowances.iter().enumerate() {
        let at = format!("{path}/allowances/{index}");
        let amount = positive(allowance, &at)?;
        value = if allowance.charge { add(value, amount, &at)? } else { sub(value, amount, &at)? };
    }
    Ok(rounded.method.round(value, rounded.currency_decimals))
}

/// Quantity × price ÷ price base quantity, unrounded.
pub fn exact_value(line: &Line, path: &str) -> Result<Decimal, Problem> {
    let quantity = decimal::parse(&line.quantity, &format!("{path}/quantity"))?;
    let price = decimal::parse(&line.unit_price, &format!("{path}/unit_price"))?;
    let product = mul(quantity, price, path)?;
    match decimal::parse_opt(line.price_base_quantity.as_deref(), &format!("{path}/price_base_quantity"))? {
        None => Ok(product),
        Some(base) => div(product, base, &format!("{path}/price_base_quantity")),
    }
}

/// The amount of an allowance or charge; its direction is in `charge`, so a negative one is a mistake.
pub fn positive(allowance: &AllowanceCharge, path: &str) -> Result<Decimal, Problem> {
    let amount = decimal::parse(&allowance.amount, &format!("{path}/amount"))?;
    if amount.is_sign_negative() && !amount.is_zero() {
        let message = format!("the amount {amount} is negative; `charge` says the direction");
        return Err(problem("negative-allowance", message).at(format!("{path}/amount")).build());
    }
    Ok(amount)
}

/// Rounds the tax of all places of one code and rate once, and spreads the difference.
pub fn round_together(parts: &mut [Part], rounded: Rounded) -> Result<(), Problem> {
    let mut keys: Vec<(String, Decimal)> = Vec::new();
    for part in parts.iter().filter(|part| part.applied.treatment.is_taxed()) {
        let key = (part.applied.code.clone(), part.applied.rate);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    for (code, rate) in keys {
        let same = |part: &Part| part.applied.code == code && part.applied.rate == rate;
        let mut group: Vec<&mut Part> = parts.iter_mut().filter(|part| same(part)).collect();
        let mut taxable = Decimal::ZERO;
        let mut tax = Decimal::ZERO;
        for part in &group {
            taxable = add(taxable, sub(part.value, part.deducted, &part.path)?, &part.path)?;
            tax = add(tax, part.tax, &part.path)?;
        }
        let (_, wanted) = separate(taxable, rate, rounded, "/documents")?;
        let difference = sub(wanted, tax, "/documents")?;
        if !spread(&mut group, difference, rounded)?.is_zero() {
            let message =
                format!("{difference} of {code} cannot be spread over {} places, one unit each", group.len());
            return Err(problem("rounding-too-large", message).build());
        }
    }
    Ok(())
}

/// Spreads `difference` one unit of the tax's decimals each over the places whose tax is furthest from exact; equal
/// ones in the order of the document. Answers what could not be spread: a tax more than one unit away from its own
/// base × rate would be another tax.
pub fn spread(group: &mut [&mut Part], difference: Decimal, rounded: Rounded) -> Result<Decimal, Problem> {
    let unit = Decimal::new(1, rounded.decimals);
    let mut order: Vec<(Decimal, usize)> = Vec::with_capacity(group.len());
    for (index, part) in group.iter().enumerate() {
        order.push((error_of(part, rounded)?, index));
    }
    // too much tax is taken from those that were rounded up furthest, too little given to those rounded down
    let too_much = difference.is_sign_negative();
    order.sort_by(|a, b| if too_much { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) }.then(a.1.cmp(&b.1)));
    let step = if too_much { -unit } else { unit };
    let mut left = difference;
    for (_, index) in order {
        let Some(part) = group.get_mut(index).filter(|_| !left.is_zero()) else { break };
        let mut shifted = part.clone();
        shifted.shift(step, rounded.inclusive)?;
        // a tax against its own base would be another tax too
        let turned =
            !shifted.tax.is_zero() && shifted.tax.is_sign_negative() != shifted.base.is_sign_negative();
        if !turned && sub(shifted.tax, shifted.own_tax(rounded)?, &part.path)?.abs() <= unit {
            left = sub(left, step, &part.path)?;
            **part = shifted;
        }
    }
    Ok(left)
}

/// Stated tax less exact tax.
fn error_of(part: &Part, rounded: Rounded) -> Result<Decimal, Problem> {
    let taxable = sub(part.value, part.deducted, &part.path)?;
    let exact = if rounded.inclusive {
        let base = div(taxable, add(Decimal::ONE, part.applied.rate, &part.path)?, &part.path)?;
        sub(taxable, base, &part.path)?
    } else {
        mul(taxable, part.applied.rate, &part.path)?
    };
    sub(part.tax, exact, &part.path)
}
