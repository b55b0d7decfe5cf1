//! Plugins, which of them is in force where, and their calls.

use crate::types::{BindingStatus, Json};
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{BindingId, BlobId, CompanyId, InvocationId};
use domain::plugin::World;
use domain::time::Instant;
use serde_json::Value;

row! {
    /// An admitted component; its bytes live here, once for all companies.
    Plugin in plugins {
        digest: Digest,
        world: World,
        name: String,
        version: String,
        manifest: Json<Value>,
        bytes: Vec<u8>,
        builtin: bool,
        admitted_by: String,
        admitted_at: Instant,
    }
}

row! {
    /// Which plugin with which configuration serves a slot from a day on.
    Binding in bindings {
        company: CompanyId,
        id: BindingId,
        /// world, or world:qualifier (`bank:camt`)
        slot: String,
        digest: Digest,
        /// Canonical JSON, as hashed.
        config: String,
        config_digest: Digest,
        valid_from: NaiveDate,
        /// Who proposed it.
        created_by: String,
        created_at: Instant,
        status: BindingStatus,
        /// Who activated or withdrew it.
        decided_by: Option<String>,
        decided_at: Option<Instant>,
    }
}

row! {
    /// One conversation with a guest.
    Invocation in invocations {
        company: CompanyId,
        id: InvocationId,
        world: World,
        plugin: Digest,
        config: String,
        config_digest: Digest,
        input: BlobId,
        /// Salted commitment of the ordered messages.
        input_digest: Digest,
        output: BlobId,
        output_digest: Digest,
        fuel: u64,
        memory_peak_bytes: u64,
        time_us: u64,
        engine: String,
        called_at: Instant,
    }
}
