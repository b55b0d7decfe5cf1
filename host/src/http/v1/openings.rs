//! Opening balances (期初余额).

use super::dto::document::DocumentStatusName;
use super::dto::invoice::DocumentOut;
use super::dto::leaf::{Currency, CustomerName, Date};
use super::dto::opening::{OpeningBody, RecordedOpeningView};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, Page, PageQuery};
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::invoice::{self, Wanted};
use app::opening;
use domain::actor::Noun;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of `GET /v1/opening-balances`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OpeningsQuery {
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// The one with this number in the old books.
    external_id: Option<String>,
    /// Effective on this day or later.
    from: Option<Date>,
    /// Effective on this day or earlier.
    to: Option<Date>,
    /// In this currency only.
    currency: Option<Currency>,
    /// Whether something of it is open.
    status: Option<DocumentStatusName>,
}

impl OpeningsQuery {
    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            kind: Some("opening"),
            customer: self.customer.as_ref().map(|c| &c.0),
            external_id: self.external_id.as_deref(),
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
            currency: self.currency.as_ref().map(|c| c.0),
            open: self.status.map(DocumentStatusName::is_open),
        }
    }
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

/// Records many open items of the old books, an outcome a row
///
/// A row is a body of `POST /v1/opening-balances` on a line. One that is refused stops no other; repeated with the same key, rows that
/// were made are answered as before and the rest is worked on. At most 2000 rows and 16 MiB.
#[utoipa::path(post, path = "/v1/opening-balances/bulk", tag = "customers",
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object on each line"),
    responses((status = 200, description = "`{\"row\", \"status\", \"body\"}` or `{\"row\", \"status\", \"problem\"}` on each line",
        body = String, content_type = "application/x-ndjson")))]
pub async fn record_opening_balances(call: Call, payload: Payload) -> Answer {
    call.bulk(Noun::Documents, payload, |cx, body: OpeningBody| {
        let input = body.try_into()?;
        Ok(RecordedOpeningView::from(opening::record(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists opening balances by effective date
#[utoipa::path(get, path = "/v1/opening-balances", tag = "customers", params(PageQuery, OpeningsQuery),
    responses((status = 200, description = "A page", body = Page<DocumentOut>)))]
pub async fn list_opening_balances(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<OpeningsQuery>()?;
        let wanted = filters.wanted();
        let rows = invoice::list(cx.app, cx.actor, cx.company, &wanted, paging.pair()?, paging.rows())?;
        let left = invoice::left(cx.app, cx.actor, cx.company, &rows)?;
        let key = |row: &store::rows::Document| page::pair_key(row.effective_date, row.id);
        Ok(paging.page(rows, key, |row| DocumentOut::of(row, &left)))
    })
    .await
}
