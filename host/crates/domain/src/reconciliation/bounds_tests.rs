#![allow(clippy::unwrap_used, clippy::expect_used)]
use super::*;

fn m(amount: i64) -> Minor {
    Minor::new(amount)
}

fn claim(kind: ClearanceKind, line: u32, amount: i64) -> Claim<u32> {
    Claim { kind, line, on_item: true, amount: m(amount), agreed: m(0) }
}

fn shown(charges: i64, discounts: i64) -> BTreeMap<u32, Shown> {
    BTreeMap::from([(0, Shown { charges: m(charges), discounts: m(discounts), withheld: m(7) })])
}

const LIMITS: Limits = Limits { tail: Minor::new(1), charge: Minor::new(20), discount: Minor::new(300) };

fn run(claims: &[Claim<u32>], shown: &BTreeMap<u32, Shown>) -> Result<(), (ClearanceKind, i64, i64)> {
    check(claims, shown, &LIMITS).unwrap().map(drop).map_err(|b| (b.kind, b.limit.get(), b.found.get()))
}

#[test]
fn each_kind_has_its_own_limit_beyond_what_is_shown() {
    use ClearanceKind::{BankCharge, Discount, Tail, Withholding};
    for (kind, limit) in [(Tail, 1), (BankCharge, 20), (Discount, 300)] {
        assert_eq!(run(&[claim(kind, 0, limit)], &shown(0, 0)), Ok(()));
        assert_eq!(
            run(&[claim(kind, 0, limit + 1)], &shown(0, 0)),
            Err((kind, limit, limit + 1)),
            "{kind:?} has no more than its own"
        );
    }
    assert_eq!(run(&[claim(Tail, 0, -1)], &shown(0, 0)), Ok(()));
    assert_eq!(run(&[claim(Tail, 0, -2)], &shown(9, 9)), Err((Tail, 1, 2)), "nothing shows a tail");
    assert_eq!(run(&[claim(Withholding, 0, 7)], &shown(9, 9)), Ok(()), "there is evidence");
    assert_eq!(run(&[claim(Withholding, 0, 8)], &shown(9, 9)), Err((Withholding, 0, 1)));
    assert_eq!(run(&[claim(BankCharge, 0, 520)], &shown(500, 9_999)), Ok(()));
    assert_eq!(run(&[claim(BankCharge, 0, 521)], &shown(500, 9_999)), Err((BankCharge, 20, 21)));
    assert_eq!(run(&[claim(Discount, 0, 800)], &shown(9_999, 500)), Ok(()));
    assert_eq!(run(&[claim(Discount, 0, 801)], &shown(9_999, 500)), Err((Discount, 300, 301)));
}

#[test]
fn a_proposal_has_one_tolerance_and_each_line_its_own_evidence() {
    use ClearanceKind::{BankCharge, Tail};
    assert_eq!(run(&[claim(Tail, 0, 1), claim(Tail, 1, -1)], &shown(0, 0)), Err((Tail, 1, 2)));
    // line 1 cannot use what the bank shows on line 0
    let two = [claim(BankCharge, 0, 10), claim(BankCharge, 1, 21)];
    assert_eq!(run(&two, &shown(500, 0)), Err((BankCharge, 20, 21)));
    let within = [claim(BankCharge, 0, 510), claim(BankCharge, 1, 10)];
    assert_eq!(run(&within, &shown(500, 0)), Ok(()));
    assert_eq!(run(&[claim(Tail, 0, 1), claim(BankCharge, 0, 20)], &shown(0, 0)), Ok(()));
}

#[test]
fn money_of_no_item_grows_by_nothing_but_what_the_bank_shows() {
    use ClearanceKind::BankCharge;
    let loose = |amount| Claim { on_item: false, ..claim(BankCharge, 0, amount) };
    assert_eq!(run(&[loose(500)], &shown(500, 0)), Ok(()));
    assert_eq!(run(&[loose(501)], &shown(500, 0)), Err((BankCharge, 500, 501)), "no tolerance");
    assert_eq!(run(&[loose(300), loose(201)], &shown(500, 0)), Err((BankCharge, 500, 501)));
    assert_eq!(run(&[loose(500), claim(BankCharge, 0, 20)], &shown(500, 0)), Ok(()));
    assert_eq!(run(&[loose(500), claim(BankCharge, 0, 21)], &shown(500, 0)), Err((BankCharge, 20, 21)));
}

fn tolerance(customer: Option<u32>, amount: i64, permille: u32) -> Tolerance {
    let (currency, role) = (Currency::CNY, ToleranceRole::Tail);
    Tolerance { customer, currency, role, amount: m(amount), permille }
}

#[test]
fn the_smaller_of_amount_and_permille_holds_and_a_customers_row_replaces_the_companys() {
    let tail = |rows: &[Tolerance], customer| {
        Limits::of(rows, customer, Currency::CNY, m(10_000)).unwrap().tail.get()
    };
    assert_eq!(tail(&[], None), 0);
    for (amount, permille, limit) in [(0, 0, 0), (100, 0, 100), (0, 5, 50), (100, 5, 50), (30, 5, 30)] {
        assert_eq!(tail(&[tolerance(None, amount, permille)], Some(1)), limit, "{amount} {permille}");
    }
    let both = [tolerance(None, 100, 0), tolerance(Some(1), 300, 0)];
    assert_eq!((tail(&both, Some(1)), tail(&both, Some(2)), tail(&both, None)), (300, 100, 100));
    let stricter = [tolerance(Some(1), 0, 0), tolerance(None, 100, 0)];
    assert_eq!(
        (tail(&stricter, Some(1)), tail(&stricter, Some(2))),
        (0, 100),
        "nothing is written off for 1"
    );
    assert_eq!(tail(&[tolerance(Some(1), 300, 0)], None), 0);
}

#[test]
fn a_tolerance_is_of_one_role_and_currency() {
    let rows = [
        tolerance(None, 1, 0),
        Tolerance { role: ToleranceRole::Charge, ..tolerance(None, 2, 0) },
        Tolerance { role: ToleranceRole::Discount, ..tolerance(None, 3, 0) },
        Tolerance { currency: Currency::EUR, ..tolerance(None, 4, 0) },
    ];
    let limits = Limits::of(&rows, None, Currency::CNY, m(1)).unwrap();
    assert_eq!(limits, Limits { tail: m(1), charge: m(2), discount: m(3) });
    assert_eq!(
        Limits::of(&rows, None, Currency::EUR, m(1)).unwrap(),
        Limits { tail: m(4), ..Limits::default() }
    );
    for role in ToleranceRole::ALL {
        assert_eq!(ToleranceRole::by_name(role.name()), Some(role));
    }
}

#[test]
fn what_was_agreed_counts_by_itself_and_once() {
    use ClearanceKind::{Discount, Tail};
    let with = |kind, amount, agreed| Claim { agreed: m(agreed), ..claim(kind, 0, amount) };
    assert_eq!(run(&[with(Discount, 500, 200)], &shown(0, 0)), Ok(()));
    assert_eq!(run(&[with(Discount, 501, 200)], &shown(0, 0)), Err((Discount, 300, 301)));
    assert_eq!(
        run(&[with(Discount, 100, 900), with(Discount, 301, 0)], &shown(0, 0)),
        Err((Discount, 300, 301))
    );
    assert_eq!(run(&[with(Tail, 2, 900)], &shown(0, 0)), Err((Tail, 1, 2)), "of a discount alone");

    let day = |text: &str| crate::time::parse_date(text).unwrap();
    let offers = [
        EarlyPayment { until: day("2026-11-10"), permille: 30 },
        EarlyPayment { until: day("2026-11-20"), permille: 15 },
    ];
    let mut agreed = Agreed::default();
    let mut of = |line: u32, item: u32, paid: &str, cleared: i64| {
        agreed.of((line, item), (&offers, day(paid)), m(cleared)).unwrap().get()
    };
    assert_eq!(of(0, 0, "2026-11-10", 10_000), 300);
    assert_eq!(of(0, 0, "2026-11-10", 10_000), 0, "the same line and item again");
    assert_eq!(of(1, 0, "2026-11-11", 9_999), 149, "never a fraction more");
    assert_eq!(of(2, 0, "2026-11-21", 10_000), 0);
    assert_eq!(of(2, 0, "2026-11-20", 10_000), 150, "nothing was given for it before");
}

#[test]
fn what_is_written_off_beyond_what_is_shown_is_told() {
    use ClearanceKind::{BankCharge, Discount, Tail, Withholding};
    let claims = [
        claim(Tail, 0, -1),
        claim(BankCharge, 0, 515),
        claim(BankCharge, 1, 5),
        claim(Discount, 0, 40),
        claim(Withholding, 0, 7),
    ];
    let told = check(&claims, &shown(500, 40), &LIMITS).unwrap().unwrap();
    assert_eq!(told, [(1, m(15)), (2, m(5)), (0, m(1))]);
    // what clears no item is covered first, then each in its turn
    let two = [
        claim(BankCharge, 0, 300),
        claim(BankCharge, 0, 10),
        Claim { on_item: false, ..claim(BankCharge, 0, 200) },
    ];
    let told = check(&two, &shown(495, 0), &LIMITS).unwrap().unwrap();
    assert_eq!(told, [(0, m(5)), (1, m(10))]);
}
