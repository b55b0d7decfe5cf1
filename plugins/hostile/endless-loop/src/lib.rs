//! Never ends: stopped by fuel, or by the clock.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "endless-loop";
    fn spoil(answers: Vec<Assessment>) -> Vec<Assessment> {
        let mut turns = 0u64;
        loop {
            turns = std::hint::black_box(turns.wrapping_add(1));
            if turns == u64::MAX {
                return answers; // some hundred years from now
            }
        }
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
