//! Jobs, leases and idempotency keys.

use crate::types::{JobStatus, Json};
use domain::canonical::Digest;
use domain::ids::{BlobId, CompanyId, JobId};
use domain::time::Instant;
use serde_json::Value;

row! {
    /// A job. Its lease is compared with the database's clock alone.
    Job in jobs {
        company: CompanyId,
        id: JobId,
        kind: String,
        payload: Json<Value>,
        status: JobStatus,
        owner: Option<String>,
        leased_until: Option<Instant>,
        /// Counts its claims; every write of the job checks it.
        attempt: i32,
        done: u64,
        total: u64,
        result: Option<Json<Value>>,
        error: Option<String>,
        created_by: String,
        created_at: Instant,
        finished_at: Option<Instant>,
        /// What it works on, where that may name anybody; gone with its end.
        input: Option<BlobId>,
        /// Why it failed, where it stands for a request.
        problem: Option<Json<Value>>,
    }
}

row! {
    /// Who does a thing that only one may do, as the sequencer of a company.
    Lease in leases {
        company: CompanyId,
        name: String,
        owner: String,
        leased_until: Instant,
        attempt: i64,
    }
}

row! {
    /// An idempotency key of the API. `status` stands once the work is done.
    Idempotency in idempotency {
        company: CompanyId,
        actor: String,
        route: String,
        key: String,
        body_hash: Digest,
        claimed_until: Instant,
        attempt: i64,
        /// HTTP status.
        status: Option<u32>,
        response: Option<BlobId>,
        completed_at: Option<Instant>,
        /// An erasure came before the answer: it is not kept.
        answer_lost: bool,
    }
}
