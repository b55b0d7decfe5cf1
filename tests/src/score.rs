//! Proposals held against the truth, by class of case. What an answer is, the caller says; none is in truth nobody's money.

use std::collections::BTreeMap;
use std::fmt::Debug;

/// Wrong cases that are told in words.
pub const WRONG_CASES_MAX: usize = 10;

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
pub struct Score(pub BTreeMap<String, Class>);

impl Score {
    /// Notes what was proposed for a case, if anything was; `told` is the case in words.
    pub fn take<A: PartialEq + Debug>(
        &mut self,
        (class, told): (&str, &dyn Fn() -> String),
        truth: Option<&A>,
        found: Option<&A>,
        by_policy: bool,
    ) {
        let class = self.0.entry(class.to_owned()).or_default();
        class.cases += 1;
        match found {
            found if found == truth => class.right += 1,
            None => class.unmatched += 1,
            Some(found) => {
                class.wrong += 1;
                class.wrong_by_policy += u64::from(by_policy);
                if class.wrong_cases.len() < WRONG_CASES_MAX {
                    class.wrong_cases.push(format!("{}: is {truth:?}, proposed {found:?}", told()));
                }
            }
        }
    }

    /// A line for each class, and its wrong cases.
    pub fn told(&self) -> String {
        let percent = |of: Option<u64>| of.map_or_else(|| "-".to_owned(), |n| format!("{n} %"));
        let mut text = String::from("class: cases right wrong unmatched wrong-by-policy precision recall\n");
        for (name, class) in &self.0 {
            let Class { cases, right, wrong, unmatched, wrong_by_policy, wrong_cases } = class;
            let (precision, recall) = (percent(class.precision()), percent(class.recall()));
            text += &format!(
                "{name}: {cases} {right} {wrong} {unmatched} {wrong_by_policy} {precision} {recall}\n"
            );
            wrong_cases.iter().for_each(|case| text += &format!("    {case}\n"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_outcome_counts_where_it_belongs() {
        #[derive(Debug, PartialEq)]
        enum Answer {
            Paid(&'static str, i64),
            Returned,
        }
        use Answer::{Paid, Returned};
        let mut score = Score::default();
        let mut take = |truth: Option<Answer>, found: Option<Answer>, by_policy| {
            score.take(("part", &|| "R1".to_owned()), truth.as_ref(), found.as_ref(), by_policy);
        };
        for found in [Paid("C1", 100), Paid("C1", 99), Paid("C2", 100)] {
            take(Some(Paid("C1", 100)), Some(found), true);
        }
        take(Some(Paid("C1", 100)), None, true);
        take(Some(Paid("C1", 100)), Some(Returned), false);
        take(Some(Returned), Some(Returned), false);
        take(None, None, false);
        take(None, Some(Returned), false);
        let class = score.0.get("part").unwrap();
        assert_eq!(
            (class.cases, class.right, class.wrong, class.unmatched, class.wrong_by_policy),
            (8, 3, 4, 1, 2)
        );
        assert_eq!((class.precision(), class.recall(), class.wrong_cases.len()), (Some(42), Some(37), 4));
        assert!(score.told().contains("part: 8 3 4 1 2 42 % 37 %"), "{}", score.told());
    }
}
