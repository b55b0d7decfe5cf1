//! Writes a balanced entry with its postings, open items, allocations and events, updates what the allocations relieve,
//! looks at what stands in the rows then, and leaves it to be sealed with everything it carries. One path for every
//! posting: a period lock or a version is checked by its caller, and here that nothing is cleared before it exists.

use crate::common::Common;
use crate::event::event_digest;
use domain::ids::{CompanyId, CustomerId, OpenItemId, ProposalId};
use domain::ledger::{Entry, ItemBalance};
use store::query::entries::{self, EntryRows};
use store::rows::{Event, OpenItem};
use store::{Tx, query, sequencer};

/// An open item that allocations of an entry relieve: as loaded, and as it will be.
#[derive(Debug, Clone)]
pub struct Relieved {
    pub version: i64,
    pub balance: ItemBalance,
}

impl Relieved {
    pub fn load(row: &OpenItem) -> Self {
        let balance = ItemBalance {
            id: row.id,
            customer: row.customer,
            account: row.account.clone(),
            currency: row.currency,
            sign: row.sign,
            original: row.original,
            base_original: row.base_original,
            open: row.open,
            base_open: row.base_open,
        };
        Relieved { version: row.version, balance }
    }
}

/// Writes `entry`, whose customers are held: none of them is erased before this commits. `relieved` are the items, old or made by this very entry, whose open amounts it changes;
/// an old one that was changed since it was loaded is a conflict.
pub fn write(
    tx: &mut Tx<'_>,
    entry: &Entry,
    relieved: &[Relieved],
    events: Vec<Event>,
) -> Result<(), Common> {
    write_for_proposal(tx, entry, relieved, events, None)
}

/// As [`write()`]; the allocations name the proposal they come from.
pub fn write_for_proposal(
    tx: &mut Tx<'_>,
    entry: &Entry,
    relieved: &[Relieved],
    events: Vec<Event>,
    proposal: Option<ProposalId>,
) -> Result<(), Common> {
    write_rows(tx, vec![(entry, events)], relieved, proposal)
}

/// As [`write()`], of many entries of one company that relieve nothing.
pub fn write_many(tx: &mut Tx<'_>, entries: Vec<(&Entry, Vec<Event>)>) -> Result<(), Common> {
    write_rows(tx, entries, &[], None)
}

fn write_rows(
    tx: &mut Tx<'_>,
    entries: Vec<(&Entry, Vec<Event>)>,
    relieved: &[Relieved],
    proposal: Option<ProposalId>,
) -> Result<(), Common> {
    let Some(company) = entries.first().map(|(entry, _)| entry.company) else { return Ok(()) };
    let mut rows = EntryRows::default();
    let mut customers: Vec<CustomerId> = relieved.iter().map(|change| change.balance.customer).collect();
    for (entry, mut events) in entries {
        check_dates(tx, entry)?;
        customers.extend(entry.postings.iter().filter_map(|posting| posting.customer));
        events.sort_by_key(|event| event.id);
        let carried = events.iter().map(event_digest).collect::<Result<_, _>>()?;
        let entry = entry
            .clone()
            .carrying(carried)
            .map_err(|refused| Common::Corrupt { what: "entry", detail: refused.to_string() })?;
        rows.push(&entry, proposal);
        rows.events.append(&mut events);
    }
    query::erasure::hold_all(tx, company, &customers)?;
    for change in relieved {
        let ItemBalance { id, open, base_open, .. } = change.balance;
        match rows.items.iter_mut().find(|item| item.id == id) {
            Some(new) => (new.open, new.base_open) = (open, base_open),
            None => {
                rows.relieved.push(entries::Relieved { item: id, version: change.version, open, base_open })
            }
        }
    }
    Ok(entries::post_entry(tx, &rows)?)
}

/// An allocation is not effective before the items it clears: a fold over the ledger at a day between would find it
/// without them, for ever.
fn check_dates(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Common> {
    let effective = entry.effective_date;
    let new: Vec<OpenItemId> = entry.items.iter().map(|item| item.id).collect();
    let mut old: Vec<OpenItemId> = entry
        .allocations
        .iter()
        .flat_map(|a| [a.debit_item, a.credit_item])
        .filter(|id| !new.contains(id))
        .collect();
    old.sort_unstable();
    old.dedup();
    for (item, since) in query::open_items::dates(tx, entry.company, &old)? {
        if effective < since {
            let (effective, since) = (effective.date(), since.date());
            return Err(Common::TooEarly { effective, what: format!("open item {item}"), since });
        }
    }
    Ok(())
}

/// Seals what is committed: every writing command ends with this, the server's sequencer does it on its own.
pub fn drain(app: &crate::App, company: CompanyId) -> Result<usize, Common> {
    Ok(sequencer::drain(&app.db, company)?)
}
