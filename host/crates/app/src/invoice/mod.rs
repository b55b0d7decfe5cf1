//! Invoices and credit notes (发票, 贷项/红字): taxed by the bound tax plugin, posted, sealed.

mod advance;
mod assess;
mod credit;
mod hashed;
mod issue;
mod linked;
mod load;
mod look_up;
mod many;
mod parts;
mod read;
mod write;

pub(crate) use advance::write_advance_in;
pub(crate) use credit::cleared_by;
pub(crate) use issue::TRIES_MAX;
pub use issue::{
    Adjustment, AdjustmentAmount, FxInput, InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError,
    IssuedAllocation, IssuedInvoice, RedConfirmation, issue,
};
pub(crate) use issue::{check_rate, prepare};
pub use many::{RUN_MAX, Settled, issue_many, issue_run, runs};
pub use parts::IssuedPart;
pub use read::{InvoiceView, Wanted, document, get, held, left, list};
pub(crate) use read::{find_any, view};
pub(crate) use write::{PreparedInvoice, hold, write_in, write_many};
