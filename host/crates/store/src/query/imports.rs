//! Imports and what their records made.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Import, ImportRow};
use crate::schema::{import_rows as r, imports as t};
use crate::types::{ImportRowStatus, ImportStatus, v};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::canonical::Digest;
use domain::ids::{BlobId, CompanyId, ImportId, JobId};
use domain::time::Instant;
use uuid::Uuid;

/// Literals, so that the planner sees that the partial indexes serve.
fn is_running() -> SqlLiteral<Bool> {
    diesel::dsl::sql::<Bool>("imports.status = 'running'")
}
fn is_in() -> SqlLiteral<Bool> {
    diesel::dsl::sql::<Bool>("import_rows.status = 'in'")
}

pub fn insert(tx: &mut Tx<'_>, row: &Import) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: ImportId) -> StoreResult<Option<Import>> {
    Ok(t::table.find((v(company), v(id))).select(Import::as_select()).get_result(conn).optional()?)
}

/// The import, held by this transaction alone until it ends: two do not undo it at once.
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: ImportId) -> StoreResult<Option<Import>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().first::<Import>(conn).optional()?,
        Conn::Sqlite(conn) => query.first::<Import>(conn).optional()?,
    })
}

/// An import of this file that was begun and not ended.
pub fn running(conn: &mut Conn, company: CompanyId, digest: Digest) -> StoreResult<Option<Import>> {
    let query =
        t::table.filter(t::company.eq(v(company))).filter(t::digest.eq(v(digest))).filter(is_running());
    Ok(query.order(t::id.asc()).select(Import::as_select()).first(conn).optional()?)
}

/// An import of this file that was undone at an instant or later.
pub fn undone_since(
    conn: &mut Conn,
    company: CompanyId,
    digest: Digest,
    since: Instant,
) -> StoreResult<Option<ImportId>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::digest.eq(v(digest)))
        .filter(t::status.eq(v(ImportStatus::Undone)));
    let undone: Vec<Import> = query.order(t::id.asc()).select(Import::as_select()).load(conn)?;
    Ok(undone.into_iter().find(|row| row.undone_at.is_some_and(|at| at >= since)).map(|row| row.id))
}

/// What [`list`] shows; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    pub kind: Option<&'a str>,
    pub status: Option<ImportStatus>,
}

/// A page by id, which is by time.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<ImportId>,
    limit: u32,
) -> StoreResult<Vec<Import>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(ImportId::new(Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Import::as_select())
        .into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(t::kind.eq(kind.to_owned()));
    }
    if let Some(status) = filter.status {
        query = query.filter(t::status.eq(v(status)));
    }
    Ok(query.load(conn)?)
}

/// Ends an import.
///
/// # Errors
/// `Conflict` if it has ended.
pub fn finish(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: ImportId,
    (made, already, refused): (u64, u64, u64),
    at: Instant,
) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(is_running()))
        .set((
            t::status.eq(v(ImportStatus::Done)),
            t::made.eq(v(made)),
            t::already.eq(v(already)),
            t::refused.eq(v(refused)),
            t::finished_at.eq(Some(at)),
        ))
        .execute(tx.conn())?;
    changed(updated, "import", id)
}

/// Says how far an import has come that is not ended.
///
/// # Errors
/// `Conflict` if it has ended.
pub fn come_to(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: ImportId,
    (made, already, refused): (u64, u64, u64),
) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(is_running()))
        .set((t::made.eq(v(made)), t::already.eq(v(already)), t::refused.eq(v(refused))))
        .execute(tx.conn())?;
    changed(updated, "import", id)
}

/// Says who goes on with an import that is not ended: another job, or none.
///
/// # Errors
/// `Conflict` if it has ended.
pub fn taken_up(tx: &mut Tx<'_>, company: CompanyId, id: ImportId, job: Option<JobId>) -> StoreResult<()> {
    let running = t::table.find((v(company), v(id))).filter(is_running());
    let updated = diesel::update(running).set(t::job.eq(job)).execute(tx.conn())?;
    changed(updated, "import", id)
}

/// Holds the import that a job is bringing in, if any: before the job itself, as each write of the run does.
pub fn hold_of_job(tx: &mut Tx<'_>, company: CompanyId, job: JobId) -> StoreResult<()> {
    if let Conn::Postgres(conn) = tx.conn() {
        let running = t::table.filter(t::company.eq(v(company))).filter(is_running());
        running.filter(t::job.eq(Some(job))).select(t::id).for_update().execute(conn)?;
    }
    Ok(())
}

/// Ends what a job is bringing in, if anything, since it was called off: what came in stays, and is told by its counts.
pub(super) fn cancel(tx: &mut Tx<'_>, company: CompanyId, job: JobId, at: Instant) -> StoreResult<()> {
    let of_job = t::table.filter(t::company.eq(v(company))).filter(is_running()).filter(t::job.eq(Some(job)));
    diesel::update(of_job)
        .set((t::status.eq(v(ImportStatus::Cancelled)), t::finished_at.eq(Some(at))))
        .execute(tx.conn())?;
    Ok(())
}

/// Marks an import and all its records undone: they may come again.
pub fn undo(tx: &mut Tx<'_>, company: CompanyId, id: ImportId, by: &str, at: Instant) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))))
        .set((t::status.eq(v(ImportStatus::Undone)), t::undone_by.eq(Some(by)), t::undone_at.eq(Some(at))))
        .execute(tx.conn())?;
    changed(updated, "import", id)?;
    let own = r::table.filter(r::company.eq(v(company))).filter(r::import.eq(v(id)));
    diesel::update(own).set(r::status.eq(v(ImportRowStatus::Undone))).execute(tx.conn())?;
    Ok(())
}

/// # Errors
/// `Unique` `import_rows(company, digest)` for a record that is in.
pub fn insert_rows(tx: &mut Tx<'_>, rows: &[ImportRow]) -> StoreResult<()> {
    rows::insert(tx, rows).map(drop)
}

/// The highest number of an import's records; 0 where it has none.
pub fn last_row(conn: &mut Conn, company: CompanyId, import: ImportId) -> StoreResult<u64> {
    let query = r::table.filter(r::company.eq(v(company))).filter(r::import.eq(v(import)));
    Ok(query.order(r::n.desc()).select(r::n).first::<u64>(conn).optional()?.unwrap_or(0))
}

/// A record that is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Known {
    pub digest: Digest,
    pub import: ImportId,
    pub n: u64,
    /// What it made.
    pub subject: Uuid,
    /// That is a draft.
    pub drafts: bool,
}

/// Which of these records are in, whoever brought them and when.
pub fn known(conn: &mut Conn, company: CompanyId, digests: &[Digest]) -> StoreResult<Vec<Known>> {
    let mut found: Vec<Known> = Vec::new();
    for chunk in digests.chunks(IDS_MAX) {
        let query = r::table
            .inner_join(t::table.on(t::company.eq(r::company).and(t::id.eq(r::import))))
            .filter(r::company.eq(v(company)))
            .filter(r::digest.eq_any(chunk.iter().copied().map(v)))
            .filter(is_in());
        let what = (r::digest, r::import, r::n, r::subject, t::drafts);
        found.extend(query.select(what).load::<Known>(conn)?);
    }
    Ok(found)
}

/// Marks a record undone whose subject is gone: the same row may come in again.
pub fn let_go(tx: &mut Tx<'_>, company: CompanyId, known: &Known) -> StoreResult<()> {
    let row = r::table.find((v(company), v(known.import), v(known.n))).filter(is_in());
    diesel::update(row).set(r::status.eq(v(ImportRowStatus::Undone))).execute(tx.conn())?;
    Ok(())
}

/// Whether something is what a record of an import made, which is in.
pub fn has(conn: &mut Conn, company: CompanyId, import: ImportId, subject: Uuid) -> StoreResult<bool> {
    let made = r::table.filter(r::company.eq(v(company))).filter(r::subject.eq(v(subject)));
    let query = made.filter(r::import.eq(v(import))).filter(is_in());
    Ok(query.select(r::n).first::<u64>(conn).optional()?.is_some())
}

/// Records of an import that are in, before a number, the last first.
pub fn rows_before(
    conn: &mut Conn,
    company: CompanyId,
    import: ImportId,
    before: u64,
    limit: u32,
) -> StoreResult<Vec<ImportRow>> {
    Ok(r::table
        .filter(r::company.eq(v(company)))
        .filter(r::import.eq(v(import)))
        .filter(r::n.lt(v(before)))
        .filter(is_in())
        .order(r::n.desc())
        .limit(i64::from(limit))
        .select(ImportRow::as_select())
        .load(conn)?)
}

/// Records of an import after a number.
pub fn rows_after(
    conn: &mut Conn,
    company: CompanyId,
    import: ImportId,
    after: u64,
    limit: u32,
) -> StoreResult<Vec<ImportRow>> {
    Ok(r::table
        .filter(r::company.eq(v(company)))
        .filter(r::import.eq(v(import)))
        .filter(r::n.gt(v(after)))
        .order(r::n.asc())
        .limit(i64::from(limit))
        .select(ImportRow::as_select())
        .load(conn)?)
}

/// What tells of files: names of files and mappings may name anybody.
pub fn abouts(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<BlobId>> {
    Ok(t::table.filter(t::company.eq(v(company))).select(t::about).load(conn)?)
}
