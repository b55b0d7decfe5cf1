//! Takes all memory it can get: stopped by the memory limit.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "memory-bomb";
    fn spoil(answers: Vec<Assessment>) -> Vec<Assessment> {
        let mut hoard: Vec<Vec<u8>> = Vec::new();
        while hoard.len() < 1 << 20 {
            hoard.push(std::hint::black_box(vec![0x5a; 1 << 20]));
        }
        answers
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
