//! Refusals of jobs.

use super::{Code, Problem};
use app::job::CancelJobError;

impl From<CancelJobError> for Problem {
    fn from(error: CancelJobError) -> Self {
        match error {
            CancelJobError::Common(common) => common.into(),
            CancelJobError::Over { .. } => Problem::new(Code::State, error),
        }
    }
}
