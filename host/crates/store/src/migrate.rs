//! Migrations, embedded for both databases under the same names. All that are pending run in one transaction, alone:
//! on PostgreSQL under an advisory lock, on SQLite in an immediate transaction.

use crate::conn::{Conn, Database, Kind, Tx};
use crate::error::StoreError;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use thiserror::Error;

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../../migrations/sqlite");

/// The text of all of PostgreSQL's, for the fingerprint of test templates.
pub(crate) const POSTGRES_SQL: &str = include_str!(concat!(env!("OUT_DIR"), "/postgres.sql"));

/// Taken while migrating: "zhangben" in ASCII.
const LOCK: i64 = 0x7a68_616e_6762_656e;

/// Why the schema was not brought to where it was wanted.
#[derive(Debug, Error)]
pub enum MigrateError {
    /// A later program has migrated this database.
    #[error("the database has migration {found}, which this program does not know: use the newer program")]
    Newer { found: String },
    /// The database is behind.
    #[error("the database lacks migration {next}: run `zhangben migrate`")]
    Outdated { next: String },
    /// A migration failed; nothing of it was kept.
    #[error("migration failed: {what}")]
    Failed { what: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// As `2026-11-23-000001_kernel`.
    pub name: String,
    pub applied: bool,
}

/// Every migration this program knows, in order.
///
/// # Errors
/// `Newer` if the database has one that it does not know.
pub fn status(db: &Database) -> Result<Vec<MigrationState>, MigrateError> {
    db.write(states)
}

/// That the database has exactly the migrations of this program.
///
/// # Errors
/// `Newer`, `Outdated`.
pub fn check(db: &Database) -> Result<(), MigrateError> {
    match status(db)?.into_iter().find(|state| !state.applied) {
        Some(state) => Err(MigrateError::Outdated { next: state.name }),
        None => Ok(()),
    }
}

/// Runs every pending migration; gives their names.
pub fn up(db: &Database) -> Result<Vec<String>, MigrateError> {
    db.write(|tx| {
        lock(tx)?;
        states(tx)?;
        let ran = match tx.conn() {
            Conn::Postgres(conn) => names(conn.run_pending_migrations(POSTGRES)),
            Conn::Sqlite(conn) => names(conn.run_pending_migrations(SQLITE)),
        };
        ran.map_err(failed)
    })
}

/// Reverts the last migration; gives its name, `None` if there is none.
pub fn down(db: &Database) -> Result<Option<String>, MigrateError> {
    db.write(|tx| {
        lock(tx)?;
        if !states(tx)?.iter().any(|state| state.applied) {
            return Ok(None);
        }
        let reverted = match tx.conn() {
            Conn::Postgres(conn) => conn.revert_last_migration(POSTGRES).map(|v| v.to_string()),
            Conn::Sqlite(conn) => conn.revert_last_migration(SQLITE).map(|v| v.to_string()),
        };
        reverted.map(Some).map_err(failed)
    })
}

/// The names of the embedded migrations of each database, sorted: (postgres, sqlite).
pub fn embedded() -> Result<(Vec<String>, Vec<String>), MigrateError> {
    let postgres = MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES).map_err(failed)?;
    let sqlite = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE).map_err(failed)?;
    let mut names = (
        postgres.iter().map(|m| m.name().to_string()).collect::<Vec<_>>(),
        sqlite.iter().map(|m| m.name().to_string()).collect::<Vec<_>>(),
    );
    names.0.sort();
    names.1.sort();
    Ok(names)
}

mod applied {
    diesel::table! {
        __diesel_schema_migrations (version) {
            version -> Text,
        }
    }
}

/// How the schema of a database stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The last migration of this program that it has.
    pub last: Option<String>,
    /// Migrations of this program that it lacks.
    pub pending: usize,
    /// Migrations that it has of a later program.
    pub unknown: usize,
}

/// As [`status`], read alone: it waits for no writer, and refuses nothing.
pub fn standing(db: &Database) -> Result<Standing, MigrateError> {
    use applied::__diesel_schema_migrations as t;
    let (postgres, sqlite) = embedded()?;
    let known = match db.kind() {
        Kind::Postgres => postgres,
        Kind::Sqlite => sqlite,
    };
    let applied: Vec<String> =
        db.read(|conn| Ok::<_, StoreError>(t::table.select(t::version).load(conn)?))?;
    let has = |name: &str| applied.contains(&version(name));
    Ok(Standing {
        last: known.iter().rev().find(|name| has(name)).cloned(),
        pending: known.iter().filter(|name| !has(name)).count(),
        unknown: applied.iter().filter(|one| !known.iter().any(|name| version(name) == **one)).count(),
    })
}

/// diesel notes versions: the digits of the name's first part.
fn version(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

fn states(tx: &mut Tx<'_>) -> Result<Vec<MigrationState>, MigrateError> {
    let (postgres, sqlite) = embedded()?;
    let (applied, known) = match tx.conn() {
        Conn::Postgres(conn) => (names(conn.applied_migrations()).map_err(failed)?, postgres),
        Conn::Sqlite(conn) => (names(conn.applied_migrations()).map_err(failed)?, sqlite),
    };
    if let Some(found) = applied.iter().find(|applied| !known.iter().any(|name| version(name) == **applied)) {
        return Err(MigrateError::Newer { found: found.clone() });
    }
    Ok(known
        .into_iter()
        .map(|name| MigrationState { applied: applied.contains(&version(&name)), name })
        .collect())
}

fn lock(tx: &mut Tx<'_>) -> Result<(), MigrateError> {
    if let Conn::Postgres(conn) = tx.conn() {
        diesel::sql_query(format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .execute(conn)
            .map_err(StoreError::from)?;
    }
    Ok(())
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn names(versions: Result<Vec<MigrationVersion<'_>>, Failure>) -> Result<Vec<String>, Failure> {
    Ok(versions?.iter().map(ToString::to_string).collect())
}

fn failed(error: Failure) -> MigrateError {
    MigrateError::Failed { what: error.to_string() }
}
