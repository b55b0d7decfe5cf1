//! What a hard lock waits for, what a document may be taken back by, who made a statement, what a company was made as: a row that says
//! otherwise than the events, changed past the use-cases, is named by `verify`.

use super::house::{House, Sale, day};
use super::verify::{each_is_named, shift};
use super::{literal, month};
use app::attachment::{Attach, AttachTo, attach};
use app::close::ChangeItem;
use app::invoice::RedConfirmation;
use app::tax_invoice::{RecordTaxInvoice, TaxInvoicePart};
use domain::close::{Check, Month};
use domain::tax_invoice::TaxInvoiceKind;
use money::{Currency, Minor, Money};
use store::query;
use store::testing::for_each_database;
use store::types::StatementStatus;

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

/// Its law, and how long it keeps what is recorded, are no secrets: what a company is made as stands in its first event.
#[test]
fn a_company_that_was_never_corrected_is_what_it_was_made_as() {
    for_each_database(|db| {
        let house = House::new(db);
        let of = |column: &str, by: (&str, &str), told: &'static str| {
            shift("the company", &format!("UPDATE companies SET {column} = {{}}"), by, told)
        };
        let all = [
            of("country", ("'DE'", "'CN'"), "country, by the events: expected \"CN\", found \"DE\""),
            of("retention_years", ("1", "2"), "retention_years, by the events: expected 2, found 1"),
            of("taxpayer_status", ("'none'", "'general'"), "taxpayer_status, by the events: expected"),
        ];
        each_is_named(&house, db, all);
    });
}

#[test]
fn an_allocation_counts_from_the_day_of_its_entry() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-10-30");
        let sale = Sale { customer: month::HER.code, quantity: "10", price: "10", ..month::SALE };
        let invoice = house.invoice(&sale);
        let paid = Money::new(Minor::new(5_000), Currency::CNY);
        house.receipt(month::HER.code, paid, "2026-10-20", &[(invoice.item, 5_000)]);
        let by = ("'2026-10-09'", "'2026-10-20'");
        let told = "day of its entry: expected 2026-10-20, found 2026-10-09";
        each_is_named(&house, db, [shift("one", "UPDATE allocations SET effective_date = {}", by, told)]);
    });
}

/// Maker and checker of a statement are told apart by these.
#[test]
fn who_made_and_decided_a_statement_is_what_the_events_say() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-10-30");
        house.invoice(&Sale { customer: month::HER.code, quantity: "10", price: "10", ..month::SALE });
        house.at("2026-11-01");
        let made = house.statements("2026-10-01", "2026-10-31").made;
        app::statement::approve(&house.app, &house.reviewer, house.id, made[0]).expect("approved");
        let (clerk, reviewer) = (format!("'{}'", house.clerk), format!("'{}'", house.reviewer));
        let of = |column: &str, by: (&str, &str), told: &'static str| {
            shift("a statement", &format!("UPDATE statements SET {column} = {{}}"), by, told)
        };
        let all = [
            of("created_by", ("'usr_0'", &clerk), "who made it, by the events: expected usr_"),
            of("decided_by", ("'usr_0'", &reviewer), "who decided it, by the events: expected usr_"),
            of("decided_at", ("NULL", "created_at"), "when it was decided, by the events: expected 2026"),
        ];
        each_is_named(&house, db, all);
    });
}

#[test]
fn who_turned_a_statement_down_is_told_when_it_was_made_anew() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-10-30");
        house.invoice(&Sale { customer: month::HER.code, quantity: "10", price: "10", ..month::SALE });
        house.at("2026-11-01");
        let id = house.statements("2026-10-01", "2026-10-31").made[0];
        app::statement::reject(&house.app, &house.reviewer, house.id, id).expect("rejected");
        house.at("2026-11-02");
        assert_eq!(house.statements("2026-10-01", "2026-10-31").made.len(), 1);
        let read = |conn: &mut store::Conn| query::statements::by_id(conn, house.id, id);
        let old = house.app.db.read(read).unwrap().unwrap();
        assert_eq!(old.status, StatementStatus::Superseded);
        assert_eq!(old.decided_by, Some(house.reviewer.to_string()));
        assert!(old.decided_at.unwrap().to_string().starts_with("2026-11-01"), "{:?}", old.decided_at);
        let reviewer = format!("'{}'", house.reviewer);
        let one = "UPDATE statements SET decided_by = {} WHERE status = 'superseded'";
        let told = "who decided it, by the events: expected usr_";
        each_is_named(&house, db, [shift("who turned it down", one, ("'usr_0'", &reviewer), told)]);
        // as it was before
        for column in ["decided_by = (SELECT n.created_by", "decided_at = (SELECT n.created_at"] {
            db.execute(&format!(
                "UPDATE statements SET {column} FROM statements AS n WHERE n.supersedes = statements.id) WHERE status = 'superseded'"
            ));
        }
        house.verified();
    });
}

#[test]
fn what_is_attached_stays_where_it_was_put() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::HER);
        house.at("2026-10-30");
        let sale = Sale { customer: month::HER.code, quantity: "10", price: "10", ..month::SALE };
        let (first, second) = (house.invoice(&sale), house.invoice(&sale));
        let input = Attach {
            to: AttachTo::Document(first.number.clone()),
            file_name: "order.pdf",
            media_type: "application/pdf",
            bytes: b"%PDF-1.7\n",
        };
        attach(&house.app, &house.clerk, house.id, &input).expect("attached");
        let [own, other] = [first.id, second.id].map(|id| literal(db, id.uuid().as_bytes()));
        let clerk = format!("'{}'", house.clerk);
        let of = |column: &str, by: (&str, &str), told: &'static str| {
            shift("a file", &format!("UPDATE attachments SET {column} = {{}}"), by, told)
        };
        let all = [
            of("document", (&other, &own), "document that it goes with, by the events: expected doc_"),
            of("created_by", ("'usr_0'", &clerk), "who added it, by the events: expected usr_"),
        ];
        each_is_named(&house, db, all);
    });
}
