//! Proposals held against the truth, by class of case. The shapes are those of the retail bench's scorer.

use std::collections::BTreeMap;

/// Wrong cases that are told in words.
pub const WRONG_CASES_MAX: usize = 10;

/// Minor units by what they go to: a document's number, a kind of difference.
pub type Parts = BTreeMap<String, i64>;

/// What a line of the bank's statement pays, in truth or by a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payment {
    /// Documents of a customer, a credit note that she took off with its negative amount; what clears besides the money;
    /// what nothing explains.
    Paid { customer: String, parts: Parts, differences: Parts, on_account: i64 },
    /// Takes back the payment of this reference.
    Returned { of: String },
}

/// A line of the bank's statement, and what it is in truth; `None`: no customer's money.
#[derive(Debug, Clone)]
pub struct Case {
    pub class: String,
    /// The line in words.
    pub told: String,
    pub truth: Option<Payment>,
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
pub struct Score(pub BTreeMap<String, Class>);

impl Score {
    /// Notes what was proposed for a case, if anything was.
    pub fn take(&mut self, case: &Case, found: Option<&Payment>, by_policy: bool) {
        let class = self.0.entry(case.class.clone()).or_default();
        class.cases += 1;
        match found {
            found if found == case.truth.as_ref() => class.right += 1,
            None => class.unmatched += 1,
            Some(found) => {
                class.wrong += 1;
                class.wrong_by_policy += u64::from(by_policy);
                if class.wrong_cases.len() < WRONG_CASES_MAX {
                    let Case { told, truth, .. } = case;
                    class.wrong_cases.push(format!("{told}: is {truth:?}, proposed {found:?}"));
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

#[test]
fn every_outcome_counts_where_it_belongs() {
    let parts = |amount: i64| Parts::from([("INV-1".to_owned(), amount)]);
    let paid = |customer: &str, amount: i64, on_account: i64| Payment::Paid {
        customer: customer.to_owned(),
        parts: parts(amount),
        differences: Parts::new(),
        on_account,
    };
    let case = |truth: Option<Payment>| Case { class: "part".to_owned(), told: "R1".to_owned(), truth };
    let mut score = Score::default();
    let truth = case(Some(paid("C1", 100, 0)));
    for found in [paid("C1", 100, 0), paid("C1", 99, 1), paid("C2", 100, 0)] {
        score.take(&truth, Some(&found), true);
    }
    score.take(&truth, None, false);
    let returned = Payment::Returned { of: "R0".to_owned() };
    score.take(&truth, Some(&returned), false);
    score.take(&case(Some(returned.clone())), Some(&returned), false);
    score.take(&case(None), None, false);
    score.take(&case(None), Some(&returned), false);
    let class = &score.0["part"];
    assert_eq!(
        (class.cases, class.right, class.wrong, class.unmatched, class.wrong_by_policy),
        (8, 3, 4, 1, 2)
    );
    assert_eq!((class.precision(), class.recall(), class.wrong_cases.len()), (Some(42), Some(37), 4));
    assert!(score.told().contains("part: 8 3 4 1 2 42 % 37 %"), "{}", score.told());
}
