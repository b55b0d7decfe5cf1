//! An application on its own, without a server: seeded, with a clock that stands until it is set.

use app::App;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::time::{Clock, Instant};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Database;
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

/// A plugin runtime with its cache of compiled components in `folder`.
///
/// # Errors
/// What the runtime says.
pub fn runtime(folder: &Path) -> anyhow::Result<Arc<runtime::Runtime>> {
    Ok(Arc::new(runtime::Runtime::new(runtime::RuntimeSettings::new(folder.to_owned()))?))
}

/// A renderer with the system's font of Chinese glyphs; looking for it takes a while.
///
/// # Errors
/// Where there is none.
pub fn renderer() -> anyhow::Result<Arc<render::Renderer>> {
    Ok(Arc::new(render::Renderer::new(render::FontSource::find(None)?)))
}

/// Everything drawn at random is drawn from `seed`: the same calls give the same books on every database.
///
/// # Errors
/// Without built-in plugins, or where they cannot be installed.
pub fn seeded(
    db: &Database,
    clock: Arc<SetClock>,
    seed: u64,
    runtime: Arc<runtime::Runtime>,
    renderer: Arc<render::Renderer>,
) -> anyhow::Result<App> {
    let builtins = zhangben::wiring::builtins();
    anyhow::ensure!(!builtins.is_empty(), "{}", zhangben::wiring::NO_BUILTINS);
    let app = App {
        db: Arc::new(db.clone()),
        runtime,
        renderer: Some(renderer),
        clock,
        random: Arc::new(SeededRandom::new(seed)),
        keyring: app::vault::Keyring::new(Some([9; 32])),
        builtins: Arc::new(builtins.to_vec()),
    };
    app::plugin::install_builtins(&app, &Actor::System)?;
    Ok(app)
}
