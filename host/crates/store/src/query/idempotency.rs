//! Idempotency keys of the API: claimed in a short transaction of their own, completed in the write's.

use super::{blobs, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::Idempotency;
use crate::schema::idempotency as t;
use crate::types::{now_plus, v};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{BlobId, CompanyId};
use domain::time::Instant;

/// What identifies a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'a> {
    pub company: CompanyId,
    pub actor: &'a str,
    pub route: &'a str,
    pub key: &'a str,
}

/// What a claim met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// Nobody was here: do the work and complete it under this attempt.
    Fresh { attempt: i64 },
    /// Somebody was, but the claim ran out: do the work under this attempt.
    TakenOver { attempt: i64 },
    /// The work was done: replay the answer.
    Done(Box<Idempotency>),
    /// Somebody is at it.
    InProgress { until: Instant },
    /// The key was used with another body.
    OtherBody,
}

/// Claims a key for some seconds by the database's clock.
pub fn claim(tx: &mut Tx<'_>, key: Key<'_>, body_hash: Digest, seconds: i64) -> StoreResult<Claimed> {
    let new: Option<i64> = on!(tx.conn(), conn => diesel::insert_into(t::table)
        .values((
            t::company.eq(v(key.company)),
            t::actor.eq(key.actor),
            t::route.eq(key.route),
            t::key.eq(key.key),
            t::body_hash.eq(v(body_hash)),
            t::claimed_until.eq(now_plus(seconds)),
            t::attempt.eq(1_i64),
        ))
        .on_conflict_do_nothing()
        .returning(t::attempt)
        .get_result(conn)
        .optional()?);
    if let Some(attempt) = new {
        wait_for_erasures(tx, key.company)?;
        return Ok(Claimed::Fresh { attempt });
    }
    let found = by_key(tx, key)?;
    let Some(row) = found else {
        // abandoned between the two statements: whoever asks again finds it free
        return Err(crate::StoreError::conflict("idempotency key", key.key));
    };
    if row.body_hash != body_hash {
        return Ok(Claimed::OtherBody);
    }
    if row.status.is_some() {
        return Ok(Claimed::Done(Box::new(row)));
    }
    let attempt: Option<i64> = diesel::update(t::table.find((v(key.company), key.actor, key.route, key.key)))
        .filter(t::attempt.eq(row.attempt))
        .filter(t::completed_at.is_null())
        .filter(t::claimed_until.lt(now_plus(0)))
        .set((
            t::claimed_until.eq(now_plus(seconds)),
            t::attempt.eq(t::attempt + 1),
            t::answer_lost.eq(false),
        ))
        .returning(t::attempt)
        .get_result(tx.conn())
        .optional()?;
    Ok(match attempt {
        Some(attempt) => Claimed::TakenOver { attempt },
        None => Claimed::InProgress { until: row.claimed_until },
    })
}

/// Writes the answer. Where an erasure came since the claim, it is taken out again, in the same transaction.
///
/// # Errors
/// `Conflict` if the claim ran out and somebody took it over: undo everything.
pub fn complete(
    tx: &mut Tx<'_>,
    key: Key<'_>,
    attempt: i64,
    (status, response): (u32, Option<BlobId>),
    at: Instant,
) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(key.company), key.actor, key.route, key.key)))
        .filter(t::attempt.eq(attempt))
        .filter(t::completed_at.is_null())
        .set((t::status.eq(Some(status)), t::response.eq(response), t::completed_at.eq(Some(at))))
        .returning(t::answer_lost)
        .get_result::<bool>(tx.conn())
        .optional()?;
    let Some(lost) = updated else { return changed(0, "idempotency key", key.key) };
    if let Some(answer) = response.filter(|_| lost) {
        diesel::update(t::table.find((v(key.company), key.actor, key.route, key.key)))
            .set(t::response.eq(None::<BlobId>))
            .execute(tx.conn())?;
        blobs::forget(tx, key.company, answer)?;
    }
    Ok(())
}

/// In an erasure, after its customer is locked and before it looks for answers: what is under way keeps no answer, for it may
/// have read what is erased now. Nobody claims until the erasure is committed, so that none is missed; an answer that is
/// being kept is waited for. `but` is the claim that the erasure itself works under: its answer holds nothing of anybody.
pub fn lose_answers(tx: &mut Tx<'_>, company: CompanyId, but: Option<(Key<'_>, i64)>) -> StoreResult<()> {
    if let Conn::Postgres(conn) = tx.conn() {
        let lock = diesel::sql_query("SELECT pg_advisory_xact_lock($1)");
        lock.bind::<diesel::sql_types::BigInt, _>(lock_of(company)).execute(conn)?;
    }
    let open = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::completed_at.is_null())
        .filter(t::answer_lost.eq(false))
        // lines of files are never answered
        .filter(t::actor.ne(IMPORT));
    diesel::update(open).set(t::answer_lost.eq(true)).execute(tx.conn())?;
    let Some((own, attempt)) = but else { return Ok(()) };
    diesel::update(t::table.find((v(own.company), own.actor, own.route, own.key)))
        .filter(t::attempt.eq(attempt))
        .set(t::answer_lost.eq(false))
        .execute(tx.conn())?;
    Ok(())
}

/// Says of a claim that no answer of it will be kept.
pub fn lose(tx: &mut Tx<'_>, key: Key<'_>, attempt: i64) -> StoreResult<()> {
    diesel::update(t::table.find((v(key.company), key.actor, key.route, key.key)))
        .filter(t::attempt.eq(attempt))
        .set(t::answer_lost.eq(true))
        .execute(tx.conn())?;
    Ok(())
}

/// A claim is committed before an erasure, or after it. (SQLite has one writer.)
fn wait_for_erasures(tx: &mut Tx<'_>, company: CompanyId) -> StoreResult<()> {
    if let Conn::Postgres(conn) = tx.conn() {
        let lock = diesel::sql_query("SELECT pg_advisory_xact_lock_shared($1)");
        lock.bind::<diesel::sql_types::BigInt, _>(lock_of(company)).execute(conn)?;
    }
    Ok(())
}

/// The lock between claims and erasures of a company. Two companies that share one wait for each other, no more.
fn lock_of(company: CompanyId) -> i64 {
    let (high, low) = company.uuid().as_u64_pair();
    i64::from_le_bytes((high ^ low).to_le_bytes())
}

/// Actor of the marks of imported lines: they are the company's, not a person's.
pub const IMPORT: &str = "import";

/// Says, in a transaction of the work, that something was written under this claim: from then on nobody takes it over,
/// and whoever repeats the request is told that its outcome is unknown until it is completed.
///
/// # Errors
/// `Conflict` if the claim ran out and somebody took it over, or it is completed: undo everything.
pub fn spend(tx: &mut Tx<'_>, key: Key<'_>, attempt: i64) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(key.company), key.actor, key.route, key.key)))
        .filter(t::attempt.eq(attempt))
        .filter(t::completed_at.is_null())
        .set(t::claimed_until.eq(v(never())))
        .execute(tx.conn())?;
    changed(updated, "idempotency key", key.key)
}

/// Says, in a transaction of the work, that it was done, where nothing was claimed before: spent from the start, and
/// never answered, so that nothing forgets it. `token` tells the worker from others: its further transactions pass.
///
/// # Errors
/// `Conflict` if somebody else did it: undo everything.
pub fn mark(tx: &mut Tx<'_>, key: Key<'_>, body_hash: Digest, token: i64) -> StoreResult<()> {
    let new: Option<i64> = on!(tx.conn(), conn => diesel::insert_into(t::table)
        .values((
            t::company.eq(v(key.company)),
            t::actor.eq(key.actor),
            t::route.eq(key.route),
            t::key.eq(key.key),
            t::body_hash.eq(v(body_hash)),
            t::claimed_until.eq(v(never())),
            t::attempt.eq(token),
        ))
        .on_conflict_do_nothing()
        .returning(t::attempt)
        .get_result(conn)
        .optional()?);
    match new {
        Some(_) => Ok(()),
        None if by_key(tx, key)?.is_some_and(|row| row.attempt == token) => Ok(()),
        None => Err(crate::StoreError::conflict("imported line", key.key)),
    }
}

/// Whether the work under this claim was committed, though not its answer.
pub fn is_spent(until: Instant) -> bool {
    until == never()
}

/// A claim that does not run out.
fn never() -> Instant {
    let day = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default();
    Instant::from_naive(day.and_time(NaiveTime::MIN))
}

/// Gives a claim back when nothing was written, so that a corrected request may use the key. Nothing happens if it is
/// another's by now, or spent.
pub fn abandon(tx: &mut Tx<'_>, key: Key<'_>, attempt: i64) -> StoreResult<()> {
    let claim = t::table
        .find((v(key.company), key.actor, key.route, key.key))
        .filter(t::attempt.eq(attempt))
        .filter(t::completed_at.is_null())
        .filter(t::claimed_until.lt(v(never())));
    diesel::delete(claim).execute(tx.conn())?;
    Ok(())
}

pub fn by_key(conn: &mut Conn, key: Key<'_>) -> StoreResult<Option<Idempotency>> {
    let query = t::table.find((v(key.company), key.actor, key.route, key.key));
    Ok(query.select(Idempotency::as_select()).get_result(conn).optional()?)
}

/// Forgets up to `max` keys completed before an instant, with their answers; gives how many. Of any company.
pub fn purge(tx: &mut Tx<'_>, before: Instant, max: u32) -> StoreResult<usize> {
    let old: Vec<Idempotency> = t::table
        .filter(t::completed_at.lt(Some(before)))
        .limit(i64::from(max))
        .select(Idempotency::as_select())
        .load(tx.conn())?;
    for row in &old {
        let (actor, route, key) = (row.actor.as_str(), row.route.as_str(), row.key.as_str());
        diesel::delete(t::table.find((v(row.company), actor, route, key))).execute(tx.conn())?;
        let Some(answer) = row.response else { continue };
        blobs::forget(tx, row.company, answer)?;
    }
    Ok(old.len())
}
