use crate::common::{Common, Context, authorise, check_code, check_name};
use crate::{App, event};
use domain::actor::{Actor, Permission, Role};
use domain::ids::{CompanyId, UserId};
use serde_json::json;
use store::query;
use store::rows::User;
use store::types::Json;
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

/// Creates a person of the company.
pub fn create_user(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &CreateUser,
) -> Result<CreatedUser, CreateUserError> {
    authorise(actor, Permission::Configure, company)?;
    check_code("/login", &input.login)?;
    check_name("/name", &input.name)?;
    if input.roles.is_empty() {
        return Err(Common::invalid("/roles", "must name at least one role").into());
    }
    let ctx = Context::new(app);
    let id = UserId::new(ctx.uuid());
    let roles: Vec<String> = input.roles.iter().map(|role| role.name().to_owned()).collect();
    app.db.write(|tx| {
        let row = User {
            company,
            id,
            login: input.login.clone(),
            name: input.name.clone(),
            roles: Json(roles.clone()),
            active: true,
            created_at: ctx.now,
        };
        query::users::insert(tx, &row).map_err(|error| match error.is_unique("users(company, login)") {
            true => CreateUserError::LoginTaken(input.login.clone()),
            false => Common::from(error).into(),
        })?;
        event::write(&ctx, tx, actor, company, ("user.created", id), json!({"roles": roles}))?;
        Ok(CreatedUser { id, login: input.login.clone() })
    })
}

/// The person with this login, as an actor (for the operator's `--as`).
pub fn user_actor(app: &App, company: CompanyId, login: &str) -> Result<Actor, Common> {
    let user = app.db.read(|conn| query::users::by_login(conn, company, login))?;
    let user = user.filter(|user| user.active).ok_or_else(|| Common::not_found("user", login))?;
    Ok(Actor::User { id: user.id, company, roles: roles_of(&user) })
}

pub(super) fn roles_of(user: &User) -> Vec<Role> {
    user.roles.0.iter().filter_map(|name| Role::by_name(name)).collect()
}
