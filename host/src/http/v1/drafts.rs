//! Drafts (草稿 → 提交 → 审批 → 过账): documents on their way to being posted.

use super::dto::adjusting::{AdjustmentBody, RefundBody, WriteOffBody};
use super::dto::approval::granted_before;
use super::dto::bill::{BillBody, BillDiscountBody, BillDishonourBody, BillEndorsementBody, BillPaymentBody};
use super::dto::document::ReversalDraftBody;
use super::dto::draft::{
    DraftApprovalBody, DraftBody, DraftChangeBody, DraftKindName, DraftOut, DraftStateName, PreviewView,
    RejectionBody,
};
use super::dto::invoice::InvoiceBody;
use super::dto::item::complete;
use super::dto::leaf::CustomerName;
use super::dto::opening::OpeningBody;
use super::dto::receipt::ReceiptBody;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx, Nothing};
use crate::http::json;
use crate::http::page::{Page, PageQuery};
use crate::http::precondition::{IfMatch, IfMatchRequired, Tag};
use crate::http::problem::{Code, Problem};
use actix_web::http::StatusCode;
use app::App;
use app::adjusting::WriteOff;
use app::draft::{self, Content, Reader, Wanted};
use domain::actor::Actor;
use domain::draft::DraftKind;
use domain::ids::CompanyId;
use serde::Deserialize;
use serde_json::Value;
use std::cell::RefCell;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/drafts`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// That stand so.
    state: Option<DraftStateName>,
    /// Of this kind only.
    kind: Option<DraftKindName>,
    /// Of this customer only.
    customer: Option<CustomerName>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            state: self.state.map(Into::into),
            kind: self.kind.map(Into::into),
            customer: self.customer.as_ref().map(|name| &name.0),
        }
    }
}

/// Reads a body as the direct route of its kind does.
///
/// # Errors
/// What that would refuse it with, by pointers into the body.
pub fn content(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    kind: DraftKind,
    body: &Value,
) -> Result<Content, Problem> {
    Ok(match kind {
        DraftKind::Invoice | DraftKind::CreditNote | DraftKind::DebitNote | DraftKind::LateFee => {
            let mut body = body.clone();
            if let Some(members) = body.as_object_mut() {
                let said = members.insert("kind".to_owned(), kind.name().into());
                if said.is_some_and(|said| said != kind.name()) {
                    let why = format!("is not that of the draft, which is {}", kind.name());
                    return Err(Problem::new(Code::InvalidField, &why).at("/kind", &why));
                }
            }
            let mut body: InvoiceBody = json::read(&body)?;
            complete(app, actor, company, &mut body)?;
            Content::Invoice(Box::new(body.try_into()?))
        }
        DraftKind::Receipt => Content::Receipt(Box::new(json::read::<ReceiptBody>(body)?.try_into()?)),
        DraftKind::WriteOff => Content::WriteOff(WriteOff::from(json::read::<WriteOffBody>(body)?)),
        DraftKind::Refund => Content::Refund(json::read::<RefundBody>(body)?.into()),
        DraftKind::Adjustment => Content::Adjust(Box::new(json::read::<AdjustmentBody>(body)?.try_into()?)),
        DraftKind::Bill => Content::Bill(Box::new(json::read::<BillBody>(body)?.try_into()?)),
        DraftKind::BillEndorsement => {
            Content::OnBill(Box::new(json::read::<BillEndorsementBody>(body)?.into()))
        }
        DraftKind::BillDiscount => Content::OnBill(Box::new(json::read::<BillDiscountBody>(body)?.into())),
        DraftKind::BillPayment => Content::OnBill(Box::new(json::read::<BillPaymentBody>(body)?.into())),
        DraftKind::BillDishonour => Content::OnBill(Box::new(json::read::<BillDishonourBody>(body)?.into())),
        DraftKind::Opening => Content::Opening(Box::new(json::read::<OpeningBody>(body)?.try_into()?)),
        DraftKind::Reversal => Content::Reversal(json::read::<ReversalDraftBody>(body)?.into()),
    })
}

/// How `app` reads bodies, as this caller's.
pub(super) fn reader(cx: &Cx<'_>) -> impl Fn(DraftKind, &Value) -> Result<Content, Problem> {
    move |kind, body| content(cx.app, cx.actor, cx.company, kind, body)
}

/// Runs `work` with a reader of bodies; what it is refused with stands in the body that was read.
fn in_body<T>(
    cx: &Cx<'_>,
    work: impl FnOnce(Reader<'_, Problem>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let seen = RefCell::new(Value::Null);
    let read = |kind: DraftKind, body: &Value| {
        *seen.borrow_mut() = body.clone();
        content(cx.app, cx.actor, cx.company, kind, body)
    };
    work(&read).map_err(|refused| refused.placed(&seen.borrow()).within_body())
}

/// The tag of the draft that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&DraftOut::from(draft::held(cx.app, tx, cx.company, cx.path("id")?)?))
}

/// Begins a draft
#[utoipa::path(post, path = "/v1/drafts", tag = "drafts", request_body = DraftBody,
    responses((status = 201, description = "Kept; nothing is posted", body = DraftOut)))]
pub async fn create_draft(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, DraftBody { kind, body }: DraftBody| {
        Ok(DraftOut::from(draft::create(cx.app, cx.actor, cx.company, kind.into(), &body)?))
    })
    .await
}

/// Lists drafts in the order of their making, without their bodies
#[utoipa::path(get, path = "/v1/drafts", tag = "drafts", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<DraftOut>)))]
pub async fn list_drafts(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = draft::list(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.draft.id.to_string(), DraftOut::from))
    })
    .await
}

/// Shows a draft with its body and what was done with it
#[utoipa::path(get, path = "/v1/drafts/{id}", tag = "drafts", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The draft", body = DraftOut)))]
pub async fn show_draft(call: Call) -> Answer {
    call.read(|cx| Ok(DraftOut::from(draft::get(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

/// Puts another body in a draft's place
///
/// Only while it is a draft or rejected; what was rejected is a draft again.
#[utoipa::path(put, path = "/v1/drafts/{id}", tag = "drafts",
    params(("id" = String, Path, description = "Id"), IfMatchRequired), request_body = DraftChangeBody,
    responses((status = 200, description = "Changed", body = DraftOut)))]
pub async fn change_draft(call: Call, body: JsonBody) -> Answer {
    call.replacing(current)
        .write(StatusCode::OK, body, |cx, DraftChangeBody { body }: DraftChangeBody| {
            let id = cx.path("id")?;
            Ok(DraftOut::from(draft::change(cx.app, cx.actor, cx.company, id, &body)?))
        })
        .await
}

/// Deletes a draft
///
/// Only while it is a draft or rejected; with what is attached to it.
#[utoipa::path(delete, path = "/v1/drafts/{id}", tag = "drafts",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "As it was", body = DraftOut)))]
pub async fn delete_draft(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            Ok(DraftOut::from(draft::delete(cx.app, cx.actor, cx.company, cx.path("id")?)?))
        })
        .await
}

/// Shows what a body would post
///
/// Tax, totals, due date and postings, as the use-case computes them; nothing stays, no number is taken, no key is needed.
#[utoipa::path(post, path = "/v1/drafts/preview", tag = "drafts", request_body = DraftBody,
    responses((status = 200, description = "What would be posted", body = PreviewView)))]
pub async fn preview_draft_body(call: Call, body: JsonBody) -> Answer {
    call.preview(body, |cx, DraftBody { kind, body }: DraftBody| {
        let of = (kind.into(), &body);
        let preview = in_body(cx, |read| draft::preview(cx.app, cx.actor, cx.company, of, read));
        Ok(PreviewView::from(preview?))
    })
    .await
}

/// Shows what a draft would post
///
/// As the preview of a body.
#[utoipa::path(post, path = "/v1/drafts/{id}/preview", tag = "drafts", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "What would be posted", body = PreviewView)))]
pub async fn preview_draft(call: Call, body: JsonBody) -> Answer {
    call.preview(body, |cx, Nothing {}| {
        let id = cx.path("id")?;
        let preview = in_body(cx, |read| draft::preview_saved(cx.app, cx.actor, cx.company, id, read));
        Ok(PreviewView::from(preview?))
    })
    .await
}

/// Submits a draft
///
/// Its body is checked in full, as the direct route would. Where no approval is needed it is approved at once.
#[utoipa::path(post, path = "/v1/drafts/{id}/submit", tag = "drafts",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Submitted", body = DraftOut)))]
pub async fn submit_draft(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            let done = in_body(cx, |read| draft::submit(cx.app, cx.actor, cx.company, id, read));
            Ok(DraftOut::from(done?))
        })
        .await
}

/// Approves a submitted draft
///
/// Who prepared or submitted it may not, nor who charged the customer in its period, unless another granted her an exception. The last
/// approval posts where the company's rule says so.
#[utoipa::path(post, path = "/v1/drafts/{id}/approve", tag = "drafts",
    params(("id" = String, Path, description = "Id"), IfMatch), request_body = Option<DraftApprovalBody>,
    responses((status = 200, description = "Approved", body = DraftOut)))]
pub async fn approve_draft(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act_with(StatusCode::OK, body, |cx, body: DraftApprovalBody| {
            granted_before(body.exception.as_ref())?;
            let id = cx.path("id")?;
            let done = in_body(cx, |read| draft::approve(cx.app, cx.actor, cx.company, id, read));
            Ok(DraftOut::from(done?))
        })
        .await
}

/// Turns a draft down
#[utoipa::path(post, path = "/v1/drafts/{id}/reject", tag = "drafts",
    params(("id" = String, Path, description = "Id"), IfMatch), request_body = RejectionBody,
    responses((status = 200, description = "Rejected; it may be changed and submitted again", body = DraftOut)))]
pub async fn reject_draft(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: RejectionBody| {
            let id = cx.path("id")?;
            Ok(DraftOut::from(draft::reject(cx.app, cx.actor, cx.company, id, &body.reason)?))
        })
        .await
}

/// Posts an approved draft
#[utoipa::path(post, path = "/v1/drafts/{id}/post", tag = "drafts",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Posted, with document and number", body = DraftOut)))]
pub async fn post_draft(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            let id = cx.path("id")?;
            let done = in_body(cx, |read| draft::post(cx.app, cx.actor, cx.company, id, read));
            Ok(DraftOut::from(done?))
        })
        .await
}
