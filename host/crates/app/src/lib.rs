//! The use-cases (用例) of Zhangben, one noun a folder, one verb a file. Each takes its [`Actor`] first and reads
//! as its steps: *authorise → load → assess → check → compute → write*. Everything is computed before the first
//! write, guests run with no transaction open, and the write re-checks the versions of what was loaded.
//!
//! No SQL and no WIT types here: rows come from `store`, guests answer through `runtime`, pages through `render`.

pub mod adjusting;
pub mod advance;
pub mod allocation;
pub mod attachment;
pub mod audit;
pub mod bank;
pub mod bank_detail;
pub mod bill;
pub mod books;
pub mod checkpoint;
pub mod close;
pub mod common;
pub mod company;
pub mod contact;
pub mod customer;
mod dates;
pub mod delivery;
pub mod dispute;
pub mod document;
pub mod draft;
pub mod due;
pub mod duties;
pub mod event;
pub mod exception;
pub mod health;
pub mod idempotency;
pub mod import;
pub mod invoice;
pub mod item;
pub mod job;
pub mod list;
pub mod merge;
pub mod opening;
pub mod order;
pub mod overview;
pub mod people;
pub mod period;
pub mod plugin;
pub mod posting;
pub mod random;
pub mod receipt;
pub mod reconciliation;
pub mod regrouping;
pub mod report;
mod returned;
pub mod revaluation;
pub mod statement;
pub mod suspense;
pub mod tax_invoice;
pub mod vault;
pub mod voucher;

pub use common::{Common, Context, authorise, authorise_some};

use domain::random::Random;
use domain::time::Clock;
use std::sync::Arc;

/// Everything the use-cases need, wired once in the binary or a test.
#[derive(Clone)]
pub struct App {
    pub db: Arc<store::Database>,
    pub runtime: Arc<runtime::Runtime>,
    /// Absent: no font was found; statements then refuse to be laid out, saying how to get one.
    pub renderer: Option<Arc<render::Renderer>>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub keyring: vault::Keyring,
    /// The plugins that came with the binary: name and bytes.
    pub builtins: Arc<Vec<Builtin>>,
    /// Bounded hashing of passwords.
    pub hasher: Arc<people::Hasher>,
    pub session_life: people::SessionLife,
    /// Loads the bundled sample into a company; the host has it.
    pub sample: Option<LoadSample>,
    /// Does requests that were asked for later; the host has it.
    pub tasks: Option<job::DoTask>,
    /// What this process is, and where its files lie.
    pub premises: Arc<health::Premises>,
    /// Words what a run is refused with; the host has it.
    pub refusals: Option<job::WordRefusal>,
    /// The jobs that this process is at.
    pub live: Arc<job::Live>,
    /// The claim that it works under, if any ([`idempotency::fenced`]).
    pub claim: Option<Arc<idempotency::Ticket>>,
    /// The job that it works for, if any.
    pub job: Option<domain::ids::JobId>,
}

/// Loads the bundled sample into a company, for its administrator; gives what was made, or in words why not.
pub type LoadSample = fn(
    &App,
    &domain::actor::Actor,
    domain::ids::CompanyId,
    &job::Progress<'_>,
) -> Result<serde_json::Value, String>;

/// A component embedded in the binary.
#[derive(Debug, Clone)]
pub struct Builtin {
    pub name: &'static str,
    pub bytes: &'static [u8],
}
