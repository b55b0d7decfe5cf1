//! The breakdown by category (分类汇总): a table of the guest's own tax lines, summed. An answer may leave it out; what it
//! says must be the tax lines', all of them.

use super::accept::amount;
use super::accepted::{AcceptedTax, TaxError};
use super::{RawAssessment, RawCategoryTotal};
use money::{Currency, Minor, parse_decimal};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a row of the breakdown sums up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    authority: &'a str,
    kind: &'a str,
    category: &'a str,
    code: &'a str,
    rate: Decimal,
}

impl std::fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Key { authority, kind, category, code, rate } = self;
        write!(f, "{authority}/{kind} {code} ({category}, {})", rate.normalize())
    }
}

/// base, exempt base, out-of-scope base, amount
type Figures = [Minor; 4];

const FIELDS: [&str; 4] = ["base", "exempt-base", "out-of-scope-base", "amount"];

/// Each row is the sum of the tax lines of its authority, kind, category, code and rate, and each such sum has its row.
pub(super) fn check(
    currency: Currency,
    answer: &RawAssessment,
    taxes: &[AcceptedTax],
) -> Result<(), TaxError> {
    if answer.breakdown.is_empty() {
        return Ok(());
    }
    let mut sums: BTreeMap<Key<'_>, Figures> = BTreeMap::new();
    for tax in taxes {
        let sum = sums.entry(of_tax(tax)).or_default();
        let own = [tax.base, tax.exempt_base, tax.out_of_scope_base, tax.amount];
        for (sum, part) in sum.iter_mut().zip(own) {
            *sum = sum.add(part)?;
        }
    }
    for (row, raw) in answer.breakdown.iter().enumerate() {
        let key = of_row(row, raw)?;
        let stated = figures(row, raw, currency)?;
        // taken out, so that a second row of the same key finds none
        let Some(expected) = sums.remove(&key) else {
            return Err(TaxError::BreakdownUnknown { row, key: key.to_string() });
        };
        let wrong = FIELDS.iter().zip(expected.iter().zip(&stated)).find(|(_, (sum, found))| sum != found);
        if let Some((field, (sum, found))) = wrong {
            let (expected, found) = (sum.format(currency), found.format(currency));
            return Err(TaxError::Breakdown { row, key: key.to_string(), field, expected, found });
        }
    }
    match sums.into_keys().next() {
        Some(key) => Err(TaxError::BreakdownMissing { key: key.to_string() }),
        None => Ok(()),
    }
}

fn of_tax(tax: &AcceptedTax) -> Key<'_> {
    Key {
        authority: &tax.authority,
        kind: &tax.kind,
        category: &tax.category,
        code: &tax.code,
        rate: tax.rate,
    }
}

fn of_row(row: usize, raw: &RawCategoryTotal) -> Result<Key<'_>, TaxError> {
    let refuse = |source| TaxError::Amount { place: place(row), field: "rate", source };
    Ok(Key {
        authority: &raw.authority,
        kind: &raw.kind,
        category: &raw.category,
        code: &raw.code,
        rate: parse_decimal(&raw.rate).map_err(refuse)?,
    })
}

fn figures(row: usize, raw: &RawCategoryTotal, currency: Currency) -> Result<Figures, TaxError> {
    let read = |field, text: &str| amount(|| place(row), field, text, currency);
    Ok([
        read("base", &raw.base)?,
        read("exempt-base", &raw.exempt_base)?,
        read("out-of-scope-base", &raw.out_of_scope_base)?,
        read("amount", &raw.amount)?,
    ])
}

fn place(row: usize) -> String {
    format!("breakdown row {row}")
}

#[cfg(test)]
#[path = "breakdown_tests.rs"]
mod tests;
