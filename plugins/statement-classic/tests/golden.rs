//! Golden cases in both languages and styles, and what every layout must hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use serde_json::Value;
use statement_classic::Classic;
use std::path::Path;
use zhangben_sdk::golden;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

#[test]
fn golden_cases() {
    let cases = golden::check(folder(), golden::run_statement::<Classic>).unwrap();
    assert_eq!(cases, 15);
}

fn model() -> Value {
    golden::read(&folder().join("zh-open-item.in.json")).unwrap()
}

fn run(input: &Value, config: &str) -> Value {
    golden::run_statement::<Classic>(input, config).unwrap().unwrap()
}

/// Every money object in a layout.
fn cited(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            if let (Some(amount), Some(path)) = (members.get("amount"), members.get("path")) {
                found.push((path.as_str().unwrap().to_owned(), amount.as_str().unwrap().to_owned()));
            }
            members.values().for_each(|member| cited(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| cited(item, found)),
        _ => {}
    }
}

#[test]
fn every_figure_is_where_it_says_and_every_figure_of_the_section_is_shown() {
    let mut input = model();
    for style in ["open-item", "balance-forward"] {
        input[0]["lay_out"]["model"]["subject"]["style"] = style.into();
        let output = run(&input, r#"{"tax": true, "lines": true}"#);
        let mut figures = Vec::new();
        cited(&output, &mut figures);
        let model = &input[0]["lay_out"]["model"];
        for (path, amount) in &figures {
            assert_eq!(model.pointer(path).and_then(Value::as_str), Some(amount.as_str()), "{path}");
        }
        for name in ["opening", "closing", "total_debit", "total_credit", "aging/total", "aging/unapplied"] {
            assert!(
                figures.iter().any(|(path, _)| path == &format!("/sections/0/{name}")),
                "{style}: {name}"
            );
        }
    }
}

#[test]
fn the_style_decides_what_comes_first_and_the_configuration_what_there_is() {
    let captions = |style: &str, config: &str| -> Vec<String> {
        let mut input = model();
        input[0]["lay_out"]["model"]["subject"]["style"] = style.into();
        let output = run(&input, config);
        let blocks = output["artefacts"][0]["content"]["val"]["blocks"].as_array().unwrap().clone();
        blocks.iter().filter_map(|b| b["val"]["caption"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(captions("open-item", "{}"), ["未清项明细", "本期发生额", "账龄（按到期日）"]);
    assert_eq!(captions("balance-forward", "{}"), ["本期发生额", "未清项明细", "账龄（按到期日）"]);
    let bare = r#"{"open_items": false, "aging": false, "bank_accounts": false, "confirmation": false}"#;
    assert_eq!(captions("balance-forward", bare), ["本期发生额"]);
}

#[test]
fn spans_cover_the_columns_of_every_table() {
    let input = model();
    let output = run(&input, r#"{"tax": true, "lines": true}"#);
    let blocks = output["artefacts"][0]["content"]["val"]["blocks"].as_array().unwrap().clone();
    let tables: Vec<&Value> = blocks.iter().filter(|b| b["tag"] == "table").map(|b| &b["val"]).collect();
    assert_eq!(tables.len(), 4);
    for table in tables {
        let columns = u64::try_from(table["columns"].as_array().unwrap().len()).unwrap();
        for row in table["rows"].as_array().unwrap() {
            let covered: u64 =
                row["cells"].as_array().unwrap().iter().map(|c| c["span"].as_u64().unwrap()).sum();
            assert_eq!(covered, columns, "{row}");
        }
    }
}

#[test]
fn a_configuration_with_an_unknown_word_is_refused() {
    let refused = zhangben_sdk::statement::validate_config::<Classic>(r#"{"colour": "red"}"#).unwrap_err();
    assert_eq!(refused[0].code, "bad-config");
    assert!(zhangben_sdk::statement::validate_config::<Classic>("{}").is_ok());
}
