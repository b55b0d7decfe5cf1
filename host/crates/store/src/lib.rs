//! The store: the only crate that names diesel. One schema on SQLite and PostgreSQL, chosen by URL at run time.
//!
//! | module | what it is |
//! |---|---|
//! | [`conn`] | [`Database`]: `read`, `snapshot`, `write`; the connection enum |
//! | [`migrate`] | embedded migrations: up, down, status |
//! | [`schema`], [`types`] | tables; domain types as column values |
//! | [`rows`] | a struct per table |
//! | [`query`] | functions by noun: they take a [`Conn`] to read, a [`Tx`] to write |
//! | [`sequencer`] | the seal chain |
//! | [`settle`] | waiting until what is committed is sealed |
//! | [`abort`] | places at which a test can end the process; empty without debug assertions |
//! | [`testing`] | a fresh database of either kind for a test |
//!
//! Every key starts with the company, and so does every function's arguments: a cross-company reference cannot be
//! written, and a company's data can be sharded.

pub mod abort;
pub mod conn;
mod error;
mod group;
pub mod migrate;
mod pool;
pub mod query;
pub mod rows;
pub mod schema;
pub mod sequencer;
pub mod settle;
mod signal;
pub mod testing;
pub mod types;

pub use conn::{Conn, Database, Kind, Options, Tx};
pub use error::{StoreError, StoreResult};
pub use signal::Signal;
