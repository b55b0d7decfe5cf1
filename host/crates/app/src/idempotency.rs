//! Idempotency of the doors: a request with a key is worked on once; its repetition gets the first answer.
//!
//! | what happens | what the repetition gets |
//! |---|---|
//! | the work refuses | it runs again: nothing was written, the claim was given back |
//! | the work commits, the answer is kept | the same status and bytes |
//! | the process dies before anything was committed | it runs again, once the claim has run out ([`CLAIM_S`]) |
//! | the process dies after a commit, before the answer is kept | [`Claim::OutcomeUnknown`]: never a second posting |
//!
//! Lines of an imported file have no caller who would choose a key: theirs is their text ([`line()`]). Rows of a bulk request
//! have the request's key and their number, and are written in one transaction with their answer ([`row()`], and [`rows()`] for many at once).
//!
//! The fence does it: every write transaction of the work also marks the claim as spent (`store::Database::fenced`),
//! so that work and mark are committed together, and a worker whose claim was taken over can write nothing any more.

mod row;

pub use row::{Asked, FreshRow, RowOutcome, keep, row, rows};

use crate::common::{Common, Context, authorise, authorise_some};
use crate::vault::{Secret, VaultError};
use crate::{App, vault};
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::CompanyId;
use domain::time::Instant;
use std::sync::Arc;
use store::abort::{self, Point};
use store::query::idempotency::{Claimed, IMPORT, Key};
use store::types::KeyKind;
use store::{Tx, query};

/// How long a claim holds without a commit, in seconds; the longest use-case is shorter.
pub const CLAIM_S: i64 = 900;

/// How long an answer is kept, in hours: who repeats a request later asks for it anew.
pub const KEPT_H: i64 = 24;
/// Answers forgotten in one transaction.
const PURGED_MAX: u32 = 500;

/// How often a repetition looks for the answer of a request that is committed, and how long it waits in between.
const ANSWER_TRIES_MAX: u32 = 20;
const ANSWER_WAIT: std::time::Duration = std::time::Duration::from_millis(50);

/// What makes two requests the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method and pattern, as `POST /v1/invoices`.
    pub route: String,
    /// The caller's.
    pub key: String,
    /// Of the whole request; it is stored under the company's key only, since bodies hold personal data.
    pub body_hash: Digest,
}

/// An answer as it was given: HTTP status and body. It may repeat what a guest said: it is encrypted under a key of its own,
/// kept for [`KEPT_H`], and lost in any erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u32,
    pub bytes: Vec<u8>,
}

/// The right to do the work, under an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    company: CompanyId,
    actor: String,
    request: Request,
    attempt: i64,
}

/// What a claim met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Do the work through [`fenced`], then [`complete`] or [`abandon`].
    Yours(Ticket),
    /// It was done.
    Answered(Answer),
    /// Somebody is at it.
    InFlight,
    /// It was committed, but nobody knows its answer any more: a process died, or an erasure took it.
    OutcomeUnknown,
    /// The key was used for another request.
    OtherRequest,
}

impl Ticket {
    fn key(&self) -> Key<'_> {
        Key { company: self.company, actor: &self.actor, route: &self.request.route, key: &self.request.key }
    }
}

/// Claims the key in a short transaction of its own. Keys belong to a person: who repeats a request with a renewed
/// token gets the first answer. Whoever may read the company may claim; what the work needs, it
/// asks for itself.
pub fn claim(app: &App, actor: &Actor, company: CompanyId, request: Request) -> Result<Claim, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    let ctx = Context::new(app);
    let company_key = app.db.read(|conn| vault::company_key(&ctx, conn, company))?;
    let body_hash = company_key.look_up("request.v1", request.body_hash.bytes());
    let ticket = Ticket { company, actor: actor.person(), request, attempt: 0 };
    let ask = || app.db.write(|tx| query::idempotency::claim(tx, ticket.key(), body_hash, CLAIM_S));
    let mut claimed = ask()?;
    // committed, but without an answer: mostly the other is just about to keep it
    for _ in 0..ANSWER_TRIES_MAX {
        if !matches!(claimed, Claimed::InProgress { until } if query::idempotency::is_spent(until)) {
            break;
        }
        std::thread::sleep(ANSWER_WAIT);
        claimed = ask()?;
    }
    Ok(match claimed {
        Claimed::Fresh { attempt } | Claimed::TakenOver { attempt } => {
            Claim::Yours(Ticket { attempt, ..ticket })
        }
        Claimed::Done(row) if row.answer_lost => Claim::OutcomeUnknown,
        Claimed::Done(row) => match read(app, &row) {
            // an erasure took the answers with it
            Err(Common::Vault(VaultError::Erased)) => Claim::OutcomeUnknown,
            answer => Claim::Answered(answer?),
        },
        Claimed::InProgress { until } if query::idempotency::is_spent(until) => Claim::OutcomeUnknown,
        Claimed::InProgress { .. } => Claim::InFlight,
        Claimed::OtherBody => Claim::OtherRequest,
    })
}

/// Whether her key was claimed on that route, by this request or another: a look that writes nothing.
pub fn is_known(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (route, key): (&str, &str),
) -> Result<bool, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    let person = actor.person();
    let named = Key { company, actor: &person, route, key };
    Ok(app.db.read(|conn| query::idempotency::by_key(conn, named))?.is_some())
}

/// `app`, every write of which is committed together with the mark that the ticket's claim was used.
pub fn fenced(app: &App, ticket: &Ticket) -> App {
    let held = ticket.clone();
    let db = app.db.fenced(move |tx| query::idempotency::spend(tx, held.key(), held.attempt));
    App { db: Arc::new(db), claim: Some(Arc::new(ticket.clone())), ..app.clone() }
}

/// What is being worked on keeps no answer: part of an erasure, which may itself be worked on under a claim (its answer is
/// kept: it names nobody).
pub(crate) fn lose_answers(
    ctx: &Context<'_>,
    tx: &mut store::Tx<'_>,
    company: CompanyId,
) -> Result<(), Common> {
    let own = ctx.app.claim.as_deref().map(|ticket| (ticket.key(), ticket.attempt));
    Ok(query::idempotency::lose_answers(tx, company, own)?)
}

/// Keeps the answer, encrypted, unless somebody was erased since the claim. Give it the plain `app`, not the fenced one.
pub fn complete(app: &App, ticket: &Ticket, answer: &Answer) -> Result<(), Common> {
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let outer = vault::company_key(&ctx, tx, ticket.company)?;
        complete_in(&ctx, tx, &outer, &[(ticket, answer)])
    })?;
    abort::here(Point::AnswerKept);
    Ok(())
}

/// As [`complete`], of an answer that is shown once: whoever repeats the request is told that it was done, and not what came
/// of it.
pub fn complete_unkept(app: &App, ticket: &Ticket, status: u32) -> Result<(), Common> {
    let ctx = Context::new(app);
    Ok(app.db.write(|tx| {
        query::idempotency::lose(tx, ticket.key(), ticket.attempt)?;
        query::idempotency::complete(tx, ticket.key(), ticket.attempt, (status, None), ctx.now)
    })?)
}

/// As [`complete`], of some requests of one company, in the caller's transaction. `outer` is the company's key.
fn complete_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    outer: &Secret,
    answers: &[(&Ticket, &Answer)],
) -> Result<(), Common> {
    let mut keys = Vec::with_capacity(answers.len());
    let mut blobs = Vec::with_capacity(answers.len());
    for (ticket, answer) in answers {
        let key = vault::fresh_key(ctx, ticket.company, outer, KeyKind::Content, Vec::new())?;
        blobs.push(key.blob(ctx, "application/json", &answer.bytes)?.row());
        keys.push(key);
    }
    vault::NewKey::write_all(tx, &keys.iter().collect::<Vec<_>>())?;
    query::blobs::insert(tx, &blobs)?;
    for ((ticket, answer), blob) in answers.iter().zip(&blobs) {
        let kept = (answer.status, Some(blob.id));
        query::idempotency::complete(tx, ticket.key(), ticket.attempt, kept, ctx.now)?;
    }
    Ok(())
}

/// Gives the claim back after a refusal. A claim under which something was committed stays: its outcome is unknown.
pub fn abandon(app: &App, ticket: &Ticket) -> Result<(), Common> {
    Ok(app.db.write(|tx| query::idempotency::abandon(tx, ticket.key(), ticket.attempt))?)
}

/// Forgets answers older than [`KEPT_H`], of all companies, with their keys; gives how many. For the server's own thread.
pub fn purge(app: &App) -> Result<u64, Common> {
    let before = Instant::from_micros(app.clock.now().micros().saturating_sub(KEPT_H * 3_600_000_000))
        .ok_or_else(|| Common::Corrupt { what: "clock", detail: "it stands before all time".to_owned() })?;
    let mut purged = 0;
    loop {
        let gone = app.db.write(|tx| query::idempotency::purge(tx, before, PURGED_MAX))?;
        purged += u64::try_from(gone).unwrap_or(u64::MAX);
        if gone < usize::try_from(PURGED_MAX).unwrap_or(usize::MAX) {
            return Ok(purged);
        }
    }
}

/// A line of a file of bodies: which of the equal ones it is, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// What the file holds, as `invoices`.
    pub what: &'static str,
    pub text: &'a [u8],
    pub ordinal: u32,
}

/// `app`, every write of which is committed together with the mark that this line is in; `None`: it is, whoever brought
/// it and when. Nothing is claimed before, so that a process that dies leaves nothing to wait for, and the mark is kept
/// for good: a file may be brought again after a year.
pub fn line(app: &App, actor: &Actor, company: CompanyId, line: &Line<'_>) -> Result<Option<App>, Common> {
    authorise_some(actor, Verb::Enter, company)?;
    let ctx = Context::new(app);
    let route = format!("import {}", line.what);
    let (key, known) = app.db.read(|conn| {
        let secret = vault::company_key(&ctx, conn, company)?;
        let key = secret.look_up("import.v1", &[&line.ordinal.to_le_bytes()[..], line.text].concat());
        let text = key.to_string();
        let named = Key { company, actor: IMPORT, route: &route, key: &text };
        let known = query::idempotency::by_key(conn, named)?.is_some();
        Ok::<_, Common>((key, known))
    })?;
    if known {
        return Ok(None);
    }
    let token = i64::from_le_bytes(*ctx.random().bytes32().first_chunk().unwrap_or(&[1; 8]));
    let db = app.db.fenced(move |tx| {
        let text = key.to_string();
        let named = Key { company, actor: IMPORT, route: &route, key: &text };
        query::idempotency::mark(tx, named, key, token)
    });
    Ok(Some(App { db: Arc::new(db), ..app.clone() }))
}

fn read(app: &App, row: &store::rows::Idempotency) -> Result<Answer, Common> {
    let status = row.status.unwrap_or_default();
    let Some(blob) = row.response else { return Ok(Answer { status, bytes: Vec::new() }) };
    let ctx = Context::new(app);
    let opened = app.db.read(|conn| vault::read_blob(&ctx, conn, row.company, blob))?;
    Ok(Answer { status, bytes: opened.bytes })
}
