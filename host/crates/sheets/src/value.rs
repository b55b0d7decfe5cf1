//! Texts of cells as values of bodies. No arithmetic: a number stays text, its separators are taken out.

use chrono::{Days, NaiveDate};
use thiserror::Error;

/// Why a cell is not what its field wants.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ValueError {
    #[error("{0:?} is no number")]
    NotANumber(String),
    #[error("{0:?} is written with an exponent: format the column as a number with all its digits")]
    Exponent(String),
    #[error(
        "{text:?}: a thousands separator {separator:?} stands before a group that has not three digits; if it is the decimal \
         separator, say so in the mapping, as \"decimal\": {separator:?}"
    )]
    Grouping { text: String, separator: char },
    #[error("{0:?} is a percentage, which this field is not")]
    Percent(String),
    #[error(
        "{0:?} has more than 15 digits: Excel keeps no more, so the last ones are not what was typed; format the column as text"
    )]
    Rounded(String),
    #[error("{0} is not one of the days of that month")]
    NoSuchDay(String),
    #[error("{text:?} is not a date as {wanted}")]
    NotADate { text: String, wanted: String },
    #[error(
        "{0} is a number, not a date: format the column as a date, or name \"dates\": \"serial\" in the mapping if it counts days as Excel does"
    )]
    Serial(String),
    #[error("{0:?} is not a whole number")]
    NotWhole(String),
    #[error("holds the error {0}: mend the formula")]
    Formula(String),
    #[error(
        "holds the formula {0} and no value of it: open the workbook in Excel and save it, or write the value itself"
    )]
    Uncalculated(String),
    #[error("{0} is a truth value, which this field is not")]
    Truth(bool),
    #[error("{0} is a date, which this field is not")]
    Date(NaiveDate),
}

/// How numbers are written in texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Separators {
    pub decimal: char,
    pub thousands: Option<char>,
}

impl Default for Separators {
    fn default() -> Self {
        Separators { decimal: '.', thousands: Some(',') }
    }
}

/// A decimal in plain notation, and the currency that its sign or code names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// As `money::parse_decimal` takes it.
    pub text: String,
    /// `CNY`, `€` …
    pub mark: Option<String>,
}

/// Signs of currencies, and the codes each may stand for.
const SIGNS: [(&str, &[&str]); 8] = [
    ("HK$", &["HKD"]),
    ("US$", &["USD"]),
    ("$", &["USD", "HKD", "AUD", "CAD", "SGD", "NZD", "TWD", "MXN"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("¥", &["CNY", "JPY"]),
    ("元", &["CNY", "TWD", "HKD"]),
    ("RMB", &["CNY"]),
];

/// Whether a sign or code that stands with an amount goes with the currency it is taken for.
pub fn fits_currency(mark: &str, currency: &str) -> bool {
    match SIGNS.iter().find(|(sign, _)| *sign == mark) {
        Some((_, codes)) => codes.contains(&currency),
        None => mark == currency,
    }
}

/// Full-width forms as Chinese input methods write them, the typographic minus, and blanks of all widths.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '￥' => '¥',
            '\u{2212}' | '\u{2013}' => '-',
            '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{3000}' => ' ',
            '’' => '\'',
            _ => c,
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Reads a number: separators, a sign before or behind, parentheses, a currency sign or code, and with `percent` a
/// percentage (which becomes a fraction).
///
/// # Errors
/// Why it is none; nothing is left out silently.
pub fn number(text: &str, separators: Separators, percent: bool) -> Result<Number, ValueError> {
    let refuse = || ValueError::NotANumber(text.to_owned());
    let mut rest = plain(text);
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        negative = true;
        rest = inner.trim().to_owned();
    }
    let mut mark = None;
    // signs and minus in whatever order: "-€ 5", "€-5", "5- EUR"
    for _ in 0..2 {
        if let Some(after) = rest.strip_prefix('-').or_else(|| rest.strip_suffix('-')) {
            if negative {
                return Err(refuse());
            }
            negative = true;
            rest = after.trim().to_owned();
        } else if let Some(after) = rest.strip_prefix('+') {
            rest = after.trim().to_owned();
        }
        if mark.is_none() {
            (mark, rest) = without_mark(rest);
        }
    }
    let share = rest.strip_suffix('%').map(|before| before.trim_end().to_owned());
    if let Some(before) = share.clone() {
        if !percent {
            return Err(ValueError::Percent(text.to_owned()));
        }
        rest = before;
    }
    let digits = ungrouped(text, &rest, separators)?;
    let digits = if share.is_some() { hundredth(&digits) } else { digits };
    let zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    Ok(Number { text: if negative && !zero { format!("-{digits}") } else { digits }, mark })
}

fn without_mark(text: String) -> (Option<String>, String) {
    for (sign, _) in SIGNS {
        let rest = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign));
        if let Some(rest) = rest {
            return (Some(sign.to_owned()), rest.trim().to_owned());
        }
    }
    let code = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    if let Some((head, tail)) = text.split_at_checked(3).filter(|(head, _)| code(head)) {
        return (Some(head.to_owned()), tail.trim().to_owned());
    }
    let behind = text.len().checked_sub(3).and_then(|at| text.split_at_checked(at));
    if let Some((head, tail)) = behind.filter(|(_, tail)| code(tail)) {
        return (Some(tail.to_owned()), head.trim().to_owned());
    }
    (None, text)
}

/// Digits with at most one point, without separators and needless zeros before.
fn ungrouped(whole_text: &str, text: &str, separators: Separators) -> Result<String, ValueError> {
    let refuse = || ValueError::NotANumber(whole_text.to_owned());
    let (whole, fraction) = match text.split_once(separators.decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.is_some_and(|fraction| fraction.is_empty() || !only_digits(fraction)) || whole.is_empty() {
        return Err(if exponent(text) { ValueError::Exponent(whole_text.to_owned()) } else { refuse() });
    }
    let mut digits = String::with_capacity(whole.len());
    match separators.thousands.filter(|separator| whole.contains(*separator)) {
        None => digits.push_str(whole),
        Some(separator) => {
            for (n, group) in whole.split(separator).enumerate() {
                let fits = if n == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
                if !fits || !only_digits(group) {
                    return Err(ValueError::Grouping { text: whole_text.to_owned(), separator });
                }
                digits.push_str(group);
            }
        }
    }
    if !only_digits(&digits) {
        return Err(if exponent(text) { ValueError::Exponent(whole_text.to_owned()) } else { refuse() });
    }
    let significant = digits.trim_start_matches('0');
    let whole = if significant.is_empty() { "0" } else { significant };
    Ok(fraction.map_or_else(|| whole.to_owned(), |fraction| format!("{whole}.{fraction}")))
}

fn exponent(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.split_once('e').is_some_and(|(before, after)| {
        before.starts_with(|c: char| c.is_ascii_digit())
            && after.trim_start_matches(['+', '-']).bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The decimal point two places to the left.
fn hundredth(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{whole:0>3}");
    let (head, tail) = padded.split_at(padded.len().saturating_sub(2));
    let head = head.trim_start_matches('0');
    format!("{}.{tail}{fraction}", if head.is_empty() { "0" } else { head })
}

/// Digits of a number cell that Excel may have rounded.
pub fn beyond_excel(number: &str) -> bool {
    let digits = number.trim_start_matches('-').replace('.', "");
    digits.trim_start_matches('0').trim_end_matches('0').len() > 15 || whole_digits(number) > 15
}

/// Digits before the point of a plain decimal.
pub fn whole_digits(number: &str) -> usize {
    number.trim_start_matches('-').split('.').next().unwrap_or_default().len()
}

/// How dates are written: `YYYY`, `YY` (20YY), `MM`, `DD` and what stands between, or `serial`, `serial-1904`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateFormat {
    Parts {
        order: Vec<Part>,
        name: String,
    },
    /// Days counted from the last of 1899, as Excel does.
    Serial,
    Serial1904,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Year4,
    Year2,
    Month,
    Day,
    Literal(char),
}

/// Formats that are tried where none is named.
pub const DATE_FORMATS: [&str; 10] = [
    "YYYY-MM-DD",
    "YYYY/MM/DD",
    "YYYY.MM.DD",
    "YYYY年MM月DD日",
    "YYYYMMDD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
];

impl DateFormat {
    /// # Errors
    /// What a format has to have, as a sentence.
    pub fn parse(name: &str) -> Result<Self, String> {
        match name {
            "serial" => return Ok(DateFormat::Serial),
            "serial-1904" => return Ok(DateFormat::Serial1904),
            _ => {}
        }
        let mut order = Vec::new();
        let mut rest = name;
        while let Some(first) = rest.chars().next() {
            let tokens = [
                ("YYYY", Part::Year4),
                ("YY", Part::Year2),
                ("MM", Part::Month),
                ("M", Part::Month),
                ("DD", Part::Day),
                ("D", Part::Day),
            ];
            let token = tokens.into_iter().find_map(|(token, part)| Some((rest.strip_prefix(token)?, part)));
            let (after, part) = match token {
                Some(found) => found,
                None => (rest.get(first.len_utf8()..).unwrap_or(""), Part::Literal(first)),
            };
            order.push(part);
            rest = after;
        }
        let count = |wanted: fn(&Part) -> bool| order.iter().filter(|part| wanted(part)).count();
        let years = count(|part| matches!(part, Part::Year4 | Part::Year2));
        let whole = years == 1
            && count(|part| *part == Part::Month) == 1
            && count(|part| *part == Part::Day) == 1
            && !name.contains(|c: char| c.is_ascii_digit());
        if whole {
            return Ok(DateFormat::Parts { order, name: name.to_owned() });
        }
        Err(format!(
            "{name:?} is no date format: write YYYY (or YY), MM and DD once each in their order, as \"DD.MM.YYYY\", or \"serial\""
        ))
    }

    /// # Errors
    /// `NotADate`, or `NoSuchDay` for one that reads well but is not in the calendar.
    pub fn read(&self, text: &str) -> Result<NaiveDate, ValueError> {
        let text = plain(text);
        let refuse = |wanted: &str| ValueError::NotADate { text: text.clone(), wanted: wanted.to_owned() };
        let (order, name) = match self {
            DateFormat::Serial => return serial(&text, 1899, 30).ok_or_else(|| refuse("a count of days")),
            DateFormat::Serial1904 => return serial(&text, 1904, 1).ok_or_else(|| refuse("a count of days")),
            DateFormat::Parts { order, name } => (order, name),
        };
        let (year, month, day) = parts(order, &text).ok_or_else(|| refuse(name))?;
        NaiveDate::from_ymd_opt(year, month, day).ok_or(ValueError::NoSuchDay(text))
    }
}

fn serial(text: &str, year: i32, day: u32) -> Option<NaiveDate> {
    let month = if year == 1904 { 1 } else { 12 };
    let days: u64 = text.split('.').next()?.parse().ok()?;
    // below 61 Excel counts a 29 February 1900 that never was
    if year == 1899 && days < 61 {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, day)?
        .checked_add_days(Days::new(days))
        .filter(|date| *date < NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap_or(NaiveDate::MAX))
}

fn parts(order: &[Part], text: &str) -> Option<(i32, u32, u32)> {
    let (mut year, mut month, mut day) = (None, None, None);
    let mut rest = text;
    for (n, part) in order.iter().enumerate() {
        // without a separator behind it a part has all its digits: YYYYMMDD
        let fixed = order.get(n + 1).is_some_and(|next| !matches!(next, Part::Literal(_)));
        match part {
            Part::Literal(literal) => rest = rest.strip_prefix(*literal)?,
            Part::Year4 => year = Some(digits(&mut rest, 4, 4)?),
            Part::Year2 => year = Some(2000 + digits(&mut rest, 2, 2)?),
            Part::Month => month = Some(digits(&mut rest, if fixed { 2 } else { 1 }, 2)?),
            Part::Day => day = Some(digits(&mut rest, if fixed { 2 } else { 1 }, 2)?),
        }
    }
    let time = rest.strip_prefix([' ', 'T']).map(str::trim);
    // a time of day behind the date is none of the date's
    let is_time = |time: &str| {
        time.contains(':') && time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
    };
    if !rest.is_empty() && !time.is_some_and(is_time) {
        return None;
    }
    Some((i32::try_from(year?).ok()?, month?, day?))
}

fn digits(rest: &mut &str, min: usize, max: usize) -> Option<u32> {
    let length = rest.bytes().take(max).take_while(u8::is_ascii_digit).count();
    if length < min {
        return None;
    }
    let (head, tail) = rest.split_at(length);
    *rest = tail;
    head.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<String, ValueError> {
        number(text, Separators::default(), false).map(|number| number.text)
    }

    #[test]
    fn numbers_are_read_as_they_are_written_in_sheets() {
        for (text, wanted) in [
            ("1,234.50", "1234.50"),
            ("(1,234.50)", "-1234.50"),
            ("1234.50-", "-1234.50"),
            ("-5", "-5"),
            ("+5", "5"),
            ("¥ 1,000", "1000"),
            ("￥１，０００．５０", "1000.50"),
            ("-€5", "-5"),
            ("€-5", "-5"),
            ("5.00 EUR", "5.00"),
            ("EUR 5", "5"),
            ("5- EUR", "-5"),
            ("007", "7"),
            ("0", "0"),
            ("-0.00", "0.00"),
            ("100元", "100"),
            ("\u{2212}3", "-3"),
            ("1,234,567", "1234567"),
            ("US$12", "12"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(wanted), "{text}");
        }
        let german = Separators { decimal: ',', thousands: Some('.') };
        assert_eq!(number("1.234,5", german, false).unwrap().text, "1234.5");
        assert_eq!(number("13%", german, true).unwrap().text, "0.13");
        assert_eq!(number("0,5 %", german, true).unwrap().text, "0.005");
        assert_eq!(number("150%", german, true).unwrap().text, "1.50");
    }

    #[test]
    fn what_is_no_number_says_why() {
        for text in [
            "",
            "abc",
            "1.2.3",
            "--5",
            "(-5)",
            "5 6",
            ".5",
            "5.",
            "1,2,3.4.5",
            "NaN",
            "inf",
            "-",
            "¥",
            "1_000",
        ] {
            assert!(read(text).is_err(), "{text:?}: {:?}", read(text));
        }
        assert!(matches!(read("1e400"), Err(ValueError::Exponent(_))));
        assert!(matches!(read("1.5E+3"), Err(ValueError::Exponent(_))));
        assert!(
            matches!(read("12,50"), Err(ValueError::Grouping { .. })),
            "a German amount is not twelve hundred and fifty"
        );
        assert!(matches!(read("1,2345"), Err(ValueError::Grouping { .. })));
        assert!(matches!(read("5%"), Err(ValueError::Percent(_))));
    }

    #[test]
    fn a_sign_goes_with_its_currencies_only() {
        assert_eq!(number("€ 5", Separators::default(), false).unwrap().mark.as_deref(), Some("€"));
        assert!(fits_currency("€", "EUR") && fits_currency("¥", "JPY") && fits_currency("GBP", "GBP"));
        assert!(!fits_currency("€", "CNY") && !fits_currency("GBP", "EUR"));
    }

    #[test]
    fn dates_are_of_the_calendar_or_none() {
        let read =
            |format: &str, text: &str| DateFormat::parse(format).unwrap().read(text).map(|d| d.to_string());
        assert_eq!(read("DD.MM.YYYY", "1.2.2026").as_deref(), Ok("2026-02-01"));
        assert_eq!(read("MM/DD/YYYY", "1/6/2012").as_deref(), Ok("2012-01-06"));
        assert_eq!(read("YYYY年MM月DD日", "2026年11月5日").as_deref(), Ok("2026-11-05"));
        assert_eq!(read("YYYYMMDD", "20261105").as_deref(), Ok("2026-11-05"));
        assert_eq!(read("YYYY-MM-DD", "2026-11-05 23:59:59").as_deref(), Ok("2026-11-05"));
        assert_eq!(read("DD.MM.YY", "05.11.26").as_deref(), Ok("2026-11-05"));
        assert_eq!(read("serial", "45943").as_deref(), Ok("2025-10-13"));
        assert_eq!(read("serial", "61").as_deref(), Ok("1900-03-01"));
        assert_eq!(read("serial-1904", "44481").as_deref(), Ok("2025-10-13"));
        assert!(matches!(read("DD.MM.YYYY", "31.02.2026"), Err(ValueError::NoSuchDay(_))));
        assert!(matches!(read("DD.MM.YYYY", "29.02.2027"), Err(ValueError::NoSuchDay(_))));
        for text in ["31.02.", "2026-02-31", "1.2.26", "1.2.20266", "1.2.2026x", "", "serial"] {
            assert!(matches!(read("DD.MM.YYYY", text), Err(ValueError::NotADate { .. })), "{text}");
        }
        for format in ["", "YYYY", "DD.MM", "YYYY-MM-MM", "dd.mm.yyyy", "YYYY-MM-DD1"] {
            assert!(DateFormat::parse(format).is_err(), "{format}");
        }
    }

    #[test]
    fn more_digits_than_excel_keeps_are_noticed() {
        assert!(!beyond_excel("2195380883") && !beyond_excel("0.1") && !beyond_excel("123456789012345"));
        assert!(
            beyond_excel("1234567890123456")
                && beyond_excel("0.30000000000000004")
                && beyond_excel("12345678901234567000")
        );
        assert_eq!(["-0.5", "12.5", "100"].map(whole_digits), [1, 2, 3]);
    }
}
