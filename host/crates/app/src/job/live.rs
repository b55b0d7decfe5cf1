//! The jobs that this process is at: how far each is, and whether somebody calls it off. A job that is a whole notes nothing in its row
//! while its transaction is open, and on SQLite nobody else writes then: both are told here, beside the database (decision 90).
//!
//! A job of another process is not here: its row is all that is known of it, and who calls it off waits for its transaction.

use domain::ids::JobId;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::query::jobs::Claim;
use store::rows::Job;
use store::types::JobStatus;

/// What a job tells of itself, and what it is told.
#[derive(Debug, Default)]
pub(super) struct Figures {
    done: AtomicU64,
    total: AtomicU64,
    called_off: AtomicBool,
}

impl Figures {
    pub(super) fn set(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }
    pub(super) fn get(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
    pub(super) fn is_called_off(&self) -> bool {
        self.called_off.load(Ordering::Relaxed)
    }
}

/// The jobs under way, by id, each with the attempt that is made.
#[derive(Debug, Default)]
pub struct Live(Mutex<BTreeMap<JobId, (i32, Arc<Figures>)>>);

impl Live {
    /// An attempt begins; it is over when what is given is dropped.
    pub(super) fn begin(&self, claim: Claim) -> Attempt<'_> {
        let figures = Arc::new(Figures::default());
        self.all().insert(claim.id, (claim.attempt, figures.clone()));
        Attempt { live: self, id: claim.id, figures }
    }
    /// Whether this process is at it.
    pub(super) fn has(&self, id: JobId) -> bool {
        self.all().contains_key(&id)
    }
    /// A row with the figures of this moment, if this process is at its job.
    pub(crate) fn shown(&self, row: Job) -> Job {
        match self.all().get(&row.id) {
            Some((attempt, figures)) if row.status == JobStatus::Running && *attempt == row.attempt => {
                let (done, total) = figures.get();
                Job { done, total, ..row }
            }
            _ => row,
        }
    }
    /// Tells a job to stop at its next step; gives whether this process is at it.
    pub(super) fn call_off(&self, id: JobId) -> bool {
        let all = self.all();
        let Some((_, figures)) = all.get(&id) else { return false };
        figures.called_off.store(true, Ordering::Relaxed);
        true
    }
    // each change is a single step: a panic elsewhere leaves it whole
    fn all(&self) -> MutexGuard<'_, BTreeMap<JobId, (i32, Arc<Figures>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt under way.
pub(super) struct Attempt<'a> {
    live: &'a Live,
    id: JobId,
    figures: Arc<Figures>,
}

impl Deref for Attempt<'_> {
    type Target = Figures;
    fn deref(&self) -> &Figures {
        &self.figures
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut all = self.live.all();
        // another attempt of this process may stand there by now
        if all.get(&self.id).is_some_and(|(_, figures)| Arc::ptr_eq(figures, &self.figures)) {
            all.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::ids::CompanyId;
    use domain::time::Instant;
    use serde_json::json;
    use store::types::Json;
    use uuid::Uuid;

    fn row(id: JobId, attempt: i32, status: JobStatus) -> Job {
        Job {
            company: CompanyId::new(Uuid::nil()),
            id,
            kind: "import".to_owned(),
            payload: Json(json!({})),
            status,
            owner: None,
            leased_until: None,
            attempt,
            done: 1,
            total: 9,
            result: None,
            error: None,
            created_by: "system".to_owned(),
            created_at: Instant::from_micros(0).unwrap(),
            finished_at: None,
            input: None,
            problem: None,
        }
    }

    #[test]
    fn figures_are_of_the_attempt_that_is_made_and_go_with_it() {
        let (live, id) = (Live::default(), JobId::new(Uuid::from_u128(7)));
        let shown = |attempt, status| {
            let job = live.shown(row(id, attempt, status));
            (job.done, job.total)
        };
        assert!(!live.has(id) && !live.call_off(id));
        let attempt = live.begin(Claim::from(&row(id, 2, JobStatus::Running)));
        attempt.set(5, 8);
        assert_eq!(shown(2, JobStatus::Running), (5, 8));
        assert_eq!(shown(1, JobStatus::Running), (1, 9), "of another attempt");
        assert_eq!(shown(2, JobStatus::Done), (1, 9), "what is over stands in its row");
        assert!(!attempt.is_called_off() && live.call_off(id) && attempt.is_called_off());
        // taken over within the process: the end of the first leaves the second
        let second = live.begin(Claim::from(&row(id, 3, JobStatus::Running)));
        second.set(6, 8);
        drop(attempt);
        assert_eq!(shown(3, JobStatus::Running), (6, 8));
        assert!(!second.is_called_off(), "it was not told");
        drop(second);
        assert!(!live.has(id));
    }
}
