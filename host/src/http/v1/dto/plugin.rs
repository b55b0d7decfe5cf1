//! Plugins and bindings.

use super::leaf::Date;
use app::plugin::{BindPlugin, Bound, Installed};
use domain::plugin::World;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::query::plugins::PluginSummary;
use store::rows::Binding;
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

/// All admitted components.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginList {
    pub items: Vec<PluginOut>,
}

/// Puts a plugin in force for a slot from a day on.
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

/// A binding that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoundView {
    pub id: String,
    pub digest: String,
}

impl From<Bound> for BoundView {
    fn from(bound: Bound) -> Self {
        BoundView { id: bound.id.to_string(), digest: bound.digest.to_string() }
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
    pub created_by: String,
    /// RFC 3339.
    pub created_at: String,
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
            created_by: row.created_by,
            created_at: row.created_at.to_string(),
        }
    }
}

/// All bindings, newest first within a slot.
#[derive(Debug, Serialize, ToSchema)]
pub struct BindingList {
    pub items: Vec<BindingOut>,
}
