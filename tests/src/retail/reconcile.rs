//! Reconciles a bank file as its people would: the policy approves what is exact, the reviewer what is strong, without
//! looking at the truth; then once more, for what waited on that. What is weak or ambiguous is left to people.

use super::month::Shop;
use super::payments::{Answer, Payment};
use crate::score::Score;
use anyhow::{Context, Result};
use app::reconciliation::ProposalView;
use domain::ids::{BankLineId, DocumentId};
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
            // refused: what it stands on was approved to another meanwhile
            let done = app::reconciliation::approve(&shop.app, &shop.reviewer, shop.id, view.proposal.id);
            approved += u64::from(done.is_ok());
        }
        Ok(((), approved))
    })
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
