//! A request of somebody who is not logged in yet, or who is about to be no more: of the routes of sessions and of the first
//! run. They look at the cookie alone and take no idempotency key (a password stands in no claim); the first run may be tried, sessions
//! never are (decision 114).

use super::auth::{SESSION_COOKIE, check_csrf, check_same_site, cookie, is_unsafe};
use super::body::check_encoding;
use super::call::{DryRun, Nothing};
use super::params::Params;
use super::problem::{Code, Problem};
use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue, SET_COOKIE};
use actix_web::web::{self, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use app::App;
use app::people::Opened;
use domain::time::Instant;
use std::future::{Ready, ready};
use std::sync::Arc;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// How the server is reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Door {
    /// Every cookie is for https alone, whatever the request seems to have come by.
    pub secure_cookies: bool,
    /// A proxy stands before it: what it says of the caller (`X-Forwarded-For`, `X-Forwarded-Proto`) is believed.
    pub behind_proxy: bool,
}

/// The request, without its body.
pub struct Visit {
    app: Arc<App>,
    /// Whence it came.
    pub address: String,
    /// Whether the cookie is for https alone.
    secure: bool,
    cookie: Option<String>,
    csrf: Result<(), Problem>,
    span: tracing::Span,
}

impl FromRequest for Visit {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Params::read_from(request.query_string()).and_then(|params| Visit::new(request, &params)))
    }
}

/// The request of the first run, which may be tried.
pub struct Trial {
    pub visit: Visit,
    /// `dry_run=true`
    pub dry_run: bool,
}

impl FromRequest for Trial {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Trial::new(request))
    }
}

impl Trial {
    fn new(request: &HttpRequest) -> Result<Self, Problem> {
        let mut params = Params::read_from(request.query_string())?;
        let dry_run = params.take(&["dry_run"]).read::<DryRun>()?.dry_run.0;
        Ok(Trial { visit: Visit::new(request, &params)?, dry_run })
    }
}

impl Visit {
    fn new(request: &HttpRequest, params: &Params) -> Result<Self, Problem> {
        let app = request.app_data::<Data<App>>().cloned();
        let app = app.ok_or_else(|| Problem::new(Code::Internal, "the server was wired without `App`"))?;
        let door = request.app_data::<Data<Door>>().map(|door| *door.get_ref()).unwrap_or_default();
        check_encoding(request)?;
        params.read::<Nothing>()?;
        let headers = request.headers();
        if is_unsafe(request.method()) {
            check_same_site(headers)?;
        }
        let cookie = cookie(headers);
        let csrf = cookie.as_ref().map_or(Ok(()), |secret| check_csrf(headers, secret));
        let said = |name: HeaderName| {
            let last = headers.get_all(name).last().filter(|_| door.behind_proxy);
            let text = last.and_then(|value| value.to_str().ok()).map(str::to_owned);
            text.and_then(|text| text.rsplit(',').next().map(|one| one.trim().to_owned()))
        };
        let peer = request.peer_addr().map(|peer| peer.ip().to_string());
        Ok(Visit {
            app: app.into_inner(),
            address: said(FORWARDED_FOR).or(peer).unwrap_or_default(),
            secure: door.secure_cookies || said(FORWARDED_PROTO).is_some_and(|proto| proto == "https"),
            cookie,
            csrf,
            span: tracing::Span::current(),
        })
    }

    /// The cookie of who reads.
    ///
    /// # Errors
    /// `session-missing`.
    pub fn cookie(&self) -> Result<String, Problem> {
        self.cookie.clone().ok_or_else(|| Problem::new(Code::SessionMissing, "there is no session's cookie"))
    }

    /// The cookie of who changes something.
    ///
    /// # Errors
    /// `session-missing`, `csrf`.
    pub fn proven(&mut self) -> Result<String, Problem> {
        let cookie = self.cookie()?;
        std::mem::replace(&mut self.csrf, Ok(())).map(|()| cookie)
    }

    /// Runs a use-case on a blocking thread.
    pub async fn hop<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    {
        let (app, span) = (self.app.clone(), self.span.clone());
        let done = web::block(move || {
            let _entered = span.enter();
            work(&app)
        });
        done.await.map_err(|error| Problem::internal(Code::Internal, &error))?
    }

    /// Gives the browser the cookie of a session.
    pub fn set_cookie(&self, response: &mut HttpResponse, opened: &Opened) -> Result<(), Problem> {
        let left = seconds(self.app.clock.now(), opened.expires_at);
        self.put_cookie(response, &opened.secret, left)
    }

    /// Takes it away.
    pub fn drop_cookie(&self, response: &mut HttpResponse) -> Result<(), Problem> {
        self.put_cookie(response, "", 0)
    }

    fn put_cookie(&self, response: &mut HttpResponse, value: &str, max_age_s: i64) -> Result<(), Problem> {
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!(
            "{SESSION_COOKIE}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={max_age_s}{secure}"
        );
        let value =
            HeaderValue::from_str(&text).map_err(|error| Problem::internal(Code::Internal, &error))?;
        response.headers_mut().append(SET_COOKIE, value);
        Ok(())
    }
}

fn seconds(from: Instant, to: Instant) -> i64 {
    (to.micros() - from.micros()).div_euclid(1_000_000).max(0)
}
