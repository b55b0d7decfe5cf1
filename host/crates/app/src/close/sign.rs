//! Signing: look at the item on a snapshot → hold checklist and locks → has anything been recorded since? then look again →
//! write what was found as evidence.

use super::finding::{Finding, Frame, find};
use super::read::{ItemView, State, head, held_item, held_open, refuse_locked, stored};
use super::{CloseError, TRIES_MAX, approver, check};
use crate::common::{Common, Context, check_name, there};
use crate::company::{company_row, today};
use crate::{App, duties, event, posting};
use chrono::{Months, NaiveDate, NaiveTime};
use domain::actor::Actor;
use domain::canonical::{Digest, commit};
use domain::close::{Check, Month};
use domain::ids::CompanyId;
use domain::time::Instant;
use serde_json::{Value, json};
use store::rows::CloseRecord;
use store::types::{CloseAct, Json};
use store::{Conn, Tx, query};

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignItem {
    /// What there is to say; required where nothing but a person's word says that it is done.
    pub note: Option<String>,
    /// The reason for which what does not hold is let pass.
    pub waive: Option<String>,
}

/// Signs an item of a month that is over, with what is found at that moment, or waives what does not hold. Its owner may sign
/// what holds: the host found it, not she. To waive it is to judge, and that is another's (decisions 51, 103): nobody's who owned it, or
/// gave it to another, in this checklist or lately in one before; nor, where it is mandatory, who opened the checklist.
///
/// # Errors
/// `NotOver`, `Locked`, `Decided` (unless it is stale), `DoesNotHold`, `Holds`, `OwnerWaives`, `OpenerWaives`; `Invalid` for a word that
/// is missing.
pub fn sign(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    month: Month,
    name: &str,
    input: &SignItem,
) -> Result<ItemView, CloseError> {
    approver(actor, company)?;
    let item = check(name)?;
    for (pointer, words) in [("/note", &input.note), ("/waive", &input.waive)] {
        words.as_deref().map_or(Ok(()), |words| check_name(pointer, words))?;
    }
    if input.note.is_some() && input.waive.is_some() {
        return Err(Common::invalid("/note", "is left out where the reason in `waive` says it").into());
    }
    let ctx = Context::new(app);
    let mut tries = 1;
    loop {
        match sign_once(&ctx, actor, company, (month, item), input) {
            Err(lost) if lost.is_conflict() && tries < TRIES_MAX => tries += 1,
            outcome => return outcome,
        }
    }
}

fn sign_once(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    (month, item): (Month, Check),
    input: &SignItem,
) -> Result<ItemView, CloseError> {
    posting::drain(ctx.app, company)?;
    let (found, known_at) = ctx.app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        stored(conn, company, month)?;
        refuse_locked(conn, company, month)?;
        if today(ctx, &row)? < month.last() {
            return Err(CloseError::NotOver { month });
        }
        let known_at = head(conn, company)?;
        Ok((find(conn, Frame { company: &row, month, known_at, anew: true }, item)?, known_at))
    })?;
    ctx.app.db.write(|tx| {
        let mut view = held_open(tx, company, month, item.name())?;
        if query::closes::touched_since(tx, company, known_at, month.last())? {
            return Err(Common::Conflict { what: format!("what is found of {month}") }.into());
        }
        view.finding = Some(found.clone());
        let barred = match input.waive {
            Some(_) => barred(tx, actor, month, &view)?,
            None => None,
        };
        let act = allowed(month, (&view, barred), &found, input)?;
        let words = input.waive.as_ref().or(input.note.as_ref());
        let act = Act { kind: act, found: Some((found.clone(), known_at)), words: words.cloned() };
        write(ctx, tx, actor, (month, &view), act)?;
        Ok(held_item(tx, company, month, item.name())?)
    })
}

/// What the signature is, if it may be given.
fn allowed(
    month: Month,
    (view, barred): (&ItemView, Option<CloseError>),
    found: &Finding,
    input: &SignItem,
) -> Result<CloseAct, CloseError> {
    let (item, state) = (view.row.item, view.state());
    if state != State::Open && view.is_stale() != Some(true) {
        return Err(CloseError::Decided { month, item, state });
    }
    match (&input.waive, found.holds) {
        (Some(_), true) => Err(CloseError::Holds { month, item }),
        (Some(_), false) => barred.map_or(Ok(CloseAct::Waived), Err),
        (None, false) => Err(CloseError::DoesNotHold { month, item, code: found.code.clone() }),
        (None, true) if item.is_word() && input.note.is_none() && found.code != Finding::EXPORTED => {
            Err(Common::invalid("/note", "must say what was done: nothing else does").into())
        }
        (None, true) => Ok(CloseAct::Signed),
    }
}

/// Why the item is another's to waive; the operator at the machine has no second person, her acts stand in the events.
fn barred(
    conn: &mut Conn,
    actor: &Actor,
    month: Month,
    view: &ItemView,
) -> Result<Option<CloseError>, Common> {
    let (company, person) = (view.row.company, actor.person());
    for (owner, at) in owners(conn, company, (month, view.row.item))? {
        if duties::is_own(conn, actor, company, (&owner, at))? {
            return Ok(Some(CloseError::OwnerWaives { person }));
        }
    }
    let close = there(query::closes::by_period(conn, company, month.last())?, "checklist of", month)?;
    let opened = duties::is_own(conn, actor, company, (&close.opened_by, close.opened_at))?;
    Ok((opened && view.row.mandatory).then_some(CloseError::OpenerWaives { person }))
}

/// Who owned the item in this checklist, or gave it to another; and in those before, whose owners it took over, since the month before
/// began.
fn owners(
    conn: &mut Conn,
    company: CompanyId,
    (month, item): (Month, Check),
) -> Result<Vec<(String, Instant)>, Common> {
    let mut found = owners_in(conn, company, (month.last(), item))?;
    let since = month.first().checked_sub_months(Months::new(1)).unwrap_or(month.first());
    let since = Instant::from_naive(since.and_time(NaiveTime::MIN));
    let mut next = query::closes::last_before(conn, company, month.last())?;
    for _ in 0..EARLIER_MAX {
        let Some(period) = next else { break };
        let earlier = owners_in(conn, company, (period, item))?;
        found.extend(earlier.into_iter().filter(|(_, at)| *at >= since));
        next = query::closes::last_before(conn, company, period)?;
    }
    Ok(found)
}

/// Checklists before a month's that are looked at: what was given away longer ago was not given away for this one.
const EARLIER_MAX: u32 = 12;

/// As [`owners`], of one checklist; each with when it was so.
fn owners_in(
    conn: &mut Conn,
    company: CompanyId,
    (period, item): (NaiveDate, Check),
) -> Result<Vec<(String, Instant)>, Common> {
    let mut found = Vec::new();
    for event in query::events::of_subject(conn, company, &period.to_string())? {
        let data = &event.data.0;
        let told: Vec<&Value> = match event.kind.as_str() {
            "close.opened" => data.get("items").and_then(Value::as_array).into_iter().flatten().collect(),
            "close-item.changed" => vec![data],
            _ => continue,
        };
        let own = |one: &&Value| one.get("item").and_then(Value::as_str) == Some(item.name());
        for one in told.into_iter().filter(own) {
            let named = ["owner", "given_by"].map(|name| one.get(name).and_then(Value::as_str));
            found.extend(named.into_iter().flatten().map(|who| (who.to_owned(), event.at)));
        }
    }
    Ok(found)
}

/// Opens an item again, for a reason, as long as its month is not locked for good.
///
/// # Errors
/// `Locked`, `NotDecided`.
pub fn reopen(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    month: Month,
    name: &str,
    reason: &str,
) -> Result<ItemView, CloseError> {
    approver(actor, company)?;
    let item = check(name)?;
    check_name("/reason", reason)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let view = held_open(tx, company, month, name)?;
        if view.state() == State::Open {
            return Err(CloseError::NotDecided { month, item });
        }
        let act = Act { kind: CloseAct::Reopened, found: None, words: Some(reason.to_owned()) };
        write(&ctx, tx, actor, (month, &view), act)?;
        Ok(held_item(tx, company, month, name)?)
    })
}

/// What is done with an item.
struct Act {
    kind: CloseAct,
    /// With the position at which it was found.
    found: Option<(Finding, u64)>,
    words: Option<String>,
}

fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (month, view): (Month, &ItemView),
    act: Act,
) -> Result<(), Common> {
    let Act { kind, found, words } = act;
    let salt = words.as_ref().map(|_| ctx.random().bytes32());
    let (finding, known_at) = found.map(|(found, known_at)| (found.to_json(), known_at)).unzip();
    let record = CloseRecord {
        company: view.row.company,
        period: month.last(),
        item: view.row.item,
        n: u32::try_from(view.records.len()).unwrap_or(u32::MAX).saturating_add(1),
        act: kind,
        finding: finding.map(Json),
        known_at,
        words,
        words_salt: salt.and_then(|salt| Digest::from_slice(&salt)),
        done_by: actor.person(),
        done_at: ctx.now,
    };
    query::closes::record(tx, &record)?;
    let event = format!("close-item.{}", kind.name());
    event::write(ctx, tx, actor, record.company, (&event, subject(&record)), content(&record))
}

/// What the event of a record is about.
pub(crate) fn subject(record: &CloseRecord) -> String {
    format!("{}/{}/{}", record.period, record.item.name(), record.n)
}

/// What the event of a record says: everything but a person's words, to which it has a salted commitment.
pub(crate) fn content(record: &CloseRecord) -> serde_json::Value {
    let salted = record.words.as_ref().zip(record.words_salt);
    json!({
        "period": record.period.to_string(), "item": record.item.name(), "n": record.n,
        "finding": record.finding.as_ref().map(|finding| finding.0.clone()),
        "known_at": record.known_at.map(|position| position.to_string()),
        "words": salted.map(|(words, salt)| commit(salt.bytes(), words.as_bytes()).to_string()),
    })
}
