//! Several writes as one transaction, and what must hold before the first of them.
//!
//! | | ends with | for |
//! |---|---|---|
//! | [`Database::together`] | a commit, if the work succeeds | a row of a bulk request with its mark and its answer |
//! | [`Database::rehearse`] | a rollback, always | a dry run: everything is checked and computed, nothing stays |
//! | [`Database::guarded`] | as the write does | `If-Match`: compared in the transaction that changes what was compared |
//!
//! A unit takes its connection with the first write and not before: what a use-case reads and what guests compute until
//! then holds no transaction open. From then on reads see what was written. A later write is a savepoint: its refusal undoes
//! itself alone. Other threads never share a unit.

use super::{Conn, Database, StoreError, StoreResult, Tx, WRITE_TRIES_MAX, committed, rollback};
use crate::pool::Slot;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Runs first in the first write transaction of a guarded [`Database`], and again until one of them is committed.
pub(super) struct Guard {
    check: Box<super::Fence>,
    passed: AtomicBool,
}

pub(super) struct Unit {
    state: Mutex<State>,
    time_max: Option<Duration>,
}

#[derive(Default)]
struct State {
    /// From the first write to the end.
    open: Option<(Slot, Instant)>,
    posted: bool,
    ended: bool,
}

/// How long a dry run may take, from its first write: asked for at each entry and at each savepoint, so that a use-case that
/// writes once is held to it, too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    since: Instant,
    max: Duration,
}

impl Limit {
    pub(super) fn check(self) -> StoreResult<()> {
        let Limit { since, max } = self;
        if since.elapsed() > max {
            let what = format!("a dry run may take {} ms, this one takes longer", max.as_millis());
            return Err(StoreError::Busy { what });
        }
        Ok(())
    }
}

impl Unit {
    fn limit(&self, since: Instant) -> Option<Limit> {
        self.time_max.map(|max| Limit { since, max })
    }

    fn enter(&self) -> StoreResult<MutexGuard<'_, State>> {
        let corrupt = |what: &str| StoreError::Corrupt { what: format!("a unit of work {what}") };
        let state = self.state.try_lock().map_err(|_| corrupt("is used within itself"))?;
        if state.ended {
            return Err(corrupt("is used after its end"));
        }
        let limit = state.open.as_ref().and_then(|(_, since)| self.limit(*since));
        limit.map_or(Ok(()), Limit::check)?;
        Ok(state)
    }

    pub(super) fn write<T, E>(
        &self,
        db: &Database,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut state = self.enter()?;
        for attempt in 1.. {
            let opened = state.open.take();
            let first = opened.is_none();
            let (mut conn, since) = match opened {
                Some((slot, since)) => (db.inner.writers.attach(slot), since),
                None => (db.begun_to_write()?, Instant::now()),
            };
            let faults = conn.faults();
            faults.clear();
            let mut tx = Tx::on(&mut conn, db.memo()).within(self.limit(since));
            let result = match first {
                true => db.step(&mut tx, &mut work),
                false => tx.savepoint(|tx| db.step(tx, &mut work)),
            };
            let posted = tx.has_posted();
            let refused = match result {
                Ok(value) => {
                    state.posted |= posted;
                    state.open = conn.detach().map(|slot| (slot, since));
                    return Ok(value);
                }
                Err(refused) => refused,
            };
            if !first {
                state.open = conn.detach().map(|slot| (slot, since));
                return Err(refused);
            }
            // nothing is kept: no transaction stays open while the caller thinks again
            let _ = rollback(&mut conn);
            if !faults.retryable() || attempt >= WRITE_TRIES_MAX {
                return Err(refused);
            }
            drop(conn);
            std::thread::sleep(Duration::from_millis(u64::from(attempt * attempt) * 3));
        }
        Err(StoreError::Busy { what: "the transaction lost too often".to_owned() }.into())
    }

    /// `None`: nothing was written yet, the database is read as always.
    fn read<T, E>(
        &self,
        db: &Database,
        work: &mut impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Option<Result<T, E>>
    where
        E: From<StoreError>,
    {
        let mut state = match self.enter() {
            Ok(state) => state,
            Err(error) => return Some(Err(error.into())),
        };
        let (slot, since) = state.open.take()?;
        let mut conn = db.inner.writers.attach(slot);
        // a statement that fails spoils the transaction on PostgreSQL
        let result = Tx::on(&mut conn, db.memo()).savepoint(|tx| work(tx.conn()));
        state.open = conn.detach().map(|slot| (slot, since));
        Some(result)
    }
}

/// Ends a unit when it goes out of scope, also when the work panicked: the connection goes back to its pool.
struct End<'a> {
    db: &'a Database,
    unit: Arc<Unit>,
}

impl End<'_> {
    fn commit(self) -> StoreResult<()> {
        let Some((slot, posted)) = self.close() else { return Ok(()) };
        let mut conn = self.db.inner.writers.attach(slot);
        if let Err(error) = committed(&mut conn, posted) {
            let _ = rollback(&mut conn);
            return Err(error);
        }
        drop(conn);
        self.db.passed();
        if posted {
            self.db.inner.unsealed.raise();
        }
        Ok(())
    }
    fn close(&self) -> Option<(Slot, bool)> {
        let mut state = self.unit.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.ended = true;
        let (slot, _) = state.open.take()?;
        Some((slot, state.posted))
    }
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        if let Some((slot, _)) = self.close() {
            // a failed rollback costs the connection: the pool drops it
            let _ = rollback(&mut self.db.inner.writers.attach(slot));
        }
    }
}

impl Database {
    /// Runs `work`, whose writes are one transaction: committed if it succeeds, undone if not.
    ///
    /// # Errors
    /// Those of `work`; those of the commit.
    pub fn together<T, E>(&self, work: impl FnOnce(&Database) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let (db, end) = self.unit(None);
        let value = work(&db)?;
        end.commit()?;
        Ok(value)
    }

    /// Runs `work` as if it were meant, and undoes all it wrote. No use-case that writes once holds a transaction while a
    /// guest runs; one that writes again and again does, for at most `Options::rehearsal_ms_max`. One that writes once, and
    /// long, is held to that at each of its savepoints.
    ///
    /// # Errors
    /// Those of `work`; `Busy` when it takes too long.
    pub fn rehearse<T>(&self, work: impl FnOnce(&Database) -> T) -> T {
        let (db, _end) = self.unit(Some(Duration::from_millis(self.inner.rehearsal_ms_max)));
        work(&db)
    }

    /// Whether this handle is of a unit that has begun to write: until it ends, another connection's write may wait for it.
    pub fn is_writing(&self) -> bool {
        // one that is being used is written through
        self.unit
            .as_ref()
            .is_some_and(|unit| unit.state.try_lock().map_or(true, |state| state.open.is_some()))
    }

    fn unit(&self, time_max: Option<Duration>) -> (Database, End<'_>) {
        let unit = Arc::new(Unit { state: Mutex::default(), time_max });
        (Database { unit: Some(unit.clone()), ..self.clone() }, End { db: self, unit })
    }

    /// The same database, with `check` as the first step of the first write transaction made through this handle: what it
    /// looks at and what the work writes are one transaction. It locks what it looks at.
    #[must_use]
    pub fn guarded(&self, check: impl Fn(&mut Tx<'_>) -> StoreResult<()> + Send + Sync + 'static) -> Self {
        let guard = Guard { check: Box::new(check), passed: AtomicBool::new(false) };
        Database { guard: Some(Arc::new(guard)), ..self.clone() }
    }

    pub(crate) fn passed(&self) {
        if let Some(guard) = &self.guard {
            guard.passed.store(true, Ordering::Relaxed);
        }
    }

    /// Guard, work, fence.
    pub(crate) fn step<T, E>(
        &self,
        tx: &mut Tx<'_>,
        work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        match &self.guard {
            Some(guard) if !guard.passed.load(Ordering::Relaxed) => (guard.check)(tx)?,
            _ => {}
        }
        let value = work(tx)?;
        if let Some(fence) = &self.fence {
            fence(tx)?;
        }
        Ok(value)
    }

    pub(super) fn in_unit<T, E>(
        &self,
        work: &mut impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Option<Result<T, E>>
    where
        E: From<StoreError>,
    {
        self.unit.as_ref()?.read(self, work)
    }
}
