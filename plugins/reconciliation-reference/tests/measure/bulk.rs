//! Many lines and items: the time grows with their number, not with its square.

use crate::reconcile;
use std::time::{Duration, Instant};
use zhangben_sdk::reconciliation::{CurrencyRow, CustomerRow, ItemRow, LineRow, Setup};

/// A third of the lines names its invoice, a third comes from a known account with an amount of its own, a third
/// pays two invoices at once. `customers` few: each has many open items.
fn run(count: u32, customers: u32) -> Duration {
    let items: Vec<ItemRow> = (0..count)
        .map(|n| ItemRow {
            customer: n % customers,
            kind: "invoice".into(),
            sign: 1,
            number: format!("INV-2026-{n:08}"),
            document_date: "2026-10-01".into(),
            due_date: format!("2026-11-{:02}", n % 28 + 1),
            currency: "CNY".into(),
            original: (10_000 + n).to_string(),
            open: (10_000 + n).to_string(),
            ..ItemRow::default()
        })
        .collect();
    let lines: Vec<LineRow> = (0..count)
        .map(|n| {
            let (text, amount) = match n % 3 {
                0 => (format!("货款 INV-2026-{n:08}"), 10_000 + n),
                1 => (String::new(), 10_000 + n),
                _ => ("往来款".to_owned(), 20_001 + 2 * n),
            };
            LineRow {
                credit: true,
                kind: "receipt".into(),
                booking: "2026-11-20".into(),
                amount: amount.to_string(),
                remaining: amount.to_string(),
                currency: "CNY".into(),
                payer_account: format!("acct{:06}", n % customers),
                free_text: text,
                ..LineRow::default()
            }
        })
        .collect();
    let setup = Setup {
        customers: (0..customers)
            .map(|n| CustomerRow {
                customer: n,
                code: format!("C{n}"),
                name: format!("Customer {n}"),
                accounts: vec![format!("acct{n:06}")],
                ext: vec![],
            })
            .collect(),
        receipts: vec![],
        aliases: vec![],
        tolerances: vec![],
        earlier: vec![],
        fx: vec![],
        currencies: vec![CurrencyRow { code: "CNY".into(), decimals: 2 }],
        ext: vec![],
    };
    let started = Instant::now();
    let batch = reconcile(setup, &items, &lines, &[]);
    assert_eq!(batch.proposals.len() + batch.unmatched.len(), lines.len());
    started.elapsed()
}

#[test]
fn time_grows_with_the_number_of_rows() {
    for customers in [3, 2_000] {
        let (small, large) = (run(5_000, customers), run(20_000, customers));
        println!("{customers} customers: 5,000 rows {small:?}, 20,000 rows {large:?}");
        // four times the rows, sixteen times the time would be a square
        assert!(large < small * 10, "{customers} customers: {small:?} → {large:?}");
    }
}

/// `ZHANGBEN_BULK=100000 cargo test --release … -- --nocapture` measures a size of one's own.
#[test]
fn a_size_of_ones_own() {
    let Some(count) = std::env::var("ZHANGBEN_BULK").ok().and_then(|text| text.parse().ok()) else { return };
    for customers in [3, 2_000] {
        println!("{count} lines, {count} items, {customers} customers: {:?}", run(count, customers));
    }
}
