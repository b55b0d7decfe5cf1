//! What the integration tests and the benchmarks share.

pub mod retail;
pub mod score;
pub mod tamper;
pub mod wiring;
