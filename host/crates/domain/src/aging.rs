//! Aging (账龄): open receivables by days past their basis date. Every item lands in exactly one bucket, also
//! one without a due date (its document date serves, unless it is asked to count as not due); credits stand apart as
//! unapplied and are netted only by [`Basis::Fifo`], which says so.

use chrono::NaiveDate;
use money::{Minor, MoneyError};
use thiserror::Error;

/// What days are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    #[default]
    DueDate,
    DocumentDate,
    /// An estimate (先进先出): allocations are left aside, all credits pay the oldest debits, days count from the document date.
    Fifo,
}

impl Basis {
    pub const ALL: [Basis; 3] = [Basis::DueDate, Basis::DocumentDate, Basis::Fifo];
    pub const fn name(self) -> &'static str {
        match self {
            Basis::DueDate => "due-date",
            Basis::DocumentDate => "document-date",
            Basis::Fifo => "fifo",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Basis::ALL.into_iter().find(|basis| basis.name() == name)
    }
    /// Whether the ages are computed from what was allocated, or guessed.
    pub const fn is_estimate(self) -> bool {
        matches!(self, Basis::Fifo)
    }
}

/// What serves an item that has no due date, where days are counted from due dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingDue {
    #[default]
    DocumentDate,
    /// Nobody may ask for it yet.
    NotDue,
}

impl MissingDue {
    pub const ALL: [MissingDue; 2] = [MissingDue::DocumentDate, MissingDue::NotDue];
    pub const fn name(self) -> &'static str {
        match self {
            MissingDue::DocumentDate => "document-date",
            MissingDue::NotDue => "not-due",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        MissingDue::ALL.into_iter().find(|missing| missing.name() == name)
    }
}

/// Edges that make no buckets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EdgesError {
    #[error("{0:?} is not a list of whole days, like 30,60,90")]
    NotDays(String),
    #[error("edges must rise: {after} comes after {before}")]
    NotRising { before: i32, after: i32 },
    #[error("an edge must be from 1 to {EDGE_DAYS_MAX} days, found {0}")]
    OutOfRange(i32),
    #[error("there must be 1 to {EDGES_MAX} edges, found {0}")]
    Count(usize),
}

/// The latest edge, ten years.
pub const EDGE_DAYS_MAX: i32 = 3_650;
/// Edges of one report.
pub const EDGES_MAX: usize = 12;

/// Last days of the buckets after *not due*, rising; the last bucket is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edges(Vec<i32>);

impl Default for Edges {
    /// not due, 1–30, 31–60, 61–90, 91 and more.
    fn default() -> Self {
        Edges(vec![30, 60, 90])
    }
}

impl Edges {
    /// # Errors
    /// Edges that do not rise, are out of range, too many or none.
    pub fn try_new(days: Vec<i32>) -> Result<Self, EdgesError> {
        if days.is_empty() || days.len() > EDGES_MAX {
            return Err(EdgesError::Count(days.len()));
        }
        let mut before = 0;
        for after in &days {
            if !(1..=EDGE_DAYS_MAX).contains(after) {
                return Err(EdgesError::OutOfRange(*after));
            }
            if *after <= before {
                return Err(EdgesError::NotRising { before, after: *after });
            }
            before = *after;
        }
        Ok(Edges(days))
    }
    pub fn days(&self) -> &[i32] {
        &self.0
    }
    fn buckets(&self) -> Vec<Bucket> {
        let bucket =
            |key: String, from_days, to_days| Bucket { key, from_days, to_days, amount: Minor::ZERO };
        let mut buckets = vec![bucket("not-due".to_owned(), None, Some(0))];
        let mut from = 1;
        for to in &self.0 {
            let key = if from == *to { from.to_string() } else { format!("{from}-{to}") };
            buckets.push(bucket(key, Some(from), Some(*to)));
            from = to.saturating_add(1);
        }
        buckets.push(bucket(format!("{from}+"), Some(from), None));
        buckets
    }
    /// The bucket of an age.
    fn of(&self, days: i64) -> usize {
        std::iter::once(0).chain(self.0.iter().copied()).take_while(|edge| days > i64::from(*edge)).count()
    }
}

impl std::str::FromStr for Edges {
    type Err = EdgesError;
    /// `30,60,90`
    fn from_str(text: &str) -> Result<Self, EdgesError> {
        let days: Result<Vec<i32>, _> = text.split(',').map(|day| day.trim().parse()).collect();
        Edges::try_new(days.map_err(|_| EdgesError::NotDays(text.to_owned()))?)
    }
}

impl std::fmt::Display for Edges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&days.join(","))
    }
}

/// How a report ages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manner {
    pub basis: Basis,
    pub edges: Edges,
    pub missing: MissingDue,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// not-due | 1-30 | 31-60 | 61-90 | 91+, or as the edges make them.
    pub key: String,
    pub from_days: Option<i32>,
    pub to_days: Option<i32>,
    pub amount: Minor,
}

/// Σ buckets − unapplied = total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aging {
    pub basis: Basis,
    pub buckets: Vec<Bucket>,
    pub unapplied: Minor,
    pub total: Minor,
}

/// An open item for aging: (due date, document date, open amount signed).
pub type AgingItem = (Option<NaiveDate>, NaiveDate, Minor);

/// Ages open items at `as_of` by due date, with the usual edges.
pub fn age(items: &[AgingItem], as_of: NaiveDate) -> Result<Aging, MoneyError> {
    age_as(items, as_of, &Manner::default())
}

/// Ages at `as_of`. By due and document date `items` are open items; for [`Basis::Fifo`] they are all debits and credits as
/// they were posted.
pub fn age_as(items: &[AgingItem], as_of: NaiveDate, manner: &Manner) -> Result<Aging, MoneyError> {
    let left;
    let items = match manner.basis {
        Basis::Fifo => {
            left = unpaid_first_in_first_out(items)?;
            left.as_slice()
        }
        Basis::DueDate | Basis::DocumentDate => items,
    };
    let mut buckets = manner.edges.buckets();
    let mut unapplied = Minor::ZERO;
    for (due, document, open) in items {
        if open.is_negative() {
            unapplied = unapplied.sub(*open)?;
            continue;
        }
        let from = match (manner.basis, due, manner.missing) {
            (Basis::DueDate, Some(due), _) => Some(*due),
            (Basis::DueDate, None, MissingDue::NotDue) => None,
            (Basis::DueDate, None, MissingDue::DocumentDate) | (Basis::DocumentDate | Basis::Fifo, ..) => {
                Some(*document)
            }
        };
        let days = from.map_or(0, |from| as_of.signed_duration_since(from).num_days());
        if let Some(bucket) = buckets.get_mut(manner.edges.of(days)) {
            bucket.amount = bucket.amount.add(*open)?;
        }
    }
    let total = Minor::sum(buckets.iter().map(|b| b.amount))?.sub(unapplied)?;
    Ok(Aging { basis: manner.basis, buckets, unapplied, total })
}

/// What is left of the debits when all credits pay the oldest first, and the credit that is left over.
fn unpaid_first_in_first_out(movements: &[AgingItem]) -> Result<Vec<AgingItem>, MoneyError> {
    let mut debits: Vec<AgingItem> = movements.iter().filter(|m| m.2.is_positive()).copied().collect();
    debits.sort_by_key(|(_, document, _)| *document);
    let mut credit = Minor::ZERO;
    for (.., amount) in movements.iter().filter(|m| m.2.is_negative()) {
        credit = credit.sub(*amount)?;
    }
    for (.., open) in &mut debits {
        let paid = credit.min(*open);
        *open = open.sub(paid)?;
        credit = credit.sub(paid)?;
    }
    debits.retain(|(.., open)| !open.is_zero());
    if let (Some((due, document, _)), true) = (movements.last(), credit.is_positive()) {
        debits.push((*due, *document, credit.neg()?));
    }
    Ok(debits)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::time::parse_date;

    #[test]
    fn every_item_lands_in_one_bucket_and_credits_stand_apart() {
        let day = |text| parse_date(text).unwrap();
        let items: Vec<AgingItem> = vec![
            (Some(day("2026-11-30")), day("2026-11-01"), Minor::new(100)), // due on the day: not overdue
            (Some(day("2026-11-29")), day("2026-11-01"), Minor::new(200)), // 1 day
            (Some(day("2026-10-31")), day("2026-10-01"), Minor::new(300)), // 30 days
            (Some(day("2026-10-30")), day("2026-10-01"), Minor::new(400)), // 31 days
            (None, day("2020-01-01"), Minor::new(500)),                    // no due date: its document date
            (None, day("2026-11-15"), Minor::new(-50)),
        ];
        let aging = age(&items, day("2026-11-30")).unwrap();
        let amounts: Vec<i64> = aging.buckets.iter().map(|b| b.amount.get()).collect();
        assert_eq!(amounts, [100, 500, 400, 0, 500]);
        assert_eq!((aging.unapplied.get(), aging.total.get()), (50, 1450));
    }

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    fn amounts(aging: &Aging) -> Vec<i64> {
        aging.buckets.iter().map(|b| b.amount.get()).collect()
    }

    #[test]
    fn edges_are_parameters_and_name_their_buckets() {
        let edges: Edges = "1, 45".parse().unwrap();
        let manner = Manner { edges: edges.clone(), ..Manner::default() };
        let items = |days: [u64; 5]| -> Vec<AgingItem> {
            let due = |n: u64| Some(day("2026-11-30") - chrono::Days::new(n));
            days.into_iter().map(|n| (due(n), day("2026-01-01"), Minor::new(1))).collect()
        };
        let aging = age_as(&items([0, 1, 2, 45, 46]), day("2026-11-30"), &manner).unwrap();
        let keys: Vec<&str> = aging.buckets.iter().map(|b| b.key.as_str()).collect();
        assert_eq!((keys, amounts(&aging)), (vec!["not-due", "1", "2-45", "46+"], vec![1, 1, 2, 1]));
        assert_eq!(edges.to_string(), "1,45");
        let usual: Vec<String> = Edges::default().buckets().into_iter().map(|b| b.key).collect();
        assert_eq!(usual, ["not-due", "1-30", "31-60", "61-90", "91+"]);
        for (text, refused) in [
            ("", EdgesError::NotDays(String::new())),
            ("30,x", EdgesError::NotDays("30,x".to_owned())),
            ("30,30", EdgesError::NotRising { before: 30, after: 30 }),
            ("60,30", EdgesError::NotRising { before: 60, after: 30 }),
            ("0,30", EdgesError::OutOfRange(0)),
            ("-1", EdgesError::OutOfRange(-1)),
            ("30,3651", EdgesError::OutOfRange(3651)),
            ("1,2,3,4,5,6,7,8,9,10,11,12,13", EdgesError::Count(13)),
        ] {
            assert_eq!(text.parse::<Edges>(), Err(refused), "{text}");
        }
    }

    #[test]
    fn what_has_no_due_date_ages_by_its_document_or_is_not_due() {
        let items = [
            (None, day("2026-09-01"), Minor::new(7)),
            (Some(day("2026-12-01")), day("2026-09-01"), Minor::new(5)),
        ];
        let aged = |basis, missing| {
            amounts(
                &age_as(&items, day("2026-11-30"), &Manner { basis, missing, edges: Edges::default() })
                    .unwrap(),
            )
        };
        assert_eq!(aged(Basis::DueDate, MissingDue::DocumentDate), [5, 0, 0, 7, 0]);
        assert_eq!(aged(Basis::DueDate, MissingDue::NotDue), [12, 0, 0, 0, 0]);
        // the document date is there in any case
        assert_eq!(aged(Basis::DocumentDate, MissingDue::NotDue), [0, 0, 0, 12, 0]);
    }

    #[test]
    fn first_in_first_out_lets_credits_pay_the_oldest_and_shows_what_is_over() {
        let manner = Manner { basis: Basis::Fifo, ..Manner::default() };
        let moved = |date: &str, amount| (Some(day("2027-01-01")), day(date), Minor::new(amount));
        let all = [
            moved("2026-11-20", 300),
            moved("2026-08-01", 100),
            moved("2026-11-25", -250),
            moved("2026-10-25", 200),
        ];
        let aging = age_as(&all, day("2026-11-30"), &manner).unwrap();
        // 250 pay the 100 of August and 150 of the 200 of October
        assert_eq!(
            (amounts(&aging), aging.unapplied.get(), aging.total.get()),
            (vec![0, 300, 50, 0, 0], 0, 350)
        );
        let over = [moved("2026-08-01", 100), moved("2026-11-25", -130)];
        let aging = age_as(&over, day("2026-11-30"), &manner).unwrap();
        assert_eq!((amounts(&aging), aging.unapplied.get(), aging.total.get()), (vec![0; 5], 30, -30));
        assert!(Basis::Fifo.is_estimate() && !Basis::DueDate.is_estimate());
    }
}
