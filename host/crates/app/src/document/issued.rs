//! What was issued to the customer (已交付客户) stands in her books too: it is corrected by a credit note that names it, and not taken back.
//!
//! | what shows that she has an invoice | known by |
//! |---|---|
//! | somebody says that it was sent or handed over ([`mark_issued`]) | the event `document.issued` |
//! | somebody says that she received it (`crate::due::receive`) | the event `invoice.received` |
//! | it stands in a statement that was approved | the statement |
//!
//! The events are all that is kept of it: they are sealed, and the last one counts (decision 81).

use super::is_taken_back;
use super::reverse::{How, ReverseError};
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::{App, event, invoice};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, DocumentId, EntryId, OpenItemId};
use domain::time::parse_date;
use serde_json::{Value, json};
use store::types::StatementStatus;
use store::{Conn, query, rows};
use thiserror::Error;

/// Kinds that a credit note corrects: what else is wrong of what a customer was told is taken back.
const CORRECTED: [&str; 2] = ["invoice", "debit-note"];
/// The event of [`mark_issued`].
const ISSUED: &str = "document.issued";
/// The event of `crate::due::receive`.
const RECEIVED: &str = "invoice.received";

/// How a document came to its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    Paper,
    EMail,
    /// A portal of the customer or of the company.
    Portal,
    /// The tax authority's platform.
    Platform,
}

impl Means {
    pub const fn name(self) -> &'static str {
        match self {
            Means::Paper => "paper",
            Means::EMail => "e-mail",
            Means::Portal => "portal",
            Means::Platform => "platform",
        }
    }
    fn by_name(name: &str) -> Option<Self> {
        [Means::Paper, Means::EMail, Means::Portal, Means::Platform].into_iter().find(|m| m.name() == name)
    }
}

/// That a document was issued to its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkIssued {
    /// Its id or number.
    pub document: String,
    pub date: NaiveDate,
    pub means: Means,
}

/// What was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedIssued {
    pub document: DocumentId,
    pub number: String,
    pub date: NaiveDate,
    pub means: Means,
}

#[derive(Debug, Error)]
pub enum MarkIssuedError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("{number} is a {kind}: only an invoice or a debit note is noted as issued")]
    Kind { number: String, kind: String },
    #[error("{number} was taken back: it is issued to nobody any more")]
    TakenBack { number: String },
}

crate::common::through_common!(MarkIssuedError);

/// Notes that it was issued; noted again with another day or other means, the last one counts.
///
/// # Errors
/// `Kind`, `TakenBack`; `Invalid` for a day before the document's or ahead of today.
pub fn mark_issued(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &MarkIssued,
) -> Result<MarkedIssued, MarkIssuedError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let of = invoice::find_any(tx, company, &input.document)?;
        let number = of.number.clone();
        if !CORRECTED.contains(&of.kind.as_str()) {
            return Err(MarkIssuedError::Kind { number, kind: of.kind });
        }
        let today = today(&ctx, &company_row(tx, company)?)?;
        if input.date < of.document_date || input.date > today {
            let message = format!("must be from the document date, {}, to today, {today}", of.document_date);
            return Err(Common::invalid("/date", message).into());
        }
        // held, as whoever takes the document back holds them: one of the two sees the other
        let items = query::open_items::of_document(tx, company, of.id)?;
        let ids: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
        query::open_items::lock(tx, company, &ids)?;
        if is_taken_back(tx, company, of.id)? {
            return Err(MarkIssuedError::TakenBack { number });
        }
        let (date, means) = (input.date, input.means);
        let data = json!({"number": number, "date": date.to_string(), "means": means.name()});
        event::write(&ctx, tx, actor, company, (ISSUED, of.id), data)?;
        Ok(MarkedIssued { document: of.id, number, date, means })
    })
}

/// Refuses to take back what the customer has; gives what shows that she has it where it may go all the same: where an import is undone
/// on a day that a person gave, and where it is stated, which is refused with the day from which on it may go. Nothing is asked of
/// kinds that no credit note corrects.
pub(super) fn check(
    conn: &mut Conn,
    of: &rows::Document,
    entry: EntryId,
    (how, given): (How<'_>, bool),
) -> Result<Option<String>, ReverseError> {
    if !CORRECTED.contains(&of.kind.as_str()) {
        return Ok(None);
    }
    let stated = stated(conn, of, entry, of.effective_date)?.map(|(statement, _)| statement);
    let may_go = how.of_import && (given || stated.is_some());
    match told(conn, of)?.or(stated) {
        Some(by) if !may_go => Err(ReverseError::Issued { number: of.number.clone(), by }),
        by => Ok(by),
    }
}

/// The day and the means that [`mark_issued`] noted last.
pub(crate) fn noted(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> Result<Option<(NaiveDate, Means)>, Common> {
    let events = query::events::of_subject(conn, company, &document.to_string())?;
    let Some(last) = events.into_iter().rev().find(|event| event.kind == ISSUED) else { return Ok(None) };
    let member = |name: &str| last.data.0.get(name).and_then(Value::as_str);
    let date = member("date").and_then(|text| parse_date(text).ok());
    let read = date.zip(member("means").and_then(Means::by_name));
    let broken = || Common::Corrupt { what: "event", detail: format!("{}: no day or no means", last.id) };
    read.ok_or_else(broken).map(Some)
}

/// The day that was told last on which it was issued, or she received it.
fn told(conn: &mut Conn, of: &rows::Document) -> Result<Option<String>, Common> {
    let events = query::events::of_subject(conn, of.company, &of.id.to_string())?;
    let last = events.iter().rev().find(|event| [ISSUED, RECEIVED].contains(&event.kind.as_str()));
    Ok(last.and_then(|event| event.data.0.get("date")).and_then(Value::as_str).map(str::to_owned))
}

/// The last approved statement that states it and whose days reach the day of the reversal.
pub(crate) fn stated(
    conn: &mut Conn,
    of: &rows::Document,
    entry: EntryId,
    effective: NaiveDate,
) -> Result<Option<(String, NaiveDate)>, Common> {
    let statements = query::audit::statements_of(conn, of.company, &[of.customer])?;
    let approved: Vec<_> = statements
        .into_iter()
        .filter(|s| s.status == StatementStatus::Approved && s.cut_off >= effective)
        .collect();
    if approved.is_empty() {
        return Ok(None);
    }
    // what is not sealed yet stands in no statement
    let Some(seal) = query::seals::of(conn, of.company, entry.uuid())? else { return Ok(None) };
    let stating = approved.into_iter().filter(|s| s.known_at >= seal.position);
    Ok(stating.max_by_key(|s| s.cut_off).map(|s| (s.number, s.cut_off)))
}
