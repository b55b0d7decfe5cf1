#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::reconciliation::fixture::*;
use crate::reconciliation::{RawAllocation, Tolerance, ToleranceRole, accept};
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

/// Line 1 pays 50.00 of item 1's 70.00, and `missing` of it is cleared besides.
fn short(kind: &str, missing: i64) -> RawProposal {
    RawProposal {
        allocations: vec![allocation(1, 1, 5_000, missing == 2_000)],
        differences: vec![difference(kind, 1, Some(1), missing)],
        ..proposal(&[1])
    }
}

fn beyond(kind: &'static str, expected: &str, found: &str) -> ReconciliationError {
    ReconciliationError::Beyond { proposal: 0, kind, expected: expected.into(), found: found.into() }
}

#[test]
fn differences_clear_besides_the_money() {
    let mut request = request();
    request.lines[1].charges = Minor::new(3_000);
    request.lines[1].remittances = vec![("INV".into(), Minor::ZERO, Minor::new(1_000)); 3];
    for kind in ["discount", "charge"] {
        let accepted = take_of(&request, short(kind, 2_000)).unwrap();
        let allocation = &accepted.allocations[0];
        assert_eq!(
            (allocation.amount.get(), allocation.line_amount.get(), allocation.closes),
            (7_000, 5_000, true)
        );
        assert_eq!((accepted.differences[0].kind.name(), accepted.differences[0].item), (kind, Some(1)));
        let negative = take_of(&request, short(kind, -1));
        assert!(
            matches!(negative, Err(ReconciliationError::NotPositive { field: "a difference", .. })),
            "{kind}"
        );
        let over = take_of(&request, short(kind, 2_001));
        assert!(matches!(over, Err(ReconciliationError::OverAllocated { .. })), "{kind}");
    }
    let elsewhere = RawProposal { differences: vec![difference("charge", 1, Some(0), 1)], ..part() };
    let expected = ReconciliationError::DifferenceWithoutAllocation {
        proposal: 0,
        kind: "charge".into(),
        line: 1,
        item: 0,
    };
    assert_eq!(take_of(&request, elsewhere), Err(expected));
}

#[test]
fn a_guests_word_is_no_evidence_for_what_it_writes_off() {
    // 1.00 came in, a million is to be the bank's charge
    let million = |kind: &str| {
        let mut request = request();
        (request.lines[0].remaining, request.items[0].open) = (Minor::new(100), Minor::new(100_000_100));
        let raw = RawProposal {
            allocations: vec![allocation(0, 0, 100, true)],
            differences: vec![difference(kind, 0, Some(0), 100_000_000)],
            ..proposal(&[0])
        };
        take_of(&request, raw)
    };
    for kind in ["charge", "discount", "withholding"] {
        assert_eq!(million(kind), Err(beyond(kind, "0.00", "1000000.00")));
    }
    assert_eq!(million("tail"), Err(beyond("tail", "1.00", "1000000.00")));
    // each kind has its own evidence and its own role
    let with = |kind: &str, change: fn(&mut Request)| {
        let mut request = request();
        change(&mut request);
        take_of(&request, short(kind, 2_000)).is_ok()
    };
    let charges: fn(&mut Request) = |r| r.lines[1].charges = Minor::new(2_000);
    let advice: fn(&mut Request) =
        |r| r.lines[1].remittances = vec![("INV".into(), Minor::ZERO, Minor::new(2_000))];
    let role: [fn(&mut Request); 3] = [
        |r| r.tolerances.push(tolerance(ToleranceRole::Charge, 2_000)),
        |r| r.tolerances.push(tolerance(ToleranceRole::Discount, 2_000)),
        |r| r.tolerances[0].amount = Minor::new(2_000),
    ];
    for (kind, fits) in [
        ("charge", [true, false, true, false, false]),
        ("discount", [false, true, false, true, false]),
        ("tail", [false, false, false, false, true]),
        ("withholding", [false; 5]),
    ] {
        let found = [charges, advice, role[0], role[1], role[2]].map(|change| with(kind, change));
        assert_eq!(found, fits, "{kind}");
    }
    let less: fn(&mut Request) = |r| r.lines[1].charges = Minor::new(1_999);
    assert!(!with("charge", less));
    let negative: fn(&mut Request) = |r| {
        r.lines[1].charges = Minor::new(-1);
        r.tolerances.push(tolerance(ToleranceRole::Charge, 2_000));
    };
    assert!(with("charge", negative), "charges given back are no evidence, and no debt");
    let elsewhere: fn(&mut Request) = |r| r.lines[0].charges = Minor::new(2_000);
    assert!(!with("charge", elsewhere), "charges of another line");
}

#[test]
fn a_tolerance_of_the_customer_replaces_the_companys() {
    let tail = |rows: Vec<Tolerance>| {
        let mut request = request();
        (request.items[0].open, request.tolerances) = (Minor::new(10_200), rows);
        take_of(&request, RawProposal { differences: vec![difference("tail", 0, Some(0), 200)], ..exact() })
    };
    let row = |customer, amount| Tolerance { customer, ..tolerance(ToleranceRole::Tail, amount) };
    assert!(tail(vec![row(None, 200)]).is_ok());
    assert_eq!(tail(vec![row(None, 199)]), Err(beyond("tail", "1.99", "2.00")));
    assert_eq!(tail(vec![row(None, 200), row(Some(0), 50)]), Err(beyond("tail", "0.50", "2.00")));
    assert!(tail(vec![row(None, 50), row(Some(0), 200)]).is_ok());
    assert_eq!(tail(vec![row(None, 50), row(Some(1), 200)]), Err(beyond("tail", "0.50", "2.00")));
    let share = |permille| vec![Tolerance { permille, ..row(None, 0) }];
    assert!(tail(share(20)).is_ok(), "20 permille of 100.00");
    assert_eq!(tail(share(19)), Err(beyond("tail", "1.90", "2.00")));
}

#[test]
fn differences_without_an_item_are_charges_that_the_bank_shows() {
    // 100.00 came in, the bank kept 5.00: 105.00 to clear
    let mut request = request();
    request.lines[0].charges = Minor::new(500);
    request.tolerances.push(tolerance(ToleranceRole::Charge, 900));
    let mut raw = exact();
    raw.differences = vec![difference("charge", 0, None, 500)];
    raw.residual = "on-account".into();
    let accepted = take_of(&request, raw.clone()).unwrap();
    assert_eq!((accepted.residual_amount.get(), accepted.allocations[0].amount.get()), (500, 10_000));
    raw.differences[0].amount = 501;
    assert_eq!(take_of(&request, raw.clone()), Err(beyond("charge", "5.00", "5.01")), "no tolerance here");
    for kind in ["tail", "discount", "withholding", "fx"] {
        raw.differences[0] = difference(kind, 0, None, 1);
        let error = take_of(&request, raw.clone()).unwrap_err();
        assert!(matches!(error, ReconciliationError::Difference { .. }), "{kind}: {error}");
    }
}

#[test]
fn a_tail_stays_within_the_tolerance() {
    let tail = |amount: i64, item_open: i64| {
        let mut request = request();
        request.items[0].open = Minor::new(item_open);
        let differences = vec![difference("tail", 0, Some(0), amount)];
        take_of(&request, RawProposal { differences, ..exact() })
    };
    assert_eq!(tail(100, 10_100).unwrap().allocations[0].amount.get(), 10_100);
    assert_eq!(tail(-100, 9_900).unwrap().allocations[0].amount.get(), 9_900);
    assert_eq!(tail(101, 10_101), Err(beyond("tail", "1.00", "1.01")));
    assert_eq!(tail(-101, 9_899), Err(beyond("tail", "1.00", "1.01")));
    assert!(matches!(tail(0, 10_000), Err(ReconciliationError::Difference { .. })));
    // two tails of 0.60 are 1.20
    let mut two = proposal(&[0]);
    two.allocations = vec![allocation(0, 0, 9_940, true), allocation(0, 1, 60, false)];
    two.differences = vec![difference("tail", 0, Some(0), 60), difference("tail", 0, Some(1), 60)];
    assert_eq!(take(two), Err(beyond("tail", "1.00", "1.20")));
}

#[test]
fn what_is_disputed_stays_open() {
    let disputed =
        |amount| RawProposal { differences: vec![difference("dispute", 1, Some(1), amount)], ..part() };
    let accepted = take(disputed(2_000)).unwrap();
    assert_eq!(accepted.disputes, [(1, Minor::new(2_000))]);
    assert!(accepted.differences.is_empty());
    assert_eq!(accepted.allocations[0].amount.get(), 5_000);
    assert!(matches!(take(disputed(2_001)), Err(ReconciliationError::OverAllocated { .. })));
    let without = RawProposal { differences: vec![difference("dispute", 1, None, 1)], ..part() };
    assert!(matches!(take(without), Err(ReconciliationError::Difference { .. })));
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
    let suspense = take(rest("suspense", Some(0)));
    assert!(
        matches!(suspense, Err(ReconciliationError::UnknownName { field: "residual", .. })),
        "money of an unknown owner is nobody's credit: {suspense:?}"
    );
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
    assert!(matches!(suspense, Err(ReconciliationError::UnknownName { field: "difference", .. })));
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
    // a mother does not pay her daughters' items in one sum: that would need a clearing account
    let mut family = request();
    for item in &mut family.items {
        item.parent_customer = Some(2);
    }
    assert_eq!(take_of(&family, raw(Some(2))), Err(other(1, 2)));
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
    assert!(rule(|_, p| p.differences = vec![difference("charge", 2, None, 1)]).contains("something else"));
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
