//! Ids and secrets drawn from a seed.

use domain::random::Random;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use std::sync::{Mutex, PoisonError};

/// ChaCha20 from a seed: the same draws in the same order.
pub struct SeededRandom(Mutex<ChaCha20Rng>);

impl SeededRandom {
    /// For demonstrations and tests only: who knows the seed knows every key.
    pub fn new(seed: u64) -> Self {
        SeededRandom(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
    /// Seeded with 256 bits of another source: what is done on several threads at once draws the same, whichever comes first,
    /// so that a seeded month stays the same month.
    pub fn forked(parent: &dyn Random) -> Self {
        SeededRandom(Mutex::new(ChaCha20Rng::from_seed(parent.bytes32())))
    }
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        // a panic elsewhere cannot leave the generator half-stepped in a way that matters
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }
}

impl Random for SeededRandom {
    fn bytes32(&self) -> [u8; 32] {
        self.bytes()
    }
    fn bytes10(&self) -> [u8; 10] {
        self.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_draws_and_a_fork_its_own() {
        let draw = |random: &SeededRandom| {
            (random.bytes32(), random.bytes10(), SeededRandom::forked(random).bytes32(), random.bytes32())
        };
        let (one, same, other) =
            (draw(&SeededRandom::new(7)), draw(&SeededRandom::new(7)), draw(&SeededRandom::new(8)));
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert!(one.2 != one.0 && one.2 != one.3, "a fork draws what its parent does not");
    }
}
