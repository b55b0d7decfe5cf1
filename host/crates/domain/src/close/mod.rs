//! The close of a period (月结): which month, what is looked at before it is locked, and what a bank's statements leave out.

mod continuity;
#[cfg(test)]
mod tests;

pub use continuity::{Gap, GapKind, Sheet, Span, gaps};

use crate::time::parse_date;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// What is looked at before a period is locked (月结检查项). A checklist has one item of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The bank's statements follow each other up to the last day, and every line is settled (银行对账连续性).
    BankContinuity,
    /// Credits that pay nothing, for review (未核销贷方).
    Unapplied,
    /// What was delivered and is not billed is what the ledger accrues for it, for review (应收未开票).
    Unbilled,
    /// Foreign balances are valued at the last day's rates (期末调汇).
    Revaluation,
    /// Control accounts are the sum of their customers, items and ages (总账与明细账勾稽).
    TieOut,
    /// Whoever has a balance or a movement has an approved statement (客户对账单).
    Statements,
    /// The period's vouchers went to the general ledger (凭证已导出): all were exported here, or somebody says so.
    VouchersExported,
    /// Nothing is in suspense at the last day, and the account says the same (待查款已清).
    Suspense,
    /// What customers dispute at the last day, for review (异议).
    Disputes,
}

impl Check {
    /// In the order of a checklist.
    pub const ALL: [Check; 9] = [
        Check::BankContinuity,
        Check::Unapplied,
        Check::Unbilled,
        Check::Revaluation,
        Check::TieOut,
        Check::Statements,
        Check::VouchersExported,
        Check::Suspense,
        Check::Disputes,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            Check::BankContinuity => "bank-continuity",
            Check::Unapplied => "unapplied",
            Check::Unbilled => "unbilled",
            Check::Revaluation => "revaluation",
            Check::TieOut => "tie-out",
            Check::Statements => "statements",
            Check::VouchersExported => "vouchers-exported",
            Check::Suspense => "suspense",
            Check::Disputes => "disputes",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Check::ALL.into_iter().find(|check| check.name() == name)
    }
    /// Whether the first checklist of a company asks for it before a hard lock.
    pub const fn is_mandatory(self) -> bool {
        !matches!(self, Check::Unapplied | Check::Unbilled | Check::VouchersExported | Check::Disputes)
    }
    /// Whether nothing that the host can look at need say that it is done: the word of a person does, and it needs one then.
    pub const fn is_word(self) -> bool {
        matches!(self, Check::VouchersExported)
    }
}

/// A calendar month, known by its last day: a fiscal calendar may bring periods that end elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    last: NaiveDate,
}

/// Text that is no month.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a month of the form YYYY-MM")]
pub struct MonthError(pub String);

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Option<Self> {
        let last = day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()?;
        Some(Month { last })
    }
    /// The month that ends on a day; none if no month does.
    pub fn ending(last: NaiveDate) -> Option<Self> {
        Month::of(last).filter(|month| month.last == last)
    }
    pub fn first(self) -> NaiveDate {
        // every month has a first day
        self.last.with_day(1).unwrap_or(self.last)
    }
    pub const fn last(self) -> NaiveDate {
        self.last
    }
    pub fn next(self) -> Option<Self> {
        Month::of(self.last.succ_opt()?)
    }
    /// How many months lie between them: of the next one 1.
    fn months_until(self, later: Month) -> i32 {
        let number = |month: Month| month.last.year() * 12 + i32::try_from(month.last.month()).unwrap_or(0);
        number(later) - number(self)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.last.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = MonthError;
    fn from_str(text: &str) -> Result<Self, MonthError> {
        let first = parse_date(&format!("{text}-01")).ok();
        first.and_then(Month::of).ok_or_else(|| MonthError(text.chars().take(40).collect()))
    }
}

/// Days after a period's last until its items are due, where nobody has said otherwise.
const DUE_DAYS: u64 = 5;

/// When the items of a company's first checklist are due.
pub fn due_first(month: Month) -> NaiveDate {
    month.last.checked_add_days(Days::new(DUE_DAYS)).unwrap_or(NaiveDate::MAX)
}

/// When what was due for one month is due for another: on the same day of the month, on the last where it was the last
/// or where there is no such day.
pub fn due_moved(due: NaiveDate, from: Month, to: Month) -> NaiveDate {
    let months = from.months_until(to);
    let by = Months::new(months.unsigned_abs());
    let moved = if months < 0 { due.checked_sub_months(by) } else { due.checked_add_months(by) };
    let moved = moved.unwrap_or(due);
    match (Month::ending(due), Month::of(moved)) {
        (Some(_), Some(month)) => month.last,
        _ => moved,
    }
}
