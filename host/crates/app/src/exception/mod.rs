//! Exceptions from the separation of duties (职责分离例外): one person lets another approve what the rule keeps her from, and says why.
//! Nobody makes one for herself, nor for what she made. It holds for one draft, as it was submitted then, for one proposal, or for one document that is taken back with its proposal or import, and names a
//! customer and the months of what it is for: whose money clears the debts of others has one for each of them.

mod grant;
mod read;

pub use grant::{Grant, Subject, grant};
pub(crate) use grant::{reason_bytes, told};
pub(crate) use read::views;
pub use read::{ExceptionView, Wanted, list};

use crate::common::Common;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum GrantError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("nobody grants herself an exception: another person who may make one must")]
    Own,
    #[error("who made it grants nobody an exception to approve it: another person who may make one must")]
    Maker,
    #[error("{subject} does not wait to be approved")]
    NotWaiting { subject: String },
}

crate::common::through_common!(GrantError);
