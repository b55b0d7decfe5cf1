//! Reconciliation (对账): proposals, approved by people or by a policy.

use super::dto::job::EnqueuedView;
use super::dto::reconciliation::{
    ApprovedByPolicyView, ApprovedView, ProposalOut, ProposalStatusName, ProposedView, ReconciliationBody,
};
use super::jobs::{PreferHeader, enqueue};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, Cursor, Limit, Page};
use actix_web::http::StatusCode;
use app::job::EnqueueJob;
use app::reconciliation;
use serde::Deserialize;
use utoipa::IntoParams;

/// Parameters of `GET /v1/proposals`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// `next` of the page before.
    after: Option<Cursor>,
    /// Rows of the page.
    #[serde(default)]
    #[param(required = false)]
    limit: Limit,
    /// Of this status only.
    status: Option<ProposalStatusName>,
}

/// Lets the bound reconciliation plugin propose for all open bank lines
#[utoipa::path(post, path = "/v1/reconciliations", tag = "reconciliation", request_body = ReconciliationBody,
    params(PreferHeader),
    responses((status = 201, description = "Proposed; nothing is posted", body = ProposedView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn reconcile(call: Call, body: JsonBody) -> Answer {
    if call.respond_async() {
        return enqueue(call, body, |_: ReconciliationBody| EnqueueJob::Reconcile).await;
    }
    call.write(StatusCode::CREATED, body, |cx, _: ReconciliationBody| {
        Ok(ProposedView::from(reconciliation::propose(cx.app, cx.actor, cx.company)?))
    })
    .await
}

/// Lists proposals in the order of their making
#[utoipa::path(get, path = "/v1/proposals", tag = "reconciliation", params(ListQuery),
    responses((status = 200, description = "A page", body = Page<ProposalOut>)))]
pub async fn list_proposals(call: Call) -> Answer {
    call.read(|cx| {
        let ListQuery { after, limit, status } = cx.query()?;
        let (after, status) = (page::key(after.as_ref())?, status.map(Into::into));
        let rows = reconciliation::list(cx.app, cx.actor, cx.company, status, after, page::one_more(limit))?;
        Ok(Page::of(rows, limit, |row| row.proposal.id.to_string(), ProposalOut::from))
    })
    .await
}

/// Shows a proposal
#[utoipa::path(get, path = "/v1/proposals/{id}", tag = "reconciliation", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "With what it would do", body = ProposalOut)))]
pub async fn show_proposal(call: Call) -> Answer {
    call.read(|cx| {
        let id = cx.path("id")?;
        Ok(ProposalOut::from(reconciliation::get(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}

/// Approves a proposal and posts it
///
/// Who ran the reconciliation may not.
#[utoipa::path(post, path = "/v1/proposals/{id}/approve", tag = "reconciliation",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "Posted", body = ApprovedView)))]
pub async fn approve_proposal(call: Call, body: JsonBody) -> Answer {
    call.act(StatusCode::OK, body, |cx| {
        let id = cx.path("id")?;
        Ok(ApprovedView::from(reconciliation::approve(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}

/// Turns a proposal down
#[utoipa::path(post, path = "/v1/proposals/{id}/reject", tag = "reconciliation",
    params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "Rejected; its lines are open again", body = ProposalOut)))]
pub async fn reject_proposal(call: Call, body: JsonBody) -> Answer {
    call.act(StatusCode::OK, body, |cx| {
        let id = cx.path("id")?;
        reconciliation::reject(cx.app, cx.actor, cx.company, id)?;
        Ok(ProposalOut::from(reconciliation::get(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}

/// Approves what is exact, as the policy `auto-exact`
#[utoipa::path(post, path = "/v1/proposals/approve-exact", tag = "reconciliation",
    responses((status = 200, description = "Posted", body = ApprovedByPolicyView)))]
pub async fn approve_exact(call: Call, body: JsonBody) -> Answer {
    call.act(StatusCode::OK, body, |cx| {
        Ok(ApprovedByPolicyView::from(reconciliation::approve_by_policy(cx.app, cx.actor, cx.company)?))
    })
    .await
}
