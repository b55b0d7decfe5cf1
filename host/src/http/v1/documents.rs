//! Reversal of posted documents (冲销).

use super::dto::document::{ReversalBody, ReversedView};
use super::invoices::current;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::precondition::IfMatch;
use actix_web::http::StatusCode;
use app::document;

/// Takes a posted document back by one that mirrors it
///
/// Refused where something rests on it: money that was allocated (undo that first), a credit note or a return, a bank line (undo its
/// proposal), an approved statement that states it (take it back on a later day, or issue a credit note). What a credit note cleared
/// of its original is open again. `If-Match` names the `ETag` of `GET /v1/invoices/{id}`, which has documents of every kind.
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
