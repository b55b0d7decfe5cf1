//! Checkpoints (余额快照): what stood on customers' accounts on some days, kept so that reports of everybody read what lies
//! between, and not everything.
//!
//! | verb | when | cost |
//! |---|---|---|
//! | [`books_at`] | a report of all customers asks for (day, position) | the nearest checkpoint, and the entries between |
//! | [`keep_due`] | each minute in a server, before a report on the command line | nothing, until [`STEP`] positions are sealed |
//! | [`keep()`] | thereby | the entries sealed since; the first time all of them, once |
//!
//! Kept are the last day of each of the last [`MONTHS_MAX`] months and today. Nothing else knows of them: no posting touches
//! one, deleting all of them changes no figure, `verify` compares each with the fold. A sealed position never changes, so that a
//! checkpoint can be made from several snapshots, and two processes that make the same one make it alike.

mod keep;

pub use keep::{keep, keep_due};

use crate::common::Common;
use chrono::{Days, NaiveDate};
use domain::checkpoint::{Books, Moment, Span, steps};
use domain::ids::CompanyId;
use store::{Conn, query};

/// Positions sealed after which checkpoints are brought up to date: what a report reads at most of what is new.
pub const STEP: u64 = 2_000;
/// Months whose last day is kept.
pub const MONTHS_MAX: usize = 36;
/// Positions of one query: what is in memory at once, and few enough that PostgreSQL does not compile the query first.
const POSITIONS_MAX: u64 = 2_500;
/// Days of one query, for the same reasons: of a company with a million entries in two years some 2,800.
const DAYS_MAX: Days = Days::new(2);

/// What is wanted of books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Balances.
    Sums,
    /// And ages.
    Lots,
}

/// The books at a moment, settled; on the caller's snapshot, whose chain goes as far.
pub(crate) fn books_at(
    conn: &mut Conn,
    company: CompanyId,
    at: Moment,
    depth: Depth,
) -> Result<Books, Common> {
    let kept = nearest(&query::checkpoints::moments(conn, company)?, at);
    let found = kept.map(|kept| read(conn, company, kept, depth)).transpose()?.flatten();
    // before the first position nothing was known of any day
    let (from, mut books) = found.unwrap_or((Moment { known_at: 0, ..at }, Books::default()));
    let days = query::checkpoints::days(conn, company)?;
    // balances know no due dates
    let told = depth == Depth::Lots && query::terms::any_due(conn, company)?;
    if told && from.known_at > 0 {
        retell(conn, company, (from, at.known_at), &mut books)?;
    }
    let told = told.then_some(at.known_at);
    for step in steps(from, at) {
        for span in pieces(step.span, days) {
            add(conn, company, (span, step.away, told), &mut books)?;
        }
    }
    books.settle()?;
    Ok(books)
}

/// The checkpoint from which the way is shortest, if one is nearer than the beginning. It is a guess, at a year's history: what
/// comes out is the same from any.
fn nearest(kept: &[Moment], at: Moment) -> Option<Moment> {
    let per_day = at.known_at / 365 + 1;
    let way = |kept: &Moment| {
        let days = at.as_of.signed_duration_since(kept.as_of).num_days().unsigned_abs();
        kept.known_at.abs_diff(at.known_at).saturating_add(days.saturating_mul(per_day))
    };
    kept.iter().copied().min_by_key(way).filter(|best| way(best) < at.known_at)
}

/// A checkpoint's books; none if they cannot be read, as those of a newer program.
fn read(
    conn: &mut Conn,
    company: CompanyId,
    kept: Moment,
    depth: Depth,
) -> Result<Option<(Moment, Books)>, Common> {
    let Some(row) = query::checkpoints::heads(conn, company, kept.as_of)? else { return Ok(None) };
    let lots = match depth {
        Depth::Sums => None,
        Depth::Lots => Some(query::checkpoints::lots(conn, company, kept.as_of)?),
    };
    match Books::from_bytes(&row.heads, lots.as_deref()) {
        Ok(books) => Ok(Some((Moment { as_of: row.as_of, known_at: row.known_at }, books))),
        Err(error) => {
            tracing::warn!(%company, as_of = %row.as_of, %error, "a checkpoint is left aside");
            Ok(None)
        }
    }
}

/// The span in pieces whose rows fit into memory; `days` are the first and the last on which anything is effective.
fn pieces(span: Span, days: Option<(NaiveDate, NaiveDate)>) -> Vec<Span> {
    let (mut pieces, Some((first, last))) = (Vec::new(), days) else { return Vec::new() };
    match span {
        Span::Positions { mut after, to, through } => {
            while after < to {
                let next = after.saturating_add(POSITIONS_MAX).min(to);
                pieces.push(Span::Positions { after, to: next, through });
                after = next;
            }
        }
        Span::Days { after, to, known_at } => {
            let (mut after, to) = (after.max(first.pred_opt().unwrap_or(first)), to.min(last));
            while after < to {
                let next = after.checked_add_days(DAYS_MAX).map_or(to, |next| next.min(to));
                pieces.push(Span::Days { after, to: next, known_at });
                after = next;
            }
        }
    }
    pieces
}

/// Brings what is open in books of a moment to the due dates that are known at another position.
fn retell(
    conn: &mut Conn,
    company: CompanyId,
    (from, known_at): (Moment, u64),
    books: &mut Books,
) -> Result<(), Common> {
    let (mut after, to) = (from.known_at.min(known_at), from.known_at.max(known_at));
    while after < to {
        let next = after.saturating_add(POSITIONS_MAX).min(to);
        for retold in query::checkpoints::retold(conn, company, (after, next), from)? {
            books.retell(retold, known_at < from.known_at)?;
        }
        after = next;
    }
    Ok(())
}

/// Adds the entries of a span to the books, or takes them away; with the due dates that were posted, or `told` up to a position.
fn add(
    conn: &mut Conn,
    company: CompanyId,
    (span, away, told): (Span, bool, Option<u64>),
    books: &mut Books,
) -> Result<(), Common> {
    for mut posted in query::checkpoints::posted(conn, company, span)? {
        if away {
            (posted.amount, posted.postings) = (posted.amount.neg()?, posted.postings.saturating_neg());
        }
        books.post(posted)?;
    }
    for mut change in query::checkpoints::changes(conn, company, span, told)? {
        if away {
            change.amount = change.amount.neg()?;
        }
        books.change(change)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    /// Before anything is effective.
    const BEFORE: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 31).unwrap();

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
    }

    #[test]
    fn a_span_in_pieces_is_the_span() {
        let days = Some((day(3), day(9)));
        let far = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
        let span = |after, to| Span::Days { after, to, known_at: 7 };
        assert_eq!(pieces(span(BEFORE, far), days), [2, 4, 6, 8].map(|n| span(day(n), day((n + 2).min(9)))));
        assert_eq!(pieces(span(day(9), far), days), []);
        assert_eq!(pieces(span(BEFORE, far), None), []);
        let year = Some((day(1), NaiveDate::from_ymd_opt(2027, 10, 31).unwrap()));
        let cut = pieces(span(BEFORE, far), year);
        assert_eq!(cut.len(), 183);
        for pair in cut.windows(2) {
            let [Span::Days { to, .. }, Span::Days { after, .. }] = pair else { panic!("{pair:?}") };
            assert_eq!(to, after);
        }
        let span = |after, to| Span::Positions { after, to, through: day(5) };
        let cut = [span(1, 2_501), span(2_501, 5_001), span(5_001, 6_000)];
        assert_eq!(pieces(span(1, 6_000), days), cut);
    }

    #[test]
    fn the_nearest_checkpoint_is_taken_if_it_is_nearer_than_the_beginning() {
        let moment = |n, known_at| Moment { as_of: day(n), known_at };
        let kept = [moment(1, 7_300), moment(20, 7_300)];
        assert_eq!(nearest(&kept, moment(4, 7_310)), Some(kept[0]));
        assert_eq!(nearest(&kept, moment(18, 7_310)), Some(kept[1]));
        assert_eq!(nearest(&kept, moment(4, 30)), None);
        assert_eq!(nearest(&[], moment(4, 30)), None);
    }
}
