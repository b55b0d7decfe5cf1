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

use super::call::{Answer, Call, Cx, dry, encode, hash};
use super::idempotency::Key;
use super::json;
use super::limits::{BULK_BYTES_MAX, BULK_ROWS_MAX, JSON_BYTES_MAX};
use super::problem::{Code, Problem};
use actix_web::HttpResponse;
use actix_web::web::Payload;
use app::App;
use app::idempotency::{self, Request, RowOutcome};
use domain::actor::Permission;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The media type of both directions.
pub const MEDIA_TYPE: &str = "application/x-ndjson";

/// The status of a row that was made; of one that was only tried it is 200.
const MADE: u32 = 201;

/// A row that was refused.
#[derive(Debug, Serialize)]
struct Refused {
    row: u32,
    status: u16,
    problem: super::problem::ProblemBody,
}

impl Call {
    /// Runs a use-case that makes something on every row of an NDJSON body.
    pub async fn bulk<B, T, F>(self, payload: Payload, work: F) -> Answer
    where
        B: DeserializeOwned,
        T: Serialize,
        F: Fn(&Cx<'_>, B) -> Result<T, Problem> + Send + 'static,
    {
        let company = self.allowed(Permission::Enter).await?;
        if self.media != MEDIA_TYPE {
            let said = if self.media.is_empty() { "none" } else { self.media.as_str() };
            return Err(Problem::header(
                Code::UnsupportedMediaType,
                "Content-Type",
                format_args!("must be {MEDIA_TYPE}, a JSON text on each line; it was {said}"),
            ));
        }
        let key = match self.dry_run {
            true => String::new(),
            false => self.key.clone().ok_or_else(Key::missing)?.into_text(),
        };
        let file = self.file(company, payload, BULK_BYTES_MAX).await?;
        let dry_run = self.dry_run;
        let told = self
            .hop(move |cx| {
                cx.nothing_unread()?;
                let rows = rows(&file.bytes)?;
                let one = |cx: &Cx<'_>, text: &[u8]| encode(&work(cx, body(text)?)?);
                Ok(match dry_run {
                    true => cx.app.db.rehearse(|db| {
                        let own = App { db: Arc::new(db.clone()), ..cx.app.clone() };
                        let cx = Cx { app: &own, ..*cx };
                        each(&rows, |_, text| Ok((200, one(&cx, text)?)))
                    }),
                    false => each(&rows, |row, text| once(cx, &key, row, text, &one)),
                })
            })
            .await?;
        let response = HttpResponse::Ok().content_type(MEDIA_TYPE).body(told);
        Ok(if dry_run { dry(response) } else { response })
    }
}

/// The lines that hold something, by their number from 1.
fn rows(bytes: &[u8]) -> Result<Vec<(u32, &[u8])>, Problem> {
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

fn body<B: DeserializeOwned>(text: &[u8]) -> Result<B, Problem> {
    if text.len() > JSON_BYTES_MAX {
        let detail = format!("the row is larger than {JSON_BYTES_MAX} bytes");
        return Err(Problem::new(Code::BodyTooLarge, detail));
    }
    Ok(json::parse(text)?)
}

/// The outcome of each row. Where the host itself fails the rest is not tried: it would only fail, too.
fn each(
    rows: &[(u32, &[u8])],
    mut work: impl FnMut(u32, &[u8]) -> Result<(u32, Vec<u8>), Problem>,
) -> Vec<u8> {
    let mut told = Vec::new();
    let mut stopped: Option<u32> = None;
    for (row, text) in rows {
        let outcome = match stopped {
            Some(at) => Err(Problem::new(Code::Busy, format_args!("not tried: the host failed at row {at}"))),
            None => work(*row, text),
        };
        match outcome {
            Ok((status, body)) => {
                told.extend(format!("{{\"row\":{row},\"status\":{status},\"body\":").bytes());
                told.extend(body);
                told.extend(b"}\n");
            }
            Err(problem) => {
                if stopped.is_none() {
                    stopped = problem.is_of_host().then_some(*row);
                    log(*row, &problem);
                }
                let status = problem.code.status().as_u16();
                let refused = Refused { row: *row, status, problem: problem.body(None) };
                told.extend(serde_json::to_vec(&refused).unwrap_or_default());
                told.push(b'\n');
            }
        }
    }
    told
}

/// One row under its key; the digest of its text makes it the same.
fn once(
    cx: &Cx<'_>,
    key: &str,
    row: u32,
    text: &[u8],
    work: &impl Fn(&Cx<'_>, &[u8]) -> Result<Vec<u8>, Problem>,
) -> Result<(u32, Vec<u8>), Problem> {
    let route = &cx.call.route;
    let request =
        Request { route: route.clone(), key: format!("{row} {key}"), body_hash: hash(route, "", text) };
    let outcome = idempotency::row(cx.app, cx.actor, cx.company, request, |app| {
        let bytes = work(&Cx { app, ..*cx }, text)?;
        Ok::<_, Problem>(idempotency::Answer { status: MADE, bytes })
    })?;
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
            let told = each(&three, |row, _| match row {
                2 => Err(Problem::new(code, "no")),
                _ => Ok((201, b"{}".to_vec())),
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
