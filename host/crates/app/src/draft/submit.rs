//! Hands a draft in (提交): its body is checked in full, and how many approvals it needs is known.

use super::content::{Examined, examine};
use super::post::{post_in, unchanged};
use super::read::{self, DraftView, needed_of, open};
use super::rules::rules_of_draft_held;
use super::write::{moved, note, reseal};
use super::{CHANGEABLE, DraftError, Reader, check_state};
use crate::App;
use crate::common::{Context, authorise, authorise_some};
use crate::invoice::TRIES_MAX;
use domain::actor::{Actor, Noun, Verb};
use domain::draft::DraftKind;
use domain::ids::{CompanyId, DraftId};
use std::convert::Infallible;
use store::rows::Draft;
use store::types::{DraftAct, DraftState};
use store::{StoreError, Tx, query};

/// Submits. Where no approval is needed it is approved at once, and posted where the rule says so.
///
/// # Errors
/// What the direct route would refuse it with, and a draft that is under way already.
pub fn submit<E: From<DraftError>>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: DraftId,
    read: Reader<'_, E>,
) -> Result<DraftView, E> {
    authorise_some(actor, Verb::Enter, company).map_err(DraftError::from)?;
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        let (draft, kind, body) = open(&ctx, company, id).map_err(DraftError::from)?;
        authorise(actor, kind.noun(), Verb::Enter, company).map_err(DraftError::from)?;
        check_state(&draft, CHANGEABLE)?;
        let content = read(kind, &body)?;
        if content.clears() {
            authorise(actor, Noun::Allocations, Verb::Enter, company).map_err(DraftError::from)?;
        }
        let examined = examine(&ctx, company, kind, content)?;
        let submitted = app.db.write(|tx| {
            let draft = submit_in(&ctx, tx, actor, (&draft, kind), &examined)?;
            Ok::<_, DraftError>(read::view(&ctx, tx, draft)?)
        });
        match submitted {
            Err(refused) if refused.is_conflict() && tries < TRIES_MAX => tries += 1,
            outcome => return Ok(outcome.map_err(|refused| examined.refused(&ctx, company, refused))?),
        }
    }
}

pub(super) fn submit_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (draft, kind): (&Draft, DraftKind),
    examined: &Examined,
) -> Result<Draft, DraftError> {
    let now = unchanged(tx, draft)?;
    let company = now.company;
    // before the customer, as whoever posts holds them
    let rules = rules_of_draft_held(tx, actor, &now)?;
    let customer = query::erasure::hold(tx, company, examined.customer)?;
    let draft = reseal(ctx, tx, now, &customer)?;
    let (amount, currency) = (examined.amount.minor(), examined.amount.currency());
    let counted = examined.counted.unwrap_or(amount);
    let of = (kind, examined.reverses);
    let needed = needed_of(&rules, of, currency, counted);
    let approved = needed.approvals == 0;
    if kind == DraftKind::Reversal {
        try_out(ctx, tx, actor, company, examined)?;
    }
    let draft = Draft {
        state: if approved { DraftState::Approved } else { DraftState::Submitted },
        currency: Some(currency),
        amount: Some(amount),
        counted: examined.counted,
        reverses: examined.reverses.map(|kind| kind.name().to_owned()),
        effective_date: Some(examined.effective_date),
        given: 0,
        submitted_by: Some(actor.person()),
        ..draft
    };
    let draft = moved(ctx, tx, draft)?;
    note(ctx, tx, actor, &draft, (DraftAct::Submitted, None, false))?;
    let draft =
        if approved && needed.post_on_approval { post_in(ctx, tx, actor, draft, examined)? } else { draft };
    Ok(draft)
}

/// Why nothing of what was tried stays.
enum Tried {
    Fine,
    Refused(Box<DraftError>),
}

impl From<DraftError> for Tried {
    fn from(refused: DraftError) -> Self {
        Tried::Refused(Box::new(refused))
    }
}

impl From<StoreError> for Tried {
    fn from(error: StoreError) -> Self {
        Tried::Refused(Box::new(error.into()))
    }
}

/// What a reversal rests on is looked at as it is written, and not before: it is written, as its preview is, and undone.
fn try_out(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    examined: &Examined,
) -> Result<(), DraftError> {
    let tried = tx.savepoint(|tx| -> Result<Infallible, Tried> {
        examined.write_in(ctx, tx, actor, company)?;
        Err(Tried::Fine)
    });
    match tried {
        Ok(never) => match never {},
        Err(Tried::Fine) => Ok(()),
        Err(Tried::Refused(refused)) => Err(*refused),
    }
}
