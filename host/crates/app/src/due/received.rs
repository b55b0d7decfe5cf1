//! Records that a customer received an invoice (收票): authorise → load → check → compute → write, in one transaction.

use super::tell::{compute, tell};
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::{App, customer, invoice};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId};
use domain::terms::Basis;
use serde_json::json;
use store::query;
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceReceived {
    /// Its id or number.
    pub document: String,
    pub date: NaiveDate,
}

/// What is known of a document's due dates now, by item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub document: DocumentId,
    pub number: String,
    pub basis_date: NaiveDate,
    /// In the order of its parts.
    pub dues: Vec<(OpenItemId, NaiveDate)>,
}

#[derive(Debug, Error)]
pub enum ReceivedError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("the due date of {number} does not count from its receipt, but by its terms from: {basis}")]
    OtherBasis { number: String, basis: &'static str },
    #[error("{number} was taken back: it is due no more")]
    TakenBack { number: String },
}

crate::common::through_common!(ReceivedError);

/// Records the day; told again with another day, the last one counts, from when it was told.
///
/// # Errors
/// `OtherBasis`, `TakenBack`; `Invalid` for a day before the document's or ahead of today.
pub fn receive(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &InvoiceReceived,
) -> Result<Told, ReceivedError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let document = invoice::find_any(tx, company, &input.document)?;
        // and whoever took the customer's place
        let standing = customer::standing_for(tx, company, &[document.customer])?;
        let parties: Vec<CustomerId> = standing.into_iter().chain([document.customer]).collect();
        query::erasure::hold_all(tx, company, &parties)?;
        let kept = query::terms::of_documents(tx, company, &[document.id])?;
        let number = document.number.clone();
        match kept.first() {
            Some(row) if row.basis == Basis::InvoiceReceived.name() => {}
            other => {
                let basis = other.map_or(Basis::Document, |row| row.terms.0.basis).name();
                return Err(ReceivedError::OtherBasis { number, basis });
            }
        }
        let today = today(&ctx, &company_row(tx, company)?)?;
        if input.date < document.document_date || input.date > today {
            let message =
                format!("must be from the document date, {}, to today, {today}", document.document_date);
            return Err(Common::invalid("/date", message).into());
        }
        let dues = compute(tx, company, &kept, input.date, |_, last| {
            last.is_none_or(|last| last.basis_date != input.date)
        })?;
        // asked after the items are held, as whoever takes the document back holds them: one of the two sees the other
        if crate::document::is_taken_back(tx, company, document.id)? {
            return Err(ReceivedError::TakenBack { number });
        }
        // told once more the same: it is known already
        if !dues.is_empty() {
            let data = json!({"number": number, "basis": Basis::InvoiceReceived.name(), "date": input.date.to_string()});
            tell(&ctx, tx, actor, company, ("invoice.received", document.id), data, dues)?;
        }
        let items = query::open_items::of_document(tx, company, document.id)?;
        let parts = query::terms::instalments_of(tx, company, &[document.id])?;
        let place = |item: OpenItemId| parts.iter().position(|part| part.item == item);
        let mut dues: Vec<(OpenItemId, NaiveDate)> =
            items.iter().filter_map(|item| Some((item.id, item.due_now?.date()))).collect();
        dues.sort_by_key(|(item, _)| place(*item));
        Ok(Told { document: document.id, number, basis_date: input.date, dues })
    })
}
