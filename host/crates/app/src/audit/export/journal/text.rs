//! The two languages. What they share – accounts, amounts with `@@` – is made outside; here is how each writes dates, tags,
//! assertions and declarations.

use super::{JournalFormat, Line};
use chrono::NaiveDate;
use money::Currency;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use store::query::history::EntryHistory;

pub(super) struct Text {
    pub format: JournalFormat,
    pub base: Currency,
}

/// Before every date that is accepted.
const OPENED: &str = "1900-01-01";
/// Below half a minor unit of every currency: what the division of a total price may leave, and no more.
const TOLERANCE: &str = "*:0.00001";

impl Text {
    /// The head of the file.
    pub fn opening(&self, company: &str, position: u64, head: &str) -> String {
        match self.format {
            JournalFormat::Hledger => format!(
                "; Zhangben ledger of {company}, sealed to position {position}, head {head}\n\
                 ; base currency {}; check with: hledger check --strict -f FILE\n\ndecimal-mark .\n\n",
                self.base
            ),
            JournalFormat::Beancount => format!(
                ";; Zhangben ledger of {company}, sealed to position {position}, head {head}\n\
                 ;; check with: bean-check FILE\n\noption \"title\" \"{}\"\noption \"operating_currency\" \"{}\"\n\
                 option \"inferred_tolerance_default\" \"{TOLERANCE}\"\n\n",
                quoted(&format!("Zhangben {company}")),
                self.base
            ),
        }
    }

    pub fn transaction(&self, position: u64, history: &EntryHistory, lines: &[Line]) -> String {
        let mut tags = vec![
            ("position", position.to_string()),
            ("entry", history.entry.id.to_string()),
            ("kind", history.entry.kind.clone()),
        ];
        if let Some(document) = &history.document {
            tags.push(("document", document.document.id.to_string()));
            tags.push(("number", document.document.number.clone()));
            tags.push(("document-date", document.document.document_date.to_string()));
            let due = document.document.due_date.filter(|_| history.entry.kind != "reversal");
            tags.extend(due.map(|due| ("due-date", due.to_string())));
        }
        tags.extend(history.entry.reverses.map(|entry| ("reverses", entry.to_string())));
        let allocations = history.allocations.iter().map(|a| {
            let amount = a.amount.format(a.currency);
            format!("{} {} {} {amount} {}", a.id, a.debit_item, a.credit_item, a.currency)
        });
        let number = history.document.as_ref().map_or("", |document| document.document.number.as_str());
        let date = history.entry.effective_date;
        let mut text = String::new();
        match self.format {
            JournalFormat::Hledger => {
                let description = format!("{} {number}", history.entry.kind);
                push(&mut text, &format!("{date} * {}", tag(description.trim_end())));
            }
            JournalFormat::Beancount => {
                let kind = quoted(&history.entry.kind);
                push(&mut text, &format!("{date} * \"{kind}\" \"{}\"", quoted(number)));
            }
        }
        for (name, value) in tags {
            self.tag(&mut text, name, &value);
        }
        for (n, allocation) in (1..).zip(allocations) {
            self.tag(&mut text, &format!("allocation-{n}"), &allocation);
        }
        lines.iter().for_each(|line| self.line(&mut text, line));
        text.push('\n');
        text
    }

    fn tag(&self, text: &mut String, name: &str, value: &str) {
        push(
            text,
            &match self.format {
                JournalFormat::Hledger => format!("    ; {name}:{}", tag(value)),
                JournalFormat::Beancount => format!("  {name}: \"{}\"", quoted(value)),
            },
        );
    }

    fn line(&self, text: &mut String, line: &Line) {
        let tags = [("item", &line.item), ("tax-code", &line.tax_code)];
        let tags = tags.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        match self.format {
            JournalFormat::Hledger => {
                let tags: Vec<String> = tags.map(|(name, value)| format!("{name}:{}", tag(value))).collect();
                let tags = if tags.is_empty() { String::new() } else { format!("  ; {}", tags.join(", ")) };
                push(text, &format!("    {}  {}{tags}", line.account, line.amount));
            }
            JournalFormat::Beancount => {
                push(text, &format!("  {}  {}", line.account, line.amount));
                tags.for_each(|(name, value)| push(text, &format!("    {name}: \"{}\"", quoted(value))));
            }
        }
    }

    /// What stands on accounts at the end of `last`.
    pub fn balances(&self, last: NaiveDate, balances: &[(String, String)]) -> String {
        let mut text = String::new();
        match self.format {
            // asserted at their place in the file, after everything of that day
            JournalFormat::Hledger => {
                push(&mut text, &format!("{last} * balances"));
                for (account, amount) in balances {
                    let currency = amount.rsplit(' ').next().unwrap_or_default();
                    push(&mut text, &format!("    {account}  0 {currency} = {amount}"));
                }
            }
            // asserted at the beginning of a day
            JournalFormat::Beancount => {
                let next = last.succ_opt().unwrap_or(last);
                for (account, amount) in balances {
                    let exact = amount.replacen(' ', " ~ 0 ", 1);
                    push(&mut text, &format!("{next} balance {account}  {exact}"));
                }
            }
        }
        text.push('\n');
        text
    }

    pub fn declarations(&self, accounts: &BTreeSet<String>, currencies: &BTreeSet<Currency>) -> String {
        let mut text = String::new();
        for currency in currencies {
            match self.format {
                JournalFormat::Hledger => {
                    let zeros = "0".repeat(usize::try_from(currency.decimals()).unwrap_or(0));
                    push(&mut text, &format!("commodity 1000.{zeros} {currency}"));
                }
                JournalFormat::Beancount => push(&mut text, &format!("{OPENED} commodity {currency}")),
            }
        }
        for account in accounts {
            push(
                &mut text,
                &match self.format {
                    JournalFormat::Hledger => format!("account {account}"),
                    JournalFormat::Beancount => format!("{OPENED} open {account}"),
                },
            );
        }
        text
    }
}

fn push(text: &mut String, line: &str) {
    // a string takes everything
    let _ = writeln!(text, "{line}");
}

/// In hledger a comma ends a tag, a semicolon begins a comment, `|` parts a description.
fn tag(value: &str) -> String {
    value.chars().map(|c| if matches!(c, ',' | ';' | '|') || c.is_control() { ' ' } else { c }).collect()
}

/// Inside of a string of beancount.
fn quoted(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            other if other.is_control() => quoted.push(' '),
            other => quoted.push(other),
        }
    }
    quoted
}

/// A part of an account's name in both languages: capital letter or digit first, then letters, digits and `-`. Anything else
/// is `-` and two hexadecimal digits a byte, `-` itself too; what would begin otherwise has `X--` before it. No two codes give one
/// name.
pub(super) fn component(code: &str) -> String {
    let mut name = String::with_capacity(code.len());
    for byte in code.bytes() {
        if byte.is_ascii_alphanumeric() {
            name.push(char::from(byte));
        } else {
            let _ = write!(name, "-{byte:02X}");
        }
    }
    match name.bytes().next() {
        Some(first) if first.is_ascii_uppercase() || first.is_ascii_digit() => name,
        _ => format!("X--{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_names_that_both_take_and_no_two_become_one() {
        for (code, name) in [
            ("C0001", "C0001"),
            ("1122", "1122"),
            ("a1", "X--a1"),
            ("A-1", "A-2D1"),
            ("A 1:b", "A-201-3Ab"),
            ("-x", "X---2Dx"),
            ("X--a1", "X-2D-2Da1"),
            ("A/\"1", "A-2F-221"),
        ] {
            assert_eq!(component(code), name);
        }
    }

    #[test]
    fn values_cannot_end_what_they_stand_in() {
        assert_eq!(tag("a,b;c|d\ne"), "a b c d e");
        assert_eq!(quoted("a\"b\\c\nd"), "a\\\"b\\\\c d");
    }
}
