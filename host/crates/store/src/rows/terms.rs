//! Terms of payment (付款条件) that outlive the issue of a document.

use crate::types::Json;
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{CompanyId, ContactId, CustomerId, DocumentId, EventId, OpenItemId, StatementId};
use domain::terms::Terms;
use domain::time::Instant;

row! {
    /// What was agreed with a document when it was issued; its digest covers the terms.
    DocumentTerms in document_terms {
        company: CompanyId,
        document: DocumentId,
        customer: CustomerId,
        /// Of the terms, by name.
        basis: String,
        terms: Json<Terms>,
    }
}

row! {
    /// Which part of its document an open item is (分期), `n` of `parts`.
    Instalment in instalments {
        company: CompanyId,
        item: OpenItemId,
        document: DocumentId,
        customer: CustomerId,
        n: u32,
        parts: u32,
    }
}

impl Instalment {
    /// `2/3`
    pub fn label(&self) -> String {
        format!("{}/{}", self.n, self.parts)
    }
}

row! {
    /// A due date that came to be known after the posting; the last one of an item counts.
    ItemDue in item_dues {
        company: CompanyId,
        item: OpenItemId,
        n: u32,
        document: DocumentId,
        customer: CustomerId,
        /// Known since this is sealed.
        event: EventId,
        /// What the terms count from.
        basis_date: NaiveDate,
        /// None: what told it was taken back, and it is due on no day again.
        due_date: Option<NaiveDate>,
    }
}

row! {
    /// That a customer confirmed a statement (对账确认), as a clerk recorded it.
    StatementConfirmation in statement_confirmations {
        company: CompanyId,
        statement: StatementId,
        customer: CustomerId,
        event: EventId,
        confirmed_on: NaiveDate,
        /// Who of the customer's; None once erased, as are the evidence, the reason and the salt.
        confirmed_by: Option<String>,
        evidence: Option<String>,
        /// Of the commitment to these words that the event carries.
        words_salt: Option<Digest>,
        recorded_by: String,
        recorded_at: Instant,
        /// Who of those who may confirm; she may be gone since.
        contact: Option<ContactId>,
        /// Whose contact that is.
        contact_customer: Option<CustomerId>,
        /// Why another than one of those did.
        reason: Option<String>,
    }
}
