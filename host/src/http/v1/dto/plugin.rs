//! Plugins and bindings.

use super::bank::statuses;
use super::leaf::Date;
use app::plugin::{BindPlugin, Bound, Installed, Shown, Tried};
use domain::plugin::World;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::query::plugins::PluginSummary;
use store::rows::Binding;
use store::types::BindingStatus;
use utoipa::ToSchema;

/// What a component serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorldName {
    Tax,
    Statement,
    Reconciliation,
    Bank,
}

impl From<WorldName> for World {
    fn from(name: WorldName) -> Self {
        match name {
            WorldName::Tax => World::Tax,
            WorldName::Statement => World::Statement,
            WorldName::Reconciliation => World::Reconciliation,
            WorldName::Bank => World::Bank,
        }
    }
}

/// A component that was admitted. It serves nobody until it is bound.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstalledView {
    /// SHA-256 of the component.
    pub digest: String,
    /// tax | statement | reconciliation | bank
    pub world: String,
    pub name: String,
    pub version: String,
    /// These very bytes were admitted before.
    pub already: bool,
}

impl From<Installed> for InstalledView {
    fn from(installed: Installed) -> Self {
        InstalledView {
            digest: installed.digest.to_string(),
            world: installed.world.name().to_owned(),
            name: installed.name,
            version: installed.version,
            already: installed.already,
        }
    }
}

/// An admitted component.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plugin)]
pub struct PluginOut {
    pub digest: String,
    pub world: String,
    pub name: String,
    pub version: String,
    /// What it says of itself.
    pub summary: String,
    /// JSON Schema (2020-12) of its configuration.
    pub config_schema: Option<Value>,
    /// It came with this binary or an earlier one.
    pub builtin: bool,
    /// RFC 3339.
    pub admitted_at: String,
}

impl From<PluginSummary> for PluginOut {
    fn from(info: PluginSummary) -> Self {
        let said = |name: &str| info.manifest.0.get(name).and_then(Value::as_str);
        PluginOut {
            summary: said("summary").unwrap_or_default().to_owned(),
            // admission checked that it is a schema
            config_schema: said("config_schema").and_then(|schema| serde_json::from_str(schema).ok()),
            builtin: info.builtin,
            admitted_at: info.admitted_at.to_string(),
            digest: info.digest.to_string(),
            world: info.world.name().to_owned(),
            name: info.name,
            version: info.version,
        }
    }
}

/// An admitted component, with what admission said of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginDetail)]
pub struct PluginDetailOut {
    #[serde(flatten)]
    pub plugin: PluginOut,
    /// Bytes of the component.
    pub size: u64,
    /// Who brought it.
    pub admitted_by: String,
    /// Tables of the host that it looks things up in.
    pub lookups: Vec<LookupView>,
    /// Its functions on examples, twice each; absent where an earlier host admitted it, which kept none.
    pub conformance: Option<Vec<ConformanceView>>,
    pub limits: PluginLimitsView,
}

/// A table of the host.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LookupView {
    pub name: String,
    pub key_columns: Vec<String>,
}

/// One step of the conformance run.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ConformanceView {
    pub step: String,
    /// answered | refused | not-run
    pub outcome: String,
    pub detail: Option<String>,
    /// What it took of `limits`.
    pub fuel: Option<u64>,
    pub memory_peak_bytes: Option<u64>,
}

/// What the host lets one call of a people-sized input take.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginLimitsView {
    pub memory_bytes_max: u64,
    /// For each message, whatever it holds; items and bytes add to it.
    pub fuel_base_max: u64,
    pub fuel_per_item_max: u64,
    pub time_ms_max: u64,
}

impl From<Shown> for PluginDetailOut {
    fn from(shown: Shown) -> Self {
        let said = |name: &str| shown.plugin.manifest.0.get(name).cloned().unwrap_or_default();
        let small = shown.limits.small;
        PluginDetailOut {
            size: shown.size,
            admitted_by: shown.plugin.admitted_by.clone(),
            // the host wrote both as they are read
            lookups: serde_json::from_value(said("lookups")).unwrap_or_default(),
            conformance: serde_json::from_value(said("conformance")).unwrap_or_default(),
            limits: PluginLimitsView {
                memory_bytes_max: u64::try_from(small.memory_bytes_max).unwrap_or(u64::MAX),
                fuel_base_max: small.fuel_base_max,
                fuel_per_item_max: small.fuel_per_item_max,
                time_ms_max: small.time_ms_max,
            },
            plugin: shown.plugin.into(),
        }
    }
}

/// A configuration to be tried.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigBody {
    /// Decimals in it are strings.
    #[schema(value_type = Object)]
    pub config: Value,
}

/// What came of trying a configuration.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedConfigView {
    pub accepted: bool,
    pub problems: Vec<ConfigProblemView>,
}

/// What is not accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfigProblemView {
    /// RFC 6901, into the body: begins with `/config`.
    pub pointer: String,
    pub message: String,
}

impl From<Tried> for TriedConfigView {
    fn from(tried: Tried) -> Self {
        let one = |(pointer, message): (String, String)| ConfigProblemView {
            pointer: format!("/config{pointer}"),
            message,
        };
        TriedConfigView {
            accepted: tried.problems.is_empty(),
            problems: tried.problems.into_iter().map(one).collect(),
        }
    }
}

/// Proposes a plugin for a slot from a day on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BindingBody {
    /// tax | statement | reconciliation | bank, or `bank:` and a qualifier that imports name: `bank:camt`.
    #[schema(example = "tax")]
    pub slot: String,
    /// SHA-256 of the component. Give this or `name`.
    pub digest: Option<String>,
    /// Name of an admitted component.
    pub name: Option<String>,
    /// Checked against the JSON Schema of the plugin; decimals in it are strings.
    #[serde(default = "empty")]
    #[schema(value_type = Object)]
    pub config: Value,
    pub valid_from: Date,
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

impl TryFrom<BindingBody> for BindPlugin {
    type Error = super::BodyError;

    fn try_from(body: BindingBody) -> Result<Self, super::BodyError> {
        let plugin = match (body.digest, body.name) {
            (Some(digest), None) => digest,
            (None, Some(name)) => name,
            (None, None) => return Err(super::BodyError::at("", "needs `digest` or `name`")),
            (Some(_), Some(_)) => {
                return Err(super::BodyError::at("/name", "stands beside `digest`: give one of them"));
            }
        };
        Ok(BindPlugin { slot: body.slot, plugin, config: body.config, valid_from: body.valid_from.0 })
    }
}

statuses! {
    /// Whether a binding is used: `pending` until another person activates or withdraws it.
    BindingStatusName of BindingStatus { Pending, Active, Withdrawn }
}

/// A binding that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoundView {
    pub id: String,
    pub digest: String,
    pub status: BindingStatusName,
}

impl From<Bound> for BoundView {
    fn from(bound: Bound) -> Self {
        BoundView { id: bound.id.to_string(), digest: bound.digest.to_string(), status: bound.status.into() }
    }
}

/// Which plugin serves a slot from a day on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Binding)]
pub struct BindingOut {
    pub id: String,
    pub slot: String,
    pub digest: String,
    #[schema(value_type = Object)]
    pub config: Value,
    pub config_digest: String,
    pub valid_from: Date,
    pub status: BindingStatusName,
    /// Who proposed it.
    pub created_by: String,
    /// RFC 3339.
    pub created_at: String,
    /// Who activated or withdrew it.
    pub decided_by: Option<String>,
    /// RFC 3339.
    pub decided_at: Option<String>,
}

impl From<Binding> for BindingOut {
    fn from(row: Binding) -> Self {
        BindingOut {
            id: row.id.to_string(),
            slot: row.slot,
            digest: row.digest.to_string(),
            // it was written as canonical JSON
            config: serde_json::from_str(&row.config).unwrap_or(Value::Null),
            config_digest: row.config_digest.to_string(),
            valid_from: Date(row.valid_from),
            status: row.status.into(),
            created_by: row.created_by,
            created_at: row.created_at.to_string(),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(|at| at.to_string()),
        }
    }
}
