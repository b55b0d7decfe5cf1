//! Plugins (插件) and bindings.

use super::dto::leaf::Date;
use super::dto::plugin::{
    BindingBody, BindingList, BindingOut, BoundView, InstalledView, PluginList, PluginOut, WorldName,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::limits::PLUGIN_BYTES_MAX;
use crate::http::page;
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::plugin;
use domain::actor::Permission;
use domain::canonical::Digest;
use serde::Deserialize;
use utoipa::IntoParams;

/// Admits a component
///
/// Parsed, its imports checked, tried and compiled once. It serves nobody until it is bound.
#[utoipa::path(post, path = "/v1/plugins", tag = "plugins",
    request_body(content = Vec<u8>, content_type = "application/wasm", description = "The component; at most 16 MiB"),
    responses((status = 201, description = "Admitted", body = InstalledView)))]
pub async fn install_plugin(call: Call, payload: Payload) -> Answer {
    call.upload(Permission::Configure, payload, PLUGIN_BYTES_MAX, |cx, bytes| {
        cx.nothing_unread()?;
        Ok(InstalledView::from(plugin::install(cx.app, cx.actor, bytes)?))
    })
    .await
}

/// Filters of `GET /v1/plugins`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PluginsQuery {
    /// Of this world only.
    world: Option<WorldName>,
    /// Of this name.
    name: Option<String>,
    /// Whether it came with a binary.
    builtin: Option<Flag>,
}

/// Lists the admitted components
#[utoipa::path(get, path = "/v1/plugins", tag = "plugins", params(PluginsQuery),
    responses((status = 200, description = "All of them", body = PluginList)))]
pub async fn list_plugins(call: Call) -> Answer {
    call.read(|cx| {
        let PluginsQuery { world, name, builtin } = cx.query()?;
        let mut items = plugin::list(cx.app, cx.actor)?;
        items.retain(|one| world.is_none_or(|world| one.world == world.into()));
        items.retain(|one| name.as_ref().is_none_or(|name| one.name == *name));
        items.retain(|one| builtin.is_none_or(|builtin| one.builtin == builtin.0));
        Ok(PluginList { items: items.into_iter().map(PluginOut::from).collect() })
    })
    .await
}

/// Puts a plugin in force for a slot from a day on
#[utoipa::path(post, path = "/v1/bindings", tag = "plugins", request_body = BindingBody,
    params(IfMatch),
    responses((status = 201, description = "Bound", body = BoundView)))]
pub async fn bind_plugin(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: BindingBody| {
            let input = body.try_into()?;
            Ok(BoundView::from(plugin::bind(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Filters of `GET /v1/bindings`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BindingsQuery {
    /// Of this slot only.
    slot: Option<String>,
    /// Of this component: its SHA-256.
    digest: Option<String>,
    /// Of each slot the one that is in force on this day.
    on: Option<Date>,
}

/// Lists the company's bindings
#[utoipa::path(get, path = "/v1/bindings", tag = "plugins", params(BindingsQuery),
    responses((status = 200, description = "Newest last within a slot", body = BindingList)))]
pub async fn list_bindings(call: Call) -> Answer {
    call.read(|cx| {
        let BindingsQuery { slot, digest, on } = cx.query()?;
        let digest: Option<Digest> = page::id("digest", digest.as_deref())?;
        let mut rows = plugin::bindings(cx.app, cx.actor, cx.company)?;
        if let Some(on) = on {
            rows.retain(|one| one.valid_from <= on.0);
            // by slot and day: of each slot the last is in force
            let later: Vec<String> = rows.iter().skip(1).map(|one| one.slot.clone()).collect();
            let mut next = later.into_iter();
            rows.retain(|one| next.next().is_none_or(|slot| slot != one.slot));
        }
        rows.retain(|one| slot.as_ref().is_none_or(|slot| one.slot == *slot));
        rows.retain(|one| digest.is_none_or(|digest| one.digest == digest));
        Ok(list(rows))
    })
    .await
}

fn list(items: Vec<store::rows::Binding>) -> BindingList {
    BindingList { items: items.into_iter().map(BindingOut::from).collect() }
}

/// The tag of all bindings.
fn current(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&list(plugin::held(tx, cx.company)?))
}
