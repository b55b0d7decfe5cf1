//! Invoices and credit notes (发票, 贷项/红字).

use super::dto::invoice::{DocumentOut, InvoiceBody, InvoiceOut, IssuedInvoiceView};
use super::dto::item::complete;
use super::dto::leaf::CustomerName;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{self, Cursor, Limit, Page};
use actix_web::http::StatusCode;
use app::invoice::{self, Wanted};
use serde::Deserialize;
use utoipa::IntoParams;

/// Parameters of `GET /v1/invoices`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// `next` of the page before.
    after: Option<Cursor>,
    /// Rows of the page.
    #[serde(default)]
    #[param(required = false)]
    limit: Limit,
    /// Of this customer only.
    customer: Option<CustomerName>,
    /// Those with this id of yours; it is unique by kind.
    external_id: Option<String>,
}

/// Issues an invoice or credit note
///
/// The bound tax plugin assesses it; the host checks the answer, numbers the document and posts it, or refuses.
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

/// Lists posted documents of all kinds by effective date
#[utoipa::path(get, path = "/v1/invoices", tag = "invoices", params(ListQuery),
    responses((status = 200, description = "A page", body = Page<DocumentOut>)))]
pub async fn list_invoices(call: Call) -> Answer {
    call.read(|cx| {
        let ListQuery { after, limit, customer, external_id } = cx.query()?;
        let (after, of) = (page::pair(after.as_ref())?, customer.map(|c| c.0));
        let wanted = Wanted { kind: None, customer: of.as_ref(), external_id: external_id.as_deref() };
        let rows = invoice::list(cx.app, cx.actor, cx.company, &wanted, after, page::one_more(limit))?;
        Ok(Page::of(rows, limit, |row| page::pair_key(row.effective_date, row.id), DocumentOut::from))
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
