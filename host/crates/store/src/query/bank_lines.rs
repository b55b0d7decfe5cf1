//! Lines of bank statements.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, BankLine};
use crate::schema::bank_lines as t;
use crate::types::{BankLineStatus, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{BankAccountId, BankLineId, BankStatementId, CompanyId, CustomerId};
use domain::time::BookingDate;
use money::Minor;

/// No bank booked before; the first day whose text sorts right.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).unwrap();

/// Inserts lines; those whose (account, dedupe) is there already, from an overlapping file, are left out. Gives how
/// many were new.
pub fn insert(tx: &mut Tx<'_>, lines: &[BankLine]) -> StoreResult<usize> {
    rows::insert_with(tx, lines, " ON CONFLICT (company, account, dedupe) DO NOTHING")
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: BankLineId) -> StoreResult<Option<BankLine>> {
    Ok(t::table.find((v(company), v(id))).select(BankLine::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[BankLineId]) -> StoreResult<Vec<BankLine>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(BankLine::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The statement of each line of the account that has one of these dedupe keys, in no particular order.
pub fn holders(
    conn: &mut Conn,
    company: CompanyId,
    account: BankAccountId,
    dedupe: &[&str],
) -> StoreResult<Vec<BankStatementId>> {
    let mut found = Vec::new();
    for chunk in dedupe.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::account.eq(v(account)))
            .filter(t::dedupe.eq_any(chunk.iter().copied()));
        found.extend(query.select(t::statement).load::<BankStatementId>(conn)?);
    }
    Ok(found)
}

/// By id, locked until the transaction ends (on PostgreSQL; SQLite has one writer).
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, ids: &[BankLineId]) -> StoreResult<Vec<BankLine>> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut found = Vec::with_capacity(sorted.len());
    for chunk in sorted.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)))
            .order(t::id.asc())
            .select(t::all_columns);
        found.extend(match tx.conn() {
            Conn::Postgres(conn) => query.for_update().load::<BankLine>(conn)?,
            Conn::Sqlite(conn) => query.load::<BankLine>(conn)?,
        });
    }
    Ok(found)
}

/// What [`search`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    pub status: BankLineStatus,
    pub account: Option<BankAccountId>,
    pub customer: Option<CustomerId>,
    /// Money in, or money out.
    pub credit: Option<bool>,
    /// Booked on or after.
    pub from: Option<BookingDate>,
    /// Booked on or before.
    pub to: Option<BookingDate>,
}

impl Filter {
    pub const fn of(status: BankLineStatus) -> Self {
        Filter { status, account: None, customer: None, credit: None, from: None, to: None }
    }
}

/// A page of the lines in a status, by booking date and id.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    status: BankLineStatus,
    after: Option<(BookingDate, BankLineId)>,
    limit: u32,
) -> StoreResult<Vec<BankLine>> {
    search(conn, company, &Filter::of(status), after, limit)
}

/// A page by booking date and id of the lines that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<(BookingDate, BankLineId)>,
    limit: u32,
) -> StoreResult<Vec<BankLine>> {
    let (start, id) = after.unwrap_or((BookingDate::new(FIRST_DAY), BankLineId::new(uuid::Uuid::nil())));
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::status.eq(v(filter.status)))
        .filter(t::booking_date.ge(v(start)))
        .filter(t::booking_date.gt(v(start)).or(t::id.gt(v(id))))
        .order((t::booking_date.asc(), t::id.asc()))
        .limit(i64::from(limit))
        .select(BankLine::as_select())
        .into_boxed();
    if let Some(account) = filter.account {
        query = query.filter(t::account.eq(v(account)));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(Some(customer)));
    }
    if let Some(credit) = filter.credit {
        query = query.filter(t::credit.eq(credit));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::booking_date.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::booking_date.le(v(to)));
    }
    Ok(query.load(conn)?)
}

/// How many lines booked in a span of days are not settled yet, by account and status.
pub fn unsettled(
    conn: &mut Conn,
    company: CompanyId,
    (from, to): (NaiveDate, NaiveDate),
) -> StoreResult<Vec<(BankAccountId, BankLineStatus, u64)>> {
    let waiting = [BankLineStatus::Open, BankLineStatus::Proposed];
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::status.eq_any(waiting.map(v)))
        .filter(t::booking_date.ge(v(from)).and(t::booking_date.le(v(to))))
        .group_by((t::account, t::status))
        .order((t::account, t::status))
        .select((t::account, t::status, diesel::dsl::count_star()));
    let found: Vec<(BankAccountId, BankLineStatus, i64)> = query.load(conn)?;
    Ok(found
        .into_iter()
        .map(|(account, status, n)| (account, status, u64::try_from(n).unwrap_or(0)))
        .collect())
}

/// On which days the lines of some statements were booked, in no particular order.
pub fn booked(
    conn: &mut Conn,
    company: CompanyId,
    account: BankAccountId,
    statements: &[BankStatementId],
) -> StoreResult<Vec<(BankStatementId, BookingDate)>> {
    let mut found = Vec::new();
    for chunk in statements.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::account.eq(v(account)))
            .filter(t::statement.eq_any(chunk.iter().copied().map(v)));
        found.extend(
            query.select((t::statement, t::booking_date)).load::<(BankStatementId, BookingDate)>(conn)?,
        );
    }
    Ok(found)
}

/// Whether money ever came from an account.
pub fn is_payer(conn: &mut Conn, company: CompanyId, account: &str) -> StoreResult<bool> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::payer_account.eq(account));
    Ok(query.select(t::id).first::<BankLineId>(conn).optional()?.is_some())
}

/// Writes what has become of a line, if it is still at `version`.
pub fn update(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: BankLineId,
    version: i64,
    to: (BankLineStatus, Minor, Option<CustomerId>),
) -> StoreResult<()> {
    let (status, remaining, customer) = to;
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(t::version.eq(version)))
        .set((
            t::status.eq(v(status)),
            t::remaining.eq(v(remaining)),
            t::customer.eq(customer),
            t::version.eq(t::version + 1),
        ))
        .execute(tx.conn())?;
    changed(updated, "bank line", id)
}

/// Moves lines from one status to another, whatever their version; gives how many were in it.
pub fn move_all(
    tx: &mut Tx<'_>,
    company: CompanyId,
    ids: &[BankLineId],
    from: BankLineStatus,
    to: BankLineStatus,
) -> StoreResult<usize> {
    let mut moved = 0;
    for chunk in ids.chunks(IDS_MAX) {
        let which = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)))
            .filter(t::status.eq(v(from)));
        moved += diesel::update(which)
            .set((t::status.eq(v(to)), t::version.eq(t::version + 1)))
            .execute(tx.conn())?;
    }
    Ok(moved)
}
