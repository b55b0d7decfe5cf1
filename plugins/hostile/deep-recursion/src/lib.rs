//! Calls itself without end: stopped by the stack's limit.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

/// The fixture.
pub struct Fixture;

/// Keeps a value across the call, so that no compiler makes a loop of it.
#[inline(never)]
fn down(depth: u64, seed: u64) -> u64 {
    if depth == u64::MAX {
        return seed;
    }
    down(depth.wrapping_add(1), seed.rotate_left(7) ^ depth).wrapping_mul(3) ^ seed
}

impl HostileTax for Fixture {
    const NAME: &'static str = "deep-recursion";
    fn spoil(answers: Vec<Assessment>) -> Vec<Assessment> {
        let seed = u64::try_from(answers.len()).unwrap_or(1);
        if down(std::hint::black_box(0), seed) == 42 { Vec::new() } else { answers }
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
