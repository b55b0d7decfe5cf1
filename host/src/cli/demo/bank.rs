//! The bank's side of the month: who approved what, and what is left to people.

use super::report::{Bank, BankFile, Proposals};
use crate::cli::failure::{Failure, OrFail as _};
use crate::cli::session::Session;
use app::bank_detail::Wanted;
use app::reconciliation::ProposalView;
use domain::ids::ProposalId;
use std::collections::BTreeMap;
use store::types::{BankDetailState, BankLineStatus, ProposalStatus};

/// Rows of one page.
const PAGE: u32 = 500;

/// The reviewer approves the accounts that the administrator added: all but the first wait for her.
pub fn confirm(reviewer: &Session) -> Result<(), Failure> {
    let (app, actor, company) = (&reviewer.app, &reviewer.actor, reviewer.id());
    let wanted = Wanted { state: Some(BankDetailState::Proposed), ..Wanted::default() };
    for view in app::bank_detail::list(app, actor, company, &wanted, None, PAGE).or_fail()? {
        app::bank_detail::approve(app, actor, company, view.change.id).or_fail()?;
    }
    Ok(())
}

/// The policy approves what is exact; the reviewer what is strong or weak and the best of its group. Gives what she
/// could not approve, and why.
pub fn approve(clerk: &Session, reviewer: &Session) -> Result<Vec<String>, Failure> {
    app::reconciliation::approve_by_policy(&clerk.app, &clerk.actor, clerk.id()).or_fail()?;
    let mut refused = Vec::new();
    for view in proposals(reviewer, Some(ProposalStatus::Proposed))? {
        let proposal = &view.proposal;
        if proposal.rank != 1 || !["strong", "weak"].contains(&proposal.confidence.as_str()) {
            continue;
        }
        if let Err(error) =
            app::reconciliation::approve(&reviewer.app, &reviewer.actor, reviewer.id(), proposal.id)
        {
            refused.push(format!("{} ({}): {error}", proposal.id, proposal.rule));
        }
    }
    Ok(refused)
}

fn proposals(session: &Session, status: Option<ProposalStatus>) -> Result<Vec<ProposalView>, Failure> {
    let mut all: Vec<ProposalView> = Vec::new();
    loop {
        let after: Option<ProposalId> = all.last().map(|view| view.proposal.id);
        let page = app::reconciliation::list(&session.app, &session.actor, session.id(), status, after, PAGE)
            .or_fail()?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// Bank lines of a status.
fn lines(session: &Session, status: BankLineStatus) -> Result<u64, Failure> {
    let (mut count, mut after) = (0, None);
    loop {
        let page =
            app::bank::lines(&session.app, &session.actor, session.id(), status, after, PAGE).or_fail()?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some((last.booking_date, last.id));
        count += u64::try_from(page.len()).unwrap_or(0);
    }
}

/// What became of every line and proposal.
pub fn tell(session: &Session, files: Vec<BankFile>, refused: Vec<String>) -> Result<Bank, Failure> {
    let to_review = lines(session, BankLineStatus::Proposed)?;
    let unmatched = lines(session, BankLineStatus::Open)?;
    let decided = lines(session, BankLineStatus::Posted)? + lines(session, BankLineStatus::Ignored)?;
    let mut by_confidence: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let (mut matched_by_policy, mut matched_by_reviewer) = (0, 0);
    for view in proposals(session, None)? {
        let proposal = &view.proposal;
        let of = by_confidence.entry(proposal.confidence.clone()).or_default();
        of.0 += 1;
        if proposal.status != ProposalStatus::Approved {
            continue;
        }
        of.1 += 1;
        let explained = u64::try_from(view.lines.len()).unwrap_or(0);
        let by_policy = proposal.decided_by.as_deref().is_some_and(|by| by.starts_with("policy:"));
        if by_policy { matched_by_policy += explained } else { matched_by_reviewer += explained }
    }
    let proposals = by_confidence
        .into_iter()
        .map(|(confidence, (made, approved))| Proposals { confidence, made, approved })
        .collect();
    let lines = decided + to_review + unmatched;
    Ok(Bank {
        files,
        lines,
        matched_by_policy,
        matched_by_reviewer,
        to_review,
        unmatched,
        proposals,
        refused,
    })
}
