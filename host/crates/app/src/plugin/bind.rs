use crate::common::{Common, Context, authorise};
use crate::{App, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{self, Digest};
use domain::ids::{BindingId, CompanyId};
use domain::plugin::World;
use runtime::ConfigError;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::query::plugins::PluginSummary;
use store::rows::Binding;
use store::types::BindingStatus;
use store::{Conn, Tx, query};
use thiserror::Error;

/// Binds a plugin to a slot from a day on. `plugin` is a digest (64 hex digits) or the name of a plugin that the
/// company knows of.
#[derive(Debug, Clone, PartialEq)]
pub struct BindPlugin {
    /// A world, or `world:qualifier` as `bank:camt`.
    pub slot: String,
    pub plugin: String,
    pub config: Value,
    pub valid_from: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    pub id: BindingId,
    pub digest: Digest,
    pub status: BindingStatus,
}

#[derive(Debug, Error)]
pub enum BindPluginError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("the slot {slot} wants a plugin of the world {wanted}; {plugin} is of the world {found}")]
    WrongWorld { slot: String, wanted: World, plugin: String, found: World },
    #[error("the configuration is not accepted by {plugin}: {source}")]
    Config { plugin: String, source: ConfigError },
    #[error("{0:?} names several plugins: give the digest")]
    Ambiguous(String),
}

crate::common::through_common!(BindPluginError);

/// Validates the configuration and binds. What a person binds is pending until another one activates it ([`super::activate`]);
/// what the operator at the machine binds is in force at once, and the events say that it was the operator.
pub fn bind(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &BindPlugin,
) -> Result<Bound, BindPluginError> {
    authorise(actor, Noun::Plugins, Verb::Configure, company)?;
    let ctx = Context::new(app);
    let row = prepare(&ctx, actor, company, input)?;
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        insert(&ctx, tx, actor, &row)?;
        Ok(Bound { id: row.id, digest: row.digest, status: row.status })
    })
}

/// Finds and loads the plugin, has it look at the configuration, and makes the row; no transaction is open.
pub(crate) fn prepare(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &BindPlugin,
) -> Result<Binding, BindPluginError> {
    let app = ctx.app;
    let wanted = slot_world(&input.slot)?;
    let plugin = app.db.read(|conn| find_plugin(conn, app, company, &input.plugin))?;
    let loaded = super::show::loaded(app, &plugin)?;
    if plugin.world != wanted {
        let (slot, plugin, found) = (input.slot.clone(), plugin.name, plugin.world);
        return Err(BindPluginError::WrongWorld { slot, wanted, plugin, found });
    }
    let config = canonical_config(&input.config)?;
    loaded
        .configure(&input.config)
        .map_err(|source| BindPluginError::Config { plugin: plugin.name.clone(), source })?;
    let by_operator = *actor == Actor::System;
    Ok(Binding {
        company,
        id: BindingId::new(ctx.uuid()),
        slot: input.slot.clone(),
        digest: plugin.digest,
        config_digest: canonical::digest_bytes("config.v1", config.as_bytes()),
        config,
        valid_from: input.valid_from,
        created_by: actor.person(),
        created_at: ctx.now,
        status: if by_operator { BindingStatus::Active } else { BindingStatus::Pending },
        decided_by: by_operator.then(|| actor.person()),
        decided_at: by_operator.then_some(ctx.now),
    })
}

/// Inserts a binding in the caller's transaction.
pub(crate) fn insert(ctx: &Context<'_>, tx: &mut Tx<'_>, actor: &Actor, row: &Binding) -> Result<(), Common> {
    query::bindings::insert(tx, row)?;
    let kind = if row.status == BindingStatus::Active { "plugin.bound" } else { "plugin.proposed" };
    event::write(ctx, tx, actor, row.company, (kind, row.id), about(row))
}

/// What an event says of a binding.
pub(super) fn about(row: &Binding) -> Value {
    json!({
        "slot": row.slot, "digest": row.digest.to_string(), "config_digest": row.config_digest.to_string(),
        "valid_from": row.valid_from.to_string(),
    })
}

/// All bindings of the company, newest first within a slot.
pub fn bindings(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<Binding>, Common> {
    authorise(actor, Noun::Plugins, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::bindings::list(conn, company))?)
}

/// Of bindings of whatever slots those in force on a day: of each slot one.
pub fn in_force(all: Vec<Binding>, on: NaiveDate) -> Vec<Binding> {
    let mut found: BTreeMap<String, Binding> = BTreeMap::new();
    let rank = |one: &Binding| (one.valid_from, one.decided_at, one.created_at, one.id);
    let begun = |one: &Binding| one.status == BindingStatus::Active && one.valid_from <= on;
    for one in all.into_iter().filter(begun) {
        if found.get(&one.slot).is_none_or(|other| rank(other) < rank(&one)) {
            found.insert(one.slot.clone(), one);
        }
    }
    found.into_values().collect()
}

/// Which bindings are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WantedBindings<'a> {
    pub slot: Option<&'a str>,
    pub digest: Option<Digest>,
    /// Of each slot the one that is in force on this day.
    pub on: Option<NaiveDate>,
    pub status: Option<BindingStatus>,
}

impl WantedBindings<'_> {
    /// Which of all of them.
    pub fn ids(&self, all: &[Binding]) -> BTreeSet<BindingId> {
        let begun = match self.on {
            Some(day) => in_force(all.to_vec(), day),
            None => all.to_vec(),
        };
        let wanted = |one: &Binding| {
            self.status.is_none_or(|status| one.status == status)
                && self.slot.is_none_or(|slot| one.slot == slot)
                && self.digest.is_none_or(|digest| one.digest == digest)
        };
        begun.into_iter().filter(wanted).map(|one| one.id).collect()
    }
}

/// As [`bindings`], in the caller's transaction: nobody binds until it ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId) -> Result<Vec<Binding>, Common> {
    query::companies::lock(tx, company)?;
    Ok(query::bindings::list(tx, company)?)
}

fn slot_world(slot: &str) -> Result<World, Common> {
    let (world, qualifier) = slot.split_once(':').map_or((slot, None), |(w, q)| (w, Some(q)));
    let plain = |q: &str| {
        !q.is_empty()
            && q.len() <= 32
            && q.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    match (World::by_name(world), qualifier) {
        (Some(world), None) => Ok(world),
        (Some(World::Bank), Some(qualifier)) if plain(qualifier) => Ok(World::Bank),
        // a rule that nothing would ever ask must not look bound
        (Some(world), Some(_)) if world != World::Bank => Err(Common::invalid(
            "/slot",
            format!("{slot:?}: only bank slots take a qualifier, as bank:camt; bind it to {world}"),
        )),
        _ => Err(Common::invalid(
            "/slot",
            format!(
                "{slot:?} is not tax, statement, reconciliation, bank or bank:QUALIFIER (1 to 32 of a-z, 0-9 and -)"
            ),
        )),
    }
}

/// RFC 8785 text of a configuration; decimals in it are strings, as everywhere.
pub(super) fn canonical_config(config: &Value) -> Result<String, Common> {
    if !config.is_object() {
        return Err(Common::invalid("/config", "must be a JSON object"));
    }
    let bytes = canonical::bytes(config)?;
    String::from_utf8(bytes).map_err(|_| Common::invalid("/config", "is not UTF-8"))
}

fn find_plugin(
    conn: &mut Conn,
    app: &App,
    company: CompanyId,
    name: &str,
) -> Result<PluginSummary, BindPluginError> {
    if let Ok(digest) = name.parse::<Digest>() {
        let found = query::plugins::list(conn)?.into_iter().find(|p| p.digest == digest);
        return found.ok_or_else(|| Common::not_found("plugin", name).into());
    }
    // never what another company brought: its name must not decide what this one gets
    let mut named: Vec<_> =
        super::install::known_to(conn, company)?.into_iter().filter(|p| p.name == name).collect();
    // a name means the built-in of this very binary where there is one
    let own = app.builtins.iter().find(|b| b.name == name).map(|b| Digest::of_bytes(b.bytes));
    if let Some(position) = named.iter().position(|p| Some(p.digest) == own) {
        return Ok(named.swap_remove(position));
    }
    match (named.len(), named.pop()) {
        (1, Some(plugin)) => Ok(plugin),
        (0, _) | (_, None) => Err(Common::not_found("plugin", name).into()),
        _ => Err(BindPluginError::Ambiguous(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_what_is_asked_can_be_bound() {
        for (slot, world) in [
            ("tax", World::Tax),
            ("statement", World::Statement),
            ("reconciliation", World::Reconciliation),
            ("bank", World::Bank),
            ("bank:camt", World::Bank),
            ("bank:alipay-2", World::Bank),
        ] {
            assert_eq!(slot_world(slot).unwrap(), world, "{slot}");
        }
        for slot in ["tax:cn", "statement:x", "reconciliation:strict", "tax:"] {
            let refused = slot_world(slot).unwrap_err().to_string();
            assert!(refused.contains("only bank slots take a qualifier"), "{slot}: {refused}");
        }
        let long = format!("bank:{}", "a".repeat(33));
        for slot in ["", "bank:", "bank:CAMT", "bank:a b", "bank:a:b", "Tax", "ledger", "ledger:x", &long] {
            let refused = slot_world(slot).unwrap_err().to_string();
            assert!(refused.contains("is not tax, statement"), "{slot}: {refused}");
        }
    }
}
