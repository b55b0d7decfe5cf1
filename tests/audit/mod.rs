//! What proves the books, and what of them may be forgotten: on both databases, over two months of a company.

pub mod adjusting;
mod advances;
mod alone;
mod approval;
mod bank;
mod besides;
mod bill_advances;
mod bills;
mod books;
mod charts;
mod checkpoints;
mod clearing;
mod close;
mod compound;
mod controls;
mod credits;
mod deferred;
mod deliveries;
mod discounts;
mod disputes;
mod early;
mod erase;
mod events;
pub mod export;
mod family;
mod gates;
mod hostile;
mod hostile_policy;
pub mod house;
mod issued;
mod job;
mod journal;
mod meanwhile;
mod merge;
pub mod month;
mod opening;
mod papers;
mod past;
pub mod plugins;
mod policy_input;
mod regrouping;
pub mod replay;
mod requests;
mod returned;
mod revaluation;
mod rights;
mod runs;
mod sample;
mod sealed;
mod suspense;
mod taken_back;
mod tampered;
mod terms;
mod verify;
mod words;
mod writers;

use store::Kind;
use store::testing::TestDb;

/// Bytes as a literal of the database's SQL.
fn literal(db: &TestDb, bytes: &[u8]) -> String {
    let hex = hex::encode(bytes);
    match db.db().kind() {
        Kind::Sqlite => format!("X'{hex}'"),
        Kind::Postgres => format!("'\\x{hex}'::bytea"),
    }
}
