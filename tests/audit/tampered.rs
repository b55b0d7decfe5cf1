//! Rows that decide what is posted next, or who may do it, are played again from the events: whoever changes or deletes one past the
//! use-cases is found by `verify`.

use super::books::{Books, books};
use super::house::{House, Party, Sale, day};
use super::verify::{Tampering, each_is_named, shift};
use super::{besides, literal, month};
use app::advance::AdvanceFor;
use app::books::{ChartInput, SeriesInput};
use app::delivery::Settings;
use app::reconciliation::{AllocateLine, Settle};
use app::revaluation::{Revalue, revalue};
use domain::actor::Actor;
use domain::delivery::{Accounting, Per};
use domain::ledger::account::Class;
use domain::reconciliation::ToleranceRole;
use domain::series::Reset;
use domain::voucher::{ReversalStyle, Sorts};
use money::Currency;
use store::testing::{TestDb, for_each_database};

fn problems(house: &House) -> String {
    let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
    found.problems.join("\n")
}

fn of(table: &str, column: &str, by: (&str, &str), told: &'static str) -> Tampering {
    shift("a row", &format!("UPDATE {table} SET {column} = {{}}"), by, told)
}

/// The next run of a day reckons from these rows: one that is changed or gone would post the difference again.
#[test]
fn a_revaluation_is_what_its_entries_posted() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::EURO);
        house.rate("2026-10-01", "7.10");
        house.at("2026-10-31");
        house.invoice(&month::EXPORT);
        house.rate("2026-10-31", "7.20");
        revalue(&house.app, &house.clerk, house.id, Revalue { as_of: day("2026-10-31") }).expect("valued");
        let of = |column: &str, by: (&str, &str), told| of("revaluations", column, by, told);
        let all = [
            of("value", ("value + 1", "value - 1"), "its entries do not post what it found"),
            of("value", ("value + 1", "value - 1"), "value, by the events: expected"),
            of("carrying", ("carrying - 1", "carrying + 1"), "carrying, by the events: expected"),
            of("balance", ("balance + 1", "balance - 1"), "balance, by the events: expected"),
            of("account", ("'1123'", "'1122'"), "account, by the events: expected \"1122\""),
            of("rate", ("'8'", "'7.2'"), "rate, by the events: expected \"7.2\", found \"8\""),
            of("as_of", ("'2026-10-30'", "'2026-10-31'"), "its entries are not of its day and the next"),
            of("reversal", ("entry", &reversal(db)), "no entry of it, or none that takes it back"),
        ];
        each_is_named(&house, db, all);
        db.execute("DELETE FROM revaluations");
        let found = problems(&house);
        assert_eq!(found.matches("it is an entry of a revaluation that is not there").count(), 2, "{found}");
    });
}

fn reversal(db: &TestDb) -> String {
    let sql = "SELECT id FROM entries WHERE kind = 'revaluation' AND reverses IS NOT NULL";
    literal(db, db.ids(sql)[0].as_bytes())
}

/// A line that a guest's proposal settled, with a tail; one by hand; one that is open.
fn settled(db: &TestDb) -> Books {
    let lines = [("2026-10-26", "112.00"), ("2026-10-27", "30.00"), ("2026-10-28", "5.00")];
    let mut b = books(db, &lines, |text| text);
    besides::tolerate(&b.house, ToleranceRole::Tail, 100, 150);
    let item = b.invoice.item;
    let id = besides::tail(&mut b, 0);
    b.approve(id).expect("approved");
    let input = Settle {
        line: b.lines[1].id,
        customer: None,
        allocations: vec![AllocateLine { item, amount: "30".parse().unwrap() }],
        on_account: "0".parse().unwrap(),
        suspense: "0".parse().unwrap(),
        credits: Vec::new(),
        differences: Vec::new(),
        effective_date: None,
    };
    let done = app::reconciliation::settle(&b.house.app, &b.house.clerk, b.house.id, &input);
    assert!(done.expect("settled").approved.is_some());
    b
}

#[test]
fn who_made_and_decided_a_proposal_and_what_it_clears_is_what_the_events_say() {
    for_each_database(|db| {
        let b = settled(db);
        let by_hand =
            |column: &str| format!("UPDATE proposals SET {column} = {{}} WHERE confidence = 'by-hand'");
        let guests =
            |column: &str| format!("UPDATE proposals SET {column} = {{}} WHERE confidence = 'exact'");
        let (clerk, reviewer) = (format!("'{}'", b.house.clerk), format!("'{}'", b.house.reviewer));
        let made = "who made it, by the events: expected";
        let decided = "who decided it, by the events: expected";
        let clears = "digest of what it clears and by what, by the events: expected";
        let tolerates = "what it writes off within tolerances, by the events: expected";
        let all = [
            shift("a guest's", &guests("created_by"), ("'usr_0'", "'system'"), made),
            shift("by hand", &by_hand("created_by"), ("'usr_0'", &clerk), made),
            shift("who approved", &guests("decided_by"), ("'usr_0'", &reviewer), decided),
            shift("its own", &by_hand("decided_by"), ("NULL", &clerk), "found nobody"),
            shift(
                "when",
                &by_hand("decided_at"),
                ("NULL", "created_at"),
                "when it was decided, by the events",
            ),
            shift("the rest", &guests("residual_amount"), ("1", "0"), clears),
            of("proposal_differences", "amount", ("amount + 1", "amount - 1"), clears),
            of("proposal_allocations", "amount", ("amount + 1", "amount - 1"), clears),
            of("tolerated", "amount", ("amount + 1", "amount - 1"), tolerates),
            of("tolerated", "amount", ("amount + 1", "amount - 1"), "its sum is not that of the approvals"),
            of(
                "tolerated_months",
                "amount",
                ("amount - 1", "amount + 1"),
                "its sum is not that of the approvals",
            ),
        ];
        each_is_named(&b.house, db, all);
        db.execute("DELETE FROM tolerated");
        let found = problems(&b.house);
        assert!(found.contains(tolerates) && found.contains("found []"), "{found}");
        db.execute("DELETE FROM tolerated_months");
        let found = problems(&b.house);
        assert!(found.contains(tolerates) && !found.contains("its sum is not"), "{found}");
    });
}

#[test]
fn who_made_a_document_is_who_posted_its_entry() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-10-30");
        let invoice = house.invoice(&Sale { customer: month::HER.code, ..month::SALE });
        let by = ("'usr_0'", "(SELECT e.created_by FROM entries AS e WHERE e.document = documents.id)");
        let told = "who made it, by its entry: expected usr_";
        let change = format!("UPDATE documents SET created_by = {{}} WHERE number = '{}'", invoice.number);
        each_is_named(&house, db, [shift("an invoice", &change, by, told)]);
    });
}

#[test]
fn a_bank_line_is_settled_where_something_was_posted_from_it() {
    for_each_database(|db| {
        let b = settled(db);
        let line = |n: usize, column: &str| {
            let id = literal(db, b.lines[n].id.uuid().as_bytes());
            format!("UPDATE bank_lines SET {column} = {{}} WHERE id = {id}")
        };
        let (again, never) = (
            "whether it is settled, by the events: expected true, found false",
            "whether it is settled, by the events: expected false, found true",
        );
        let closing = "digest of its statements and lines";
        let first = literal(db, b.lines[0].id.uuid().as_bytes());
        let receipt = db.ids(&format!("SELECT id FROM documents WHERE bank_line = {first}"))[0];
        let of_receipt =
            format!("UPDATE documents SET bank_line = {{}} WHERE id = {}", literal(db, receipt.as_bytes()));
        let came = "document that came of it, by the events: expected doc_";
        let all = [
            shift("settled again", &line(0, "status"), ("'open'", "'posted'"), again),
            shift("settled again by hand", &line(1, "status"), ("'proposed'", "'posted'"), again),
            shift("never settled", &line(2, "status"), ("'posted'", "'open'"), never),
            shift(
                "the rest of one",
                &line(0, "remaining"),
                ("100", "0"),
                "what is left of it: expected 0.00",
            ),
            shift(
                "less is left",
                &line(2, "remaining"),
                ("0", "amount"),
                "what is left of it: expected 5.00",
            ),
            shift("its receipt", &of_receipt, ("NULL", &first), came),
            shift("a closing", "UPDATE bank_statements SET closing = {}", ("1", "NULL"), closing),
        ];
        each_is_named(&b.house, db, all);
        // what is undone is open again, and so it stands
        let id = db.ids("SELECT id FROM proposals WHERE confidence = 'exact'")[0];
        let undo = app::reconciliation::UndoProposal {
            id: domain::ids::ProposalId::new(id),
            date: None,
            reason: None,
        };
        app::reconciliation::undo(&b.house.app, &b.house.reviewer, b.house.id, &undo).expect("undone");
        each_is_named(&b.house, db, [shift("undone", &line(0, "status"), ("'posted'", "'open'"), never)]);
    });
}

#[test]
fn a_binding_is_what_was_proposed_and_activated() {
    for_each_database(|db| {
        let house = House::new(db);
        let (maker, checker) = (format!("'{}'", house.administrator), format!("'{}'", house.reviewer));
        let of = |column: &str, by: (&str, &str), told| of("bindings", column, by, told);
        let all = [
            of("valid_from", ("'2026-02-01'", "'2026-01-01'"), "valid_from, by the events: expected"),
            of("status", ("'withdrawn'", "'active'"), "status, by the events: expected \"active\""),
            of("created_by", ("'usr_0'", &maker), "created_by, by the events: expected"),
            of("decided_by", ("'usr_0'", &checker), "decided_by, by the events: expected"),
            of("decided_at", ("NULL", "created_at"), "decided_at, by the events: expected"),
        ];
        // both are of one moment in a house whose clock stands
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM bindings WHERE decided_at <> created_at"), 0);
        each_is_named(&house, db, all);
        assert_eq!(db.execute("DELETE FROM bindings WHERE slot = 'reconciliation'"), 1);
        let found = problems(&house);
        assert_eq!(found.matches("it was bound, but is not there").count(), 1, "{found}");
    });
}

#[test]
fn accounts_at_banks_are_what_events_commit_to() {
    for_each_database(|db| {
        let house = House::new(db);
        // the first is in force at once, the second by two people
        house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
        house.bank_account("DE89370400440532013000", Currency::EUR);
        let mut input = house.customer_input(&month::HER);
        app::customer::create(&house.app, &house.clerk, house.id, &input).expect("a customer");
        let own = |column: &str, of: Currency| {
            format!("UPDATE bank_accounts SET {column} = {{}} WHERE currency = '{}'", of.code())
        };
        let first = format!("'{}'", month::CNY_ACCOUNT);
        let hers = format!("'{}'", month::HER.account.1);
        let reviewer = format!("'{}'", house.reviewer);
        let all = [
            shift("the first", &own("number", Currency::CNY), ("'1'", &first), "details, by the events"),
            shift(
                "the second",
                &own("number", Currency::EUR),
                ("'1'", "'DE89370400440532013000'"),
                "details, by the events",
            ),
            shift(
                "whether it is in force",
                &own("confirmed", Currency::EUR),
                ("NOT confirmed", "NOT confirmed"),
                "confirmed, by the events: expected true, found false",
            ),
            of("bank_detail_changes", "decided_by", ("'usr_0'", &reviewer), "decided_by, by the events"),
            of(
                "customer_accounts",
                "account",
                ("'1'", &hers),
                "commitment to the accounts that she pays from",
            ),
        ];
        each_is_named(&house, db, all);

        // another account of hers, by two people
        input.accounts[0].account = "6222020987654320000".to_owned();
        let her = input.code.parse().unwrap();
        app::customer::update(&house.app, &house.clerk, house.id, &her, &input).expect("asked for");
        house.verified();
        assert_eq!(house.bank_details_confirmed(), 1);
        let back = [of(
            "customer_accounts",
            "account",
            (&hers, "'6222020987654320000'"),
            "commitment to the accounts that she pays from",
        )];
        each_is_named(&house, db, back);
        db.execute("DELETE FROM customer_accounts");
        let found = problems(&house);
        assert!(found.contains("commitment to the accounts that she pays from"), "{found}");
    });
}

/// An account of the company's own, named twice: the second names count.
fn named(house: &House, code: &str) {
    for zh in ["支出", "营业外支出"] {
        let input = ChartInput {
            role: "own".to_owned(),
            part: None,
            valid_from: None,
            code: code.to_owned(),
            zh: Some(zh.to_owned()),
            en: None,
            class: Some(Class::Expenses),
        };
        app::books::put_chart(&house.app, &house.administrator, house.id, &input).expect("named");
    }
}

#[test]
fn settings_are_what_was_set_last() {
    for_each_database(|db| {
        let house = House::new(db);
        let (app, admin, id) = (&house.app, &house.administrator, house.id);
        for first_month in [7, 4] {
            let input = (first_month, Sorts::One, ReversalStyle::Negative);
            app::books::put_settings(app, admin, id, input).expect("chosen");
        }
        let series = SeriesInput {
            prefix: Some("XS".to_owned()),
            reset: Reset::Month,
            chronological: true,
            start: None,
        };
        app::books::put_series(app, admin, id, "invoice", &series).expect("a rule");
        let deliveries = Settings { accounting: Accounting::Accrued, per: Per::Month, ..Settings::default() };
        app::delivery::put_settings(app, admin, id, deliveries).expect("set");
        let advances = AdvanceFor { tax_category: "13".to_owned(), supply: "goods".to_owned() };
        app::advance::put_settings(app, admin, id, Some(&advances)).expect("set");
        named(&house, "9001");
        let by = format!("'{admin}'");
        let who = "set_by, by the events: expected";
        let all = [
            of("books", "first_month", ("1", "4"), "first_month, by the events: expected 4, found 1"),
            of("books", "set_by", ("'usr_0'", &by), who),
            of("chart_lines", "zh", ("'别名'", "'营业外支出'"), "names, by the events: expected"),
            of(
                "chart_lines",
                "class",
                ("'income'", "'expenses'"),
                "class, by the events: expected \"expenses\"",
            ),
            of("chart_lines", "set_by", ("'usr_0'", &by), who),
            of("chart_lines", "part", ("'9002'", "'9001'"), "no event says that they were set"),
            of("series_rules", "prefix", ("'YS'", "'XS'"), "prefix, by the events: expected \"XS\""),
            of(
                "series_rules",
                "chronological",
                ("NOT chronological", "NOT chronological"),
                "chronological, by",
            ),
            of("series_rules", "kind", ("'receipt'", "'invoice'"), "no event says that they were set"),
            of("delivery_settings", "accounting", ("'none'", "'accrued'"), "accounting, by the events"),
            of(
                "delivery_settings",
                "orders_become",
                ("'invoice'", "'delivery'"),
                "orders_become, by the events",
            ),
            of("advance_settings", "category", ("'6'", "'13'"), "tax_category, by the events"),
            of("advance_settings", "category", ("NULL", "'13'"), "supply, by the events"),
        ];
        each_is_named(&house, db, all);
        app::advance::put_settings(app, admin, id, None).expect("set");
        house.verified();
        for table in ["books", "chart_lines", "series_rules", "delivery_settings", "advance_settings"] {
            db.execute(&format!("DELETE FROM {table}"));
        }
        let found = problems(&house);
        assert_eq!(found.matches("they were set, but are not there").count(), 5, "{found}");
    });
}

/// Who is behind a key is whose it is, as the event of its issue says.
#[test]
fn what_a_key_did_is_its_owners() {
    for_each_database(|db| {
        let house = House::new(db);
        let input = app::company::IssueToken {
            login: "zhang".to_owned(),
            label: "her own".to_owned(),
            expires_in_days: None,
        };
        let token = app::company::issue_token(&house.app, &Actor::System, house.id, &input).expect("a key");
        let key = app::company::authenticate(&house.app, &token.secret).expect("hers");
        for code in ["A", "B"] {
            house.customer(&Party { code, ..month::EURO });
        }
        let (source, into) = ("B".parse().unwrap(), "A".parse().unwrap());
        let wanted = app::merge::Propose { source, into, date: Some(day("2026-10-01")) };
        app::merge::propose(&house.app, &key, house.id, &wanted).expect("proposed");
        assert_ne!(key.to_string(), house.clerk.to_string());
        let clerk = format!("'{}'", house.clerk);
        let told = "proposed_by, by the events: expected \"usr_";
        each_is_named(&house, db, [of("customer_merges", "proposed_by", ("'usr_0'", &clerk), told)]);
    });
}
