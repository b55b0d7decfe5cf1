//! Tax invoices (发票): what the tax authority's platform issued, entered with the documents that it is of. Numbers and states are the
//! platform's; here each amount is bounded by the document, and a document with one that stands is corrected by a linked credit note alone.
//!
//! | state | when |
//! |---|---|
//! | issued (已开具) | from its entry on |
//! | voided (已作废) | said so; one on paper in the month of its issue, a digital one (数电票) never |
//! | red (已红冲) | red-letter ones took back all of it |
//!
//! A red-letter one (红字) names its original, and the number of its 红字确认单 or a reason where the company is in China.

mod confirm;
mod read;
mod record;
mod void;

pub(crate) use confirm::{Confirmation, confirmation_data, confirmed, unconfirmed, unconfirmed_refund};
pub(crate) use read::{Standing, standing_at};
pub use read::{TaxInvoiceView, WantedTaxInvoices, get, held, list};
pub use record::{RecordTaxInvoice, RecordedTaxInvoice, TaxInvoicePart, record};
pub use void::void;

use crate::common::Common;
use crate::document::{TextPart, text_bytes};
use domain::ids::{CompanyId, DocumentId, TaxInvoiceId};
use domain::tax_invoice::{self, TaxInvoiceStatus};
use money::Minor;
use std::collections::{BTreeMap, HashMap};
use store::rows::{TaxInvoice, TaxInvoiceLink};
use store::{Conn, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum TaxInvoiceError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("tax invoice {number} {code} ({id}) is recorded already")]
    NumberTaken { id: TaxInvoiceId, number: String, code: String },
    #[error(
        "a red-letter tax invoice waits for the number of its 红字确认单, in `confirmation`, or a `reason`"
    )]
    ConfirmationMissing,
    #[error("{wanted} is more than the {left} of {document} that is in no tax invoice")]
    BeyondDocument { at: usize, document: String, wanted: String, left: String },
    #[error("{wanted} is more than the {left} of tax invoice {original} that is not taken back")]
    BeyondOriginal { original: String, wanted: String, left: String },
    #[error("tax invoice {number} is {status}")]
    Status { number: String, status: &'static str },
    #[error("tax invoice {number} is taken back by {by}: void that first")]
    TakenBack { number: String, by: String },
    #[error(
        "tax invoice {number} ({kind}) of {issued_on} is not voided on {on}: one on paper is voided in the month of its issue, a digital \
         one never. Take it back with a red-letter one"
    )]
    NotVoidable { number: String, kind: &'static str, issued_on: chrono::NaiveDate, on: chrono::NaiveDate },
}

crate::common::through_common!(TaxInvoiceError);

/// As it was hashed.
pub(crate) fn hashed(row: &TaxInvoice, links: &[TaxInvoiceLink]) -> tax_invoice::TaxInvoice {
    tax_invoice::TaxInvoice {
        id: row.id,
        number: row.number.clone(),
        code: row.code.clone(),
        kind: row.kind,
        customer: row.customer,
        currency: row.currency,
        issued_on: row.issued_on,
        net: row.net,
        tax: row.tax,
        gross: row.gross,
        original: row.original,
        confirmation: row.confirmation.clone(),
        text: row.text_commitment,
        links: links.iter().map(|link| (link.document, link.amount)).collect(),
    }
}

/// The names and words it commits to, as RFC 8785 bytes.
pub(crate) fn text_of(row: &TaxInvoice) -> Result<Vec<u8>, Common> {
    text_bytes(&[
        TextPart::new("buyer_name", row.buyer_name.as_deref()),
        TextPart::new("buyer_tax_id", row.buyer_tax_id.as_deref()),
        TextPart::new("reason", row.reason.as_deref()),
    ])
}

/// Where each stands now.
pub(crate) fn statuses(
    conn: &mut Conn,
    company: CompanyId,
    rows: &[TaxInvoice],
) -> Result<HashMap<TaxInvoiceId, TaxInvoiceStatus>, Common> {
    let ids: Vec<TaxInvoiceId> = rows.iter().map(|row| row.id).collect();
    let mut red: BTreeMap<TaxInvoiceId, Minor> = BTreeMap::new();
    for row in query::tax_invoices::reds_of(conn, company, &ids)? {
        if let Some(original) = row.original.filter(|_| row.voided_on.is_none()) {
            let sum = red.entry(original).or_default();
            *sum = sum.add(row.gross)?;
        }
    }
    let status = |row: &TaxInvoice| {
        let red = red.get(&row.id).copied().unwrap_or_default();
        (row.id, TaxInvoiceStatus::of(row.voided_on.is_some(), row.gross, red))
    };
    Ok(rows.iter().map(status).collect())
}

/// In which tax invoices that stand some documents are.
pub(crate) fn standing(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> Result<Vec<(TaxInvoiceLink, TaxInvoice)>, Common> {
    let links = query::tax_invoices::links_of_documents(conn, company, documents)?;
    let mut ids: Vec<TaxInvoiceId> = links.iter().map(|link| link.tax_invoice).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = query::tax_invoices::by_ids(conn, company, &ids)?;
    let statuses = statuses(conn, company, &rows)?;
    let by_id: HashMap<TaxInvoiceId, TaxInvoice> = rows.into_iter().map(|row| (row.id, row)).collect();
    let stands = |link: TaxInvoiceLink| {
        let row = by_id.get(&link.tax_invoice)?;
        let issued = statuses.get(&row.id) == Some(&TaxInvoiceStatus::Issued);
        issued.then(|| (link, row.clone()))
    };
    Ok(links.into_iter().filter_map(stands).collect())
}

/// The number of a tax invoice that stands and has the document.
pub(crate) fn standing_of(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> Result<Option<String>, Common> {
    Ok(standing(conn, company, &[document])?.into_iter().next().map(|(_, row)| row.number))
}
