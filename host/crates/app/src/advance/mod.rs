//! Advances (预收款): money that stays on account passes the tax rules bound at its date (decision 70). They are asked before the
//! transaction that posts its receipt opens.
//!
//! | answer | what is posted |
//! |---|---|
//! | nobody said what it is for, so nobody is asked | nothing |
//! | no effect | nothing; the call is kept, and an event names it |
//! | adjust | a document `advance` beside the receipt: output tax, against tax on advances |
//! | refuse | nothing, nor the receipt |
//!
//! Of that tax stands what the money not used bears: every entry that uses some of it, or gives it back, moves its tax too.

mod ask;
mod moves;
mod settings;

pub(crate) use ask::{Asked, Subject, ask, settle};
pub(crate) use moves::{arising, data, expected, follow, released, tell, without};
pub use settings::{AdvanceFor, held_settings, put_settings, settings};
pub(crate) use settings::{applies, check};
