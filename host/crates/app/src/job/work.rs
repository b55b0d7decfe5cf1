//! Doing jobs: claim → run as the person who asked → finish. A second thread gives the sign of life.

use super::queue::{EnqueueJob, JobKind};
use super::{ATTEMPTS_MAX, LEASE_S};
use crate::common::{Common, Context};
use crate::statement::Watch;
use crate::{App, posting, reconciliation, statement};
use domain::actor::{Actor, Role};
use domain::ids::{CompanyId, UserId};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use store::query::jobs::Claim;
use store::rows::Job;
use store::types::JobStatus;
use store::{StoreError, query};

/// How often a job's progress is written down, for who looks at it.
const NOTED_EVERY: Duration = Duration::from_millis(500);

/// How often an idle worker looks for a job.
pub const POLL_MS: u64 = 500;

/// Claims the oldest job that waits, of any company, does it, and gives it back as it ended. `None`: there is none.
///
/// # Errors
/// Of the queue itself; what goes wrong in a job is told in its row.
pub fn run_next(app: &App, owner: &str) -> Result<Option<Job>, Common> {
    let kinds = JobKind::ALL.map(JobKind::name);
    let Some(job) = app.db.write(|tx| query::jobs::claim(tx, &kinds, owner, LEASE_S))? else {
        return Ok(None);
    };
    let claim = Claim::from(&job);
    let outcome = if job.attempt > ATTEMPTS_MAX {
        Err(format!("given up after {ATTEMPTS_MAX} attempts: none of them ended"))
    } else {
        attended(app, &job)
    };
    if outcome.is_err() {
        // the reason may repeat a guest's words about somebody, and no erasure reaches a log
        tracing::warn!(job = %job.id, kind = %job.kind, "a job failed: its row says why");
    }
    let now = Context::new(app).now;
    let finished = app.db.write(|tx| query::jobs::finish(tx, claim, outcome.clone(), now));
    match finished {
        // cancelled or taken over: it is not ours to end
        Ok(()) | Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(app.db.read(|conn| query::jobs::by_id(conn, job.company, job.id))?)
}

/// Does a job while another thread extends its lease and notes its progress.
fn attended(app: &App, job: &Job) -> Result<Value, String> {
    let claim = Claim::from(job);
    let progress = (AtomicU64::new(0), AtomicU64::new(0));
    let (ended, wait) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let progress = &progress;
        let beat = move || {
            let pause = Duration::from_secs(u64::try_from(LEASE_S / 3).unwrap_or(1).max(1));
            while matches!(wait.recv_timeout(pause), Err(RecvTimeoutError::Timeout)) {
                if let Err(error) = heartbeat(app, claim, progress) {
                    tracing::warn!(job = %claim.id, %error, "no sign of life of a job");
                }
            }
        };
        let thread = std::thread::Builder::new().name("heartbeat".to_owned()).spawn_scoped(scope, beat);
        thread.map_err(|error| format!("no thread for its sign of life: {error}"))?;
        let done = run(app, job, progress);
        // also after a failure: what it committed until then stands
        let sealed = posting::drain(app, job.company).map_err(told);
        let done = done.and_then(|value| sealed.map(|_| value));
        // the work is over: the last figures stand in the row before it is closed
        drop(ended);
        if let Err(error) = heartbeat(app, claim, progress) {
            tracing::debug!(job = %claim.id, %error, "a job ended that is no longer ours");
        }
        done
    })
}

fn heartbeat(app: &App, claim: Claim, progress: &(AtomicU64, AtomicU64)) -> Result<(), StoreError> {
    let figures = (progress.0.load(Ordering::Relaxed), progress.1.load(Ordering::Relaxed));
    app.db.write(|tx| query::jobs::heartbeat(tx, claim, LEASE_S, figures))
}

/// `app`, whose writes are refused once the job was cancelled or taken over.
fn fenced(app: &App, claim: Claim) -> App {
    let db = app.db.fenced(move |tx| query::jobs::hold(tx, claim));
    App { db: Arc::new(db), ..app.clone() }
}

fn run(app: &App, job: &Job, progress: &(AtomicU64, AtomicU64)) -> Result<Value, String> {
    let company = job.company;
    let work = EnqueueJob::read(&job.kind, &job.payload.0).map_err(told)?;
    let actor = asked_by(app, company, &job.created_by)?;
    let claim = Claim::from(job);
    let own = fenced(app, claim);
    let noted = std::cell::Cell::new(None);
    let note = |done: u64, total: u64| {
        progress.0.store(done, Ordering::Relaxed);
        progress.1.store(total, Ordering::Relaxed);
        // called off or taken over: guest, page and encryption of all that are left would be for nothing
        if noted.get().is_some_and(|at: std::time::Instant| at.elapsed() < NOTED_EVERY) {
            return Ok(app.db.write(|tx| query::jobs::hold(tx, claim))?);
        }
        noted.set(Some(std::time::Instant::now()));
        Ok(heartbeat(app, claim, progress)?)
    };
    Ok(match work {
        EnqueueJob::StatementRun(input) => {
            let watch = Watch { job: Some(claim), progress: &note };
            let made = statement::run(&own, &actor, company, &input, &watch).map_err(told)?;
            json!({
                "run": made.run.to_string(),
                "known_at": made.known_at.to_string(),
                "made": made.made.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "failed": made.failed.iter().map(|(customer, why)| json!({"customer": customer, "reason": why})).collect::<Vec<_>>(),
                "skipped": made.skipped,
                "fallbacks": made.fallbacks,
            })
        }
        EnqueueJob::Sample => {
            let load = own.sample.ok_or("this zhangben was built without its sample")?;
            load(&own, &actor, company, &note)?
        }
        EnqueueJob::Reconcile => {
            let made = reconciliation::propose_watched(&own, &actor, company, &note).map_err(told)?;
            json!({
                "invocation": made.invocation.map(|id| id.to_string()),
                "proposals": made.proposals.len(),
                "unmatched": made.unmatched,
                "by_confidence": made.by_confidence,
                // their words are a guest's, about anybody: they stay in the call's output
                "warnings": made.warnings.len(),
            })
        }
    })
}

/// The error with its sources: a job's row is all that its asker will see.
fn told(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        source = inner.source();
    }
    text
}

/// Who asked, with the roles of now: whoever lost them since gets nothing done.
fn asked_by(app: &App, company: CompanyId, person: &str) -> Result<Actor, String> {
    if person == Actor::System.person() {
        return Ok(Actor::System);
    }
    let id: UserId = person.parse().map_err(told)?;
    let user = app.db.read(|conn| query::users::by_id(conn, company, id)).map_err(told)?;
    let user =
        user.filter(|user| user.active).ok_or_else(|| format!("{id}, who asked for it, is not active"))?;
    let roles = user.roles.0.iter().filter_map(|name| Role::by_name(name)).collect();
    Ok(Actor::User { id, company, roles })
}

/// A worker's name in the leases: unique among the processes that share a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker(String);

impl Worker {
    /// `number` tells the workers of one process apart.
    pub fn new(app: &App, number: u32) -> Self {
        // two containers may both be process 1: the instant tells them apart
        Worker(format!("{}-{}-{number}", std::process::id(), app.clock.now().micros()))
    }
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// How often old answers of requests are forgotten.
const PURGE_EVERY_S: u64 = 3_600;

/// Does jobs until `stop`; the one under way is ended first. Once an hour it forgets old answers. For a thread of the
/// server.
pub fn worker(app: &App, worker: &Worker, stop: &AtomicBool) {
    let mut purged: Option<std::time::Instant> = None;
    while !stop.load(Ordering::Relaxed) {
        if purged.is_none_or(|at| at.elapsed() >= Duration::from_secs(PURGE_EVERY_S)) {
            purged = Some(std::time::Instant::now());
            match crate::idempotency::purge(app) {
                Ok(0) => {}
                Ok(answers) => tracing::info!(answers, "old answers of requests were forgotten"),
                Err(error) => tracing::error!(%error, "old answers of requests were not forgotten"),
            }
            if let Err(error) = crate::people::purge(app) {
                tracing::error!(%error, "old sessions were not forgotten");
            }
        }
        match run_next(app, worker.name()) {
            Ok(Some(job)) if job.status == JobStatus::Failed => {}
            Ok(Some(job)) => tracing::info!(job = %job.id, kind = %job.kind, "a job ended"),
            Ok(None) => std::thread::sleep(Duration::from_millis(POLL_MS)),
            Err(error) => {
                tracing::error!(%error, "the queue of jobs failed; trying again");
                std::thread::sleep(Duration::from_millis(POLL_MS));
            }
        }
    }
}
