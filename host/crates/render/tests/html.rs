//! HTML: golden files, escaping, structure, and the same figures as the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod sample;

use domain::layout::{Align, Block, Document, KeyValue, Panel, RowKind, Table};
use render::Assets;
use sample::{cell, column, document, paragraph, row, text};
use std::path::PathBuf;

fn html(document: &Document) -> String {
    sample::renderer().html(document, &sample::assets()).unwrap()
}

/// Compares with `tests/golden/NAME`; `ZHANGBEN_GOLDEN=write` writes it instead, to be read before it is committed.
fn golden(name: &str, made: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("ZHANGBEN_GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let first = made.lines().zip(kept.lines()).enumerate().find(|(_, (made, kept))| made != kept);
    if let Some((number, (made, kept))) = first {
        panic!(
            "{name}, line {}:\nnow  {made}\nkept {kept}\nif this is meant: ZHANGBEN_GOLDEN=write",
            number + 1
        );
    }
    assert_eq!(made.len(), kept.len(), "{name} has another end");
}

#[test]
fn the_chinese_statement_is_the_golden_one() {
    golden("zh-CN.html", &html(&sample::chinese(6)));
}

#[test]
fn the_english_statement_is_the_golden_one() {
    golden("en.html", &html(&sample::english(6)));
}

/// Every element that is opened is closed, in order.
fn assert_balanced(html: &str) {
    const VOID: [&str; 5] = ["meta", "col", "hr", "img", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').expect("a tag is not closed");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "before {}", &rest[..rest.len().min(60)]);
            continue;
        }
        let name = tag.split_whitespace().next().unwrap();
        if !VOID.contains(&name) {
            open.push(name);
        }
        if name == "style" {
            rest = rest.split_once("</style").map(|(_, after)| after.trim_start_matches('>')).unwrap();
            open.pop();
        }
    }
    assert!(open.is_empty(), "{open:?} are left open");
}

#[test]
fn the_file_is_well_formed_and_needs_nothing_else() {
    for document in [sample::chinese(12), sample::english(12)] {
        let made = html(&document);
        assert_balanced(&made);
        assert!(made.starts_with("<!DOCTYPE html>"));
        assert!(made.contains(&format!("<html lang=\"{}\">", document.language)));
        for outside in ["<script", "http://", "https://", "url(", "@import", "<link"] {
            assert!(!made.contains(outside), "{outside} is in the file");
        }
        assert!(made.contains("<th scope=\"col\"") && made.contains("<th scope=\"row\""));
        assert!(made.contains("@media print"));
    }
}

#[test]
fn every_figure_stands_in_it_exactly_and_as_printed() {
    let made = html(&document(
        "de",
        vec![Block::Table(Table {
            columns: vec![column("Text", Align::Start, 1), column("Betrag", Align::Start, 1)],
            rows: vec![row(
                RowKind::Body,
                vec![cell(sample::date(2026, 1, 31)), cell(sample::money_with_code(-123_456_789, "EUR"))],
            )],
            caption: None,
        })],
    ));
    assert!(made.contains("<time datetime=\"2026-01-31\">31.01.2026</time>"), "{made}");
    assert!(made.contains("<data value=\"-1234567.89\">-1.234.567,89\u{a0}EUR</data>"), "{made}");
    assert!(made.contains("<td class=\"end unbroken\">"), "{made}");
}

#[test]
fn nothing_a_customer_writes_becomes_markup_or_style() {
    let evil = "</style></title><script>alert(1)</script>\" onload=\"x\u{0}\u{7}&amp;";
    let mut document = document(
        "en\"><script>",
        vec![
            Block::Heading { level: 1, text: evil.to_owned() },
            paragraph(evil),
            Block::Panels(vec![Panel {
                title: Some(evil.to_owned()),
                rows: vec![KeyValue { label: evil.to_owned(), value: text(evil) }],
            }]),
            Block::Table(Table {
                columns: vec![column(evil, Align::Start, 1)],
                rows: vec![
                    row(RowKind::Section, vec![cell(text(evil))]),
                    row(RowKind::Total, vec![cell(text(evil))]),
                ],
                caption: Some(evil.to_owned()),
            }),
            Block::Signature(vec![evil.to_owned()]),
        ],
    );
    document.title = evil.to_owned();
    document.page.header = Some(evil.to_owned());
    document.page.footer = Some(format!("{evil} {{page}}"));
    let made = html(&document);
    assert_balanced(&made);
    assert!(!made.contains("<script"), "{made}");
    assert!(!made.contains('\u{0}') && !made.contains('\u{7}'));
    assert_eq!(made.matches("</style>").count(), 1);
    assert!(made.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn an_empty_document_is_a_page() {
    let made = sample::renderer().html(&document("", Vec::new()), &Assets::new()).unwrap();
    assert_balanced(&made);
    assert!(made.contains("<main></main>"), "{made}");
}
