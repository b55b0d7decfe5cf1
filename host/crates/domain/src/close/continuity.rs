//! Whether a bank's statements of an account follow each other: what one closes with the next one opens with.

use crate::ids::BankStatementId;
use chrono::NaiveDate;
use money::Minor;
use std::cmp::Reverse;
use std::collections::HashSet;

/// A statement of an account, as far as its days and balances go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub id: BankStatementId,
    pub start: NaiveDate,
    pub end: NaiveDate,
    pub opening: Option<Minor>,
    pub closing: Option<Minor>,
    /// Its place among the statements of the same days: the bank's number, then the order in which they came.
    pub order: u64,
    /// Of a statement that was sent in pages: which one, and its page.
    pub sheet: Option<Sheet>,
}

/// A page of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub of: String,
    pub page: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapKind {
    /// Nothing was imported that is of the period or before it.
    NoStatement,
    /// A statement without its opening or closing balance proves nothing.
    NoBalance,
    /// It does not open with what the one before closed with.
    Broken,
    /// The statements end before the period does, and none that follows opens with what the last one closed with.
    EndsEarly,
}

impl GapKind {
    pub const fn name(self) -> &'static str {
        match self {
            GapKind::NoStatement => "no-statement",
            GapKind::NoBalance => "no-balance",
            GapKind::Broken => "broken",
            GapKind::EndsEarly => "ends-early",
        }
    }
}

/// Where the statements of an account do not follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    pub kind: GapKind,
    /// The last statement before it, with what it closed with.
    pub before: Option<(BankStatementId, Option<Minor>)>,
    /// The first one after it, with what it opens with.
    pub after: Option<(BankStatementId, Option<Minor>)>,
    /// The last day that is covered.
    pub until: Option<NaiveDate>,
}

/// How far the statements reach.
struct Reached {
    id: BankStatementId,
    end: NaiveDate,
    closing: Option<Minor>,
}

/// The gaps of a period, from `first` to `last`. Days without a statement are none as long as the balance stays: banks send
/// nothing for days without a movement. Nor are days that two files repeat. What lies before the account's first statement is
/// not known, and no gap; what is wrong before `first` is another period's.
pub fn gaps(spans: Vec<Span>, first: NaiveDate, last: NaiveDate) -> Vec<Gap> {
    let mut found = Vec::new();
    let mut known: HashSet<Minor> = HashSet::new();
    let mut reached: Option<Reached> = None;
    for span in in_order(spans) {
        if span.start > last && reached.as_ref().is_none_or(|so_far| so_far.end >= last) {
            break;
        }
        let follows = reached.as_ref().is_none_or(|so_far| so_far.closing == span.opening);
        if let Some(so_far) = &reached {
            // a repetition of days that are covered, unless it goes on where the last one of the same day ended
            let goes_on = follows && span.opening.is_some() && span.start == so_far.end;
            if span.end <= so_far.end && !goes_on {
                continue;
            }
            let repeats =
                span.start <= so_far.end && span.opening.is_some_and(|opening| known.contains(&opening));
            let kind = match (span.opening, span.closing, so_far.closing) {
                (None, ..) | (_, None, _) => Some(GapKind::NoBalance),
                // told already, of the one before
                (.., None) => None,
                _ if follows || repeats => None,
                _ => Some(GapKind::Broken),
            };
            if let Some(kind) = kind.filter(|_| span.start >= first) {
                let before = Some((so_far.id, so_far.closing));
                found.push(Gap {
                    kind,
                    before,
                    after: Some((span.id, span.opening)),
                    until: Some(so_far.end),
                });
            }
        } else if span.start >= first && (span.opening.is_none() || span.closing.is_none()) {
            let after = Some((span.id, span.opening));
            found.push(Gap { kind: GapKind::NoBalance, before: None, after, until: None });
        }
        known.extend([span.opening, span.closing].into_iter().flatten());
        let end = reached.as_ref().map_or(span.end, |so_far| so_far.end.max(span.end));
        reached = Some(Reached { id: span.id, end, closing: span.closing });
    }
    match reached {
        None => found.push(Gap { kind: GapKind::NoStatement, before: None, after: None, until: None }),
        Some(so_far) if so_far.end < last => {
            let before = Some((so_far.id, so_far.closing));
            found.push(Gap { kind: GapKind::EndsEarly, before, after: None, until: Some(so_far.end) });
        }
        Some(_) => {}
    }
    found
}

/// By their days, the longest of those that begin together first; pages put together.
fn in_order(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, Reverse(span.end), span.order, page(span), span.id));
    let mut whole: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let same = |one: &&mut Span| {
            of(one).is_some() && of(one) == of(&span) && (one.start, one.end) == (span.start, span.end)
        };
        match whole.iter_mut().rev().take_while(|one| one.start == span.start).find(same) {
            // the same page again, out of another file, says nothing new
            Some(first) if page(first) >= page(&span) => {}
            Some(first) => {
                first.closing = span.closing;
                first.sheet = span.sheet;
            }
            None => whole.push(span),
        }
    }
    whole
}

fn page(span: &Span) -> u32 {
    span.sheet.as_ref().map_or(0, |sheet| sheet.page)
}

fn of(span: &Span) -> Option<&str> {
    span.sheet.as_ref().map(|sheet| sheet.of.as_str())
}
