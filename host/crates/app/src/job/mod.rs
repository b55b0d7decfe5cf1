//! Jobs (后台任务): long work that a server does beside answering. A job is a row; whoever has the time claims it with a
//! lease by the database's clock, in a transaction of its own, and never holds one while working.
//!
//! | what happens | what becomes of the job |
//! |---|---|
//! | it ends | `done` with its result, or `failed` with the reason |
//! | its process dies | the lease runs out, another process claims it: what was committed is found and not made again |
//! | it is cancelled or taken over meanwhile | every write of the former owner is refused (`store::Database::fenced`) |
//! | it is a whole ([`Task::whole`], a reconciliation) | what it writes and its end are one transaction (`store::Database::together`) |
//! | that transaction is open | how far it is, and that it is called off, goes by the memory of its process ([`Live`], decisions 90, 95) |
//! | it was claimed [`ATTEMPTS_MAX`] times and never ended | `failed`: it may be what kills the process |
//!
//! A job acts for the person who asked for it, with the roles she has when it runs. What is not a run of `app`'s own is a request
//! that is worked on later ([`Task`], decision 72): the host does it by the same functions as at once, and its answer is the result.

mod live;
mod queue;
mod work;

use crate::App;
use crate::common::Common;
use crate::reconciliation::ProposeError;
use crate::statement::RunStatementsError;
use domain::actor::Actor;
use domain::ids::CompanyId;
use serde_json::Value;
use thiserror::Error;

/// Takes what is done of what there is to do; an error says to stop.
pub type Progress<'a> = dyn Fn(u64, u64) -> Result<(), Common> + 'a;

/// Does a request that was asked for later, as the person who asked; gives its answer, or its refusal.
pub type DoTask = fn(&App, &Actor, CompanyId, &Task, &Progress<'_>) -> Result<Value, Failed>;

/// Why a run of `app`'s own is refused.
#[derive(Debug, Error)]
pub enum Refused {
    #[error(transparent)]
    Statements(#[from] RunStatementsError),
    #[error(transparent)]
    Reconciliation(#[from] ProposeError),
}

/// Words a refusal as the request would have been refused.
pub type WordRefusal = fn(Refused) -> Failed;

pub use live::Live;
pub(crate) use queue::job_row;
pub use queue::{
    CancelJobError, EnqueueJob, JobKind, Task, call_off, cancel, enqueue, get, load, record, search,
};
pub use store::query::jobs::Failed;
pub use work::{Worker, run_next, worker};

/// How long a claim holds without a sign of life, in seconds; one is given every third of it.
pub const LEASE_S: i64 = 60;
/// Claims of one job at most.
pub const ATTEMPTS_MAX: i32 = 5;
