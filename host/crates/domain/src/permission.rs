//! What a role may do, by noun and verb (权限: 对象 × 动作). One table; `app` asks it at the start of every use-case, with the company.
//!
//! A cashier (出纳) brings money in and nothing else: whoever handles it keeps no accounts of claims and debts, checks none and keeps
//! none of the archives (会计法 第三十五条; decision 80).

use crate::actor::Role;

/// What something is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    /// 客户, their contacts, bank details and mergers.
    Customers,
    /// 单据: invoices, credit notes, deliveries, tax invoices, opening balances, what adjusts or takes back; imports of spreadsheets.
    Documents,
    /// 资金: receipts, refunds, bills of exchange, bank files and lines, suspense, clearing.
    Money,
    /// 核销: what money clears, by hand and by proposals.
    Allocations,
    /// 对账单
    Statements,
    /// 账簿: rates, revaluation, vouchers, the close and its locks, reports.
    Ledger,
    /// 插件
    Plugins,
    /// 设置: the company, its chart, series, limits, rules and own accounts.
    Settings,
    /// 人员: users, roles, keys.
    People,
    /// 档案: events, calls, jobs; what is verified, replayed and exported.
    Records,
}

/// What is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    Read,
    /// Bring data in.
    Enter,
    /// Let the host work: reconciliation, statements, revaluation, voucher numbers.
    Run,
    /// Approve or reject what another made.
    Approve,
    Configure,
    /// Lock and unlock periods.
    Lock,
    /// Erase a customer's personal data.
    Erase,
    /// Verify, replay, export.
    Audit,
    /// Let another approve where the separation of duties forbids her, with a reason that is recorded.
    Except,
}

impl Noun {
    pub const ALL: [Noun; 10] = [
        Noun::Customers,
        Noun::Documents,
        Noun::Money,
        Noun::Allocations,
        Noun::Statements,
        Noun::Ledger,
        Noun::Plugins,
        Noun::Settings,
        Noun::People,
        Noun::Records,
    ];
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Noun::Customers => "customers",
            Noun::Documents => "documents",
            Noun::Money => "money",
            Noun::Allocations => "allocations",
            Noun::Statements => "statements",
            Noun::Ledger => "ledger",
            Noun::Plugins => "plugins",
            Noun::Settings => "settings",
            Noun::People => "people",
            Noun::Records => "records",
        }
    }
    /// What is done to it; nothing else is asked for.
    pub const fn verbs(self) -> &'static [Verb] {
        match self {
            Noun::Customers => &[Verb::Read, Verb::Enter, Verb::Approve, Verb::Erase],
            Noun::Documents => &[Verb::Read, Verb::Enter, Verb::Approve],
            Noun::Money => &[Verb::Read, Verb::Enter, Verb::Approve, Verb::Except],
            Noun::Allocations | Noun::Statements => &[Verb::Read, Verb::Enter, Verb::Run, Verb::Approve],
            Noun::Ledger => &[Verb::Read, Verb::Enter, Verb::Run, Verb::Approve, Verb::Configure, Verb::Lock],
            Noun::Plugins | Noun::Settings => &[Verb::Read, Verb::Approve, Verb::Configure],
            Noun::People => &[Verb::Read, Verb::Configure],
            Noun::Records => &[Verb::Read, Verb::Run, Verb::Audit],
        }
    }
}

impl Verb {
    pub const ALL: [Verb; 9] = [
        Verb::Read,
        Verb::Enter,
        Verb::Run,
        Verb::Approve,
        Verb::Configure,
        Verb::Lock,
        Verb::Erase,
        Verb::Audit,
        Verb::Except,
    ];
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Verb::Read => "read",
            Verb::Enter => "enter",
            Verb::Run => "run",
            Verb::Approve => "approve",
            Verb::Configure => "configure",
            Verb::Lock => "lock",
            Verb::Erase => "erase",
            Verb::Audit => "audit",
            Verb::Except => "except",
        }
    }
    /// What it allows, in a sentence: "may not …".
    pub const fn deed(self) -> &'static str {
        match self {
            Verb::Read => "read",
            Verb::Enter => "bring data in",
            Verb::Run => "run reconciliation or statements",
            Verb::Approve => "approve or reject",
            Verb::Configure => "configure",
            Verb::Lock => "lock periods",
            Verb::Erase => "erase personal data",
            Verb::Audit => "verify, replay or export",
            Verb::Except => "make an exception from the separation of duties",
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    pub noun: Noun,
    pub verb: Verb,
}

impl Permission {
    pub const fn new(noun: Noun, verb: Verb) -> Self {
        Permission { noun, verb }
    }
    /// Every one that there is, by noun.
    pub fn all() -> impl Iterator<Item = Permission> {
        Noun::ALL
            .into_iter()
            .flat_map(|noun| noun.verbs().iter().map(move |verb| Permission { noun, verb: *verb }))
    }
    /// A stable name, as `money:enter`.
    pub fn name(self) -> String {
        format!("{}:{}", self.noun.name(), self.verb.name())
    }
    /// The roles that have it.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| role.may(self))
    }
}

impl Role {
    /// Whether it has the permission.
    pub fn may(self, Permission { noun, verb }: Permission) -> bool {
        noun.verbs().contains(&verb)
            && match self {
                Role::Administrator => true,
                Role::Clerk | Role::Integrator => matches!(verb, Verb::Read | Verb::Enter | Verb::Run),
                Role::Reviewer => matches!(verb, Verb::Read | Verb::Approve | Verb::Lock | Verb::Audit),
                Role::Cashier => verb == Verb::Read || (noun, verb) == (Noun::Money, Verb::Enter),
                Role::Auditor => matches!(verb, Verb::Read | Verb::Audit),
            }
    }
    /// What it may do, by noun.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::all().filter(move |permission| self.may(*permission))
    }
    /// What it may do to something at least.
    pub fn verbs(self) -> impl Iterator<Item = Verb> {
        Verb::ALL.into_iter().filter(move |verb| self.permissions().any(|one| one.verb == *verb))
    }
    /// The first two of these that one person does not hold together: a cashier keeps no accounts, checks none, keeps no archives
    /// (出纳不得兼任稽核、会计档案保管和债权债务账目的登记).
    pub fn apart(roles: &[Role]) -> Option<(Role, Role)> {
        let other = |role: &&Role| **role != Role::Cashier;
        match (roles.contains(&Role::Cashier), roles.iter().find(other)) {
            (true, Some(other)) => Some((Role::Cashier, *other)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cashier_brings_money_in_and_nothing_else() {
        let beyond: Vec<String> =
            Role::Cashier.permissions().filter(|one| one.verb != Verb::Read).map(Permission::name).collect();
        assert_eq!(beyond, ["money:enter"]);
        assert_eq!(Role::Cashier.verbs().collect::<Vec<_>>(), [Verb::Read, Verb::Enter]);
    }

    #[test]
    fn every_permission_is_somebodys_and_everybody_reads_everything() {
        for permission in Permission::all() {
            assert!(Role::Administrator.may(permission), "{permission:?}");
            assert_eq!(permission.roles().count() == Role::ALL.len(), permission.verb == Verb::Read);
        }
        // nobody has what there is not
        assert!(!Role::Administrator.may(Permission::new(Noun::Plugins, Verb::Erase)));
    }

    #[test]
    fn who_handles_money_holds_no_other_role() {
        assert_eq!(Role::apart(&[Role::Cashier, Role::Cashier]), None);
        assert_eq!(Role::apart(&[Role::Clerk, Role::Reviewer]), None);
        assert_eq!(Role::apart(&[Role::Clerk, Role::Cashier]), Some((Role::Cashier, Role::Clerk)));
        for other in Role::ALL.into_iter().filter(|role| *role != Role::Cashier) {
            assert!(Role::apart(&[Role::Cashier, other]).is_some(), "{other:?}");
        }
    }
}
