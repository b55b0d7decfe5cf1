//! Price and tax taken apart (价税分离).
//!
//! Each place of the document (a line, an allowance, a share of one) is rounded once on its value, then:
//! prices without tax: tax = base × rate; prices with tax: base = gross ÷ (1 + rate), tax = gross − base. Where tax
//! is rounded per document, the tax of all places of one rate is `Σ base × rate` rounded once, and the difference to
//! the sum of the places is spread one minor unit each over those places whose own rounding went furthest astray.

use crate::resolve::Applied;
use zhangben_sdk::decimal::{add, div, mul, sub};
use zhangben_sdk::tax::{self as sdk, Target, Terms};
use zhangben_sdk::{Decimal, Problem, problem};

/// One place with its treatment and figures, all signed: an allowance is negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub target: Target,
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
        (target, path): (Target, String),
        applied: Applied,
        value: Decimal,
        deducted: Decimal,
        terms: Terms,
    ) -> Result<Self, Problem> {
        let taxable = sub(value, deducted, &path)?;
        let (base, tax) = separate(taxable, applied.rate, terms, &path)?;
        Ok(Part { target, path, applied, value, deducted, base, tax })
    }

    pub fn net(&self) -> Result<Decimal, Problem> {
        add(self.base, self.deducted, &self.path)
    }

    pub fn gross(&self) -> Result<Decimal, Problem> {
        add(self.net()?, self.tax, &self.path)
    }

    /// What `base × rate` rounds to; the tax differs from it where it is a remainder.
    pub fn own_tax(&self, terms: Terms) -> Result<Decimal, Problem> {
        let product = mul(self.base, self.applied.rate, &self.path)?;
        Ok(terms.round_tax(product))
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

/// (base, tax) of a taxable amount.
fn separate(
    taxable: Decimal,
    rate: Decimal,
    terms: Terms,
    path: &str,
) -> Result<(Decimal, Decimal), Problem> {
    if rate.is_zero() {
        return Ok((taxable, Decimal::new(0, terms.currency_decimals)));
    }
    if !terms.inclusive {
        return Ok((taxable, terms.round_tax(mul(taxable, rate, path)?)));
    }
    // the tax is what has the tax's decimals, also where those are fewer than the currency's
    if terms.decimals < terms.currency_decimals {
        let exact = sub(taxable, div(taxable, add(Decimal::ONE, rate, path)?, path)?, path)?;
        let tax = terms.round_tax(exact);
        return Ok((sub(taxable, tax, path)?, tax));
    }
    let base = terms.round(div(taxable, add(Decimal::ONE, rate, path)?, path)?);
    Ok((base, sub(taxable, base, path)?))
}

/// Rounds the tax of all places of one code and rate once, and spreads the difference.
pub fn round_together(parts: &mut [Part], terms: Terms) -> Result<(), Problem> {
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
        let (_, wanted) = separate(taxable, rate, terms, "/documents")?;
        let difference = sub(wanted, tax, "/documents")?;
        if !spread(&mut group, difference, terms)?.is_zero() {
            let message =
                format!("{difference} of {code} cannot be spread over {} places, one unit each", group.len());
            return Err(problem("rounding-too-large", message).build());
        }
    }
    Ok(())
}

/// Spreads `difference` one unit of the tax's decimals each over the places whose tax is furthest from exact. Answers what
/// could not be spread: a tax more than one unit away from its own base × rate would be another tax, and so would one
/// against its own base.
pub fn spread(group: &mut [&mut Part], difference: Decimal, terms: Terms) -> Result<Decimal, Problem> {
    let shifted = |part: &Part, step: Decimal| {
        let mut shifted = part.clone();
        shifted.shift(step, terms.inclusive)?;
        let turned =
            !shifted.tax.is_zero() && shifted.tax.is_sign_negative() != shifted.base.is_sign_negative();
        let near = sub(shifted.tax, shifted.own_tax(terms)?, &part.path)?.abs() <= terms.unit();
        Ok((near && !turned).then_some(shifted))
    };
    sdk::spread(group, difference, terms.unit(), |part| error_of(part, terms), shifted)
}

/// Stated tax less exact tax.
fn error_of(part: &Part, terms: Terms) -> Result<Decimal, Problem> {
    let taxable = sub(part.value, part.deducted, &part.path)?;
    let exact = if terms.inclusive {
        let base = div(taxable, add(Decimal::ONE, part.applied.rate, &part.path)?, &part.path)?;
        sub(taxable, base, &part.path)?
    } else {
        mul(taxable, part.applied.rate, &part.path)?
    };
    sub(part.tax, exact, &part.path)
}
