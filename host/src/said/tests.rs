use super::catalogue::pairs;
use super::{DETAILS, WORDS, of_cell};
use sheets::{CellError, Noun};

fn said(detail: &str) -> String {
    WORDS.translated(detail, None).unwrap_or_else(|| detail.to_owned())
}

#[test]
fn every_pair_of_the_catalogue_is_read() {
    for file in DETAILS {
        let lines = file.lines().filter(|line| line.starts_with("  [")).count();
        assert_eq!(pairs(file).len(), lines);
        assert!(lines > 50, "{lines}");
    }
    assert!(WORDS.terms.len() > 100 && WORDS.members.len() > 100 && WORDS.plugins.len() > 50);
    assert_eq!(WORDS.terms.get("null").map(String::as_str), Some("空值"));
    for noun in Noun::ALL {
        assert!(WORDS.fields.get(noun.name()).is_some_and(|fields| fields.len() > 3), "{noun}");
    }
}

/// As the console says them; its tests have the same.
#[test]
fn a_refusal_is_said_with_its_values_and_its_place_in_words() {
    for (detail, zh) in [
        ("\"xyz\" is not an ISO 4217 currency code", "xyz 不是币种代码（如 CNY）"),
        ("/lines/0/quantity: must be greater than 0", "明细行 1 · 数量：须大于 0"),
        ("there is no open item item_1", "没有此未清项：item_1"),
        ("\"R1\" stands in row 2 already", "R1 已在第 2 行出现"),
        (
            "\"A-1\" stands in row 2 already; rows of one invoice stand together: sort the sheet by this column",
            "A-1 已在第 2 行出现；同一发票的各行须相邻，请按此列排序",
        ),
        ("says \"EUR\", but row 2 of the same number says nothing", "此处为 EUR，同一单号的第 2 行却为 空"),
        (
            "\"x\" is not one of business, consumer, government; translate it under \"values\" in the mapping",
            "x 不在可选值中，请改为：business, consumer, government",
        ),
        ("overflow: it is beyond 64 bits", "金额过大（it is beyond 64 bits）"),
        ("something nobody has translated", "something nobody has translated"),
    ] {
        assert_eq!(said(detail), zh);
    }
}

#[test]
fn a_cell_is_named_by_its_heading_or_its_field() {
    let error = |cell: Option<&str>, heading: Option<&str>, field: Option<&str>| CellError {
        row: 3,
        cell: cell.map(str::to_owned),
        heading: heading.map(str::to_owned),
        field: field.map(str::to_owned),
        message: "\"China\" is not a country code of two capital letters (ISO 3166-1)".to_owned(),
    };
    let why = "China 不是两位大写国家代码（如 CN）";
    let of = |error: &CellError| of_cell(error, Noun::Customers);
    assert_eq!(of(&error(Some("C3"), Some("国家"), Some("country"))), format!("C3 “国家”：{why}"));
    assert_eq!(of(&error(None, None, Some("country"))), format!("第 3 行 国家：{why}"));
    assert_eq!(of(&error(None, None, None)), format!("第 3 行：{why}"));
}
