//! The bundled sample (host/sample): its camt files read by `bank-camt`, its truth by another program.

use crate::{Tally, reconcile};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use zhangben_sdk::bank::{Conversation, Detail, Entry, Item};
use zhangben_sdk::reconciliation::{
    CurrencyRow, CustomerRow, ItemRow, LineRow, PreviousReceipt, RemittanceRow, Setup, Tolerance,
};
use zhangben_sdk::{Context, json::of_json};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../host/sample")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// "12.30" → "1230".
fn minor(amount: &str) -> String {
    crate::minor(amount).to_string()
}

fn entries(file: &str) -> Vec<Entry> {
    let context: Context =
        of_json(&serde_json::json!({"company": "X", "jurisdiction": "CN", "purpose": "live",
        "effective_date": "2026-11-30", "known_at": "1", "locale": "en", "base_currency": "CNY"}))
        .unwrap();
    let mut talk = Conversation::<bank_camt::Camt>::new();
    talk.begin(&context, "", file).unwrap();
    let items = talk.feed(&std::fs::read(folder().join(file)).unwrap(), true).unwrap().items;
    items
        .into_iter()
        .filter_map(|item| if let Item::Entry(entry) = item { Some(entry) } else { None })
        .collect()
}

/// Lines as the host makes them of entries, with the key of the truth: (entry, detail from 1).
struct Read {
    lines: Vec<LineRow>,
    remittances: Vec<RemittanceRow>,
    keys: Vec<(String, u64)>,
}

fn read() -> Read {
    let mut read = Read { lines: vec![], remittances: vec![], keys: vec![] };
    for entry in ["bank-cny.xml", "bank-eur.xml"].into_iter().flat_map(entries) {
        let key = entry.servicer_reference.clone().unwrap();
        match entry.details.as_slice() {
            [] => read.push(&entry, None, (key, 1)),
            details => {
                for (detail, n) in details.iter().zip(1..) {
                    read.push(&entry, Some(detail), (key.clone(), n));
                }
            }
        }
    }
    read
}

impl Read {
    fn push(&mut self, entry: &Entry, detail: Option<&Detail>, key: (String, u64)) {
        let line = u32::try_from(self.lines.len()).unwrap();
        let amount = minor(detail.and_then(|d| d.amount.as_deref()).unwrap_or(&entry.amount));
        let returned = detail.is_some_and(|d| d.returned.is_some());
        let kind = match (entry.reversal, returned, entry.credit) {
            (true, ..) => "reversal",
            (_, true, _) => "return",
            (.., true) => "receipt",
            _ if entry.code.sub.as_deref() == Some("CHRG") => "fee",
            _ => "payout",
        };
        let party = detail.and_then(|d| {
            if entry.credit || kind != "payout" { d.debtor.clone() } else { d.creditor_party.clone() }
        });
        let charges: i64 = entry.charges.iter().filter(|c| c.included).map(|c| crate::minor(&c.amount)).sum();
        let structured = detail.and_then(|d| d.structured.first().cloned());
        let several =
            detail.is_some_and(|d| d.structured.len() > 1 || d.structured.iter().any(|s| s.amount.is_some()));
        for reference in detail.iter().filter(|_| several).flat_map(|d| &d.structured) {
            let amount = minor(reference.amount.as_deref().unwrap_or("0"));
            self.remittances.push(RemittanceRow {
                line,
                reference: reference.reference.clone(),
                amount,
                discount: "0".into(),
            });
        }
        self.lines.push(LineRow {
            credit: entry.credit,
            kind: kind.into(),
            booking: entry.booking.clone().unwrap(),
            amount: amount.clone(),
            remaining: amount,
            currency: entry.currency.clone(),
            charges: charges.to_string(),
            payer_name: party.as_ref().and_then(|p| p.name.clone()).unwrap_or_default(),
            payer_account: party.and_then(|p| p.account).unwrap_or_default(),
            ultimate_debtor: detail
                .and_then(|d| d.ultimate_debtor.clone())
                .and_then(|p| p.name)
                .unwrap_or_default(),
            end_to_end: detail.and_then(|d| d.end_to_end.clone()).unwrap_or_default(),
            structured: structured.map(|s| s.reference).unwrap_or_default(),
            free_text: detail.map(|d| d.unstructured.join(" ")).or(entry.text.clone()).unwrap_or_default(),
            ..LineRow::default()
        });
        self.keys.push(key);
    }
}

fn customers() -> Vec<Value> {
    let text = std::fs::read_to_string(folder().join("customers.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All documents of both months are open at once, which makes it harder than the months one by one.
fn items(truth: &Value, customers: &[Value]) -> (Vec<ItemRow>, Vec<String>) {
    let ordinal =
        |code: &Value| u32::try_from(customers.iter().position(|c| c["code"] == *code).unwrap()).unwrap();
    let documents = truth["documents"].as_object().unwrap();
    let of = |(number, document): (&String, &Value)| {
        let customer = customers.iter().find(|c| c["code"] == document["customer"]).unwrap();
        let credit = document["kind"] == "credit-note";
        ItemRow {
            customer: ordinal(&document["customer"]),
            parent_customer: customer.get("parent").map(ordinal),
            kind: text(&document["kind"]),
            sign: if credit { -1 } else { 1 },
            number: number.clone(),
            tax_invoice_number: text(&document["tax_invoice_number"]),
            purchase_order: text(&document["purchase_order"]),
            document_date: text(&document["document_date"]),
            due_date: text(&document["due_date"]),
            currency: text(&document["currency"]),
            original: minor(document["gross"].as_str().unwrap()),
            open: minor(document["gross"].as_str().unwrap()),
            ..ItemRow::default()
        }
    };
    (documents.iter().map(of).collect(), documents.keys().cloned().collect())
}

#[test]
fn the_bundled_sample() {
    let truth: Value =
        serde_json::from_str(&std::fs::read_to_string(folder().join("truth.json")).unwrap()).unwrap();
    let customers = customers();
    let (items, numbers) = items(&truth, &customers);
    let read = read();
    let rows = (0..).zip(&customers).map(|(n, c)| CustomerRow {
        customer: n,
        code: text(&c["code"]),
        name: text(&c["name"]),
        accounts: c["accounts"].as_array().into_iter().flatten().map(|a| text(&a["account"])).collect(),
        ext: vec![],
    });
    let tolerance = |currency: &str| Tolerance {
        scope: "company".into(),
        customer: None,
        currency: currency.into(),
        role: "tail".into(),
        amount: "1.00".into(),
        permille: 0,
    };
    let receipts = receipts(&truth, &customers, &read);
    let decimals = |code: &str| CurrencyRow { code: code.into(), decimals: 2 };
    let setup = Setup {
        customers: rows.collect(),
        receipts: receipts.clone(),
        aliases: vec![],
        tolerances: vec![tolerance("CNY"), tolerance("EUR")],
        earlier: vec![],
        fx: vec![],
        currencies: vec![decimals("CNY"), decimals("EUR")],
        ext: vec![],
    };
    let batch = reconcile(setup, &items, &read.lines, &read.remittances);
    measure(&truth, &read, &numbers, &batch, &receipts);
}

/// The receipts that later come back, as the host knows them by then.
fn receipts(truth: &Value, customers: &[Value], read: &Read) -> Vec<PreviousReceipt> {
    let mut found = Vec::new();
    for line in truth["bank_lines"].as_array().unwrap().iter().filter(|l| l["returns"].is_object()) {
        let wanted = (text(&line["returns"]["entry"]), line["returns"]["detail"].as_u64().unwrap());
        let at = read.keys.iter().position(|key| *key == wanted).unwrap();
        let row = &read.lines[at];
        let customer = customers.iter().position(|c| c["code"] == line["customer"]);
        found.push(PreviousReceipt {
            line: u32::try_from(found.len()).unwrap(),
            date: row.booking.clone(),
            amount: text(&line["amount"]),
            currency: row.currency.clone(),
            customer: customer.map(|n| u32::try_from(n).unwrap()),
            payer_account: Some(row.payer_account.clone()),
            end_to_end: Some(row.end_to_end.clone()).filter(|e| !e.is_empty()),
            ext: vec![],
        });
    }
    found
}

fn measure(
    truth: &Value,
    read: &Read,
    numbers: &[String],
    batch: &zhangben_sdk::reconciliation::Batch,
    receipts: &[PreviousReceipt],
) {
    let lines: BTreeMap<(String, u64), &Value> = truth["bank_lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| ((text(&line["entry"]), line["detail"].as_u64().unwrap()), line))
        .collect();
    let expected: Vec<&Value> = read.keys.iter().map(|key| lines[key]).collect();
    let mut by: BTreeMap<String, Tally> = BTreeMap::new();
    let mut true_pairs: BTreeSet<(usize, String)> = BTreeSet::new();
    for (n, line) in expected.iter().enumerate() {
        for paid in line["pays"].as_array().unwrap() {
            true_pairs.insert((n, text(&paid["document"])));
            by.entry(format!("class {}", text(&line["class"]))).or_default().truth += 1;
            by.entry("all".into()).or_default().truth += 1;
        }
    }
    let mut returns = 0;
    for proposal in &batch.proposals {
        let n = usize::try_from(proposal.lines[0]).unwrap();
        let items = proposal
            .allocations
            .iter()
            .map(|a| a.item)
            .chain(proposal.nettings.iter().map(|n| n.credit_item));
        for item in items {
            let number = &numbers[usize::try_from(item).unwrap()];
            let right = true_pairs.contains(&(n, number.clone()));
            let class = text(&expected[n]["class"]);
            for key in [format!("class {class}"), "all".into(), format!("confidence {}", proposal.confidence)]
            {
                let tally = by.entry(key).or_default();
                tally.proposed += 1;
                tally.right += usize::from(right);
            }
            if !right {
                println!(
                    "wrong: {class} {number} {} {} {:?}",
                    proposal.rule, proposal.confidence, read.lines[n].free_text
                );
            }
        }
        if let Some(receipt) = proposal.reverses_receipt {
            let receipt = &receipts[usize::try_from(receipt).unwrap()];
            assert_eq!(text(&expected[n]["amount"]), receipt.amount);
            assert!(["return", "reversal"].contains(&expected[n]["class"].as_str().unwrap()));
            returns += 1;
        }
    }
    for unmatched in &batch.unmatched {
        let n = usize::try_from(unmatched.line).unwrap();
        if !expected[n]["pays"].as_array().unwrap().is_empty() {
            println!("missed: {} {} {:?}", expected[n]["class"], unmatched.reason, read.lines[n].free_text);
        }
    }
    by.iter().for_each(|(what, tally)| tally.show(what));
    println!("returns and reversals found: {returns} of {}", receipts.len());
    assert_eq!(batch.proposals.len() + batch.unmatched.len(), read.lines.len());
    let (all, exact) = (&by["all"], &by["confidence exact"]);
    assert_eq!(exact.right, exact.proposed, "what is called exact is right");
    assert!(all.right * 100 >= all.truth * 95 && all.right * 100 >= all.proposed * 97);
    assert_eq!(returns, receipts.len());
}
