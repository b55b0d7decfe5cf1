//! Disputes (异议) of open items.

use crate::types::{DisputeReason, DisputeState};
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId, DisputeId, EventId, OpenItemId};
use domain::time::Instant;
use money::{Currency, Minor};

row! {
    /// What a customer says she does not owe of an item, and what became of it.
    Dispute in disputes {
        company: CompanyId,
        id: DisputeId,
        item: OpenItemId,
        /// Whose the item was then.
        customer: CustomerId,
        amount: Minor,
        currency: Currency,
        reason: DisputeReason,
        state: DisputeState,
        opened_on: NaiveDate,
        /// What she says; None once erased, as is the salt.
        text: Option<String>,
        /// Of the commitment that the event carries.
        text_salt: Option<Digest>,
        /// Known since this is sealed.
        opened_event: EventId,
        opened_by: String,
        opened_at: Instant,
        resolved_on: Option<NaiveDate>,
        /// What was said to it; as `text`.
        answer: Option<String>,
        answer_salt: Option<Digest>,
        resolved_event: Option<EventId>,
        resolved_by: Option<String>,
        resolved_at: Option<Instant>,
    }
}
