//! What a receipt paid when it was recorded, which goes with it when the import that brought it is undone.

use crate::allocation;
use crate::common::{Common, there};
use domain::ids::{EntryId, OpenItemId};
use domain::ledger::TRANSFER;
use std::collections::BTreeSet;
use store::rows::{Allocation, Document};
use store::{Tx, query};

/// Kinds of entries by which a receipt pays what its own entry could not.
const LATER: [&str; 2] = ["allocation", TRANSFER];

/// What pays by its own entry, and by those that its recording made afterwards: by the same hand at the same instant. What somebody
/// allocated later is not among it, nor what was approved for a bank line. All items are held.
pub(crate) fn paid_with(tx: &mut Tx<'_>, receipt: &Document) -> Result<Vec<Allocation>, Common> {
    let company = receipt.company;
    let own = query::open_items::of_document(tx, company, receipt.id)?;
    let Some(recorded) = own.first().map(|item| item.entry) else { return Ok(Vec::new()) };
    let recorded = there(query::entries::by_id(tx, company, recorded)?, "entry", recorded)?;
    let ids: Vec<OpenItemId> = own.iter().map(|item| item.id).collect();
    let all = of_items(tx, receipt, &ids)?;
    let mut items: BTreeSet<OpenItemId> = ids.iter().copied().collect();
    let entries: BTreeSet<EntryId> = all.iter().map(|one| one.entry).collect();
    for entry in entries {
        // of a transfer also what it opened between the two customers
        let made = query::allocations::of_entry(tx, company, entry)?;
        items.extend(made.iter().flat_map(|one| [one.debit_item, one.credit_item]));
    }
    // all at once, in the order in which everybody holds items
    query::open_items::lock(tx, company, &items.into_iter().collect::<Vec<_>>())?;
    let mut found = Vec::new();
    for one in of_items(tx, receipt, &ids)? {
        let by = there(query::entries::by_id(tx, company, one.entry)?, "entry", one.entry)?;
        let with_it = LATER.contains(&by.kind.as_str())
            && (by.posted_at, &by.created_by) == (recorded.posted_at, &recorded.created_by);
        if one.proposal.is_none() && (by.id == recorded.id || with_it) {
            found.push(one);
        }
    }
    Ok(found)
}

/// The standing ones.
fn of_items(tx: &mut Tx<'_>, receipt: &Document, items: &[OpenItemId]) -> Result<Vec<Allocation>, Common> {
    let mut found = Vec::new();
    for item in items {
        found.extend(allocation::standing(query::allocations::of_item(tx, receipt.company, *item)?));
    }
    Ok(found)
}
