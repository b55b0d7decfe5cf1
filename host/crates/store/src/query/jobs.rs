//! Jobs: claimed in a short transaction, never held by one. A lease ends by the database's clock, so that several
//! hosts agree; whoever claims an expired job raises `attempt`, and what the former owner still writes is refused.

use super::{blobs, changed, imports};
use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::{self, Job};
use crate::schema::jobs as t;
use crate::types::{JobStatus, Json, now_plus, v};
use diesel::prelude::*;
use domain::ids::{BlobId, CompanyId, JobId};
use domain::time::Instant;
use serde_json::Value;

/// A claim: every write of the job names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub company: CompanyId,
    pub id: JobId,
    pub attempt: i32,
}

impl From<&Job> for Claim {
    fn from(job: &Job) -> Self {
        Claim { company: job.company, id: job.id, attempt: job.attempt }
    }
}

/// What went wrong with a job: in words, and as the problem document of the request that it stands for, if it stands for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    pub error: String,
    pub problem: Option<Value>,
}

impl From<String> for Failed {
    fn from(error: String) -> Self {
        Failed { error, problem: None }
    }
}

impl From<&str> for Failed {
    fn from(error: &str) -> Self {
        error.to_owned().into()
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        error.to_string().into()
    }
}

/// Of these the result says what was made; of all others it is the answer that the request would have got, in which anybody may
/// be named.
const NAMELESS: [&str; 4] = ["statement-run", "reconcile", "sample", "import-undo"];

pub fn enqueue(tx: &mut Tx<'_>, job: &Job) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(job)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: JobId) -> StoreResult<Option<Job>> {
    Ok(t::table.find((v(company), v(id))).select(Job::as_select()).get_result(conn).optional()?)
}

/// A job, kept as it is until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: JobId) -> StoreResult<Option<Job>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().first::<Job>(conn).optional()?,
        Conn::Sqlite(conn) => query.first::<Job>(conn).optional()?,
    })
}

/// What [`search`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    pub status: Option<JobStatus>,
    pub kind: Option<&'a str>,
}

/// A page of those that are wanted, the newest first.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    before: Option<JobId>,
    limit: u32,
) -> StoreResult<Vec<Job>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.lt(v(before.unwrap_or(JobId::new(uuid::Uuid::max())))))
        .order(t::id.desc())
        .limit(i64::from(limit))
        .select(Job::as_select())
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(t::status.eq(v(status)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(t::kind.eq(kind.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// Takes the oldest job of these kinds that is queued or whose lease has run out, of any company. `SKIP LOCKED`:
/// several hosts claim at once without waiting for each other.
pub fn claim(tx: &mut Tx<'_>, kinds: &[&str], owner: &str, lease_seconds: i64) -> StoreResult<Option<Job>> {
    let waiting = t::status
        .eq(v(JobStatus::Queued))
        .or(t::status.eq(v(JobStatus::Running)).and(t::leased_until.lt(now_plus(0).nullable())));
    let query = t::table
        .filter(waiting)
        .filter(t::kind.eq_any(kinds.iter().copied()))
        .order((t::created_at.asc(), t::id.asc()))
        .limit(1)
        .select((t::company, t::id));
    let found: Option<(CompanyId, JobId)> = match tx.conn() {
        Conn::Postgres(conn) => query.for_update().skip_locked().first(conn).optional()?,
        Conn::Sqlite(conn) => query.first(conn).optional()?,
    };
    let Some((company, id)) = found else { return Ok(None) };
    diesel::update(t::table.find((v(company), v(id))))
        .set((
            t::status.eq(v(JobStatus::Running)),
            t::owner.eq(Some(owner)),
            t::leased_until.eq(now_plus(lease_seconds).nullable()),
            t::attempt.eq(t::attempt + 1),
            t::error.eq(None::<String>),
        ))
        .execute(tx.conn())?;
    by_id(tx, company, id)
}

/// Extends the lease and notes progress.
///
/// # Errors
/// `Conflict` if the job was cancelled or taken over: stop.
pub fn heartbeat(
    tx: &mut Tx<'_>,
    claim: Claim,
    lease_seconds: i64,
    (done, total): (u64, u64),
) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(claim.company), v(claim.id))))
        .filter(t::attempt.eq(claim.attempt))
        .filter(t::status.eq(v(JobStatus::Running)))
        .set((
            t::leased_until.eq(now_plus(lease_seconds).nullable()),
            t::done.eq(v(done)),
            t::total.eq(v(total)),
        ))
        .execute(tx.conn())?;
    changed(updated, "job", claim.id)
}

/// Checks that the claim still holds and keeps it so until this transaction ends: call it in each transaction in
/// which the job writes.
///
/// # Errors
/// `Conflict` if the job was cancelled or taken over: stop.
pub fn hold(tx: &mut Tx<'_>, claim: Claim) -> StoreResult<()> {
    let query = t::table
        .find((v(claim.company), v(claim.id)))
        .filter(t::attempt.eq(claim.attempt))
        .filter(t::status.eq(v(JobStatus::Running)))
        .select(t::attempt);
    let held: Option<i32> = match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result(conn).optional()?,
    };
    held.map(drop).ok_or_else(|| StoreError::conflict("job", claim.id))
}

/// As [`hold`], of this moment only: it waits for nobody.
///
/// # Errors
/// As [`hold`].
pub fn look(conn: &mut Conn, claim: Claim) -> StoreResult<()> {
    let query = t::table
        .find((v(claim.company), v(claim.id)))
        .filter(t::attempt.eq(claim.attempt))
        .filter(t::status.eq(v(JobStatus::Running)))
        .select(t::attempt);
    let held: Option<i32> = query.get_result(conn).optional()?;
    held.map(drop).ok_or_else(|| StoreError::conflict("job", claim.id))
}

/// Whether somebody else has taken the job over since this claim; if not, nobody does until this transaction ends. One that
/// was called off, or whose lease has run out, still is the claim's own.
pub fn is_taken_over(tx: &mut Tx<'_>, claim: Claim) -> StoreResult<bool> {
    let query = t::table.find((v(claim.company), v(claim.id))).select(t::attempt);
    let attempt: Option<i32> = match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result(conn).optional()?,
    };
    Ok(attempt != Some(claim.attempt))
}

/// Ends a job with its result, or with what went wrong. What it worked on is forgotten.
///
/// # Errors
/// `Conflict` if the job was cancelled or taken over.
pub fn finish(tx: &mut Tx<'_>, claim: Claim, outcome: Result<Value, Failed>, at: Instant) -> StoreResult<()> {
    let row = lock(tx, claim.company, claim.id)?.ok_or_else(|| StoreError::conflict("job", claim.id))?;
    let silent = row.error.as_deref() == Some(SILENT);
    let (status, result, failed) = match outcome {
        Ok(value) if !silent => (JobStatus::Done, Some(value), None),
        Ok(value) => (JobStatus::Done, without_names(&row.kind, value), None),
        Err(failed) if !silent => (JobStatus::Failed, None, Some(failed)),
        Err(_) => (JobStatus::Failed, None, Some(Failed::from(SILENT))),
    };
    let (error, problem) = failed.map_or((None, None), |failed| (Some(failed.error), failed.problem));
    let updated = diesel::update(t::table.find((v(claim.company), v(claim.id))))
        .filter(t::attempt.eq(claim.attempt))
        .filter(t::status.eq(v(JobStatus::Running)))
        .set((
            t::status.eq(v(status)),
            t::result.eq(result.map(Json)),
            t::error.eq(error),
            t::problem.eq(problem.map(Json)),
            t::owner.eq(None::<String>),
            t::leased_until.eq(None::<Instant>),
            t::finished_at.eq(Some(at)),
            t::input.eq(None::<BlobId>),
        ))
        .execute(tx.conn())?;
    changed(updated, "job", claim.id)?;
    forget(tx, claim.company, row.input)
}

fn forget(tx: &mut Tx<'_>, company: CompanyId, input: Option<BlobId>) -> StoreResult<()> {
    input.map_or(Ok(()), |blob| blobs::forget(tx, company, blob))
}

/// What an erasure leaves of a running job's words (`query::erasure`): none, also of those that it has not said yet.
pub(super) const SILENT: &str = "";

/// What is left of a result after an erasure.
fn without_names(kind: &str, mut result: Value) -> Option<Value> {
    if !NAMELESS.contains(&kind) {
        return None;
    }
    empty_reasons(&mut result);
    Some(result)
}

/// Empties why customers have no statement.
fn empty_reasons(result: &mut Value) {
    let failed = result.get_mut("failed").and_then(Value::as_array_mut);
    for reason in failed.into_iter().flatten().filter_map(|one| one.get_mut("reason")) {
        *reason = Value::String(String::new());
    }
}

/// Cancels a job that is queued or running, with the import that it is bringing in; whoever runs it learns at its next write. What it
/// works on is forgotten.
///
/// # Errors
/// `Conflict` if it is over.
pub fn cancel(tx: &mut Tx<'_>, company: CompanyId, id: JobId, at: Instant) -> StoreResult<()> {
    let input = lock(tx, company, id)?.and_then(|job| job.input);
    let updated = diesel::update(t::table.find((v(company), v(id))))
        .filter(t::status.eq_any([JobStatus::Queued, JobStatus::Running].map(v)))
        .set((
            t::status.eq(v(JobStatus::Cancelled)),
            t::leased_until.eq(None::<Instant>),
            t::finished_at.eq(Some(at)),
            t::input.eq(None::<BlobId>),
        ))
        .execute(tx.conn())?;
    changed(updated, "job", id)?;
    imports::cancel(tx, company, id, at)?;
    forget(tx, company, input)
}

/// What jobs that are not over work on.
pub(super) fn inputs(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<BlobId>> {
    let waiting = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::status.eq_any([JobStatus::Queued, JobStatus::Running].map(v)));
    let held: Vec<Option<BlobId>> = waiting.select(t::input).load(conn)?;
    Ok(held.into_iter().flatten().collect())
}

/// Empties what ended jobs say of their failures: a refusal repeats a guest's words, and nothing says about whom; and forgets the
/// answers that they came to, which may name anybody. One that runs is told to say nothing when it ends.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId) -> StoreResult<()> {
    let running = t::table.filter(t::company.eq(v(company))).filter(t::status.eq(v(JobStatus::Running)));
    diesel::update(running).set(t::error.eq(Some(SILENT))).execute(tx.conn())?;
    let ended = || t::table.filter(t::company.eq(v(company))).filter(t::finished_at.is_not_null());
    diesel::update(ended().filter(t::error.is_not_null()))
        .set((t::error.eq(Some("")), t::problem.eq(None::<Json<Value>>)))
        .execute(tx.conn())?;
    let told: Vec<(JobId, String, Option<Json<Value>>)> =
        ended().filter(t::result.is_not_null()).select((t::id, t::kind, t::result)).load(tx.conn())?;
    for (id, kind, result) in told {
        let Some(Json(result)) = result else { continue };
        let left = without_names(&kind, result.clone());
        if left.as_ref() != Some(&result) {
            diesel::update(t::table.find((v(company), v(id))))
                .set(t::result.eq(left.map(Json)))
                .execute(tx.conn())?;
        }
    }
    Ok(())
}
