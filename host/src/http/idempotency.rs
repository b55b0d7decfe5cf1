//! `Idempotency-Key`: a POST or PUT that is repeated with the same key is worked on once. What is guaranteed, and by
//! what, stands in [`app::idempotency`]; here the header and the answers.
//!
//! | repeated | answer |
//! |---|---|
//! | the same request | the first answer, byte for byte, with `Idempotency-Hit: true` |
//! | after a refusal (nothing was written) | worked on again |
//! | while the first is worked on | 409 `idempotency-key-in-flight`, `Retry-After` |
//! | another request | 422 `idempotency-key-reused` |
//! | the host died before it committed anything | as while it is worked on, until the claim runs out ([`idempotency::CLAIM_S`]); then worked on |
//! | the host died between commit and answer | 409 `idempotency-outcome-unknown`: never a second posting |
//!
//! Keys are per user and route: a renewed token repeats the requests of the one before; two requests are the same if method, path, query and body are, byte for byte.

use super::call::Cx;
use super::limits::IDEMPOTENCY_KEY_BYTES_MAX;
use super::problem::{Code, Problem};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use app::App;
use app::idempotency::{self, Answer, Claim, Request, Ticket};

/// The request header.
pub const HEADER: &str = "Idempotency-Key";

/// A caller's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key of a request, if it has one.
    ///
    /// # Errors
    /// `invalid-parameter` for a key that is empty, long, repeated or not printable ASCII.
    pub fn from_request(request: &HttpRequest) -> Result<Option<Self>, Problem> {
        let mut headers = request.headers().get_all(HEADER);
        let Some(first) = headers.next() else { return Ok(None) };
        let text = first.to_str().unwrap_or_default();
        let good = (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&text.len()) && headers.next().is_none();
        if good {
            return Ok(Some(Key(text.to_owned())));
        }
        let detail = format!("must be 1 to {IDEMPOTENCY_KEY_BYTES_MAX} printable ASCII characters, once");
        Err(Problem::header(Code::InvalidParameter, HEADER, detail))
    }
    /// The refusal of a write without a key.
    pub fn missing() -> Problem {
        Problem::header(
            Code::IdempotencyKeyRequired,
            HEADER,
            "is required: a fresh random one for every new request",
        )
    }
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// What is kept of an answer for whoever repeats the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Answer,
    /// That it was given: it holds a secret that is shown once.
    Nothing,
}

/// What a write is answered with.
pub struct Outcome {
    pub status: StatusCode,
    pub bytes: Vec<u8>,
    /// It is the answer of an earlier request.
    pub replayed: bool,
}

/// Runs `work` unless it was done before. `work` gets the fenced [`App`] and gives the body of the answer.
pub fn once(
    cx: &Cx<'_>,
    request: Request,
    (status, kept): (StatusCode, Kept),
    work: impl FnOnce(&App) -> Result<Vec<u8>, Problem>,
) -> Result<Outcome, Problem> {
    match idempotency::claim(cx.app, cx.actor, cx.company, request)? {
        Claim::Yours(ticket) => run(cx, &ticket, (status, kept), work),
        Claim::Answered(answer) => Ok(Outcome {
            status: u16::try_from(answer.status)
                .ok()
                .and_then(|s| StatusCode::from_u16(s).ok())
                .unwrap_or(status),
            bytes: answer.bytes,
            replayed: true,
        }),
        Claim::InFlight => {
            Err(Problem::new(Code::KeyInFlight, "the first request with this key is still worked on"))
        }
        Claim::OutcomeUnknown => Err(Problem::new(
            Code::OutcomeUnknown,
            "the first request with this key was committed, but its answer was lost; read what it made",
        )),
        Claim::OtherRequest => Err(Problem::header(
            Code::KeyReused,
            HEADER,
            "was used before with another path, query or body; send a fresh key",
        )),
    }
}

fn run(
    cx: &Cx<'_>,
    ticket: &Ticket,
    (status, kept): (StatusCode, Kept),
    work: impl FnOnce(&App) -> Result<Vec<u8>, Problem>,
) -> Result<Outcome, Problem> {
    match work(&idempotency::fenced(cx.app, ticket)) {
        Ok(bytes) => {
            let answer = Answer { status: u32::from(status.as_u16()), bytes };
            // the work is done: that its answer is not kept is no reason to call it failed
            let kept = match kept {
                Kept::Answer => idempotency::complete(cx.app, ticket, &answer),
                Kept::Nothing => idempotency::complete_unkept(cx.app, ticket, answer.status),
            };
            if let Err(error) = kept {
                tracing::error!(error = %error, "the answer under an idempotency key was not kept");
            }
            Ok(Outcome { status, bytes: answer.bytes, replayed: false })
        }
        Err(refused) => {
            if let Err(error) = idempotency::abandon(cx.app, ticket) {
                tracing::warn!(error = %error, "the claim of an idempotency key was not given back; it runs out");
            }
            Err(refused)
        }
    }
}
