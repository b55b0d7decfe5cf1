use super::users::{roles_of, user_named};
use crate::common::{Common, Context, authorise, check_line, there};
use crate::{App, event};
use domain::actor::{Actor, Noun, Role, Verb};
use domain::canonical::Digest;
use domain::ids::{CompanyId, TokenId, UserId};
use domain::time::Instant;
use serde_json::json;
use store::rows::{Token, User};
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueToken {
    /// Whose roles it carries, by login or id. A person's tokens are issued by herself or the operator, those of an integrator by
    /// any administrator: two people who check each other are not one who holds two tokens.
    pub login: String,
    pub label: String,
    pub expires_in_days: Option<u32>,
}

/// `secret` is shown once: only its SHA-256 is kept (it has 256 random bits, so a slow hash would protect nothing).
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    pub id: TokenId,
    pub secret: String,
    pub expires_at: Option<Instant>,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuedToken({})", self.id)
    }
}

#[derive(Debug, Error)]
pub enum IssueTokenError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("/expires_in_days: must be 1 to {max}")]
    Expiry { max: u32 },
    #[error("{0} is a person: she has her tokens issued herself, or by the operator at the machine")]
    AnothersToken(UserId),
}

crate::common::through_common!(IssueTokenError);

/// Longest life of a token.
pub const EXPIRES_IN_DAYS_MAX: u32 = 3_650;
const SECRET_PREFIX: &str = "zb_";

/// Makes an API token for a user.
pub fn issue_token(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &IssueToken,
) -> Result<IssuedToken, IssueTokenError> {
    authorise(actor, Noun::People, Verb::Configure, company)?;
    check_line("/label", &input.label)?;
    if input.expires_in_days.is_some_and(|days| days == 0 || days > EXPIRES_IN_DAYS_MAX) {
        return Err(IssueTokenError::Expiry { max: EXPIRES_IN_DAYS_MAX });
    }
    let ctx = Context::new(app);
    let id = TokenId::new(ctx.uuid());
    let secret = format!("{SECRET_PREFIX}{}", hex::encode(ctx.random().bytes32()));
    app.db.write(|tx| {
        let user = there(user_named(tx, company, &input.login)?, "user", &input.login)?;
        let own = actor.person() == user.id.to_string();
        if *actor != Actor::System && !own && !is_machine(&user) {
            return Err(IssueTokenError::AnothersToken(user.id));
        }
        if !user.active {
            return Err(Common::invalid("/user", "is not active").into());
        }
        let row = Token {
            company,
            id,
            owner: user.id,
            label: input.label.clone(),
            hash: Digest::of_bytes(secret.as_bytes()),
            created_at: ctx.now,
            expires_at: input.expires_in_days.map(|days| ctx.now.plus_seconds(i64::from(days) * 86_400)),
            revoked_at: None,
            issued_by: actor.person().parse().ok(),
        };
        query::tokens::insert(tx, &row)?;
        let data = json!({
            "owner": user.id.to_string(), "issued_by": row.issued_by.map(|id| id.to_string()),
        });
        event::write(&ctx, tx, actor, company, ("token.issued", id), data)?;
        Ok(IssuedToken { id, secret: secret.clone(), expires_at: row.expires_at })
    })
}

/// Whether a user is no person: an integrator and nothing else.
pub(crate) fn is_machine(user: &User) -> bool {
    user.roles.0.iter().all(|role| role == Role::Integrator.name())
}

/// A token as it is shown: without what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenView {
    pub token: Token,
    /// Of its owner.
    pub login: String,
}

/// A page of the tokens of the company, or of one user, by the owner's login and id, after `after`: those of a user together,
/// oldest first.
pub fn list_tokens(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    user: Option<UserId>,
    after: Option<(&str, TokenId)>,
    limit: u32,
) -> Result<Vec<TokenView>, Common> {
    authorise(actor, Noun::People, Verb::Configure, company)?;
    app.db.read(|conn| {
        let page = query::tokens::page(conn, company, user, after, limit)?;
        Ok(page.into_iter().map(|(token, login)| TokenView { token, login }).collect())
    })
}

pub fn show_token(app: &App, actor: &Actor, company: CompanyId, id: TokenId) -> Result<TokenView, Common> {
    authorise(actor, Noun::People, Verb::Configure, company)?;
    app.db.snapshot(|conn| view(conn, company, id))
}

/// As [`show_token`], in the caller's transaction: nobody revokes it until that ends.
pub fn token_held(tx: &mut Tx<'_>, company: CompanyId, id: TokenId) -> Result<TokenView, Common> {
    query::companies::lock(tx, company)?;
    view(tx, company, id)
}

fn view(conn: &mut Conn, company: CompanyId, id: TokenId) -> Result<TokenView, Common> {
    let token = there(query::tokens::by_id(conn, company, id)?, "token", id)?;
    let owner = there(query::users::by_id(conn, company, token.owner)?, "user", token.owner)?;
    Ok(TokenView { token, login: owner.login })
}

#[derive(Debug, Error)]
pub enum AuthenticateError {
    #[error("the token is not known")]
    Unknown,
    #[error("the token has expired: issue a new one")]
    Expired,
    #[error("the token was revoked")]
    Revoked,
    #[error(transparent)]
    Common(#[from] Common),
}

crate::common::through_common!(AuthenticateError);

/// Who a secret belongs to, with the roles its owner has now.
pub fn authenticate(app: &App, secret: &str) -> Result<Actor, AuthenticateError> {
    if !secret.starts_with(SECRET_PREFIX) || secret.len() != SECRET_PREFIX.len() + 64 {
        return Err(AuthenticateError::Unknown);
    }
    let hash = Digest::of_bytes(secret.as_bytes());
    let now = app.clock.now();
    app.db.read(|conn| {
        let found = query::tokens::by_hash(conn, hash)?;
        let (token, user) = found.ok_or(AuthenticateError::Unknown)?;
        if token.revoked_at.is_some() {
            return Err(AuthenticateError::Revoked);
        }
        if token.expires_at.is_some_and(|at| at <= now) {
            return Err(AuthenticateError::Expired);
        }
        if !user.active {
            return Err(AuthenticateError::Revoked);
        }
        Ok(Actor::Key { id: token.id, user: user.id, company: token.company, roles: roles_of(&user) })
    })
}

/// Ends a token at once; `false`: it was ended before, and stays so.
pub fn revoke_token(app: &App, actor: &Actor, company: CompanyId, id: TokenId) -> Result<bool, Common> {
    authorise(actor, Noun::People, Verb::Configure, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let token = there(query::tokens::by_id(tx, company, id)?, "token", id)?;
        if token.revoked_at.is_some() {
            return Ok(false);
        }
        query::tokens::revoke(tx, company, id, ctx.now)?;
        event::write(&ctx, tx, actor, company, ("token.revoked", id), json!({}))?;
        Ok(true)
    })
}
