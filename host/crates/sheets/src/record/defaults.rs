//! What a sheet does not say because it goes without saying: members of the body that follow from others.

use crate::field::Noun;
use serde_json::{Value, json};

/// The member states of the EU, whose registrations for VAT have one scheme.
const EU: [&str; 27] = [
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT",
    "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
];

pub(super) fn fill(noun: Noun, body: &mut Value) {
    match noun {
        Noun::Customers => customer(body),
        Noun::Invoices => rate(body, "document_date"),
        Noun::Receipts => rate(body, "value_date"),
        Noun::OpeningBalances => rate(body, "effective_date"),
        Noun::Deliveries => rate(body, "delivered_on"),
        Noun::Orders => rate(body, "ordered_on"),
        Noun::Items | Noun::OldBalances => {}
    }
}

/// An address is in the customer's country, a tax id of its scheme, an account an IBAN or one of the country.
fn customer(body: &mut Value) {
    let country = body.get("country").and_then(Value::as_str).unwrap_or_default().to_owned();
    if country.is_empty() {
        return;
    }
    if let Some(address) = body.get_mut("address").and_then(Value::as_object_mut) {
        address.entry("lines").or_insert_with(|| json!([]));
        address.entry("country").or_insert_with(|| json!(country));
    }
    let scheme = match country.as_str() {
        "CN" => Some("CN:USCC"),
        other if EU.contains(&other) => Some("EU:VAT"),
        _ => None,
    };
    if let (Some(scheme), Some(tax_id)) = (scheme, body.get_mut("tax_id").and_then(Value::as_object_mut)) {
        tax_id.entry("scheme").or_insert_with(|| json!(scheme));
    }
    if let Some(account) = body.pointer_mut("/accounts/0").and_then(Value::as_object_mut) {
        let number = account.get("account").and_then(Value::as_str).unwrap_or_default();
        let head: Vec<char> = number.chars().filter(|c| !c.is_whitespace()).take(4).collect();
        let iban = matches!(head.as_slice(), [a, b, c, d]
            if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit());
        let scheme = if iban { "IBAN".to_owned() } else { country };
        account.entry("scheme").or_insert_with(|| json!(scheme));
    }
}

/// A rate that a sheet gives is of the document's day and was read in the sheet.
fn rate(body: &mut Value, day: &str) {
    let day = body.get(day).cloned();
    if let (Some(day), Some(fx)) = (day, body.get_mut("fx").and_then(Value::as_object_mut)) {
        fx.entry("date").or_insert(day);
        fx.entry("source").or_insert_with(|| json!("import"));
    }
}
