//! Which vouchers an auditor's sample takes (审计抽样): the same seed and population always give the same ones, whoever computes.
//!
//! | method | which |
//! |---|---|
//! | `hash` | the first `size` in the order of SHA-256(seed ‖ 0x00 ‖ id) as bytes, the id as its text (`ent_…`) |
//! | `monetary-unit` | interval = Σ amounts ÷ `size`, rounded down, at least 1; start = the first 8 bytes of SHA-256(seed ‖ 0x00 ‖ `start`), big-endian, modulo the interval; of the units numbered from 0 over all amounts, one after the other in the order of the population, those at start, start + interval, … are taken, and with each the voucher that it stands in |
//!
//! By monetary units a voucher is taken with a chance in proportion to its amount; one of an interval or more is always taken, one of nothing never.

use crate::canonical::Digest;
use money::{Minor, MoneyError};
use sha2::{Digest as _, Sha256};

/// How a sample is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Hash,
    MonetaryUnit,
}

impl Method {
    pub const ALL: [Method; 2] = [Method::Hash, Method::MonetaryUnit];
    pub const fn name(self) -> &'static str {
        match self {
            Method::Hash => "hash",
            Method::MonetaryUnit => "monetary-unit",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Method::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// SHA-256(seed ‖ 0x00 ‖ text).
pub fn key(seed: &str, text: &str) -> Digest {
    let mut hasher = Sha256::new();
    for part in [seed.as_bytes(), b"\0", text.as_bytes()] {
        hasher.update(part);
    }
    Digest::new(hasher.finalize().into())
}

/// The places, in ascending order, of what is taken out of a population of (id, amount). Amounts are not negative.
///
/// # Errors
/// Amounts that overflow together.
pub fn draw(
    method: Method,
    seed: &str,
    size: usize,
    population: &[(String, Minor)],
) -> Result<Vec<usize>, MoneyError> {
    let mut taken = match method {
        Method::Hash => by_hash(seed, size, population),
        Method::MonetaryUnit => by_units(seed, size, population)?,
    };
    taken.sort_unstable();
    Ok(taken)
}

fn by_hash(seed: &str, size: usize, population: &[(String, Minor)]) -> Vec<usize> {
    let mut keyed: Vec<([u8; 32], usize)> =
        population.iter().enumerate().map(|(at, (id, _))| (*key(seed, id).bytes(), at)).collect();
    keyed.sort_unstable();
    keyed.into_iter().take(size).map(|(_, at)| at).collect()
}

fn by_units(seed: &str, size: usize, population: &[(String, Minor)]) -> Result<Vec<usize>, MoneyError> {
    let total = Minor::sum(population.iter().map(|(_, amount)| *amount))?.get();
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    if total <= 0 || size <= 0 {
        return Ok(Vec::new());
    }
    let interval = (total / size).max(1);
    let start = key(seed, "start").bytes().first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first));
    let start = i64::try_from(start % interval.unsigned_abs()).unwrap_or(0);
    let (mut taken, mut through, mut next) = (Vec::new(), Minor::ZERO, Some(start));
    for (at, (_, amount)) in population.iter().enumerate() {
        through = through.add(*amount)?;
        let Some(unit) = next.filter(|unit| *unit < through.get()) else { continue };
        taken.push(at);
        // the first unit of the walk that lies behind this voucher
        let steps = (through.get() - 1 - unit) / interval;
        next = steps.checked_add(1).and_then(|n| interval.checked_mul(n)).and_then(|by| unit.checked_add(by));
    }
    // rounding down may leave room for one more step than was asked for
    taken.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    Ok(taken)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn population(amounts: &[i64]) -> Vec<(String, Minor)> {
        amounts.iter().enumerate().map(|(n, amount)| (format!("ent_{n:032x}"), Minor::new(*amount))).collect()
    }

    #[test]
    fn the_key_is_the_hash_that_is_documented() {
        // printf 'audit-2026\0ent_…' | sha256sum
        let found = key("audit-2026", "ent_00000000000000000000000000000007").to_string();
        assert_eq!(found, "694319c192eeb1e10dfc2c39d15d275562020e83389317df3d91cb59a677e110");
    }

    #[test]
    fn a_hash_sample_is_of_its_size_and_repeats() {
        let all = population(&[100; 500]);
        let one = draw(Method::Hash, "s", 25, &all).unwrap();
        assert_eq!((one.len(), &one), (25, &draw(Method::Hash, "s", 25, &all).unwrap()));
        assert_ne!(one, draw(Method::Hash, "t", 25, &all).unwrap());
        // a larger sample of the same seed holds the smaller one
        let more = draw(Method::Hash, "s", 60, &all).unwrap();
        assert!(one.iter().all(|at| more.contains(at)));
        assert_eq!(draw(Method::Hash, "s", 1_000, &all).unwrap().len(), 500);
        assert!(draw(Method::Hash, "s", 5, &[]).unwrap().is_empty());
    }

    #[test]
    fn units_take_what_is_large_for_certain_and_nothing_of_no_amount() {
        let mut amounts = vec![10; 100];
        (amounts[17], amounts[40], amounts[99]) = (0, 5_000, 2_000);
        let all = population(&amounts);
        for seed in ["a", "b", "c", "d", "e"] {
            let taken = draw(Method::MonetaryUnit, seed, 10, &all).unwrap();
            assert!(taken.contains(&40) && taken.contains(&99), "{seed}: {taken:?}");
            assert!(!taken.contains(&17) && taken.len() <= 10, "{seed}: {taken:?}");
            assert_eq!(taken, draw(Method::MonetaryUnit, seed, 10, &all).unwrap());
        }
        assert!(draw(Method::MonetaryUnit, "a", 10, &population(&[0, 0])).unwrap().is_empty());
        assert!(draw(Method::MonetaryUnit, "a", 0, &all).unwrap().is_empty());
        // more asked for than there are units: each unit is one
        assert_eq!(draw(Method::MonetaryUnit, "a", 50, &population(&[1, 2, 1])).unwrap(), [0, 1, 2]);
    }

    #[test]
    fn units_are_counted_one_after_the_other() {
        let amounts: Vec<i64> = (0..40).map(|n| (n * 37) % 101).collect();
        let all = population(&amounts);
        let total: i64 = amounts.iter().sum();
        for seed in ["x", "y", "z"] {
            let interval = total / 7;
            let start = u64::from_be_bytes(*key(seed, "start").bytes().first_chunk::<8>().unwrap());
            let mut unit = i64::try_from(start % interval.unsigned_abs()).unwrap();
            let mut wanted = Vec::new();
            while unit < total && wanted.len() < 7 {
                let mut through = 0;
                let at = amounts.iter().position(|amount| {
                    through += amount;
                    unit < through
                });
                wanted.push(at.unwrap());
                unit += interval;
            }
            wanted.dedup();
            assert_eq!(draw(Method::MonetaryUnit, seed, 7, &all).unwrap(), wanted, "{seed}");
        }
    }

    #[test]
    fn amounts_that_overflow_are_refused() {
        assert!(draw(Method::MonetaryUnit, "a", 2, &population(&[i64::MAX, i64::MAX])).is_err());
    }
}
