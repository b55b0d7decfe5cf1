//! The sample's bank files in the CSV of plugins/examples/bank-csv-example: made of what the reader of camt.053 says of
//! them, since the same month in two forms is what the flows compare.

use super::binary::json;
use serde_json::Value;
use std::path::Path;

/// The statements of a camt.053 file. What the CSV has no column for (codes, batches' parts, advice) is lost.
pub fn of_camt(at: &Path, file: &str) -> String {
    let read = json(at, 0, &["plugin", "run", "bank-camt", "--input", file]);
    let mut text =
        String::from("\u{feff}record,date,value_date,amount,currency,reference,name,account,text\r\n");
    // camt.053 says both balances in front
    let mut start = &Value::Null;
    let items = read["output"]["items"].as_array().expect("items");
    assert!(!items.is_empty());
    for item in items {
        let said = &item["val"];
        match item["tag"].as_str() {
            Some("statement_start") => {
                start = said;
                text += &balance("opening", start);
            }
            Some("entry") => text += &entry(said),
            _ => text += &balance("closing", start),
        }
    }
    text
}

fn balance(record: &str, start: &Value) -> String {
    let (account, number) = (field(&start["account"]["id"]), field(&start["id"]));
    let kind = format!("{record}-booked");
    let found = start["balances"].as_array().and_then(|all| all.iter().find(|b| b["kind"] == kind.as_str()));
    let balance = found.expect("a balance");
    let (date, amount, currency) =
        (field(&balance["date"]), field(&balance["amount"]), field(&balance["currency"]));
    format!("{record},{date},,{amount},{currency},{number},,{account},\r\n")
}

fn entry(said: &Value) -> String {
    let one = said["details"].as_array().filter(|details| details.len() == 1).map(|details| &details[0]);
    let detail = one.unwrap_or(&Value::Null);
    let party = if said["credit"] == true { &detail["debtor"] } else { &detail["creditor_party"] };
    let words: Vec<&str> =
        detail["unstructured"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let text = if words.is_empty() { field(&said["text"]) } else { quoted(&words.join(" ")) };
    let sign = if said["credit"] == true { "" } else { "-" };
    format!(
        "entry,{},{},{sign}{},{},{},{},{},{text}\r\n",
        field(&said["booking"]),
        field(&said["value"]),
        field(&said["amount"]),
        field(&said["currency"]),
        field(&said["servicer_reference"]),
        field(&party["name"]),
        field(&party["account"]),
    )
}

fn field(value: &Value) -> String {
    quoted(value.as_str().unwrap_or_default())
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
