//! What is cleared besides the money: withheld tax by evidence (代扣), tolerances by month and by role (容差); and that no allocation
//! is effective in a month that is locked for good.

use super::books::{Books, SALE, books};
use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month::{self, HER};
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
        amount: Some(amount.parse().unwrap()),
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
        let changed = |change: fn(&mut Withheld)| {
            let mut one = withheld(item, "30");
            change(&mut one);
            one
        };
        for (given, at) in [
            (vec![withheld(item, "29.99")], "/withholding/0/amount"),
            (vec![withheld(item, "30.001")], "/withholding/0/amount"),
            (vec![withheld(other, "30")], "/withholding/0/item"),
            (vec![withheld(item, "30"), withheld(item, "30")], "/withholding/0/item"),
            (vec![changed(|one| one.certificate.number = " ".to_owned())], "/withholding/0/number"),
            (vec![changed(|one| one.certificate.authority = " ".to_owned())], "/withholding/0/authority"),
            (vec![changed(|one| one.certificate.date = day("2062-10-29"))], "/withholding/0/date"),
        ] {
            let refused = approve_with(&b.house, id, given).unwrap_err();
            let told = matches!(&refused, ApproveProposalError::Common(Common::Invalid { pointer, .. }) if pointer == at);
            assert!(told, "{at}: {refused}");
        }
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        // without an amount it is of all that is taken as withheld
        let whole = changed(|one| {
            one.amount = None;
            one.certificate.authority = "国家税务总局苏州工业园区税务局".to_owned();
        });
        approve_with(&b.house, id, vec![whole]).expect("approved");
        assert_eq!((b.open(), on(db, "122104"), on(db, "1002")), (0, 3_000, 110_000));
        assert_eq!(db.count("SELECT CAST(SUM(amount) AS BIGINT) AS n FROM withholding_evidence"), 3_000);
        b.house.seal();
        b.house.verified();
        accepted_whole(&b.house);
        // the chain has no number of anybody's certificate
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM events WHERE data LIKE '%完税%'"), 0);
        // nor an authority's name, which stands with the evidence
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM events WHERE data LIKE '%税务%'"), 0);
        let named = "SELECT COUNT(*) AS n FROM withholding_evidence WHERE authority LIKE '国家税务总局%'";
        assert_eq!(db.count(named), 1);
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
                credits: Vec::new(),
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

/// An invoice of 113.00 beside the first, closed by a line of 112.00 with a tail of 1.00, as somebody proposes.
pub fn tail(b: &mut Books, n: usize) -> ProposalId {
    b.invoice = b.house.invoice(&Sale { quantity: "10", ..SALE });
    let proposal = b.proposal(u32::try_from(n).expect("few"), 1);
    b.propose(proposal, &[n], &[(n, 11_300)], &[("tail", 100)])
}

#[test]
fn what_is_written_off_of_a_customer_in_a_month_is_bounded_in_the_approving_transaction() {
    for_each_database(|db| {
        let lines = [("2026-10-26", "112.00"), ("2026-10-27", "112.00"), ("2026-10-28", "112.00")];
        let mut b = books(db, &lines, credits);
        tolerate(&b.house, ToleranceRole::Tail, 100, 150);
        let (first, second, third) = (tail(&mut b, 0), tail(&mut b, 1), tail(&mut b, 2));
        b.approve(first).expect("1.00 of 1.50");
        let approve = |date: Option<&str>, id| {
            let effective_date = date.map(day);
            let input = ApproveProposal { effective_date, ..ApproveProposal::from(id) };
            app::reconciliation::approve(&b.house.app, &b.house.reviewer, b.house.id, input)
        };
        // whoever names a later day chooses no other month: the bank booked it in October
        b.house.at("2026-12-05");
        for (date, id) in [(None, second), (Some("2026-11-02"), second), (Some("2026-12-01"), third)] {
            let refused = approve(date, id).unwrap_err();
            let told = matches!(&refused, ApproveProposalError::BeyondMonth { limit, found, month, .. }
                if (limit.minor().get(), found.minor().get(), month.to_string().as_str()) == (150, 200, "2026-10"));
            assert!(told, "{date:?}: {refused}");
        }
        assert_eq!((b.status(second), b.line(1)), (ProposalStatus::Proposed, BankLineStatus::Proposed));
        // nor a day that is yet to come
        for (date, id) in [("2026-12-06", second), ("2027-01-05", third)] {
            let refused = approve(Some(date), id).unwrap_err();
            assert!(
                refused.to_string().starts_with("/effective_date: lies after today, 2026-12-05"),
                "{refused}"
            );
        }
        // what is taken back counts no more
        let undo = UndoProposal { id: first, date: None, reason: None };
        app::reconciliation::undo(&b.house.app, &b.house.reviewer, b.house.id, &undo).expect("undone");
        approve(Some("2026-12-05"), second).expect("now it fits");
        assert_eq!(db.count("SELECT CAST(SUM(amount) AS BIGINT) AS n FROM tolerated_months"), 100);
        b.house.seal();
        b.house.verified();
    });
}

/// What the bank books in another month has that month's.
#[test]
fn another_month_of_the_bank_has_as_much_again() {
    for_each_database(|db| {
        let mut b = books(db, &[("2026-10-26", "112.00")], credits);
        tolerate(&b.house, ToleranceRole::Tail, 100, 150);
        let first = tail(&mut b, 0);
        b.approve(first).expect("1.00 of 1.50");
        b.house.at("2026-11-03");
        let later = [("2026-11-02", "112.00", Some(("无名", "00")), "?")];
        b.house.bank_file("later.xml", &month::bank_file(&later).replace("CNY-2026-010", "CNY-2026-011"));
        let (app, open) = (&b.house.app, BankLineStatus::Open);
        b.lines = app::bank::lines(app, &b.house.clerk, b.house.id, open, None, 10).expect("lines");
        b.invoice = b.house.invoice(&Sale { quantity: "10", ..SALE });
        let second = b.propose(b.proposal(1, 1), &[0], &[(0, 11_300)], &[("tail", 100)]);
        b.approve(second).expect("of November");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM tolerated_months"), 2);
        b.house.seal();
        b.house.verified();
    });
}

/// An item that goes on being open has no tail, and one that is opened again has none beside its first.
#[test]
fn a_tail_closes_its_item_and_an_item_has_no_more_than_one_proposal_may() {
    for_each_database(|db| {
        let mut b = books(
            db,
            &[("2026-10-26", "100.00"), ("2026-10-27", "112.00"), ("2026-10-28", "112.00")],
            credits,
        );
        tolerate(&b.house, ToleranceRole::Tail, 100, 0);
        let part = b.propose(b.proposal(0, 1), &[0], &[(0, 10_100)], &[("tail", 100)]);
        let refused = b.approve(part).unwrap_err();
        let told =
            matches!(&refused, ApproveProposalError::TailLeaves { left } if left.minor().get() == 102_900);
        assert!(told, "{refused}");
        let closed = tail(&mut b, 1);
        let done = b.approve(closed).expect("closed");
        assert_eq!((b.open(), on(db, "671101")), (0, 100));
        let undo = UndoAllocation { id: done.allocations[0], effective_date: day("2026-10-30") };
        app::allocation::undo(&b.house.app, &b.house.clerk, b.house.id, &undo).expect("open again");
        let again = b.propose(b.proposal(2, 1), &[2], &[(2, 11_300)], &[("tail", 100)]);
        // as soon as it is open again
        let approve = || {
            let effective_date = Some(day("2026-10-30"));
            let input = ApproveProposal { effective_date, ..ApproveProposal::from(again) };
            app::reconciliation::approve(&b.house.app, &b.house.reviewer, b.house.id, input)
        };
        let refused = approve().unwrap_err();
        let told = matches!(&refused, ApproveProposalError::Beyond { kind: "tail", limit, found }
            if (limit.minor().get(), found.minor().get()) == (100, 200));
        assert!(told, "{refused}");
        // with the first approval its tail goes as well
        let undo = UndoProposal { id: closed, date: None, reason: None };
        app::reconciliation::undo(&b.house.app, &b.house.reviewer, b.house.id, &undo).expect("undone");
        approve().expect("the only one");
        assert_eq!((b.open(), on(db, "671101")), (0, 100));
        b.house.seal();
        b.house.verified();
    });
}

/// Two who approve at once do not both stay within what only one may.
#[test]
fn two_at_once_do_not_exceed_the_month() {
    for_each_database(|db| {
        let mut b = books(db, &[("2026-10-26", "112.00"), ("2026-10-27", "112.00")], credits);
        tolerate(&b.house, ToleranceRole::Tail, 100, 150);
        let (one, other) = (tail(&mut b, 0), tail(&mut b, 1));
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
        let mut b = books(db, &[("2026-10-26", "112.00")], credits);
        tolerate(&b.house, ToleranceRole::Tail, 100, 0);
        let id = tail(&mut b, 0);
        let limit = |actor, role, amount: i64| {
            let amount = Money::new(Minor::new(amount), Currency::CNY);
            let input = RoleLimitInput { role, kind: ToleranceRole::Tail, amount };
            app::company::put_role_limit(&b.house.app, actor, b.house.id, &input)
        };
        assert!(matches!(limit(&b.house.reviewer, Role::Reviewer, 1), Err(Common::Forbidden { .. })));
        let negative = limit(&b.house.administrator, Role::Reviewer, -1).unwrap_err();
        assert!(matches!(&negative, Common::Invalid { pointer, .. } if pointer == "/amount"), "{negative}");
        limit(&b.house.administrator, Role::Reviewer, 99).expect("set");
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
