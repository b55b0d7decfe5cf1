//! What a conversation is begun with, domain → WIT, without a guest.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{common_v1, matching_v1};
use crate::json::{messages::to_json, wit};
use crate::sample;
use chrono::NaiveDate;
use domain::plugin::{LookupRow, LookupValue};
use domain::reconciliation::{PreviousAllocation, PreviousReceipt, Request};
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde_json::json;

fn day(text: &str) -> NaiveDate {
    domain::time::parse_date(text).unwrap()
}

#[test]
fn what_earlier_receipts_paid_is_part_of_the_setup() {
    let receipt = PreviousReceipt {
        date: day("2026-11-02"),
        amount: Decimal::new(250, 2),
        currency: Currency::CNY,
        customer: Some(0),
        payer_account: None,
        end_to_end: Some("E2E-1".to_owned()),
    };
    let paid = PreviousAllocation {
        receipt: 0,
        item: None,
        kind: "invoice".to_owned(),
        number: "INV-9".to_owned(),
        amount: Minor::new(250),
        currency: Currency::CNY,
        date: day("2026-11-03"),
    };
    let request = Request {
        receipts: vec![receipt],
        receipts_since: Some(day("2025-10-21")),
        allocations: vec![paid.clone(), PreviousAllocation { item: Some(4), ..paid }],
        ..Request::default()
    };
    let messages = matching_v1::messages(&sample::context(), &request).unwrap();
    assert_eq!(messages.rows(), 3, "fuel counts them");
    let json = to_json(&messages.written().unwrap()).unwrap();
    let setup = &json[0]["begin"]["setup"];
    assert_eq!(setup["receipts_since"], "2025-10-21");
    let row = json!({"receipt": 0, "kind": "invoice", "number": "INV-9", "amount": "2.50", "date": "2026-11-03", "ext": []});
    assert_eq!(setup["allocations"][0], row);
    assert_eq!(setup["allocations"][1]["item"], 4);
}

#[test]
fn values_of_lookup_rows_have_their_types() {
    let row = LookupRow {
        table: "fx-rates".to_owned(),
        key: vec!["EUR".to_owned()],
        values: vec![
            ("rate".to_owned(), LookupValue::Number(Decimal::new(78_100, 4))),
            ("date".to_owned(), LookupValue::Date(day("2026-11-02"))),
            ("source".to_owned(), LookupValue::Text("ECB".to_owned())),
        ],
    };
    let wit = wit().unwrap();
    let json = wit.to_json(&wit.named("common", "lookup-row").unwrap(), &common_v1::lookup_row(row)).unwrap();
    let values = json!([
        {"name": "rate", "value": {"tag": "number", "val": "7.81"}},
        {"name": "date", "value": {"tag": "date", "val": "2026-11-02"}},
        {"name": "source", "value": {"tag": "text", "val": "ECB"}},
    ]);
    assert_eq!(json["values"], values);
}
