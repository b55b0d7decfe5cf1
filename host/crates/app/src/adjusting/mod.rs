//! Documents that move what a customer owes without being an invoice or money in: write-offs (坏账, 尾差), refunds (退款), adjustments
//! (调整). They are posted through drafts alone (`crate::draft`): another person than who prepared one approves it.
//!
//! | | the customer | against | in its own entry it clears |
//! |---|---|---|---|
//! | write-off | owes less (a tail of a credit: more) | 坏账准备, 尾差, 现金折扣, or a named account | the item, or a part of it |
//! | refund | is owed less | the bank, or suspense until its line comes | the credit item, or a part of it |
//! | adjustment | owes more or less | a named account | an item of the other side, if told |
//!
//! A write-off of what was invoiced passes the tax guest (purposes `bad-debt`, `tail`, `settlement-discount`; decision 46).

mod adjust;
mod memo;
mod of_line;
mod refund;
mod write_off;

pub use adjust::Adjust;
pub use memo::AdjustingError;
pub(crate) use memo::{Memo, check_account, write_in as write_memo_in};
pub(crate) use of_line::{OfLine, WithLine, reason_of, with_proposal, with_receipt};
pub use refund::{PaidFrom, Refund};
pub(crate) use write_off::{Effect, PreparedWriteOff};
pub use write_off::{WriteOff, WriteOffReason};

pub(crate) use adjust::prepare as prepare_adjust;
pub(crate) use refund::prepare as prepare_refund;
pub(crate) use write_off::prepare as prepare_write_off;
