use crate::App;
use crate::close::{self, Blocked};
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::{event, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::CompanyId;
use serde_json::json;
use store::types::LockKind;
use store::{Conn, Tx, query, rows};
use thiserror::Error;

/// Locks everything up to and including a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockPeriod {
    pub kind: LockKind,
    pub through: NaiveDate,
}

#[derive(Debug, Error)]
pub enum LockPeriodError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("a hard lock only moves forward: {current} is locked already, {wanted} was asked for")]
    Backwards { current: NaiveDate, wanted: NaiveDate },
    #[error("the lock reaches through {current}: one person proposes to move it back, another decides")]
    Unlocks { current: NaiveDate },
    #[error(
        "{through} lies after today, {today}: a period is closed when it is over, and a lock over days to come would keep out \
         everything from now on"
    )]
    Future { through: NaiveDate, today: NaiveDate },
    #[error(transparent)]
    Blocked(#[from] Blocked),
}

crate::common::through_common!(LockPeriodError);

/// Sets a lock, of days that have begun; a hard one waits for the checklists of the months that it covers. None moves back here: a
/// hard one never does, others by two people (`super::unlock`). What was committed before is sealed first, so that the period's entries
/// stand in the chain before the event that closes it.
pub fn lock(app: &App, actor: &Actor, company: CompanyId, input: LockPeriod) -> Result<(), LockPeriodError> {
    authorise(actor, Noun::Ledger, Verb::Lock, company)?;
    let ctx = Context::new(app);
    let today = app.db.read(|conn| today(&ctx, &company_row(conn, company)?))?;
    if input.through > today {
        return Err(LockPeriodError::Future { through: input.through, today });
    }
    let mut tries = 1;
    loop {
        match lock_once(&ctx, actor, company, input) {
            Err(LockPeriodError::Common(lost)) if lost.is_conflict() && tries < TRIES_MAX => tries += 1,
            outcome => return outcome,
        }
    }
}

/// Times that the checklists are looked at anew, because something was recorded before the lock was held.
const TRIES_MAX: u32 = 3;

fn lock_once(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    input: LockPeriod,
) -> Result<(), LockPeriodError> {
    posting::drain(ctx.app, company)?;
    let judged = match input.kind {
        LockKind::Hard => Some(close::judge(ctx.app, actor, company, input.through)?),
        LockKind::Soft | LockKind::Tax => None,
    };
    ctx.app.db.write(|tx| {
        // held alone: two that read the old lock at once could move it forward and back again
        let locks = query::period_locks::hold_alone(tx, company)?;
        let current = locks.iter().find(|l| l.kind == input.kind);
        if let Some(current) = current.map(|lock| lock.through).filter(|through| *through > input.through) {
            return Err(match input.kind {
                LockKind::Hard => LockPeriodError::Backwards { current, wanted: input.through },
                LockKind::Soft | LockKind::Tax => LockPeriodError::Unlocks { current },
            });
        }
        if let Some(judged) = &judged
            && !judged.stands(tx, company, input.through)?
        {
            return Err(Common::Conflict { what: format!("what stands up to {}", input.through) }.into());
        }
        let row = rows::PeriodLock {
            company,
            kind: input.kind,
            through: input.through,
            set_by: actor.to_string(),
            set_at: ctx.now,
        };
        query::period_locks::put(tx, &row)?;
        let data = json!({"kind": input.kind.name(), "through": input.through.to_string()});
        event::write(ctx, tx, actor, company, ("period.locked", company), data)?;
        Ok(())
    })
}

/// The company's locks.
pub fn locks(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<rows::PeriodLock>, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::period_locks::list(conn, company))?)
}

/// As [`locks`], in the caller's transaction: nobody sets one until it ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId) -> Result<Vec<rows::PeriodLock>, Common> {
    Ok(query::period_locks::hold_alone(tx, company)?)
}

/// The dates of a posting that a lock may refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostingDates {
    /// Of the entry: no lock lets it into its period.
    pub effective: NaiveDate,
    /// Of an invoice or credit note: its tax belongs to the period of this date, and its number to that year. Periods whose
    /// books are closed for good, or whose tax was filed, take none any more, whenever the entry is effective. A receipt
    /// has none: its value date is the bank's, and often lies before the day on which the bank books it.
    pub document: Option<NaiveDate>,
}

impl From<NaiveDate> for PostingDates {
    fn from(effective: NaiveDate) -> Self {
        PostingDates { effective, document: None }
    }
}

/// Refuses dates that lie in a locked period.
pub fn check_open(conn: &mut Conn, company: CompanyId, dates: impl Into<PostingDates>) -> Result<(), Common> {
    refuse_locked(&query::period_locks::list(conn, company)?, dates.into())
}

/// The company's locks, for [`refuse_locked`]; none can be set or moved until the transaction ends.
pub(crate) fn hold(tx: &mut Tx<'_>, company: CompanyId) -> Result<Vec<rows::PeriodLock>, Common> {
    Ok(query::period_locks::hold(tx, company)?)
}

/// As [`check_open`], and no lock can be set or moved until the transaction ends.
pub fn hold_open(tx: &mut Tx<'_>, company: CompanyId, dates: impl Into<PostingDates>) -> Result<(), Common> {
    refuse_locked(&query::settings::hold(tx, company)?.settings.locks, dates.into())
}

/// [`check_open`] on locks at hand.
pub(crate) fn refuse_locked(locks: &[rows::PeriodLock], dates: PostingDates) -> Result<(), Common> {
    let firm = |lock: &&rows::PeriodLock| matches!(lock.kind, LockKind::Hard | LockKind::Tax);
    refuse(locks.iter(), dates.effective)?;
    dates.document.map_or(Ok(()), |date| refuse(locks.iter().filter(firm), date))
}

/// Refuses a day that is locked for good.
pub(crate) fn refuse_hard(locks: &[rows::PeriodLock], date: NaiveDate) -> Result<(), Common> {
    refuse(locks.iter().filter(|lock| lock.kind == LockKind::Hard), date)
}

fn refuse<'a>(locks: impl Iterator<Item = &'a rows::PeriodLock>, date: NaiveDate) -> Result<(), Common> {
    match locks.filter(|l| l.through >= date).max_by_key(|l| l.through) {
        Some(lock) => Err(Common::Locked { date, kind: lock.kind.name().to_owned(), through: lock.through }),
        None => Ok(()),
    }
}
