//! Jobs (后台任务): what was asked for with `Prefer: respond-async`.

use super::dto::job::{EnqueuedView, JobKindName, JobOut, JobStatusName};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx, Nothing};
use crate::http::json;
use crate::http::page::{Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::idempotency;
use app::job::{self, CancelJobError, EnqueueJob, JobKind, Task};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::types::JobStatus;
use utoipa::IntoParams;

/// Whether to wait for the end.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // it is only described: `Call` reads the header
pub struct PreferHeader {
    /// `respond-async` (RFC 7240): answer 202 at once, with a job.
    #[param(rename = "Prefer", required = false)]
    prefer: Option<String>,
}

/// Filters of `GET /v1/jobs`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Of this status only.
    status: Option<JobStatusName>,
    /// Of this kind only.
    kind: Option<JobKindName>,
}

impl ListQuery {
    pub(super) fn wanted(&self) -> (Option<JobStatus>, Option<JobKind>) {
        (self.status.map(Into::into), self.kind.map(Into::into))
    }
}

/// Puts the work of a body in the queue and answers 202.
pub(super) async fn enqueue<B: DeserializeOwned + 'static>(
    call: Call,
    body: JsonBody,
    work: fn(B) -> EnqueueJob,
) -> Answer {
    call.write(StatusCode::ACCEPTED, body, move |cx, body: B| {
        Ok(EnqueuedView::from(job::enqueue(cx.app, cx.actor, cx.company, &work(body))?))
    })
    .await
}

/// A body as it came; left out, it is empty.
#[derive(Deserialize)]
#[serde(transparent)]
struct Sent(Value);

impl Default for Sent {
    fn default() -> Self {
        Sent(Value::Object(serde_json::Map::new()))
    }
}

/// Puts a request in the queue, to be worked on as if it came then, and answers 202. What has not the form of `B` is refused now;
/// `stored` adds to it what the path says. `whole`: see [`Task::whole`].
pub(super) async fn later<B: DeserializeOwned + 'static>(
    call: Call,
    body: JsonBody,
    (kind, whole): (JobKind, bool),
    stored: fn(&Cx<'_>, Value) -> Result<Value, Problem>,
) -> Answer {
    call.act_with(StatusCode::ACCEPTED, body, move |cx, Sent(body): Sent| {
        json::read::<B>(&body)?;
        enqueued(cx, Task { kind, body: stored(cx, body)?, file: None, whole, again: None })
    })
    .await
}

/// The same of what has a file.
pub(super) fn enqueued(cx: &Cx<'_>, task: Task) -> Result<EnqueuedView, Problem> {
    Ok(EnqueuedView::from(job::enqueue(cx.app, cx.actor, cx.company, &EnqueueJob::Task(task))?))
}

/// Lists jobs, the newest first
#[utoipa::path(get, path = "/v1/jobs", tag = "jobs", params(PageQuery, ListQuery),
    responses((status = 200, description = "A page", body = Page<JobOut>)))]
pub async fn list_jobs(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<ListQuery>()?;
        let rows = job::search(cx.app, cx.actor, cx.company, filters.wanted(), paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |row| row.id.to_string(), JobOut::listed))
    })
    .await
}

/// Shows a job, its progress and its result
///
/// Of one that the answering process is at, `done` and `total` are those of this moment, else what was noted last.
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The job", body = JobOut,
        headers(("Retry-After" = String, description = "Seconds after which to look again, while it is not over")))))]
pub async fn show_job(call: Call) -> Answer {
    call.read(|cx| {
        let job = JobOut::from(job::get(cx.app, cx.actor, cx.company, cx.path("id")?)?);
        if !job.status.is_over() {
            cx.again_after(1);
        }
        Ok(job)
    })
    .await
}

/// The tag of the job that the path names.
fn current(cx: &Cx<'_>, tx: &mut store::Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&JobOut::from(job::load(cx.app, tx, cx.company, cx.path("id")?)?))
}

/// Tells the job before anything is written, the claim of the key too: on SQLite that waits until a whole gives its transaction up. All
/// that may be refused is looked at first. Gives whether this process is at the job.
async fn told_ahead(call: &Call, body: &JsonBody) -> Result<bool, Problem> {
    let Some(key) = call.key.clone().filter(|_| !call.dry_run) else { return Ok(false) };
    let (bytes, key) = (body.clone().into_bytes(), key.into_text());
    let tell = move |cx: &Cx<'_>| -> Result<bool, Problem> {
        // a repetition is answered as before, another request with the key is refused
        if idempotency::is_known(cx.app, cx.actor, cx.company, (cx.call.route.as_str(), key.as_str()))? {
            return Ok(false);
        }
        cx.nothing_unread()?;
        if !bytes.is_empty() {
            let Nothing {} = json::parse(&bytes)?;
        }
        job::call_off(cx.app, cx.actor, cx.company, cx.path("id")?, |row| {
            cx.call.conditions.check(&Tag::of_view(&JobOut::from(row))?, cx.call.place())
        })
    };
    call.clone().hop(tell).await
}

/// Calls a job off
///
/// One that runs can write nothing from now on; what it wrote before stays, of a whole nothing; an import of which something stays is `cancelled`. A whole that the answering process is at
/// gives its transaction up at its next step, and the answer waits for that. One that is over stays as it is: `state`.
#[utoipa::path(post, path = "/v1/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Called off", body = JobOut)))]
pub async fn cancel_job(call: Call, body: JsonBody) -> Answer {
    let told = told_ahead(&call, &body).await?;
    let mut call = call.over(current);
    if told {
        // it held when the job was told
        call.conditions.if_match = None;
    }
    call.act(StatusCode::OK, body, move |cx| {
        let id = cx.path("id")?;
        match job::cancel(cx.app, cx.actor, cx.company, id) {
            // by the job itself, as it was told
            Err(CancelJobError::Over { status: JobStatus::Cancelled, .. }) if told => {}
            outcome => outcome?,
        }
        Ok(JobOut::from(job::get(cx.app, cx.actor, cx.company, id)?))
    })
    .await
}
