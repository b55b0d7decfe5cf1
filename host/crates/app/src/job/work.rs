//! Doing jobs: claim → run as the person who asked → finish. A second thread gives the sign of life.

use super::live::Figures;
use super::queue::{EnqueueJob, JobKind, Task};
use super::{ATTEMPTS_MAX, Failed, LEASE_S, Progress, Refused};
use crate::common::{Common, Context};
use crate::statement::Watch;
use crate::{App, import, posting, reconciliation, statement, vault};
use domain::actor::{Actor, Role};
use domain::ids::{BlobId, CompanyId, ImportId, UserId};
use serde_json::{Value, json};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use store::query::jobs::Claim;
use store::rows::Job;
use store::types::JobStatus;
use store::{Database, StoreError, query};

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
    let live = app.live.begin(claim);
    let outcome = if job.attempt > ATTEMPTS_MAX {
        Err(format!("given up after {ATTEMPTS_MAX} attempts: none of them ended").into())
    } else {
        attended(app, &job, &live)
    };
    let now = Context::new(app).now;
    let finished = match &outcome {
        // whoever called it off is about to write that, too: either is the first
        Err(_) if live.is_called_off() => {
            app.db.write(|tx| query::jobs::cancel(tx, claim.company, claim.id, now))
        }
        _ => {
            if outcome.is_err() {
                // the reason may repeat a guest's words about somebody, and no erasure reaches a log
                tracing::warn!(job = %job.id, kind = %job.kind, "a job failed: its row says why");
            }
            app.db.write(|tx| query::jobs::finish(tx, claim, outcome.clone(), now))
        }
    };
    match finished {
        // cancelled or taken over: it is not ours to end
        Ok(()) | Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(app.db.read(|conn| query::jobs::by_id(conn, job.company, job.id))?)
}

/// Does a job while another thread extends its lease and notes its progress.
fn attended(app: &App, job: &Job, progress: &Figures) -> Result<Value, Failed> {
    let claim = Claim::from(job);
    let (ended, wait) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
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
        let done = done.and_then(|value| sealed.map(|_| value).map_err(Failed::from));
        // the work is over: the last figures stand in the row before it is closed
        drop(ended);
        if let Err(error) = heartbeat(app, claim, progress) {
            tracing::debug!(job = %claim.id, %error, "a job ended that is no longer ours");
        }
        done
    })
}

fn heartbeat(app: &App, claim: Claim, progress: &Figures) -> Result<(), StoreError> {
    app.db.write(|tx| query::jobs::heartbeat(tx, claim, LEASE_S, progress.get()))
}

/// What the work tells of itself, for whoever looks at it, and noted in the job's row; it learns thereby whether the job is still its own.
struct Notes<'a> {
    app: &'a App,
    claim: Claim,
    progress: &'a Figures,
    noted: Cell<Option<Instant>>,
}

impl Notes<'_> {
    /// `unit`: the one transaction of a job that is done as a whole.
    ///
    /// # Errors
    /// A conflict: it was called off or taken over. Guest, page and encryption of all that is left would be for nothing.
    fn note(&self, done: u64, total: u64, unit: Option<&Database>) -> Result<(), Common> {
        self.progress.set(done, total);
        let (db, claim) = (&self.app.db, self.claim);
        if self.progress.is_called_off() {
            return Err(StoreError::conflict("job", claim.id).into());
        }
        let lately = self.noted.get().is_some_and(|at| at.elapsed() < NOTED_EVERY);
        if !lately {
            self.noted.set(Some(Instant::now()));
        }
        // a write beside the open transaction would wait for it, and it for the write
        if unit.is_some_and(Database::is_writing) {
            return if lately { Ok(()) } else { Ok(db.read(|conn| query::jobs::look(conn, claim))?) };
        }
        match lately {
            true => Ok(db.write(|tx| query::jobs::hold(tx, claim))?),
            false => Ok(heartbeat(self.app, claim, self.progress)?),
        }
    }
}

/// `app`, whose writes are refused once the job was cancelled or taken over.
fn fenced(app: &App, claim: Claim) -> App {
    let db = app.db.fenced(move |tx| query::jobs::hold(tx, claim));
    App { db: Arc::new(db), job: Some(claim.id), ..app.clone() }
}

fn run(app: &App, job: &Job, progress: &Figures) -> Result<Value, Failed> {
    let company = job.company;
    let work = EnqueueJob::read(&job.kind, &job.payload.0).map_err(told)?;
    let actor = asked_by(app, company, &job.created_by)?;
    let claim = Claim::from(job);
    let own = fenced(app, claim);
    let notes = Notes { app, claim, progress, noted: Cell::new(None) };
    let note = |done: u64, total: u64| notes.note(done, total, None);
    Ok(match work {
        EnqueueJob::StatementRun(input) => {
            let watch = Watch { job: Some(claim), progress: &note };
            let made = statement::run(&own, &actor, company, &input, &watch)
                .map_err(|error| refused(app, error.into()))?;
            json!({
                "id": made.run.to_string(),
                "known_at": made.known_at,
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
        EnqueueJob::Reconcile => whole(&own, &notes, |app, note| reconcile(app, &actor, company, note))?,
        EnqueueJob::Task(task) => {
            let file = job.input.map(|blob| file(app, company, blob)).transpose()?;
            let again = (job.attempt > 1).then_some(job.created_at);
            let task = Task { file, again, ..task };
            if !task.whole || in_parts(app, company, &task)? {
                return do_task(&own, &actor, company, &task, &note);
            }
            let done = whole(&own, &notes, |app, note| do_task(app, &actor, company, &task, note))?;
            // of customers that the undoing of an import erased nothing stays beside the database
            if task.kind == JobKind::ImportUndo
                && let Err(error) = own.db.scrub()
            {
                tracing::warn!(job = %claim.id, %error, "what was erased may stand in the write-ahead log for a while");
            }
            done
        }
    })
}

fn reconcile(app: &App, actor: &Actor, company: CompanyId, note: &Progress<'_>) -> Result<Value, Failed> {
    let made = reconciliation::propose_watched(app, actor, company, note)
        .map_err(|error| refused(app, error.into()))?;
    Ok(json!({
        "invocation": made.invocation.map(|id| id.to_string()),
        "proposals": made.proposals.len(),
        "unmatched": made.unmatched,
        "by_confidence": made.by_confidence,
        // their words are a guest's, about anybody: they stay in the call's output
        "warnings": made.warnings.len(),
    }))
}

fn file(app: &App, company: CompanyId, blob: BlobId) -> Result<Vec<u8>, Failed> {
    let ctx = Context::new(app);
    let opened = app.db.read(|conn| vault::read_blob(&ctx, conn, company, blob)).map_err(told)?;
    Ok(opened.bytes)
}

/// An undoing of many records holds no transaction for all of them: what it took back stays when it is called off.
fn in_parts(app: &App, company: CompanyId, task: &Task) -> Result<bool, Failed> {
    let id = task.body.get("id").and_then(Value::as_str).and_then(|id| id.parse::<ImportId>().ok());
    match id.filter(|_| task.kind == JobKind::ImportUndo) {
        Some(id) => Ok(import::is_undone_in_parts(app, company, id).map_err(told)?),
        None => Ok(false),
    }
}

fn do_task(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    task: &Task,
    note: &Progress<'_>,
) -> Result<Value, Failed> {
    let work = app.tasks.ok_or("this zhangben was built without what reads requests")?;
    work(app, actor, company, task, note)
}

/// Does work whose writes are one transaction, and ends the job in it: a process that dies leaves nothing, and what was called
/// off, until the last look before that, wrote nothing.
fn whole(
    own: &App,
    notes: &Notes<'_>,
    work: impl FnOnce(&App, &Progress<'_>) -> Result<Value, Failed>,
) -> Result<Value, Failed> {
    let claim = notes.claim;
    own.db.together(|db| {
        let app = App { db: Arc::new(db.clone()), ..own.clone() };
        let note = |done: u64, total: u64| notes.note(done, total, Some(db));
        let value = work(&app, &note)?;
        let (did, of) = notes.progress.get();
        note(did, of).map_err(told)?;
        let now = Context::new(&app).now;
        // the fence asks for a job that runs, and this is its end
        db.unfenced().write(|tx| {
            query::jobs::heartbeat(tx, claim, LEASE_S, notes.progress.get())?;
            query::jobs::finish(tx, claim, Ok(value.clone()), now)
        })?;
        Ok(value)
    })
}

fn refused(app: &App, why: Refused) -> Failed {
    match app.refusals {
        Some(word) => word(why),
        None => told(why).into(),
    }
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
    let mut purged: Option<Instant> = None;
    while !stop.load(Ordering::Relaxed) {
        if purged.is_none_or(|at| at.elapsed() >= Duration::from_secs(PURGE_EVERY_S)) {
            purged = Some(Instant::now());
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
