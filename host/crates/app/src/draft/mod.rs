//! Drafts (单据: 草稿 → 提交 → 审批 → 过账): documents on their way to being posted.
//!
//! | act | from | to | who |
//! |---|---|---|---|
//! | create, change, delete | draft, rejected | draft | who may enter |
//! | submit | draft, rejected | submitted; approved where no approval is needed | who may enter; the body is checked in full |
//! | approve | submitted | submitted, approved; posted where the rule says so | who may approve and had no hand in it |
//! | reject | submitted, approved | rejected | who may approve |
//! | post | approved | posted | who may enter or approve |
//!
//! What is posted is read from the body anew and written by the use-case of the direct route, in one transaction with the draft's
//! state: numbers are taken there alone, versions and locks are checked there again. What would be posted for another amount
//! or customer than was approved is refused. How a body is read is the door's to know ([`Reader`]).

mod bring;
mod content;
mod decide;
mod post;
mod preview;
mod read;
mod reversals;
mod rules;
mod submit;
mod write;

pub(crate) use bring::{Brought, bring};
pub use content::Content;
pub(crate) use decide::{PaysFor, pays_for, prepares, submission};
pub use decide::{approve, reject};
pub use post::post;
pub use preview::{Preview, preview, preview_saved};
pub(crate) use read::heads as draft_heads;
pub use read::{DraftView, Wanted, get, held, list};
pub(crate) use reversals::{check_direct_reversal, check_one_of, check_second, look_direct_reversal};
pub use rules::{ReleaseReason, RulesView, held_rules, put_rules, release, rules};
pub(crate) use rules::{
    check_direct, check_direct_in, person, rules_held, rules_in, rules_of, rules_of_policies, told_rules,
};
pub use submit::submit;
pub use write::{change, create, delete};
pub(crate) use write::{remove_in, told};

use crate::adjusting::AdjustingError;
use crate::bill::BillError;
use crate::common::Common;
use crate::document::ReverseError;
use crate::duties::DutiesError;
use crate::invoice::IssueInvoiceError;
use crate::opening::RecordOpeningError;
use crate::receipt::RecordReceiptError;
use domain::actor::Role;
use domain::draft::DraftKind;
use domain::ids::DraftId;
use money::Money;
use serde_json::Value;
use store::rows::Draft;
use store::types::DraftState;
use thiserror::Error;

/// Reads a body as the direct route of its kind would.
pub type Reader<'a, E> = &'a dyn Fn(DraftKind, &Value) -> Result<Content, E>;

#[derive(Debug, Error)]
pub enum DraftError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Invoice(#[from] IssueInvoiceError),
    #[error(transparent)]
    Receipt(#[from] RecordReceiptError),
    #[error(transparent)]
    Adjusting(#[from] AdjustingError),
    #[error(transparent)]
    Bill(#[from] BillError),
    #[error(transparent)]
    Opening(#[from] RecordOpeningError),
    #[error(transparent)]
    Reverse(#[from] ReverseError),
    #[error(transparent)]
    Duties(#[from] DutiesError),
    #[error("draft {id} is {}: that takes one that is {wanted}", .state.name())]
    State { id: DraftId, state: DraftState, wanted: &'static str },
    #[error(
        "{person}, or one who acts for her or for whom she does, had a hand in this draft, or approved it already: another person must approve it"
    )]
    SamePerson { person: String },
    #[error("its approval takes the role {}", .role.name())]
    Role { role: Role },
    #[error("{found} would be posted now, {approved} was submitted: reject it and submit it again")]
    AmountChanged { approved: String, found: Money },
    #[error("it has {given} of the {needed} approvals that it needs now: reject it and submit it again")]
    ApprovalMissing { given: u32, needed: u32 },
}

crate::common::through_common!(DraftError);

impl DraftError {
    /// What it shares with other use-cases, wherever in it that stands.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            DraftError::Common(common) | DraftError::Invoice(IssueInvoiceError::Common(common)) => {
                Some(common)
            }
            DraftError::Receipt(inner) => inner.common(),
            DraftError::Adjusting(inner) => inner.common(),
            DraftError::Bill(inner) => inner.common(),
            DraftError::Opening(RecordOpeningError::Common(common)) => Some(common),
            DraftError::Reverse(inner) => inner.common(),
            DraftError::Duties(inner) => inner.common(),
            _ => None,
        }
    }
    fn is_conflict(&self) -> bool {
        self.common().is_some_and(Common::is_conflict)
    }
}

/// The states that an act takes, and what they are called together.
type States = (&'static [DraftState], &'static str);

/// Of what may be changed, deleted or submitted.
const CHANGEABLE: States = (&[DraftState::Draft, DraftState::Rejected], "a draft or rejected");

/// Refuses a draft that is in another state.
fn check_state(draft: &Draft, (states, wanted): States) -> Result<(), DraftError> {
    if states.contains(&draft.state) {
        return Ok(());
    }
    Err(DraftError::State { id: draft.id, state: draft.state, wanted })
}
