//! Number series (编号规则) of documents: which series a document's number is of, by its kind and date.
//!
//! A number is `<code>-<n>`, and a code ends with what the series begins anew with: `INV-2026` a fiscal year, `INV-202604` a month,
//! `INV` never. So each code counts from 1 for itself, and whoever checks that none is missing needs the numbers alone.

use crate::fiscal::Calendar;
use chrono::{Datelike, NaiveDate};
use thiserror::Error;

/// Kinds of documents that are numbered here, with the prefix that each has where nothing else is chosen. One a line.
pub const PREFIXES: &[(&str, &str)] = &[
    ("accrual", "DA"),
    ("adjustment", "AJ"),
    ("advance", "ADV"),
    ("bill", "BR"),
    ("bill-discount", "BD"),
    ("bill-dishonour", "BX"),
    ("bill-endorsement", "BE"),
    ("bill-payment", "BP"),
    ("credit-note", "CN"),
    ("debit-note", "DBN"),
    ("delivery", "DN"),
    ("invoice", "INV"),
    ("late-fee", "LF"),
    ("opening", "OB"),
    ("receipt", "RC"),
    ("refund", "RF"),
    ("return", "RT"),
    ("reversal", "RV"),
    ("transfer", "TR"),
    ("write-off", "WO"),
];

/// The prefix of a kind; one that is not in the register is its own.
pub fn default_prefix(kind: &str) -> &str {
    PREFIXES.iter().find(|(of, _)| *of == kind).map_or(kind, |(_, prefix)| prefix)
}

/// The kind of the documents that bear the numbers of a series; none, where they are no documents but deliveries.
pub fn document_kind(kind: &str) -> Option<&str> {
    match kind {
        "reversal" => Some("adjustment"),
        "accrual" => Some("delivery"),
        "delivery" => None,
        own => Some(own),
    }
}

/// When a series begins anew at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reset {
    /// With the fiscal year.
    #[default]
    Year,
    Month,
    Never,
}

impl Reset {
    pub const ALL: [Reset; 3] = [Reset::Year, Reset::Month, Reset::Never];
    pub const fn name(self) -> &'static str {
        match self {
            Reset::Year => "year",
            Reset::Month => "month",
            Reset::Never => "never",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Reset::ALL.into_iter().find(|reset| reset.name() == name)
    }
}

/// A rule that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SeriesError {
    #[error("{0:?} is not a prefix: 1 to 10 capital letters and digits, a letter first")]
    Prefix(String),
    #[error("{prefix} is the prefix of {kind}: a series is of one kind")]
    Taken { prefix: String, kind: String },
}

/// How documents of a kind are numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub prefix: String,
    pub reset: Reset,
    /// No document is dated before the last one of its series.
    pub chronological: bool,
}

impl Rule {
    /// That of a kind for which nothing was chosen.
    pub fn default_of(kind: &str) -> Self {
        Rule { prefix: default_prefix(kind).to_owned(), reset: Reset::Year, chronological: false }
    }
    /// The series of a day.
    pub fn code(&self, calendar: Calendar, date: NaiveDate) -> String {
        let Rule { prefix, reset, .. } = self;
        match reset {
            Reset::Year => format!("{prefix}-{:04}", calendar.period(date).year),
            Reset::Month => format!("{prefix}-{:04}{:02}", date.year(), date.month()),
            Reset::Never => prefix.clone(),
        }
    }
    /// Whether documents of `kind` may be numbered so; `used` are prefixes with the kind that each is or was of.
    pub fn check<'a>(
        &self,
        kind: &str,
        used: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), SeriesError> {
        let prefix = &self.prefix;
        let shaped = prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !shaped || prefix.len() > 10 || !prefix.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Err(SeriesError::Prefix(prefix.clone()));
        }
        let own = PREFIXES.iter().map(|(kind, prefix)| (*prefix, *kind));
        match own.chain(used).find(|(of, other)| of == prefix && *other != kind) {
            Some((_, other)) => Err(SeriesError::Taken { prefix: prefix.clone(), kind: other.to_owned() }),
            None => Ok(()),
        }
    }
}

/// The prefix of a series.
pub fn prefix_of(code: &str) -> &str {
    code.split_once('-').map_or(code, |(prefix, _)| prefix)
}

/// A number of a series, as documents show it.
pub fn number(code: &str, n: u64) -> String {
    format!("{code}-{n:06}")
}

/// What a number is of: its series and its place there.
pub fn parse_number(number: &str) -> Option<(&str, u64)> {
    let (code, n) = number.rsplit_once('-')?;
    Some((code, n.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::time::parse_date;
    use std::collections::BTreeSet;

    fn rule(prefix: &str, reset: Reset) -> Rule {
        Rule { prefix: prefix.to_owned(), reset, chronological: false }
    }

    #[test]
    fn a_code_says_when_the_series_began() {
        let day = parse_date("2026-02-28").unwrap();
        let (calendar, april) = (Calendar::default(), Calendar::new(4).unwrap());
        assert_eq!(Rule::default_of("invoice").code(calendar, day), "INV-2026");
        assert_eq!(Rule::default_of("invoice").code(april, day), "INV-2025");
        assert_eq!(rule("F", Reset::Month).code(april, day), "F-202602");
        assert_eq!(rule("F", Reset::Never).code(april, day), "F");
        assert_eq!((number("F", 7).as_str(), parse_number("F-000007")), ("F-000007", Some(("F", 7))));
        assert_eq!(
            (parse_number("INV-2026-1234567"), parse_number("X")),
            (Some(("INV-2026", 1_234_567)), None)
        );
        assert_eq!((prefix_of("INV-2026"), prefix_of("F")), ("INV", "F"));
    }

    #[test]
    fn a_prefix_is_of_one_kind() {
        let distinct: BTreeSet<&str> = PREFIXES.iter().map(|(_, prefix)| *prefix).collect();
        assert_eq!(distinct.len(), PREFIXES.len());
        assert!(PREFIXES.iter().all(|(kind, prefix)| rule(prefix, Reset::Year).check(kind, []).is_ok()));
        let taken = |kind: &str| Err(SeriesError::Taken { prefix: "CN".to_owned(), kind: kind.to_owned() });
        assert_eq!(rule("CN", Reset::Year).check("invoice", []), taken("credit-note"));
        assert_eq!(rule("F", Reset::Year).check("invoice", [("F", "invoice")]), Ok(()));
        assert!(rule("F", Reset::Year).check("invoice", [("F", "receipt")]).is_err());
        for bad in ["", "f", "F-1", "1F", "ABCDEFGHIJK", "销", "F 1"] {
            assert_eq!(rule(bad, Reset::Year).check("invoice", []), Err(SeriesError::Prefix(bad.to_owned())));
        }
        assert!(Reset::ALL.into_iter().all(|reset| Reset::by_name(reset.name()) == Some(reset)));
    }
}
