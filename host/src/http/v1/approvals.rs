//! What a company wants approved (审批规则), and exceptions from the separation of duties.

use super::drafts;
use super::dto::approval::{ApprovalRulesBody, GrantBody, GrantedOut};
use super::dto::leaf::{CustomerName, Month};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatchRequired, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::exception::Wanted;
use app::{draft, exception};
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/exceptions`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExceptionsQuery {
    /// Who may approve by it: the id of the user.
    person: Option<String>,
    /// Who granted it: the id of the user.
    granted_by: Option<String>,
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// Of what is effective in this month.
    period: Option<Month>,
}

impl ExceptionsQuery {
    pub(super) fn wanted(&self) -> Result<Wanted<'_>, Problem> {
        Ok(Wanted {
            person: page::id("person", self.person.as_deref())?,
            granted_by: page::id("granted_by", self.granted_by.as_deref())?,
            customer: self.customer.as_ref().map(|c| &c.0),
            period: self.period.as_ref().map(|month| month.0),
        })
    }
}

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

/// Lists exceptions from the separation of duties in the order of their making
///
/// Each let one person approve a draft, as it was submitted then, or a proposal, or take back a document, of a customer whom she had charged in the month.
#[utoipa::path(get, path = "/v1/exceptions", tag = "drafts", params(PageQuery, ExceptionsQuery),
    responses((status = 200, description = "A page", body = Page<GrantedOut>)))]
pub async fn list_exceptions(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ExceptionsQuery>()?;
        let wanted = filters.wanted()?;
        let rows = exception::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.exception.event.to_string(), GrantedOut::from))
    })
    .await
}

/// Lets another person approve what the separation of duties keeps her from
///
/// It holds for a proposal, for a draft as it was submitted last, or for a document that is taken back with its proposal or import. Nobody grants one to herself, nor for what she made. Where money clears the debts of
/// others than who sent it, there is one for each of them; the answer is that of whose money it is.
#[utoipa::path(post, path = "/v1/exceptions", tag = "drafts", request_body = GrantBody,
    responses((status = 201, description = "Granted; it stands in the events as `exception.made`", body = GrantedOut)))]
pub async fn grant_exception(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: GrantBody| {
        let input = body.read()?;
        let read = drafts::reader(cx);
        let granted = exception::grant::<Problem>(cx.app, cx.actor, cx.company, &input, &read)?;
        Ok(GrantedOut::from(granted))
    })
    .await
}
