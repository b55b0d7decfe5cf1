//! Receipts (收款) and allocations (核销).

use super::dto::receipt::{AllocatedView, AllocationBody, ReceiptBody, RecordedReceiptView, UndoBody};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use actix_web::http::StatusCode;
use app::{allocation, receipt};

/// Records money received without a bank line
#[utoipa::path(post, path = "/v1/receipts", tag = "receipts", request_body = ReceiptBody,
    responses((status = 201, description = "Posted", body = RecordedReceiptView)))]
pub async fn record_receipt(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: ReceiptBody| {
        let input = body.try_into()?;
        Ok(RecordedReceiptView::from(receipt::record(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lets a credit item pay a debit item
#[utoipa::path(post, path = "/v1/allocations", tag = "receipts", request_body = AllocationBody,
    responses((status = 201, description = "Posted, with the realised exchange difference", body = AllocatedView)))]
pub async fn allocate(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: AllocationBody| {
        Ok(AllocatedView::from(allocation::allocate(cx.app, cx.actor, cx.company, &body.into())?))
    })
    .await
}

/// Takes an allocation back
#[utoipa::path(post, path = "/v1/allocations/{id}/undo", tag = "receipts", request_body = UndoBody,
    params(("id" = String, Path, description = "Id")),
    responses((status = 201, description = "Posted by an entry of its own", body = AllocatedView)))]
pub async fn undo_allocation(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: UndoBody| {
        let input = allocation::UndoAllocation { id: cx.path("id")?, effective_date: body.effective_date.0 };
        Ok(AllocatedView::from(allocation::undo(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}
