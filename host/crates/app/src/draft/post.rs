//! Posts an approved draft (过账), by the use-case of the direct route.

use super::content::{Examined, examine};
use super::decide::submission;
use super::read::{self, DraftView, needed, open};
use super::rules::rules_of_draft_held;
use super::write::{moved, note};
use super::{DraftError, Reader, States, check_state};
use crate::common::{Common, Context, authorise, authorise_some, there};
use crate::invoice::TRIES_MAX;
use crate::{App, duties};
use domain::actor::{Actor, Verb};
use domain::close::Month;
use domain::draft::DraftKind;
use domain::ids::{CompanyId, CustomerId, DraftId, EntryId};
use money::Money;
use store::rows::Draft;
use store::types::{DraftAct, DraftState};
use store::{Tx, query};

/// Of what may be posted.
const POSTABLE: States = (&[DraftState::Approved], "approved");

/// Posts; the number is taken here, in one transaction with the draft's state.
pub fn post<E: From<DraftError>>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: DraftId,
    read: Reader<'_, E>,
) -> Result<DraftView, E> {
    // who approves may post what is approved
    let some = [Verb::Approve, Verb::Enter].into_iter().find(|verb| actor.may_some(*verb, company));
    let verb = some.unwrap_or(Verb::Enter);
    authorise_some(actor, verb, company).map_err(DraftError::from)?;
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        let (draft, kind, body) = open(&ctx, company, id).map_err(DraftError::from)?;
        authorise(actor, kind.noun(), verb, company).map_err(DraftError::from)?;
        check_state(&draft, POSTABLE)?;
        let content = read(kind, &body)?;
        let examined = examine(&ctx, company, kind, content)?;
        let posted = app.db.write(|tx| {
            let now = unchanged(tx, &draft)?;
            check_state(&now, POSTABLE)?;
            check_given(tx, actor, &now, kind)?;
            let draft = post_in(&ctx, tx, actor, now, &examined)?;
            Ok::<_, DraftError>(read::view(&ctx, tx, draft)?)
        });
        match posted {
            Err(refused) if refused.is_conflict() && tries < TRIES_MAX => tries += 1,
            outcome => return Ok(outcome.map_err(|refused| examined.refused(&ctx, company, refused))?),
        }
    }
}

/// The draft, held, if it is as it was read.
pub(super) fn unchanged(tx: &mut Tx<'_>, draft: &Draft) -> Result<Draft, DraftError> {
    let now = there(query::drafts::lock(tx, draft.company, draft.id)?, "draft", draft.id)?;
    if now.version == draft.version {
        return Ok(now);
    }
    Err(Common::Conflict { what: format!("draft {}", draft.id) }.into())
}

/// The rules may have been changed since it was submitted.
fn check_given(tx: &mut Tx<'_>, actor: &Actor, draft: &Draft, kind: DraftKind) -> Result<(), DraftError> {
    let needed = needed(&rules_of_draft_held(tx, actor, draft)?, draft, kind).approvals;
    if draft.given < needed {
        return Err(DraftError::ApprovalMissing { given: draft.given, needed });
    }
    Ok(())
}

/// Writes document and state. What is posted is what was submitted.
pub(super) fn post_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    draft: Draft,
    examined: &Examined,
) -> Result<Draft, DraftError> {
    let same = (draft.currency, draft.amount, draft.customer)
        == (Some(examined.amount.currency()), Some(examined.amount.minor()), Some(examined.customer));
    if !same {
        let approved =
            draft.currency.zip(draft.amount).map(|(currency, amount)| Money::new(amount, currency));
        let approved = approved.map_or_else(|| "nothing".to_owned(), |money| money.to_string());
        return Err(DraftError::AmountChanged { approved, found: examined.amount });
    }
    let company = draft.company;
    let others = examined.pays_for(tx, company)?;
    let (document, entry) = examined.write_in(ctx, tx, actor, company)?;
    check_day(tx, &draft, (examined.customer, &others), entry)?;
    query::attachments::move_on(tx, company, draft.id, document)?;
    let draft = Draft { state: DraftState::Posted, document: Some(document), ..draft };
    let draft = moved(ctx, tx, draft)?;
    note(ctx, tx, actor, &draft, (DraftAct::Posted, None, false))?;
    Ok(draft)
}

/// What is taken back without a date may turn out to be effective in a later month than the one for which duties were looked at: whoever
/// approved it is looked at for that one too.
fn check_day(
    tx: &mut Tx<'_>,
    draft: &Draft,
    (customer, others): (CustomerId, &[CustomerId]),
    entry: EntryId,
) -> Result<(), DraftError> {
    if !read::kind_of(draft)?.settles(draft.amount) {
        return Ok(());
    }
    let company = draft.company;
    let posted = there(query::entries::by_id(tx, company, entry)?, "entry", entry)?;
    let date = posted.effective_date.date();
    if draft.effective_date.is_some_and(|looked_at| Month::of(looked_at) == Month::of(date)) {
        return Ok(());
    }
    let acts = query::drafts::acts_of(tx, company, draft.id)?;
    let (subject, submission) = (draft.id.to_string(), submission(&acts));
    let over: Vec<_> = others.iter().chain([&customer]).map(|who| (*who, date)).collect();
    for act in acts.iter().filter(|act| act.act == DraftAct::Approved && Some(act.n) > submission) {
        duties::check(tx, &act.person, company, &over, (&subject, submission))?;
    }
    Ok(())
}
