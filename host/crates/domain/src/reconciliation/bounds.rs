//! How much a proposal may clear besides the money (差额). A guest's word is no evidence: what the bank shows as charges
//! and what the payer's advice shows as discount counts by itself, everything beyond is a write-off, and a write-off
//! stays within the tolerance that the company set for this customer, currency and role. No row: nothing. A discount that was
//! agreed with the document (现金折扣) counts by itself too, as far as its item is cleared by money of its days.

use super::{Tolerance, ToleranceRole};
use crate::ledger::ClearanceKind;
use crate::terms::{EarlyPayment, early_payment};
use chrono::NaiveDate;
use money::{Currency, Minor, MoneyError, Rounding};
use std::collections::{BTreeMap, BTreeSet};

/// A difference that clears, on a line named by `L`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<L> {
    pub kind: ClearanceKind,
    pub line: L,
    /// Whether it names the item it is cleared on; without one it goes into the line's residual.
    pub on_item: bool,
    /// Negative for a tail overpaid.
    pub amount: Minor,
    /// Of a discount: what the terms of its item allow at the line's day, of what the line clears of it ([`Agreed`]).
    pub agreed: Minor,
}

/// What was agreed on the items of a proposal. A line's discount on an item is allowed once, however it is claimed, and each clearing
/// has but its own share; what of the whole was taken before is the host's to know.
#[derive(Debug)]
pub struct Agreed<L, I> {
    given: BTreeSet<(L, I)>,
}

impl<L, I> Default for Agreed<L, I> {
    fn default() -> Self {
        Agreed { given: BTreeSet::new() }
    }
}

impl<L: Ord + Copy, I: Ord + Copy> Agreed<L, I> {
    /// Of what `line`, paid on `paid`, clears of `item`: `cleared`, money and discount together.
    pub fn of(
        &mut self,
        (line, item): (L, I),
        (offers, paid): (&[EarlyPayment], NaiveDate),
        cleared: Minor,
    ) -> Result<Minor, MoneyError> {
        match early_payment(offers, paid) {
            Some(step) if self.given.insert((line, item)) => step.most(cleared),
            _ => Ok(Minor::ZERO),
        }
    }
}

/// What the bank, the payer and an authority say themselves of a line; not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    pub charges: Minor,
    /// Σ of the remittance advice.
    pub discounts: Minor,
    /// Tax for which there is evidence (代扣税款凭证); nobody else may write tax off.
    pub withheld: Minor,
}

/// Most that may be written off, per role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    pub tail: Minor,
    pub charge: Minor,
    pub discount: Minor,
}

/// More than `limit` of a kind, besides what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beyond {
    pub kind: ClearanceKind,
    pub limit: Minor,
    pub found: Minor,
}

impl Tolerance {
    /// Of `money`: the amount or the permille, the smaller where both are set; 0 is not set.
    fn limit(&self, money: Minor) -> Result<Minor, MoneyError> {
        let share = money.share(Minor::new(i64::from(self.permille)), Minor::new(1000), Rounding::Down)?;
        Ok(match (self.amount.is_zero(), self.permille) {
            (_, 0) => self.amount,
            (true, _) => share,
            (false, _) => self.amount.min(share),
        })
    }
}

impl Limits {
    /// For `money` of a customer; her own row replaces the company's.
    pub fn of(
        tolerances: &[Tolerance],
        customer: Option<u32>,
        currency: Currency,
        money: Minor,
    ) -> Result<Self, MoneyError> {
        let limit = |role: ToleranceRole| {
            let mut rows = tolerances.iter().filter(|t| t.currency == currency && t.role == role);
            let own = rows.clone().find(|t| t.customer.is_some() && t.customer == customer);
            own.or_else(|| rows.find(|t| t.customer.is_none())).map_or(Ok(Minor::ZERO), |t| t.limit(money))
        };
        Ok(Limits {
            tail: limit(ToleranceRole::Tail)?,
            charge: limit(ToleranceRole::Charge)?,
            discount: limit(ToleranceRole::Discount)?,
        })
    }

    const fn of_kind(&self, kind: ClearanceKind) -> Minor {
        match kind {
            ClearanceKind::Tail => self.tail,
            ClearanceKind::BankCharge => self.charge,
            ClearanceKind::Discount => self.discount,
            // an item states no expected withholding yet, and nobody may write tax off without evidence
            ClearanceKind::Withholding => Minor::ZERO,
        }
    }
}

/// What a proposal writes off beyond what is shown, by kind: by which of its claims, and how much; only what is not zero.
pub type WrittenOff = Vec<(usize, Minor)>;

/// Checks the differences of one proposal; the first kind that goes too far is named.
pub fn check<L: Ord + Copy>(
    claims: &[Claim<L>],
    shown: &BTreeMap<L, Shown>,
    limits: &Limits,
) -> Result<Result<WrittenOff, Beyond>, MoneyError> {
    let mut written_off = Vec::new();
    for kind in ClearanceKind::ALL {
        let (mut of_kind, mut loose) = (Vec::new(), BTreeMap::<L, Minor>::new());
        for (n, claim) in claims.iter().enumerate().filter(|(_, claim)| claim.kind == kind) {
            let agreed = if kind == ClearanceKind::Discount { claim.agreed } else { Minor::ZERO };
            let amount = claim.amount.abs()?.sub(agreed)?.max(Minor::ZERO);
            of_kind.push((n, claim, amount));
            if !claim.on_item {
                add(&mut loose, claim.line, amount)?;
            }
        }
        let evidence = |line: L| {
            let shown = shown.get(&line).copied().unwrap_or_default();
            match kind {
                ClearanceKind::BankCharge => shown.charges,
                ClearanceKind::Discount => shown.discounts,
                ClearanceKind::Withholding => shown.withheld,
                ClearanceKind::Tail => Minor::ZERO,
            }
        };
        // money that clears no item is the customer's: only what the bank itself shows may add to it
        if let Some((line, found)) = loose.into_iter().find(|(line, found)| *found > evidence(*line)) {
            return Ok(Err(Beyond { kind, limit: evidence(line), found }));
        }
        // what is shown of a line covers that first, then its claims in their order
        of_kind.sort_by_key(|(_, claim, _)| claim.on_item);
        let mut covered = BTreeMap::<L, Minor>::new();
        let mut found = Minor::ZERO;
        for (n, claim, amount) in of_kind {
            let used = covered.entry(claim.line).or_default();
            let own = amount.min(evidence(claim.line).sub(*used)?);
            *used = used.add(own)?;
            let beyond = amount.sub(own)?;
            found = found.add(beyond)?;
            if !beyond.is_zero() {
                written_off.push((n, beyond));
            }
        }
        let limit = limits.of_kind(kind);
        if found > limit {
            return Ok(Err(Beyond { kind, limit, found }));
        }
    }
    Ok(Ok(written_off))
}

fn add<L: Ord>(sums: &mut BTreeMap<L, Minor>, line: L, amount: Minor) -> Result<(), MoneyError> {
    let sum = sums.entry(line).or_default();
    *sum = sum.add(amount)?;
    Ok(())
}

#[cfg(test)]
#[path = "bounds_tests.rs"]
mod tests;
