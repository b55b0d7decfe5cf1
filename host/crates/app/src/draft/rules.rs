//! What a company wants approved (审批规则).

use crate::App;
use crate::common::{Common, Context, authorise};
use crate::{duties, event};
use domain::actor::{Actor, Noun, Permission, Role, Verb};
use domain::draft::{ApprovalRule, DraftKind, Needed, binds_direct, loosens, strictest};
use domain::ids::{CompanyId, DraftId};
use money::{Minor, Money};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::Draft;
use store::{Conn, Tx, query, rows};

/// Rules of a company.
const RULES_MAX: usize = 200;
/// Persons beside those who prepared it.
const APPROVALS_MAX: u32 = 5;

/// The company's own rules, and what holds for the kinds of which none does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesView {
    pub own: Vec<ApprovalRule>,
    /// Earlier ones, each with who loosened it, whom it binds still.
    pub kept: Vec<(ApprovalRule, String)>,
    pub builtin: Vec<(DraftKind, Needed)>,
}

/// All rules.
pub fn rules(app: &App, actor: &Actor, company: CompanyId) -> Result<RulesView, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    app.db.read(|conn| rules_in(conn, company))
}

/// As [`rules`], on the caller's connection.
pub(crate) fn rules_in(conn: &mut Conn, company: CompanyId) -> Result<RulesView, Common> {
    Ok(view(stored(conn, company)?))
}

/// As [`rules`], in the caller's transaction: nobody sets them until it ends.
pub fn held_rules(tx: &mut Tx<'_>, company: CompanyId) -> Result<RulesView, Common> {
    query::companies::lock(tx, company)?;
    rules_in(tx, company)
}

fn view(Rules { own, kept }: Rules) -> RulesView {
    let builtin = DraftKind::ALL.into_iter().map(|kind| (kind, Needed::builtin(kind))).collect();
    RulesView { own, kept, builtin }
}

/// A company's own rules, and the earlier ones that bind who loosened them.
#[derive(Debug, Default)]
pub(super) struct Rules {
    own: Vec<ApprovalRule>,
    kept: Vec<(ApprovalRule, String)>,
}

impl Rules {
    fn loosened_by(&self) -> Option<&str> {
        self.kept.first().map(|(_, person)| person.as_str())
    }
    /// As they bind whoever loosened them, or everybody else: who sets her own control is held by the one before as well.
    pub(super) fn bound(&self, hers: bool) -> Cow<'_, [ApprovalRule]> {
        if !hers {
            return Cow::Borrowed(&self.own);
        }
        let kept: Vec<ApprovalRule> = self.kept.iter().map(|(rule, _)| rule.clone()).collect();
        Cow::Owned(strictest(&kept, &self.own))
    }
    /// As they bind an actor. A standing policy is no second person beside who loosened them.
    fn of_actor(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        company: CompanyId,
    ) -> Result<Cow<'_, [ApprovalRule]>, Common> {
        let hers = match (self.loosened_by(), actor) {
            (None, _) => false,
            (Some(_), Actor::Policy { .. }) => true,
            (Some(person), _) => duties::is_hers(conn, actor, company, person)?,
        };
        Ok(self.bound(hers))
    }
    /// As they bind a draft: whoever loosened them is held by the earlier ones where she had a hand in it, or is the actor.
    fn of_draft(
        &self,
        conn: &mut Conn,
        draft: &Draft,
        actor: &Actor,
    ) -> Result<Cow<'_, [ApprovalRule]>, Common> {
        let Some(person) = self.loosened_by() else { return Ok(self.bound(false)) };
        if duties::is_hers(conn, actor, draft.company, person)? {
            return Ok(self.bound(true));
        }
        let held = self.held(conn, draft.company, std::slice::from_ref(draft))?;
        Ok(self.bound(!held.is_empty()))
    }
    /// In which of these drafts whoever loosened them had a hand; each person is looked up once.
    pub(super) fn held(
        &self,
        conn: &mut Conn,
        company: CompanyId,
        drafts: &[Draft],
    ) -> Result<BTreeSet<DraftId>, Common> {
        let mut held = BTreeSet::new();
        let Some(person) = self.loosened_by() else { return Ok(held) };
        let ids: Vec<DraftId> = drafts.iter().map(|draft| draft.id).collect();
        let mut known: BTreeMap<String, bool> = BTreeMap::new();
        for act in query::drafts::acts_of_all(conn, company, &ids)? {
            let hers = match known.get(&act.person) {
                Some(hers) => *hers,
                None => duties::is_one(conn, company, person, (&act.person, None))?,
            };
            if hers {
                held.insert(act.draft);
            }
            known.insert(act.person, hers);
        }
        Ok(held)
    }
}

/// Puts these rules in the place of all of the company's own. Where they want less than those before, these bind who sets them, until
/// another administrator sets rules (decision 103).
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
        let before = stored(tx, company)?;
        let kept = kept(tx, actor, company, &before, wanted)?;
        let own = wanted.iter().map(|rule| (rule, None));
        let earlier = kept.iter().map(|(rule, binds)| (rule, Some(binds)));
        let rows: Vec<rows::ApprovalRule> =
            own.chain(earlier).zip(1u32..).map(|((rule, binds), n)| row(company, n, rule, binds)).collect();
        query::approvals::replace(tx, company, &rows)?;
        let data = json!({
            "rules": wanted.iter().map(told).collect::<Vec<_>>(),
            "kept": kept.iter().map(|(rule, binds)| told_kept(rule, binds)).collect::<Vec<_>>(),
        });
        event::write(&ctx, tx, actor, company, ("approval-rules.set", company), data)?;
        Ok(view(Rules { own: wanted.to_vec(), kept }))
    })
}

/// Why the operator releases who is bound by earlier rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseReason {
    /// They were set by mistake.
    Mistake,
    /// Nobody else is there who could set rules.
    OneAdministrator,
}

impl ReleaseReason {
    pub const fn name(self) -> &'static str {
        match self {
            ReleaseReason::Mistake => "mistake",
            ReleaseReason::OneAdministrator => "one-administrator",
        }
    }
}

/// Ends that earlier rules bind who loosened them: she goes by the company's own, as everybody else does (decision 112). The operator at
/// the machine alone does it, where no other administrator is there to set rules; no route leads here. Gives who was bound, if anybody was.
pub fn release(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    reason: ReleaseReason,
) -> Result<Option<String>, Common> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    if *actor != Actor::System {
        return Err(Common::invalid("/actor", "is the operator at the machine: nobody else releases her"));
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let before = stored(tx, company)?;
        let Some(bound) = before.loosened_by().map(str::to_owned) else { return Ok(None) };
        let own: Vec<rows::ApprovalRule> =
            before.own.iter().zip(1u32..).map(|(rule, n)| row(company, n, rule, None)).collect();
        query::approvals::replace(tx, company, &own)?;
        let data = json!({
            "rules": before.own.iter().map(told).collect::<Vec<_>>(), "kept": [], "person": bound,
            "reason": reason.name(),
        });
        event::write(&ctx, tx, actor, company, ("approval-rules.released", company), data)?;
        Ok(Some(bound))
    })
}

/// What of the rules before binds who sets others: where she loosened those of another, what was kept for that one does not; where they
/// were hers already, the strictest since another's. The operator at the machine has no second person behind her.
fn kept(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    before: &Rules,
    wanted: &[ApprovalRule],
) -> Result<Vec<(ApprovalRule, String)>, Common> {
    if !person(actor) {
        return Ok(Vec::new());
    }
    let earlier = before.of_actor(conn, actor, company)?;
    if !loosens(&earlier, wanted) {
        return Ok(Vec::new());
    }
    Ok(earlier.iter().map(|rule| (rule.clone(), actor.person())).collect())
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
pub(super) fn bound(actor: &Actor) -> Option<bool> {
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

/// As [`check_direct`], by the rules of now, which nobody sets until the transaction ends.
pub(crate) fn check_direct_in(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    kind: &str,
    money: Money,
) -> Result<(), Common> {
    let rules = held(tx, company)?;
    // where none was kept of its kind there is nobody to look up
    let rules = match rules.kept.iter().any(|(rule, _)| rule.kind.name() == kind) {
        true => rules.of_actor(tx, actor, company)?,
        false => rules.bound(false),
    };
    check_direct(&rules, actor, kind, money)
}

/// The company's own as they bind the actor, which nobody sets until the transaction ends.
pub(crate) fn rules_held(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
) -> Result<Vec<ApprovalRule>, Common> {
    let rules = held(tx, company)?;
    Ok(rules.of_actor(tx, actor, company)?.into_owned())
}

/// The company's own as they bind the actor.
pub(crate) fn rules_of(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
) -> Result<Vec<ApprovalRule>, Common> {
    Ok(stored(conn, company)?.of_actor(conn, actor, company)?.into_owned())
}

/// The company's own as they bind standing policies.
pub(crate) fn rules_of_policies(conn: &mut Conn, company: CompanyId) -> Result<Vec<ApprovalRule>, Common> {
    Ok(stored(conn, company)?.bound(true).into_owned())
}

/// The company's own as they bind a draft, on which the actor acts.
pub(super) fn rules_of_draft(
    conn: &mut Conn,
    actor: &Actor,
    draft: &Draft,
) -> Result<Vec<ApprovalRule>, Common> {
    Ok(stored(conn, draft.company)?.of_draft(conn, draft, actor)?.into_owned())
}

/// As [`rules_of_draft`]; nobody sets them until the transaction ends.
pub(super) fn rules_of_draft_held(
    tx: &mut Tx<'_>,
    actor: &Actor,
    draft: &Draft,
) -> Result<Vec<ApprovalRule>, Common> {
    let rules = held(tx, draft.company)?;
    Ok(rules.of_draft(tx, draft, actor)?.into_owned())
}

/// All of the company's own, which nobody sets until the transaction ends.
fn held(tx: &mut Tx<'_>, company: CompanyId) -> Result<Rules, Common> {
    sorted(query::settings::hold(tx, company)?.settings.approvals.iter().cloned())
}

/// All of the company's own.
pub(super) fn stored(conn: &mut Conn, company: CompanyId) -> Result<Rules, Common> {
    sorted(query::approvals::rules(conn, company)?.into_iter())
}

fn sorted(stored: impl Iterator<Item = rows::ApprovalRule>) -> Result<Rules, Common> {
    let mut rules = Rules::default();
    for row in stored {
        match row.binds.clone() {
            None => rules.own.push(rule(row)?),
            Some(person) => rules.kept.push((rule(row)?, person)),
        }
    }
    Ok(rules)
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

fn row(company: CompanyId, n: u32, rule: &ApprovalRule, binds: Option<&String>) -> rows::ApprovalRule {
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
        binds: binds.cloned(),
    }
}

/// The company's own, and the earlier ones that bind somebody still, as the event that set them says them.
pub(crate) fn told_rules(conn: &mut Conn, company: CompanyId) -> Result<[Vec<Value>; 2], Common> {
    let Rules { own, kept } = stored(conn, company)?;
    let kept = kept.iter().map(|(rule, binds)| told_kept(rule, binds)).collect();
    Ok([own.iter().map(told).collect(), kept])
}

fn told_kept(rule: &ApprovalRule, binds: &str) -> Value {
    event::with(told(rule), "binds", binds.into())
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
