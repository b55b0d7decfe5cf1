//! Revaluation of foreign currency at a day (期末调汇): authorise → load what is carried and the day's rates → compute → write
//! the differences and what takes them back on the next day, in one transaction.
//!
//! Run again for the same day it posts what has changed since, and nothing where nothing has (decision 35).

mod run;

pub use run::{Revalue, RevalueError, Revalued, WantedRevaluations, page, revalue, revalue_watched};
pub(crate) use run::{begin_for_a_day, data, valued, write_for_a_day};
