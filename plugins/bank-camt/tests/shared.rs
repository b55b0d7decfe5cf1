//! Every camt file of the shared folder of third parties' files (not in the repository), against what the
//! collector's own reader computed: counts, sums, balances.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod common;

use bank_camt::Camt;
use common::{Found, read_chunks};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use zhangben_sdk::bank::Reader;
use zhangben_sdk::{Decimal, golden};

fn shared() -> Option<PathBuf> {
    // beside the checkout, unless told otherwise
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let index =
        golden::peer_data(beside, "bank/index.json").inspect_err(|missing| eprintln!("{missing}")).ok()?;
    index.parent().map(Path::to_path_buf)
}

fn d(value: &Value) -> Decimal {
    Decimal::from_str(value.as_str().unwrap()).unwrap()
}

/// Code in the file → name in the register.
const BALANCES: [(&str, &str); 10] = [
    ("OPBD", "opening-booked"),
    ("CLBD", "closing-booked"),
    ("PRCD", "previous-closing-booked"),
    ("OPAV", "opening-available"),
    ("CLAV", "closing-available"),
    ("FWAV", "forward-available"),
    ("ITBD", "interim-booked"),
    ("ITAV", "interim-available"),
    ("XPCD", "expected"),
    ("INFO", "information"),
];

#[derive(Default, Debug)]
struct Tally {
    files: u32,
    statements: u32,
    entries: u64,
    details: u64,
    balances: u32,
    refused: u32,
    other_messages: u32,
}

#[test]
fn all_files() {
    let Some(bank) = shared() else { return };
    let index = golden::read(&bank.join("index.json")).unwrap();
    let mut tally = Tally::default();
    for entry in index["entries"].as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        if !file.starts_with("camt/") || !file.ends_with(".xml") {
            continue;
        }
        let bytes = std::fs::read(bank.join(file)).unwrap();
        let namespace = entry["computed"]["namespace"].as_str().unwrap_or("");
        let detected = !Camt::detect(&bytes[..bytes.len().min(4096)], file).is_empty();
        let computed = entry["computed"]["statements"].as_array();
        if namespace.contains("camt.052") || namespace.contains("camt.054") {
            let problem = read_chunks(&bytes, 1 << 20).unwrap_err();
            assert_eq!(problem.code, "wrong-message", "{file}");
            assert!(!detected, "{file}");
            tally.other_messages += 1;
        } else if !entry["expected"]["must"].is_null() || computed.is_none_or(Vec::is_empty) {
            let problem = read_chunks(&bytes, 1 << 20).unwrap_err();
            println!("refused {file}: {} {} {:?}", problem.code, problem.message, problem.subject);
            if let Some(named) =
                entry["expected"]["must"].as_str().and_then(|must| must.strip_prefix("fail naming '"))
            {
                assert!(
                    problem.message.contains(named.trim_end_matches('\'')),
                    "{file}: {}",
                    problem.message
                );
            }
            tally.refused += 1;
        } else {
            assert!(detected, "{file}");
            let found = read_chunks(&bytes, 1 << 20).unwrap_or_else(|problem| panic!("{file}: {problem:?}"));
            compare(file, &bytes, &found, computed.unwrap(), &mut tally);
            for size in [7, 1000] {
                assert_eq!(read_chunks(&bytes, size).unwrap(), found, "{file} in chunks of {size}");
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.files >= 80 && tally.refused >= 2 && tally.other_messages >= 30, "{tally:?}");
}

fn compare(file: &str, bytes: &[u8], found: &[Found], computed: &[Value], tally: &mut Tally) {
    assert_eq!(found.len(), computed.len(), "{file}");
    tally.files += 1;
    for (statement, expected) in found.iter().zip(computed) {
        tally.statements += 1;
        assert_eq!(Value::from(statement.start.id.clone()), expected["id"], "{file}");
        if expected["account"].is_string() {
            assert_eq!(Value::from(statement.start.account.id.clone()), expected["account"], "{file}");
        }
        assert_eq!(Value::from(statement.entries.len()), expected["entries"], "{file}");
        let details: usize = statement.entries.iter().map(|entry| entry.details.len()).sum();
        assert_eq!(Value::from(details), expected["txdtls"], "{file}");
        let signed = |entry: &zhangben_sdk::bank::Entry| {
            let amount = Decimal::from_str(&entry.amount).unwrap();
            if entry.credit { amount } else { -amount }
        };
        let sum: Decimal = statement.entries.iter().map(signed).sum();
        assert_eq!(sum, d(&expected["sum"]), "{file}");
        let of = |code: &str| expected["status"][code].as_u64().unwrap_or(0);
        // some banks leave Sts out, and a statement holds what is booked
        let unsaid = statement.entries.len() as u64 - of("BOOK") - of("PDNG") - of("INFO");
        for (name, wanted) in [("booked", of("BOOK") + unsaid), ("pending", of("PDNG")), ("info", of("INFO"))]
        {
            let count = statement.entries.iter().filter(|entry| entry.status == name).count();
            assert_eq!(count as u64, wanted, "{file} {name}");
        }
        for entry in &statement.entries {
            let raw = &bytes[entry.offset as usize..entry.offset as usize + entry.length as usize];
            assert!(
                raw.starts_with(b"<") && raw.ends_with(b"Ntry>"),
                "{file}: {}",
                String::from_utf8_lossy(raw)
            );
        }
        compare_balances(file, statement, &expected["balances"], tally);
        tally.entries += statement.entries.len() as u64;
        tally.details += details as u64;
    }
}

fn compare_balances(file: &str, statement: &Found, expected: &Value, tally: &mut Tally) {
    for (code, value) in expected.as_object().unwrap() {
        let name = BALANCES
            .iter()
            .find(|(known, _)| known == code)
            .map_or(format!("other:{code}"), |(_, n)| (*n).to_owned());
        let of_kind: Vec<Decimal> = statement
            .start
            .balances
            .iter()
            .chain(&statement.end.balances)
            .filter(|balance| balance.kind == name)
            .map(|balance| Decimal::from_str(&balance.amount).unwrap())
            .collect();
        let wanted: Vec<Decimal> = match value {
            Value::Array(values) => values.iter().map(d).collect(),
            one => vec![d(one)],
        };
        assert_eq!(of_kind, wanted, "{file} {code}");
        tally.balances += 1;
    }
}
