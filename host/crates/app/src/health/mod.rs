//! Health (运行状况): what whoever runs the host looks at, each part with where it stands. It tells numbers, names and days; no secret,
//! and nothing of a customer.
//!
//! | part | look | broken |
//! |---|---|---|
//! | database | – | it lacks migrations, or has those of a later program |
//! | disk | less than 5 GiB left | less than 500 MiB |
//! | sealing | the oldest waits for a minute | for ten |
//! | jobs | one failed in a week, or the oldest waits for ten minutes | for an hour |
//! | plugins | nothing is bound for one of the worlds today | – |
//! | verification | never, or longer ago than 35 days | what was found last does not hold |
//! | checkpoint | two steps behind the chain | – |
//! | clock | it is behind the last event | by an hour |
//! | font | – | none: no statement can be laid out |

mod standing;

pub use standing::State;

use crate::App;
use crate::checkpoint::STEP;
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, find, today};
use crate::job::JobKind;
use crate::overview::FAILED_S;
use crate::plugin::in_force;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use domain::plugin::World;
use domain::random::instant_of;
use domain::time::Instant;
use runtime::Readiness;
use serde_json::Value;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use store::migrate::{MigrateError, standing as schema_of};
use store::rows::Binding;
use store::types::JobStatus;
use store::{Conn, StoreError, query};

/// What a process is, and where its files lie; the host knows it.
#[derive(Debug, Clone)]
pub struct Premises {
    pub version: &'static str,
    /// That was built, where it is known.
    pub commit: Option<&'static str>,
    /// Since when it runs.
    pub started: Option<Instant>,
    /// Folder of this installation's files.
    pub data: PathBuf,
    /// What the disk of a folder has.
    pub room: fn(&Path) -> Option<Room>,
}

impl Default for Premises {
    fn default() -> Self {
        let room: fn(&Path) -> Option<Room> = |_| None;
        Premises { version: "", commit: None, started: None, data: PathBuf::new(), room }
    }
}

/// Bytes of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub free: u64,
    pub all: u64,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub at: Instant,
    pub version: &'static str,
    pub commit: Option<&'static str>,
    pub started: Option<Instant>,
    pub database: Database,
    pub disk: Disk,
    pub sealing: Sealing,
    pub jobs: Jobs,
    pub plugins: Plugins,
    pub verification: Verification,
    pub checkpoint: Checkpoint,
    pub clock: Clock,
    pub font: Font,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    pub state: State,
    /// sqlite | postgres
    pub kind: &'static str,
    pub bytes: u64,
    /// The last migration.
    pub schema: Option<String>,
    pub pending: usize,
    /// Migrations of a later program.
    pub unknown: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    pub state: State,
    /// None where the system does not say.
    pub room: Option<Room>,
}

/// What is committed and not sealed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    pub state: State,
    pub waiting: u64,
    /// Seconds since the oldest of it was made.
    pub oldest_s: Option<u64>,
    /// The last of the chain.
    pub position: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jobs {
    pub state: State,
    pub queued: u64,
    pub queued_oldest_s: Option<u64>,
    pub running: u64,
    pub running_oldest_s: Option<u64>,
    /// In the last week.
    pub failed: u64,
}

/// Of the plugins in force today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugins {
    pub state: State,
    pub bound: usize,
    /// In memory.
    pub loaded: usize,
    /// In the cache, to be loaded.
    pub compiled: usize,
    /// Compiled at their next call.
    pub uncompiled: usize,
    /// Worlds without any.
    pub missing: Vec<&'static str>,
    pub engine: String,
}

/// The last verification that ran to its end, by whatever door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    pub state: State,
    pub at: Option<Instant>,
    /// Up to which position.
    pub position: Option<u64>,
    pub holds: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub state: State,
    /// Of the newest one.
    pub as_of: Option<NaiveDate>,
    pub position: Option<u64>,
    /// Positions sealed since.
    pub behind: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub state: State,
    pub last_event: Option<Instant>,
    /// Seconds by which that lies ahead of the clock.
    pub behind_s: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Font {
    pub state: State,
    pub family: Option<String>,
}

impl Health {
    /// The worst of all.
    pub fn state(&self) -> State {
        self.states().into_iter().map(|(_, state)| state).max().unwrap_or(State::Ok)
    }
    /// Each part by name.
    pub fn states(&self) -> [(&'static str, State); 9] {
        [
            ("database", self.database.state),
            ("disk", self.disk.state),
            ("sealing", self.sealing.state),
            ("jobs", self.jobs.state),
            ("plugins", self.plugins.state),
            ("verification", self.verification.state),
            ("checkpoint", self.checkpoint.state),
            ("clock", self.clock.state),
            ("font", self.font.state),
        ]
    }
}

/// Whether the database answers; its kind. A question that reads one index entry, for whoever asks.
pub fn answers(app: &App) -> Result<&'static str, Common> {
    find(app, "healthz")?;
    Ok(app.db.kind().name())
}

/// Looks at everything.
pub fn look(app: &App, actor: &Actor, company: CompanyId) -> Result<Health, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    let ctx = Context::new(app);
    let database = database(app)?;
    let seen = app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let today = today(&ctx, &row)?;
        let position = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        Ok::<_, Common>((
            sealing(conn, company, position, ctx.now)?,
            jobs(conn, company, ctx.now)?,
            in_force(query::bindings::list(conn, company)?, today),
            verification(conn, company, ctx.now)?,
            checkpoint(conn, company, position)?,
            clock(conn, company, ctx.now)?,
        ))
    })?;
    let (sealing, jobs, bindings, verification, checkpoint, clock) = seen;
    let room = (app.premises.room)(&app.premises.data);
    let family = app.renderer.as_ref().map(|renderer| renderer.fonts().family().to_owned());
    Ok(Health {
        at: ctx.now,
        version: app.premises.version,
        commit: app.premises.commit,
        started: app.premises.started,
        database,
        disk: Disk { state: standing::of_room(room), room },
        sealing,
        jobs,
        plugins: plugins(app, &bindings),
        verification,
        checkpoint,
        clock,
        font: Font { state: if family.is_some() { State::Ok } else { State::Broken }, family },
    })
}

fn database(app: &App) -> Result<Database, Common> {
    let schema = schema_of(&app.db).map_err(|error| match error {
        MigrateError::Store(error) => Common::from(error),
        other => Common::Corrupt { what: "schema", detail: other.to_string() },
    })?;
    let bytes = app.db.read(query::health::bytes)?;
    let current = schema.pending == 0 && schema.unknown == 0;
    Ok(Database {
        state: if current { State::Ok } else { State::Broken },
        kind: app.db.kind().name(),
        bytes,
        schema: schema.last,
        pending: schema.pending,
        unknown: schema.unknown,
    })
}

/// Seconds from one instant to a later one.
fn seconds(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.micros().saturating_sub(from.micros()) / 1_000_000).unwrap_or(0)
}

fn sealing(conn: &mut Conn, company: CompanyId, position: u64, now: Instant) -> Result<Sealing, StoreError> {
    let waiting = query::unsealed::count(conn, company)?;
    let oldest = query::unsealed::first(conn, company, i64::MAX, 1)?.pop();
    let oldest_s = oldest.and_then(|row| instant_of(row.reference)).map(|made| seconds(made, now));
    Ok(Sealing { state: standing::of_wait(oldest_s, 60, 600), waiting, oldest_s, position })
}

fn jobs(conn: &mut Conn, company: CompanyId, now: Instant) -> Result<Jobs, StoreError> {
    let queued = query::health::jobs(conn, company, JobStatus::Queued)?;
    let running = query::health::jobs(conn, company, JobStatus::Running)?;
    let failed = query::overview::waiting(conn, company, now.plus_seconds(-FAILED_S))?.failed_jobs;
    let age = |since: Option<Instant>| since.map(|since| seconds(since, now));
    let waits = standing::of_wait(age(queued.oldest), 600, 3_600);
    Ok(Jobs {
        state: waits.max(if failed > 0 { State::Look } else { State::Ok }),
        queued: queued.jobs,
        queued_oldest_s: age(queued.oldest),
        running: running.jobs,
        running_oldest_s: age(running.oldest),
        failed,
    })
}

fn plugins(app: &App, bindings: &[Binding]) -> Plugins {
    let world_of = |binding: &Binding| World::by_name(binding.slot.split(':').next().unwrap_or_default());
    let served: Vec<World> = bindings.iter().filter_map(world_of).collect();
    let missing: Vec<&'static str> =
        World::ALL.into_iter().filter(|world| !served.contains(world)).map(World::name).collect();
    let bound: HashSet<Digest> = bindings.iter().map(|binding| binding.digest).collect();
    let found: Vec<Readiness> = bound.iter().map(|digest| app.runtime.readiness(digest)).collect();
    let ready = |as_far: Readiness| found.iter().filter(|one| **one == as_far).count();
    Plugins {
        state: if missing.is_empty() { State::Ok } else { State::Look },
        bound: bound.len(),
        loaded: ready(Readiness::Loaded),
        compiled: ready(Readiness::Compiled),
        uncompiled: ready(Readiness::Uncompiled),
        missing,
        engine: app.runtime.engine(),
    }
}

fn verification(conn: &mut Conn, company: CompanyId, now: Instant) -> Result<Verification, StoreError> {
    let wanted = query::jobs::Filter { status: Some(JobStatus::Done), kind: Some(JobKind::Verify.name()) };
    let last = query::jobs::search(conn, company, &wanted, None, 1)?.pop();
    let at = last.as_ref().and_then(|job| job.finished_at);
    // what a job has kept goes with an erasure: then it is known when, and no more
    let result = last.and_then(|job| job.result).map(|result| result.0);
    let said = |member: &str| result.as_ref().and_then(|result| result.get(member));
    let holds = said("holds").and_then(Value::as_bool);
    let position = said("positions").and_then(Value::as_u64);
    let age = at.map(|at| seconds(at, now));
    Ok(Verification { state: standing::of_verification(age, holds), at, position, holds })
}

fn checkpoint(conn: &mut Conn, company: CompanyId, position: u64) -> Result<Checkpoint, StoreError> {
    let kept = query::checkpoints::moments(conn, company)?;
    let newest = kept.into_iter().max_by_key(|kept| (kept.known_at, kept.as_of));
    let behind = position.saturating_sub(newest.map_or(0, |kept| kept.known_at));
    Ok(Checkpoint {
        state: if behind >= STEP.saturating_mul(2) { State::Look } else { State::Ok },
        as_of: newest.map(|kept| kept.as_of),
        position: newest.map(|kept| kept.known_at),
        behind,
    })
}

fn clock(conn: &mut Conn, company: CompanyId, now: Instant) -> Result<Clock, StoreError> {
    let last_event = query::health::last_event(conn, company)?;
    let behind_s = last_event.map_or(0, |last| seconds(now, last));
    let ahead = (behind_s > 0).then_some(behind_s);
    Ok(Clock { state: standing::of_wait(ahead, 5, 3_600), last_event, behind_s })
}
