//! Reading whole files in tests.
#![allow(dead_code)]

use bank_camt::Camt;
use serde_json::json;
use zhangben_sdk::bank::{Conversation, Entry, Item, StatementEnd, StatementStart};
use zhangben_sdk::{Context, Problem, Warning, json::of_json};

/// One statement with its entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub start: StatementStart,
    pub entries: Vec<Entry>,
    pub end: StatementEnd,
}

pub fn context() -> Context {
    of_json(
        &json!({"company": "test", "jurisdiction": "CN", "purpose": "live", "effective_date": "2026-03-01",
        "known_at": "1", "locale": "zh-CN", "base_currency": "CNY"}),
    )
    .unwrap()
}

pub fn read_with(bytes: &[u8], size: usize, config: &str) -> Result<(Vec<Found>, Vec<Warning>), Problem> {
    let (items, warnings) = read_items(bytes, size, config)?;
    Ok((statements(items), warnings))
}

/// As the reader said it.
pub fn read_items(bytes: &[u8], size: usize, config: &str) -> Result<(Vec<Item>, Vec<Warning>), Problem> {
    let mut talk = Conversation::<Camt>::new();
    talk.begin(&context(), config, "file.xml", None)?;
    let mut items = Vec::new();
    let mut warnings = Vec::new();
    let mut chunks = bytes.chunks(size).peekable();
    if chunks.peek().is_none() {
        talk.feed(&[], true)?;
    }
    while let Some(chunk) = chunks.next() {
        let output = talk.feed(chunk, chunks.peek().is_none())?;
        items.extend(output.items);
        warnings.extend(output.warnings);
    }
    Ok((items, warnings))
}

pub fn read_chunks(bytes: &[u8], size: usize) -> Result<Vec<Found>, Problem> {
    read_with(bytes, size, "").map(|(found, _)| found)
}

/// Start, entries, end, in this order and numbered without gaps.
fn statements(items: Vec<Item>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut open: Option<(StatementStart, Vec<Entry>)> = None;
    for item in items {
        match item {
            Item::StatementStart(start) => {
                assert!(open.is_none());
                assert_eq!(start.ordinal as usize, found.len());
                open = Some((start, Vec::new()));
            }
            Item::Entry(entry) => {
                let (start, entries) = open.as_mut().unwrap();
                assert_eq!((entry.statement, entry.ordinal as usize), (start.ordinal, entries.len()));
                assert!(entry.details.iter().all(|detail| detail.parent == entry.ordinal));
                entries.push(entry);
            }
            Item::StatementEnd(end) => {
                let (start, entries) = open.take().unwrap();
                assert_eq!((end.ordinal, end.entries as usize), (start.ordinal, entries.len()));
                found.push(Found { start, entries, end });
            }
        }
    }
    assert!(open.is_none());
    found
}
