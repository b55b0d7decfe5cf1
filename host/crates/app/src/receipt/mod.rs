//! Receipts (收款) entered without a bank line: money of a customer, open until allocated.

mod advance;
mod approval;
mod own_words;
mod paid_with;
mod pays;
mod record;

pub(crate) use advance::{ask, ask_of, asked_and_written, settle, write_in};
pub(crate) use approval::{check_approval, counted};
pub(crate) use own_words::own_words;
pub(crate) use paid_with::paid_with;
pub(crate) use record::{Received, Source, allocated, by_date, prepare, received, record_in};

pub(crate) use pays::{InFile, items_in_file, pays_for};
pub use pays::{Paid, Pays};
pub use record::{AllocateTo, RecordReceipt, RecordReceiptError, RecordedReceipt, record};
