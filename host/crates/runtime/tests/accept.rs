//! Typed calls, as the use-cases make them, and `domain::*::accept` behind them: what good guests answer holds, what the
//! hostile ones answer is refused by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use chrono::NaiveDate;
use common::{configured, runtime};
use domain::bank::BankError;
use domain::canonical::{self, Digest};
use domain::layout::{LayoutError, Requested};
use domain::plugin::{CallContext, Purpose};
use domain::reconciliation::{CustomerRow, Item, Line, ReconciliationError, Request};
use domain::statement::{CustomerRows, ItemRow, LedgerRow, Model, PartyBlock, Style, Subject};
use domain::tax::{
    PriceMode, RoundingRule, TaxDocument, TaxError, TaxLine, TaxParty, TaxPurpose, TaxRegistration,
};
use money::{Currency, Minor};
use runtime::{CallError, Configured, Recording, RunInput};

fn day(text: &str) -> NaiveDate {
    domain::time::parse_date(text).unwrap()
}

fn context() -> CallContext {
    CallContext {
        company: "HZTRADE".to_owned(),
        jurisdiction: "CN".to_owned(),
        purpose: Purpose::Live,
        effective_date: day("2026-11-05"),
        known_at: 12,
        locale: "zh-CN".to_owned(),
        base_currency: Currency::CNY,
    }
}

fn tax_party(id: &str) -> TaxParty {
    TaxParty {
        country: "CN".to_owned(),
        region: None,
        registrations: vec![TaxRegistration {
            scheme: "CN:USCC".to_owned(),
            id: id.to_owned(),
            country: "CN".to_owned(),
        }],
        kind: "business".to_owned(),
        taxpayer_status: "general".to_owned(),
    }
}

fn tax_line(id: u32, quantity: &str, price: &str, category: &str) -> TaxLine {
    TaxLine {
        id,
        parent: None,
        original_line: None,
        nature: "normal".to_owned(),
        quantity: quantity.parse().unwrap(),
        unit_code: None,
        unit_price: price.parse().unwrap(),
        amount: None,
        allowances: vec![],
        category_code: category.to_owned(),
        classification: None,
        supply: "goods".to_owned(),
        ship_to_country: None,
    }
}

fn tax_document() -> TaxDocument {
    TaxDocument {
        id: 0,
        purpose: TaxPurpose::Issue,
        tax_invoice_type: None,
        original: None,
        already_credited: vec![],
        issue_date: day("2026-11-05"),
        supply_date: None,
        currency: Currency::CNY,
        tax_currency: None,
        tax_fx: None,
        price_mode: PriceMode::Exclusive,
        rounding: RoundingRule { method: "half-up".to_owned(), level: "line".to_owned(), decimals: 2 },
        seller: tax_party("91330100MA27XYZ12A"),
        buyer: tax_party("91310000MA1FL0AB3C"),
        ship_to_country: None,
        allowances: vec![],
        prepaid: None,
        lines: vec![tax_line(0, "12", "85.5", "goods-13"), tax_line(1, "1", "300", "service-6")],
    }
}

fn assess(plugin: &Configured) -> Result<domain::tax::Accepted, TaxError> {
    let document = tax_document();
    let called = plugin
        .assess(&context(), std::slice::from_ref(&document), |_| Ok(vec![]), Recording::Discard)
        .unwrap();
    assert!(called.record.is_none() && called.usage.fuel > 0);
    domain::tax::accept(&document, &called.output[0])
}

#[test]
fn figures_of_a_good_tax_guest_hold_and_those_of_a_hostile_one_are_refused_by_name() {
    let runtime = runtime();
    let accepted = assess(&configured(&runtime, "tax-cn-vat")).unwrap();
    let lines: Vec<(i64, i64)> = accepted.lines.iter().map(|l| (l.net.get(), l.tax.get())).collect();
    assert_eq!(lines, [(102_600, 13_338), (30_000, 1_800)]);
    let hostile = |name: &str| assess(&configured(&runtime, &format!("hostile/{name}"))).unwrap_err();
    assert!(matches!(hostile("duplicate-ids"), TaxError::LineTwice { line: 0 }));
    assert!(matches!(hostile("line-without-treatment"), TaxError::Untreated { .. }));
    assert!(matches!(hostile("wrong-totals"), TaxError::Total { field: "payable", .. }));
}

#[test]
fn a_typed_call_is_replayed_from_its_record() {
    let runtime = runtime();
    let plugin = configured(&runtime, "tax-cn-vat");
    let called = plugin.assess(&context(), &[tax_document()], |_| Ok(vec![]), Recording::Keep).unwrap();
    let record = called.record.unwrap();
    let input = record.input_json().unwrap();
    let replayed = plugin.run(RunInput::Messages(&input)).unwrap();
    let bytes = |json: &serde_json::Value| canonical::bytes(json).unwrap();
    assert_eq!(bytes(&replayed.output), bytes(&record.output_json().unwrap()));
    assert_eq!(replayed.usage.fuel, called.usage.fuel);
    let salt = [9; 32];
    assert_eq!(replayed.record.input_digest(&salt).unwrap(), record.input_digest(&salt).unwrap());
    assert_eq!(record.output_digest(&salt).unwrap(), canonical::commit(&salt, &bytes(&replayed.output)));
}

#[test]
fn a_refusal_is_data_and_names_the_place() {
    let runtime = runtime();
    let mut document = tax_document();
    document.lines[1].category_code = "perpetual-motion".to_owned();
    let plugin = configured(&runtime, "tax-cn-vat");
    let error = plugin.assess(&context(), &[document], |_| Ok(vec![]), Recording::Keep).unwrap_err();
    let CallError::Refused(problem) = &error else { panic!("{error}") };
    assert!(!error.retryable());
    assert_eq!(problem.subject.as_deref(), Some("/documents/0/lines/1/category_code"));
}

fn item(number: &str, currency: Currency) -> Item {
    Item {
        customer: 0,
        parent_customer: None,
        control_account: "1122".to_owned(),
        kind: "invoice".to_owned(),
        sign: 1,
        number: number.to_owned(),
        tax_invoice_number: String::new(),
        purchase_order: String::new(),
        structured: String::new(),
        document_date: day("2026-11-05"),
        due_date: Some(day("2026-12-05")),
        currency,
        original: Minor::new(147_738),
        open: Minor::new(147_738),
        reserved: Minor::ZERO,
        disputed: Minor::ZERO,
        blocked: false,
    }
}

fn line() -> Line {
    Line {
        account: "3301".to_owned(),
        credit: true,
        kind: "receipt".to_owned(),
        booking: day("2026-11-25"),
        value: None,
        amount: Minor::new(147_738),
        currency: Currency::CNY,
        instructed: None,
        fx_rate: String::new(),
        charge_bearer: String::new(),
        charges: Minor::ZERO,
        payer_name: "上海样本制造有限公司".to_owned(),
        payer_account: "31001505400050009999".to_owned(),
        payer_id: String::new(),
        ultimate_debtor: String::new(),
        end_to_end: String::new(),
        mandate: String::new(),
        servicer_reference: String::new(),
        structured: String::new(),
        structured_scheme: String::new(),
        free_text: "货款 INV-0042".to_owned(),
        batch_parent: None,
        original_line: None,
        return_reason: String::new(),
        customer_hint: None,
        remaining: Minor::new(147_738),
        remittances: vec![],
    }
}

fn request() -> Request {
    Request {
        customers: vec![CustomerRow {
            code: "C0007".to_owned(),
            name: "上海样本制造有限公司".to_owned(),
            accounts: vec!["31001505400050009999".to_owned()],
        }],
        lines: vec![line()],
        items: vec![item("INV-0042", Currency::CNY), item("INV-0051", Currency::EUR)],
        ..Request::default()
    }
}

#[test]
fn proposals_of_a_good_policy_hold_and_those_of_a_hostile_one_are_refused_by_name() {
    let runtime = runtime();
    let request = request();
    let reconcile = |name: &str| {
        let called = configured(&runtime, name).reconcile(&context(), &request, Recording::Discard).unwrap();
        domain::reconciliation::accept(&request, &called.output)
    };
    let accepted = reconcile("reconciliation-reference").unwrap();
    assert_eq!((accepted.len(), accepted[0].lines.as_slice()), (1, [0].as_slice()));
    let hostile = |name: &str| reconcile(&format!("hostile/{name}")).unwrap_err();
    let error = hostile("over-allocation");
    assert!(matches!(error, ReconciliationError::OverAllocated { item: 0, .. }), "{error}");
    let error = hostile("wrong-currency");
    assert!(matches!(error, ReconciliationError::Currency { .. }), "{error}");
    let error = hostile("unknown-ordinals");
    assert!(matches!(error, ReconciliationError::Unknown { .. }), "{error}");
}

#[test]
fn a_line_that_is_spent_twice_is_refused_though_the_item_could_take_it() {
    let runtime = runtime();
    let mut request = request();
    request.items[0].original = Minor::new(400_000);
    request.items[0].open = Minor::new(400_000);
    let plugin = configured(&runtime, "hostile/duplicate-proposals");
    let called = plugin.reconcile(&context(), &request, Recording::Discard).unwrap();
    let error = domain::reconciliation::accept(&request, &called.output).unwrap_err();
    assert!(matches!(error, ReconciliationError::AnsweredTwice { line: 0 }), "{error}");
}

#[test]
fn a_reconciliation_in_bulk_answers_as_a_small_one_and_is_replayed() {
    let rows = 5_000;
    let request = Request {
        items: (0..rows).map(|n| item(&format!("INV-{n:05}"), Currency::CNY)).collect(),
        lines: (0..rows).map(|n| Line { free_text: format!("INV-{n:05}"), ..line() }).collect(),
        ..request()
    };
    let runtime = runtime();
    let plugin = configured(&runtime, "reconciliation-reference");
    let called = plugin.reconcile(&context(), &request, Recording::Keep).unwrap();
    let accepted = domain::reconciliation::accept(&request, &called.output).unwrap();
    assert_eq!(accepted.len(), rows);
    let record = called.record.unwrap();
    let replayed = plugin.run(RunInput::Messages(&record.input_json().unwrap())).unwrap();
    assert_eq!(replayed.output, record.output_json().unwrap());
    assert_eq!(replayed.record.input_digest(&[1; 32]).unwrap(), record.input_digest(&[1; 32]).unwrap());
}

fn model() -> Model {
    let party = |code: &str| PartyBlock {
        code: code.to_owned(),
        name: format!("{code} 有限公司"),
        address: None,
        tax_ids: vec![],
    };
    let subject = Subject {
        style: Style::OpenItem,
        number: "ST-1".to_owned(),
        version: 1,
        supersedes: None,
        period_start: day("2026-11-01"),
        cut_off: day("2026-11-30"),
        known_at: 9,
        previous: None,
        issuer: party("SELLER"),
        customer: party("BUYER"),
        bank_accounts: vec![],
        locale: "zh-CN".to_owned(),
        base_currency: Currency::CNY,
    };
    let ledger = LedgerRow {
        entry: domain::ids::EntryId::from_bytes(&[1; 16]).unwrap(),
        position: 1,
        line: 0,
        account: "1122".to_owned(),
        currency: Currency::CNY,
        amount: Minor::new(147_738),
        base_amount: Minor::new(147_738),
        kind: "invoice".to_owned(),
        number: "INV-0042".to_owned(),
        tax_invoice_number: None,
        document_date: day("2026-11-05"),
        effective_date: day("2026-11-05"),
        due_date: Some(day("2026-12-05")),
        references: vec![("purchase-order".to_owned(), "PO-7781".to_owned())],
        text: String::new(),
        lines: vec![],
        tax: vec![("goods-13".to_owned(), "0.13".parse().unwrap(), Minor::new(102_600), Minor::new(13_338))],
    };
    let item = ItemRow {
        id: domain::ids::OpenItemId::from_bytes(&[2; 16]).unwrap(),
        position: 1,
        account: "1122".to_owned(),
        currency: Currency::CNY,
        kind: "invoice".to_owned(),
        number: "INV-0042".to_owned(),
        document_date: day("2026-11-05"),
        effective_date: day("2026-11-05"),
        due_date: Some(day("2026-12-05")),
        sign: 1,
        original: Minor::new(147_738),
    };
    let rows = CustomerRows { ledger: vec![ledger], items: vec![item], ..CustomerRows::default() };
    domain::statement::fold(subject, &rows).unwrap()
}

#[test]
fn a_good_layout_cites_the_sealed_model_and_an_invented_figure_is_refused() {
    let runtime = runtime();
    let model = model();
    let sealed = domain::statement::seal_content(&model);
    let seal = canonical::digest("statement.v1", &sealed).unwrap();
    let outputs = [Requested { name: "statement", media_type: domain::layout::DOCUMENT_MEDIA_TYPE }];
    let good = configured(&runtime, "statement-classic");
    let called = good.lay_out(&context(), &model, &seal, &outputs, Recording::Keep).unwrap();
    domain::layout::accept(&sealed, &outputs, &called.output).unwrap();

    let input = called.record.unwrap().input_json().unwrap();
    assert_eq!(input[0]["lay_out"]["model"]["subject"]["digest"], seal.to_string());

    let hostile = configured(&runtime, "hostile/invented-figure");
    let called = hostile.lay_out(&context(), &model, &seal, &outputs, Recording::Discard).unwrap();
    let error = domain::layout::accept(&sealed, &outputs, &called.output).unwrap_err();
    assert!(matches!(error, LayoutError::Amount { .. }), "{error}");

    let hostile = configured(&runtime, "hostile/opaque-bytes");
    let called = hostile.lay_out(&context(), &model, &seal, &outputs, Recording::Discard).unwrap();
    let error = domain::layout::accept(&sealed, &outputs, &called.output).unwrap_err();
    assert!(matches!(error, LayoutError::Unrequested { .. }), "{error}");
}

#[test]
fn a_bank_file_is_read_replayed_by_its_digest_and_a_duplicate_entry_is_refused() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sample/bank-cny.xml");
    let file = std::fs::read(path).unwrap();
    let length = u64::try_from(file.len()).unwrap();
    let runtime = runtime();
    let plugin = configured(&runtime, "bank-camt");
    let found = plugin.plugin().detect("bank-cny.xml", &file).unwrap();
    assert_eq!(found.first().map(|d| d.format.as_str()), Some("camt.053"));
    let called = plugin.read_file(&context(), "bank-cny.xml", &file, Recording::Keep).unwrap();
    let read = domain::bank::accept(&called.output.items, length).unwrap();
    assert!(read.warnings.is_empty() && !read.statements.is_empty(), "{:?}", read.warnings);

    let record = called.record.unwrap();
    let stored = record.input_json().unwrap();
    assert_eq!(stored[1]["feed"]["sha256"], Digest::of_bytes(&file).to_string());
    let replayed = plugin.run(RunInput::StoredFile { input: &stored, file: &file }).unwrap();
    assert_eq!(replayed.output, record.output_json().unwrap());
    assert_eq!(replayed.record.input_digest(&[1; 32]).unwrap(), record.input_digest(&[1; 32]).unwrap());
    let mut other = file.clone();
    other.push(b'\n');
    let error = plugin.run(RunInput::StoredFile { input: &stored, file: &other }).unwrap_err();
    assert!(matches!(&error, CallError::Unfit(text) if text.contains("SHA-256")), "{error}");

    assert_eq!(
        (&stored[0]["begin"]["format"], &stored[1]["feed"]["chunk_bytes"]),
        (&"camt.053".into(), &(1 << 20).into())
    );
    let output = record.output_json().unwrap();
    assert!(
        output["items"].as_array().is_some_and(|items| items.len() > 2)
            && output["warnings"] == serde_json::json!([])
    );
    // what it warns of is part of the output, and so of its digest
    let torn = String::from_utf8(file.clone()).unwrap().replacen("CLBD", "ITBD", 1).replacen(
        "<Sts><Cd>BOOK</Cd></Sts>",
        "",
        1,
    );
    let warned = plugin
        .read_file(&context(), "bank-cny.xml", torn.as_bytes(), Recording::Keep)
        .unwrap()
        .record
        .unwrap();
    let json = warned.output_json().unwrap();
    assert_eq!(json["warnings"][0]["code"], "no-status");
    assert_eq!(
        warned.output_digest(&[9; 32]).unwrap(),
        canonical::commit(&[9; 32], &canonical::bytes(&json).unwrap())
    );
    // another chunk size is another conversation
    let mut other_size = stored.clone();
    other_size[1]["feed"]["chunk_bytes"] = 1_000.into();
    let other_size = plugin.run(RunInput::StoredFile { input: &other_size, file: &file }).unwrap();
    assert_eq!(other_size.output, output);
    assert_ne!(other_size.record.input_digest(&[1; 32]).unwrap(), record.input_digest(&[1; 32]).unwrap());

    let hostile = configured(&runtime, "hostile/duplicate-entries");
    let called = hostile.read_file(&context(), "bank-cny.xml", &file, Recording::Discard).unwrap();
    let error = domain::bank::accept(&called.output.items, length).unwrap_err();
    assert!(matches!(error, BankError::DuplicateOrdinal { .. }), "{error}");
}
