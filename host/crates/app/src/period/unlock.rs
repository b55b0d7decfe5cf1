//! Moves a soft or tax lock back (反锁定), by two people.
//!
//! | act | from | to | who |
//! |---|---|---|---|
//! | propose | – | proposed | who may lock, with a reason |
//! | approve | proposed | approved: the lock is moved | who may lock, and did not propose it |
//! | reject | proposed | rejected | likewise, with a reason |
//! | withdraw | proposed | withdrawn | who may lock |
//!
//! Events carry figures and persons; of words a salted commitment. A hard lock is for good.

use crate::common::{Common, Context, authorise, check_name, there};
use crate::{App, duties, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{Digest, commit};
use domain::ids::{CompanyId, PeriodUnlockId};
use serde_json::{Value, json};
use store::rows::{PeriodLock, PeriodUnlock};
use store::types::{LockKind, UnlockState};
use store::{Tx, query};
use thiserror::Error;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlock {
    pub kind: LockKind,
    /// The last day that stays locked.
    pub through: NaiveDate,
    pub reason: String,
}

#[derive(Debug, Error)]
pub enum UnlockError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("a hard lock is for good: it is not moved back")]
    Hard,
    #[error("no lock of this kind reaches beyond {through}: there is nothing to unlock")]
    NotLocked { through: NaiveDate },
    #[error("unlock {id} of this lock waits to be decided: have it decided, or withdraw it, first")]
    Standing { id: PeriodUnlockId },
    #[error("unlock {id} is {} already", .state.name())]
    State { id: PeriodUnlockId, state: UnlockState },
    #[error("{person} proposed this unlock: another person decides it")]
    MakerIsChecker { person: String },
    #[error("the lock is not what unlock {id} would move back any more: withdraw it, and propose it anew")]
    Stale { id: PeriodUnlockId },
}

crate::common::through_common!(UnlockError);

/// Proposes to move a lock back; it stays where it is.
///
/// # Errors
/// `Hard`, `NotLocked`; `Standing` while another one of the same kind waits.
pub fn propose_unlock(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Unlock,
) -> Result<PeriodUnlock, UnlockError> {
    authorise(actor, Noun::Ledger, Verb::Lock, company)?;
    check_name("/reason", &input.reason)?;
    if input.kind == LockKind::Hard {
        return Err(UnlockError::Hard);
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let locked = locked(tx, company, input.kind)?.map(|lock| lock.through);
        let Some(locked) = locked.filter(|locked| *locked > input.through) else {
            return Err(UnlockError::NotLocked { through: input.through });
        };
        if let Some(row) = query::period_unlocks::waiting(tx, company, input.kind)? {
            return Err(UnlockError::Standing { id: row.id });
        }
        let row = PeriodUnlock {
            company,
            id: PeriodUnlockId::new(ctx.uuid()),
            kind: input.kind,
            locked,
            through: input.through,
            state: UnlockState::Proposed,
            reason: Some(input.reason.clone()),
            refusal: None,
            words_salt: Digest::from_slice(&ctx.random().bytes32()),
            proposed_by: actor.person(),
            proposed_at: ctx.now,
            decided_by: None,
            decided_at: None,
        };
        query::period_unlocks::insert(tx, &row)?;
        tell(&ctx, tx, actor, &row)?;
        Ok(row)
    })
}

/// Moves the lock back.
///
/// # Errors
/// `Stale` where the lock is another one by now.
pub fn approve_unlock(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: PeriodUnlockId,
) -> Result<PeriodUnlock, UnlockError> {
    authorise(actor, Noun::Ledger, Verb::Lock, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        // the lock first, as whoever proposes takes it: two never wait for each other
        let locks = query::period_locks::hold_alone(tx, company)?;
        let row = of_another(tx, actor, company, id)?;
        let lock = locks.into_iter().find(|lock| lock.kind == row.kind && lock.through == row.locked);
        let Some(lock) = lock else { return Err(UnlockError::Stale { id }) };
        let row = decided(&ctx, actor, row, UnlockState::Approved);
        let moved = PeriodLock { through: row.through, set_by: actor.to_string(), set_at: ctx.now, ..lock };
        query::period_locks::put(tx, &moved)?;
        settle(&ctx, tx, actor, row)
    })
}

/// Turns it down; the lock stays.
pub fn reject_unlock(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: PeriodUnlockId,
    reason: &str,
) -> Result<PeriodUnlock, UnlockError> {
    authorise(actor, Noun::Ledger, Verb::Lock, company)?;
    check_name("/reason", reason)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = of_another(tx, actor, company, id)?;
        let row = PeriodUnlock {
            refusal: Some(reason.to_owned()),
            ..decided(&ctx, actor, row, UnlockState::Rejected)
        };
        settle(&ctx, tx, actor, row)
    })
}

/// Takes back what nobody decided.
pub fn withdraw_unlock(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: PeriodUnlockId,
) -> Result<PeriodUnlock, UnlockError> {
    authorise(actor, Noun::Ledger, Verb::Lock, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = decided(&ctx, actor, proposed(tx, company, id)?, UnlockState::Withdrawn);
        settle(&ctx, tx, actor, row)
    })
}

/// One of them.
pub fn unlock(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: PeriodUnlockId,
) -> Result<PeriodUnlock, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    there(app.db.read(|conn| query::period_unlocks::by_id(conn, company, id))?, "unlock", id)
}

/// As [`unlock`], in the caller's transaction: nobody decides it until it ends.
pub fn held_unlock(tx: &mut Tx<'_>, company: CompanyId, id: PeriodUnlockId) -> Result<PeriodUnlock, Common> {
    // as whoever approves it: the lock first
    query::period_locks::hold_alone(tx, company)?;
    there(query::period_unlocks::lock(tx, company, id)?, "unlock", id)
}

/// Those that stand in a state, or all, by id, after `after`.
pub fn unlocks(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    state: Option<UnlockState>,
    after: Option<PeriodUnlockId>,
    limit: u32,
) -> Result<Vec<PeriodUnlock>, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::period_unlocks::search(conn, company, state, after, limit))?)
}

/// The lock of a kind, held against whoever sets it.
fn locked(tx: &mut Tx<'_>, company: CompanyId, kind: LockKind) -> Result<Option<PeriodLock>, Common> {
    let locks = query::period_locks::hold_alone(tx, company)?;
    Ok(locks.into_iter().find(|lock| lock.kind == kind))
}

fn decided(ctx: &Context<'_>, actor: &Actor, row: PeriodUnlock, state: UnlockState) -> PeriodUnlock {
    PeriodUnlock { state, decided_by: Some(actor.person()), decided_at: Some(ctx.now), ..row }
}

/// Keeps what was decided, and tells it.
fn settle(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: PeriodUnlock,
) -> Result<PeriodUnlock, UnlockError> {
    query::period_unlocks::decide(tx, &row)?;
    tell(ctx, tx, actor, &row)?;
    Ok(row)
}

/// One that waits; it is held, so that two decide one after the other.
fn proposed(tx: &mut Tx<'_>, company: CompanyId, id: PeriodUnlockId) -> Result<PeriodUnlock, UnlockError> {
    let row = there(query::period_unlocks::lock(tx, company, id)?, "unlock", id)?;
    match row.state {
        UnlockState::Proposed => Ok(row),
        state => Err(UnlockError::State { id, state }),
    }
}

/// As [`proposed`], by somebody else.
fn of_another(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    id: PeriodUnlockId,
) -> Result<PeriodUnlock, UnlockError> {
    let row = proposed(tx, company, id)?;
    if duties::is_own(tx, actor, company, (&row.proposed_by, row.proposed_at))? {
        return Err(UnlockError::MakerIsChecker { person: actor.person() });
    }
    Ok(row)
}

fn tell(ctx: &Context<'_>, tx: &mut Tx<'_>, actor: &Actor, row: &PeriodUnlock) -> Result<(), Common> {
    event::write(ctx, tx, actor, row.company, (event_kind(row.state), row.id), content(row))
}

/// The event that says that one stands so.
pub(crate) const fn event_kind(state: UnlockState) -> &'static str {
    match state {
        UnlockState::Proposed => "period-unlock.proposed",
        UnlockState::Approved => "period.unlocked",
        UnlockState::Rejected => "period-unlock.rejected",
        UnlockState::Withdrawn => "period-unlock.withdrawn",
    }
}

/// What the event of where it stands says: both persons, and everything but their words, to which it has salted commitments.
pub(crate) fn content(row: &PeriodUnlock) -> Value {
    let sealed = |words: &Option<String>| {
        let salted = words.as_ref().zip(row.words_salt);
        salted.map(|(words, salt)| commit(salt.bytes(), words.as_bytes()).to_string())
    };
    json!({
        "kind": row.kind.name(), "from": row.locked.to_string(), "through": row.through.to_string(),
        "proposed_by": row.proposed_by, "decided_by": row.decided_by,
        "reason": sealed(&row.reason), "refusal": sealed(&row.refusal),
    })
}
