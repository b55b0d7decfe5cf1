//! From dates to due dates.

use super::{Basis, Counting, Rule, Terms};
use chrono::{Datelike, Days, Months, NaiveDate};
use money::{Minor, MoneyError, Rounding};

/// What is known of a document's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    pub document: NaiveDate,
    pub delivery: Option<NaiveDate>,
    pub invoice_received: Option<NaiveDate>,
    pub statement_cut_off: Option<NaiveDate>,
    pub statement_confirmed: Option<NaiveDate>,
}

impl Dates {
    /// Where nothing but the document's own date is known.
    pub const fn of_document(document: NaiveDate) -> Self {
        Dates {
            document,
            delivery: None,
            invoice_received: None,
            statement_cut_off: None,
            statement_confirmed: None,
        }
    }
    /// As these, where the day of `basis` came to be known.
    pub const fn with(mut self, basis: Basis, date: NaiveDate) -> Self {
        match basis {
            Basis::Document => self.document = date,
            Basis::Delivery => self.delivery = Some(date),
            Basis::InvoiceReceived => self.invoice_received = Some(date),
            Basis::StatementCutOff => self.statement_cut_off = Some(date),
            Basis::StatementConfirmed => self.statement_confirmed = Some(date),
        }
        self
    }
    pub(super) const fn of(&self, basis: Basis) -> Option<NaiveDate> {
        match basis {
            Basis::Document => Some(self.document),
            Basis::Delivery => self.delivery,
            Basis::InvoiceReceived => self.invoice_received,
            Basis::StatementCutOff => self.statement_cut_off,
            Basis::StatementConfirmed => self.statement_confirmed,
        }
    }
}

/// A part of the amount and when it is due: open, as long as its basis date is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub amount: Minor,
    pub date: Option<NaiveDate>,
}

/// What may be taken off if it is paid by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlyPayment {
    /// The last day.
    pub until: NaiveDate,
    pub permille: u32,
}

impl EarlyPayment {
    /// The most that may be taken off `amount`, never a fraction of a minor unit more than agreed.
    ///
    /// # Errors
    /// An overflow.
    pub fn most(&self, amount: Minor) -> Result<Minor, MoneyError> {
        amount.share(Minor::new(i64::from(self.permille)), Minor::new(1_000), Rounding::Down)
    }
}

/// The parts of `amount` with their due dates, in the order of the terms; together they are `amount`, whatever its sign.
///
/// # Errors
/// An overflow.
pub fn due_dates(terms: &Terms, dates: &Dates, amount: Minor) -> Result<Vec<Due>, MoneyError> {
    let parts = terms.parts();
    let weights: Vec<u64> = parts.iter().map(|(permille, _)| u64::from(*permille)).collect();
    let amounts = amount.split(&weights)?;
    let basis = dates.of(terms.basis);
    let date = |rule: Rule| basis.and_then(|basis| due(rule, basis));
    Ok(parts.iter().zip(amounts).map(|((_, rule), amount)| Due { amount, date: date(*rule) }).collect())
}

/// The due date of each part in the order of the terms, counted from the basis date.
pub fn due_from(terms: &Terms, basis: NaiveDate) -> Vec<Option<NaiveDate>> {
    terms.parts().into_iter().map(|(_, rule)| due(rule, basis)).collect()
}

/// The steps of the discount with their last days, rising; none as long as the basis date is not known.
pub fn offers(terms: &Terms, dates: &Dates) -> Vec<EarlyPayment> {
    let Some(basis) = dates.of(terms.basis) else { return Vec::new() };
    let step = |permille, days: u32| Some(EarlyPayment { until: plus(basis, days)?, permille });
    terms.discounts.iter().filter_map(|discount| step(discount.permille, discount.days)).collect()
}

/// What may be taken off when it is paid on `paid`, of steps in their order: the best one whose last day is not over.
pub fn early_payment(offers: &[EarlyPayment], paid: NaiveDate) -> Option<EarlyPayment> {
    offers.iter().copied().find(|step| paid <= step.until)
}

fn due(rule: Rule, basis: NaiveDate) -> Option<NaiveDate> {
    match rule {
        Rule::Net { days } => plus(basis, days),
        Rule::EndOfMonth { months, days } => plus(end_of_month(basis, months)?, days),
        Rule::DaysEndOfMonth { days } => end_of_month(plus(basis, days)?, 0),
        Rule::Monthly { cut_off, days, counting } => monthly(basis, cut_off, days, counting),
    }
}

/// 月结: the month whose cut-off comes next, the day itself included.
fn monthly(basis: NaiveDate, cut_off: u32, days: u32, counting: Counting) -> Option<NaiveDate> {
    let this_month = cut_off_of(basis, 0, cut_off)?;
    let settled = if basis <= this_month { this_month } else { cut_off_of(basis, 1, cut_off)? };
    match counting {
        Counting::CutOffMonthEnd => plus(end_of_month(settled, 0)?, days),
        Counting::CutOff => plus(settled, days),
        Counting::WholeMonths => end_of_month(settled, days / 30),
    }
}

fn plus(date: NaiveDate, days: u32) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(u64::from(days)))
}

/// The first of the month, some months on.
fn first_of(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.with_day(1)?.checked_add_months(Months::new(months))
}

fn end_of_month(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    first_of(date, months.checked_add(1)?)?.pred_opt()
}

/// The cut-off of a month: its day, or the month's last where it has no such day.
fn cut_off_of(date: NaiveDate, months: u32, cut_off: u32) -> Option<NaiveDate> {
    let first = first_of(date, months)?;
    match first.with_day(cut_off) {
        Some(day) => Some(day),
        None => end_of_month(first, 0),
    }
}
