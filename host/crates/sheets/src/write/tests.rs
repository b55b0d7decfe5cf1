#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::cell::Cell;
use crate::formula::guarded;
use crate::read::{self, Layout, Source, inspect};
use std::ops::ControlFlow;

const COLUMNS: [Column; 5] = [
    Column { zh: "编码", en: "Code" },
    Column { zh: "名称", en: "Name" },
    Column { zh: "金额", en: "Amount" },
    Column { zh: "日期", en: "Date" },
    Column { zh: "数量", en: "Quantity" },
];

fn rows() -> Vec<Vec<Value>> {
    let text = |text: &str| Value::Text(text.to_owned());
    let date = NaiveDate::from_ymd_opt(2026, 11, 5).unwrap();
    let jpy = Currency::parse("JPY").unwrap();
    vec![
        vec![
            text("C1"),
            text("=HYPERLINK(\"http://x\")"),
            Value::Money(Minor::new(123_450), Currency::CNY),
            Value::Date(date),
            Value::Decimal("1.50".parse().unwrap()),
        ],
        vec![
            text("-7"),
            text("@SUM(A1)"),
            Value::Money(Minor::new(-5), Currency::CNY),
            Value::Empty,
            Value::Count(3),
        ],
        vec![
            text("+86"),
            text("\tx\n\"y\""),
            Value::Money(Minor::new(70), jpy),
            Value::Date(date),
            Value::Empty,
        ],
        vec![
            text("big"),
            Value::Empty,
            Value::Money(Minor::new(9_007_199_254_740_993), Currency::CNY),
            Value::Empty,
            Value::Empty,
        ],
    ]
}

fn written(format: Format, language: Language) -> Vec<u8> {
    let mut writer = Writer::new(format, Output::memory(), "客户/清单", &COLUMNS, language).unwrap();
    for row in rows() {
        writer.row(&row).unwrap();
    }
    writer.finish().unwrap().into_bytes()
}

fn read_back(bytes: Vec<u8>) -> (Vec<String>, Vec<Vec<Cell>>) {
    let source = Source::Bytes(bytes.into());
    let layout = inspect(&source, None).unwrap();
    let mut found = Vec::new();
    read::rows(&source, &layout, &mut |row| -> ControlFlow<()> {
        found.push(row.cells);
        ControlFlow::Continue(())
    })
    .unwrap();
    (layout.headers, found)
}

#[test]
fn csv_holds_plain_values_and_no_formulas() {
    let text = String::from_utf8(written(Format::Csv, Language::Chinese)).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], "\u{feff}编码,名称,金额,日期,数量");
    assert_eq!(lines[1], "C1,\"'=HYPERLINK(\"\"http://x\"\")\",1234.50,2026-11-05,1.5");
    assert_eq!(lines[2], "'-7,'@SUM(A1),-0.05,,3");
    assert!(lines[3].starts_with("'+86,\"'\tx\n\"\"y\"\"\",70,"), "{}", lines[3]);
    assert_eq!(lines[4], "big,,90071992547409.93,,");
    // no cell of text begins as a formula does
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    for record in reader.records().map(|record| record.unwrap()) {
        for cell in [&record[0], &record[1]] {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
    }
}

#[test]
fn full_width_signs_are_no_formulas_either() {
    for text in ["＝1+1", "＋86", "－5", "＠SUM(A1)"] {
        let written = guarded(text, b',');
        assert_eq!(written, format!("'{text}"));
        assert_eq!(Cell::text(&written), Cell::Text(text.to_owned()), "read back as it was");
    }
    assert_eq!(guarded("甲＝乙", b','), "甲＝乙");
}

#[test]
fn what_is_written_reads_back() {
    for format in [Format::Csv, Format::Xlsx] {
        let (headers, rows) = read_back(written(format, Language::English));
        assert_eq!(headers, ["Code", "Name", "Amount", "Date", "Quantity"]);
        assert_eq!(rows[0][1], Cell::Text("=HYPERLINK(\"http://x\")".to_owned()), "{format:?}");
        assert_eq!(rows[1][0].shown(), "-7", "{format:?}");
        assert_eq!(rows[0][2].shown().parse::<rust_decimal::Decimal>().unwrap(), "1234.50".parse().unwrap());
        assert_eq!(rows[0][3].shown(), "2026-11-05");
        assert_eq!(rows[3][2].shown(), "90071992547409.93", "{format:?}: no digit is lost");
    }
}

#[test]
fn xlsx_holds_numbers_dates_and_strings() {
    let (_, rows) = read_back(written(Format::Xlsx, Language::Chinese));
    assert_eq!(rows[0][2], Cell::Number("1234.5".to_owned()));
    assert!(matches!(rows[0][3], Cell::Date(_)), "{:?}", rows[0][3]);
    assert_eq!(rows[1][0], Cell::Text("-7".to_owned()));
    assert_eq!(
        (&rows[1][2], &rows[2][2]),
        (&Cell::Number("-0.05".to_owned()), &Cell::Number("70".to_owned()))
    );
    assert_eq!(rows[1][4], Cell::Number("3".to_owned()));
}

#[test]
fn an_instant_is_a_date_and_a_time_of_day() {
    use calamine::Reader as _;
    let day = NaiveDate::from_ymd_opt(2026, 11, 5).unwrap();
    let at = day.and_hms_micro_opt(23, 59, 58, 123_456).unwrap();
    let columns = [Column { zh: "时间", en: "At" }];
    let file = |format| {
        let mut writer =
            Writer::new(format, Output::memory(), "events", &columns, Language::English).unwrap();
        writer.row(&[Value::Instant(at)]).unwrap();
        writer.finish().unwrap().into_bytes()
    };
    let csv = String::from_utf8(file(Format::Csv)).unwrap();
    assert_eq!(csv.lines().nth(1), Some("2026-11-05T23:59:58.123456Z"));
    let mut book = calamine::Xlsx::new(Cursor::new(file(Format::Xlsx))).unwrap();
    let cells = book.worksheet_range("events").unwrap();
    let Some(calamine::Data::DateTime(found)) = cells.get_value((1, 0)) else { panic!("{cells:?}") };
    assert!(found.is_datetime());
    let (year, month, date, hour, minute, second, _) = found.to_ymd_hms_milli();
    assert_eq!((year, month, date, hour, minute, second), (2026, 11, 5, 23, 59, 58));
}

#[test]
fn formats_have_names_and_media_types() {
    for format in [Format::Csv, Format::Xlsx] {
        assert_eq!(Format::by_name(format.name()), Some(format));
        assert_eq!(Format::by_media_type(format.media_type().split(';').next().unwrap()), Some(format));
    }
    assert_eq!(Format::by_media_type("application/json"), None);
}

#[test]
fn refused_rows_make_a_file_that_the_same_mapping_reads() {
    for (text, encoding) in [
        ("标题;\n\ncode;=名称\nC1;甲\nC2;'=1\nC3;-5,00\n", "utf-8"),
        ("标题;\n\ncode;=名称\nC1;甲\nC2;'=1\nC3;-5,00\n", "gb18030"),
    ] {
        let label = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
        let source = Source::Bytes(label.encode(text).0.as_ref().into());
        let mapping = serde_json::from_value(
            serde_json::json!({"encoding": encoding, "delimiter": ";", "header_row": 3}),
        )
        .unwrap();
        let layout = inspect(&source, Some(&mapping)).unwrap();
        let mut rejects = Rejects::new(&layout, Output::memory()).unwrap();
        let mut all = Vec::new();
        read::rows(&source, &layout, &mut |row| -> ControlFlow<()> {
            rejects.row(&row, "第一行\nB2: 不行").unwrap();
            all.push(row);
            ControlFlow::Continue(())
        })
        .unwrap();
        let written = rejects.finish().unwrap().into_bytes();
        // headings are somebody's text, too
        assert!(label.decode(&written).0.contains("code;'=名称;import_error"), "{encoding}");
        let again = Source::Bytes(written.into());
        let layout = inspect(&again, Some(&mapping)).unwrap();
        assert_eq!((layout.header_row, layout.headers.join("|")), (3, "code|=名称|import_error".to_owned()));
        let mut found = Vec::new();
        read::rows(&again, &layout, &mut |row| -> ControlFlow<()> {
            found.push((row.number, row.cells[..2].to_vec()));
            assert_eq!(row.cells[2].shown(), "第一行 B2: 不行");
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(
            found,
            all.into_iter().map(|row| (row.number, row.cells)).collect::<Vec<_>>(),
            "{encoding}"
        );
    }
    let source = Source::Bytes(written(Format::Xlsx, Language::English).into());
    let layout = inspect(&source, None).unwrap();
    let mut rejects = Rejects::new(&layout, Output::memory()).unwrap();
    read::rows(&source, &layout, &mut |row| -> ControlFlow<()> {
        rejects.row(&row, "no").unwrap();
        ControlFlow::Continue(())
    })
    .unwrap();
    let (headers, rows) = read_back(rejects.finish().unwrap().into_bytes());
    assert_eq!((headers.len(), headers[5].as_str()), (6, "import_error"));
    assert_eq!(
        (&rows[0][2], &rows[0][5]),
        (&Cell::Number("1234.5".to_owned()), &Cell::Text("no".to_owned()))
    );
    assert!(matches!(rows[0][3], Cell::Date(_)));
}

#[test]
fn refused_rows_stand_in_a_sheet_of_the_same_name() {
    for (title, written) in [("Kunden '26", "Kunden '26"), ("'26", "26"), ("a/b", "ab"), ("?", "1")] {
        let layout = Layout {
            format: read::Format::Workbook { sheet: title.to_owned(), others: Vec::new(), from_1904: false },
            header_row: 1,
            headers: vec!["code".to_owned(), "name".to_owned()],
        };
        let mut rejects = Rejects::new(&layout, Output::memory()).unwrap();
        let cells = vec![Cell::Text("C1".to_owned()), Cell::Empty];
        rejects.row(&read::Row { number: 2, cells, rounded: Vec::new() }, "no").unwrap();
        let again = Source::Bytes(rejects.finish().unwrap().into_bytes().into());
        let mapping = serde_json::from_value(serde_json::json!({"sheet": written})).unwrap();
        let found = inspect(&again, Some(&mapping)).unwrap_or_else(|error| panic!("{title}: {error}"));
        assert_eq!(found.headers, ["code", "name", "import_error"], "{title}");
    }
}

#[test]
fn a_refused_row_holds_no_formula_for_another_list_separator() {
    let text = "code;名称\n-ABC5;X,=1+1\n-US$5;-5,00\n";
    let source = Source::Bytes(text.as_bytes().into());
    let mapping = serde_json::from_value(serde_json::json!({"delimiter": ";"})).unwrap();
    let layout = inspect(&source, Some(&mapping)).unwrap();
    let mut rejects = Rejects::new(&layout, Output::memory()).unwrap();
    let mut all = Vec::new();
    read::rows(&source, &layout, &mut |row| -> ControlFlow<()> {
        rejects.row(&row, "=1+1 is no number").unwrap();
        all.push(row.cells);
        ControlFlow::Continue(())
    })
    .unwrap();
    let written = String::from_utf8(rejects.finish().unwrap().into_bytes()).unwrap();
    let lines: Vec<&str> = written.split("\r\n").skip(1).collect();
    assert_eq!(lines, ["'-ABC5;X,'=1+1;'=1+1 is no number", "'-US$5;-5,00;'=1+1 is no number", ""]);
    let again = Source::Bytes(written.into_bytes().into());
    let layout = inspect(&again, Some(&mapping)).unwrap();
    let mut found = Vec::new();
    read::rows(&again, &layout, &mut |row| -> ControlFlow<()> {
        found.push(row.cells[..2].to_vec());
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(found, all);
}
