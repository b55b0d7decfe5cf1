#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
#![allow(clippy::float_arithmetic)] // as Excel does it
use super::*;
use chrono::NaiveDate;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook};

fn source(bytes: &[u8]) -> Source {
    Source::Bytes(bytes.to_vec().into())
}

fn mapping(json: &str) -> Mapping {
    serde_json::from_str(json).unwrap()
}

fn read(bytes: &[u8], mapping: Option<&Mapping>) -> Result<(Layout, Vec<Row>), SheetError> {
    let source = source(bytes);
    let layout = inspect(&source, mapping)?;
    let mut found = Vec::new();
    rows(&source, &layout, &mut |row| -> ControlFlow<()> {
        found.push(row);
        ControlFlow::Continue(())
    })?;
    Ok((layout, found))
}

fn shown(rows: &[Row]) -> Vec<(u64, Vec<String>)> {
    rows.iter().map(|row| (row.number, row.cells.iter().map(Cell::shown).collect())).collect()
}

fn in_encoding(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf16Le => {
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }
        Encoding::Utf16Be => {
            [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        }
        other => other.table().encode(text).0.into_owned(),
    }
}

const TEXT: &str = "客户编码,客户名称,金额\r\nC1,澄湖精密机电（苏州）有限公司,\"1,234.50\"\r\n\r\nC2,\"两行\n地址\",7\r\nC3,名,8\r\n";

#[test]
fn chinese_is_read_in_every_encoding_it_comes_in() {
    let expected = vec![
        (2, vec!["C1".to_owned(), "澄湖精密机电（苏州）有限公司".to_owned(), "1,234.50".to_owned()]),
        (4, vec!["C2".to_owned(), "两行\n地址".to_owned(), "7".to_owned()]),
        // the line feed inside of a cell makes no row
        (5, vec!["C3".to_owned(), "名".to_owned(), "8".to_owned()]),
    ];
    for (encoding, bytes) in [
        (Encoding::Utf8, TEXT.as_bytes().to_vec()),
        (Encoding::Utf8, format!("\u{feff}{TEXT}").into_bytes()),
        (Encoding::Gb18030, in_encoding(TEXT, Encoding::Gb18030)),
        (Encoding::Utf16Le, in_encoding(TEXT, Encoding::Utf16Le)),
        (Encoding::Utf16Be, in_encoding(TEXT, Encoding::Utf16Be)),
    ] {
        let (layout, rows) = read(&bytes, None).unwrap();
        assert_eq!(layout.headers, ["客户编码", "客户名称", "金额"], "{encoding}");
        assert_eq!(layout.format, Format::Delimited { encoding, delimiter: b',' });
        assert_eq!(shown(&rows), expected, "{encoding}");
    }
}

#[test]
fn what_may_be_two_encodings_is_asked_and_never_spoilt() {
    let latin = in_encoding("code,name\nC1,Müller & Söhne GmbH\nC2,Café Zoë\n", Encoding::Windows1252);
    let refused = read(&latin, None).unwrap_err();
    assert!(matches!(refused, SheetError::Encoding), "{refused}");
    assert!(refused.to_string().contains("windows-1252"));
    // two letters with accents in a row are a Chinese character, too
    for names in ["Jää Oy", "Jää Oy\nC2,Sää Oy\nC3,Pääsky\nC4,Hää Oy\nC5,Kuu ja Maaöö", "ää"] {
        let finnish = in_encoding(&format!("code,name\nC1,{names}\n"), Encoding::Windows1252);
        assert!(matches!(read(&finnish, None), Err(SheetError::Encoding)), "{names}");
    }
    for name in ["A座", "甲A乙", "中国IBM公司B座"] {
        let chinese = in_encoding(&format!("客户编码,名称\nC1,{name}\n"), Encoding::Gb18030);
        assert_eq!(read(&chinese, None).unwrap().1[0].cells[1].shown(), name);
    }
    let named = mapping(r#"{"encoding": "windows-1252"}"#);
    assert_eq!(read(&latin, Some(&named)).unwrap().1[0].cells[1].shown(), "Müller & Söhne GmbH");
    // named wrongly, it is refused at its row, and not read with other characters in it
    let wrong = mapping(r#"{"encoding": "utf-8"}"#);
    let refused = read(&latin, Some(&wrong)).unwrap_err();
    assert!(matches!(refused, SheetError::Malformed { row: 2, at: 14, .. }), "{refused:?}");
    let mut broken = in_encoding(TEXT, Encoding::Gb18030);
    broken.extend([0xb0, b'\n']);
    let refused = read(&broken, Some(&mapping(r#"{"encoding": "gb18030"}"#))).unwrap_err();
    // line 7 of the file: a cell of two lines is one row
    assert!(
        matches!(refused, SheetError::Malformed { encoding: Encoding::Gb18030, row: 6, .. }),
        "{refused:?}"
    );
}

#[test]
fn delimiters_are_found_or_asked() {
    for (text, delimiter) in [
        ("a;b;c\n1,5;2;3\n1,6;2;3\n", b';'),
        ("a\tb\n1,5\t2\n", b'\t'),
        ("a|b\n1|2\n", b'|'),
        ("a\n1\n", b','),
        ("客户账,2026,\nCode,Name,Date\n1,\"x;y\",3\n", b','),
    ] {
        let layout = inspect(&source(text.as_bytes()), None).unwrap();
        assert_eq!(layout.format, Format::Delimited { encoding: Encoding::Utf8, delimiter }, "{text}");
    }
    let both = b"a,x;b\n1,2;3\n";
    assert!(matches!(inspect(&source(both), None), Err(SheetError::Delimiter(_))));
    let layout = inspect(&source(both), Some(&mapping(r#"{"delimiter": ";"}"#))).unwrap();
    assert_eq!(layout.headers, ["a,x", "b"]);
}

#[test]
fn a_title_above_the_headings_is_none_of_them() {
    let text = "应收账款明细表,,\n2026年11月,,\n客户编码,金额,到期日\nC1,5,2026-12-01\n";
    let (layout, rows) = read(text.as_bytes(), None).unwrap();
    assert_eq!((layout.header_row, rows.len()), (3, 1));
    let named = mapping(r#"{"header_row": 1}"#);
    assert_eq!(inspect(&source(text.as_bytes()), Some(&named)).unwrap().headers, ["应收账款明细表"]);
    let none = mapping(r#"{"header_row": 9}"#);
    assert!(matches!(inspect(&source(text.as_bytes()), Some(&none)), Err(SheetError::NoHeadings { row: 9 })));
}

#[test]
fn headings_of_merged_cells_stand_in_the_last_row_that_they_reach() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Style::new();
    sheet.merge_range(0, 0, 0, 4, "应收账款", &plain).unwrap();
    sheet.merge_range(1, 0, 1, 1, "客户", &plain).unwrap();
    sheet.merge_range(1, 2, 2, 2, "国家", &plain).unwrap();
    sheet.merge_range(1, 3, 2, 3, "币种", &plain).unwrap();
    sheet.merge_range(1, 4, 2, 4, "账期", &plain).unwrap();
    for (row, cells) in [(2, ["客户编码", "客户名称", "", "", ""]), (3, ["C1", "甲", "CN", "CNY", "30"])]
    {
        for (column, cell) in (0u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    for named in [None, Some(mapping(r#"{"header_row": 3}"#))] {
        let (layout, rows) = read(&bytes, named.as_ref()).unwrap();
        let headers = ["客户编码", "客户名称", "国家", "币种", "账期"];
        assert_eq!(
            (layout.header_row, layout.headers.as_slice()),
            (3, headers.map(str::to_owned).as_slice())
        );
        assert_eq!(shown(&rows), [(4, ["C1", "甲", "CN", "CNY", "30"].map(str::to_owned).to_vec())]);
    }
    // what is not merged down to it heads nothing below
    let named = mapping(r#"{"header_row": 2}"#);
    let above = inspect(&source(&bytes), Some(&named)).unwrap();
    assert_eq!(above.headers, ["客户", "", "国家", "币种", "账期"]);
}

#[test]
fn files_that_are_no_sheets_say_what_they_are() {
    assert!(matches!(read(b"", None), Err(SheetError::Empty)));
    assert!(matches!(read(&[0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3, 4], None), Err(SheetError::Legacy)));
    assert!(matches!(read(b"a,b\n1,\0\n", None), Err(SheetError::Binary { at: 6 })));
    assert!(matches!(read(b"PK\x03\x04 broken", None), Err(SheetError::Workbook(_))));
    assert!(matches!(read(b"\n\n", None), Err(SheetError::NoHeading)));
    // a cell too many is the fault of its row alone
    let (_, found) = read(b"a,b\n1,2\n3,4,5\n6,7,,\n", None).unwrap();
    let cells: Vec<usize> = found.iter().map(|row| row.cells.len()).collect();
    assert_eq!(cells, [2, 3, 2], "{found:?}");
}

#[test]
fn a_quotation_mark_that_is_not_closed_is_told_at_its_cell_and_takes_nothing_in() {
    let first = "a,b\n1,\"two\nlines\"\n";
    let rows = "4,d\n".repeat(1000);
    for text in [
        // to the end of a short file, beyond the lines of a cell, beyond its characters
        format!("{first}2,\"c\n3,d\n"),
        format!("{first}2,\"c\n{rows}"),
        format!("{first}2,\"{}\n", "x".repeat(CELL_CHARS_MAX + 1)),
        format!("{first}2,\"c"),
    ] {
        let source = source(text.as_bytes());
        let layout = inspect(&source, None).unwrap_or(Layout {
            format: Format::Delimited { encoding: Encoding::Utf8, delimiter: b',' },
            header_row: 1,
            headers: vec!["a".to_owned(), "b".to_owned()],
        });
        let mut before = 0;
        let refused = rows_of(&source, &layout, &mut before).unwrap_err();
        // row 2 has two lines, but is one
        assert!(matches!(&refused, SheetError::Unclosed { cell } if cell == "B3"), "{refused}");
        assert_eq!(before, 1, "what stands before it was read");
    }
    let fits = format!("a,b\n1,\"{}\"\n2,\"{}\"\n", "x".repeat(CELL_CHARS_MAX), "\n".repeat(CELL_LINES_MAX));
    assert_eq!(read(fits.as_bytes(), None).unwrap().1.len(), 1 + 1);
    let marks = "a,b\n1,\"say \"\"so\"\" \" \n2,5\" pipe\n";
    let shown: Vec<String> =
        read(marks.as_bytes(), None).unwrap().1.iter().map(|row| row.cells[1].shown()).collect();
    assert_eq!(shown, ["say \"so\"", "5\" pipe"]);
    let behind = read(b"a,b\n1,\"x\" y\n", None).unwrap_err();
    assert!(matches!(&behind, SheetError::BehindQuote { cell } if cell == "B2"), "{behind}");
    let long = format!("a,b\n1,{}\n", "x".repeat(CELL_CHARS_MAX + 1));
    assert!(matches!(read(long.as_bytes(), None), Err(SheetError::CellTooLong { cell }) if cell == "B2"));
    let wide = format!("a,b\n1,2{}\n", format!(",{}", "x".repeat(30_000)).repeat(150));
    assert!(matches!(read(wide.as_bytes(), None), Err(SheetError::RowTooLong { row: 2 })));
}

#[test]
fn headings_leave_room_for_the_file_of_refused_rows() {
    let headed = |columns: u16, row: u32, last: &str| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for column in 0..columns - 1 {
            sheet.write_string(row, column, format!("h{column}")).unwrap();
        }
        sheet.write_string(row, columns - 1, last).unwrap();
        inspect(&source(&book.save_to_buffer().unwrap()), None).map(|layout| layout.headers.len())
    };
    assert_eq!(headed(16_383, 0, "x").unwrap(), 16_383);
    assert_eq!(headed(16_384, 0, "import_error").unwrap(), 16_384);
    assert!(matches!(headed(16_384, 0, "x"), Err(SheetError::FullWidth)));
    assert_eq!(headed(2, 1_048_574, "x").unwrap(), 2);
    assert!(matches!(headed(2, 1_048_575, "x"), Err(SheetError::NothingBelow { row: 1_048_576 })));
}

fn rows_of(source: &Source, layout: &Layout, seen: &mut usize) -> Result<(), SheetError> {
    rows(source, layout, &mut |_| -> ControlFlow<()> {
        *seen += 1;
        ControlFlow::Continue(())
    })
    .map(drop)
}

/// A workbook whose sheet is a million times the same.
fn bomb(part: &str, unit: &str, times: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file(part, options).unwrap();
    let block = unit.repeat(10_000);
    for _ in 0..times.div_ceil(10_000) {
        std::io::Write::write_all(&mut archive, block.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_would_fill_the_memory_is_refused_before_it_is_read() {
    let row = "<row><c><v>0</v></c></row>";
    for (part, unit, times, why) in [
        ("xl/worksheets/sheet1.xml", row, 1_500_000, Expansion::Ratio),
        ("xl/sharedStrings.xml", "<si/>", 5_100_000, Expansion::Texts),
        ("xl/worksheets/sheet1.xml", "0", 2_000_000, Expansion::Run),
    ] {
        let bytes = bomb(part, unit, times);
        assert!(bytes.len() < 500_000, "{}", bytes.len());
        let refused = read(&bytes, None).unwrap_err();
        assert!(matches!(refused, SheetError::Expands(found) if found == why), "{why:?}: {refused}");
    }
    // what states another size of itself is counted all the same
    let mut lying = bomb("xl/worksheets/sheet1.xml", row, 1_500_000);
    let stated = u32::try_from(row.len() * 1_500_000).unwrap().to_le_bytes();
    while let Some(at) = lying.windows(4).position(|window| window == stated) {
        lying[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    assert!(matches!(read(&lying, None), Err(SheetError::Expands(Expansion::Ratio))));
}

#[test]
fn a_row_of_a_workbook_that_names_a_long_text_in_every_cell_is_refused() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let long = "x".repeat(CELL_CHARS_MAX);
    for column in 0..150 {
        sheet.write_string(0, column, "h").unwrap();
        sheet.write_string(1, column, &long).unwrap();
    }
    let refused = read(&book.save_to_buffer().unwrap(), None).unwrap_err();
    assert!(matches!(refused, SheetError::RowTooLong { row: 2 }), "{refused}");
}

fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Style::new().set_num_format("yyyy-mm-dd");
    let hidden = book.add_worksheet();
    hidden.set_name("参数").unwrap();
    hidden.write_string(0, 0, "code").unwrap();
    hidden.set_hidden(true);
    let sheet = book.add_worksheet();
    sheet.set_name("应收").unwrap();
    sheet.set_active(true);
    for (column, heading) in (0..).zip(["code", "amount", "date", "flag", "note"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    sheet.write_number(1, 0, 2_195_380_883_u32).unwrap();
    sheet.write_number(1, 1, 0.300_000_000_000_000_04).unwrap();
    sheet.write_datetime_with_format(1, 2, ExcelDateTime::from_ymd(2026, 11, 5).unwrap(), &date).unwrap();
    sheet.write_boolean(1, 3, true).unwrap();
    sheet.write_string(1, 4, "'=1+1").unwrap();
    sheet.write_number(3, 1, 1234.5).unwrap();
    sheet.write_formula(3, 4, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_number(4, 1, 100_000_000_000_000_000_000_f64).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn cells_of_a_workbook_keep_their_kind_and_number_cells_become_decimal_text() {
    let (layout, rows) = read(&book(), None).unwrap();
    let others = vec!["参数".to_owned()];
    assert_eq!(layout.format, Format::Workbook { sheet: "应收".to_owned(), others, from_1904: false });
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4, 5]);
    let date = NaiveDate::from_ymd_opt(2026, 11, 5).unwrap();
    assert_eq!(
        rows[0].cells,
        [
            Cell::Number("2195380883".to_owned()),
            // what the file holds is not 0.3, but what Excel shows of it is
            Cell::Number("0.3".to_owned()),
            Cell::Date(date),
            Cell::Bool(true),
            Cell::Text("=1+1".to_owned()),
        ]
    );
    assert_eq!(rows.iter().map(|row| row.rounded.clone()).collect::<Vec<_>>(), [vec![1], vec![], vec![]]);
    assert_eq!(rows[1].cells[1], Cell::Number("1234.5".to_owned()));
    assert!(matches!(&rows[1].cells[4], Cell::Error(_) | Cell::Text(_)), "{:?}", rows[1].cells[4]);
    assert_eq!(rows[2].cells[1], Cell::Number("100000000000000000000".to_owned()), "no exponent");
    let named = mapping(r#"{"sheet": "没有"}"#);
    let refused = read(&book(), Some(&named)).unwrap_err();
    assert!(refused.to_string().contains("应收"), "{refused}");
}

/// The workbook with texts of one part changed, as another program would write them.
fn written_otherwise(book: &mut Workbook, part: &str, texts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book.save_to_buffer().unwrap())).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut xml = String::new();
        file.read_to_string(&mut xml).unwrap();
        for (from, to) in texts.iter().filter(|_| file.name() == part) {
            assert!(xml.contains(from), "{xml}");
            xml = xml.replace(from, to);
        }
        writer.start_file(file.name(), zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, xml.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_formula_without_a_value_is_no_empty_cell() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "code").unwrap();
    sheet.write_string(0, 1, "amount").unwrap();
    for (row, result) in [(1, "4711"), (2, "12.5"), (3, "nothing")] {
        sheet.write_string(row, 0, format!("C{row}")).unwrap();
        sheet.write_formula(row, 1, rust_xlsxwriter::Formula::new("=3*4").set_result(result)).unwrap();
    }
    // the first has no value; the last has one, which is an empty text
    let texts = [("<v>4711</v>", "<v></v>"), ("<v>nothing</v>", "<v></v>")];
    let bytes = written_otherwise(&mut book, "xl/worksheets/sheet1.xml", &texts);
    let (_, rows) = read(&bytes, None).unwrap();
    let amounts: Vec<&Cell> = rows.iter().map(|row| &row.cells[1]).collect();
    let [formula, number] = [Cell::Formula("=3*4".to_owned()), Cell::Number("12.5".to_owned())];
    assert_eq!(amounts, [&formula, &number, &Cell::Empty]);
}

#[test]
fn a_date_in_a_format_of_china_s_excel_is_a_date() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "code").unwrap();
    sheet.write_string(0, 1, "date").unwrap();
    sheet.write_string(1, 0, "C1").unwrap();
    let date = Style::new().set_num_format_index(14);
    sheet.write_datetime_with_format(1, 1, ExcelDateTime::from_ymd(2026, 11, 5).unwrap(), &date).unwrap();
    sheet.write_string(2, 0, "C2").unwrap();
    sheet.write_number(2, 1, 46_331).unwrap();
    let expected =
        [Cell::Date(NaiveDate::from_ymd_opt(2026, 11, 5).unwrap()), Cell::Number("46331".to_owned())];
    // 31 is 2026年11月5日, 58 is 11月5日: neither has a pattern in the file
    for number in ["numFmtId=\"31\"", "numFmtId=\"58\""] {
        let bytes = written_otherwise(&mut book, "xl/styles.xml", &[("numFmtId=\"14\"", number)]);
        let (_, rows) = read(&bytes, None).unwrap();
        let dates: Vec<Cell> = rows.into_iter().map(|row| row.cells[1].clone()).collect();
        assert_eq!(dates, expected, "{number}");
    }
}

#[test]
fn what_excel_s_own_arithmetic_leaves_is_read_as_excel_shows_it() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let cells = [
        (1234.56_f64 - 1000.01, "234.55", true),
        (1.1 * 3.0, "3.3", true),
        (-(0.1 + 0.2), "-0.3", true),
        (19.99 * 100.0, "1999", true),
        (1.0 / 3.0, "0.333333333333333", true),
        (0.000_1 * 3.0, "0.0003", true),
        (123_456_789_012.1 + 0.2, "123456789012.3", true),
        (1234.56, "1234.56", false),
        (0.1, "0.1", false),
        (123_456_789_012_345.0, "123456789012345", false),
        // three places more would be money, not noise
        (12_345_678_901_234.56, "12345678901234.56", false),
        (1_234_567_890_123_456.0, "1234567890123456", false),
    ];
    sheet.write_string(0, 0, "code").unwrap();
    sheet.write_string(0, 1, "amount").unwrap();
    for (row, (value, ..)) in (1..).zip(cells) {
        sheet.write_number(row, 1, value).unwrap();
    }
    let (_, rows) = read(&book.save_to_buffer().unwrap(), None).unwrap();
    for (row, (value, text, rounded)) in rows.iter().zip(cells) {
        assert_eq!(row.cells[1], Cell::Number(text.to_owned()), "{value:?}");
        assert_eq!(row.rounded.len(), usize::from(rounded && value.to_string() != text), "{value:?}");
    }
    assert_eq!(rows.len(), cells.len());
}

#[test]
fn a_reader_that_has_enough_stops() {
    let text = format!("a,b\n{}", "1,2\n".repeat(1000));
    let source = source(text.as_bytes());
    let layout = inspect(&source, None).unwrap();
    let mut seen = 0;
    let broke = rows(&source, &layout, &mut |row| {
        seen += 1;
        if row.number == 5 { ControlFlow::Break(row.number) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((broke.unwrap(), seen), (Some(5), 4));
}
