#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use proptest::prelude::*;

/// Texts of the found tokens.
fn found(text: &str) -> Vec<String> {
    amounts(text).into_iter().map(|token| token.text.replace(GROUP_BLANK, "_")).collect()
}

fn reads(text: &str) -> Vec<String> {
    let tokens = amounts(text);
    assert_eq!(tokens.len(), 1, "{text}: {tokens:?}");
    tokens[0].readings.iter().map(ToString::to_string).collect()
}

#[test]
fn amounts_are_found_however_they_are_written() {
    for (text, token) in [
        ("1,234.56", "1,234.56"),
        ("CNY1,234.56", "1,234.56"),
        ("共计1,234.56元", "1,234.56"),
        ("¥-12.30.", "12.30"),
        ("Total:12.5", "12.5"),
        ("0.1234", "0.1234"),
        ("1.234,56 €", "1.234,56"),
        ("12,50 €", "12,50"),
        ("1'234.56", "1'234.56"),
        ("1’234’567.8", "1'234'567.8"),
        ("1\u{202f}234,56", "1_234,56"),
        ("12,34,567.00", "12,34,567.00"),
        ("1,234,567", "1,234,567"),
        ("１，２３４．５６", "1,234.56"),
        ("١٬٢٣٤٫٥٦", "1,234.56"),
        ("1\u{200b}2.3\u{ad}4", "12.34"),
        ("INV-12.34", "12.34"),
        ("A12.34", "12.34"),
        ("(12.34)", "12.34"),
        ("12.34/12.35", "12.34"),
        ("rev12.34", "12.34"),
    ] {
        assert_eq!(found(text).first().map(String::as_str), Some(token), "{text}");
    }
    assert_eq!(found("12.34/12.35"), ["12.34", "12.35"]);
}

#[test]
fn what_is_no_amount_is_left_alone() {
    for text in [
        "",
        "2026-11-30",
        "2026年11月30日",
        "30.11.2026",
        "2026.11.30",
        "11/30/2026",
        "12:30:45.123",
        "INV-2026-000123",
        "发票号 25332000000012345678",
        "DE89 3704 0044 0532 0130 00",
        "400 820 8820",
        "+86-571-88888888",
        "13%",
        "13.5 %",
        "13.5\u{a0}%",
        "１３．５％",
        "0.5‰",
        "百分之3.5",
        "v1.25",
        "(V2.0)",
        "1.2.3",
        "pages 1,2",
        "1,2,3",
        "7.123456",
        "ISO 4217",
        "net 30 days.",
        "A4, 210 x 297 mm",
        "{page}/{pages}",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn whole_numbers_are_amounts_beside_a_currency_or_alone() {
    for (text, token, value) in [
        ("请付 147738 元", "147738", "147738"),
        ("147738元整", "147738", "147738"),
        ("¥99999999", "99999999", "99999999"),
        ("￥ 99", "99", "99"),
        ("$5", "5", "5"),
        ("5 €", "5", "5"),
        ("CNY 147738", "147738", "147738"),
        ("CNY147738", "147738", "147738"),
        ("CNY -147738", "147738", "147738"),
        ("due: 147738 JPY", "147738", "147738"),
        ("5 万元", "5", "50000"),
        ("5.5万元", "5.5", "55000"),
        ("3亿 元", "3", "300000000"),
        ("147738", "147738", "147738"),
        (" (147738) ", "147738", "147738"),
        ("-5", "5", "5"),
        ("１４７７３８円", "147738", "147738"),
        ("人民币壹拾肆万柒仟柒佰叁拾捌元整", "壹拾肆万柒仟柒佰叁拾捌元", "147738"),
        ("一百零五元", "一百零五元", "105"),
        ("十二元", "十二元", "12"),
        ("贰佰圆伍角叁分", "贰佰圆", "200.53"),
        ("二〇元五角", "二〇元", "20.50"),
        ("一亿二千万元", "一亿二千万元", "120000000"),
        ("一万亿元", "一万亿元", "1000000000000"),
    ] {
        let tokens = amounts(text);
        let values: Vec<String> =
            tokens.iter().flat_map(|t| &t.readings).map(|d| d.normalize().to_string()).collect();
        let normal = money::parse_decimal(value).unwrap().normalize().to_string();
        assert_eq!((found(text), values), (vec![token.to_owned()], vec![normal]), "{text}");
    }
    for text in [
        "30 days",
        "30天内付款",
        "电话 0571-88888888",
        "手机 13912345678",
        "XYZ 147738",
        "ACNY 5 pieces",
        "CNYX 5",
        "5 CNYX",
        "5 pieces",
        "单位：万元",
        "元旦 2026 年",
        "一般纳税人",
        "二零二六年",
        "第十二期",
        "2026年11月30日",
        "88%",
        "5 万吨",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_separator_is_read_in_every_way_it_may_mean() {
    assert_eq!(reads("1,234"), ["1234", "1.234"]);
    assert_eq!(reads("1.234"), ["1.234", "1234"]);
    assert_eq!(reads("1,234.5"), ["1234.5"]);
    assert_eq!(reads("1.234,5"), ["1234.5"]);
    assert_eq!(reads("12,345,678.90"), ["12345678.90"]);
    assert_eq!(reads("1'234,50"), ["1234.50"]);
    // a blank may group or stand between two numbers
    assert_eq!(reads("12 345.67"), ["345.67", "12345.67"]);
    assert_eq!(reads("1 234 345.67"), ["345.67", "234345.67", "1234345.67"]);
    assert_eq!(reads("12 45.67"), ["45.67"]);
    assert_eq!(reads("1234 345.67"), ["345.67"]);
    assert_eq!(reads("12  345.67"), ["345.67"]);
    assert_eq!(reads("12-345.67"), ["345.67"]);
    assert_eq!(reads("1 22 345.67"), ["345.67", "22345.67"]);
}

#[test]
fn groups_that_are_none_are_no_amount() {
    for text in ["1,2345", "1234,567,890", "1,23,45", ",5", "1..2", "1'23", "1.2345678", "12,3456"] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(found("1234.5678"), ["1234.5678"]);
    assert_eq!(found("1,234.56789"), Vec::<String>::new());
}

#[test]
fn exceptions_hold_only_where_they_stand() {
    assert_eq!(found("12.34 and 5%"), ["12.34"]);
    assert_eq!(found("Total 5: 12.34"), ["12.34"]);
    assert_eq!(found("a:12.34"), ["12.34"]);
    assert_eq!(found("百分12.34"), ["12.34"]);
    assert_eq!(found("av1.25"), ["1.25"]);
    assert_eq!(found("12.34  %"), ["12.34"]);
}

proptest! {
    #[test]
    fn every_amount_is_found_in_any_words(
        minor in 0i64..1_000_000_000_000,
        before in "[a-uw-zA-UW-Z（合计 ]{0,6}",
        after in "[a-zA-Z）元 。]{0,6}",
        grouped: bool,
    ) {
        let plain = Decimal::new(minor, 2).to_string();
        let (whole, cents) = plain.split_once('.').unwrap();
        let mut text = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if grouped && index > 0 && (whole.len() - index) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        let text = format!("{before}{text}.{cents}{after}");
        let tokens = amounts(&text);
        prop_assert_eq!(tokens.len(), 1, "{}", text);
        prop_assert!(tokens[0].readings.contains(&Decimal::new(minor, 2)), "{}", text);
    }

    #[test]
    fn any_text_is_scanned(text: String) {
        for token in amounts(&text) {
            prop_assert!(!token.readings.is_empty());
        }
    }
}

#[test]
fn digits_are_found_in_every_script_and_run_by_run() {
    assert_eq!(digits("INV-2026-007, ＮＯ１２ 账号 6222\u{200b}0209"), ["2026", "007", "12", "62220209"]);
    assert_eq!(digits("no digits, 无"), Vec::<String>::new());
}

#[test]
fn groups_of_another_length_and_units_of_something_else_make_no_amount() {
    assert_eq!(found("1.23.456,78"), Vec::<String>::new(), "groups of two are a comma's");
    assert_eq!(found("1,2345,678.90"), Vec::<String>::new(), "and none has four");
    assert_eq!(found("1,23,456.78"), ["1,23,456.78"], "lakh");
    // 三 belongs to its own amount
    assert_eq!(found("12三元"), ["三元"]);
    assert_eq!(found("零元整"), Vec::<String>::new(), "nothing is no figure");
    // 万件 counts pieces
    assert_eq!(reads("¥5万件"), ["5"]);
    assert_eq!(reads("¥5万元"), ["50000"]);
    assert_eq!(reads("7 12 345.67"), reads("12 345.67"), "a number before the groups is none of them");
}
