//! Old balances (旧账余额) of a sheet against the books: the end of taking over an old ledger. Nothing is written.

use super::import::{Watch, Who, of_row, unreadable};
use super::report::{DifferenceView, Report, SHOWN_MAX, ShownView, SumView};
use crate::http::problem::Problem;
use app::import::{OldBalance, tie_out_all};
use chrono::NaiveDate;
use money::{Currency, Minor, Money};
use serde_json::Value;
use sheets::record::{Outcome, Plan};
use sheets::{Assembler, CellError, Layout, Record, Source, read};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Balances that are held to be compared.
const BALANCES_MAX: usize = 200_000;

/// Reads all balances, then compares: with one that cannot be read the rest would differ for nothing.
pub(super) fn run(
    (who, watch): (Who<'_>, Option<Watch<'_>>),
    source: &Source,
    layout: &Layout,
    plan: &Plan,
    report: Report,
) -> Result<Report, Problem> {
    let mut old = Old { report, plan, day: None, list: Vec::new(), cells: HashMap::new() };
    "comparison".clone_into(&mut old.report.mode);
    let mut assembler = Assembler::new(plan);
    let mut rounded = 0;
    let broke = read::rows(source, layout, &mut |row| {
        old.report.rows += 1;
        rounded += plan.rounded(&row);
        if let Some(Err(stopped)) = watch.map(|watch| watch.row(old.report.rows)) {
            return ControlFlow::Break(Some(stopped));
        }
        match assembler.push(&row).is_none_or(|complete| old.take(complete)) {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(None),
        }
    });
    match (broke.map_err(|error| unreadable(&error))?, assembler.finish()) {
        (Some(Some(stopped)), _) => return Err(stopped),
        (None, Some(last)) => {
            old.take(last);
        }
        // one of them is refused, and the report says so; or there is none
        (Some(None), _) | (None, None) => {}
    }
    if let Some(watch) = watch {
        watch.tell(old.report.rows)?;
    }
    old.report.note_rounded(rounded);
    old.compare(who)
}

struct Old<'a> {
    report: Report,
    plan: &'a Plan,
    day: Option<NaiveDate>,
    list: Vec<OldBalance>,
    /// Where each stands.
    cells: HashMap<(String, Currency), String>,
}

impl Old<'_> {
    /// Whether to go on.
    fn take(&mut self, complete: Outcome) -> bool {
        self.report.records += 1;
        let record = match complete {
            Outcome::Record(record) => record,
            Outcome::Bad { errors, .. } => {
                self.report.refused += 1;
                errors.into_iter().for_each(|error| self.report.refused(error));
                return true;
            }
        };
        if self.report.first.len() < SHOWN_MAX {
            let (first_row, last_row) = (record.first_row, record.last_row);
            self.report.first.push(ShownView { first_row, last_row, body: record.body.clone() });
        }
        if self.list.len() >= BALANCES_MAX {
            let why = format!("more than {BALANCES_MAX} balances are not compared at once: split the file");
            self.refuse(record.place(self.plan, "", &why));
            return false;
        }
        if let Err(error) = self.note(&record) {
            self.refuse(error);
        }
        true
    }

    fn refuse(&mut self, error: CellError) {
        self.report.refused += 1;
        self.report.refused(error);
    }

    fn note(&mut self, record: &Record) -> Result<(), CellError> {
        let at = |pointer: &str, why: &str| record.place(self.plan, pointer, why);
        let text = |pointer: &'static str| {
            let found = record.body.pointer(pointer).and_then(Value::as_str);
            found.ok_or_else(|| at(pointer, "is missing"))
        };
        let customer = text("/customer")?;
        let currency = Currency::parse(text("/balance/currency")?)
            .map_err(|error| at("/balance/currency", &error.to_string()))?;
        let amount = Money::parse(text("/balance/amount")?, currency)
            .map_err(|error| at("/balance/amount", &error.to_string()))?;
        let day: NaiveDate = text("/date")?.parse().map_err(|_| at("/date", "is no date"))?;
        if let Some(first) = self.day.filter(|first| *first != day) {
            return Err(at("/date", &format!("is another day than {first}: a comparison is of one day")));
        }
        let cell = at("/balance/amount", "").cell.unwrap_or_default();
        self.day = Some(day);
        self.cells.insert((customer.to_owned(), currency), cell);
        self.list.push(OldBalance {
            customer: customer.parse().unwrap_or_else(|never| match never {}),
            currency,
            amount: amount.minor(),
        });
        Ok(())
    }

    fn compare(mut self, who: Who<'_>) -> Result<Report, Problem> {
        let Some(day) = self.day.filter(|_| self.report.errors_total == 0) else {
            if self.report.errors_total == 0 {
                let row = self.report.header_row;
                self.report.refused(of_row(row, "the sheet holds no balance: nothing was compared"));
            }
            return Ok(self.report);
        };
        app::audit::seal_all(who.app, who.company)?;
        let (differences, totals) = tie_out_all(who.app, who.actor, who.company, day, &self.list)?;
        for total in totals {
            let sum = |of: &str, amount: Minor| SumView {
                of: of.to_owned(),
                currency: total.currency.code().to_owned(),
                sum: amount.format(total.currency),
            };
            self.report.sums.extend([sum("old", total.old), sum("books", total.new)]);
        }
        let cells = self.cells;
        self.report.differences = differences
            .into_iter()
            .map(|found| DifferenceView {
                currency: found.currency.code().to_owned(),
                old: found.old.format(found.currency),
                new: found.new.format(found.currency),
                cell: cells.get(&(found.customer.clone(), found.currency)).cloned().unwrap_or_default(),
                customer: found.customer,
            })
            .collect();
        Ok(self.report)
    }
}
