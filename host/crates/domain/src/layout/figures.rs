//! The figures of a sealed model: which amount stands at a pointer, in which currency, and which numbers a text may
//! hold.

use super::{CitedMoney, scan};
use money::{normal_form, parse_decimal};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeSet;

/// Members of the model that hold money, by their names in `wit/statement/statement.wit`.
const MONEY_MEMBERS: [&str; 25] = [
    "advances",
    "amount",
    "balance",
    "base",
    "bills_receivable",
    "closing",
    "credit",
    "credited",
    "debit",
    "disputed",
    "gross",
    "net",
    "open",
    "opening",
    "original",
    "paid",
    "retained",
    "tax",
    "total",
    "total_credit",
    "total_debit",
    "unapplied",
    "unbilled",
    "unit_price",
    "withheld",
];
/// Members that hold other decimals a document shows.
const NUMBER_MEMBERS: [&str; 2] = ["quantity", "rate"];

/// Why a citation does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Citation {
    Unresolved,
    NotMoney,
    Amount { expected: String },
    Currency { expected: String },
}

#[derive(Debug)]
pub(super) struct Figures<'a> {
    model: &'a Value,
    /// Money, without sign.
    amounts: BTreeSet<Decimal>,
    /// Quantities, rates (also in percent), days, counts; without sign. Not for texts: `12.00` is no count of 12.
    numbers: BTreeSet<Decimal>,
    /// What reads like an amount in the model's own texts (document numbers, names, references) and the spellings of
    /// its quantities and rates.
    quoted: BTreeSet<String>,
    /// Runs of digits in the model's own texts: account numbers, dates, document numbers.
    digits: BTreeSet<String>,
}

impl<'a> Figures<'a> {
    pub fn of(model: &'a Value) -> Self {
        let mut figures = Figures {
            model,
            amounts: BTreeSet::new(),
            numbers: BTreeSet::new(),
            quoted: BTreeSet::new(),
            digits: BTreeSet::new(),
        };
        figures.collect("", model);
        figures
    }

    fn collect(&mut self, member: &str, value: &Value) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, inner)| self.collect(name, inner)),
            Value::Array(items) => items.iter().for_each(|inner| self.collect(member, inner)),
            Value::String(text) => self.collect_text(member, text),
            Value::Number(number) => self.numbers.extend(number.as_i64().map(|n| Decimal::from(n).abs())),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn collect_text(&mut self, member: &str, text: &str) {
        let decimal = || parse_decimal(text).ok().map(|d| d.abs());
        if MONEY_MEMBERS.contains(&member) {
            self.amounts.extend(decimal());
        } else if NUMBER_MEMBERS.contains(&member) {
            self.numbers.extend(decimal());
            // a rate of 0.13 is shown as 13 %
            self.numbers.extend(decimal().and_then(|d| d.checked_mul(Decimal::ONE_HUNDRED)));
            self.quoted.extend(decimal().map(normal_form));
        } else {
            self.quoted.extend(scan::amounts(text).into_iter().map(|token| token.text));
            self.digits.extend(scan::digits(text));
        }
    }

    /// A cited figure stands at its pointer, as money, with its value and in its currency.
    pub fn check(&self, cited: &CitedMoney) -> Result<(), Citation> {
        let stands = self.model.pointer(&cited.path).ok_or(Citation::Unresolved)?;
        let member = cited.path.rsplit('/').next().unwrap_or_default();
        let text = stands.as_str().filter(|_| MONEY_MEMBERS.contains(&member)).ok_or(Citation::NotMoney)?;
        let amount = parse_decimal(text).map_err(|_| Citation::NotMoney)?;
        if amount != cited.amount.minor().to_decimal(cited.amount.currency()) {
            return Err(Citation::Amount { expected: text.to_owned() });
        }
        let expected = self.currency_at(&cited.path).ok_or(Citation::NotMoney)?;
        if expected != cited.amount.currency().code() {
            return Err(Citation::Currency { expected: expected.to_owned() });
        }
        Ok(())
    }

    /// The currency of the money object or section in which a pointer stands: the nearest one outwards.
    fn currency_at(&self, path: &str) -> Option<&'a str> {
        let mut path = path;
        loop {
            path = path.rsplit_once('/')?.0;
            let currency =
                self.model.pointer(path).and_then(|object| object.get("currency")).and_then(Value::as_str);
            if currency.is_some() {
                return currency;
            }
        }
    }

    /// The first thing in a free text that reads like an amount and is none of the model's.
    pub fn stranger(&self, text: &str) -> Option<String> {
        scan::amounts(text)
            .into_iter()
            .find(|token| {
                let known = token.readings.iter().any(|reading| self.amounts.contains(reading));
                // a bare number that the model's texts or counts hold is theirs: an account number, a count of days
                let whole = |reading: &Decimal| reading.scale() == 0 && self.numbers.contains(reading);
                let bare = token.text.bytes().all(|b| b.is_ascii_digit());
                let own = bare && (self.digits.contains(&token.text) || token.readings.iter().any(whole));
                !known && !own && !self.quoted.contains(&token.text)
            })
            .map(|token| token.text)
    }

    /// A number that is no money: a quantity, a rate (also in percent), days; or the number of one of `rows` rows.
    pub fn number(&self, number: Decimal, rows: usize) -> bool {
        let of_row =
            number.normalize().scale() == 0 && number >= Decimal::ONE && number <= Decimal::from(rows);
        of_row || self.numbers.contains(&number.abs())
    }

    /// Pointers of the closings that every document must show.
    pub fn closings(&self) -> Vec<String> {
        let sections = self.model.get("sections").and_then(Value::as_array).map_or(0, Vec::len);
        (0..sections).map(|index| format!("/sections/{index}/closing")).collect()
    }

    pub fn has_asset(&self, name: &str) -> bool {
        let assets = self.model.get("assets").and_then(Value::as_array);
        assets
            .is_some_and(|assets| assets.iter().any(|a| a.get("name").and_then(Value::as_str) == Some(name)))
    }
}
