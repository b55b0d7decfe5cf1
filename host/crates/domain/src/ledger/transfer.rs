//! Transfers (划转): one customer's credit pays what another owes – a head office for its branches, a payer for a debtor –,
//! or what the same customer owes on another control account.
//!
//! | posting | item it makes | cleared at once |
//! |---|---|---|
//! | debit, on the account of whose credit it is | `taken`, a debit item | by the credit |
//! | credit, on the account of who owes | `given`, a credit item | which pays what is owed |
//!
//! So no allocation leaves an account: each customer's ledger, statement and tie-out are hers alone. The transfer is carried at
//! what the credit was carried at; realised FX stands on the side of who owes.

use super::allocation::{AllocationError, ItemBalance, allocate, unallocate};
use super::post::{Head, draft};
use super::{EntryDraft, LedgerError, NewAllocation, NewItem, Posting};
use crate::ids::{AllocationId, EntryId, OpenItemId};
use money::Minor;
use thiserror::Error;

/// The kind of the document, the entry and its items.
pub const TRANSFER: &str = "transfer";

/// A transfer that may not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransferError {
    #[error(
        "{debit} and {credit} are of one customer and one account: they clear each other without a transfer"
    )]
    SameAccount { debit: OpenItemId, credit: OpenItemId },
    #[error(transparent)]
    Allocation(#[from] AllocationError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<money::MoneyError> for TransferError {
    fn from(error: money::MoneyError) -> Self {
        TransferError::Ledger(error.into())
    }
}

/// What is to be transferred. `head` is of who owes: her customer, the transfer's document, and `item` for `given`.
#[derive(Debug, Clone)]
pub struct TransferPosting {
    pub head: Head,
    /// The id of the item made on the account of whose credit it is.
    pub taken: OpenItemId,
    pub debit: ItemBalance,
    pub credit: ItemBalance,
    pub amount: Minor,
    /// Of the credit to `taken`, and of `given` to what is owed.
    pub allocations: (AllocationId, AllocationId),
}

/// An entry with what is left of the items it touches.
#[derive(Debug, Clone)]
pub struct Transferred {
    pub draft: EntryDraft,
    pub debit: ItemBalance,
    pub credit: ItemBalance,
    pub taken: ItemBalance,
    pub given: ItemBalance,
}

/// Transfers `amount` of the credit to who owes, and pays the debit with it.
pub fn post_transfer(posting: TransferPosting) -> Result<Transferred, TransferError> {
    let TransferPosting { head, taken, mut debit, mut credit, amount, allocations } = posting;
    if (debit.customer, &debit.account) == (credit.customer, &credit.account) {
        return Err(TransferError::SameAccount { debit: debit.id, credit: credit.id });
    }
    if debit.currency != credit.currency {
        let (debit, credit) = (debit.id, credit.id);
        return Err(AllocationError::Mismatch { debit, credit, what: "currency" }.into());
    }
    let base = credit.base_of(amount)?;
    let item = |id: OpenItemId, of: &ItemBalance, sign: i32| NewItem {
        id,
        customer: of.customer,
        account: of.account.clone(),
        document: Some(head.document),
        kind: TRANSFER.to_owned(),
        sign,
        currency: of.currency,
        original: amount,
        base_original: base,
        due_date: None,
    };
    let (one, other) = (item(taken, &credit, 1), item(head.item, &debit, -1));
    let mut postings = vec![backing(&one)?, backing(&other)?];
    let (mut taken, mut given) = (ItemBalance::fresh(&one), ItemBalance::fresh(&other));
    let first = allocate(allocations.0, &mut taken, &mut credit, amount)?;
    let second = allocate(allocations.1, &mut debit, &mut given, amount)?;
    postings.extend(first.postings.into_iter().chain(second.postings));
    let rows = vec![first.allocation, second.allocation];
    let draft = EntryDraft { allocations: rows, ..draft(&head, TRANSFER, postings, vec![one, other]) };
    Ok(Transferred { draft, debit, credit, taken, given })
}

/// A transfer to be taken back whole. `head` is of the document that takes it back, its `item` counters `given`.
#[derive(Debug, Clone)]
pub struct TransferReversal {
    pub head: Head,
    /// The entry of the transfer.
    pub reverses: EntryId,
    /// The id of the item that counters `taken`.
    pub counter: OpenItemId,
    pub debit: ItemBalance,
    pub credit: ItemBalance,
    pub taken: ItemBalance,
    pub given: ItemBalance,
    /// The two allocations of the transfer, each with the id of its undoing.
    pub undone: [(AllocationId, NewAllocation); 2],
    /// Of the counter items to `taken` and `given`.
    pub cleared: (AllocationId, AllocationId),
}

/// Takes a transfer back: both allocations are undone, and its two items cleared by counter items (红字).
pub fn reverse_transfer(posting: TransferReversal) -> Result<(Transferred, [ItemBalance; 2]), TransferError> {
    let TransferReversal { head, reverses, counter, mut debit, mut credit, mut taken, mut given, .. } =
        posting;
    let [(first, of_taken), (second, of_given)] = posting.undone;
    let undone = [
        unallocate(first, &of_taken, &mut taken, &mut credit)?,
        unallocate(second, &of_given, &mut debit, &mut given)?,
    ];
    let (one, other) = (counter_of(&head, counter, &taken), counter_of(&head, head.item, &given));
    let mut postings = vec![backing(&one)?, backing(&other)?];
    let (mut of_taken, mut of_given) = (ItemBalance::fresh(&one), ItemBalance::fresh(&other));
    let amount = taken.open;
    let cleared = [
        allocate(posting.cleared.0, &mut taken, &mut of_taken, amount)?,
        allocate(posting.cleared.1, &mut of_given, &mut given, amount)?,
    ];
    let mut rows = Vec::with_capacity(4);
    for done in undone.into_iter().chain(cleared) {
        postings.extend(done.postings);
        rows.push(done.allocation);
    }
    let draft = EntryDraft {
        reverses: Some(reverses),
        allocations: rows,
        ..draft(&head, "reversal", postings, vec![one, other])
    };
    Ok((Transferred { draft, debit, credit, taken, given }, [of_taken, of_given]))
}

/// The item by which a document takes back the whole of another one (红字).
pub(super) fn counter_of(head: &Head, id: OpenItemId, of: &ItemBalance) -> NewItem {
    NewItem {
        id,
        customer: of.customer,
        account: of.account.clone(),
        document: Some(head.document),
        kind: "reversal".to_owned(),
        sign: -of.sign,
        currency: of.currency,
        original: of.original,
        base_original: of.base_original,
        due_date: None,
    }
}

/// The posting that makes an item.
pub(super) fn backing(item: &NewItem) -> Result<Posting, LedgerError> {
    let signed = |amount: Minor| if item.sign < 0 { amount.neg() } else { Ok(amount) };
    Ok(Posting {
        account: item.account.clone(),
        customer: Some(item.customer),
        currency: item.currency,
        amount: signed(item.original)?,
        base: signed(item.base_original)?,
        item: Some(item.id),
        tax_code: None,
    })
}

#[cfg(test)]
#[path = "transfer_tests.rs"]
mod tests;
