//! Typed calls, as the use-cases make them, and `domain::*::accept` behind them: what good guests answer holds, what the
//! hostile ones answer is refused by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{configured, runtime};
use domain::bank::BankError;
use domain::canonical::{self, Digest};
use domain::layout::{LayoutError, Requested};
use domain::reconciliation::{Item, Line, ReconciliationError, Request};
use domain::tax::TaxError;
use money::Minor;
use runtime::sample::{self, context, request, tax_document};
use runtime::{CallError, Configured, Recording, RunInput};

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
    let sample = request();
    let request = Request {
        items: (0..rows).map(|n| Item { number: format!("INV-{n:05}"), ..sample.items[0].clone() }).collect(),
        lines: (0..rows)
            .map(|n| Line {
                free_text: format!("INV-{n:05}"),
                // some of them only
                servicer_reference: if n % 3 == 0 { format!("A-{n}") } else { String::new() },
                ..sample.lines[0].clone()
            })
            .collect(),
        ..sample.clone()
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

#[test]
fn a_good_layout_cites_the_sealed_model_and_an_invented_figure_is_refused() {
    let runtime = runtime();
    let model = sample::model().unwrap();
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
