//! Invoices and credit notes (发票, 贷项/红字): taxed by the bound tax plugin, posted, sealed.

mod assess;
mod issue;
mod look_up;
mod read;
mod write;

pub(crate) use issue::prepare;
pub use issue::{
    Adjustment, AdjustmentAmount, FxInput, InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError,
    IssuedInvoice, issue,
};
pub use read::{InvoiceView, Wanted, document, get, list};
pub(crate) use write::{PreparedInvoice, write_in};
