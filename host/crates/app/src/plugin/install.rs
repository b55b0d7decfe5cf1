use crate::common::{Common, authorise};
use crate::{App, Builtin};
use domain::actor::{Actor, Permission, Role};
use domain::canonical::Digest;
use domain::ids::{CompanyId, TokenId, UserId};
use domain::plugin::World;
use runtime::{AdmitError, Admitted, ConformanceStep, StepOutcome};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::query::plugins::PluginSummary;
use store::rows::Plugin;
use store::types::Json;
use store::{Conn, query};
use thiserror::Error;

/// An admitted plugin. `already`: these very bytes were known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub digest: Digest,
    pub world: World,
    pub name: String,
    pub version: String,
    pub already: bool,
}

#[derive(Debug, Error)]
pub enum InstallPluginError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("not admitted: {0}")]
    NotAdmitted(#[from] AdmitError),
}

crate::common::through_common!(InstallPluginError);

/// Admits a component: parsed, its imports checked, tried, compiled once. It serves nobody until it is bound.
pub fn install(app: &App, actor: &Actor, bytes: &[u8]) -> Result<Installed, InstallPluginError> {
    authorise_admission(actor)?;
    install_as(app, actor, bytes, false)
}

/// Plugins are the database's, not a company's: an administrator of any company, or the operator, admits them.
fn authorise_admission(actor: &Actor) -> Result<(), Common> {
    let allowed = match actor {
        Actor::System => true,
        Actor::User { roles, .. } | Actor::Key { roles, .. } => roles.contains(&Role::Administrator),
        Actor::Policy { .. } => false,
    };
    if allowed {
        return Ok(());
    }
    Err(Common::Forbidden { actor: actor.to_string(), permission: Permission::Configure })
}

fn install_as(
    app: &App,
    actor: &Actor,
    bytes: &[u8],
    builtin: bool,
) -> Result<Installed, InstallPluginError> {
    let digest = Digest::of_bytes(bytes);
    if let Some(known) = app.db.read(|conn| query::plugins::by_digest(conn, digest))? {
        let PluginSummary { world, name, version, .. } = known;
        return Ok(Installed { digest, world, name, version, already: true });
    }
    let admitted = app.runtime.admit(bytes)?;
    let row = Plugin {
        digest,
        world: admitted.world,
        name: admitted.manifest.name.clone(),
        version: admitted.manifest.version.clone(),
        manifest: Json(manifest_json(&admitted)),
        bytes: bytes.to_vec(),
        builtin,
        admitted_by: actor.to_string(),
        admitted_at: app.clock.now(),
    };
    // two hosts may admit the same built-in at the same time: the digest decides
    let inserted = app.db.write(|tx| query::plugins::insert(tx, &row))?;
    Ok(Installed { digest, world: row.world, name: row.name, version: row.version, already: !inserted })
}

/// Installs what came with the binary; a rebuilt built-in is a new version beside the old one and rebinds nothing.
pub fn install_builtins(app: &App, actor: &Actor) -> Result<Vec<Installed>, InstallPluginError> {
    authorise_admission(actor)?;
    app.builtins.iter().map(|builtin| install_as(app, actor, builtin.bytes, true)).collect()
}

/// Sees to it that one of them is in the database, where a call of it is about to be kept: the binary may have been exchanged
/// since they were installed, or nobody ever installed them here.
pub(crate) fn install_builtin(app: &App, builtin: &Builtin) -> Result<Digest, Common> {
    match install_as(app, &Actor::System, builtin.bytes, true) {
        Ok(installed) => Ok(installed.digest),
        Err(InstallPluginError::Common(refused)) => Err(refused),
        Err(InstallPluginError::NotAdmitted(error)) => Err(Common::Corrupt {
            what: "built-in plugin",
            detail: format!("{} is not admitted: {error}", builtin.name),
        }),
    }
}

/// The plugins this actor knows of, without their bytes: the operator all, others those of [`known_to`].
pub fn list(app: &App, actor: &Actor) -> Result<Vec<PluginSummary>, Common> {
    let Some(company) = actor.company() else { return Ok(app.db.read(query::plugins::list)?) };
    authorise(actor, Permission::Read, company)?;
    app.db.read(|conn| known_to(conn, company))
}

/// What a company knows of: what came with the host or from its operator, what its own people brought, what it has
/// bound. What another company brought is in the database, too, but its name and its settings are that one's.
pub(crate) fn known_to(conn: &mut Conn, company: CompanyId) -> Result<Vec<PluginSummary>, Common> {
    let bound: BTreeSet<Digest> =
        query::bindings::list(conn, company)?.into_iter().map(|binding| binding.digest).collect();
    let mut known = Vec::new();
    for plugin in query::plugins::list(conn)? {
        let own = plugin.builtin
            || plugin.admitted_by == Actor::System.to_string()
            || bound.contains(&plugin.digest)
            || is_of(conn, company, &plugin.admitted_by)?;
        if own {
            known.push(plugin);
        }
    }
    Ok(known)
}

/// Whether a name of an actor is that of a user or token of the company.
fn is_of(conn: &mut Conn, company: CompanyId, actor: &str) -> Result<bool, Common> {
    if let Ok(id) = actor.parse::<TokenId>() {
        return Ok(query::tokens::by_id(conn, company, id)?.is_some());
    }
    match actor.parse::<UserId>() {
        Ok(id) => Ok(query::users::by_id(conn, company, id)?.is_some()),
        Err(_) => Ok(false),
    }
}

fn manifest_json(admitted: &Admitted) -> Value {
    let Admitted { manifest, size, conformance, .. } = admitted;
    let lookups: Vec<Value> =
        manifest.lookups.iter().map(|l| json!({"name": l.name, "key_columns": l.key_columns})).collect();
    json!({
        "name": manifest.name,
        "version": manifest.version,
        "summary": manifest.summary,
        "config_schema": manifest.config_schema,
        "lookups": lookups,
        "size": size,
        "conformance": conformance.iter().map(step_json).collect::<Vec<_>>(),
    })
}

/// What came of a step of the conformance run, and what it took.
fn step_json(step: &ConformanceStep) -> Value {
    let (outcome, detail) = match &step.outcome {
        StepOutcome::Answered => ("answered", None),
        StepOutcome::Refused(why) => ("refused", Some(why)),
        StepOutcome::NotRun(why) => ("not-run", Some(why)),
    };
    json!({
        "step": step.step,
        "outcome": outcome,
        "detail": detail,
        "fuel": step.usage.map(|usage| usage.fuel),
        "memory_peak_bytes": step.usage.map(|usage| usage.memory_peak_bytes),
    })
}
