//! One bank line (银行流水): its proposals and candidates, and settling it by hand.

use super::dto::leaf::{CustomerName, Decimal};
use super::dto::settle::{BankLineView, CandidateOut, ReturnReceiptBody, SettleBody, SettledView};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::reconciliation::{self, WantedCandidates};
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/bank-lines/{id}/candidates`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CandidateQuery {
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// Of customers whose name begins so.
    name: Option<String>,
    /// Of the document with this number, tax invoice, purchase order or id of yours.
    reference: Option<String>,
    /// With at least so much open.
    amount_from: Option<Decimal>,
    /// With at most so much open.
    amount_to: Option<Decimal>,
}

/// Shows a bank line with its proposals and best candidates
#[utoipa::path(get, path = "/v1/bank-lines/{id}", tag = "bank", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The line", body = BankLineView)))]
pub async fn show_bank_line(call: Call) -> Answer {
    call.read(|cx| {
        let id = cx.path("id")?;
        Ok(BankLineView::from(reconciliation::line(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}

/// The tag of the line that the path names, with its proposals and candidates.
pub(super) fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&BankLineView::from(reconciliation::line_held(tx, cx.company, cx.path("id")?)?))
}

/// Lists what is open in the line's currency, in the order of its making
#[utoipa::path(get, path = "/v1/bank-lines/{id}/candidates", tag = "bank",
    params(("id" = String, Path, description = "Id"), PageQuery, CandidateQuery),
    responses((status = 200, description = "A page, each item with its score", body = Page<CandidateOut>)))]
pub async fn list_candidates(call: Call) -> Answer {
    call.read(|cx| {
        let id = cx.path("id")?;
        let (filters, paging) = cx.page::<CandidateQuery>()?;
        let wanted = WantedCandidates {
            customer: filters.customer.as_ref().map(|name| &name.0),
            name: filters.name.as_deref(),
            reference: filters.reference.as_deref(),
            amount_from: filters.amount_from.map(|amount| amount.0),
            amount_to: filters.amount_to.map(|amount| amount.0),
        };
        let rows = reconciliation::candidates(
            cx.app,
            cx.actor,
            cx.company,
            (id, &wanted),
            paging.key()?,
            paging.rows(),
        )?;
        Ok(paging.page(rows, |row| row.item.item.id.to_string(), CandidateOut::from))
    })
    .await
}

/// Settles a bank line by hand
///
/// It is checked and posted as a proposal is. Where the company wants an approval of such receipts, it waits for another person.
#[utoipa::path(post, path = "/v1/bank-lines/{id}/settle", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = SettleBody,
    responses((status = 201, description = "Settled, or proposed", body = SettledView)))]
pub async fn settle_bank_line(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: SettleBody| {
            let input = body.of(cx.path("id")?);
            Ok(SettledView::from(reconciliation::settle(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Says which receipt a bank line takes back
///
/// Receipt, allocations and fee are posted as those of an approved return. What the bank does not call a return waits for another person,
/// and so does what the company wants approved.
#[utoipa::path(post, path = "/v1/bank-lines/{id}/return", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = ReturnReceiptBody,
    responses((status = 201, description = "Returned, or proposed", body = SettledView)))]
pub async fn return_receipt(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: ReturnReceiptBody| {
            let input = body.of(cx.path("id")?);
            Ok(SettledView::from(reconciliation::return_receipt(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}
