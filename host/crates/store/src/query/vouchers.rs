//! Vouchers: which entries of a month have a number, and what was handed over.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Voucher, VoucherExport};
use crate::schema::{voucher_exports as x, vouchers as t};
use crate::types::columns::{Count, Day, Id};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::ids::{CompanyId, EntryId};
use domain::voucher::Sort;

/// A sealed entry with postings that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Waiting {
    #[diesel(sql_type = Id)]
    pub entry: EntryId,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Nullable<Id>)]
    pub reverses: Option<EntryId>,
    #[diesel(sql_type = Count)]
    pub position: u64,
}

// `$1`, `$2` … must first appear in this order: SQLite numbers named parameters as they come
const WAITING: &str = "SELECT e.id AS entry, e.kind AS kind, e.reverses AS reverses, s.position AS position \
     FROM entries AS e JOIN seals AS s ON s.company = e.company AND s.ref = e.id \
     LEFT JOIN vouchers AS n ON n.company = e.company AND n.entry = e.id \
     WHERE e.company = $1 AND e.effective_date >= $2 AND e.effective_date <= $3 AND n.entry IS NULL \
     AND EXISTS (SELECT 1 FROM postings AS p WHERE p.company = e.company AND p.entry = e.id) \
     ORDER BY s.position LIMIT $4";

/// What waits for a number in a span of days, in the order of the chain. What allocates alone has no postings, and waits for none.
pub fn waiting(
    conn: &mut Conn,
    company: CompanyId,
    (from, to): (NaiveDate, NaiveDate),
    limit: u32,
) -> StoreResult<Vec<Waiting>> {
    let query = diesel::sql_query(WAITING).bind::<Id, _>(company).bind::<Day, _>(from);
    Ok(query.bind::<Day, _>(to).bind::<BigInt, _>(i64::from(limit)).load(conn)?)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const POSTED: &str = "SELECT CAST(COUNT(*) AS BIGINT) AS n \
     FROM entries AS e JOIN seals AS s ON s.company = e.company AND s.ref = e.id \
     WHERE e.company = $1 AND e.effective_date >= $2 AND e.effective_date <= $3 AND s.position <= $4 \
     AND EXISTS (SELECT 1 FROM postings AS p WHERE p.company = e.company AND p.entry = e.id)";

/// How many entries with postings a span of days has, as known at a position: as many vouchers there are to be.
pub fn posted(
    conn: &mut Conn,
    company: CompanyId,
    (from, to): (NaiveDate, NaiveDate),
    known_at: u64,
) -> StoreResult<u64> {
    let query = diesel::sql_query(POSTED).bind::<Id, _>(company).bind::<Day, _>(from);
    let found: Vec<Found> = query.bind::<Day, _>(to).bind::<Count, _>(known_at).load(conn)?;
    Ok(found.first().and_then(|row| u64::try_from(row.n).ok()).unwrap_or(0))
}

/// # Errors
/// `Unique` where another run was first.
pub fn insert(tx: &mut Tx<'_>, vouchers: &[Voucher]) -> StoreResult<()> {
    rows::insert(tx, vouchers).map(drop)
}

/// The last number of a sort in a month; 0: none.
pub fn last_number(conn: &mut Conn, company: CompanyId, period: NaiveDate, sort: Sort) -> StoreResult<u64> {
    let own = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::period.eq(v(period)))
        .filter(t::sort.eq(v(sort)));
    let last = own.order(t::number.desc()).select(t::number).first::<u64>(conn);
    Ok(last.optional()?.unwrap_or(0))
}

/// A page of a month's by (sort, number), after `after`; of one sort alone, where it is said.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    (period, sort): (NaiveDate, Option<Sort>),
    after: Option<(Sort, u64)>,
    limit: u32,
) -> StoreResult<Vec<Voucher>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(Voucher::as_select()).into_boxed();
    query = query.filter(t::period.eq(v(period)));
    if let Some(sort) = sort {
        query = query.filter(t::sort.eq(v(sort)));
    }
    if let Some((sort, number)) = after {
        query = query.filter(t::sort.gt(v(sort)).or(t::sort.eq(v(sort)).and(t::number.gt(v(number)))));
    }
    Ok(query.order((t::sort, t::number)).limit(i64::from(limit)).load(conn)?)
}

/// How many a month has up to a position of the chain.
pub fn count(conn: &mut Conn, company: CompanyId, period: NaiveDate, known_at: u64) -> StoreResult<u64> {
    let own = t::table.filter(t::company.eq(v(company))).filter(t::period.eq(v(period)));
    let n: i64 = own.filter(t::position.le(v(known_at))).count().get_result(conn)?;
    Ok(u64::try_from(n).unwrap_or(0))
}

/// The position of the last one of a month; 0: none.
pub fn last_position(conn: &mut Conn, company: CompanyId, period: NaiveDate) -> StoreResult<u64> {
    let own = t::table.filter(t::company.eq(v(company))).filter(t::period.eq(v(period)));
    let last = own.order(t::position.desc()).select(t::position).first::<u64>(conn);
    Ok(last.optional()?.unwrap_or(0))
}

/// Months that have any, in their order.
pub fn periods(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<NaiveDate>> {
    let own = t::table.filter(t::company.eq(v(company))).select(t::period).distinct();
    Ok(own.order(t::period).load(conn)?)
}

pub fn export(tx: &mut Tx<'_>, export: &VoucherExport) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(export)).map(drop)
}

/// What was handed over of a month, in the order of time.
pub fn exports(conn: &mut Conn, company: CompanyId, period: NaiveDate) -> StoreResult<Vec<VoucherExport>> {
    let own = x::table.filter(x::company.eq(v(company))).filter(x::period.eq(v(period)));
    Ok(own.order(x::n).select(VoucherExport::as_select()).load(conn)?)
}
