#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::layout::{Align, Cell, CitedMoney, Column, Panel, Row, RowKind, TextStyle};
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde_json::json;

fn model() -> serde_json::Value {
    json!({
        "subject": {
            "number": "ST-1.25", "known_at": "77", "version": 1,
            "previous": { "number": "ST-0", "closing": [{ "amount": "5.00", "currency": "EUR" }] },
        },
        "sections": [
            {
                "account": "1122", "currency": "CNY", "opening": "0.00", "closing": "1234.56",
                "movements": [{
                    "id": 0, "debit": "1234.56", "credit": "0.00", "balance": "1234.56", "text": "Order 9,876.00 of May",
                    "lines": [{ "quantity": "1500.5", "unit_price": "85.5", "net": "1000.00", "rate": "0.13" }],
                }],
                "tax": [{ "code": "A", "rate": "0.13", "base": "1092.53", "amount": "142.03" }],
                "open_items": [{ "days_overdue": 1200, "open": "1234.56" }],
            },
            {
                "account": "1122", "currency": "EUR", "opening": "5.00", "closing": "-7.00", "movements": [],
                "base": { "currency": "CNY", "rate": "7.1230", "closing": "-49.86" },
            },
        ],
        "assets": [{ "name": "logo", "bytes": "" }],
    })
}

fn money(minor: i64, currency: Currency, path: &str) -> Value {
    let amount = Money::new(Minor::new(minor), currency);
    Value::Money(CitedMoney { amount, path: path.into(), show_currency: true })
}

fn cny(minor: i64, path: &str) -> Value {
    money(minor, Currency::CNY, path)
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn cell(value: Value) -> Cell {
    Cell { value, span: 1 }
}

fn table() -> Table {
    let column = |title: &str| Column { title: title.into(), align: Align::Start, weight: 1 };
    Table {
        columns: vec![column("日期"), column("金额")],
        rows: vec![
            Row {
                kind: RowKind::Body,
                cells: vec![cell(text("2026-11-30")), cell(cny(123_456, "/sections/0/movements/0/debit"))],
            },
            Row {
                kind: RowKind::Total,
                cells: vec![Cell { value: cny(123_456, "/sections/0/closing"), span: 2 }],
            },
        ],
        caption: Some("应收账款".into()),
    }
}

fn document() -> Document {
    let panel = Panel {
        title: Some("EUR".into()),
        rows: vec![KeyValue {
            label: "closing".into(),
            value: money(-700, Currency::EUR, "/sections/1/closing"),
        }],
    };
    Document {
        title: "对账单".into(),
        language: "zh-CN".into(),
        page: Page {
            width: 210,
            height: 297,
            margin: 15,
            header: Some("ST".into()),
            footer: Some("{page}/{pages}".into()),
        },
        blocks: vec![
            Block::Heading { level: 1, text: "ST-1.25".into() },
            Block::Paragraph {
                parts: vec![text("截至 2026-11-30")],
                style: TextStyle::Normal,
                align: Align::Start,
            },
            Block::Panels(vec![panel]),
            Block::Table(table()),
            Block::Space(5),
            Block::Rule,
            Block::PageBreak,
            Block::Image("logo".into()),
            Block::Signature(vec!["盖章".into()]),
        ],
    }
}

const DATA: &str = "application/octet-stream";

fn media_type(content: &Content) -> &'static str {
    if matches!(content, Content::Document(_)) { DOCUMENT_MEDIA_TYPE } else { DATA }
}

/// Asks for what is answered: the other checks' tests change answers.
fn accept(model: &serde_json::Value, layout: &Layout) -> Result<(), LayoutError> {
    let asked = layout.artefacts.iter().map(|a| Requested { name: &a.name, media_type: &a.media_type });
    super::accept(model, &asked.collect::<Vec<_>>(), layout)
}

fn artefact(name: &str, content: Content) -> Artefact {
    Artefact { name: name.into(), media_type: media_type(&content).into(), content }
}

fn layout_of(artefacts: Vec<Artefact>) -> Layout {
    Layout { artefacts, warnings: vec![] }
}

fn of(document: Document) -> Layout {
    layout_of(vec![artefact("statement", Content::Document(document))])
}

fn refused(change: impl FnOnce(&mut Document)) -> LayoutError {
    let mut document = document();
    accept(&model(), &of(document.clone())).expect("holds before the change");
    change(&mut document);
    accept(&model(), &of(document)).expect_err("the change must be refused")
}

fn with_value(value: Value) -> Result<(), LayoutError> {
    let mut document = document();
    document.blocks.push(Block::Panels(vec![Panel {
        title: None,
        rows: vec![KeyValue { label: String::new(), value }],
    }]));
    accept(&model(), &of(document))
}

fn table_of(document: &mut Document) -> &mut Table {
    match &mut document.blocks[3] {
        Block::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

fn place(block: u32, row: Option<u32>, cell: Option<u32>) -> Place {
    Place { artefact: "statement".into(), block: Some(block), row, cell }
}

#[test]
fn a_cited_figure_stands_at_its_pointer() {
    let amount = Money::new(Minor::new(123_457), Currency::CNY);
    let path = "/sections/0/closing".to_owned();
    let error = with_value(cny(123_457, &path)).unwrap_err();
    let at = || place(10, Some(1), None);
    assert_eq!(error, LayoutError::Amount { place: at(), amount, path, expected: "1234.56".into() });
    let shown = r#"artefact "statement", block 10, row 1: CNY 1234.57 cites "/sections/0/closing", where 1234.56 stands"#;
    assert_eq!(error.to_string(), shown);
    for path in
        ["/sections/2/closing", "/sections/0/closings", "", "sections/0/closing", "/sections/00/closing"]
    {
        let error = with_value(cny(123_456, path)).unwrap_err();
        assert!(
            matches!(error, LayoutError::Unresolved { .. } | LayoutError::NotMoney { .. }),
            "{path}: {error}"
        );
    }
    assert!(matches!(with_value(cny(1, "/sections/9/closing")), Err(LayoutError::Unresolved { .. })));
    for (minor, path) in [
        (13, "/sections/0/tax/0/rate"),
        (7_700, "/subject/known_at"),
        (112_200, "/sections/0/account"),
        (150_050, "/sections/0/movements/0/lines/0/quantity"),
        (0, "/sections/0"),
        (100, "/subject/version"),
    ] {
        assert!(matches!(with_value(cny(minor, path)), Err(LayoutError::NotMoney { .. })), "{path}");
    }
    assert!(with_value(cny(8_550, "/sections/0/movements/0/lines/0/unit_price")).is_ok());
    assert!(with_value(cny(109_253, "/sections/0/tax/0/base")).is_ok());
}

#[test]
fn a_cited_figure_is_in_the_currency_of_where_it_stands() {
    let eur = |minor, path| with_value(money(minor, Currency::EUR, path));
    assert!(eur(500, "/sections/1/opening").is_ok());
    assert!(eur(500, "/subject/previous/closing/0/amount").is_ok());
    assert!(with_value(cny(-4_986, "/sections/1/base/closing")).is_ok());
    for path in ["/sections/1/opening", "/subject/previous/closing/0/amount"] {
        let error = with_value(cny(500, path)).unwrap_err();
        assert!(matches!(&error, LayoutError::Currency { expected, .. } if expected == "EUR"), "{error}");
    }
    assert!(matches!(eur(-4_986, "/sections/1/base/closing"), Err(LayoutError::Currency { .. })));
}

#[test]
fn numbers_are_the_models_or_number_a_row() {
    let number = |text: &str| with_value(Value::Number(money::parse_decimal(text).unwrap()));
    for good in ["0.13", "13", "1500.5", "-1500.50", "1200", "7.123", "0", "1", "2"] {
        assert!(number(good).is_ok(), "{good}");
    }
    for bad in ["3", "-2", "999", "1000", "1234.56", "12.5", "0.01", "9876"] {
        assert!(matches!(number(bad), Err(LayoutError::Number { found, .. }) if found == bad), "{bad}");
    }
}

#[test]
fn free_text_holds_no_amount_but_the_models() {
    for good in [
        "CNY 1,234.56",
        "1.234,56",
        "ST-1.25",
        "9,876.00",
        "共 1234.56 元",
        "7.123",
        "1500.5",
        "-49.86",
        "142.03",
    ] {
        assert_eq!(with_value(text(good)), Ok(()), "{good}");
    }
    for bad in ["CNY 1,234.57", "1,234.65", "13.00", "1.00", "77.00", "9,876.01", "1122.00", "1,200"] {
        let error = with_value(text(bad)).unwrap_err();
        assert!(matches!(error, LayoutError::FreeText { .. }), "{bad}: {error}");
    }
}

#[test]
fn every_text_of_a_document_is_read() {
    let bad = || "1,000.01".to_owned();
    let changes: [fn(&mut Document, String); 12] = [
        |d, t| d.title = t,
        |d, t| d.page.header = Some(t),
        |d, t| d.page.footer = Some(t),
        |d, t| d.blocks[0] = Block::Heading { level: 1, text: t },
        |d, t| {
            d.blocks[1] =
                Block::Paragraph { parts: vec![Value::Text(t)], style: TextStyle::Small, align: Align::End }
        },
        |d, t| d.blocks.push(Block::Panels(vec![Panel { title: Some(t), rows: vec![] }])),
        |d, t| {
            d.blocks.push(Block::Panels(vec![Panel {
                title: None,
                rows: vec![KeyValue { label: t, value: Value::Empty }],
            }]))
        },
        |d, t| table_of(d).caption = Some(t),
        |d, t| table_of(d).columns[1].title = t,
        |d, t| table_of(d).rows[0].cells[0].value = Value::Text(t),
        |d, t| d.blocks[8] = Block::Signature(vec![t]),
        |d, t| {
            d.blocks[1] = Block::Paragraph {
                parts: vec![Value::Text(format!("{t} {}", "x".repeat(100)))],
                style: TextStyle::Small,
                align: Align::End,
            }
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let error = refused(|d| change(d, bad()));
        assert!(matches!(&error, LayoutError::FreeText { found, .. } if *found == bad()), "{index}: {error}");
    }
    let long = refused(|d| d.title = "x".repeat(TEXT_BYTES_MAX + 1));
    assert!(matches!(long, LayoutError::TooMany { what: "bytes of text", max: TEXT_BYTES_MAX, .. }));
    let mut document = document();
    document.title = "x".repeat(TEXT_BYTES_MAX);
    assert!(accept(&model(), &of(document)).is_ok());
}

#[test]
fn every_closing_is_shown_in_every_document() {
    let missing =
        |path: &str| LayoutError::ClosingMissing { artefact: "statement".into(), path: path.into() };
    assert_eq!(refused(|d| drop(d.blocks.remove(2))), missing("/sections/1/closing"));
    // the same amount from elsewhere is not the closing
    let elsewhere =
        refused(|d| table_of(d).rows[1].cells[0].value = cny(123_456, "/sections/0/movements/0/balance"));
    assert_eq!(elsewhere, missing("/sections/0/closing"));
    let mut two = of(document());
    let mut second = document();
    second.blocks.truncate(2);
    two.artefacts.push(artefact("short", Content::Document(second)));
    assert!(
        matches!(accept(&model(), &two), Err(LayoutError::ClosingMissing { artefact, .. }) if artefact == "short")
    );
}

#[test]
fn cells_cover_the_columns() {
    let span = |row, covered| LayoutError::Span { place: place(4, Some(row), None), covered, columns: 2 };
    assert_eq!(refused(|d| table_of(d).rows[1].cells[0].span = 1), span(2, 1));
    assert_eq!(refused(|d| table_of(d).rows[1].cells[0].span = 3), span(2, 3));
    assert_eq!(refused(|d| drop(table_of(d).rows[0].cells.pop())), span(1, 1));
    let zero = refused(|d| {
        let cells = &mut table_of(d).rows[0].cells;
        (cells[0].span, cells[1].span) = (0, 2);
    });
    let expected = LayoutError::Range {
        place: place(4, Some(1), Some(1)),
        what: "a cell's span",
        found: 0,
        min: 1,
        max: u32::MAX,
    };
    assert_eq!(zero, expected);
    let none =
        refused(|d| d.blocks.push(Block::Table(Table { columns: vec![], rows: vec![], caption: None })));
    assert!(matches!(none, LayoutError::Span { columns: 0, .. }));
    for weight in [0, WEIGHT_MAX + 1] {
        let error = refused(|d| table_of(d).columns[0].weight = weight);
        assert!(matches!(error, LayoutError::Range { what: "a column's weight", .. }), "{error}");
    }
}

#[test]
fn lists_are_bounded() {
    let error = |change: fn(&mut Document)| match refused(change) {
        LayoutError::TooMany { what, found, max, .. } => (what, found - max),
        other => panic!("{other}"),
    };
    let panel = || Panel { title: None, rows: vec![] };
    assert_eq!(error(|d| d.blocks = vec![Block::Rule; BLOCKS_COUNT_MAX + 1]), ("blocks", 1));
    let columns = |d: &mut Document| {
        let column = table_of(d).columns[0].clone();
        table_of(d).columns = vec![column; COLUMNS_COUNT_MAX + 1];
    };
    assert_eq!(error(columns), ("columns", 1));
    let rows = |d: &mut Document| {
        let row = table_of(d).rows[1].clone();
        table_of(d).rows = vec![row; ROWS_COUNT_MAX - 1];
        let second = Table { rows: table_of(d).rows.iter().take(2).cloned().collect(), ..table() };
        d.blocks.push(Block::Table(second));
    };
    assert_eq!(error(rows), ("table rows in the document", 1));
    let mut panels = document();
    panels.blocks.push(Block::Panels(vec![panel(); ABREAST_COUNT_MAX]));
    panels.blocks.push(Block::Signature(vec![String::new(); ABREAST_COUNT_MAX]));
    assert!(accept(&model(), &of(panels)).is_ok());
    let more = |d: &mut Document| {
        d.blocks.push(Block::Panels(vec![Panel { title: None, rows: vec![] }; ABREAST_COUNT_MAX + 1]))
    };
    assert_eq!(error(more), ("panels", 1));
    assert_eq!(
        error(|d| d.blocks.push(Block::Signature(vec![String::new(); ABREAST_COUNT_MAX + 1]))),
        ("signature fields", 1)
    );
    let rows = |d: &mut Document| {
        let row = KeyValue { label: String::new(), value: Value::Empty };
        d.blocks.push(Block::Panels(vec![Panel { title: None, rows: vec![row; PANEL_ROWS_COUNT_MAX + 1] }]));
    };
    assert_eq!(error(rows), ("rows of a panel", 1));
}

#[test]
fn blocks_and_pages_can_be_rendered() {
    for level in [0, 4] {
        let error = refused(|d| d.blocks[0] = Block::Heading { level, text: String::new() });
        assert_eq!(error, LayoutError::Heading { place: place(1, None, None), level });
    }
    for level in 1..=3 {
        let mut document = document();
        document.blocks[0] = Block::Heading { level, text: String::new() };
        assert!(accept(&model(), &of(document)).is_ok());
    }
    let space = refused(|d| d.blocks[4] = Block::Space(SPACE_MM_MAX + 1));
    assert!(matches!(space, LayoutError::Range { what: "space", .. }));
    let image = refused(|d| d.blocks[7] = Block::Image("seal".into()));
    assert_eq!(image, LayoutError::Image { place: place(8, None, None), name: "seal".into() });
    assert_eq!(
        refused(|d| d.language = " ".into()),
        LayoutError::NoLanguage { artefact: "statement".into() }
    );
    let page = |width, height, margin| {
        let mut document = document();
        (document.page.width, document.page.height, document.page.margin) = (width, height, margin);
        accept(&model(), &of(document))
    };
    for (width, height, margin) in [(50, 50, 5), (2000, 2000, 980), (210, 297, 85), (297, 210, 0)] {
        assert_eq!(page(width, height, margin), Ok(()), "{width} × {height}, {margin}");
    }
    for (width, height, margin) in
        [(49, 297, 0), (210, 2001, 0), (210, 297, 86), (297, 210, 86), (210, 297, u32::MAX), (210, 297, 200)]
    {
        let error = LayoutError::Page { artefact: "statement".into(), width, height, margin };
        assert_eq!(page(width, height, margin), Err(error));
    }
}

#[test]
fn artefacts_are_named_once_as_plain_files() {
    assert_eq!(accept(&model(), &layout_of(vec![])), Err(LayoutError::Empty));
    let bytes = |name: &str| artefact(name, Content::Bytes(vec![1]));
    let document_and = |more: Vec<Artefact>| {
        let mut all = of(document()).artefacts;
        all.extend(more);
        all
    };
    let named =
        |names: &[&str]| accept(&model(), &layout_of(document_and(names.iter().map(|n| bytes(n)).collect())));
    assert!(named(&["对账单", "data.csv", &"x".repeat(NAME_BYTES_MAX)]).is_ok());
    for bad in ["", ".hidden", "..", "a/b", "a\\b", "C:x", "a\nb", &"x".repeat(NAME_BYTES_MAX + 1)] {
        assert!(matches!(named(&[bad]), Err(LayoutError::Name { .. })), "{bad:?}");
    }
    assert!(
        matches!(named(&["a", "A"]), Err(LayoutError::Name { name, rule: "stands twice" }) if name == "A")
    );
    let many: Vec<String> = (0..ARTEFACTS_COUNT_MAX).map(|i| i.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(named(&many), Err(LayoutError::TooMany { what: "artefacts", .. })));
    assert!(named(&many[1..]).is_ok());
    for media_type in ["", "pdf", "/pdf", "application/"] {
        let odd = Artefact { media_type: media_type.into(), ..bytes("a") };
        let error = accept(&model(), &layout_of(vec![odd]));
        assert!(matches!(error, Err(LayoutError::MediaType { .. })), "{media_type}");
    }
    let sized = |bytes: usize| {
        accept(&model(), &layout_of(document_and(vec![artefact("a", Content::Bytes(vec![0; bytes]))])))
    };
    assert_eq!(sized(0), Err(LayoutError::NoBytes { artefact: "a".into() }));
    assert_eq!(sized(ARTEFACT_BYTES_MAX), Ok(()));
    assert!(matches!(sized(ARTEFACT_BYTES_MAX + 1), Err(LayoutError::TooMany { what: "bytes", .. })));
}

#[test]
fn a_statement_in_the_shape_that_is_sealed_is_read() {
    let model = json!({ "subject": {}, "sections": [], "assets": [] });
    let mut plain = document();
    plain.blocks.truncate(2);
    plain.blocks[0] = Block::Rule;
    assert_eq!(accept(&model, &of(plain.clone())), Ok(()));
    plain.blocks.push(Block::Panels(vec![Panel {
        title: None,
        rows: vec![KeyValue { label: String::new(), value: text("3 pages") }],
    }]));
    assert_eq!(accept(&model, &of(plain)), Ok(()));
}

#[path = "outputs_tests.rs"]
mod outputs;

#[test]
fn texts_with_control_characters_are_refused_by_place() {
    let found = |error| match error {
        LayoutError::Text { place, found } => (place.to_string(), found),
        other => panic!("{other}"),
    };
    let (place, character) = found(refused(|d| d.title = "Statement\0".into()));
    assert_eq!((place.starts_with("artefact"), character), (true, '\0'));
    let footer = refused(|d| d.page.footer = Some("page \u{1b}[7m{page}".into()));
    assert_eq!(found(footer).1, '\u{1b}');
    assert_eq!(found(with_value(text("a\rb")).unwrap_err()).1, '\r');
    with_value(text("two\n\tlines")).unwrap();
}
