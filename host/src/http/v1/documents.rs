//! What becomes of posted documents: that they were issued (交付客户), their reversal (冲销).

use super::dto::document::{IssuedBody, MarkedIssuedView, ReversalBody, ReversedView};
use super::invoices::current;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::precondition::IfMatch;
use actix_web::http::StatusCode;
use app::document;

/// Notes that an invoice was issued to its customer
///
/// From then on it is corrected by a credit note that names it, and taken back no more; likewise one of which `/received` was told, and
/// one that an approved statement states. Noted again, the last one counts. `If-Match` names the `ETag` of `GET /v1/invoices/{id}`, which
/// shows what is noted.
#[utoipa::path(post, path = "/v1/documents/{id}/issued", tag = "documents",
    params(("id" = String, Path, description = "Id or number"), IfMatch), request_body = IssuedBody,
    responses((status = 200, description = "Noted", body = MarkedIssuedView)))]
pub async fn mark_document_issued(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: IssuedBody| {
            let input = body.of(cx.path("id")?);
            Ok(MarkedIssuedView::from(document::mark_issued(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Takes a posted document back by one that mirrors it
///
/// Refused where something rests on it: money that was allocated (undo that first), a credit note or a return, a bank line (undo its
/// proposal), an approved statement that states it (take it back on a later day). An invoice that was issued to the customer – noted so,
/// received, stated in an approved statement – is corrected by a credit note. What a credit note cleared of its original is open again.
/// Where a rule wants it approved, it is a draft of the kind `reversal` (`ReversalDraftBody`). `If-Match` names the `ETag` of
/// `GET /v1/invoices/{id}`, which has documents of every kind.
#[utoipa::path(post, path = "/v1/documents/{id}/reverse", tag = "documents",
    params(("id" = String, Path, description = "Id or number"), IfMatch), request_body = ReversalBody,
    responses((status = 201, description = "Reversed", body = ReversedView)))]
pub async fn reverse_document(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: ReversalBody| {
            let input = body.of(cx.path("id")?);
            Ok(ReversedView::from(document::reverse(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}
