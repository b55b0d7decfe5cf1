//! Opening balances (期初余额).

use super::dto::invoice::DocumentOut;
use super::dto::leaf::CustomerName;
use super::dto::opening::{OpeningBody, RecordedOpeningView};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, Cursor, Limit, Page};
use actix_web::http::StatusCode;
use app::invoice::{self, Wanted};
use app::opening;
use serde::Deserialize;
use utoipa::IntoParams;

/// Parameters of `GET /v1/opening-balances`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OpeningsQuery {
    /// `next` of the page before.
    after: Option<Cursor>,
    /// Rows of the page.
    #[serde(default)]
    #[param(required = false)]
    limit: Limit,
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// The one with this number in the old books.
    external_id: Option<String>,
}

/// Records an open item of the old books
#[utoipa::path(post, path = "/v1/opening-balances", tag = "customers", request_body = OpeningBody,
    responses((status = 201, description = "Posted", body = RecordedOpeningView)))]
pub async fn record_opening_balance(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: OpeningBody| {
        let input = body.try_into()?;
        Ok(RecordedOpeningView::from(opening::record(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists opening balances by effective date
#[utoipa::path(get, path = "/v1/opening-balances", tag = "customers", params(OpeningsQuery),
    responses((status = 200, description = "A page", body = Page<DocumentOut>)))]
pub async fn list_opening_balances(call: Call) -> Answer {
    call.read(|cx| {
        let OpeningsQuery { after, limit, customer, external_id } = cx.query()?;
        let (after, of) = (page::pair(after.as_ref())?, customer.map(|c| c.0));
        let wanted =
            Wanted { kind: Some("opening"), customer: of.as_ref(), external_id: external_id.as_deref() };
        let rows = invoice::list(cx.app, cx.actor, cx.company, &wanted, after, page::one_more(limit))?;
        Ok(Page::of(rows, limit, |row| page::pair_key(row.effective_date, row.id), DocumentOut::from))
    })
    .await
}
