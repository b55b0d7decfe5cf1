//! A fair pool: callers are served in the order they came, each waits at most so long, and a waiting caller is
//! woken alone. The same pool, with one connection, is SQLite's writer queue: waiting in Rust costs nothing and is
//! fair, while SQLite's own `busy_timeout` polls and starves.

use crate::conn::Conn;
use crate::error::{Fault, StoreError, StoreResult, fault};
use crate::group::{End, Group};
use diesel::connection::{Connection, InstrumentationEvent};
use diesel::r2d2::R2D2Connection;
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

type Connect = dyn Fn() -> StoreResult<Conn> + Send + Sync;

pub(crate) struct Pool {
    state: Mutex<State>,
    max: usize,
    wait_max: Duration,
    name: &'static str,
    connect: Box<Connect>,
}

#[derive(Default)]
struct State {
    idle: Vec<Slot>,
    /// Connections that exist, idle or taken.
    open: usize,
    queue: VecDeque<Arc<Condvar>>,
}

pub(crate) struct Slot {
    conn: Conn,
    faults: Arc<Faults>,
    /// Of a transaction that is open on it, for the next to join.
    group: Option<Arc<Group>>,
}

/// Set by the connection's instrumentation when a statement fails, so that the transaction loop knows what
/// happened even when the caller turned the error into one of its own.
#[derive(Default)]
pub(crate) struct Faults {
    retryable: AtomicBool,
    closed: AtomicBool,
}

impl Faults {
    pub(crate) fn clear(&self) {
        self.retryable.store(false, Ordering::Relaxed);
    }
    pub(crate) fn retryable(&self) -> bool {
        self.retryable.load(Ordering::Relaxed)
    }
    pub(crate) fn closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }
    /// Whether `error` says that the connection is gone; remembers it.
    pub(crate) fn died(&self, error: &diesel::result::Error) -> bool {
        self.note(error);
        self.closed()
    }
    fn note(&self, error: &diesel::result::Error) {
        match fault(error) {
            Some(Fault::Retryable) => self.retryable.store(true, Ordering::Relaxed),
            Some(Fault::Closed) => self.closed.store(true, Ordering::Relaxed),
            None => {}
        }
    }
}

impl Pool {
    pub(crate) fn new(
        name: &'static str,
        max: usize,
        wait_max: Duration,
        connect: impl Fn() -> StoreResult<Conn> + Send + Sync + 'static,
    ) -> Self {
        Pool { state: Mutex::default(), max: max.max(1), wait_max, name, connect: Box::new(connect) }
    }

    /// A connection, in the order of asking; `Busy` after `wait_max`.
    pub(crate) fn take(&self) -> StoreResult<Taken<'_>> {
        let deadline = Instant::now() + self.wait_max;
        let mut state = self.lock();
        if !state.queue.is_empty() || (state.idle.is_empty() && state.open >= self.max) {
            state = self.wait(state, deadline)?;
        }
        let idle = state.idle.pop();
        if idle.is_none() {
            state.open += 1;
        }
        // one release may serve two: whoever is next and finds something goes on
        if !state.idle.is_empty() || state.open < self.max {
            wake_first(&state);
        }
        drop(state);
        let fresh = idle.is_none();
        let slot = match idle {
            Some(slot) => slot,
            None => self.open().inspect_err(|_| self.forget())?,
        };
        slot.faults.clear();
        Ok(Taken { pool: self, slot: Some(slot), fresh })
    }

    /// Whether somebody waits for a connection.
    pub(crate) fn is_awaited(&self) -> bool {
        !self.lock().queue.is_empty()
    }

    /// The connection on which `group` is open, if it lies idle and nobody comes for it.
    pub(crate) fn take_left(&self, group: &Arc<Group>) -> Option<Taken<'_>> {
        let mut state = self.lock();
        if !state.queue.is_empty() {
            return None;
        }
        let of_group = |slot: &Slot| slot.group.as_ref().is_some_and(|open| Arc::ptr_eq(open, group));
        let at = state.idle.iter().position(of_group)?;
        let slot = state.idle.swap_remove(at);
        Some(Taken { pool: self, slot: Some(slot), fresh: false })
    }

    /// Waits until this caller is first in the queue and there is something to take.
    fn wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        deadline: Instant,
    ) -> StoreResult<MutexGuard<'a, State>> {
        let me = Arc::new(Condvar::new());
        state.queue.push_back(me.clone());
        loop {
            let first = state.queue.front().is_some_and(|front| Arc::ptr_eq(front, &me));
            if first && (!state.idle.is_empty() || state.open < self.max) {
                state.queue.pop_front();
                return Ok(state);
            }
            let now = Instant::now();
            if now >= deadline {
                state.queue.retain(|waiting| !Arc::ptr_eq(waiting, &me));
                wake_first(&state);
                let what = format!("no {} within {} ms", self.name, self.wait_max.as_millis());
                return Err(StoreError::Busy { what });
            }
            state = me.wait_timeout(state, deadline - now).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// A connection that was [`Taken::detach`]ed from this pool, to be used again or given back.
    pub(crate) fn attach(&self, slot: Slot) -> Taken<'_> {
        Taken { pool: self, slot: Some(slot), fresh: false }
    }

    fn open(&self) -> StoreResult<Slot> {
        let mut conn = (self.connect)()?;
        let faults = Arc::new(Faults::default());
        let seen = faults.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event {
                seen.note(error);
            }
        });
        Ok(Slot { conn, faults, group: None })
    }

    fn forget(&self) {
        let mut state = self.lock();
        state.open = state.open.saturating_sub(1);
        wake_first(&state);
    }

    fn put(&self, slot: Slot) {
        let mut state = self.lock();
        state.idle.push(slot);
        wake_first(&state);
    }

    // a panic elsewhere leaves the queue whole: every change to it is a single step
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake_first(state: &State) {
    if let Some(first) = state.queue.front() {
        first.notify_one();
    }
}

/// A connection that goes back to its pool when dropped, unless it is broken or in a transaction.
pub(crate) struct Taken<'a> {
    pool: &'a Pool,
    slot: Option<Slot>,
    fresh: bool,
}

impl Taken<'_> {
    /// Whether the connection was made for this caller: then a closed connection is no accident of idling.
    pub(crate) fn is_fresh(&self) -> bool {
        self.fresh
    }
    /// The group whose transaction is open on the connection.
    pub(crate) fn group(&self) -> Option<Arc<Group>> {
        self.slot.as_ref().and_then(|slot| slot.group.clone())
    }
    pub(crate) fn set_group(&mut self, group: Option<Arc<Group>>) {
        if let Some(slot) = &mut self.slot {
            slot.group = group;
        }
    }
    /// Whether somebody waits for a connection.
    pub(crate) fn is_awaited(&self) -> bool {
        self.pool.is_awaited()
    }
    /// Takes the connection out of the pool's sight, as it is, until [`Pool::attach`].
    pub(crate) fn detach(mut self) -> Option<Slot> {
        self.slot.take()
    }
    pub(crate) fn faults(&self) -> Arc<Faults> {
        self.slot.as_ref().map(|slot| slot.faults.clone()).unwrap_or_default()
    }
}

#[allow(clippy::expect_used)] // the slot leaves in `drop` alone
impl Deref for Taken<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.slot.as_ref().expect("taken until dropped").conn
    }
}
#[allow(clippy::expect_used)]
impl DerefMut for Taken<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.slot.as_mut().expect("taken until dropped").conn
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let Some(mut slot) = self.slot.take() else { return };
        // the next in the queue may join an open transaction that is whole
        let broken = slot.group.is_none() && slot.conn.is_broken();
        if std::thread::panicking() || slot.faults.closed() || broken {
            if let Some(group) = &slot.group {
                group.end(End::Lost);
            }
            drop(slot);
            self.pool.forget();
        } else {
            self.pool.put(slot);
        }
    }
}
