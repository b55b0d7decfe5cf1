//! The way from one moment of (effective day, known-at) to another: which entries are to be added, and which taken away.
//!
//! At a moment the entries are there that are effective by its day and sealed by its position: a rectangle. The difference of two
//! rectangles is at most one strip of positions and one of days, each added or taken away.

use chrono::NaiveDate;

/// What was effective on a day, as it was known at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub as_of: NaiveDate,
    pub known_at: u64,
}

/// Some entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Sealed after one position, up to another, and effective by a day.
    Positions { after: u64, to: u64, through: NaiveDate },
    /// Effective after one day, up to another, and sealed by a position.
    Days { after: NaiveDate, to: NaiveDate, known_at: u64 },
}

impl Span {
    /// Whether an entry is one of them.
    pub fn holds(&self, effective: NaiveDate, position: u64) -> bool {
        match *self {
            Span::Positions { after, to, through } => {
                position > after && position <= to && effective <= through
            }
            Span::Days { after, to, known_at } => {
                effective > after && effective <= to && position <= known_at
            }
        }
    }
}

/// Entries that are added, or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub span: Span,
    pub away: bool,
}

/// What leads from one moment to another.
pub fn steps(from: Moment, to: Moment) -> Vec<Step> {
    let mut steps = Vec::new();
    if from.known_at < to.known_at {
        let span = Span::Positions { after: from.known_at, to: to.known_at, through: to.as_of };
        steps.push(Step { span, away: false });
    }
    if to.known_at < from.known_at {
        let span = Span::Positions { after: to.known_at, to: from.known_at, through: from.as_of };
        steps.push(Step { span, away: true });
    }
    let known_at = from.known_at.min(to.known_at);
    if from.as_of < to.as_of {
        let span = Span::Days { after: from.as_of, to: to.as_of, known_at };
        steps.push(Step { span, away: false });
    }
    if to.as_of < from.as_of {
        let span = Span::Days { after: to.as_of, to: from.as_of, known_at };
        steps.push(Step { span, away: true });
    }
    steps
}
