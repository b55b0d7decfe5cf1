//! What a hard lock waits for, and what a document may be taken back by, is what the events say: a row of a checklist, of a voided tax
//! invoice or of a red-letter confirmation that was changed past the use-cases is named by `verify`.

use super::house::{House, Sale, day};
use super::verify::{each_is_named, shift};
use super::{literal, month};
use app::close::ChangeItem;
use app::invoice::RedConfirmation;
use app::tax_invoice::{RecordTaxInvoice, TaxInvoicePart};
use domain::close::{Check, Month};
use domain::tax_invoice::TaxInvoiceKind;
use money::Currency;
use store::testing::for_each_database;

fn problems(house: &House) -> String {
    let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
    found.problems.join("\n")
}

/// Nothing mandatory becomes optional, nobody's item another's, and who opened it stays who she is.
#[test]
fn a_checklist_is_what_was_opened_and_chosen() {
    for_each_database(|db| {
        let house = House::new(db);
        house.at("2026-12-02");
        let november: Month = "2026-11".parse().unwrap();
        app::close::open(&house.app, &house.clerk, house.id, november).expect("opened");
        let input = ChangeItem {
            owner: Some("li".to_owned()),
            due_date: day("2026-12-08"),
            mandatory: true,
            reason: None,
        };
        let suspense = Check::Suspense.name();
        app::close::change(&house.app, &house.administrator, house.id, november, suspense, &input)
            .expect("chosen");
        let clerk = format!("'{}'", house.clerk);
        let owner = literal(db, db.ids("SELECT id FROM users WHERE login = 'li'")[0].as_bytes());
        let of = |item: &str, column: &str, by: (&str, &str), told: &'static str| {
            shift(
                "an item",
                &format!("UPDATE close_items SET {column} = {{}} WHERE item = '{item}'"),
                by,
                told,
            )
        };
        let other = ("NOT mandatory", "NOT mandatory");
        let optional = "mandatory, by the events: expected true, found false";
        let all = [
            of("suspense", "mandatory", other, optional),
            of("tie-out", "mandatory", other, optional),
            of("suspense", "owner", ("NULL", &owner), "owner, by the events: expected \"usr_"),
            of(
                "suspense",
                "due_date",
                ("'2026-12-09'", "'2026-12-08'"),
                "due_date, by the events: expected \"2026-12-08\"",
            ),
            shift(
                "who opened it",
                "UPDATE closes SET opened_by = {}",
                ("'usr_0'", &clerk),
                "who opened it, by the events: expected usr_",
            ),
        ];
        each_is_named(&house, db, all);
        assert_eq!(db.execute("DELETE FROM close_items WHERE item = 'suspense'"), 1);
        let found = problems(&house);
        let gone = "suspense of the checklist of 2026-11-30: it was chosen, but is not there";
        assert!(found.contains(gone), "{found}");
    });
}

/// A tax invoice on paper over the whole of an invoice of 113.00.
fn tax_invoice(house: &House, number: &str, of: &str) -> String {
    let input = RecordTaxInvoice {
        number: number.to_owned(),
        code: None,
        kind: TaxInvoiceKind::Special,
        customer: month::HER.code.parse().unwrap(),
        issued_on: day("2026-10-08"),
        currency: Currency::CNY,
        net: "100".parse().unwrap(),
        tax: "13".parse().unwrap(),
        gross: "113".parse().unwrap(),
        original: None,
        confirmation: None,
        reason: None,
        buyer_name: None,
        buyer_tax_id: None,
        documents: vec![TaxInvoicePart { document: of.to_owned(), amount: None }],
    };
    app::tax_invoice::record(&house.app, &house.clerk, house.id, &input).expect("recorded").id.to_string()
}

#[test]
fn what_was_voided_and_on_what_credit_notes_were_issued_is_what_the_events_say() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-10-30");
        let sale = Sale { customer: month::HER.code, quantity: "10", price: "10", ..month::SALE };
        let invoice = house.invoice(&sale);
        let first = tax_invoice(&house, "26001", &invoice.number);
        app::tax_invoice::void(&house.app, &house.clerk, house.id, (&first, day("2026-10-09")))
            .expect("voided");
        tax_invoice(&house, "26002", &invoice.number);
        let original = Some(invoice.number.as_str());
        for on in
            [RedConfirmation::Number("3100000001".to_owned()), RedConfirmation::Reason("客户退货".to_owned())]
        {
            let back = Sale { date: "2026-10-20", quantity: "2", original, ..sale };
            let mut input = house.invoice_input(&back);
            input.red_confirmation = Some(on);
            app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("a credit note");
        }
        let said = db.ids("SELECT voided_ref AS id FROM tax_invoices WHERE voided_ref IS NOT NULL")[0];
        let said = literal(db, said.as_bytes());
        let of = |table: &str, column: &str, which: &str, by: (&str, &str), told: &'static str| {
            shift("a row", &format!("UPDATE {table} SET {column} = {{}} WHERE {which}"), by, told)
        };
        let all = [
            of(
                "tax_invoices",
                "voided_on",
                "number = '26001'",
                ("NULL", "'2026-10-09'"),
                "when it was voided, by the events: expected 2026-10-09, found never",
            ),
            of(
                "tax_invoices",
                "voided_on",
                "number = '26002'",
                ("'2026-10-10'", "NULL"),
                "when it was voided, by the events: expected never, found 2026-10-10",
            ),
            of(
                "tax_invoices",
                "voided_ref",
                "number = '26001'",
                ("NULL", &said),
                "which event says that it was voided: expected evt_",
            ),
            of(
                "red_confirmations",
                "number",
                "number IS NOT NULL",
                ("'9'", "'3100000001'"),
                "on what it was issued, by the events: expected",
            ),
            of(
                "red_confirmations",
                "reason",
                "reason IS NOT NULL",
                ("'没有退货'", "'客户退货'"),
                "commitment to why it was issued: expected",
            ),
        ];
        each_is_named(&house, db, all);
        assert_eq!(db.execute("DELETE FROM red_confirmations"), 2);
        let found = problems(&house);
        let gone = "an event says on what it was issued, but that is not there";
        assert_eq!(found.matches(gone).count(), 2, "{found}");
    });
}
