//! What a proposal clears besides the money (差额): the form of each difference, and how much of it may be.

use super::RawDifference;
use super::accepted::{AcceptedDifference, ReconciliationError, Residual};
use super::bounds::{self, Agreed, Claim, Limits, Shown};
use super::proposal::{AMOUNT_MINOR_MAX, Check};
use crate::ledger::ClearanceKind;
use money::Minor;
use std::collections::{BTreeMap, BTreeSet};

impl Check<'_> {
    /// (line, item) of the allocations, each once.
    pub fn pairs(&self) -> Result<BTreeSet<(u32, u32)>, ReconciliationError> {
        let mut pairs = BTreeSet::new();
        match self.raw.allocations.iter().find(|raw| !pairs.insert((raw.line, raw.item))) {
            Some(twice) => {
                let (proposal, ordinal) = (self.index, twice.item);
                Err(ReconciliationError::Twice { proposal, what: "item", ordinal })
            }
            None => Ok(pairs),
        }
    }

    /// The differences that clear; the others are checked where what they repeat is known.
    pub fn differences(
        &self,
        pairs: &BTreeSet<(u32, u32)>,
    ) -> Result<Vec<AcceptedDifference>, ReconciliationError> {
        let mut clearing = Vec::new();
        for raw in &self.raw.differences {
            self.difference(raw)?;
            if let Some(item) = raw.item.filter(|item| !pairs.contains(&(raw.line, *item))) {
                let (proposal, kind, line) = (self.index, raw.kind.clone(), raw.line);
                return Err(ReconciliationError::DifferenceWithoutAllocation { proposal, kind, line, item });
            }
            if let Some(kind) = ClearanceKind::by_name(&raw.kind) {
                let (line, item, amount) = (raw.line, raw.item, Minor::new(raw.amount));
                clearing.push(AcceptedDifference { kind, line, item, amount });
            }
        }
        Ok(clearing)
    }

    fn difference(&self, raw: &RawDifference) -> Result<(), ReconciliationError> {
        let refuse =
            |rule| ReconciliationError::Difference { proposal: self.index, kind: raw.kind.clone(), rule };
        match (raw.kind.as_str(), raw.item) {
            // what the bank kept of money that nobody knows the owner of is not known to be hers to bear
            ("charge", None) if self.raw.residual == Residual::Suspense.name() => {
                return Err(refuse("must name its item where the rest goes to suspense"));
            }
            ("charge", _)
            | ("tail" | "discount" | "withholding", Some(_))
            | ("on-account" | "suspense", None) => {}
            ("tail" | "discount" | "withholding", None) => {
                return Err(refuse("must name the item on which it is cleared"));
            }
            ("on-account" | "suspense", Some(_)) => {
                return Err(refuse("clears no item, so it must not name one"));
            }
            ("dispute", _) => {
                return Err(refuse("is reserved: nothing keeps what stays open in dispute yet"));
            }
            ("fx", _) => return Err(refuse("is not a proposal's to state: line and item share a currency")),
            _ => {
                let known = "tail, discount, charge, withholding, on-account, suspense";
                let found = raw.kind.chars().take(40).collect();
                return Err(ReconciliationError::UnknownName {
                    proposal: self.index,
                    field: "difference",
                    found,
                    known,
                });
            }
        }
        if raw.currency != self.currency.code() {
            return Err(refuse("must be in the currency of its line"));
        }
        if raw.kind != "tail" {
            self.amount("a difference", raw.amount)?;
        } else if raw.amount == 0 || raw.amount.unsigned_abs() > AMOUNT_MINOR_MAX.unsigned_abs() {
            return Err(refuse("must not be zero, nor beyond 2^53"));
        }
        Ok(())
    }

    /// What clears besides the money is shown by the bank or the payer, or within a tolerance; withheld tax is, by evidence, when
    /// it is approved.
    pub fn bounds(&self, differences: &[AcceptedDifference]) -> Result<(), ReconciliationError> {
        let money = Minor::sum(self.raw.allocations.iter().map(|a| Minor::new(a.amount_in_line_currency)))?;
        let limits = Limits::of(&self.request.tolerances, self.raw.customer, self.currency, money)?;
        let mut shown = BTreeMap::new();
        for ordinal in &self.raw.lines {
            let line = self.line(*ordinal)?;
            let discounts = Minor::sum(line.remittances.iter().map(|advice| advice.discount))?;
            let (charges, discounts) = (line.charges.max(Minor::ZERO), discounts.max(Minor::ZERO));
            // withheld tax waits for its evidence; whoever withholds pays more than she keeps
            let own = self.raw.allocations.iter().filter(|a| a.line == *ordinal);
            let withheld = Minor::sum(own.map(|a| Minor::new(a.amount_in_line_currency)))?;
            shown.insert(*ordinal, Shown { charges, discounts, withheld });
        }
        let mut agreed = Agreed::default();
        let mut claims = Vec::with_capacity(differences.len());
        for d in differences {
            let agreed = match d.item {
                Some(item) if d.kind == ClearanceKind::Discount => {
                    self.agreed(&mut agreed, (d.line, item), differences)?
                }
                _ => Minor::ZERO,
            };
            claims.push(Claim {
                kind: d.kind,
                line: d.line,
                on_item: d.item.is_some(),
                amount: d.amount,
                agreed,
            });
        }
        bounds::check(&claims, &shown, &limits)?.map(drop).map_err(|beyond| ReconciliationError::Beyond {
            proposal: self.index,
            kind: beyond.kind.name(),
            expected: self.show(beyond.limit),
            found: self.show(beyond.found),
        })
    }

    /// What the terms of an item allow to be taken off what a line clears of it.
    fn agreed(
        &self,
        agreed: &mut Agreed<u32, u32>,
        (line, item): (u32, u32),
        differences: &[AcceptedDifference],
    ) -> Result<Minor, ReconciliationError> {
        let money = self.raw.allocations.iter().filter(|raw| (raw.line, raw.item) == (line, item));
        let money = Minor::sum(money.map(|raw| Minor::new(raw.amount_in_item_currency)))?;
        let besides = differences.iter().filter(|d| (d.line, d.item) == (line, Some(item)));
        let cleared = money.add(Minor::sum(besides.map(|d| d.amount))?)?;
        let offers = &self.item(item)?.offers;
        Ok(agreed.of((line, item), (offers, self.line(line)?.paid_on()), cleared)?)
    }
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
