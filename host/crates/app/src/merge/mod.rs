//! Merges (合并): one customer takes the place of another who is the same in truth (decision 62).
//!
//! | act | from | to | who |
//! |---|---|---|---|
//! | propose | – | proposed | who may enter |
//! | approve | proposed | merged | who may approve, and did not propose it |
//! | withdraw | proposed | withdrawn | who may enter or approve |
//! | undo | merged | undone | who may approve, as long as nothing rests on it |
//!
//! Nothing posted is moved. What is open of the one goes to the other by transfers of its own ([`crate::allocation`]), so that both
//! ledgers tie out by themselves; from then on nothing is posted to the one any more, and bank lines that show her are the other's.

mod decide;
mod propose;
mod read;
mod undo;

pub use decide::{approve, withdraw};
pub use propose::{Propose, propose};
pub use read::{MergeView, Wanted, get, held, list};
pub(crate) use read::{carried, made_by};
pub use undo::{Undo, undo};

use crate::allocation::AllocateError;
use crate::common::Common;
use domain::ids::MergeId;
use store::types::MergeState;
use thiserror::Error;

/// Open items that one merge carries over: on SQLite everybody else waits for it.
pub const ITEMS_MAX: usize = 2_000;

#[derive(Debug, Error)]
pub enum MergeError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Allocation(#[from] AllocateError),
    #[error("merge {id} of customer {code} is {} already", .state.name())]
    Standing { id: MergeId, code: String, state: MergeState },
    #[error("merge {id} is {}: that takes one that is {wanted}", .state.name())]
    State { id: MergeId, state: MergeState, wanted: &'static str },
    #[error("{person} proposed it: another person approves it")]
    MakerIsChecker { person: String },
    #[error("statement {number} of customer {code} waits to be approved or rejected: decide it first")]
    Unapproved { code: String, number: String },
    #[error(
        "customer {code} has {open} open items, more than the {ITEMS_MAX} that are carried over at once: clear some first"
    )]
    TooMany { code: String, open: usize },
    #[error("something rests on it: {what}")]
    RestsOn { what: String },
}

crate::common::through_common!(MergeError);

impl MergeError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            MergeError::Common(common) => Some(common),
            MergeError::Allocation(inner) => inner.common(),
            _ => None,
        }
    }
}
