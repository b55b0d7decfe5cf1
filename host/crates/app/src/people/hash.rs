//! Argon2id (RFC 9106), bounded: a hash takes memory and a core for some tens of milliseconds, so no more run at once than
//! the machine has cores, and no more wait than would be answered soon.

use crate::common::Common;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::random::Random;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use store::StoreError;

/// Memory of a hash (OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Bytes of a hash.
const OUTPUT_BYTES: usize = 32;
/// Bytes of its salt (RFC 9106 section 3.1).
const SALT_BYTES: usize = 16;
/// More callers than this do not wait.
const WAITING_MAX: usize = 64;
/// Nobody waits longer.
const WAIT_S_MAX: u64 = 10;

/// Hashes and verifies passwords; one for the process.
#[derive(Debug)]
pub struct Hasher {
    at_once_max: usize,
    queue: Mutex<Queue>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    working: usize,
    waiting: usize,
}

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Hasher { at_once_max: cores, queue: Mutex::default(), ended: Condvar::new() }
    }
}

/// What a login without a password is compared with, so that it takes as long as any.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| digest(b"", &[0; SALT_BYTES]).ok());

impl Hasher {
    /// The PHC string of a password, under a fresh salt.
    pub fn hash(&self, random: &dyn Random, password: &str) -> Result<String, Common> {
        let _place = self.enter()?;
        let salt = random.bytes32();
        digest(password.as_bytes(), salt.first_chunk::<SALT_BYTES>().unwrap_or(&[0; SALT_BYTES]))
    }

    /// Whether it is the password of this hash; without one the same work is done, and it is not.
    pub fn verify(&self, stored: Option<&str>, password: &str) -> Result<bool, Common> {
        let _place = self.enter()?;
        let text = stored.or(NOBODY.as_deref()).unwrap_or_default();
        let parsed = PasswordHash::new(text).map_err(|error| broken(&error))?;
        // its own parameters: a hash that was made with others is still good
        match Argon2::default().verify_password(password.as_bytes(), &parsed) {
            Ok(()) => Ok(stored.is_some()),
            Err(argon2::password_hash::Error::Password) => Ok(false),
            Err(error) => Err(broken(&error)),
        }
    }

    /// A place to work at, once one is free.
    fn enter(&self) -> Result<Place<'_>, Common> {
        let busy = || Common::Store(StoreError::Busy { what: "too many passwords at once".to_owned() });
        let deadline = Instant::now() + Duration::from_secs(WAIT_S_MAX);
        let mut queue = self.lock();
        if queue.working >= self.at_once_max && queue.waiting >= WAITING_MAX {
            return Err(busy());
        }
        queue.waiting += 1;
        while queue.working >= self.at_once_max {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                queue.waiting -= 1;
                return Err(busy());
            }
            queue = self.ended.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        queue.waiting -= 1;
        queue.working += 1;
        Ok(Place(self))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // a panic elsewhere leaves the counts whole
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those who work.
struct Place<'a>(&'a Hasher);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().working -= 1;
        self.0.ended.notify_one();
    }
}

fn digest(password: &[u8], salt: &[u8]) -> Result<String, Common> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES)).map_err(|error| broken(&error))?;
    let salt = SaltString::encode_b64(salt).map_err(|error| broken(&error))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(password, &salt).map(|hash| hash.to_string()).map_err(|error| broken(&error))
}

fn broken(error: &dyn std::fmt::Display) -> Common {
    Common::Corrupt { what: "password", detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Sevens;
    impl Random for Sevens {
        fn bytes32(&self) -> [u8; 32] {
            [7; 32]
        }
        fn bytes10(&self) -> [u8; 10] {
            [7; 10]
        }
    }

    #[test]
    fn a_password_is_verified_by_its_own_hash_alone() {
        let hasher = Hasher::default();
        let hash = hasher.hash(&Sevens, "correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(Some(&hash), "correct horse battery").unwrap());
        assert!(!hasher.verify(Some(&hash), "correct horse batterz").unwrap());
        assert!(
            !hasher.verify(None, "").unwrap(),
            "who has none never logs in, not even with what is compared"
        );
        assert!(hasher.verify(Some("not a hash"), "x").is_err());
    }

    #[test]
    fn no_more_work_at_once_than_there_are_cores() {
        let hasher = Hasher { at_once_max: 1, queue: Mutex::default(), ended: Condvar::new() };
        let held = hasher.enter().unwrap();
        hasher.lock().waiting = WAITING_MAX;
        assert!(matches!(hasher.enter(), Err(Common::Store(StoreError::Busy { .. }))));
        hasher.lock().waiting = 0;
        std::thread::scope(|scope| {
            let next = scope.spawn(|| hasher.enter().map(drop).is_ok());
            drop(held);
            assert!(next.join().unwrap());
        });
        assert_eq!(hasher.lock().working, 0);
    }
}
