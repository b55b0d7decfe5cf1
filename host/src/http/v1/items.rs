//! The catalogue (商品).

use super::dto::item::{ItemBody, ItemOut};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{Page, PageQuery};
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::item::{self, WantedItems};
use domain::actor::Noun;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of `GET /v1/items`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ItemsQuery {
    /// The code begins so.
    code_prefix: Option<String>,
    /// Of this tax category (税目).
    category: Option<String>,
}

impl ItemsQuery {
    pub(super) fn wanted(&self) -> WantedItems<'_> {
        WantedItems { code: self.code_prefix.as_deref(), category: self.category.as_deref() }
    }
}

/// Puts an item into the catalogue
#[utoipa::path(post, path = "/v1/items", tag = "invoices", request_body = ItemBody,
    responses((status = 201, description = "Created", body = ItemOut)))]
pub async fn create_item(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: ItemBody| {
        let input = body.try_into()?;
        Ok(ItemOut::from(item::create(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Puts many items into the catalogue, an outcome a row
///
/// A row is a body of `POST /v1/items` on a line. One that is refused stops no other; repeated with the same key, rows that
/// were made are answered as before and the rest is worked on. At most 2000 rows and 16 MiB.
#[utoipa::path(post, path = "/v1/items/bulk", tag = "invoices",
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object on each line"),
    responses((status = 200, description = "`{\"row\", \"status\", \"body\"}` or `{\"row\", \"status\", \"problem\"}` on each line",
        body = String, content_type = "application/x-ndjson")))]
pub async fn create_items(call: Call, payload: Payload) -> Answer {
    call.bulk(Noun::Documents, payload, |cx, body: ItemBody| {
        let input = body.try_into()?;
        Ok(ItemOut::from(item::create(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists the catalogue by code
#[utoipa::path(get, path = "/v1/items", tag = "invoices", params(PageQuery, ItemsQuery),
    responses((status = 200, description = "A page", body = Page<ItemOut>)))]
pub async fn list_items(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ItemsQuery>()?;
        let after: Option<String> = paging.key()?;
        let wanted = filters.wanted();
        let rows = item::list(cx.app, cx.actor, cx.company, &wanted, after.as_deref(), paging.rows())?;
        Ok(paging.page(rows, |row| row.code.clone(), ItemOut::from))
    })
    .await
}

/// Shows an item
#[utoipa::path(get, path = "/v1/items/{id}", tag = "invoices", params(("id" = String, Path, description = "Id or code")),
    responses((status = 200, description = "The item", body = ItemOut)))]
pub async fn show_item(call: Call) -> Answer {
    call.read(|cx| {
        let name: String = cx.path("id")?;
        Ok(ItemOut::from(item::get(cx.app, cx.actor, cx.company, &name)?))
    })
    .await
}
