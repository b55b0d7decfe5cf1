//! Events in the order of the seal chain: what is not sealed yet does not show, so that nothing ever appears before
//! what was read.

use crate::App;
use crate::common::{Common, authorise};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, EventId};
use domain::time::Instant;
use serde_json::Value;
use store::rows::Event;
use store::{Conn, query};
use uuid::Uuid;

/// Something that happened, at its position in the chain. An entry or statement carries its events: they share its
/// position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    pub position: u64,
    pub id: EventId,
    /// As `invoice.posted`.
    pub kind: String,
    /// As `doc_…`.
    pub subject: String,
    pub actor: String,
    pub at: Instant,
    /// Ids, codes and digests; no personal data.
    pub data: Value,
}

/// Events of one answer at most, but for those that share the last position.
pub const EVENTS_MAX: u32 = 1_000;

/// Events after a position. The last position is given whole, also when that exceeds `limit` (1 to [`EVENTS_MAX`]): whoever
/// goes on from it misses nothing.
pub fn events(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    after_position: u64,
    limit: u32,
) -> Result<Vec<EventView>, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    let limit = limit.clamp(1, EVENTS_MAX);
    app.db.snapshot(|conn| {
        // the highest id there can be: everything of that position is behind us
        let mut found =
            query::events::list(conn, company, (after_position, EventId::new(Uuid::max())), limit)?;
        let full = u32::try_from(found.len()).unwrap_or(u32::MAX) >= limit;
        if let Some((position, last)) = found.last().filter(|_| full) {
            let rest = rest_of(conn, company, *position, last.id)?;
            found.extend(rest);
        }
        Ok(found.into_iter().map(view).collect())
    })
}

/// Which events are wanted; all where nothing is said.
pub type WantedEvents<'a> = query::events::Filter<'a>;

/// Events that were found, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEvents {
    pub events: Vec<EventView>,
    /// Everything that is wanted up to this position was given, backwards down to it: go on from it.
    pub through: u64,
    /// Whether there is more of the chain already.
    pub more: bool,
    /// The last position of the chain: whoever was beyond it has read another one.
    pub head: u64,
}

impl From<query::events::Found> for FoundEvents {
    fn from(found: query::events::Found) -> Self {
        let events = found.events.into_iter().map(view).collect();
        FoundEvents { events, through: found.through, more: found.more, head: found.head }
    }
}

/// The events that are wanted after a position, about `limit`: the last position is given whole, and `through` moves on also
/// where nothing was found.
pub fn search_events(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedEvents<'_>,
    after_position: u64,
    limit: u32,
) -> Result<FoundEvents, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let found = query::events::search(conn, company, wanted, after_position, limit.clamp(1, EVENTS_MAX))?;
        Ok(FoundEvents::from(found))
    })
}

/// The events that are wanted before a position, the newest first: else as [`search_events`].
pub fn search_events_back(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedEvents<'_>,
    before_position: u64,
    limit: u32,
) -> Result<FoundEvents, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let limit = limit.clamp(1, EVENTS_MAX);
        let found = query::events::search_back(conn, company, wanted, before_position, limit)?;
        Ok(FoundEvents::from(found))
    })
}

/// The events of a position after one of them.
fn rest_of(
    conn: &mut Conn,
    company: CompanyId,
    position: u64,
    mut after: EventId,
) -> Result<Vec<(u64, Event)>, Common> {
    let mut rest = Vec::new();
    loop {
        let page = query::events::list(conn, company, (position, after), EVENTS_MAX)?;
        let length = page.len();
        let of_position: Vec<_> = page.into_iter().take_while(|(at, _)| *at == position).collect();
        let whole = of_position.len() < length || length == 0;
        if let Some((_, last)) = of_position.last() {
            after = last.id;
        }
        rest.extend(of_position);
        if whole {
            return Ok(rest);
        }
    }
}

fn view((position, event): (u64, Event)) -> EventView {
    let Event { id, kind, subject, actor, at, data, .. } = event;
    EventView { position, id, kind, subject, actor, at, data: data.0 }
}
