//! Events, invocations, verification.

use super::leaf::MoneyView;
use app::audit::{EventView, LoggedEvent, Replayed, Verified};
use serde::Serialize;
use serde_json::Value;
use store::rows::Invocation;
use utoipa::ToSchema;

/// Something that happened, at its position in the seal chain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventOut {
    pub position: u64,
    pub id: String,
    /// `invoice.issued`, `statement.approved` …
    pub kind: String,
    /// Id of what it is about.
    pub subject: String,
    /// Id of who did it.
    pub actor: String,
    /// RFC 3339.
    pub at: String,
    #[schema(value_type = Object)]
    pub data: Value,
}

impl From<EventView> for EventOut {
    fn from(event: EventView) -> Self {
        EventOut {
            position: event.position,
            id: event.id.to_string(),
            kind: event.kind,
            subject: event.subject,
            actor: event.actor,
            at: event.at.to_string(),
            data: event.data,
        }
    }
}

/// A document, statement, delivery, tax invoice or customer that an event names.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedByEvent {
    pub id: String,
    /// Number, or code.
    pub number: String,
}

/// Something that happened, with what it names.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoggedEvent)]
pub struct LoggedEventOut {
    /// In the seal chain; null until it is sealed.
    pub position: Option<u64>,
    pub id: String,
    /// `invoice.issued`, `statement.approved` …
    pub kind: String,
    /// Id of what it is about.
    pub subject: String,
    /// Id of who did it.
    pub actor: String,
    /// The same; of a key the id of whose it is.
    pub person: String,
    /// RFC 3339.
    pub at: String,
    /// What it is about, and what else it names.
    pub about: Vec<NamedByEvent>,
    /// Of the document or allocation that it is about, or what it says itself.
    pub amount: Option<MoneyView>,
    #[schema(value_type = Object)]
    pub data: Value,
}

impl From<LoggedEvent> for LoggedEventOut {
    fn from(logged: LoggedEvent) -> Self {
        let LoggedEvent { position, event, person, about, amount } = logged;
        LoggedEventOut {
            position,
            id: event.id.to_string(),
            kind: event.kind,
            subject: event.subject,
            actor: event.actor,
            person,
            at: event.at.to_string(),
            about: about.into_iter().map(|one| NamedByEvent { id: one.id, number: one.number }).collect(),
            amount: amount.map(MoneyView::from),
            data: event.data.0,
        }
    }
}

/// Events in the order of the chain, or newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventList {
    pub items: Vec<EventOut>,
    /// Give it as `after` to go on, also when nothing was new; newest first as `before`.
    pub next: u64,
    /// Whether there is more of the chain already: go on at once.
    pub more: bool,
}

/// A call of a plugin, made again on the input it had.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayedView {
    pub invocation: String,
    /// Whether the output came out the same, byte for byte.
    pub same: bool,
    pub world: String,
    /// Name and version.
    pub plugin: String,
    /// SHA-256 of the component.
    pub plugin_digest: String,
    pub config_digest: String,
    /// Salted, like the output's.
    pub input_digest: String,
    pub output_digest: String,
    pub first_difference: Option<String>,
}

impl From<Replayed> for ReplayedView {
    fn from(replayed: Replayed) -> Self {
        ReplayedView {
            invocation: replayed.invocation.to_string(),
            plugin_digest: replayed.plugin_digest.to_string(),
            config_digest: replayed.config_digest.to_string(),
            input_digest: replayed.input_digest.to_string(),
            same: replayed.same,
            world: replayed.world.name().to_owned(),
            plugin: replayed.plugin,
            output_digest: replayed.output_digest.to_string(),
            first_difference: replayed.first_difference,
        }
    }
}

/// Whether everything holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerifiedView {
    /// No problem was found.
    pub holds: bool,
    /// Sealed positions, without a gap.
    pub positions: u64,
    /// Hash of the last seal: keep it outside to detect a truncated chain.
    pub head: String,
    pub entries: u64,
    pub documents: u64,
    pub statements: u64,
    pub events: u64,
    pub customers_tied_out: u64,
    /// Documents and statements whose personal data were erased: their digests hold, they cannot be opened.
    pub erased: u64,
    pub problems: Vec<String>,
}

impl From<Verified> for VerifiedView {
    fn from(verified: Verified) -> Self {
        VerifiedView {
            holds: verified.problems.is_empty(),
            positions: verified.positions,
            head: verified.head.to_string(),
            entries: verified.entries,
            documents: verified.documents,
            statements: verified.statements,
            events: verified.events,
            erased: verified.erased,
            customers_tied_out: verified.customers_tied_out,
            problems: verified.problems,
        }
    }
}

/// A call of a plugin: what is needed to make it again. Input and output stay encrypted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invocation)]
pub struct InvocationOut {
    pub id: String,
    /// tax | statement | reconciliation | bank
    pub world: String,
    /// SHA-256 of the component.
    pub plugin: String,
    pub config_digest: String,
    /// Salted: SHA-256 of salt and canonical input.
    pub input_digest: String,
    pub output_digest: String,
    /// Part of no digest, like all that follows.
    pub fuel: u64,
    pub memory_peak_bytes: u64,
    pub time_us: u64,
    pub engine: String,
    /// RFC 3339.
    pub called_at: String,
}

impl From<Invocation> for InvocationOut {
    fn from(row: Invocation) -> Self {
        InvocationOut {
            id: row.id.to_string(),
            world: row.world.name().to_owned(),
            plugin: row.plugin.to_string(),
            config_digest: row.config_digest.to_string(),
            input_digest: row.input_digest.to_string(),
            output_digest: row.output_digest.to_string(),
            fuel: row.fuel,
            memory_peak_bytes: row.memory_peak_bytes,
            time_us: row.time_us,
            engine: row.engine,
            called_at: row.called_at.to_string(),
        }
    }
}
