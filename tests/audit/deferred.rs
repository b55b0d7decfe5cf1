//! Goods that are invoiced first (先开票后发货): a contract liability until they are delivered, in foreign currency, in parts, credited and
//! taken back; sixteen at once release nothing twice; the report ties to the account on any day, and what is spoilt is named.

use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month;
use app::common::Common;
use app::delivery::{
    DeliveryError, DeliveryLineInput, DeliveryPart, InvoicedPart, RecordDelivery, RecordedDelivery,
    ReverseDelivery, Settings, WantedPart,
};
use app::document::{Reverse, ReverseError};
use app::invoice::{InvoiceKind, IssueInvoiceError, IssuedInvoice};
use app::report::{Asked, UnbilledSide};
use domain::delivery::{Accounting, Per};
use money::Currency;
use std::sync::Barrier;
use store::testing::{TestDb, for_each_database};

const LIABILITY: &str = "2204";
const REVENUE: &str = "6001";
const UNBILLED: &str = "112201";

/// The euro customer, and a company that defers.
fn house(db: &TestDb) -> House {
    let house = House::new(db);
    house.customer(&month::EURO);
    for (date, rate) in [("2026-10-01", "7.1234"), ("2026-10-20", "7.20")] {
        house.rate(date, rate);
    }
    house.at("2026-10-30");
    let settings = Settings { accounting: Accounting::Deferred, per: Per::Month, ..Settings::default() };
    app::delivery::put_settings(&house.app, &house.administrator, house.id, settings).expect("set");
    house
}

fn invoice(house: &House, quantity: &'static str) -> IssuedInvoice {
    house.invoice(&Sale { date: "2026-10-05", quantity, price: "100", ..month::EXPORT })
}

fn credit(
    house: &House,
    original: &IssuedInvoice,
    (date, quantity, price): (&'static str, &'static str, &'static str),
    returned: &[&str],
) -> IssuedInvoice {
    let original = Some(original.number.as_str());
    let mut input = house.invoice_input(&Sale { date, quantity, price, original, ..month::EXPORT });
    input.deliveries = returned
        .iter()
        .map(|slip| DeliveryPart {
            delivery: (*slip).to_owned(),
            line: 1,
            document_line: None,
            wanted: WantedPart::default(),
        })
        .collect();
    app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("a credit note")
}

/// A debit note of one line, which raises a line of its original where it names one.
fn raise(
    house: &House,
    original: &IssuedInvoice,
    (date, quantity, price): (&'static str, &'static str, &'static str),
    line: Option<u32>,
) -> Result<IssuedInvoice, IssueInvoiceError> {
    let original = Some(original.number.as_str());
    let mut input = house.invoice_input(&Sale { date, quantity, price, original, ..month::EXPORT });
    input.kind = InvoiceKind::DebitNote;
    input.lines[0].original_line = line;
    app::invoice::issue(&house.app, &house.clerk, house.id, &input)
}

/// Delivers so much, of which an invoice has a part already.
fn deliver(
    house: &House,
    (slip, on, quantity): (&str, &str, &str),
    invoiced: Option<(&IssuedInvoice, &str)>,
) -> Result<RecordedDelivery, DeliveryError> {
    let line = DeliveryLineInput {
        description: "轴承".to_owned(),
        quantity: quantity.parse().unwrap(),
        unit: None,
        unit_price: "100".parse().unwrap(),
        category: "0".to_owned(),
        supply: "goods".to_owned(),
    };
    let part = |(invoice, quantity): (&IssuedInvoice, &str)| InvoicedPart {
        document: invoice.number.clone(),
        document_line: None,
        line: 1,
        wanted: WantedPart { quantity: Some(quantity.parse().unwrap()), amount: None },
    };
    let input = RecordDelivery {
        external_id: Some(slip.to_owned()),
        customer: month::EURO.code.parse().unwrap(),
        delivered_on: day(on),
        currency: Currency::EUR,
        purchase_order: None,
        text: None,
        fx: None,
        lines: vec![line],
        invoices: invoiced.map(part).into_iter().collect(),
    };
    app::delivery::record(&house.app, &house.clerk, house.id, &input)
}

fn reverse_delivery(house: &House, slip: &str) -> Result<RecordedDelivery, DeliveryError> {
    let input = ReverseDelivery { delivery: slip.to_owned(), date: None, reason: "错发".to_owned() };
    app::delivery::reverse(&house.app, &house.clerk, house.id, &input)
}

fn reverse(house: &House, document: &IssuedInvoice) -> Result<app::document::Reversed, ReverseError> {
    let input = Reverse { document: document.number.clone(), date: None, reason: "开错".to_owned() };
    app::document::reverse(&house.app, &house.clerk, house.id, &input)
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

/// What the report has of invoices that wait for their goods, on a day: (quantity, amount). There is none that does not tie.
fn waits(house: &House, on: &str) -> Vec<(String, i64)> {
    house.seal();
    let asked = Asked { as_of: Some(day(on)), ..Asked::default() };
    let report = app::report::unbilled(&house.app, &house.auditor, house.id, &asked).expect("it ties");
    let own = report.rows.iter().filter(|row| row.side == UnbilledSide::Billed);
    let row = |row: &app::report::UnbilledRow| {
        assert!(row.accrued, "the ledger has it: {row:?}");
        (money::normal_form(row.quantity), row.amount.get())
    };
    own.map(row).collect()
}

fn pointer(refused: &DeliveryError) -> &str {
    match refused.common() {
        Some(Common::Invalid { pointer, .. }) => pointer,
        _ => panic!("{refused:?}"),
    }
}

#[test]
fn what_is_invoiced_first_is_revenue_when_it_is_delivered_at_what_it_was_carried_at() {
    for_each_database(|db| {
        let house = house(db);
        // EUR 300 at 7.1234: owed whole, and no revenue
        let bill = invoice(&house, "3");
        assert_eq!((standing(db, "1122"), standing(db, LIABILITY)), ((30_000, 213_702), (-30_000, -213_702)));
        assert_eq!(standing(db, REVENUE), (0, 0));
        let first = deliver(&house, ("LS-1", "2026-10-22", "0.7"), Some((&bill, "0.7"))).expect("delivered");
        assert_eq!(first.accrued, None, "all of it was invoiced");
        assert_eq!(
            (standing(db, LIABILITY), standing(db, REVENUE)),
            ((-23_000, -163_838), (-7_000, -49_864))
        );
        // one more than was invoiced is accrued, in the same entry and at its own day's rate
        let second = deliver(&house, ("LS-2", "2026-10-23", "3.3"), Some((&bill, "2.3"))).expect("delivered");
        assert!(second.accrued.is_some());
        assert_eq!((standing(db, LIABILITY), standing(db, UNBILLED)), ((0, 0), (10_000, 72_000)));
        assert_eq!((standing(db, REVENUE), standing(db, "660301")), ((-40_000, -285_702), (0, 0)));
        for (on, left) in [
            ("2026-10-04", vec![]),
            ("2026-10-05", vec![("3".to_owned(), 30_000)]),
            ("2026-10-22", vec![("2.3".to_owned(), 23_000)]),
            ("2026-10-23", vec![]),
        ] {
            assert_eq!(waits(&house, on), left, "{on}");
        }
        let over = deliver(&house, ("LS-3", "2026-10-24", "1"), Some((&bill, "0.1"))).expect_err("too much");
        assert_eq!(pointer(&over), "/invoices/0/quantity");
        house.verified();
        accepted_whole(&house);

        // step by step back to nothing
        assert!(matches!(reverse(&house, &bill), Err(ReverseError::Delivered { .. })));
        reverse_delivery(&house, "LS-2").expect("reversed");
        assert_eq!((standing(db, LIABILITY), standing(db, UNBILLED)), ((-23_000, -163_838), (0, 0)));
        assert!(matches!(reverse(&house, &bill), Err(ReverseError::Delivered { .. })));
        reverse_delivery(&house, "LS-1").expect("reversed");
        assert_eq!((standing(db, LIABILITY), standing(db, REVENUE)), ((-30_000, -213_702), (0, 0)));
        assert_eq!(waits(&house, "2026-10-30"), [("3".to_owned(), 30_000)]);
        reverse(&house, &bill).expect("reversed");
        for account in [LIABILITY, REVENUE, UNBILLED, "1122"] {
            assert_eq!(standing(db, account), (0, 0), "{account}");
        }
        assert_eq!(waits(&house, "2026-10-30"), []);
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_credit_takes_what_waits_first_and_what_came_back_is_revenues() {
    for_each_database(|db| {
        let house = house(db);
        let bill = invoice(&house, "5");
        deliver(&house, ("LS-1", "2026-10-10", "3"), Some((&bill, "3"))).expect("delivered");
        assert_eq!(standing(db, LIABILITY), (-20_000, -142_468));
        // one is not wanted any more; the other becomes cheaper by ten
        let one = credit(&house, &bill, ("2026-10-22", "1", "100"), &[]);
        assert_eq!((standing(db, LIABILITY), standing(db, REVENUE).0), ((-10_000, -71_234), -30_000));
        let cheaper = credit(&house, &bill, ("2026-10-23", "1", "10"), &[]);
        assert_eq!(standing(db, LIABILITY), (-9_000, -64_111));
        assert_eq!(waits(&house, "2026-10-23"), [("1".to_owned(), 9_000)]);
        let two = deliver(&house, ("LS-2", "2026-10-24", "2"), Some((&bill, "2"))).expect_err("one waits");
        assert_eq!(pointer(&two), "/invoices/0/quantity");
        // what was delivered stays so while a credit note was written against it
        let refused = reverse_delivery(&house, "LS-1").expect_err("credited");
        assert!(matches!(refused, DeliveryError::Billed { .. }), "{refused}");
        house.verified();
        accepted_whole(&house);
        for note in [&cheaper, &one] {
            reverse(&house, note).expect("reversed");
        }
        assert_eq!(standing(db, LIABILITY), (-20_000, -142_468));
        // one of three that were delivered comes back
        deliver(&house, ("TH-1", "2026-10-25", "-1"), None).expect("returned");
        assert_eq!(standing(db, UNBILLED).0, -10_000);
        credit(&house, &bill, ("2026-10-26", "1", "100"), &["TH-1"]);
        assert_eq!((standing(db, LIABILITY), standing(db, UNBILLED).0), ((-20_000, -142_468), 0));
        assert_eq!(standing(db, REVENUE).0, -20_000);
        // its goods come after all
        deliver(&house, ("LS-2", "2026-10-27", "2"), Some((&bill, "2"))).expect("delivered");
        assert_eq!((standing(db, LIABILITY), waits(&house, "2026-10-30")), ((0, 0), vec![]));
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_debit_note_defers_its_goods_and_raises_the_price_of_what_is_delivered() {
    for_each_database(|db| {
        let house = house(db);
        let bill = invoice(&house, "3");
        // two more
        let more = raise(&house, &bill, ("2026-10-06", "2", "100"), None).expect("a debit note");
        assert_eq!((standing(db, LIABILITY), standing(db, REVENUE)), ((-50_000, -356_170), (0, 0)));
        assert_eq!(waits(&house, "2026-10-06"), [("3".to_owned(), 30_000), ("2".to_owned(), 20_000)]);
        // goods that wait have one price; and a line that is not there has none
        let before = db.rows_by_table();
        for line in [1, 9] {
            let refused = raise(&house, &bill, ("2026-10-07", "3", "5"), Some(line)).expect_err("refused");
            let told = matches!(&refused, IssueInvoiceError::Common(Common::Invalid { pointer, .. })
                if pointer == "/lines/0/original_line");
            assert!(told, "{line}: {refused}");
        }
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        deliver(&house, ("LS-1", "2026-10-08", "3"), Some((&bill, "3"))).expect("delivered");
        deliver(&house, ("LS-2", "2026-10-08", "1"), Some((&more, "1"))).expect("delivered");
        assert_eq!(
            (standing(db, LIABILITY), standing(db, REVENUE)),
            ((-10_000, -71_234), (-40_000, -284_936))
        );
        let raised = raise(&house, &bill, ("2026-10-09", "3", "5"), Some(1)).expect("a debit note");
        assert_eq!(
            (standing(db, LIABILITY), standing(db, REVENUE)),
            ((-10_000, -71_234), (-41_500, -295_621))
        );
        assert_eq!(waits(&house, "2026-10-30"), [("1".to_owned(), 10_000)]);
        let none =
            deliver(&house, ("LS-3", "2026-10-10", "1"), Some((&raised, "1"))).expect_err("it has no goods");
        assert_eq!(pointer(&none), "/invoices/0/document_line");
        // what was delivered stays so while its price is raised
        let refused = reverse_delivery(&house, "LS-1").expect_err("raised");
        assert!(matches!(refused, DeliveryError::Billed { .. }), "{refused}");
        assert!(matches!(reverse(&house, &more), Err(ReverseError::Delivered { .. })));
        house.verified();
        accepted_whole(&house);

        let note = credit(&house, &more, ("2026-10-22", "1", "100"), &[]);
        assert_eq!((standing(db, LIABILITY), waits(&house, "2026-10-30")), ((0, 0), vec![]));
        house.verified();
        for document in [&note, &raised] {
            reverse(&house, document).expect("reversed");
        }
        for slip in ["LS-2", "LS-1"] {
            reverse_delivery(&house, slip).expect("reversed");
        }
        reverse(&house, &more).expect("reversed");
        assert_eq!((standing(db, LIABILITY), standing(db, REVENUE)), ((-30_000, -213_702), (0, 0)));
        house.verified();
        accepted_whole(&house);
    });
}

/// Further goods are sold at the rate of their own day; a price is raised at the rate at which it was charged.
#[test]
fn a_debit_note_has_the_rate_of_its_day_unless_it_raises_a_price() {
    for_each_database(|db| {
        let house = house(db);
        let bill = invoice(&house, "3");
        deliver(&house, ("LS-1", "2026-10-08", "3"), Some((&bill, "3"))).expect("delivered");
        let rate = |of: &IssuedInvoice| {
            let read = |conn: &mut store::Conn| store::query::documents::by_id(conn, house.id, of.id);
            money::normal_form(house.app.db.read(read).unwrap().unwrap().fx_rate)
        };
        let more = raise(&house, &bill, ("2026-10-22", "2", "100"), None).expect("a debit note");
        assert_eq!((rate(&bill), rate(&more)), ("7.1234".to_owned(), "7.2".to_owned()));
        assert_eq!(standing(db, LIABILITY), (-20_000, -144_000));
        let raised = raise(&house, &bill, ("2026-10-22", "3", "5"), Some(1)).expect("a debit note");
        assert_eq!(rate(&raised), "7.1234");
        // 300.00 @7.1234 and 15.00 @7.1234
        assert_eq!(standing(db, REVENUE), (-31_500, -224_387));

        // one rate for both would be wrong for one of them
        let original = Some(bill.number.as_str());
        let sale = Sale { date: "2026-10-22", quantity: "1", price: "5", original, ..month::EXPORT };
        let mut input = house.invoice_input(&sale);
        input.kind = InvoiceKind::DebitNote;
        input.lines.push(input.lines[0].clone());
        input.lines[0].original_line = Some(1);
        let before = db.rows_by_table();
        let refused = app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect_err("mixed");
        let told = matches!(&refused, IssueInvoiceError::Common(Common::Invalid { pointer, .. })
            if pointer == "/lines/1/original_line");
        assert!(told, "{refused}");
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        house.verified();
        accepted_whole(&house);
    });
}

/// Taken back on a later day, it was delivered until then: no past day finds less than nothing.
#[test]
fn what_was_delivered_meanwhile_is_taken_back_from_there_on() {
    for_each_database(|db| {
        let house = house(db);
        let bill = invoice(&house, "5");
        deliver(&house, ("LS-1", "2026-10-10", "3"), Some((&bill, "3"))).expect("delivered");
        let on = Some(day("2026-10-20"));
        let input = ReverseDelivery { delivery: "LS-1".to_owned(), date: on, reason: "错发".to_owned() };
        app::delivery::reverse(&house.app, &house.clerk, house.id, &input).expect("reversed");
        let early = deliver(&house, ("LS-2", "2026-10-15", "3"), Some((&bill, "3"))).expect_err("two waited");
        assert_eq!(pointer(&early), "/delivered_on", "{early}");
        deliver(&house, ("LS-2", "2026-10-15", "2"), Some((&bill, "2"))).expect("delivered");
        let input = ReverseDelivery { delivery: "LS-2".to_owned(), date: None, reason: "错发".to_owned() };
        app::delivery::reverse(&house.app, &house.clerk, house.id, &input).expect("reversed");
        let input = Reverse {
            document: bill.number.clone(),
            date: Some(day("2026-10-15")),
            reason: "开错".to_owned(),
        };
        let early =
            app::document::reverse(&house.app, &house.clerk, house.id, &input).expect_err("delivered");
        assert!(matches!(early.common(), Some(Common::TooEarly { .. })), "{early}");
        reverse(&house, &bill).expect("reversed");
        assert_eq!(waits(&house, "2026-10-15"), [("2".to_owned(), 20_000)]);
        assert_eq!(waits(&house, "2026-10-20"), []);
        house.verified();
        accepted_whole(&house);
    });
}

/// Sixteen want three each of the ten that wait: three are satisfied.
#[test]
fn sixteen_at_once_release_nothing_twice() {
    for_each_database(|db| {
        let house = house(db);
        let bill = invoice(&house, "10");
        let together = Barrier::new(16);
        let (house, bill, together) = (&house, &bill, &together);
        let ask = move |n: usize| {
            together.wait();
            match deliver(house, (&format!("LS-{n}"), "2026-10-22", "3"), Some((bill, "3"))) {
                Ok(_) => 1_i64,
                Err(refused) => {
                    assert_eq!(pointer(&refused), "/invoices/0/quantity");
                    0
                }
            }
        };
        let done: i64 = std::thread::scope(|scope| {
            let all: Vec<_> = (0..16).map(|n| scope.spawn(move || ask(n))).collect();
            all.into_iter().map(|one| one.join().expect("no panic")).sum()
        });
        assert_eq!(done, 3);
        assert_eq!((standing(db, LIABILITY).0, standing(db, REVENUE).0), (-10_000, -90_000));
        assert_eq!(waits(house, "2026-10-30"), [("1".to_owned(), 10_000)]);
        house.verified();
        accepted_whole(house);
    });
}

#[test]
fn what_is_spoilt_is_named_and_there_is_no_report_of_it() {
    for_each_database(|db| {
        let house = house(db);
        let bill = invoice(&house, "3");
        deliver(&house, ("LS-1", "2026-10-22", "1"), Some((&bill, "1"))).expect("delivered");
        house.verified();
        let id = bill.id.to_string();
        let asked = Asked { as_of: Some(day("2026-10-30")), ..Asked::default() };
        let report = || app::report::unbilled(&house.app, &house.auditor, house.id, &asked);
        for (spoil, back, ties) in [
            ("amount = amount - 1", "amount = amount + 1", false),
            ("base = base - 1", "base = base + 1", true),
            ("quantity = '7'", "quantity = '3'", true),
            ("effective_date = '2026-10-06'", "effective_date = '2026-10-05'", true),
        ] {
            let own = "effective_date <= '2026-10-06'";
            db.execute(&format!("UPDATE deferrals SET {spoil} WHERE {own}"));
            let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("looked at").problems;
            assert!(found.iter().any(|problem| problem.contains(&id)), "{spoil}: {found:?}");
            assert_eq!(report().is_ok(), ties, "{spoil}");
            db.execute(&format!("UPDATE deferrals SET {back} WHERE {own}"));
            house.verified();
        }
        db.execute("DELETE FROM deferrals");
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("looked at").problems;
        assert!(found.iter().any(|problem| problem.contains("is not there")), "{found:?}");
        assert!(report().is_err());
    });
}
