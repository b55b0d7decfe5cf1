//! The catalogue (商品).

use super::dto::item::{ItemBody, ItemOut};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{NoFilters, Page, PageQuery};
use actix_web::http::StatusCode;
use app::item;

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

/// Lists the catalogue by code
#[utoipa::path(get, path = "/v1/items", tag = "invoices", params(PageQuery),
    responses((status = 200, description = "A page", body = Page<ItemOut>)))]
pub async fn list_items(call: Call) -> Answer {
    call.read(|cx| {
        let (NoFilters {}, paging) = cx.page()?;
        let after: Option<String> = paging.key()?;
        let rows = item::list(cx.app, cx.actor, cx.company, after.as_deref(), paging.rows())?;
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
