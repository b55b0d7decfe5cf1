#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::reconciliation::fixture::*;
use crate::reconciliation::{RawProposal, RawUnmatched, Residual};
use proptest::prelude::*;

fn good() -> Answer {
    let mut good = answer(vec![exact(), part(), returned()]);
    good.unmatched.push(RawUnmatched { line: 3, reason: "unknown".into(), nearest: vec![2] });
    good
}

fn refused(change: impl FnOnce(&mut Answer)) -> ReconciliationError {
    let mut answer = good();
    accept(&request(), &answer).expect("holds before the change");
    change(&mut answer);
    accept(&request(), &answer).expect_err("the change must be refused")
}

#[test]
fn what_holds_is_taken_in_the_order_of_the_answer() {
    let accepted = accept(&request(), &good()).unwrap();
    let lines: Vec<&[u32]> = accepted.iter().map(|p| p.lines.as_slice()).collect();
    assert_eq!(lines, [&[0][..], &[1], &[2]]);
    let first = &accepted[0];
    assert_eq!((first.allocations[0].amount.get(), first.allocations[0].line_amount.get()), (10_000, 10_000));
    assert!(first.allocations[0].closes);
    assert_eq!((first.residual, first.residual_amount), (Residual::None, Minor::ZERO));
    assert_eq!((first.score, first.rule.as_str(), first.reasons.len()), (900, "reference", 1));
    assert_eq!(accepted[2].reverses_receipt, Some(0));
}

#[test]
fn a_line_has_one_answer() {
    let line = |line| ReconciliationError::AnsweredTwice { line };
    assert_eq!(refused(|a| a.proposals.push(RawProposal { group: 8, ..part() })), line(1));
    let unmatched = |line| RawUnmatched { line, reason: "unknown".into(), nearest: vec![] };
    assert_eq!(refused(|a| a.unmatched.push(unmatched(0))), line(0));
    assert_eq!(refused(|a| a.unmatched.push(unmatched(3))), line(3));
    let mut alternatives = good();
    alternatives.proposals.push(RawProposal { rank: 2, ..exact() });
    assert!(accept(&request(), &alternatives).is_ok(), "alternatives of a lower rank are no second answer");
    alternatives.proposals.push(RawProposal { rank: 2, ..exact() });
    let twice = ReconciliationError::DuplicateRank { proposal: 4, group: 0, rank: 2, line: 0 };
    assert_eq!(accept(&request(), &alternatives), Err(twice));
    alternatives.proposals[4].group = 7;
    assert!(accept(&request(), &alternatives).is_ok(), "another group");
    assert!(matches!(refused(|a| a.proposals.push(exact())), ReconciliationError::DuplicateRank { .. }));
}

#[test]
fn unmatched_lines_and_their_nearest_items_were_passed() {
    let unknown = |line, what, ordinal| ReconciliationError::UnknownUnmatched { line, what, ordinal };
    assert_eq!(refused(|a| a.unmatched[0].line = 4), unknown(4, "line", 4));
    assert_eq!(refused(|a| a.unmatched[0].nearest.push(4)), unknown(3, "item", 4));
    let code = ReconciliationError::UnmatchedCode { line: 3, found: "Anna".into() };
    assert_eq!(refused(|a| a.unmatched[0].reason = "Anna".into()), code);
}

#[test]
fn lines_without_any_answer_are_listed() {
    assert_eq!(unanswered(&request(), &good()), Vec::<u32>::new());
    assert_eq!(unanswered(&request(), &answer(vec![part()])), [0, 2, 3]);
    let low = RawProposal { rank: 2, ..exact() };
    assert_eq!(unanswered(&request(), &answer(vec![low])), [1, 2, 3]);
}

#[test]
fn proposals_of_the_first_rank_fit_the_items_together() {
    let paying_0 =
        |rank| RawProposal { rank, allocations: vec![allocation(1, 0, 5_000, false)], ..proposal(&[1]) };
    let together = accept(&request(), &answer(vec![exact(), paying_0(1)]));
    let expected = ReconciliationError::OverAllocatedTogether {
        item: 0,
        expected: "100.00".into(),
        found: "150.00".into(),
    };
    assert_eq!(together, Err(expected));
    assert!(accept(&request(), &answer(vec![exact(), paying_0(2)])).is_ok());
    let netting = RawProposal { nettings: vec![(0, 2, 1)], ..proposal(&[]) };
    let together = accept(&request(), &answer(vec![exact(), netting]));
    assert!(matches!(together, Err(ReconciliationError::OverAllocatedTogether { item: 0, .. })));
}

#[test]
fn a_receipt_is_reversed_once() {
    let mut request = request();
    request.lines.push(line(false, "return", 8_000));
    let second = |rank| RawProposal { rank, reverses_receipt: Some(0), ..proposal(&[4]) };
    let twice = accept(&request, &answer(vec![returned(), second(1)]));
    assert!(matches!(twice, Err(ReconciliationError::Reversal { proposal: 1, receipt: 0, .. })), "{twice:?}");
    assert!(accept(&request, &answer(vec![returned(), second(2)])).is_ok());
}

proptest! {
    /// Whatever a guest proposes: what is accepted clears no item beyond what is open, and no line beyond its money.
    #[test]
    fn what_is_accepted_fits(
        proposals in proptest::collection::vec((0u32..2, 0u32..2, 1i64..12_000, -200i64..200, any::<bool>(), 1u32..3), 1..4),
    ) {
        let raw: Vec<RawProposal> = proposals.iter().enumerate().map(|(index, (line, item, amount, tail, closes, rank))| {
            let differences = if *tail == 0 { vec![] } else { vec![difference("tail", *line, Some(*item), *tail)] };
            let remaining = [10_000, 5_000][usize::try_from(*line).unwrap()];
            let residual = if *amount < remaining { "on-account" } else { "none" };
            RawProposal {
                group: u32::try_from(index).unwrap(),
                rank: *rank,
                allocations: vec![allocation(*line, *item, *amount, *closes)],
                differences,
                residual: residual.into(),
                ..proposal(&[*line])
            }
        }).collect();
        let request = request();
        let Ok(accepted) = accept(&request, &answer(raw)) else { return Ok(()) };
        let mut cleared = [0i64; 4];
        for proposal in &accepted {
            let money: i64 = proposal.allocations.iter().map(|a| a.line_amount.get()).sum();
            let line = &request.lines[usize::try_from(proposal.lines[0]).unwrap()];
            prop_assert_eq!(money + proposal.residual_amount.get(), line.remaining.get());
            for allocation in &proposal.allocations {
                let item = usize::try_from(allocation.item).unwrap();
                let differences: i64 = proposal.differences.iter().map(|d| d.amount.get()).sum();
                prop_assert_eq!(allocation.amount.get(), allocation.line_amount.get() + differences);
                prop_assert_eq!(allocation.closes, allocation.amount == request.items[item].open);
                if proposal.rank == 1 {
                    cleared[item] += allocation.amount.get();
                }
            }
        }
        for (item, cleared) in request.items.iter().zip(cleared) {
            prop_assert!(cleared <= item.open.get());
        }
    }
}

#[test]
fn a_reason_with_a_control_character_is_refused_by_name() {
    let error = refused(|a| {
        a.proposals[1].reasons.push(crate::reconciliation::Reason {
            code: "name".into(),
            text: "like\0 hers".into(),
            permille: 10,
        })
    });
    assert_eq!(error, ReconciliationError::Text { proposal: 1, found: '\0' });
}
