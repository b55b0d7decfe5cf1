//! Vouchers (记账凭证): every sealed entry with postings gets a number of its month and sort, in the order of the chain.
//!
//! A number is an entry's rank among those of its month and sort. Ranks only ever go up with positions, and a position never changes,
//! so the numbers are gap-free, whoever numbers again comes to the same, and a late entry of an open month gets the next one. What
//! allocates alone moves no account: it is no voucher.

mod export;
mod number;
mod read;

pub use export::{Exported, export};
pub(crate) use export::{content, subject};
pub use number::{Numbered, number, number_watched};
pub(crate) use number::{Sorter, is_red};
pub use read::{VoucherLine, VoucherReport, VoucherView, of_month, page_of_month};

use crate::common::Common;
use domain::close::Month;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum VoucherError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("{0} has no vouchers: nothing was posted in it")]
    Nothing(Month),
    #[error("the month has more than {max} lines: take it with `zhangben period vouchers --to FILE`")]
    TooManyLines { max: u64 },
}

crate::common::through_common!(VoucherError);
