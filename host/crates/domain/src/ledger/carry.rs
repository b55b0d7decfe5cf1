//! Carrying an open item over (结转) to the customer who takes the place of another: a transfer of the whole of what is open, with
//! nothing to pay on the other side yet.
//!
//! | posting | item it makes | |
//! |---|---|---|
//! | on the account of whose item it is, the other sign | `clearing` | clears the item at once |
//! | on the same account of who takes over, the item's sign | `carried` | open, due when the item was |
//!
//! Both ledgers tie out by themselves, and the item is carried at what it was carried at: no exchange difference arises.

use super::allocation::{Allocated, AllocationError, ItemBalance, allocate, unallocate};
use super::post::{Head, draft};
use super::transfer::{TRANSFER, TransferError, backing, counter_of};
use super::{EntryDraft, NewAllocation, NewItem};
use crate::ids::{AllocationId, CustomerId, EntryId, OpenItemId};
use crate::time::AccountingDate;

/// What is to be carried over. `head` is of whose item it is, its `item` is `clearing`.
#[derive(Debug, Clone)]
pub struct CarryPosting {
    pub head: Head,
    /// Who takes over, and the id of the item she gets.
    pub to: CustomerId,
    pub carried: OpenItemId,
    pub from: ItemBalance,
    pub due_date: Option<AccountingDate>,
    pub allocation: AllocationId,
}

/// An entry with what is left of the items it touches.
#[derive(Debug, Clone)]
pub struct CarriedOver {
    pub draft: EntryDraft,
    pub from: ItemBalance,
    pub clearing: ItemBalance,
    pub carried: ItemBalance,
}

/// Carries the whole of what is open over.
pub fn post_carry(posting: CarryPosting) -> Result<CarriedOver, TransferError> {
    let CarryPosting { head, to, carried, mut from, due_date, allocation } = posting;
    let (amount, base) = (from.open, from.base_open);
    let item = |id: OpenItemId, customer: CustomerId, sign: i32| NewItem {
        id,
        customer,
        account: from.account.clone(),
        document: Some(head.document),
        kind: TRANSFER.to_owned(),
        sign,
        currency: from.currency,
        original: amount,
        base_original: base,
        due_date: None,
    };
    let one = item(head.item, from.customer, -from.sign);
    let other = NewItem { due_date, ..item(carried, to, from.sign) };
    let mut postings = vec![backing(&one)?, backing(&other)?];
    let mut clearing = ItemBalance::fresh(&one);
    let done = clear(allocation, &mut from, &mut clearing)?;
    postings.extend(done.postings);
    let carried = ItemBalance::fresh(&other);
    let draft = EntryDraft {
        allocations: vec![done.allocation],
        ..draft(&head, TRANSFER, postings, vec![one, other])
    };
    Ok(CarriedOver { draft, from, clearing, carried })
}

/// What was carried over, to be taken back whole. `head` is of the document that takes it back, its `item` counters `clearing`.
#[derive(Debug, Clone)]
pub struct CarryReversal {
    pub head: Head,
    /// The entry that carried it over.
    pub reverses: EntryId,
    /// The id of the item that counters `carried`.
    pub counter: OpenItemId,
    pub from: ItemBalance,
    pub clearing: ItemBalance,
    pub carried: ItemBalance,
    /// The allocation, with the id of its undoing.
    pub undone: (AllocationId, NewAllocation),
    /// Of the counter items to `clearing` and `carried`.
    pub cleared: (AllocationId, AllocationId),
}

/// Takes it back: the allocation is undone, and both items cleared by counter items (红字).
pub fn reverse_carry(posting: CarryReversal) -> Result<(CarriedOver, [ItemBalance; 2]), TransferError> {
    let CarryReversal { head, reverses, counter, mut from, mut clearing, mut carried, .. } = posting;
    let (id, of) = posting.undone;
    let (debit, credit) = sides(&mut from, &mut clearing);
    let undone = unallocate(id, &of, debit, credit)?;
    let (one, other) = (counter_of(&head, head.item, &clearing), counter_of(&head, counter, &carried));
    let mut postings = vec![backing(&one)?, backing(&other)?];
    let (mut of_clearing, mut of_carried) = (ItemBalance::fresh(&one), ItemBalance::fresh(&other));
    let cleared = [
        clear(posting.cleared.0, &mut clearing, &mut of_clearing)?,
        clear(posting.cleared.1, &mut carried, &mut of_carried)?,
    ];
    let mut rows = Vec::with_capacity(3);
    for done in std::iter::once(undone).chain(cleared) {
        postings.extend(done.postings);
        rows.push(done.allocation);
    }
    let draft = EntryDraft {
        reverses: Some(reverses),
        allocations: rows,
        ..draft(&head, "reversal", postings, vec![one, other])
    };
    Ok((CarriedOver { draft, from, clearing, carried }, [of_clearing, of_carried]))
}

/// Clears the whole of what is open of one item by another of the other sign.
fn clear(
    id: AllocationId,
    one: &mut ItemBalance,
    other: &mut ItemBalance,
) -> Result<Allocated, AllocationError> {
    let amount = one.open;
    let (debit, credit) = sides(one, other);
    allocate(id, debit, credit, amount)
}

/// (debit, credit)
fn sides<'a>(
    one: &'a mut ItemBalance,
    other: &'a mut ItemBalance,
) -> (&'a mut ItemBalance, &'a mut ItemBalance) {
    if one.sign < 0 { (other, one) } else { (one, other) }
}

#[cfg(test)]
#[path = "carry_tests.rs"]
mod tests;
