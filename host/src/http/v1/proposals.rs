//! Reconciliation (对账): proposals, approved by people or by a policy.

use super::dto::approval::granted_before;
use super::dto::job::EnqueuedView;
use super::dto::leaf::CustomerName;
use super::dto::reconciliation::{
    ApprovalBody, ApprovedByPolicyView, ApprovedView, ConfidenceName, ProposalOut, ProposalStatusName,
    ProposedView, ReconciliationBody,
};
use super::dto::settle::{UndoProposalBody, UndoneProposalView};
use super::jobs::{PreferHeader, enqueue, later};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx, Nothing};
use crate::http::page::{Page, PageQuery};
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::job::{EnqueueJob, JobKind};
use app::reconciliation::{self, ApproveProposal};
use serde::Deserialize;
use utoipa::IntoParams;

/// Filters of `GET /v1/proposals`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this status only.
    status: Option<ProposalStatusName>,
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// exact | strong | weak | ambiguous
    confidence: Option<ConfidenceName>,
    /// Whether somebody approved that it is undone, and others must, too; default: either.
    undoing: Option<Flag>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> reconciliation::Wanted<'_> {
        reconciliation::Wanted {
            status: self.status.map(Into::into),
            customer: self.customer.as_ref().map(|c| &c.0),
            confidence: self.confidence.map(ConfidenceName::name),
            undoing: self.undoing.map(|flag| flag.0),
        }
    }
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
#[utoipa::path(get, path = "/v1/proposals", tag = "reconciliation", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<ProposalOut>)))]
pub async fn list_proposals(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows =
            reconciliation::search(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.proposal.id.to_string(), ProposalOut::from))
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

/// The tag of the proposal that the path names.
fn current(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&ProposalOut::from(reconciliation::load(tx, cx.company, cx.path("id")?)?))
}

/// Approves a proposal and posts it
///
/// Who ran the reconciliation may not, nor who charged the payer or whoever's debts it clears in that period, unless another granted
/// her an exception.
#[utoipa::path(post, path = "/v1/proposals/{id}/approve", tag = "reconciliation",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = Option<ApprovalBody>,
    responses((status = 200, description = "Posted", body = ApprovedView)))]
pub async fn approve_proposal(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act_with(StatusCode::OK, body, |cx, body: ApprovalBody| {
            let effective_date = body.effective_date.map(|date| date.0);
            granted_before(body.exception.as_ref())?;
            let withholding = body.withholding.into_iter().enumerate().map(|(n, one)| one.of(n)).collect();
            let input = ApproveProposal { id: cx.path("id")?, effective_date, withholding };
            Ok(ApprovedView::from(reconciliation::approve(cx.app, cx.actor, cx.company, input)?))
        })
        .await
}

/// Turns a proposal down
#[utoipa::path(post, path = "/v1/proposals/{id}/reject", tag = "reconciliation",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Rejected; its lines are open again", body = ProposalOut)))]
pub async fn reject_proposal(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            reconciliation::reject(cx.app, cx.actor, cx.company, id)?;
            Ok(ProposalOut::from(reconciliation::get(cx.app, cx.actor, cx.company, id)?))
        })
        .await
}

/// Takes back what the approval of a proposal posted
///
/// Its allocations are undone, its receipt or return is reversed, its bank lines are open again: all or nothing. Where a rule for reversals wants
/// several people, each of them asks for it: it is tried whole, and done when the last of them does.
#[utoipa::path(post, path = "/v1/proposals/{id}/undo", tag = "reconciliation",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = Option<UndoProposalBody>,
    responses((status = 200, description = "Undone, or approved by one of several who must", body = UndoneProposalView)))]
pub async fn undo_proposal(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act_with(StatusCode::OK, body, |cx, body: UndoProposalBody| {
            let input = body.of(cx.path("id")?);
            Ok(UndoneProposalView::from(reconciliation::undo(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Approves what is exact, as the policy `auto-exact`
#[utoipa::path(post, path = "/v1/proposals/approve-exact", tag = "reconciliation", params(PreferHeader),
    responses((status = 200, description = "Posted", body = ApprovedByPolicyView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn approve_exact(call: Call, body: JsonBody) -> Answer {
    if call.respond_async() {
        return later::<Nothing>(call, body, (JobKind::ApproveExact, false), |_, body| Ok(body)).await;
    }
    call.act(StatusCode::OK, body, |cx| {
        Ok(ApprovedByPolicyView::from(reconciliation::approve_by_policy(cx.app, cx.actor, cx.company)?))
    })
    .await
}
