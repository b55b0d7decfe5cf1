//! Conversion between domain and WIT, without a guest.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{bank_v1, common_v1, layout_v1, matching_v1, statement_v1, tax_v1};
use crate::call::CallError;
use crate::json::messages::to_json;
use crate::record::{Messages, Record, Reply};
use chrono::NaiveDate;
use domain::aging::{Aging, Basis, Bucket};
use domain::canonical::Digest;
use domain::plugin::{CallContext, Purpose};
use domain::reconciliation::{CustomerRow, Item, Line, Remittance, Request};
use domain::statement::{
    Address, BankAccountBlock, BaseEquivalent, Model, Movement, MovementLine, OpenItem, PartyBlock,
    PreviousStatement, Section, Style, Subject,
};
use domain::terms::EarlyPayment;
use money::{Currency, Minor};
use serde_json::{Value, json};

fn day(text: &str) -> NaiveDate {
    domain::time::parse_date(text).unwrap()
}

fn context() -> CallContext {
    CallContext {
        company: "HZTRADE".to_owned(),
        jurisdiction: "CN".to_owned(),
        purpose: Purpose::Shadow,
        effective_date: day("2026-11-30"),
        known_at: u64::MAX,
        locale: "zh-CN".to_owned(),
        base_currency: Currency::CNY,
    }
}

fn line(amount: i64) -> Line {
    Line {
        account: "3301".to_owned(),
        credit: true,
        kind: "receipt".to_owned(),
        booking: day("2026-11-25"),
        value: None,
        amount: Minor::new(amount),
        currency: Currency::CNY,
        instructed: Some((Minor::new(1_000), Currency::EUR)),
        fx_rate: String::new(),
        charge_bearer: String::new(),
        charges: Minor::ZERO,
        payer_name: "上海样本".to_owned(),
        payer_account: String::new(),
        payer_id: String::new(),
        ultimate_debtor: String::new(),
        end_to_end: String::new(),
        mandate: String::new(),
        servicer_reference: String::new(),
        structured: String::new(),
        structured_scheme: String::new(),
        free_text: "INV-1".to_owned(),
        batch_parent: None,
        original_line: None,
        return_reason: String::new(),
        customer_hint: Some(0),
        remaining: Minor::new(amount),
        remittances: vec![Remittance {
            reference: "INV-1".to_owned(),
            kind: "CINV".to_owned(),
            amount: Minor::new(5),
            ..Remittance::default()
        }],
    }
}

/// 30 permille until the 10th, then 15.
fn offers() -> Vec<EarlyPayment> {
    let step = |until, permille| EarlyPayment { until: day(until), permille };
    vec![step("2026-12-10", 30), step("2026-12-20", 15)]
}

fn item(number: usize) -> Item {
    Item {
        customer: 0,
        parent_customer: None,
        control_account: "1122".to_owned(),
        kind: "invoice".to_owned(),
        sign: 1,
        number: format!("INV-{number}"),
        tax_invoice_number: String::new(),
        purchase_order: String::new(),
        structured: String::new(),
        document_date: day("2026-11-05"),
        due_date: None,
        currency: Currency::CNY,
        original: Minor::new(100),
        open: Minor::new(100),
        reserved: Minor::ZERO,
        disputed: Minor::ZERO,
        blocked: number == 1,
        instalment: if number == 1 { "2/3".to_owned() } else { String::new() },
        offers: if number == 1 { offers() } else { Vec::new() },
    }
}

#[test]
fn open_lines_and_items_become_rows_without_what_is_none() {
    let request = Request {
        customers: vec![CustomerRow {
            code: "C1".to_owned(), name: "上海样本".to_owned(), accounts: vec![]
        }],
        lines: vec![line(100)],
        items: vec![item(0), item(1)],
        ..Request::default()
    };
    let messages = matching_v1::messages(&context(), &request).unwrap();
    let json = to_json(&messages.written().unwrap()).unwrap();
    assert_eq!(json[0]["begin"]["ctx"]["known_at"], "18446744073709551615");
    assert_eq!(json[0]["begin"]["ctx"]["purpose"], "shadow");
    assert_eq!(
        json[0]["begin"]["setup"]["currencies"],
        json!([{"code": "CNY", "decimals": 2, "ext": []}, {"code": "EUR", "decimals": 2, "ext": []}])
    );
    let row = json!({"customer": 0, "control_account": "1122", "kind": "invoice", "sign": 1, "number": "INV-0",
        "document_date": "2026-11-05", "currency": "CNY", "original": "100", "open": "100"});
    assert_eq!(json[1]["load_items"]["items"][0], row);
    let other = &json[1]["load_items"]["items"][1];
    assert_eq!((&other["blocked"], &other["instalment"]), (&json!(true), &json!("2/3")));
    assert_eq!((&other["discount_until"], &other["discount_amount"]), (&json!("2026-12-10"), &json!("3")));
    let row = json!({"account": "3301", "credit": true, "kind": "receipt", "booking": "2026-11-25", "amount": "100",
        "currency": "CNY", "instructed_amount": "1000", "instructed_currency": "EUR", "payer_name": "上海样本",
        "free_text": "INV-1", "customer_hint": 0, "remaining": "100"});
    assert_eq!(json[2]["propose"]["lines"], json!([row]));
    let advice = json!({"line": 0, "reference": "INV-1", "kind": "CINV", "amount": "5"});
    assert_eq!(json[2]["propose"]["remittances"], json!([advice]));
    assert!(json[0]["begin"]["setup"].get("receipts_since").is_none(), "none are left out");
}

#[test]
fn many_items_are_loaded_in_chunks_and_amounts_that_a_guest_could_misread_are_refused() {
    let request =
        Request { items: (0..matching_v1::CHUNK_ROWS + 1).map(item).collect(), ..Request::default() };
    let messages = matching_v1::messages(&context(), &request).unwrap();
    let counts: Vec<u32> = messages.items.iter().map(|chunk| chunk.count).collect();
    assert_eq!(counts, [u32::try_from(matching_v1::CHUNK_ROWS).unwrap(), 1]);
    assert_eq!(messages.rows(), matching_v1::CHUNK_ROWS + 1);

    let request = Request { lines: vec![line(1 << 53)], ..Request::default() };
    let refused = matching_v1::messages(&context(), &request).unwrap_err();
    assert!(matches!(&refused, CallError::Unfit(text) if text.contains("9007199254740992")), "{refused}");
    let request = Request { lines: vec![line((1 << 53) - 1)], ..Request::default() };
    matching_v1::messages(&context(), &request).unwrap();
}

fn record(request: &Request) -> Record {
    let batch = super::reconciliation_v1::types::Batch {
        proposals: vec![],
        unmatched: vec![],
        explanations: vec![],
        warnings: vec![],
        more: false,
        ext: vec![],
    };
    Record {
        input: Messages::Reconciliation(matching_v1::messages(&context(), request).unwrap()),
        output: Reply::Reconciliation(batch),
    }
}

#[test]
fn an_input_digest_covers_every_row_the_order_and_the_salt_and_survives_json() {
    let request = Request { lines: vec![line(100), line(200)], items: vec![item(0)], ..Request::default() };
    let salt = [7; 32];
    let digest = |request: &Request| record(request).input_digest(&salt).unwrap();
    let first = digest(&request);
    assert_eq!(first, digest(&request.clone()));
    assert_ne!(first, record(&request).input_digest(&[8; 32]).unwrap());
    let mut changed = request.clone();
    changed.lines[1].free_text.push('x');
    assert_ne!(first, digest(&changed), "a text cell");
    let mut changed = request.clone();
    changed.items[0].open = Minor::new(99);
    assert_ne!(first, digest(&changed), "an amount");
    let mut changed = request.clone();
    changed.lines.reverse();
    assert_ne!(first, digest(&changed), "the order");

    // what replay reads back is what was hashed
    let json = record(&request).input_json().unwrap();
    let reread = Record {
        input: Messages::Reconciliation(super::reconciliation_v1::Messages::of_json(&json).unwrap()),
        output: record(&request).output,
    };
    assert_eq!(reread.input_digest(&salt).unwrap(), first);
    assert_eq!(reread.input_json().unwrap(), json);
}

fn movement(number: &str, due: Option<NaiveDate>) -> Movement {
    Movement {
        reversal: false,
        reverses: None,
        kind: "invoice".to_owned(),
        number: number.to_owned(),
        tax_invoice_number: due.map(|_| "25332".to_owned()),
        document_date: day("2026-11-05"),
        posting_date: day("2026-11-06"),
        due_date: due,
        references: vec![("purchase-order".to_owned(), "PO".to_owned())],
        text: "文".to_owned(),
        debit: Minor::new(1_230),
        credit: Minor::ZERO,
        balance: Minor::new(-5),
        lines: vec![MovementLine {
            description: "轴承".to_owned(),
            quantity: due.map(|_| "1.500".parse().unwrap()),
            unit: None,
            unit_price: Some("8.20".parse().unwrap()),
            net: Minor::new(1_230),
            rate: due.map(|_| "0.130".parse().unwrap()),
            tax: Minor::ZERO,
            gross: Minor::new(1_230),
        }],
    }
}

fn section(currency: Currency) -> Section {
    let open = |days_overdue: i32| OpenItem {
        id: domain::ids::OpenItemId::from_bytes(&[1; 16]).unwrap(),
        kind: "invoice".to_owned(),
        number: "A".to_owned(),
        document_date: day("2026-11-05"),
        due: (days_overdue > 0).then(|| day("2026-11-20")),
        instalment: (days_overdue > 0).then(|| "2/3".to_owned()),
        days_overdue,
        original: Minor::new(1_230),
        paid: Minor::new(30),
        credited: Minor::new(-1),
        open: Minor::new(1_200),
    };
    let due = Some(day("2026-12-05"));
    let buckets = [(None, Some(0)), (Some(1), None)].map(|(from_days, to_days)| Bucket {
        key: "b".to_owned(),
        from_days,
        to_days,
        amount: Minor::new(7),
    });
    Section {
        account: "1122".to_owned(),
        currency,
        opening: Minor::new(-3),
        movements: vec![movement("A", due), movement("B", None)],
        prior_period: vec![movement("C", None)],
        closing: Minor::new(2_460),
        total_debit: Minor::new(2_460),
        total_credit: Minor::ZERO,
        open_items: vec![open(0), open(10)],
        aging: Aging {
            basis: Basis::DueDate,
            buckets: buckets.to_vec(),
            unapplied: Minor::new(4),
            total: Minor::new(10),
        },
        unapplied: Minor::new(4),
        tax: vec![("VAT".to_owned(), "0.1300".parse().unwrap(), Minor::new(100), Minor::new(13))],
        base: (currency != Currency::CNY).then(|| BaseEquivalent {
            currency: Currency::CNY,
            rate: "7.8100".parse().unwrap(),
            rate_date: day("2026-11-30"),
            source: "PBOC".to_owned(),
            closing: Minor::new(19_213),
        }),
    }
}

fn model() -> Model {
    let party = |address: Option<Address>| PartyBlock {
        code: "P".to_owned(),
        name: "名".to_owned(),
        address,
        tax_ids: vec!["91330100".to_owned()],
    };
    let address = |postal_code: Option<&str>| Address {
        lines: vec!["文三路".to_owned()],
        postal_code: postal_code.map(str::to_owned),
        city: None,
        country: "CN".to_owned(),
    };
    Model {
        subject: Subject {
            style: Style::BalanceForward,
            number: "ST-1".to_owned(),
            version: 2,
            supersedes: Some("ST-0".to_owned()),
            period_start: day("2026-11-01"),
            cut_off: day("2026-11-30"),
            known_at: u64::MAX,
            previous: Some(PreviousStatement {
                number: "ST-9".to_owned(),
                cut_off: day("2026-10-31"),
                known_at: 3,
                closings: vec![("1122".to_owned(), Currency::EUR, Minor::new(-3))],
            }),
            issuer: party(Some(address(Some("310012")))),
            customer: party(None),
            bank_accounts: vec![BankAccountBlock {
                bank: "B".to_owned(),
                name: "N".to_owned(),
                number: "1".to_owned(),
                scheme: "account".to_owned(),
                bic: None,
                currency: Currency::EUR,
                verified: true,
            }],
            locale: "zh-CN".to_owned(),
            base_currency: Currency::CNY,
        },
        sections: vec![section(Currency::CNY), section(Currency::EUR), section("JPY".parse().unwrap())],
    }
}

/// A pointer that a guest cites must lead to the same figure in what it received and in what was sealed.
#[test]
fn what_the_guest_receives_is_what_was_sealed_plus_the_seal_and_the_outputs() {
    let wit = statement_v1::model(
        &model(),
        "5ea1",
        &[domain::layout::Requested { name: "statement", media_type: "text/html" }],
    );
    assert_eq!(statement_v1::items(&wit), 3 * (1 + 3 + 3 + 2));
    let messages = statement_v1::Messages { ctx: common_v1::context(&context()), model: wit };
    let mut received = to_json(&messages.written().unwrap()).unwrap()[0]["lay_out"]["model"].clone();
    assert_eq!(received["subject"]["digest"], "5ea1");
    assert_eq!(received["outputs"], json!([{"name": "statement", "media_type": "text/html", "ext": []}]));
    received["subject"]["digest"] = json!("");
    received["outputs"] = json!([]);
    let sealed = domain::statement::seal_content(&model());
    differences("", &received, &sealed);
    assert_eq!(sealed["sections"][1]["movements"][0]["debit"], "12.30");
    assert_eq!(sealed["sections"][2]["movements"][0]["debit"], "1230");
}

/// Panics at the first place where the two differ, naming its pointer.
fn differences(pointer: &str, left: &Value, right: &Value) {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                differences(&format!("{pointer}/{name}"), &left[name], &right[name]);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{pointer}/{index}"), a, b);
            }
        }
        _ => assert_eq!(left, right, "{pointer}"),
    }
}

fn layout(value: Value, block: &str) -> Result<domain::layout::Layout, CallError> {
    let blocks = match block {
        "cell" => json!([{"tag": "table", "val": {"columns": [{"title": "", "align": "end", "weight": 1}],
            "rows": [{"kind": "body", "cells": [{"span": 1, "value": value}]}]}}]),
        _ => json!([value]),
    };
    let json = json!({"artefacts": [{"name": "a", "media_type": "m", "content": {"tag": "document", "val": {
        "title": "t", "language": "en", "page": {"width": 210, "height": 297, "margin": 15}, "blocks": blocks}}}]});
    let wit = crate::json::wit().unwrap();
    layout_v1::layout(wit.of_json(&wit.named("statement", "laid-out").unwrap(), &json, "").unwrap())
}

#[test]
fn a_layout_is_read_and_what_is_no_amount_date_or_known_name_is_refused_with_its_place() {
    let money = |amount: &str, currency: &str| json!({"tag": "money", "val": {"amount": amount, "currency": currency, "path": "/p", "show_currency": false}});
    for good in [
        money("12.30", "CNY"),
        money("-1", "JPY"),
        json!({"tag": "empty"}),
        json!({"tag": "number", "val": "0.125"}),
    ] {
        layout(good, "cell").unwrap();
    }
    let cell = "/artefacts/0/content/val/blocks/0/val/rows/0/cells/0/value/val";
    for (bad, place) in [
        (money("12.305", "CNY"), format!("{cell}/amount")),
        (money("1e3", "CNY"), format!("{cell}/amount")),
        (money("1", "XYZ"), format!("{cell}/currency")),
        (json!({"tag": "date", "val": "2026-02-30"}), cell.to_owned()),
        (json!({"tag": "number", "val": "1,5"}), cell.to_owned()),
    ] {
        let CallError::BadOutput { detail } = layout(bad.clone(), "cell").unwrap_err() else {
            panic!("{bad}")
        };
        assert!(detail.starts_with(&format!("{place}: ")), "{detail}");
    }
    let paragraph = json!({"tag": "paragraph", "val": {"parts": [], "style": "loud", "align": "start"}});
    assert!(layout(paragraph, "block").unwrap_err().to_string().contains("blocks/0/val/style: \"loud\""));
    let heading = json!({"tag": "heading", "val": {"level": 4, "text": ""}});
    assert!(layout(heading, "block").unwrap_err().to_string().contains("/level"));
}

#[test]
fn bank_entries_keep_their_text_and_name_their_code() {
    let wit = crate::json::wit().unwrap();
    let item = |code: Value| -> bank_v1::types::Item {
        let json = json!({"tag": "entry", "val": {"statement": 0, "ordinal": 1, "offset": "12", "length": 3,
            "status": "booked", "amount": "1.50", "credit": true, "reversal": false, "currency": "EUR", "code": code,
            "fx": {"instructed": {"amount": "2", "currency": "USD"}, "rate": "0.85"}, "batch": {"count": 2}, "details": [{"parent": 1, "credit": true,
            "debtor": {"name": "N", "account": "A"}, "returned": {"reason": "AC01", "original_end_to_end": "E"}}]}});
        wit.of_json(&wit.named("bank", "item").unwrap(), &json, "").unwrap()
    };
    let entry = |code: Value| match bank_v1::item(item(code)) {
        domain::bank::RawItem::Entry(entry) => *entry,
        other => panic!("{other:?}"),
    };
    assert_eq!(entry(json!({"domain": "PMNT", "family": "RCDT", "sub": "ESCT"})).code, "PMNT/RCDT/ESCT");
    let own = entry(json!({"proprietary": "NTRF+166"}));
    assert_eq!((own.code.as_str(), own.amount.as_str(), own.offset), ("NTRF+166", "1.50", 12));
    assert_eq!(own.instructed, Some(("2".to_owned(), "USD".to_owned())));
    assert_eq!((own.fx_rate.as_deref(), own.batch.unwrap().count), (Some("0.85"), Some(2)));
    assert_eq!(own.details[0].debtor_name.as_deref(), Some("N"));
    assert_eq!(own.details[0].return_reason.as_deref(), Some("AC01"));
}

#[test]
fn a_stored_bank_input_names_its_file_and_how_it_was_cut() {
    let ctx = common_v1::context(&context());
    let begin = bank_v1::Begin { ctx, file_name: "a.xml".to_owned(), format: Some("camt.053".to_owned()) };
    let sha256 = Digest::of_bytes(b"abc");
    let messages = bank_v1::Messages { begin, bytes: 3, sha256, chunk_bytes: 2 };
    let json = to_json(&messages.written().unwrap()).unwrap();
    let read = crate::json::messages::BankInput::of_json(&json).unwrap();
    assert_eq!((read.begin, read.feed), (messages.begin, Some((sha256.to_string(), 2))));
    assert_eq!(json[1]["feed"]["bytes"], "3");
    for bad in [json!(0), json!("2"), json!(1_048_577), json!(null)] {
        let mut other = json.clone();
        other[1]["feed"]["chunk_bytes"] = bad;
        let refused = crate::json::messages::BankInput::of_json(&other).map(|_| ()).unwrap_err();
        assert_eq!(refused.pointer, "/1/feed/chunk_bytes");
    }
}

#[test]
fn a_tax_document_is_written_with_decimals_in_normal_form() {
    let example = crate::json::schema::example(domain::plugin::World::Tax).unwrap().unwrap();
    let messages = tax_v1::Messages::of_json(&example).unwrap();
    assert_eq!(tax_v1::items(&messages.documents), 5);
    assert_eq!(common_v1::decimal("85.500".parse().unwrap()), "85.5");
    assert_eq!(common_v1::decimal("-0.00".parse().unwrap()), "0");
}

#[test]
fn a_guest_asks_for_rows_of_its_manifest_only_and_else_it_is_no_limit() {
    let table = domain::plugin::LookupTable {
        name: "fx-rates".to_owned(),
        key_columns: ["source", "target", "date"].map(str::to_owned).to_vec(),
    };
    let asks = |declared: &[domain::plugin::LookupTable], name: &str, key: &[&str]| {
        let key = key.iter().map(|part| (*part).to_owned()).collect();
        let lookups = [common_v1::types::Lookup { table: name.to_owned(), key }];
        tax_v1::check_lookups(declared, &lookups)
    };
    let declared = std::slice::from_ref(&table);
    assert_eq!(asks(declared, "fx-rates", &["EUR", "CNY", "2026-11-30"]), Ok(()));
    for refused in [
        asks(&[], "fx-rates", &["EUR", "CNY", "2026-11-30"]),
        asks(declared, "tariffs", &["EUR", "CNY", "2026-11-30"]),
        asks(declared, "fx-rates", &["EUR", "CNY"]),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, CallError::BadOutput { .. }) && !error.retryable(), "{error}");
    }
}
