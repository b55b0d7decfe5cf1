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
        assert_eq!(found.statements, 5, "three customers in October, in November the two who had something");
        assert_eq!((month.october.made.len(), month.november.made.len()), (3, 2));
        // each invoice and credit note, each statement; the bank file, the reconciliation and what was decided of it
        let taxed = count("SELECT COUNT(*) AS n FROM documents WHERE invocation IS NOT NULL");
        let decided = count("SELECT COUNT(*) AS n FROM proposals WHERE status = 'approved'");
        assert!(taxed > 5 && decided > 1);
        assert_eq!(found.computed, taxed + found.statements + decided + 2);
        assert_eq!((found.customers_tied_out, found.erased), (3, 0));
        assert!(found.entries > 10 && found.documents > 8, "{found:?}");
        // what is known by now does not change what was known
        assert_eq!(house.verified(), found);
    });
}

/// A change, what must be said of it, and the change back.
pub(super) struct Tampering {
    what: &'static str,
    done: String,
    undone: String,
    told: &'static str,
}

pub(super) fn shift(what: &'static str, update: &str, by: (&str, &str), told: &'static str) -> Tampering {
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
            "digest, with plugin, input and output of its call: expected",
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
        shift(
            "a base amount that its posting does not have",
            "UPDATE open_items SET base_original = base_original {}, base_open = base_open {} WHERE open > 5 AND currency = 'EUR'",
            ("+ 1", "- 1"),
            "the ledger's balance and the open items, in base currency",
        ),
        Tampering {
            what: "an account",
            done: swap_accounts("1122", "1123"),
            undone: swap_accounts("1123", "1122"),
            told: "is not backed by a posting of the same account",
        },
    ]
}

/// Of what carried events say, and of calls.
fn of_what_is_bound(db: &TestDb) -> Vec<Tampering> {
    let id = |sql: &str| literal(db, db.ids(sql)[0].as_bytes());
    let posted = |column: &str| {
        id(&format!(
            "SELECT {column} AS id FROM events WHERE kind = 'invoice.posted' ORDER BY events.id LIMIT 1"
        ))
    };
    let (first, carrier) = (posted("id"), posted("seal_ref"));
    let elsewhere = id("SELECT id FROM statements ORDER BY id LIMIT 1");
    let spare = literal(db, &[7; 16]);
    let own = id("SELECT invocation AS id FROM statements WHERE number = 'ST-20261031-P1'");
    let another = id("SELECT invocation AS id FROM statements WHERE number = 'ST-20261031-C1'");
    let call = id("SELECT invocation AS id FROM bank_files");
    let proposed = id("SELECT invocation AS id FROM proposals LIMIT 1");
    vec![
        shift(
            "who posted, in a carried event",
            &format!("UPDATE events SET actor = {{}} WHERE id = {first}"),
            ("'usr_0'", "(SELECT created_by FROM entries WHERE id = seal_ref)"),
            "content hash of its rows with invoice.posted evt_",
        ),
        Tampering {
            what: "an event that was not carried",
            done: format!(
                "INSERT INTO events (company, id, kind, subject, actor, at, data, seal_ref) \
                 SELECT company, {spare}, 'invoice.approved', subject, actor, at, data, seal_ref FROM events WHERE id = {first}"
            ),
            undone: format!("DELETE FROM events WHERE id = {spare}"),
            told: ", invoice.approved evt_07070707070707070707070707070707",
        },
        Tampering {
            what: "a carried event that went elsewhere",
            done: format!("UPDATE events SET seal_ref = {elsewhere} WHERE id = {first}"),
            undone: format!("UPDATE events SET seal_ref = {carrier} WHERE id = {first}"),
            told: "content hash of its rows, which carry no event",
        },
        Tampering {
            what: "the call of a statement",
            done: format!("UPDATE statements SET invocation = {another} WHERE number = 'ST-20261031-P1'"),
            undone: format!("UPDATE statements SET invocation = {own} WHERE number = 'ST-20261031-P1'"),
            told: "content hash with its call",
        },
        Tampering {
            what: "the call of a bank file",
            done: format!("UPDATE bank_files SET invocation = {proposed}"),
            undone: format!("UPDATE bank_files SET invocation = {call}"),
            told: "the call that its subject names",
        },
        Tampering {
            what: "the call of a proposal",
            done: format!("UPDATE proposals SET invocation = {call} WHERE status = 'approved'"),
            undone: format!("UPDATE proposals SET invocation = {proposed} WHERE status = 'approved'"),
            told: "the call that its subject names",
        },
        shift(
            "the output of a call",
            &format!("UPDATE invocations SET output_digest = {{}} WHERE id = {call}"),
            ("input_digest", "(SELECT b.commitment FROM blobs AS b WHERE b.id = output)"),
            "digest of its output",
        ),
        shift(
            "the configuration of a call",
            &format!("UPDATE invocations SET config = {{}} WHERE id = {call}"),
            ("'{\"x\":1}'", "'{}'"),
            "digest of its configuration",
        ),
    ]
}

/// Of what decides tax or payment and is not a figure: numbers of other systems, supply, bank lines, files.
fn of_what_stands_beside(db: &TestDb) -> Vec<Tampering> {
    let document = |what, column: &str, to: &str, told| {
        let update = format!("UPDATE documents SET {column} = {{}} WHERE number = 'INV-2026-000001'");
        shift(what, &update, (to, "NULL"), told)
    };
    let first = "document = (SELECT id FROM documents WHERE number = 'INV-2026-000001')";
    let file = |number: &str| {
        let of = format!("statement = (SELECT id FROM statements WHERE number = '{number}')");
        let sql = format!("SELECT blob AS id FROM artefacts WHERE name = 'statement.pdf' AND {of}");
        (of, literal(db, db.ids(&sql)[0].as_bytes()))
    };
    let ((hers, her_pdf), (_, another)) = (file("ST-20261031-P1"), file("ST-20261031-C1"));
    let pdf = format!("UPDATE artefacts SET blob = {{}} WHERE name = 'statement.pdf' AND {hers}");
    vec![
        document("the authority's number", "tax_invoice_number", "'26322000'", "commitment to its texts"),
        document("the integrator's id", "external_id", "'SO-9'", "commitment to its texts"),
        document("the date of supply", "supply_date", "'2026-09-30'", "digest, with plugin"),
        shift(
            "what was supplied",
            &format!("UPDATE document_lines SET supply = {{}} WHERE {first}"),
            ("'service'", "'goods'"),
            "digest, with plugin",
        ),
        shift(
            "tax in base currency",
            "UPDATE documents SET base_tax = base_tax {}, base_net = base_net WHERE number = 'INV-2026-000001'",
            ("+ 1", "- 1"),
            "digest, with plugin",
        ),
        shift(
            "the amount of a bank line",
            "UPDATE bank_lines SET amount = amount {} WHERE payer_name = '周予安'",
            ("+ 1", "- 1"),
            "digest of its statements and lines",
        ),
        shift(
            "what a payer wrote",
            "UPDATE bank_lines SET free_text = {} WHERE payer_name = '周予安'",
            ("'INV-2026-000001'", "'退差价'"),
            "digest of what its lines say",
        ),
        shift(
            "the opening of a bank's statement",
            "UPDATE bank_statements SET opening = {}",
            ("1", "NULL"),
            "digest of its statements and lines",
        ),
        shift(
            "a statement that nobody approved",
            "UPDATE statements SET status = {} WHERE number = 'ST-20261130-C1'",
            ("'approved'", "'sealed'"),
            "its status is approved, and events say: expected approved, found undecided",
        ),
        Tampering {
            what: "an approval that was taken back",
            done: "UPDATE proposals SET status = 'rejected' WHERE status = 'approved'".to_owned(),
            undone: "UPDATE proposals SET status = 'approved' WHERE status = 'rejected'".to_owned(),
            told: "its status is rejected, and events say: expected rejected, found approved",
        },
        shift("the file of a statement", &pdf, (&another, &her_pdf), "content hash with its call and files"),
        shift(
            "who drew it",
            &format!("UPDATE artefacts SET renderer = {{}} WHERE name = 'statement.pdf' AND {hers}"),
            ("'x'", "(SELECT a.renderer FROM artefacts AS a WHERE a.name = 'statement.html' LIMIT 1)"),
            "content hash with its call and files",
        ),
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
        let all = of_the_ledger(db).into_iter().chain(of_the_chain(db)).chain(of_what_is_bound(db));
        each_is_named(&house, db, all.chain(of_what_stands_beside(db)));
    });
}

/// `verify` names each of them, and finds everything sound once it is taken back.
pub(super) fn each_is_named(house: &House, db: &TestDb, all: impl IntoIterator<Item = Tampering>) {
    let sound = house.verified();
    for Tampering { what, done, undone, told } in all {
        assert!(db.execute(&done) > 0, "{what}: nothing was changed");
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
        let named = found.problems.iter().any(|problem| problem.contains(told));
        assert!(named, "{what}: {:?}", found.problems);
        db.execute(&undone);
        assert_eq!(house.verified(), sound, "{what}: taken back");
    }
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
        let unmade =
            found.problems.iter().filter(|problem| problem.contains("when it was made, by the events"));
        // the events they carried are not sealed any more either, and tell of nobody who made them
        assert_eq!(
            (strays("statement "), strays("event "), unmade.count(), found.problems.len()),
            (2, 2, 2, 6),
            "{:?}",
            found.problems
        );
    });
}

/// Two invoices with each other's calls: each sound in itself.
#[test]
fn swapped_calls_of_two_invoices_are_named_by_verify_replay_and_the_checker() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let calls = |number: &str| {
            let sql = format!("SELECT invocation AS id FROM documents WHERE number = '{number}'");
            literal(db, db.ids(&sql)[0].as_bytes())
        };
        let (one, two) = (calls("INV-2026-000001"), calls("INV-2026-000002"));
        db.execute(&format!(
            "UPDATE documents SET invocation = CASE number WHEN 'INV-2026-000001' THEN {two} ELSE {one} END \
             WHERE number IN ('INV-2026-000001', 'INV-2026-000002')"
        ));
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
        for number in ["INV-2026-000001", "INV-2026-000002"] {
            let named = |problem: &&String| {
                problem.starts_with(&format!("invoice {number}")) && problem.contains("output of its call")
            };
            assert_eq!(found.problems.iter().filter(named).count(), 1, "{number}: {:?}", found.problems);
            let again =
                app::audit::replay_figure(&house.app, &house.auditor, house.id, number).expect("replayed");
            assert!(!again.same);
            let difference = again.first_difference.unwrap();
            assert!(
                difference.starts_with(&format!("{number} and its call differ: /0/lines/0/gross")),
                "{difference}"
            );
        }
        let folder = tempfile::tempdir().unwrap();
        app::audit::export(&house.app, &house.auditor, house.id, folder.path(), None).expect("an export");
        super::export::refused(folder.path(), None, "content hash of ent_");
    });
}

/// A call with the very same figures is still another call; one whose figures were changed says which.
#[test]
fn replay_tells_another_call_and_another_figure() {
    for_each_database(|db| {
        let house = House::new(db);
        let month = month::run(&house);
        let sale = super::house::Sale {
            customer: "C1",
            date: "2026-12-01",
            currency: money::Currency::CNY,
            category: "13",
            what: "同样的货",
            quantity: "1",
            price: "10",
            purchase_order: None,
            text: None,
            original: None,
        };
        let twins = [house.invoice(&sale), house.invoice(&sale)];
        let replayed = |name: &str| {
            let done =
                app::audit::replay_figure(&house.app, &house.auditor, house.id, name).expect("replayed");
            assert_eq!(done.same, done.first_difference.is_none());
            done.first_difference
        };
        assert_eq!(replayed(&twins[0].number), None);
        db.execute(&format!(
            "UPDATE documents SET invocation = (SELECT d.invocation FROM documents AS d WHERE d.number = '{}') WHERE number = '{}'",
            twins[1].number, twins[0].number
        ));
        let told = replayed(&twins[0].number).unwrap();
        assert!(told.starts_with(&format!("{} was sealed with another call", twins[0].number)), "{told}");

        db.execute("UPDATE statement_closings SET closing = closing + 1");
        let told = replayed(&month.october.made[0].to_string()).unwrap();
        assert!(told.contains("and its call differ: /sections/0/closing"), "{told}");
        db.execute("UPDATE proposal_allocations SET amount = amount + 1");
        let id = domain::ids::ProposalId::new(
            db.ids("SELECT proposal AS id FROM proposal_allocations LIMIT 1")[0],
        );
        let told = replayed(&id.to_string()).unwrap();
        assert!(told.starts_with(&format!("{id} and its call differ: /allocations/0")), "{told}");
    });
}
