//! What the bank takes back (退票), from its own file: by the policy, or by the receipt that a person names; with the bank's fee.

use super::besides::on;
use super::books::SALE;
use super::export::accepted_whole;
use super::house::{House, day};
use super::month::{CNY_ACCOUNT, HER};
use super::policy_input::file;
use app::common::Common;
use app::company::ToleranceInput;
use app::invoice::IssuedInvoice;
use app::reconciliation::{ApproveProposalError, ReturnReceipt, SettleError, Settled, UndoProposal};
use domain::ids::{BankLineId, DocumentId, OpenItemId, ProposalId};
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use store::query;
use store::rows::{BankLine, OpenItem};
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
