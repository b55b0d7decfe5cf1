//! What commands share: the settings as an application that is opened when a command wants it, the company it is
//! about and the actor it acts as.

use super::Global;
use super::failure::{Exit, Failure, OrFail as _, chain};
use super::out::Out;
use crate::settings::Settings;
use crate::sources::{ClockFrom, FixedClock, OsRandom, SeededRandom, SystemClock};
use crate::wiring::{self, Needs, Sources};
use app::App;
use chrono::{DateTime, Utc};
use clap::Args;
use domain::actor::Actor;
use domain::ids::CompanyId;
use domain::time::Instant;
use std::path::Path;
use std::sync::Arc;
use store::rows::Company;

/// What stands before a command does anything.
#[derive(Clone)]
pub struct Stage {
    pub settings: Settings,
    pub out: Out,
    sources: Sources,
    /// --clock was given.
    clock_stands: bool,
}

impl Stage {
    pub fn new(settings: Settings, global: &Global, out: Out) -> Result<Self, Failure> {
        let (stands, seed) = global.of_tests();
        let clock: Arc<dyn domain::time::Clock> = match stands {
            None => Arc::new(SystemClock),
            Some(text) => Arc::new(FixedClock(instant(text)?)),
        };
        let random: Arc<dyn domain::random::Random> = match seed {
            None => Arc::new(OsRandom),
            Some(seed) => Arc::new(SeededRandom::new(seed)),
        };
        Ok(Stage { settings, out, sources: Sources { clock, random }, clock_stands: stands.is_some() })
    }

    /// The same with a clock that starts at `at`, if the machine's is not that far yet and none was given.
    pub fn not_before(&self, at: DateTime<Utc>) -> Stage {
        let mut stage = self.clone();
        if !self.clock_stands && Utc::now() < at {
            stage.sources.clock = Arc::new(ClockFrom::new(at));
        }
        stage
    }

    /// Opens the database and everything around it.
    pub fn open(&self, needs: Needs) -> Result<App, Failure> {
        wiring::open(&self.settings, self.sources.clone(), needs).map_err(|e| wiring_failure(&e))
    }

    /// Sees to it that the built-in plugins of this very binary are in the database.
    pub fn built_in(&self, app: &App) -> Result<(), Failure> {
        if app.builtins.is_empty() {
            self.out.note(wiring::NO_BUILTINS);
        }
        wiring::install_builtins(app).map_err(|e| wiring_failure(&e))
    }

    /// Opens for a command about one company.
    pub fn enter(&self, scope: &Scope) -> Result<Session, Failure> {
        self.enter_with(scope, Needs::default())
    }

    pub fn enter_with(&self, scope: &Scope, needs: Needs) -> Result<Session, Failure> {
        let app = self.open(needs)?;
        self.session(app, scope)
    }

    /// A session on an application that is open.
    pub fn session(&self, app: App, scope: &Scope) -> Result<Session, Failure> {
        let company = find_company(&app, scope.company.as_deref())?;
        let actor = match &scope.login {
            None => Actor::System,
            Some(login) => app::company::user_actor(&app, company.id, login).or_fail()?,
        };
        Ok(Session { app, actor, company, out: self.out })
    }
}

/// Which company, as whom.
#[derive(Debug, Clone, Default, Args)]
pub struct Scope {
    /// Code of the company; may be left out where there is only one
    #[arg(long, value_name = "CODE")]
    pub company: Option<String>,
    /// Act as this user, with the user's roles, instead of as the operator
    // an id of its own: `user create` has a --login
    #[arg(id = "acting_as", long = "as", value_name = "LOGIN")]
    pub login: Option<String>,
}

/// An opened application, a company and an actor.
#[derive(Clone)]
pub struct Session {
    pub app: App,
    pub actor: Actor,
    pub company: Company,
    pub out: Out,
}

impl Session {
    pub fn id(&self) -> CompanyId {
        self.company.id
    }

    /// The same as another person.
    pub fn acting_as(&self, actor: Actor) -> Session {
        Session { actor, ..self.clone() }
    }

    /// Does `work` and seals what it committed, also when it fails half-way; its own failure is the one that is told.
    pub fn sealing<T>(&self, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let done = work();
        let sealed = self.seal();
        let done = done?;
        sealed?;
        Ok(done)
    }

    /// Seals what this command committed: it does not end before its entries stand in the chain.
    pub fn seal(&self) -> Result<(), Failure> {
        app::audit::seal_all(&self.app, self.company.id).or_fail().map(|_| ())
    }
}

fn find_company(app: &App, code: Option<&str>) -> Result<Company, Failure> {
    if let Some(code) = code {
        let found = app::company::find(app, code).or_fail()?;
        return found.ok_or_else(|| {
            Failure::not_found(format!("there is no company {code:?}: see `zhangben company list`"))
        });
    }
    let mut all = app::company::list(app).or_fail()?;
    match (all.pop(), all.len()) {
        (Some(only), 0) => Ok(only),
        (Some(last), _) => {
            let codes: Vec<String> = all.into_iter().chain([last]).map(|company| company.code).collect();
            Err(Failure::usage(format!("say which company with --company CODE: {}", codes.join(", "))))
        }
        (None, _) => {
            Err(Failure::not_found("there is no company yet: make one with `zhangben company create`"))
        }
    }
}

pub fn wiring_failure(error: &wiring::WiringError) -> Failure {
    use wiring::WiringError as E;
    let (exit, code) = match error {
        E::Unmigrated { .. } | E::Migrate { .. } => (Exit::Database, "schema"),
        E::Database(store::StoreError::Url { .. }) => (Exit::Usage, "database"),
        E::Database(_) => (Exit::Database, "database"),
        E::Font(_) => (Exit::Usage, "font"),
        E::Folder { .. } | E::Temporary { .. } => (Exit::Usage, "file"),
        E::Runtime(_) | E::Builtins(_) => (Exit::Internal, "internal"),
    };
    Failure::new(exit, code, chain(error))
}

/// The bytes of a file that an argument names; `-` is standard input.
pub fn file(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|e| Failure::file("read", path, &e))
}

/// An RFC 3339 instant.
fn instant(text: &str) -> Result<Instant, Failure> {
    chrono::DateTime::parse_from_rfc3339(text).map(|at| Instant::new(at.to_utc())).map_err(|e| {
        Failure::usage(format!("--clock {text:?} is not an instant as 2026-11-30T16:00:00Z: {e}"))
    })
}

/// A calendar date of an argument.
pub fn date(text: &str) -> Result<chrono::NaiveDate, String> {
    domain::time::parse_date(text).map_err(|e| e.to_string())
}
