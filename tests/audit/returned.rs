//! Returned money (退票): with the fee that the bank takes for it, undone after its approval, and returned again.

use super::adjusting::post;
use super::besides::on;
use super::books::{Books, SALE, books};
use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::month::{CNY_ACCOUNT, HER};
use super::policy_input::{file, input};
use app::allocation::{Allocate, UndoAllocation};
use app::draft::DraftError;
use app::duties::DutiesError;
use app::merge::{Propose, Undo};
use app::receipt::{Pays, RecordReceipt};
use app::reconciliation::{AllocateLine, ApproveProposalError, Settle, UndoProposal, UndoProposalError};
use domain::actor::Actor;
use domain::draft::{ApprovalRule, DraftKind};
use domain::ids::{DocumentId, OpenItemId, SuspenseId};
use money::{Currency, Minor, Money};
use serde_json::json;
use store::query;
use store::rows::Proposal;
use store::testing::{TestDb, for_each_database};
use store::types::BankLineStatus;

/// 1,130.00 that came in, and 1,133.50 that the bank took back a day later.
fn with_return(db: &TestDb) -> Books {
    books(db, &[("2026-10-28", "1130.00"), ("2026-10-29", "1133.50")], |xml| turned(&xml, "2026-10-29"))
}

/// The bank file, in which the bank takes back what it shows on a day.
pub fn turned(xml: &str, date: &str) -> String {
    let turn = |chunk: &str| match chunk.contains(date) {
        true => chunk.replace("CRDT", "DBIT"),
        false => chunk.to_owned(),
    };
    xml.split("<Ntry>").map(turn).collect::<Vec<_>>().join("<Ntry>")
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

/// A line of the bank as nobody's money.
fn suspended(house: &House, amount: &str) -> SuspenseId {
    let open = BankLineStatus::Open;
    let line = app::bank::lines(&house.app, &house.clerk, house.id, open, None, 10).unwrap()[0].id;
    let settle = Settle {
        line,
        customer: None,
        allocations: Vec::new(),
        on_account: "0".parse().unwrap(),
        suspense: amount.parse().unwrap(),
        credits: Vec::new(),
        differences: Vec::new(),
        effective_date: None,
    };
    let settled = app::reconciliation::settle(&house.app, &house.clerk, house.id, &settle).unwrap();
    settled.approved.unwrap().suspense[0]
}

/// A part of it that turns out to be hers.
fn hers(item: SuspenseId, amount: i64) -> RecordReceipt {
    RecordReceipt {
        suspense: Some(item),
        external_id: None,
        customer: HER.code.parse().unwrap(),
        amount: Money::new(Minor::new(amount), Currency::CNY),
        value_date: day("2026-10-28"),
        effective_date: None,
        reference: None,
        fx: None,
        allocations: Vec::new(),
        advance: None,
    }
}

#[test]
fn the_bank_takes_back_what_was_identified_in_suspense() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        house.bank_account(CNY_ACCOUNT, Currency::CNY);
        house.at("2026-10-12");
        let sale = Sale { customer: HER.code, quantity: "100", price: "10", ..super::month::SALE };
        let invoice = house.invoice(&sale);
        house.at("2026-10-30");
        house.bank_file("in.xml", &file(CNY_ACCOUNT, &[("2026-10-28", "1500.00", "CRDT", "E2E-1", "?")]));
        let item = suspended(&house, "1500.00");
        // most of it is hers; the rest stays nobody's
        let receipt = RecordReceipt {
            allocations: vec![Pays::item(invoice.item, Minor::new(113_000))],
            ..hers(item, 113_000)
        };
        let receipt = app::receipt::record(&house.app, &house.clerk, house.id, &receipt).expect("a receipt");
        assert_eq!((on(db, "1122"), on(db, "224199"), on(db, "1002")), (0, -37_000, 150_000));
        house.bank_file("out.xml", &file(CNY_ACCOUNT, &[("2026-10-29", "1130.00", "DBIT", "E2E-1", "退汇")]));
        house.seal();
        let proposed = app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("asked");
        let told = input(&house, proposed.invocation.unwrap());
        let shown = &told[0]["begin"]["setup"]["receipts"];
        let amount: rust_decimal::Decimal = shown[0]["amount"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            amount,
            rust_decimal::Decimal::from(1130),
            "what became her receipt, and not the whole line"
        );
        assert_eq!(shown[0]["end_to_end"], "E2E-1");
        let [back] = proposed.proposals.as_slice() else { panic!("{proposed:?}") };
        let view = app::reconciliation::get(&house.app, &house.auditor, house.id, *back).unwrap();
        assert_eq!(view.proposal.reverses_document, Some(receipt.id));
        app::reconciliation::approve(&house.app, &house.reviewer, house.id, *back).expect("returned");
        assert_eq!((on(db, "1122"), on(db, "224199"), on(db, "1002")), (113_000, -37_000, 37_000));
        house.seal();
        house.verified();
        accepted_whole(&house);

        // what is taken back as none of hers comes from no line any more
        let rest =
            app::receipt::record(&house.app, &house.clerk, house.id, &hers(item, 37_000)).expect("a receipt");
        let lines = |id| {
            let read = |conn: &mut store::Conn| query::suspense::lines_of_receipts(conn, house.id, &[id]);
            house.app.db.read(read).unwrap().len()
        };
        assert_eq!(lines(rest.id), 1);
        let reverse = app::document::Reverse {
            document: rest.number.clone(),
            date: None,
            reason: "不是她的".to_owned(),
        };
        app::document::reverse(&house.app, &house.clerk, house.id, &reverse).expect("reversed");
        assert_eq!(lines(rest.id), 0);
    });
}

/// A line that pays so much of an invoice and leaves the rest on account: the receipt with its credit.
fn settled(b: &Books, line: usize, pays: Option<&str>, rest: &str) -> (DocumentId, OpenItemId) {
    let house = &b.house;
    let allocations =
        pays.map(|amount| AllocateLine { item: b.invoice.item, amount: amount.parse().unwrap() });
    let input = Settle {
        line: b.lines[line].id,
        customer: Some(HER.code.parse().unwrap()),
        allocations: allocations.into_iter().collect(),
        on_account: rest.parse().unwrap(),
        suspense: "0".parse().unwrap(),
        credits: Vec::new(),
        differences: Vec::new(),
        effective_date: None,
    };
    let settled = app::reconciliation::settle(&house.app, &house.clerk, house.id, &input).expect("settled");
    let receipt = settled.approved.expect("posted at once").documents[0];
    let read = |conn: &mut store::Conn| query::open_items::of_document(conn, house.id, receipt);
    (receipt, house.app.db.read(read).unwrap()[0].id)
}

/// Items of returns with something open: how much, and when it is due.
fn owed_again(db: &TestDb, amount: i64, due: &str) -> i64 {
    db.count(&format!(
        "SELECT COUNT(*) AS n FROM open_items WHERE kind = 'return' AND open = {amount} AND due_date = '{due}'"
    ))
}

#[test]
fn what_was_refunded_before_the_bank_took_its_money_back_is_owed_again_from_that_day() {
    for_each_database(|db| {
        let lines = [
            ("2026-10-26", "50.00"),
            ("2026-10-27", "1200.00"),
            ("2026-10-28", "1200.00"),
            ("2026-10-29", "50.00"),
        ];
        let b = books(db, &lines, |xml| turned(&turned(&xml, "2026-10-28"), "2026-10-29"));
        let house = &b.house;
        let (receipt, credit) = settled(&b, 1, Some("1130"), "70");
        let refund = json!({"item": credit.to_string(), "amount": "70", "value_date": "2026-10-27"});
        post(house, DraftKind::Refund, &refund);
        assert_eq!((b.open(), on(db, "1122"), on(db, "1002")), (0, 0, 113_000));
        // all of it went back, and 70.00 had gone already
        let id = b.propose(Proposal { reverses_document: Some(receipt), ..b.proposal(0, 1) }, &[2], &[], &[]);
        b.approve(id).expect("a return");
        assert_eq!((b.open(), on(db, "1122"), on(db, "1002")), (113_000, 120_000, -7_000));
        assert_eq!(owed_again(db, 7_000, "2026-10-28"), 1);
        house.seal();
        house.at("2026-11-02");
        house.statements("2026-10-01", "2026-10-31");
        house.verified();
        accepted_whole(house);
        let undo = UndoProposal { id, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        assert_eq!((b.open(), on(db, "1122"), on(db, "1002")), (0, 0, 113_000), "exactly as it was");
        assert_eq!(owed_again(db, 7_000, "2026-10-28"), 0);

        // of one that was refunded whole nothing is left to take back
        let (receipt, credit) = settled(&b, 0, None, "50");
        post(house, DraftKind::Refund, &json!({"item": credit.to_string(), "value_date": "2026-10-27"}));
        let id = b.propose(Proposal { reverses_document: Some(receipt), ..b.proposal(1, 1) }, &[3], &[], &[]);
        b.approve(id).expect("a return");
        assert_eq!((on(db, "1122"), owed_again(db, 5_000, "2026-10-29")), (5_000, 1));
        house.seal();
        house.verified();
        accepted_whole(house);
    });
}

/// What was undone counts between its two days alone.
#[test]
fn a_return_is_of_the_day_on_which_the_bank_booked_it_where_what_it_undoes_allows_that() {
    for_each_database(|db| {
        let lines = [
            ("2026-10-26", "100.00"),
            ("2026-10-27", "200.00"),
            ("2026-10-28", "100.00"),
            ("2026-10-29", "200.00"),
        ];
        let b = books(db, &lines, |xml| turned(&turned(&xml, "2026-10-28"), "2026-10-29"));
        let house = &b.house;
        let ((first, one), (second, other)) = (settled(&b, 0, None, "100"), settled(&b, 1, None, "200"));
        let pay = |credit_item, amount: &str, on: &str| {
            let (amount, effective_date) = (amount.parse().unwrap(), day(on));
            let input = Allocate { debit_item: b.invoice.item, credit_item, amount, effective_date };
            app::allocation::allocate(&house.app, &house.clerk, house.id, &input).expect("allocated").id
        };
        let undo = |id, on: &str| {
            let input = UndoAllocation { id, effective_date: day(on) };
            app::allocation::undo(&house.app, &house.clerk, house.id, &input).expect("undone")
        };
        // by mistake, and undone on the same day
        undo(pay(one, "100", "2026-10-30"), "2026-10-30");
        pay(one, "40", "2026-10-27");
        // it paid until it was undone
        undo(pay(other, "150", "2026-10-27"), "2026-10-30");
        for (ordinal, receipt, line, on) in [(0, first, 2, "2026-10-28"), (1, second, 3, "2026-10-30")] {
            let proposal = Proposal { reverses_document: Some(receipt), ..b.proposal(ordinal, 1) };
            let id = b.propose(proposal, &[line], &[], &[]);
            let made = b.approve(id).expect("a return").documents[0];
            let read = |conn: &mut store::Conn| query::documents::by_id(conn, house.id, made);
            assert_eq!(house.app.db.read(read).unwrap().unwrap().effective_date, day(on));
        }
        assert_eq!((b.open(), on(db, "1122"), on(db, "1002")), (113_000, 113_000, 0));
        house.seal();
        house.verified();
        accepted_whole(house);
    });
}

/// What she had paid with it stays paid; whoever took her place owes it.
#[test]
fn the_bank_takes_back_money_of_who_was_merged_since() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1130.00"), ("2026-10-29", "1130.00")], |xml| {
            turned(&xml, "2026-10-29")
        });
        let house = &b.house;
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 113_000)], &[]);
        let receipt = b.approve(id).expect("a receipt").documents[0];
        house.invoice(&Sale { quantity: "10", ..SALE });
        let account = ("CN", "6222020987654321077");
        let other = house.customer(&Party { code: "P9", name: "柳氏商行", account, ..HER });
        let (source, into) = (HER.code.parse().unwrap(), "P9".parse().unwrap());
        let merge = Propose { source, into, date: Some(day("2026-10-30")) };
        let merge =
            app::merge::propose(&house.app, &house.clerk, house.id, &merge).expect("proposed").merge.id;
        let merged = app::merge::approve(&house.app, &house.reviewer, house.id, merge).expect("merged");
        // one item that went over is paid a part of: the merge stays
        let cny = Money::new(Minor::new(1_300), Currency::CNY);
        house.receipt("P9", cny, "2026-10-30", &[(merged.items[0].carried, 1_300)]);
        let before = (on(db, "1122"), on(db, "1002"));
        assert_eq!((b.open(), before.0), (0, 10_000));

        let back = |ordinal| Proposal { reverses_document: Some(receipt), ..b.proposal(ordinal, 1) };
        let id = b.propose(back(1), &[1], &[], &[]);
        let returned = b.approve(id).expect("a return").documents[0];
        assert_eq!((b.open(), on(db, "1122"), on(db, "1002")), (0, 123_000, before.1 - 113_000));
        assert_eq!(owed_again(db, 113_000, "2026-10-30"), 1, "from the day of the merge on");
        let read = |conn: &mut store::Conn| query::documents::by_id(conn, house.id, returned);
        let document = house.app.db.read(read).unwrap().unwrap();
        assert_eq!((document.customer, document.original), (other, Some(receipt)));
        let undo = Undo { id: merge, date: Some(day("2026-10-30")) };
        let refused = app::merge::undo(&house.app, &house.reviewer, house.id, &undo).unwrap_err();
        assert!(refused.to_string().contains("took back receipt"), "{refused}");
        house.seal();
        house.verified();
        accepted_whole(house);

        let undo = UndoProposal { id, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        assert_eq!((b.open(), on(db, "1122"), on(db, "1002")), (0, before.0, before.1));
        let id = b.propose(back(2), &[1], &[], &[]);
        b.approve(id).expect("and returned after all");
        assert_eq!(on(db, "1122"), 123_000);
        house.seal();
        house.verified();
        accepted_whole(house);
    });
}

/// What the payer's money paid for a branch that was merged since stays paid; the payer owes it again.
#[test]
fn the_bank_takes_back_money_that_paid_for_who_was_merged_since() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1130.00"), ("2026-10-29", "1130.00")], |xml| {
            turned(&xml, "2026-10-29")
        });
        let house = &b.house;
        let branch = Party { code: "B1", tax_id: None, account: ("CN", "6222020000000000009"), ..HER };
        let mut input = house.customer_input(&branch);
        input.parent = Some(HER.code.parse().unwrap());
        app::customer::create(&house.app, &house.clerk, house.id, &input).expect("a branch");
        let owed = house.invoice(&Sale { customer: "B1", ..SALE });
        let pays = Settle {
            line: b.lines[0].id,
            customer: Some(HER.code.parse().unwrap()),
            allocations: vec![AllocateLine { item: owed.item, amount: "1130".parse().unwrap() }],
            credits: Vec::new(),
            on_account: "0".parse().unwrap(),
            suspense: "0".parse().unwrap(),
            differences: Vec::new(),
            effective_date: None,
        };
        let settled =
            app::reconciliation::settle(&house.app, &house.clerk, house.id, &pays).expect("settled");
        let receipt = settled.approved.expect("posted at once").documents[0];
        let account = ("CN", "6222020987654321077");
        house.customer(&Party { code: "P9", name: "柳氏商行", tax_id: None, account, ..HER });
        let (source, into) = ("B1".parse().unwrap(), "P9".parse().unwrap());
        let merge = Propose { source, into, date: Some(day("2026-10-29")) };
        let merge =
            app::merge::propose(&house.app, &house.clerk, house.id, &merge).expect("proposed").merge.id;
        app::merge::approve(&house.app, &house.reviewer, house.id, merge).expect("merged");
        let before = (b.open(), on(db, "1122"), on(db, "1002"));
        assert_eq!(before, (113_000, 113_000, 113_000));

        let id = b.propose(Proposal { reverses_document: Some(receipt), ..b.proposal(1, 1) }, &[1], &[], &[]);
        b.approve(id).expect("a return");
        assert_eq!((b.open(), on(db, "1122"), on(db, "1002")), (113_000, 226_000, 0));
        assert_eq!(owed_again(db, 113_000, "2026-10-29"), 1);
        let read = |conn: &mut store::Conn| query::open_items::by_ids(conn, house.id, &[owed.item]);
        assert_eq!(house.app.db.read(read).unwrap()[0].open, Minor::ZERO, "it stays paid");
        house.seal();
        house.verified();
        accepted_whole(house);

        let undo = UndoProposal { id, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        assert_eq!((b.open(), on(db, "1122"), on(db, "1002")), before);
        assert_eq!(owed_again(db, 113_000, "2026-10-29"), 0);
        house.seal();
        house.verified();
        accepted_whole(house);
    });
}

/// She charged the branch for which the payer paid: neither the return nor its undoing is hers to approve.
#[test]
fn whose_debts_a_return_opens_again_counts_as_the_payer_does() {
    for_each_database(|db| {
        let b = with_return(db);
        let house = &b.house;
        let branch = Party { code: "B1", tax_id: None, account: ("CN", "6222020000000000009"), ..HER };
        let mut input = house.customer_input(&branch);
        input.parent = Some(HER.code.parse().unwrap());
        app::customer::create(&house.app, &house.clerk, house.id, &input).expect("a branch");
        let sale = house.invoice_input(&Sale { customer: "B1", ..SALE });
        let owed =
            app::invoice::issue(&house.app, &house.administrator, house.id, &sale).expect("an invoice");
        let pays = Settle {
            line: b.lines[0].id,
            customer: Some(HER.code.parse().unwrap()),
            allocations: vec![AllocateLine { item: owed.item, amount: "1130".parse().unwrap() }],
            credits: Vec::new(),
            on_account: "0".parse().unwrap(),
            suspense: "0".parse().unwrap(),
            differences: Vec::new(),
            effective_date: None,
        };
        let settled =
            app::reconciliation::settle(&house.app, &house.clerk, house.id, &pays).expect("settled");
        let receipt = settled.approved.expect("posted at once").documents[0];
        db.execute("UPDATE bank_lines SET charges = 350 WHERE amount = 113350");
        let back = Proposal { reverses_document: Some(receipt), ..b.proposal(1, 1) };
        let id = b.propose(back, &[1], &[], &[]);
        let hers = |refused: &DutiesError| matches!(refused, DutiesError::Separated { customer, .. } if customer == "B1");
        let refused =
            app::reconciliation::approve(&house.app, &house.administrator, house.id, id).unwrap_err();
        assert!(matches!(&refused, ApproveProposalError::Duties(why) if hers(why)), "{refused}");
        b.approve(id).expect("who did not charge her");

        let rule = ApprovalRule {
            kind: DraftKind::Reversal,
            currency: None,
            from: Minor::ZERO,
            approvals: 1,
            role: None,
            post_on_approval: true,
            binds_integrators: false,
        };
        app::draft::put_rules(&house.app, &Actor::System, house.id, &[rule]).expect("a rule");
        let undo = UndoProposal { id, date: None, reason: None };
        let refused =
            app::reconciliation::undo(&house.app, &house.administrator, house.id, &undo).unwrap_err();
        let told = matches!(&refused, UndoProposalError::Rule(why) if matches!(&**why, DraftError::Duties(why) if hers(why)));
        assert!(told, "{refused}");
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        let read = |conn: &mut store::Conn| query::open_items::by_ids(conn, house.id, &[owed.item]);
        assert_eq!(house.app.db.read(read).unwrap()[0].open, Minor::ZERO, "it is paid again");
        house.seal();
        // the charges were written past the import that binds them
        db.execute("UPDATE bank_lines SET charges = 0");
        house.verified();
    });
}
