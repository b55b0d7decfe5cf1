//! What a password may be (NIST SP 800-63B section 5.1.1.2: length, not composition; not what everybody tries), and how she
//! changes her own.

use super::log_in::{AttemptError, TooManyAttempts, attempt, forgive};
use super::session::{Opened, SessionError, authenticate_session, open};
use crate::App;
use crate::common::{Common, Context};
use crate::company::company_row;
use crate::event;
use domain::actor::Actor;
use serde_json::json;
use store::query;
use store::rows::{Company, Password, User};
use thiserror::Error;

/// Shortest password, in characters.
const CHARS_MIN: usize = 12;
/// Longest one, in characters.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// What must be left of a password without the names that everybody knows, in characters.
const LEFT_CHARS_MIN: usize = 8;
/// Different characters at least: fewer is a key that was held down.
const DIFFERENT_MIN: usize = 5;

/// Well-known passwords of at least [`CHARS_MIN`] characters, a line each.
const WELL_KNOWN: &str = include_str!("common_passwords.txt");

/// Refuses what is easily guessed. `pointer` names the member; `names` are what everybody knows of her.
pub(super) fn check(pointer: &str, password: &str, names: &[&str]) -> Result<(), Common> {
    let refuse = |why: &str| Err(Common::invalid(pointer, why));
    let chars = password.chars().count();
    if chars < CHARS_MIN {
        return refuse("must have at least 12 characters: some words in a row are good");
    }
    if chars > PASSWORD_CHARS_MAX {
        return refuse("must have at most 200 characters");
    }
    if password.chars().any(char::is_control) {
        return refuse("holds a control character");
    }
    let lower = password.to_lowercase();
    if WELL_KNOWN.lines().any(|known| known == lower) {
        return refuse("is a password that everybody tries first");
    }
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT_MIN || is_row(&lower) {
        return refuse("is a few characters again and again, or all in a row");
    }
    for name in names.iter().map(|name| name.to_lowercase()).filter(|name| name.chars().count() > 1) {
        if lower.contains(&name) && lower.replace(&name, "").chars().count() < LEFT_CHARS_MIN {
            return refuse("is the login, the name or the company with little else");
        }
    }
    Ok(())
}

/// Each character next to the one before, as in abcdefghijkl.
fn is_row(text: &str) -> bool {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    let steps: Vec<i64> = chars
        .windows(2)
        .map(|two| match two {
            [a, b] => i64::from(*b) - i64::from(*a),
            _ => 0,
        })
        .collect();
    steps.iter().all(|step| *step == 1) || steps.iter().all(|step| *step == -1)
}

/// What everybody knows of a user.
pub(super) fn names<'a>(login: &'a str, name: &'a str, company: &'a str) -> [&'a str; 4] {
    [login, name, company, "zhangben"]
}

/// Her own password, by the old one.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangePassword {
    pub old: String,
    pub new: String,
    /// Whence she asks.
    pub address: String,
}

#[derive(Debug, Error)]
pub enum ChangePasswordError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
}

crate::common::through_common!(ChangePasswordError);

impl From<AttemptError> for ChangePasswordError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::Common(common) => common.into(),
            AttemptError::TooMany(too_many) => too_many.into(),
        }
    }
}

/// Changes her own password, in every company where she is the same person. All her sessions end; a new one is opened in
/// place of the one she asked with.
pub fn change_password(
    app: &App,
    secret: &str,
    input: &ChangePassword,
) -> Result<Opened, ChangePasswordError> {
    let caller = authenticate_session(app, secret)?;
    let (user, company) = app.db.read(|conn| {
        let company = company_row(conn, caller.session.company)?;
        let user = query::users::by_id(conn, company.id, caller.session.owner)?;
        Ok::<_, Common>((user, company))
    })?;
    let user = user.ok_or(SessionError::Ended)?;
    check("/new", &input.new, &names(&user.login, &user.name, &company.code))?;
    if input.new == input.old {
        return Err(Common::invalid("/new", "is the old one").into());
    }
    // whoever sits down at an open screen guesses no faster than at the door
    let subjects = attempt(app, &company.code, &user.login, &input.address)?;
    let known = app.db.read(|conn| query::passwords::of_user(conn, user.company, user.id))?;
    let hash = known.map(|row| row.hash);
    if !app.hasher.verify(hash.as_deref(), &input.old)? {
        return Err(Common::invalid("/old", "is not your password").into());
    }
    let ctx = Context::new(app);
    let fresh = app.hasher.hash(ctx.random(), &input.new)?;
    app.db.write(|tx| {
        // another change came between: what was verified is no longer so
        let now = query::passwords::of_user(tx, user.company, user.id)?.map(|row| row.hash);
        if now != hash {
            return Err(Common::Conflict { what: "your password".to_owned() }.into());
        }
        for one in same_person(tx, &user)? {
            put(&ctx, tx, &one, fresh.clone(), false)?;
            let herself = Actor::User { id: one.id, company: one.company, roles: Vec::new() };
            let about = ("user.password-changed", one.id);
            event::write(&ctx, tx, &herself, one.company, about, json!({}))?;
        }
        forgive(tx, &subjects)?;
        Ok(open(&ctx, tx, &user, caller.session.expires_at)?)
    })
}

/// The user, and those of other companies who are the same person.
pub(super) fn same_person(conn: &mut store::Conn, user: &User) -> Result<Vec<User>, Common> {
    Ok(match user.person {
        Some(person) => query::users::of_person(conn, person)?,
        None => vec![user.clone()],
    })
}

/// Sets a password and ends the sessions that were opened with the one before.
pub(super) fn put(
    ctx: &Context<'_>,
    tx: &mut store::Tx<'_>,
    user: &User,
    hash: String,
    must_change: bool,
) -> Result<(), Common> {
    let row = Password { company: user.company, owner: user.id, hash, must_change, set_at: ctx.now };
    query::passwords::put(tx, &row)?;
    Ok(query::sessions::end_of(tx, user.company, user.id, ctx.now)?)
}

/// As [`check`], of a user of the company.
pub(super) fn check_of(pointer: &str, password: &str, user: &User, company: &Company) -> Result<(), Common> {
    check(pointer, password, &names(&user.login, &user.name, &company.code))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_easily_guessed_is_refused_and_what_is_long_is_not() {
        let names = names("zhang.wei", "张伟", "chenghu");
        let said = |password: &str| check("/new", password, &names).map_err(|error| error.to_string());
        for good in [
            "correct horse battery",
            "账本里有四百张发票没有核销完",
            "zhang.wei likes 42 lakes",
            "aaaaaaaaaaaab7#xQ",
        ] {
            assert_eq!(said(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("elevenchars", "at least 12"),
            (&"x1y2z3".repeat(40), "at most 200"),
            ("with\ta tab in it", "control"),
            ("Password1234", "everybody tries"),
            ("aaaaaaaaaaaa", "again and again"),
            ("abcabcabcabcabc", "again and again"),
            ("abcdefghijklmn", "in a row"),
            ("zyxwvutsrqponm", "in a row"),
            ("Zhang.Wei2026!", "with little else"),
            ("chenghu123456", "with little else"),
            ("张伟张伟张伟1234567", "with little else"),
            ("zhangben2026ab", "with little else"),
        ] {
            let refused = said(bad).unwrap_err();
            assert!(refused.starts_with("/new: ") && refused.contains(why), "{bad}: {refused}");
        }
    }

    #[test]
    fn the_list_of_what_everybody_tries_holds_what_would_pass_otherwise() {
        for known in WELL_KNOWN.lines() {
            assert_eq!(known, known.to_lowercase());
            assert!(check("/new", known, &[]).is_err(), "{known}");
        }
        assert!(WELL_KNOWN.lines().count() > 50);
    }
}
