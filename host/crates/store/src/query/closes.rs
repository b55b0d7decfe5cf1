//! Checklists of the close (月结).

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Close, CloseItem, CloseRecord};
use crate::schema::{close_items as i, close_records as r, closes as t, entries as e, seals as s};
use crate::types::columns::{Count, Day, Id};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::ids::CompanyId;

/// Opens a checklist with its items.
///
/// # Errors
/// `Unique` `closes(company, period)` if it is there.
pub fn insert(tx: &mut Tx<'_>, close: &Close, items: &[CloseItem]) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(close))?;
    rows::insert(tx, items).map(drop)
}

pub fn by_period(conn: &mut Conn, company: CompanyId, period: NaiveDate) -> StoreResult<Option<Close>> {
    Ok(t::table.find((v(company), v(period))).select(Close::as_select()).get_result(conn).optional()?)
}

/// As [`by_period`], alone until the transaction ends: for whoever signs, reopens or changes an item. A lock of the period
/// waits for them, and they for it, at the company's row (`period_locks`).
pub fn hold(tx: &mut Tx<'_>, company: CompanyId, period: NaiveDate) -> StoreResult<Option<Close>> {
    let query = t::table.find((v(company), v(period))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result(conn).optional()?,
    })
}

/// The first period that has a checklist.
pub fn first(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<NaiveDate>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::period.asc()).select(t::period);
    Ok(query.first(conn).optional()?)
}

/// The last period before another that has a checklist.
pub fn last_before(conn: &mut Conn, company: CompanyId, period: NaiveDate) -> StoreResult<Option<NaiveDate>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::period.lt(v(period)));
    Ok(query.order(t::period.desc()).select(t::period).first(conn).optional()?)
}

/// The last period that has a checklist.
pub fn last(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<NaiveDate>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::period.desc()).select(t::period);
    Ok(query.first(conn).optional()?)
}

/// What [`page`] shows; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Periods that end on this day or later.
    pub from: Option<NaiveDate>,
    /// Periods that end on this day or earlier.
    pub to: Option<NaiveDate>,
}

/// A page by period, after `after`.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<NaiveDate>,
    limit: u32,
) -> StoreResult<Vec<Close>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(Close::as_select()).into_boxed();
    if let Some(from) = filter.from {
        query = query.filter(t::period.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::period.le(v(to)));
    }
    if let Some(after) = after {
        query = query.filter(t::period.gt(v(after)));
    }
    Ok(query.order(t::period).limit(i64::from(limit)).load(conn)?)
}

/// Of some periods (a page of them), by period and item.
pub fn items_of(conn: &mut Conn, company: CompanyId, periods: &[NaiveDate]) -> StoreResult<Vec<CloseItem>> {
    let query =
        i::table.filter(i::company.eq(v(company))).filter(i::period.eq_any(periods.iter().copied().map(v)));
    Ok(query.order((i::period, i::item)).select(CloseItem::as_select()).load(conn)?)
}

/// Of some periods (a page of them), by period, item and number.
pub fn records_of(
    conn: &mut Conn,
    company: CompanyId,
    periods: &[NaiveDate],
) -> StoreResult<Vec<CloseRecord>> {
    let query =
        r::table.filter(r::company.eq(v(company))).filter(r::period.eq_any(periods.iter().copied().map(v)));
    Ok(query.order((r::period, r::item, r::n)).select(CloseRecord::as_select()).load(conn)?)
}

/// Every record of the company, by period, item and number: for `verify`. Some dozens a year.
pub fn records(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<CloseRecord>> {
    let query = r::table.filter(r::company.eq(v(company)));
    Ok(query.order((r::period, r::item, r::n)).select(CloseRecord::as_select()).load(conn)?)
}

/// Writes owner, due date, whether it is mandatory and who wants it otherwise, if the row still has `item.version`.
pub fn change(tx: &mut Tx<'_>, item: &CloseItem) -> StoreResult<()> {
    let which = i::table.find((v(item.company), v(item.period), v(item.item)));
    let updated = diesel::update(which.filter(i::version.eq(item.version)))
        .set((
            i::owner.eq(item.owner),
            i::due_date.eq(v(item.due_date)),
            i::mandatory.eq(item.mandatory),
            i::freed_by.eq(item.freed_by.as_deref()),
            i::freed_for.eq(item.freed_for.as_deref()),
            i::freed_salt.eq(item.freed_salt),
            i::version.eq(i::version + 1),
        ))
        .execute(tx.conn())?;
    changed(updated, "close item", item.item.name())
}

pub fn record(tx: &mut Tx<'_>, record: &CloseRecord) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(record)).map(drop)
}

/// Takes the words out of records and items that name somebody: who is erased is named nowhere. Gives how many.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, names: &[&str]) -> StoreResult<usize> {
    let mut silenced = 0;
    for record in records(tx, company)? {
        let named = record.words.as_ref().is_some_and(|words| names.iter().any(|name| words.contains(name)));
        if named {
            let which = r::table.find((v(company), v(record.period), v(record.item), v(record.n)));
            silenced += diesel::update(which)
                .set((r::words.eq(None::<String>), r::words_salt.eq(None::<domain::canonical::Digest>)))
                .execute(tx.conn())?;
        }
    }
    let reasons = i::table.filter(i::company.eq(v(company))).filter(i::freed_for.is_not_null());
    let reasons: Vec<CloseItem> = reasons.select(CloseItem::as_select()).load(tx.conn())?;
    for item in reasons {
        let named = item.freed_for.as_ref().is_some_and(|why| names.iter().any(|name| why.contains(name)));
        if named {
            let which = i::table.find((v(company), v(item.period), v(item.item)));
            silenced += diesel::update(which)
                .set((i::freed_for.eq(None::<String>), i::freed_salt.eq(None::<domain::canonical::Digest>)))
                .execute(tx.conn())?;
        }
    }
    Ok(silenced)
}

/// Entries that are effective in a span of days, as far as they were known at a position.
pub fn entries_in(
    conn: &mut Conn,
    company: CompanyId,
    (from, to): (NaiveDate, NaiveDate),
    known_at: u64,
) -> StoreResult<u64> {
    let query = e::table
        .inner_join(s::table.on(s::company.eq(e::company).and(s::reference.eq(e::id))))
        .filter(e::company.eq(v(company)))
        .filter(e::effective_date.ge(v(from)).and(e::effective_date.le(v(to))))
        .filter(s::position.le(v(known_at)));
    let n: i64 = query.count().get_result(conn)?;
    Ok(u64::try_from(n).unwrap_or(0))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

// `$1`, `$2` … must first appear in this order: SQLite numbers named parameters as they come
const TOUCHED: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM (\
     SELECT s.kind AS kind, s.ref AS ref FROM seals AS s WHERE s.company = $1 AND s.position > $2 \
     UNION ALL SELECT u.kind AS kind, u.ref AS ref FROM unsealed AS u WHERE u.company = $1) AS w \
     LEFT JOIN entries AS e ON w.kind = 'entry' AND e.company = $1 AND e.id = w.ref \
     LEFT JOIN events AS v ON w.kind = 'event' AND v.company = $1 AND v.id = w.ref \
     WHERE w.kind = 'statement' OR e.effective_date <= $3 OR v.kind NOT IN (\
     'customer.created', 'customer.changed', 'customer.archived', 'customer.unarchived', 'item.created', 'item.removed', \
     'user.created', 'user.changed', 'user.password-set', 'user.password-changed', 'user.confirmed', 'token.issued', 'token.revoked', \
     'session.opened', 'session.ended', 'session.refused', 'attachment.added', 'import.done')";

/// Whether anything was committed since a position, sealed or not, that what a checklist finds of the days up to `through`
/// may depend on. What is posted for later days, and what is never looked at, does not count.
pub fn touched_since(
    conn: &mut Conn,
    company: CompanyId,
    position: u64,
    through: NaiveDate,
) -> StoreResult<bool> {
    let query = diesel::sql_query(TOUCHED).bind::<Id, _>(company);
    let found: Vec<Found> = query.bind::<Count, _>(position).bind::<Day, _>(through).load(conn)?;
    Ok(found.iter().any(|row| row.n > 0))
}
