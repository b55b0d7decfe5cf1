//! Refusals of drafts, their approval, allocations, reversals, attachments, merges, and of what is done by hand in the bank screen.

use super::lead::ledger;
use super::map::{field, rule};
use super::{Code, Problem};
use app::adjusting::AdjustingError;
use app::allocation::AllocateError;
use app::attachment::AttachError;
use app::bank::BankMoveError;
use app::bank_detail::BankDetailError;
use app::bill::BillError;
use app::dispute::DisputeError;
use app::document::{MarkIssuedError, ReverseError};
use app::draft::DraftError;
use app::duties::DutiesError;
use app::exception::GrantError;
use app::merge::MergeError;
use app::reconciliation::{SettleError, UndoProposalError};
use app::suspense::SuspenseError;
use domain::bill::{BillRefused, DiscountError};
use domain::ledger::{AllocationError, TransferError};

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Common(common) => common.into(),
            DraftError::Invoice(inner) => inner.into(),
            DraftError::Receipt(inner) => inner.into(),
            DraftError::Adjusting(inner) => inner.into(),
            DraftError::Bill(inner) => inner.into(),
            DraftError::Opening(inner) => inner.into(),
            DraftError::Reverse(inner) => inner.into(),
            DraftError::Duties(inner) => inner.into(),
            DraftError::State { .. }
            | DraftError::AmountChanged { .. }
            | DraftError::ApprovalMissing { .. } => Problem::new(Code::State, error),
            DraftError::SamePerson { .. } => Problem::new(Code::MakerIsChecker, error),
            DraftError::Role { .. } => Problem::new(Code::Forbidden, error),
        }
    }
}

impl From<DutiesError> for Problem {
    fn from(error: DutiesError) -> Self {
        match error {
            DutiesError::Common(common) => common.into(),
            DutiesError::Separated { .. } => Problem::new(Code::SeparationOfDuties, error),
        }
    }
}

impl From<GrantError> for Problem {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::Common(common) => common.into(),
            GrantError::Own => Problem::new(Code::SeparationOfDuties, &error).at("/person", error),
            GrantError::Maker => Problem::new(Code::SeparationOfDuties, &error).at("/subject", error),
            GrantError::NotWaiting { .. } => Problem::new(Code::State, error),
        }
    }
}

impl From<AdjustingError> for Problem {
    fn from(error: AdjustingError) -> Self {
        match error {
            AdjustingError::Common(common) => common.into(),
            AdjustingError::Ledger(inner) => ledger(&inner),
            AdjustingError::TaxChangesAmount { .. } => rule(&error),
            AdjustingError::Clears(inner) => inner.into(),
            AdjustingError::Taxed(inner) => inner.into(),
            AdjustingError::DetailsWait { .. } => Problem::new(Code::State, error),
            AdjustingError::RedConfirmationMissing { .. } => {
                Problem::new(Code::RedConfirmation, &error).at("/item", error)
            }
            AdjustingError::NoRate { .. } => Problem::new(Code::NoRate, &error).at("/fx", error),
        }
    }
}

impl From<BillError> for Problem {
    fn from(error: BillError) -> Self {
        match error {
            BillError::Common(common) => common.into(),
            BillError::Refused(BillRefused::Before { .. } | BillRefused::Matured { .. }) => {
                field(error.to_string(), "/date", error)
            }
            BillError::Refused(_) => Problem::new(Code::State, error),
            BillError::Discount(DiscountError::Days { .. }) => field(error.to_string(), "/days", error),
            BillError::Discount(DiscountError::Rate) => field(error.to_string(), "/rate", error),
            BillError::Discount(_) => field(error.to_string(), "/net", error),
            BillError::Ledger(inner) => ledger(&inner),
            BillError::Allocation(_) => field(error.to_string(), "/allocations", error),
            BillError::Allocate(inner) => inner.into(),
            BillError::Receipt(inner) => inner.into(),
            BillError::NumberTaken { .. } => Problem::new(Code::Duplicate, &error).at("/number", error),
            BillError::Charges { .. } => Problem::new(Code::ApprovalRequired, &error).at("/charges", error),
            BillError::NoRate { .. } => Problem::new(Code::NoRate, &error).at("/fx", error),
        }
    }
}

impl From<AllocateError> for Problem {
    fn from(error: AllocateError) -> Self {
        match error {
            AllocateError::Common(common) => common.into(),
            AllocateError::Discount(inner) => match *inner {
                stated @ ReverseError::Stated { .. } => {
                    Problem::new(Code::State, &stated).at("/effective_date", stated)
                }
                other => other.into(),
            },
            AllocateError::Allocation(inner) | AllocateError::Transfer(TransferError::Allocation(inner)) => {
                cleared(&inner)
            }
            AllocateError::Ledger(inner) | AllocateError::Transfer(TransferError::Ledger(inner)) => {
                ledger(&inner)
            }
            AllocateError::Transfer(_) => rule(&error),
            AllocateError::Strangers { credit, .. } => rule(&error).of_named(credit),
            AllocateError::Unbilled { item } => rule(&error).of_named(item),
            AllocateError::OfBill(item) => Problem::new(Code::State, error).of_named(item),
            AllocateError::AlreadyUndone(_)
            | AllocateError::OfReversal(_)
            | AllocateError::OfMerge(_)
            | AllocateError::OfDocument { .. } => Problem::new(Code::State, error),
            AllocateError::RedConfirmationMissing { .. } => {
                Problem::new(Code::RedConfirmation, error).of_member("/credit_item")
            }
        }
    }
}

/// Of one item that clears another: by so much, or not at all.
fn cleared(error: &AllocationError) -> Problem {
    let refused = rule(error);
    match error {
        AllocationError::NotPositive(_)
        | AllocationError::OverAllocated { .. }
        | AllocationError::Money(_) => refused.of_member("/amount"),
        AllocationError::Mismatch { credit, .. } => refused.of_named(credit),
        AllocationError::WrongSide { item, .. } => refused.of_named(item),
    }
}

impl From<ReverseError> for Problem {
    fn from(error: ReverseError) -> Self {
        match error {
            ReverseError::Common(common) => Problem::from(common).or_at("/date"),
            ReverseError::Ledger(inner) => ledger(&inner),
            ReverseError::Kind { .. } => rule(&error),
            ReverseError::Allocation(inner) => Problem::from(inner).or_at("/date"),
            ReverseError::Bill(inner) => Problem::from(*inner).or_at("/date"),
            ReverseError::Corrected { .. }
            | ReverseError::TakenBack { .. }
            | ReverseError::Allocated { .. }
            | ReverseError::OfBank { .. } => Problem::new(Code::State, error),
            ReverseError::TaxInvoiced { .. } | ReverseError::FeeTaxInvoiced { .. } => {
                Problem::new(Code::TaxInvoiced, error)
            }
            ReverseError::Delivered { .. }
            | ReverseError::Returned { .. }
            | ReverseError::Rebilled { .. } => Problem::new(Code::State, error),
            ReverseError::Issued { .. } => Problem::new(Code::State, error),
            ReverseError::Stated { .. } => Problem::new(Code::State, &error).at("/date", error),
            ReverseError::Before { .. } => field(error.to_string(), "/date", error),
        }
    }
}

impl From<MarkIssuedError> for Problem {
    fn from(error: MarkIssuedError) -> Self {
        match error {
            MarkIssuedError::Common(common) => common.into(),
            MarkIssuedError::Kind { .. } => rule(&error),
            MarkIssuedError::TakenBack { .. } => Problem::new(Code::State, error),
        }
    }
}

impl From<SettleError> for Problem {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::Common(common) => common.into(),
            SettleError::Approve(inner) => inner.into(),
            SettleError::Return(inner) => inner.into(),
            SettleError::Status { .. } => Problem::new(Code::State, error),
            SettleError::Unequal { .. } => field(error.to_string(), "/on_account", error),
        }
    }
}

impl From<UndoProposalError> for Problem {
    fn from(error: UndoProposalError) -> Self {
        match error {
            UndoProposalError::Common(common) => Problem::from(common).or_at("/date"),
            UndoProposalError::Allocation(inner) => Problem::from(inner).or_at("/date"),
            UndoProposalError::Reverse(inner) => inner.into(),
            UndoProposalError::Suspense(inner) => Problem::from(inner).or_at("/date"),
            UndoProposalError::Proposal(inner) => inner.into(),
            UndoProposalError::Tax(inner) => inner.into(),
            UndoProposalError::NotApproved(_) => Problem::new(Code::State, error),
            UndoProposalError::SamePerson { .. } => Problem::new(Code::MakerIsChecker, error),
            UndoProposalError::Rule(inner) => (*inner).into(),
        }
    }
}

impl From<SuspenseError> for Problem {
    fn from(error: SuspenseError) -> Self {
        match error {
            SuspenseError::Common(common) => common.into(),
            SuspenseError::Ledger(inner) => ledger(&inner),
            SuspenseError::Reverse(inner) => inner.into(),
            SuspenseError::NoRate { .. } => Problem::new(Code::NoRate, error),
            SuspenseError::MakerIsChecker { .. } => Problem::new(Code::MakerIsChecker, error),
            SuspenseError::Moved { .. } | SuspenseError::Undone(_) => Problem::new(Code::State, error),
        }
    }
}

impl From<BankMoveError> for Problem {
    fn from(error: BankMoveError) -> Self {
        match error {
            BankMoveError::Common(common) => common.into(),
            BankMoveError::Ledger(inner) => ledger(&inner),
            BankMoveError::Incoming(_) | BankMoveError::Outgoing(_) | BankMoveError::NoFee { .. } => {
                rule(&error)
            }
            BankMoveError::Status { .. } | BankMoveError::Undone(_) => Problem::new(Code::State, error),
            BankMoveError::NoRate { .. } => Problem::new(Code::NoRate, error),
        }
    }
}

impl From<AttachError> for Problem {
    fn from(error: AttachError) -> Self {
        match error {
            AttachError::Common(common) => common.into(),
            AttachError::MediaType => Problem::header(Code::UnsupportedMediaType, "Content-Type", error),
            AttachError::TooMany => Problem::new(Code::State, error),
        }
    }
}

impl From<MergeError> for Problem {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Common(common) => common.into(),
            MergeError::Allocation(inner) => inner.into(),
            MergeError::Standing { .. }
            | MergeError::State { .. }
            | MergeError::Unapproved { .. }
            | MergeError::RestsOn { .. } => Problem::new(Code::State, error),
            MergeError::MakerIsChecker { .. } => Problem::new(Code::MakerIsChecker, error),
            MergeError::TooMany { .. } => rule(&error),
        }
    }
}

impl From<DisputeError> for Problem {
    fn from(error: DisputeError) -> Self {
        match error {
            DisputeError::Common(common) => common.into(),
            DisputeError::Standing { .. } | DisputeError::State { .. } => Problem::new(Code::State, error),
            DisputeError::Settled { .. } => Problem::new(Code::State, &error).at("/item", error),
        }
    }
}

impl From<BankDetailError> for Problem {
    fn from(error: BankDetailError) -> Self {
        match error {
            BankDetailError::Common(common) => common.into(),
            BankDetailError::Standing { .. }
            | BankDetailError::State { .. }
            | BankDetailError::Stale { .. } => Problem::new(Code::State, error),
            BankDetailError::MakerIsChecker { .. } => Problem::new(Code::MakerIsChecker, error),
            BankDetailError::NumberTaken(_) => {
                Problem::new(Code::CodeTaken, &error).at("/details/number", error)
            }
        }
    }
}
