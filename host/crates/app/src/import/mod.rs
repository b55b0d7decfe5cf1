//! Imports (批量导入): many records of a file, brought in together and taken back together.
//!
//! | mode | what is written | when the process dies | when its job is called off |
//! |---|---|---|---|
//! | preview | nothing | | |
//! | all or nothing | every record in one transaction, or none | nothing is left | nothing is left |
//! | best effort | the good records, [`CHUNK`] a transaction; one run of a file at a time | the same file goes on where it stopped | it ends as cancelled; the rest of the same file is another import |
//!
//! A record is known by a digest of its body that only the company's key makes (decision 18): what is in already, whoever
//! brought it, is not brought twice. Guests run before the transaction is opened, so that of an import that is all or
//! nothing every assessed record is in memory at once: [`RECORDS_MAX`] bounds it.
//!
//! Where drafts are wanted each record becomes one, submitted, in place of a document: it waits for whom the rules of approval want,
//! and is posted by itself (decision 91).

mod begin;
mod foresee;
mod gone;
mod lease;
mod prepare;
mod read;
mod session;
mod take_back;
mod tie_out;
mod undo;
mod undo_parts;
mod write;

pub use read::{ImportView, RowView, WantedImports, get, held, list, rows};
pub(crate) use read::{subjects, view as import_view};
pub use session::{Finished, Session, Wanted};
pub use tie_out::{Difference, OldBalance, Total, tie_out, tie_out_all};
pub use undo::{UndoImportError, Undone, WHOLE_MAX, check_undo, is_undone_in_parts, undo, undo_watched};

use crate::common::Common;
use crate::customer::{CreateCustomer, CreateCustomerError};
use crate::delivery::{DeliveryError, RecordDelivery};
use crate::draft::DraftError;
use crate::invoice::{IssueInvoice, IssueInvoiceError};
use crate::item::{CreateItem, CreateItemError};
use crate::opening::{RecordOpening, RecordOpeningError};
use crate::order::{EnterOrder, OrderError};
use crate::receipt::{RecordReceipt, RecordReceiptError};
use thiserror::Error;
use uuid::Uuid;

/// Records of an import that is all or nothing.
pub const RECORDS_MAX: usize = 10_000;
/// Records of one transaction of a best effort.
pub const CHUNK: usize = 100;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportKind {
    Customers,
    Items,
    Invoices,
    Receipts,
    OpeningBalances,
    Deliveries,
    /// Each becomes a delivery or an invoice, by its customer's rule.
    Orders,
}

impl ImportKind {
    pub const ALL: [ImportKind; 7] = [
        ImportKind::Customers,
        ImportKind::Items,
        ImportKind::Invoices,
        ImportKind::Receipts,
        ImportKind::OpeningBalances,
        ImportKind::Deliveries,
        ImportKind::Orders,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            ImportKind::Customers => "customers",
            ImportKind::Items => "items",
            ImportKind::Invoices => "invoices",
            ImportKind::Receipts => "receipts",
            ImportKind::OpeningBalances => "opening-balances",
            ImportKind::Deliveries => "deliveries",
            ImportKind::Orders => "orders",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        ImportKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
    /// Whether its records may become drafts.
    pub const fn drafts(self) -> bool {
        matches!(self, ImportKind::Invoices | ImportKind::Receipts | ImportKind::OpeningBalances)
    }
}

/// What a record says: the input of its use-case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Customer(CreateCustomer),
    Item(CreateItem),
    Invoice(Box<IssueInvoice>),
    Receipt(RecordReceipt),
    Opening(RecordOpening),
    Delivery(RecordDelivery),
    Order(EnterOrder),
}

impl Input {
    /// Whether it names itself by a code or number of the caller's.
    pub(crate) fn has_key(&self) -> bool {
        match self {
            Input::Customer(_) | Input::Item(_) | Input::Order(_) => true,
            Input::Invoice(input) => input.external_id.is_some(),
            Input::Receipt(input) => input.external_id.is_some(),
            Input::Opening(input) => input.external_id.is_some(),
            Input::Delivery(input) => input.external_id.is_some(),
        }
    }
}

/// A record of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Rows of the sheet, from 1.
    pub first_row: u64,
    pub last_row: u64,
    /// What it says, in one way for equal records: it is known by this.
    pub body: Vec<u8>,
    pub input: Input,
}

/// What a record made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub subject: Uuid,
    /// Code or number.
    pub label: String,
}

/// What became of a record.
#[derive(Debug)]
pub struct Outcome {
    pub first_row: u64,
    pub last_row: u64,
    pub result: Result<Taken, RecordError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Nothing speaks against it; it is not written (yet).
    Checked,
    Written(Made),
    /// Of one that is only looked at: it corrects the invoice of an earlier row, which a best effort posts before it.
    Waits {
        row: u64,
    },
    /// It was in before, as this customer, item or document.
    Already(Uuid),
}

/// Why nothing is brought in.
#[derive(Debug, Error)]
pub enum BeginImportError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("another run is bringing this file in: let it end, and see what came of it")]
    UnderWay,
}

crate::common::through_common!(BeginImportError);

/// Why a record is not taken.
#[derive(Debug, Error)]
pub enum RecordError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Customer(#[from] CreateCustomerError),
    #[error(transparent)]
    Item(#[from] CreateItemError),
    #[error(transparent)]
    Invoice(#[from] IssueInvoiceError),
    #[error(transparent)]
    Receipt(#[from] RecordReceiptError),
    #[error(transparent)]
    Opening(#[from] RecordOpeningError),
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// Of one that is to become a draft.
    #[error(transparent)]
    Draft(Box<DraftError>),
    #[error(
        "it corrects the same invoice as row {row}: what is left of the invoice is known only when that is posted; bring them \
         in one after the other, or as best effort"
    )]
    SameOriginal { row: u64 },
    #[error(
        "it corrects the invoice of row {row}, which is not posted before this file is as a whole: bring the invoices in first, or the file as best effort"
    )]
    OriginalInFile { row: u64 },
    #[error(
        "more than {RECORDS_MAX} records are not written all or nothing: split the file, or bring it in as best effort"
    )]
    TooMany,
}

crate::common::through_common!(RecordError);

impl From<OrderError> for RecordError {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Common(common) => common.into(),
            OrderError::Delivery(refused) => refused.into(),
            OrderError::Invoice(refused) => refused.into(),
        }
    }
}

impl From<DraftError> for RecordError {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Common(common) => common.into(),
            DraftError::Invoice(refused) => refused.into(),
            DraftError::Receipt(refused) => refused.into(),
            DraftError::Opening(refused) => refused.into(),
            other => RecordError::Draft(Box::new(other)),
        }
    }
}

impl RecordError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            RecordError::Common(common)
            | RecordError::Customer(CreateCustomerError::Common(common))
            | RecordError::Item(CreateItemError::Common(common))
            | RecordError::Invoice(IssueInvoiceError::Common(common))
            | RecordError::Opening(RecordOpeningError::Common(common)) => Some(common),
            RecordError::Receipt(receipt) => receipt.common(),
            RecordError::Delivery(delivery) => delivery.common(),
            RecordError::Draft(draft) => draft.common(),
            _ => None,
        }
    }
    /// Whether the record itself is not to blame: no other would fare better.
    pub fn is_failure(&self) -> bool {
        self.common().is_some_and(Common::is_failure)
    }
}
