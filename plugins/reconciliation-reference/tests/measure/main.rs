//! Measured against payments whose truth is known. Nothing here tunes the policy: the figures are printed, and what
//! must hold (what is called exact is right) is asserted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

use reconciliation_reference::Reference;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use zhangben_sdk::reconciliation::{
    Batch, Conversation, CustomerRow, ItemRow, LineRow, RemittanceRow, Setup, item_columns, line_columns,
    remittance_columns,
};
use zhangben_sdk::{Context, json::of_json};

mod bulk;
mod sample;
mod synthetic;

fn context() -> Context {
    of_json(&json!({"company": "X", "jurisdiction": "CN", "purpose": "live", "effective_date": "2026-11-30",
        "known_at": "1", "locale": "en", "base_currency": "CNY"}))
    .unwrap()
}

/// The whole conversation as one batch.
fn reconcile(setup: Setup, items: &[ItemRow], lines: &[LineRow], remittances: &[RemittanceRow]) -> Batch {
    let mut talk = Conversation::<Reference>::new();
    talk.begin(&context(), "", setup).unwrap();
    for part in items.chunks(5_000) {
        talk.load_items(item_columns(part).unwrap()).unwrap();
    }
    let mut all =
        talk.propose(line_columns(lines).unwrap(), remittance_columns(remittances).unwrap()).unwrap();
    while all.more {
        let next = talk.next().unwrap();
        assert!(next.proposals.len() <= 1_000);
        all.more = next.more;
        all.proposals.extend(next.proposals);
        all.unmatched.extend(next.unmatched);
    }
    all
}

/// A customer without known accounts.
fn context_free_customer(ordinal: u32, code: &str, name: &str) -> CustomerRow {
    CustomerRow { customer: ordinal, code: code.into(), name: name.into(), accounts: vec![], ext: vec![] }
}

/// A file of comma-separated values with quotes.
fn csv(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = text.lines().map(fields);
    let head = rows.next().unwrap();
    rows.map(|row| head.iter().cloned().zip(row).collect()).collect()
}

fn fields(line: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => found.push(String::new()),
            other => found.last_mut().unwrap().push(other),
        }
    }
    found
}

/// Minor units of two decimals; the data carry noise of binary fractions.
fn minor(text: &str) -> i64 {
    let value: zhangben_sdk::Decimal = text.parse().unwrap();
    let cents = (value * zhangben_sdk::Decimal::ONE_HUNDRED).round();
    i64::try_from(cents.mantissa() / 10i128.pow(cents.scale())).unwrap()
}

fn iso(compact: &str) -> String {
    format!("{}-{}-{}", &compact[..4], &compact[4..6], &compact[6..8])
}

fn shared(folder: &str) -> Option<PathBuf> {
    let data =
        std::env::var_os("ZHANGBEN_SHARED_DATA").map_or_else(|| "/work/shared/data".into(), PathBuf::from);
    let path = data.join(folder);
    if !path.is_dir() {
        eprintln!("NOT RUN: {} is not there (ZHANGBEN_SHARED_DATA says where)", path.display());
        return None;
    }
    Some(path)
}

fn ids(list: &str) -> Vec<u32> {
    serde_json::from_str(list).unwrap()
}

/// Right, proposed, true pairs of (line, item).
#[derive(Default)]
struct Tally {
    right: usize,
    proposed: usize,
    truth: usize,
}

impl Tally {
    fn show(&self, what: &str) {
        let permille = |of: usize| if of == 0 { 0 } else { self.right * 1000 / of };
        println!(
            "{what:<46} recall {:>4} ‰ of {:>6}   precision {:>4} ‰ of {:>6}",
            permille(self.truth),
            self.truth,
            permille(self.proposed),
            self.proposed
        );
    }
}
