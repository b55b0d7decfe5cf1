//! The runtime: loads plugins by digest, compiled once, and keeps them ready.

use crate::artifact::{ArtifactError, ArtifactStore, Origin};
use crate::call::{CallError, Session};
use crate::config::{ConfigSchema, SchemaError};
use crate::engine::{EngineError, Engines};
use crate::inspect::{InspectError, header, inspect};
use crate::limits::{Class, Limits};
use crate::plugin::{Host, Plugin};
use crate::worlds::{Bound, common_v1};
use domain::canonical::Digest;
use domain::plugin::Manifest;
use domain::text::unfit;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use thiserror::Error;

/// How to make a [`Runtime`].
#[derive(Debug, Clone)]
pub struct RuntimeSettings {
    /// Directory of compiled plugins. It must belong to the host alone (it is made with mode 0700): what lies in it is
    /// executed. It may be deleted at any time.
    pub cache_directory: PathBuf,
    pub limits: Limits,
}

impl RuntimeSettings {
    pub fn new(cache_directory: impl Into<PathBuf>) -> Self {
        RuntimeSettings { cache_directory: cache_directory.into(), limits: Limits::default() }
    }
}

/// Why there is no runtime.
#[derive(Debug, Error)]
pub enum RuntimeError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Cache(#[from] ArtifactError),
}

/// Why a component cannot be used as a plugin.
#[derive(Debug, Error)]
pub enum LoadError {
    #[error(transparent)]
    Inspect(#[from] InspectError),
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    #[error("the plugin cannot be started: {0}")]
    Instantiate(#[source] CallError),
    #[error("the plugin cannot describe itself: {0}")]
    Describe(#[source] CallError),
    #[error("the plugin's manifest is wrong: {0}")]
    Manifest(String),
    #[error("the plugin's configuration schema {0}")]
    ConfigSchema(SchemaError),
}

/// How far a plugin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// In memory.
    Loaded,
    /// In the cache of compiled components.
    Compiled,
    /// It is compiled at its next call.
    Uncompiled,
}

/// Plugins kept ready. Beyond it those that nobody holds are dropped (their code stays in the cache).
const LOADED_MAX: usize = 256;

/// The plugin host. Cheap to clone; one for a process.
#[derive(Clone)]
pub struct Runtime {
    pub(crate) host: Arc<Host>,
    artifacts: Arc<ArtifactStore>,
    loaded: Arc<Mutex<HashMap<Digest, Plugin>>>,
}

impl Runtime {
    pub fn new(settings: RuntimeSettings) -> Result<Self, RuntimeError> {
        let engines = Engines::new(&settings.limits)?;
        let artifacts = ArtifactStore::new(settings.cache_directory)?;
        Ok(Runtime {
            host: Arc::new(Host { engines, limits: settings.limits }),
            artifacts: Arc::new(artifacts),
            loaded: Arc::default(),
        })
    }

    pub fn limits(&self) -> &Limits {
        &self.host.limits
    }
    /// The engine for records: `wasmtime 48.0.8 x86_64-unknown-linux-gnu 0123456789abcdef`, its version, the platform and
    /// 16 digits over configuration and processor features. Recorded beside fuel, which depends on them.
    pub fn engine(&self) -> String {
        format!("{} {}", env!("ZHANGBEN_ENGINE"), self.host.engines.hash)
    }

    /// The plugin with this digest. `bytes` is asked only if it is neither loaded nor compiled. It checks what the
    /// engine needs (imports, world, description); the full admission is [`Runtime::admit`](crate::Runtime::admit).
    pub fn load(
        &self,
        digest: &Digest,
        bytes: impl FnOnce() -> Result<Vec<u8>, String>,
    ) -> Result<Plugin, LoadError> {
        if let Some(plugin) = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(digest) {
            return Ok(plugin.clone());
        }
        let plugin = self.load_fresh(digest, bytes)?;
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if loaded.len() >= LOADED_MAX {
            loaded.retain(|_, plugin| Arc::strong_count(&plugin.0) > 1);
        }
        // Two threads may have loaded it at once; both must go on with one, so that it is compiled and checked once.
        Ok(loaded.entry(*digest).or_insert(plugin).clone())
    }

    /// What would be done before a plugin's next call.
    pub fn readiness(&self, digest: &Digest) -> Readiness {
        if self.loaded.lock().unwrap_or_else(PoisonError::into_inner).contains_key(digest) {
            return Readiness::Loaded;
        }
        match self.artifacts.has(&self.host.engines, digest) {
            true => Readiness::Compiled,
            false => Readiness::Uncompiled,
        }
    }

    /// Like [`Runtime::load`] for bytes at hand.
    pub fn open(&self, component: &[u8]) -> Result<Plugin, LoadError> {
        header(component)?;
        self.load(&Digest::of_bytes(component), || Ok(component.to_vec()))
    }

    fn load_fresh(
        &self,
        digest: &Digest,
        bytes: impl FnOnce() -> Result<Vec<u8>, String>,
    ) -> Result<Plugin, LoadError> {
        let host = &self.host;
        let (artifact, origin) =
            self.artifacts.get(&host.engines, digest, bytes).map_err(|error| match error {
                ArtifactError::Resources(limit) => LoadError::Instantiate(limit),
                other => LoadError::Artifact(other),
            })?;
        if origin == Origin::Compiled {
            tracing::debug!(%digest, engine = %host.engines.hash, "plugin compiled");
        }
        let world = inspect(&host.engines.small, &artifact.small)?;
        let bind = |class: Class, component| {
            Bound::new(host.engines.engine(class), component, world)
                .map_err(|e| LoadError::Instantiate(CallError::BadInterface { detail: format!("{e:#}") }))
        };
        let small = bind(Class::Small, &artifact.small)?;
        let bulk = bind(Class::Bulk, &artifact.bulk)?;
        let mut session =
            Session::open(&host.engines, &host.limits, Class::Small).map_err(LoadError::Instantiate)?;
        let instance = small.instantiate(&mut session).map_err(LoadError::Instantiate)?;
        let manifest = instance.describe(&mut session).map_err(LoadError::Describe)?;
        drop(session);
        let manifest = common_v1::manifest(manifest);
        check_manifest(&manifest).map_err(LoadError::Manifest)?;
        let schema = ConfigSchema::parse(&manifest.config_schema).map_err(LoadError::ConfigSchema)?;
        Ok(Plugin::new(Arc::clone(host), *digest, manifest, schema, (small, bulk)))
    }
}

/// Names appear in tables, records and file names: short, and of few characters.
fn check_manifest(manifest: &Manifest) -> Result<(), String> {
    let name = &manifest.name;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        return Err(format!("the name {name:?} is not 1 to 64 of a-z, 0-9 and -"));
    }
    let version_ok = !manifest.version.is_empty()
        && manifest.version.len() <= 64
        && manifest.version.chars().all(|c| c.is_ascii_graphic());
    if !version_ok {
        return Err(format!("the version {:?} is not 1 to 64 printable characters", manifest.version));
    }
    if manifest.summary.len() > 1_000 {
        return Err("the summary is longer than 1,000 bytes".to_owned());
    }
    if let Some(found) = unfit(&manifest.summary) {
        return Err(format!("the summary holds the control character {found:?}"));
    }
    if let Some(found) = unfit(&manifest.config_schema.replace("\r\n", "\n")) {
        return Err(format!("the configuration schema holds the control character {found:?}"));
    }
    let mut names: Vec<&str> = manifest.lookups.iter().map(|l| l.name.as_str()).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    if names.len() != count || names.contains(&"") {
        return Err("lookup tables need names, each another".to_owned());
    }
    Ok(())
}
