//! Asking for a job, looking at it, calling it off.

use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::customer::CustomerRef;
use crate::statement::RunStatements;
use domain::actor::{Actor, Permission};
use domain::ids::{CompanyId, JobId};
use domain::time::parse_date;
use serde_json::{Value, json};
use store::rows::Job;
use store::types::{JobStatus, Json};
use store::{Conn, query};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    StatementRun,
    Reconcile,
    /// The bundled sample is loaded.
    Sample,
}

impl JobKind {
    pub const ALL: [JobKind; 3] = [JobKind::StatementRun, JobKind::Reconcile, JobKind::Sample];
    pub const fn name(self) -> &'static str {
        match self {
            JobKind::StatementRun => "statement-run",
            JobKind::Reconcile => "reconcile",
            JobKind::Sample => "sample",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        JobKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A job to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnqueueJob {
    StatementRun(RunStatements),
    Reconcile,
    Sample,
}

impl EnqueueJob {
    pub const fn kind(&self) -> JobKind {
        match self {
            EnqueueJob::StatementRun(_) => JobKind::StatementRun,
            EnqueueJob::Reconcile => JobKind::Reconcile,
            EnqueueJob::Sample => JobKind::Sample,
        }
    }

    /// As it is stored: `{"cut_off", "period_start"?, "customers"?: [code or id]}`, `{}`.
    fn payload(&self) -> Value {
        match self {
            EnqueueJob::StatementRun(run) => json!({
                "cut_off": run.cut_off.to_string(),
                "period_start": run.period_start.map(|date| date.to_string()),
                "customers": run.customers.as_ref().map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>()),
            }),
            EnqueueJob::Reconcile | EnqueueJob::Sample => json!({}),
        }
    }

    /// Reads what [`Self::payload`] wrote.
    pub(super) fn read(kind: &str, payload: &Value) -> Result<Self, Common> {
        let broken = |detail: String| Common::Corrupt { what: "job", detail };
        match JobKind::by_name(kind) {
            Some(JobKind::StatementRun) => Ok(EnqueueJob::StatementRun(statement_run(payload)?)),
            Some(JobKind::Reconcile) => Ok(EnqueueJob::Reconcile),
            Some(JobKind::Sample) => Ok(EnqueueJob::Sample),
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
    authorise(actor, Permission::Run, company)?;
    let row = job_row(&Context::new(app), &actor.person(), company, input);
    app.db.write(|tx| query::jobs::enqueue(tx, &row))?;
    Ok(row.id)
}

/// A job that is queued, asked for by a person.
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
    }
}

/// A job with its progress and, once it is over, its result or what went wrong.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: JobId) -> Result<Job, Common> {
    authorise(actor, Permission::Read, company)?;
    app.db.read(|conn| load(conn, company, id))
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
    authorise(actor, Permission::Read, company)?;
    let filter = query::jobs::Filter { status, kind: kind.map(JobKind::name) };
    Ok(app.db.read(|conn| query::jobs::search(conn, company, &filter, before, limit))?)
}

/// As [`get`], on the caller's connection.
pub fn load(conn: &mut Conn, company: CompanyId, id: JobId) -> Result<Job, Common> {
    there(query::jobs::by_id(conn, company, id)?, "job", id)
}

/// Calls a job off. One that runs can write nothing from now on; what it wrote before stays.
pub fn cancel(app: &App, actor: &Actor, company: CompanyId, id: JobId) -> Result<(), Common> {
    authorise(actor, Permission::Run, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = there(query::jobs::by_id(tx, company, id)?, "job", id)?;
        if !matches!(row.status, JobStatus::Queued | JobStatus::Running) {
            return Err(Common::Conflict {
                what: format!("job {id}, which is {} already,", row.status.name()),
            });
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
        ] {
            assert_eq!(EnqueueJob::read(job.kind().name(), &job.payload()).unwrap(), job);
        }
        assert!(EnqueueJob::read("mine-coins", &json!({})).is_err());
        for payload in
            [json!({}), json!({"cut_off": "2026-02-30"}), json!({"cut_off": "2026-11-30", "customers": [7]})]
        {
            assert!(EnqueueJob::read("statement-run", &payload).is_err(), "{payload}");
        }
    }
}
