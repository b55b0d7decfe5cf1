//! After the guest, the host checks: known ordinals, one currency, nothing over-allocated, both sides equal. One
//! proposal that does not hold refuses the whole answer: a policy that breaks an invariant once is not trusted with
//! the rest.
//!
//! **Money and differences.** Of a line's allocations, `amount-in-line-currency` is the money the line pays on the
//! item; line and item share a currency, so that `amount-in-item-currency` is the same number. A *difference* is what
//! is cleared besides the money: positive clears more than was paid (the bank kept a charge, the payer took a
//! discount or withheld tax, a tail is written off), negative less (a tail overpaid). So, with amounts in the
//! currency they share,
//!
//! - per item: cleared = Σ allocations + Σ differences that name the item; `closes` says that this is all of it;
//! - per line: remaining = Σ allocations − Σ differences that name no item + residual.
//!
//! | difference | sign | item | what it does |
//! |---|---|---|---|
//! | tail | either | required | written off |
//! | charge | positive | optional | cleared besides the money |
//! | discount, withholding | positive | required | cleared besides the money; withheld tax waits for who approves to supply the evidence |
//! | on-account, suspense | positive | none | none: repeats the residual, which must agree |
//! | dispute | – | – | refused: what stays open in dispute (争议) is recorded nowhere yet |
//! | fx | – | – | refused: realised FX of one currency is the ledger's own figure |
//!
//! What clears besides the money is held to the evidence and to the company's tolerances: [`super::bounds`].
//!
//! **Direction and owner.** Money that came in pays receivables of one customer and of those whose payer she is, or stands on her account; money that
//! went out takes one earlier receipt back, whole, and nothing else.

use super::accepted::{AcceptedProposal, ReconciliationError};
use super::{Answer, Request, proposal};
use money::{Minor, MoneyError};
use std::collections::{BTreeMap, BTreeSet};

/// Checks everything a policy guest answered in one conversation. Proposals keep their order.
pub fn accept(request: &Request, answer: &Answer) -> Result<Vec<AcceptedProposal>, ReconciliationError> {
    let mut accepted = Vec::with_capacity(answer.proposals.len());
    for (index, raw) in answer.proposals.iter().enumerate() {
        accepted.push(proposal::check(request, index, raw)?);
    }
    check_ranks(&accepted)?;
    check_answered(request, answer)?;
    check_together(request, &accepted)?;
    Ok(accepted)
}

/// Lines that the guest answered neither with a proposal nor as unmatched: for a person to look at, like those that
/// it could not match.
pub fn unanswered(request: &Request, answer: &Answer) -> Vec<u32> {
    let mut answered: BTreeSet<u32> = answer.unmatched.iter().map(|u| u.line).collect();
    answered.extend(answer.proposals.iter().flat_map(|p| p.lines.iter().copied()));
    (0..request.lines.len())
        .filter_map(|i| u32::try_from(i).ok())
        .filter(|line| !answered.contains(line))
        .collect()
}

/// Within a group, alternatives for a line have ranks of their own.
fn check_ranks(accepted: &[AcceptedProposal]) -> Result<(), ReconciliationError> {
    let mut seen = BTreeSet::new();
    for (index, proposal) in accepted.iter().enumerate() {
        for line in &proposal.lines {
            let (group, rank) = (proposal.group, proposal.rank);
            if !seen.insert((group, rank, *line)) {
                return Err(ReconciliationError::DuplicateRank { proposal: index, group, rank, line: *line });
            }
        }
    }
    Ok(())
}

/// A line has at most one answer: the lines of one proposal of rank 1, or unmatched.
fn check_answered(request: &Request, answer: &Answer) -> Result<(), ReconciliationError> {
    let mut answered = BTreeSet::new();
    for unmatched in &answer.unmatched {
        let refuse =
            |what, ordinal| ReconciliationError::UnknownUnmatched { line: unmatched.line, what, ordinal };
        if proposal::get(&request.lines, unmatched.line).is_none() {
            return Err(refuse("line", unmatched.line));
        }
        if let Some(item) =
            unmatched.nearest.iter().find(|item| proposal::get(&request.items, **item).is_none())
        {
            return Err(refuse("item", *item));
        }
        if !proposal::is_code(&unmatched.reason) {
            let found = unmatched.reason.chars().take(40).collect();
            return Err(ReconciliationError::UnmatchedCode { line: unmatched.line, found });
        }
        if !answered.insert(unmatched.line) {
            return Err(ReconciliationError::AnsweredTwice { line: unmatched.line });
        }
    }
    for line in answer.proposals.iter().filter(|p| p.rank == 1).flat_map(|p| &p.lines) {
        if !answered.insert(*line) {
            return Err(ReconciliationError::AnsweredTwice { line: *line });
        }
    }
    Ok(())
}

/// All proposals of rank 1 may be approved together: so together they must fit the items, and undo a receipt once.
fn check_together(request: &Request, accepted: &[AcceptedProposal]) -> Result<(), ReconciliationError> {
    let mut cleared: BTreeMap<u32, Minor> = BTreeMap::new();
    let mut reversed = BTreeSet::new();
    for (index, proposal) in accepted.iter().enumerate().filter(|(_, p)| p.rank == 1) {
        for (item, amount) in proposal_clears(proposal)? {
            let sum = cleared.entry(item).or_default();
            *sum = sum.add(amount)?;
        }
        if let Some(receipt) = proposal.reverses_receipt.filter(|receipt| !reversed.insert(*receipt)) {
            let rule = "another proposal of rank 1 reverses it too";
            return Err(ReconciliationError::Reversal { proposal: index, receipt, rule });
        }
    }
    for (ordinal, found) in cleared {
        let Some(item) = proposal::get(&request.items, ordinal) else { continue };
        let available = proposal::available(item)?;
        if found > available {
            return Err(ReconciliationError::OverAllocatedTogether {
                item: ordinal,
                expected: available.format(item.currency),
                found: found.format(item.currency),
            });
        }
    }
    Ok(())
}

/// What a proposal clears of each item: by its allocations, with their differences, and by its nettings.
pub(super) fn proposal_clears(proposal: &AcceptedProposal) -> Result<BTreeMap<u32, Minor>, MoneyError> {
    let allocations = proposal.allocations.iter().map(|a| (a.item, a.amount));
    let nettings =
        proposal.nettings.iter().flat_map(|n| [(n.debit_item, n.amount), (n.credit_item, n.amount)]);
    let mut cleared: BTreeMap<u32, Minor> = BTreeMap::new();
    for (item, amount) in allocations.chain(nettings) {
        let sum = cleared.entry(item).or_default();
        *sum = sum.add(amount)?;
    }
    Ok(cleared)
}

#[cfg(test)]
#[path = "accept_tests.rs"]
mod tests;
