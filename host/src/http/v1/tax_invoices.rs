//! Tax invoices (发票): what the tax authority's platform issued, and for which documents.

use super::dto::leaf::{CustomerName, Date};
use super::dto::tax_invoice::{
    RecordedTaxInvoiceView, TaxInvoiceBody, TaxInvoiceKindName, TaxInvoiceOut, TaxInvoiceStatusName,
    TaxInvoiceVoidBody,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use app::tax_invoice::{self, WantedTaxInvoices};
use domain::actor::Noun;
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/tax-invoices`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// With this number (发票号码).
    number: Option<String>,
    /// Of this kind (发票种类).
    kind: Option<TaxInvoiceKindName>,
    /// That stand so.
    status: Option<TaxInvoiceStatusName>,
    /// Issued on this day or later.
    from: Option<Date>,
    /// Issued on this day or earlier.
    to: Option<Date>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> WantedTaxInvoices<'_> {
        WantedTaxInvoices {
            customer: self.customer.as_ref().map(|c| &c.0),
            number: self.number.as_deref(),
            kind: self.kind.map(Into::into),
            status: self.status.map(Into::into),
            from: self.from.as_ref().map(|d| d.0),
            to: self.to.as_ref().map(|d| d.0),
        }
    }
}

/// Records a tax invoice, or a red-letter one
///
/// With the documents that it is of: their amounts are bounded by their gross. Number and state are the platform's, never of a
/// series of ours. A document with one that stands is corrected by a linked credit note alone.
#[utoipa::path(post, path = "/v1/tax-invoices", tag = "tax-invoices", request_body = TaxInvoiceBody,
    responses((status = 201, description = "Recorded", body = RecordedTaxInvoiceView)))]
pub async fn record_tax_invoice(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: TaxInvoiceBody| {
        let input = body.into();
        Ok(RecordedTaxInvoiceView::from(tax_invoice::record(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Records many tax invoices, an outcome a row
///
/// A row is a body of `POST /v1/tax-invoices` on a line. One that is refused stops no other; repeated with the same key, rows that
/// were made are answered as before and the rest is worked on. At most 2000 rows and 16 MiB.
#[utoipa::path(post, path = "/v1/tax-invoices/bulk", tag = "tax-invoices",
    request_body(content = String, content_type = "application/x-ndjson", description = "A JSON object on each line"),
    responses((status = 200, description = "`{\"row\", \"status\", \"body\"}` or `{\"row\", \"status\", \"problem\"}` on each line",
        body = String, content_type = "application/x-ndjson")))]
pub async fn record_tax_invoices(call: Call, payload: Payload) -> Answer {
    call.bulk(Noun::Documents, payload, |cx, body: TaxInvoiceBody| {
        let input = body.into();
        Ok(RecordedTaxInvoiceView::from(tax_invoice::record(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Lists tax invoices by day of issue
#[utoipa::path(get, path = "/v1/tax-invoices", tag = "tax-invoices", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<TaxInvoiceOut>)))]
pub async fn list_tax_invoices(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let wanted = filters.wanted();
        let rows = tax_invoice::list(cx.app, cx.actor, cx.company, &wanted, paging.pair()?, paging.rows())?;
        Ok(paging.page(rows, |view| page::pair_key(view.row.issued_on, view.row.id), TaxInvoiceOut::from))
    })
    .await
}

/// Shows a tax invoice with its documents
#[utoipa::path(get, path = "/v1/tax-invoices/{id}", tag = "tax-invoices",
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, description = "With documents and red-letter ones", body = TaxInvoiceOut)))]
pub async fn show_tax_invoice(call: Call) -> Answer {
    call.read(|cx| {
        let name: String = cx.path("id")?;
        Ok(TaxInvoiceOut::from(tax_invoice::get(cx.app, cx.actor, cx.company, &name)?))
    })
    .await
}

/// The tag of the tax invoice that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    let name: String = cx.path("id")?;
    Tag::of_view(&TaxInvoiceOut::from(tax_invoice::held(tx, cx.company, &name)?))
}

/// Notes that the platform voided a tax invoice
///
/// One on paper in the month of its issue; a digital one (数电票) never: it is taken back by a red-letter one.
#[utoipa::path(post, path = "/v1/tax-invoices/{id}/void", tag = "tax-invoices", request_body = TaxInvoiceVoidBody,
    params(("id" = String, Path, description = "Id or number"), IfMatch),
    responses((status = 200, description = "Voided", body = TaxInvoiceOut)))]
pub async fn void_tax_invoice(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: TaxInvoiceVoidBody| {
            let name: String = cx.path("id")?;
            Ok(TaxInvoiceOut::from(tax_invoice::void(cx.app, cx.actor, cx.company, (&name, body.on.0))?))
        })
        .await
}
