//! Sessions (会话): opened by a login, looked up by the hash of the cookie, over when they are idle, old, ended, or when their
//! user is not active any more.

use super::password::same_person;
use crate::common::{Common, Context};
use crate::company::{company_row, roles_of, today};
use crate::{App, event};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::ids::{CompanyId, SessionId};
use domain::time::Instant;
use serde_json::json;
use store::rows::{Company, Session, User};
use store::{Conn, Tx, query};
use thiserror::Error;

const SECRET_PREFIX: &str = "zs_";
/// How exactly it is kept when a session was last used, in seconds: not every request writes.
const SEEN_EVERY_S: i64 = 60;

#[derive(Debug, Error)]
pub enum SessionError {
    #[error("the session has ended")]
    Ended,
    #[error("there is no company {0:?} in which you may work")]
    NotThere(String),
    #[error("the password was set by somebody else: choose your own first")]
    MustChange,
    #[error(transparent)]
    Common(#[from] Common),
}

crate::common::through_common!(SessionError);

/// A session that was opened. `secret` is for the cookie alone: only its SHA-256 is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    pub id: SessionId,
    pub company: CompanyId,
    pub secret: String,
    pub expires_at: Instant,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({})", self.id)
    }
}

/// Whose a cookie is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    pub actor: Actor,
    pub company: CompanyId,
    pub session: Session,
    /// Nothing but another password is taken from her.
    pub must_change: bool,
}

/// A company in which somebody may work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workplace {
    pub code: String,
    pub name: String,
    pub current: bool,
}

/// Who is logged in, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    pub user: User,
    pub company: Company,
    /// The company's own date now.
    pub today: NaiveDate,
    /// By code, the current one among them.
    pub workplaces: Vec<Workplace>,
    pub must_change: bool,
    pub expires_at: Instant,
}

/// Opens a session in the caller's transaction.
pub(super) fn open(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    user: &User,
    expires_at: Instant,
) -> Result<Opened, Common> {
    let secret = format!("{SECRET_PREFIX}{}", hex::encode(ctx.random().bytes32()));
    let row = Session {
        company: user.company,
        id: SessionId::new(ctx.uuid()),
        owner: user.id,
        hash: Digest::of_bytes(secret.as_bytes()),
        created_at: ctx.now,
        seen_at: ctx.now,
        expires_at,
        ended_at: None,
    };
    query::sessions::insert(tx, &row)?;
    note(ctx, tx, user, "session.opened", row.id)?;
    Ok(Opened { id: row.id, company: row.company, secret, expires_at })
}

fn note(ctx: &Context<'_>, tx: &mut Tx<'_>, user: &User, kind: &str, id: SessionId) -> Result<(), Common> {
    let herself = Actor::User { id: user.id, company: user.company, roles: Vec::new() };
    event::write(ctx, tx, &herself, user.company, (kind, user.id), json!({"session": id.to_string()}))
}

/// The session and its user, if it has not ended. An unknown cookie is one that ended: old ones are forgotten.
fn find(app: &App, conn: &mut Conn, secret: &str) -> Result<(Session, User), SessionError> {
    if !secret.starts_with(SECRET_PREFIX) || secret.len() != SECRET_PREFIX.len() + 64 {
        return Err(SessionError::Ended);
    }
    let found = query::sessions::by_hash(conn, Digest::of_bytes(secret.as_bytes()))?;
    let (session, user) = found.ok_or(SessionError::Ended)?;
    let now = app.clock.now();
    let idle = session.seen_at.plus_seconds(i64::from(app.session_life.idle_s));
    if session.ended_at.is_some() || session.expires_at <= now || idle <= now || !user.active {
        return Err(SessionError::Ended);
    }
    Ok((session, user))
}

/// Whose a cookie is, with the roles she has now.
pub fn authenticate_session(app: &App, secret: &str) -> Result<Authenticated, SessionError> {
    let (session, user, must_change) = app.db.read(|conn| {
        let (session, user) = find(app, conn, secret)?;
        let password = query::passwords::of_user(conn, session.company, session.owner)?;
        Ok::<_, SessionError>((session, user, password.is_none_or(|row| row.must_change)))
    })?;
    let now = app.clock.now();
    if session.seen_at.plus_seconds(SEEN_EVERY_S) <= now {
        // that it is not noted is no reason to refuse what was asked
        if let Err(error) = app.db.write(|tx| query::sessions::touch(tx, session.company, session.id, now)) {
            tracing::warn!(%error, "the use of a session was not noted");
        }
    }
    let company = session.company;
    let actor = Actor::User { id: user.id, company, roles: roles_of(&user) };
    Ok(Authenticated { actor, company, session, must_change })
}

/// Who is logged in with a cookie.
pub fn who(app: &App, secret: &str) -> Result<Worker, SessionError> {
    let caller = authenticate_session(app, secret)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let (session, user) = find(app, conn, secret)?;
        let company = company_row(conn, session.company)?;
        Ok(Worker {
            today: today(&ctx, &company)?,
            workplaces: workplaces(conn, &user)?,
            must_change: caller.must_change,
            expires_at: session.expires_at,
            user,
            company,
        })
    })
}

fn workplaces(conn: &mut Conn, user: &User) -> Result<Vec<Workplace>, Common> {
    let mut all = Vec::new();
    for one in same_person(conn, user)?.into_iter().filter(|one| one.active) {
        let Company { id, code, name, .. } = company_row(conn, one.company)?;
        all.push(Workplace { code, name, current: id == user.company });
    }
    all.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(all)
}

/// Ends a session; one that has ended stays so.
pub fn end(app: &App, secret: &str) -> Result<(), Common> {
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let found = query::sessions::by_hash(tx, Digest::of_bytes(secret.as_bytes()))?;
        let Some((session, user)) = found else { return Ok(()) };
        if query::sessions::end(tx, session.company, session.id, ctx.now)? {
            note(&ctx, tx, &user, "session.ended", session.id)?;
        }
        Ok(())
    })
}

/// Goes on in another company where she is the same person: the session ends, and one there takes its place until the same
/// instant.
pub fn switch(app: &App, secret: &str, company: &str) -> Result<Opened, SessionError> {
    if authenticate_session(app, secret)?.must_change {
        return Err(SessionError::MustChange);
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let (session, user) = find(app, tx, secret)?;
        let not_there = || SessionError::NotThere(company.chars().take(64).collect());
        let target = query::companies::by_code(tx, company)?.ok_or_else(not_there)?;
        let there = same_person(tx, &user)?.into_iter().find(|one| one.company == target.id && one.active);
        let there = there.ok_or_else(not_there)?;
        if !query::sessions::end(tx, session.company, session.id, ctx.now)? {
            return Err(SessionError::Ended);
        }
        note(&ctx, tx, &user, "session.ended", session.id)?;
        Ok(open(&ctx, tx, &there, session.expires_at)?)
    })
}
