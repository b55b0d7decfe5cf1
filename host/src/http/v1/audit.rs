//! Audit: events, calls of plugins, replay, verification.

use super::dto::audit::{EventList, EventOut, InvocationOut, ReplayedView, VerifiedView};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{Limit, Position};
use actix_web::http::StatusCode;
use app::audit;
use serde::Deserialize;
use utoipa::IntoParams;

/// Parameters of `GET /v1/events`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// Events after this position; default: from the first.
    after: Option<Position>,
    /// Events at most.
    #[serde(default)]
    #[param(required = false)]
    limit: Limit,
}

/// Lists events in the order of the seal chain
///
/// Positions have no gaps: whoever reads from the last `next` on misses nothing.
#[utoipa::path(get, path = "/v1/events", tag = "audit", params(EventsQuery),
    responses((status = 200, description = "Events", body = EventList)))]
pub async fn list_events(call: Call) -> Answer {
    call.read(|cx| {
        let EventsQuery { after, limit } = cx.query()?;
        let after = after.map_or(0, Position::get);
        let items: Vec<EventOut> = audit::events(cx.app, cx.actor, cx.company, after, limit.get())?
            .into_iter()
            .map(EventOut::from)
            .collect();
        Ok(EventList { next: items.last().map_or(after, |event| event.position), items })
    })
    .await
}

/// Shows a call of a plugin
#[utoipa::path(get, path = "/v1/invocations/{id}", tag = "audit", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "Digests and use; its input and output stay encrypted", body = InvocationOut)))]
pub async fn show_invocation(call: Call) -> Answer {
    call.read(|cx| {
        let id = cx.path("id")?;
        Ok(InvocationOut::from(audit::invocation(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}

/// Makes a call again on the input it had, and compares
#[utoipa::path(post, path = "/v1/invocations/{id}/replay", tag = "audit", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "Whether the output is the same", body = ReplayedView)))]
pub async fn replay_invocation(call: Call, body: JsonBody) -> Answer {
    call.act(StatusCode::OK, body, |cx| {
        let id = cx.path("id")?;
        Ok(ReplayedView::from(audit::replay(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}

/// Checks the whole chain, every balance and every statement
#[utoipa::path(post, path = "/v1/verify", tag = "audit",
    responses((status = 200, description = "What holds and what does not", body = VerifiedView)))]
pub async fn verify(call: Call, body: JsonBody) -> Answer {
    call.act(StatusCode::OK, body, |cx| Ok(VerifiedView::from(audit::verify(cx.app, cx.actor, cx.company)?)))
        .await
}
