//! Against figures that others computed: golden cases, the bundled sample's truth, and the shared folder of third parties' cases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod common;

use common::{assess, document, line, party};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use tax_cn_vat::ChinaVat;
use zhangben_sdk::tax::cases::as_original;
use zhangben_sdk::{Decimal, golden};

#[test]
fn golden_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let cases = golden::check(&folder, golden::run_tax::<ChinaVat>).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cases, 34, "cases in {}", folder.display());
}

fn d(value: &Value) -> Decimal {
    Decimal::from_str(value.as_str().unwrap()).unwrap()
}

/// A file of third parties, or nothing, said.
fn shared(file: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    golden::peer_data(beside, file).inspect_err(|missing| eprintln!("{missing}")).ok()
}

#[test]
fn shared_cases_of_china() {
    let Some(path) = shared("tax/china-vat.json") else { return };
    let cases = golden::read(&path).unwrap();
    let mut checked = 0;
    for case in cases["cases"].as_array().unwrap() {
        let lines = case["lines"].as_array().unwrap();
        if lines.is_empty() {
            continue; // a rule in words, without figures
        }
        let rate = lines[0]["rates"][0].as_str().unwrap();
        let lines: Vec<Value> = lines
            .iter()
            .zip(1..)
            .map(|(l, id)| {
                line(
                    id,
                    l["qty"].as_str().unwrap(),
                    l["unit_price"].as_str().unwrap(),
                    l["rates"][0].as_str().unwrap(),
                )
            })
            .collect();
        let status = if rate == "1" { "small-scale" } else { "general" };
        let more = json!({"seller": party("CN", status), "currency": case["ccy"]});
        let found = assess(&document(case["price_mode"].as_str().unwrap(), lines, more)).unwrap();
        let totals = [("net", found.totals.net), ("tax", found.totals.tax), ("gross", found.totals.gross)];
        for (name, value) in totals {
            assert_eq!(
                Decimal::from_str(&value).unwrap(),
                d(&case["expected"][name]),
                "{} {name}",
                case["id"]
            );
        }
        checked += 1;
    }
    println!("china-vat.json: {checked} cases with figures agree");
    assert!(checked >= 9);
}

/// The 400 documents of the bundled sample, whose truth another program computed (host/sample/generator).
#[test]
fn documents_of_the_bundled_sample() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../host/sample");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let customers: Vec<Value> =
        read("customers.ndjson").lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let truth: Value = serde_json::from_str(&read("truth.json")).unwrap();
    let by_external: Map<String, Value> = truth["documents"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(number, v)| {
            (v["external_id"].as_str().unwrap().to_owned(), json!({"number": number, "truth": v}))
        })
        .collect();
    let mut taxes: Map<String, Value> = Map::new();
    let mut credited: Map<String, Value> = Map::new();
    let mut checked = 0;
    for text in read("invoices.ndjson").lines() {
        let invoice: Value = serde_json::from_str(text).unwrap();
        let entry = &by_external[invoice["external_id"].as_str().unwrap()];
        let customer = customers.iter().find(|c| c["code"] == invoice["customer"]).unwrap();
        let asked = sample_document(&invoice, customer, &taxes, &credited);
        let found =
            assess(&asked).unwrap_or_else(|problem| panic!("{}: {problem:?}", invoice["external_id"]));
        for (name, value) in
            [("net", &found.totals.net), ("tax", &found.totals.tax), ("gross", &found.totals.gross)]
        {
            let expected = d(&entry["truth"][name]);
            assert_eq!(Decimal::from_str(value).unwrap(), expected, "{} {name}", invoice["external_id"]);
        }
        let mut rows = as_original(&found, &asked);
        // earlier credits of the sample name no line of their original
        if asked.original.is_some() {
            rows.iter_mut().for_each(|row| row["on"] = json!({"tag": "lines", "val": []}));
        }
        match invoice["original"].as_str() {
            Some(original) => {
                let list = credited.entry(original.to_owned()).or_insert_with(|| json!([]));
                list.as_array_mut().unwrap().extend(rows);
            }
            None => {
                taxes.insert(entry["number"].as_str().unwrap().to_owned(), Value::Array(rows));
            }
        }
        checked += 1;
    }
    assert_eq!(checked, truth["documents"].as_object().unwrap().len());
    assert!(checked >= 400 && !credited.is_empty());
}

fn sample_document(
    invoice: &Value,
    customer: &Value,
    taxes: &Map<String, Value>,
    credited: &Map<String, Value>,
) -> zhangben_sdk::tax::Document {
    let adjustments = |list: &Value, of: Option<Decimal>| -> Vec<Value> {
        let one = |(id, a): (usize, &Value)| {
            let amount = match a["fraction"].as_str() {
                Some(fraction) => (of.unwrap().abs() * Decimal::from_str(fraction).unwrap()).to_string(),
                None => a["amount"].as_str().unwrap().to_owned(),
            };
            json!({"id": id, "charge": a["charge"].as_bool().unwrap_or(false), "amount": amount, "tax_category": a["category"]})
        };
        list.as_array().into_iter().flatten().enumerate().map(one).collect()
    };
    let lines = invoice["lines"].as_array().unwrap().iter().zip(1u32..).map(|(l, id)| {
        let gross = d(&l["quantity"]) * d(&l["unit_price"]);
        json!({"id": id, "nature": l["nature"].as_str().unwrap_or("normal"), "quantity": l["quantity"],
            "unit_price": l["unit_price"], "category_code": l["category"], "supply": l["supply"],
            "allowances": adjustments(&l["allowances"], Some(gross))})
    });
    let mut more = json!({"issue_date": invoice["document_date"], "currency": invoice["currency"],
        "allowances": adjustments(&invoice["allowances"], None),
        "buyer": party(customer["country"].as_str().unwrap(), customer["taxpayer_status"].as_str().unwrap())});
    if let Some(original) = invoice["original"].as_str() {
        more["purpose"] = json!("credit");
        more["original"] = json!({"id": 0, "number": original, "date": "2026-10-01", "tax": taxes[original]});
        more["already_credited"] = credited.get(original).cloned().unwrap_or(json!([]));
    }
    document(invoice["price_mode"].as_str().unwrap(), lines.collect(), more)
}
