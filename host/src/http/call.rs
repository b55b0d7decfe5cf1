//! One call: everything of the request that is not its body, and the single hop to a blocking thread in which the
//! whole of it happens: authenticate, claim the idempotency key, parse, use-case, complete, view.

use super::auth::Bearer;
use super::body::{JsonBody, check_declared, declared_length};
use super::idempotency::{self, Key};
use super::json::{self, JsonError};
use super::limits::PARAMETER_CHARS_MAX;
use super::problem::{Code, Problem};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, ETAG, HeaderName};
use actix_web::web::{self, Bytes, Query};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use app::App;
use app::idempotency::Request;
use domain::actor::{Actor, Permission};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt::Display;
use std::future::{Ready, ready};
use std::str::FromStr;
use std::sync::Arc;

/// What every handler returns.
pub type Answer = Result<HttpResponse, Problem>;

/// Header of an answer that was given before: the stored one comes again.
const IDEMPOTENCY_HIT: HeaderName = HeaderName::from_static("idempotency-hit");

/// A request, without its body.
#[derive(Clone)]
pub struct Call {
    app: Arc<App>,
    bearer: Bearer,
    /// `POST /v1/customers/{id}/erase`
    route: String,
    /// Path and query as they came.
    target: String,
    path: HashMap<String, String>,
    query: String,
    key: Option<Key>,
    respond_async: bool,
    /// What it accepts, as it says.
    accepted: Option<String>,
    /// Bytes of the body, as its sender says.
    declared: Option<usize>,
    span: tracing::Span,
}

/// A call with its actor, inside the blocking hop. In a write `app` is fenced by the idempotency key.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub company: CompanyId,
    call: &'a Call,
}

/// Bytes going out as they are.
pub struct Download {
    media_type: String,
    /// What identifies the bytes.
    etag: Option<String>,
    /// File name of a download; without one the bytes are the answer itself.
    file_name: Option<String>,
    bytes: Vec<u8>,
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
        Ok(Call {
            app: app.into_inner(),
            bearer: Bearer::from_request(request)?,
            route: format!("{method} {pattern}"),
            target: request.uri().to_string(),
            path: path(request)?,
            query: request.query_string().to_owned(),
            key: Key::from_request(request)?,
            respond_async: prefers_async(request),
            accepted: request.headers().get(ACCEPT).and_then(|v| v.to_str().ok()).map(str::to_owned),
            declared: declared_length(request),
            span: tracing::Span::current(),
        })
    }

    /// Whether the caller would rather have a job than wait (`Prefer: respond-async`, RFC 7240).
    pub const fn respond_async(&self) -> bool {
        self.respond_async
    }

    /// The media types that the caller accepts, as it says.
    pub fn accepted(&self) -> Option<&str> {
        self.accepted.as_deref()
    }
    /// The pattern of its path.
    pub fn pattern(&self) -> &str {
        self.route.split_once(' ').map_or("", |(_, pattern)| pattern)
    }

    /// Runs a reading use-case and answers 200 with its view.
    pub async fn read<T, F>(self, work: F) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let bytes = self.hop(move |cx| encode(&work(cx)?)).await?;
        Ok(json_response(StatusCode::OK, bytes))
    }

    /// Runs a reading use-case and answers 200 with its bytes.
    pub async fn download<F>(self, work: F) -> Answer
    where
        F: FnOnce(&Cx<'_>) -> Result<Download, Problem> + Send + 'static,
    {
        Ok(self.hop(work).await?.into_response())
    }

    /// Runs a writing use-case on a JSON body, once per idempotency key.
    pub async fn write<B, T, F>(self, status: StatusCode, body: JsonBody, work: F) -> Answer
    where
        B: DeserializeOwned,
        T: Serialize,
        F: FnOnce(&Cx<'_>, B) -> Result<T, Problem> + Send + 'static,
    {
        let bytes = body.into_bytes();
        self.once(status, bytes, move |cx, bytes| work(cx, json::parse(bytes)?)).await
    }

    /// Runs a writing use-case that is told everything by its path; a body, if any, is `{}`.
    pub async fn act<T, F>(self, status: StatusCode, body: JsonBody, work: F) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let bytes = body.into_bytes();
        self.once(status, bytes, move |cx, bytes| {
            if !bytes.is_empty() {
                json::parse::<Nothing>(bytes)?;
            }
            work(cx)
        })
        .await
    }

    /// Takes a file of at most `bytes_max`, from callers who may bring it only, and runs a writing use-case on it.
    pub async fn upload<T, F>(
        self,
        permission: Permission,
        payload: web::Payload,
        bytes_max: usize,
        work: F,
    ) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>, &[u8]) -> Result<T, Problem> + Send + 'static,
    {
        // nothing is held in memory for strangers or for who may not: one more hop, before the body is read
        let may =
            move |cx: &Cx<'_>| Ok(app::authorise(cx.actor, permission, cx.company).map(|()| cx.company)?);
        let company = self.clone().hop(may).await?;
        check_declared(self.declared, bytes_max)?;
        let file = super::body::file(company, payload, bytes_max).await?;
        self.once(StatusCode::CREATED, file.bytes.clone(), move |cx, bytes| {
            let _held = file;
            work(cx, bytes)
        })
        .await
    }

    /// Runs `work` once per idempotency key; see [`idempotency`] for what is guaranteed.
    async fn once<T, F>(self, status: StatusCode, body: Bytes, work: F) -> Answer
    where
        T: Serialize,
        F: FnOnce(&Cx<'_>, &[u8]) -> Result<T, Problem> + Send + 'static,
    {
        let key = self.key.clone().ok_or_else(Key::missing)?;
        let answer = self
            .hop(move |cx| {
                let call = cx.call;
                let body_hash = hash(&call.route, &call.target, &body);
                let request = Request { route: call.route.clone(), key: key.into_text(), body_hash };
                idempotency::once(cx, request, status, |fenced| {
                    encode(&work(&Cx { app: fenced, ..*cx }, &body)?)
                })
            })
            .await?;
        let mut response = json_response(answer.status, answer.bytes);
        if answer.replayed {
            response
                .headers_mut()
                .insert(IDEMPOTENCY_HIT, actix_web::http::header::HeaderValue::from_static("true"));
        }
        Ok(response)
    }

    /// The hop. The request's span goes along, so that what is logged there names the request.
    async fn hop<T, F>(self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Cx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let done = web::block(move || {
            let _entered = self.span.enter();
            let (actor, company) = self.bearer.authenticate(&self.app)?;
            work(&Cx { app: &self.app, actor: &actor, company, call: &self })
        });
        done.await.map_err(|error| Problem::internal(Code::Internal, &error))?
    }
}

impl Cx<'_> {
    /// A parameter of the path.
    ///
    /// # Errors
    /// `invalid-parameter` when it is not of the form.
    pub fn path<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, Problem> {
        let text = self.call.path.get(name).map(String::as_str).unwrap_or_default();
        check_parameter(name, text)?;
        text.parse().map_err(|error| Problem::parameter(name, error))
    }
    /// The parameters of the query; unknown and repeated ones are refused.
    ///
    /// # Errors
    /// `invalid-parameter` naming the first one.
    pub fn query<Q: DeserializeOwned>(&self) -> Result<Q, Problem> {
        query(&self.call.query)
    }
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

fn query<Q: DeserializeOwned>(text: &str) -> Result<Q, Problem> {
    let pairs = Query::<Vec<(String, String)>>::from_query(text).map_err(|_| {
        Problem::new(Code::InvalidParameter, "the query is not of the form name=value&name=value")
    })?;
    let mut members = Map::new();
    for (name, value) in pairs.into_inner() {
        check_parameter(&name, &value)?;
        if members.insert(name.clone(), Value::String(value)).is_some() {
            return Err(Problem::parameter(&name, "stands twice"));
        }
    }
    json::read(&Value::Object(members)).map_err(|JsonError { pointer, detail, .. }| {
        Problem::parameter(pointer.trim_start_matches('/'), detail)
    })
}

/// Values of parameters name things: none is long, and none holds what the two databases would take differently.
fn check_parameter(name: &str, value: &str) -> Result<(), Problem> {
    if value.chars().count() > PARAMETER_CHARS_MAX {
        return Err(Problem::parameter(
            name,
            format_args!("is longer than {PARAMETER_CHARS_MAX} characters"),
        ));
    }
    if value.chars().any(char::is_control) {
        return Err(Problem::parameter(name, "holds a control character"));
    }
    Ok(())
}

/// The body of what takes none.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// What makes two requests with one key the same.
fn hash(route: &str, target: &str, body: &[u8]) -> Digest {
    let mut whole = Vec::with_capacity(route.len() + target.len() + body.len() + 2);
    for part in [route.as_bytes(), target.as_bytes()] {
        whole.extend_from_slice(part);
        whole.push(0);
    }
    whole.extend_from_slice(body);
    Digest::of_bytes(&whole)
}

fn encode<T: Serialize>(view: &T) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(view).map_err(|error| Problem::internal(Code::Internal, &error))
}

fn json_response(status: StatusCode, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::build(status).content_type("application/json").body(bytes)
}

impl Download {
    /// Sealed JSON, exactly as it was digested.
    pub fn sealed(digest: Digest, bytes: Vec<u8>) -> Self {
        Download {
            media_type: "application/json".to_owned(),
            etag: Some(digest.to_string()),
            file_name: None,
            bytes,
        }
    }
    /// A file to be saved.
    pub fn file(media_type: String, name: String, bytes: Vec<u8>) -> Self {
        Download {
            media_type,
            etag: Some(Digest::of_bytes(&bytes).to_string()),
            file_name: Some(name),
            bytes,
        }
    }
    fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.content_type(self.media_type);
        if let Some(etag) = self.etag {
            response.insert_header((ETAG, format!("\"{etag}\"")));
        }
        if let Some(name) = self.file_name {
            response.insert_header(("Content-Disposition", super::body::attachment(&name)));
        }
        response.body(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::page::Limit;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[serde(default)]
        limit: Limit,
        customer: Option<String>,
    }

    #[test]
    fn a_query_is_read_strictly() {
        let good: Wanted = query("limit=7&customer=%E7%94%B2").unwrap();
        assert_eq!((good.limit.get(), good.customer.as_deref()), (7, Some("甲")));
        assert_eq!(query::<Wanted>("").unwrap().limit.get(), 50);
        for (text, parameter) in [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limits=1", "limits"),
            ("customer=a&customer=b", "customer"),
            ("customer=a%00", "customer"),
        ] {
            let refused = query::<Wanted>(text).unwrap_err();
            assert_eq!(refused.code, Code::InvalidParameter, "{text}");
            assert_eq!(
                refused.errors.first().and_then(|e| e.parameter.as_deref()),
                Some(parameter),
                "{text}"
            );
        }
    }

    #[test]
    fn the_hash_separates_route_target_and_body() {
        let one = hash("POST /v1/a", "/v1/a", b"{}");
        assert_eq!(one, hash("POST /v1/a", "/v1/a", b"{}"));
        assert_ne!(one, hash("POST /v1/a", "/v1/a?x=1", b"{}"));
        assert_ne!(one, hash("POST /v1/a", "/v1/a", b"{ }"));
    }
}
