//! Records that a customer confirmed a statement (对账确认): authorise → load → check → compute → write, in one transaction.
//!
//! Who confirmed and what shows it are personal data: they stand in the row, and in the event as a salted commitment.

use super::read;
use crate::common::{Common, Context, authorise, check_line, check_name, there};
use crate::company::{company_row, today};
use crate::document::{TextPart, text_bytes};
use crate::{App, customer, due};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{Digest, commit};
use domain::ids::{CompanyId, ContactId, CustomerId};
use domain::terms::Basis;
use serde_json::json;
use store::rows::{Statement, StatementConfirmation};
use store::types::StatementStatus;
use store::{Tx, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmStatement {
    /// Its id or number.
    pub statement: String,
    pub date: NaiveDate,
    pub by: ConfirmedBy,
    /// What shows it: a signed copy, a letter, a call.
    pub evidence: String,
}

/// Who of the customer's confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// One of those who may (对账确认人): of her own contacts, or of her family's.
    Contact(ContactId),
    /// Somebody else, and why that counts; it may be left out where nobody is known who may.
    Another { name: String, reason: Option<String> },
}

#[derive(Debug, Error)]
pub enum ConfirmStatementError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("statement {number} is {}: only one that is approved is sent, and confirmed", .status.name())]
    NotApproved { number: String, status: StatementStatus },
    #[error("statement {number} was confirmed already, on {on}")]
    Confirmed { number: String, on: NaiveDate },
}

crate::common::through_common!(ConfirmStatementError);

/// Records the confirmation. What counts from it by its terms, and is not due by an earlier one, is due from then on.
///
/// # Errors
/// `NotApproved`, `Confirmed`; `Invalid` for a day before the cut-off or ahead of today, and for who may not confirm.
pub fn confirm(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ConfirmStatement,
) -> Result<StatementConfirmation, ConfirmStatementError> {
    authorise(actor, Noun::Statements, Verb::Enter, company)?;
    if let ConfirmedBy::Another { name, reason } = &input.by {
        check_line("/by", name)?;
        reason.as_ref().map_or(Ok(()), |reason| check_name("/reason", reason))?;
    }
    check_name("/evidence", &input.evidence)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = read::load(tx, company, &input.statement)?;
        // of two who confirm at once the second sees what the first did
        query::erasure::lock(tx, company, row.customer)?;
        query::erasure::hold_all(tx, company, &[row.customer])?;
        if row.status != StatementStatus::Approved {
            return Err(ConfirmStatementError::NotApproved { number: row.number, status: row.status });
        }
        if let Some(first) = query::terms::confirmations(tx, company, &[row.id])?.pop() {
            return Err(ConfirmStatementError::Confirmed { number: row.number, on: first.confirmed_on });
        }
        let by = named(tx, &row, &input.by)?;
        let today = today(&ctx, &company_row(tx, company)?)?;
        if input.date < row.cut_off || input.date > today {
            let message = format!("must be from the cut-off, {}, to today, {today}", row.cut_off);
            return Err(Common::invalid("/date", message).into());
        }
        let dues = due::of_statement(tx, &row, Basis::StatementConfirmed, input.date)?;
        let salt = ctx.random().bytes32();
        let words = commit(&salt, &words(&by.name, &input.evidence, by.reason.as_deref())?);
        let data = json!({"number": row.number, "version": row.version, "digest": row.digest.to_string(),
            "date": input.date.to_string(), "words": words.to_string(),
            "contact": by.contact.map(|(id, _)| id.to_string())});
        let event = due::tell(&ctx, tx, actor, company, ("statement.confirmed", row.id), data, dues)?;
        let confirmation = StatementConfirmation {
            company,
            statement: row.id,
            customer: row.customer,
            event,
            confirmed_on: input.date,
            confirmed_by: Some(by.name),
            evidence: Some(input.evidence.clone()),
            words_salt: Some(Digest::new(salt)),
            recorded_by: actor.person(),
            recorded_at: ctx.now,
            contact: by.contact.map(|(id, _)| id),
            contact_customer: by.contact.map(|(_, whose)| whose),
            reason: by.reason,
        };
        query::terms::confirm(tx, &confirmation)?;
        Ok(confirmation)
    })
}

/// Who confirmed, as it is written.
struct Named {
    name: String,
    /// With whose she is.
    contact: Option<(ContactId, CustomerId)>,
    reason: Option<String>,
}

/// One of the customer's who may confirm, else somebody with a reason: where nobody may, none is asked for.
fn named(tx: &mut Tx<'_>, row: &Statement, by: &ConfirmedBy) -> Result<Named, Common> {
    let (company, customer) = (row.company, row.customer);
    match by {
        ConfirmedBy::Contact(id) => {
            let found = query::contacts::by_id(tx, company, *id)?;
            let Some(contact) = found.filter(|contact| contact.may_confirm && contact.active) else {
                return Err(Common::invalid("/contact", "is none of the people who may confirm"));
            };
            let hers = customer::are_one(tx, company, contact.customer, customer)?
                || customer::are_family(tx, company, contact.customer, customer)?;
            if !hers {
                return Err(Common::invalid("/contact", "is of another customer"));
            }
            if contact.customer != customer {
                query::erasure::hold_all(tx, company, &[contact.customer])?;
            }
            Ok(Named { name: contact.name, contact: Some((contact.id, contact.customer)), reason: None })
        }
        ConfirmedBy::Another { name, reason } => {
            let (may_confirm, active) = (Some(true), Some(true));
            let who = query::contacts::Filter { customer: Some(customer), may_confirm, active };
            if reason.is_none() && !query::contacts::search(tx, company, &who, None, 1)?.is_empty() {
                let why = "names one of the people who may confirm, or `reason` says why another did";
                return Err(Common::invalid("/contact", why));
            }
            Ok(Named { name: name.clone(), contact: None, reason: reason.clone() })
        }
    }
}

/// What the commitment covers.
pub(crate) fn words(by: &str, evidence: &str, reason: Option<&str>) -> Result<Vec<u8>, Common> {
    let mut parts = vec![TextPart::new("by", Some(by)), TextPart::new("evidence", Some(evidence))];
    // as it was before there were any, where there is none
    parts.extend(reason.map(|reason| TextPart::new("reason", Some(reason))));
    text_bytes(&parts)
}

/// How a statement was confirmed, by its id or number.
pub fn confirmation(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    name: &str,
) -> Result<StatementConfirmation, Common> {
    authorise(actor, Noun::Statements, Verb::Read, company)?;
    app.db.read(|conn| {
        let row = read::load(conn, company, name)?;
        let found = query::terms::confirmations(conn, company, &[row.id])?.pop();
        there(found, "confirmation of statement", row.number)
    })
}
