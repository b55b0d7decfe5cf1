//! Approves or rejects a submitted draft (审批): four eyes, roles, separation of duties.

use super::content::{Examined, examine};
use super::post::{post_in, unchanged};
use super::read::{self, DraftView, needed, open};
use super::rules::{rules_of_draft, rules_of_draft_held};
use super::write::{moved, note};
use super::{DraftError, Reader, States, check_state};
use crate::common::{Common, Context, authorise, authorise_some, check_name, there};
use crate::invoice::TRIES_MAX;
use crate::{App, duties};
use domain::actor::{Actor, Verb};
use domain::draft::{DraftKind, Needed};
use domain::ids::{CompanyId, CustomerId, DraftId};
use store::rows::{Draft, DraftActed};
use store::types::{DraftAct, DraftState};
use store::{Conn, Tx, query};

/// Of what may be approved.
const APPROVABLE: States = (&[DraftState::Submitted], "submitted");
/// Of what may be turned down.
const REJECTABLE: States = (&[DraftState::Submitted, DraftState::Approved], "submitted or approved");

/// Approves; the last approval posts where the rule says so.
pub fn approve<E: From<DraftError>>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: DraftId,
    read: Reader<'_, E>,
) -> Result<DraftView, E> {
    authorise_some(actor, Verb::Approve, company).map_err(DraftError::from)?;
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        let (draft, kind, body) = open(&ctx, company, id).map_err(DraftError::from)?;
        authorise(actor, kind.noun(), Verb::Approve, company).map_err(DraftError::from)?;
        check_state(&draft, APPROVABLE)?;
        let rules = app.db.read(|conn| rules_of_draft(conn, actor, &draft)).map_err(DraftError::from)?;
        let needed = needed(&rules, &draft, kind);
        let posts = needed.post_on_approval && draft.given.saturating_add(1) >= needed.approvals;
        let content = read(kind, &body)?;
        let pays_for = app.db.read(|conn| content.pays_for(conn, company)).map_err(DraftError::from)?;
        let examined = match posts {
            true => Some(examine(&ctx, company, kind, content)?),
            false => None,
        };
        let approved = app
            .db
            .write(|tx| approve_in(&ctx, tx, actor, (&draft, kind), (needed, &pays_for), examined.as_ref()));
        match approved {
            Err(refused) if refused.is_conflict() && tries < TRIES_MAX => tries += 1,
            outcome => {
                let named = |refused| match &examined {
                    Some(examined) => examined.refused(&ctx, company, refused),
                    None => refused,
                };
                return Ok(outcome.map_err(named)?);
            }
        }
    }
}

fn approve_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (draft, kind): (&Draft, DraftKind),
    (loaded, pays_for): (Needed, &[CustomerId]),
    examined: Option<&Examined>,
) -> Result<DraftView, DraftError> {
    let draft = unchanged(tx, draft)?;
    check_state(&draft, APPROVABLE)?;
    let company = draft.company;
    let needed = needed(&rules_of_draft_held(tx, actor, &draft)?, &draft, kind);
    if needed != loaded {
        return Err(Common::Conflict { what: "the approval rules".to_owned() }.into());
    }
    let acts = query::drafts::acts_of(tx, company, draft.id)?;
    check_person(tx, actor, &acts, needed)?;
    let excepted = match (kind.settles(draft.amount), draft.customer, draft.effective_date) {
        (true, Some(customer), Some(date)) => {
            let over: Vec<_> = pays_for.iter().chain([&customer]).map(|who| (*who, date)).collect();
            let (subject, submission) = (draft.id.to_string(), submission(&acts));
            duties::check(tx, &actor.person(), company, &over, (&subject, submission))?
        }
        _ => false,
    };
    let given = draft.given.saturating_add(1);
    let done = given >= needed.approvals;
    let draft = Draft {
        state: if done { DraftState::Approved } else { DraftState::Submitted },
        given,
        decided_by: Some(actor.person()),
        ..draft
    };
    let draft = moved(ctx, tx, draft)?;
    note(ctx, tx, actor, &draft, (DraftAct::Approved, None, excepted))?;
    let draft = match examined {
        Some(examined) if done => post_in(ctx, tx, actor, draft, examined)?,
        _ => draft,
    };
    Ok(read::view(ctx, tx, draft)?)
}

/// Whether who did it has a hand in the draft.
pub(crate) const fn prepares(act: DraftAct) -> bool {
    matches!(act, DraftAct::Created | DraftAct::Changed | DraftAct::Submitted)
}

/// Whose debts a draft pays beside whose money it is, as it was read.
pub(crate) struct PaysFor {
    pub version: i64,
    pub customers: Vec<CustomerId>,
}

/// Reads whose debts a draft pays that waits to be approved; of others nothing is read.
pub(crate) fn pays_for<E: From<DraftError>>(
    ctx: &Context<'_>,
    company: CompanyId,
    id: DraftId,
    read: Reader<'_, E>,
) -> Result<PaysFor, E> {
    let (draft, kind, body) = open(ctx, company, id).map_err(DraftError::from)?;
    if draft.state != DraftState::Submitted {
        return Ok(PaysFor { version: draft.version, customers: Vec::new() });
    }
    let content = read(kind, &body)?;
    let customers = ctx.app.db.read(|conn| content.pays_for(conn, company)).map_err(DraftError::from)?;
    Ok(PaysFor { version: draft.version, customers })
}

/// Which act submitted it as it is: what is submitted anew is another thing.
pub(crate) fn submission(acts: &[DraftActed]) -> Option<u32> {
    acts.iter().rfind(|act| act.act == DraftAct::Submitted).map(|act| act.n)
}

/// Nobody approves what she had a hand in, nor twice ([`duties::is_own`]).
fn check_person(
    conn: &mut Conn,
    actor: &Actor,
    acts: &[DraftActed],
    needed: Needed,
) -> Result<(), DraftError> {
    if *actor == Actor::System {
        return Ok(());
    }
    if let Some(role) = needed.roles().find(|role| !actor.has_role(*role)) {
        return Err(DraftError::Role { role });
    }
    let since = acts.iter().rposition(|act| act.act == DraftAct::Submitted).unwrap_or_default();
    for (n, act) in acts.iter().enumerate() {
        let counts = prepares(act.act) || n >= since;
        if counts && duties::is_own(conn, actor, act.company, (&act.person, act.at))? {
            return Err(DraftError::SamePerson { person: actor.person() });
        }
    }
    Ok(())
}

/// Turns a draft down; it may be changed and submitted again.
pub fn reject(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: DraftId,
    reason: &str,
) -> Result<DraftView, DraftError> {
    authorise_some(actor, Verb::Approve, company)?;
    check_name("/reason", reason)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let draft = there(query::drafts::lock(tx, company, id)?, "draft", id)?;
        authorise(actor, read::kind_of(&draft)?.noun(), Verb::Approve, company)?;
        check_state(&draft, REJECTABLE)?;
        if let Some(customer) = draft.customer {
            // her reason is written while she is there
            query::erasure::hold(tx, company, customer)?;
        }
        let draft =
            Draft { state: DraftState::Rejected, given: 0, decided_by: Some(actor.person()), ..draft };
        let draft = moved(&ctx, tx, draft)?;
        note(&ctx, tx, actor, &draft, (DraftAct::Rejected, Some(reason), false))?;
        Ok(read::view(&ctx, tx, draft)?)
    })
}
