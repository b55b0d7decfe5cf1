//! Who calls: `Authorization: Bearer zb_…`, or a browser's session in the cookie `zhangben_session`. What the actor may do is
//! decided in `app`, never here.
//!
//! A browser sends the cookie by itself, also where another site made it send the request. So a request that changes something
//! and has no other proof than the cookie must carry `X-CSRF-Token`, which a page of this server alone can know, and where the
//! browser says whence it comes (`Sec-Fetch-Site`, `Origin`) that must be here. A bearer token is never sent by itself and
//! needs none of this; where both came it is the token that counts.

use super::problem::{Code, Problem};
use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, COOKIE, HOST, HeaderMap, ORIGIN};
use app::App;
use app::company::authenticate;
use app::people::{SessionError, authenticate_session};
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::ids::CompanyId;

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "zhangben_session";
/// The header that shows that a page of this server sent the request.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// A secret on its way to `authenticate`; never printed.
#[derive(Clone)]
pub enum Caller {
    Token(String),
    Session(String),
}

impl Caller {
    /// Takes the headers apart, without the database.
    ///
    /// # Errors
    /// `token-missing` without token and cookie; `csrf` for a change by cookie that another site may have caused.
    pub fn from_request(request: &HttpRequest) -> Result<Self, Problem> {
        if request.headers().contains_key(AUTHORIZATION) {
            return bearer(request.headers()).map(Caller::Token);
        }
        let Some(secret) = cookie(request.headers()) else { return Err(missing()) };
        if is_unsafe(request.method()) {
            check_same_site(request.headers())?;
            check_csrf(request.headers(), &secret)?;
        }
        Ok(Caller::Session(secret))
    }

    /// The actor and the company that the token or session belongs to.
    ///
    /// # Errors
    /// `token-unknown`, `token-expired`, `token-revoked`, `session-expired`, `password-change-required`, or what the database
    /// refused.
    pub fn authenticate(&self, app: &App) -> Result<(Actor, CompanyId), Problem> {
        match self {
            Caller::Token(secret) => {
                let actor = authenticate(app, secret)?;
                // only keys are authenticated, and a key has a company
                let company = actor
                    .company()
                    .ok_or_else(|| Problem::new(Code::TokenUnknown, "the token has no company"))?;
                Ok((actor, company))
            }
            Caller::Session(secret) => {
                let caller = authenticate_session(app, secret)?;
                if caller.must_change {
                    return Err(SessionError::MustChange.into());
                }
                Ok((caller.actor, caller.company))
            }
        }
    }
}

fn missing() -> Problem {
    Problem::new(Code::TokenMissing, "send the header `Authorization: Bearer zb_…`, or log in")
}

fn bearer(headers: &HeaderMap) -> Result<String, Problem> {
    let mut all = headers.get_all(AUTHORIZATION);
    let (Some(header), None) = (all.next(), all.next()) else { return Err(missing()) };
    let text = header.to_str().map_err(|_| missing())?;
    // the scheme's name is case-insensitive (RFC 9110 section 11.1)
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => {
            Ok(token.trim().to_owned())
        }
        _ => Err(missing()),
    }
}

/// The session's cookie.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION_COOKIE).map(|(_, value)| value.to_owned())
}

/// Whether it changes something (RFC 9110 section 9.2.1).
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// What only pages of this server know: it follows from the cookie, which no page can read, and nothing is kept of it.
pub fn csrf_token(secret: &str) -> String {
    Digest::of_bytes(format!("csrf.v1\0{secret}").as_bytes()).to_string()
}

/// # Errors
/// `csrf` unless the header is the session's token.
pub fn check_csrf(headers: &HeaderMap, secret: &str) -> Result<(), Problem> {
    let said = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // digests are compared: how long it takes tells nothing about the token
    if Digest::of_bytes(said.as_bytes()) == Digest::of_bytes(csrf_token(secret).as_bytes()) {
        return Ok(());
    }
    let said = if said.is_empty() { "is missing" } else { "is not this session's" };
    Err(Problem::header(Code::Csrf, "X-CSRF-Token", said))
}

/// # Errors
/// `csrf` where the browser says that another site made it send the request.
pub fn check_same_site(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("that is no text"));
    if let Some(site) = text(actix_web::http::header::HeaderName::from_static("sec-fetch-site"))
        && !["same-origin", "none"].contains(&site)
    {
        return Err(Problem::header(Code::Csrf, "Sec-Fetch-Site", format_args!("it came from {site}")));
    }
    let Some(origin) = text(ORIGIN) else { return Ok(()) };
    let from = origin.split_once("://").map(|(_, authority)| authority);
    let here = text(HOST).unwrap_or_default();
    if from.is_some_and(|from| from.eq_ignore_ascii_case(here)) {
        return Ok(());
    }
    Err(Problem::header(Code::Csrf, "Origin", "is another site than this server"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;
    use actix_web::test::TestRequest;

    fn asked(method: Method, headers: &[(&'static str, &str)]) -> Result<Caller, Code> {
        let mut request = TestRequest::default().method(method);
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        Caller::from_request(&request.to_http_request()).map_err(|problem| problem.code)
    }

    #[test]
    fn a_change_by_cookie_shows_that_it_comes_from_here() {
        let token = csrf_token("zs_1");
        let good = [
            ("cookie", "a=b; zhangben_session=zs_1"),
            ("x-csrf-token", token.as_str()),
            ("host", "a.example:1"),
        ];
        let with = |more: &[(&'static str, &str)]| asked(Method::POST, &[&good[..], more].concat());
        assert!(matches!(with(&[]), Ok(Caller::Session(secret)) if secret == "zs_1"));
        assert!(with(&[("origin", "http://A.example:1"), ("sec-fetch-site", "same-origin")]).is_ok());
        assert!(with(&[("sec-fetch-site", "none")]).is_ok());
        for bad in [
            [("origin", "http://b.example:1")],
            [("origin", "null")],
            [("origin", "http://a.example:1.b.example")],
            [("sec-fetch-site", "cross-site")],
            [("sec-fetch-site", "same-site")],
        ] {
            assert!(matches!(with(&bad), Err(Code::Csrf)), "{bad:?}");
        }
        for headers in [&good[..1], &[good[0], ("x-csrf-token", &csrf_token("zs_2"))]] {
            assert!(matches!(asked(Method::PUT, headers), Err(Code::Csrf)));
            assert!(asked(Method::GET, headers).is_ok(), "what is only read needs none");
        }
    }

    #[test]
    fn a_token_counts_before_a_cookie_and_a_bad_one_is_not_replaced_by_it() {
        let both = [("cookie", "zhangben_session=zs_1"), ("authorization", "Bearer zb_1")];
        assert!(matches!(asked(Method::POST, &both), Ok(Caller::Token(secret)) if secret == "zb_1"));
        let bad = [("cookie", "zhangben_session=zs_1"), ("authorization", "Basic eDp5")];
        assert!(matches!(asked(Method::GET, &bad), Err(Code::TokenMissing)));
        assert!(matches!(asked(Method::GET, &[("cookie", "zhangben_sessio=zs_1")]), Err(Code::TokenMissing)));
    }
}
