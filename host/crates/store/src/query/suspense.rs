//! Money in suspense (待查款) and what was done with it.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, SuspenseItem, SuspenseMove};
use crate::schema::{entries as e, postings as p, suspense_items as t, suspense_moves as m};
use crate::types::columns::{Day, Id};
use crate::types::{sum_minor, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::canonical::Digest;
use domain::ids::{BankLineId, CompanyId, DocumentId, EntryId, ProposalId, SuspenseId, SuspenseMoveId};
use domain::time::AccountingDate;
use money::{Currency, Minor};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

pub fn insert(tx: &mut Tx<'_>, item: &SuspenseItem) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(item)).map(drop)
}

/// # Errors
/// `Unique` `suspense_moves(company, reverses)`: it was undone already.
pub fn insert_move(tx: &mut Tx<'_>, row: &SuspenseMove) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: SuspenseId) -> StoreResult<Option<SuspenseItem>> {
    Ok(t::table.find((v(company), v(id))).select(SuspenseItem::as_select()).get_result(conn).optional()?)
}

/// The proposals by whose approval these entries came to suspense.
pub fn proposals_of(
    conn: &mut Conn,
    company: CompanyId,
    entries: &[EntryId],
) -> StoreResult<Vec<(EntryId, ProposalId)>> {
    let mut found = Vec::new();
    for chunk in entries.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::entry.eq_any(chunk.iter().copied().map(v)))
            .select((t::entry, t::proposal));
        let rows: Vec<(EntryId, Option<ProposalId>)> = query.load(conn)?;
        found.extend(rows.into_iter().filter_map(|(entry, proposal)| Some((entry, proposal?))));
    }
    Ok(found)
}

/// As [`by_id`], alone until the transaction ends: of two who clear it the second sees what the first left.
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: SuspenseId) -> StoreResult<Option<SuspenseItem>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result(conn).optional()?,
    })
}

/// A page by id, effective on or before a day.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    as_of: AccountingDate,
    after: Option<SuspenseId>,
    limit: u32,
) -> StoreResult<Vec<SuspenseItem>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::effective_date.le(v(as_of)))
        .select(SuspenseItem::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(t::id.gt(v(after)));
    }
    Ok(query.order(t::id.asc()).limit(i64::from(limit)).load(conn)?)
}

#[derive(QueryableByName)]
struct Open {
    #[diesel(sql_type = Id)]
    id: SuspenseId,
}

// `$1`, `$2` … must first appear in this order: SQLite numbers named parameters as they come
const OPEN: &str = "SELECT i.id AS id FROM suspense_items AS i \
     WHERE i.company = $1 AND i.effective_date <= $2 AND i.id > $3 AND i.amount <> COALESCE(\
     (SELECT CAST(SUM(m.amount) AS BIGINT) FROM suspense_moves AS m \
     WHERE m.company = i.company AND m.item = i.id AND m.effective_date <= $2), 0) \
     ORDER BY i.id LIMIT $4";

/// As [`page`], those alone of which something is left at the day.
pub fn open_page(
    conn: &mut Conn,
    company: CompanyId,
    as_of: NaiveDate,
    after: Option<SuspenseId>,
    limit: u32,
) -> StoreResult<Vec<SuspenseItem>> {
    let after = after.unwrap_or(SuspenseId::new(Uuid::nil()));
    let query = diesel::sql_query(OPEN).bind::<Id, _>(company).bind::<Day, _>(as_of).bind::<Id, _>(after);
    let open: Vec<Open> = query.bind::<BigInt, _>(i64::from(limit)).load(conn)?;
    let ids: Vec<SuspenseId> = open.into_iter().map(|row| row.id).collect();
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order(t::id.asc()).select(SuspenseItem::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Those that a bank line's money made, by id.
pub fn of_line(conn: &mut Conn, company: CompanyId, line: BankLineId) -> StoreResult<Vec<SuspenseItem>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::bank_line.eq(Some(line)));
    Ok(query.order(t::id.asc()).select(SuspenseItem::as_select()).load(conn)?)
}

/// Those that an approved proposal made, by id.
pub fn of_proposal(
    conn: &mut Conn,
    company: CompanyId,
    lines: &[BankLineId],
    proposal: ProposalId,
) -> StoreResult<Vec<SuspenseItem>> {
    let mut found = Vec::new();
    for line in lines {
        found.extend(
            of_line(conn, company, *line)?.into_iter().filter(|item| item.proposal == Some(proposal)),
        );
    }
    Ok(found)
}

/// That a refund made.
pub fn of_document(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> StoreResult<Option<SuspenseItem>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::document.eq(Some(document)));
    Ok(query.select(SuspenseItem::as_select()).first(conn).optional()?)
}

/// What was done with some of them, in the order of its doing.
pub fn moves_of(conn: &mut Conn, company: CompanyId, items: &[SuspenseId]) -> StoreResult<Vec<SuspenseMove>> {
    let mut found: Vec<SuspenseMove> = Vec::new();
    for chunk in items.chunks(IDS_MAX) {
        let query =
            m::table.filter(m::company.eq(v(company))).filter(m::item.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(SuspenseMove::as_select()).load::<SuspenseMove>(conn)?);
    }
    found.sort_by_key(|row| (row.done_at, row.id));
    Ok(found)
}

pub fn move_by_id(
    conn: &mut Conn,
    company: CompanyId,
    id: SuspenseMoveId,
) -> StoreResult<Option<SuspenseMove>> {
    Ok(m::table.find((v(company), v(id))).select(SuspenseMove::as_select()).get_result(conn).optional()?)
}

/// That which a receipt is of.
pub fn move_of_document(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> StoreResult<Option<SuspenseMove>> {
    let query = m::table
        .filter(m::company.eq(v(company)))
        .filter(m::document.eq(Some(document)))
        .filter(m::reverses.is_null());
    Ok(query.select(SuspenseMove::as_select()).first(conn).optional()?)
}

/// Of receipts that were identified in suspense, and still are: the line that brought their money, and how much of it each is.
pub fn lines_of_receipts(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<HashMap<DocumentId, (BankLineId, Minor)>> {
    let mut moves: Vec<SuspenseMove> = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = m::table
            .filter(m::company.eq(v(company)))
            .filter(m::document.eq_any(chunk.iter().copied().map(Some)));
        moves.extend(query.select(SuspenseMove::as_select()).load::<SuspenseMove>(conn)?);
    }
    let undone: HashSet<SuspenseMoveId> = moves.iter().filter_map(|row| row.reverses).collect();
    moves.retain(|row| row.reverses.is_none() && !undone.contains(&row.id));
    let named: BTreeSet<SuspenseId> = moves.iter().map(|row| row.item).collect();
    let named: Vec<SuspenseId> = named.into_iter().collect();
    let mut lines: HashMap<SuspenseId, BankLineId> = HashMap::new();
    for chunk in named.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        let items: Vec<SuspenseItem> = query.select(SuspenseItem::as_select()).load(conn)?;
        lines.extend(items.into_iter().filter_map(|item| Some((item.id, item.bank_line?))));
    }
    let one = |row: SuspenseMove| Some((row.document?, (*lines.get(&row.item)?, row.amount)));
    Ok(moves.into_iter().filter_map(one).collect())
}

/// Σ (amount, base) on an account that controls no customers, at a day, by currency: what is posted there names nobody
/// (`postings_of_nobody`), so that it costs what stands on the account and not what stands in the journal.
pub fn ledger(
    conn: &mut Conn,
    company: CompanyId,
    account: &str,
    as_of: AccountingDate,
) -> StoreResult<Vec<(Currency, Minor, Minor)>> {
    let sums: Vec<(Currency, Option<Minor>, Option<Minor>)> = p::table
        .inner_join(e::table.on(e::company.eq(p::company).and(e::id.eq(p::entry))))
        .filter(p::company.eq(v(company)))
        .filter(p::account.eq(account))
        .filter(p::customer.is_null())
        .filter(e::effective_date.le(v(as_of)))
        .group_by(p::currency)
        .order(p::currency)
        .select((p::currency, sum_minor(p::amount), sum_minor(p::base)))
        .load(conn)?;
    let of = |(currency, amount, base): (Currency, Option<Minor>, Option<Minor>)| {
        (currency, amount.unwrap_or_default(), base.unwrap_or_default())
    };
    Ok(sums.into_iter().map(of).collect())
}

/// Takes the words out of what names somebody: who is erased is named nowhere.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, names: &[&str]) -> StoreResult<()> {
    let query = m::table.filter(m::company.eq(v(company))).filter(m::words.is_not_null());
    let all: Vec<SuspenseMove> = query.select(SuspenseMove::as_select()).load(tx.conn())?;
    let named = |row: &&SuspenseMove| {
        row.words.as_ref().is_some_and(|words| names.iter().any(|name| words.contains(name)))
    };
    for row in all.iter().filter(named) {
        diesel::update(m::table.find((v(company), v(row.id))))
            .set((m::words.eq(None::<String>), m::words_salt.eq(None::<Digest>)))
            .execute(tx.conn())?;
    }
    Ok(())
}
