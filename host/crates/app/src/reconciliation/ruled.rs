//! What the company's rules for receipts (审批规则) ask of who approves money of a bank's line: a proposal has one approval, by a person in
//! the role that they name. Where they want more, the money goes to suspense and out of it by a receipt draft, which has as many as it takes;
//! what goes to suspense is no receipt.

use super::approve::ApproveProposalError;
use super::bounds;
use super::read::ProposalView;
use crate::common::{Common, there};
use crate::draft::{rules_held, rules_of_policies};
use domain::actor::Actor;
use domain::draft::{ApprovalRule, DraftKind, Needed};
use money::Money;
use store::rows::BankLine;
use store::{Conn, Tx};

/// A line whose receipt takes more approvals than a proposal has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beyond {
    line: usize,
    amount: Money,
    approvals: u32,
}

impl Beyond {
    /// Where the request says it.
    pub(super) fn at(self, pointer: impl Into<String>) -> ApproveProposalError {
        let Beyond { amount, approvals, .. } = self;
        ApproveProposalError::MoreApprovals { amount, approvals, at: pointer.into() }
    }
}

/// What each line takes of which something becomes a receipt, by its place in the proposal: all that came counts.
fn needed(
    rules: &[ApprovalRule],
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<Vec<(usize, Money, Needed)>, Common> {
    let mut found = Vec::new();
    for (n, of) in view.lines.iter().enumerate() {
        let line = there(lines.iter().find(|line| line.id == of.bank_line), "bank line", of.bank_line)?;
        if line.credit && bounds::unidentified(view, line)? < line.amount {
            let needed = Needed::of(rules, DraftKind::Receipt, line.currency, line.amount);
            found.push((n, Money::new(line.amount, line.currency), needed));
        }
    }
    Ok(found)
}

fn more(needed: &[(usize, Money, Needed)]) -> Option<Beyond> {
    let found = needed.iter().find(|(_, _, needed)| needed.approvals > 1);
    found.map(|(line, amount, needed)| Beyond { line: *line, amount: *amount, approvals: needed.approvals })
}

/// The first line that takes more approvals than a proposal has; the operator at the machine has no second person behind her.
pub(super) fn beyond(
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<Option<Beyond>, Common> {
    if *actor == Actor::System {
        return Ok(None);
    }
    let rules = rules_held(tx, actor, view.proposal.company)?;
    Ok(more(&needed(&rules, view, lines)?))
}

/// Refuses who may not approve it by these rules.
pub(super) fn check(
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<(), ApproveProposalError> {
    if *actor == Actor::System {
        return Ok(());
    }
    let rules = rules_held(tx, actor, view.proposal.company)?;
    let needed = needed(&rules, view, lines)?;
    if let Some(beyond) = more(&needed) {
        let at = format!("/bank_lines/{}", beyond.line);
        return Err(beyond.at(at));
    }
    let mut roles = needed.iter().filter(|(_, _, needed)| needed.approvals > 0).flat_map(|one| one.2.roles());
    match roles.find(|role| !actor.has_role(*role)) {
        Some(role) => Err(ApproveProposalError::Role { role }),
        None => Ok(()),
    }
}

/// Why these rules leave it to people; `None`: a standing policy may approve it.
pub(super) fn left_to_people(
    conn: &mut Conn,
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<Option<&'static str>, ApproveProposalError> {
    let rules = rules_of_policies(conn, view.proposal.company)?;
    let needed = needed(&rules, view, lines)?;
    if more(&needed).is_some() {
        return Ok(Some("a rule wants more approvals of such a receipt"));
    }
    let bound = needed.iter().any(|(_, _, needed)| needed.approvals > 0 && needed.role.is_some());
    Ok(bound.then_some("a rule wants such a receipt approved in a role"))
}
