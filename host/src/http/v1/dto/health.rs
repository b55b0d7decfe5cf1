//! Where everything stands.

use super::bank::statuses;
use super::leaf::Date;
use app::health::{Health, State};
use domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

statuses! {
    /// Where something stands: `look` is that somebody should, and that everything still works.
    HealthStateName of State { Ok, Look, Broken }
}

/// What whoever runs the host looks at.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthView {
    /// The worst of all parts.
    pub state: HealthStateName,
    /// The host's clock, RFC 3339.
    pub at: String,
    pub version: String,
    /// That was built, where it is known.
    pub commit: Option<String>,
    /// Since when this process runs, RFC 3339.
    pub started_at: Option<String>,
    pub database: DatabaseHealth,
    pub disk: DiskHealth,
    pub sealing: SealingHealth,
    pub jobs: JobsHealth,
    pub plugins: PluginsHealth,
    pub verification: VerificationHealth,
    pub checkpoint: CheckpointHealth,
    pub clock: ClockHealth,
    pub font: FontHealth,
}

/// The database.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatabaseHealth {
    pub state: HealthStateName,
    /// sqlite | postgres
    pub kind: String,
    pub bytes: u64,
    /// The last migration that it has.
    pub schema: Option<String>,
    /// Migrations that it lacks.
    pub pending: u64,
    /// Migrations that it has of a later program.
    pub unknown: u64,
}

/// The disk on which the files of the installation lie.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiskHealth {
    pub state: HealthStateName,
    /// Null where the system does not say.
    pub free_bytes: Option<u64>,
    pub all_bytes: Option<u64>,
}

/// What is committed and not sealed yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct SealingHealth {
    pub state: HealthStateName,
    pub waiting: u64,
    /// Seconds since the oldest of it was made.
    pub oldest_s: Option<u64>,
    /// The last position of the chain.
    pub position: u64,
}

/// Jobs of the company.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsHealth {
    pub state: HealthStateName,
    pub queued: u64,
    pub queued_oldest_s: Option<u64>,
    pub running: u64,
    pub running_oldest_s: Option<u64>,
    /// In the last seven days.
    pub failed: u64,
}

/// The plugins that are in force today.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginsHealth {
    pub state: HealthStateName,
    pub bound: u64,
    /// In memory.
    pub loaded: u64,
    /// In the cache of compiled components, to be loaded.
    pub compiled: u64,
    /// Compiled at their next call.
    pub uncompiled: u64,
    /// Worlds without any.
    pub missing: Vec<String>,
    pub engine: String,
}

/// The last verification of the chain that ran to its end, by whatever door.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationHealth {
    pub state: HealthStateName,
    pub at: Option<String>,
    /// Up to which position.
    pub position: Option<u64>,
    /// Null where what was found is not kept any more.
    pub holds: Option<bool>,
}

/// The newest checkpoint of balances.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointHealth {
    pub state: HealthStateName,
    pub as_of: Option<Date>,
    pub position: Option<u64>,
    /// Positions sealed since.
    pub behind: u64,
}

/// The host's clock beside what happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockHealth {
    pub state: HealthStateName,
    pub last_event_at: Option<String>,
    /// Seconds by which the last event lies ahead of the clock.
    pub behind_s: u64,
}

/// The font that PDFs are set in.
#[derive(Debug, Serialize, ToSchema)]
pub struct FontHealth {
    pub state: HealthStateName,
    pub family: Option<String>,
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl From<Health> for HealthView {
    fn from(found: Health) -> Self {
        let text = |at: Option<Instant>| at.map(|at| at.to_string());
        let (state, at, started_at) = (found.state().into(), found.at.to_string(), text(found.started));
        let Health { database, disk, sealing, jobs, plugins, verification, checkpoint, clock, font, .. } =
            found;
        HealthView {
            state,
            at,
            version: found.version.to_owned(),
            commit: found.commit.map(str::to_owned),
            started_at,
            database: DatabaseHealth {
                state: database.state.into(),
                kind: database.kind.to_owned(),
                bytes: database.bytes,
                schema: database.schema,
                pending: number(database.pending),
                unknown: number(database.unknown),
            },
            disk: DiskHealth {
                state: disk.state.into(),
                free_bytes: disk.room.map(|room| room.free),
                all_bytes: disk.room.map(|room| room.all),
            },
            sealing: SealingHealth {
                state: sealing.state.into(),
                waiting: sealing.waiting,
                oldest_s: sealing.oldest_s,
                position: sealing.position,
            },
            jobs: jobs.into(),
            plugins: plugins.into(),
            verification: VerificationHealth {
                state: verification.state.into(),
                at: text(verification.at),
                position: verification.position,
                holds: verification.holds,
            },
            checkpoint: CheckpointHealth {
                state: checkpoint.state.into(),
                as_of: checkpoint.as_of.map(Date),
                position: checkpoint.position,
                behind: checkpoint.behind,
            },
            clock: ClockHealth {
                state: clock.state.into(),
                last_event_at: text(clock.last_event),
                behind_s: clock.behind_s,
            },
            font: FontHealth { state: font.state.into(), family: font.family },
        }
    }
}

impl From<app::health::Jobs> for JobsHealth {
    fn from(jobs: app::health::Jobs) -> Self {
        JobsHealth {
            state: jobs.state.into(),
            queued: jobs.queued,
            queued_oldest_s: jobs.queued_oldest_s,
            running: jobs.running,
            running_oldest_s: jobs.running_oldest_s,
            failed: jobs.failed,
        }
    }
}

impl From<app::health::Plugins> for PluginsHealth {
    fn from(plugins: app::health::Plugins) -> Self {
        PluginsHealth {
            state: plugins.state.into(),
            bound: number(plugins.bound),
            loaded: number(plugins.loaded),
            compiled: number(plugins.compiled),
            uncompiled: number(plugins.uncompiled),
            missing: plugins.missing.into_iter().map(str::to_owned).collect(),
            engine: plugins.engine,
        }
    }
}
