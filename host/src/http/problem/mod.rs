//! Problem documents (RFC 9457). [`map`] is the one place that turns every refusal of `app` into one.

mod code;
mod deliveries;
mod documents;
mod due;
mod jobs;
mod lead;
mod map;
mod map_close;
mod people;

pub use code::Code;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;

use super::json::JsonError;

/// The media type of every refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal: what, where, and what to do. `Err` of every handler.
#[derive(Debug)]
pub struct Problem {
    pub code: Code,
    pub detail: String,
    pub errors: Vec<FieldError>,
    /// In a box: a refusal is handed on by value.
    pub plugin: Option<Box<PluginRef>>,
    /// The source chain, for the log alone: it may name tables and files.
    cause: Option<String>,
    allow: Option<String>,
    retry_after_s: Option<u32>,
    /// Where in the body it stands, for whoever has that.
    leads: Vec<lead::Lead>,
}

/// One member or parameter that is refused; exactly one of the three names is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// RFC 6901 pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Name of a parameter of the path or query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Name of a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub detail: String,
}

impl FieldError {
    fn new(detail: impl fmt::Display) -> Self {
        FieldError { pointer: None, parameter: None, header: None, detail: detail.to_string() }
    }
}

/// The plugin that refused or failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PluginRef {
    /// tax | statement | reconciliation | bank
    pub world: String,
    /// Name and version.
    pub plugin: String,
    /// SHA-256 of the component.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The plugin's own code of its refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A path into the plugin's input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A refusal (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `/v1/problems/{code}`, where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    pub detail: String,
    /// What to do next.
    pub next: String,
    pub code: Code,
    /// This occurrence, as the operator's log names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What is refused, where it can be named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PluginRef>,
}

impl Problem {
    /// Its name in the description of the API.
    pub(super) const SCHEMA: &str = "Problem";

    pub fn new(code: Code, detail: impl fmt::Display) -> Self {
        Problem {
            code,
            detail: detail.to_string(),
            errors: Vec::new(),
            plugin: None,
            cause: None,
            allow: None,
            retry_after_s: None,
            leads: Vec::new(),
        }
    }
    /// A refused member of the body.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl fmt::Display) -> Self {
        self.errors.push(FieldError { pointer: Some(pointer.into()), ..FieldError::new(detail) });
        self
    }
    /// The same about what stands in the member `body` of what was read: there it cannot be used, whatever it lacks.
    #[must_use]
    pub fn within_body(mut self) -> Self {
        for error in &mut self.errors {
            if let Some(pointer) = &mut error.pointer
                && !pointer.starts_with("/exception")
            {
                pointer.insert_str(0, "/body");
            }
        }
        let code = if self.code == Code::InvalidBody { Code::InvalidField } else { self.code };
        Problem { code, ..self }
    }
    /// A parameter of the path or query that cannot be used.
    pub fn parameter(name: &str, detail: impl fmt::Display) -> Self {
        Self::parameter_of(Code::InvalidParameter, name, detail)
    }
    /// As [`Problem::parameter`], of a code of its own.
    pub fn parameter_of(code: Code, name: &str, detail: impl fmt::Display) -> Self {
        let mut problem = Problem::new(code, format_args!("parameter {name}: {detail}"));
        problem.errors.push(FieldError { parameter: Some(name.to_owned()), ..FieldError::new(detail) });
        problem
    }
    /// A header that is missing or cannot be used.
    pub fn header(code: Code, name: &str, detail: impl fmt::Display) -> Self {
        let mut problem = Problem::new(code, format_args!("header {name}: {detail}"));
        problem.errors.push(FieldError { header: Some(name.to_owned()), ..FieldError::new(detail) });
        problem
    }
    /// Something that is the host's fault: the caller gets no details, the log gets the whole chain.
    pub fn internal(code: Code, error: &dyn std::error::Error) -> Self {
        Problem { cause: Some(chain(error)), ..Problem::new(code, code.title()) }
    }
    #[must_use]
    pub(super) fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        self.cause = Some(chain(error));
        self
    }
    #[must_use]
    pub(super) fn with_plugin(mut self, plugin: PluginRef) -> Self {
        self.plugin = Some(Box::new(plugin));
        self
    }
    /// 405 with the methods that the address takes.
    pub(super) fn method_not_allowed(method: &str, allowed: &str) -> Self {
        let problem =
            Problem::new(Code::MethodNotAllowed, format_args!("{method} is not taken here; {allowed} is"));
        Problem { allow: Some(allowed.to_owned()), ..problem }
    }
    /// Says how long to wait, where the code does not.
    #[must_use]
    pub(super) fn after(self, seconds: u32) -> Self {
        Problem { retry_after_s: Some(seconds), ..self }
    }
    /// The source chain of what is not the caller's fault: for the log and the operator at the machine.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
    /// Whether the host or its database is at fault: what comes next would fail, too.
    pub(super) const fn is_of_host(&self) -> bool {
        matches!(self.code, Code::Internal | Code::Corrupt | Code::VaultKey | Code::Busy | Code::Unavailable)
    }
    /// The document, naming its occurrence.
    pub(super) fn body(&self, instance: Option<&str>) -> ProblemBody {
        ProblemBody {
            kind: format!("/v1/problems/{}", self.code.name()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            next: self.code.next().to_owned(),
            code: self.code,
            instance: instance.map(str::to_owned),
            errors: self.errors.clone(),
            plugin: self.plugin.as_deref().cloned(),
        }
    }
    /// The response, naming its occurrence.
    pub(super) fn respond(&self, instance: Option<&str>) -> HttpResponse {
        let body = self.body(instance);
        let mut response = HttpResponse::build(self.code.status());
        if let Some(seconds) = self.retry_after_s.or_else(|| self.code.retry_after_s()) {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, challenge(self.code)));
        }
        if let Some(allow) = &self.allow {
            response.insert_header((ALLOW, allow.as_str()));
        }
        response.insert_header((CACHE_CONTROL, "no-store")).content_type(MEDIA_TYPE);
        response.body(serde_json::to_vec(&body).unwrap_or_default())
    }
}

/// RFC 6750 section 3: no error is named when no token came.
fn challenge(code: Code) -> &'static str {
    match code {
        Code::TokenMissing | Code::SessionMissing | Code::SessionExpired | Code::LoginRefused => {
            "Bearer realm=\"zhangben\""
        }
        _ => "Bearer realm=\"zhangben\", error=\"invalid_token\"",
    }
}

/// An error and its sources, outermost first.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let said = source.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        next = source.source();
    }
    text
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }
    fn error_response(&self) -> HttpResponse {
        self.respond(None)
    }
}

impl From<JsonError> for Problem {
    fn from(error: JsonError) -> Self {
        let code = if error.syntax { Code::MalformedJson } else { Code::InvalidBody };
        Problem::new(code, &error).at(error.pointer, error.detail)
    }
}
