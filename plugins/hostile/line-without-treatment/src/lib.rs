//! Leaves a line of the document without a tax line: the host refuses the figures.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "line-without-treatment";
    fn spoil(mut answers: Vec<Assessment>) -> Vec<Assessment> {
        for answer in &mut answers {
            answer.tax_lines.pop();
        }
        answers
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
