use crate::common::{Common, Context, authorise, check_code, check_line};
use crate::{App, event};
use domain::actor::{Actor, Noun, Role, Verb};
use domain::ids::{CompanyId, UserId};
use serde_json::json;
use store::rows::User;
use store::types::Json;
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateUser {
    pub login: String,
    pub name: String,
    pub roles: Vec<Role>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedUser {
    pub id: UserId,
    pub login: String,
}

#[derive(Debug, Error)]
pub enum CreateUserError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("login {0:?} is taken in this company")]
    LoginTaken(String),
}

crate::common::through_common!(CreateUserError);

/// Creates a person of the company. Who does stands behind her until another administrator confirms her.
pub fn create_user(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &CreateUser,
) -> Result<CreatedUser, CreateUserError> {
    authorise(actor, Noun::People, Verb::Configure, company)?;
    check_user(input)?;
    let ctx = Context::new(app);
    let row = User { behind: actor.person().parse().ok(), ..user_row(&ctx, company, input) };
    app.db.write(|tx| {
        insert_user(&ctx, tx, actor, &row)?;
        Ok(CreatedUser { id: row.id, login: row.login.clone() })
    })
}

pub(crate) fn check_user(input: &CreateUser) -> Result<(), Common> {
    check_code("/login", &input.login)?;
    check_line("/name", &input.name)?;
    check_roles(&input.roles)
}

pub(crate) fn check_roles(roles: &[Role]) -> Result<(), Common> {
    if roles.is_empty() {
        return Err(Common::invalid("/roles", "must name at least one role"));
    }
    if Role::apart(roles).is_some() {
        let why = "who handles money keeps no accounts, checks none and keeps no archives: a cashier has no other role";
        return Err(Common::invalid("/roles", why));
    }
    Ok(())
}

/// The names of roles, each once, in the order of [`Role::ALL`].
pub(crate) fn names_of(roles: &[Role]) -> Vec<String> {
    Role::ALL.into_iter().filter(|role| roles.contains(role)).map(|role| role.name().to_owned()).collect()
}

/// A user to be, active and without a password.
pub(crate) fn user_row(ctx: &Context<'_>, company: CompanyId, input: &CreateUser) -> User {
    User {
        company,
        id: UserId::new(ctx.uuid()),
        login: input.login.clone(),
        name: input.name.clone(),
        roles: Json(names_of(&input.roles)),
        active: true,
        created_at: ctx.now,
        person: None,
        behind: None,
    }
}

/// Inserts a user in the caller's transaction.
pub(crate) fn insert_user(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &User,
) -> Result<(), CreateUserError> {
    query::users::insert(tx, row).map_err(|error| match error.is_unique("users(company, login)") {
        true => CreateUserError::LoginTaken(row.login.clone()),
        false => Common::from(error).into(),
    })?;
    let data = json!({"roles": row.roles.0, "behind": row.behind.map(|id| id.to_string())});
    Ok(event::write(ctx, tx, actor, row.company, ("user.created", row.id), data)?)
}

/// The user that an id or a login names.
pub(crate) fn user_named(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Option<User>, Common> {
    Ok(match name.parse::<UserId>() {
        Ok(id) => query::users::by_id(conn, company, id)?,
        Err(_) => query::users::by_login(conn, company, name)?,
    })
}

/// The person with this login, as an actor (for the operator's `--as`).
pub fn user_actor(app: &App, company: CompanyId, login: &str) -> Result<Actor, Common> {
    let user = app.db.read(|conn| query::users::by_login(conn, company, login))?;
    let user = user.filter(|user| user.active).ok_or_else(|| Common::not_found("user", login))?;
    Ok(Actor::User { id: user.id, company, roles: roles_of(&user) })
}

pub(crate) fn roles_of(user: &User) -> Vec<Role> {
    user.roles.0.iter().filter_map(|name| Role::by_name(name)).collect()
}
