//! Balances and open lots of all customers, kept: a cache.

use chrono::NaiveDate;
use domain::ids::CompanyId;

row! {
    /// What stood on customers' accounts on a day, as known at a position ([`domain::checkpoint`]).
    Checkpoint in checkpoints {
        company: CompanyId,
        as_of: NaiveDate,
        known_at: u64,
        /// Sums of every account.
        heads: Vec<u8>,
    }
}

row! {
    /// A piece of a checkpoint's lots.
    CheckpointLots in checkpoint_lots {
        company: CompanyId,
        as_of: NaiveDate,
        /// From 0.
        n: u32,
        bytes: Vec<u8>,
    }
}
