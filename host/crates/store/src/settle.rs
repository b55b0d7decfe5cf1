//! Reading what one has written: reports are of what is sealed, and the sequencer seals a little after the commit. Who reads them
//! beside a sequencer waits until what was committed before is sealed, for at most [`WAIT_MAX`] and holding no connection.
//!
//! | | is told of it by |
//! |---|---|
//! | this process sealed it | a signal, after the commit of each batch |
//! | another process did, which has the lease | looking every 25 ms |
//! | nobody does: the lease of one that died has not run out, sealing fails | the time; until that is sealed nobody else waits in vain |

use crate::conn::Database;
use crate::error::StoreResult;
use crate::query::unsealed;
use crate::signal::Signal;
use domain::ids::CompanyId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a reader waits.
pub const WAIT_MAX: Duration = Duration::from_secs(1);
/// How often it looks whether another process has sealed.
const LOOK: Duration = Duration::from_millis(25);

/// What readers of this process know of its sequencers.
#[derive(Debug, Default)]
pub struct Sealing {
    running: AtomicUsize,
    sealed: Signal,
    /// Up to which number somebody waited in vain.
    in_vain: Mutex<HashMap<CompanyId, i64>>,
}

/// A sequencer runs in this process until this is dropped.
#[derive(Debug)]
pub struct Running<'a>(&'a Sealing);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Sealing {
    /// Says that a sequencer begins. Where none runs nobody waits.
    #[must_use]
    pub fn begin(&self) -> Running<'_> {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(self)
    }

    /// Something was sealed.
    pub(crate) fn raise(&self) {
        self.sealed.raise();
    }

    // every change is a single step: a panic elsewhere leaves it whole
    fn in_vain(&self) -> MutexGuard<'_, HashMap<CompanyId, i64>> {
        self.in_vain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until what is committed of a company is sealed. Asks one index where nothing waits; asks nothing where no sequencer runs, and
/// within a unit that writes, for which the sequencer may be waiting itself.
///
/// # Errors
/// Those of the database.
pub fn settle(db: &Database, company: CompanyId) -> StoreResult<()> {
    let sealing = db.sealing();
    if sealing.running.load(Ordering::Relaxed) == 0 || db.is_writing() {
        return Ok(());
    }
    let until = Instant::now() + WAIT_MAX;
    // before the first look: what is sealed after it is not missed
    let mut seen = sealing.sealed.wait(u64::MAX, Duration::ZERO);
    let Some(through) = db.read(|conn| unsealed::last(conn, company))? else { return Ok(()) };
    let in_vain = sealing.in_vain().get(&company).copied();
    if let Some(before) = in_vain {
        if db.read(|conn| unsealed::waits(conn, company, before))? {
            return Ok(());
        }
        sealing.in_vain().remove(&company);
    }
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            tracing::warn!(%company, "what was committed is not sealed yet: a report is answered without it");
            sealing.in_vain().insert(company, through);
            return Ok(());
        }
        seen = sealing.sealed.wait(seen, left.min(LOOK));
        if !db.read(|conn| unsealed::waits(conn, company, through))? {
            return Ok(());
        }
    }
}
