//! A credit takes back what its original charged: of no tax more than is left of it, whatever a guest computes now.
//!
//! The gross alone says too little: a net of 100 at 13 % fits in the gross of an export of 113 at 0 %, and would
//! reclaim 13 of output tax that was never charged.

use super::accepted::{AcceptedTax, TaxError};
use super::{OriginalTax, PriceMode, TaxDocument, TaxPurpose};
use money::{Minor, MoneyError};
use std::collections::BTreeMap;

/// A tax as returns know it.
type Key<'a> = (&'a str, &'a str, &'a str);

/// Figures of a tax by their names in the WIT, and how many tax lines they sum.
#[derive(Debug, Clone, Copy, Default)]
struct Figures {
    sums: [Minor; 5],
    rows: i64,
}

const AMOUNT: usize = 4;
const NAMES: [&str; 5] = ["base", "deducted", "exempt-base", "out-of-scope-base", "amount"];

impl Figures {
    fn add(&mut self, figures: [Minor; 5]) -> Result<(), MoneyError> {
        for (sum, figure) in self.sums.iter_mut().zip(figures) {
            *sum = sum.add(figure)?;
        }
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }
}

/// For each (authority, kind, code): what is credited here and was before lies between zero and the original's, figure by
/// figure. Where prices include tax each tax line rounds its base, so bases may be a minor unit a tax line above; the tax never.
pub(super) fn check(request: &TaxDocument, taxes: &[AcceptedTax]) -> Result<(), TaxError> {
    let (TaxPurpose::Credit | TaxPurpose::RedLetter, Some(original)) = (request.purpose, &request.original)
    else {
        return Ok(());
    };
    let mut credited = sum(&request.already_credited)?;
    for tax in taxes {
        let figures = [tax.base, tax.deducted, tax.exempt_base, tax.out_of_scope_base, tax.amount];
        credited.entry((&tax.authority, &tax.kind, &tax.code)).or_default().add(figures)?;
    }
    let charged = sum(&original.tax)?;
    for (key, found) in &credited {
        let original = charged.get(key).copied().unwrap_or_default();
        for (index, name) in NAMES.into_iter().enumerate() {
            let figure = |of: &Figures| of.sums.get(index).copied().unwrap_or_default();
            let (found_figure, left) = (figure(found), figure(&original));
            let rounds = request.price_mode == PriceMode::Inclusive && index != AMOUNT && !left.is_zero();
            let slack = Minor::new(if rounds { found.rows } else { 0 });
            let exceeds = if left.is_negative() {
                found_figure < left.sub(slack)? || found_figure > slack
            } else {
                found_figure > left.add(slack)? || found_figure < slack.neg()?
            };
            if exceeds {
                let show = |minor: Minor| minor.format(request.currency);
                let (authority, kind, code) = *key;
                return Err(TaxError::NotOnOriginal {
                    authority: authority.to_owned(),
                    kind: kind.to_owned(),
                    code: code.to_owned(),
                    field: name,
                    found: show(found_figure),
                    original: show(left),
                });
            }
        }
    }
    Ok(())
}

fn sum(taxes: &[OriginalTax]) -> Result<BTreeMap<Key<'_>, Figures>, MoneyError> {
    let mut sums: BTreeMap<Key<'_>, Figures> = BTreeMap::new();
    for tax in taxes {
        let figures = [tax.base, tax.deducted, tax.exempt_base, tax.out_of_scope_base, tax.amount];
        sums.entry((&tax.authority, &tax.kind, &tax.code)).or_default().add(figures)?;
    }
    Ok(sums)
}

#[cfg(test)]
#[path = "credit_tests.rs"]
mod tests;
