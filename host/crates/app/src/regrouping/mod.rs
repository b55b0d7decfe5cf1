//! Regrouping of credits as advances at a day (预收重分类): authorise → load what is open to customers' credit and what the day shows already →
//! write the difference and what takes it back on the next day, in one transaction.
//!
//! Run again for the same day it posts what has changed since, and nothing where nothing has (decision 86).

mod run;

pub use run::{Regroup, RegroupError, Regrouped, WantedRegroupings, page, regroup, regroup_watched};
pub(crate) use run::{data, grouped, shown};
