//! Logging in: one answer and the same work whatever is wrong, and slower after each failure.

use super::session::{Opened, open};
use crate::App;
use crate::common::{Common, Context};
use crate::event;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::time::Instant;
use serde_json::json;
use store::rows::{Company, LoginFailures, User};
use store::{Conn, Tx, query};
use thiserror::Error;

/// Failures of one login that cost nothing yet.
const LOGIN_FREE: u32 = 5;
/// Failures from one address that cost nothing yet: an office may share one.
const ADDRESS_FREE: u32 = 20;
/// Longest wait after a failure, in seconds.
const WAIT_S_MAX: i64 = 900;
/// Failures are forgotten after so many seconds without one.
const FORGOTTEN_S: i64 = 86_400;
/// A login or company code that is longer is none.
const NAME_BYTES_MAX: usize = 500;

/// Who wants in.
#[derive(Clone, PartialEq, Eq)]
pub struct LogIn {
    /// Code of the company; may be left out where there is one alone.
    pub company: Option<String>,
    pub login: String,
    pub password: String,
    /// Whence: failures are counted by it, too.
    pub address: String,
}

/// Attempts that came too soon after failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many attempts failed: the next one is looked at in {after_s} s")]
pub struct TooManyAttempts {
    pub after_s: u32,
}

/// Why an attempt is not looked at.
#[derive(Debug, Error)]
pub(super) enum AttemptError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
}

crate::common::through_common!(AttemptError);

#[derive(Debug, Error)]
pub enum LogInError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("company, login or password is wrong")]
    Refused,
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
}

crate::common::through_common!(LogInError);

impl From<AttemptError> for LogInError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Common(common) => common.into(),
            AttemptError::TooMany(too_many) => too_many.into(),
        }
    }
}

/// Opens a session. Whether the company, the login or the password was wrong is not told, and takes as long to find out.
pub fn log_in(app: &App, input: &LogIn) -> Result<Opened, LogInError> {
    let company = app.db.read(|conn| company_of(conn, input.company.as_deref()))?;
    let code = input.company.as_deref().or(company.as_ref().map(|row| row.code.as_str())).unwrap_or_default();
    let subjects = attempt(app, code, &input.login, &input.address)?;
    let found = app.db.read(|conn| {
        let Some(company) = &company else { return Ok(None) };
        let Some(user) = query::users::by_login(conn, company.id, &input.login)? else { return Ok(None) };
        let password = query::passwords::of_user(conn, company.id, user.id)?;
        Ok::<_, Common>(Some((user, password.map(|row| row.hash))))
    })?;
    let hash = found.as_ref().and_then(|(_, hash)| hash.as_deref());
    let right = input.password.chars().count() <= super::PASSWORD_CHARS_MAX
        && app.hasher.verify(hash, &input.password)?;
    match found {
        Some((user, Some(hash))) if right && user.active => admit(app, &user, &hash, &subjects),
        Some((user, _)) => {
            note_failure(app, &user)?;
            Err(LogInError::Refused)
        }
        None => {
            note_nobody(app)?;
            Err(LogInError::Refused)
        }
    }
}

/// The company that is meant. One that is named and not there is none; where none is named there must be one alone.
fn company_of(conn: &mut Conn, code: Option<&str>) -> Result<Option<Company>, Common> {
    if let Some(code) = code {
        let known = if code.len() <= NAME_BYTES_MAX { query::companies::by_code(conn, code)? } else { None };
        return Ok(known);
    }
    let mut all = query::companies::list(conn)?;
    match all.len() {
        0 | 1 => Ok(all.pop()),
        _ => Err(Common::invalid("/company", "must name the company: there are several")),
    }
}

/// Counts an attempt as failed before it is looked at, so that of many at once none is free; [`forgive`] takes it back.
///
/// # Errors
/// Too soon after others: then it is not counted.
pub(super) fn attempt(
    app: &App,
    company: &str,
    login: &str,
    address: &str,
) -> Result<[Digest; 2], AttemptError> {
    let of_login = Digest::of_bytes(format!("login\0{company}\0{login}").as_bytes());
    let of_address = Digest::of_bytes(format!("address\0{address}").as_bytes());
    let mut counted = [(of_login, LOGIN_FREE), (of_address, ADDRESS_FREE)];
    // in one order: two who try at the same time wait for each other, never both
    counted.sort_by_key(|(subject, _)| *subject.bytes());
    let now = app.clock.now();
    app.db.write(|tx| {
        for (subject, free) in &counted {
            count(tx, *subject, *free, now)?;
        }
        Ok::<_, AttemptError>(())
    })?;
    Ok([of_login, of_address])
}

fn count(tx: &mut Tx<'_>, subject: Digest, free: u32, now: Instant) -> Result<(), AttemptError> {
    let row = query::login_failures::hold(tx, &LoginFailures { subject, failures: 0, last_at: now })?;
    let forgotten = row.last_at.plus_seconds(FORGOTTEN_S) <= now;
    let failures = if forgotten { 0 } else { row.failures };
    let until = row.last_at.plus_seconds(wait_s(failures, free));
    if now < until {
        let left = (until.micros() - now.micros()).div_euclid(1_000_000) + 1;
        return Err(TooManyAttempts { after_s: u32::try_from(left).unwrap_or(1) }.into());
    }
    let row = LoginFailures { subject, failures: failures.saturating_add(1), last_at: now };
    Ok(query::login_failures::put(tx, &row)?)
}

/// Seconds after the last of so many failures: none for the first few, then 1, 2, 4 … up to a quarter of an hour.
fn wait_s(failures: u32, free: u32) -> i64 {
    match failures.checked_sub(free) {
        Some(beyond) => 1_i64.checked_shl(beyond.min(32)).unwrap_or(WAIT_S_MAX).min(WAIT_S_MAX),
        None => 0,
    }
}

/// It was no failure: counting begins anew.
pub(super) fn forgive(tx: &mut Tx<'_>, subjects: &[Digest]) -> Result<(), Common> {
    Ok(query::login_failures::clear(tx, subjects)?)
}

fn admit(app: &App, user: &User, hash: &str, subjects: &[Digest]) -> Result<Opened, LogInError> {
    let ctx = Context::new(app);
    app.db.write(|tx| {
        // deactivated, or with another password since it was looked at
        let now = query::users::by_id(tx, user.company, user.id)?.filter(|now| now.active);
        let password = query::passwords::of_user(tx, user.company, user.id)?;
        let (Some(now), true) = (now, password.is_some_and(|row| row.hash == hash)) else {
            return Err(LogInError::Refused);
        };
        forgive(tx, subjects)?;
        let until = ctx.now.plus_seconds(i64::from(app.session_life.whole_s));
        Ok(open(&ctx, tx, &now, until)?)
    })
}

/// A failure of somebody who is known stands in the events; guesses at logins that are not there could fill them.
fn note_failure(app: &App, user: &User) -> Result<(), Common> {
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let about = ("session.refused", user.id);
        event::write(&ctx, tx, &Actor::System, user.company, about, json!({}))
    })
}

/// Where nobody is known the same is done without an event: a write that is flushed, so that the time of a refusal does not tell
/// whose login there is.
fn note_nobody(app: &App) -> Result<(), Common> {
    let nobody =
        LoginFailures { subject: Digest::of_bytes(b"nobody"), failures: 0, last_at: app.clock.now() };
    app.db.write(|tx| Ok(query::login_failures::put(tx, &nobody)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_beyond_the_first_few_doubles_the_wait() {
        let waits: Vec<i64> = [0, 4, 5, 6, 7, 14, 15, 40, u32::MAX].map(|n| wait_s(n, LOGIN_FREE)).to_vec();
        assert_eq!(waits, [0, 0, 1, 2, 4, 512, WAIT_S_MAX, WAIT_S_MAX, WAIT_S_MAX]);
    }
}
