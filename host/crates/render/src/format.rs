//! Figures, dates and texts as a reader of the document's language expects them; PDF and HTML print the same strings.

use chrono::{Datelike, NaiveDate};
use domain::layout::{Align, CitedMoney, Table, Value};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// Keeps a currency code beside its amount.
const NO_BREAK_SPACE: char = '\u{a0}';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DateStyle {
    /// 2026-01-31 (ISO 8601)
    Iso,
    /// 31 Jan 2026
    English,
    /// 31.01.2026
    Dotted,
    /// 31/01/2026
    Slashed,
}

/// How one language writes figures and dates (the CLDR patterns, but with "-" as minus and ISO dates for Chinese,
/// Japanese and Korean, as Chinese statements print them). Unlisted languages get 1,234.56 and ISO dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale {
    group: char,
    point: char,
    date: DateStyle,
    code_after: bool,
    east_asian: bool,
}

impl Locale {
    /// `language` is a BCP 47 tag; only its primary subtag counts.
    pub fn of(language: &str) -> Self {
        let primary = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let (group, point, date, code_after) = match primary.as_str() {
            "en" => (',', '.', DateStyle::English, false),
            "de" => ('.', ',', DateStyle::Dotted, true),
            "es" | "it" | "pt" | "nl" => ('.', ',', DateStyle::Slashed, true),
            "fr" => (NO_BREAK_SPACE, ',', DateStyle::Slashed, true),
            "pl" | "cs" | "sk" | "ru" | "uk" | "fi" | "nb" | "no" => {
                (NO_BREAK_SPACE, ',', DateStyle::Dotted, true)
            }
            "sv" | "hu" => (NO_BREAK_SPACE, ',', DateStyle::Iso, true),
            _ => (',', '.', DateStyle::Iso, false),
        };
        let east_asian = matches!(primary.as_str(), "zh" | "ja" | "ko");
        Locale { group, point, date, code_after, east_asian }
    }

    /// Whether punctuation that both scripts share is set in the wide East Asian form.
    pub(crate) fn is_east_asian(&self) -> bool {
        self.east_asian
    }

    /// All decimals of the currency, grouped by thousands: `-1,234.56`, with its code only where the model asks for it.
    pub fn money(&self, cited: &CitedMoney) -> String {
        let amount = self.grouped(&cited.amount.amount());
        if !cited.show_currency {
            return amount;
        }
        let currency = cited.amount.currency();
        if self.code_after {
            format!("{amount}{NO_BREAK_SPACE}{currency}")
        } else {
            format!("{currency}{NO_BREAK_SPACE}{amount}")
        }
    }

    /// With the decimals the model gave: a rate of `13.00` stays so.
    pub fn number(&self, number: Decimal) -> String {
        self.grouped(&number.to_string())
    }

    pub fn date(&self, date: NaiveDate) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self.date {
            DateStyle::Iso => date.to_string(),
            DateStyle::English => format!("{day} {} {year}", date.format("%b")),
            DateStyle::Dotted => format!("{day:02}.{month:02}.{year}"),
            DateStyle::Slashed => format!("{day:02}/{month:02}/{year}"),
        }
    }

    /// Any value as text, cleaned; empty for [`Value::Empty`].
    pub fn value<'a>(&self, value: &'a Value) -> Cow<'a, str> {
        match value {
            Value::Empty => Cow::Borrowed(""),
            Value::Text(text) => clean(text),
            Value::Money(cited) => Cow::Owned(self.money(cited)),
            Value::Date(date) => Cow::Owned(self.date(*date)),
            Value::Number(number) => Cow::Owned(self.number(*number)),
        }
    }

    /// The parts of a paragraph, one after the other.
    pub(crate) fn prose(&self, parts: &[Value]) -> String {
        parts.iter().map(|part| self.value(part)).collect()
    }

    /// `plain` is a decimal as `-1234.5`.
    fn grouped(&self, plain: &str) -> String {
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        // "-0" and "-0.00" are no amounts anybody owes
        let zero = digits.bytes().all(|byte| !(b'1'..=b'9').contains(&byte));
        let mut text = String::with_capacity(plain.len() + plain.len() / 3 + 1);
        text.push_str(if zero { "" } else { sign });
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                text.push(self.group);
            }
            text.push(digit);
        }
        if let Some(fraction) = fraction {
            text.push(self.point);
            text.push_str(fraction);
        }
        text
    }
}

/// Whether a value is a figure: aligned at its end, never broken over lines.
pub fn is_figure(value: &Value) -> bool {
    matches!(value, Value::Money(_) | Value::Number(_))
}

/// Whether a text is a number of a document or the like: kept on one line where there is room.
pub(crate) fn is_code(text: &str) -> bool {
    const LENGTH_MAX: usize = 24;
    text.len() <= LENGTH_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Where the cells of a column are aligned: as the model says, but at the end where it says nothing
/// ([`Align::Start`] is the default) and every value that stands in this column alone is a figure.
pub fn column_align(table: &Table, column: usize) -> Align {
    let stated = table.columns.get(column).map_or(Align::Start, |c| c.align);
    if stated != Align::Start {
        return stated;
    }
    let mut figures = false;
    for row in &table.rows {
        let mut at = 0usize;
        for cell in &row.cells {
            let span = usize::try_from(cell.span).unwrap_or(usize::MAX);
            if at == column && span == 1 && cell.value != Value::Empty {
                if !is_figure(&cell.value) {
                    return Align::Start;
                }
                figures = true;
            }
            at = at.saturating_add(span);
        }
    }
    if figures { Align::End } else { Align::Start }
}

/// Text fit to print: every kind of line break is "\n", a tab is a blank, other control characters, byte order marks
/// and noncharacters are gone, and so are the bidirectional overrides and isolates, with which a text can show another
/// order of digits than it holds.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && (c.is_control() || is_unfit(c) || is_line_break(c))) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            c if is_line_break(c) => cleaned.push('\n'),
            '\t' => cleaned.push(' '),
            c if c.is_control() || is_unfit(c) => {}
            c => cleaned.push(c),
        }
    }
    Cow::Owned(cleaned)
}

/// [`clean`], on one line.
pub(crate) fn clean_line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_unfit(character: char) -> bool {
    let code = u32::from(character);
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}')
        || code & 0xfffe == 0xfffe
}

/// The three parts (left, centre, right) of a page's header or footer. Without a tab the whole text goes to
/// the part that `alone` numbers.
pub(crate) fn running_parts(text: &str, alone: usize) -> [String; 3] {
    let mut parts = [String::new(), String::new(), String::new()];
    let given: Vec<&str> = text.splitn(3, '\t').collect();
    let places: &[usize] = match given.len() {
        3 => &[0, 1, 2],
        2 => &[0, 2],
        _ => &[alone],
    };
    for (text, place) in given.into_iter().zip(places) {
        if let Some(part) = parts.get_mut(*place) {
            *part = clean_line(text);
        }
    }
    parts
}

#[cfg(test)]
mod tests;
