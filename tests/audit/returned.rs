//! Returned money (退票): with the fee that the bank takes for it, undone after its approval, and returned again.

use super::besides::on;
use super::books::{Books, books};
use super::export::accepted_whole;
use super::house::day;
use app::reconciliation::UndoProposal;
use store::query;
use store::rows::Proposal;
use store::testing::{TestDb, for_each_database};
use store::types::BankLineStatus;

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
