//! Asking for a job, looking at it, calling it off.

use crate::common::{Common, Context, authorise, there};
use crate::customer::CustomerRef;
use crate::statement::RunStatements;
use crate::{App, vault};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, JobId};
use domain::time::{Instant, parse_date};
use serde_json::{Value, json};
use store::rows::Job;
use store::types::{JobStatus, Json, KeyKind};
use store::{Conn, query};
use thiserror::Error;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    StatementRun,
    Reconcile,
    /// The bundled sample is loaded.
    Sample,
    /// A spreadsheet is brought in, or looked at.
    Import,
    ImportUndo,
    BankFile,
    /// The invoices of what was delivered and not billed.
    InvoiceDeliveries,
    NumberVouchers,
    Revaluation,
    /// Customers' credits are shown as advances.
    Regrouping,
    /// Proposals that are exact, as a policy.
    ApproveExact,
    Verify,
}

impl JobKind {
    pub const ALL: [JobKind; 12] = [
        JobKind::StatementRun,
        JobKind::Reconcile,
        JobKind::Sample,
        JobKind::Import,
        JobKind::ImportUndo,
        JobKind::BankFile,
        JobKind::InvoiceDeliveries,
        JobKind::NumberVouchers,
        JobKind::Revaluation,
        JobKind::Regrouping,
        JobKind::ApproveExact,
        JobKind::Verify,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            JobKind::StatementRun => "statement-run",
            JobKind::Reconcile => "reconcile",
            JobKind::Sample => "sample",
            JobKind::Import => "import",
            JobKind::ImportUndo => "import-undo",
            JobKind::BankFile => "bank-file",
            JobKind::InvoiceDeliveries => "invoice-deliveries",
            JobKind::NumberVouchers => "number-vouchers",
            JobKind::Revaluation => "revaluation",
            JobKind::Regrouping => "regrouping",
            JobKind::ApproveExact => "approve-exact",
            JobKind::Verify => "verify",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        JobKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
    /// What its use-case asks of who wants it done.
    pub const fn permission(self) -> (Noun, Verb) {
        match self {
            JobKind::StatementRun => (Noun::Statements, Verb::Run),
            JobKind::Reconcile | JobKind::ApproveExact | JobKind::Sample => (Noun::Allocations, Verb::Run),
            JobKind::NumberVouchers | JobKind::Revaluation | JobKind::Regrouping => (Noun::Ledger, Verb::Run),
            JobKind::Import | JobKind::ImportUndo | JobKind::InvoiceDeliveries => {
                (Noun::Documents, Verb::Enter)
            }
            JobKind::BankFile => (Noun::Money, Verb::Enter),
            JobKind::Verify => (Noun::Records, Verb::Audit),
        }
    }
}

/// A request that is worked on later: what it says, as it came. The host, which reads requests, does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub kind: JobKind,
    /// What it says beside its file; of nobody but by code or id.
    pub body: Value,
    /// The file: encrypted under a key of its own, which goes with the job's end.
    pub file: Option<Vec<u8>>,
    /// All that it writes is one transaction, which ends the job too: whoever looks finds both or neither.
    pub whole: bool,
    /// When it was asked for, of one that another attempt has begun.
    pub again: Option<Instant>,
}

/// A job to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnqueueJob {
    StatementRun(RunStatements),
    Reconcile,
    Sample,
    Task(Task),
}

impl EnqueueJob {
    pub const fn kind(&self) -> JobKind {
        match self {
            EnqueueJob::StatementRun(_) => JobKind::StatementRun,
            EnqueueJob::Reconcile => JobKind::Reconcile,
            EnqueueJob::Sample => JobKind::Sample,
            EnqueueJob::Task(task) => task.kind,
        }
    }

    /// As it is stored: `{"cut_off", "period_start"?, "customers"?: [code or id]}`, `{"body", "whole"}` without the file, `{}`.
    fn payload(&self) -> Value {
        match self {
            EnqueueJob::StatementRun(run) => json!({
                "cut_off": run.cut_off.to_string(),
                "period_start": run.period_start.map(|date| date.to_string()),
                "customers": run.customers.as_ref().map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>()),
            }),
            EnqueueJob::Reconcile | EnqueueJob::Sample => json!({}),
            EnqueueJob::Task(task) => json!({"body": task.body, "whole": task.whole}),
        }
    }

    /// Reads what [`Self::payload`] wrote.
    pub(super) fn read(kind: &str, payload: &Value) -> Result<Self, Common> {
        let broken = |detail: String| Common::Corrupt { what: "job", detail };
        match JobKind::by_name(kind) {
            Some(JobKind::StatementRun) => Ok(EnqueueJob::StatementRun(statement_run(payload)?)),
            Some(JobKind::Reconcile) => Ok(EnqueueJob::Reconcile),
            Some(JobKind::Sample) => Ok(EnqueueJob::Sample),
            Some(kind) => {
                let missing = |name: &str| broken(format!("{name}: is missing"));
                let body = payload.get("body").cloned().ok_or_else(|| missing("body"))?;
                let whole = payload.get("whole").and_then(Value::as_bool).ok_or_else(|| missing("whole"))?;
                Ok(EnqueueJob::Task(Task { kind, body, file: None, whole, again: None }))
            }
            None => Err(broken(format!("{kind:?} is not a kind of job"))),
        }
    }
}

fn statement_run(payload: &Value) -> Result<RunStatements, Common> {
    let broken = |detail: String| Common::Corrupt { what: "job", detail };
    let date = |name: &str| -> Result<_, Common> {
        let text = payload.get(name).and_then(Value::as_str);
        text.map(parse_date).transpose().map_err(|e| broken(format!("{name}: {e}")))
    };
    let customers = match payload.get("customers") {
        None | Some(Value::Null) => None,
        Some(Value::Array(list)) => {
            let one = |name: &Value| {
                let name = name.as_str().ok_or_else(|| broken("customers: one is not a text".to_owned()))?;
                let Ok(reference) = name.parse::<CustomerRef>();
                Ok::<_, Common>(reference)
            };
            Some(list.iter().map(one).collect::<Result<Vec<_>, _>>()?)
        }
        Some(_) => return Err(broken("customers: is not a list".to_owned())),
    };
    let cut_off = date("cut_off")?.ok_or_else(|| broken("cut_off: is missing".to_owned()))?;
    Ok(RunStatements { cut_off, period_start: date("period_start")?, customers })
}

/// Puts a job in the queue; a worker takes it when it has the time.
pub fn enqueue(app: &App, actor: &Actor, company: CompanyId, input: &EnqueueJob) -> Result<JobId, Common> {
    let (noun, verb) = input.kind().permission();
    // the second person of an import undoes it, who need not be one who brings files in
    if input.kind() != JobKind::ImportUndo || !actor.may(noun, Verb::Approve, company) {
        authorise(actor, noun, verb, company)?;
    }
    let ctx = Context::new(app);
    let row = job_row(&ctx, &actor.person(), company, input);
    let EnqueueJob::Task(Task { file: Some(file), .. }) = input else {
        app.db.write(|tx| query::jobs::enqueue(tx, &row))?;
        return Ok(row.id);
    };
    let outer = app.db.read(|conn| vault::company_key(&ctx, conn, company))?;
    let key = vault::fresh_key(&ctx, company, &outer, KeyKind::Content, Vec::new())?;
    let blob = key.blob(&ctx, "application/octet-stream", file)?.row();
    let row = Job { input: Some(blob.id), ..row };
    app.db.write(|tx| {
        key.write(tx)?;
        query::blobs::insert(tx, std::slice::from_ref(&blob))?;
        Ok::<_, Common>(query::jobs::enqueue(tx, &row)?)
    })?;
    Ok(row.id)
}

/// A job that is queued, asked for by a person; without its file.
pub(crate) fn job_row(ctx: &Context<'_>, person: &str, company: CompanyId, input: &EnqueueJob) -> Job {
    Job {
        company,
        id: JobId::new(ctx.uuid()),
        kind: input.kind().name().to_owned(),
        payload: Json(input.payload()),
        status: JobStatus::Queued,
        owner: None,
        leased_until: None,
        attempt: 0,
        done: 0,
        total: 0,
        result: None,
        error: None,
        created_by: person.to_owned(),
        created_at: ctx.now,
        finished_at: None,
        input: None,
        problem: None,
    }
}

/// Keeps what was done at once as a job that is over, so that it is found where jobs are.
pub fn record(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    kind: JobKind,
    (began, steps, result): (Instant, u64, Value),
) -> Result<JobId, Common> {
    let (noun, verb) = kind.permission();
    authorise(actor, noun, verb, company)?;
    let ctx = Context::new(app);
    let asked = EnqueueJob::Task(Task { kind, body: json!({}), file: None, whole: false, again: None });
    let row = Job {
        status: JobStatus::Done,
        done: steps,
        total: steps,
        result: Some(Json(result)),
        created_at: began,
        finished_at: Some(ctx.now),
        ..job_row(&ctx, &actor.person(), company, &asked)
    };
    app.db.write(|tx| query::jobs::enqueue(tx, &row))?;
    Ok(row.id)
}

/// A job with its progress and, once it is over, its result or what went wrong.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: JobId) -> Result<Job, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    app.db.read(|conn| load(app, conn, company, id))
}

/// The jobs that are wanted, the newest first: those before `before`.
pub fn search(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (status, kind): (Option<JobStatus>, Option<JobKind>),
    before: Option<JobId>,
    limit: u32,
) -> Result<Vec<Job>, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    let filter = query::jobs::Filter { status, kind: kind.map(JobKind::name) };
    let rows = app.db.read(|conn| query::jobs::search(conn, company, &filter, before, limit))?;
    Ok(rows.into_iter().map(|row| app.live.shown(row)).collect())
}

/// As [`get`], on the caller's connection.
pub fn load(app: &App, conn: &mut Conn, company: CompanyId, id: JobId) -> Result<Job, Common> {
    there(query::jobs::by_id(conn, company, id)?, "job", id).map(|row| app.live.shown(row))
}

/// Why a job is not called off.
#[derive(Debug, Error)]
pub enum CancelJobError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("job {id} is over: it is {}", .status.name())]
    Over { id: JobId, status: JobStatus },
}

crate::common::through_common!(CancelJobError);

/// Who may run one or asked for this one.
fn may_cancel(actor: &Actor, row: Option<&Job>, company: CompanyId) -> Result<(), Common> {
    let own = row.is_some_and(|row| row.created_by == actor.person());
    authorise(actor, Noun::Records, if own { Verb::Read } else { Verb::Run }, company)
}

/// Tells a job that this process is at to stop at its next step, ahead of [`cancel`], which waits for its transaction: a whole is rolled
/// back then. Gives whether it was told. `check` looks at the job as it is shown.
pub fn call_off<E: From<Common>>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: JobId,
    check: impl FnOnce(Job) -> Result<(), E>,
) -> Result<bool, E> {
    if !app.live.has(id) {
        return Ok(false);
    }
    let row = app.db.read(|conn| query::jobs::by_id(conn, company, id)).map_err(Common::from)?;
    may_cancel(actor, row.as_ref(), company)?;
    let Some(row) = row.filter(|row| row.status == JobStatus::Running) else { return Ok(false) };
    check(app.live.shown(row))?;
    Ok(app.live.call_off(id))
}

/// Calls a job off, for who may run one or asked for this one. One that runs can write nothing from now on; what it wrote before
/// stays, of an import that says that it was called off.
///
/// # Errors
/// `Over`: it has ended already.
pub fn cancel(app: &App, actor: &Actor, company: CompanyId, id: JobId) -> Result<(), CancelJobError> {
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::imports::hold_of_job(tx, company, id)?;
        let row = query::jobs::lock(tx, company, id)?;
        may_cancel(actor, row.as_ref(), company)?;
        let row = there(row, "job", id)?;
        if !matches!(row.status, JobStatus::Queued | JobStatus::Running) {
            return Err(CancelJobError::Over { id, status: row.status });
        }
        Ok(query::jobs::cancel(tx, company, id, ctx.now)?)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_job_is_read_as_it_was_written() {
        let run = |customers: Option<&[&str]>| {
            EnqueueJob::StatementRun(RunStatements {
                cut_off: parse_date("2026-11-30").unwrap(),
                period_start: customers.map(|_| parse_date("2026-11-01").unwrap()),
                customers: customers.map(|list| list.iter().map(|name| name.parse().unwrap()).collect()),
            })
        };
        for job in [
            run(None),
            run(Some(&["C1", "cus_00000000000000000000000000000007"])),
            EnqueueJob::Reconcile,
            EnqueueJob::Sample,
            EnqueueJob::Task(Task {
                kind: JobKind::Revaluation,
                body: json!({"as_of": "2026-11-30"}),
                file: None,
                whole: true,
                again: None,
            }),
        ] {
            assert_eq!(EnqueueJob::read(job.kind().name(), &job.payload()).unwrap(), job);
        }
        assert!(EnqueueJob::read("mine-coins", &json!({})).is_err());
        for payload in
            [json!({}), json!({"cut_off": "2026-02-30"}), json!({"cut_off": "2026-11-30", "customers": [7]})]
        {
            assert!(EnqueueJob::read("statement-run", &payload).is_err(), "{payload}");
        }
        assert!(EnqueueJob::read("verify", &json!({"body": {}})).is_err());
    }
}
