//! Time, in kinds that do not mix: an instant on the clock, and the dates of accounting and of the bank.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// An instant in UTC, cut to microseconds at construction so that every database gives it back equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(DateTime<Utc>);

impl Instant {
    pub fn new(at: DateTime<Utc>) -> Self {
        Instant(DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at))
    }
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Instant)
    }
    pub fn from_naive(at: NaiveDateTime) -> Self {
        Instant::new(at.and_utc())
    }
    pub fn naive(self) -> NaiveDateTime {
        self.0.naive_utc()
    }
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }
    /// The calendar date of this instant in the company's time zone.
    pub fn date_in(self, zone: chrono_tz::Tz) -> NaiveDate {
        zone.from_utc_datetime(&self.0.naive_utc()).date_naive()
    }
    /// The first instant of a calendar date in a time zone; where its midnight is skipped, the first that is there.
    pub fn start_of(day: NaiveDate, zone: chrono_tz::Tz) -> Self {
        let midnight = day.and_time(NaiveTime::MIN);
        let quarter = |n: i64| midnight + TimeDelta::minutes(15 * n);
        let begins = (0..=96).find_map(|n| zone.from_local_datetime(&quarter(n)).earliest());
        begins.map_or_else(|| Instant::from_naive(midnight), |at| Instant::new(at.with_timezone(&Utc)))
    }
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Instant(self.0 + TimeDelta::seconds(seconds))
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 with six decimals and `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S%.6fZ"))
    }
}

/// The injected clock.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

/// Text that is not an ISO 8601 calendar date of a year that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a date of the form YYYY-MM-DD that exists in the calendar, in the years 1900 to 2199")]
pub struct DateError(pub String);

macro_rules! dates {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NaiveDate);

        impl $name {
            pub const fn new(date: NaiveDate) -> Self {
                $name(date)
            }
            pub const fn date(self) -> NaiveDate {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.format("%Y-%m-%d"))
            }
        }

        impl FromStr for $name {
            type Err = DateError;
            fn from_str(text: &str) -> Result<Self, DateError> {
                parse_date(text).map($name)
            }
        }
    )*};
}

dates! {
    /// The effective (posting, 记账) date of an entry: it decides the period.
    AccountingDate;
    /// The date on a document.
    DocumentDate;
    /// The date from which the bank counts interest (起息日).
    ValueDate;
    /// The date on which the bank booked.
    BookingDate;
}

/// Parses `YYYY-MM-DD` strictly: four, two and two digits, a day that exists, the years 1900 to 2199.
pub fn parse_date(text: &str) -> Result<NaiveDate, DateError> {
    let refuse = || DateError(text.chars().take(40).collect());
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return Err(refuse());
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| refuse())?;
    let year = chrono::Datelike::year(&date);
    if (1900..=2199).contains(&year) { Ok(date) } else { Err(refuse()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_dates_that_exist_parse() {
        assert!(parse_date("2028-02-29").is_ok());
        for bad in [
            "2026-02-29",
            "2026-2-1",
            "31.02.2026",
            "2026-13-01",
            "0026-01-01",
            "2026-01-01T",
            "",
            "2026/01/01",
        ] {
            assert!(parse_date(bad).is_err(), "{bad}");
        }
        assert!(parse_date("1900-01-01").is_ok() && parse_date("2199-12-31").is_ok());
        let said = parse_date("2206-11-28").unwrap_err().to_string();
        assert!(said.ends_with("in the years 1900 to 2199"), "{said}");
    }

    #[test]
    fn an_instant_is_cut_to_microseconds_and_falls_on_the_companys_date() {
        let at = Instant::new(DateTime::from_timestamp(1_796_054_400, 123_456_789).unwrap());
        assert_eq!(at.micros() % 1_000_000, 123_456);
        let late = Instant::from_naive(parse_date("2026-11-30").unwrap().and_hms_opt(16, 30, 0).unwrap());
        assert_eq!(late.date_in(chrono_tz::Asia::Shanghai).to_string(), "2026-12-01");
    }

    #[test]
    fn a_day_begins_at_its_midnight_or_when_the_clocks_go_on() {
        let starts = |day: &str, zone| Instant::start_of(parse_date(day).unwrap(), zone).to_string();
        assert_eq!(starts("2026-12-01", chrono_tz::Asia::Shanghai), "2026-11-30T16:00:00.000000Z");
        // São Paulo had no midnight on this day, and 01:00 was 03:00 UTC
        assert_eq!(starts("2018-11-04", chrono_tz::America::Sao_Paulo), "2018-11-04T03:00:00.000000Z");
    }
}
