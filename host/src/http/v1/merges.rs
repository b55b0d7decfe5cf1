//! Merges of customers (合并).

use super::dto::customer::CustomerOut;
use super::dto::leaf::CustomerName;
use super::dto::merge::{MergeBody, MergeOut, MergeStateName, MergeUndoBody};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::customer;
use app::merge::{self, Propose, Undo, Wanted};
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/customer-merges`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// That stand so.
    state: Option<MergeStateName>,
    /// Of this customer, on either side.
    customer: Option<CustomerName>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted { state: self.state.map(Into::into), customer: self.customer.as_ref().map(|c| &c.0) }
    }
}

/// The tag of the customer that the path names.
fn of_customer(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&CustomerOut::from(customer::held(tx, cx.company, &cx.path("id")?)?))
}

/// The tag of the merge that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&MergeOut::from(merge::held(tx, cx.company, cx.path("id")?)?))
}

/// Proposes that another customer takes the place of this one
///
/// Another person approves it. Then what is open goes over by transfers (划转), nothing is posted to this one any more
/// (`customer-merged`), and bank lines that show it are the other's. Refused while a statement of it waits to be approved.
#[utoipa::path(post, path = "/v1/customers/{id}/merge", tag = "customers", request_body = MergeBody,
    params(("id" = String, Path, description = "Id or code"), IfMatch),
    responses((status = 201, description = "Proposed", body = MergeOut)))]
pub async fn propose_merge(call: Call, body: JsonBody) -> Answer {
    call.over(of_customer)
        .write(StatusCode::CREATED, body, |cx, body: MergeBody| {
            let date = body.date.map(|date| date.0);
            let input = Propose { source: cx.path("id")?, into: body.into.0, date };
            Ok(MergeOut::from(merge::propose(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Lists merges in the order of their making
#[utoipa::path(get, path = "/v1/customer-merges", tag = "customers", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<MergeOut>)))]
pub async fn list_merges(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = merge::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.merge.id.to_string(), MergeOut::from))
    })
    .await
}

/// Shows a merge with what went over
#[utoipa::path(get, path = "/v1/customer-merges/{id}", tag = "customers", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The merge", body = MergeOut)))]
pub async fn show_merge(call: Call) -> Answer {
    call.read(|cx| Ok(MergeOut::from(merge::get(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

/// Approves a merge, and does it
///
/// Who proposed it may not.
#[utoipa::path(post, path = "/v1/customer-merges/{id}/approve", tag = "customers",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Merged", body = MergeOut)))]
pub async fn approve_merge(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            Ok(MergeOut::from(merge::approve(cx.app, cx.actor, cx.company, cx.path("id")?)?))
        })
        .await
}

/// Takes back a proposal that nobody approved
#[utoipa::path(post, path = "/v1/customer-merges/{id}/withdraw", tag = "customers",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Withdrawn", body = MergeOut)))]
pub async fn withdraw_merge(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            Ok(MergeOut::from(merge::withdraw(cx.app, cx.actor, cx.company, cx.path("id")?)?))
        })
        .await
}

/// Undoes a merge
///
/// As long as nothing rests on it: what went over is untouched, and no statement states it.
#[utoipa::path(post, path = "/v1/customer-merges/{id}/undo", tag = "customers",
    params(("id" = String, Path, description = "Id"), IfMatch), request_body = Option<MergeUndoBody>,
    responses((status = 200, description = "Undone", body = MergeOut)))]
pub async fn undo_merge(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act_with(StatusCode::OK, body, |cx, body: MergeUndoBody| {
            let input = Undo { id: cx.path("id")?, date: body.date.map(|date| date.0) };
            Ok(MergeOut::from(merge::undo(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}
