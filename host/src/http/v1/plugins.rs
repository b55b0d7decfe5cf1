//! Plugins (插件) and bindings.

use super::dto::leaf::Date;
use super::dto::plugin::{
    BindingBody, BindingOut, BindingStatusName, BoundView, ConfigBody, InstalledView, PluginDetailOut,
    PluginOut, TriedConfigView, WorldName,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx, Nothing};
use crate::http::download::Download;
use crate::http::limits::PLUGIN_BYTES_MAX;
use crate::http::page::{self, Page, PageQuery};
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::plugin::{self, WantedBindings, WantedPlugins};
use domain::actor::{Noun, Verb};
use serde::Deserialize;
use store::rows::Binding;
use utoipa::IntoParams;

/// Admits a component
///
/// Parsed, its imports checked, tried and compiled once. It serves nobody until it is bound.
#[utoipa::path(post, path = "/v1/plugins", tag = "plugins",
    request_body(content = Vec<u8>, content_type = "application/wasm", description = "The component; at most 16 MiB"),
    responses((status = 201, description = "Admitted", body = InstalledView)))]
pub async fn install_plugin(call: Call, payload: Payload) -> Answer {
    let needs = (Some(Noun::Plugins), Verb::Configure);
    call.upload(StatusCode::CREATED, needs, payload, PLUGIN_BYTES_MAX, |cx, Nothing {}, bytes| {
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

impl PluginsQuery {
    pub(super) fn wanted(&self) -> WantedPlugins<'_> {
        WantedPlugins {
            world: self.world.map(Into::into),
            name: self.name.as_deref(),
            builtin: self.builtin.map(|flag| flag.0),
        }
    }
}

/// Lists the admitted components
///
/// By world, name and admission.
#[utoipa::path(get, path = "/v1/plugins", tag = "plugins", params(PageQuery, PluginsQuery),
    responses((status = 200, description = "A page", body = Page<PluginOut>)))]
pub async fn list_plugins(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<PluginsQuery>()?;
        let wanted = filters.wanted();
        let rows = plugin::list(cx.app, cx.actor)?;
        paging.page_of_all(rows, |one| wanted.takes(one), |one| one.digest.to_string(), PluginOut::from)
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

impl BindingsQuery {
    pub(super) fn wanted(&self) -> Result<WantedBindings<'_>, Problem> {
        Ok(WantedBindings {
            slot: self.slot.as_deref(),
            digest: page::id("digest", self.digest.as_deref())?,
            on: self.on.as_ref().map(|day| day.0),
            status: self.status.map(Into::into),
        })
    }
}

/// Lists the company's bindings
///
/// Newest last within a slot. The `ETag` of every page is that of all bindings: `If-Match` of a proposal names it.
#[utoipa::path(get, path = "/v1/bindings", tag = "plugins", params(PageQuery, BindingsQuery),
    responses((status = 200, description = "A page", body = Page<BindingOut>)))]
pub async fn list_bindings(call: Call) -> Answer {
    call.download(|cx| {
        let (filters, paging) = cx.page::<BindingsQuery>()?;
        let wanted = filters.wanted()?;
        let rows = plugin::bindings(cx.app, cx.actor, cx.company)?;
        let tag = tag_of_all(rows.clone())?;
        let ids = wanted.ids(&rows);
        let takes = |one: &Binding| ids.contains(&one.id);
        let page = paging.page_of_all(rows, takes, |one| one.id.to_string(), BindingOut::from)?;
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
