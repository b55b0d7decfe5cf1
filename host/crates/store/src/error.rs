//! What the store can refuse. Sources are chained, not printed; values of rows never stand in a message.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use std::fmt::Display;
use thiserror::Error;

/// The result of everything that touches the database.
pub type StoreResult<T> = Result<T, StoreError>;

/// What a statement can run into.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No such row.
    #[error("{what} is not there")]
    NotFound { what: String },
    /// The row changed since it was read: load it again and decide anew.
    #[error("{what} was changed by somebody else meanwhile: read it again and retry")]
    Conflict { what: String },
    /// What the caller saw before it asked for the change is no longer so.
    #[error("{what} is not as the caller saw it")]
    Stale { what: String },
    /// A second row with the same key; `constraint` reads `table(column, …)`, the same on both databases.
    #[error("there is already a row with this {constraint}")]
    Unique { constraint: String },
    /// A reference to a row that is not there or belongs to another company. SQLite does not say which.
    #[error("a reference names a row that does not exist in this company{}", at(.constraint))]
    ForeignKey { constraint: Option<String> },
    /// No connection or lock within the time allowed, or a transaction that lost against others too often.
    #[error("the database is busy ({what}): try again later")]
    Busy { what: String },
    /// The URL names no database that could be opened.
    #[error("the database's URL cannot be used: {what}")]
    Url { what: String },
    /// The database cannot be reached, opened or used as it is.
    #[error("the database is not available: {what}")]
    Unavailable { what: String },
    /// The database holds what it never should: run `verify`.
    #[error("the database holds something impossible: {what}")]
    Corrupt { what: String },
    /// Any other failure of a statement.
    #[error("the database refused a statement")]
    Database(#[source] DieselError),
}

impl StoreError {
    /// A missing row, by noun and id.
    pub fn not_found(noun: &str, id: impl Display) -> Self {
        StoreError::NotFound { what: format!("{noun} {id}") }
    }
    /// A lost race for a row, by noun and id.
    pub fn conflict(noun: &str, id: impl Display) -> Self {
        StoreError::Conflict { what: format!("{noun} {id}") }
    }
    /// Whether this is a violation of the unique key `table(column, …)`.
    pub fn is_unique(&self, key: &str) -> bool {
        matches!(self, StoreError::Unique { constraint } if constraint == key)
    }
}

fn at(constraint: &Option<String>) -> String {
    constraint.as_ref().map(|c| format!(" ({c})")).unwrap_or_default()
}

/// What the transaction loop needs to know of a failed statement, whatever the caller made of its error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// PostgreSQL chose this transaction as the loser of a race: it may simply run again.
    Retryable,
    /// The connection is gone.
    Closed,
}

pub(crate) fn fault(error: &DieselError) -> Option<Fault> {
    let DieselError::DatabaseError(kind, info) = error else {
        return matches!(error, DieselError::BrokenTransactionManager).then_some(Fault::Closed);
    };
    match kind {
        DatabaseErrorKind::SerializationFailure => Some(Fault::Retryable),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Some(Fault::Closed),
        // diesel gives no SQLSTATE for 40P01
        _ if info.message().contains("deadlock detected") => Some(Fault::Retryable),
        _ => None,
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => StoreError::NotFound { what: "the row".to_owned() },
            DieselError::DeserializationError(source) => StoreError::Corrupt { what: source.to_string() },
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                StoreError::Unique { constraint: unique_key(info.as_ref()) }
            }
            DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, info) => {
                StoreError::ForeignKey { constraint: postgres_key(info.as_ref()) }
            }
            DieselError::DatabaseError(_, ref info) if is_busy(info.message()) => {
                StoreError::Busy { what: "another transaction holds the lock".to_owned() }
            }
            error => match fault(&error) {
                Some(Fault::Retryable) => {
                    StoreError::Busy { what: "the transaction lost against others".to_owned() }
                }
                Some(Fault::Closed) => {
                    StoreError::Unavailable { what: "the connection was closed".to_owned() }
                }
                None => StoreError::Database(error),
            },
        }
    }
}

fn is_busy(message: &str) -> bool {
    // SQLITE_BUSY and SQLITE_LOCKED; PostgreSQL's lock_timeout
    ["database is locked", "database table is locked", "canceling statement due to lock timeout"]
        .iter()
        .any(|busy| message.contains(busy))
}

/// `table(column, …)`. SQLite says "UNIQUE constraint failed: t.a, t.b"; PostgreSQL names the table and writes
/// the columns before the values of its detail, "(a, b)=(…)", in every language of its messages.
fn unique_key(info: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    if let Some(list) = info.message().strip_prefix("UNIQUE constraint failed: ") {
        let table = list.split('.').next().unwrap_or_default();
        let columns: Vec<&str> = list.split(", ").filter_map(|c| c.split('.').nth(1)).collect();
        return format!("{table}({})", columns.join(", "));
    }
    postgres_key(info).unwrap_or_else(|| info.constraint_name().unwrap_or("key").to_owned())
}

fn postgres_key(info: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<String> {
    let (before, _) = info.details()?.split_once(")=(")?;
    let (_, columns) = before.split_once('(')?;
    // a column that is also a word of SQL comes in quotes, as "position"
    Some(format!("{}({})", info.table_name()?, columns.replace('"', "")))
}
