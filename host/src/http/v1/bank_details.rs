//! Changes of bank details (银行账号变更) by two people.

use super::dto::bank_detail::{BankDetailChangeBody, BankDetailChangeOut, BankDetailStateName};
use super::dto::draft::RejectionBody;
use super::dto::leaf::CustomerName;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::bank_detail::{self, Wanted};
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/bank-detail-changes`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// That stand so.
    state: Option<BankDetailStateName>,
    /// Of this customer.
    customer: Option<CustomerName>,
    /// Of this account of the company: its id.
    bank_account: Option<String>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> Result<Wanted<'_>, Problem> {
        Ok(Wanted {
            state: self.state.map(Into::into),
            customer: self.customer.as_ref().map(|c| &c.0),
            account: page::id("bank_account", self.bank_account.as_deref())?,
        })
    }
}

/// The tag of the change that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&BankDetailChangeOut::from(bank_detail::held(cx.app, tx, cx.company, cx.path("id")?)?))
}

/// Proposes other bank details
///
/// Of a customer, or of an account of the company's own. Nothing is in force before another person approves it; while one of a customer
/// waits, nothing is refunded to her.
#[utoipa::path(post, path = "/v1/bank-detail-changes", tag = "bank", request_body = BankDetailChangeBody,
    responses((status = 201, description = "Proposed", body = BankDetailChangeOut)))]
pub async fn propose_bank_detail_change(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: BankDetailChangeBody| {
        let input = body.try_into()?;
        Ok(BankDetailChangeOut::from(bank_detail::propose(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists changes of bank details in the order of their making
#[utoipa::path(get, path = "/v1/bank-detail-changes", tag = "bank", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<BankDetailChangeOut>)))]
pub async fn list_bank_detail_changes(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted()?;
        let rows = bank_detail::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.change.id.to_string(), BankDetailChangeOut::from))
    })
    .await
}

/// Shows a change of bank details
#[utoipa::path(get, path = "/v1/bank-detail-changes/{id}", tag = "bank", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The change", body = BankDetailChangeOut)))]
pub async fn show_bank_detail_change(call: Call) -> Answer {
    call.read(|cx| {
        let id = cx.path("id")?;
        Ok(BankDetailChangeOut::from(bank_detail::get(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}

/// Approves a change of bank details, and puts it in force
///
/// Who proposed it may not.
#[utoipa::path(post, path = "/v1/bank-detail-changes/{id}/approve", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "In force", body = BankDetailChangeOut)))]
pub async fn approve_bank_detail_change(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            Ok(BankDetailChangeOut::from(bank_detail::approve(cx.app, cx.actor, cx.company, id)?))
        })
        .await
}

/// Turns a change of bank details down
///
/// Who proposed it withdraws it.
#[utoipa::path(post, path = "/v1/bank-detail-changes/{id}/reject", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch), request_body = RejectionBody,
    responses((status = 200, description = "Rejected; what is in force stays", body = BankDetailChangeOut)))]
pub async fn reject_bank_detail_change(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: RejectionBody| {
            let id = cx.path("id")?;
            let done = bank_detail::reject(cx.app, cx.actor, cx.company, id, &body.reason)?;
            Ok(BankDetailChangeOut::from(done))
        })
        .await
}

/// Takes back a change of bank details that nobody decided
#[utoipa::path(post, path = "/v1/bank-detail-changes/{id}/withdraw", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Withdrawn", body = BankDetailChangeOut)))]
pub async fn withdraw_bank_detail_change(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            Ok(BankDetailChangeOut::from(bank_detail::withdraw(cx.app, cx.actor, cx.company, id)?))
        })
        .await
}
