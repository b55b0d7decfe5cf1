//! Settings → [`App`]: the one place where database, plugin runtime, renderer, clock and keys are put together.

use crate::settings::Settings;
use app::vault::Keyring;
use app::{App, Builtin};
use domain::actor::Actor;
use domain::random::Random;
use domain::time::Clock;
use render::{FontError, FontSource, Renderer};
use std::path::PathBuf;
use std::sync::Arc;
use store::migrate::{self, MigrateError};
use store::{Database, Options, StoreError};
use thiserror::Error;

/// The plugins this binary was built with (`host/build.rs`).
static BUILTINS: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/builtins.rs"));

/// The plugins this binary was built with; none when it was built before `cargo xtask plugins` ran.
pub fn builtins() -> &'static [Builtin] {
    BUILTINS
}

/// Said where built-in plugins are wanted and none are there.
pub const NO_BUILTINS: &str =
    "this zhangben was built without plugins: run `cargo xtask plugins`, then build it again";

/// Time and randomness.
#[derive(Clone)]
pub struct Sources {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

/// What to do about migrations that have not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Schema {
    /// Refuse: only who asks for a migration gets one.
    #[default]
    Current,
    /// Run them, making the database where there is none, and install the built-in plugins.
    Migrate,
}

/// What a command needs around the database.
#[derive(Debug, Clone, Copy, Default)]
pub struct Needs {
    pub schema: Schema,
    /// Whether PDFs will be made: otherwise no font is looked for.
    pub font: bool,
}

/// Why the application cannot be put together.
#[derive(Debug, Error)]
pub enum WiringError {
    #[error(transparent)]
    Database(#[from] StoreError),
    #[error(
        "the database {database} lacks {pending} of this version's migrations: run `zhangben migrate`{hint}"
    )]
    Unmigrated { database: String, pending: usize, hint: &'static str },
    #[error("the database {database} cannot be migrated")]
    Migrate { database: String, source: MigrateError },
    #[error("cannot make the folder {}", .path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("setting temp_dir: no file can be made in {}", .path.display())]
    Temporary { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Runtime(#[from] runtime::RuntimeError),
    #[error(transparent)]
    Font(#[from] FontError),
    #[error("the built-in plugins could not be installed")]
    Builtins(#[source] app::plugin::InstallPluginError),
}

/// Puts the application together. Runs no migration unless asked to.
pub fn open(settings: &Settings, sources: Sources, needs: Needs) -> Result<App, WiringError> {
    if needs.schema == Schema::Migrate {
        make_folder(&settings.data)?;
    }
    if let Some(folder) = &settings.temp_dir {
        temporary_files_in(folder)?;
    }
    let options = Options { create: needs.schema == Schema::Migrate, ..options(settings) };
    let db = Database::open(settings.database.reveal(), options)?;
    match needs.schema {
        Schema::Current => check_schema(&db, settings)?,
        Schema::Migrate => migrate(&db, settings)?,
    }
    let premises = crate::premises::of(settings, sources.clock.now());
    let app = App {
        db: Arc::new(db),
        runtime: Arc::new(plugin_runtime(settings)?),
        renderer: if needs.font { renderer(settings)? } else { None },
        clock: sources.clock,
        random: sources.random,
        keyring: Keyring::new(settings.vault_key.as_ref().map(crate::settings::VaultKey::reveal)),
        builtins: Arc::new(BUILTINS.to_vec()),
        hasher: Arc::default(),
        session_life: settings.session_life,
        sample: Some(crate::cli::load_sample),
        tasks: Some(crate::http::do_task),
        premises: Arc::new(premises),
        refusals: Some(crate::http::word_refusal),
        live: Arc::default(),
        claim: None,
        job: None,
    };
    if needs.schema == Schema::Migrate {
        install_builtins(&app)?;
    }
    Ok(app)
}

/// The built-in plugins into the database; those that are there already are left as they are.
pub fn install_builtins(app: &App) -> Result<(), WiringError> {
    app::plugin::install_builtins(app, &Actor::System).map_err(WiringError::Builtins)?;
    Ok(())
}

/// A plugin runtime alone, for commands that need no database.
pub fn plugin_runtime(settings: &Settings) -> Result<runtime::Runtime, WiringError> {
    Ok(runtime::Runtime::new(runtime::RuntimeSettings::new(&settings.cache_dir))?)
}

/// Opens the database alone, whatever its schema.
pub fn open_database(settings: &Settings, create: bool) -> Result<Database, WiringError> {
    if create {
        make_folder(&settings.data)?;
    }
    Ok(Database::open(settings.database.reveal(), Options { create, ..options(settings) })?)
}

/// Brings the schema up to date; one that a newer version made is refused.
pub fn migrate(db: &Database, settings: &Settings) -> Result<(), WiringError> {
    migrate::up(db)
        .map_err(|source| WiringError::Migrate { database: settings.database.to_string(), source })?;
    Ok(())
}

fn check_schema(db: &Database, settings: &Settings) -> Result<(), WiringError> {
    let database = settings.database.to_string();
    let status = match migrate::status(db) {
        Ok(status) => status,
        Err(source) => return Err(WiringError::Migrate { database, source }),
    };
    let pending = status.iter().filter(|migration| !migration.applied).count();
    if pending == 0 {
        return Ok(());
    }
    let hint = if pending == status.len() {
        " (it is empty: is it the right one?)"
    } else {
        " (a backup first is wise)"
    };
    Err(WiringError::Unmigrated { database, pending, hint })
}

/// A font that was named must do; one that was not may be missing, and statements then say so.
fn renderer(settings: &Settings) -> Result<Option<Arc<Renderer>>, WiringError> {
    match FontSource::find(settings.font.as_deref()) {
        Ok(font) => Ok(Some(Arc::new(Renderer::new(font)))),
        Err(error) if settings.font.is_some() => Err(error.into()),
        Err(error) => {
            tracing::warn!("{error}");
            Ok(None)
        }
    }
}

fn options(settings: &Settings) -> Options {
    let default = Options::default();
    Options {
        connections_max: settings.connections_max.unwrap_or(default.connections_max),
        wait_ms_max: settings.wait_ms_max.unwrap_or(default.wait_ms_max),
        ..default
    }
}

/// Of the whole process: the first folder that is named is the one.
fn temporary_files_in(folder: &PathBuf) -> Result<(), WiringError> {
    make_folder(folder)?;
    tempfile::tempfile_in(folder)
        .map_err(|source| WiringError::Temporary { path: folder.clone(), source })?;
    if let Some(named) = tempfile::env::override_temp_dir(folder).err().filter(|named| named != folder) {
        tracing::warn!("temporary files lie in {}: setting temp_dir names another folder", named.display());
    }
    Ok(())
}

fn make_folder(path: &PathBuf) -> Result<(), WiringError> {
    std::fs::create_dir_all(path).map_err(|source| WiringError::Folder { path: path.clone(), source })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_folder_of_temporary_files_is_made_and_takes_files() {
        // a folder that stays: it is the one of the whole process
        let folder = std::env::temp_dir();
        temporary_files_in(&folder).unwrap();
        assert_eq!(tempfile::env::temp_dir(), folder);
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = temporary_files_in(&file.path().join("below")).unwrap_err();
        assert!(matches!(refused, WiringError::Folder { .. }), "{refused}");
    }
}
