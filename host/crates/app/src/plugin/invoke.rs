//! A call of a bound plugin: which one is in force, and how the call is kept.

use crate::App;
use crate::common::{Common, Context, there};
use crate::vault::{self, NewKey, PreparedBlob, Secret};
use chrono::NaiveDate;
use domain::canonical::{self, Digest};
use domain::ids::{CompanyId, CustomerId, InvocationId};
use domain::plugin::{Computed, Manifest, World};
use runtime::{CallError, Called, ConfigError, LoadError};
use serde_json::Value;
use store::query::plugins::PluginSummary;
use store::query::settings::Settings;
use store::rows::{Binding, Invocation};
use store::types::KeyKind;
use store::{Conn, query};

/// The plugin in force for a slot at a date, loaded.
#[derive(Clone)]
pub struct BoundPlugin {
    pub world: World,
    pub digest: Digest,
    /// `name version`, for people.
    pub label: String,
    /// Canonical JSON.
    pub config: String,
    pub config_digest: Digest,
    pub configured: runtime::Configured,
}

/// The plugin in force for a slot at a date, as the rows have it: [`load`] it once no transaction is open.
pub struct FoundPlugin {
    binding: Binding,
}

/// Finds what is bound to `slot` (a world, or `world:qualifier`) at `date`.
pub fn find_bound(
    conn: &mut Conn,
    company: CompanyId,
    slot: &str,
    date: NaiveDate,
) -> Result<FoundPlugin, Common> {
    let binding = query::bindings::in_force(conn, company, slot, date)?
        .ok_or_else(|| Common::Unbound { slot: slot.to_owned(), date })?;
    Ok(FoundPlugin { binding })
}

/// As [`find_bound`], by settings at hand.
pub fn bound_by(settings: &Settings, slot: &str, date: NaiveDate) -> Result<FoundPlugin, Common> {
    let binding = settings.binding(slot, date).cloned();
    let binding = binding.ok_or_else(|| Common::Unbound { slot: slot.to_owned(), date })?;
    Ok(FoundPlugin { binding })
}

/// Loads and configures it. A component that this host has not compiled yet takes seconds, and the configuration is looked
/// at by the guest itself: call it while no transaction is open.
pub fn load(ctx: &Context<'_>, found: &FoundPlugin) -> Result<BoundPlugin, Common> {
    let FoundPlugin { binding } = found;
    let bytes = || bytes_of(ctx.app, binding.digest);
    let configured = configure(ctx, binding.digest, bytes, &binding.config)?;
    let plugin = configured.plugin();
    Ok(BoundPlugin {
        world: plugin.world(),
        digest: binding.digest,
        label: label(plugin.manifest()),
        config: binding.config.clone(),
        config_digest: binding.config_digest,
        configured,
    })
}

/// `name version`, for people.
fn label(manifest: &Manifest) -> String {
    format!("{} {}", manifest.name, manifest.version)
}

/// A plugin's bytes, read in a transaction of their own.
pub fn bytes_of(app: &App, digest: Digest) -> Result<Vec<u8>, String> {
    let bytes = app.db.read(|conn| Ok::<_, Common>(query::plugins::bytes(conn, digest)?));
    bytes.map_err(|e| e.to_string())?.ok_or_else(|| format!("the database has no plugin {digest}"))
}

/// A plugin that nothing binds, with a configuration of the host's: the built-in format that stands in.
pub fn unbound(
    ctx: &Context<'_>,
    world: World,
    digest: Digest,
    bytes: &[u8],
    config: &Value,
) -> Result<BoundPlugin, Common> {
    let config = String::from_utf8_lossy(&canonical::bytes(config)?).into_owned();
    let configured = configure(ctx, digest, || Ok(bytes.to_vec()), &config)?;
    let label = label(configured.plugin().manifest());
    let config_digest = canonical::digest_bytes("config.v1", config.as_bytes());
    Ok(BoundPlugin { world, digest, label, config, config_digest, configured })
}

fn configure(
    ctx: &Context<'_>,
    digest: Digest,
    bytes: impl FnOnce() -> Result<Vec<u8>, String>,
    config: &str,
) -> Result<runtime::Configured, Common> {
    let loaded = match ctx.app.runtime.load(&digest, bytes) {
        Ok(loaded) => loaded,
        Err(error) => return Err(not_loaded(ctx, digest, &error)),
    };
    if let Some(configured) = loaded.configured(config) {
        return Ok(configured);
    }
    let config: Value = serde_json::from_str(config)
        .map_err(|e| Common::Corrupt { what: "configuration", detail: e.to_string() })?;
    loaded.configure(&config).map_err(|error| {
        // a limit or a lack of place says nothing about the configuration
        let retryable = matches!(&error, ConfigError::Call(call) if call.retryable());
        let (world, plugin) = (loaded.world(), label(loaded.manifest()));
        Common::PluginFailed { world, plugin, reason: error.to_string(), retryable }
    })
}

/// Only its row says what a plugin is that cannot be loaded.
fn not_loaded(ctx: &Context<'_>, digest: Digest, error: &LoadError) -> Common {
    let row = ctx.app.db.read(|conn| there(query::plugins::by_digest(conn, digest)?, "plugin", digest));
    match row {
        Ok(PluginSummary { world, name, version, .. }) => Common::PluginFailed {
            world,
            plugin: format!("{name} {version}"),
            reason: error.to_string(),
            retryable: false,
        },
        Err(refused) => refused,
    }
}

/// A guest's failure as the use-case's refusal.
pub fn refuse(plugin: &BoundPlugin, error: CallError) -> Common {
    match error {
        CallError::Refused(problem) => {
            let (world, digest, plugin) = (plugin.world, plugin.digest, plugin.label.clone());
            Common::PluginRefused { world, plugin, digest, problem }
        }
        other => Common::PluginFailed {
            world: plugin.world,
            plugin: plugin.label.clone(),
            reason: other.to_string(),
            retryable: other.retryable(),
        },
    }
}

/// A recorded call as sealed content names it.
pub fn computed(row: &Invocation) -> Computed {
    Computed {
        invocation: row.id,
        plugin: row.plugin,
        config: row.config_digest,
        input: row.input_digest,
        output: row.output_digest,
    }
}

/// A call ready to be written: its key, blobs and row.
#[derive(Debug, Clone)]
pub struct PreparedInvocation {
    pub key: NewKey,
    pub input: PreparedBlob,
    pub output: PreparedBlob,
    pub row: Invocation,
}

impl PreparedInvocation {
    pub fn id(&self) -> InvocationId {
        self.row.id
    }
    /// The call as sealed content names it.
    pub fn computed(&self) -> Computed {
        computed(&self.row)
    }
    /// Writes keys, blobs and rows of some calls.
    ///
    /// # Errors
    /// A conflict if one of their parties was erased since she was loaded.
    pub fn write_all(tx: &mut store::Tx<'_>, calls: &[&Self]) -> Result<(), Common> {
        NewKey::write_all(tx, &calls.iter().map(|call| &call.key).collect::<Vec<_>>())?;
        let blobs: Vec<_> = calls.iter().flat_map(|call| [call.input.row(), call.output.row()]).collect();
        query::blobs::insert(tx, &blobs)?;
        let rows: Vec<_> = calls.iter().map(|call| call.row.clone()).collect();
        Ok(query::invocations::insert(tx, &rows)?)
    }
    /// As [`PreparedInvocation::write_all`], of one.
    pub fn write(&self, tx: &mut store::Tx<'_>) -> Result<(), Common> {
        Self::write_all(tx, &[self])
    }
}

/// Encrypts and commits to input and output of a call, under a key whose index names `parties`.
pub fn prepare<T>(
    ctx: &Context<'_>,
    company: CompanyId,
    company_key: &Secret,
    plugin: &BoundPlugin,
    called: &Called<T>,
    parties: Vec<CustomerId>,
) -> Result<PreparedInvocation, Common> {
    let missing = || Common::Corrupt { what: "call", detail: "it was not recorded".to_owned() };
    let record = called.record.as_ref().ok_or_else(missing)?;
    let unfit = |e: runtime::JsonError| Common::Corrupt { what: "call", detail: e.to_string() };
    let key = vault::fresh_key(ctx, company, company_key, KeyKind::Input, parties)?;
    let said = record.input().map_err(unfit)?;
    let input = key.blob(ctx, "application/json", &said.bytes())?;
    let output = key.blob(ctx, "application/json", &record.output().map_err(unfit)?)?;
    let row = Invocation {
        company,
        id: InvocationId::new(ctx.uuid()),
        world: plugin.world,
        plugin: plugin.digest,
        config: plugin.config.clone(),
        config_digest: plugin.config_digest,
        input: input.id,
        input_digest: said.digest(&input.plain_salt).map_err(unfit)?,
        output: output.id,
        output_digest: output.commitment,
        fuel: called.usage.fuel,
        memory_peak_bytes: called.usage.memory_peak_bytes,
        time_us: called.usage.time_us,
        engine: ctx.app.runtime.engine(),
        called_at: ctx.now,
    };
    Ok(PreparedInvocation { key, input, output, row })
}
