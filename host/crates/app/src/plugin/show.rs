//! A plugin as its company sees it before it binds it: what admission said, and whether a configuration would do.

use super::install::known_to;
use crate::App;
use crate::common::{Common, authorise, there};
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use runtime::{ConfigError, Limits, Plugin};
use serde_json::Value;
use store::query::plugins::PluginSummary;
use store::{Conn, query};

/// One plugin, and what the host lets it take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub plugin: PluginSummary,
    /// Bytes of the component.
    pub size: u64,
    pub limits: Limits,
}

/// What came of trying a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tried {
    /// What is refused: a pointer into the configuration and why; nothing where it is accepted.
    pub problems: Vec<(String, String)>,
}

/// A plugin that the company knows of.
pub fn show(app: &App, actor: &Actor, company: CompanyId, digest: Digest) -> Result<Shown, Common> {
    authorise(actor, Noun::Plugins, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let plugin = known(conn, company, digest)?;
        let size = match plugin.manifest.0.get("size").and_then(Value::as_u64) {
            Some(size) => size,
            // admitted by a host that did not keep it
            None => {
                let bytes = query::plugins::bytes(conn, digest)?.unwrap_or_default();
                u64::try_from(bytes.len()).unwrap_or(u64::MAX)
            }
        };
        Ok(Shown { plugin, size, limits: *app.runtime.limits() })
    })
}

fn known(conn: &mut Conn, company: CompanyId, digest: Digest) -> Result<PluginSummary, Common> {
    let found = known_to(conn, company)?.into_iter().find(|one| one.digest == digest);
    there(found, "plugin", digest)
}

/// Has a plugin look at a configuration, by its schema and by itself, without binding it.
pub fn try_config(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    digest: Digest,
    config: &Value,
) -> Result<Tried, Common> {
    authorise(actor, Noun::Plugins, Verb::Configure, company)?;
    let plugin = app.db.snapshot(|conn| known(conn, company, digest))?;
    if let Err(Common::Invalid { message, .. }) = super::bind::canonical_config(config) {
        return Ok(Tried { problems: vec![(String::new(), message)] });
    }
    match loaded(app, &plugin)?.configure(config) {
        Ok(_) => Ok(Tried::default()),
        Err(ConfigError::Schema(violations)) => {
            Ok(Tried { problems: violations.into_iter().map(|one| (one.pointer, one.message)).collect() })
        }
        Err(ConfigError::Refused(problems)) => {
            Ok(Tried { problems: problems.iter().map(|one| (String::new(), one.to_string())).collect() })
        }
        Err(ConfigError::Canonical(error)) => {
            Ok(Tried { problems: vec![(String::new(), error.to_string())] })
        }
        Err(ConfigError::Call(error)) => {
            let (reason, retryable) = (error.to_string(), error.retryable());
            Err(Common::PluginFailed { world: plugin.world, plugin: label(&plugin), reason, retryable })
        }
    }
}

/// The component, compiled.
pub(super) fn loaded(app: &App, plugin: &PluginSummary) -> Result<Plugin, Common> {
    let bytes = || super::bytes_of(app, plugin.digest);
    app.runtime.load(&plugin.digest, bytes).map_err(|error| Common::PluginFailed {
        world: plugin.world,
        plugin: label(plugin),
        reason: error.to_string(),
        retryable: false,
    })
}

fn label(plugin: &PluginSummary) -> String {
    format!("{} {}", plugin.name, plugin.version)
}
