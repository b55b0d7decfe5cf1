//! Golden files, splits at every byte, places in the file, refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use bank_csv_example::Csv;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use zhangben_sdk::bank::{Conversation, Item, Output, Reader};
use zhangben_sdk::json::{of_json, to_json};
use zhangben_sdk::{Problem, golden};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.csv"))).unwrap()
}

fn read(bytes: &[u8], chunk: usize) -> Result<Output, Problem> {
    let ctx = of_json(&json!({"company": "test", "jurisdiction": "CN", "purpose": "live",
        "effective_date": "2026-03-01", "known_at": "1", "locale": "zh-CN", "base_currency": "CNY"}))
    .unwrap();
    let mut talk = Conversation::<Csv>::new();
    talk.begin(&ctx, "{}", "file.csv", None)?;
    let mut all =
        Output { items: Vec::new(), warnings: Vec::new(), explanations: Vec::new(), ext: Vec::new() };
    let mut chunks = bytes.chunks(chunk).peekable();
    if chunks.peek().is_none() {
        talk.feed(&[], true)?;
    }
    while let Some(chunk) = chunks.next() {
        all.items.extend(talk.feed(chunk, chunks.peek().is_none())?.items);
    }
    Ok(all)
}

/// As `zhangben plugin run` prints it, or what it refused.
fn rendered(outcome: Result<Output, Problem>) -> Value {
    match outcome {
        Ok(output) => to_json(&output).unwrap(),
        Err(problem) => json!({"problem": to_json(&problem).unwrap()}),
    }
}

fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let csv = files.filter(|path| path.extension().is_some_and(|extension| extension == "csv"));
    let mut names: Vec<String> =
        csv.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn golden_files() {
    let names = names();
    assert_eq!(names.len(), 26, "a case was added or lost");
    for name in names {
        let found = rendered(read(&file(&name), 1 << 20));
        let expected = folder().join(format!("{name}.out.json"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&expected, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
        }
        assert_eq!(found, golden::read(&expected).unwrap(), "{name}");
        assert_eq!(found["problem"].is_object(), name.starts_with("refused-"), "{name}");
    }
}

#[test]
fn a_file_split_at_any_byte_is_the_same_file() {
    for name in names() {
        let bytes = file(&name);
        let whole = rendered(read(&bytes, 1 << 20));
        for size in 1..bytes.len() {
            assert_eq!(rendered(read(&bytes, size)), whole, "{name} in chunks of {size}");
        }
    }
}

#[test]
fn entries_stand_where_they_say() {
    for name in ["lf", "crlf-with-mark", "line-break-in-a-field", "no-line-end-at-the-end"] {
        let bytes = file(name);
        let output = read(&bytes, 7).unwrap();
        let entries = output
            .items
            .iter()
            .filter_map(|item| if let Item::Entry(entry) = item { Some(entry) } else { None });
        let mut seen = 0;
        for entry in entries {
            let from = usize::try_from(entry.offset).unwrap();
            let row = &bytes[from..from + usize::try_from(entry.length).unwrap()];
            assert!(row.starts_with(b"entry,2026-10-") && !row.ends_with(b"\r"), "{name}: {row:?}");
            seen += 1;
        }
        assert_eq!(seen, 2, "{name}");
    }
}

#[test]
fn it_knows_its_own_files_by_their_header() {
    assert_eq!(Csv::detect(&file("lf"), "x")[0].format, "example-csv");
    assert_eq!(Csv::detect(&file("crlf-with-mark"), "x").len(), 1);
    for other in [b"".as_slice(), b"<?xml", b"date,amount\n", &file("refused-utf-16")] {
        assert_eq!(Csv::detect(other, "statement.csv"), []);
    }
}

#[test]
fn a_row_without_end_is_refused_before_it_fills_the_memory() {
    let mut bytes = file("lf");
    let at = bytes.len() - 90;
    bytes.splice(at..at, [b"\"".as_slice(), &vec![b'x'; 100 << 10]].concat());
    assert_eq!(read(&bytes, 4 << 10).unwrap_err().code, "row-too-long");
}
