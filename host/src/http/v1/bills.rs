//! Bills of exchange (承兑汇票): received and paid here; endorsed, discounted and dishonoured by drafts that another person approves, and
//! taken back by reversing the document of the act.

use super::dto::bill::{BillBody, BillOut, BillPaymentBody, BillStateName, PaidBillView, ReceivedBillView};
use super::dto::leaf::{CustomerName, Date};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{Page, PageQuery};
use crate::http::params::Flag;
use actix_web::http::StatusCode;
use app::bill::{self, WantedBills};
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of `GET /v1/bills`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// That stand so.
    state: Option<BillStateName>,
    /// From this customer only.
    customer: Option<CustomerName>,
    /// Mature on this day or later.
    maturity_from: Option<Date>,
    /// Mature on this day or earlier.
    maturity_to: Option<Date>,
    /// `true`: endorsed with recourse and not matured (或有事项), which stand on no account.
    contingent: Option<Flag>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> WantedBills<'_> {
        WantedBills {
            state: self.state.map(Into::into),
            customer: self.customer.as_ref().map(|name| &name.0),
            maturity_from: self.maturity_from.as_ref().map(|date| date.0),
            maturity_to: self.maturity_to.as_ref().map(|date| date.0),
            contingent: self.contingent.unwrap_or_default().0,
        }
    }
}

/// Receives a bill of exchange
///
/// It pays what the customer owes, as money would, and stands on the account of bills until it is paid or given on.
#[utoipa::path(post, path = "/v1/bills", tag = "bills", request_body = BillBody,
    responses((status = 201, description = "Posted", body = ReceivedBillView)))]
pub async fn receive_bill(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: BillBody| {
        let input = body.try_into()?;
        Ok(ReceivedBillView::from(bill::receive(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists bills in the order in which they were received, without what was done with them
#[utoipa::path(get, path = "/v1/bills", tag = "bills", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<BillOut>)))]
pub async fn list_bills(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = bill::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.bill.id.to_string(), BillOut::from))
    })
    .await
}

/// Shows a bill with what was done with it
#[utoipa::path(get, path = "/v1/bills/{id}", tag = "bills", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The bill", body = BillOut)))]
pub async fn show_bill(call: Call) -> Answer {
    call.read(|cx| Ok(BillOut::from(bill::get(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

/// Records that a bill was paid
#[utoipa::path(post, path = "/v1/bill-payments", tag = "bills", request_body = BillPaymentBody,
    responses((status = 201, description = "Posted", body = PaidBillView)))]
pub async fn pay_bill(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: BillPaymentBody| {
        Ok(PaidBillView::from(bill::pay(cx.app, cx.actor, cx.company, &body.into())?))
    })
    .await
}
