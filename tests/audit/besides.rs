//! What is cleared besides the money: withheld tax by evidence (代扣), tolerances by month and by role (容差); and that no allocation
//! is effective in a month that is locked for good.

use super::books::books;
use super::export::accepted_whole;
use super::house::{House, day};
use super::month::HER;
use app::allocation::{Allocate, AllocateError, UndoAllocation};
use app::common::Common;
use app::company::{RoleLimitInput, ToleranceInput};
use app::reconciliation::{
    AllocateLine, ApproveProposal, ApproveProposalError, Certificate, Difference, Settle, SettleError,
    UndoProposal, Withheld,
};
use domain::actor::Role;
use domain::ids::{OpenItemId, ProposalId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use store::testing::{TestDb, for_each_database};
use store::types::{BankLineStatus, LockKind, ProposalStatus};

fn credits(text: String) -> String {
    text
}

fn certificate() -> Certificate {
    Certificate {
        number: "完税证明 (2026) 0007".to_owned(),
        date: day("2026-10-29"),
        authority: "CN:STA".to_owned(),
    }
}

pub fn withheld(item: OpenItemId, amount: &str) -> Withheld {
    Withheld {
        item,
        amount: amount.parse().unwrap(),
        certificate: certificate(),
        at: "/withholding/0".to_owned(),
    }
}

pub fn approve_with(
    house: &House,
    id: ProposalId,
    withholding: Vec<Withheld>,
) -> Result<app::reconciliation::Approved, ApproveProposalError> {
    let input = ApproveProposal { withholding, ..ApproveProposal::from(id) };
    app::reconciliation::approve(&house.app, &house.reviewer, house.id, input)
}

pub fn on(db: &TestDb, account: &str) -> i64 {
    db.count(&format!(
        "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}'"
    ))
}

#[test]
fn withheld_tax_counts_by_evidence_and_stands_as_a_receivable() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1100.00")], credits);
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 113_000)], &[("withholding", 3_000)]);
        assert_eq!(b.by_policy(), (0, 1), "people have the evidence");
        let item = b.invoice.item;
        let without = approve_with(&b.house, id, Vec::new()).unwrap_err();
        assert!(matches!(without, ApproveProposalError::Beyond { kind: "withholding", .. }), "{without}");
        let before = db.rows_by_table();
        let other = OpenItemId::new(uuid::Uuid::from_u128(9));
        let bad = |change: fn(&mut Withheld)| {
            let mut one = withheld(item, "30");
            change(&mut one);
            one
        };
        for (given, at) in [
            (vec![withheld(item, "29.99")], "/withholding/0/amount"),
            (vec![withheld(item, "30.001")], "/withholding/0/amount"),
            (vec![withheld(other, "30")], "/withholding/0/item"),
            (vec![withheld(item, "30"), withheld(item, "30")], "/withholding/0/item"),
            (vec![bad(|one| one.certificate.number = " ".to_owned())], "/withholding/0/number"),
            (vec![bad(|one| one.certificate.authority = "税务局".to_owned())], "/withholding/0/authority"),
            (vec![bad(|one| one.certificate.date = day("2062-10-29"))], "/withholding/0/date"),
        ] {
            let refused = approve_with(&b.house, id, given).unwrap_err();
            let told = matches!(&refused, ApproveProposalError::Common(Common::Invalid { pointer, .. }) if pointer == at);
            assert!(told, "{at}: {refused}");
        }
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        approve_with(&b.house, id, vec![withheld(item, "30")]).expect("approved");
        assert_eq!((b.open(), on(db, "122104"), on(db, "1002")), (0, 3_000, 110_000));
        b.house.seal();
        b.house.verified();
        accepted_whole(&b.house);
        // the chain has no number of anybody's certificate
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM events WHERE data LIKE '%完税%'"), 0);
        assert_eq!(
            db.count("SELECT COUNT(*) AS n FROM withholding_evidence WHERE certificate IS NOT NULL"),
            1
        );
    });
}

#[test]
fn by_hand_the_evidence_comes_with_what_is_withheld() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1100.00")], credits);
        let settle = |kind: ClearanceKind, certificate: Option<Certificate>| {
            let amount = "30".parse().unwrap();
            let input = Settle {
                line: b.lines[0].id,
                customer: None,
                allocations: vec![AllocateLine { item: b.invoice.item, amount: "1130".parse().unwrap() }],
                on_account: "0".parse().unwrap(),
                suspense: "0".parse().unwrap(),
                differences: vec![Difference { kind, amount, item: Some(b.invoice.item), certificate }],
                effective_date: None,
            };
            app::reconciliation::settle(&b.house.app, &b.house.clerk, b.house.id, &input)
        };
        for (kind, given) in [(ClearanceKind::Withholding, None), (ClearanceKind::Tail, Some(certificate()))]
        {
            let refused = settle(kind, given).unwrap_err();
            let told = matches!(&refused, SettleError::Common(Common::Invalid { pointer, .. }) if pointer == "/differences/0/certificate");
            assert!(told, "{refused}");
        }
        let waits = settle(ClearanceKind::Withholding, Some(certificate())).expect("proposed");
        assert_eq!((&waits.approved, b.open(), on(db, "122104")), (&None, 113_000, 0));
        b.approve(waits.proposal.proposal.id).expect("by another, who gives no evidence of her own");
        assert_eq!((b.open(), on(db, "122104")), (0, 3_000));
        b.house.seal();
        b.house.verified();
    });
}

pub fn tolerate(house: &House, role: ToleranceRole, amount: i64, monthly: i64) {
    let amount = Money::new(Minor::new(amount), Currency::CNY);
    let input = ToleranceInput { customer: None, role, amount, permille: 0, monthly: Minor::new(monthly) };
    app::company::put_tolerance(&house.app, &house.administrator, house.id, &input).expect("a tolerance");
}

#[test]
fn what_is_written_off_of_a_customer_in_a_month_is_bounded_in_the_approving_transaction() {
    for_each_database(|db| {
        let lines = [("2026-10-26", "100.00"), ("2026-10-27", "100.00"), ("2026-10-28", "100.00")];
        let b = books(db, &lines, credits);
        tolerate(&b.house, ToleranceRole::Tail, 100, 150);
        let tail = |n: usize, ordinal: u32| {
            b.propose(b.proposal(ordinal, 1), &[n], &[(n, 10_100)], &[("tail", 100)])
        };
        b.approve(tail(0, 0)).expect("1.00 of 1.50");
        let second = tail(1, 1);
        let refused = b.approve(second).unwrap_err();
        let told = matches!(&refused, ApproveProposalError::BeyondMonth { limit, found, month, .. }
            if (limit.minor().get(), found.minor().get(), month.to_string().as_str()) == (150, 200, "2026-10"));
        assert!(told, "{refused}");
        assert_eq!((b.status(second), b.line(1)), (ProposalStatus::Proposed, BankLineStatus::Proposed));
        // in another month there is as much again
        let later = |id| {
            let effective_date = Some(day("2026-11-02"));
            let input = ApproveProposal { effective_date, ..ApproveProposal::from(id) };
            app::reconciliation::approve(&b.house.app, &b.house.reviewer, b.house.id, input)
        };
        b.house.at("2026-11-02");
        later(second).expect("of November");
        let third = tail(2, 2);
        assert!(later(third).is_err(), "2.00 of November");
        // what is taken back counts no more
        let undo = UndoProposal { id: second, date: None, reason: None };
        app::reconciliation::undo(&b.house.app, &b.house.reviewer, b.house.id, &undo).expect("undone");
        later(third).expect("now it fits");
        assert_eq!(db.count("SELECT CAST(SUM(amount) AS BIGINT) AS n FROM tolerated_months"), 200);
        b.house.seal();
        b.house.verified();
    });
}

/// Two who approve at once do not both stay within what only one may.
#[test]
fn two_at_once_do_not_exceed_the_month() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-26", "100.00"), ("2026-10-27", "100.00")], credits);
        tolerate(&b.house, ToleranceRole::Tail, 100, 150);
        let one = b.propose(b.proposal(0, 1), &[0], &[(0, 10_100)], &[("tail", 100)]);
        let other = b.propose(b.proposal(1, 1), &[1], &[(1, 10_100)], &[("tail", 100)]);
        let house = &b.house;
        let done = std::thread::scope(|scope| {
            let approve = |id| scope.spawn(move || approve_with(house, id, Vec::new()).is_ok());
            let (first, second) = (approve(one), approve(other));
            u8::from(first.join().unwrap()) + u8::from(second.join().unwrap())
        });
        assert_eq!(done, 1);
        assert_eq!(on(db, "671101"), 100);
    });
}

#[test]
fn a_role_bounds_what_its_holder_approves() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-26", "100.00")], credits);
        tolerate(&b.house, ToleranceRole::Tail, 100, 0);
        let limit = |actor, role, amount: i64| {
            let amount = Money::new(Minor::new(amount), Currency::CNY);
            let input = RoleLimitInput { role, kind: ToleranceRole::Tail, amount };
            app::company::put_role_limit(&b.house.app, actor, b.house.id, &input)
        };
        assert!(matches!(limit(&b.house.reviewer, Role::Reviewer, 1), Err(Common::Forbidden { .. })));
        let negative = limit(&b.house.administrator, Role::Reviewer, -1).unwrap_err();
        assert!(matches!(&negative, Common::Invalid { pointer, .. } if pointer == "/amount"), "{negative}");
        limit(&b.house.administrator, Role::Reviewer, 99).expect("set");
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 10_100)], &[("tail", 100)]);
        let refused = b.approve(id).unwrap_err();
        let told =
            matches!(&refused, ApproveProposalError::BeyondRole { limit, .. } if limit.minor().get() == 99);
        assert!(told, "{refused}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM tolerated"), 0);
        // an administrator has no limit of her role, a reviewer has a new one
        limit(&b.house.administrator, Role::Reviewer, 100).expect("replaced");
        let all = app::company::list_role_limits(&b.house.app, &b.house.auditor, b.house.id).unwrap();
        assert_eq!(all.iter().map(|row| row.amount.get()).collect::<Vec<_>>(), [100]);
        b.approve(id).expect("within it");
        b.house.seal();
        b.house.verified();
    });
}

/// An allocation is not effective in a month that is locked for good, whichever door it comes through.
#[test]
fn no_allocation_is_effective_in_a_hard_locked_period() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1.00")], credits);
        let house = &b.house;
        let money = Money::new(Minor::new(50_000), Currency::CNY);
        let free = house.receipt(HER.code, money, "2026-10-20", &[]);
        let allocate = |effective: &str| {
            let input = Allocate {
                debit_item: b.invoice.item,
                credit_item: free.item,
                amount: "100".parse().unwrap(),
                effective_date: day(effective),
            };
            app::allocation::allocate(&house.app, &house.clerk, house.id, &input)
        };
        let made = allocate("2026-10-21").expect("open");
        house.at("2026-11-03");
        let lock = app::period::LockPeriod { kind: LockKind::Hard, through: day("2026-10-31") };
        app::period::lock(&house.app, &house.reviewer, house.id, lock).expect("locked");
        let before = db.rows_by_table();
        for on in ["2026-10-21", "2026-10-31"] {
            let refused = allocate(on).unwrap_err();
            assert!(matches!(refused, AllocateError::Common(Common::Locked { .. })), "{refused}");
            let undo = UndoAllocation { id: made.id, effective_date: day(on) };
            let refused = app::allocation::undo(&house.app, &house.clerk, house.id, &undo).unwrap_err();
            assert!(matches!(refused, AllocateError::Common(Common::Locked { .. })), "{refused}");
        }
        assert_eq!(db.rows_by_table(), before);
        allocate("2026-11-01").expect("the first open day");
        house.seal();
        house.verified();
    });
}
