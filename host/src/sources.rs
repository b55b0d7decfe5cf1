//! Where time, ids and salts come from: the machine, or for demonstrations and tests a seed and a fixed instant, so
//! that the same month gives the same chain on every database.

pub use app::random::SeededRandom;

use domain::random::Random;
use domain::time::{Clock, Instant};
use rand::rngs::OsRng;
use rand::{RngCore, TryRngCore};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::new(chrono::Utc::now())
    }
}

/// A clock that stands: what is written does not depend on how often, or how fast, it was asked.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Instant);

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        self.0
    }
}

/// A clock that started at another instant than the machine's and runs on from there.
#[derive(Debug, Clone, Copy)]
pub struct ClockFrom {
    start: Instant,
    started: std::time::Instant,
}

impl ClockFrom {
    pub fn new(start: chrono::DateTime<chrono::Utc>) -> Self {
        ClockFrom { start: Instant::new(start), started: std::time::Instant::now() }
    }
}

impl Clock for ClockFrom {
    fn now(&self) -> Instant {
        let passed = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
        Instant::from_micros(self.start.micros().saturating_add(passed)).unwrap_or(self.start)
    }
}

/// The operating system's source of secrets. A machine that has none stops the program: no key is ever weak.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn bytes32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        OsRng.unwrap_err().fill_bytes(&mut bytes);
        bytes
    }
    fn bytes10(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        OsRng.unwrap_err().fill_bytes(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_never_draws_the_same() {
        assert_ne!(OsRandom.bytes32(), OsRandom.bytes32());
        assert_ne!(OsRandom.bytes10(), OsRandom.bytes10());
    }
}
