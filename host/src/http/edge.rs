//! The outermost layer: every request gets an id and a span, every refusal is logged here and nowhere else, every
//! response carries the headers that keep browsers from interpreting it.

use super::limits::HEAD_BYTES_MAX;
use super::problem::{Code, Problem};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// The header with the request's id, always ours; one that came in is logged beside it.
const REQUEST_ID: &str = "x-request-id";

/// The id of a request, in its extensions.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(Uuid);

impl RequestId {
    /// As `instance` of a problem names it.
    fn instance(self) -> String {
        self.0.urn().to_string()
    }
}

/// The middleware.
pub async fn edge(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = RequestId(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let theirs =
        request.headers().get(REQUEST_ID).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let span = tracing::info_span!(
        "request",
        id = %id.0,
        caller_id = %theirs.chars().take(64).collect::<String>(),
        method = %request.method(),
        path = %request.path(),
    );
    let started = Instant::now();
    if head_bytes(&request) > HEAD_BYTES_MAX {
        let why = format_args!("path, query and headers are larger than {} KiB", HEAD_BYTES_MAX / 1024);
        let refused = request.error_response(Problem::new(Code::HeadTooLarge, why));
        let _entered = span.enter();
        let mut response = log(refused.map_into_boxed_body(), id);
        dress(response.headers_mut(), id);
        return Ok(response);
    }
    // no clone of the request may live across this: actix's router takes the only reference to it, or panics.
    // Handlers and extractors refuse with responses; an error here is actix's own
    let response = next.call(request).instrument(span.clone()).await?.map_into_boxed_body();
    let _entered = span.enter();
    let mut response = log(response, id);
    dress(response.headers_mut(), id);
    tracing::debug!(status = response.status().as_u16(), time_us = micros(started), "answered");
    Ok(response)
}

/// actix cuts a head of twice 64 KiB off with a bare 431, which nobody can word; this one comes before and says why.
fn head_bytes(request: &ServiceRequest) -> usize {
    let uri = request.uri();
    let target = uri.path().len() + uri.query().map_or(0, str::len);
    let headers = request.headers().iter();
    headers.fold(target, |sum, (name, value)| sum.saturating_add(name.as_str().len() + value.len()))
}

/// Logs a refusal once and puts the occurrence into its document.
fn log(response: ServiceResponse<BoxBody>, id: RequestId) -> ServiceResponse<BoxBody> {
    let Some(error) = response.response().error() else { return response };
    let fallback;
    let problem = match error.as_error::<Problem>() {
        Some(problem) => problem,
        None => {
            fallback = foreign(error);
            &fallback
        }
    };
    let (code, status) = (problem.code.name(), problem.code.status());
    match problem.cause() {
        _ if problem.code == Code::PluginFailed => {
            tracing::error!(code, status = status.as_u16(), "a plugin failed: its words are in the answer")
        }
        Some(cause) if status.is_server_error() => {
            tracing::error!(code, status = status.as_u16(), cause, "{}", problem.detail);
        }
        None if status.is_server_error() => {
            tracing::error!(code, status = status.as_u16(), "{}", problem.detail)
        }
        // what was refused may name somebody, and no erasure reaches a log: the code and the request's id tell enough
        _ => tracing::info!(code, status = status.as_u16(), "refused"),
    }
    let refusal = problem.respond(Some(&id.instance()));
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, refusal)
}

/// An error of actix itself, as a body cut off on its way.
fn foreign(error: &Error) -> Problem {
    let status = error.as_response_error().status_code();
    if status.is_server_error() {
        return Problem::internal(Code::Internal, &Said(error.to_string()));
    }
    Problem::new(Code::InvalidBody, format_args!("the request could not be read: {error}"))
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(String);

/// Headers of every response; what a handler set stays.
fn dress(headers: &mut HeaderMap, id: RequestId) {
    let fixed: [(HeaderName, &'static str); 6] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Ok(value) = HeaderValue::from_str(&id.0.to_string()) {
        headers.insert(HeaderName::from_static(REQUEST_ID), value);
    }
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}
