//! Discounts and tails that come with a bank line pass the tax rules: these leave the tax, adjust it or refuse; in the books, taken
//! back, returned by the bank, in the tax report and in the export that the independent checker reads.

use super::adjusting::post;
use super::besides::{on, tolerate};
use super::export::accepted_whole;
use super::house::{House, day};
use super::month::HER;
use super::plugins::{self, Brought};
use super::returned::turned;
use super::terms::{banked_in, settle};
use app::common::Common;
use app::invoice::IssuedInvoice;
use app::reconciliation::{ApproveProposalError, Difference, Settle, SettleError, Settled, UndoProposal};
use app::report::Asked;
use domain::actor::Actor;
use domain::draft::{ApprovalRule, DraftKind};
use domain::ids::{BankLineId, DocumentId, ProposalId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use store::query;
use store::query::proposals::ProposalRows;
use store::rows::{Proposal, ProposalLine};
use store::testing::{TestDb, for_each_database};
use store::types::{BankLineStatus, Json, ProposalStatus};

/// 13 %, and what becomes of it where less is paid.
pub(super) fn house(db: &TestDb, settlement: Value) -> House {
    let mut set = plugins::built_in();
    for bound in set.bound.iter_mut().filter(|bound| bound.slot == "tax") {
        bound.plugin = Brought::BuiltIn("tax-generic");
        bound.config = json!({
            "seller": {"countries": ["CN"]}, "settlement": settlement, "unlinked_credits": "allow",
            "outside": {"authority": "CN:STA", "kind": "vat", "code": "OUT"},
            "taxes": [{"code": "VAT13", "authority": "CN:STA", "kind": "vat", "treatment": "standard", "rate": "0.13",
                "categories": ["13"]}],
        });
    }
    House::with(db, 66, set)
}

/// 1,130.00 of the 8th of October, 3 % off within ten days; 485.00 that came on the 18th and were taken back on the 20th.
fn books(db: &TestDb, settlement: Value) -> (House, IssuedInvoice, Vec<BankLineId>) {
    let lines = [("2026-10-18", "485.00"), ("2026-10-20", "485.00")];
    banked_in(house(db, settlement), &lines, |text| turned(&text, "2026-10-20"))
}

fn posted(house: &House, input: &Settle) -> Settled {
    let settled = app::reconciliation::settle(&house.app, &house.clerk, house.id, input);
    settled.unwrap_or_else(|refused| panic!("{refused}"))
}

fn open(house: &House, issued: &IssuedInvoice) -> i64 {
    let read = |conn: &mut store::Conn| query::open_items::by_ids(conn, house.id, &[issued.item]);
    house.app.db.read(read).unwrap()[0].open.get()
}

/// What stands on receivables, bank, discounts and output tax.
fn standing(db: &TestDb) -> [i64; 4] {
    ["1122", "1002", "660303", "22210106"].map(|account| on(db, account))
}

/// 500.00 cleared by 485.00 and a discount of 13.27 with 1.73 of tax.
const ADJUSTED: [i64; 4] = [63_000, 48_500, 1_327, -12_827];
const UNPAID: [i64; 4] = [113_000, 0, 0, -13_000];

/// The tax of code VAT13: (as documents state it, as it is posted).
fn reported(house: &House) -> (i64, i64) {
    house.seal();
    let asked = Asked { from: Some(day("2026-10-01")), as_of: Some(day("2026-10-31")), ..Asked::default() };
    let found = app::report::tax(&house.app, &house.auditor, house.id, &asked).expect("a report");
    let row = found.posted.iter().find(|row| row.code == "VAT13").expect("VAT13");
    (row.stated.get(), row.posted.get())
}

fn undo(
    house: &House,
    id: ProposalId,
) -> Result<app::reconciliation::Undone, app::reconciliation::UndoProposalError> {
    let input = UndoProposal { id, date: None, reason: Some("更正".to_owned()) };
    app::reconciliation::undo(&house.app, &house.reviewer, house.id, &input)
}

fn approval(house: &House) {
    let rule = ApprovalRule {
        kind: DraftKind::Receipt,
        currency: None,
        from: Minor::ZERO,
        approvals: 1,
        role: None,
        post_on_approval: false,
        binds_integrators: false,
    };
    app::draft::put_rules(&house.app, &house.administrator, house.id, &[rule]).expect("a rule");
}

#[test]
fn by_hand_the_discount_takes_its_tax_along_and_is_undone_with_it() {
    for_each_database(|db| {
        let (house, issued, lines) = books(db, json!({"settlement-discount": "adjust"}));
        assert_eq!((standing(db), reported(&house)), (UNPAID, (13_000, 13_000)));
        let input = settle(lines[0], issued.item, "500", "15");
        let settled = posted(&house, &input);
        let done = settled.approved.expect("posted at once");
        assert_eq!((done.documents.len(), done.allocations.len()), (2, 1), "a receipt and a write-off");
        assert_eq!((standing(db), open(&house, &issued)), (ADJUSTED, 63_000));
        assert_eq!(reported(&house), (12_827, 12_827));
        house.verified();
        accepted_whole(&house);

        let undone = undo(&house, settled.proposal.proposal.id).expect("undone");
        assert_eq!(undone.documents.len(), 2);
        assert_eq!(
            (standing(db), open(&house, &issued), reported(&house)),
            (UNPAID, 113_000, (13_000, 13_000))
        );
        // the line is free for the same once more; the write-off alone may be taken back before
        let again = posted(&house, &input);
        let done = again.approved.expect("posted");
        let back = json!({"document": number(&house, done.documents[1]), "reason": "更正"});
        post(&house, DraftKind::Reversal, &back);
        assert_eq!((standing(db), open(&house, &issued)), ([64_500, 48_500, 0, -13_000], 64_500));
        assert_eq!(undo(&house, again.proposal.proposal.id).expect("undone").documents.len(), 1);
        assert_eq!((standing(db), open(&house, &issued)), (UNPAID, 113_000));
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

fn number(house: &House, id: DocumentId) -> String {
    let read = |conn: &mut store::Conn| query::documents::by_id(conn, house.id, id);
    house.app.db.read(read).unwrap().expect("a document").number
}

#[test]
fn who_approves_a_proposal_asks_and_a_tail_beside_the_discount_has_its_own_answer() {
    for_each_database(|db| {
        let (house, issued, lines) = books(db, json!({"settlement-discount": "adjust", "tail": "adjust"}));
        tolerate(&house, ToleranceRole::Tail, 100, 0);
        // the rest of it is paid before: a tail closes its item
        let rest = Money::new(Minor::new(62_987), Currency::CNY);
        house.receipt(HER.code, rest, "2026-10-12", &[(issued.item, 62_987)]);
        let before = standing(db);
        approval(&house);
        let mut input = settle(lines[0], issued.item, "500.13", "15");
        input.differences.push(Difference {
            kind: ClearanceKind::Tail,
            amount: "0.13".parse().unwrap(),
            item: Some(issued.item),
            certificate: None,
        });
        let waits = posted(&house, &input);
        assert!(waits.approved.is_none());
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'write-off'"), 0);
        let id = waits.proposal.proposal.id;
        let done = app::reconciliation::approve(&house.app, &house.reviewer, house.id, id).expect("approved");
        assert_eq!(done.documents.len(), 3, "a receipt and two write-offs of one invoice");
        assert_eq!((open(&house, &issued), on(db, "1122")), (0, 0));
        let tail_tax = on(db, "22210106") + 12_827;
        assert_eq!((on(db, "660303"), on(db, "671101") + tail_tax), (1_327, 13));
        assert_eq!(tail_tax, 1, "0.12 and 0.01 of tax");
        house.seal();
        house.verified();
        accepted_whole(&house);
        undo(&house, id).expect("undone");
        assert_eq!((standing(db), on(db, "671101")), (before, 0));
        house.seal();
        house.verified();
    });
}

#[test]
fn without_an_effect_it_is_cleared_with_the_receipt_and_the_call_is_kept() {
    for_each_database(|db| {
        let (house, issued, lines) = books(db, json!({}));
        let settled = posted(&house, &settle(lines[0], issued.item, "500", "15"));
        assert_eq!(settled.approved.expect("posted").documents.len(), 1);
        assert_eq!((standing(db), open(&house, &issued)), ([63_000, 48_500, 1_500, -13_000], 63_000));
        let read =
            |conn: &mut store::Conn| query::events::of_subject(conn, house.id, &issued.item.to_string());
        let told = house.app.db.read(read).unwrap();
        let told: Vec<&Value> = told
            .iter()
            .filter(|event| event.kind == "difference.assessed")
            .map(|event| &event.data.0)
            .collect();
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0]["kind"], &told[0]["amount"], &told[0]["effect"]),
            (&json!("discount"), &json!("15.00"), &json!("none"))
        );
        let call = told[0]["computed"]["invocation"].as_str().expect("a call");
        house.seal();
        let replayed = app::audit::replay_figure(&house.app, &house.auditor, house.id, call);
        replayed.expect("it is replayed");
        house.verified();
        accepted_whole(&house);
        undo(&house, settled.proposal.proposal.id).expect("undone");
        assert_eq!(standing(db), UNPAID);
    });
}

#[test]
fn refused_by_the_rules_nothing_is_posted() {
    for_each_database(|db| {
        let (house, issued, lines) = books(db, json!({"settlement-discount": "refuse"}));
        let input = settle(lines[0], issued.item, "500", "15");
        let before = db.rows_by_table();
        let refused = app::reconciliation::settle(&house.app, &house.clerk, house.id, &input).unwrap_err();
        match refused {
            SettleError::Approve(refused) => by_the_rules(&refused),
            other => panic!("{other}"),
        }
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        approval(&house);
        let id = posted(&house, &input).proposal.proposal.id;
        let refused = app::reconciliation::approve(&house.app, &house.reviewer, house.id, id).unwrap_err();
        by_the_rules(&refused);
        assert_eq!((standing(db), open(&house, &issued)), (UNPAID, 113_000));
        // money alone asks nobody
        let mut plain = settle(lines[0], issued.item, "485", "15");
        plain.differences.clear();
        let id = posted(&house, &plain).proposal.proposal.id;
        app::reconciliation::approve(&house.app, &house.reviewer, house.id, id).expect("approved");
        house.seal();
        house.verified();
    });
}

fn by_the_rules(refused: &ApproveProposalError) {
    let Some(Common::PluginRefused { plugin, problem, .. }) = refused.common() else { panic!("{refused}") };
    assert!(plugin.starts_with("tax-generic "), "{plugin}");
    assert_eq!(
        (problem.code.as_str(), problem.subject.as_deref()),
        ("settlement-refused", Some("/documents/0/purpose"))
    );
}

#[test]
fn money_that_the_bank_takes_back_takes_the_discount_along_and_its_undoing_brings_it_again() {
    for_each_database(|db| {
        let (house, issued, lines) = books(db, json!({"settlement-discount": "adjust"}));
        let settled = posted(&house, &settle(lines[0], issued.item, "500", "15"));
        let receipt = settled.approved.expect("posted").documents[0];
        let back = returning(&house, lines[1], receipt);
        app::reconciliation::approve(&house.app, &house.reviewer, house.id, back).expect("returned");
        assert_eq!((standing(db), open(&house, &issued)), (UNPAID, 113_000), "all of it is owed again");
        assert_eq!(reported(&house), (13_000, 13_000));
        house.verified();
        accepted_whole(&house);
        undo(&house, back).expect("undone");
        assert_eq!(
            (standing(db), open(&house, &issued)),
            (ADJUSTED, 63_000),
            "paid after all, less the discount"
        );
        assert_eq!(reported(&house), (12_827, 12_827));
        house.verified();
        accepted_whole(&house);
    });
}

/// A proposal by which a line takes a receipt back.
pub fn returning(house: &House, line: BankLineId, receipt: DocumentId) -> ProposalId {
    let id = ProposalId::new(uuid::Uuid::from_u128(66));
    let read = |conn: &mut store::Conn| query::documents::by_id(conn, house.id, receipt);
    let customer = house.app.db.read(read).unwrap().expect("a receipt").customer;
    let proposal = Proposal {
        company: house.id,
        id,
        invocation: None,
        ordinal: 0,
        grp: 0,
        rank: 1,
        customer: Some(customer),
        confidence: "by-hand".to_owned(),
        score: 0,
        rule: "by-hand".to_owned(),
        residual: "none".to_owned(),
        residual_amount: Minor::ZERO,
        reverses_document: Some(receipt),
        reasons: Json(json!([])),
        ambiguous_with: Json(vec![]),
        status: ProposalStatus::Proposed,
        created_by: Actor::System.person(),
        created_at: house.app.clock.now(),
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    let of = ProposalLine { company: house.id, proposal: id, bank_line: line };
    let rows = ProposalRows { proposals: vec![proposal], lines: vec![of], ..ProposalRows::default() };
    let written = house.app.db.write(|tx| {
        query::proposals::insert(tx, &rows)?;
        house.tell_made(tx, id)?;
        let (from, to) = (BankLineStatus::Open, BankLineStatus::Proposed);
        query::bank_lines::move_all(tx, house.id, &[line], from, to)?;
        Ok::<_, app::Common>(())
    });
    written.expect("written");
    id
}
