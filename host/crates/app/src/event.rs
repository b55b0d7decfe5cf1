//! Events (事件): what happened, in the order of the seal chain. An event that accompanies an entry or a statement
//! is carried: its digest stands in what their seal covers; any other is sealed itself.

use crate::common::{Common, Context};
use domain::actor::Actor;
use domain::canonical::{CanonicalError, Digest, digest};
use domain::ids::{CompanyId, EventId};
use serde_json::{Value, json};
use store::rows::Event;
use store::types::Json;
use store::{Tx, query};
use uuid::Uuid;

/// event.v1: the hashed and exported content. `data` holds ids, codes and digests; no personal data.
pub fn content(event: &Event) -> Value {
    json!({
        "id": event.id.to_string(),
        "company": event.company.to_string(),
        "kind": event.kind,
        "subject": event.subject,
        "actor": event.actor,
        "at": event.at.to_string(),
        "data": event.data.0,
    })
}

/// What an event says, and one thing more.
pub(crate) fn with(mut data: Value, name: &str, value: Value) -> Value {
    if let Some(members) = data.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    data
}

/// event.v1: what is sealed, of an event on its own or by what carries it.
pub fn event_digest(event: &Event) -> Result<Digest, CanonicalError> {
    digest("event.v1", &content(event))
}

/// An event whose position is that of `carrier` (an entry or a statement).
pub fn carried(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    (kind, subject): (&str, impl ToString),
    data: Value,
    carrier: Uuid,
) -> Event {
    Event {
        company,
        id: EventId::new(ctx.uuid()),
        kind: kind.to_owned(),
        subject: subject.to_string(),
        actor: actor.to_string(),
        at: ctx.now,
        data: Json(data),
        seal_ref: carrier,
    }
}

/// An event that is sealed on its own, with the hash that the sequencer will seal.
fn sealed(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    about: (&str, impl ToString),
    data: Value,
) -> Result<(Event, Digest), Common> {
    let mut event = carried(ctx, actor, company, about, data, Uuid::nil());
    event.seal_ref = event.id.uuid();
    let content_hash = event_digest(&event)?;
    Ok((event, content_hash))
}

/// Makes an event that is sealed on its own and writes it.
pub fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    about: (&str, impl ToString),
    data: Value,
) -> Result<(), Common> {
    write_named(ctx, tx, actor, company, about, data).map(drop)
}

/// As [`write`], and gives its id.
pub fn write_named(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    about: (&str, impl ToString),
    data: Value,
) -> Result<EventId, Common> {
    let event = sealed(ctx, actor, company, about, data)?;
    let id = event.0.id;
    query::events::insert_sealed(tx, &[event])?;
    Ok(id)
}
