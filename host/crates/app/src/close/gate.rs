//! What a hard lock asks: is every mandatory item of every month that it would cover signed, or waived, and still so?
//!
//! Who locks looks first, on a snapshot, since folding all customers takes its time; then, with all postings kept out, only
//! whether anything that counts was committed meanwhile ([`Judged::stands`]).

use super::finding::{Frame, find};
use super::read::{ItemView, State, head, stored};
use crate::common::Common;
use crate::company::company_row;
use crate::report::ReportError;
use crate::{App, duties};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::close::{Check, Month};
use domain::ids::CompanyId;
use store::types::{CloseAct, LockKind};
use store::{Conn, query};
use thiserror::Error;

/// Why a month is not locked for good.
#[derive(Debug, Error)]
pub enum Blocked {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(
        "{0} has no checklist: the company closes by checklists, and every month needs one before a hard lock"
    )]
    NoChecklist(Month),
    #[error("{} of {month} is open: a hard lock waits for every mandatory item of its checklist", .item.name())]
    Open { month: Month, item: Check },
    #[error(
        "{through} is not the last day of its month: the company closes by checklists, which are of whole months"
    )]
    Cut { through: NaiveDate },
    #[error("{} of {month} is not as it was signed: something was recorded since", .item.name())]
    Stale { month: Month, item: Check },
    #[error("{person} waived {} of {month}: another person closes the month for good", .item.name())]
    OwnWaiver { month: Month, item: Check, person: String },
}

crate::common::through_common!(Blocked);

/// That nothing keeps a lock from covering some months, as known at a position.
pub(crate) struct Judged {
    months: Vec<Month>,
    known_at: u64,
}

/// Looks at every month that a hard lock through a day would newly cover, in their order. Nobody closes one for good of which she waived
/// something mandatory: the lock is another's word on it (decision 103).
pub(crate) fn judge(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    through: NaiveDate,
) -> Result<Judged, Blocked> {
    app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let (months, known_at) = (covered(conn, company, through)?, head(conn, company)?);
        for month in &months {
            if query::closes::by_period(conn, company, month.last())?.is_none() {
                return Err(Blocked::NoChecklist(*month));
            }
            let items = stored(conn, company, *month)?.items;
            let mandatory: Vec<ItemView> = items.into_iter().filter(|item| item.row.mandatory).collect();
            // what is open is said without looking at the books
            if let Some(open) = mandatory.iter().find(|item| item.state() == State::Open) {
                return Err(Blocked::Open { month: *month, item: open.row.item });
            }
            for signed in mandatory {
                let item = signed.row.item;
                if waived_by(conn, actor, &signed)? {
                    return Err(Blocked::OwnWaiver { month: *month, item, person: actor.person() });
                }
                let found = find(conn, Frame { company: &row, month: *month, known_at, anew: true }, item)?;
                if signed.evidence.as_ref() != Some(&found) {
                    return Err(Blocked::Stale { month: *month, item });
                }
            }
        }
        if cut(conn, company, through)? {
            return Err(Blocked::Cut { through });
        }
        Ok(Judged { months, known_at })
    })
}

/// Whether the item stands waived by who acts.
fn waived_by(conn: &mut Conn, actor: &Actor, item: &ItemView) -> Result<bool, Common> {
    match item.signature() {
        Some((record, _)) if record.act == CloseAct::Waived => {
            duties::is_own(conn, actor, record.company, (&record.done_by, record.done_at))
        }
        _ => Ok(false),
    }
}

impl Judged {
    /// Whether it is still so, in a transaction that keeps out whoever posts, signs and reopens.
    pub fn stands(&self, conn: &mut Conn, company: CompanyId, through: NaiveDate) -> Result<bool, Common> {
        if covered(conn, company, through)? != self.months || cut(conn, company, through)? {
            return Ok(false);
        }
        match self.months.last() {
            Some(last) => Ok(!query::closes::touched_since(conn, company, self.known_at, last.last())?),
            None => Ok(true),
        }
    }
}

/// Whether a hard lock through a day would lie over a part of a month in which the company works by checklists: all but its last day
/// would be closed for good, and nobody asked.
fn cut(conn: &mut Conn, company: CompanyId, through: NaiveDate) -> Result<bool, Common> {
    let first = query::closes::first(conn, company)?.and_then(Month::ending);
    let asked = first.is_some_and(|first| through >= first.first());
    Ok(asked && Month::ending(through).is_none())
}

/// The months that a hard lock through a day would newly cover: they end by it, after the last one, and the company worked by
/// checklists then.
fn covered(conn: &mut Conn, company: CompanyId, through: NaiveDate) -> Result<Vec<Month>, Common> {
    let Some(first) = query::closes::first(conn, company)? else { return Ok(Vec::new()) };
    let locks = query::period_locks::list(conn, company)?;
    let hard = locks.iter().find(|lock| lock.kind == LockKind::Hard).map(|lock| lock.through);
    let mut months = Vec::new();
    let mut next = Month::ending(first);
    while let Some(month) = next.filter(|month| month.last() <= through) {
        if hard.is_none_or(|hard| hard < month.last()) {
            months.push(month);
        }
        next = month.next();
    }
    Ok(months)
}
