//! Orders (订单): each becomes a delivery or an invoice as it comes in.

use super::dto::order::{EnteredOrderView, OrderBody};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use domain::actor::Noun;

fn enter(cx: &Cx<'_>, mut body: OrderBody) -> Result<EnteredOrderView, Problem> {
    body.complete(cx.app, cx.actor, cx.company)?;
    let input = body.try_into()?;
    Ok(EnteredOrderView::from(app::order::enter(cx.app, cx.actor, cx.company, &input)?))
}

/// Enters an order: it becomes a delivery or an invoice
///
/// By `orders_become` of its customer's billing rule, else of the company's settings. The order itself is not kept: its number is the
/// `external_id` and the `purchase_order` of what it became, under which that is found.
#[utoipa::path(post, path = "/v1/orders", tag = "deliveries", request_body = OrderBody,
    responses((status = 201, description = "Recorded, or posted", body = EnteredOrderView)))]
pub async fn enter_order(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, enter).await
}

/// Enters many orders, an outcome a row
///
/// A row is a body of `POST /v1/orders` on a line. One that is refused stops no other; repeated with the same key, rows that
/// were made are answered as before and the rest is worked on. At most 2000 rows and 16 MiB.
#[utoipa::path(post, path = "/v1/orders/bulk", tag = "deliveries",
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object on each line"),
    responses((status = 200, description = "`{\"row\", \"status\", \"body\"}` or `{\"row\", \"status\", \"problem\"}` on each line",
        body = String, content_type = "application/x-ndjson")))]
pub async fn enter_orders(call: Call, payload: Payload) -> Answer {
    call.bulk(Noun::Documents, payload, enter).await
}
