//! Two databases behind one connection type, chosen by the URL's scheme at run time.
//!
//! | | SQLite | PostgreSQL |
//! |---|---|---|
//! | URL | `sqlite://path` | `postgres://…`, `postgresql://…`, also `?host=/socket/dir` |
//! | writers | one, queued in Rust | a pool |
//! | readers | a pool, `query_only` | the same pool |
//! | `write` | `BEGIN IMMEDIATE`: deferred ones failed 1,800 of 2,400 times under 8 threads; those that wait for each other share one commit (`group`) | `READ COMMITTED`, run again on 40001 and 40P01 |
//! | `snapshot` | a read transaction of WAL | `REPEATABLE READ READ ONLY` |
//! | durable | `synchronous=FULL` | `synchronous_commit=on` |
//!
//! Everything blocks: the application hops to a blocking thread once per use-case, not per query.

mod tx;
mod unit;

pub use tx::Tx;

use crate::abort::{self, Point};
use crate::error::{StoreError, StoreResult};
use crate::group;
use crate::pool::{Pool, Taken};
use crate::query::settings::Memo;
use crate::settle::Sealing;
use crate::signal::Signal;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A connection to either database. Most queries run on it as it is; what diesel offers on a concrete connection
/// alone (upserts, locks) is a `match`.
// SQLite is last: it takes any text for a path, so a derive that tries one after the other must try it last
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Postgres,
    Sqlite,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Postgres => "postgres",
            Kind::Sqlite => "sqlite",
        }
    }
}

/// Limits of a [`Database`].
#[derive(Debug, Clone)]
pub struct Options {
    /// PostgreSQL connections, or SQLite readers (the writer is one).
    pub connections_max: usize,
    /// How long a caller waits for a connection, and a statement for a lock, before `Busy`.
    pub wait_ms_max: u64,
    /// Whether an SQLite file that is not there is made.
    pub create: bool,
    /// How long a dry run may keep its transaction: on SQLite every other writer waits for it.
    pub rehearsal_ms_max: u64,
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Options {
            connections_max: (2 * cores).max(4),
            wait_ms_max: 10_000,
            create: true,
            rehearsal_ms_max: 5_000,
        }
    }
}

/// Times a write runs again after PostgreSQL chose it as the loser of a race.
const WRITE_TRIES_MAX: u32 = 6;

/// An open database; cheap to clone, shared by threads.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
    guard: Option<Arc<unit::Guard>>,
    fence: Option<Arc<Fence>>,
    /// Set: what is written through this handle is one transaction, which the unit ends.
    unit: Option<Arc<unit::Unit>>,
}

/// Runs last in every write transaction of a fenced [`Database`]; its refusal undoes the transaction.
type Fence = dyn Fn(&mut Tx<'_>) -> StoreResult<()> + Send + Sync;

struct Inner {
    kind: Kind,
    writers: Pool,
    /// `None`: readers use the writers' pool.
    readers: Option<Pool>,
    unsealed: Signal,
    sealing: Sealing,
    settings: Memo,
    wait_ms_max: u64,
    rehearsal_ms_max: u64,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Database({})", self.inner.kind.name())
    }
}

impl Database {
    /// Opens the database that `url` names and tries one connection. Runs no migration.
    ///
    /// # Errors
    /// `Url`, saying what is wrong with it; `Unavailable`, saying why the database cannot be reached.
    pub fn open(url: &str, options: Options) -> StoreResult<Self> {
        let target = Target::parse(url)?;
        let wait = Duration::from_millis(options.wait_ms_max);
        let (kind, writers, readers) = match target {
            Target::Postgres(url) => {
                let connect = move || open_postgres(&url, wait);
                (Kind::Postgres, Pool::new("connection", options.connections_max, wait, connect), None)
            }
            Target::Sqlite(path) => {
                let (reading, create) = (path.clone(), options.create);
                let writer = Pool::new("writer", 1, wait, move || open_sqlite(&path, create, true, wait));
                let readers = Pool::new("reader", options.connections_max, wait, move || {
                    open_sqlite(&reading, false, false, wait)
                });
                (Kind::Sqlite, writer, Some(readers))
            }
        };
        let Options { wait_ms_max, rehearsal_ms_max, .. } = options;
        let (unsealed, sealing) = (Signal::default(), Sealing::default());
        let settings = Memo::default();
        let inner =
            Inner { kind, writers, readers, unsealed, sealing, settings, wait_ms_max, rehearsal_ms_max };
        inner.writers.take()?;
        Ok(Database { inner: Arc::new(inner), guard: None, fence: None, unit: None })
    }

    /// The same database, with `fence` as the last step of every write transaction made through this handle: whatever
    /// the work writes is committed together with what the fence writes, or not at all.
    #[must_use]
    pub fn fenced(&self, fence: impl Fn(&mut Tx<'_>) -> StoreResult<()> + Send + Sync + 'static) -> Self {
        Database { fence: Some(Arc::new(fence)), ..self.clone() }
    }

    /// The same database without fence and guard: for sealing, which belongs to no request and no job, and for what must be
    /// noted although the fence would refuse it.
    #[must_use]
    pub fn unfenced(&self) -> Self {
        Database { guard: None, fence: None, ..self.clone() }
    }

    /// Which database it is.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// Settings of companies that are at hand.
    pub(crate) fn memo(&self) -> &Memo {
        &self.inner.settings
    }

    /// Raised after each commit that left something to seal: the sequencer waits on it.
    pub fn unsealed(&self) -> &Signal {
        &self.inner.unsealed
    }

    /// Whether sequencers run here, and what they sealed: readers wait on it.
    pub fn sealing(&self) -> &Sealing {
        &self.inner.sealing
    }

    /// Runs queries, each on its own snapshot; on SQLite the connection refuses to write. A connection that had died
    /// while idle is replaced and `work` runs again.
    pub fn read<T, E>(&self, mut work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        if let Some(result) = self.in_unit(&mut work) {
            return result;
        }
        loop {
            let mut conn = self.reader()?;
            let result = work(&mut conn);
            if result.is_ok() || conn.is_fresh() || !conn.faults().closed() {
                return result;
            }
        }
    }

    /// Runs queries that all see the same state of the database.
    pub fn snapshot<T, E>(&self, mut work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        if let Some(result) = self.in_unit(&mut work) {
            return result;
        }
        let mut conn = self.begun(
            || self.reader(),
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            "BEGIN DEFERRED",
        )?;
        let result = work(&mut conn);
        // nothing was written: a failed rollback only costs the connection
        let _ = rollback(&mut conn);
        result
    }

    /// Runs `work` in one transaction and commits it if it returns `Ok`. It may run several times: PostgreSQL makes
    /// one of two transactions that race for the same rows fail, and that one runs again. Do not call a plugin or
    /// render in here: SQLite has one writer. On SQLite it sees what writes of the same group did before it; all of them are
    /// committed, or none (see `group`).
    ///
    /// # Errors
    /// Those of `work`; `Busy` when no connection or lock was to be had, or after six lost races.
    pub fn write<T, E>(&self, mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        if let Some(unit) = &self.unit {
            return unit.write(self, work);
        }
        if self.inner.kind == Kind::Sqlite {
            return self.write_grouped(work);
        }
        for attempt in 1.. {
            let mut conn = self.begun_to_write()?;
            let faults = conn.faults();
            let mut tx = Tx::on(&mut conn, self.memo());
            let result = self.step(&mut tx, &mut work);
            let posted = tx.has_posted();
            let lost = match result {
                Ok(value) => match committed(&mut conn, posted) {
                    Ok(()) => {
                        drop(conn);
                        self.passed();
                        if posted {
                            self.inner.unsealed.raise();
                        }
                        return Ok(value);
                    }
                    Err(error) => error.into(),
                },
                Err(error) => {
                    // a failed rollback costs the connection: the pool drops it
                    let _ = rollback(&mut conn);
                    error
                }
            };
            if !faults.retryable() || attempt >= WRITE_TRIES_MAX {
                return Err(lost);
            }
            drop(conn);
            std::thread::sleep(Duration::from_millis(u64::from(attempt * attempt) * 3));
        }
        Err(StoreError::Busy { what: "the transaction lost too often".to_owned() }.into())
    }

    /// The writer with an open transaction, of its own or of a group that it may join.
    pub(crate) fn writer(&self) -> StoreResult<Taken<'_>> {
        self.begun(
            || self.inner.writers.take(),
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            "BEGIN IMMEDIATE",
        )
    }

    pub(crate) fn writers(&self) -> &Pool {
        &self.inner.writers
    }

    /// After an erasure: leaves no copy of what was overwritten beside the database file, as far as it can be helped.
    /// SQLite overwrites freed space itself (`secure_delete`), but its write-ahead log holds older pages until it is
    /// emptied here; a reader that still needs them leaves that to the next checkpoint. PostgreSQL reuses freed space
    /// and recycles its log in its own time.
    pub fn scrub(&self) -> StoreResult<()> {
        // of a unit nothing is committed yet, and its connection is taken
        if self.inner.kind == Kind::Postgres || self.unit.is_some() {
            return Ok(());
        }
        // briefly: the only writer must not wait long for a reader
        let checkpoint = format!(
            "PRAGMA busy_timeout = 250; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = {}",
            self.inner.wait_ms_max
        );
        let mut conn = self.inner.writers.take()?;
        group::close(&mut conn, &self.inner.unsealed)?;
        Ok(conn.batch_execute(&checkpoint)?)
    }

    /// A connection with a transaction of its own: a group that is open on it is committed first.
    fn begun_to_write(&self) -> StoreResult<Taken<'_>> {
        let alone = || {
            let mut conn = self.inner.writers.take()?;
            group::close(&mut conn, &self.inner.unsealed)?;
            Ok(conn)
        };
        self.begun(alone, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", "BEGIN IMMEDIATE")
    }

    fn reader(&self) -> StoreResult<Taken<'_>> {
        self.inner.readers.as_ref().unwrap_or(&self.inner.writers).take()
    }

    /// A connection with an open transaction. One that died while idle is replaced: nothing has run on it yet.
    fn begun<'a>(
        &self,
        take: impl Fn() -> StoreResult<Taken<'a>>,
        postgres: &str,
        sqlite: &str,
    ) -> StoreResult<Taken<'a>> {
        loop {
            let mut conn = take()?;
            if conn.group().is_some() {
                return Ok(conn);
            }
            let begun = match &mut *conn {
                Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, postgres),
                Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, sqlite),
            };
            match begun {
                Ok(()) => return Ok(conn),
                Err(error) => {
                    let died = conn.faults().died(&error);
                    if !died || conn.is_fresh() {
                        return Err(error.into());
                    }
                }
            }
        }
    }
}

/// Commits a whole transaction, which left something to seal if it `posted`.
pub(crate) fn committed(conn: &mut Conn, posted: bool) -> StoreResult<()> {
    if posted {
        abort::here(Point::CommitBefore);
    }
    commit(conn)?;
    if posted {
        abort::here(Point::CommitAfter);
    }
    Ok(())
}

pub(crate) fn commit(conn: &mut Conn) -> StoreResult<()> {
    Ok(<Conn as Connection>::TransactionManager::commit_transaction(conn)?)
}

/// A failed one costs the connection: the pool drops it.
pub(crate) fn rollback(conn: &mut Conn) -> StoreResult<()> {
    let done = <Conn as Connection>::TransactionManager::rollback_transaction(conn);
    if done.is_err() {
        forsake(conn);
    }
    Ok(done?)
}

/// A savepoint in the transaction that is open.
pub(crate) fn nest(conn: &mut Conn) -> StoreResult<()> {
    // where none is open it would be a transaction of its own
    check_open(conn)?;
    Ok(<Conn as Connection>::TransactionManager::begin_transaction(conn)?)
}

/// That a transaction is open, as far as the connection knows.
pub(crate) fn check_open(conn: &mut Conn) -> StoreResult<()> {
    let depth =
        <Conn as Connection>::TransactionManager::transaction_manager_status_mut(conn).transaction_depth();
    match depth {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(undone(conn, diesel::result::Error::NotInTransaction.into())),
        Err(error) => Err(undone(conn, error.into())),
    }
}

/// As [`check_open`], by asking SQLite: a prepared statement that failed may have ended it unseen.
pub(crate) fn check_stands(conn: &mut Conn) -> StoreResult<()> {
    check_open(conn)?;
    let Conn::Sqlite(sqlite) = &mut *conn else { return Ok(()) };
    // refused where one is open
    match sqlite.batch_execute("BEGIN") {
        Err(_) => check_open(conn),
        Ok(()) => Err(undone(conn, diesel::result::Error::NotInTransaction.into())),
    }
}

/// What to say of a transaction that SQLite undid whole, as it does when a disk is full.
pub(crate) fn undone(conn: &mut Conn, why: StoreError) -> StoreError {
    if matches!(conn, Conn::Postgres(_)) {
        return why;
    }
    forsake(conn);
    tracing::warn!(%why, "SQLite undid a transaction whole");
    StoreError::Busy { what: "it undid the whole transaction".to_owned() }
}

/// Of a transaction that is gone on SQLite each statement would be committed by itself: nothing more is written on the connection, and
/// its pool drops it.
fn forsake(conn: &mut Conn) {
    let Conn::Sqlite(sqlite) = &mut *conn else { return };
    // it fails where nothing can be written either
    let _ = sqlite.batch_execute("PRAGMA query_only = ON");
    <Conn as Connection>::TransactionManager::transaction_manager_status_mut(conn).set_in_error();
}

enum Target {
    Postgres(String),
    Sqlite(PathBuf),
}

impl Target {
    fn parse(url: &str) -> StoreResult<Self> {
        let refuse = |what: String| StoreError::Url { what };
        let Some((scheme, rest)) = url.split_once("://") else {
            let scheme = url.split(':').next().filter(|s| s.len() < url.len()).unwrap_or("none");
            return Err(refuse(format!(
                "the URL has scheme {scheme:?} without \"://\"; write sqlite://path/to/file.db or postgres://host/database"
            )));
        };
        match scheme {
            "postgres" | "postgresql" => Ok(Target::Postgres(url.to_owned())),
            "sqlite" if rest.is_empty() => Err(refuse("sqlite:// names no file".to_owned())),
            "sqlite" if rest.contains(":memory:") || rest.contains('?') => Err(refuse(format!(
                "sqlite://{rest}: databases in memory and URI parameters are not supported; name a file"
            ))),
            "sqlite" => Ok(Target::Sqlite(Path::new(".").join(rest))),
            other => Err(refuse(format!(
                "{other:?} is not a database scheme known here; write sqlite://path or postgres://host/database"
            ))),
        }
    }
}

fn open_postgres(url: &str, wait: Duration) -> StoreResult<Conn> {
    // the error of libpq names host and user, never the password
    let mut conn =
        PgConnection::establish(url).map_err(|e| StoreError::Unavailable { what: e.to_string() })?;
    // no query runs so long that compiling it pays
    conn.batch_execute(&format!(
        "SET synchronous_commit = on; SET jit = off; SET lock_timeout = {}; SET application_name = 'zhangben'",
        wait.as_millis()
    ))?;
    Ok(Conn::Postgres(conn))
}

fn open_sqlite(path: &Path, create: bool, write: bool, wait: Duration) -> StoreResult<Conn> {
    let refuse = |what: String| StoreError::Unavailable { what };
    if !create && !path.exists() {
        return Err(refuse(format!("there is no file {}", path.display())));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        return Err(refuse(format!("there is no folder {}", folder.display())));
    }
    let text = path.to_str().ok_or_else(|| refuse(format!("{} is not UTF-8", path.display())))?;
    let mut conn =
        SqliteConnection::establish(text).map_err(|e| refuse(format!("{}: {e}", path.display())))?;
    // busy_timeout first: switching to WAL takes a lock that another process may hold
    let busy = format!("PRAGMA busy_timeout = {}", wait.as_millis());
    conn.batch_execute(&busy)?;
    conn.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
        .map_err(|e| refuse(format!("{}: {e}", path.display())))?;
    // what is erased is overwritten, also in freed pages
    conn.batch_execute("PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON")?;
    if !write {
        // a report of one customer takes a thousand pages from all over the file: they are read where they lie (decision 120)
        conn.batch_execute("PRAGMA query_only = ON; PRAGMA mmap_size = 2147418112")?;
    }
    Ok(Conn::Sqlite(conn))
}
