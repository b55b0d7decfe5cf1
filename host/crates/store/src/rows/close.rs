//! The close of a period (月结): its checklist, and what was signed.

use crate::types::{CloseAct, Json};
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::close::Check;
use domain::ids::{CompanyId, UserId};
use domain::time::Instant;
use serde_json::Value;

row! {
    /// The checklist of a period, which is known by its last day.
    Close in closes {
        company: CompanyId,
        period: NaiveDate,
        opened_by: String,
        opened_at: Instant,
    }
}

row! {
    /// What is to be looked at, by whom and until when. `version` guards this; what was signed stands beside it.
    CloseItem in close_items {
        company: CompanyId,
        period: NaiveDate,
        item: Check,
        owner: Option<UserId>,
        due_date: NaiveDate,
        mandatory: bool,
        version: i64,
        /// Who wants it optional; it is once another person confirms.
        freed_by: Option<String>,
        /// Why: a person's words.
        freed_for: Option<String>,
        /// Of the commitment to them that the event carries.
        freed_salt: Option<Digest>,
    }
}

row! {
    /// What was done with an item, the `n`th time: the last one is its state.
    CloseRecord in close_records {
        company: CompanyId,
        period: NaiveDate,
        item: Check,
        n: u32,
        act: CloseAct,
        /// What was found then: `code`, `holds`, `figures`. None of a reopening.
        finding: Option<Json<Value>>,
        /// Position of the chain at which it was found.
        known_at: Option<u64>,
        /// A note, or the reason: a person's words.
        words: Option<String>,
        /// Of the commitment to them that the event carries.
        words_salt: Option<Digest>,
        done_by: String,
        done_at: Instant,
    }
}
