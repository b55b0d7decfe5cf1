//! An old ledger (旧账) in a sheet of opening balances: what its rows open, and what the old books say each customer owes.

use super::import::{Watch, Who, of_row};
use super::report::DifferenceView;
use crate::http::problem::Problem;
use app::opening::RecordOpening;
use chrono::NaiveDate;
use money::{Currency, Minor, Money, MoneyError};
use sheets::record::OldBalance;
use sheets::{CellError, Record};
use std::collections::BTreeMap;

/// Old balances that are compared between two looks at whether somebody called it off.
const AT_ONCE: usize = 100;

/// A customer's code and a currency.
type Whose = (String, Currency);

#[derive(Default)]
pub(super) struct TakeOver {
    old: BTreeMap<Whose, Old>,
    entered: BTreeMap<Whose, Minor>,
    day: Option<NaiveDate>,
    /// Rows of which nothing is open: old ledgers list what was paid, too.
    pub nothing_open: u64,
}

/// A balance of the old books, and where it stands.
struct Old {
    amount: Minor,
    cell: String,
    row: u64,
}

impl TakeOver {
    /// Adds what a row opens.
    pub fn enter(&mut self, input: &RecordOpening) -> Result<(), MoneyError> {
        let sum = self.entered.entry((input.customer.to_string(), input.amount.currency())).or_default();
        *sum = sum.add(input.amount.minor())?;
        self.day = self.day.max(Some(input.effective_date));
        Ok(())
    }

    /// Notes a balance of the old books, said once or the same each time; gives why it cannot be taken.
    pub fn note(&mut self, record: &Record, old: OldBalance) -> Option<CellError> {
        let day = record.body.get("effective_date").and_then(serde_json::Value::as_str);
        self.day = self.day.max(day.and_then(|day| day.parse().ok()));
        let parsed = Currency::parse(&old.currency)
            .and_then(|currency| Ok((currency, Money::parse(&old.amount, currency)?.minor())));
        let why = match parsed {
            Err(error) => error.to_string(),
            Ok((currency, amount)) => {
                let said = Old { amount, cell: old.cell.clone(), row: old.row };
                let known = self.old.entry((old.customer.clone(), currency)).or_insert(said);
                if known.amount == amount {
                    return None;
                }
                let known = (known.amount.format(currency), &known.cell);
                format!("the old balance of {} is {} in {}", old.customer, known.0, known.1)
            }
        };
        Some(at_old(record.first_row, old.cell, &why))
    }

    /// The refusal of balances that are to be compared with the books of no day.
    pub fn undated(&self) -> Option<CellError> {
        let first = self.old.values().min_by_key(|old| old.row).filter(|_| self.day.is_none())?;
        let why = "is of no day: map a column to effective_date, or give it in \"constants\"";
        Some(at_old(first.row, first.cell.clone(), why))
    }

    /// Against our books, or where these rows are not in them yet, against the rows.
    pub fn differences(
        &self,
        (who, watch): (Who<'_>, Option<Watch<'_>>),
        with_books: bool,
    ) -> Result<Vec<DifferenceView>, Problem> {
        let view = |customer: &str, currency: Currency, old: Minor, new: Minor| DifferenceView {
            customer: customer.to_owned(),
            currency: currency.code().to_owned(),
            old: old.format(currency),
            new: new.format(currency),
            cell: self
                .old
                .get(&(customer.to_owned(), currency))
                .map(|old| old.cell.clone())
                .unwrap_or_default(),
        };
        let Some(day) = self.day.filter(|_| with_books && !self.old.is_empty()) else {
            let entered = |whose: &Whose| self.entered.get(whose).copied().unwrap_or_default();
            let differ = self.old.iter().filter(|(whose, old)| !with_books && entered(whose) != old.amount);
            return Ok(differ
                .map(|(whose, old)| view(&whose.0, whose.1, old.amount, entered(whose)))
                .collect());
        };
        app::audit::seal_all(who.app, who.company)?;
        let old: Vec<app::import::OldBalance> = self
            .old
            .iter()
            .map(|((customer, currency), old)| app::import::OldBalance {
                customer: customer.parse().unwrap_or_else(|never| match never {}),
                currency: *currency,
                amount: old.amount,
            })
            .collect();
        let tell = |compared| watch.map_or(Ok(()), |watch| watch.compared(compared, old.len()));
        let (mut found, mut compared) = (Vec::new(), 0);
        for some in old.chunks(AT_ONCE) {
            tell(compared)?;
            found.extend(app::import::tie_out(who.app, who.actor, who.company, day, some)?);
            compared += some.len();
        }
        tell(compared)?;
        Ok(found.into_iter().map(|d| view(&d.customer, d.currency, d.old, d.new)).collect())
    }
}

fn at_old(row: u64, cell: String, why: &str) -> CellError {
    CellError { cell: Some(cell), field: Some(sheets::field::OLD_BALANCE.to_owned()), ..of_row(row, why) }
}
