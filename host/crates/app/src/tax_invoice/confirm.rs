//! On what a credit note of a document with a tax invoice is issued.

use crate::common::{Common, Context};
use crate::invoice::{InvoiceKind, IssueInvoice, IssueInvoiceError, RedConfirmation};
use crate::vault::Secret;
use crate::{customer, document, merge};
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId, TaxInvoiceId};
use domain::tax_invoice::TaxInvoiceStatus;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::query::tax_invoices::Filter;
use store::rows::{self, Company, Document, OpenItem};
use store::{Conn, Tx, query};

/// Where a company has to have a confirmation, by its country.
pub(super) const CONFIRMS: &str = "CN";

/// What is kept of it beside the credit note.
pub(crate) struct Confirmation(rows::RedConfirmation);

impl Confirmation {
    /// As the event of the credit note carries it.
    pub fn data(&self) -> Value {
        confirmation_data(&self.0)
    }
    pub fn write(&self, tx: &mut Tx<'_>) -> Result<(), Common> {
        Ok(query::tax_invoices::insert_confirmation(tx, &self.0)?)
    }
}

/// What an event says of one: a number, or a commitment to the reason.
pub(crate) fn confirmation_data(row: &rows::RedConfirmation) -> Value {
    json!({"number": row.number, "reason": row.commitment.map(|commitment| commitment.to_string())})
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

/// A confirmation is of one red-letter tax invoice of one blue one.
fn used(at: &'static str, number: &str, by: &str) -> Common {
    let message = format!(
        "{number} confirms {by} already, which takes something else back: a confirmation is of one tax invoice"
    );
    Common::invalid(at, message)
}

/// The credit notes that stand on a confirmation, with their originals.
fn notes_on(
    conn: &mut Conn,
    company: CompanyId,
    number: &str,
) -> Result<Vec<(Document, DocumentId)>, Common> {
    let ids = query::tax_invoices::confirmed_by(conn, company, number)?;
    let mut notes = Vec::new();
    for note in query::documents::by_ids(conn, company, &ids)? {
        let Some(original) = note.original else { continue };
        if !document::is_taken_back(conn, company, note.id)? {
            notes.push((note, original));
        }
    }
    Ok(notes)
}

/// That a credit note is issued on a number on which nothing stands that takes back another document, unless that is in one tax invoice with
/// its own. The number is held: of two at once the second finds the first.
fn check_of_document(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (number, original): (&str, DocumentId),
) -> Result<(), Common> {
    const AT: &str = "/red_confirmation/number";
    query::tax_invoices::hold_confirmation(tx, company, number)?;
    let own = papers(tx, company, original)?;
    for (note, other) in notes_on(tx, company, number)? {
        if other != original && own.is_disjoint(&papers(tx, company, other)?) {
            return Err(used(AT, number, &note.number));
        }
    }
    for red in query::tax_invoices::reds_by(tx, company, number)? {
        let Some(blue) = red.original.filter(|_| red.voided_on.is_none()) else { continue };
        if !fits(tx, company, (blue, original))? {
            return Err(used(AT, number, &red.number));
        }
    }
    Ok(())
}

/// The tax invoices that a document is in.
fn papers(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> Result<BTreeSet<TaxInvoiceId>, Common> {
    let links = query::tax_invoices::links_of_documents(conn, company, &[document])?;
    Ok(links.iter().map(|link| link.tax_invoice).collect())
}

/// Whether a document is in a tax invoice; of one that names none it cannot be told.
fn fits(
    conn: &mut Conn,
    company: CompanyId,
    (blue, document): (TaxInvoiceId, DocumentId),
) -> Result<bool, Common> {
    let links = query::tax_invoices::links_of(conn, company, &[blue])?;
    Ok(links.is_empty() || links.iter().any(|link| link.document == document))
}

/// That a red-letter tax invoice is the only one that stands on its number, that credit notes on that take back what its original has, and that
/// those which it names, `documents`, were issued on no other. The number is held, as for a credit note.
pub(super) fn check_of_red(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (number, blue): (&str, TaxInvoiceId),
    documents: &[DocumentId],
) -> Result<(), Common> {
    const AT: &str = "/confirmation";
    query::tax_invoices::hold_confirmation(tx, company, number)?;
    let reds = query::tax_invoices::reds_by(tx, company, number)?;
    if let Some(red) = reds.iter().find(|red| red.voided_on.is_none()) {
        let by = &red.number;
        return Err(Common::invalid(AT, format!("{number} confirms tax invoice {by} already")));
    }
    for (note, original) in notes_on(tx, company, number)? {
        if !fits(tx, company, (blue, original))? {
            return Err(used(AT, number, &note.number));
        }
    }
    for (n, id) in documents.iter().enumerate() {
        let row = query::tax_invoices::confirmation_of(tx, company, *id)?;
        let Some(own) = row.and_then(|row| row.number).filter(|own| own != number) else { continue };
        let document = query::documents::by_id(tx, company, *id)?.map(|row| row.number);
        let document = document.unwrap_or_default();
        return Err(Common::invalid(
            format!("/documents/{n}/document"),
            format!("{document} was issued on the confirmation {own}, not on {number}"),
        ));
    }
    Ok(())
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
        RedConfirmation::Number(number) => {
            if let Some(original) = original {
                check_of_document(tx, company.id, (number.as_str(), original.id))?;
            }
            row.number = Some(number.clone());
        }
        RedConfirmation::Reason(reason) => {
            let text = document::commit_bytes(ctx, party_key, reason.as_bytes())?;
            row.reason = Some(reason.clone());
            row.commitment = Some(text.commitment);
            row.salt = Some(text.salt);
        }
    }
    Ok(Some(Confirmation(row)))
}
