//! What an approval writes off within tolerances is bounded twice more: by the roles of who approves, and by what was written off in
//! the month so far of the customer whose item it clears (容差: 岗位限额, 客户月度限额). Both are looked at in the approving transaction.

use super::approve::ApproveProposalError;
use super::bounds::{self, WrittenOff};
use super::read::ProposalView;
use crate::common::Common;
use crate::{customer, duties};
use chrono::NaiveDate;
use domain::actor::{Actor, Role};
use domain::close::Month;
use domain::ids::{CompanyId, CustomerId};
use domain::reconciliation::ToleranceRole;
use domain::reconciliation::bounds::Limits;
use money::{Currency, Minor, Money};
use std::collections::BTreeMap;
use store::rows::{RoleLimit, Tolerance, Tolerated};
use store::{Conn, Tx, query};

/// Notes what the approval writes off, unless a bound forbids it. `booked`: the last day on which the bank booked one of its lines: whose
/// word it is when it counts does not choose the month.
pub(super) fn spend(
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    written_off: &[WrittenOff],
    booked: Option<NaiveDate>,
) -> Result<(), ApproveProposalError> {
    let Some(first) = view.differences.first() else { return Ok(()) };
    let Some(month) = booked.and_then(Month::of) else { return Ok(()) };
    if written_off.is_empty() {
        return Ok(());
    }
    let (company, currency) = (view.proposal.company, first.currency);
    let (limits, tolerances) =
        (query::tolerated::limits(tx, company)?, query::tolerances::list(tx, company)?);
    // withheld tax has evidence, and is never tolerated
    for role in ToleranceRole::ALL {
        let by_customer = by_customer(written_off, role)?;
        let found = Minor::sum(by_customer.values().copied())?;
        within_role(&limits, actor, role, Money::new(found, currency))?;
        for (customer, amount) in by_customer {
            let row = Tolerated {
                company,
                proposal: view.proposal.id,
                kind: role.name().to_owned(),
                customer,
                currency,
                month: month.last(),
                amount,
            };
            let sum = with_merged(tx, &row)?;
            let limit =
                in_force(&tolerances, customer, currency, role).map_or(Minor::ZERO, |row| row.monthly);
            if !limit.is_zero() && sum > limit {
                let (limit, found) = (Money::new(limit, currency), Money::new(sum, currency));
                return Err(ApproveProposalError::BeyondMonth { kind: row.kind, limit, found, month });
            }
        }
    }
    Ok(())
}

/// What of one kind is written off, by whose debts it clears.
fn by_customer(
    written_off: &[WrittenOff],
    role: ToleranceRole,
) -> Result<BTreeMap<CustomerId, Minor>, Common> {
    let mut sums = BTreeMap::<CustomerId, Minor>::new();
    for one in written_off.iter().filter(|one| one.kind.name() == role.name()) {
        let sum = sums.entry(one.customer).or_default();
        *sum = sum.add(one.amount)?;
    }
    Ok(sums)
}

/// Notes it, and gives the sum of the month, with what was written off of those who were merged into her.
fn with_merged(tx: &mut Tx<'_>, row: &Tolerated) -> Result<Minor, Common> {
    let mut sum = query::tolerated::add(tx, row)?;
    for who in customer::with_merged(tx, row.company, row.customer)? {
        if who != row.customer {
            let key = (who, row.currency, row.month);
            sum = sum.add(query::tolerated::month(tx, row.company, key, &row.kind)?)?;
        }
    }
    Ok(sum)
}

/// Of a customer: her own tolerance replaces the company's. Its month is not bounded by 0.
fn in_force(
    rows: &[Tolerance],
    customer: CustomerId,
    currency: Currency,
    role: ToleranceRole,
) -> Option<&Tolerance> {
    let mut of = rows.iter().filter(|row| row.currency == currency && row.role == role.name());
    let own = of.clone().find(|row| row.customer == Some(customer));
    own.or_else(|| of.find(|row| row.customer.is_none()))
}

/// Whether the company lets one of her roles write all of that off on her own word: by a limit of that role. Without any another person
/// approves it, as where she set limit or tolerance herself; the operator at the machine has none.
pub(super) fn granted(
    conn: &mut Conn,
    actor: &Actor,
    view: &ProposalView,
    written_off: &[WrittenOff],
) -> Result<bool, Common> {
    let (false, Some(first)) = (*actor == Actor::System, view.differences.first()) else { return Ok(true) };
    let (company, currency) = (view.proposal.company, first.currency);
    let hers = duties::acts_as(conn, company, actor)?;
    let mut limits = query::tolerated::limits(conn, company)?;
    limits.retain(|limit| !hers.contains(&limit.set_by));
    let tolerances = query::tolerances::list(conn, company)?;
    for role in ToleranceRole::ALL {
        let by_customer = by_customer(written_off, role)?;
        let found = Minor::sum(by_customer.values().copied())?;
        if found.is_zero() {
            continue;
        }
        let by_another = |customer: CustomerId| {
            in_force(&tolerances, customer, currency, role).is_none_or(|row| !hers.contains(&row.set_by))
        };
        let within = most(&limits, actor, role, currency).is_some_and(|most| found <= most);
        if !within || !by_customer.into_keys().chain(view.proposal.customer).all(by_another) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The most of such money that she may take for a charge on her own word, where it is no customer's: what the company tolerates, within a limit
/// of one of her roles, both set by others. `None`: the operator at the machine is not bounded.
pub(crate) fn charge_alone(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    money: Money,
) -> Result<Option<Minor>, Common> {
    if *actor == Actor::System {
        return Ok(None);
    }
    let hers = duties::acts_as(conn, company, actor)?;
    let mut limits = query::tolerated::limits(conn, company)?;
    limits.retain(|limit| !hers.contains(&limit.set_by));
    let mut tolerances = Vec::new();
    for row in query::tolerances::list(conn, company)?.iter().filter(|row| !hers.contains(&row.set_by)) {
        tolerances.extend(bounds::tolerance(row, |_| None)?);
    }
    let tolerated = Limits::of(&tolerances, None, money.currency(), money.minor())?.charge;
    let most = most(&limits, actor, ToleranceRole::Charge, money.currency()).unwrap_or_default();
    Ok(Some(tolerated.min(most)))
}

/// The highest limit of her roles; `None`: none of them has one.
fn most(limits: &[RoleLimit], actor: &Actor, kind: ToleranceRole, currency: Currency) -> Option<Minor> {
    let hers = |limit: &&RoleLimit| Role::by_name(&limit.role).is_some_and(|role| actor.has_role(role));
    let of = limits.iter().filter(|limit| limit.kind == kind.name() && limit.currency == currency);
    of.filter(hers).map(|limit| limit.amount).max()
}

/// The most that one of her roles may; who has no role with a limit is bounded by the company's tolerances alone.
fn within_role(
    limits: &[RoleLimit],
    actor: &Actor,
    kind: ToleranceRole,
    found: Money,
) -> Result<(), ApproveProposalError> {
    if *actor == Actor::System {
        return Ok(());
    }
    match most(limits, actor, kind, found.currency()) {
        Some(most) if found.minor() > most => {
            let limit = Money::new(most, found.currency());
            Err(ApproveProposalError::BeyondRole { kind: kind.name().to_owned(), limit, found })
        }
        _ => Ok(()),
    }
}
