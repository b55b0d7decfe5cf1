//! When open items are due and what may be taken off for early payment (账期, 现金折扣), by the terms that their documents keep.
//!
//! A due date that counts from a later day comes to be known by an event of its own: the invoice was received, the statement that states
//! the item was approved (its cut-off) or confirmed, the goods of an invoice were delivered. What was posted stays as it is hashed; whoever asks at an earlier position is
//! answered as then (decision 53).

mod delivered;
mod left;
mod received;
mod tell;
mod terms;

pub(crate) use delivered::delivered;
pub(crate) use left::{by_one, left, tails, usual};
pub use received::{InvoiceReceived, ReceivedError, Told, receive};
pub(crate) use tell::{DUE_DATES, of_statement, tell, told};
pub use terms::ItemTerms;
pub(crate) use terms::of_items;
