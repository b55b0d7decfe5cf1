//! Regroupings (重分类): each row is what the events of its entries say; it found the credits that were open at its day and had been posted
//! before it, and posted what earlier ones of the day had not; and the next day took that back.

use super::Run;
use crate::common::Common;
use crate::regrouping::{data, grouped};
use chrono::NaiveDate;
use money::{Currency, Minor};
use serde_json::Value;
use std::collections::BTreeMap;
use store::query::history::EntryHistory;
use store::rows::{Event, Regrouping};
use store::{Conn, query};

/// An entry of a regrouping, as the chain has it.
#[derive(Debug)]
pub(super) struct Chained {
    position: u64,
    day: NaiveDate,
    /// What its events say.
    said: Vec<Value>,
    /// What its first line posts, and in base currency.
    posted: (Minor, Minor),
}

/// Rows read at a time.
const PAGE: u32 = 500;

pub(super) fn note(run: &mut Run, position: u64, history: &EntryHistory, events: &[Event]) {
    if history.entry.kind != "regrouping" {
        return;
    }
    let first = history.postings.first().map_or((Minor::ZERO, Minor::ZERO), |line| (line.amount, line.base));
    let chained = Chained {
        position,
        day: history.entry.effective_date.date(),
        said: events.iter().map(|event| event.data.0.clone()).collect(),
        posted: first,
    };
    run.regrouped.insert(history.entry.id, chained);
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut entries = std::mem::take(&mut run.regrouped);
    let mut posted: Vec<(Regrouping, Chained)> = Vec::new();
    let mut after = None;
    loop {
        let all = query::regroupings::Filter::default();
        let page = query::regroupings::page(conn, run.company.id, &all, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some((last.as_of, last.entry));
        for row in page {
            match (entries.remove(&row.entry), entries.remove(&row.reversal)) {
                (Some(entry), Some(back)) => {
                    check_entries(run, &row, &entry, &back)?;
                    posted.push((row, entry));
                }
                _ => run.problem(row.entry, "no entry of it, or none that takes it back, is in the chain"),
            }
        }
    }
    for (entry, _) in entries {
        run.problem(entry, "it is an entry of a regrouping that is not there");
    }
    posted.sort_by_key(|(_, entry)| entry.position);
    let mut shown: BTreeMap<(NaiveDate, String, Currency), (Minor, Minor)> = BTreeMap::new();
    for (row, entry) in posted {
        check_found(run, conn, &row, entry.position)?;
        let base_currency = run.company.base_currency;
        let of = shown.entry((row.as_of, row.account.clone(), row.currency)).or_default();
        let money = |(amount, base): (Minor, Minor)| {
            format!("{}, {}", amount.format(row.currency), base.format(base_currency))
        };
        let (before, now) = (money(*of), money((row.shown, row.base_shown)));
        *of = (of.0.add(entry.posted.0)?, of.1.add(entry.posted.1)?);
        run.same(row.entry, "what the day showed before it", before, now);
    }
    Ok(())
}

/// The entries post what the row says, on its day and back on the next, and their events say the same.
fn check_entries(run: &mut Run, row: &Regrouping, entry: &Chained, back: &Chained) -> Result<(), Common> {
    let difference = (row.credits.sub(row.shown)?, row.base_credits.sub(row.base_shown)?);
    let taken_back = (difference.0.neg()?, difference.1.neg()?);
    let said = vec![data(row, run.company.base_currency)];
    let next = row.as_of.succ_opt();
    if (entry.posted, back.posted) != (difference, taken_back) {
        run.problem(row.entry, "its entries do not post what it found and take it back");
    }
    if entry.day != row.as_of || Some(back.day) != next {
        run.problem(row.entry, "its entries are not of its day and the next");
    }
    if entry.said != said || back.said != said {
        run.problem(row.entry, "its events say something else");
    }
    Ok(())
}

/// What was open when it was posted.
fn check_found(run: &mut Run, conn: &mut Conn, row: &Regrouping, position: u64) -> Result<(), Common> {
    let open = grouped(conn, run.company.id, row.as_of, Some(position))?;
    let (credits, base) = open.get(&(row.account.clone(), row.currency)).copied().unwrap_or_default();
    let base_currency = run.company.base_currency;
    let money = |amount: Minor, base: Minor| {
        format!("{}, {}", amount.format(row.currency), base.format(base_currency))
    };
    let (expected, found) = (money(credits, base), money(row.credits, row.base_credits));
    run.same(row.entry, "credits that were open", expected, found);
    Ok(())
}
