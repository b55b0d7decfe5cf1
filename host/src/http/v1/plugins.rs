//! Plugins (插件) and bindings.

use super::dto::plugin::{
    BindingBody, BindingList, BindingOut, BoundView, InstalledView, PluginList, PluginOut,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::limits::PLUGIN_BYTES_MAX;
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::plugin;
use domain::actor::Permission;

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

/// Lists the admitted components
#[utoipa::path(get, path = "/v1/plugins", tag = "plugins",
    responses((status = 200, description = "All of them", body = PluginList)))]
pub async fn list_plugins(call: Call) -> Answer {
    call.read(|cx| {
        let items = plugin::list(cx.app, cx.actor)?;
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

/// Lists the company's bindings
#[utoipa::path(get, path = "/v1/bindings", tag = "plugins",
    responses((status = 200, description = "Newest first within a slot", body = BindingList)))]
pub async fn list_bindings(call: Call) -> Answer {
    call.read(|cx| Ok(list(plugin::bindings(cx.app, cx.actor, cx.company)?))).await
}

fn list(items: Vec<store::rows::Binding>) -> BindingList {
    BindingList { items: items.into_iter().map(BindingOut::from).collect() }
}

/// The tag of all bindings.
fn current(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&list(plugin::held(tx, cx.company)?))
}
