//! What rules of approval say of a reversal without a draft: whether they bind it, and what they want of the second person.

use super::DraftError;
use super::rules::{bound, check_direct, person, rules_held, rules_of};
use crate::common::Common;
use crate::{document, duties, opening};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::draft::{ApprovalRule, DraftKind, Needed, binds_reversal};
use domain::ids::CustomerId;
use money::Money;
use std::collections::BTreeSet;
use store::{Conn, Tx, rows};

/// Refuses a reversal without a draft where the rules for reversals, or those of what is taken back, want it approved. At the take-over
/// what was taken over wrongly is taken back by who took it over.
pub(crate) fn check_direct_reversal(
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: &rows::Document,
) -> Result<(), Common> {
    if !person(actor) {
        return Ok(());
    }
    let rules = rules_held(tx, actor, of.company)?;
    direct_reversal(tx, &rules, actor, of)
}

/// As [`check_direct_reversal`], by the rules as they are read.
pub(crate) fn look_direct_reversal(
    conn: &mut Conn,
    actor: &Actor,
    of: &rows::Document,
) -> Result<(), Common> {
    if !person(actor) {
        return Ok(());
    }
    let rules = rules_of(conn, actor, of.company)?;
    direct_reversal(conn, &rules, actor, of)
}

fn direct_reversal(
    conn: &mut Conn,
    rules: &[ApprovalRule],
    actor: &Actor,
    of: &rows::Document,
) -> Result<(), Common> {
    let Some(integrator) = bound(actor) else { return Ok(()) };
    let (reverses, amount) = (DraftKind::by_name(&of.kind), Money::new(of.gross, of.currency));
    if reverses == Some(DraftKind::Opening) && opening::is_take_over(conn, of.company)? {
        check_direct(rules, actor, DraftKind::Opening.name(), amount)?;
        return check_direct(rules, actor, DraftKind::Reversal.name(), amount);
    }
    match binds_reversal(rules, reverses, (of.currency, of.gross), integrator) {
        None => Ok(()),
        Some(approvals) => {
            Err(Common::ApprovalRequired { kind: DraftKind::Reversal.name(), amount, approvals })
        }
    }
}

/// What a rule wants of the one second person who takes a document back on a day without a draft: no other approval than hers, her
/// role, and that she charged none of whom it concerns with anything in that month.
///
/// # Errors
/// `ApprovalRequired`, `Role`, `Duties`.
pub(crate) fn check_second(
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: &rows::Document,
    on: NaiveDate,
) -> Result<(), DraftError> {
    let others = document::others_of(tx, of)?;
    let approvals = check_one_of(tx, actor, (of, &others), on)?;
    if approvals > 1 {
        let amount = Money::new(of.gross, of.currency);
        return Err(Common::ApprovalRequired { kind: DraftKind::Reversal.name(), amount, approvals }.into());
    }
    Ok(())
}

/// As [`check_second`], of one of as many as a rule wants, and of whom it concerns beside her whose document it is (`document::others_of`);
/// gives how many they are.
///
/// # Errors
/// `Role`, `Duties`.
pub(crate) fn check_one_of(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (of, others): (&rows::Document, &BTreeSet<CustomerId>),
    on: NaiveDate,
) -> Result<u32, DraftError> {
    let (rules, reverses) = (rules_held(tx, actor, of.company)?, DraftKind::by_name(&of.kind));
    let needed = Needed::of_reversal(&rules, reverses, of.currency, of.gross);
    if let Some(role) = needed.roles().find(|role| !actor.has_role(*role)) {
        return Err(DraftError::Role { role });
    }
    let whose = others.iter().chain([&of.customer]);
    let over: Vec<_> = whose.flat_map(|who| [of.effective_date, on].map(|date| (*who, date))).collect();
    duties::check(tx, &actor.person(), of.company, &over, (&of.id.to_string(), None))?;
    Ok(needed.approvals)
}
