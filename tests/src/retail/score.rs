//! Proposals held against the truth, by class.

use super::payments::{Payment, Truth};
use std::collections::BTreeMap;

/// Wrong cases that are told in words.
pub const WRONG_CASES_MAX: usize = 10;

/// What the best proposal of a line would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Paid { customer: String, parts: BTreeMap<String, i64> },
    Returned { of: String },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Class {
    pub cases: u64,
    /// Proposed as it is in truth; of lines that are nobody's: left alone.
    pub right: u64,
    /// Proposed otherwise.
    pub wrong: u64,
    /// Left to people, though there was something to propose.
    pub unmatched: u64,
    /// Of the wrong ones, what the standing policy approved without anybody looking: must be none.
    pub wrong_by_policy: u64,
    pub wrong_cases: Vec<String>,
}

impl Class {
    /// Of what was proposed, what is right; of a hundred.
    pub fn precision(&self) -> Option<u64> {
        (100 * self.right).checked_div(self.right + self.wrong)
    }
    /// Of all cases, what is right; of a hundred.
    pub fn recall(&self) -> Option<u64> {
        (100 * self.right).checked_div(self.cases)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score(pub BTreeMap<&'static str, Class>);

impl Score {
    pub fn take(&mut self, payment: &Payment, found: Option<&Found>, by_policy: bool) {
        let class = self.0.entry(payment.class).or_default();
        class.cases += 1;
        match outcome(&payment.truth, found) {
            Outcome::Right => class.right += 1,
            Outcome::Unmatched => class.unmatched += 1,
            Outcome::Wrong => {
                class.wrong += 1;
                class.wrong_by_policy += u64::from(by_policy);
                if class.wrong_cases.len() < WRONG_CASES_MAX {
                    class.wrong_cases.push(told(payment, found));
                }
            }
        }
    }
}

enum Outcome {
    Right,
    Wrong,
    Unmatched,
}

fn outcome(truth: &Truth, found: Option<&Found>) -> Outcome {
    match (truth, found) {
        (Truth::Nobody, None) => Outcome::Right,
        (_, None) => Outcome::Unmatched,
        (Truth::Paid { customer, parts }, Some(Found::Paid { customer: theirs, parts: proposed }))
            if (customer, parts) == (theirs, proposed) =>
        {
            Outcome::Right
        }
        (Truth::Returned { of }, Some(Found::Returned { of: proposed })) if of == proposed => Outcome::Right,
        _ => Outcome::Wrong,
    }
}

fn told(payment: &Payment, found: Option<&Found>) -> String {
    let Payment { reference, amount, name, text, truth, .. } = payment;
    format!("{reference} {amount} from {name:?} says {text:?}: is {truth:?}, proposed {found:?}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use chrono::NaiveDate;

    fn payment(truth: Truth) -> Payment {
        Payment {
            reference: "R1".to_owned(),
            class: "reference",
            date: NaiveDate::MIN,
            credit: true,
            amount: 100,
            code: ["PMNT", "RCDT", "DMCT"],
            name: String::new(),
            account: String::new(),
            end_to_end: String::new(),
            text: String::new(),
            structured: Vec::new(),
            charges: None,
            return_reason: None,
            truth,
        }
    }

    #[test]
    fn every_outcome_counts_where_it_belongs() {
        let paid = |customer: &str, amount: i64| Found::Paid {
            customer: customer.to_owned(),
            parts: BTreeMap::from([("INV-1".to_owned(), amount)]),
        };
        let truth =
            Truth::Paid { customer: "C1".to_owned(), parts: BTreeMap::from([("INV-1".to_owned(), 100)]) };
        let mut score = Score::default();
        for found in [Some(paid("C1", 100)), Some(paid("C1", 99)), Some(paid("C2", 100)), None] {
            score.take(&payment(truth.clone()), found.as_ref(), true);
        }
        let returned = Found::Returned { of: "R0".to_owned() };
        score.take(&payment(truth), Some(&returned), false);
        score.take(&payment(Truth::Returned { of: "R0".to_owned() }), Some(&returned), false);
        score.take(&payment(Truth::Nobody), None, false);
        score.take(&payment(Truth::Nobody), Some(&returned), false);
        let class = score.0.get("reference").unwrap();
        assert_eq!(
            (class.cases, class.right, class.wrong, class.unmatched, class.wrong_by_policy),
            (8, 3, 4, 1, 2)
        );
        assert_eq!((class.precision(), class.recall(), class.wrong_cases.len()), (Some(42), Some(37), 4));
    }
}
