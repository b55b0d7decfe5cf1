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

/// Events about one thing, oldest first, sealed or not.
pub fn of_subject(conn: &mut Conn, company: CompanyId, subject: &str) -> StoreResult<Vec<Event>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::subject.eq(subject));
    Ok(query.order(t::id.asc()).select(Event::as_select()).load(conn)?)
}
