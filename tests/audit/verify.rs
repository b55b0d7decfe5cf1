//! `verify` finds everything sound, and names every kind of change that was made past the use-cases.

use super::house::House;
use super::{literal, month};
use store::testing::{TestDb, for_each_database};

#[test]
fn two_months_hold() {
    for_each_database(|db| {
        let house = House::new(db);
        let empty = house.verified();
        assert_eq!((empty.entries, empty.documents, empty.statements), (0, 0, 0));
        assert!(empty.positions > 0 && empty.events == empty.positions, "only events so far: {empty:?}");
        let month = month::run(&house);
        let found = house.verified();
        let count = |sql: &str| u64::try_from(db.count(sql)).unwrap();
        assert_eq!(found.positions, count("SELECT COUNT(*) AS n FROM seals"));
        assert_eq!(found.entries, count("SELECT COUNT(*) AS n FROM entries"));
        assert_eq!(found.documents, count("SELECT COUNT(*) AS n FROM documents"));
        assert_eq!(found.events, count("SELECT COUNT(*) AS n FROM events"));
        assert_eq!(found.statements, 6, "three customers, two months");
        assert_eq!((month.october.made.len(), month.november.made.len()), (3, 3));
        assert_eq!((found.customers_tied_out, found.erased), (3, 0));
        assert!(found.entries > 10 && found.documents > 8, "{found:?}");
        // what is known by now does not change what was known
        assert_eq!(house.verified(), found);
    });
}

/// A change, what must be said of it, and the change back.
struct Tampering {
    what: &'static str,
    done: String,
    undone: String,
    told: &'static str,
}

fn shift(what: &'static str, update: &str, by: (&str, &str), told: &'static str) -> Tampering {
    Tampering { what, done: update.replace("{}", by.0), undone: update.replace("{}", by.1), told }
}

/// Of entries, documents and open items.
fn of_the_ledger(db: &TestDb) -> Vec<Tampering> {
    let entry = "(SELECT id FROM entries WHERE kind = 'invoice' ORDER BY posted_at, id LIMIT 1)";
    let customer = literal(db, db.ids("SELECT id FROM customers WHERE code = 'C1'")[0].as_bytes());
    let swap_accounts = |from: &str, to: &str| {
        format!("UPDATE postings SET account = '{to}' WHERE account = '{from}' AND customer = {customer}")
    };
    vec![
        shift(
            "a posting",
            &format!(
                "UPDATE postings SET amount = amount {{}}, base = base {{}} WHERE line = 1 AND entry = {entry}"
            ),
            ("+ 1", "- 1"),
            "does not balance",
        ),
        shift(
            "a tax code",
            &format!("UPDATE postings SET tax_code = {{}} WHERE tax_code IS NOT NULL AND entry = {entry}"),
            (
                "'VAT-6'",
                &format!(
                    "(SELECT code FROM tax_lines WHERE document = (SELECT document FROM entries WHERE id = {entry}))"
                ),
            ),
            "content hash of its rows",
        ),
        shift(
            "a line of a document",
            &format!(
                "UPDATE document_lines SET net = net {{}} WHERE document = (SELECT document FROM entries WHERE id = {entry})"
            ),
            ("+ 1", "- 1"),
            "digest: expected",
        ),
        shift(
            "a text",
            "UPDATE documents SET text = {} WHERE text IS NOT NULL AND kind = 'invoice'",
            ("'改过的'", &format!("'{}'", month::HER_TEXT)),
            "commitment to its texts",
        ),
        shift(
            "a cached open amount",
            "UPDATE open_items SET base_open = base_open {} WHERE open > 5 AND currency = 'EUR'",
            ("- 1", "+ 1"),
            "its open amount is not its original less its allocations",
        ),
        Tampering {
            what: "an account",
            done: swap_accounts("1122", "1123"),
            undone: swap_accounts("1123", "1122"),
            told: "is not backed by a posting of the same account",
        },
    ]
}

/// Of statements, events and seals.
fn of_the_chain(db: &TestDb) -> Vec<Tampering> {
    let closing = "(SELECT id FROM statements WHERE number = 'ST-20261031-E/1%')";
    let content =
        |number: &str| db.ids(&format!("SELECT content AS id FROM statements WHERE number = '{number}'"))[0];
    let (hers, theirs) = (content("ST-20261031-P1"), content("ST-20261031-E/1%"));
    let of = |id: uuid::Uuid| {
        format!(
            "UPDATE statements SET content = {} WHERE number = 'ST-20261031-E/1%'",
            literal(db, id.as_bytes())
        )
    };
    vec![
        shift(
            "a closing",
            &format!("UPDATE statement_closings SET closing = closing {{}} WHERE statement = {closing}"),
            ("+ 1", "- 1"),
            "opening and closing of 1122 EUR, recomputed and stored",
        ),
        shift(
            "an event",
            "UPDATE events SET actor = {} WHERE kind = 'company.created'",
            ("'usr_0'", "'system'"),
            "content hash",
        ),
        shift(
            "a seal",
            "UPDATE seals SET content_hash = {}, hash = content_hash WHERE position = 5",
            ("hash", "hash"),
            "seal 5: hash",
        ),
        shift(
            "a position",
            "UPDATE seals SET position = position {} WHERE position >= 8 AND position = (SELECT MAX(position) FROM seals)",
            ("+ 7", "- 7"),
            "position: expected",
        ),
        shift(
            "the version of a statement",
            "UPDATE statements SET known_at = known_at {} WHERE number = 'ST-20261031-C1'",
            ("- 3", "+ 3"),
            "content hash",
        ),
        Tampering {
            what: "the sealed bytes of a statement",
            done: of(hers),
            undone: of(theirs),
            told: "digest of its sealed content",
        },
    ]
}

#[test]
fn every_kind_of_tampering_is_named() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let sound = house.verified();
        for Tampering { what, done, undone, told } in of_the_ledger(db).into_iter().chain(of_the_chain(db)) {
            assert!(db.execute(&done) > 0, "{what}: nothing was changed");
            let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
            assert!(
                found.problems.iter().any(|problem| problem.contains(told)),
                "{what}: {:?}",
                found.problems
            );
            db.execute(&undone);
            assert_eq!(house.verified(), sound, "{what}: taken back");
        }
    });
}

#[test]
fn a_cut_off_tail_and_a_smuggled_row_are_named() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let head = house.verified().head;
        let smuggled = literal(db, &[7; 16]);
        db.execute(&format!(
            "INSERT INTO events (company, id, kind, subject, actor, at, data, seal_ref) \
             SELECT company, {smuggled}, kind, subject, actor, at, data, {smuggled} FROM events \
             WHERE kind = 'company.created'"
        ));
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
        assert_eq!(
            found.problems,
            [format!("event {}: it is neither sealed nor waiting to be", "07".repeat(16))]
        );
        db.execute(&format!("DELETE FROM events WHERE id = {smuggled}"));
        house.verified();
        // the last statements of November and what came with them
        let cut = db.execute("DELETE FROM seals WHERE position > (SELECT MAX(position) - 2 FROM seals)");
        assert_eq!(cut, 2);
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
        assert_ne!(found.head, head);
        let strays = |noun: &str| {
            let stray = |problem: &&String| problem.ends_with("it is neither sealed nor waiting to be");
            found.problems.iter().filter(stray).filter(|problem| problem.starts_with(noun)).count()
        };
        // the events they carried are not sealed any more either
        assert_eq!(
            (strays("statement "), strays("event "), found.problems.len()),
            (2, 2, 4),
            "{:?}",
            found.problems
        );
    });
}
