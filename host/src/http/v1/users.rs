//! Users (用户), their roles and API tokens.

use super::dto::person::{
    ChangeUserBody, IssuedTokenView, PasswordBody, RoleList, RoleOut, TokenBody, TokenOut, UserBody, UserOut,
};
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::params::Flag;
use crate::http::precondition::{IfMatch, IfMatchRequired, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::{company, people};
use domain::actor::{Noun, Role, Verb};
use domain::ids::{TokenId, UserId};
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/users`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    /// Whether they are active; default: both.
    active: Option<Flag>,
}

impl UsersQuery {
    pub(super) fn active(&self) -> Option<bool> {
        self.active.map(|flag| flag.0)
    }
}

/// Lists the users by login
#[utoipa::path(get, path = "/v1/users", tag = "people", params(PageQuery, UsersQuery),
    responses((status = 200, description = "A page", body = Page<UserOut>)))]
pub async fn list_users(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<UsersQuery>()?;
        let (active, after) = (filters.active(), paging.key::<String>()?);
        let rows = people::page_users(cx.app, cx.actor, cx.company, active, after.as_deref(), paging.rows())?;
        Ok(paging.page(rows, |view| view.user.login.clone(), UserOut::from))
    })
    .await
}

/// Shows a user
#[utoipa::path(get, path = "/v1/users/{id}", tag = "people", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The user", body = UserOut)))]
pub async fn show_user(call: Call) -> Answer {
    call.read(|cx| Ok(UserOut::from(people::show_user(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&UserOut::from(people::user_held(tx, cx.company, cx.path("id")?)?))
}

/// Makes a user
///
/// She logs in once she has a password.
#[utoipa::path(post, path = "/v1/users", tag = "people", request_body = UserBody,
    responses((status = 201, description = "Made", body = UserOut)))]
pub async fn create_user(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: UserBody| {
        let made = company::create_user(cx.app, cx.actor, cx.company, &body.into())?;
        Ok(UserOut::from(people::show_user(cx.app, cx.actor, cx.company, made.id)?))
    })
    .await
}

/// Changes name, roles and whether a user is active
///
/// Nobody changes her own roles, and one active administrator stays. Who is deactivated is logged out, and her tokens are revoked.
#[utoipa::path(put, path = "/v1/users/{id}", tag = "people", request_body = ChangeUserBody,
    params(("id" = String, Path, description = "Id"), IfMatchRequired),
    responses((status = 200, description = "As she is now", body = UserOut)))]
pub async fn change_user(call: Call, body: JsonBody) -> Answer {
    call.replacing(current)
        .write(StatusCode::OK, body, |cx, body: ChangeUserBody| {
            let input = body.into();
            Ok(UserOut::from(people::change_user(cx.app, cx.actor, cx.company, cx.path("id")?, &input)?))
        })
        .await
}

/// Gives a user a password
///
/// Not oneself. She changes it at her next login; her sessions end. An `Idempotency-Key` is taken and not needed: a password
/// stands in no claim of one.
#[utoipa::path(post, path = "/v1/users/{id}/password", tag = "people", request_body = PasswordBody,
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Set", body = UserOut)))]
pub async fn set_password(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write_password(StatusCode::OK, body, |cx, body: PasswordBody| {
            let input = (body.password.as_str(), true);
            Ok(UserOut::from(people::set_password(cx.app, cx.actor, cx.company, cx.path("id")?, input)?))
        })
        .await
}

/// Confirms that a user is a person of her own
///
/// Another administrator than who made her or gave her a password last (`behind`), or the operator at the machine. Until then neither of
/// the two approves what the other made. One behind whom nobody stands stays so.
#[utoipa::path(post, path = "/v1/users/{id}/confirm", tag = "people",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "As she is now", body = UserOut)))]
pub async fn confirm_user(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act(StatusCode::OK, body, |cx| {
            Ok(UserOut::from(people::confirm_user(cx.app, cx.actor, cx.company, cx.path("id")?)?))
        })
        .await
}

/// Lists the roles and what each may do
#[utoipa::path(get, path = "/v1/roles", tag = "people",
    responses((status = 200, description = "All", body = RoleList)))]
pub async fn list_roles(call: Call) -> Answer {
    call.read(|cx| {
        app::authorise(cx.actor, Noun::People, Verb::Read, cx.company)?;
        Ok(RoleList { items: Role::ALL.into_iter().map(RoleOut::from).collect() })
    })
    .await
}

/// Filters of `GET /v1/tokens`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TokensQuery {
    /// Of this user only: her id.
    user: Option<String>,
}

impl TokensQuery {
    pub(super) fn user(&self) -> Result<Option<UserId>, Problem> {
        page::id("user", self.user.as_deref())
    }
}

/// Lists the API tokens
///
/// Those of a user together. What a token is, is not kept.
#[utoipa::path(get, path = "/v1/tokens", tag = "people", params(PageQuery, TokensQuery),
    responses((status = 200, description = "A page", body = Page<TokenOut>)))]
pub async fn list_tokens(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<TokensQuery>()?;
        let user = filters.user()?;
        let after: Option<(TokenId, String)> = paging.pair()?;
        let after = after.as_ref().map(|(id, login)| (login.as_str(), *id));
        let rows = company::list_tokens(cx.app, cx.actor, cx.company, user, after, paging.rows())?;
        Ok(paging.page(rows, |view| page::pair_key(view.token.id, &view.login), TokenOut::from))
    })
    .await
}

/// Shows an API token
#[utoipa::path(get, path = "/v1/tokens/{id}", tag = "people", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "The token, without what it is", body = TokenOut)))]
pub async fn show_token(call: Call) -> Answer {
    call.read(|cx| Ok(TokenOut::from(company::show_token(cx.app, cx.actor, cx.company, cx.path("id")?)?)))
        .await
}

/// The tag of the token that the path names.
fn current_token(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&TokenOut::from(company::token_held(tx, cx.company, cx.path("id")?)?))
}

/// Issues an API token
///
/// It is shown once. A repetition with the same key does not show it again (409 `idempotency-outcome-unknown`).
#[utoipa::path(post, path = "/v1/tokens", tag = "people", request_body = TokenBody,
    responses((status = 201, description = "Issued", body = IssuedTokenView)))]
pub async fn issue_token(call: Call, body: JsonBody) -> Answer {
    call.write_shown_once(StatusCode::CREATED, body, |cx, body: TokenBody| {
        Ok(IssuedTokenView::from(company::issue_token(cx.app, cx.actor, cx.company, &body.into())?))
    })
    .await
}

/// Ends an API token at once
///
/// One that has ended stays so.
#[utoipa::path(post, path = "/v1/tokens/{id}/revoke", tag = "people",
    params(("id" = String, Path, description = "Id"), IfMatch),
    responses((status = 200, description = "Revoked", body = TokenOut)))]
pub async fn revoke_token(call: Call, body: JsonBody) -> Answer {
    call.over(current_token)
        .act(StatusCode::OK, body, |cx| {
            let id: TokenId = cx.path("id")?;
            company::revoke_token(cx.app, cx.actor, cx.company, id)?;
            Ok(TokenOut::from(company::show_token(cx.app, cx.actor, cx.company, id)?))
        })
        .await
}
