#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use crate::reconciliation::fixture::*;
use crate::reconciliation::{
    AcceptedProposal, RawProposal, ReconciliationError, Request, Tolerance, ToleranceRole, accept,
};
use money::Minor;

fn take(raw: RawProposal) -> Result<AcceptedProposal, ReconciliationError> {
    take_of(&request(), raw)
}

fn take_of(request: &Request, raw: RawProposal) -> Result<AcceptedProposal, ReconciliationError> {
    accept(request, &answer(vec![raw])).map(|mut accepted| accepted.remove(0))
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
    request.lines[1].remittances = vec![advice(1_000); 3];
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
    for kind in ["charge", "discount"] {
        assert_eq!(million(kind), Err(beyond(kind, "0.00", "1000000.00")));
    }
    // of tax that is withheld the evidence comes with the approval, but never more than was paid
    assert_eq!(million("withholding"), Err(beyond("withholding", "0.00", "999999.00")));
    assert_eq!(million("tail"), Err(beyond("tail", "1.00", "1000000.00")));
    // each kind has its own evidence and its own role
    let with = |kind: &str, change: fn(&mut Request)| {
        let mut request = request();
        change(&mut request);
        take_of(&request, short(kind, 2_000)).is_ok()
    };
    let charges: fn(&mut Request) = |r| r.lines[1].charges = Minor::new(2_000);
    let advice: fn(&mut Request) = |r| r.lines[1].remittances = vec![advice(2_000)];
    let role: [fn(&mut Request); 3] = [
        |r| r.tolerances.push(tolerance(ToleranceRole::Charge, 2_000)),
        |r| r.tolerances.push(tolerance(ToleranceRole::Discount, 2_000)),
        |r| r.tolerances[0].amount = Minor::new(2_000),
    ];
    for (kind, fits) in [
        ("charge", [true, false, true, false, false]),
        ("discount", [false, true, false, true, false]),
        ("tail", [false, false, false, false, true]),
        ("withholding", [true; 5]),
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
fn a_discount_that_was_agreed_needs_no_evidence_within_its_days() {
    use crate::terms::EarlyPayment;
    // item 1 is 70.00; 30 permille of it are 2.10
    let taken = |until: &str, permille: u32, money: i64, discount: i64| {
        let mut request = request();
        request.lines[1].remaining = Minor::new(money);
        let until = crate::time::parse_date(until).unwrap();
        request.items[1].offers = vec![EarlyPayment { until, permille }];
        let raw = RawProposal {
            allocations: vec![allocation(1, 1, money, money + discount == 7_000)],
            differences: vec![difference("discount", 1, Some(1), discount)],
            ..proposal(&[1])
        };
        take_of(&request, raw).map(|accepted| accepted.allocations[0].amount.get())
    };
    let paid = request().lines[1].paid_on();
    let (last, over) = (paid.to_string(), paid.pred_opt().unwrap().to_string());
    assert_eq!(taken(&last, 30, 6_790, 210), Ok(7_000));
    assert_eq!(taken(&last, 30, 6_789, 211), Err(beyond("discount", "0.00", "0.01")));
    assert_eq!(taken(&over, 30, 6_790, 210), Err(beyond("discount", "0.00", "2.10")), "the last day is over");
    // a part that is paid takes its own share of it: 30 permille of 50.00
    assert_eq!(taken(&last, 30, 4_850, 150), Ok(5_000));
    assert_eq!(taken(&last, 30, 4_849, 151), Err(beyond("discount", "0.00", "0.01")));
}
