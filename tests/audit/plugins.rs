//! Which plugins a house works with: ours, or only components that others wrote and uploaded.

use super::month::{CNY_ACCOUNT, Credit, bank_file};
use money::{Currency, Money};
use serde_json::{Value, json};

/// Where a plugin comes from.
#[derive(Debug, Clone, Copy)]
pub enum Brought {
    /// Came with the binary.
    BuiltIn(&'static str),
    /// A component file that the administrator uploads.
    Uploaded(&'static str),
}

/// What serves a slot.
pub struct Bound {
    pub slot: &'static str,
    pub plugin: Brought,
    pub config: Value,
}

/// Everything of a house that depends on its plugins.
pub struct PluginSet {
    /// Whether the binary's own are in the database at all.
    pub builtins_installed: bool,
    pub bound: Vec<Bound>,
    /// Qualifier of the bank slot.
    pub bank_format: Option<&'static str>,
    /// Name and text of the bank's file, in the form that the set's reader takes.
    pub bank_file: fn(&[Credit<'_>]) -> (&'static str, String),
}

fn bound(slot: &'static str, plugin: Brought, config: Value) -> Bound {
    Bound { slot, plugin, config }
}

pub fn built_in() -> PluginSet {
    let of = |slot, name| bound(slot, Brought::BuiltIn(name), json!({}));
    PluginSet {
        builtins_installed: true,
        bound: vec![
            of("tax", "tax-cn-vat"),
            of("bank", "bank-camt"),
            of("reconciliation", "reconciliation-reference"),
            of("statement", "statement-classic"),
        ],
        bank_format: None,
        bank_file: |credits| ("bank-2026-10.xml", bank_file(credits)),
    }
}

/// None of ours, not even in the database: the examples that a programmer of the company could have written.
pub fn examples() -> PluginSet {
    let of = |slot, name, config| bound(slot, Brought::Uploaded(name), config);
    let treatments = json!({"13": "standard", "0": "export"});
    PluginSet {
        builtins_installed: false,
        bound: vec![
            of("tax", "examples/tax-flat-example", json!({"rate": "0.08", "treatments": treatments})),
            of("bank:csv", "examples/bank-csv-example", json!({})),
            of("reconciliation", "examples/reconciliation-oldest-first-example", json!({})),
            of("statement", "examples/statement-plain-example", json!({"closing_words": "顺颂商祺！"})),
        ],
        bank_format: Some("csv"),
        bank_file: |credits| ("bank-2026-10.csv", csv(credits)),
    }
}

/// The same statement as [`bank_file`], as CSV with a byte order mark and CRLF, as spreadsheets write it.
fn csv(credits: &[Credit<'_>]) -> String {
    let mut text =
        String::from("\u{feff}record,date,value_date,amount,currency,reference,name,account,text\r\n");
    text.push_str(&format!("opening,2026-10-01,,1000.00,CNY,CNY-2026-010,,{CNY_ACCOUNT},\r\n"));
    let mut balance = Money::parse("1000.00", Currency::CNY).unwrap().minor();
    for ((date, amount, payer, said), n) in credits.iter().zip(1..) {
        let (name, account) = payer.unwrap_or_default();
        text.push_str(&format!(
            "entry,{date},{date},{amount},CNY,{date}-{n},\"{name}\",{account},\"货款, {said}\"\r\n"
        ));
        balance = balance.add(Money::parse(amount, Currency::CNY).unwrap().minor()).unwrap();
    }
    let closing = balance.format(Currency::CNY);
    text.push_str(&format!("closing,2026-10-31,,{closing},CNY,CNY-2026-010,,{CNY_ACCOUNT},\r\n"));
    text
}
