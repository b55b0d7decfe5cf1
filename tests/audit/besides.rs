//! What is cleared besides the money: withheld tax by evidence (代扣), tolerances by month and by role (容差), and one receipt with all
//! of it that pays invoices and a credit note of different branches, undone step by step.

use super::books::{Books, SALE, books};
use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::month::{self, HER};
use app::allocation::{Allocate, AllocateError, UndoAllocation};
use app::common::Common;
use app::company::{RoleLimitInput, ToleranceInput};
use app::invoice::{InvoiceKind, IssuedInvoice};
use app::reconciliation::{
    AllocateLine, ApproveProposal, ApproveProposalError, Certificate, Difference, Settle, SettleError,
    UndoProposal, Withheld,
};
use domain::actor::Role;
use domain::ids::{CustomerId, OpenItemId, ProposalId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use std::collections::BTreeMap;
use store::query;
use store::query::proposals::ProposalRows;
use store::rows::{BankLine, Proposal, ProposalAllocation, ProposalDifference, ProposalLine};
use store::testing::{TestDb, for_each_database};
use store::types::{BankLineStatus, Json, LockKind, ProposalStatus};

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

fn withheld(item: OpenItemId, amount: &str) -> Withheld {
    Withheld {
        item,
        amount: amount.parse().unwrap(),
        certificate: certificate(),
        at: "/withholding/0".to_owned(),
    }
}

fn approve_with(
    house: &House,
    id: ProposalId,
    withholding: Vec<Withheld>,
) -> Result<app::reconciliation::Approved, ApproveProposalError> {
    let input = ApproveProposal { withholding, ..ApproveProposal::from(id) };
    app::reconciliation::approve(&house.app, &house.reviewer, house.id, input)
}

fn on(db: &TestDb, account: &str) -> i64 {
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
        settle(ClearanceKind::Withholding, Some(certificate())).expect("settled");
        assert_eq!((b.open(), on(db, "122104")), (0, 3_000));
        b.house.seal();
        b.house.verified();
    });
}

fn tolerate(house: &House, role: ToleranceRole, amount: i64, monthly: i64) {
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

/// A head office H pays for its branches B1 and B2.
struct Family {
    house: House,
    head: CustomerId,
    line: BankLine,
    first: IssuedInvoice,
    second: IssuedInvoice,
    credit: IssuedInvoice,
}

fn family(db: &TestDb) -> Family {
    let house = House::new(db);
    let mut head = None;
    for (code, parent, account) in [
        ("H", None, "6222020000000000001"),
        ("B1", Some("H"), "6222020000000000002"),
        ("B2", Some("H"), "6222020000000000003"),
    ] {
        let party = Party { code, tax_id: None, account: ("CN", account), ..HER };
        let mut input = house.customer_input(&party);
        input.parent = parent.map(|code: &str| code.parse().unwrap());
        let made = app::customer::create(&house.app, &house.clerk, house.id, &input).expect("a customer");
        head.get_or_insert(made.id);
    }
    house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
    house.at("2026-10-12");
    let sale = |customer, quantity| Sale { customer, quantity, ..SALE };
    let (first, second) = (house.invoice(&sale("B1", "100")), house.invoice(&sale("B2", "50")));
    let mut input = house.invoice_input(&sale("B2", "10"));
    (input.kind, input.original) = (InvoiceKind::CreditNote, Some(second.number.clone()));
    let credit = app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("a credit note");
    house.at("2026-10-30");
    house.bank_file("bank.xml", &month::bank_file(&[("2026-10-28", "1526.98", Some(("无名", "00")), "?")]));
    let open = BankLineStatus::Open;
    let line = app::bank::lines(&house.app, &house.clerk, house.id, open, None, 10).unwrap().remove(0);
    Family { house, head: head.unwrap(), line, first, second, credit }
}

/// 1,130.00 of B1 and 452.00 of B2 by money of H, 113.00 of B2 by its credit note; 55.02 of it is not money.
fn proposed(family: &Family) -> ProposalId {
    let Family { house, head, line, first, second, credit } = family;
    let (company, id) = (house.id, ProposalId::new(uuid::Uuid::from_u128(5)));
    let allocation = |n, item, amount, credit_item: Option<OpenItemId>| ProposalAllocation {
        company,
        proposal: id,
        n,
        bank_line: credit_item.is_none().then_some(line.id),
        item,
        credit_item,
        amount: Minor::new(amount),
    };
    let difference = |n, kind: &str, amount, item| ProposalDifference {
        company,
        proposal: id,
        n,
        bank_line: line.id,
        kind: kind.to_owned(),
        amount: Minor::new(amount),
        currency: Currency::CNY,
        item: Some(item),
    };
    let proposal = Proposal {
        company,
        id,
        invocation: None,
        ordinal: 0,
        grp: 0,
        rank: 1,
        customer: Some(*head),
        confidence: "strong".to_owned(),
        score: 900,
        rule: "family".to_owned(),
        residual: "none".to_owned(),
        residual_amount: Minor::ZERO,
        reverses_document: None,
        reasons: Json(serde_json::json!([])),
        ambiguous_with: Json(vec![]),
        status: ProposalStatus::Proposed,
        created_by: "test".to_owned(),
        created_at: house.app.clock.now(),
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    let rows = ProposalRows {
        proposals: vec![proposal],
        lines: vec![ProposalLine { company, proposal: id, bank_line: line.id }],
        allocations: vec![
            allocation(0, first.item, 113_000, None),
            allocation(1, second.item, 45_200, None),
            allocation(2, second.item, 11_300, Some(credit.item)),
        ],
        differences: vec![
            difference(0, "charge", 500, first.item),
            difference(1, "discount", 2_000, first.item),
            difference(2, "withholding", 3_000, second.item),
            difference(3, "tail", 2, first.item),
        ],
    };
    let written = house.app.db.write(|tx| {
        query::proposals::insert(tx, &rows)?;
        let (from, to) = (BankLineStatus::Open, BankLineStatus::Proposed);
        query::bank_lines::move_all(tx, company, &[line.id], from, to).map(drop)
    });
    written.expect("written");
    id
}

/// (balance, Σ open items, unapplied, what is open of each document) of each customer, and what stands on every account.
type Standing = (BTreeMap<String, (i64, i64, i64, Vec<(String, i64)>)>, BTreeMap<&'static str, i64>);

const ACCOUNTS: [&str; 8] = ["1122", "1002", "660302", "660303", "122104", "671101", "6001", "22210106"];

fn standing(db: &TestDb, house: &House) -> Standing {
    house.seal();
    let of = |code: &str| {
        let (app, name) = (&house.app, code.parse().unwrap());
        let found =
            app::customer::balance(app, &house.auditor, house.id, &name, Some(day("2026-10-30")), None);
        let all = found.expect("a balance").accounts;
        let Some(one) = all.first() else { return (0, 0, 0, Vec::new()) };
        let items = one.items.iter().map(|item| (item.number.clone(), item.open.get())).collect();
        (one.balance.get(), one.open_items.get(), one.unapplied.get(), items)
    };
    let customers = ["H", "B1", "B2"].into_iter().map(|code| (code.to_owned(), of(code))).collect();
    (customers, ACCOUNTS.into_iter().map(|account| (account, on(db, account))).collect())
}

#[test]
fn one_receipt_clears_two_invoices_and_a_credit_note_of_branches_with_all_besides_and_is_undone_step_by_step()
{
    for_each_database(|db| {
        let family = family(db);
        let house = &family.house;
        tolerate(house, ToleranceRole::Charge, 1_000, 0);
        tolerate(house, ToleranceRole::Discount, 5_000, 0);
        tolerate(house, ToleranceRole::Tail, 100, 100);
        let before = standing(db, house);
        let id = proposed(&family);
        house.verified();
        accepted_whole(house);

        let evidence = vec![withheld(family.second.item, "30")];
        let done = approve_with(house, id, evidence).expect("approved");
        let paid = standing(db, house);
        for code in ["H", "B1", "B2"] {
            assert_eq!(paid.0[code], (0, 0, 0, vec![]), "{code} owes nothing and is owed nothing");
        }
        let moved = |account| paid.1[account] - before.1[account];
        assert_eq!(["1122", "1002"].map(moved), [-158_200, 152_698]);
        assert_eq!(["660302", "660303", "122104", "671101"].map(moved), [500, 2_000, 3_000, 2]);
        assert_eq!(["6001", "22210106"].map(moved), [0, 0]);
        house.verified();
        accepted_whole(house);

        // what nets B2's credit note, what pays B2's, what pays B1's
        let undo = |allocation| {
            let input = UndoAllocation { id: allocation, effective_date: day("2026-10-30") };
            app::allocation::undo(&house.app, &house.clerk, house.id, &input)
        };
        let of = |item: OpenItemId| {
            let made = app::allocation::of_item(&house.app, &house.auditor, house.id, item).unwrap();
            let own =
                made.into_iter().find(|one| one.reverses.is_none() && done.allocations.contains(&one.id));
            own.expect("an allocation of the proposal").id
        };
        undo(of(family.credit.item)).expect("the credit note is open again");
        let step = standing(db, house);
        assert_eq!((step.0["B2"].0, step.0["B2"].2, step.0["H"].0), (0, 11_300, 0));
        let netted = of(family.credit.item);
        let of_second =
            app::allocation::of_item(&house.app, &house.auditor, house.id, family.second.item).unwrap();
        let money = of_second.iter().find(|one| one.reverses.is_none() && one.id != netted).expect("of H");
        undo(money.id).expect("B2 owes again");
        let step = standing(db, house);
        assert_eq!((step.0["B2"].0, step.0["H"].0), (before.0["B2"].0, -45_200));
        assert_eq!(step.0["B2"].3.len(), before.0["B2"].3.len());
        undo(of(family.first.item)).expect("B1 owes again");
        let step = standing(db, house);
        assert_eq!((&step.0["B1"], step.0["H"].0), (&before.0["B1"], -158_200));
        house.verified();
        // the receipt with its charge, discount, withholding and tail
        let input = UndoProposal { id, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &input).expect("undone");
        assert_eq!(standing(db, house), before, "exactly the old balances");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM tolerated"), 0);
        house.verified();
        accepted_whole(house);
    });
}

/// All of it at once comes to the same.
#[test]
fn the_same_is_undone_at_once() {
    for_each_database(|db| {
        let family = family(db);
        let house = &family.house;
        tolerate(house, ToleranceRole::Charge, 1_000, 0);
        tolerate(house, ToleranceRole::Discount, 5_000, 0);
        tolerate(house, ToleranceRole::Tail, 100, 0);
        let before = standing(db, house);
        let id = proposed(&family);
        approve_with(house, id, vec![withheld(family.second.item, "30")]).expect("approved");
        let input = UndoProposal { id, date: Some(day("2026-10-30")), reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &input).expect("undone");
        assert_eq!(standing(db, house), before);
        house.verified();
        accepted_whole(house);
    });
}

/// The bank takes a receipt back and a fee with it; that is approved, undone, and approved again.
#[test]
fn an_approved_return_is_undone_and_what_it_had_undone_stands_again() {
    for_each_database(|db| {
        let b = with_return(db);
        let house = &b.house;
        let due = |b: &Books| {
            let read = |conn: &mut store::Conn| query::open_items::by_ids(conn, house.id, &[b.invoice.item]);
            house.app.db.read(read).unwrap()[0].due_date
        };
        let was_due = due(&b);
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 113_000)], &[]);
        let receipt = b.approve(id).expect("a receipt").documents[0];
        let paid = (b.open(), on(db, "1002"), on(db, "1122"), on(db, "660302"));
        assert_eq!(paid, (0, 113_000, 0, 0));
        db.execute("UPDATE bank_lines SET charges = 350 WHERE amount = 113350");
        let back = |ordinal| Proposal { reverses_document: Some(receipt), ..b.proposal(ordinal, 1) };
        let id = b.propose(back(1), &[1], &[], &[]);
        let returned = b.approve(id).expect("a return");
        assert_eq!((b.open(), due(&b)), (113_000, was_due), "it is owed again, due as before");
        assert_eq!((on(db, "1002"), on(db, "1122"), on(db, "660302")), (-350, 113_000, 350));
        let read = |conn: &mut store::Conn| query::documents::by_id(conn, house.id, returned.documents[0]);
        let row = house.app.db.read(read).unwrap().unwrap();
        assert_eq!(
            (row.kind.as_str(), row.effective_date),
            ("return", day("2026-10-29")),
            "on the return's day"
        );

        let undo = UndoProposal { id, date: None, reason: Some("银行更正".to_owned()) };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        assert_eq!((b.open(), on(db, "1002"), on(db, "1122"), on(db, "660302")), paid);
        assert_eq!(b.line(1), BankLineStatus::Open);
        let again = b.propose(back(2), &[1], &[], &[]);
        b.approve(again).expect("and returned after all");
        assert_eq!((b.open(), on(db, "1122"), on(db, "660302")), (113_000, 113_000, 350));
        let twice = app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).unwrap_err();
        assert!(twice.to_string().contains("undone"), "{twice}");
        house.seal();
        // the charges were written past the import that binds them
        db.execute("UPDATE bank_lines SET charges = 0");
        house.verified();
        accepted_whole(house);
    });
}

/// 1,130.00 that came in, and 1,133.50 that the bank took back a day later.
fn with_return(db: &TestDb) -> Books {
    books(db, &[("2026-10-28", "1130.00"), ("2026-10-29", "1133.50")], |xml| {
        let turned = |chunk: &str| match chunk.contains("2026-10-29") {
            true => chunk.replace("CRDT", "DBIT"),
            false => chunk.to_owned(),
        };
        xml.split("<Ntry>").map(turned).collect::<Vec<_>>().join("<Ntry>")
    })
}

#[test]
fn a_return_of_more_than_receipt_and_charges_is_refused() {
    for_each_database(|db| {
        let b = with_return(db);
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 113_000)], &[]);
        let receipt = b.approve(id).expect("a receipt").documents[0];
        let id = b.propose(Proposal { reverses_document: Some(receipt), ..b.proposal(1, 1) }, &[1], &[], &[]);
        let refused = b.approve(id).unwrap_err();
        assert!(refused.to_string().contains("charges"), "{refused}");
        assert_eq!((b.open(), b.line(1)), (0, BankLineStatus::Proposed));
    });
}
