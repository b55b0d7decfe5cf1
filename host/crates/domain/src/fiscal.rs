//! The fiscal calendar (会计年度): twelve months from the one the company's year begins with. China's is the calendar year
//! (《会计法》第十一条); a company elsewhere may begin in another month.

use chrono::{Datelike, NaiveDate};
use std::fmt;
use thiserror::Error;

/// A number that is no month.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a fiscal year begins in month 1 to 12, not {0}")]
pub struct FiscalError(pub u32);

/// In which month fiscal years begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    first_month: u32,
}

impl Default for Calendar {
    fn default() -> Self {
        Calendar { first_month: 1 }
    }
}

/// A month of a fiscal year, as `2026-P08`: the year is that in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub year: i32,
    /// 1 to 12.
    pub number: u32,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-P{:02}", self.year, self.number)
    }
}

impl Calendar {
    pub const fn new(first_month: u32) -> Result<Self, FiscalError> {
        match first_month {
            1..=12 => Ok(Calendar { first_month }),
            _ => Err(FiscalError(first_month)),
        }
    }
    pub const fn first_month(self) -> u32 {
        self.first_month
    }
    pub fn period(self, day: NaiveDate) -> Period {
        // months since the year began: 0 to 11
        let since = day.month().saturating_add(12).saturating_sub(self.first_month) % 12;
        let year = if day.month() < self.first_month { day.year().saturating_sub(1) } else { day.year() };
        Period { year, number: since.saturating_add(1) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::time::parse_date;

    #[test]
    fn a_year_is_named_by_the_one_it_begins_in() {
        let of = |first: u32, day: &str| {
            Calendar::new(first).unwrap().period(parse_date(day).unwrap()).to_string()
        };
        assert_eq!((of(1, "2026-01-01"), of(1, "2026-12-31")), ("2026-P01".into(), "2026-P12".into()));
        assert_eq!((of(4, "2026-03-31"), of(4, "2026-04-01")), ("2025-P12".into(), "2026-P01".into()));
        assert_eq!((of(4, "2027-01-15"), of(12, "2026-11-30")), ("2026-P10".into(), "2025-P12".into()));
        assert_eq!((of(12, "2026-12-01"), of(7, "2024-02-29")), ("2026-P01".into(), "2023-P08".into()));
    }

    #[test]
    fn a_month_is_one_of_twelve() {
        assert_eq!((Calendar::new(0), Calendar::new(13)), (Err(FiscalError(0)), Err(FiscalError(13))));
        assert_eq!(Calendar::default(), Calendar::new(1).unwrap());
    }
}
