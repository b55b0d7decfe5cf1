//! Many rows in one request: NDJSON in, NDJSON out, an outcome for each row in its order.
//!
//! ```text
//! {"code":"C1", …}          →  {"row":1,"status":201,"body":{"id":"cus_…", …}}
//! {"code":"C1", …}          →  {"row":2,"status":409,"problem":{"code":"code-taken","errors":[{"pointer":"/code", …}], …}}
//! ```
//!
//! Rows are counted by lines; empty lines count and are left out. Each row is a request of its own under the key of all and its
//! number (`app::idempotency::row`): one that is refused stops no other, one that was worked on is answered as before. A
//! process that dies leaves every row done with its answer, or not at all: the same request goes on where it was cut off.
//! A row's line goes out when its outcome is known; a caller who goes away stops no row. `Idempotency-Hit` goes out before all of them: it says
//! whether the first row was answered before.

use super::body::check_charset;
use super::call::{Answer, Call, Cx, IDEMPOTENCY_HIT, dry, encode, hash};
use super::idempotency::Key;
use super::json;
use super::limits::{BULK_BYTES_MAX, BULK_ROWS_MAX, JSON_BYTES_MAX};
use super::precondition;
use super::problem::{Code, Problem};
use super::runs::Runs;
use super::streamed::Streamed;
use actix_web::HttpResponse;
use actix_web::http::header::HeaderValue;
use actix_web::web::Payload;
use app::App;
use app::idempotency::{self, Request, RowOutcome};
use app::invoice::{self, IssueInvoice, IssuedInvoice};
use domain::actor::{Noun, Verb};
use domain::ids::CompanyId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The media type of both directions.
pub const MEDIA_TYPE: &str = "application/x-ndjson";

/// The status of a row that was made; of one that was only tried it is 200.
pub(super) const MADE: u32 = 201;

/// A row that was refused.
#[derive(Debug, Serialize)]
struct Refused {
    row: u32,
    status: u16,
    problem: super::problem::ProblemBody,
}

/// What a caller needs before her body is read; no noun: whichever, since the body or the database says of what it is.
pub(super) type Needs = (Option<Noun>, Verb);

impl Call {
    /// The company of a caller who may: nothing is held in memory for strangers or for who may not. A hop of its own, before the
    /// body is read.
    pub(super) async fn allowed(&self, (noun, verb): Needs) -> Result<CompanyId, Problem> {
        let may = move |cx: &Cx<'_>| -> Result<CompanyId, Problem> {
            match noun {
                Some(noun) => app::authorise(cx.actor, noun, verb, cx.company)?,
                None => app::authorise_some(cx.actor, verb, cx.company)?,
            }
            Ok(cx.company)
        };
        self.clone().hop(may).await
    }

    /// Runs a use-case that makes something on every row of an NDJSON body.
    pub async fn bulk<B, T, F>(self, noun: Noun, payload: Payload, work: F) -> Answer
    where
        B: DeserializeOwned,
        T: Serialize,
        F: Fn(&Cx<'_>, B) -> Result<T, Problem> + Send + 'static,
    {
        let one = move |cx: &Cx<'_>, text: &[u8]| {
            encode(&work(cx, body(text)?).map_err(|refused| refused.placed_in(text))?)
        };
        self.bulk_rows(noun, payload, move |cx, key, rows, tell| match key {
            None => rehearsed(cx, rows, tell, &one),
            Some(key) => each(rows, tell, |row, text, tried| tried.then(|| once(cx, key, row, text, &one))),
        })
        .await
    }

    /// As [`Call::bulk`], for invoices: runs of rows that do not stand on each other are posted together, each run with the marks and
    /// answers of its rows in one transaction.
    pub async fn bulk_invoices<R, V>(self, payload: Payload, read: R, view: V) -> Answer
    where
        R: Fn(&Cx<'_>, &[u8]) -> Result<IssueInvoice, Problem> + Send + 'static,
        V: Fn(IssuedInvoice) -> Result<Vec<u8>, Problem> + Send + 'static,
    {
        self.bulk_rows(Noun::Documents, payload, move |cx, key, rows, tell| {
            let one = |cx: &Cx<'_>, text: &[u8]| {
                let issued = invoice::issue(cx.app, cx.actor, cx.company, &read(cx, text)?);
                view(issued.map_err(|refused| Problem::from(refused).placed_in(text))?)
            };
            let Some(key) = key else { return rehearsed(cx, rows, tell, &one) };
            let mut runs = Runs::cut(cx, rows, &read);
            each(rows, tell, |row, text, tried| {
                if tried {
                    runs.post_from(cx, key, row, &view);
                }
                let settled = runs.settled.remove(&row);
                settled.or_else(|| tried.then(|| once(cx, key, row, text, &one)))
            })
        })
        .await
    }

    /// What all bulk requests have in common. `work` gets no key for a dry run.
    async fn bulk_rows<W>(self, noun: Noun, payload: Payload, work: W) -> Answer
    where
        W: FnOnce(&Cx<'_>, Option<&str>, &[Row<'_>], Tell<'_>) + Send + 'static,
    {
        let company = self.allowed((Some(noun), Verb::Enter)).await?;
        if self.media != MEDIA_TYPE {
            let said = if self.media.is_empty() { "none" } else { self.media.as_str() };
            return Err(Problem::header(
                Code::UnsupportedMediaType,
                "Content-Type",
                format_args!("must be {MEDIA_TYPE}, a JSON text on each line; it was {said}"),
            ));
        }
        check_charset(self.foreign_charset.as_deref())?;
        if self.conditions.if_match.is_some() {
            return Err(precondition::not_taken());
        }
        let key = match self.dry_run {
            true => String::new(),
            false => self.key.clone().ok_or_else(Key::missing)?.into_text(),
        };
        let file = self.file(company, payload, BULK_BYTES_MAX).await?;
        // it counts among the files in memory until the last row is done and the last line is sent
        let place = file.place.clone();
        let dry_run = self.dry_run;
        let hit = Arc::new(AtomicBool::new(false));
        let first = hit.clone();
        let told = Streamed::begin(Some(place), move |lines| {
            self.hop(move |cx| {
                let held = file;
                cx.nothing_unread()?;
                let rows = rows(&held.bytes)?;
                let mut begun = false;
                work(cx, (!dry_run).then_some(key.as_str()), &rows, &mut |line| {
                    if !std::mem::replace(&mut begun, true) {
                        first.store(cx.call.notes.repeated.load(Ordering::Relaxed), Ordering::Relaxed);
                    }
                    lines.tell(line);
                });
                Ok(())
            })
        });
        let mut response = HttpResponse::Ok().content_type(MEDIA_TYPE).body(told.await?);
        if hit.load(Ordering::Relaxed) {
            response.headers_mut().insert(IDEMPOTENCY_HIT, HeaderValue::from_static("true"));
        }
        Ok(if dry_run { dry(response) } else { response })
    }
}

/// A line that holds something, and its number from 1.
pub(super) type Row<'a> = (u32, &'a [u8]);

/// Takes the line of each row, in their order.
type Tell<'a> = &'a mut dyn FnMut(Vec<u8>);

/// Every row as if it were meant; nothing stays.
fn rehearsed(
    cx: &Cx<'_>,
    rows: &[Row<'_>],
    tell: Tell<'_>,
    one: &impl Fn(&Cx<'_>, &[u8]) -> Result<Vec<u8>, Problem>,
) {
    cx.app.db.rehearse(|db| {
        let own = App { db: Arc::new(db.clone()), ..cx.app.clone() };
        let cx = Cx { app: &own, ..*cx };
        each(rows, tell, |_, text, tried| tried.then(|| Ok((200, one(&cx, text)?))));
    });
}

fn rows(bytes: &[u8]) -> Result<Vec<Row<'_>>, Problem> {
    let lines = (1u32..).zip(bytes.split(|byte| *byte == b'\n'));
    let rows: Vec<_> =
        lines.map(|(n, line)| (n, line.trim_ascii())).filter(|(_, line)| !line.is_empty()).collect();
    if rows.is_empty() {
        return Err(Problem::new(
            Code::InvalidBody,
            "the body holds no row: send a JSON object on each line",
        ));
    }
    if rows.len() > BULK_ROWS_MAX {
        let detail = format!("the body holds {} rows, {BULK_ROWS_MAX} are taken at once", rows.len());
        return Err(Problem::new(Code::BodyTooLarge, detail));
    }
    Ok(rows)
}

pub(crate) fn body<B: DeserializeOwned>(text: &[u8]) -> Result<B, Problem> {
    if text.len() > JSON_BYTES_MAX {
        let detail = format!("the row is larger than {JSON_BYTES_MAX} bytes");
        return Err(Problem::new(Code::BodyTooLarge, detail));
    }
    Ok(json::parse(text)?)
}

/// Status and body.
pub(super) type Outcome = Result<(u32, Vec<u8>), Problem>;

/// Tells the outcome of each row. Where the host itself fails the rest is not tried, as `work` is told: it would only fail, too.
fn each(rows: &[Row<'_>], tell: Tell<'_>, mut work: impl FnMut(u32, &[u8], bool) -> Option<Outcome>) {
    let mut stopped: Option<u32> = None;
    for (row, text) in rows {
        let outcome = work(*row, text, stopped.is_none()).unwrap_or_else(|| {
            let at = stopped.unwrap_or(*row);
            Err(Problem::new(Code::Busy, format_args!("not tried: the host failed at row {at}")))
        });
        match outcome {
            Ok((status, body)) => {
                let mut line = format!("{{\"row\":{row},\"status\":{status},\"body\":").into_bytes();
                line.extend(body);
                line.extend(b"}\n");
                tell(line);
            }
            Err(problem) => {
                if stopped.is_none() {
                    stopped = problem.is_of_host().then_some(*row);
                    log(*row, &problem);
                }
                let status = problem.code.status().as_u16();
                let refused = Refused { row: *row, status, problem: problem.body(None) };
                let mut line = serde_json::to_vec(&refused).unwrap_or_default();
                line.push(b'\n');
                tell(line);
            }
        }
    }
}

/// The row as a request of its own: its number before the key; the digest of its text makes it the same.
pub(super) fn request(cx: &Cx<'_>, key: &str, row: u32, text: &[u8]) -> Request {
    let route = cx.call.route.clone();
    Request { key: format!("{row} {key}"), body_hash: hash(&route, "", text), route }
}

/// One row under its key.
fn once(
    cx: &Cx<'_>,
    key: &str,
    row: u32,
    text: &[u8],
    work: &impl Fn(&Cx<'_>, &[u8]) -> Result<Vec<u8>, Problem>,
) -> Outcome {
    let outcome = idempotency::row(cx.app, cx.actor, cx.company, request(cx, key, row, text), |app| {
        let bytes = work(&Cx { app, ..*cx }, text)?;
        Ok::<_, Problem>(idempotency::Answer { status: MADE, bytes })
    })?;
    if matches!(outcome, RowOutcome::Repeated(_)) {
        cx.call.notes.repeated.store(true, Ordering::Relaxed);
    }
    answered(outcome)
}

fn answered(outcome: RowOutcome) -> Outcome {
    match outcome {
        RowOutcome::Done(answer) | RowOutcome::Repeated(answer) => Ok((answer.status, answer.bytes)),
        RowOutcome::OutcomeUnknown => Err(Problem::new(
            Code::OutcomeUnknown,
            "the row was committed under this key, but its answer was erased; read what it made",
        )),
        RowOutcome::OtherRow => Err(Problem::header(
            Code::KeyReused,
            super::idempotency::HEADER,
            "was used before with another text in this row; send a fresh key for new rows",
        )),
    }
}

/// Refusals of a whole request are logged at the edge; a row's only here.
fn log(row: u32, problem: &Problem) {
    let (code, cause) = (problem.code.name(), problem.cause().unwrap_or_default());
    if problem.code.status().is_server_error() {
        tracing::error!(row, code, cause, "{}", problem.detail);
    } else {
        tracing::info!(row, code, "{}", problem.detail);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rows_have_the_numbers_of_their_lines() {
        let found = rows(b"{}\r\n\n  \n{\"a\":1}").unwrap();
        assert_eq!(found, [(1, &b"{}"[..]), (4, &b"{\"a\":1}"[..])]);
        for none in [&b""[..], b"\n\r\n"] {
            assert_eq!(rows(none).unwrap_err().code, Code::InvalidBody);
        }
        assert_eq!(rows("{}\n".repeat(BULK_ROWS_MAX).as_bytes()).unwrap().len(), BULK_ROWS_MAX);
        assert_eq!(rows("{}\n".repeat(BULK_ROWS_MAX + 1).as_bytes()).unwrap_err().code, Code::BodyTooLarge);
    }

    #[test]
    fn a_refused_row_stops_no_other_but_a_failing_host_does() {
        let three = [(1, &b"a"[..]), (2, b"b"), (3, b"c")];
        let told = |code| {
            let mut told: Vec<u8> = Vec::new();
            each(&three, &mut |line| told.extend(line), |row, _, tried| {
                tried.then(|| match row {
                    2 => Err(Problem::new(code, "no")),
                    _ => Ok((201, b"{}".to_vec())),
                })
            });
            let lines = String::from_utf8(told).unwrap();
            let status = |line: &str| {
                let told: serde_json::Value = serde_json::from_str(line).unwrap();
                told.get("status").unwrap().clone()
            };
            lines.lines().map(status).collect::<Vec<_>>()
        };
        assert_eq!(told(Code::CodeTaken), [201, 409, 201]);
        assert_eq!(told(Code::PluginFailed), [201, 502, 201]);
        assert_eq!(told(Code::Unavailable), [201, 503, 503]);
    }
}
