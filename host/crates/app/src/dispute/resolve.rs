//! Resolves a dispute: authorise → load → check → write, in one transaction.

use super::DisputeError;
use super::read::{DisputeView, one, resolved_data};
use crate::common::{Common, Context, authorise, check_name, there};
use crate::company::{company_row, today};
use crate::vault::VaultError;
use crate::{App, event, period};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId, DisputeId};
use store::rows::Dispute;
use store::types::DisputeState;
use store::{Tx, query};

/// What became of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The customer is right.
    Accepted,
    /// She owes it.
    Rejected,
    /// She does not say so any more.
    Withdrawn,
}

impl Outcome {
    const fn state(self) -> DisputeState {
        match self {
            Outcome::Accepted => DisputeState::Accepted,
            Outcome::Rejected => DisputeState::Rejected,
            Outcome::Withdrawn => DisputeState::Withdrawn,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    pub outcome: Outcome,
    pub on: NaiveDate,
    /// What was said to it.
    pub text: Option<String>,
}

/// Resolves it. Nothing is posted: what is conceded is credited as any other credit.
///
/// # Errors
/// `State` if it is not open any more; `Invalid` for a day before its own or ahead of today.
pub fn resolve(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: DisputeId,
    input: &Resolve,
) -> Result<DisputeView, DisputeError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    input.text.as_deref().map_or(Ok(()), |text| check_name("/text", text))?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let mut row = checked(&ctx, tx, company, id, input)?;
        let salt = input.text.as_ref().map(|_| ctx.random().bytes32());
        row.state = input.outcome.state();
        row.resolved_on = Some(input.on);
        row.answer = input.text.clone();
        row.answer_salt = salt.and_then(|salt| Digest::from_slice(&salt));
        row.resolved_by = Some(actor.person());
        row.resolved_at = Some(ctx.now);
        let data = resolved_data(&row);
        let event = event::write_named(&ctx, tx, actor, company, ("dispute.resolved", row.id), data)?;
        row.resolved_event = Some(event);
        query::disputes::resolve(tx, &row)?;
        Ok(one(tx, row)?)
    })
}

/// The dispute, held.
fn checked(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: DisputeId,
    input: &Resolve,
) -> Result<Dispute, DisputeError> {
    period::hold_open(tx, company, input.on)?;
    let named = there(query::disputes::by_id(tx, company, id)?, "dispute", id)?;
    hold(tx, company, named.customer, input.text.is_some())?;
    let row = there(query::disputes::lock(tx, company, id)?, "dispute", id)?;
    if row.state != DisputeState::Open {
        return Err(DisputeError::State { id, state: row.state });
    }
    let today = today(ctx, &company_row(tx, company)?)?;
    if input.on < row.opened_on || input.on > today {
        let message = format!("must be from the day of the dispute, {}, to today, {today}", row.opened_on);
        return Err(Common::invalid("/on", message).into());
    }
    Ok(row)
}

/// Nobody erases the customer before the words are written; of who was erased none are.
fn hold(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId, words: bool) -> Result<(), Common> {
    let erased = query::customers::by_id(tx, company, customer)?.is_some_and(|row| row.erased_at.is_some());
    match (erased, words) {
        (true, true) => Err(Common::Vault(VaultError::Erased)),
        (true, false) => Ok(()),
        (false, _) => Ok(query::erasure::hold_all(tx, company, &[customer])?),
    }
}
