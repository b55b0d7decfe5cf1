//! Users, their roles and tokens.

use super::bank::statuses;
use app::company::{IssueToken, IssuedToken, TokenView};
use app::people::{ChangeUser, UserView};
use domain::actor::{Permission, Role, Verb};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

statuses! {
    /// What somebody may do.
    RoleName of Role { Administrator, Clerk, Reviewer, Cashier, Auditor, Integrator }
}

/// A person to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserBody {
    /// 1 to 64 printable ASCII characters; it stays hers.
    pub login: String,
    pub name: String,
    /// At least one.
    pub roles: Vec<RoleName>,
}

impl From<UserBody> for app::company::CreateUser {
    fn from(body: UserBody) -> Self {
        let roles = body.roles.into_iter().map(Role::from).collect();
        app::company::CreateUser { login: body.login, name: body.name, roles }
    }
}

/// All of a user that can be changed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUserBody {
    pub name: String,
    /// At least one.
    pub roles: Vec<RoleName>,
    /// Who is not is logged out, and her tokens are revoked.
    pub active: bool,
}

impl From<ChangeUserBody> for ChangeUser {
    fn from(body: ChangeUserBody) -> Self {
        let roles = body.roles.into_iter().map(Role::from).collect();
        ChangeUser { name: body.name, roles, active: body.active }
    }
}

/// A password for somebody.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// 12 to 200 characters; not the login or name, nor what everybody tries.
    #[schema(format = Password, min_length = 12, max_length = 200)]
    pub password: String,
}

/// Somebody who works for the company.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserOut {
    pub id: String,
    pub login: String,
    pub name: String,
    pub roles: Vec<String>,
    pub active: bool,
    /// Without one she does not log in.
    pub has_password: bool,
    /// Somebody else set it: she chooses her own at the next login.
    pub must_change_password: bool,
    /// RFC 3339.
    pub created_at: String,
    /// Id of the user who made her or gave her a password last, until another administrator confirms her: neither approves what the other
    /// made. Null: nobody, or the operator.
    pub behind: Option<String>,
}

impl From<UserView> for UserOut {
    fn from(view: UserView) -> Self {
        UserOut {
            id: view.user.id.to_string(),
            login: view.user.login,
            name: view.user.name,
            roles: view.user.roles.0,
            active: view.user.active,
            has_password: view.has_password,
            must_change_password: view.must_change,
            created_at: view.user.created_at.to_string(),
            behind: view.user.behind.map(|id| id.to_string()),
        }
    }
}

/// A role and what it may do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role)]
pub struct RoleOut {
    /// A stable name.
    pub name: &'static str,
    /// The verbs: what it may do to something at least.
    pub permissions: Vec<PermissionOut>,
    /// To what it may do which, as `money:enter`: customers | documents | money | allocations | statements | ledger | plugins | settings |
    /// people | records, and a verb; more may come.
    pub may: Vec<String>,
}

/// Something that may be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Permission)]
pub struct PermissionOut {
    /// A stable name: read | enter | run | approve | configure | lock | erase | audit | except; more may come.
    pub name: &'static str,
    /// In words, after "may".
    pub deed: &'static str,
}

impl From<Role> for RoleOut {
    fn from(role: Role) -> Self {
        let one = |verb: Verb| PermissionOut { name: verb.name(), deed: verb.deed() };
        RoleOut {
            name: role.name(),
            permissions: role.verbs().map(one).collect(),
            may: role.permissions().map(Permission::name).collect(),
        }
    }
}

/// All roles.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleList {
    pub items: Vec<RoleOut>,
}

/// An API token to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    /// Login or id of whose roles it carries: oneself, or a user who is an integrator and nothing else.
    pub user: String,
    /// What it is for.
    pub label: String,
    /// Default: it does not end.
    #[schema(minimum = 1, maximum = 3650)]
    pub expires_in_days: Option<u32>,
}

impl From<TokenBody> for IssueToken {
    fn from(body: TokenBody) -> Self {
        IssueToken { login: body.user, label: body.label, expires_in_days: body.expires_in_days }
    }
}

/// A token that was issued. It is not shown again.
#[derive(Serialize, ToSchema)]
pub struct IssuedTokenView {
    pub id: String,
    /// `zb_…`: whoever has it acts as the user.
    pub secret: String,
    /// RFC 3339.
    pub expires_at: Option<String>,
}

impl From<IssuedToken> for IssuedTokenView {
    fn from(issued: IssuedToken) -> Self {
        IssuedTokenView {
            id: issued.id.to_string(),
            secret: issued.secret,
            expires_at: issued.expires_at.map(|at| at.to_string()),
        }
    }
}

/// A token, without what it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenOut {
    pub id: String,
    /// Id of its owner.
    pub user: String,
    /// Login of its owner.
    pub login: String,
    pub label: String,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub expires_at: Option<String>,
    /// RFC 3339.
    pub revoked_at: Option<String>,
}

impl From<TokenView> for TokenOut {
    fn from(TokenView { token, login }: TokenView) -> Self {
        TokenOut {
            id: token.id.to_string(),
            user: token.owner.to_string(),
            login,
            label: token.label,
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.map(|at| at.to_string()),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
        }
    }
}
