//! Rows of how a company is set up.

use super::list::{count, flag, moment, some, text};
use app::list::{Bound, Setup};
use domain::actor::{Permission, Role, Verb};
use money::{Currency, Minor};
use sheets::write::Value;

pub(super) fn setup_row(row: Setup) -> Vec<Value> {
    match row {
        Setup::User(view) => vec![
            text(view.user.login),
            text(view.user.name),
            text(view.user.roles.0.join(" ")),
            flag(view.user.active),
            flag(view.has_password),
            flag(view.must_change),
            moment(view.user.created_at),
            text(view.user.id),
            some(view.user.behind),
        ],
        Setup::Token(view) => vec![
            text(view.login),
            text(view.token.label),
            moment(view.token.created_at),
            moment(view.token.expires_at),
            moment(view.token.revoked_at),
            text(view.token.id),
        ],
        Setup::Role(role, noun) => {
            // empty where that is not done to it at all
            let may = |verb: Verb| {
                let done = noun.verbs().contains(&verb);
                if done { flag(role.may(Permission::new(noun, verb))) } else { Value::Empty }
            };
            let of = [text(role.name()), text(noun.name())];
            of.into_iter().chain(Verb::ALL.into_iter().map(may)).collect()
        }
        Setup::Plugin(row) => vec![
            text(row.name),
            text(row.version),
            text(row.world),
            flag(row.builtin),
            text(row.admitted_by),
            moment(row.admitted_at),
            text(row.digest),
        ],
        Setup::Binding(row) => vec![
            text(row.slot),
            Value::Date(row.valid_from),
            text(row.status),
            text(row.digest),
            text(row.config),
            text(row.created_by),
            moment(row.created_at),
            some(row.decided_by),
            moment(row.decided_at),
            text(row.id),
        ],
        Setup::Bound(row) => bound_row(row),
    }
}

/// What is limited, locked, and wanted approved.
fn bound_row(row: Bound) -> Vec<Value> {
    match row {
        Bound::PeriodLock(row) => {
            vec![text(row.kind), Value::Date(row.through), text(row.set_by), moment(row.set_at)]
        }
        Bound::Tolerance(view) => vec![
            some(view.customer),
            text(view.role),
            text(view.currency),
            bound(view.amount, view.currency),
            if view.permille == 0 { Value::Empty } else { count(view.permille.into()) },
            bound(view.monthly, view.currency),
        ],
        Bound::RoleLimit(row) => {
            vec![text(row.role), text(row.kind), text(row.currency), Value::Money(row.amount, row.currency)]
        }
        Bound::ApprovalRule(rule, binds) => vec![
            text(rule.kind.name()),
            some(rule.currency),
            rule.currency.map_or(Value::Empty, |currency| Value::Money(rule.from, currency)),
            count(rule.approvals.into()),
            some(rule.role.map(Role::name)),
            flag(rule.post_on_approval),
            flag(rule.binds_integrators),
            flag(false),
            some(binds),
        ],
        Bound::BuiltinRule(kind, needed) => vec![
            text(kind.name()),
            Value::Empty,
            Value::Empty,
            count(needed.approvals.into()),
            some(needed.role.map(Role::name)),
            flag(needed.post_on_approval),
            flag(false),
            flag(true),
            Value::Empty,
        ],
    }
}

/// 0 is no bound.
fn bound(amount: Minor, currency: Currency) -> Value {
    if amount.is_zero() { Value::Empty } else { Value::Money(amount, currency) }
}
