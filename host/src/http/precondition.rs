//! `ETag`, `If-None-Match`, `If-Match` (RFC 9110 section 13).
//!
//! | | |
//! |---|---|
//! | `ETag` | strong: SHA-256 of the representation's bytes; of a statement its digest |
//! | `If-None-Match` on GET | the same: 304 without a body |
//! | `If-Match` on a change | another: 412, compared in the transaction that changes it ([`Over`]) |
//! | `If-Match` missing where a whole resource is replaced, or settings that are there | 428 (decisions 20, 84) |
//! | `If-Match` where there is nothing to compare, `If-None-Match` on a write | 400: a condition is never silently ignored |

use super::call::{Call, Cx, encode};
use super::problem::{Code, Problem};
use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use app::App;
use domain::canonical::Digest;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use store::{StoreError, Tx};
use utoipa::IntoParams;

/// Tags of one header.
const TAGS_MAX: usize = 64;

/// What identifies a representation, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Tag(Digest::of_bytes(bytes).to_string())
    }
    /// Of a view, as a GET answers it.
    ///
    /// # Errors
    /// `internal` for a view that is no JSON.
    pub fn of_view<T: Serialize>(view: &T) -> Result<Self, Problem> {
        Ok(Tag::of_bytes(&encode(view)?))
    }
    /// Of what has a digest of its own.
    pub fn of_digest(digest: Digest) -> Self {
        Tag(digest.to_string())
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// The tags of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// `*`: whatever is there.
    Any,
    /// Each with whether it is weak.
    These(Vec<(bool, String)>),
}

impl Tags {
    fn from_request(request: &HttpRequest, name: &HeaderName) -> Result<Option<Self>, Problem> {
        let mut texts = Vec::new();
        for value in request.headers().get_all(name) {
            texts.push(value.to_str().map_err(|_| refused(name))?.trim().to_owned());
        }
        if texts.is_empty() {
            return Ok(None);
        }
        Tags::parse(&texts.join(",")).map(Some).ok_or_else(|| refused(name))
    }
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Tags::Any);
        }
        let mut tags = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (weak, quoted) = match rest.strip_prefix("W/") {
                Some(quoted) => (true, quoted),
                None => (false, rest),
            };
            let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
            tags.push((weak, tag.to_owned()));
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(more) => more.trim_start(),
                None if after.is_empty() => after,
                None => return None,
            };
        }
        (1..=TAGS_MAX).contains(&tags.len()).then_some(Tags::These(tags))
    }
    /// The strong comparison: a weak tag is equal to none.
    fn holds(&self, tag: &Tag) -> bool {
        match self {
            Tags::Any => true,
            Tags::These(tags) => tags.iter().any(|(weak, text)| !weak && *text == tag.0),
        }
    }
    /// The weak comparison, which `If-None-Match` wants.
    pub fn names(&self, tag: &Tag) -> bool {
        match self {
            Tags::Any => true,
            Tags::These(tags) => tags.iter().any(|(_, text)| *text == tag.0),
        }
    }
}

fn refused(name: &HeaderName) -> Problem {
    let name = if *name == IF_MATCH { "If-Match" } else { "If-None-Match" };
    Problem::header(
        Code::InvalidParameter,
        name,
        format_args!("must be * or 1 to {TAGS_MAX} tags in quotes, as an ETag gives them"),
    )
}

/// What a request says of the state it wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    pub if_match: Option<Tags>,
    pub if_none_match: Option<Tags>,
}

impl Conditions {
    /// # Errors
    /// `invalid-parameter` for a header that is not of its form, and for `If-None-Match` on a write: `*` would mean that it makes what is
    /// not there yet, which its use-case says by itself.
    pub fn from_request(request: &HttpRequest) -> Result<Self, Problem> {
        let if_none_match = Tags::from_request(request, &IF_NONE_MATCH)?;
        if if_none_match.is_some() && !matches!(*request.method(), Method::GET | Method::HEAD) {
            let why = "is of reads: what a write replaces is named by If-Match";
            return Err(Problem::header(Code::InvalidParameter, "If-None-Match", why));
        }
        Ok(Conditions { if_match: Tags::from_request(request, &IF_MATCH)?, if_none_match })
    }
    /// Whether `If-Match`, if there is one, names what is at `place`: for what happens ahead of the write that would be guarded.
    ///
    /// # Errors
    /// `precondition-failed`.
    pub fn check(&self, tag: &Tag, place: &str) -> Result<(), Problem> {
        match &self.if_match {
            Some(wanted) if !wanted.holds(tag) => Err(StoreError::Stale { what: place.to_owned() }.into()),
            _ => Ok(()),
        }
    }
}

/// The tag of what a write changes, as a GET of it gives, looked up in the write's own transaction.
pub type Current = fn(&Cx<'_>, &mut Tx<'_>) -> Result<Tag, Problem>;

/// Whether there is something that a write would replace, looked up in its own transaction.
pub type There = fn(&Cx<'_>, &mut Tx<'_>) -> Result<bool, Problem>;

/// When a write needs `If-Match`.
#[derive(Clone, Copy)]
pub enum Need {
    Never,
    Always,
    /// Once there is something: the first of a set replaces nothing.
    Once(There),
}

/// A write over something that is there.
#[derive(Clone, Copy)]
pub struct Over {
    pub current: Current,
    pub need: Need,
}

impl Call {
    /// A change of what `current` tags: `If-Match` is taken.
    #[must_use]
    pub fn over(self, current: Current) -> Self {
        self.needing(current, Need::Never)
    }
    /// A replacement of the whole of what `current` tags: `If-Match` is required.
    #[must_use]
    pub fn replacing(self, current: Current) -> Self {
        self.needing(current, Need::Always)
    }
    /// A change of a set that `current` tags: `If-Match` is required once it holds something.
    #[must_use]
    pub fn replacing_once(self, current: Current, there: There) -> Self {
        self.needing(current, Need::Once(there))
    }
    fn needing(mut self, current: Current, need: Need) -> Self {
        self.over = Some(Over { current, need });
        self
    }
}

/// The header of a change, as it is described.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // it is only described: `Conditions` reads the header
pub struct IfMatch {
    /// The ETag that was read: 412 if it is another by now.
    #[param(rename = "If-Match", required = false)]
    if_match: Option<String>,
}

/// The header of a change that needs it, as it is described.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)]
pub struct IfMatchRequired {
    /// The ETag that was read: 412 if it is another by now.
    #[param(rename = "If-Match")]
    if_match: String,
}

/// The header of a change that needs it once there is something, as it is described.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)]
pub struct IfMatchOnce {
    /// The ETag that was read: 412 if it is another by now. Only what is the first needs none: 428.
    #[param(rename = "If-Match", required = false)]
    if_match: Option<String>,
}

/// Runs `work` on `app`, the first write of which is refused unless `If-Match` holds.
///
/// # Errors
/// Those of `work`; `precondition-failed`, `precondition-required`; `invalid-parameter` where there is nothing to compare.
pub fn held<T>(
    cx: &Cx<'_>,
    app: App,
    work: impl FnOnce(&Cx<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let call = cx.call;
    let missing = call.conditions.if_match.is_none();
    let app = match (&call.conditions.if_match, call.over) {
        (Some(wanted), Some(over)) => guarded(cx, app, wanted.clone(), over.current),
        (Some(_), None) => return Err(not_taken()),
        // in the write as well: who may not, or sends what cannot be, is told that first
        (None, Some(Over { need: Need::Always, .. })) => {
            let db = app.db.guarded(|_| Err(unread()));
            App { db: Arc::new(db), ..app }
        }
        (None, Some(Over { need: Need::Once(there), .. })) => first(cx, app, there),
        (None, _) => app,
    };
    work(&Cx { app: &app, ..*cx }).map_err(|refused| match refused.code {
        Code::PreconditionFailed if missing => Problem::header(
            Code::PreconditionRequired,
            "If-Match",
            "is required: the ETag of what is replaced",
        ),
        _ => refused,
    })
}

/// Of `If-Match` where there is nothing to compare.
pub(super) fn not_taken() -> Problem {
    let why = "is not taken here: nothing that is there is changed";
    Problem::header(Code::InvalidParameter, "If-Match", why)
}

fn unread() -> StoreError {
    StoreError::Stale { what: "what is replaced".to_owned() }
}

fn first(cx: &Cx<'_>, app: App, there: There) -> App {
    let (call, actor, company): (Call, _, _) = (cx.call.clone(), cx.actor.clone(), cx.company);
    let db = app.db.guarded(move |tx| match there(&Cx::of(&call, &actor, company), tx) {
        Ok(false) => Ok(()),
        Ok(true) => Err(unread()),
        Err(problem) => Err(StoreError::Corrupt { what: problem.to_string() }),
    });
    App { db: Arc::new(db), ..app }
}

fn guarded(cx: &Cx<'_>, app: App, wanted: Tags, current: Current) -> App {
    let (call, actor, company): (Call, _, _) = (cx.call.clone(), cx.actor.clone(), cx.company);
    let db = app.db.guarded(move |tx| {
        let cx = Cx::of(&call, &actor, company);
        match current(&cx, tx) {
            Ok(tag) if wanted.holds(&tag) => Ok(()),
            Ok(_) => Err(StoreError::Stale { what: call.place().to_owned() }),
            // the use-case says so better
            Err(none) if none.code == Code::NotFound => Ok(()),
            Err(problem) => Err(StoreError::Corrupt { what: problem.to_string() }),
        }
    });
    App { db: Arc::new(db), ..app }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn tags_are_read_as_they_are_written() {
        let tag = Tag("a,b".to_owned());
        assert_eq!(tag.to_string(), "\"a,b\"");
        for (text, holds, names) in [
            ("*", true, true),
            ("\"a,b\"", true, true),
            ("\"x\" , \"a,b\"", true, true),
            ("W/\"a,b\"", false, true),
            ("\"a\"", false, false),
        ] {
            let tags = Tags::parse(text).unwrap();
            assert_eq!((tags.holds(&tag), tags.names(&tag)), (holds, names), "{text}");
        }
        for bad in ["", "a", "\"a", "\"a\" \"b\"", "*, \"a\"", "w/\"a\""] {
            assert_eq!(Tags::parse(bad), None, "{bad}");
        }
        assert_eq!(Tags::parse(&vec!["\"a\""; TAGS_MAX + 1].join(",")), None);
    }
}
