//! What a customer has is corrected by a credit note that names it and taken back no more: what was noted as issued, and what an
//! approved statement states. An import of it is undone on a day that a person gives.
//! And what is in a tax invoice is paid by a credit without an original only where that says on what red-letter paper it rests.

use super::adjusting::post;
use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month;
use app::allocation::{Allocate, AllocateError};
use app::common::Common;
use app::document::{MarkIssued, MarkIssuedError, MarkedIssued, Means, Reverse, ReverseError, Reversed};
use app::invoice::{InvoiceKind, IssuedInvoice, RedConfirmation};
use app::tax_invoice::{RecordTaxInvoice, TaxInvoicePart};
use domain::draft::DraftKind;
use domain::ids::OpenItemId;
use domain::tax_invoice::TaxInvoiceKind;
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_database};
use zhangben::http::problem::{Code, Problem};
use zhangben::http::v1::drafts::content;

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

/// The platform's paper of an invoice of 11.30.
fn tax_invoiced(house: &House, of: &IssuedInvoice) {
    let input = RecordTaxInvoice {
        number: "26001".to_owned(),
        code: None,
        kind: TaxInvoiceKind::Digital,
        customer: "P1".parse().unwrap(),
        issued_on: day("2026-11-05"),
        currency: Currency::CNY,
        net: "10".parse().unwrap(),
        tax: "1.3".parse().unwrap(),
        gross: "11.3".parse().unwrap(),
        original: None,
        confirmation: None,
        reason: None,
        buyer_name: None,
        buyer_tax_id: None,
        documents: vec![TaxInvoicePart { document: of.number.clone(), amount: None }],
    };
    app::tax_invoice::record(&house.app, &house.clerk, house.id, &input).expect("recorded");
}

/// Rules that let a credit stand alone: it takes tax back all the same.
#[test]
fn a_credit_without_an_original_pays_what_is_tax_invoiced_on_red_letter_paper_only() {
    for_each_database(|db| {
        let house = super::discounts::house(db, json!({}));
        house.customer(&month::HER);
        house.at("2026-11-30");
        let taxed = house.invoice(&sale("2026-11-05"));
        let plain = house.invoice(&sale("2026-11-05"));
        tax_invoiced(&house, &taxed);
        let note = |red_confirmation| {
            let mut input = house.invoice_input(&Sale { text: Some("柜台退货"), ..sale("2026-11-10") });
            (input.kind, input.red_confirmation) = (InvoiceKind::CreditNote, red_confirmation);
            app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("a credit note").item
        };
        let pay = |debit_item, credit_item| {
            let amount = "5.65".parse().unwrap();
            let input = Allocate { debit_item, credit_item, amount, effective_date: day("2026-11-10") };
            app::allocation::allocate(&house.app, &house.clerk, house.id, &input)
        };
        let alone = note(None);
        let refused = pay(taxed.item, alone).expect_err("it says not on what it is issued");
        let told = matches!(&refused, AllocateError::RedConfirmationMissing { tax_invoice, .. } if tax_invoice == "26001");
        assert!(told, "{refused}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM allocations"), 0);
        pay(plain.item, alone).expect("of that there is no tax invoice");
        pay(taxed.item, note(Some(RedConfirmation::Number("3100000001".to_owned())))).expect("a number");
        pay(taxed.item, note(Some(RedConfirmation::Reason("对方未认证".to_owned())))).expect("a reason");
        // nor does its money go out: in part it is open still
        let read = |kind: DraftKind, body: &Value| content(&house.app, &house.clerk, house.id, kind, body);
        let refund = |item: OpenItemId| json!({"item": item.to_string(), "amount": "1", "value_date": "2026-11-11", "from": "suspense"});
        let refused = app::draft::preview::<Problem>(
            &house.app,
            &house.clerk,
            house.id,
            (DraftKind::Refund, &refund(alone)),
            &read,
        );
        let refused = refused.expect_err("it says not on what it is issued");
        assert_eq!(
            (refused.code, refused.errors[0].pointer.as_deref()),
            (Code::RedConfirmation, Some("/item"))
        );
        post(
            &house,
            DraftKind::Refund,
            &refund(note(Some(RedConfirmation::Number("3100000002".to_owned())))),
        );
        // money pays as ever
        house.receipt("P1", Money::new(Minor::new(565), Currency::CNY), "2026-11-12", &[(plain.item, 565)]);
        house.verified();
        accepted_whole(&house);
    });
}
