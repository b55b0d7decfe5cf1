//! Discounts for early payment that are taken by hand (现金折扣): never more than was agreed, however often money is allocated and set
//! free, and gone with the money that they were given for (decision 77).

use super::adjusting::post;
use super::besides::on;
use super::bills::{input, received};
use super::discounts::returning;
use super::export::accepted_whole;
use super::house::{House, day};
use super::month::HER;
use super::returned::turned;
use super::terms::{banked_in, settle};
use app::allocation::{
    Allocate, AllocateError, AllocateLess, AllocateLessError, AllocatedLess, UndoAllocation,
};
use app::bill::ReceiveBill;
use app::document::ReverseError;
use app::reconciliation::{ApproveProposalError, Settle, SettleError, UndoProposal};
use domain::draft::DraftKind;
use domain::ids::{AllocationId, BankLineId, DocumentId, OpenItemId};
use money::{Currency, Minor, Money};
use serde_json::json;
use store::query;
use store::testing::for_each_database;

fn open(house: &House, item: OpenItemId) -> i64 {
    let read = |conn: &mut store::Conn| query::open_items::by_ids(conn, house.id, &[item]);
    house.app.db.read(read).unwrap()[0].open.get()
}

/// Money pays so much of an item, less a discount.
fn take(
    house: &House,
    (debit_item, credit_item): (OpenItemId, OpenItemId),
    (amount, discount): (&str, &str),
    date: &str,
) -> Result<AllocatedLess, AllocateLessError> {
    let allocate =
        Allocate { debit_item, credit_item, amount: amount.parse().unwrap(), effective_date: day(date) };
    let input = AllocateLess { allocate, discount: discount.parse().unwrap() };
    app::allocation::allocate_less(&house.app, &house.clerk, house.id, &input)
}

fn undo(house: &House, id: AllocationId, date: &str) -> Result<app::allocation::Allocated, AllocateError> {
    let input = UndoAllocation { id, effective_date: day(date) };
    app::allocation::undo(&house.app, &house.clerk, house.id, &input)
}

/// Most that may be taken off, as it is refused with.
fn limit(refused: Result<AllocatedLess, AllocateLessError>) -> i64 {
    match refused {
        Err(AllocateLessError::Beyond { limit, .. }) => limit.minor().get(),
        other => panic!("{other:?}"),
    }
}

fn yuan(amount: i64) -> Money {
    Money::new(Minor::new(amount), Currency::CNY)
}

#[test]
fn however_often_it_is_allocated_and_undone_no_more_is_taken_off_than_was_agreed() {
    for_each_database(|db| {
        let (house, issued, _) = banked_in(House::new(db), &[("2026-10-18", "485.00")], |text| text);
        let paid = house.receipt(HER.code, yuan(109_610), "2026-10-18", &[]).item;
        let pair = (issued.item, paid);
        let whole = ("1096.10", "33.90");
        for (part, discount) in [(whole, 3_390), (("1063.22", "32.88"), 3_288), (whole, 3_390)] {
            let taken = take(&house, pair, part, "2026-10-20").expect("in time");
            assert_eq!(on(db, "660303"), discount);
            undo(&house, taken.allocated.id, "2026-10-20").expect("undone");
            assert_eq!((open(&house, issued.item), open(&house, paid)), (113_000, 109_610));
            assert_eq!((on(db, "660303"), on(db, "1122")), (0, 3_390), "the discount went with it");
        }
        // two parts share the whole; what was taken back by its document alone is free again, and is not taken back twice
        let first = take(&house, pair, ("500", "15.46"), "2026-10-20").expect("in time");
        assert_eq!(limit(take(&house, pair, ("596.10", "18.45"), "2026-10-20")), 1_843);
        let back = json!({"document": first.discount.to_string(), "reason": "更正"});
        post(&house, DraftKind::Reversal, &back);
        undo(&house, first.allocated.id, "2026-10-20").expect("undone");
        let taken = take(&house, pair, whole, "2026-10-20").expect("in time");
        house.verified();

        // what a customer agreed to stays what it was on that day, and the money with it
        house.seal();
        for made in house.statements("2026-10-01", "2026-10-31").made {
            app::statement::approve(&house.app, &house.reviewer, house.id, made).expect("approved");
        }
        let before = db.rows_by_table();
        let refused = undo(&house, taken.allocated.id, "2026-10-20").unwrap_err();
        let AllocateError::Discount(inner) = &refused else { panic!("{refused}") };
        assert!(matches!(**inner, ReverseError::Stated { .. }), "{refused}");
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        undo(&house, taken.allocated.id, "2026-11-01").expect("on a later day");
        assert_eq!((open(&house, issued.item), on(db, "660303")), (113_000, 0));
        house.verified();
        accepted_whole(&house);
        db.execute("UPDATE documents SET original = NULL WHERE kind = 'adjustment'");
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("looked").problems;
        let kept = found.iter().filter(|problem| problem.contains("that was taken off with it"));
        assert_eq!(kept.count(), 5, "each of them seems to stand: {found:?}");
    });
}

#[test]
fn what_a_bank_line_took_off_is_not_taken_again_by_hand_nor_by_another_line() {
    for_each_database(|db| {
        let lines = [("2026-10-17", "1096.10"), ("2026-10-18", "100.00")];
        let (house, issued, lines) = banked_in(House::new(db), &lines, |text| text);
        let input = settle(lines[0], issued.item, "1130", "33.90");
        let settled =
            app::reconciliation::settle(&house.app, &house.clerk, house.id, &input).expect("settled");
        let approved = settled.approved.expect("posted at once");
        // the money is free, what it cleared besides is in its credit
        undo(&house, approved.allocations[0], "2026-10-17").expect("undone");
        assert_eq!((open(&house, issued.item), on(db, "660303")), (113_000, 3_390));
        let credit = credit_of(&house, approved.documents[0]);
        assert_eq!(limit(take(&house, (issued.item, credit), ("1096.10", "33.90"), "2026-10-18")), 0);
        let input = settle(lines[1], issued.item, "103.09", "3.09");
        match app::reconciliation::settle(&house.app, &house.clerk, house.id, &input) {
            Err(SettleError::Approve(ApproveProposalError::Beyond { kind: "discount", limit, found })) => {
                assert_eq!((limit.minor().get(), found.minor().get()), (0, 309));
            }
            other => panic!("{other:?}"),
        }
        // taken back with its receipt it is free again
        let input = UndoProposal { id: settled.proposal.proposal.id, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &input).expect("undone");
        let input = settle(lines[1], issued.item, "103.09", "3.09");
        app::reconciliation::settle(&house.app, &house.clerk, house.id, &input).expect("settled");
        assert_eq!(on(db, "660303"), 309);
        house.verified();
        accepted_whole(&house);
    });
}

/// The credit of a receipt.
fn credit_of(house: &House, receipt: DocumentId) -> OpenItemId {
    let read = |conn: &mut store::Conn| query::open_items::of_document(conn, house.id, receipt);
    house.app.db.read(read).unwrap()[0].id
}

/// A line that clears nothing yet.
fn on_account(house: &House, line: BankLineId, amount: &str) -> DocumentId {
    let input = Settle {
        line,
        customer: Some(HER.code.parse().unwrap()),
        allocations: Vec::new(),
        on_account: amount.parse().unwrap(),
        suspense: "0".parse().unwrap(),
        credits: Vec::new(),
        differences: Vec::new(),
        effective_date: None,
    };
    let settled = app::reconciliation::settle(&house.app, &house.clerk, house.id, &input).expect("settled");
    settled.approved.expect("posted at once").documents[0]
}

#[test]
fn money_that_the_bank_takes_back_takes_along_what_was_taken_off_for_it_by_hand() {
    for_each_database(|db| {
        let lines = [("2026-10-18", "1096.10"), ("2026-10-20", "1096.10")];
        let (house, issued, lines) = banked_in(House::new(db), &lines, |text| turned(&text, "2026-10-20"));
        let receipt = on_account(&house, lines[0], "1096.10");
        let pair = (issued.item, credit_of(&house, receipt));
        take(&house, pair, ("1096.10", "33.90"), "2026-10-18").expect("in time");
        assert_eq!((open(&house, issued.item), on(db, "660303"), on(db, "1122")), (0, 3_390, 0));
        let back = returning(&house, lines[1], receipt);
        app::reconciliation::approve(&house.app, &house.reviewer, house.id, back).expect("returned");
        assert_eq!((open(&house, issued.item), on(db, "660303")), (113_000, 0), "nothing was paid");
        assert_eq!((on(db, "1122"), on(db, "1002")), (113_000, 0));
        house.verified();
        // paid after all, and the discount is taken again by who may
        let undone = UndoProposal { id: back, date: None, reason: None };
        app::reconciliation::undo(&house.app, &house.reviewer, house.id, &undone).expect("undone");
        assert_eq!((open(&house, issued.item), on(db, "660303")), (3_390, 0));
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_bill_that_is_dishonoured_takes_along_what_was_taken_off_for_it() {
    for_each_database(|db| {
        let (house, issued, _) = banked_in(House::new(db), &[("2026-10-18", "485.00")], |text| text);
        let hers = input(HER.code, yuan(109_610), "2026-10-28", &[]);
        let bill = received(&house, &ReceiveBill { received_on: day("2026-10-16"), ..hers });
        let pair = (issued.item, bill.credit_item);
        take(&house, pair, ("1096.10", "33.90"), "2026-10-17").expect("in time");
        assert_eq!((open(&house, issued.item), on(db, "660303")), (0, 3_390));
        let dishonour = json!({"bill": bill.id.to_string(), "date": "2026-10-29", "text": "拒付"});
        post(&house, DraftKind::BillDishonour, &dishonour);
        assert_eq!((open(&house, issued.item), on(db, "660303")), (113_000, 0));
        assert_eq!((on(db, "1122"), on(db, "1121")), (113_000, 0));
        house.verified();
        accepted_whole(&house);
    });
}
