//! The close of a period is a checklist (月结检查清单): what the host finds of each item, who is to look at it, and who signed.
//!
//! | file | what |
//! |---|---|
//! | [`open()`] | writes the checklist of a month, with the owners and choices of the one before |
//! | [`change`], [`free`] | who owns an item, until when; whether it is mandatory, which ends by two people |
//! | [`sign`], [`reopen`] | what was found is kept as evidence, with a person's word |
//! | `finding` | what is found of an item on a snapshot at a sealed position, figures and all |
//! | `gate` | the one question of every hard lock: is anything mandatory open? |
//!
//! An item's state is its last record. What was signed is *stale* as soon as the finding is another one: something was
//! recorded since. Findings are of the last day of the period, so that what is posted after it changes none (decision 51).

mod change;
mod finding;
mod gate;
mod open;
mod read;
mod sign;

pub use change::{ChangeItem, change, free};
pub use finding::Finding;
pub use gate::Blocked;
pub(crate) use gate::judge;
pub(crate) use open::figures;
pub use open::open;
pub(crate) use read::views as close_views;
pub use read::{CloseView, ItemView, Person, State, WantedCloses, get, held_item, item, last, page};
pub use sign::{SignItem, reopen, sign};
pub(crate) use sign::{content, subject};

use crate::common::Common;
use crate::report::ReportError;
use domain::actor::{Actor, Noun, Verb};
use domain::close::{Check, Month};
use thiserror::Error;

/// Why a checklist stays as it is.
#[derive(Debug, Error)]
pub enum CloseError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error("the checklist of {0} is there already")]
    Opened(Month),
    #[error("{0} has not begun: a checklist is opened when its month has")]
    NotBegun(Month),
    #[error("{month} is not over: its items are signed from {} on", .month.last())]
    NotOver { month: Month },
    #[error("{} of {month} is {} already: reopen it first", .item.name(), .state.name())]
    Decided { month: Month, item: Check, state: State },
    #[error("{} of {month} is open already", .item.name())]
    NotDecided { month: Month, item: Check },
    #[error("{} of {month} does not hold ({code}): mend it, or waive it with a reason", .item.name())]
    DoesNotHold { month: Month, item: Check, code: String },
    #[error("{} of {month} holds: there is nothing to waive", .item.name())]
    Holds { month: Month, item: Check },
    #[error("nobody wants {} of {month} to be mandatory no more: there is nothing to confirm", .item.name())]
    NotWanted { month: Month, item: Check },
    #[error("{person} wants this item to be mandatory no more: another person confirms it")]
    SamePerson { person: String },
    #[error(
        "{person} owns or owned this item, or gave it to another, and cannot waive it: another person must"
    )]
    OwnerWaives { person: String },
    #[error("{person} opened this checklist and cannot waive what is mandatory of it: another person must")]
    OpenerWaives { person: String },
}

crate::common::through_common!(CloseError);

impl CloseError {
    /// Whether repeating it on fresh data may help.
    fn is_conflict(&self) -> bool {
        matches!(self, CloseError::Common(common) if common.is_conflict())
    }
}

/// Times that what was found is looked at anew, because something was recorded before it could be written.
const TRIES_MAX: u32 = 3;

/// The check that a path or an argument names.
fn check(name: &str) -> Result<Check, Common> {
    Check::by_name(name).ok_or_else(|| Common::not_found("item of a checklist", name))
}

/// Refuses who may not approve.
fn approver(actor: &Actor, company: domain::ids::CompanyId) -> Result<(), Common> {
    crate::common::authorise(actor, Noun::Ledger, Verb::Approve, company)
}
