//! What a serving process does beside answering, each on a thread of its own: the sequencer seals what is committed
//! (woken by commits of this process, it looks every [`POLL_MS`] for those of others), a worker does queued jobs, and what reports
//! start from is kept up to date.

use app::App;
use app::job::Worker;
use domain::ids::CompanyId;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::{StoreError, query, sequencer};

/// How late a commit of another process is sealed at most, when nothing fails.
pub const POLL_MS: u64 = 50;
/// A sequencer that is gone is replaced after so long.
const LEASE_S: i64 = 10;
/// How often it is looked whether checkpoints of balances are due.
const KEEP_EVERY: Duration = Duration::from_secs(60);
/// Pause after a failure, so that a database that is away is not hammered.
const FAILED_PAUSE: Duration = Duration::from_secs(1);

/// The threads; they end when this is stopped or dropped.
pub struct Background {
    app: App,
    /// In the order in which they end: the sequencer last, so that what a job commits at its end is sealed.
    threads: Vec<Thread>,
}

struct Thread {
    stop: Arc<AtomicBool>,
    handle: JoinHandle<()>,
}

/// Starts them.
///
/// # Errors
/// The operating system gives no thread.
pub fn start(app: &App) -> io::Result<Background> {
    let mut background = Background { app: app.clone(), threads: Vec::new() };
    let worker = Worker::new(app, 1);
    background.spawn("jobs", move |app, stop| app::job::worker(app, &worker, stop))?;
    background.spawn("checkpoints", keep_checkpoints)?;
    // two containers may both be process 1: the instant tells them apart
    let owner = format!("{}-{}", std::process::id(), chrono::Utc::now().timestamp_micros());
    background.spawn("sequencer", move |app, stop| Sequencer::new(app, owner.clone()).run(stop))?;
    Ok(background)
}

impl Background {
    fn spawn(
        &mut self,
        name: &'static str,
        work: impl Fn(&App, &AtomicBool) + Send + 'static,
    ) -> io::Result<()> {
        let (app, stop) = (self.app.clone(), Arc::new(AtomicBool::new(false)));
        let told = stop.clone();
        let run = move || again_and_again(name, &told, FAILED_PAUSE, || work(&app, &told));
        let handle = std::thread::Builder::new().name(name.to_owned()).spawn(run)?;
        self.threads.push(Thread { stop, handle });
        Ok(())
    }
    /// Lets the threads finish what they are at, and waits.
    pub fn stop(mut self) {
        self.end();
    }
    fn end(&mut self) {
        for Thread { stop, handle } in self.threads.drain(..) {
            stop.store(true, Ordering::Relaxed);
            self.app.db.unsealed().raise();
            // a panic was told when it happened
            let _ = handle.join();
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.end();
    }
}

/// Looks at each company in turn, then waits [`KEEP_EVERY`]. One that fails is told and tried again with the next turn: reports
/// are as right without.
fn keep_checkpoints(app: &App, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        let companies = app.db.read(query::companies::list).unwrap_or_else(|error| {
            tracing::warn!(%error, "checkpoints are not kept: the companies cannot be read");
            Vec::new()
        });
        for company in companies {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            match app::checkpoint::keep_due(app, company.id) {
                Ok(written) => tracing::debug!(company = %company.id, written, "checkpoints"),
                Err(error) => tracing::warn!(company = %company.id, %error, "checkpoints are not kept"),
            }
        }
        let until = Instant::now() + KEEP_EVERY;
        while Instant::now() < until && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(POLL_MS));
        }
    }
}

/// Does `work` until it ends. One that panics is a fault of ours, but neither sealing nor jobs stop for it until somebody
/// restarts the server: it is told, and the work begins again after a pause. What it had open is undone as its transaction
/// and its leases run out.
fn again_and_again(name: &str, stop: &AtomicBool, pause: Duration, work: impl Fn()) {
    while let Err(panic) = catch_unwind(AssertUnwindSafe(&work)) {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        tracing::error!(thread = name, panic = %text, "a thread panicked; it begins again");
        if stop.load(Ordering::Relaxed) {
            return;
        }
        std::thread::sleep(pause);
    }
}

struct Sequencer<'a> {
    app: &'a App,
    /// Names this process in the leases.
    owner: String,
    /// Companies whose lease may be held.
    held: BTreeSet<CompanyId>,
    /// Companies that failed, and when they are tried again: the others do not wait for that.
    resting: BTreeMap<CompanyId, Instant>,
}

impl<'a> Sequencer<'a> {
    fn new(app: &'a App, owner: String) -> Self {
        Sequencer { app, owner, held: BTreeSet::new(), resting: BTreeMap::new() }
    }

    fn run(mut self, stop: &AtomicBool) {
        let app = self.app;
        // from now on who reads waits for it, briefly
        let _running = app.db.sealing().begin();
        let mut seen = 0;
        while !stop.load(Ordering::Relaxed) {
            match self.turn() {
                Ok(true) => {}
                Ok(false) => seen = self.app.db.unsealed().wait(seen, Duration::from_millis(POLL_MS)),
                Err(error) => {
                    tracing::error!(%error, "the sequencer failed; trying again");
                    std::thread::sleep(FAILED_PAUSE);
                }
            }
        }
        // what this process committed last; others may still be writing, and their own process seals that
        if let Err(error) = sequencer::drain_all(&self.app.db) {
            tracing::error!(%error, "not all is sealed; the next process does it");
        }
        for company in &self.held {
            if let Err(error) = sequencer::release(&self.app.db, *company, &self.owner) {
                tracing::warn!(%error, "a lease was not given back; it runs out");
            }
        }
    }

    /// One batch of each company that has something to seal, so that none waits for another that does not stop
    /// writing; companies another process serves are left to it. Gives whether there is more.
    fn turn(&mut self) -> Result<bool, StoreError> {
        let mut more = false;
        for company in self.app.db.read(query::unsealed::companies)? {
            if self.resting.get(&company).is_some_and(|until| Instant::now() < *until) {
                continue;
            }
            self.resting.remove(&company);
            match sequencer::seal_leased(&self.app.db, company, &self.owner, LEASE_S, sequencer::BATCH_MAX) {
                Ok(None) => {}
                Ok(Some(sealed)) => {
                    self.held.insert(company);
                    more |= sealed > 0;
                    tracing::debug!(%company, sealed, "sealed");
                }
                Err(error) => {
                    tracing::error!(%company, %error, "a company cannot be sealed; trying again");
                    self.resting.insert(company, Instant::now() + FAILED_PAUSE);
                }
            }
        }
        Ok(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn work_that_panics_begins_again_until_it_ends_or_is_stopped() {
        let stop = AtomicBool::new(false);
        let begun = Cell::new(0);
        again_and_again("test", &stop, Duration::ZERO, || {
            begun.set(begun.get() + 1);
            assert!(begun.get() > 2, "not yet");
        });
        assert_eq!(begun.get(), 3);
        again_and_again("test", &stop, Duration::ZERO, || {
            begun.set(begun.get() + 1);
            stop.store(true, Ordering::Relaxed);
            panic!("while the server ends");
        });
        assert_eq!(begun.get(), 4);
    }
}
