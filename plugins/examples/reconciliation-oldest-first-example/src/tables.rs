//! The bulk tables, read once: open items with what is left of them, and bank lines.

use crate::AgeBy;
use zhangben_sdk::columns::{NO_DAY, NO_ORDINAL, Texts, check_len};
use zhangben_sdk::reconciliation::{ItemColumns, LineColumns, RemittanceColumns};
use zhangben_sdk::{Problem, problem};

/// References shorter than this are words, not numbers.
const NUMBER_CHARS_MIN: usize = 4;

/// Letters and digits in capitals: how references and accounts are compared, however people type them.
pub fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// An open item. Amounts are minor units.
#[derive(Debug)]
pub struct Item {
    pub customer: u32,
    receivable: bool,
    number: String,
    /// Days since 1970-01-01.
    age: i32,
    currency: String,
    open: i64,
    /// What is neither reserved nor disputed; falls as proposals take it.
    left: i64,
}

#[derive(Debug, Default)]
pub struct Items(Vec<Item>);

impl Items {
    /// Takes a part of the table; ordinals go on counting.
    pub fn load(&mut self, c: ItemColumns, age_by: AgeBy) -> Result<(), Problem> {
        for (len, name) in [
            (c.customer.len(), "customer"),
            (c.sign.len(), "sign"),
            (c.due_date.len(), "due_date"),
            (c.document_date.len(), "document_date"),
            (c.open.len(), "open"),
            (c.reserved.len(), "reserved"),
            (c.disputed.len(), "disputed"),
            (c.blocked.len(), "blocked"),
        ] {
            check_len(len, c.count, name)?;
        }
        let number = Texts::read(c.number, c.count, "number")?;
        let currency = Texts::read(c.currency, c.count, "currency")?;
        let days = c.due_date.into_iter().zip(c.document_date);
        let amounts = c.open.into_iter().zip(c.reserved).zip(c.disputed).zip(c.blocked);
        let rows = c.customer.into_iter().zip(c.sign).zip(days).zip(amounts);
        for (row, (((customer, sign), (due, document)), (((open, reserved), disputed), blocked))) in
            rows.enumerate()
        {
            let free = open.saturating_sub(reserved).saturating_sub(disputed).max(0);
            self.0.push(Item {
                customer,
                receivable: sign == 1,
                number: normal(number.get(row)),
                age: if age_by == AgeBy::DueDate && due != NO_DAY { due } else { document },
                currency: currency.get(row).to_owned(),
                open,
                left: if blocked == 0 { free } else { 0 },
            });
        }
        Ok(())
    }

    pub fn get(&self, ordinal: u32) -> Option<&Item> {
        usize::try_from(ordinal).ok().and_then(|n| self.0.get(n))
    }

    pub fn left(&self, ordinal: u32) -> i64 {
        self.get(ordinal).map_or(0, |item| item.left)
    }

    /// Takes `amount`; whether that closes the item.
    pub fn take(&mut self, ordinal: u32, amount: i64) -> bool {
        let Some(item) = usize::try_from(ordinal).ok().and_then(|n| self.0.get_mut(n)) else { return false };
        item.left = item.left.saturating_sub(amount);
        amount == item.open
    }

    /// Receivables of the currency with something left.
    fn payable<'a>(&'a self, currency: &'a str) -> impl Iterator<Item = (u32, &'a Item)> {
        (0u32..).zip(&self.0).filter(move |(_, i)| i.receivable && i.left > 0 && i.currency == currency)
    }

    /// The items whose number stands in what the payer wrote.
    pub fn named(&self, line: &Line) -> Vec<u32> {
        let in_text = |(_, item): &(u32, &Item)| line.said.iter().any(|said| holds(said, &item.number));
        self.payable(&line.currency).filter(in_text).map(|(n, _)| n).collect()
    }

    /// A customer's, the oldest first; those of one day by number.
    pub fn oldest(&self, customer: u32, currency: &str) -> Vec<u32> {
        let mut own: Vec<_> = self.payable(currency).filter(|(_, item)| item.customer == customer).collect();
        own.sort_by_key(|(n, item)| (item.age, item.number.as_str(), *n));
        own.into_iter().map(|(n, _)| n).collect()
    }

    pub fn of_amount(&self, line: &Line, max: usize) -> Vec<u32> {
        self.payable(&line.currency)
            .filter(|(_, i)| i.left == line.remaining)
            .map(|(n, _)| n)
            .take(max)
            .collect()
    }
}

/// Whether a normalised text holds a number as a whole: `INV1` is not in `INV12`, but in `INV1INV2` and `发票INV1款`.
fn holds(text: &str, number: &str) -> bool {
    let goes_on = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => {
            (a.is_ascii_digit() && b.is_ascii_digit()) || (a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
        }
        _ => false,
    };
    let whole = |(at, _): (usize, &str)| {
        let (before, after) =
            (text.get(..at).unwrap_or(""), text.get(at.saturating_add(number.len())..).unwrap_or(""));
        !goes_on(before.chars().next_back(), number.chars().next())
            && !goes_on(number.chars().next_back(), after.chars().next())
    };
    number.len() >= NUMBER_CHARS_MIN && text.match_indices(number).any(whole)
}

/// One bank line. Amounts are minor units.
#[derive(Debug)]
pub struct Line {
    pub ordinal: u32,
    pub credit: bool,
    pub kind: String,
    pub currency: String,
    pub remaining: i64,
    pub payer_account: String,
    pub customer_hint: Option<u32>,
    /// What the payer wrote, each normalised: text, structured and end-to-end reference, advice.
    said: Vec<String>,
}

pub fn lines(c: LineColumns, r: RemittanceColumns) -> Result<Vec<Line>, Problem> {
    check_len(c.credit.len(), c.count, "credit")?;
    check_len(c.remaining.len(), c.count, "remaining")?;
    check_len(c.customer_hint.len(), c.count, "customer_hint")?;
    let kind = Texts::read(c.kind, c.count, "kind")?;
    let currency = Texts::read(c.currency, c.count, "currency")?;
    let payer_account = Texts::read(c.payer_account, c.count, "payer_account")?;
    let said = [
        Texts::read(c.free_text, c.count, "free_text")?,
        Texts::read(c.structured, c.count, "structured")?,
        Texts::read(c.end_to_end, c.count, "end_to_end")?,
    ];
    let numbers = c.credit.into_iter().zip(c.remaining).zip(c.customer_hint);
    let mut lines: Vec<Line> = (0u32..)
        .zip(numbers)
        .enumerate()
        .map(|(row, (ordinal, ((credit, remaining), hint)))| Line {
            ordinal,
            credit: credit != 0,
            kind: kind.get(row).to_owned(),
            currency: currency.get(row).to_owned(),
            remaining,
            payer_account: payer_account.get(row).to_owned(),
            customer_hint: (hint != NO_ORDINAL).then_some(hint),
            said: said.iter().map(|texts| normal(texts.get(row))).collect(),
        })
        .collect();
    check_len(r.line.len(), r.count, "remittances/line")?;
    let reference = Texts::read(r.reference, r.count, "remittances/reference")?;
    for (row, of) in r.line.into_iter().enumerate() {
        let line = usize::try_from(of).ok().and_then(|n| lines.get_mut(n));
        let unknown = || problem("bad-column", format!("remittance {row} is of line {of}")).build();
        line.ok_or_else(unknown)?.said.push(normal(reference.get(row)));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_whole_or_not_at_all() {
        let number = normal("INV-2026-000012");
        for text in ["INV-2026-000012", "货款INV2026000012。", "inv 2026-000011/inv 2026-000012"] {
            assert!(holds(&normal(text), &number), "{text}");
        }
        for text in ["INV-2026-0000123", "XINV-2026-000012", "2026000012", ""] {
            assert!(!holds(&normal(text), &number), "{text}");
        }
        assert!(!holds("A12", "A12"), "too short to be a reference");
    }
}
