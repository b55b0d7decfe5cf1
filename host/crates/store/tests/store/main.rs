//! The store on both databases. `cargo xtask pg -- cargo test --profile ci -p zhangben-store`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod alignment;
mod bank;
mod bindings;
mod fixtures;
mod keys;
mod parties;
mod plans;
mod posting;
mod reading;
mod sequencer;
mod series;
mod settings;
mod statements;
mod transactions;
mod units;
mod values;
mod work;
