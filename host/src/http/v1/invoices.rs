//! Invoices and credit notes (发票, 贷项/红字).

use super::dto::document::{DocumentKindName, DocumentStatusName};
use super::dto::invoice::{DocumentOut, InvoiceBody, InvoiceOut};
use super::dto::issued::IssuedInvoiceView;
use super::dto::item::complete;
use super::dto::leaf::{Currency, CustomerName, Date};
use super::dto::terms::{DueDatesView, ReceivedBody};
use crate::http::body::JsonBody;
use crate::http::bulk;
use crate::http::call::{Answer, Call, Cx, encode};
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::due::{self, InvoiceReceived};
use app::invoice::{self, IssueInvoice, Wanted};
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/invoices`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this kind only.
    kind: Option<DocumentKindName>,
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// Those with this id of yours; it is unique by kind.
    external_id: Option<String>,
    /// Effective on this day or later.
    from: Option<Date>,
    /// Effective on this day or earlier.
    to: Option<Date>,
    /// In this currency only.
    currency: Option<Currency>,
    /// Whether something of it is still open.
    status: Option<DocumentStatusName>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted {
            kind: self.kind.map(DocumentKindName::name),
            customer: self.customer.as_ref().map(|c| &c.0),
            external_id: self.external_id.as_deref(),
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
            currency: self.currency.as_ref().map(|c| c.0),
            open: self.status.map(DocumentStatusName::is_open),
        }
    }
}

/// Issues an invoice or credit note
///
/// The bound tax plugin assesses it; the host checks the answer, numbers the document and posts it, or refuses. A credit note that names
/// its original clears what is open of that, in the same entry.
#[utoipa::path(post, path = "/v1/invoices", tag = "invoices", request_body = InvoiceBody,
    responses((status = 201, description = "Posted", body = IssuedInvoiceView)))]
pub async fn issue_invoice(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, mut body: InvoiceBody| {
        complete(cx.app, cx.actor, cx.company, &mut body)?;
        let input = body.try_into()?;
        Ok(IssuedInvoiceView::from(invoice::issue(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Issues many invoices and credit notes, an outcome a row
///
/// A row is a body of `POST /v1/invoices` on a line. One that is refused stops no other; repeated with the same key, rows that
/// were posted are answered as before and the rest is worked on. At most 2000 rows and 16 MiB.
#[utoipa::path(post, path = "/v1/invoices/bulk", tag = "invoices",
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object on each line"),
    responses((status = 200, description = "`{\"row\", \"status\", \"body\"}` or `{\"row\", \"status\", \"problem\"}` on each line",
        body = String, content_type = "application/x-ndjson")))]
pub async fn issue_invoices(call: Call, payload: Payload) -> Answer {
    call.bulk_invoices(payload, row, |issued| encode(&IssuedInvoiceView::from(issued))).await
}

fn row(cx: &Cx<'_>, text: &[u8]) -> Result<IssueInvoice, Problem> {
    let mut body: InvoiceBody = bulk::body(text)?;
    complete(cx.app, cx.actor, cx.company, &mut body)?;
    Ok(body.try_into()?)
}

/// The tag of the document that the path names, as `GET /v1/invoices/{id}` gives it of whatever kind.
pub(super) fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    let name: String = cx.path("id")?;
    Tag::of_view(&InvoiceOut::from(invoice::held(cx.app, tx, cx.company, &name)?))
}

/// Records that the customer received an invoice
///
/// For terms whose days count from it: the due dates of its items are known from then on, and reports as of an earlier position answer
/// as they did. Told again with another day, the last one counts.
#[utoipa::path(post, path = "/v1/invoices/{id}/received", tag = "invoices", request_body = ReceivedBody,
    params(("id" = String, Path, description = "Id or number"), IfMatch),
    responses((status = 200, description = "Its due dates", body = DueDatesView)))]
pub async fn receive_invoice(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: ReceivedBody| {
            let input = InvoiceReceived { document: cx.path("id")?, date: body.date.0 };
            Ok(DueDatesView::from(due::receive(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Lists posted documents of all kinds by effective date
#[utoipa::path(get, path = "/v1/invoices", tag = "invoices", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<DocumentOut>)))]
pub async fn list_invoices(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = invoice::list(cx.app, cx.actor, cx.company, &wanted, paging.pair()?, paging.rows())?;
        let left = invoice::left(cx.app, cx.actor, cx.company, &rows)?;
        let key = |row: &store::rows::Document| page::pair_key(row.effective_date, row.id);
        Ok(paging.page(rows, key, |row| DocumentOut::of(row, &left)))
    })
    .await
}

/// Shows an invoice or credit note
#[utoipa::path(get, path = "/v1/invoices/{id}", tag = "invoices", params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, description = "With lines and tax", body = InvoiceOut)))]
pub async fn show_invoice(call: Call) -> Answer {
    call.read(|cx| {
        let name: String = cx.path("id")?;
        Ok(InvoiceOut::from(invoice::get(cx.app, cx.actor, cx.company, &name)?))
    })
    .await
}
