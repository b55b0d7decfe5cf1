//! What the use-cases ask of the database, one noun a file.
//!
//! A function that reads takes a [`Conn`](crate::Conn); one that writes takes a [`Tx`](crate::Tx), so that it cannot
//! be called outside a transaction. Lists are keyset pages: `after` is the last row of the page before. A change
//! to a row that was read before takes the version it was read at, and is a `Conflict` if that is no longer so.
//!
//! A row by its key is read with `get_result`, not `first`: the latter binds a LIMIT, for whose value SQLite plans the
//! statement anew each time. What runs for every posting is a statement of our own (`rows::insert`, `entries`,
//! `series`): diesel never keeps a prepared UPDATE or upsert.

/// Runs an expression on the concrete connection: for what diesel does not offer on the enum.
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::conn::Conn::Postgres($c) => $body,
            $crate::conn::Conn::Sqlite($c) => $body,
        }
    };
}

pub mod advances;
pub mod allocations;
pub mod approvals;
pub mod attachments;
pub mod audit;
pub mod bank_accounts;
pub mod bank_details;
pub mod bank_files;
pub mod bank_lines;
pub mod bank_moves;
pub mod bills;
pub mod bindings;
pub mod blobs;
pub mod books;
pub mod checkpoints;
pub mod closes;
pub mod companies;
pub mod contacts;
pub mod customer_rows;
pub mod customers;
pub mod deferrals;
pub mod deliveries;
pub mod disputes;
pub mod documents;
pub mod drafts;
pub mod entries;
pub mod erasure;
pub mod event_log;
pub mod events;
pub mod exceptions;
pub mod fx_rates;
pub mod health;
pub mod history;
pub mod idempotency;
pub mod imports;
pub mod invocations;
pub mod items;
pub mod jobs;
pub mod keys;
pub mod leases;
pub mod login_failures;
pub mod merges;
pub mod open_items;
pub mod overview;
pub mod passwords;
pub mod period_locks;
pub mod period_unlocks;
pub mod plugins;
pub mod proposals;
pub mod regroupings;
pub mod reports;
pub mod revaluations;
pub mod seals;
pub mod series;
pub mod sessions;
pub mod settings;
pub mod setup_codes;
pub mod statement_runs;
pub mod statements;
pub mod suspense;
pub mod tax_invoices;
pub mod terms;
pub mod tokens;
pub mod tolerances;
pub mod tolerated;
pub mod unmatched_lines;
pub mod unsealed;
pub mod users;
pub mod vouchers;

use crate::error::{StoreError, StoreResult};
use std::fmt::Display;

/// One row changed, or somebody else was first.
fn changed(rows: usize, noun: &str, id: impl Display) -> StoreResult<()> {
    if rows == 1 { Ok(()) } else { Err(StoreError::conflict(noun, id)) }
}

/// Ids of one `IN (…)`: SQLite prepares each number of them anew, PostgreSQL takes an array.
pub(crate) const IDS_MAX: usize = 1000;

/// The first text, by bytes, after all that begin with `prefix`: the greatest character there is, which is no letter, stands at
/// its end.
pub(crate) fn prefix_end(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}
