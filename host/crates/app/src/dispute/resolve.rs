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
use domain::ids::{CompanyId, CustomerId, DisputeId, DocumentId, OpenItemId};
use store::rows::{Dispute, Document};
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
        row.answer = input.text.clone();
        row.answer_salt = salt.and_then(|salt| Digest::from_slice(&salt));
        end(&ctx, tx, actor, &mut row, (input.outcome, input.on))?;
        Ok(one(tx, row)?)
    })
}

/// Withdraws what is disputed of a document that `by` took back: nobody owes it any more. On the day of that, or where the dispute is
/// younger, on its own.
pub(crate) fn withdraw(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: &Document,
    by: DocumentId,
) -> Result<(), Common> {
    let items = query::open_items::of_document(tx, of.company, of.id)?;
    let items: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
    for named in query::disputes::open_of(tx, of.company, &items)? {
        let mut row = there(query::disputes::lock(tx, of.company, named.id)?, "dispute", named.id)?;
        if row.state == DisputeState::Open {
            let reversal = there(query::documents::by_id(tx, of.company, by)?, "document", by)?;
            let on = reversal.effective_date.max(row.opened_on);
            end(ctx, tx, actor, &mut row, (Outcome::Withdrawn, on))?;
        }
    }
    Ok(())
}

/// Writes what became of one that is held, and its event.
fn end(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &mut Dispute,
    (outcome, on): (Outcome, NaiveDate),
) -> Result<(), Common> {
    row.state = outcome.state();
    row.resolved_on = Some(on);
    row.resolved_by = Some(actor.person());
    row.resolved_at = Some(ctx.now);
    let data = resolved_data(row);
    let event = event::write_named(ctx, tx, actor, row.company, ("dispute.resolved", row.id), data)?;
    row.resolved_event = Some(event);
    query::disputes::resolve(tx, row)?;
    Ok(())
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
