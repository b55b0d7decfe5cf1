//! Group commit on SQLite. A commit costs a flush to the disk, and there is one writer: were each small write committed by
//! itself, the disk would say how many there are in a second. So a transaction that has done its work hands the writer, with
//! the transaction still open, to whoever waits for it, and waits for the commit that the last of the group makes for all.
//!
//! | step | who |
//! |---|---|
//! | `BEGIN IMMEDIATE` | the first of a group |
//! | its work; where it fails, rollback, and there is no group | the first: nobody else's work can be undone by that |
//! | a savepoint, its work, release or rollback | each after the first, alone on the connection |
//! | `COMMIT` | the first after whom nobody waits, or the one who fills the group |
//! | answer | each, after the commit; at once where its work failed, for that is undone |
//!
//! A write is acknowledged after the flush that holds it, as before. If the commit fails, everybody's write failed. If a thread
//! panics in its work, the transaction is lost with its connection, and the others of the group run again; so they do where SQLite
//! undoes all of it for an error of one (decision 122).

use crate::conn::{self, Database, Tx};
use crate::error::{StoreError, StoreResult};
use crate::pool::Taken;
use crate::signal::Signal;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Writes of one commit.
pub(crate) const MEMBERS_MAX: u32 = 64;
/// How long the first of a group may wait for those behind it before the next commits.
pub(crate) const OPEN_MS_MAX: u64 = 20;

/// How a group ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Committed,
    /// Nothing of it was committed, and trying again may help.
    Lost,
    /// The commit was refused.
    Failed(String),
}

/// Writes that are committed together.
#[derive(Debug)]
pub(crate) struct Group {
    state: Mutex<State>,
    ended: Condvar,
    began: Instant,
}

#[derive(Debug, Default)]
struct State {
    members: u32,
    posted: bool,
    end: Option<End>,
}

impl Group {
    pub fn new() -> Self {
        Group { state: Mutex::default(), ended: Condvar::new(), began: Instant::now() }
    }

    /// One more write is in; whether the group is now full.
    pub fn join(&self, posted: bool) -> bool {
        let mut state = self.lock();
        state.members += 1;
        state.posted |= posted;
        state.members >= MEMBERS_MAX || self.began.elapsed() >= Duration::from_millis(OPEN_MS_MAX)
    }

    /// Nobody's work stands in it yet.
    fn is_new(&self) -> bool {
        self.lock().members == 0
    }

    /// Whether something in it is to be sealed.
    pub fn posted(&self) -> bool {
        self.lock().posted
    }

    /// Tells everybody; only the first end counts.
    pub fn end(&self, end: End) {
        let mut state = self.lock();
        if state.end.is_none() {
            state.end = Some(end);
            self.ended.notify_all();
        }
    }

    /// Waits for the end, at most so long.
    pub fn wait(&self, at_most: Duration) -> Option<End> {
        let state = self.lock();
        let running = |state: &mut State| state.end.is_none();
        let (state, _) =
            self.ended.wait_timeout_while(state, at_most, running).unwrap_or_else(PoisonError::into_inner);
        state.end.clone()
    }

    // every change is a single step: a panic elsewhere leaves it whole
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a write of a lost group is tried again.
const TRIES_MAX: u32 = 6;
/// How often a waiting write looks whether it was left alone with an open transaction: whoever was to come may have given up.
const LOOK_MS: u64 = 2;

impl Database {
    /// [`Database::write`] on SQLite.
    pub(crate) fn write_grouped<T, E>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        for _ in 0..TRIES_MAX {
            let mut conn = self.writer()?;
            let group = joined(&mut conn);
            // a savepoint makes SQLite keep a copy of every page that is then written: the first needs none
            let first = group.is_new();
            let (result, posted) = match self.in_turn(&mut conn, &mut work, first) {
                Ok(done) => done,
                Err(lost) => {
                    spoil(conn, &group);
                    return Err(lost);
                }
            };
            if first && result.is_err() {
                // its transaction is undone, and nobody has joined it
                conn.set_group(None);
                return result;
            }
            let full = group.join(posted);
            if full || !conn.is_awaited() {
                // what becomes of it, the group tells
                let _ = close(&mut conn, self.unsealed());
            } else if first && let Err(lost) = conn::check_stands(&mut conn) {
                // who joins would be alone in it, and commit by herself what the group does not
                spoil(conn, &group);
                return Err(lost.into());
            }
            // with the transaction open, to the next
            drop(conn);
            // who failed waits too: nobody else may be left to end the transaction
            let end = self.ended(&group);
            let value = result?;
            match end {
                End::Committed => {
                    self.passed();
                    return Ok(value);
                }
                End::Failed(what) => return Err(StoreError::Unavailable { what }.into()),
                End::Lost => {}
            }
        }
        Err(StoreError::Busy { what: "the transactions beside it were lost too often".to_owned() }.into())
    }

    /// The outcome of `work` and of the fence, undone where it failed, and whether something is to be sealed. `Err`: the
    /// transaction is broken, with what `work` itself was refused with where it was.
    fn in_turn<T, E>(
        &self,
        conn: &mut Taken<'_>,
        work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
        first: bool,
    ) -> Result<(Result<T, E>, bool), E>
    where
        E: From<StoreError>,
    {
        if !first {
            conn::nest(conn)?;
        }
        let mut tx = Tx::on(conn, self.memo());
        let result = self.step(&mut tx, work);
        let posted = tx.has_posted() && result.is_ok();
        let ended = match &result {
            Ok(_) if first => conn::check_open(conn),
            Ok(_) => conn::commit(conn),
            Err(_) => conn::rollback(conn),
        };
        match (ended, result) {
            (Ok(()), result) => Ok((result, posted)),
            (Err(gone), result) => {
                let undone = conn::undone(conn, gone);
                result.and(Err(undone.into()))
            }
        }
    }

    fn ended(&self, group: &Arc<Group>) -> End {
        loop {
            if let Some(end) = group.wait(Duration::from_millis(LOOK_MS)) {
                return end;
            }
            if let Some(mut left) = self.writers().take_left(group) {
                // what becomes of it, the group tells
                let _ = close(&mut left, self.unsealed());
            }
        }
    }
}

/// The group whose transaction is open on the connection: a new one where the connection was not handed on.
fn joined(conn: &mut Taken<'_>) -> Arc<Group> {
    conn.group().unwrap_or_else(|| {
        let group = Arc::new(Group::new());
        conn.set_group(Some(group.clone()));
        group
    })
}

/// Commits the group that is open on the connection, if there is one, and tells its members.
pub(crate) fn close(conn: &mut Taken<'_>, unsealed: &Signal) -> StoreResult<()> {
    let Some(group) = conn.group() else { return Ok(()) };
    conn.set_group(None);
    match conn::committed(conn, group.posted()) {
        Ok(()) => {
            if group.posted() {
                unsealed.raise();
            }
            group.end(End::Committed);
            Ok(())
        }
        Err(error) => {
            // a failed rollback costs the connection: the pool drops it
            let _ = conn::rollback(conn);
            group.end(End::Failed(format!("the commit was refused: {error}")));
            Err(error)
        }
    }
}

/// The transaction is not what it was: SQLite undoes all of it when a disk is full ([`conn::undone`]). The connection goes.
fn spoil(mut conn: Taken<'_>, group: &Group) {
    conn.set_group(None);
    // what is left of it, if anything
    while conn::rollback(&mut conn).is_ok() {}
    group.end(End::Lost);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::conn::Conn;
    use crate::testing::TestDb;
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

    fn db() -> TestDb {
        let db = TestDb::sqlite();
        db.db()
            .write(|tx| {
                tx.batch_execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")?;
                // as a full disk does
                let undo = "CREATE TRIGGER undo BEFORE INSERT ON t WHEN NEW.n < 0 BEGIN SELECT RAISE(ROLLBACK, 'undone'); END";
                Ok::<_, StoreError>(tx.batch_execute(undo)?)
            })
            .unwrap();
        db
    }
    fn put(conn: &mut Conn, n: i32) -> StoreResult<()> {
        Ok(conn.batch_execute(&format!("INSERT INTO t VALUES ({n})"))?)
    }
    fn count(conn: &mut Conn) -> i64 {
        diesel::dsl::sql::<diesel::sql_types::BigInt>("SELECT count(*) FROM t").get_result(conn).unwrap()
    }
    /// Returns when somebody waits for the writer.
    fn until_awaited(db: &Database) {
        while !db.writers().is_awaited() {
            std::thread::yield_now();
        }
    }

    /// Runs a first write that ends when a second waits; what the second saw of the first before and after the hand-over.
    fn two(
        second: impl Fn(&Database, &mut Tx<'_>) -> StoreResult<()> + Sync,
    ) -> (StoreResult<u32>, std::thread::Result<StoreResult<()>>, i64) {
        let db = db();
        let (inside, runs) = (Barrier::new(2), AtomicU32::new(0));
        let ends = std::thread::scope(|scope| {
            let first = scope.spawn(|| {
                db.db().write(|tx| {
                    put(tx, 1)?;
                    if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                        inside.wait();
                        until_awaited(db.db());
                    }
                    Ok(runs.load(Ordering::Relaxed))
                })
            });
            let second = scope.spawn(|| {
                inside.wait();
                db.db().write(|tx| second(db.db(), tx))
            });
            (first.join().unwrap(), second.join())
        });
        (ends.0, ends.1, db.db().read(|conn| Ok::<_, StoreError>(count(conn))).unwrap())
    }

    #[test]
    fn who_waits_joins_and_sees_what_is_not_committed_yet() {
        const TRIES: u32 = 50;
        // a slow machine may fill the first group by time alone: then there were two commits, and both stand
        let joined = (0..TRIES).any(|_| {
            let committed = AtomicI64::new(-1);
            let (first, second, rows) = two(|db, tx| {
                let by_others = db.read(|conn| Ok::<_, StoreError>(count(conn)))?;
                committed.store(by_others, Ordering::Relaxed);
                assert_eq!(count(tx), 1, "the second stands on the first");
                put(tx, 2)
            });
            assert_eq!((first.unwrap(), second.unwrap().is_ok(), rows), (1, true, 2));
            committed.load(Ordering::Relaxed) == 0
        });
        assert!(joined, "in none of {TRIES} tries did the second write come before the commit of the first");
    }

    #[test]
    fn who_fails_undoes_only_itself() {
        let (first, second, rows) = two(|_, tx| {
            put(tx, 2)?;
            put(tx, 1)
        });
        assert!(matches!(second.unwrap(), Err(StoreError::Unique { .. })));
        assert_eq!((first.unwrap(), rows), (1, 1));
    }

    #[test]
    fn who_fails_first_undoes_only_itself() {
        let db = db();
        for n in 1..3 {
            let failed = db.db().write(|tx| {
                put(tx, n)?;
                put(tx, n)
            });
            assert!(matches!(failed, Err(StoreError::Unique { .. })));
            db.db().write(|tx| put(tx, n)).unwrap();
        }
        assert_eq!(db.db().read(|conn| Ok::<_, StoreError>(count(conn))).unwrap(), 2);
    }

    #[test]
    fn who_panics_takes_no_acknowledged_write_along() {
        let (first, second, rows) = two(|_, tx| {
            put(tx, 2)?;
            panic!("in a write")
        });
        assert!(second.is_err());
        // run again, unless it was committed before the second came
        assert!((1..=2).contains(&first.unwrap()));
        assert_eq!(rows, 1);
    }

    /// By a statement of which the connection does not learn that it ended the transaction.
    fn put_unseen(conn: &mut Conn, n: i32) -> StoreResult<()> {
        let Conn::Sqlite(conn) = conn else { panic!("SQLite") };
        diesel::sql_query(format!("INSERT INTO t VALUES ({n})")).execute(conn)?;
        Ok(())
    }

    #[test]
    fn who_lives_through_the_end_of_the_transaction_writes_nothing_more() {
        for put_failing in [put, put_unseen] {
            let (first, second, rows) = two(|_, tx| {
                put(tx, 2)?;
                let undone = tx.savepoint(|tx| put_failing(tx, -1));
                assert!(matches!(undone, Err(StoreError::Busy { .. })), "{undone:?}");
                assert!(put(tx, 3).is_err(), "it would be committed by itself");
                assert!(tx.savepoint(|tx| put(tx, 4)).is_err());
                Ok(())
            });
            assert!(matches!(second.unwrap(), Err(StoreError::Busy { .. })));
            assert!((1..=2).contains(&first.unwrap()), "run again, unless it was committed before");
            assert_eq!(rows, 1);
        }
    }

    #[test]
    fn who_is_refused_with_the_whole_transaction_is_told_why_and_the_others_run_again() {
        for put_failing in [put, put_unseen] {
            let (first, second, rows) = two(|_, tx| {
                put(tx, 2)?;
                put_failing(tx, -1)
            });
            let refused = second.unwrap().unwrap_err();
            let why = std::error::Error::source(&refused).map(ToString::to_string);
            assert_eq!(why.as_deref(), Some("undone"), "{refused:?}");
            assert!((1..=2).contains(&first.unwrap()));
            assert_eq!(rows, 1);
        }
    }

    #[test]
    fn a_transaction_that_was_undone_is_handed_to_nobody() {
        for put_failing in [put, put_unseen] {
            let db = db();
            let inside = Barrier::new(2);
            let (first, second) = std::thread::scope(|scope| {
                let first = scope.spawn(|| {
                    db.db().write(|tx| {
                        assert!(put_failing(tx, -1).is_err());
                        inside.wait();
                        until_awaited(db.db());
                        Ok::<_, StoreError>(())
                    })
                });
                let second = scope.spawn(|| {
                    inside.wait();
                    db.db().write(|tx| put(tx, 2))
                });
                (first.join().unwrap(), second.join().unwrap())
            });
            assert!(matches!(first, Err(StoreError::Busy { .. })), "{first:?}");
            second.unwrap();
            assert_eq!(db.db().read(|conn| Ok::<_, StoreError>(count(conn))).unwrap(), 1);
        }
    }

    #[test]
    fn a_unit_whose_transaction_was_undone_commits_nothing() {
        let db = db();
        let done = db.db().together(|unit| {
            unit.write(|tx| put(tx, 1))?;
            let undone = unit.write(|tx| {
                assert!(tx.savepoint(|tx| put_unseen(tx, -1)).is_err());
                put(tx, 2)
            });
            assert!(matches!(undone, Err(StoreError::Busy { .. })), "{undone:?}");
            assert!(unit.write(|tx| put(tx, 3)).is_err(), "it would be committed by itself");
            Ok::<_, StoreError>(())
        });
        assert!(done.is_err());
        // and the next write has a connection that writes
        db.db().write(|tx| put(tx, 4)).unwrap();
        assert_eq!(db.db().read(|conn| Ok::<_, StoreError>(count(conn))).unwrap(), 1);
    }

    #[test]
    fn a_write_is_there_for_every_reader_when_it_is_acknowledged() {
        let db = db();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let db = db.db();
                scope.spawn(move || {
                    for n in 0..50 {
                        let n = thread * 1000 + n;
                        db.write(|tx| put(tx, n)).unwrap();
                        let there = format!("SELECT count(*) FROM t WHERE n = {n}");
                        let found = db.read(|conn| {
                            Ok::<i64, StoreError>(
                                diesel::dsl::sql::<diesel::sql_types::BigInt>(&there).get_result(conn)?,
                            )
                        });
                        assert_eq!(found.unwrap(), 1);
                    }
                });
            }
        });
        assert_eq!(db.db().read(|conn| Ok::<_, StoreError>(count(conn))).unwrap(), 400);
    }

    #[test]
    fn writes_that_wait_for_each_other_share_commits() {
        let (group, other) = (Group::new(), Group::new());
        assert!(
            (1..MEMBERS_MAX)
                .all(|_| !group.join(false) || group.began.elapsed() >= Duration::from_millis(OPEN_MS_MAX))
        );
        assert!(group.join(true) && group.posted() && !other.posted());
        assert_eq!(group.wait(Duration::ZERO), None);
        group.end(End::Committed);
        group.end(End::Lost);
        assert_eq!(group.wait(Duration::ZERO), Some(End::Committed));
    }
}
