//! An application on its own, without a server: seeded, with a clock that stands until it is set.

use anyhow::Context;
use app::App;
use app::plugin::{BindPlugin, Bound};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::CompanyId;
use domain::time::{Clock, Instant};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::Database;
use store::types::BindingStatus;
use zhangben::sources::SeededRandom;

/// A clock that stands until it is set.
pub struct SetClock(AtomicI64);

impl SetClock {
    /// At noon in Shanghai, four in UTC.
    pub fn at(day: NaiveDate) -> Self {
        SetClock(AtomicI64::new(Self::noon(day)))
    }
    fn noon(day: NaiveDate) -> i64 {
        Instant::from_naive(day.and_time(chrono::NaiveTime::MIN) + chrono::TimeDelta::hours(4)).micros()
    }
    pub fn set(&self, day: NaiveDate) {
        self.0.store(Self::noon(day), Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::Relaxed))
            .unwrap_or_else(|| Instant::new(chrono::DateTime::UNIX_EPOCH))
    }
}

static RUNTIME: Mutex<Option<Arc<runtime::Runtime>>> = Mutex::new(None);
static RENDERER: Mutex<Option<Arc<render::Renderer>>> = Mutex::new(None);

/// What a process has one of.
fn once<T>(
    place: &Mutex<Option<Arc<T>>>,
    make: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<Arc<T>> {
    // a panic while it was made left nothing
    let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(made) = &*place {
        return Ok(made.clone());
    }
    let made = Arc::new(make()?);
    *place = Some(made.clone());
    Ok(made)
}

/// The key of the settings, which wraps the company's.
pub const SETTINGS_KEY: [u8; 32] = [9; 32];

/// Everything drawn at random is drawn from `seed`: the same calls give the same books on every database. No plugin is
/// installed. Runtime and renderer are the process's: compiling the built-ins and looking through the system's fonts take a
/// while. `cache` is the folder of the first runtime's compiled components.
///
/// # Errors
/// Without built-in plugins, a runtime, or a font with Chinese glyphs.
pub fn seeded(db: &Database, clock: Arc<dyn Clock>, seed: u64, cache: &Path) -> anyhow::Result<App> {
    let builtins = zhangben::wiring::builtins();
    anyhow::ensure!(!builtins.is_empty(), "{}", zhangben::wiring::NO_BUILTINS);
    let runtime = || Ok(runtime::Runtime::new(runtime::RuntimeSettings::new(cache.to_owned()))?);
    let font =
        || render::FontSource::find(None).context("cargo xtask test installs a font with Chinese glyphs");
    Ok(App {
        db: Arc::new(db.clone()),
        runtime: once(&RUNTIME, runtime)?,
        renderer: Some(once(&RENDERER, || Ok(render::Renderer::new(font()?)))?),
        clock,
        random: Arc::new(SeededRandom::new(seed)),
        keyring: app::vault::Keyring::new(Some(SETTINGS_KEY)),
        builtins: Arc::new(builtins.to_vec()),
        hasher: Arc::default(),
        session_life: app::people::SessionLife::default(),
        sample: Some(zhangben::cli::load_sample),
        tasks: Some(zhangben::http::do_task),
        premises: Arc::default(),
        refusals: Some(zhangben::http::word_refusal),
        live: Arc::default(),
        claim: None,
        job: None,
    })
}

/// Binds a plugin as a company does it: one proposes, another activates.
///
/// # Errors
/// Those of either.
pub fn bind(
    app: &App,
    [proposes, activates]: [&Actor; 2],
    company: CompanyId,
    input: &BindPlugin,
) -> anyhow::Result<Bound> {
    let bound = app::plugin::bind(app, proposes, company, input)?;
    anyhow::ensure!(bound.status == BindingStatus::Pending, "it is in force already");
    app::plugin::activate(app, activates, company, bound.id)?;
    Ok(bound)
}
