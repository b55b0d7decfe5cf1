//! Reconciles a bank file as its people would: the policy approves what is exact, the reviewer what is strong, without
//! looking at the truth; then once more, for what waited on that. What is weak or ambiguous is left to people.

use super::month::Shop;
use super::payments::{Answer, Payment};
use crate::score::Score;
use anyhow::{Context, Result};
use app::Common;
use app::allocation::AllocateError;
use app::receipt::RecordReceiptError;
use app::reconciliation::{ApproveProposalError, ProposalView, ReturnError};
use domain::ids::{BankLineId, DocumentId};
use domain::ledger::AllocationError;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::types::{BankLineStatus, ProposalStatus};

/// Calls of the matcher for one file.
const PASSES: u32 = 2;

/// What was proposed for a line, by its reference.
#[derive(Default)]
struct Proposed {
    found: BTreeMap<String, Answer>,
    by_policy: BTreeSet<String>,
}

pub(super) fn run(shop: &mut Shop<'_>, payments: &[Payment], score: &mut Score) -> Result<()> {
    let mut proposed = Proposed::default();
    for _ in 0..PASSES {
        pass(shop, &mut proposed)?;
    }
    for payment in payments {
        let by_policy = proposed.by_policy.contains(&payment.reference);
        let Payment { reference, amount, name, text, class, .. } = payment;
        let told = || format!("{reference} {amount} from {name:?} says {text:?}");
        score.take((class, &told), payment.truth.as_ref(), proposed.found.get(reference), by_policy);
    }
    Ok(())
}

fn pass(shop: &mut Shop<'_>, proposed: &mut Proposed) -> Result<()> {
    shop.seal()?;
    let lines = references(shop)?;
    shop.timed("bank lines proposed for", |shop| {
        app::reconciliation::propose(&shop.app, &shop.clerk, shop.id)?;
        Ok(((), lines.values().filter(|(_, status)| *status == BankLineStatus::Open).count() as u64))
    })?;
    let best: Vec<ProposalView> = pending(shop)?
        .into_iter()
        .filter(|v| v.proposal.rank == 1 && v.proposal.confidence != "ambiguous")
        .collect();
    let reference = |line: BankLineId| lines.get(&line).map(|(reference, _)| reference.clone());
    let receipts = receipts(shop, &best, &reference)?;
    for view in &best {
        for line in view.lines.iter().filter_map(|line| reference(line.bank_line)) {
            proposed.found.insert(line, found(shop, view, &receipts)?);
        }
    }
    shop.timed("proposals approved", |shop| {
        let policy = app::reconciliation::approve_by_policy(&shop.app, &shop.clerk, shop.id)?;
        let left = pending(shop)?;
        let waiting: BTreeSet<_> = left.iter().map(|view| view.proposal.id).collect();
        for view in best.iter().filter(|view| !waiting.contains(&view.proposal.id)) {
            proposed.by_policy.extend(view.lines.iter().filter_map(|line| reference(line.bank_line)));
        }
        let mut approved = policy.approved;
        for view in left.iter().filter(|v| v.proposal.rank == 1 && v.proposal.confidence == "strong") {
            match app::reconciliation::approve(&shop.app, &shop.reviewer, shop.id, view.proposal.id) {
                Ok(_) => approved += 1,
                Err(refused) if is_left_to_people(&refused) => {}
                Err(failed) => {
                    let proposal = view.proposal.id;
                    return Err(anyhow::Error::new(failed).context(format!("approving {proposal}")));
                }
            }
        }
        Ok(((), approved))
    })
}

/// What it stands on was approved to another meanwhile, or it clears more than the tolerances of the company: a person looks at it
/// again. Whatever else is refused is a fault.
fn is_left_to_people(refused: &ApproveProposalError) -> bool {
    let used_up = |error: &AllocationError| matches!(error, AllocationError::OverAllocated { .. });
    match refused {
        ApproveProposalError::Decided(_)
        | ApproveProposalError::Beyond { .. }
        | ApproveProposalError::Return(ReturnError::AlreadyReturned { .. }) => true,
        ApproveProposalError::Receipt(RecordReceiptError::Allocation(error))
        | ApproveProposalError::Receipt(RecordReceiptError::Later(AllocateError::Allocation(error)))
        | ApproveProposalError::Allocation(AllocateError::Allocation(error)) => used_up(error),
        other => matches!(other.common(), Some(Common::Conflict { .. } | Common::TooEarly { .. })),
    }
}

fn pending(shop: &Shop<'_>) -> Result<Vec<ProposalView>> {
    let mut all: Vec<ProposalView> = Vec::new();
    loop {
        let after = all.last().map(|view| view.proposal.id);
        let open = Some(ProposalStatus::Proposed);
        let page = app::reconciliation::list(&shop.app, &shop.reviewer, shop.id, open, after, 200)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// The bank's reference of every line, and where it stands.
fn references(shop: &Shop<'_>) -> Result<HashMap<BankLineId, (String, BankLineStatus)>> {
    let mut all = HashMap::new();
    for status in [BankLineStatus::Open, BankLineStatus::Proposed, BankLineStatus::Posted] {
        let mut after = None;
        loop {
            let page = app::bank::lines(&shop.app, &shop.reviewer, shop.id, status, after, 200)?;
            let Some(last) = page.last() else { break };
            after = Some((last.booking_date, last.id));
            all.extend(
                page.into_iter().map(|line| (line.id, (line.servicer_reference.unwrap_or_default(), status))),
            );
        }
    }
    Ok(all)
}

/// The reference of the payment whose receipt a proposal takes back.
fn receipts(
    shop: &Shop<'_>,
    best: &[ProposalView],
    reference: &dyn Fn(BankLineId) -> Option<String>,
) -> Result<HashMap<DocumentId, String>> {
    let mut found = HashMap::new();
    for document in best.iter().filter_map(|view| view.proposal.reverses_document) {
        let receipt =
            app::invoice::document(&shop.app, &shop.reviewer, shop.id, "receipt", &document.to_string())?;
        let line = receipt.bank_line.context("a receipt that came from no bank line is taken back")?;
        found.insert(document, reference(line).unwrap_or_default());
    }
    Ok(found)
}

fn found(shop: &Shop<'_>, view: &ProposalView, receipts: &HashMap<DocumentId, String>) -> Result<Answer> {
    if let Some(document) = view.proposal.reverses_document {
        return Ok(Answer::Returned { of: receipts.get(&document).cloned().unwrap_or_default() });
    }
    let customer = view.proposal.customer.and_then(|id| shop.codes.get(&id)).cloned().unwrap_or_default();
    let mut parts: BTreeMap<String, i64> = BTreeMap::new();
    for allocation in &view.allocations {
        let number = |item| shop.numbers.get(item).cloned().unwrap_or_else(|| format!("{item}"));
        *parts.entry(number(&allocation.item)).or_default() += allocation.amount.get();
        if let Some(credit) = &allocation.credit_item {
            *parts.entry(number(credit)).or_default() -= allocation.amount.get();
        }
    }
    Ok(Answer::Paid { customer, parts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::ProposalId;

    #[test]
    fn what_another_has_taken_is_left_to_people_and_a_fault_is_not() {
        let taken: [ApproveProposalError; 4] = [
            ApproveProposalError::Decided(ProposalStatus::Approved),
            Common::Conflict { what: "proposal".to_owned() }.into(),
            AllocateError::from(Common::Conflict { what: "open item".to_owned() }).into(),
            ReturnError::AlreadyReturned { number: "RC-1".to_owned() }.into(),
        ];
        assert!(taken.iter().all(is_left_to_people));
        let faults: [ApproveProposalError; 4] = [
            Common::not_found("proposal", ProposalId::new(uuid::Uuid::nil())).into(),
            Common::Corrupt { what: "proposal", detail: "no lines".to_owned() }.into(),
            ApproveProposalError::MakerIsChecker { person: "clerk".to_owned() },
            ApproveProposalError::NoCustomer,
        ];
        assert!(!faults.iter().any(is_left_to_people));
    }
}
