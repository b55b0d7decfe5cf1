//! Statements of account (客户对账单): runs, sealed statements, closings, artefacts.

use crate::types::{StatementRunStatus, StatementStatus};
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{ArtefactId, BlobId, CompanyId, CustomerId, InvocationId, StatementId, StatementRunId};
use domain::statement::Style;
use domain::time::Instant;
use money::{Currency, Minor};

row! {
    /// A run over all customers at one cut-off and sealed position.
    StatementRun in statement_runs {
        company: CompanyId,
        id: StatementRunId,
        cut_off: NaiveDate,
        known_at: u64,
        status: StatementRunStatus,
        made: u64,
        failed: u64,
        created_by: String,
        created_at: Instant,
    }
}

row! {
    /// A sealed statement. `version` counts its editions, `row_version` guards its review.
    Statement in statements {
        company: CompanyId,
        id: StatementId,
        run: StatementRunId,
        customer: CustomerId,
        number: String,
        version: u32,
        supersedes: Option<StatementId>,
        previous: Option<StatementId>,
        style: Style,
        period_start: NaiveDate,
        cut_off: NaiveDate,
        known_at: u64,
        /// Sealed canonical JSON.
        content: BlobId,
        /// SHA-256(salt ‖ sealed bytes).
        digest: Digest,
        status: StatementStatus,
        /// Laid out by the built-in format because the bound one failed.
        fallback: bool,
        invocation: Option<InvocationId>,
        created_by: String,
        created_at: Instant,
        decided_by: Option<String>,
        decided_at: Option<Instant>,
        row_version: i64,
    }
}

row! {
    /// Opening and closing of a statement by account and currency, signed: debit positive.
    StatementClosing in statement_closings {
        company: CompanyId,
        statement: StatementId,
        account: String,
        currency: Currency,
        opening: Minor,
        closing: Minor,
    }
}

row! {
    /// A file made of a statement; kept, never claimed reproducible.
    Artefact in artefacts {
        company: CompanyId,
        id: ArtefactId,
        statement: StatementId,
        name: String,
        media_type: String,
        blob: BlobId,
        renderer: String,
        pages: Option<u32>,
    }
}
