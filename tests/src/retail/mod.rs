//! The retail months: a shop's sales as it wrote them down, or made up in the same shape; the payments that a seeded
//! generator makes of them, and what it knows about each; what the reconciliation made of it, held against that.
//!
//! | module | what |
//! |---|---|
//! | `sales` | rows of the shop's file → sales, returns, what is counted and not posted |
//! | `shape` | made-up rows of the same shape, for tests |
//! | `people` | names and accounts for customers of whom the file has a number only |
//! | `payments` | who pays what, when and how it looks on the statement: the truth |
//! | `words` | how people write a number, or miswrite it |
//! | `camt` | the payments as camt.053 |
//! | `reconcile` | a file's lines proposed for and approved |
//! | `month` | the months through the use-cases, stage by stage |
//!
//! The generator reads posted documents and customers, and nothing of the matcher; the matcher sees its file, and nothing else.

pub mod camt;
pub mod data;
pub mod month;
pub mod payments;
pub mod people;
mod reconcile;
pub mod sales;
pub mod shape;
mod words;

/// A seeded choice.
pub struct Chance(rand_chacha::ChaCha20Rng);

impl Chance {
    /// One stream for each `purpose` and `key`: what is drawn for one payment does not move what is drawn for the next.
    pub fn new(seed: u64, purpose: &str, key: &str) -> Self {
        use rand::SeedableRng;
        use sha2::{Digest, Sha256};
        let digest = Sha256::new()
            .chain_update(seed.to_le_bytes())
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(key);
        Chance(rand_chacha::ChaCha20Rng::from_seed(digest.finalize().into()))
    }
    /// From 0 to `below` − 1.
    pub fn below(&mut self, below: u64) -> u64 {
        use rand::Rng;
        self.0.random_range(0..below.max(1))
    }
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        use rand::Rng;
        self.0.random_range(least..=most)
    }
    pub fn of_hundred(&mut self, hits: u64) -> bool {
        self.below(100) < hits
    }
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        usize::try_from(self.below(of.len() as u64)).ok().and_then(|n| of.get(n))
    }
}
