//! Who acts. Every use-case takes an [`Actor`] first and authorises inside `app`.

use crate::ids::{CompanyId, TokenId, UserId};
use std::fmt;

/// What a person or key may do, by company. More roles and permissions by noun and verb come with *ledger*.
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
    /// What it may do.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| allows(self, *permission))
    }
}

/// What is asked for; `app` decides with [`Actor::may`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read anything of the company.
    Read,
    /// Customers, invoices, receipts, bank files: bring data in.
    Enter,
    /// Run reconciliation and statements.
    Run,
    /// Approve proposals and statements.
    Approve,
    /// Plugins, bindings, users, tokens, companies.
    Configure,
    /// Lock and unlock periods.
    Lock,
    /// Erase a customer's personal data.
    Erase,
    /// Verify, replay, export.
    Audit,
    /// Approve where the separation of duties forbids it, with a reason that is recorded.
    Except,
}

impl Permission {
    pub const ALL: [Permission; 9] = [
        Permission::Read,
        Permission::Enter,
        Permission::Run,
        Permission::Approve,
        Permission::Configure,
        Permission::Lock,
        Permission::Erase,
        Permission::Audit,
        Permission::Except,
    ];
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Permission::Read => "read",
            Permission::Enter => "enter",
            Permission::Run => "run",
            Permission::Approve => "approve",
            Permission::Configure => "configure",
            Permission::Lock => "lock",
            Permission::Erase => "erase",
            Permission::Audit => "audit",
            Permission::Except => "except",
        }
    }
    /// What it allows, in a sentence: "may not …".
    pub const fn deed(self) -> &'static str {
        match self {
            Permission::Read => "read",
            Permission::Enter => "bring data in",
            Permission::Run => "run reconciliation or statements",
            Permission::Approve => "approve or reject",
            Permission::Configure => "configure",
            Permission::Lock => "lock periods",
            Permission::Erase => "erase personal data",
            Permission::Audit => "verify, replay or export",
            Permission::Except => "make an exception from the separation of duties",
        }
    }
    /// The roles that have it.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| allows(*role, self))
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
    /// Whether this actor may do `permission` in `company`.
    pub fn may(&self, permission: Permission, company: CompanyId) -> bool {
        match self {
            Actor::System => true,
            Actor::Policy { company: own, .. } => *own == company && permission == Permission::Approve,
            Actor::User { company: own, roles, .. } | Actor::Key { company: own, roles, .. } => {
                *own == company && roles.iter().any(|role| allows(*role, permission))
            }
        }
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

fn allows(role: Role, permission: Permission) -> bool {
    use Permission::{Approve, Audit, Configure, Enter, Erase, Except, Lock, Read, Run};
    match role {
        Role::Administrator => {
            matches!(permission, Read | Configure | Lock | Erase | Audit | Enter | Run | Approve | Except)
        }
        Role::Clerk => matches!(permission, Read | Enter | Run),
        Role::Reviewer => matches!(permission, Read | Approve | Lock | Audit),
        Role::Cashier => matches!(permission, Read | Enter),
        Role::Auditor => matches!(permission, Read | Audit),
        Role::Integrator => matches!(permission, Read | Enter | Run),
    }
}
