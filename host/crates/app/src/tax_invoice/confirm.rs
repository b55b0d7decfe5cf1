//! On what a credit note of a document with a tax invoice is issued.

use crate::common::{Common, Context};
use crate::invoice::{InvoiceKind, IssueInvoice, IssueInvoiceError, RedConfirmation};
use crate::vault::Secret;
use crate::{customer, document, merge};
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId};
use domain::tax_invoice::TaxInvoiceStatus;
use serde_json::{Value, json};
use store::query::tax_invoices::Filter;
use store::rows::{self, Company, Document, OpenItem};
use store::{Conn, Tx, query};

/// Where a company has to have a confirmation, by its country.
pub(super) const CONFIRMS: &str = "CN";

/// What is kept of it beside the credit note.
pub(crate) struct Confirmation(rows::RedConfirmation);

impl Confirmation {
    /// As the event of the credit note carries it: a number, or a commitment to the reason.
    pub fn data(&self) -> Value {
        json!({
            "number": self.0.number,
            "reason": self.0.commitment.map(|commitment| commitment.to_string()),
        })
    }
    pub fn write(&self, tx: &mut Tx<'_>) -> Result<(), Common> {
        Ok(query::tax_invoices::insert_confirmation(tx, &self.0)?)
    }
}

/// A credit note without an original that would pay, `(debit item, credit item)`, what is in a tax invoice that stands, without saying on
/// what it is issued: its number, and the tax invoice's. It takes back tax as a linked one does (decision 23).
pub(crate) fn unconfirmed(
    conn: &mut Conn,
    company: &Company,
    (debit, credit): (OpenItemId, OpenItemId),
) -> Result<Option<(String, String)>, Common> {
    if company.country != CONFIRMS {
        return Ok(None);
    }
    let items = query::open_items::by_ids(conn, company.id, &[debit, credit])?;
    let of = |id: OpenItemId| items.iter().find(|item| item.id == id);
    let Some(note) = of(credit).filter(|item| item.kind == InvoiceKind::CreditNote.name()) else {
        return Ok(None);
    };
    let Some((note, paid)) = note.document.zip(of(debit).and_then(|item| item.document)) else {
        return Ok(None);
    };
    let alone = query::documents::by_id(conn, company.id, note)?.filter(|row| row.original.is_none());
    let Some(alone) = alone else { return Ok(None) };
    if query::tax_invoices::confirmation_of(conn, company.id, note)?.is_some() {
        return Ok(None);
    }
    Ok(super::standing_of(conn, company.id, paid)?.map(|tax_invoice| (alone.number, tax_invoice)))
}

/// As [`unconfirmed`], of one whose money goes back to the customer: it pays no document, so that any tax invoice of hers that stands counts.
pub(crate) fn unconfirmed_refund(
    conn: &mut Conn,
    company: &Company,
    credit: &OpenItem,
) -> Result<Option<(String, String)>, Common> {
    if company.country != CONFIRMS {
        return Ok(None);
    }
    let Some(note) = merge::made_by(conn, credit)? else { return Ok(None) };
    let alone = query::documents::by_id(conn, company.id, note)?
        .filter(|row| row.kind == InvoiceKind::CreditNote.name() && row.original.is_none());
    let Some(alone) = alone else { return Ok(None) };
    if query::tax_invoices::confirmation_of(conn, company.id, note)?.is_some() {
        return Ok(None);
    }
    for customer in customer::with_merged(conn, company.id, credit.customer)? {
        if let Some(tax_invoice) = standing_of_customer(conn, company.id, customer)? {
            return Ok(Some((alone.number, tax_invoice)));
        }
    }
    Ok(None)
}

/// The number of a tax invoice of a customer that stands; red-letter ones aside.
fn standing_of_customer(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> Result<Option<String>, Common> {
    /// Tax invoices read at a time.
    const PAGE: u32 = 100;
    let filter =
        Filter { customer: Some(customer), status: Some(TaxInvoiceStatus::Issued), ..Filter::default() };
    let mut after = None;
    loop {
        let page = query::tax_invoices::list(conn, company, &filter, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(None) };
        after = Some((last.issued_on, last.id));
        if let Some(found) = page.into_iter().find(|row| row.gross.is_positive()) {
            return Ok(Some(found.number));
        }
    }
}

/// Refuses the credit note of a document with a tax invoice that stands, unless it says on what it is issued. The original's open item is
/// held: nobody enters a tax invoice of it meanwhile.
pub(crate) fn confirmed(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: &Company,
    (input, document, party_key): (&IssueInvoice, DocumentId, &Secret),
    original: Option<&Document>,
) -> Result<Option<Confirmation>, IssueInvoiceError> {
    if input.kind != InvoiceKind::CreditNote {
        return Ok(None);
    }
    let Some(given) = &input.red_confirmation else {
        let Some(original) = original.filter(|_| company.country == CONFIRMS) else { return Ok(None) };
        return match super::standing_of(tx, company.id, original.id)? {
            None => Ok(None),
            Some(tax_invoice) => {
                let original = original.number.clone();
                Err(IssueInvoiceError::RedConfirmationMissing { original, tax_invoice })
            }
        };
    };
    let mut row = rows::RedConfirmation {
        company: company.id,
        document,
        number: None,
        reason: None,
        commitment: None,
        salt: None,
    };
    match given {
        RedConfirmation::Number(number) => row.number = Some(number.clone()),
        RedConfirmation::Reason(reason) => {
            let text = document::commit_bytes(ctx, party_key, reason.as_bytes())?;
            row.reason = Some(reason.clone());
            row.commitment = Some(text.commitment);
            row.salt = Some(text.salt);
        }
    }
    Ok(Some(Confirmation(row)))
}
