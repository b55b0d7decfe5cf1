//! Writes a balanced entry with its postings, open items, allocations and events, updates what the allocations relieve,
//! looks at what stands in the rows then, and leaves it to be sealed with everything it carries. One path for every
//! posting: a period lock or a version is checked by its caller, and here that nothing is cleared before it exists. What names a role
//! of accounts gets the company's account here (`books`), and what uses money of an advance, or gives it back, moves its tax (`advance`).

use crate::advance;
use crate::books;
use crate::common::{Common, there};
use crate::customer;
use crate::event::event_digest;
use chrono::NaiveDate;
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId, ProposalId};
use domain::ledger::{self, Chart, Entry, EntryDraft, ItemBalance};
use money::Minor;
use std::collections::{BTreeMap, BTreeSet};
use store::query::entries::{self, EntryRows};
use store::rows::{Event, OpenItem};
use store::{Conn, StoreError, Tx, query, sequencer};

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

/// As [`write_for_proposal()`], of many entries of one company; `relieved` is what all of them change.
pub fn write_many(
    tx: &mut Tx<'_>,
    entries: Vec<(&Entry, Vec<Event>)>,
    relieved: &[Relieved],
    proposal: Option<ProposalId>,
) -> Result<(), Common> {
    write_rows(tx, entries, relieved, proposal)
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
    let chart = books::chart_in(tx, company)?;
    let (mut open, mut taxed) = (BTreeMap::new(), Vec::new());
    for (entry, mut events) in entries {
        let advances = check_dates(tx, entry)?;
        customers.extend(entry.postings.iter().filter_map(|posting| posting.customer));
        let mut draft = EntryDraft::clone(entry);
        let moved = advance::released(tx, &mut draft, &advances, &mut open)?;
        advance::tell(&mut events, &moved.rows, draft.base_currency)?;
        taxed.extend(moved.rows);
        events.sort_by_key(|event| event.id);
        let carried = events.iter().map(event_digest).collect::<Result<Vec<_>, _>>()?;
        let draft = books::resolved_by(tx, &chart, draft)?;
        // where the roles' own codes are the accounts nothing is checked again
        let resolved = if draft == **entry { Ok(entry.clone()) } else { Entry::try_new(draft) };
        let corrupt = |detail: String| Common::Corrupt { what: "entry", detail };
        let entry = resolved.map_err(|refused| corrupt(refused.to_string()))?.carrying(carried);
        check_control(&chart, &entry)?;
        rows.push(&entry, proposal)?;
        rows.events.append(&mut events);
    }
    query::erasure::hold_all(tx, company, &customers)?;
    customer::check_not_merged(tx, company, &customers)?;
    for change in relieved {
        let ItemBalance { id, open, base_open, .. } = change.balance;
        match rows.items.iter_mut().find(|item| item.id == id) {
            Some(new) => (new.open, new.base_open) = (open, base_open),
            None => {
                rows.relieved.push(entries::Relieved { item: id, version: change.version, open, base_open })
            }
        }
    }
    entries::post_entry(tx, &rows)?;
    Ok(query::advances::insert_moves(tx, &taxed)?)
}

/// Whoever entered the account, by hand too: what a control account has is somebody's, by the company's own numbers as by the roles'.
fn check_control(chart: &Chart, entry: &Entry) -> Result<(), Common> {
    let control = chart.control();
    let nobodys =
        |posting: &&ledger::Posting| posting.customer.is_none() && control.contains(posting.account.as_str());
    match entry.postings.iter().find(nobodys) {
        Some(posting) => {
            let detail = format!("a line on control account {} names no customer", posting.account);
            Err(Common::Corrupt { what: "entry", detail })
        }
        None => Ok(()),
    }
}

/// An allocation is not effective before the items it clears, nor while something else clears them: a fold over the ledger at
/// a day between would find it without them, or them cleared twice, for ever. Gives the advances whose money is among the items: what an
/// entry makes itself is money of one only where an older item of the same is cleared for it.
fn check_dates(tx: &mut Tx<'_>, entry: &Entry) -> Result<BTreeSet<DocumentId>, Common> {
    let effective = entry.effective_date.date();
    let is_new = |id: OpenItemId| entry.items.iter().any(|item| item.id == id);
    let both = entry.allocations.iter().flat_map(|a| [(a.debit_item, a.amount), (a.credit_item, a.amount)]);
    let old = both.filter(|(id, _)| !is_new(*id));
    let touched = touched(tx, entry.company, old)?;
    for (item, since) in touched.free {
        if effective < since {
            return Err(Common::TooEarly { effective, what: format!("open item {item}"), since });
        }
    }
    Ok(touched.advances)
}

/// From which day on so much of each item can be allocated: it exists, and nothing else clears it ([`ledger::free_from`]). What is
/// wanted of one item more than once is wanted together. The items are held. What can never be is left to the check of what is open.
pub(crate) fn free_from(
    conn: &mut Conn,
    company: CompanyId,
    wanted: impl IntoIterator<Item = (OpenItemId, Minor)>,
) -> Result<BTreeMap<OpenItemId, NaiveDate>, Common> {
    Ok(touched(conn, company, wanted)?.free)
}

/// Items that something clears.
struct Touched {
    /// From when on so much of each is free.
    free: BTreeMap<OpenItemId, NaiveDate>,
    /// Whose money they are, of those that are of an advance.
    advances: BTreeSet<DocumentId>,
}

fn touched(
    conn: &mut Conn,
    company: CompanyId,
    wanted: impl IntoIterator<Item = (OpenItemId, Minor)>,
) -> Result<Touched, Common> {
    let mut sums: BTreeMap<OpenItemId, Minor> = BTreeMap::new();
    for (id, amount) in wanted {
        let sum = sums.entry(id).or_default();
        *sum = sum.add(amount)?;
    }
    let items = query::open_items::begun(conn, company, &sums.keys().copied().collect::<Vec<_>>())?;
    let advances = items.iter().filter_map(|item| item.advance).collect();
    let cleared: Vec<OpenItemId> =
        items.iter().filter(|item| item.is_touched()).map(|item| item.id).collect();
    let dated = query::allocations::dated(conn, company, &cleared)?;
    let mut free = BTreeMap::new();
    for (id, amount) in sums {
        let item = there(items.iter().find(|item| item.id == id), "open item", id)?;
        let own = dated.iter().filter(|(of, ..)| *of == id);
        let cleared: Vec<(NaiveDate, Minor)> = own.map(|(_, day, amount)| (day.date(), *amount)).collect();
        let since = item.since.date();
        let from = ledger::free_from(item.original, since, &cleared, amount)?;
        free.insert(id, from.unwrap_or(since));
    }
    Ok(Touched { free, advances })
}

/// Seals what is committed: every writing command ends with this, the server's sequencer does it on its own.
pub fn drain(app: &crate::App, company: CompanyId) -> Result<usize, Common> {
    Ok(sequencer::drain(&app.db, company)?)
}

/// Before a read of what is sealed, which takes its snapshot after this: where no position is named, what was committed until now is in it
/// (decision 131).
pub(crate) fn settle(app: &crate::App, company: CompanyId, known_at: Option<u64>) -> Result<(), Common> {
    match known_at {
        Some(_) => Ok(()),
        None => Ok(store::settle::settle(&app.db, company)?),
    }
}

/// As [`drain`], then runs queries on one state of the database in which nothing waits to be sealed: whoever compares rows with the
/// chain looks at such a one.
pub fn sealed_snapshot<T, E: From<StoreError>>(
    app: &crate::App,
    company: CompanyId,
    work: impl FnMut(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    sequencer::sealed_snapshot(&app.db, company, work)
}
