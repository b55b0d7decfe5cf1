//! Users as an administrator sees and changes them. Nobody gives herself roles, and one active administrator stays.

use super::password::{check_of, put};
use crate::common::{Common, Context, authorise, check_line, there};
use crate::company::{check_roles, company_row, is_machine, names_of, roles_of};
use crate::{App, duties, event};
use domain::actor::{Actor, Noun, Role, Verb};
use domain::ids::{CompanyId, UserId};
use serde_json::{Value, json};
use std::collections::HashMap;
use store::rows::User;
use store::types::Json;
use store::{Conn, Tx, query};
use thiserror::Error;

/// A user, and whether she can log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    pub user: User,
    pub has_password: bool,
    pub must_change: bool,
}

/// What is said of a user; all of it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeUser {
    pub name: String,
    pub roles: Vec<Role>,
    pub active: bool,
}

#[derive(Debug, Error)]
pub enum ChangeUserError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("nobody changes her own {0}: another administrator does")]
    OwnAccount(&'static str),
    #[error("{0} is the last active administrator: make another one first")]
    LastAdministrator(String),
    #[error(
        "{person} made this user or gave her a password, or acts for who did: another administrator, or the operator at the machine, confirms her"
    )]
    StandsBehind { person: String },
}

crate::common::through_common!(ChangeUserError);

/// All users of the company, by login.
pub fn list_users(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<UserView>, Common> {
    authorise(actor, Noun::People, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let rows = query::users::list(conn, company)?;
        user_views(conn, company, rows)
    })
}

/// A page of them, after a login; those who are active or are not, where it is said.
pub fn page_users(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    active: Option<bool>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<UserView>, Common> {
    authorise(actor, Noun::People, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let rows = query::users::page(conn, company, active, after, limit)?;
        user_views(conn, company, rows)
    })
}

/// What is shown of some users.
pub(crate) fn user_views(
    conn: &mut Conn,
    company: CompanyId,
    rows: Vec<User>,
) -> Result<Vec<UserView>, Common> {
    let ids: Vec<UserId> = rows.iter().map(|user| user.id).collect();
    let passwords: HashMap<UserId, bool> =
        query::passwords::owners(conn, company, &ids)?.into_iter().collect();
    let view = |user: User| {
        let must_change = passwords.get(&user.id).copied();
        UserView { user, has_password: must_change.is_some(), must_change: must_change == Some(true) }
    };
    Ok(rows.into_iter().map(view).collect())
}

pub fn show_user(app: &App, actor: &Actor, company: CompanyId, id: UserId) -> Result<UserView, Common> {
    authorise(actor, Noun::People, Verb::Read, company)?;
    app.db.snapshot(|conn| view(conn, company, id))
}

/// As [`show_user`], in the caller's transaction: nobody changes her until it ends.
pub fn user_held(tx: &mut Tx<'_>, company: CompanyId, id: UserId) -> Result<UserView, Common> {
    query::companies::lock(tx, company)?;
    view(tx, company, id)
}

fn view(conn: &mut Conn, company: CompanyId, id: UserId) -> Result<UserView, Common> {
    let user = there(query::users::by_id(conn, company, id)?, "user", id)?;
    let password = query::passwords::of_user(conn, company, id)?;
    let must_change = password.as_ref().is_some_and(|row| row.must_change);
    Ok(UserView { user, has_password: password.is_some(), must_change })
}

/// Changes name, roles and whether she is active. Who is deactivated is logged out, and her tokens are revoked; so are those of an
/// integrator who gets another role, since another person may hold them.
pub fn change_user(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: UserId,
    input: &ChangeUser,
) -> Result<UserView, ChangeUserError> {
    authorise(actor, Noun::People, Verb::Configure, company)?;
    check_line("/name", &input.name)?;
    check_roles(&input.roles)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let all = query::users::lock_all(tx, company)?;
        let before = there(all.iter().find(|user| user.id == id).cloned(), "user", id)?;
        let after = User {
            name: input.name.clone(),
            roles: Json(names_of(&input.roles)),
            active: input.active,
            ..before.clone()
        };
        if actor.person() == id.to_string() {
            if roles_of(&after) != roles_of(&before) {
                return Err(ChangeUserError::OwnAccount("roles"));
            }
            if !after.active {
                return Err(ChangeUserError::OwnAccount("account's end"));
            }
        }
        let administers = |user: &User| user.active && roles_of(user).contains(&Role::Administrator);
        let another = all.iter().any(|user| user.id != id && administers(user));
        if administers(&before) && !administers(&after) && !another {
            return Err(ChangeUserError::LastAdministrator(before.login));
        }
        query::users::change(tx, &after)?;
        if before.active && !after.active {
            query::sessions::end_of(tx, company, id, ctx.now)?;
        }
        if (before.active && !after.active) || (is_machine(&before) && !is_machine(&after)) {
            revoke_all(&ctx, tx, actor, &after)?;
        }
        let data = json!({"roles": after.roles.0, "active": after.active});
        event::write(&ctx, tx, actor, company, ("user.changed", id), data)?;
        Ok(view(tx, company, id)?)
    })
}

/// Ends her tokens.
fn revoke_all(ctx: &Context<'_>, tx: &mut Tx<'_>, actor: &Actor, user: &User) -> Result<(), Common> {
    for token in query::tokens::of_user(tx, user.company, user.id)? {
        if token.revoked_at.is_none() {
            query::tokens::revoke(tx, user.company, token.id, ctx.now)?;
            event::write(ctx, tx, actor, user.company, ("token.revoked", token.id), json!({}))?;
        }
    }
    Ok(())
}

/// Gives a user a password; her sessions end. Where `must_change` she chooses her own at the next login, before anything else.
///
/// It is the password of this company's user alone: who is the same person in another company is so no longer, since who
/// administers the one must not get into the other.
pub fn set_password(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: UserId,
    (password, must_change): (&str, bool),
) -> Result<UserView, ChangeUserError> {
    authorise(actor, Noun::People, Verb::Configure, company)?;
    if actor.person() == id.to_string() {
        return Err(ChangeUserError::OwnAccount("password like this, but by the old one"));
    }
    let ctx = Context::new(app);
    let (user, company) = app.db.read(|conn| {
        let user = there(query::users::by_id(conn, company, id)?, "user", id)?;
        Ok::<_, Common>((user, company_row(conn, company)?))
    })?;
    check_of("/password", password, &user, &company)?;
    let hash = app.hasher.hash(ctx.random(), password)?;
    app.db.write(|tx| {
        // whoever confirms her has seen who stands behind her
        query::companies::lock(tx, user.company)?;
        put(&ctx, tx, &user, hash.clone(), must_change)?;
        if user.person.is_some() {
            query::users::set_person(tx, user.company, user.id, None)?;
        }
        let behind: Option<UserId> = actor.person().parse().ok();
        query::users::set_behind(tx, user.company, id, behind)?;
        let data = json!({"behind": behind.map(|id| id.to_string())});
        event::write(&ctx, tx, actor, user.company, ("user.password-set", id), data)?;
        Ok(view(tx, user.company, id)?)
    })
}

/// Says that a user is a person of her own: another administrator than who made her or gave her a password, and than herself. Until then
/// who stands behind her approves nothing that she made, nor the other way (decision 103). One behind whom nobody stands stays so.
pub fn confirm_user(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: UserId,
) -> Result<UserView, ChangeUserError> {
    authorise(actor, Noun::People, Verb::Configure, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let user = there(query::users::by_id(tx, company, id)?, "user", id)?;
        if user.behind.is_none() {
            return Ok(view(tx, company, id)?);
        }
        // whoever stands behind her is hers, and so is who acts for that one
        for one in duties::those_behind(tx, company, [id])? {
            if duties::is_own(tx, actor, company, (&one.to_string(), ctx.now))? {
                return Err(ChangeUserError::StandsBehind { person: actor.person() });
            }
        }
        query::users::set_behind(tx, company, id, None)?;
        let data = json!({"behind": Value::Null, "person": actor.person()});
        event::write(&ctx, tx, actor, company, ("user.confirmed", id), data)?;
        Ok(view(tx, company, id)?)
    })
}
