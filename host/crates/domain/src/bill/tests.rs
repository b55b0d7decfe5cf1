#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use money::{Currency, Minor, Money};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn day(text: &str) -> NaiveDate {
    crate::time::parse_date(text).unwrap()
}

fn maturity() -> NaiveDate {
    day("2027-03-31")
}

fn step(n: u32, act: BillAct, recourse: bool, on: &str) -> BillStep {
    BillStep { n, act, recourse, on: day(on), undoes: None }
}

fn after(acts: &[(BillAct, bool)]) -> BillStanding {
    let steps: Vec<BillStep> =
        (1u32..).zip(acts).map(|(n, (act, recourse))| step(n, *act, *recourse, "2026-11-20")).collect();
    BillStanding::replay(maturity(), &steps).unwrap()
}

/// What may follow each state: the whole table, so that a new state or act cannot be forgotten.
#[test]
fn only_what_the_table_says_may_follow() {
    use BillAct::{Discounted, Dishonoured, Endorsed, Paid, Received};
    type Follows<'a> = (&'a [(BillAct, bool)], &'a [BillAct]);
    let table: [Follows<'_>; 8] = [
        (&[], &[Received]),
        (&[(Received, false)], &[Endorsed, Discounted, Paid, Dishonoured]),
        (&[(Received, false), (Endorsed, true)], &[Dishonoured]),
        (&[(Received, false), (Endorsed, false)], &[]),
        (&[(Received, false), (Discounted, true)], &[Paid, Dishonoured]),
        (&[(Received, false), (Discounted, false)], &[]),
        (&[(Received, false), (Paid, false)], &[]),
        (&[(Received, false), (Dishonoured, false)], &[]),
    ];
    for (acts, follow) in table {
        let standing = after(acts);
        for act in BillAct::ALL {
            let allowed = standing.check(*act, day("2026-11-20")).is_ok();
            assert_eq!(allowed, follow.contains(act), "{act:?} after {acts:?}");
        }
    }
    let given = after(&[(Received, false), (Endorsed, false)]);
    assert_eq!(
        given.check(Dishonoured, day("2026-11-20")),
        Err(BillRefused::WithoutRecourse(BillState::Endorsed))
    );
}

#[test]
fn days_go_forward_and_what_is_due_is_not_passed_on() {
    let held = after(&[(BillAct::Received, false)]);
    let early = held.check(BillAct::Paid, day("2026-11-19")).unwrap_err();
    assert!(matches!(early, BillRefused::Before { .. }), "{early}");
    assert!(held.check(BillAct::Endorsed, maturity()).is_ok());
    let late = |act, on| matches!(held.check(act, day(on)), Err(BillRefused::Matured { .. }));
    assert!(late(BillAct::Endorsed, "2027-04-01"));
    assert!(late(BillAct::Discounted, "2027-03-31"));
    assert!(held.check(BillAct::Dishonoured, day("2027-06-30")).is_ok());
}

#[test]
fn the_last_act_is_taken_back_and_no_other() {
    let mut bill = after(&[(BillAct::Received, false), (BillAct::Discounted, true), (BillAct::Paid, false)]);
    let undo = |n, undoes, on: &str| BillStep {
        n,
        act: BillAct::Undone,
        recourse: false,
        on: day(on),
        undoes: Some(undoes),
    };
    assert_eq!(bill.apply(undo(4, 2, "2026-11-20")), Err(BillRefused::NotLast { named: 2, last: 3 }));
    assert!(matches!(bill.apply(undo(4, 3, "2026-11-19")), Err(BillRefused::Before { .. })));
    bill.apply(undo(4, 3, "2026-11-25")).unwrap();
    assert_eq!((bill.state(), bill.recourse()), (BillState::Discounted, true));
    // what follows is not dated before the undoing
    assert!(matches!(bill.check(BillAct::Paid, day("2026-11-24")), Err(BillRefused::Before { .. })));
    bill.apply(undo(5, 2, "2026-11-25")).unwrap();
    bill.apply(undo(6, 1, "2026-11-25")).unwrap();
    assert_eq!(bill.state(), BillState::Cancelled);
    assert_eq!(bill.apply(undo(7, 1, "2026-11-25")), Err(BillRefused::Nothing));
    // a cancelled bill is not received again: the paper comes back as another one
    assert!(bill.check(BillAct::Received, day("2026-11-26")).is_err());
}

#[test]
fn a_discount_is_reckoned_by_rate_or_by_what_the_bank_paid() {
    let face = Money::new(Minor::new(10_000_000), Currency::CNY);
    let of = |net: Option<&str>, rate: Option<&str>, days: Option<u32>| {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        Discount { net: net.map(decimal), rate: rate.map(decimal), days }.of(
            face,
            day("2026-12-01"),
            maturity(),
        )
    };
    // 100,000.00 × 2.4% × 120 ÷ 360 = 800.00
    assert_eq!(of(None, Some("0.024"), None).unwrap(), (Minor::new(9_920_000), Minor::new(80_000)));
    // three days more for a bill payable elsewhere
    assert_eq!(of(None, Some("0.024"), Some(123)).unwrap().1, Minor::new(82_000));
    assert_eq!(of(Some("99200"), None, None).unwrap().1, Minor::new(80_000));
    // a minor unit of the bank's own rounding
    assert_eq!(of(Some("99199.99"), Some("0.024"), None).unwrap().1, Minor::new(80_001));
    assert!(matches!(of(Some("99199.98"), Some("0.024"), None), Err(DiscountError::Differ { .. })));
    assert!(matches!(of(None, Some("0.024"), Some(119)), Err(DiscountError::Days { .. })));
    assert!(matches!(of(None, Some("0.024"), Some(151)), Err(DiscountError::Days { .. })));
    assert!(matches!(of(None, Some("2.4"), None), Err(DiscountError::Rate)));
    assert!(matches!(of(Some("100000.01"), None, None), Err(DiscountError::Net { .. })));
    assert!(matches!(of(Some("0"), None, None), Err(DiscountError::Net { .. })));
    assert_eq!(of(None, None, None), Err(DiscountError::Nothing));
    assert_eq!(of(Some("100000"), None, None).unwrap().1, Minor::ZERO);
}

#[test]
fn kinds_of_documents_name_their_act() {
    for act in BillAct::ALL.iter().filter(|act| **act != BillAct::Undone) {
        assert_eq!(BillAct::of_document(act.document()), Some(*act));
        assert_eq!(BillAct::by_name(act.name()), Some(*act));
    }
    assert_eq!(BillAct::of_document("adjustment"), None);
}

proptest! {
    /// Whatever is tried in whatever order: what is refused changes nothing, a step that is taken back leaves the state before it,
    /// and the recorded steps replay to what stands.
    #[test]
    fn no_act_is_out_of_order(tries in proptest::collection::vec((0usize..6, any::<bool>(), 0i64..200, 0u32..8), 1..40)) {
        let mut bill = BillStanding::new(maturity());
        let mut recorded: Vec<BillStep> = Vec::new();
        // an independent model: the states as a stack
        let mut model: Vec<(BillState, bool)> = Vec::new();
        let mut last: Option<NaiveDate> = None;
        for (which, recourse, days, named) in tries {
            let act = BillAct::ALL[which];
            let on = day("2026-11-01") + chrono::Duration::days(days);
            let n = u32::try_from(recorded.len()).unwrap() + 1;
            let undoes = (act == BillAct::Undone).then_some(named);
            let recourse = recourse && matches!(act, BillAct::Endorsed | BillAct::Discounted);
            let before = bill.clone();
            let done = bill.apply(BillStep { n, act, recourse, on, undoes });
            if done.is_err() {
                prop_assert_eq!(&bill, &before);
                continue;
            }
            recorded.push(BillStep { n, act, recourse, on, undoes });
            match act {
                BillAct::Undone => { model.pop(); }
                BillAct::Received => { prop_assert!(last.is_none()); model.push((BillState::Held, false)); }
                BillAct::Endorsed | BillAct::Discounted => {
                    prop_assert_eq!(model.last(), Some(&(BillState::Held, false)));
                    prop_assert!(on <= maturity());
                    let state = if act == BillAct::Endorsed { BillState::Endorsed } else { BillState::Discounted };
                    model.push((state, recourse));
                }
                BillAct::Paid => {
                    let from = model.last().copied().unwrap();
                    prop_assert!(from == (BillState::Held, false) || from == (BillState::Discounted, true));
                    model.push((BillState::Paid, false));
                }
                BillAct::Dishonoured => {
                    let (state, with) = model.last().copied().unwrap();
                    prop_assert!(state == BillState::Held || with);
                    prop_assert!(!matches!(state, BillState::Paid | BillState::Dishonoured));
                    model.push((BillState::Dishonoured, false));
                }
            }
            prop_assert!(last.is_none_or(|last| last <= on));
            last = Some(on);
            let stands = model.last().copied().unwrap_or((BillState::Cancelled, false));
            prop_assert_eq!((bill.state(), bill.recourse()), stands);
            prop_assert_eq!(&BillStanding::replay(maturity(), &recorded).unwrap(), &bill);
        }
    }
}
