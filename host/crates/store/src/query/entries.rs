//! Posting: the one way into the journal.
//!
//! | step | statements |
//! |---|---|
//! | entries, items, postings, allocations, events | one each per 500 rows (PostgreSQL: 2,000) |
//! | relieve items (open, base_open, version) | the same |
//! | look at what stands there now: entries balance, items are what their allocations left | 4 queries per 1,000 rows |
//! | put in line for the sequencer | the same |
//!
//! All rows are computed before the first is written; a lost race on an item is a `Conflict` and undoes everything.

use super::{IDS_MAX, allocations, open_items, unsealed};
use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::{self, Allocation, Entry, Event, NewUnsealed, OpenItem, Posting};
use crate::schema::{entries as t, postings as p};
use crate::types::columns::{Amount, Id};
use crate::types::v;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt};
use diesel::sqlite::Sqlite;
use domain::ids::{CompanyId, EntryId, OpenItemId, ProposalId};
use domain::ledger;
use money::{Currency, Minor};
use std::collections::{BTreeMap, BTreeSet};

/// What an open item is after an allocation. `version` is the one the decision was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relieved {
    pub item: OpenItemId,
    pub version: i64,
    pub open: Minor,
    pub base_open: Minor,
}

/// Entries to post, of one company, with everything that hangs on them. The sequencer takes them in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryRows {
    pub entries: Vec<Entry>,
    pub postings: Vec<Posting>,
    pub items: Vec<OpenItem>,
    pub allocations: Vec<Allocation>,
    pub relieved: Vec<Relieved>,
    /// Their `seal_ref` names one of the entries.
    pub events: Vec<Event>,
}

impl EntryRows {
    /// Adds a balanced entry: its rows, new items fully open at version 1. What allocations relieve is not computed
    /// here: `relieved` takes it.
    ///
    /// # Errors
    /// `Corrupt` for content that has no canonical form.
    pub fn push(&mut self, entry: &ledger::Entry, proposal: Option<ProposalId>) -> StoreResult<()> {
        let company = entry.company;
        let content_hash =
            entry.content_hash().map_err(|error| StoreError::Corrupt { what: error.to_string() })?;
        self.entries.push(Entry {
            company,
            id: entry.id,
            kind: entry.kind.clone(),
            effective_date: entry.effective_date,
            posted_at: entry.posted_at,
            document: entry.document.map(|(id, _)| id),
            reverses: entry.reverses,
            content_hash,
            created_by: entry.actor.clone(),
        });
        let lines = (1..).zip(&entry.postings);
        self.postings.extend(lines.map(|(line, posting)| posting_row(company, entry.id, line, posting)));
        self.items.extend(entry.items.iter().map(|item| item_row(company, entry.id, item)));
        self.allocations.extend(entry.allocations.iter().map(|a| Allocation {
            company,
            id: a.id,
            entry: entry.id,
            effective_date: entry.effective_date,
            debit_item: a.debit_item,
            credit_item: a.credit_item,
            currency: a.currency,
            amount: a.amount,
            base_debit: a.base_debit,
            base_credit: a.base_credit,
            reverses: a.reverses,
            proposal,
        }));
        Ok(())
    }
}

fn posting_row(company: CompanyId, entry: EntryId, line: u32, posting: &ledger::Posting) -> Posting {
    Posting {
        company,
        entry,
        line,
        account: posting.account.clone(),
        customer: posting.customer,
        currency: posting.currency,
        amount: posting.amount,
        base: posting.base,
        item: posting.item,
        tax_code: posting.tax_code.clone(),
    }
}

fn item_row(company: CompanyId, entry: EntryId, item: &ledger::NewItem) -> OpenItem {
    OpenItem {
        company,
        id: item.id,
        entry,
        customer: item.customer,
        account: item.account.clone(),
        document: item.document,
        kind: item.kind.clone(),
        sign: item.sign,
        currency: item.currency,
        original: item.original,
        base_original: item.base_original,
        open: item.original,
        base_open: item.base_original,
        due_date: item.due_date,
        version: 1,
        due_now: item.due_date,
    }
}

/// Posts entries: rows, what they relieve, their events, and their place in line for the sequencer.
///
/// # Errors
/// `Corrupt` if what then stands in the rows does not balance or tie out; `Conflict` if an item to relieve is no longer at its version; `ForeignKey` for a reference out of the company;
/// `Unique` `allocations(company, reverses)` for a second undoing.
pub fn post_entry(tx: &mut Tx<'_>, rows: &EntryRows) -> StoreResult<()> {
    rows::insert(tx, &rows.entries)?;
    rows::insert(tx, &rows.items)?;
    rows::insert(tx, &rows.postings)?;
    rows::insert(tx, &rows.allocations)?;
    if let Some(entry) = rows.entries.first() {
        relieve(tx, entry.company, &rows.relieved)?;
    }
    recheck(tx, rows)?;
    rows::insert(tx, &rows.events)?;
    let waiting: Vec<NewUnsealed> = rows
        .entries
        .iter()
        .map(|entry| NewUnsealed {
            company: entry.company,
            kind: "entry".to_owned(),
            reference: entry.id.uuid(),
            content_hash: entry.content_hash,
        })
        .collect();
    unsealed::insert(tx, &waiting)
}

/// The rows as the database has them by now: each entry balances in its currencies and in base, and of every item made
/// or relieved what is open is its original less its allocations.
///
/// # Errors
/// `Corrupt`, before anything is committed.
fn recheck(tx: &mut Tx<'_>, posted: &EntryRows) -> StoreResult<()> {
    let Some(first) = posted.entries.first() else { return Ok(()) };
    let company = first.company;
    let ids: Vec<EntryId> = posted.entries.iter().map(|entry| entry.id).collect();
    let mut sums: BTreeMap<(EntryId, Option<Currency>), i128> = BTreeMap::new();
    for posting in postings_of(tx, company, &ids)? {
        *sums.entry((posting.entry, Some(posting.currency))).or_default() += i128::from(posting.amount.get());
        *sums.entry((posting.entry, None)).or_default() += i128::from(posting.base.get());
    }
    if let Some(((entry, currency), _)) = sums.iter().find(|(_, sum)| **sum != 0) {
        let currency = currency.map_or_else(|| "base currency".to_owned(), |currency| currency.to_string());
        return Err(StoreError::Corrupt { what: format!("{entry} does not balance in {currency}") });
    }
    let made = posted.items.iter().map(|item| item.id);
    let items: BTreeSet<OpenItemId> = made.chain(posted.relieved.iter().map(|r| r.item)).collect();
    let items: Vec<OpenItemId> = items.into_iter().collect();
    let mut left: BTreeMap<OpenItemId, (i128, i128)> = BTreeMap::new();
    for item in open_items::by_ids(tx, company, &items)? {
        let open = i128::from(item.original.get()) - i128::from(item.open.get());
        let base = i128::from(item.base_original.get()) - i128::from(item.base_open.get());
        left.insert(item.id, (open, base));
    }
    // what these entries made and do not clear cannot be cleared by anything: nobody else sees it yet
    let cleared = posted.allocations.iter().flat_map(|a| [a.debit_item, a.credit_item]);
    let cleared: BTreeSet<OpenItemId> = cleared.chain(posted.relieved.iter().map(|r| r.item)).collect();
    let touched: Vec<OpenItemId> = items.into_iter().filter(|id| cleared.contains(id)).collect();
    for (item, amount, base) in allocations::relieved(tx, company, &touched)? {
        if let Some(left) = left.get_mut(&item) {
            *left = (left.0 - i128::from(amount.get()), left.1 - i128::from(base.get()));
        }
    }
    match left.iter().find(|(_, left)| **left != (0, 0)) {
        Some((item, _)) => {
            let what = format!("what is open of {item} is not its original less its allocations");
            Err(StoreError::Corrupt { what })
        }
        None => Ok(()),
    }
}

fn relieve(tx: &mut Tx<'_>, company: CompanyId, relieved: &[Relieved]) -> StoreResult<()> {
    // in one order in every transaction, so that two of them wait for each other and do not deadlock
    let mut sorted = relieved.to_vec();
    sorted.sort_by_key(|r| r.item);
    let mut updated = 0;
    match tx.conn() {
        Conn::Postgres(conn) => {
            for items in sorted.chunks(rows::PG_ROWS_MAX) {
                updated += PgRelieve::new(company, items).execute(conn)?;
            }
        }
        Conn::Sqlite(conn) => {
            for items in rows::in_sizes(&sorted) {
                updated += SqliteRelieve { company, items }.execute(conn)?;
            }
        }
    }
    if updated == relieved.len() {
        Ok(())
    } else {
        Err(StoreError::Conflict { what: "an open item".to_owned() })
    }
}

const RELIEVE: &str = "UPDATE open_items SET open = r.column3, base_open = r.column4, \
     version = open_items.version + 1 FROM (";
const RELIEVED: &str = " AND open_items.id = r.column1 AND open_items.version = r.column2";

/// One text for any number of items.
struct PgRelieve {
    company: CompanyId,
    items: Vec<OpenItemId>,
    versions: Vec<i64>,
    open: Vec<Minor>,
    base_open: Vec<Minor>,
}

impl PgRelieve {
    fn new(company: CompanyId, items: &[Relieved]) -> Self {
        PgRelieve {
            company,
            items: items.iter().map(|r| r.item).collect(),
            versions: items.iter().map(|r| r.version).collect(),
            open: items.iter().map(|r| r.open).collect(),
            base_open: items.iter().map(|r| r.base_open).collect(),
        }
    }
}

impl QueryFragment<Pg> for PgRelieve {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(RELIEVE);
        out.push_sql("SELECT * FROM unnest(");
        out.push_bind_param::<Array<Id>, _>(&self.items)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.versions)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Amount>, _>(&self.open)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Amount>, _>(&self.base_open)?;
        out.push_sql(")) AS r (column1, column2, column3, column4) WHERE open_items.company = ");
        out.push_bind_param::<Id, _>(&self.company)?;
        out.push_sql(RELIEVED);
        Ok(())
    }
}

struct SqliteRelieve<'a> {
    company: CompanyId,
    items: &'a [Relieved],
}

impl QueryFragment<Sqlite> for SqliteRelieve<'_> {
    /// SQLite names the columns of VALUES column1, column2 …
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(RELIEVE);
        for (n, item) in self.items.iter().enumerate() {
            out.push_sql(if n == 0 { "VALUES (" } else { ", (" });
            out.push_bind_param::<Id, _>(&item.item)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&item.version)?;
            out.push_sql(", ");
            out.push_bind_param::<Amount, _>(&item.open)?;
            out.push_sql(", ");
            out.push_bind_param::<Amount, _>(&item.base_open)?;
            out.push_sql(")");
        }
        out.push_sql(") AS r WHERE open_items.company = ");
        out.push_bind_param::<Id, _>(&self.company)?;
        out.push_sql(RELIEVED);
        Ok(())
    }
}

// no static id: the statement cache then goes by the text
impl QueryId for PgRelieve {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl QueryId for SqliteRelieve<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<C> RunQueryDsl<C> for PgRelieve {}
impl<C> RunQueryDsl<C> for SqliteRelieve<'_> {}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: EntryId) -> StoreResult<Option<Entry>> {
    Ok(t::table.find((v(company), v(id))).select(Entry::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[EntryId]) -> StoreResult<Vec<Entry>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Entry::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Postings of some entries, by entry and line.
pub fn postings_of(conn: &mut Conn, company: CompanyId, ids: &[EntryId]) -> StoreResult<Vec<Posting>> {
    // SQLite prepares a list of ids anew each time; of one it keeps the statement
    if let [one] = ids {
        let query = p::table.filter(p::company.eq(v(company))).filter(p::entry.eq(v(*one)));
        return Ok(query.order(p::line).select(Posting::as_select()).load(conn)?);
    }
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            p::table.filter(p::company.eq(v(company))).filter(p::entry.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((p::entry, p::line)).select(Posting::as_select()).load(conn)?);
    }
    Ok(found)
}
