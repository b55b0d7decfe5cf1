//! What a customer has is corrected by a credit note that names it and taken back no more: what was noted as issued, and what an
//! approved statement states. An import of it is undone on a day that a person gives.

use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month;
use app::common::Common;
use app::document::{MarkIssued, MarkIssuedError, MarkedIssued, Means, Reverse, ReverseError, Reversed};
use money::{Currency, Minor, Money};
use store::testing::{TestDb, for_each_database};

fn sale(date: &str) -> Sale<'_> {
    Sale { customer: "P1", date, quantity: "1", price: "10", purchase_order: None, ..month::SALE }
}

fn house(db: &TestDb) -> House {
    let house = House::new(db);
    house.customer(&month::HER);
    house.at("2026-11-30");
    house
}

fn reverse(house: &House, number: &str, date: Option<&str>) -> Result<Reversed, ReverseError> {
    let input = Reverse { document: number.to_owned(), date: date.map(day), reason: "误开".to_owned() };
    app::document::reverse(&house.app, &house.clerk, house.id, &input)
}

fn mark(house: &House, number: &str, date: &str) -> Result<MarkedIssued, MarkIssuedError> {
    let input = MarkIssued { document: number.to_owned(), date: day(date), means: Means::EMail };
    app::document::mark_issued(&house.app, &house.clerk, house.id, &input)
}

#[test]
fn what_is_noted_as_issued_is_corrected_by_a_credit_note() {
    for_each_database(|db| {
        let house = house(db);
        let invoice = house.invoice(&sale("2026-11-05"));
        let other = house.invoice(&sale("2026-11-06"));
        for date in ["2026-11-04", "2026-12-01"] {
            let refused = mark(&house, &invoice.number, date).expect_err("before it, or ahead");
            assert!(matches!(&refused, MarkIssuedError::Common(Common::Invalid { .. })), "{date}: {refused}");
        }
        let paid = house.receipt("P1", Money::new(Minor::new(500), Currency::CNY), "2026-11-07", &[]);
        let refused = mark(&house, &paid.number, "2026-11-07").expect_err("a receipt");
        assert!(matches!(refused, MarkIssuedError::Kind { .. }), "{refused}");
        mark(&house, &invoice.number, "2026-11-08").expect("noted");
        let marked = mark(&house, &invoice.number, "2026-11-09").expect("noted again");
        assert_eq!((marked.date, marked.means), (day("2026-11-09"), Means::EMail));

        for date in [None, Some("2026-11-30")] {
            let refused = reverse(&house, &invoice.number, date).expect_err("she has it");
            assert!(matches!(&refused, ReverseError::Issued { by, .. } if by == "2026-11-09"), "{refused}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'adjustment'"), 0);
        // its neighbour was not issued: it goes, and is issued to nobody any more
        reverse(&house, &other.number, None).expect("reversed");
        let refused = mark(&house, &other.number, "2026-11-10").expect_err("it is taken back");
        assert!(matches!(refused, MarkIssuedError::TakenBack { .. }), "{refused}");
        // what corrects it may itself be taken back
        let note = house.invoice(&Sale { original: Some(&invoice.number), ..sale("2026-11-10") });
        reverse(&house, &note.number, None).expect("reversed");
        let refused = reverse(&house, &invoice.number, None).expect_err("she has it still");
        assert!(matches!(refused, ReverseError::Issued { .. }), "{refused}");
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn what_an_approved_statement_states_is_not_reversed_the_month_after() {
    for_each_database(|db| {
        let house = house(db);
        let imported = super::meanwhile::imported(&house, &house.invoice_input(&sale("2026-10-05")));
        let stated = house.invoice(&sale("2026-10-06"));
        house.seal();
        let made = house.statements("2026-10-01", "2026-10-31").made;
        // as long as nobody approved it, it went to nobody
        let spare = house.invoice(&sale("2026-11-02"));
        reverse(&house, &spare.number, None).expect("in no statement");
        for id in &made {
            app::statement::approve(&house.app, &house.reviewer, house.id, *id).expect("approved");
        }
        for date in [None, Some("2026-11-01")] {
            let refused = reverse(&house, &stated.number, date).expect_err("it is stated");
            assert!(
                matches!(&refused, ReverseError::Issued { by, .. } if by == "ST-20261031-P1"),
                "{refused}"
            );
        }
        let undo = |later| app::import::undo(&house.app, &house.clerk, house.id, imported, later);
        let refused = undo(None).expect_err("it is stated").to_string();
        assert!(refused.contains("take it back on a day after 2026-10-31"), "{refused}");
        let undone = undo(Some(day("2026-11-10"))).expect("taken back on a later day");
        assert_eq!((undone.records, undone.later), (1, 1));
        let told = "SELECT COUNT(*) AS n FROM events WHERE kind = 'document.reversed' \
                    AND data LIKE '%ST-20261031-P1%'";
        assert_eq!(db.count(told), 1, "the event says that it was issued");
        house.verified();
        accepted_whole(&house);
    });
}
