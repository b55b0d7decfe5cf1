//! Panics: contained, and said to be a bug of the plugin.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "trap";
    fn spoil(answers: Vec<Assessment>) -> Vec<Assessment> {
        assert!(answers.len() > 1 << 20, "on purpose");
        answers
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
