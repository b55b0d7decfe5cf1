//! PDFs read back: pages, fonts, text, structure, and that nothing leaves the paper.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::float_arithmetic)]

mod poppler;
mod sample;

use domain::layout::{Align, Block, Document, Row, RowKind, Table, Value};
use render::format::Locale;
use render::{Assets, FontSource, Rendered, Renderer};
use sample::{cell, column, document, paragraph, row, text};
use std::collections::BTreeMap;

fn pdf(document: &Document) -> Rendered {
    sample::renderer().pdf(document, &sample::assets()).unwrap()
}

/// Every value of the document that is printed unbroken, with the number of times it stands there.
fn figures(document: &Document) -> BTreeMap<String, usize> {
    let locale = Locale::of(&document.language);
    let mut values: Vec<&Value> = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Table(table) => {
                values.extend(table.rows.iter().flat_map(|row| &row.cells).map(|cell| &cell.value))
            }
            Block::Panels(panels) => {
                values.extend(panels.iter().flat_map(|panel| &panel.rows).map(|row| &row.value))
            }
            _ => {}
        }
    }
    let mut counts = BTreeMap::new();
    for value in values.into_iter().filter(|value| matches!(value, Value::Money(_))) {
        for word in locale.value(value).split('\u{a0}') {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// All words lie between the margins of the page, and on the paper from top to bottom.
fn assert_inside(document: &Document, pdf: &[u8]) {
    let point = 72.0 / 25.4;
    let page = &document.page;
    let (left, right) = (f64::from(page.margin) * point, f64::from(page.width - page.margin) * point);
    for word in poppler::words(pdf) {
        assert!(
            word.left >= left - 1.0 && word.right <= right + 1.0,
            "{word:?} is not between {left} and {right}"
        );
        assert!(
            word.top >= 0.0 && word.bottom <= f64::from(page.height) * point,
            "{word:?} is off the paper"
        );
    }
}

#[test]
fn both_statements_are_whole_and_small() {
    for document in [sample::chinese(60), sample::english(60)] {
        let made = pdf(&document);
        let info = poppler::info(&made.bytes);
        assert_eq!(info["Pages"], made.pages.to_string());
        assert_eq!(info["Title"], document.title);
        assert_eq!(info["Tagged"], "yes");
        assert!(info["Page size"].contains("A4"), "{info:?}");
        assert!(!info.contains_key("CreationDate"), "a clock went into the bytes");
        assert_eq!(made.missing_glyphs, 0);
        assert_inside(&document, &made.bytes);

        let words = poppler::words(&made.bytes);
        for (figure, count) in figures(&document) {
            let printed = words.iter().filter(|word| word.text == figure).count();
            assert!(printed >= count, "{figure} stands {count} times in the model, {printed} times on paper");
        }
    }
}

#[test]
fn a_statement_of_two_pages_embeds_small_subsets() {
    let made = pdf(&sample::chinese(22));
    assert_eq!(made.pages, 2);
    assert!(made.bytes.len() < 300_000, "{} bytes", made.bytes.len());
    let fonts = poppler::fonts(&made.bytes);
    assert!(!fonts.is_empty());
    for (name, flags) in fonts {
        assert_eq!(flags, [true; 3], "{name} is not embedded as a subset with its characters");
        let simplified =
            sample::renderer().fonts().family() != "Noto Sans CJK SC" || name.contains("NotoSansCJKsc");
        assert!(simplified, "{name} is the face of another language");
    }
}

#[test]
fn figures_end_at_one_edge_and_all_digits_are_equally_wide() {
    let figure = |minor: i64| row(RowKind::Body, vec![cell(text("t")), cell(sample::money(minor, "EUR"))]);
    let rows = vec![figure(111_111), figure(888_888), figure(-111_111), figure(400), figure(123_456_789)];
    let columns = vec![column("Text", Align::Start, 1), column("Amount", Align::Start, 1)];
    let made = pdf(&document("en", vec![Block::Table(Table { columns, rows, caption: None })]));
    let words = poppler::words(&made.bytes);
    let of = |text: &str| words.iter().find(|word| word.text == text).unwrap();
    let edge = of("Amount").right;
    for text in ["1,111.11", "8,888.88", "-1,111.11", "4.00", "1,234,567.89"] {
        assert!((of(text).right - edge).abs() < 0.2, "{:?} does not end at {edge}", of(text));
    }
    let width = |text: &str| of(text).right - of(text).left;
    assert!((width("1,111.11") - width("8,888.88")).abs() < 0.01);
}

/// With nothing but a regular face, bold is drawn by thickening: the text is the same, one font is embedded.
#[cfg(unix)]
#[test]
fn without_a_bold_face_the_regular_one_is_thickened() {
    let renderer = sample::renderer();
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join(renderer.fonts().path().file_name().unwrap());
    std::os::unix::fs::symlink(renderer.fonts().path(), &alone).unwrap();
    let regular = FontSource::find(Some(&alone)).unwrap();
    if regular.has_bold() {
        // a collection with all weights in one file cannot be parted
        assert_eq!(regular.family(), renderer.fonts().family());
        return;
    }
    let document = sample::chinese(6);
    let made = Renderer::new(regular).pdf(&document, &sample::assets()).unwrap();
    assert_eq!(poppler::fonts(&made.bytes).len(), 1);
    assert_eq!(poppler::squeezed(&made.bytes), poppler::squeezed(&pdf(&document).bytes));
}

#[test]
fn column_titles_stand_once_on_every_page_of_a_table() {
    let document = sample::chinese(60);
    let made = pdf(&document);
    let pages = poppler::pages(&made.bytes);
    let mut tables = 0;
    for (number, page) in pages.iter().enumerate() {
        let rows = ["INV-2026-", "RCT-2026-", "CN-2026-"]
            .iter()
            .map(|kind| page.matches(kind).count())
            .sum::<usize>();
        let titles = page.lines().filter(|line| line.contains("单据号") && line.contains("余额")).count();
        assert_eq!(titles, usize::from(rows > 0), "page {number}:\n{page}");
        tables += titles;
        assert!(page.contains(&format!("第 {} 页，共 {} 页", number + 1, pages.len())), "{page}");
        assert!(page.contains("上海示例贸易有限公司") && page.contains("对账单 ST-2026-02-00017"), "{page}");
    }
    assert!(tables >= 3, "the table reaches over {tables} pages only");
}

#[test]
fn chinese_text_comes_out_as_it_went_in() {
    let made = pdf(&sample::chinese(10));
    let squeezed = poppler::squeezed(&made.bytes);
    for expected in [
        "客户对账单",
        "杭州某某机电设备有限责任公司",
        "统一社会信用代码",
        "二〇二六年一月签订的补充协议冲销",
        "诉讼时效中断的证据。",
    ] {
        assert!(squeezed.contains(expected), "{expected} is not in {squeezed}");
    }
}

#[test]
fn no_line_begins_with_closing_or_ends_with_opening_punctuation() {
    let sentence = "经核对，贵公司（以下简称“甲方”）于二〇二六年一月份，应付我公司货款：人民币壹佰万元整；其中：发票金额、运费、包装费等，详见《附件一》！请确认？谢谢。";
    let mut lines = 0;
    for width in 60..110 {
        let mut narrow = document("zh-CN", vec![paragraph(sentence)]);
        (narrow.page.width, narrow.page.height, narrow.page.margin) = (width, 200, 10);
        let made = pdf(&narrow);
        for line in poppler::pages(&made.bytes).iter().flat_map(|page| page.lines()).map(str::trim) {
            lines += usize::from(!line.is_empty());
            assert!(
                !line.starts_with(['，', '。', '；', '：', '！', '？', '）', '》', '”', '、']),
                "{width} mm: {line}"
            );
            assert!(!line.ends_with(['（', '《', '“']), "{width} mm: {line}");
        }
    }
    assert!(lines > 150, "only {lines} lines were looked at");
}

#[test]
fn the_structure_tree_has_headings_and_tables() {
    let made = pdf(&sample::english(8));
    let tree = poppler::structure(&made.bytes);
    for part in ["H1", "H2", "Table", "THead", "TBody", "TR", "TH", "TD", "Figure", "Caption"] {
        assert!(tree.lines().any(|line| line.trim_start().starts_with(part)), "no {part} in\n{tree}");
    }
    assert!(tree.contains("\"Statement of Account\""), "{tree}");
    let bytes = String::from_utf8_lossy(&made.bytes);
    assert!(bytes.contains("/Outlines"), "no bookmarks");
}

#[test]
fn the_same_document_gives_the_same_bytes_in_every_thread() {
    let document = sample::chinese(30);
    let first = pdf(&document);
    let renderer = sample::renderer();
    let others: Vec<Rendered> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(|| renderer.pdf(&document, &sample::assets()).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for other in others {
        assert!(other == first, "{} and {} bytes differ", other.bytes.len(), first.bytes.len());
    }
}

/// One row under a heading, after so many lines that it falls on every place of a page.
#[test]
fn headings_sections_and_totals_are_never_parted_from_their_rows() {
    let table = || Table {
        columns: vec![column("Item", Align::Start, 3), column("Amount", Align::End, 1)],
        rows: vec![
            row(RowKind::Section, vec![cell(text("SectionMark"))]),
            row(RowKind::Body, vec![cell(text("BodyMark")), cell(sample::money(100, "EUR"))]),
            row(RowKind::Subtotal, vec![cell(text("SubtotalMark")), cell(sample::money(100, "EUR"))]),
            row(RowKind::Total, vec![cell(text("TotalMark")), cell(sample::money(100, "EUR"))]),
        ],
        caption: Some("CaptionMark".to_owned()),
    };
    let mut broken = 0;
    for lines in 0..60 {
        let mut blocks: Vec<Block> = (0..lines).map(|_| paragraph("filler")).collect();
        blocks.push(Block::Heading { level: 2, text: "HeadingMark".to_owned() });
        blocks.push(Block::Table(table()));
        let made = pdf(&document("en", blocks));
        let words = poppler::words(&made.bytes);
        let marks: Vec<usize> =
            words.iter().filter(|word| word.text.ends_with("Mark")).map(|word| word.page).collect();
        assert_eq!(marks.len(), 6, "{lines} lines before");
        assert!(marks.iter().all(|page| *page == marks[0]), "{lines} lines before: pages {marks:?}");
        broken += usize::from(marks[0] > 1 && lines < 45);
    }
    assert!(broken > 0, "no table was near a page's end");
}

#[test]
fn a_row_taller_than_a_page_is_broken_by_lines_and_others_are_not() {
    let long: String = (0..4000).map(|index| format!("w{index} ")).collect();
    let rows: Vec<Row> = vec![
        row(RowKind::Body, vec![cell(text("before")), cell(sample::money(1, "EUR"))]),
        row(RowKind::Body, vec![cell(text(&long)), cell(sample::money(123_456, "EUR"))]),
        row(RowKind::Body, vec![cell(text("after")), cell(sample::money(3, "EUR"))]),
    ];
    let columns = vec![column("Text", Align::Start, 4), column("Amount", Align::End, 1)];
    let document = document("en", vec![Block::Table(Table { columns, rows, caption: None })]);
    let made = pdf(&document);
    assert!(made.pages >= 3);
    assert_inside(&document, &made.bytes);
    let words = poppler::words(&made.bytes);
    for index in 0..4000 {
        let expected = format!("w{index}");
        assert_eq!(words.iter().filter(|word| word.text == expected).count(), 1, "{expected}");
    }
    assert_eq!(
        words.iter().filter(|word| word.text == "Amount").count(),
        usize::try_from(made.pages).unwrap()
    );
    let figure: Vec<usize> =
        words.iter().filter(|word| word.text == "1,234.56").map(|word| word.page).collect();
    assert_eq!(figure, [1]);
}

#[test]
fn long_words_many_columns_and_huge_figures_stay_on_the_paper() {
    let word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(6);
    let wide = |count: usize| {
        let columns = (0..count).map(|index| column(&format!("Column {index}"), Align::Start, 1)).collect();
        let figure = |_| cell(sample::money_with_code(-123_456_789_012_345, "EUR"));
        let rows = vec![row(RowKind::Body, (0..count).map(figure).collect())];
        Block::Table(Table { columns, rows, caption: None })
    };
    let words_table = Table {
        columns: vec![
            column(&word, Align::Start, 0),
            column("x", Align::Center, u32::MAX),
            column("", Align::End, 0),
        ],
        rows: vec![row(RowKind::Body, vec![cell(text(&word)), cell(text("短")), cell(text(&word))])],
        caption: Some(word.clone()),
    };
    let panels = vec![domain::layout::Panel {
        title: Some(word.clone()),
        rows: vec![domain::layout::KeyValue { label: word.clone(), value: text(&word) }],
    }];
    let mut document = document(
        "en",
        vec![
            Block::Heading { level: 1, text: word.clone() },
            paragraph(&word),
            Block::Table(words_table),
            wide(3),
            wide(7),
            wide(40),
            Block::Panels(panels),
            Block::Signature(vec![word.clone(), word.clone(), "short".to_owned()]),
        ],
    );
    document.page.header = Some(format!("{word}\t{word}"));
    document.page.footer = Some(format!("{word} {{page}}"));
    assert_inside(&document, &pdf(&document).bytes);
}

#[test]
fn a_panel_taller_than_a_page_is_broken() {
    let rows =
        (0..200).map(|index| domain::layout::KeyValue { label: format!("k{index}"), value: text("v") });
    let panels = vec![domain::layout::Panel { title: Some("Long".to_owned()), rows: rows.collect() }];
    let document = document("en", vec![Block::Panels(panels)]);
    let made = pdf(&document);
    assert!(made.pages > 2);
    let words = poppler::words(&made.bytes);
    assert!((0..200).all(|index| words.iter().any(|word| word.text == format!("k{index}"))));
    assert_inside(&document, &made.bytes);
}

#[test]
fn breaks_and_spaces_make_no_empty_pages() {
    let blocks = vec![
        Block::PageBreak,
        paragraph("one"),
        Block::PageBreak,
        Block::PageBreak,
        Block::Space(u32::MAX),
        paragraph("two"),
        Block::Rule,
        Block::PageBreak,
    ];
    let made = pdf(&document("en", blocks));
    let pages = poppler::pages(&made.bytes);
    let filled: Vec<&str> = pages.iter().map(|page| page.trim()).filter(|page| !page.is_empty()).collect();
    assert_eq!(filled, ["one", "two"]);
    assert!(made.pages <= 3, "{} pages", made.pages);
}

#[test]
fn characters_without_a_glyph_are_counted_not_refused() {
    // private use: no font of a system has it
    let made = pdf(&document("en", vec![paragraph("a\u{f8123}b\u{f8124}")]));
    assert_eq!(made.missing_glyphs, 2);
    assert_eq!(made.pages, 1);
}

#[test]
fn ten_thousand_rows_are_set() {
    let rows = 10_000;
    let document = sample::chinese(rows);
    let made = sample::renderer().pdf(&document, &sample::assets()).unwrap();
    let pages = poppler::pages(&made.bytes);
    assert_eq!(pages.len(), usize::try_from(made.pages).unwrap());
    let printed: usize = pages.iter().map(|page| page.matches("-2026-").count()).sum();
    // page headers name the statement once a page, and its subtitle once more
    assert_eq!(printed, rows + 1 + pages.len());
}

#[test]
fn the_smallest_and_largest_pages_are_set() {
    for (width, height, margin) in [(50, 50, 5), (2000, 2000, 0), (50, 2000, 0), (420, 297, 15)] {
        let mut document = sample::chinese(3);
        (document.page.width, document.page.height, document.page.margin) = (width, height, margin);
        let made = pdf(&document);
        assert!(made.pages >= 1);
        assert_inside(&document, &made.bytes);
    }
}

#[test]
fn an_empty_document_is_one_empty_page() {
    let made = sample::renderer().pdf(&document("", Vec::new()), &Assets::new()).unwrap();
    assert_eq!(made.pages, 1);
    assert_eq!(poppler::pages(&made.bytes).concat().trim(), "");
}
