//! `plugin list`, `add` and `bind`: the database's plugins.

use super::component::{admit_failure, json_file};
use super::{BindArgs, DecideArgs};
use crate::cli::failure::{Failure, OrFail as _};
use crate::cli::out::{Column, table};
use crate::cli::session::{Session, Stage};
use crate::wiring::{self, Needs};
use app::plugin::{BindPlugin, InstallPluginError};
use domain::actor::Actor;
use serde_json::{Value, json};
use std::path::Path;
use store::types::BindingStatus;

pub fn list(stage: &Stage) -> Result<(), Failure> {
    let app = stage.open(Needs::default())?;
    stage.built_in(&app)?;
    let plugins = app::plugin::list(&app, &Actor::System).or_fail()?;
    let own = |digest: &str| {
        wiring::builtins().iter().any(|b| domain::canonical::Digest::of_bytes(b.bytes).to_string() == digest)
    };
    let rows: Vec<Value> = plugins
        .iter()
        .map(|plugin| {
            let digest = plugin.digest.to_string();
            json!({
                "name": plugin.name, "version": plugin.version, "world": plugin.world.name(),
                "builtin": own(&digest), "digest": digest,
            })
        })
        .collect();
    stage.out.result(&json!({"plugins": rows}), || {
        let columns = [
            Column::Text("name"),
            Column::Text("version"),
            Column::Text("world"),
            Column::Text("from"),
            Column::Text("digest"),
        ];
        let row = |plugin: &Value| {
            let text = |name: &str| plugin.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let from = if plugin.get("builtin") == Some(&Value::Bool(true)) {
                "this binary"
            } else {
                "upload, or another version"
            };
            vec![text("name"), text("version"), text("world"), from.to_owned(), text("digest")]
        };
        table(&columns, rows.iter().map(row))
    })
}

pub fn add(stage: &Stage, file: &Path) -> Result<(), Failure> {
    let bytes = std::fs::read(file).map_err(|e| Failure::file("read", file, &e))?;
    let app = stage.open(Needs::default())?;
    let installed = app::plugin::install(&app, &Actor::System, &bytes).map_err(|error| match error {
        InstallPluginError::NotAdmitted(admit) => admit_failure(&admit),
        InstallPluginError::Common(common) => Failure::from(crate::http::problem::Problem::from(common)),
    })?;
    let digest = installed.digest.to_string();
    let document = json!({
        "digest": digest, "world": installed.world.name(), "name": installed.name,
        "version": installed.version, "already": installed.already,
    });
    stage.out.result(&document, || {
        let known = if installed.already { " was known already" } else { " is admitted" };
        format!(
            "{} {} ({}){known}\nbind it with: zhangben plugin bind --slot {} --plugin {digest} --valid-from DATE",
            installed.name, installed.version, installed.world, installed.world
        )
    })
}

pub fn bind(stage: &Stage, args: &BindArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    stage.built_in(&session.app)?;
    let (Some(slot), Some(plugin), Some(valid_from)) = (&args.slot, &args.plugin, args.valid_from) else {
        return bindings(&session);
    };
    let config = match &args.config {
        Some(path) => json_file(path)?,
        None => json!({}),
    };
    let input = BindPlugin { slot: slot.clone(), plugin: plugin.clone(), config, valid_from };
    let bound = app::plugin::bind(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let document = json!({
        "id": bound.id.to_string(), "slot": slot, "digest": bound.digest.to_string(),
        "valid_from": valid_from.to_string(), "status": bound.status.name(),
    });
    session.out.result(&document, || match bound.status {
        BindingStatus::Pending => format!(
            "{slot} will be served by {plugin} ({}) from {valid_from} on, once another person activates {}",
            bound.digest, bound.id
        ),
        _ => format!("{slot} is served by {plugin} ({}) from {valid_from} on", bound.digest),
    })
}

pub fn decide(stage: &Stage, args: &DecideArgs, activate: bool) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let decide = if activate { app::plugin::activate } else { app::plugin::withdraw };
    let row = decide(&session.app, &session.actor, session.id(), args.id).or_fail()?;
    session.seal()?;
    let document = json!({"id": row.id.to_string(), "slot": row.slot, "status": row.status.name()});
    session.out.result(&document, || format!("{} of {} is {}", row.id, row.slot, row.status.name()))
}

fn bindings(session: &Session) -> Result<(), Failure> {
    let bindings = app::plugin::bindings(&session.app, &session.actor, session.id()).or_fail()?;
    let rows: Vec<Value> = bindings
        .iter()
        .map(|binding| {
            json!({
                "id": binding.id.to_string(), "slot": binding.slot, "digest": binding.digest.to_string(),
                "config_digest": binding.config_digest.to_string(), "valid_from": binding.valid_from.to_string(),
                "status": binding.status.name(),
            })
        })
        .collect();
    session.out.result(&json!({"bindings": rows}), || {
        let columns = [
            Column::Text("slot"),
            Column::Text("valid from"),
            Column::Text("status"),
            Column::Text("digest"),
        ];
        let row = |b: &store::rows::Binding| {
            let status = b.status.name().to_owned();
            vec![b.slot.clone(), b.valid_from.to_string(), status, b.digest.to_string()]
        };
        table(&columns, bindings.iter().map(row))
    })
}
