//! Who calls: `Authorization: Bearer zb_…` → [`Actor`]. What the actor may do is decided in `app`, never here.

use super::problem::{Code, Problem};
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use app::App;
use app::company::authenticate;
use domain::actor::Actor;
use domain::ids::CompanyId;

/// A secret on its way to `authenticate`; never printed.
#[derive(Clone)]
pub struct Bearer(String);

impl Bearer {
    /// Takes the header apart, without the database.
    ///
    /// # Errors
    /// `token-missing` without a bearer token.
    pub fn from_request(request: &HttpRequest) -> Result<Self, Problem> {
        let missing = || Problem::new(Code::TokenMissing, "send the header `Authorization: Bearer zb_…`");
        let mut headers = request.headers().get_all(AUTHORIZATION);
        let (Some(header), None) = (headers.next(), headers.next()) else { return Err(missing()) };
        let text = header.to_str().map_err(|_| missing())?;
        // the scheme's name is case-insensitive (RFC 9110 section 11.1)
        match text.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => {
                Ok(Bearer(token.trim().to_owned()))
            }
            _ => Err(missing()),
        }
    }
    /// The actor and the company that the token belongs to.
    ///
    /// # Errors
    /// `token-unknown`, `token-expired`, `token-revoked`, or what the database refused.
    pub fn authenticate(&self, app: &App) -> Result<(Actor, CompanyId), Problem> {
        let actor = authenticate(app, &self.0)?;
        // only keys are authenticated, and a key has a company
        let company =
            actor.company().ok_or_else(|| Problem::new(Code::TokenUnknown, "the token has no company"))?;
        Ok((actor, company))
    }
}
