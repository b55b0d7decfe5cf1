//! Period locks (关账): no door goes round them; every write of an entry asks [`check_open`].

mod lock;

pub use lock::{LockPeriod, LockPeriodError, PostingDates, check_open, held, hold_open, lock, locks};
pub(crate) use lock::{hold, refuse_hard, refuse_locked};
