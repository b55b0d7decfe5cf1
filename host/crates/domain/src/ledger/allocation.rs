//! Allocation (核销): a credit item pays a debit item of the same customer, account and currency; of others, by a [transfer](super::post_transfer).
//!
//! An allocation relieves of both items' base amounts its share, base × amount ÷ original, half-up; whoever closes an item takes
//! exactly the rest. Roundings do not add up: all that was relieved so far keeps within a minor unit of its share of the
//! whole, and what is left in base currency between zero and the item's own. The difference of the two base amounts is
//! realised FX: it moves the control account and the FX account in base currency alone.

use super::{NewAllocation, NewItem, Posting, account};
use crate::ids::{AllocationId, CustomerId, OpenItemId};
use chrono::NaiveDate;
use money::{Currency, Minor, MoneyError, Rounding};
use std::collections::BTreeMap;
use thiserror::Error;

/// An allocation that may not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AllocationError {
    #[error("an allocation must be positive, found {0}")]
    NotPositive(String),
    #[error("{item} has {open} {currency} open, less than the {amount} to be allocated")]
    OverAllocated { item: OpenItemId, open: String, amount: String, currency: Currency },
    #[error("items {debit} and {credit} differ in {what}: they cannot clear each other")]
    Mismatch { debit: OpenItemId, credit: OpenItemId, what: &'static str },
    #[error("{item} is not a {wanted} item")]
    WrongSide { item: OpenItemId, wanted: &'static str },
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// An open item with what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemBalance {
    pub id: OpenItemId,
    pub customer: CustomerId,
    pub account: String,
    pub currency: Currency,
    pub sign: i32,
    pub original: Minor,
    pub base_original: Minor,
    pub open: Minor,
    pub base_open: Minor,
}

impl ItemBalance {
    /// Of an item as its entry makes it: nothing of it is relieved.
    pub fn fresh(item: &NewItem) -> Self {
        ItemBalance {
            id: item.id,
            customer: item.customer,
            account: item.account.clone(),
            currency: item.currency,
            sign: item.sign,
            original: item.original,
            base_original: item.base_original,
            open: item.original,
            base_open: item.base_original,
        }
    }

    /// Base amount that `amount` of this item carries: what an allocation of it relieves.
    pub fn base_of(&self, amount: Minor) -> Result<Minor, MoneyError> {
        if amount == self.open {
            return Ok(self.base_open);
        }
        let share = |of: Minor| self.base_original.share(of, self.original, Rounding::HalfUp);
        let before = self.base_original.sub(self.base_open)?;
        let due = share(self.original.sub(self.open)?.add(amount)?)?;
        let total = before.add(share(amount)?)?.max(due.sub(Minor::ONE)?).min(due.add(Minor::ONE)?);
        // an undoing in between may have left more relieved than is due: then this one relieves nothing
        Ok(total.sub(before)?.max(Minor::ZERO).min(self.base_open))
    }
    fn relieve(&mut self, amount: Minor, base: Minor) -> Result<(), MoneyError> {
        self.open = self.open.sub(amount)?;
        self.base_open = self.base_open.sub(base)?;
        Ok(())
    }
}

/// The day from which on `wanted` of an item is not cleared by what it was allocated already: `since` is the day on which the item
/// begins, `cleared` each allocation's effective date and amount, undoings negative. `None`: not even at the end. An
/// allocation before that day would clear the item twice at a past date, for ever.
pub fn free_from(
    original: Minor,
    since: NaiveDate,
    cleared: &[(NaiveDate, Minor)],
    wanted: Minor,
) -> Result<Option<NaiveDate>, MoneyError> {
    let mut by_day: BTreeMap<NaiveDate, Minor> = BTreeMap::from([(since, Minor::ZERO)]);
    for (day, amount) in cleared {
        let sum = by_day.entry(*day).or_default();
        *sum = sum.add(*amount)?;
    }
    let (mut so_far, mut free) = (Minor::ZERO, None);
    for (day, amount) in by_day {
        so_far = so_far.add(amount)?;
        free = if so_far.add(wanted)? > original { None } else { free.or(Some(day)) };
    }
    Ok(free)
}

/// What an allocation does: the row, and the FX postings (none when the base amounts agree).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocated {
    pub allocation: NewAllocation,
    pub postings: Vec<Posting>,
}

/// Allocates `amount` of `credit` to `debit` and reduces both.
pub fn allocate(
    id: AllocationId,
    debit: &mut ItemBalance,
    credit: &mut ItemBalance,
    amount: Minor,
) -> Result<Allocated, AllocationError> {
    check(debit, credit, amount)?;
    let base_debit = debit.base_of(amount)?;
    let base_credit = credit.base_of(amount)?;
    let gain = base_credit.sub(base_debit)?;
    let allocation = NewAllocation {
        id,
        debit_item: debit.id,
        credit_item: credit.id,
        currency: debit.currency,
        amount,
        base_debit,
        base_credit,
        reverses: None,
    };
    let postings = fx_postings(debit, gain)?;
    debit.relieve(amount, base_debit)?;
    credit.relieve(amount, base_credit)?;
    Ok(Allocated { allocation, postings })
}

/// The undoing of an allocation: the same amounts negative, under its own id and date.
pub fn unallocate(
    id: AllocationId,
    of: &NewAllocation,
    debit: &mut ItemBalance,
    credit: &mut ItemBalance,
) -> Result<Allocated, AllocationError> {
    let gain = of.base_credit.sub(of.base_debit)?;
    let allocation = NewAllocation {
        id,
        amount: of.amount.neg()?,
        base_debit: of.base_debit.neg()?,
        base_credit: of.base_credit.neg()?,
        reverses: Some(of.id),
        ..of.clone()
    };
    let postings = fx_postings(debit, gain.neg()?)?;
    debit.relieve(allocation.amount, allocation.base_debit)?;
    credit.relieve(allocation.amount, allocation.base_credit)?;
    Ok(Allocated { allocation, postings })
}

fn check(debit: &ItemBalance, credit: &ItemBalance, amount: Minor) -> Result<(), AllocationError> {
    if debit.sign != 1 {
        return Err(AllocationError::WrongSide { item: debit.id, wanted: "debit" });
    }
    if credit.sign != -1 {
        return Err(AllocationError::WrongSide { item: credit.id, wanted: "credit" });
    }
    let mismatch = |what| AllocationError::Mismatch { debit: debit.id, credit: credit.id, what };
    if debit.currency != credit.currency {
        return Err(mismatch("currency"));
    }
    if debit.account != credit.account {
        return Err(mismatch("control account"));
    }
    if debit.customer != credit.customer {
        return Err(mismatch("customer"));
    }
    if !amount.is_positive() {
        return Err(AllocationError::NotPositive(amount.format(debit.currency)));
    }
    for item in [debit, credit] {
        if amount > item.open {
            return Err(AllocationError::OverAllocated {
                item: item.id,
                open: item.open.format(item.currency),
                amount: amount.format(item.currency),
                currency: item.currency,
            });
        }
    }
    Ok(())
}

/// Realised FX of `gain` (base units): the control account takes what the receipt brought more, FX the gain.
fn fx_postings(debit: &ItemBalance, gain: Minor) -> Result<Vec<Posting>, MoneyError> {
    if gain.is_zero() {
        return Ok(Vec::new());
    }
    let line = |account: &str, customer, base| Posting {
        account: account.to_owned(),
        customer,
        currency: debit.currency,
        amount: Minor::ZERO,
        base,
        item: None,
        tax_code: None,
    };
    Ok(vec![line(&debit.account, Some(debit.customer), gain), line(account::FX, None, gain.neg()?)])
}

#[cfg(test)]
#[path = "allocation_tests.rs"]
mod tests;
