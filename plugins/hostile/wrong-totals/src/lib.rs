//! States a total that its lines do not give: the host refuses the figures.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "wrong-totals";
    fn spoil(mut answers: Vec<Assessment>) -> Vec<Assessment> {
        for answer in &mut answers {
            answer.totals.payable = "0.01".to_owned();
        }
        answers
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
