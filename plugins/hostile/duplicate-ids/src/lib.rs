//! Answers for the same line twice: the host refuses the figures.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "duplicate-ids";
    fn spoil(mut answers: Vec<Assessment>) -> Vec<Assessment> {
        for answer in &mut answers {
            let first = answer.lines.first().cloned();
            answer.lines.extend(first);
        }
        answers
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
