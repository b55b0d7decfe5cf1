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
    let (position, id) = after;
    Ok(s::table
        .inner_join(t::table.on(t::company.eq(s::company).and(t::seal_ref.eq(s::reference))))
        .filter(s::company.eq(v(company)))
        .filter(s::position.ge(v(position)))
        .filter(s::position.gt(v(position)).or(t::id.gt(v(id))))
        .order((s::position.asc(), t::id.asc()))
        .limit(i64::from(limit))
        .select((s::position, Event::as_select()))
        .load(conn)?)
}

/// Events about one thing, oldest first, sealed or not.
pub fn of_subject(conn: &mut Conn, company: CompanyId, subject: &str) -> StoreResult<Vec<Event>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::subject.eq(subject));
    Ok(query.order(t::id.asc()).select(Event::as_select()).load(conn)?)
}
