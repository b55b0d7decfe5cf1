//! What is delivered and not billed (应收未开票): a delivery posts its net against revenue; whoever bills it, or a part, takes that back in
//! the entry of the document, so that the receivable is never there twice.
//!
//! | entry | postings | items |
//! |---|---|---|
//! | delivery | unbilled receivables +, revenue − (of a return the other way) | one, open until it is billed |
//! | invoice | its own, then unbilled receivables −, revenue + for each delivery | its own, and one that clears the delivery's |

use super::allocation::{AllocationError, ItemBalance, allocate};
use super::post::{Head, draft, plain};
use super::{EntryDraft, LedgerError, NewItem, Posting, account};
use crate::ids::{AllocationId, OpenItemId};
use money::Minor;

/// The kind of the document, of the entry and of its item.
pub const DELIVERY: &str = "delivery";
/// The kind of an item that clears a delivery's in the entry of what bills it.
pub const BILLED: &str = "billed";

/// A delivery to accrue; of a return the amounts are negative.
#[derive(Debug, Clone)]
pub struct DeliveryPosting {
    pub head: Head,
    pub amount: Minor,
    pub base: Minor,
}

/// Unbilled receivables against revenue.
pub fn post_delivery(posting: DeliveryPosting) -> Result<EntryDraft, LedgerError> {
    let DeliveryPosting { head, amount, base } = &posting;
    if amount.is_zero() {
        return Err(LedgerError::Zero { what: "a delivery", amount: amount.format(head.currency) });
    }
    let control = Posting {
        customer: Some(head.customer),
        item: Some(head.item),
        ..plain(head, account::UNBILLED, *amount, *base)
    };
    let revenue = plain(head, account::REVENUE, amount.neg()?, base.neg()?);
    let item = NewItem {
        id: head.item,
        customer: head.customer,
        account: account::UNBILLED.to_owned(),
        document: Some(head.document),
        kind: DELIVERY.to_owned(),
        sign: if amount.is_negative() { -1 } else { 1 },
        currency: head.currency,
        original: amount.abs()?,
        base_original: base.abs()?,
        due_date: None,
    };
    Ok(draft(head, DELIVERY, vec![control, revenue], vec![item]))
}

/// How much of a delivery's item is billed, and under which ids.
#[derive(Debug, Clone, Copy)]
pub struct Release {
    pub item: OpenItemId,
    pub allocation: AllocationId,
    /// Positive.
    pub amount: Minor,
}

/// Takes back, in the entry of what bills it, so much of what a delivery accrued, at what it is carried at; gives the item that cleared
/// it.
pub fn release(
    draft: &mut EntryDraft,
    accrued: &mut ItemBalance,
    release: Release,
) -> Result<ItemBalance, AllocationError> {
    let amount = release.amount;
    let base = accrued.base_of(amount)?;
    let item = NewItem {
        id: release.item,
        customer: accrued.customer,
        account: accrued.account.clone(),
        document: draft.document.map(|(id, _)| id),
        kind: BILLED.to_owned(),
        sign: -accrued.sign,
        currency: accrued.currency,
        original: amount,
        base_original: base,
        due_date: None,
    };
    let (signed, in_base) = if item.sign < 0 { (amount.neg()?, base.neg()?) } else { (amount, base) };
    let control = Posting {
        account: item.account.clone(),
        customer: Some(item.customer),
        currency: item.currency,
        amount: signed,
        base: in_base,
        item: Some(item.id),
        tax_code: None,
    };
    let revenue = Posting {
        account: account::REVENUE.to_owned(),
        customer: None,
        amount: signed.neg()?,
        base: in_base.neg()?,
        item: None,
        ..control.clone()
    };
    let mut clearing = ItemBalance::fresh(&item);
    let (debit, credit) = if item.sign < 0 { (accrued, &mut clearing) } else { (&mut clearing, accrued) };
    let done = allocate(release.allocation, debit, credit, amount)?;
    draft.postings.extend([control, revenue]);
    draft.postings.extend(done.postings);
    draft.allocations.push(done.allocation);
    draft.items.push(item);
    Ok(clearing)
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
