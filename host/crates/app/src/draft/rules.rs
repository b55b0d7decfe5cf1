//! What a company wants approved (审批规则).

use super::DraftError;
use crate::App;
use crate::common::{Common, Context, authorise};
use crate::{duties, event, opening};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Permission, Role, Verb};
use domain::draft::{ApprovalRule, DraftKind, Needed, binds_direct, binds_reversal};
use domain::ids::CompanyId;
use money::{Minor, Money};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{Conn, Tx, query, rows};

/// Rules of a company.
const RULES_MAX: usize = 200;
/// Persons beside those who prepared it.
const APPROVALS_MAX: u32 = 5;

/// The company's own rules, and what holds for the kinds of which none does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesView {
    pub own: Vec<ApprovalRule>,
    pub builtin: Vec<(DraftKind, Needed)>,
}

/// All rules.
pub fn rules(app: &App, actor: &Actor, company: CompanyId) -> Result<RulesView, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    app.db.read(|conn| rules_in(conn, company))
}

/// As [`rules`], on the caller's connection.
pub(crate) fn rules_in(conn: &mut Conn, company: CompanyId) -> Result<RulesView, Common> {
    Ok(view(rules_of(conn, company)?))
}

/// As [`rules`], in the caller's transaction: nobody sets them until it ends.
pub fn held_rules(tx: &mut Tx<'_>, company: CompanyId) -> Result<RulesView, Common> {
    query::companies::lock(tx, company)?;
    rules_in(tx, company)
}

fn view(own: Vec<ApprovalRule>) -> RulesView {
    let builtin = DraftKind::ALL.into_iter().map(|kind| (kind, Needed::builtin(kind))).collect();
    RulesView { own, builtin }
}

/// Puts these rules in the place of all of the company's own.
pub fn put_rules(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &[ApprovalRule],
) -> Result<RulesView, Common> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    check(wanted)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let stored: Vec<rows::ApprovalRule> =
            wanted.iter().zip(1u32..).map(|(rule, n)| row(company, n, rule)).collect();
        query::approvals::replace(tx, company, &stored)?;
        let data = json!({"rules": wanted.iter().map(told).collect::<Vec<_>>()});
        event::write(&ctx, tx, actor, company, ("approval-rules.set", company), data)?;
        Ok(view(wanted.to_vec()))
    })
}

fn check(wanted: &[ApprovalRule]) -> Result<(), Common> {
    if wanted.len() > RULES_MAX {
        return Err(Common::invalid("/rules", format!("holds at most {RULES_MAX} rules")));
    }
    let mut seen = BTreeSet::new();
    for (n, rule) in wanted.iter().enumerate() {
        let at = |field: &str| format!("/rules/{n}/{field}");
        if rule.from.is_negative() {
            return Err(Common::invalid(at("from"), "must not be negative"));
        }
        if rule.currency.is_none() && !rule.from.is_zero() {
            return Err(Common::invalid(at("from"), "is 0 for a rule of every currency: amounts are of one"));
        }
        if rule.approvals > APPROVALS_MAX {
            return Err(Common::invalid(at("approvals"), format!("goes from 0 to {APPROVALS_MAX}")));
        }
        if rule.kind.always_approved() && rule.approvals == 0 {
            let kind = rule.kind.name();
            let message = format!("a {kind} is always approved by another person: at least 1");
            return Err(Common::invalid(at("approvals"), message));
        }
        if let Some(role) =
            rule.role.filter(|role| !role.may(Permission::new(rule.kind.noun(), Verb::Approve)))
        {
            return Err(Common::invalid(at("role"), format!("the role {} may not approve", role.name())));
        }
        if !seen.insert((rule.kind, rule.currency, rule.from)) {
            return Err(Common::invalid(at("from"), "stands twice for this kind and currency"));
        }
    }
    Ok(())
}

/// Refuses what is posted without a draft where a rule of the company wants it approved (decision 63). The operator at the machine
/// has no second person behind her, and standing policies post nothing of their own.
pub(crate) fn check_direct(
    rules: &[ApprovalRule],
    actor: &Actor,
    kind: &str,
    money: Money,
) -> Result<(), Common> {
    let Some(kind) = DraftKind::by_name(kind) else { return Ok(()) };
    let Some(integrator) = bound(actor) else { return Ok(()) };
    match binds_direct(rules, kind, (money.currency(), money.minor()), integrator) {
        None => Ok(()),
        Some(approvals) => Err(Common::ApprovalRequired { kind: kind.name(), amount: money, approvals }),
    }
}

/// Whether rules bind the actor as an integrator's key; `None`: they bind neither the operator nor standing policies.
fn bound(actor: &Actor) -> Option<bool> {
    match actor {
        Actor::System | Actor::Policy { .. } => None,
        Actor::Key { roles, .. } => Some(roles.contains(&Role::Integrator)),
        Actor::User { .. } => Some(false),
    }
}

/// Whether a second person is asked for what this actor does.
pub(crate) fn person(actor: &Actor) -> bool {
    bound(actor).is_some()
}

/// Refuses a reversal without a draft where the rules for reversals, or those of what is taken back, want it approved. At the take-over
/// what was taken over wrongly is taken back by who took it over.
pub(crate) fn check_direct_reversal(
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: &rows::Document,
) -> Result<(), Common> {
    let Some(integrator) = bound(actor) else { return Ok(()) };
    let reverses = DraftKind::by_name(&of.kind);
    if reverses == Some(DraftKind::Opening) && opening::is_take_over(tx, of.company)? {
        let money = Money::new(of.gross, of.currency);
        check_direct_in(tx, actor, of.company, DraftKind::Opening.name(), money)?;
        return check_direct_in(tx, actor, of.company, DraftKind::Reversal.name(), money);
    }
    let rules = rules_held(tx, of.company)?;
    match binds_reversal(&rules, reverses, (of.currency, of.gross), integrator) {
        None => Ok(()),
        Some(approvals) => {
            let amount = Money::new(of.gross, of.currency);
            Err(Common::ApprovalRequired { kind: DraftKind::Reversal.name(), amount, approvals })
        }
    }
}

/// What a rule wants of the one second person who takes a document back on a day without a draft: no other approval than hers, her
/// role, and that she charged the customer with nothing in that month.
///
/// # Errors
/// `ApprovalRequired`, `Role`, `Duties`.
pub(crate) fn check_second(
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: &rows::Document,
    on: NaiveDate,
) -> Result<(), DraftError> {
    let (rules, reverses) = (rules_held(tx, of.company)?, DraftKind::by_name(&of.kind));
    let needed = Needed::of_reversal(&rules, reverses, of.currency, of.gross);
    if needed.approvals > 1 {
        let (amount, approvals) = (Money::new(of.gross, of.currency), needed.approvals);
        return Err(Common::ApprovalRequired { kind: DraftKind::Reversal.name(), amount, approvals }.into());
    }
    if let Some(role) = needed.roles().find(|role| !actor.has_role(*role)) {
        return Err(DraftError::Role { role });
    }
    let over: Vec<_> = [of.effective_date, on].map(|date| (of.customer, date)).into();
    duties::check(tx, &actor.person(), of.company, &over, (&of.id.to_string(), None))?;
    Ok(())
}

/// As [`check_direct`], by the rules of now, which nobody sets until the transaction ends.
pub(crate) fn check_direct_in(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    kind: &str,
    money: Money,
) -> Result<(), Common> {
    check_direct(&rules_held(tx, company)?, actor, kind, money)
}

/// The company's own, which nobody sets until the transaction ends.
pub(crate) fn rules_held(tx: &mut Tx<'_>, company: CompanyId) -> Result<Vec<ApprovalRule>, Common> {
    let held = query::settings::hold(tx, company)?;
    held.settings.approvals.iter().cloned().map(rule).collect()
}

/// The company's own.
pub(crate) fn rules_of(conn: &mut Conn, company: CompanyId) -> Result<Vec<ApprovalRule>, Common> {
    let stored = query::approvals::rules(conn, company)?;
    stored.into_iter().map(rule).collect()
}

fn rule(row: rows::ApprovalRule) -> Result<ApprovalRule, Common> {
    let corrupt = || Common::Corrupt { what: "approval rule", detail: row.n.to_string() };
    let role = row.role.as_deref().map(|name| Role::by_name(name).ok_or_else(corrupt)).transpose()?;
    Ok(ApprovalRule {
        kind: DraftKind::by_name(&row.kind).ok_or_else(corrupt)?,
        currency: row.currency,
        from: row.from_amount,
        approvals: row.approvals,
        role,
        post_on_approval: row.post_on_approval,
        binds_integrators: row.binds_integrators,
    })
}

fn row(company: CompanyId, n: u32, rule: &ApprovalRule) -> rows::ApprovalRule {
    rows::ApprovalRule {
        company,
        n,
        kind: rule.kind.name().to_owned(),
        currency: rule.currency,
        from_amount: rule.from,
        approvals: rule.approvals,
        role: rule.role.map(|role| role.name().to_owned()),
        post_on_approval: rule.post_on_approval,
        binds_integrators: rule.binds_integrators,
    }
}

/// The company's own, as the event that set them says them.
pub(crate) fn told_rules(conn: &mut Conn, company: CompanyId) -> Result<Vec<Value>, Common> {
    Ok(rules_of(conn, company)?.iter().map(told).collect())
}

fn told(rule: &ApprovalRule) -> Value {
    let from = match rule.currency {
        Some(currency) => rule.from.format(currency),
        None => Minor::ZERO.get().to_string(),
    };
    json!({
        "kind": rule.kind.name(), "currency": rule.currency.map(|currency| currency.code().to_owned()), "from": from,
        "approvals": rule.approvals, "role": rule.role.map(Role::name), "post_on_approval": rule.post_on_approval,
        "binds_integrators": rule.binds_integrators,
    })
}
