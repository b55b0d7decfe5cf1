//! Revaluations (期末调汇): each row is what the events of its entries say, and they post its difference on its day and take it back on the
//! next; no entry is without its row. The next run of a day reckons from these rows.

use super::super::LINKS_MAX;
use super::Run;
use crate::common::Common;
use crate::revaluation::data;
use chrono::NaiveDate;
use money::Minor;
use serde_json::Value;
use store::query::history::EntryHistory;
use store::rows::{Event, Revaluation};
use store::{Conn, query};

/// An entry of a revaluation, as the chain has it.
#[derive(Debug)]
pub(super) struct Chained {
    day: NaiveDate,
    /// What its events say.
    said: Vec<Value>,
    /// What its first line posts, in base currency.
    posted: Minor,
}

pub(super) fn note(run: &mut Run, history: &EntryHistory, events: &[Event]) {
    if history.entry.kind != "revaluation" {
        return;
    }
    let chained = Chained {
        day: history.entry.effective_date.date(),
        said: events.iter().map(|event| event.data.0.clone()).collect(),
        posted: history.postings.first().map_or(Minor::ZERO, |line| line.base),
    };
    run.revalued.insert(history.entry.id, chained);
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut entries = std::mem::take(&mut run.revalued);
    let mut after = None;
    loop {
        let all = query::revaluations::Filter::default();
        let page = query::revaluations::page(conn, run.company.id, &all, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some((last.as_of, last.entry));
        for row in &page {
            match (entries.remove(&row.entry), entries.remove(&row.reversal)) {
                (Some(entry), Some(back)) => check_entries(run, row, &entry, &back),
                _ => run.problem(row.entry, "no entry of it, or none that takes it back, is in the chain"),
            }
        }
    }
    for entry in entries.into_keys() {
        run.problem(entry, "it is an entry of a revaluation that is not there");
    }
    Ok(())
}

/// The events of both entries say what the row says, and the entries post its difference, on its day and back on the next.
fn check_entries(run: &mut Run, row: &Revaluation, entry: &Chained, back: &Chained) {
    let stands = data(row, run.company.base_currency);
    match entry.said.as_slice() {
        [told] => run.members(row.entry, told, &stands),
        _ => run.problem(row.entry, "no event says what was revalued, or more than one does"),
    }
    if back.said != entry.said {
        run.problem(row.entry, "the event that takes it back says something else");
    }
    let difference = row.value.sub(row.carrying).ok();
    if difference != Some(entry.posted) || difference.and_then(|of| of.neg().ok()) != Some(back.posted) {
        run.problem(row.entry, "its entries do not post what it found and take it back");
    }
    if entry.day != row.as_of || Some(back.day) != row.as_of.succ_opt() {
        run.problem(row.entry, "its entries are not of its day and the next");
    }
}
