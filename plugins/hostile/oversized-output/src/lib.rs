//! Answers more than the host copies out of a guest.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "oversized-output";
    fn spoil(mut answers: Vec<Assessment>) -> Vec<Assessment> {
        if let Some(answer) = answers.first_mut() {
            let subject = "x".repeat(40 << 20);
            answer.explanations.push(zhangben_sdk::explain(subject, "noise", "noise").build());
        }
        answers
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
