//! Leaves of bodies: texts with a form. Each refuses what is not of its form while it is read, so that the refusal
//! carries its pointer. A JSON number is never taken for an amount, price, quantity or rate.

use app::common::CODE_BYTES_MAX;
use app::customer::CustomerRef;
use chrono::NaiveDate;
use domain::close::{Month as CalendarMonth, MonthError};
use domain::ids::{BankAccountId, BankLineId, BillId, OpenItemId, SuspenseId};
use money::{Currency as Iso4217, Minor, Money as DomainMoney};
use rust_decimal::Decimal as Exact;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Reads a string through `parse`; anything but a string is refused naming what is wanted.
struct Text<T> {
    wanted: &'static str,
    parse: fn(&str) -> Result<T, String>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).map_err(E::custom)
    }
}

macro_rules! leaves {
    ($($(#[doc = $doc:literal])* $name:ident($inner:ty) $wanted:literal, $example:literal, $format:expr,
        $parse:expr, $print:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub $inner);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let parse: fn(&str) -> Result<$inner, String> = $parse;
                deserializer.deserialize_str(Text { wanted: $wanted, parse }).map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let print: fn(&$inner) -> String = $print;
                serializer.serialize_str(&print(&self.0))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let format: Option<&str> = $format;
                let doc = concat!($($doc, "\n"),*).trim();
                ObjectBuilder::new()
                    .schema_type(SchemaType::Type(Type::String))
                    .format(format.map(|f| SchemaFormat::Custom(f.to_owned())))
                    .description(Some(doc))
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

fn id<T: std::str::FromStr<Err: fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e: T::Err| e.to_string())
}

/// Neither codes nor ids are longer, or hold such characters: what does is no customer's.
fn customer(text: &str) -> Result<CustomerRef, String> {
    if text.len() > CODE_BYTES_MAX || text.chars().any(char::is_control) {
        return Err(format!("must be a code or id of at most {CODE_BYTES_MAX} printable characters"));
    }
    id(text)
}

leaves! {
    /// A decimal number as text: digits, one point, a leading minus. Never a JSON number.
    Decimal(Exact) "a decimal as a string, like \"12.34\"", "12.34", Some("decimal"),
        |text| money::parse_decimal(text).map_err(|e| e.to_string()), |value| money::normal_form(*value);
    /// A calendar date, ISO 8601.
    Date(NaiveDate) "a date as a string, like \"2026-11-30\"", "2026-11-30", Some("date"),
        |text| domain::time::parse_date(text).map_err(|e| e.to_string()), |date| date.format("%Y-%m-%d").to_string();
    /// A calendar month.
    Month(CalendarMonth) "a month as a string, like \"2026-11\"", "2026-11", None,
        |text| text.parse().map_err(|e: MonthError| e.to_string()), ToString::to_string;
    /// An ISO 4217 code of three capital letters.
    Currency(Iso4217) "a currency code as a string, like \"CNY\"", "CNY", None,
        |text| Iso4217::parse(text).map_err(|e| e.to_string()), |currency| currency.code().to_owned();
    /// The id of an open item.
    ItemId(OpenItemId) "an id as a string, like \"item_…\"", "item_0190f3a1b2c37d4e8f00112233445566", None, id, ToString::to_string;
    /// The id of a bill of exchange.
    BillName(BillId) "an id as a string, like \"bill_…\"", "bill_0190f3a1b2c37d4e8f00112233445566", None, id, ToString::to_string;
    /// The id of a line of a bank statement.
    BankLineName(BankLineId) "an id as a string, like \"bl_…\"", "bl_0190f3a1b2c37d4e8f00112233445566", None, id, ToString::to_string;
    /// The id of money in suspense.
    SuspenseName(SuspenseId) "an id as a string, like \"sus_…\"", "sus_0190f3a1b2c37d4e8f00112233445566", None, id, ToString::to_string;
    /// The id of an account of the company's own.
    BankAccountName(BankAccountId) "an id as a string, like \"ba_…\"", "ba_0190f3a1b2c37d4e8f00112233445566", None, id, ToString::to_string;
    /// A customer by its id or its code.
    CustomerName(CustomerRef) "a customer's code or id as a string", "C0001", None, customer, ToString::to_string;
}

/// An amount in a currency: coming in with at most as many decimals as the currency has, going out with all of them,
/// as `12.30`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    pub amount: Decimal,
    pub currency: Currency,
}

/// An amount in a currency: coming in with at most as many decimals as the currency has, going out with all of them,
/// as `12.30`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
// the same schema as that of what comes in
#[serde(deny_unknown_fields)]
#[schema(as = Money)]
pub struct MoneyView {
    #[schema(value_type = Decimal)]
    pub amount: String,
    #[schema(value_type = Currency)]
    pub currency: String,
}

impl MoneyView {
    pub fn new(minor: Minor, currency: Iso4217) -> Self {
        DomainMoney::new(minor, currency).into()
    }
}

impl From<DomainMoney> for MoneyView {
    fn from(money: DomainMoney) -> Self {
        MoneyView { amount: money.amount(), currency: money.currency().code().to_owned() }
    }
}

impl Money {
    /// Exact; more decimals than the currency has are refused.
    ///
    /// # Errors
    /// A refusal that points to `amount`, relative to this object.
    pub fn exact(&self) -> Result<DomainMoney, super::BodyError> {
        DomainMoney::from_decimal(self.amount.0, self.currency.0)
            .and_then(DomainMoney::bounded)
            .map_err(|e| super::BodyError::at("/amount", e))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::json::parse;

    #[test]
    fn a_json_number_is_never_an_amount() {
        for (text, pointer) in [
            (r#"{"amount":12,"currency":"CNY"}"#, "/amount"),
            (r#"{"amount":12.5,"currency":"CNY"}"#, "/amount"),
            (r#"{"amount":"1e3","currency":"CNY"}"#, "/amount"),
            (r#"{"amount":"1,000.00","currency":"CNY"}"#, "/amount"),
            (r#"{"amount":"1.00","currency":"XXX"}"#, "/currency"),
            (r#"{"amount":"1.00","currency":"cny"}"#, "/currency"),
        ] {
            let refused = parse::<Money>(text.as_bytes()).unwrap_err();
            assert_eq!(refused.pointer, pointer, "{text}");
        }
        let number = parse::<Money>(br#"{"amount":12,"currency":"CNY"}"#).unwrap_err();
        assert_eq!(number.detail, "must be a decimal as a string, like \"12.34\", not the number 12");
    }

    #[test]
    fn decimals_beyond_the_currency_are_refused_not_rounded() {
        let money: Money = parse(br#"{"amount":"1.005","currency":"CNY"}"#).unwrap();
        assert_eq!(money.exact().unwrap_err().pointer, "/amount");
        let yen: Money = parse(br#"{"amount":"100","currency":"JPY"}"#).unwrap();
        assert_eq!(MoneyView::from(yen.exact().unwrap()).amount, "100");
        assert!(parse::<Date>(br#""2026-02-30""#).is_err());
    }
}
