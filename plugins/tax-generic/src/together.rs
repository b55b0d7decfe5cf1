//! Tax rounded once for the document (按单据舍入): the exact amounts of one tax at one rate are summed and rounded, and the
//! difference to the sum of the lines is spread one unit each over those lines whose own rounding went furthest astray.

use crate::part::{Part, Tax};
use crate::resolve::Charge;
use zhangben_sdk::decimal::{add, parse, sub};
use zhangben_sdk::tax::{OriginalTax, Terms, spread};
use zhangben_sdk::{Decimal, Problem, problem};

/// A tax at a rate, as it is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key<'a> {
    pub authority: &'a str,
    pub kind: &'a str,
    pub code: &'a str,
    pub rate: Decimal,
}

impl<'a> Key<'a> {
    pub fn of(tax: &Tax<'a>) -> Self {
        let (authority, kind) = tax.applied.family();
        let rate = match tax.applied.charge {
            Charge::None => Decimal::ZERO,
            Charge::Percent(rate) | Charge::Fixed { per_unit: rate, .. } => rate.normalize(),
        };
        Key { authority, kind, code: tax.applied.code, rate }
    }
    /// Whether a tax of an original is this one.
    pub fn is_of(&self, tax: &OriginalTax, path: &str) -> Result<bool, Problem> {
        let same = (tax.authority.as_str(), tax.kind.as_str(), tax.code.as_str())
            == (self.authority, self.kind, self.code);
        Ok(same && parse(&tax.rate, path)? == self.rate)
    }
    /// Where this tax stands in a part.
    pub fn index_in(&self, part: &Part<'_>) -> Option<usize> {
        part.taxes.iter().position(|tax| Key::of(tax) == *self)
    }
}

/// The taxes of these parts: those first that are in prices and on which others compound, then in their order.
pub fn keys<'a>(parts: &[Part<'a>]) -> Vec<Key<'a>> {
    let mut keys: Vec<((bool, usize), Key<'a>)> = Vec::new();
    for part in parts {
        for (index, tax) in part.taxes.iter().enumerate() {
            let (key, order) = (Key::of(tax), (!tax.applied.is_priced(), part.depth(index)));
            match keys.iter_mut().find(|(_, other)| *other == key) {
                Some((other, _)) => *other = (*other).max(order),
                None => keys.push((order, key)),
            }
        }
    }
    keys.sort_by_key(|(order, _)| *order);
    keys.into_iter().map(|(_, key)| key).collect()
}

pub fn round_together(parts: &mut [Part<'_>], terms: Terms, path: &str) -> Result<(), Problem> {
    for key in keys(parts) {
        let mut group: Vec<&mut Part<'_>> =
            parts.iter_mut().filter(|part| key.index_in(part).is_some()).collect();
        let (mut exact, mut amount) = (Decimal::ZERO, Decimal::ZERO);
        for tax in group.iter().filter_map(|part| part.taxes.get(key.index_in(part)?)) {
            exact = add(exact, tax.exact, path)?;
            amount = add(amount, tax.amount, path)?;
        }
        let difference = sub(terms.round_tax(exact), amount, path)?;
        let left = shift(&mut group, &key, difference, terms)?;
        if !left.is_zero() {
            let message = format!(
                "the tax {} is {exact}, its lines sum to {amount}: {left} of the difference cannot be spread over \
                 {} of them, one unit each; round per line",
                key.code,
                group.len()
            );
            return Err(problem("rounding-too-large", message).at(path).build());
        }
    }
    Ok(())
}

/// Spreads a difference of one tax over the parts; answers what is left of it.
pub fn shift<'a>(
    group: &mut [&mut Part<'a>],
    key: &Key<'_>,
    difference: Decimal,
    terms: Terms,
) -> Result<Decimal, Problem> {
    let error = |part: &Part<'a>| match key.index_in(part).and_then(|index| part.taxes.get(index)) {
        Some(tax) => sub(tax.amount, tax.exact, &part.path),
        None => Ok(Decimal::ZERO),
    };
    let moved = |part: &Part<'a>, step: Decimal| match key.index_in(part) {
        Some(index) => part.shifted(index, step, terms),
        None => Ok(None),
    };
    spread(group, difference, terms.unit(), error, moved)
}
