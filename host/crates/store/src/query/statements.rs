//! Sealed statements, their closings and files.

use super::{IDS_MAX, changed, unsealed};
use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::{self, Artefact, NewUnsealed, Statement, StatementClosing};
use crate::schema::{artefacts as a, statement_closings as c, statements as t};
use crate::types::{StatementStatus, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{ArtefactId, CompanyId, CustomerId, StatementId, StatementRunId};
use domain::time::Instant;

/// Statements with everything that hangs on them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementRows {
    pub statements: Vec<Statement>,
    pub closings: Vec<StatementClosing>,
    pub artefacts: Vec<Artefact>,
    /// What the chain seals of each statement, in their order.
    pub content_hashes: Vec<Digest>,
}

/// What [`list`] shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub customer: Option<CustomerId>,
    pub run: Option<StatementRunId>,
    pub cut_off: Option<NaiveDate>,
    pub status: Option<StatementStatus>,
}

/// Inserts statements and puts each in line for the sequencer with its content hash.
///
/// # Errors
/// `Unique` `statements(company, customer, cut_off, version)` if this edition is there already; `Corrupt` unless there
/// is one content hash for each: a statement that is never sealed must not be written.
pub fn insert(tx: &mut Tx<'_>, rows: &StatementRows) -> StoreResult<()> {
    if rows.statements.len() != rows.content_hashes.len() {
        return Err(StoreError::Corrupt { what: "statements without content hashes".to_owned() });
    }
    rows::insert(tx, &rows.statements)?;
    rows::insert(tx, &rows.closings)?;
    rows::insert(tx, &rows.artefacts)?;
    let waiting: Vec<NewUnsealed> = rows
        .statements
        .iter()
        .zip(&rows.content_hashes)
        .map(|(statement, content_hash)| NewUnsealed {
            company: statement.company,
            kind: "statement".to_owned(),
            reference: statement.id.uuid(),
            content_hash: *content_hash,
        })
        .collect();
    unsealed::insert(tx, &waiting)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: StatementId) -> StoreResult<Option<Statement>> {
    Ok(t::table.find((v(company), v(id))).select(Statement::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[StatementId]) -> StoreResult<Vec<Statement>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Statement::as_select()).load(conn)?);
    }
    Ok(found)
}

/// All editions of a number, the newest first.
pub fn by_number(conn: &mut Conn, company: CompanyId, number: &str) -> StoreResult<Vec<Statement>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::number.eq(number));
    Ok(query.order(t::version.desc()).select(Statement::as_select()).load(conn)?)
}

/// A page by id.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<StatementId>,
    limit: u32,
) -> StoreResult<Vec<Statement>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(StatementId::new(uuid::Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Statement::as_select())
        .into_boxed();
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(v(customer)));
    }
    if let Some(run) = filter.run {
        query = query.filter(t::run.eq(v(run)));
    }
    if let Some(cut_off) = filter.cut_off {
        query = query.filter(t::cut_off.eq(v(cut_off)));
    }
    if let Some(status) = filter.status {
        query = query.filter(t::status.eq(v(status)));
    }
    Ok(query.load(conn)?)
}

/// Closings of some statements, by statement, account and currency.
pub fn closings_of(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[StatementId],
) -> StoreResult<Vec<StatementClosing>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = c::table
            .filter(c::company.eq(v(company)))
            .filter(c::statement.eq_any(chunk.iter().copied().map(v)));
        let query =
            query.order((c::statement, c::account, c::currency)).select(StatementClosing::as_select());
        found.extend(query.load(conn)?);
    }
    Ok(found)
}

/// Files of some statements, by statement and name.
pub fn artefacts_of(conn: &mut Conn, company: CompanyId, ids: &[StatementId]) -> StoreResult<Vec<Artefact>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = a::table
            .filter(a::company.eq(v(company)))
            .filter(a::statement.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((a::statement, a::name)).select(Artefact::as_select()).load(conn)?);
    }
    Ok(found)
}

pub fn artefact(conn: &mut Conn, company: CompanyId, id: ArtefactId) -> StoreResult<Option<Artefact>> {
    Ok(a::table.find((v(company), v(id))).select(Artefact::as_select()).get_result(conn).optional()?)
}

/// The statement before a cut-off whose closings are the next openings: for each of these customers the latest that
/// is neither rejected nor superseded. Customers without one are left out.
pub fn previous(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
    before: NaiveDate,
) -> StoreResult<Vec<Statement>> {
    let later = diesel::alias!(t as later);
    let standing = [StatementStatus::Sealed, StatementStatus::Approved];
    let mut found: Vec<Statement> = Vec::with_capacity(customers.len());
    for chunk in customers.chunks(IDS_MAX) {
        let overtaken = later
            .filter(later.field(t::company).eq(t::company))
            .filter(later.field(t::customer).eq(t::customer))
            .filter(later.field(t::cut_off).lt(v(before)))
            .filter(later.field(t::cut_off).gt(t::cut_off))
            .filter(later.field(t::status).eq_any(standing.map(v)));
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::customer.eq_any(chunk.iter().copied().map(v)))
            .filter(t::cut_off.lt(v(before)))
            .filter(t::status.eq_any(standing.map(v)))
            .filter(diesel::dsl::not(diesel::dsl::exists(overtaken)))
            .order((t::customer.asc(), t::version.desc()))
            .select(Statement::as_select());
        found.extend(query.load::<Statement>(conn)?);
    }
    // of several standing editions of one cut-off the last
    found.dedup_by_key(|statement| statement.customer);
    Ok(found)
}

/// Another stands in its place, which was turned down; who decided that stays.
///
/// # Errors
/// `Conflict` if it is not at `row_version` any more.
pub fn supersede(tx: &mut Tx<'_>, company: CompanyId, id: StatementId, row_version: i64) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(t::row_version.eq(row_version)))
        .set((t::status.eq(v(StatementStatus::Superseded)), t::row_version.eq(t::row_version + 1)))
        .execute(tx.conn())?;
    changed(updated, "statement", id)
}

/// Decides a statement that is still at `row_version`.
///
/// # Errors
/// `Conflict` if somebody decided first.
pub fn decide(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: StatementId,
    row_version: i64,
    to: StatementStatus,
    (by, at): (&str, Instant),
) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(t::row_version.eq(row_version)))
        .set((
            t::status.eq(v(to)),
            t::decided_by.eq(Some(by)),
            t::decided_at.eq(Some(at)),
            t::row_version.eq(t::row_version + 1),
        ))
        .execute(tx.conn())?;
    changed(updated, "statement", id)
}
