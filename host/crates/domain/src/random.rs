//! Where ids and salts come from: injected, so that a seeded month is the same on every database.

use uuid::Uuid;

/// A source of ids and secrets. The live one draws from the operating system, a seeded one from its seed.
pub trait Random: Send + Sync {
    /// 32 fresh bytes: a salt or a key.
    fn bytes32(&self) -> [u8; 32];
    /// 10 fresh bytes for the random part of a UUIDv7.
    fn bytes10(&self) -> [u8; 10];
}

/// A UUIDv7 of `at` from an injected source.
pub fn uuid_v7(random: &dyn Random, at: crate::time::Instant) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(millis(at), &random.bytes10()).into_uuid()
}

fn millis(at: crate::time::Instant) -> u64 {
    u64::try_from(at.micros().div_euclid(1000)).unwrap_or(0)
}

/// What no id of `at` or later is below.
pub fn least_uuid(at: crate::time::Instant) -> Uuid {
    Uuid::from_u128(u128::from(millis(at)) << 80)
}

/// The instant of such an id, to the millisecond.
pub fn instant_of(id: Uuid) -> Option<crate::time::Instant> {
    let millis = i64::try_from(id.as_u128() >> 80).ok()?;
    crate::time::Instant::from_micros(millis.checked_mul(1000)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::time::Instant;

    struct Zeroes;
    impl Random for Zeroes {
        fn bytes32(&self) -> [u8; 32] {
            [0; 32]
        }
        fn bytes10(&self) -> [u8; 10] {
            [0; 10]
        }
    }

    #[test]
    fn ids_of_an_instant_are_not_below_its_least_and_tell_it() {
        let at = Instant::from_micros(1_795_000_000_123_456).unwrap();
        let id = uuid_v7(&Zeroes, at);
        assert!(least_uuid(at) <= id && id < least_uuid(at.plus_seconds(1)));
        assert_eq!(instant_of(id).unwrap().micros(), 1_795_000_000_123_000);
        assert_eq!(instant_of(least_uuid(at)), instant_of(id));
    }
}
