//! Runs of statements over all customers.

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, StatementRun};
use crate::schema::statement_runs as t;
use crate::types::{StatementRunStatus, v};
use diesel::prelude::*;
use domain::ids::{CompanyId, StatementRunId};

pub fn insert(tx: &mut Tx<'_>, run: &StatementRun) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(run)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: StatementRunId) -> StoreResult<Option<StatementRun>> {
    Ok(t::table.find((v(company), v(id))).select(StatementRun::as_select()).get_result(conn).optional()?)
}

/// A page, the newest first: those before `before`.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    before: Option<StatementRunId>,
    limit: u32,
) -> StoreResult<Vec<StatementRun>> {
    let before = before.unwrap_or(StatementRunId::new(uuid::Uuid::max()));
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.lt(v(before)))
        .order(t::id.desc())
        .limit(i64::from(limit))
        .select(StatementRun::as_select())
        .load(conn)?)
}

/// A run that an attempt of its job left, as one that is under way again.
pub fn reopen(tx: &mut Tx<'_>, company: CompanyId, id: StatementRunId) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))))
        .set(t::status.eq(v(StatementRunStatus::Running)))
        .execute(tx.conn())?;
    changed(updated, "statement run", id)
}

/// Ends a run with its status, and with how many statements were made and failed in all.
///
/// # Errors
/// `Conflict` if it has ended already.
pub fn end(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: StatementRunId,
    status: StatementRunStatus,
    (made, failed): (u64, u64),
) -> StoreResult<()> {
    let running = t::table.find((v(company), v(id))).filter(t::status.eq(v(StatementRunStatus::Running)));
    let updated = diesel::update(running)
        .set((t::status.eq(v(status)), t::made.eq(v(made)), t::failed.eq(v(failed))))
        .execute(tx.conn())?;
    changed(updated, "statement run", id)
}
