//! Changes of bank details (银行账号变更) by two people: of the accounts that a customer pays from and gets refunds to, and of the
//! company's own, to which customers are told to pay (decision 71).
//!
//! | act | from | to | who |
//! |---|---|---|---|
//! | propose | – | proposed | who may enter; of the company's own account who may configure |
//! | approve | proposed | approved | who may approve, and did not propose it |
//! | reject | proposed | rejected | likewise, with a reason |
//! | withdraw | proposed | withdrawn | who may propose it, or approve |
//!
//! Nothing of it is in force before it is approved. What was and what shall be is encrypted under a key that names the customer, so
//! that her erasure destroys it; events hold a salted commitment.

mod decide;
mod details;
mod propose;
mod read;

pub use decide::{approve, reject, withdraw};
pub use details::{BankDetails, OwnDetails};
pub(crate) use details::{own_digest, payer_digest};
pub use propose::{Propose, propose};
pub(crate) use propose::{ask, of_new_account};
pub use read::{BankDetailView, Wanted, get, held, list};
pub(crate) use read::{in_the_way, is_kept, waiting, waiting_of};

use crate::common::Common;
use domain::ids::BankDetailChangeId;
use store::types::BankDetailState;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum BankDetailError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("change {id} of these bank details waits to be decided: have it decided, or withdraw it, first")]
    Standing { id: BankDetailChangeId },
    #[error("change {id} of bank details is {} already", .state.name())]
    State { id: BankDetailChangeId, state: BankDetailState },
    #[error("{person} proposed this change of bank details: another person decides it")]
    MakerIsChecker { person: String },
    #[error(
        "the bank details are not what change {id} would replace any more: withdraw it, and propose it anew"
    )]
    Stale { id: BankDetailChangeId },
    #[error("another account of the company has the number {0:?}")]
    NumberTaken(String),
}

crate::common::through_common!(BankDetailError);
