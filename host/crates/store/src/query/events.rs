//! Events: what happened, in the order of the chain.

use super::unsealed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Event, NewUnsealed};
use crate::schema::{events as t, seals as s};
use crate::types::v;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{CompanyId, EventId};
use std::collections::HashMap;
use uuid::Uuid;

/// Seals whose events are read at once.
const SEALS_MAX: i64 = 500;

/// Events that a sealed thing carries: `seal_ref` names an entry or statement of the same transaction.
pub fn insert(tx: &mut Tx<'_>, events: &[Event]) -> StoreResult<()> {
    rows::insert(tx, events).map(drop)
}

/// Events that stand for themselves, each with the hash of its content; they get seals of their own.
pub fn insert_sealed(tx: &mut Tx<'_>, events: &[(Event, Digest)]) -> StoreResult<()> {
    let rows: Vec<Event> =
        events.iter().map(|(event, _)| Event { seal_ref: event.id.uuid(), ..event.clone() }).collect();
    rows::insert(tx, &rows)?;
    let waiting: Vec<NewUnsealed> = events
        .iter()
        .map(|(event, content_hash)| NewUnsealed {
            company: event.company,
            kind: "event".to_owned(),
            reference: event.id.uuid(),
            content_hash: *content_hash,
        })
        .collect();
    unsealed::insert(tx, &waiting)
}

/// A page of sealed events by (position, id). Start after (0, nil); what is not sealed yet does not show, so no event
/// ever appears before one that was read.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    after: (u64, EventId),
    limit: u32,
) -> StoreResult<Vec<(u64, Event)>> {
    let (mut position, mut id) = after;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut listed: Vec<(u64, Event)> = Vec::new();
    // a page of seals, then their events: PostgreSQL without statistics joins the two by scanning all events
    let mut seals = seals_from(conn, company, position)?;
    while !seals.is_empty() && listed.len() < limit {
        let positions: HashMap<Uuid, u64> = seals.iter().copied().collect();
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::seal_ref.eq_any(seals.iter().map(|(reference, _)| v(*reference))));
        let mut found: Vec<(u64, Event)> = query
            .select(Event::as_select())
            .load::<Event>(conn)?
            .into_iter()
            .filter_map(|event| Some((*positions.get(&event.seal_ref)?, event)))
            .filter(|(at, event)| *at > position || event.id > id)
            .collect();
        found.sort_by_key(|(at, event)| (*at, event.id));
        listed.extend(found);
        let last = seals.last().map_or(position, |(_, last)| *last);
        (position, id) = (last.saturating_add(1), EventId::new(Uuid::nil()));
        seals = seals_from(conn, company, position)?;
    }
    listed.truncate(limit);
    Ok(listed)
}

/// What [`search`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    /// As `invoice.posted`.
    pub kind: Option<&'a str>,
    /// As `doc_…`.
    pub subject: Option<&'a str>,
}

/// Sealed events by (position, id), and how far the chain was read for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub events: Vec<(u64, Event)>,
    /// Everything that is wanted up to here is in `events`, or was before it: go on after this position.
    pub through: u64,
    /// Whether there is more of the chain.
    pub more: bool,
    /// The last position of the chain.
    pub head: u64,
}

/// Positions of one [`search`] at most: of a rare kind there may be none among them.
const SCANNED_MAX: u64 = 20_000;

/// The sealed events that are wanted after a position: about `limit`, the last position whole.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: u64,
    limit: u32,
) -> StoreResult<Found> {
    let head = super::seals::head(conn, company)?.map_or(0, |seal| seal.position);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
    let mut found = Found { events: Vec::new(), through: after, more: head > after, head };
    if let Some(subject) = filter.subject {
        let named = t::table.filter(t::company.eq(v(company))).filter(t::subject.eq(subject));
        let mut rows: Vec<Event> = named.select(Event::as_select()).load(conn)?;
        rows.retain(|event| filter.kind.is_none_or(|kind| kind == event.kind));
        found.events = placed(conn, company, rows, after)?;
        found.through = head.max(after);
        found.cut(limit, head);
        return Ok(found);
    }
    while found.through < head && found.events.len() < limit && found.through - after < SCANNED_MAX {
        let seals = seals_from(conn, company, found.through.saturating_add(1))?;
        let Some((_, last)) = seals.last().copied() else { break };
        found.events.extend(of_seals(conn, company, filter.kind, &seals)?);
        found.through = last;
    }
    found.cut(limit, head);
    Ok(found)
}

/// As [`search`], backwards: the newest before a position first, and `through` the lowest position that was read.
pub fn search_back(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    before: u64,
    limit: u32,
) -> StoreResult<Found> {
    let head = super::seals::head(conn, company)?.map_or(0, |seal| seal.position);
    let start = before.min(head.saturating_add(1));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
    let mut found = Found { events: Vec::new(), through: start, more: false, head };
    if let Some(subject) = filter.subject {
        let named = t::table.filter(t::company.eq(v(company))).filter(t::subject.eq(subject));
        let mut rows: Vec<Event> = named.select(Event::as_select()).load(conn)?;
        rows.retain(|event| filter.kind.is_none_or(|kind| kind == event.kind));
        let placed = placed(conn, company, rows, 0)?.into_iter();
        found.events = placed.filter(|(at, _)| *at < start).rev().collect();
        found.through = start.min(1);
        found.cut_back(limit);
        return Ok(found);
    }
    while found.through > 1 && found.events.len() < limit && start - found.through < SCANNED_MAX {
        let seals = seals_before(conn, company, found.through)?;
        let Some((_, last)) = seals.last().copied() else { break };
        found.events.extend(of_seals(conn, company, filter.kind, &seals)?.into_iter().rev());
        found.through = last;
    }
    found.cut_back(limit);
    Ok(found)
}

/// The events of some seals, in the order of the chain.
fn of_seals(
    conn: &mut Conn,
    company: CompanyId,
    kind: Option<&str>,
    seals: &[(Uuid, u64)],
) -> StoreResult<Vec<(u64, Event)>> {
    let positions: HashMap<Uuid, u64> = seals.iter().copied().collect();
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::seal_ref.eq_any(seals.iter().map(|(reference, _)| v(*reference)).collect::<Vec<_>>()))
        .select(Event::as_select())
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(t::kind.eq(kind.to_owned()));
    }
    let rows = query.load::<Event>(conn)?.into_iter();
    let mut page: Vec<(u64, Event)> =
        rows.filter_map(|event| Some((*positions.get(&event.seal_ref)?, event))).collect();
    page.sort_by_key(|(at, event)| (*at, event.id));
    Ok(page)
}

impl Found {
    /// Leaves whole positions until there are `limit` events.
    fn cut(&mut self, limit: usize, head: u64) {
        if let Some((last, _)) = self.events.get(limit.saturating_sub(1)) {
            self.through = *last;
        }
        let through = self.through;
        self.events.retain(|(at, _)| *at <= through);
        self.more = through < head;
    }

    /// The same of what was read backwards.
    fn cut_back(&mut self, limit: usize) {
        if let Some((last, _)) = self.events.get(limit.saturating_sub(1)) {
            self.through = *last;
        }
        let through = self.through;
        self.events.retain(|(at, _)| *at >= through);
        self.more = through > 1;
    }
}

/// Those of some events that are sealed after a position, in the order of the chain.
fn placed(
    conn: &mut Conn,
    company: CompanyId,
    events: Vec<Event>,
    after: u64,
) -> StoreResult<Vec<(u64, Event)>> {
    let mut positions: HashMap<Uuid, u64> = HashMap::new();
    for chunk in events.chunks(super::IDS_MAX) {
        let query = s::table
            .filter(s::company.eq(v(company)))
            .filter(s::reference.eq_any(chunk.iter().map(|event| v(event.seal_ref))))
            .filter(s::position.gt(v(after)));
        positions.extend(query.select((s::reference, s::position)).load::<(Uuid, u64)>(conn)?);
    }
    let mut placed: Vec<(u64, Event)> =
        events.into_iter().filter_map(|event| Some((*positions.get(&event.seal_ref)?, event))).collect();
    placed.sort_by_key(|(at, event)| (*at, event.id));
    Ok(placed)
}

/// References and positions of seals from a position on.
fn seals_from(conn: &mut Conn, company: CompanyId, position: u64) -> StoreResult<Vec<(Uuid, u64)>> {
    Ok(s::table
        .filter(s::company.eq(v(company)))
        .filter(s::position.ge(v(position)))
        .order(s::position.asc())
        .limit(SEALS_MAX)
        .select((s::reference, s::position))
        .load(conn)?)
}

/// References and positions of the seals before a position, the newest first.
fn seals_before(conn: &mut Conn, company: CompanyId, position: u64) -> StoreResult<Vec<(Uuid, u64)>> {
    Ok(s::table
        .filter(s::company.eq(v(company)))
        .filter(s::position.lt(v(position)))
        .order(s::position.desc())
        .limit(SEALS_MAX)
        .select((s::reference, s::position))
        .load(conn)?)
}

/// Events about one thing, oldest first, sealed or not.
pub fn of_subject(conn: &mut Conn, company: CompanyId, subject: &str) -> StoreResult<Vec<Event>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::subject.eq(subject));
    Ok(query.order(t::id.asc()).select(Event::as_select()).load(conn)?)
}
