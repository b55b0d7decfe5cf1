//! One call: everything of the request that is not its body, and the single hop to a blocking thread in which the
//! whole of it happens: authenticate, claim the idempotency key, parse, use-case, complete, view.

use super::auth::Caller;
use super::body::{self, JsonBody, check_declared, declared_length};
use super::bulk::Needs;
use super::download::Download;
use super::idempotency::{self, Kept, Key};
use super::json;
use super::page::{PageQuery, Paging};
use super::params::{self, Flag, Params};
use super::precondition::{self, Conditions, Over};
use super::problem::{Code, Problem};
use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use app::App;
use app::idempotency::Request;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::ids::CompanyId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fmt::Display;
use std::future::{Ready, ready};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// What every handler returns.
pub type Answer = Result<HttpResponse, Problem>;

/// Header of an answer that was given before: the stored one comes again.
pub(super) const IDEMPOTENCY_HIT: HeaderName = HeaderName::from_static("idempotency-hit");
/// Header of the answer to what was only tried.
const DRY_RUN: HeaderName = HeaderName::from_static("dry-run");

/// How often a request that waits for news looks for them.
const POLL: Duration = Duration::from_millis(200);

/// A request, without its body.
#[derive(Clone)]
pub struct Call {
    pub(super) app: Arc<App>,
    caller: Caller,
    /// `POST /v1/customers/{id}/erase`
    pub(super) route: String,
    /// Path and query as they came.
    target: String,
    place: String,
    path: HashMap<String, String>,
    params: Params,
    pub(super) key: Option<Key>,
    pub(super) conditions: Conditions,
    /// What a write changes, where `If-Match` is taken.
    pub(super) over: Option<Over>,
    /// `dry_run=true` of a write.
    pub(super) dry_run: bool,
    respond_async: bool,
    /// Media type of the body.
    pub(super) media: String,
    pub(super) foreign_charset: Option<String>,
    /// What it accepts, as it says.
    accepted: Option<String>,
    /// Bytes of the body, as its sender says.
    pub(super) declared: Option<usize>,
    pub(super) notes: Arc<Notes>,
    span: tracing::Span,
}

/// What a handler does besides answering.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// It looked at the parameters of the query.
    queried: AtomicBool,
    /// A row of it was answered before.
    pub(super) repeated: AtomicBool,
    /// Seconds after which to ask again; 0: never.
    retry_after_s: AtomicU32,
}

/// A call with its actor, inside the blocking hop. In a write `app` is fenced by the idempotency key.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub company: CompanyId,
    pub(super) call: &'a Call,
}

impl FromRequest for Call {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Call::new(request))
    }
}

impl Call {
    fn new(request: &HttpRequest) -> Result<Self, Problem> {
        let app = request.app_data::<web::Data<App>>().cloned();
        let app = app.ok_or_else(|| Problem::new(Code::Internal, "the server was wired without `App`"))?;
        let pattern = request.match_pattern().unwrap_or_else(|| request.path().to_owned());
        let method = request.method();
        let caller = Caller::from_request(request)?;
        body::check_encoding(request)?;
        let mut params = Params::read_from(request.query_string())?;
        let dry_run = match *method {
            Method::GET | Method::HEAD => false,
            _ => params.take(&["dry_run"]).read::<DryRun>()?.dry_run.0,
        };
        Ok(Call {
            app: app.into_inner(),
            caller,
            route: format!("{method} {pattern}"),
            target: request.uri().to_string(),
            place: request.path().to_owned(),
            path: path(request)?,
            params,
            key: Key::from_request(request)?,
            conditions: Conditions::from_request(request)?,
            over: None,
            dry_run,
            respond_async: prefers_async(request),
            media: body::media_type(request),
            foreign_charset: body::foreign_charset(request),
            accepted: request.headers().get(ACCEPT).and_then(|v| v.to_str().ok()).map(str::to_owned),
            declared: declared_length(request),
            notes: Arc::default(),
            span: tracing::Span::current(),
        })
    }

    /// Whether the caller would rather have a job than wait (`Prefer: respond-async`, RFC 7240). What is only tried needs none.
    pub const fn respond_async(&self) -> bool {
        self.respond_async && !self.dry_run
    }

    /// The media types that the caller accepts, as it says.
    pub fn accepted(&self) -> Option<&str> {
        self.accepted.as_deref()
    }
    /// The pattern of its path.
    pub fn pattern(&self) -> &str {
        self.route.split_once(' ').map_or("", |(_, pattern)| pattern)
    }

    /// The path, as it came.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Runs a reading use-case and answers 200 with its view, or 304 if the caller has it.
    pub async fn read<T, F>(self, work: F) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.download(move |cx| Ok(Download::view(encode(&work(cx)?)?))).await
    }

    /// As [`Call::read`], again and again until there is something, or the time that is waited for it is over: `work` gives its
    /// view and, while there is nothing, how long to wait in all.
    pub async fn poll<T, F>(self, work: F) -> Answer
    where
        T: Serialize,
        F: Fn(&Cx<'_>) -> Result<(T, Option<Duration>), Problem> + Send + Sync + 'static,
    {
        let (started, work) = (Instant::now(), Arc::new(work));
        loop {
            let again = work.clone();
            let ask = move |cx: &Cx<'_>| {
                let (view, wait) = again(cx)?;
                Ok((encode(&view)?, wait))
            };
            let (bytes, wait) = self.clone().hop(ask).await?;
            let left = wait.unwrap_or_default().saturating_sub(started.elapsed());
            if left.is_zero() {
                return Ok(self.respond(Download::view(bytes)));
            }
            actix_web::rt::time::sleep(left.min(POLL)).await;
        }
    }

    /// Runs a reading use-case and answers 200 with its bytes, or 304 if the caller has them.
    pub async fn download<F>(self, work: F) -> Answer
    where
        F: FnOnce(&Cx<'_>) -> Result<Download, Problem> + Send + 'static,
    {
        let look = move |cx: &Cx<'_>| {
            let found = work(cx)?;
            cx.nothing_unread()?;
            Ok(found)
        };
        let found = self.clone().hop(look).await?;
        Ok(self.respond(found))
    }

    fn respond(&self, found: Download) -> HttpResponse {
        let known = self.conditions.if_none_match.as_ref().is_some_and(|tags| tags.names(&found.etag));
        let mut response = if known { found.not_modified() } else { found.into_response() };
        let again = self.notes.retry_after_s.load(Ordering::Relaxed);
        if again > 0 {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(again));
        }
        response
    }

    /// Runs a writing use-case on a JSON body, once per idempotency key.
    pub async fn write<B, T, F>(self, status: StatusCode, body: JsonBody, work: F) -> Answer
    where
        B: DeserializeOwned,
        T: Serialize,
        F: FnOnce(&Cx<'_>, B) -> Result<T, Problem> + Send + 'static,
    {
        let bytes = body.into_bytes();
        self.once(status, bytes, move |cx, bytes| {
            cx.nothing_unread()?;
            work(cx, json::parse(bytes)?).map_err(|refused| refused.placed_in(bytes))
        })
        .await
    }

    /// Runs a writing use-case that is told everything by its path; a body, if any, is `{}`.
    pub async fn act<T, F>(self, status: StatusCode, body: JsonBody, work: F) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.act_with(status, body, |cx, Nothing {}| work(cx)).await
    }

    /// As [`Call::act`], with a body that may be left out.
    pub async fn act_with<B, T, F>(self, status: StatusCode, body: JsonBody, work: F) -> Answer
    where
        B: DeserializeOwned + Default,
        T: Serialize,
        F: FnOnce(&Cx<'_>, B) -> Result<T, Problem> + Send + 'static,
    {
        let bytes = body.into_bytes();
        self.once(status, bytes, move |cx, bytes| {
            cx.nothing_unread()?;
            let body = if bytes.is_empty() { B::default() } else { json::parse(bytes)? };
            work(cx, body).map_err(|refused| refused.placed_in(bytes))
        })
        .await
    }

    /// Takes a file of at most `bytes_max`, from callers who may bring it only, and runs a writing use-case on it and on the parameters of
    /// the query, of which unknown ones are refused before.
    pub async fn upload<Q, T, F>(
        self,
        status: StatusCode,
        needs: Needs,
        payload: web::Payload,
        bytes_max: usize,
        work: F,
    ) -> Answer
    where
        Q: DeserializeOwned,
        T: Serialize,
        F: FnOnce(&Cx<'_>, Q, &[u8]) -> Result<T, Problem> + Send + 'static,
    {
        let company = self.allowed(needs).await?;
        let file = self.file(company, payload, bytes_max).await?;
        self.once(status, file.bytes.clone(), move |cx, bytes| {
            let _held = file;
            work(cx, cx.query()?, bytes)
        })
        .await
    }

    /// The bytes of a body that is held in memory.
    pub(super) async fn file(
        &self,
        company: CompanyId,
        payload: web::Payload,
        bytes_max: usize,
    ) -> Result<body::File, Problem> {
        check_declared(self.declared, bytes_max)?;
        body::file(&self.app, company, payload, bytes_max).await
    }

    /// Runs `work` once per idempotency key; see [`idempotency`] for what is guaranteed.
    async fn once<T, F>(self, status: StatusCode, body: Bytes, work: F) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>, &[u8]) -> Result<T, Problem> + Send + 'static,
    {
        self.once_keeping(Kept::Answer, status, body, work).await
    }

    /// As [`Call::once`]; `kept` says what of the answer.
    pub(super) async fn once_keeping<T, F>(
        self,
        kept: Kept,
        status: StatusCode,
        body: Bytes,
        work: F,
    ) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>, &[u8]) -> Result<T, Problem> + Send + 'static,
    {
        if self.dry_run {
            return self.rehearse(body, work).await;
        }
        let key = self.key.clone().ok_or_else(Key::missing)?;
        let answer = self
            .hop(move |cx| {
                let call = cx.call;
                let body_hash = hash(&call.route, &call.target, &body);
                let request = Request { route: call.route.clone(), key: key.into_text(), body_hash };
                idempotency::once(cx, request, (status, kept), |fenced| {
                    precondition::held(cx, fenced.clone(), |cx| encode(&work(cx, &body)?))
                })
            })
            .await?;
        let job = if answer.status == StatusCode::ACCEPTED { job(&answer.bytes) } else { None };
        let mut response = json_response(answer.status, answer.bytes);
        if answer.replayed {
            response.headers_mut().insert(IDEMPOTENCY_HIT, HeaderValue::from_static("true"));
        }
        if let Some(place) = job {
            response.headers_mut().insert(LOCATION, place);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Ok(response)
    }

    /// Runs `work` as if it were meant, and undoes it. Nothing is claimed: a dry run may be repeated as it is.
    pub(super) async fn rehearse<T, F>(self, body: Bytes, work: F) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>, &[u8]) -> Result<T, Problem> + Send + 'static,
    {
        let tried = self.hop(move |cx| {
            cx.app.db.rehearse(|db| {
                let rehearsed = App { db: Arc::new(db.clone()), ..cx.app.clone() };
                precondition::held(cx, rehearsed, |cx| encode(&work(cx, &body)?))
            })
        });
        Ok(dry(json_response(StatusCode::OK, tried.await?)))
    }

    /// The hop. The request's span goes along, so that what is logged there names the request.
    pub(super) async fn hop<T, F>(self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Cx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let done = web::block(move || {
            let _entered = self.span.enter();
            let (actor, company) = self.caller.authenticate(&self.app)?;
            work(&Cx { app: &self.app, actor: &actor, company, call: &self })
        });
        done.await.map_err(|error| Problem::internal(Code::Internal, &error))?
    }
}

impl<'a> Cx<'a> {
    /// Of a call that goes on without its request.
    pub(super) fn of(call: &'a Call, actor: &'a Actor, company: CompanyId) -> Self {
        Cx { app: &call.app, actor, company, call }
    }
    /// A parameter of the path.
    ///
    /// # Errors
    /// `invalid-parameter` when it is not of the form.
    pub fn path<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, Problem> {
        let text = self.call.path.get(name).map(String::as_str).unwrap_or_default();
        params::check(name, text)?;
        text.parse().map_err(|error| Problem::parameter(name, error))
    }
    /// The parameters of the query; unknown and repeated ones are refused.
    ///
    /// # Errors
    /// `invalid-parameter` naming the first one.
    pub fn query<Q: DeserializeOwned>(&self) -> Result<Q, Problem> {
        self.call.notes.queried.store(true, Ordering::Relaxed);
        self.call.params.read()
    }
    /// The parameters, for whoever reads them in parts and refuses what is left.
    pub fn parameters(&self) -> Params {
        self.call.notes.queried.store(true, Ordering::Relaxed);
        self.call.params.clone()
    }
    /// The filters of a list and its page. A cursor holds for the list and filters that it came from.
    ///
    /// # Errors
    /// `invalid-parameter` naming the first one; `cursor-mismatch`.
    pub fn page<Q: DeserializeOwned>(&self) -> Result<(Q, Paging), Problem> {
        self.call.notes.queried.store(true, Ordering::Relaxed);
        let mut filters = self.call.params.clone();
        let page: PageQuery = filters.take(&PageQuery::NAMES).read()?;
        let wanted = filters.read()?;
        let mut of = vec![self.company.to_string(), self.call.place.clone()];
        of.extend(filters.iter().flat_map(|(name, value)| [name.to_owned(), value.to_owned()]));
        Ok((wanted, Paging::try_new(page, &of)?))
    }
    /// Says after how many seconds to ask again.
    pub fn again_after(&self, seconds: u32) {
        self.call.notes.retry_after_s.store(seconds, Ordering::Relaxed);
    }
    /// Parameters that no handler looked at are unknown here.
    ///
    /// # Errors
    /// `invalid-parameter`.
    pub fn nothing_unread(&self) -> Result<(), Problem> {
        if self.call.params.is_empty() || self.call.notes.queried.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.query::<Nothing>().map(drop)
    }
}

/// The parameter of every write.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DryRun {
    #[serde(default)]
    pub(super) dry_run: Flag,
}

/// Where the job of an accepted request is read.
fn job(bytes: &[u8]) -> Option<HeaderValue> {
    let body: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    HeaderValue::from_str(&format!("/v1/jobs/{}", body.get("job")?.as_str()?)).ok()
}

pub(super) fn dry(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(DRY_RUN, HeaderValue::from_static("true"));
    response
}

fn prefers_async(request: &HttpRequest) -> bool {
    let said = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    said.flat_map(|list| list.split(',')).any(|one| {
        one.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("respond-async"))
    })
}

/// The parameters of the path, percent-decoded.
fn path(request: &HttpRequest) -> Result<HashMap<String, String>, Problem> {
    // by order: actix gives the names as identifiers only, which no map of strings takes
    let decoded = web::Path::<Vec<String>>::extract(request).into_inner();
    let decoded = decoded
        .map_err(|_| Problem::new(Code::InvalidParameter, "the path is not UTF-8, percent-encoded"))?;
    let names = request.match_info().iter().map(|(name, _)| name.to_owned());
    Ok(names.zip(decoded.into_inner()).collect())
}

/// The body, or the query, of what takes none.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What makes two requests with one key the same.
pub(super) fn hash(route: &str, target: &str, body: &[u8]) -> Digest {
    let mut whole = Vec::with_capacity(route.len() + target.len() + body.len() + 2);
    for part in [route.as_bytes(), target.as_bytes()] {
        whole.extend_from_slice(part);
        whole.push(0);
    }
    whole.extend_from_slice(body);
    Digest::of_bytes(&whole)
}

pub(crate) fn encode<T: Serialize>(view: &T) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(view).map_err(|error| Problem::internal(Code::Internal, &error))
}

pub(super) fn json_response(status: StatusCode, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::build(status).content_type("application/json").body(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_separates_route_target_and_body() {
        let one = hash("POST /v1/a", "/v1/a", b"{}");
        assert_eq!(one, hash("POST /v1/a", "/v1/a", b"{}"));
        assert_ne!(one, hash("POST /v1/a", "/v1/a?x=1", b"{}"));
        assert_ne!(one, hash("POST /v1/a", "/v1/a", b"{ }"));
    }
}
