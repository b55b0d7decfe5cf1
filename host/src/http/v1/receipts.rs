//! Receipts (收款) and allocations (核销).

use super::dto::document::DocumentStatusName;
use super::dto::invoice::DocumentOut;
use super::dto::leaf::{Currency, CustomerName, Date, ItemId};
use super::dto::receipt::{
    AllocatedView, AllocationBody, AllocationOut, ReceiptBody, RecordedReceiptView, UndoBody,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::allocation::AllocateLess;
use app::invoice::{self, Wanted};
use app::{allocation, receipt};
use domain::actor::Noun;
use domain::ids::OpenItemId;
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

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

/// Records many receipts, an outcome a row
///
/// A row is a body of `POST /v1/receipts` on a line. One that is refused stops no other; repeated with the same key, rows that
/// were posted are answered as before and the rest is worked on. At most 2000 rows and 16 MiB.
#[utoipa::path(post, path = "/v1/receipts/bulk", tag = "receipts",
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object on each line"),
    responses((status = 200, description = "`{\"row\", \"status\", \"body\"}` or `{\"row\", \"status\", \"problem\"}` on each line",
        body = String, content_type = "application/x-ndjson")))]
pub async fn record_receipts(call: Call, payload: Payload) -> Answer {
    call.bulk(Noun::Money, payload, |cx, body: ReceiptBody| {
        let input = body.try_into()?;
        Ok(RecordedReceiptView::from(receipt::record(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Filters of `GET /v1/receipts`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReceiptsQuery {
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// The one with this id of yours.
    external_id: Option<String>,
    /// Effective on this day or later.
    from: Option<Date>,
    /// Effective on this day or earlier.
    to: Option<Date>,
    /// In this currency only.
    currency: Option<Currency>,
    /// Whether something of it is not used yet.
    status: Option<DocumentStatusName>,
}

impl ReceiptsQuery {
    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            kind: Some("receipt"),
            customer: self.customer.as_ref().map(|c| &c.0),
            external_id: self.external_id.as_deref(),
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
            currency: self.currency.as_ref().map(|c| c.0),
            open: self.status.map(DocumentStatusName::is_open),
        }
    }
}

/// Lists receipts by effective date
#[utoipa::path(get, path = "/v1/receipts", tag = "receipts", params(PageQuery, ReceiptsQuery),
    responses((status = 200, description = "A page", body = Page<DocumentOut>)))]
pub async fn list_receipts(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ReceiptsQuery>()?;
        let wanted = filters.wanted();
        let rows = invoice::list(cx.app, cx.actor, cx.company, &wanted, paging.pair()?, paging.rows())?;
        let left = invoice::left(cx.app, cx.actor, cx.company, &rows)?;
        let key = |row: &store::rows::Document| page::pair_key(row.effective_date, row.id);
        Ok(paging.page(rows, key, |row| DocumentOut::of(row, &left)))
    })
    .await
}

/// Shows a receipt
#[utoipa::path(get, path = "/v1/receipts/{id}", tag = "receipts", params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, description = "The receipt", body = DocumentOut)))]
pub async fn show_receipt(call: Call) -> Answer {
    call.read(|cx| {
        let name: String = cx.path("id")?;
        let receipt = invoice::document(cx.app, cx.actor, cx.company, "receipt", &name)?;
        let left = invoice::left(cx.app, cx.actor, cx.company, std::slice::from_ref(&receipt))?;
        Ok(DocumentOut::of(receipt, &left))
    })
    .await
}

/// Parameters of `GET /v1/allocations`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AllocationsQuery {
    /// The open item that pays or is paid.
    item: ItemId,
}

impl AllocationsQuery {
    pub(super) const fn item(&self) -> OpenItemId {
        self.item.0
    }
}

/// Lists what pays an item, or what it pays
#[utoipa::path(get, path = "/v1/allocations", tag = "receipts", params(PageQuery, AllocationsQuery),
    responses((status = 200, description = "A page, undone ones with their undoing", body = Page<AllocationOut>)))]
pub async fn list_allocations(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<AllocationsQuery>()?;
        let item = filters.item();
        let rows = allocation::page(cx.app, cx.actor, cx.company, item, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |view| view.row.id.to_string(), AllocationOut::from))
    })
    .await
}

/// Shows an allocation
#[utoipa::path(get, path = "/v1/allocations/{id}", tag = "receipts", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The allocation, or the undoing of one", body = AllocationOut)))]
pub async fn show_allocation(call: Call) -> Answer {
    call.read(|cx| Ok(AllocationOut::from(allocation::get(cx.app, cx.actor, cx.company, cx.path("id")?)?)))
        .await
}

/// Lets a credit item pay a debit item
#[utoipa::path(post, path = "/v1/allocations", tag = "receipts", request_body = AllocationBody,
    responses((status = 201, description = "Posted, with the realised exchange difference", body = AllocatedView)))]
pub async fn allocate(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: AllocationBody| {
        Ok(match body.discount() {
            Some(discount) => {
                let input = AllocateLess { allocate: body.into(), discount };
                AllocatedView::from(allocation::allocate_less(cx.app, cx.actor, cx.company, &input)?)
            }
            None => AllocatedView::from(allocation::allocate(cx.app, cx.actor, cx.company, &body.into())?),
        })
    })
    .await
}

/// The tag of the allocation that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&AllocationOut::from(allocation::held(tx, cx.company, cx.path("id")?)?))
}

/// Takes an allocation back
#[utoipa::path(post, path = "/v1/allocations/{id}/undo", tag = "receipts", request_body = UndoBody,
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 201, description = "Posted by an entry of its own", body = AllocatedView)))]
pub async fn undo_allocation(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::CREATED, body, |cx, body: UndoBody| {
            let (id, effective_date) = (cx.path("id")?, body.effective_date.0);
            let input = allocation::UndoAllocation { id, effective_date };
            Ok(AllocatedView::from(allocation::undo(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}
