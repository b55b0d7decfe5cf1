//! What an approval writes off within tolerances is bounded twice more: by the roles of who approves, and by what was written off of
//! the customer in the month so far (容差: 岗位限额, 客户月度限额). Both are looked at in the approving transaction.

use super::approve::ApproveProposalError;
use super::read::ProposalView;
use crate::common::Common;
use chrono::NaiveDate;
use domain::actor::{Actor, Role};
use domain::close::Month;
use domain::ids::{CompanyId, CustomerId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use store::rows::{RoleLimit, Tolerance, Tolerated};
use store::{Conn, Tx, query};

/// Notes what the approval writes off, unless a bound forbids it. `day`: the last on which something of it is effective.
pub(super) fn spend(
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    written_off: &[(ClearanceKind, Minor)],
    day: Option<NaiveDate>,
) -> Result<(), ApproveProposalError> {
    let (Some(customer), Some(first)) = (view.proposal.customer, view.differences.first()) else {
        return Ok(());
    };
    let Some(month) = day.and_then(Month::of) else { return Ok(()) };
    let (company, currency) = (view.proposal.company, first.currency);
    for (kind, amount) in written_off {
        // withheld tax has evidence, and is never tolerated
        let Some(role) = ToleranceRole::by_name(kind.name()) else { continue };
        within_role(&query::tolerated::limits(tx, company)?, actor, role, Money::new(*amount, currency))?;
        let row = Tolerated {
            company,
            proposal: view.proposal.id,
            kind: role.name().to_owned(),
            customer,
            currency,
            month: month.last(),
            amount: *amount,
        };
        let sum = query::tolerated::add(tx, &row)?;
        let limit = monthly(&query::tolerances::list(tx, company)?, customer, currency, role);
        if !limit.is_zero() && sum > limit {
            let (limit, found) = (Money::new(limit, currency), Money::new(sum, currency));
            return Err(ApproveProposalError::BeyondMonth { kind: row.kind, limit, found, month });
        }
    }
    Ok(())
}

/// Of a customer in a month: her own tolerance replaces the company's, as of one proposal. 0: not bounded.
fn monthly(rows: &[Tolerance], customer: CustomerId, currency: Currency, role: ToleranceRole) -> Minor {
    let mut of = rows.iter().filter(|row| row.currency == currency && row.role == role.name());
    let own = of.clone().find(|row| row.customer == Some(customer));
    own.or_else(|| of.find(|row| row.customer.is_none())).map_or(Minor::ZERO, |row| row.monthly)
}

/// Whether the company lets one of her roles write all of that off on her own word: by a limit of that role. Without any another person
/// approves it; the operator at the machine has none.
pub(super) fn granted(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    (currency, written_off): (Currency, &[(ClearanceKind, Minor)]),
) -> Result<bool, Common> {
    if *actor == Actor::System {
        return Ok(true);
    }
    let limits = query::tolerated::limits(conn, company)?;
    Ok(written_off.iter().all(|(kind, amount)| {
        let Some(role) = ToleranceRole::by_name(kind.name()) else { return true };
        most(&limits, actor, role, currency).is_some_and(|most| *amount <= most)
    }))
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
