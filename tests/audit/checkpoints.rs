//! Checkpoints: reports of everybody that start from one say what the fold says, whichever are kept; one that is wrong is named.

use super::house::{House, Sale, day};
use super::month;
use app::due::InvoiceReceived;
use app::invoice::IssueInvoice;
use app::report::{AgingReport, Asked};
use domain::aging::{Basis, Manner, MissingDue};
use serde_json::json;
use store::query;
use store::testing::{TestDb, for_each_database};

const CODES: [&str; 3] = ["C1", "E/1%", "P1"];
const DAYS: [&str; 5] = ["2026-10-01", "2026-10-21", "2026-10-31", "2026-11-12", "2026-12-31"];

fn manners() -> Vec<Manner> {
    let all = [(Basis::DueDate, MissingDue::NotDue), (Basis::DocumentDate, MissingDue::DocumentDate)];
    all.into_iter()
        .map(|(basis, missing)| Manner { basis, missing, edges: "5,20".parse().unwrap() })
        .collect()
}

fn aging(house: &House, customer: Option<&str>, at: (&str, u64), manner: &Manner) -> AgingReport {
    let customer = customer.map(|code| code.parse().unwrap());
    let asked = Asked { customer, as_of: Some(day(at.0)), known_at: Some(at.1), ..Asked::default() };
    app::report::aging(&house.app, &house.auditor, house.id, &asked, manner).expect("ages")
}

/// Of each of the days, at each position: the report of everybody is those of each customer, which are folded.
fn as_folded(house: &House, head: u64) {
    for as_of in DAYS {
        for known_at in (0..=head).rev().step_by(13) {
            let at = (as_of, known_at);
            for manner in manners() {
                let all = aging(house, None, at, &manner);
                let each = CODES.map(|code| aging(house, Some(code), at, &manner).accounts);
                assert_eq!(all.accounts, each.concat(), "{at:?} {manner:?}");
            }
            let balances = |customer: Option<&str>| {
                let customer = customer.map(|code| code.parse().unwrap());
                let (as_of, known_at) = (Some(day(as_of)), Some(known_at));
                let asked = Asked { customer, as_of, known_at, ..Asked::default() };
                app::report::balances(&house.app, &house.auditor, house.id, &asked).expect("balances").rows
            };
            assert_eq!(balances(None), CODES.map(|code| balances(Some(code))).concat(), "{at:?}");
            for row in balances(None) {
                assert_eq!(row.owed.sub(row.unapplied), Ok(row.balance), "{at:?}");
            }
        }
    }
}

fn keep(house: &House) -> usize {
    app::checkpoint::keep(&house.app, house.id).expect("kept")
}

fn kept(db: &TestDb) -> i64 {
    db.count("SELECT COUNT(*) AS n FROM checkpoints")
}

#[test]
fn reports_from_any_checkpoint_are_those_of_the_fold() {
    for_each_database(|db| {
        let house = House::new(db);
        assert_eq!(keep(&house), 0, "nothing is there yet");
        month::run(&house);
        let head = house.verified().positions;
        as_folded(&house, head);
        // it is the 2nd of December: the ends of October and November, and today
        assert_eq!((keep(&house), kept(db)), (3, 3));
        as_folded(&house, head);
        assert_eq!(keep(&house), 0, "nothing was recorded since");
        house.verified();

        // for October, known later: the checkpoints of its end and after are made anew
        house.invoice(&super::house::Sale { date: "2026-10-31", quantity: "9", ..month::SALE });
        house.at("2026-12-03");
        house.invoice(&super::house::Sale { date: "2026-12-03", quantity: "2", ..month::SALE });
        house.seal();
        let head = house.verified().positions;
        as_folded(&house, head);
        assert_eq!((keep(&house), kept(db)), (3, 3), "that of the 2nd is replaced by that of the 3rd");
        as_folded(&house, head);
        house.verified();
        // not due: fewer positions were sealed than a report reads in a moment
        assert!(head < app::checkpoint::STEP);
        assert_eq!(app::checkpoint::keep_due(&house.app, house.id).expect("looked"), 0);

        // for December alone: the months' ends still hold, and say so
        house.invoice(&super::house::Sale { date: "2026-12-03", quantity: "1", ..month::SALE });
        house.seal();
        assert_eq!(keep(&house), 1);
        let moments = house.app.db.read(|conn| query::checkpoints::moments(conn, house.id)).unwrap();
        let head = house.verified().positions;
        assert!(moments.iter().all(|moment| moment.known_at == head), "{moments:?}");
        as_folded(&house, head);
    });
}

#[test]
fn due_dates_that_are_told_later_are_those_of_the_fold_from_any_checkpoint() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let waiting = |date: &str| {
            let terms = json!({"basis": "invoice-received", "rule": {"kind": "net", "days": 10}});
            let sale = house.invoice_input(&Sale { date, quantity: "3", ..month::SALE });
            let input = IssueInvoice { terms: Some(serde_json::from_value(terms).unwrap()), ..sale };
            app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("an invoice")
        };
        let (october, november) = (waiting("2026-10-20"), waiting("2026-11-05"));
        house.seal();
        assert_eq!(keep(&house), 3);
        let before = house.verified().positions;
        let told = |number: &str, date: &str| {
            let input = InvoiceReceived { document: number.to_owned(), date: day(date) };
            app::due::receive(&house.app, &house.clerk, house.id, &input).expect("told");
            house.seal();
        };
        told(&october.number, "2026-10-25");
        told(&october.number, "2026-11-10");
        let head = house.verified().positions;
        // from checkpoints of before anything was told, at each position since
        (before..=head).for_each(|known_at| as_folded(&house, known_at));
        assert_eq!(keep(&house), 3, "every day from that of the item has other ages now");
        // and back to before, from those of after
        (before..=head).for_each(|known_at| as_folded(&house, known_at));
        house.verified();

        told(&november.number, "2026-11-06");
        let head = house.verified().positions;
        as_folded(&house, head);
        assert_eq!(keep(&house), 2, "at the end of October there was nothing to be due");
        as_folded(&house, head);
        house.verified();
    });
}

#[test]
fn a_checkpoint_that_is_wrong_is_named_and_none_is_missed() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let head = house.verified().positions;
        keep(&house);
        let problems = || app::audit::verify(&house.app, &house.auditor, house.id).unwrap().problems;
        // it says that it knows what it does not
        let newest = "as_of = (SELECT MAX(as_of) FROM checkpoints)";
        let october = "as_of = (SELECT MIN(as_of) FROM checkpoints)";
        let copied = format!(
            "UPDATE checkpoints SET heads = (SELECT c.heads FROM checkpoints AS c WHERE c.{october}) WHERE {newest}"
        );
        db.execute(&copied);
        let found = problems();
        assert!(found.iter().any(|told| told.contains("checkpoint of 2026-12-02")), "{found:?}");
        // one that cannot be read is left aside by reports, and named
        let none = super::literal(db, b"none");
        db.execute(&format!("UPDATE checkpoints SET heads = {none} WHERE {newest}"));
        as_folded(&house, head);
        let found = problems();
        let [told] = found.as_slice() else { panic!("{found:?}") };
        assert!(told.contains("checkpoint of 2026-12-02") && told.contains("cannot be read"), "{told}");
        // a cache: without it everything is as it was
        db.execute("DELETE FROM checkpoint_lots");
        db.execute("DELETE FROM checkpoints");
        as_folded(&house, head);
        assert_eq!(problems(), Vec::<String>::new());
        assert_eq!(keep(&house), 3);
        assert_eq!(problems(), Vec::<String>::new());
    });
}

#[test]
fn books_that_do_not_tie_out_have_no_checkpoint_and_no_report() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        house.seal();
        assert_eq!(keep(&house), 3);
        db.execute("DELETE FROM checkpoint_lots");
        db.execute("DELETE FROM checkpoints");
        db.execute("UPDATE open_items SET original = original + 1, open = open + 1 WHERE kind = 'invoice' AND currency = 'EUR'");
        assert_eq!((keep(&house), kept(db)), (0, 0));
        let asked = Asked::default();
        for told in [
            app::report::balances(&house.app, &house.auditor, house.id, &asked).unwrap_err(),
            app::report::aging(&house.app, &house.auditor, house.id, &asked, &Manner::default()).unwrap_err(),
        ] {
            assert!(matches!(told, app::report::ReportError::NotTiedOut { .. }), "{told}");
        }
    });
}
