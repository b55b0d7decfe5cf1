//! Deliveries (发货/应计), and what is made of them.

use super::dto::billing::{
    BillingRuleBody, BillingRuleOut, DeliverySettingsBody, InvoiceOpenBody, InvoicedView,
};
use super::dto::delivery::{
    DeliveryBody, DeliveryOut, DeliveryReturnBody, DeliveryReversalBody, RecordedDeliveryView, complete,
};
use super::dto::job::EnqueuedView;
use super::dto::leaf::{CustomerName, Date};
use super::jobs::{PreferHeader, later};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, IfMatchRequired, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::customer::CustomerRef;
use app::delivery::{self, WantedDeliveries};
use app::job::JobKind;
use domain::actor::Noun;
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/deliveries`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// The one with this number of its slip.
    external_id: Option<String>,
    /// Whether something of it is still to be billed.
    open: Option<Flag>,
    /// Delivered on this day or later.
    from: Option<Date>,
    /// Delivered on this day or earlier.
    to: Option<Date>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> WantedDeliveries<'_> {
        WantedDeliveries {
            customer: self.customer.as_ref().map(|c| &c.0),
            external_id: self.external_id.as_deref(),
            open: self.open.as_ref().map(|flag| flag.0),
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
        }
    }
}

/// Records a delivery
///
/// Where the company accrues, its net is posted as unbilled receivable (应收未开票) against revenue, and taken back by what bills it.
/// Negative quantities are a return that waits for a credit note.
#[utoipa::path(post, path = "/v1/deliveries", tag = "deliveries", request_body = DeliveryBody,
    responses((status = 201, description = "Recorded", body = RecordedDeliveryView)))]
pub async fn record_delivery(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, mut body: DeliveryBody| {
        complete(cx.app, cx.actor, cx.company, &mut body)?;
        let input = body.try_into()?;
        Ok(RecordedDeliveryView::from(delivery::record(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Records many deliveries, an outcome a row
///
/// A row is a body of `POST /v1/deliveries` on a line. One that is refused stops no other; repeated with the same key, rows that
/// were made are answered as before and the rest is worked on. At most 2000 rows and 16 MiB.
#[utoipa::path(post, path = "/v1/deliveries/bulk", tag = "deliveries",
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object on each line"),
    responses((status = 200, description = "`{\"row\", \"status\", \"body\"}` or `{\"row\", \"status\", \"problem\"}` on each line",
        body = String, content_type = "application/x-ndjson")))]
pub async fn record_deliveries(call: Call, payload: Payload) -> Answer {
    call.bulk(Noun::Documents, payload, |cx, mut body: DeliveryBody| {
        complete(cx.app, cx.actor, cx.company, &mut body)?;
        let input = body.try_into()?;
        Ok(RecordedDeliveryView::from(delivery::record(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists deliveries by day, with what is open of them
#[utoipa::path(get, path = "/v1/deliveries", tag = "deliveries", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<DeliveryOut>)))]
pub async fn list_deliveries(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = delivery::list(cx.app, cx.actor, cx.company, &wanted, paging.pair()?, paging.rows())?;
        Ok(paging.page(
            rows,
            |row| page::pair_key(row.delivery.delivered_on, row.delivery.id),
            DeliveryOut::from,
        ))
    })
    .await
}

/// Shows a delivery with what became of it
#[utoipa::path(get, path = "/v1/deliveries/{id}", tag = "deliveries",
    params(("id" = String, Path, description = "Id, number, or number of the slip")),
    responses((status = 200, description = "With lines and links", body = DeliveryOut)))]
pub async fn show_delivery(call: Call) -> Answer {
    call.read(|cx| {
        let name: String = cx.path("id")?;
        Ok(DeliveryOut::from(delivery::get(cx.app, cx.actor, cx.company, &name)?))
    })
    .await
}

/// The tag of the delivery that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    let name: String = cx.path("id")?;
    Tag::of_view(&DeliveryOut::from(delivery::held(tx, cx.company, &name)?))
}

/// Takes back what of a delivery is not billed
///
/// By a delivery of the other sign; nothing of either stays open of it. What is billed comes back by a delivery of negative quantities and
/// a credit note.
#[utoipa::path(post, path = "/v1/deliveries/{id}/return", tag = "deliveries",
    params(("id" = String, Path, description = "Id, number, or number of the slip"), IfMatch), request_body = DeliveryReturnBody,
    responses((status = 201, description = "Recorded", body = RecordedDeliveryView)))]
pub async fn return_delivery(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: DeliveryReturnBody| {
            let input = body.of(cx.path("id")?);
            Ok(RecordedDeliveryView::from(delivery::give_back(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Takes a delivery back whole, as if it had never been
///
/// Refused where anything of it is billed or returned.
#[utoipa::path(post, path = "/v1/deliveries/{id}/reverse", tag = "deliveries",
    params(("id" = String, Path, description = "Id, number, or number of the slip"), IfMatch), request_body = DeliveryReversalBody,
    responses((status = 201, description = "Reversed", body = RecordedDeliveryView)))]
pub async fn reverse_delivery(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: DeliveryReversalBody| {
            let input = body.of(cx.path("id")?);
            Ok(RecordedDeliveryView::from(delivery::reverse(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Makes the invoices of what is not billed
///
/// Of a customer's deliveries in a span of days, by her rule: one for each delivery, each order, or all of them. Each is posted as
/// any invoice; where one is refused after others, `refused` says why, and the same request goes on with the rest.
#[utoipa::path(post, path = "/v1/deliveries/invoice", tag = "deliveries", request_body = InvoiceOpenBody, params(PreferHeader),
    responses((status = 201, description = "Issued", body = InvoicedView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn invoice_deliveries(call: Call, body: JsonBody) -> Answer {
    if call.respond_async() {
        let what = (JobKind::InvoiceDeliveries, false);
        return later::<InvoiceOpenBody>(call, body, what, |_, body| Ok(body)).await;
    }
    call.write(StatusCode::CREATED, body, |cx, body: InvoiceOpenBody| {
        let done = delivery::invoice_open(cx.app, cx.actor, cx.company, &body.into())?;
        Ok(InvoicedView::from(done))
    })
    .await
}

/// Shows how the company works with deliveries
#[utoipa::path(get, path = "/v1/delivery-settings", tag = "deliveries",
    responses((status = 200, description = "As they are", body = DeliverySettingsBody)))]
pub async fn show_delivery_settings(call: Call) -> Answer {
    call.read(|cx| Ok(DeliverySettingsBody::from(delivery::settings(cx.app, cx.actor, cx.company)?))).await
}

/// The tag of how the company works with deliveries.
fn current_settings(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&DeliverySettingsBody::from(delivery::held_settings(tx, cx.company)?))
}

/// Sets how the company works with deliveries
///
/// It holds for those to come; recorded ones stay as they were accounted for.
#[utoipa::path(put, path = "/v1/delivery-settings", tag = "deliveries", request_body = DeliverySettingsBody, params(IfMatchRequired),
    responses((status = 200, description = "Set", body = DeliverySettingsBody)))]
pub async fn put_delivery_settings(call: Call, body: JsonBody) -> Answer {
    call.replacing(current_settings)
        .write(StatusCode::OK, body, |cx, body: DeliverySettingsBody| {
            delivery::put_settings(cx.app, cx.actor, cx.company, body.clone().into())?;
            Ok(body)
        })
        .await
}

/// Shows of what a customer's invoices are made, and what becomes of her orders
#[utoipa::path(get, path = "/v1/customers/{id}/billing-rule", tag = "deliveries",
    params(("id" = String, Path, description = "Code or id")),
    responses((status = 200, description = "Hers, or the company's", body = BillingRuleOut)))]
pub async fn show_billing_rule(call: Call) -> Answer {
    call.read(|cx| {
        let customer: CustomerRef = cx.path("id")?;
        Ok(BillingRuleOut::from(delivery::billing_rule(cx.app, cx.actor, cx.company, &customer)?))
    })
    .await
}

/// The tag of the rule of the customer that the path names.
fn current_rule(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    let customer: CustomerRef = cx.path("id")?;
    Tag::of_view(&BillingRuleOut::from(delivery::held_billing_rule(tx, cx.company, &customer)?))
}

/// Sets of what a customer's invoices are made, and what becomes of her orders
#[utoipa::path(put, path = "/v1/customers/{id}/billing-rule", tag = "deliveries", request_body = BillingRuleBody,
    params(("id" = String, Path, description = "Code or id"), IfMatchRequired),
    responses((status = 200, description = "Set", body = BillingRuleOut)))]
pub async fn put_billing_rule(call: Call, body: JsonBody) -> Answer {
    call.replacing(current_rule)
        .write(StatusCode::OK, body, |cx, body: BillingRuleBody| {
            let customer: CustomerRef = cx.path("id")?;
            let BillingRuleBody { per, orders_become } = body;
            let rule = (&customer, per.into(), orders_become.into());
            delivery::put_billing_rule(cx.app, cx.actor, cx.company, rule)?;
            Ok(BillingRuleOut { per, orders_become, own: true })
        })
        .await
}
