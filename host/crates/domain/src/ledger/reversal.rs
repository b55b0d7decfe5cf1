//! Which postings take a document back (冲销): its own, negative on the same side (红字), with a counter item that clears
//! its item. Amounts are signed by side here, so that a negative debit and a credit are one posting; which of the two a
//! voucher shows is a matter of its layout.

use super::post::{Head, draft};
use super::{EntryDraft, LedgerError, NewItem, Posting};
use crate::ids::{EntryId, OpenItemId};
use money::Minor;

/// A posted document to be taken back. `head` is of the reversal: its document, its item, its date.
#[derive(Debug, Clone)]
pub struct ReversalPosting {
    pub head: Head,
    /// The entry that is reversed, as it was posted.
    pub reverses: EntryId,
    pub postings: Vec<Posting>,
    /// The item that entry made.
    pub item: NewItem,
    /// What else it made, each with the id of what counters it: of what bills deliveries, what cleared them.
    pub others: Vec<(NewItem, OpenItemId)>,
}

/// The reversal without the allocation of each item and its counter to each other, which the caller adds. The document's own is the first.
pub fn post_reversal(posting: ReversalPosting) -> Result<EntryDraft, LedgerError> {
    let ReversalPosting { head, reverses, postings, item, others } = posting;
    let mut made = vec![(item, head.item)];
    made.extend(others);
    let mut reversed = Vec::with_capacity(postings.len());
    for line in own(&postings) {
        reversed.push(Posting {
            amount: line.amount.neg()?,
            base: line.base.neg()?,
            item: line.item.map(|item| counter(item, &made)),
            ..line.clone()
        });
    }
    let new = |(item, id): (NewItem, OpenItemId)| NewItem {
        id,
        document: Some(head.document),
        kind: "reversal".to_owned(),
        sign: -item.sign,
        due_date: None,
        ..item
    };
    let items = made.into_iter().map(new).collect();
    Ok(EntryDraft { reverses: Some(reverses), ..draft(&head, "reversal", reversed, items) })
}

fn counter(item: OpenItemId, made: &[(NewItem, OpenItemId)]) -> OpenItemId {
    made.iter().find(|(of, _)| of.id == item).map_or(item, |(_, counter)| *counter)
}

/// The document's own postings: the realised FX of allocations in the same entry (a control account moved in base currency
/// alone, and its counter line) is taken back with those allocations.
fn own(postings: &[Posting]) -> Vec<&Posting> {
    let mut found = Vec::with_capacity(postings.len());
    let mut lines = postings.iter();
    while let Some(line) = lines.next() {
        if line.amount == Minor::ZERO && line.customer.is_some() && line.item.is_none() {
            lines.next();
        } else {
            found.push(line);
        }
    }
    found
}

#[cfg(test)]
#[path = "reversal_tests.rs"]
mod tests;
