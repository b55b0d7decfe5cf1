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
    let millis = u64::try_from(at.micros().div_euclid(1000)).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes10()).into_uuid()
}

/// The instant of such an id, to the millisecond.
pub fn instant_of(id: Uuid) -> Option<crate::time::Instant> {
    let millis = i64::try_from(id.as_u128() >> 80).ok()?;
    crate::time::Instant::from_micros(millis.checked_mul(1000)?)
}
