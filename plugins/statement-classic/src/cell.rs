//! Cells. A money cell cites where its figure stands in the model (RFC 6901).

use zhangben_sdk::statement::{Align, Block, Cell, CitedMoney, Column, KeyValue, Paragraph, Row, Value};

pub fn cell(value: Value) -> Cell {
    Cell { value, span: 1 }
}

pub fn wide(value: Value, span: u32) -> Cell {
    Cell { value, span }
}

pub fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

pub fn date(date: &str) -> Value {
    Value::Date(date.to_owned())
}

/// A figure with its place, as (`"12.30"`, `"CNY"`, `/sections/0/closing`).
pub fn money(amount: &str, currency: &str, path: String) -> Value {
    Value::Money(CitedMoney {
        amount: amount.to_owned(),
        currency: currency.to_owned(),
        path,
        show_currency: false,
    })
}

/// As [`money`], with the currency beside it.
pub fn money_with_currency(amount: &str, currency: &str, path: String) -> Value {
    Value::Money(CitedMoney {
        amount: amount.to_owned(),
        currency: currency.to_owned(),
        path,
        show_currency: true,
    })
}

/// As [`money`]; nothing for zero, as in the debit and credit columns of a ledger.
pub fn money_unless_zero(amount: &str, currency: &str, path: String) -> Value {
    if is_zero(amount) { Value::Empty } else { money(amount, currency, path) }
}

/// Whether an amount is zero.
pub fn is_zero(amount: &str) -> bool {
    amount.bytes().all(|b| matches!(b, b'0' | b'.' | b'-'))
}

/// A paragraph of one text.
pub fn paragraph(words: &str, style: &str) -> Block {
    Block::Paragraph(Paragraph { parts: vec![text(words)], style: style.to_owned(), align: Align::Start })
}

pub fn key_value(label: &str, value: Value) -> KeyValue {
    KeyValue { label: label.to_owned(), value }
}

pub fn column(title: &str, align: Align, weight: u32) -> Column {
    Column { title: title.to_owned(), align, weight }
}

pub fn row(kind: &str, cells: Vec<Cell>) -> Row {
    Row { kind: kind.to_owned(), cells }
}

/// A fraction as people read it: "0.13" → "13%". Text that is no plain decimal stays as it is.
pub fn percent(fraction: &str) -> String {
    match zhangben_sdk::decimal::parse(fraction, "") {
        Ok(rate) => rate
            .checked_mul(zhangben_sdk::Decimal::ONE_HUNDRED)
            .map_or_else(|| fraction.to_owned(), |p| format!("{}%", p.normalize())),
        Err(_) => fraction.to_owned(),
    }
}
