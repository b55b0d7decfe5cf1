//! What a serving process does beside answering, each on a thread of its own: the sequencer seals what is committed
//! (woken by commits of this process, it looks every [`POLL_MS`] for those of others), a worker does queued jobs.

use app::App;
use app::job::Worker;
use domain::ids::CompanyId;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use store::{StoreError, query, sequencer};

/// How late a commit of another process is sealed at most, when nothing fails.
pub const POLL_MS: u64 = 50;
/// A sequencer that is gone is replaced after so long.
const LEASE_S: i64 = 10;
/// Pause after a failure, so that a database that is away is not hammered.
const FAILED_PAUSE_MS: u64 = 1_000;

/// The threads; they end when this is stopped or dropped.
pub struct Background {
    app: App,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts them.
///
/// # Errors
/// The operating system gives no thread.
pub fn start(app: &App) -> io::Result<Background> {
    let mut background = Background { app: app.clone(), stop: Arc::default(), threads: Vec::new() };
    background.spawn("sequencer", |app, stop| Sequencer::new(app).run(stop))?;
    background.spawn("jobs", |app, stop| app::job::worker(app, &Worker::new(app, 1), stop))?;
    Ok(background)
}

impl Background {
    fn spawn(&mut self, name: &str, work: impl FnOnce(&App, &AtomicBool) + Send + 'static) -> io::Result<()> {
        let (app, stop) = (self.app.clone(), self.stop.clone());
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&app, &stop))?;
        self.threads.push(thread);
        Ok(())
    }
    /// Lets the threads finish what they are at, and waits.
    pub fn stop(mut self) {
        self.end();
    }
    fn end(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.app.db.unsealed().raise();
        for thread in self.threads.drain(..) {
            let name = thread.thread().name().unwrap_or_default().to_owned();
            if thread.join().is_err() {
                tracing::error!(thread = name, "a thread panicked");
            }
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.end();
    }
}

struct Sequencer<'a> {
    app: &'a App,
    /// Names this process in the leases.
    owner: String,
    /// Companies whose lease may be held.
    held: BTreeSet<CompanyId>,
}

impl<'a> Sequencer<'a> {
    fn new(app: &'a App) -> Self {
        // two containers may both be process 1: the instant tells them apart
        let owner = format!("{}-{}", std::process::id(), chrono::Utc::now().timestamp_micros());
        Sequencer { app, owner, held: BTreeSet::new() }
    }

    fn run(mut self, stop: &AtomicBool) {
        let mut seen = 0;
        loop {
            let ending = stop.load(Ordering::Relaxed);
            let failed = self
                .pass()
                .inspect_err(|error| tracing::error!(%error, "the sequencer failed; trying again"));
            if ending {
                break;
            }
            let pause = if failed.is_err() { FAILED_PAUSE_MS } else { POLL_MS };
            if failed.is_err() {
                std::thread::sleep(Duration::from_millis(pause));
            }
            seen = self.app.db.unsealed().wait(seen, Duration::from_millis(pause));
        }
        for company in &self.held {
            if let Err(error) = sequencer::release(&self.app.db, *company, &self.owner) {
                tracing::warn!(%error, "a lease was not given back; it runs out");
            }
        }
    }

    /// Seals what is there, batch by batch; companies another process serves are left to it.
    fn pass(&mut self) -> Result<(), StoreError> {
        for company in self.app.db.read(query::unsealed::companies)? {
            while let Some(sealed) =
                sequencer::seal_leased(&self.app.db, company, &self.owner, LEASE_S, sequencer::BATCH_MAX)?
            {
                self.held.insert(company);
                if sealed == 0 {
                    break;
                }
                tracing::debug!(%company, sealed, "sealed");
            }
        }
        Ok(())
    }
}
