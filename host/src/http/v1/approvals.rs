//! What a company wants approved (审批规则), and exceptions from the separation of duties.

use super::dto::approval::{ApprovalRulesBody, GrantBody, GrantedOut};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::precondition::{IfMatchRequired, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::{draft, exception};
use store::Tx;

/// The tag of all of them.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&ApprovalRulesBody::from(draft::held_rules(tx, cx.company)?))
}

/// Lists what drafts need before they are posted
#[utoipa::path(get, path = "/v1/approval-rules", tag = "drafts",
    responses((status = 200, description = "All of them", body = ApprovalRulesBody)))]
pub async fn list_approval_rules(call: Call) -> Answer {
    call.read(|cx| Ok(ApprovalRulesBody::from(draft::rules(cx.app, cx.actor, cx.company)?))).await
}

/// Puts rules in the place of all of the company's own
#[utoipa::path(put, path = "/v1/approval-rules", tag = "drafts", request_body = ApprovalRulesBody, params(IfMatchRequired),
    responses((status = 200, description = "Set", body = ApprovalRulesBody)))]
pub async fn put_approval_rules(call: Call, body: JsonBody) -> Answer {
    call.replacing(current)
        .write(StatusCode::OK, body, |cx, body: ApprovalRulesBody| {
            let rules = body.own()?;
            Ok(ApprovalRulesBody::from(draft::put_rules(cx.app, cx.actor, cx.company, &rules)?))
        })
        .await
}

/// Lets another person approve what the separation of duties keeps her from
///
/// It holds for a proposal, or for a draft as it was submitted last. Nobody grants one to herself.
#[utoipa::path(post, path = "/v1/exceptions", tag = "drafts", request_body = GrantBody,
    responses((status = 201, description = "Granted; it stands in the events as `exception.made`", body = GrantedOut)))]
pub async fn grant_exception(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: GrantBody| {
        let input = body.read()?;
        Ok(GrantedOut::from(exception::grant(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}
