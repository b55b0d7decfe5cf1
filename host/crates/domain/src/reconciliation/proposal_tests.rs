#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::reconciliation::fixture::*;
use crate::reconciliation::{RawAllocation, accept};
use rust_decimal::Decimal;

fn take(raw: RawProposal) -> Result<AcceptedProposal, ReconciliationError> {
    take_of(&request(), raw)
}

fn take_of(request: &Request, raw: RawProposal) -> Result<AcceptedProposal, ReconciliationError> {
    accept(request, &answer(vec![raw])).map(|mut accepted| accepted.remove(0))
}

/// `exact()` holds; what does it say after the change?
fn refused(change: impl FnOnce(&mut Request, &mut RawProposal)) -> ReconciliationError {
    let (mut request, mut raw) = (request(), exact());
    take_of(&request, raw.clone()).expect("holds before the change");
    change(&mut request, &mut raw);
    take_of(&request, raw).expect_err("the change must be refused")
}

#[test]
fn every_ordinal_was_passed() {
    let unknown = |what, ordinal| ReconciliationError::Unknown { proposal: 0, what, ordinal };
    assert_eq!(refused(|_, p| p.lines.push(4)), unknown("line", 4));
    assert_eq!(refused(|_, p| p.allocations[0].line = 4), unknown("line", 4));
    assert_eq!(refused(|_, p| p.allocations[0].item = 4), unknown("item", 4));
    assert_eq!(refused(|_, p| p.differences.push(difference("tail", 4, None, 1))), unknown("line", 4));
    assert_eq!(refused(|_, p| p.differences.push(difference("tail", 0, Some(4), 1))), unknown("item", 4));
    assert_eq!(refused(|_, p| p.nettings.push((4, 2, 1))), unknown("item", 4));
    assert_eq!(refused(|_, p| p.nettings.push((1, 4, 1))), unknown("item", 4));
    assert_eq!(refused(|_, p| p.customer = Some(3)), unknown("customer", 3));
    assert_eq!(refused(|_, p| p.reverses_receipt = Some(1)), unknown("receipt", 1));
    assert_eq!(refused(|_, p| p.ambiguous_with = vec![1, 4]), unknown("item", 4));
}

#[test]
fn names_ranks_and_scores_are_in_their_registers() {
    let unknown = |change: fn(&mut RawProposal)| match refused(|_, p| change(p)) {
        ReconciliationError::UnknownName { field, .. } => field,
        other => panic!("{other}"),
    };
    assert_eq!(unknown(|p| p.residual = "keep".into()), "residual");
    assert_eq!(unknown(|p| p.confidence = "sure".into()), "confidence");
    assert_eq!(unknown(|p| p.differences.push(difference("gift", 0, None, 1))), "difference");
    for name in ["", "payer Anna", &"r".repeat(65), "安娜"] {
        let error = refused(|_, p| p.rule = name.into());
        assert!(matches!(error, ReconciliationError::Code { field: "the rule", .. }), "{error}");
    }
    let error = refused(|_, p| p.reasons[0].code = "Anna".into());
    assert!(matches!(error, ReconciliationError::Code { field: "a reason's code", .. }), "{error}");
    assert!(take(RawProposal { rule: "a-1".repeat(21) + "z", ..exact() }).is_ok());
    let range = |field, found, min, max| ReconciliationError::Range { proposal: 0, field, found, min, max };
    assert_eq!(refused(|_, p| p.rank = 0), range("rank", 0, 1, u32::MAX));
    assert_eq!(refused(|_, p| p.score = 1001), range("score", 1001, 0, 1000));
    assert!(take(RawProposal { score: 1000, ..exact() }).is_ok());
    for residual in Residual::ALL {
        assert_eq!(Residual::by_name(residual.name()), Some(residual));
    }
    for confidence in Confidence::ALL {
        assert_eq!(Confidence::by_name(confidence.name()), Some(confidence));
    }
    assert!(Confidence::Exact > Confidence::Strong && Confidence::Weak > Confidence::Ambiguous);
}

#[test]
fn nothing_stands_twice_nor_outside_of_the_proposal() {
    let twice = |what, ordinal| ReconciliationError::Twice { proposal: 0, what, ordinal };
    assert_eq!(refused(|_, p| p.lines.push(0)), twice("line", 0));
    let halves = vec![allocation(0, 0, 5_000, true), allocation(0, 0, 5_000, true)];
    assert_eq!(refused(|_, p| p.allocations = halves), twice("item", 0));
    let foreign = ReconciliationError::ForeignLine { proposal: 0, line: 1 };
    assert_eq!(refused(|_, p| p.allocations.push(allocation(1, 1, 1, false))), foreign);
    assert_eq!(refused(|_, p| p.differences.push(difference("charge", 1, None, 1))), foreign);
    assert_eq!(take(proposal(&[])), Err(ReconciliationError::Empty { proposal: 0 }));
}

#[test]
fn one_currency_on_all_sides() {
    let mixed = |what, ordinal| ReconciliationError::Currency {
        proposal: 0,
        what,
        ordinal,
        expected: Currency::CNY,
        found: Currency::EUR,
    };
    assert_eq!(refused(|r, _| r.items[0].currency = Currency::EUR), mixed("item", 0));
    let other_line = refused(|r, p| {
        r.lines[1].currency = Currency::EUR;
        p.lines.push(1);
    });
    assert_eq!(other_line, mixed("line", 1));
    let netted = refused(|r, p| {
        r.items[2].currency = Currency::EUR;
        p.nettings.push((1, 2, 1));
    });
    assert_eq!(netted, mixed("item", 2));
    let difference = refused(|_, p| {
        p.differences.push(RawDifference { currency: "EUR".into(), ..difference("charge", 0, None, 1) });
    });
    assert!(matches!(difference, ReconciliationError::Difference { .. }), "{difference}");
}

#[test]
fn money_is_positive_and_the_same_on_both_sides() {
    for amount in [0, -1] {
        let error = refused(|_, p| p.allocations[0] = allocation(0, 0, amount, false));
        assert!(matches!(error, ReconciliationError::NotPositive { field: "an allocation", .. }), "{error}");
    }
    let error = refused(|_, p| p.allocations[0].amount_in_item_currency = 9_999);
    let (expected, found) = ("99.99".to_owned(), "100.00".to_owned());
    let currency = Currency::CNY;
    assert_eq!(
        error,
        ReconciliationError::TwoAmounts { proposal: 0, line: 0, item: 0, expected, found, currency }
    );
    let error = refused(|_, p| p.allocations[0] = allocation(0, 0, 1 << 53, false));
    assert_eq!(error, ReconciliationError::Money(MoneyError::Overflow));
}

#[test]
fn money_in_clears_receivables_and_money_out_only_takes_a_receipt_back() {
    let side = ReconciliationError::Side { proposal: 0, item: 2 };
    assert_eq!(refused(|_, p| p.allocations = vec![allocation(0, 2, 2_000, true)]), side);
    let outgoing = |line| ReconciliationError::Outgoing { proposal: 0, line };
    let on_account = |lines: &[u32]| RawProposal { residual: "on-account".into(), ..proposal(lines) };
    // a payment to a supplier is nobody's receipt
    for line in [2, 3] {
        assert_eq!(take(on_account(&[line])), Err(outgoing(line)));
    }
    assert_eq!(take(on_account(&[0, 3])), Err(outgoing(3)), "not beside money that came in either");
    let refund = RawProposal { allocations: vec![allocation(3, 2, 2_000, true)], ..proposal(&[3]) };
    assert_eq!(take(refund), Err(outgoing(3)), "no refund can be posted yet");
    assert!(take(returned()).is_ok());
}

#[test]
fn items_are_cleared_only_as_far_as_they_are_free() {
    let over = |expected: &str| ReconciliationError::OverAllocated {
        proposal: 0,
        item: 0,
        expected: expected.into(),
        found: "100.00".into(),
    };
    assert_eq!(refused(|r, _| r.items[0].open = Minor::new(9_999)), over("99.99"));
    assert_eq!(refused(|r, _| r.items[0].reserved = Minor::new(1)), over("99.99"));
    assert_eq!(refused(|r, _| r.items[0].disputed = Minor::new(2)), over("99.98"));
    let blocked = refused(|r, _| r.items[0].blocked = true);
    assert_eq!(blocked, ReconciliationError::Blocked { proposal: 0, item: 0 });
    let mut undisputed = request();
    undisputed.items[1].disputed = Minor::new(2_000);
    assert!(take_of(&undisputed, part()).is_ok(), "the part that is not disputed may be paid");
}

#[test]
fn closes_says_that_nothing_stays_open() {
    let closes = |stated, cleared: &str| ReconciliationError::Closes {
        proposal: 0,
        item: 0,
        stated,
        cleared: cleared.into(),
        open: "100.00".into(),
    };
    assert_eq!(refused(|_, p| p.allocations[0].closes = false), closes(false, "100.00"));
    let error = refused(|_, p| {
        p.allocations[0] = allocation(0, 0, 9_000, true);
        p.residual = "on-account".into();
    });
    assert_eq!(error, closes(true, "90.00"));
    // two lines pay one item: one of them says that it closes
    let mut two = proposal(&[0, 1]);
    two.allocations = vec![allocation(0, 0, 5_000, false), allocation(1, 0, 5_000, true)];
    two.residual = "on-account".into();
    let accepted = take(two).unwrap();
    assert_eq!((accepted.residual_amount.get(), accepted.residuals), (5_000, vec![(0, Minor::new(5_000))]));
}

#[test]
fn a_dispute_is_reserved_since_nothing_would_keep_it() {
    assert!(take(part()).is_ok());
    for item in [Some(1), None] {
        let disputed = RawProposal { differences: vec![difference("dispute", 1, item, 2_000)], ..part() };
        let refused = take(disputed).unwrap_err();
        assert!(
            matches!(&refused, ReconciliationError::Difference { kind, .. } if kind == "dispute"),
            "{refused}"
        );
        assert!(refused.to_string().contains("is reserved"), "{refused}");
    }
}

#[test]
fn both_sides_are_equal_or_the_rest_says_where_it_goes() {
    let over = refused(|r, _| r.lines[0].remaining = Minor::new(9_999));
    let expected = ReconciliationError::LineExceeded {
        proposal: 0,
        line: 0,
        remaining: "99.99".into(),
        taken: "100.00".into(),
    };
    assert_eq!(over, expected);
    let rest = |residual: &str, customer| RawProposal {
        allocations: vec![allocation(0, 1, 6_000, false)],
        residual: residual.into(),
        customer,
        ..proposal(&[0])
    };
    let left = |residual, expected: &str, found: &str| ReconciliationError::Residual {
        proposal: 0,
        residual,
        expected: expected.into(),
        found: found.into(),
    };
    assert_eq!(take(rest("none", Some(0))), Err(left("none", "0.00", "40.00")));
    assert_eq!(take(rest("on-account", Some(0))).unwrap().residual_amount.get(), 4_000);
    let suspense = take(rest("suspense", Some(0))).unwrap();
    assert_eq!((suspense.residual, suspense.residual_amount.get()), (Residual::Suspense, 4_000));
    assert_eq!(take(rest("suspense", None)), Err(ReconciliationError::NoCustomer { proposal: 0 }));
    assert!(matches!(
        take(rest("somewhere", Some(0))),
        Err(ReconciliationError::UnknownName { field: "residual", .. })
    ));
    assert_eq!(take(rest("on-account", None)), Err(ReconciliationError::NoCustomer { proposal: 0 }));
    let nothing_left = refused(|_, p| p.residual = "on-account".into());
    assert_eq!(nothing_left, left("on-account", "a positive amount", "0.00"));
}

#[test]
fn a_difference_may_repeat_the_residual() {
    let repeated = |kind: &str, amount| RawProposal {
        residual: "on-account".into(),
        differences: vec![difference(kind, 0, None, amount)],
        ..proposal(&[0])
    };
    let accepted = take(repeated("on-account", 10_000)).unwrap();
    assert_eq!((accepted.residual_amount.get(), accepted.differences.len()), (10_000, 0));
    assert!(matches!(take(repeated("on-account", 9_999)), Err(ReconciliationError::Residual { .. })));
    let suspense = take(repeated("suspense", 10_000));
    assert!(matches!(suspense, Err(ReconciliationError::Residual { .. })), "it is on account: {suspense:?}");
    let without = refused(|_, p| p.differences.push(difference("on-account", 0, None, 1)));
    assert!(matches!(without, ReconciliationError::Residual { .. }), "{without}");
    let mut on_item = exact();
    on_item.differences = vec![difference("on-account", 0, Some(0), 1)];
    assert!(matches!(take(on_item), Err(ReconciliationError::Difference { .. })));
}

#[test]
fn money_is_the_customers_whose_items_it_pays() {
    let raw = |customer| RawProposal {
        allocations: vec![allocation(0, 1, 7_000, true), allocation(0, 3, 3_000, true)],
        customer,
        ..proposal(&[0])
    };
    let other = |item, customer| ReconciliationError::Customer { proposal: 0, item, customer };
    assert_eq!(take(raw(Some(0))), Err(other(3, 0)));
    assert_eq!(take(raw(Some(1))), Err(other(1, 1)));
    let nobody = Err(ReconciliationError::NoCustomer { proposal: 0 });
    assert_eq!(take(raw(None)), nobody);
    assert_eq!(take(RawProposal { customer: None, ..exact() }), nobody);
    // a mother pays her daughters' items in one sum, and her own; a daughter does not pay her sister's
    let mut family = request();
    for item in &mut family.items {
        item.parent_customer = Some(2);
    }
    assert_eq!(take_of(&family, raw(Some(2))).unwrap().customer, Some(2));
    assert_eq!(take_of(&family, raw(Some(0))), Err(other(3, 0)));
}

#[test]
fn nettings_need_two_sides_of_one_customer_and_account() {
    let netting =
        |debit, credit, amount| RawProposal { nettings: vec![(debit, credit, amount)], ..proposal(&[]) };
    let accepted = take(netting(0, 2, 1_500)).unwrap();
    assert_eq!((accepted.currency, accepted.nettings[0].amount.get()), (Currency::CNY, 1_500));
    let rule = |found| match found {
        Err(ReconciliationError::Netting { rule, .. }) => rule,
        other => panic!("{other:?}"),
    };
    assert!(rule(take(netting(2, 0, 1))).contains("receivable"));
    assert!(rule(take(netting(0, 1, 1))).contains("receivable"));
    let foreign = ReconciliationError::Customer { proposal: 0, item: 3, customer: 0 };
    assert_eq!(take(netting(3, 2, 1)), Err(foreign));
    let mut accounts = request();
    accounts.items[2].control_account = "2203".into();
    assert!(rule(take_of(&accounts, netting(0, 2, 1))).contains("control accounts"));
    let twice = RawProposal { nettings: vec![(0, 2, 1), (0, 2, 1)], ..proposal(&[]) };
    assert!(rule(take(twice)).contains("twice"));
    assert!(matches!(take(netting(0, 2, 0)), Err(ReconciliationError::NotPositive { .. })));
    assert!(matches!(take(netting(0, 2, 2_001)), Err(ReconciliationError::OverAllocated { item: 2, .. })));
    // money and a credit note together close an item
    let mut both = RawProposal { nettings: vec![(1, 2, 2_000)], ..part() };
    both.allocations[0].closes = true;
    assert!(take(both.clone()).is_ok());
    both.nettings[0].2 = 1_999;
    assert!(matches!(take(both), Err(ReconciliationError::Closes { stated: true, .. })));
}

#[test]
fn a_return_takes_back_one_receipt_whole_and_alone() {
    let rule = |change: fn(&mut Request, &mut RawProposal)| {
        let (mut request, mut raw) = (request(), returned());
        take_of(&request, raw.clone()).expect("holds before the change");
        change(&mut request, &mut raw);
        match take_of(&request, raw) {
            Err(ReconciliationError::Reversal { proposal: 0, receipt: 0, rule }) => rule,
            other => panic!("{other:?}"),
        }
    };
    assert!(rule(|_, p| p.lines.push(3)).contains("one line"));
    assert!(rule(|r, _| r.lines[2].credit = true).contains("not a return"));
    assert!(rule(|r, _| r.lines[2].kind = "payout".into()).contains("not a return"));
    assert!(rule(|r, _| r.receipts[0].currency = Currency::EUR).contains("another currency"));
    assert!(rule(|r, _| r.receipts[0].amount = Decimal::new(8_001, 2)).contains("amount"));
    assert!(rule(|_, p| p.customer = Some(1)).contains("another customer"));
    assert!(rule(|_, p| p.residual = "on-account".into()).contains("something else"));
    assert!(rule(|r, _| r.receipts[0].date = day().succ_opt().unwrap()).contains("later"));
    assert!(rule(|_, p| p.nettings = vec![(0, 2, 1)]).contains("something else"));
    let charged = |r: &mut Request, p: &mut RawProposal| {
        r.lines[2].charges = Minor::new(1);
        p.differences = vec![difference("charge", 2, None, 1)];
    };
    assert!(rule(charged).contains("something else"));
    let on_item = |_: &mut Request, p: &mut RawProposal| {
        p.allocations = vec![RawAllocation { item: 0, ..allocation(2, 0, 2_000, false) }];
    };
    assert!(rule(on_item).contains("something else"));
    let mut reversal = request();
    reversal.lines[2].kind = "reversal".into();
    assert!(take_of(&reversal, returned()).is_ok());
    assert!(take(RawProposal { customer: None, ..returned() }).is_ok());
}

#[test]
fn amounts_go_up_to_what_every_guest_can_count() {
    let most = (1 << 53) - 1;
    let mut request = request();
    (request.lines[0].remaining, request.items[0].open) = (Minor::new(most), Minor::new(most));
    let whole = RawProposal { allocations: vec![allocation(0, 0, most, true)], ..proposal(&[0]) };
    assert!(take_of(&request, whole.clone()).is_ok());
    request.tolerances[0].amount = Minor::new(most);
    let tail = |amount| RawProposal {
        allocations: vec![allocation(0, 0, 1, amount == most - 1)],
        differences: vec![difference("tail", 0, Some(0), amount)],
        residual: "on-account".into(),
        ..proposal(&[0])
    };
    assert!(take_of(&request, tail(most - 1)).is_ok());
    // within the range, but together with the money beyond it; by itself beyond it
    assert_eq!(take_of(&request, tail(most)), Err(ReconciliationError::Money(MoneyError::Overflow)));
    assert!(matches!(take_of(&request, tail(most + 1)), Err(ReconciliationError::Difference { .. })));
}

#[test]
fn an_allocation_clears_something() {
    let raw = RawProposal {
        allocations: vec![allocation(1, 1, 60, false)],
        differences: vec![difference("tail", 1, Some(1), -60)],
        residual: "on-account".into(),
        ..proposal(&[1])
    };
    let error = take(raw).unwrap_err();
    assert!(
        matches!(error, ReconciliationError::NotPositive { field: "what an allocation clears", .. }),
        "{error}"
    );
}

#[test]
fn money_of_nobody_known_is_nobodys() {
    let unknown = RawProposal { residual: "suspense".into(), customer: None, ..proposal(&[0]) };
    let accepted = take(unknown.clone()).unwrap();
    assert_eq!((accepted.customer, accepted.residual_amount.get()), (None, 10_000));
    let repeated = |amount| RawProposal {
        differences: vec![difference("suspense", 0, None, amount)],
        ..unknown.clone()
    };
    assert!(take(repeated(10_000)).is_ok());
    assert!(matches!(take(repeated(1)), Err(ReconciliationError::Residual { .. })));
    // what the bank kept of it is not written off for nobody
    let mut request = request();
    request.lines[0].charges = Minor::new(500);
    let charged = RawProposal { differences: vec![difference("charge", 0, None, 500)], ..unknown.clone() };
    assert!(matches!(take_of(&request, charged), Err(ReconciliationError::Difference { .. })));
    let netted = RawProposal { nettings: vec![(0, 2, 1)], ..unknown };
    assert_eq!(take(netted), Err(ReconciliationError::NoCustomer { proposal: 0 }));
}

#[test]
fn a_return_may_cost_what_the_bank_shows() {
    let of = |amount: i64, charges: i64| {
        let mut request = request();
        (request.lines[2].remaining, request.lines[2].amount) = (Minor::new(amount), Minor::new(amount));
        request.lines[2].charges = Minor::new(charges);
        take_of(&request, returned())
    };
    assert!(of(8_000, 0).is_ok() && of(8_350, 350).is_ok());
    assert!(of(8_000, 350).is_ok(), "the fee is a line of its own");
    assert!(matches!(of(8_350, 349), Err(ReconciliationError::Reversal { .. })));
}
