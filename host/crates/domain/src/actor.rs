//! Who acts. Every use-case takes an [`Actor`] first and authorises inside `app`.

use crate::ids::{CompanyId, TokenId, UserId};
use std::fmt;

pub use crate::permission::{Noun, Permission, Verb};

/// As what a person or key acts, by company. What each may do stands in one table: `permission`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Administrator,
    Clerk,
    Reviewer,
    Cashier,
    Auditor,
    Integrator,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Administrator, Role::Clerk, Role::Reviewer, Role::Cashier, Role::Auditor, Role::Integrator];
    pub const fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Clerk => "clerk",
            Role::Reviewer => "reviewer",
            Role::Cashier => "cashier",
            Role::Auditor => "auditor",
            Role::Integrator => "integrator",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Role::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// Who acts: the identity stands in events and decides what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person at the console or the command line.
    User { id: UserId, company: CompanyId, roles: Vec<Role> },
    /// An API key, acting for the user who made it.
    Key { id: TokenId, user: UserId, company: CompanyId, roles: Vec<Role> },
    /// A standing policy that approves on its own, as `policy:auto-exact`.
    Policy { company: CompanyId, name: String },
    /// The operator at the machine (command line) or the host itself (jobs).
    System,
}

impl Actor {
    /// Whether this actor may do `verb` to `noun` in `company`.
    pub fn may(&self, noun: Noun, verb: Verb, company: CompanyId) -> bool {
        let permission = Permission::new(noun, verb);
        match self {
            Actor::System => true,
            // a standing policy approves what money clears
            Actor::Policy { company: own, .. } => {
                *own == company && permission == Permission::new(Noun::Allocations, Verb::Approve)
            }
            Actor::User { company: own, roles, .. } | Actor::Key { company: own, roles, .. } => {
                *own == company && roles.iter().any(|role| role.may(permission))
            }
        }
    }
    /// Whether this actor may do `verb` to anything in `company`.
    pub fn may_some(&self, verb: Verb, company: CompanyId) -> bool {
        Noun::ALL.into_iter().any(|noun| self.may(noun, verb, company))
    }
    /// Whether this actor acts in `role`; `System` acts in every one.
    pub fn has_role(&self, role: Role) -> bool {
        match self {
            Actor::System => true,
            Actor::Policy { .. } => false,
            Actor::User { roles, .. } | Actor::Key { roles, .. } => roles.contains(&role),
        }
    }
    /// The company this actor belongs to; `System` belongs to none.
    pub fn company(&self) -> Option<CompanyId> {
        match self {
            Actor::System => None,
            Actor::Policy { company, .. } | Actor::User { company, .. } | Actor::Key { company, .. } => {
                Some(*company)
            }
        }
    }
    /// The person behind the actor: maker and checker are compared by this.
    pub fn person(&self) -> String {
        match self {
            Actor::User { id, .. } | Actor::Key { user: id, .. } => id.to_string(),
            Actor::Policy { name, .. } => format!("policy:{name}"),
            Actor::System => "system".to_owned(),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::User { id, .. } => write!(f, "{id}"),
            Actor::Key { id, .. } => write!(f, "{id}"),
            Actor::Policy { name, .. } => write!(f, "policy:{name}"),
            Actor::System => f.write_str("system"),
        }
    }
}
