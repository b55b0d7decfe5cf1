//! Period locks (关账): no door goes round them; every write of an entry asks [`check_open`]. A lock moves forward by one person's word;
//! back, unless it is a hard one, by two people's (反锁定, decision 78).

mod lock;
mod unlock;

pub use lock::{LockPeriod, LockPeriodError, PostingDates, check_open, held, hold_open, lock, locks};
pub(crate) use lock::{hold, refuse_hard, refuse_locked};
pub use unlock::{
    Unlock, UnlockError, approve_unlock, held_unlock, propose_unlock, reject_unlock, unlock, unlocks,
    withdraw_unlock,
};
pub(crate) use unlock::{content as unlock_content, event_kind as unlock_event_kind};
