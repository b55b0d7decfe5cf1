//! Refusals of what is done at a month's end as problems: part of `map`.

use super::map::{field, rule};
use super::{Code, Problem};
use app::books::BooksError;
use app::close::{Blocked, CloseError};
use app::period::{LockPeriodError, UnlockError};
use app::regrouping::RegroupError;
use app::revaluation::RevalueError;
use app::voucher::VoucherError;
use domain::ledger::ChartError;

impl From<RevalueError> for Problem {
    fn from(error: RevalueError) -> Self {
        match error {
            RevalueError::Common(common) => common.into(),
            RevalueError::Ledger(_) => rule(&error),
            RevalueError::NoRate { .. } => Problem::new(Code::NoRate, error),
            RevalueError::NotBegun { .. } => field(error.to_string(), "/as_of", error),
        }
    }
}

impl From<RegroupError> for Problem {
    fn from(error: RegroupError) -> Self {
        match error {
            RegroupError::Common(common) => common.into(),
            RegroupError::Ledger(_) => rule(&error),
            RegroupError::NotBegun { .. } => field(error.to_string(), "/as_of", error),
        }
    }
}

impl From<LockPeriodError> for Problem {
    fn from(error: LockPeriodError) -> Self {
        match error {
            LockPeriodError::Common(common) => common.into(),
            LockPeriodError::Future { .. } => field(error.to_string(), "/through", error),
            LockPeriodError::Backwards { .. } | LockPeriodError::Unlocks { .. } => {
                Problem::new(Code::State, &error).at("/through", error)
            }
            LockPeriodError::Blocked(blocked) => blocked.into(),
        }
    }
}

impl From<UnlockError> for Problem {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::Common(common) => common.into(),
            UnlockError::Hard => Problem::new(Code::State, &error).at("/kind", error),
            UnlockError::NotLocked { .. } => Problem::new(Code::State, &error).at("/through", error),
            UnlockError::Standing { .. } | UnlockError::State { .. } | UnlockError::Stale { .. } => {
                Problem::new(Code::State, error)
            }
            UnlockError::MakerIsChecker { .. } => Problem::new(Code::MakerIsChecker, error),
        }
    }
}

impl From<Blocked> for Problem {
    fn from(error: Blocked) -> Self {
        match error {
            Blocked::Common(common) => common.into(),
            Blocked::Report(report) => report.into(),
            Blocked::NoChecklist(_) | Blocked::Open { .. } | Blocked::Cut { .. } | Blocked::Stale { .. } => {
                Problem::new(Code::State, &error).at("/through", error)
            }
            Blocked::OwnWaiver { .. } => Problem::new(Code::MakerIsChecker, &error).at("/through", error),
        }
    }
}

impl From<CloseError> for Problem {
    fn from(error: CloseError) -> Self {
        match error {
            CloseError::Common(common) => Problem::from(common).of_member("/period"),
            CloseError::Report(report) => report.into(),
            CloseError::NotBegun(_) => field(error.to_string(), "/period", error),
            CloseError::Opened(_)
            | CloseError::NotOver { .. }
            | CloseError::Decided { .. }
            | CloseError::NotDecided { .. }
            | CloseError::DoesNotHold { .. }
            | CloseError::NotWanted { .. }
            | CloseError::Holds { .. } => Problem::new(Code::State, error),
            CloseError::OwnerWaives { .. }
            | CloseError::OpenerWaives { .. }
            | CloseError::SamePerson { .. } => Problem::new(Code::MakerIsChecker, error),
        }
    }
}

impl From<BooksError> for Problem {
    fn from(error: BooksError) -> Self {
        match error {
            BooksError::Common(common) => common.into(),
            BooksError::Fiscal(_) => field(error.to_string(), "/first_month", error),
            BooksError::Chart(ChartError::ControlPart(_)) => field(error.to_string(), "/part", error),
            BooksError::Chart(_) | BooksError::ByHand(_) => field(error.to_string(), "/account", error),
            BooksError::Series(_) => field(error.to_string(), "/prefix", error),
            BooksError::Posted { .. } => Problem::new(Code::State, &error).at("/valid_from", error),
            BooksError::SeriesBegun { .. } => Problem::new(Code::State, &error).at("/start", error),
            BooksError::NotGiven { .. } => field(error.to_string(), "/number", error),
            BooksError::HasDocument { .. } | BooksError::VoidAlready { .. } => {
                Problem::new(Code::State, &error).at("/number", error)
            }
            BooksError::Begun { .. } | BooksError::ControlPosted { .. } => Problem::new(Code::State, error),
        }
    }
}

impl From<VoucherError> for Problem {
    fn from(error: VoucherError) -> Self {
        match error {
            VoucherError::Common(common) => common.into(),
            VoucherError::Nothing(_) => Problem::new(Code::State, &error).at("/period", error),
            VoucherError::TooManyLines { .. } => rule(&error),
        }
    }
}
