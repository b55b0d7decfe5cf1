//! Audit: events, calls of plugins, replay, verification.

use super::dto::audit::{EventList, EventOut, InvocationOut, ReplayedView, VerifiedView};
use super::dto::job::EnqueuedView;
use super::dto::leaf::Date;
use super::dto::sample::{SampleMethodName, SampleView};
use super::jobs::{PreferHeader, later};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx, Nothing};
use crate::http::download::Download;
use crate::http::limits::WAIT_MS_MAX;
use crate::http::page::{Limit, Position};
use crate::http::params::UpTo;
use crate::http::problem::{Code, Problem};
use actix_web::http::StatusCode;
use app::audit;
use app::job::JobKind;
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

/// Parameters of `GET /v1/events`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// Events after this position; default: from the first.
    after: Option<Position>,
    /// Instead of `after`: events before this position, the newest first; beyond the last one from the last.
    before: Option<Position>,
    /// Events at most.
    #[serde(default)]
    #[param(required = false)]
    limit: Limit,
    /// Of this kind only, as `invoice.posted`.
    kind: Option<String>,
    /// About this thing only: its id.
    subject: Option<String>,
    /// While there are none, wait so long for one: at most 20 s.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 0, maximum = 20000)]
    wait_ms: UpTo<WAIT_MS_MAX>,
}

/// What of it filters a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventFilters {
    kind: Option<String>,
    subject: Option<String>,
}

impl EventFilters {
    pub(super) fn wanted(&self) -> audit::WantedEvents<'_> {
        audit::WantedEvents { kind: self.kind.as_deref(), subject: self.subject.as_deref() }
    }
}

/// Lists events in the order of the seal chain
///
/// Positions have no gaps: whoever reads from the last `next` on misses nothing. Of a rare kind a page may be empty though there
/// is `more`: go on from its `next`. A position beyond the last one is refused (`cursor-mismatch`): it was read before a backup was restored.
/// With `before` they come newest first, and its `next` is the next `before`.
#[utoipa::path(get, path = "/v1/events", tag = "audit", params(EventsQuery),
    responses((status = 200, description = "Events", body = EventList)))]
pub async fn list_events(call: Call) -> Answer {
    call.poll(|cx| {
        let EventsQuery { after, before, limit, kind, subject, wait_ms } = cx.query()?;
        if before.is_some() && (after.is_some() || wait_ms.0 > 0) {
            return Err(Problem::parameter("before", "goes back: it stands with neither after nor wait_ms"));
        }
        let wanted = audit::WantedEvents { kind: kind.as_deref(), subject: subject.as_deref() };
        let limit = limit.get();
        let found = match before.map(Position::get) {
            Some(before) => audit::search_events_back(cx.app, cx.actor, cx.company, &wanted, before, limit)?,
            None => forwards(cx, &wanted, after.map_or(0, Position::get), limit)?,
        };
        let nothing = before.is_none() && found.events.is_empty() && !found.more;
        let wait = nothing.then(|| Duration::from_millis(u64::from(wait_ms.0)));
        let items = found.events.into_iter().map(EventOut::from).collect();
        Ok((EventList { items, next: found.through, more: found.more }, wait))
    })
    .await
}

fn forwards(
    cx: &Cx<'_>,
    wanted: &audit::WantedEvents<'_>,
    after: u64,
    limit: u32,
) -> Result<audit::FoundEvents, Problem> {
    let found = audit::search_events(cx.app, cx.actor, cx.company, wanted, after, limit)?;
    let head = found.head;
    if after > head {
        let why = format!(
            "is beyond {head}, the last position: these are not the events that were read before; begin anew"
        );
        return Err(Problem::parameter_of(Code::CursorMismatch, "after", why));
    }
    Ok(found)
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
#[utoipa::path(post, path = "/v1/verify", tag = "audit", params(PreferHeader),
    responses((status = 200, description = "What holds and what does not", body = VerifiedView),
        (status = 202, description = "A job: read it at `/v1/jobs/{id}`", body = EnqueuedView)))]
pub async fn verify(call: Call, body: JsonBody) -> Answer {
    if call.respond_async() {
        return later::<Nothing>(call, body, (JobKind::Verify, false), |_, body| Ok(body)).await;
    }
    call.act(StatusCode::OK, body, |cx| {
        let began = cx.app.clock.now();
        let found = audit::verify(cx.app, cx.actor, cx.company)?;
        audit::keep(cx.app, cx.actor, cx.company, began, &found)?;
        Ok(VerifiedView::from(found))
    })
    .await
}

/// Parameters of `GET /v1/audit/sample`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SampleQuery {
    /// The first effective date of the population.
    from: Date,
    /// The last one.
    to: Date,
    /// Kinds of entries, as `invoice,receipt`; default: all.
    kind: Option<String>,
    /// Any text of at most 100 characters: the same seed takes the same vouchers.
    seed: String,
    /// Vouchers to take: 1 to 500.
    #[param(value_type = u32, minimum = 1, maximum = 500)]
    size: UpTo<500>,
    /// hash | monetary-unit
    #[serde(default)]
    #[param(required = false)]
    method: SampleMethodName,
    /// Position in the seal chain; default: everything that is sealed.
    known_at: Option<Position>,
    /// json | zip: the totals and what is taken, or everything that supports it.
    format: Option<String>,
}

impl SampleQuery {
    fn input(self) -> Result<audit::SampleInput, Problem> {
        let size = usize::try_from(self.size.0).map_err(|error| Problem::parameter("size", error))?;
        let kinds = self.kind.iter().flat_map(|kinds| kinds.split(',')).map(str::to_owned).collect();
        Ok(audit::SampleInput {
            from: self.from.0,
            to: self.to.0,
            kinds,
            method: self.method.into(),
            seed: self.seed,
            size,
            known_at: self.known_at.map(Position::get),
        })
    }
}

/// Draws an auditor's sample
///
/// The population are the entries of a span of days, with control totals by kind; which of them a seed takes can be computed again by
/// anybody (host/API.md). As a ZIP archive with the vouchers, who did what with them and when, bank lines, attachments and statements.
#[utoipa::path(get, path = "/v1/audit/sample", tag = "audit", params(SampleQuery),
    responses((status = 200, description = "Totals and sample", content(
        (SampleView = "application/json"),
        (Vec<u8> = "application/zip"),
    ))))]
pub async fn draw_sample(call: Call) -> Answer {
    call.download(|cx| {
        let mut query: SampleQuery = cx.query()?;
        let format = query.format.take();
        let input = query.input()?;
        match format.as_deref() {
            None | Some("json") => {
                let sample = audit::sample(cx.app, cx.actor, cx.company, &input)?;
                Download::json(&SampleView::new(input, &sample))
            }
            Some("zip") => {
                let found = audit::sample_files(cx.app, cx.actor, cx.company, &input)?;
                let packed = sheets::archive::pack(&found.files);
                let bytes = packed.map_err(|error| Problem::internal(Code::Internal, &error))?;
                let name = format!("sample-{}-{}.zip", input.from, input.to);
                Ok(Download::file("application/zip".to_owned(), name, bytes))
            }
            Some(_) => Err(Problem::parameter("format", "is json or zip")),
        }
    })
    .await
}
