//! Deliveries in the books: in foreign currency, in statements, in the export that the independent checker reads, after an erasure, and
//! what of them verification finds spoilt.

use super::export::{accepted_whole, refused};
use super::house::{House, Sale, day};
use super::month;
use app::delivery::{
    DeliveryLineInput, DeliveryPart, GiveBack, GivenBack, RecordDelivery, RecordedDelivery, ReverseDelivery,
    Settings, WantedPart,
};
use app::document::Reverse;
use app::invoice::{IssueInvoiceError, IssuedInvoice, RedConfirmation};
use app::tax_invoice::{RecordTaxInvoice, TaxInvoicePart};
use domain::delivery::{Accounting, Per};
use domain::tax_invoice::TaxInvoiceKind;
use money::{Currency, Minor};
use store::testing::{TestDb, for_each_database};

/// The euro customer, and a company that accrues.
fn house(db: &TestDb) -> House {
    let house = House::new(db);
    house.customer(&month::EURO);
    for (date, rate) in [("2026-10-01", "7.10"), ("2026-10-20", "7.20")] {
        house.rate(date, rate);
    }
    house.at("2026-10-30");
    let settings = Settings { accounting: Accounting::Accrued, per: Per::Month, ..Settings::default() };
    app::delivery::put_settings(&house.app, &house.administrator, house.id, settings).expect("set");
    house
}

fn deliver(house: &House, slip: &str, on: &str, quantity: &str) -> RecordedDelivery {
    let line = DeliveryLineInput {
        description: "Gehäuse für Herrn Weiß".to_owned(),
        quantity: quantity.parse().unwrap(),
        unit: Some("Stück".to_owned()),
        unit_price: "100".parse().unwrap(),
        category: "0".to_owned(),
        supply: "goods".to_owned(),
    };
    let input = RecordDelivery {
        external_id: Some(slip.to_owned()),
        customer: month::EURO.code.parse().unwrap(),
        delivered_on: day(on),
        currency: Currency::EUR,
        purchase_order: Some("PO Weiß".to_owned()),
        text: None,
        fx: None,
        lines: vec![line],
        invoices: Vec::new(),
    };
    app::delivery::record(&house.app, &house.clerk, house.id, &input).expect("a delivery")
}

fn bill(
    house: &House,
    date: &'static str,
    quantity: &'static str,
    slip: &str,
) -> Result<IssuedInvoice, IssueInvoiceError> {
    let sale = Sale { customer: month::EURO.code, date, quantity, price: "100", ..month::EXPORT };
    let mut input = house.invoice_input(&sale);
    let wanted = WantedPart { quantity: Some(quantity.parse().unwrap()), amount: None };
    input.deliveries = vec![DeliveryPart { delivery: slip.to_owned(), line: 1, document_line: None, wanted }];
    app::invoice::issue(&house.app, &house.clerk, house.id, &input)
}

/// (in euro, in base currency) on an account.
fn standing(db: &TestDb, account: &str) -> (i64, i64) {
    let sum = |column: &str| {
        db.count(&format!(
            "SELECT CAST(COALESCE(SUM({column}), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}' AND currency = 'EUR'"
        ))
    };
    (sum("amount"), sum("base"))
}

#[test]
fn an_accrual_is_released_at_what_it_was_carried_at_and_the_books_hold() {
    for_each_database(|db| {
        let house = house(db);
        deliver(&house, "LS-1", "2026-10-05", "3");
        assert_eq!((standing(db, "112201"), standing(db, "6001")), ((30_000, 213_000), (-30_000, -213_000)));
        let first = bill(&house, "2026-10-22", "1", "LS-1").expect("billed");
        // EUR 100 leaves at 7.10 and is owed at 7.20: no exchange difference is realised
        assert_eq!((standing(db, "112201"), standing(db, "1122")), ((20_000, 142_000), (10_000, 72_000)));
        assert_eq!((standing(db, "6001"), standing(db, "660301")), ((-30_000, -214_000), (0, 0)));
        let back = GiveBack {
            delivery: "LS-1".to_owned(),
            on: day("2026-10-23"),
            external_id: None,
            text: Some("zurück von Herrn Weiß".to_owned()),
            lines: vec![GivenBack { line: 1, quantity: Some("1".parse().unwrap()) }],
        };
        app::delivery::give_back(&house.app, &house.clerk, house.id, &back).expect("taken back");
        bill(&house, "2026-10-24", "1", "LS-1").expect("billed");
        assert_eq!(standing(db, "112201"), (0, 0));
        let over = bill(&house, "2026-10-25", "1", "LS-1").expect_err("nothing is left");
        assert!(over.to_string().contains("/deliveries/0/quantity"), "{over}");
        house.verified();
        accepted_whole(&house);
        let input =
            Reverse { document: first.number, date: Some(day("2026-10-26")), reason: "falsch".to_owned() };
        app::document::reverse(&house.app, &house.clerk, house.id, &input).expect("reversed");
        assert_eq!((standing(db, "112201"), standing(db, "1122").0), ((10_000, 71_000), 10_000));
        // what is delivered and not billed stands in the statement, on an account of its own
        house.at("2026-11-01");
        let made = house.statements("2026-10-01", "2026-10-31");
        assert_eq!(made.made.len(), 1);
        let closings = db.count(
            "SELECT COUNT(*) AS n FROM statement_closings WHERE account = '112201' AND closing = 10000",
        );
        assert_eq!(closings, 1);
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn what_is_given_back_is_carried_as_it_was() {
    for_each_database(|db| {
        let house = house(db);
        deliver(&house, "LS-1", "2026-10-05", "3");
        let first = bill(&house, "2026-10-22", "3", "LS-1").expect("billed");
        assert_eq!((standing(db, "112201"), standing(db, "1122")), ((0, 0), (30_000, 216_000)));
        // one of three at 7.10, as it was delivered; what is owed goes at 7.20, as it was invoiced
        let original = Some(first.number.as_str());
        let sale = Sale { date: "2026-10-23", quantity: "1", price: "100", original, ..month::EXPORT };
        let mut input = house.invoice_input(&sale);
        input.rebill = true;
        let note = app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("a credit note");
        assert_eq!((standing(db, "112201"), standing(db, "1122")), ((10_000, 71_000), (20_000, 144_000)));
        assert_eq!((standing(db, "6001"), standing(db, "660301")), ((-30_000, -215_000), (0, 0)));
        house.verified();
        accepted_whole(&house);
        let second = bill(&house, "2026-10-24", "1", "LS-1").expect("billed anew");
        assert_eq!((standing(db, "112201"), standing(db, "1122")), ((0, 0), (30_000, 216_000)));
        house.verified();
        accepted_whole(&house);
        let reverse = |number: &str| {
            let input = Reverse { document: number.to_owned(), date: None, reason: "falsch".to_owned() };
            app::document::reverse(&house.app, &house.clerk, house.id, &input)
        };
        reverse(&note.number).expect_err("it is billed anew");
        reverse(&second.number).expect("reversed");
        reverse(&note.number).expect("reversed");
        assert_eq!((standing(db, "112201"), standing(db, "1122")), ((0, 0), (30_000, 216_000)));
        assert_eq!((standing(db, "6001"), standing(db, "660301")), ((-30_000, -216_000), (0, 0)));
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn what_is_spoilt_is_named() {
    for_each_database(|db| {
        let house = house(db);
        let delivery = deliver(&house, "LS-1", "2026-10-05", "3");
        bill(&house, "2026-10-22", "1", "LS-1").expect("billed");
        house.verified();
        let problems = |sql: &str, back: &str| {
            db.execute(sql);
            let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified").problems;
            db.execute(back);
            house.verified();
            found
        };
        let id = delivery.id.to_string();
        let net = problems("UPDATE deliveries SET net = net + 1", "UPDATE deliveries SET net = net - 1");
        assert!(net.iter().any(|problem| problem.contains(&id) && problem.contains("digest")), "{net:?}");
        let text = problems(
            "UPDATE deliveries SET purchase_order = 'PO Schwarz'",
            "UPDATE deliveries SET purchase_order = 'PO Weiß'",
        );
        assert!(text.iter().any(|problem| problem.contains(&id) && problem.contains("texts")), "{text:?}");
        let link = problems(
            "UPDATE delivery_links SET amount = amount - 1",
            "UPDATE delivery_links SET amount = amount + 1",
        );
        assert!(link.iter().any(|problem| problem.contains("dlk_")), "{link:?}");
        assert!(link.iter().any(|problem| problem.contains("what is left")), "{link:?}");
        // and in the export
        let folder = tempfile::tempdir().unwrap();
        app::audit::export(&house.app, &house.auditor, house.id, folder.path(), None).expect("an export");
        let file = folder.path().join("deliveries.ndjson");
        let lines = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, lines.replace("300.00", "301.00")).unwrap();
        refused(folder.path(), None, "deliveries.ndjson");
    });
}

/// The names are gone from every table, and the chain holds.
#[test]
fn an_erased_customer_leaves_figures_and_no_words() {
    for_each_database(|db| {
        let house = house(db);
        deliver(&house, "LS-1", "2026-10-05", "1");
        let billed = bill(&house, "2026-10-22", "1", "LS-1").expect("billed");
        let tax_invoice = RecordTaxInvoice {
            number: "26001".to_owned(),
            code: None,
            kind: TaxInvoiceKind::Digital,
            customer: month::EURO.code.parse().unwrap(),
            issued_on: day("2026-10-22"),
            currency: Currency::EUR,
            net: "100".parse().unwrap(),
            tax: "0".parse().unwrap(),
            gross: "100".parse().unwrap(),
            original: None,
            confirmation: None,
            reason: None,
            buyer_name: Some("Weiß GmbH".to_owned()),
            buyer_tax_id: None,
            documents: vec![TaxInvoicePart { document: billed.number.clone(), amount: None }],
        };
        app::tax_invoice::record(&house.app, &house.clerk, house.id, &tax_invoice).expect("recorded");
        let original = Some(billed.number.as_str());
        let sale = Sale { date: "2026-10-23", quantity: "1", price: "100", original, ..month::EXPORT };
        let mut credit = house.invoice_input(&sale);
        let waits = app::invoice::issue(&house.app, &house.clerk, house.id, &credit);
        assert!(matches!(waits, Err(IssueInvoiceError::RedConfirmationMissing { .. })), "{waits:?}");
        credit.red_confirmation = Some(RedConfirmation::Reason("Herr Weiß hat nicht angerufen".to_owned()));
        let credit = app::invoice::issue(&house.app, &house.clerk, house.id, &credit).expect("credited");
        let cleared: Vec<_> = credit.allocations.iter().map(|one| (one.item, one.amount.minor())).collect();
        assert_eq!(cleared, [(billed.item, Minor::new(10_000))], "nothing is open any more");
        accepted_whole(&house);
        house.at("2029-12-01");
        app::customer::erase(&house.app, &house.administrator, house.id, &month::EURO.code.parse().unwrap())
            .expect("erased");
        let left = |table: &str, column: &str| {
            db.count(&format!("SELECT COUNT(*) AS n FROM {table} WHERE {column} IS NOT NULL"))
        };
        for (table, column) in [
            ("deliveries", "external_id"),
            ("deliveries", "purchase_order"),
            ("deliveries", "text_salt"),
            ("delivery_lines", "description"),
            ("delivery_lines", "unit"),
            ("tax_invoices", "buyer_name"),
            ("tax_invoices", "text_salt"),
            ("red_confirmations", "reason"),
            ("red_confirmations", "salt"),
        ] {
            assert_eq!(left(table, column), 0, "{table}.{column}");
        }
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_reversal_takes_the_whole_back_on_its_own_day() {
    for_each_database(|db| {
        let house = house(db);
        deliver(&house, "LS-1", "2026-10-05", "2");
        let input =
            ReverseDelivery { delivery: "LS-1".to_owned(), date: None, reason: "falscher Kunde".to_owned() };
        let reversed = app::delivery::reverse(&house.app, &house.clerk, house.id, &input).expect("reversed");
        assert_eq!(reversed.net.minor(), Minor::new(-20_000));
        assert_eq!(standing(db, "112201"), (0, 0));
        house.seal();
        let at = app::report::Asked { as_of: Some(day("2026-10-05")), ..app::report::Asked::default() };
        let report = app::report::unbilled(&house.app, &house.auditor, house.id, &at).expect("a report");
        assert_eq!(report.rows, []);
        house.verified();
        accepted_whole(&house);
    });
}

/// What was not known yet changes no report of then.
#[test]
fn settings_of_today_change_no_past_report() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-11-30");
        let sale = Sale { customer: "P1", date: "2026-11-01", quantity: "10", price: "10", ..month::SALE };
        house.invoice(&sale);
        house.seal();
        let of = |known_at: Option<u64>| {
            let asked = app::report::Asked { known_at, ..app::report::Asked::default() };
            app::report::unbilled(&house.app, &house.auditor, house.id, &asked).expect("a report")
        };
        let before = of(None);
        assert_eq!(before.rows, []);
        let settings = Settings { accounting: Accounting::Accrued, per: Per::Month, ..Settings::default() };
        app::delivery::put_settings(&house.app, &house.administrator, house.id, settings).expect("set");
        house.seal();
        assert_eq!(of(None).rows.len(), 1, "billed and not delivered");
        assert_eq!(of(Some(before.head.known_at)), before);
    });
}
