//! Plugins (插件) and bindings.

use super::dto::leaf::Date;
use super::dto::plugin::{
    BindingBody, BindingOut, BindingStatusName, BoundView, ConfigBody, InstalledView, PluginDetailOut,
    PluginOut, TriedConfigView, WorldName,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::download::Download;
use crate::http::limits::PLUGIN_BYTES_MAX;
use crate::http::page::{self, Page, PageQuery};
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::plugin;
use domain::actor::Permission;
use domain::canonical::Digest;
use domain::ids::BindingId;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::query::plugins::PluginSummary;
use store::rows::Binding;
use utoipa::IntoParams;

/// Admits a component
///
/// Parsed, its imports checked, tried and compiled once. It serves nobody until it is bound.
#[utoipa::path(post, path = "/v1/plugins", tag = "plugins",
    request_body(content = Vec<u8>, content_type = "application/wasm", description = "The component; at most 16 MiB"),
    responses((status = 201, description = "Admitted", body = InstalledView)))]
pub async fn install_plugin(call: Call, payload: Payload) -> Answer {
    call.upload(StatusCode::CREATED, Permission::Configure, payload, PLUGIN_BYTES_MAX, |cx, bytes| {
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
///
/// By world, name and admission.
#[utoipa::path(get, path = "/v1/plugins", tag = "plugins", params(PageQuery, PluginsQuery),
    responses((status = 200, description = "A page", body = Page<PluginOut>)))]
pub async fn list_plugins(call: Call) -> Answer {
    call.read(|cx| {
        let (PluginsQuery { world, name, builtin }, paging) = cx.page()?;
        let wanted = |one: &PluginSummary| {
            world.is_none_or(|world| one.world == world.into())
                && name.as_ref().is_none_or(|name| one.name == *name)
                && builtin.is_none_or(|builtin| one.builtin == builtin.0)
        };
        let rows = plugin::list(cx.app, cx.actor)?;
        paging.page_of_all(rows, wanted, |one| one.digest.to_string(), PluginOut::from)
    })
    .await
}

/// Shows a component
///
/// What it says of itself, what came of its conformance run at admission, and what the host lets it take.
#[utoipa::path(get, path = "/v1/plugins/{digest}", tag = "plugins",
    params(("digest" = String, Path, description = "SHA-256 of the component")),
    responses((status = 200, description = "The component", body = PluginDetailOut)))]
pub async fn show_plugin(call: Call) -> Answer {
    call.read(|cx| Ok(PluginDetailOut::from(plugin::show(cx.app, cx.actor, cx.company, cx.path("digest")?)?)))
        .await
}

/// Tries a configuration with a component, without binding it
///
/// By its JSON Schema, then by itself.
#[utoipa::path(post, path = "/v1/plugins/{digest}/validate-config", tag = "plugins",
    params(("digest" = String, Path, description = "SHA-256 of the component")), request_body = ConfigBody,
    responses((status = 200, description = "Whether it is accepted, and what is not", body = TriedConfigView)))]
pub async fn validate_config(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::OK, body, |cx, body: ConfigBody| {
        let digest = cx.path("digest")?;
        let tried = plugin::try_config(cx.app, cx.actor, cx.company, digest, &body.config)?;
        Ok(TriedConfigView::from(tried))
    })
    .await
}

/// Proposes a plugin for a slot from a day on
///
/// It is not used until another person activates it. A step back is a proposal of the earlier plugin and configuration.
#[utoipa::path(post, path = "/v1/bindings", tag = "plugins", request_body = BindingBody,
    params(IfMatch),
    responses((status = 201, description = "Proposed", body = BoundView)))]
pub async fn bind_plugin(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: BindingBody| {
            let input = body.try_into()?;
            Ok(BoundView::from(plugin::bind(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Shows a binding
#[utoipa::path(get, path = "/v1/bindings/{id}", tag = "plugins", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The binding", body = BindingOut)))]
pub async fn show_binding(call: Call) -> Answer {
    call.read(|cx| Ok(BindingOut::from(plugin::binding(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

/// The tag of the binding that the path names.
fn current_one(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&BindingOut::from(plugin::binding_held(tx, cx.company, cx.path("id")?)?))
}

/// Activates a binding that another person proposed
///
/// It is in force from its day on, before any other of that day.
#[utoipa::path(post, path = "/v1/bindings/{id}/activate", tag = "plugins",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "In force", body = BindingOut)))]
pub async fn activate_binding(call: Call, body: JsonBody) -> Answer {
    call.over(current_one)
        .act(StatusCode::OK, body, |cx| {
            Ok(BindingOut::from(plugin::activate(cx.app, cx.actor, cx.company, cx.path("id")?)?))
        })
        .await
}

/// Withdraws a binding that nobody activated
#[utoipa::path(post, path = "/v1/bindings/{id}/withdraw", tag = "plugins",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Withdrawn", body = BindingOut)))]
pub async fn withdraw_binding(call: Call, body: JsonBody) -> Answer {
    call.over(current_one)
        .act(StatusCode::OK, body, |cx| {
            Ok(BindingOut::from(plugin::withdraw(cx.app, cx.actor, cx.company, cx.path("id")?)?))
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
    /// Of this status only.
    status: Option<BindingStatusName>,
}

/// Lists the company's bindings
///
/// Newest last within a slot. The `ETag` of every page is that of all bindings: `If-Match` of a proposal names it.
#[utoipa::path(get, path = "/v1/bindings", tag = "plugins", params(PageQuery, BindingsQuery),
    responses((status = 200, description = "A page", body = Page<BindingOut>)))]
pub async fn list_bindings(call: Call) -> Answer {
    call.download(|cx| {
        let (BindingsQuery { slot, digest, on, status }, paging) = cx.page()?;
        let digest: Option<Digest> = page::id("digest", digest.as_deref())?;
        let rows = plugin::bindings(cx.app, cx.actor, cx.company)?;
        let tag = tag_of_all(rows.clone())?;
        let in_force: Option<BTreeSet<BindingId>> =
            on.map(|on| plugin::in_force(rows.clone(), on.0).into_iter().map(|one| one.id).collect());
        let wanted = |one: &Binding| {
            in_force.as_ref().is_none_or(|ids| ids.contains(&one.id))
                && status.is_none_or(|status| one.status == status.into())
                && slot.as_ref().is_none_or(|slot| one.slot == *slot)
                && digest.is_none_or(|digest| one.digest == digest)
        };
        let page = paging.page_of_all(rows, wanted, |one| one.id.to_string(), BindingOut::from)?;
        Download::tagged(&page, tag)
    })
    .await
}

fn tag_of_all(rows: Vec<Binding>) -> Result<Tag, Problem> {
    Tag::of_view(&rows.into_iter().map(BindingOut::from).collect::<Vec<_>>())
}

/// The tag of all bindings.
fn current(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    tag_of_all(plugin::held(tx, cx.company)?)
}
