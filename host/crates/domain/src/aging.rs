//! Aging (账龄): open receivables by days past their basis date. Every item lands in exactly one bucket, also
//! one without a due date (its document date serves); credits stand apart as unapplied.

use chrono::NaiveDate;
use money::{Minor, MoneyError};

/// What days are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    DueDate,
    DocumentDate,
}

impl Basis {
    pub const fn name(self) -> &'static str {
        match self {
            Basis::DueDate => "due-date",
            Basis::DocumentDate => "document-date",
        }
    }
}

/// Upper edges in days past the basis date: not due, 1–30, 31–60, 61–90, 91 and more (open end).
pub const EDGES_DAYS: [i64; 4] = [0, 30, 60, 90];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// not-due | 1-30 | 31-60 | 61-90 | 91+
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

/// Ages `items` at `as_of`.
pub fn age(items: &[AgingItem], as_of: NaiveDate, basis: Basis) -> Result<Aging, MoneyError> {
    let mut buckets: Vec<Bucket> = bucket_frame();
    let mut unapplied = Minor::ZERO;
    for (due, document, open) in items {
        if open.is_negative() {
            unapplied = unapplied.sub(*open)?;
            continue;
        }
        let from = match basis {
            Basis::DueDate => due.unwrap_or(*document),
            Basis::DocumentDate => *document,
        };
        let days = as_of.signed_duration_since(from).num_days();
        let index = EDGES_DAYS.iter().take_while(|edge| days > **edge).count();
        if let Some(bucket) = buckets.get_mut(index) {
            bucket.amount = bucket.amount.add(*open)?;
        }
    }
    let total = Minor::sum(buckets.iter().map(|b| b.amount))?.sub(unapplied)?;
    Ok(Aging { basis, buckets, unapplied, total })
}

fn bucket_frame() -> Vec<Bucket> {
    [
        ("not-due", None, Some(0)),
        ("1-30", Some(1), Some(30)),
        ("31-60", Some(31), Some(60)),
        ("61-90", Some(61), Some(90)),
        ("91+", Some(91), None),
    ]
    .into_iter()
    .map(|(key, from_days, to_days)| Bucket { key: key.to_owned(), from_days, to_days, amount: Minor::ZERO })
    .collect()
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
        let aging = age(&items, day("2026-11-30"), Basis::DueDate).unwrap();
        let amounts: Vec<i64> = aging.buckets.iter().map(|b| b.amount.get()).collect();
        assert_eq!(amounts, [100, 500, 400, 0, 500]);
        assert_eq!((aging.unapplied.get(), aging.total.get()), (50, 1450));
    }
}
