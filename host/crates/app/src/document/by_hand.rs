//! A document that somebody takes back by hand: authorise → find → reverse → ask the rules.

use super::reverse::{How, KINDS, ReverseError, Reversed, reverse_in};
use crate::common::{Context, authorise, check_name};
use crate::company::company_row;
use crate::{App, bill, dates, draft, invoice};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::CompanyId;
use store::rows;
use store::{Conn, Tx};

/// Which document is taken back, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reverse {
    /// Its id or number.
    pub document: String,
    /// Default: its own day, as if it had never been.
    pub date: Option<NaiveDate>,
    /// Free text; it stands in the reversal's document.
    pub reason: String,
}

/// Reverses a document, where no rule wants that approved (decision 79).
pub fn reverse(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Reverse,
) -> Result<Reversed, ReverseError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let of = prepare_reversal(&ctx, tx, company, input)?;
        let reversed = write_reversal_in(&ctx, tx, actor, company, input)?;
        // last, so that nobody makes a draft of what is refused whoever approves it; nothing stays of what was written
        draft::check_direct_reversal(tx, actor, &of)?;
        Ok(reversed)
    })
}

/// What can be refused before anything else; gives the document.
pub(crate) fn prepare_reversal(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    input: &Reverse,
) -> Result<rows::Document, ReverseError> {
    check_name("/reason", &input.reason)?;
    let of = invoice::find_any(conn, company, &input.document)?;
    if let Some(date) = input.date {
        dates::check(ctx, &company_row(conn, company)?, [("/date", date)], None)?;
    }
    if !KINDS.contains(&of.kind.as_str()) && !bill::is_of_bill(&of.kind) {
        return Err(ReverseError::Kind { number: of.number, kind: of.kind });
    }
    Ok(of)
}

/// As [`reverse`], inside a transaction of the caller, who has authorised it.
pub(crate) fn write_reversal_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &Reverse,
) -> Result<Reversed, ReverseError> {
    let id = prepare_reversal(ctx, tx, company, input)?.id;
    let how = How { reason: Some(&input.reason), ..How::of("by-hand") };
    reverse_in(ctx, tx, actor, company, id, input.date, how)
}
