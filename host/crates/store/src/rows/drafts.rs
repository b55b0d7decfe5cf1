//! Documents before they are posted, what was done with them, what a company wants approved, and what is attached.

use crate::types::{DraftAct, DraftState};
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{AttachmentId, BlobId, CompanyId, CustomerId, DocumentId, DraftId, EventId, KeyId};
use domain::time::Instant;
use money::{Currency, Minor};

row! {
    /// A document that is not posted yet, or the way by which it was.
    Draft in drafts {
        company: CompanyId,
        id: DraftId,
        /// Names of `domain::draft::DraftKind`.
        kind: String,
        state: DraftState,
        /// Encrypts the body; its parties are the customer.
        key: KeyId,
        /// JSON as it was sent, encrypted.
        body: Vec<u8>,
        customer: Option<CustomerId>,
        /// Of `amount`.
        currency: Option<Currency>,
        /// Gross, as it was submitted.
        amount: Option<Minor>,
        effective_date: Option<NaiveDate>,
        /// Approvals since it was submitted.
        given: u32,
        prepared_by: String,
        submitted_by: Option<String>,
        /// Who approved or rejected it last.
        decided_by: Option<String>,
        /// What it became.
        document: Option<DocumentId>,
        created_at: Instant,
        updated_at: Instant,
        version: i64,
        /// What approval rules count, where that is more than `amount`.
        counted: Option<Minor>,
        /// Of a reversal: the kind of the document that it takes back.
        reverses: Option<String>,
    }
}

row! {
    /// What somebody did with a draft.
    DraftActed in draft_acts {
        company: CompanyId,
        draft: DraftId,
        /// From 1.
        n: u32,
        act: DraftAct,
        /// As `domain::actor::Actor::person` names her.
        person: String,
        at: Instant,
        /// Free text.
        reason: Option<String>,
        /// From the separation of duties.
        exception: bool,
    }
}

row! {
    /// What documents of a kind need from an amount on: `domain::draft::ApprovalRule`.
    ApprovalRule in approval_rules {
        company: CompanyId,
        n: u32,
        kind: String,
        currency: Option<Currency>,
        from_amount: Minor,
        approvals: u32,
        role: Option<String>,
        post_on_approval: bool,
        binds_integrators: bool,
        /// Of an earlier one: who loosened it, whom it binds still. Absent: it binds everybody.
        binds: Option<String>,
    }
}

row! {
    /// Why somebody may approve what the separation of duties forbids her, and who granted it.
    Exception in exceptions {
        company: CompanyId,
        event: EventId,
        /// The draft or proposal.
        subject: String,
        customer: CustomerId,
        /// Who may approve by it.
        person: String,
        at: Instant,
        /// Free text.
        reason: Option<String>,
        /// Encrypted under the party's key.
        salt: Option<Vec<u8>>,
        /// SHA-256(salt ‖ RFC 8785 of the reason), as the event has it.
        commitment: Digest,
        /// Of a draft: the number of the act that submitted it as it was then.
        submission: Option<u32>,
        /// As `domain::actor::Actor::person` names her.
        granted_by: String,
        /// First day of the first month in which what it is for is effective.
        first_period: Option<NaiveDate>,
        /// First day of the last such month.
        last_period: Option<NaiveDate>,
    }
}

row! {
    /// A file that goes with a draft or document.
    Attachment in attachments {
        company: CompanyId,
        id: AttachmentId,
        draft: Option<DraftId>,
        document: Option<DocumentId>,
        blob: BlobId,
        /// Encrypted under the key of the blob.
        file_name: Vec<u8>,
        created_by: String,
        created_at: Instant,
    }
}
