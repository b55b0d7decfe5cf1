//! Which dates make sense. A slip of a digit would open a number series of another century and stand in the books for good:
//! nothing posted is deleted.

use crate::common::{Common, Context};
use crate::company::today;
use chrono::{Months, NaiveDate};
use store::rows::Company;

/// Years that a document, its effect, its supply or its money may lie ahead of the company's today: orders and advance
/// invoices do, by months.
const AHEAD_YEARS_MAX: u32 = 2;
/// Years until something is due: the longest terms there are, of leases and of loans.
const DUE_YEARS_MAX: u32 = 30;
/// Nothing that is still open is older.
const FIRST_YEAR: i32 = 1900;

/// A date with the pointer to the member that says it.
pub(crate) type At = (&'static str, NaiveDate);

/// Refuses what nobody means: `dated` of documents, effects, supplies and money, `due` of what is to be paid.
pub(crate) fn check(
    ctx: &Context<'_>,
    company: &Company,
    dated: impl IntoIterator<Item = At>,
    due: Option<At>,
) -> Result<(), Common> {
    let today = today(ctx, company)?;
    let within = |(pointer, date): At, years: u32| {
        let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or(NaiveDate::MIN);
        let last = last(today, years);
        if (first..=last).contains(&date) {
            return Ok(());
        }
        let message =
            format!("{date} is not between {first} and {last} ({years} years from today): is it a slip?");
        Err(Common::invalid(pointer, message))
    };
    dated.into_iter().try_for_each(|date| within(date, AHEAD_YEARS_MAX))?;
    due.map_or(Ok(()), |date| within(date, DUE_YEARS_MAX))
}

/// The same day so many years later; 28 February for the 29th.
fn last(today: NaiveDate, years: u32) -> NaiveDate {
    today.checked_add_months(Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::Days;

    #[test]
    fn the_last_day_is_the_same_day_years_later() {
        let day = |text: &str| domain::time::parse_date(text).unwrap();
        assert_eq!(last(day("2026-11-26"), 2), day("2028-11-26"));
        assert_eq!(last(day("2028-02-29"), 2), day("2030-02-28"));
        assert_eq!(last(NaiveDate::MAX.checked_sub_days(Days::new(1)).unwrap(), 2), NaiveDate::MAX);
    }
}
