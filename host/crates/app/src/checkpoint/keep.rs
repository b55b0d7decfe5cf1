//! Keeping checkpoints: which are wanted → what was recorded since for their days → make those anew for which something was,
//! and say of the others that they still hold.

use super::{Depth, MONTHS_MAX, STEP, books_at};
use crate::App;
use crate::common::{Common, Context};
use crate::company::{company_row, today};
use chrono::{Datelike, NaiveDate};
use domain::checkpoint::Moment;
use domain::ids::CompanyId;
use std::collections::BTreeMap;
use store::query;
use store::rows::Checkpoint;

/// Brings the checkpoints of a company up to date if [`STEP`] positions were sealed since; gives how many were written. Machinery,
/// as sealing is: it shows nothing to anybody and changes no figure, so that nobody is authorised.
pub fn keep_due(app: &App, company: CompanyId) -> Result<usize, Common> {
    let due = app.db.snapshot(|conn| {
        let head = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        let kept = query::checkpoints::moments(conn, company)?;
        let newest = kept.iter().map(|kept| kept.known_at).max().unwrap_or(0);
        Ok::<_, Common>(head.saturating_sub(newest) >= STEP)
    })?;
    if due { keep(app, company) } else { Ok(0) }
}

/// Brings the checkpoints of a company up to date; gives how many were written.
pub fn keep(app: &App, company: CompanyId) -> Result<usize, Common> {
    let ctx = Context::new(app);
    let (today, head, days, kept) = app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let head = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        let days = query::checkpoints::days(conn, company)?;
        Ok::<_, Common>((today(&ctx, &row)?, head, days, query::checkpoints::moments(conn, company)?))
    })?;
    let Some((first, _)) = days else { return Ok(0) };
    let wanted = wanted(first, today);
    let mut since: BTreeMap<u64, Option<NaiveDate>> = BTreeMap::new();
    let mut written = 0;
    // by day: each is made out of the one before
    for as_of in &wanted {
        let there = kept.iter().find(|kept| kept.as_of == *as_of);
        let changed = match there.map(|kept| kept.known_at) {
            None => Some(*as_of),
            Some(known_at) => match since.get(&known_at) {
                Some(day) => *day,
                None => {
                    let span = (known_at, head);
                    let day = app.db.read(|conn| query::checkpoints::first_day_since(conn, company, span))?;
                    since.insert(known_at, day);
                    day
                }
            },
        };
        if changed.is_some_and(|day| day <= *as_of) {
            written += usize::from(make(app, company, Moment { as_of: *as_of, known_at: head })?);
        } else {
            app.db.write(|tx| query::checkpoints::still_holds(tx, company, *as_of, head))?;
        }
    }
    for old in kept.iter().filter(|kept| !wanted.contains(&kept.as_of)) {
        app.db.write(|tx| query::checkpoints::remove(tx, company, old.as_of))?;
    }
    Ok(written)
}

/// The last days of months between the first day and today, the latest of them, and today; by day.
fn wanted(first: NaiveDate, today: NaiveDate) -> Vec<NaiveDate> {
    let mut days = vec![today];
    // the day before the first of a month is the last of the month before
    let mut last = today.with_day(1).and_then(|first| first.pred_opt());
    while let Some(day) = last.filter(|day| *day >= first && days.len() <= MONTHS_MAX) {
        days.push(day);
        last = day.with_day(1).and_then(|first| first.pred_opt());
    }
    days.reverse();
    days
}

/// Makes one, unless the books do not tie out: then the fold is to be asked each time, which says where.
fn make(app: &App, company: CompanyId, at: Moment) -> Result<bool, Common> {
    let books = app.db.snapshot(|conn| books_at(conn, company, at, Depth::Lots))?;
    if let Some((customer, ..)) = books.standings().find(|(.., standing)| !standing.ties_out()) {
        tracing::error!(%company, %customer, as_of = %at.as_of, "no checkpoint: the ledger does not tie out");
        app.db.write(|tx| query::checkpoints::remove(tx, company, at.as_of))?;
        return Ok(false);
    }
    let (heads, lots) = books.to_bytes();
    let row = Checkpoint { company, as_of: at.as_of, known_at: at.known_at, heads };
    Ok(app.db.write(|tx| query::checkpoints::put(tx, &row, &lots))?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn the_ends_of_months_and_today_are_kept() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(
            wanted(day(2026, 9, 30), day(2026, 11, 26)),
            [day(2026, 9, 30), day(2026, 10, 31), day(2026, 11, 26)]
        );
        assert_eq!(wanted(day(2026, 11, 2), day(2026, 11, 30)), [day(2026, 11, 30)]);
        assert_eq!(wanted(day(2027, 1, 1), day(2026, 11, 30)), [day(2026, 11, 30)], "dated ahead");
        let many = wanted(day(1990, 1, 1), day(2026, 3, 1));
        assert_eq!((many.len(), many[0]), (MONTHS_MAX + 1, day(2023, 3, 31)));
    }
}
