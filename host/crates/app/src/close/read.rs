use super::finding::{Finding, Frame, find};
use super::{CloseError, check};
use crate::App;
use crate::books::settings_of;
use crate::common::{Common, authorise, there};
use crate::company::{company_row, user_named};
use crate::{period, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::close::{Check, Month};
use domain::fiscal::Period;
use domain::ids::{CompanyId, UserId};
use std::collections::BTreeMap;
use store::rows::{Close, CloseItem, CloseRecord, Company};
use store::types::CloseAct;
use store::{Conn, Tx, query};

/// What has become of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Signed,
    Waived,
}

impl State {
    pub const fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Signed => "signed",
            State::Waived => "waived",
        }
    }
}

/// Who did or owns something: a user, or `system`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub login: Option<String>,
}

/// An item with what was done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    pub row: CloseItem,
    pub owner: Option<Person>,
    /// In their order; the last one is its state.
    pub records: Vec<(CloseRecord, Person)>,
    /// What was found when it was signed or waived; none of an open one.
    pub evidence: Option<Finding>,
    /// What is found now; none where it was not looked at.
    pub finding: Option<Finding>,
}

impl ItemView {
    pub fn state(&self) -> State {
        match self.records.last().map(|(record, _)| record.act) {
            Some(CloseAct::Signed) => State::Signed,
            Some(CloseAct::Waived) => State::Waived,
            Some(CloseAct::Reopened) | None => State::Open,
        }
    }
    /// Who signed or waived it, with the record; none of an open one.
    pub fn signature(&self) -> Option<&(CloseRecord, Person)> {
        self.records.last().filter(|_| self.state() != State::Open)
    }
    /// Whether what was signed is found no longer.
    pub fn is_stale(&self) -> Option<bool> {
        self.finding.as_ref().map(|found| self.evidence.as_ref().is_some_and(|signed| signed != found))
    }
}

/// A checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseView {
    pub close: Close,
    pub month: Month,
    /// Which of the fiscal year it is.
    pub fiscal: Period,
    pub items: Vec<ItemView>,
}

/// The checklist of a month, with what is found of each item now.
///
/// # Errors
/// `NotFound` where none was opened.
pub fn get(app: &App, actor: &Actor, company: CompanyId, month: Month) -> Result<CloseView, CloseError> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    posting::settle(app, company, None)?;
    app.db.snapshot(|conn| {
        let company = company_row(conn, company)?;
        let mut view = stored(conn, company.id, month)?;
        let known_at = head(conn, company.id)?;
        for item in &mut view.items {
            item.finding =
                Some(find(conn, Frame { company: &company, month, known_at, anew: false }, item.row.item)?);
        }
        Ok(view)
    })
}

/// Which checklists are wanted, by the last day of their months; all where nothing is said.
pub type WantedCloses = query::closes::Filter;

/// Checklists by period, after `after`, as they stand: to look at every item of many months would fold all customers as often.
pub fn page(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedCloses,
    after: Option<NaiveDate>,
    limit: u32,
) -> Result<Vec<CloseView>, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let closes = query::closes::page(conn, company, wanted, after, limit)?;
        views(conn, company, closes)
    })
}

/// The last month that has a checklist.
pub fn last(app: &App, actor: &Actor, company: CompanyId) -> Result<Option<Month>, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    let last = app.db.read(|conn| query::closes::last(conn, company))?;
    last.map(month_of).transpose()
}

/// One item as it stands, and what was done with it.
pub fn item(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    month: Month,
    name: &str,
) -> Result<ItemView, Common> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    let wanted = check(name)?;
    app.db.snapshot(|conn| item_in(conn, company, month, wanted))
}

/// As [`item`], in the caller's transaction: nobody changes or signs it until it ends, and no lock passes.
pub fn held_item(tx: &mut Tx<'_>, company: CompanyId, month: Month, name: &str) -> Result<ItemView, Common> {
    let wanted = check(name)?;
    period::hold(tx, company)?;
    there(query::closes::hold(tx, company, month.last())?, "checklist of", month)?;
    item_in(tx, company, month, wanted)
}

/// As [`held_item`], of a month that is not locked for good.
pub(super) fn held_open(
    tx: &mut Tx<'_>,
    company: CompanyId,
    month: Month,
    name: &str,
) -> Result<ItemView, Common> {
    let item = held_item(tx, company, month, name)?;
    refuse_locked(tx, company, month)?;
    Ok(item)
}

/// What a hard lock covers was looked at before it: it stays as it was then.
pub(super) fn refuse_locked(conn: &mut Conn, company: CompanyId, month: Month) -> Result<(), Common> {
    period::refuse_hard(&query::period_locks::list(conn, company)?, month.last())
}

/// Position of everything that is sealed.
pub(super) fn head(conn: &mut Conn, company: CompanyId) -> Result<u64, Common> {
    Ok(query::seals::head(conn, company)?.map_or(0, |seal| seal.position))
}

/// The checklist of a month as it stands.
pub(super) fn stored(conn: &mut Conn, company: CompanyId, month: Month) -> Result<CloseView, Common> {
    let close = there(query::closes::by_period(conn, company, month.last())?, "checklist of", month)?;
    there(views(conn, company, vec![close])?.pop(), "checklist of", month)
}

fn item_in(conn: &mut Conn, company: CompanyId, month: Month, wanted: Check) -> Result<ItemView, Common> {
    let items = stored(conn, company, month)?.items;
    // a later version of the host knows more items than an old checklist has
    there(items.into_iter().find(|item| item.row.item == wanted), "item of a checklist", wanted.name())
}

fn month_of(period: NaiveDate) -> Result<Month, Common> {
    Month::ending(period).ok_or_else(|| Common::Corrupt { what: "period", detail: period.to_string() })
}

/// Some checklists as they stand.
pub(crate) fn views(
    conn: &mut Conn,
    company: CompanyId,
    closes: Vec<Close>,
) -> Result<Vec<CloseView>, Common> {
    let calendar = settings_of(conn, company)?.calendar;
    let periods: Vec<NaiveDate> = closes.iter().map(|close| close.period).collect();
    let mut items: BTreeMap<NaiveDate, Vec<CloseItem>> = BTreeMap::new();
    for item in query::closes::items_of(conn, company, &periods)? {
        items.entry(item.period).or_default().push(item);
    }
    let mut records: BTreeMap<(NaiveDate, Check), Vec<CloseRecord>> = BTreeMap::new();
    for record in query::closes::records_of(conn, company, &periods)? {
        records.entry((record.period, record.item)).or_default().push(record);
    }
    let users = query::users::list(conn, company)?;
    let logins: BTreeMap<String, String> =
        users.into_iter().map(|user| (user.id.to_string(), user.login)).collect();
    let person = |id: String| Person { login: logins.get(&id).cloned(), id };
    let mut found = Vec::with_capacity(closes.len());
    for close in closes {
        let mut views = Vec::new();
        let mut rows = items.remove(&close.period).unwrap_or_default();
        rows.sort_by_key(|row| row.item);
        for row in rows {
            let own = records.remove(&(row.period, row.item)).unwrap_or_default();
            let evidence = own.last().and_then(|record| record.finding.as_ref());
            views.push(ItemView {
                owner: row.owner.map(|id| person(id.to_string())),
                evidence: evidence.map(|stored| Finding::from_json(&stored.0)).transpose()?,
                records: own.into_iter().map(|record| (record.clone(), person(record.done_by))).collect(),
                finding: None,
                row,
            });
        }
        let fiscal = calendar.period(close.period);
        found.push(CloseView { month: month_of(close.period)?, fiscal, close, items: views });
    }
    Ok(found)
}

/// The user that is meant, by id or login: one of the company who is active.
pub(super) fn user(conn: &mut Conn, company: &Company, named: &str) -> Result<UserId, Common> {
    let active = user_named(conn, company.id, named)?.filter(|user| user.active);
    active
        .map(|user| user.id)
        .ok_or_else(|| Common::invalid("/owner", format!("{named:?} is no active user")))
}
