//! Synthetic payments and invoices of the shared folder of third parties' data (not in the repository).

use crate::{Tally, context_free_customer as customer, csv, ids, iso, minor, reconcile, shared};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;
use zhangben_sdk::reconciliation::{Batch, CurrencyRow, ItemRow, LineRow, Setup};

/// 12,262 payments and 15,527 invoices (synthetic, TU Darmstadt), a quarter of them with damaged numbers, names or
/// amounts.
#[test]
fn payments_to_invoices() {
    let Some(folder) = shared("recon/pay-to-inv-single") else { return };
    let invoices = csv(&folder.join("invoices.csv"));
    let payments = csv(&folder.join("payments.csv"));
    let mut customers: Vec<(String, String)> = Vec::new();
    let mut ordinals: BTreeMap<String, u32> = BTreeMap::new();
    let items: Vec<ItemRow> = invoices
        .iter()
        .map(|row| {
            let customer = *ordinals.entry(row["Customer ID"].clone()).or_insert_with(|| {
                customers.push((row["Customer ID"].clone(), row["Customer Name"].clone()));
                u32::try_from(customers.len() - 1).unwrap()
            });
            let amount = minor(&row["Amount"]).to_string();
            ItemRow {
                customer,
                kind: "invoice".into(),
                sign: 1,
                number: row["Document Number"].clone(),
                tax_invoice_number: row["Assignment Number"].clone(),
                purchase_order: row["Billing Number"].clone(),
                document_date: iso(&row["Document Date"]),
                due_date: iso(&row["Due Date"]),
                currency: row["Currency Code"].clone(),
                original: amount.clone(),
                open: amount,
                ..ItemRow::default()
            }
        })
        .collect();
    let lines: Vec<LineRow> = payments
        .iter()
        .map(|row| LineRow {
            credit: true,
            kind: "receipt".into(),
            booking: iso(&row["Posting Date"]),
            amount: minor(&row["Amount"]).to_string(),
            remaining: minor(&row["Amount"]).to_string(),
            currency: row["Currency"].clone(),
            payer_name: row["Business Partner"].clone(),
            payer_account: row["Account Number"].clone(),
            free_text: row["Memo Line"].clone(),
            ..LineRow::default()
        })
        .collect();
    let currencies: BTreeSet<String> = items.iter().map(|item| item.currency.clone()).collect();
    let setup = Setup {
        customers: (0..).zip(&customers).map(|(n, (code, name))| customer(n, code, name)).collect(),
        receipts: vec![],
        aliases: vec![],
        tolerances: vec![],
        earlier: vec![],
        fx: vec![],
        currencies: currencies.into_iter().map(|code| CurrencyRow { code, decimals: 2 }).collect(),
        ext: vec![],
    };
    let started = Instant::now();
    let batch = reconcile(setup, &items, &lines, &[]);
    println!("{} lines, {} items: {} ms", lines.len(), items.len(), started.elapsed().as_millis());
    measure(&folder, &batch, lines.len());
}

fn measure(folder: &Path, batch: &Batch, lines: usize) {
    let mut truth: BTreeSet<(u32, u32)> = BTreeSet::new();
    let mut class: BTreeMap<u32, String> = BTreeMap::new();
    for row in csv(&folder.join("matches.csv")) {
        for payment in ids(&row["payment_ids"]) {
            let damage = row["perturbation_categories"].trim_matches(['[', ']']).to_owned();
            class.insert(payment, format!("{} {damage}", row["match_category"]));
            truth.extend(ids(&row["invoice_ids"]).into_iter().map(|invoice| (payment, invoice)));
        }
    }
    let mut by: BTreeMap<String, Tally> = BTreeMap::new();
    for (payment, _) in &truth {
        by.entry(class[payment].clone()).or_default().truth += 1;
        by.entry("all".into()).or_default().truth += 1;
    }
    let mut wrong = Vec::new();
    for proposal in &batch.proposals {
        for allocation in &proposal.allocations {
            let right = truth.contains(&(allocation.line, allocation.item));
            let kinds = [
                class[&allocation.line].clone(),
                "all".into(),
                format!("confidence {}", proposal.confidence),
                format!("rule {}", proposal.rule),
            ];
            for kind in kinds {
                let tally = by.entry(kind).or_default();
                tally.proposed += 1;
                tally.right += usize::from(right);
            }
            if !right && wrong.len() < 10 {
                wrong.push(format!(
                    "line {} on item {}: {} {}",
                    allocation.line, allocation.item, proposal.rule, proposal.confidence
                ));
            }
        }
    }
    by.iter().for_each(|(what, tally)| tally.show(what));
    println!("wrong: {wrong:#?}");
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    batch.unmatched.iter().for_each(|u| *reasons.entry(&u.reason).or_default() += 1);
    println!("unmatched: {reasons:?}");
    assert_eq!(batch.proposals.len() + batch.unmatched.len(), lines);
    let exact = &by["confidence exact"];
    assert!(exact.right * 1000 >= exact.proposed * 995, "what is called exact is right");
}
