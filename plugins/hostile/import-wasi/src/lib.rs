//! Wants the clock of WASI: refused at upload, since a plugin imports nothing but types.

use hostile_shared::{HostileTax, Tax};
use zhangben_sdk::tax::Assessment;

#[allow(unsafe_code, clippy::all)]
mod clock {
    wit_bindgen::generate!({
        inline: "
            package zhangben:hostile;
            world clock { import wasi:clocks/monotonic-clock@0.2.0; }
            package wasi:clocks@0.2.0 { interface monotonic-clock { now: func() -> u64; } }
        ",
        world: "zhangben:hostile/clock",
        generate_all,
    });
}

/// The fixture.
pub struct Fixture;

impl HostileTax for Fixture {
    const NAME: &'static str = "import-wasi";
    fn spoil(answers: Vec<Assessment>) -> Vec<Assessment> {
        // a tax that depends on the time of the day
        if clock::wasi::clocks::monotonic_clock::now().is_multiple_of(2) { answers } else { Vec::new() }
    }
}

zhangben_sdk::export_tax!(Tax<Fixture>);
