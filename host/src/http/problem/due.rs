//! Refusals of due dates that are told later, of confirmations, and of discounts that are taken.

use super::map::{field, rule};
use super::{Code, Problem};
use app::allocation::AllocateLessError;
use app::due::ReceivedError;
use app::statement::ConfirmStatementError;

impl From<ReceivedError> for Problem {
    fn from(error: ReceivedError) -> Self {
        match error {
            ReceivedError::Common(common) => common.into(),
            ReceivedError::OtherBasis { .. } => rule(&error),
            ReceivedError::TakenBack { .. } => Problem::new(Code::State, error),
        }
    }
}

impl From<ConfirmStatementError> for Problem {
    fn from(error: ConfirmStatementError) -> Self {
        match error {
            ConfirmStatementError::Common(common) => common.into(),
            ConfirmStatementError::NotApproved { .. } | ConfirmStatementError::Confirmed { .. } => {
                Problem::new(Code::State, error)
            }
        }
    }
}

impl From<AllocateLessError> for Problem {
    fn from(error: AllocateLessError) -> Self {
        match error {
            AllocateLessError::Common(common) => common.into(),
            AllocateLessError::Allocate(inner) => inner.into(),
            AllocateLessError::Discount(inner) => inner.into(),
            AllocateLessError::Beyond { .. } => field(error.to_string(), "/discount", error),
            AllocateLessError::Alone { .. } => {
                Problem::new(Code::ApprovalRequired, &error).at("/discount", error)
            }
        }
    }
}
