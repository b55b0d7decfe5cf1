//! Returned money (退票): with the fee that the bank takes for it, undone after its approval, and returned again.

use super::adjusting::post;
use super::besides::on;
use super::books::{Books, SALE, books};
use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::month::{CNY_ACCOUNT, HER};
use super::policy_input::{file, input};
use app::common::Common;
use app::company::ToleranceInput;
use app::draft::DraftError;
use app::duties::DutiesError;
use app::invoice::IssuedInvoice;
use app::merge::{Propose, Undo};
use app::receipt::{Pays, RecordReceipt};
use app::reconciliation::{
    AllocateLine, ApproveProposalError, ReturnReceipt, Settle, SettleError, Settled, UndoProposal,
    UndoProposalError,
};
use domain::actor::Actor;
use domain::draft::{ApprovalRule, DraftKind};
use domain::ids::{BankLineId, DocumentId, OpenItemId, ProposalId, SuspenseId};
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use serde_json::json;
use store::query;
use store::rows::{BankLine, OpenItem, Proposal};
use store::testing::{TestDb, for_each_database};
use store::types::BankLineStatus;

/// A file for each of these invoices: 1,130.00 that came in for it.
fn came(house: &House, numbers: &[&str]) {
    for (n, number) in numbers.iter().enumerate() {
        let (name, end_to_end) = (format!("in-{n}.xml"), format!("E2E-{n}"));
        let entry = [("2026-10-28", "1130.00", "CRDT", end_to_end.as_str(), *number)];
        house.bank_file(&name, &file(CNY_ACCOUNT, &entry));
    }
}

/// The bank takes money out on 29 October, and shows so much of it as its own charge.
fn taken(house: &House, (amount, fee): (&str, &str), end_to_end: &str) {
    let shown = format!(
        "<Chrgs><Rcrd><Amt Ccy=\"CNY\">{fee}</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>\
         </TxDtls>"
    );
    let xml = file(CNY_ACCOUNT, &[("2026-10-29", amount, "DBIT", end_to_end, "退汇")]);
    house.bank_file("out.xml", &xml.replace("</TxDtls>", &shown));
}

/// The one proposal that the policy makes of what is open.
fn proposed(house: &House) -> ProposalId {
    house.seal();
    let made = app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("asked");
    let [one] = made.proposals.as_slice() else { panic!("{made:?}") };
    *one
}

fn approved(house: &House, id: ProposalId) -> Vec<DocumentId> {
    app::reconciliation::approve(&house.app, &house.reviewer, house.id, id).expect("approved").documents
}

/// A house with an account, and an invoice of hers of 1,130.00.
fn invoiced(db: &TestDb) -> (House, IssuedInvoice) {
    let house = House::new(db);
    house.customer(&HER);
    house.bank_account(CNY_ACCOUNT, Currency::CNY);
    house.at("2026-10-12");
    let invoice = house.invoice(&SALE);
    house.at("2026-10-30");
    (house, invoice)
}

fn item(house: &House, id: OpenItemId) -> OpenItem {
    let read = |conn: &mut store::Conn| query::open_items::by_ids(conn, house.id, &[id]);
    house.app.db.read(read).unwrap().remove(0)
}

fn open_lines(house: &House) -> Vec<BankLine> {
    app::bank::lines(&house.app, &house.clerk, house.id, BankLineStatus::Open, None, 10).unwrap()
}

/// From the bank's file by the policy to an approval: the bank takes a receipt back and a fee with it. That is undone, and returned after all.
#[test]
fn a_return_with_the_banks_fee_in_it_is_proposed_approved_undone_and_approved_again() {
    for_each_database(|db| {
        let (house, invoice) = invoiced(db);
        let was_due = item(&house, invoice.item).due_date;
        came(&house, &[&invoice.number]);
        let receipt = approved(&house, proposed(&house))[0];
        let owed = || item(&house, invoice.item).open.get();
        let figures = || (owed(), on(db, "1002"), on(db, "1122"), on(db, "660302"));
        let paid = figures();
        assert_eq!(paid, (0, 113_000, 0, 0));
        // another reference than the receipt's: by payer and amount alone
        taken(&house, ("1145.00", "15.00"), "R-9");
        assert_eq!(open_lines(&house)[0].charges, Minor::new(1_500), "as the file shows it");
        let id = proposed(&house);
        let view = app::reconciliation::get(&house.app, &house.auditor, house.id, id).unwrap();
        assert_eq!(view.proposal.reverses_document, Some(receipt));
        let returned = approved(&house, id)[0];
        assert_eq!(figures(), (113_000, -1_500, 113_000, 1_500));
        assert_eq!(item(&house, invoice.item).due_date, was_due, "owed again, due as before");
        let read = |conn: &mut store::Conn| query::documents::by_id(conn, house.id, returned);
        let row = house.app.db.read(read).unwrap().unwrap();
        assert_eq!((row.kind.as_str(), row.effective_date), ("return", day("2026-10-29")));

        let undo = UndoProposal { id, date: None, reason: Some("银行更正".to_owned()) };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        assert_eq!((figures(), open_lines(&house).len()), (paid, 1));
        approved(&house, proposed(&house));
        assert_eq!(figures(), (113_000, -1_500, 113_000, 1_500), "and returned after all");
        let twice = app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).unwrap_err();
        assert!(twice.to_string().contains("undone"), "{twice}");
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

/// The clerk names the receipt that a line takes back.
fn named(house: &House, line: BankLineId, receipt: &str, fee: Option<&str>) -> Result<Settled, SettleError> {
    let fee = fee.map(|fee| fee.parse().unwrap());
    let input = ReturnReceipt { line, receipt: receipt.to_owned(), fee, effective_date: None };
    app::reconciliation::return_receipt(&house.app, &house.clerk, house.id, &input)
}

fn refused_at(done: Result<Settled, SettleError>, at: &str) {
    let refused = done.unwrap_err();
    let told = matches!(&refused, SettleError::Common(Common::Invalid { pointer, .. }) if pointer == at);
    assert!(told, "{at}: {refused}");
}

#[test]
fn of_two_receipts_alike_a_person_names_the_one_that_comes_back() {
    for_each_database(|db| {
        let (house, first) = invoiced(db);
        let second = house.invoice(&SALE);
        came(&house, &[&first.number, &second.number]);
        house.seal();
        let both = app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("asked");
        let mut receipts = Vec::new();
        for id in both.proposals {
            let view = app::reconciliation::get(&house.app, &house.auditor, house.id, id).unwrap();
            receipts.push((view.allocations[0].item, approved(&house, id)[0]));
        }
        let of = |item: OpenItemId| {
            let found = receipts.iter().find(|(paid, _)| *paid == item);
            found.expect("a receipt of each").1.to_string()
        };
        taken(&house, ("1145.00", "15.00"), "R-9");
        house.seal();
        let unsure = app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("asked");
        assert_eq!((unsure.proposals.len(), unsure.unmatched), (0, 1), "several receipts would do");

        let line = open_lines(&house)[0].id;
        let owed = || (item(&house, first.item).open.get(), item(&house, second.item).open.get());
        let figures = || (owed(), on(db, "1002"), on(db, "1122"), on(db, "660302"));
        let paid = figures();
        refused_at(named(&house, line, "RC-2026-999999", None), "/receipt");
        refused_at(named(&house, line, &first.id.to_string(), None), "/receipt");
        refused_at(named(&house, line, &of(second.item), Some("14.99")), "/fee");
        let done = named(&house, line, &of(second.item), None).expect("returned");
        assert!(done.approved.is_some(), "the bank calls it a return and shows its fee");
        let returned = ((0, 113_000), 226_000 - 114_500, 113_000, 1_500);
        assert_eq!(figures(), returned);
        let twice = named(&house, line, &of(first.item), None).unwrap_err();
        assert!(matches!(twice, SettleError::Status { status: BankLineStatus::Posted, .. }), "{twice}");

        let undo = UndoProposal { id: done.proposal.proposal.id, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        assert_eq!(figures(), paid, "exactly as it was");
        named(&house, line, &of(first.item), None).expect("the other one");
        assert_eq!(owed(), (113_000, 0));
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

/// The bank that takes 1,145.00 back of 1,130.00 does not say why it is more; it says at least that it is a return, where it does.
fn unshown(db: &TestDb, called: bool) -> (House, IssuedInvoice, String, BankLineId) {
    let (house, invoice) = invoiced(db);
    came(&house, &[&invoice.number]);
    let receipt = approved(&house, proposed(&house))[0].to_string();
    let amount = if called { "1145.00" } else { "1130.00" };
    let xml = file(CNY_ACCOUNT, &[("2026-10-29", amount, "DBIT", "R-9", "退汇")]);
    let kept = if called { xml } else { xml.replace("<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>", "") };
    house.bank_file("out.xml", &kept);
    let line = open_lines(&house)[0].id;
    (house, invoice, receipt, line)
}

#[test]
fn a_fee_in_a_return_that_the_bank_does_not_show_is_a_charge_within_its_tolerance() {
    for_each_database(|db| {
        let (house, invoice, receipt, line) = unshown(db, true);
        let figures = || (item(&house, invoice.item).open.get(), on(db, "1002"), on(db, "660302"));
        let paid = figures();
        refused_at(named(&house, line, &receipt, None), "/fee");
        let beyond = named(&house, line, &receipt, Some("15")).unwrap_err();
        assert!(
            matches!(&beyond, SettleError::Approve(ApproveProposalError::Beyond { kind: "charge", .. })),
            "{beyond}"
        );
        assert_eq!((figures(), open_lines(&house).len()), (paid, 1), "nothing was written");
        let amount = Money::new(Minor::new(2_000), Currency::CNY);
        let role = ToleranceRole::Charge;
        let tolerance = ToleranceInput { customer: None, role, amount, permille: 0, monthly: Minor::ZERO };
        app::company::put_tolerance(&house.app, &house.administrator, house.id, &tolerance).unwrap();
        let waits = named(&house, line, &receipt, Some("15")).expect("proposed");
        assert_eq!((&waits.approved, figures()), (&None, paid), "no limit of hers lets her alone");
        let id = waits.proposal.proposal.id;
        approved(&house, id);
        assert_eq!(figures(), (113_000, -1_500, 1_500));
        let tolerated = || {
            let read = |conn: &mut store::Conn| query::tolerated::of_proposals(conn, house.id, &[id]);
            house.app.db.read(read).unwrap().iter().map(|row| row.amount.get()).collect::<Vec<_>>()
        };
        assert_eq!(tolerated(), [1_500], "it counts in her month");
        house.seal();
        house.verified();
        accepted_whole(&house);
        let undo = UndoProposal { id, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undo).expect("undone");
        assert_eq!((figures(), tolerated()), (paid, Vec::new()));
        house.seal();
        house.verified();
    });
}

#[test]
fn what_the_bank_does_not_call_returned_comes_back_on_two_peoples_word() {
    for_each_database(|db| {
        let (house, invoice, receipt, line) = unshown(db, false);
        let waits = named(&house, line, &receipt, None).expect("proposed");
        assert_eq!((&waits.approved, item(&house, invoice.item).open.get()), (&None, 0));
        approved(&house, waits.proposal.proposal.id);
        assert_eq!((item(&house, invoice.item).open.get(), on(db, "1002")), (113_000, 0));
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

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
