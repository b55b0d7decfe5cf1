//! Records that a customer confirmed a statement (对账确认): authorise → load → check → compute → write, in one transaction.
//!
//! Who confirmed and what shows it are personal data: they stand in the row, and in the event as a salted commitment.

use super::read;
use crate::common::{Common, Context, authorise, check_name, there};
use crate::company::{company_row, today};
use crate::document::{TextPart, text_bytes};
use crate::{App, due};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{Digest, commit};
use domain::ids::CompanyId;
use domain::terms::Basis;
use serde_json::json;
use store::query;
use store::rows::StatementConfirmation;
use store::types::StatementStatus;
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmStatement {
    /// Its id or number.
    pub statement: String,
    pub date: NaiveDate,
    /// Who of the customer's.
    pub by: String,
    /// What shows it: a signed copy, a letter, a call.
    pub evidence: String,
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
/// `NotApproved`, `Confirmed`; `Invalid` for a day before the cut-off or ahead of today.
pub fn confirm(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ConfirmStatement,
) -> Result<StatementConfirmation, ConfirmStatementError> {
    authorise(actor, Noun::Statements, Verb::Enter, company)?;
    check_name("/by", &input.by)?;
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
        let today = today(&ctx, &company_row(tx, company)?)?;
        if input.date < row.cut_off || input.date > today {
            let message = format!("must be from the cut-off, {}, to today, {today}", row.cut_off);
            return Err(Common::invalid("/date", message).into());
        }
        let dues = due::of_statement(tx, &row, Basis::StatementConfirmed, input.date)?;
        let salt = ctx.random().bytes32();
        let words = commit(&salt, &words(&input.by, &input.evidence)?);
        let data = json!({"number": row.number, "version": row.version, "digest": row.digest.to_string(),
            "date": input.date.to_string(), "words": words.to_string()});
        let event = due::tell(&ctx, tx, actor, company, ("statement.confirmed", row.id), data, dues)?;
        let confirmation = StatementConfirmation {
            company,
            statement: row.id,
            customer: row.customer,
            event,
            confirmed_on: input.date,
            confirmed_by: Some(input.by.clone()),
            evidence: Some(input.evidence.clone()),
            words_salt: Some(Digest::new(salt)),
            recorded_by: actor.person(),
            recorded_at: ctx.now,
        };
        query::terms::confirm(tx, &confirmation)?;
        Ok(confirmation)
    })
}

/// What the commitment covers.
pub(crate) fn words(by: &str, evidence: &str) -> Result<Vec<u8>, Common> {
    text_bytes(&[TextPart::new("by", Some(by)), TextPart::new("evidence", Some(evidence))])
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
