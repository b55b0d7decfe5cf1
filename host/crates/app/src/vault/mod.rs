//! The vault (密钥与密文): personal data are encrypted under keys that can be destroyed, and enter hashes only
//! as salted commitments. Destroying a key erases what it encrypted; the chain still verifies.
//!
//! ```text
//! settings key (optional) ─wraps→ company key ─wraps→ party keys, input keys, content keys ─encrypt→ blobs, salts
//! ```
//!
//! XChaCha20-Poly1305 (RFC 8439 with the extended nonce): a 24-byte random nonce is safe for any number of messages.

mod blob;
mod rows;

pub use blob::{OpenedBlob, PreparedBlob, open_blob, open_salt, prepare_blob};
pub use rows::{company_key, fresh_key, key, party_key, read_blob};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId, KeyId};
use domain::random::{Random, uuid_v7};
use domain::time::Instant;
use sha2::{Digest as _, Sha256};
use store::types::KeyKind;
use thiserror::Error;

/// What opening a secret can say.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VaultError {
    #[error("erased: the key of this data was destroyed")]
    Erased,
    #[error("the key of the settings is missing: set `vault_key` to the key this database was made with")]
    KeyMissing,
    #[error("cannot decrypt {0}: wrong key or changed bytes")]
    Broken(&'static str),
}

/// A 32-byte symmetric key. Never printed.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Secret(bytes)
    }
    /// 24-byte nonce followed by ciphertext and tag.
    pub fn encrypt(&self, random: &dyn Random, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let seed = random.bytes32();
        let nonce: [u8; 24] = seed.first_chunk().copied().ok_or(VaultError::Broken("nonce"))?;
        let cipher = XChaCha20Poly1305::new(&Key::from(self.0));
        let mut out = nonce.to_vec();
        out.extend(
            cipher.encrypt(&XNonce::from(nonce), plain).map_err(|_| VaultError::Broken("plain text"))?,
        );
        Ok(out)
    }
    /// A digest by which `bytes` are found again, and by nobody who lacks this key: HMAC-SHA-256 (RFC 2104) over a tag, a
    /// zero byte and the bytes. A plain digest of personal data would confirm whoever guesses them.
    pub fn look_up(&self, tag: &str, bytes: &[u8]) -> Digest {
        hmac(&self.0, &[b"look-up.v1\0", tag.as_bytes(), b"\0", bytes])
    }
    pub fn decrypt(&self, what: &'static str, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, cipher_text) = bytes.split_first_chunk::<24>().ok_or(VaultError::Broken(what))?;
        let cipher = XChaCha20Poly1305::new(&Key::from(self.0));
        cipher.decrypt(&XNonce::from(*nonce), cipher_text).map_err(|_| VaultError::Broken(what))
    }
}

/// HMAC-SHA-256 under a key of at most 64 bytes.
fn hmac(key: &[u8], parts: &[&[u8]]) -> Digest {
    let pad = |with: u8| -> Vec<u8> {
        key.iter().copied().chain(std::iter::repeat(0)).take(64).map(|byte| byte ^ with).collect()
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    parts.iter().for_each(|part| inner.update(part));
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    Digest::new(outer.finalize().into())
}

/// The outermost key, from the settings; without one, company keys lie in the database as they are.
#[derive(Debug, Clone, Default)]
pub struct Keyring {
    settings_key: Option<Secret>,
}

const PLAIN: u8 = 0;
const WRAPPED: u8 = 1;

impl Keyring {
    pub fn new(settings_key: Option<[u8; 32]>) -> Self {
        Keyring { settings_key: settings_key.map(Secret) }
    }
    /// Wraps a company key for storage: a format byte, then the key or its ciphertext.
    pub fn wrap_company(&self, random: &dyn Random, key: &Secret) -> Result<Vec<u8>, VaultError> {
        let (format, bytes) = match &self.settings_key {
            None => (PLAIN, key.0.to_vec()),
            Some(outer) => (WRAPPED, outer.encrypt(random, &key.0)?),
        };
        Ok(std::iter::once(format).chain(bytes).collect())
    }
    pub fn unwrap_company(&self, stored: Option<&[u8]>) -> Result<Secret, VaultError> {
        let (format, bytes) =
            stored.ok_or(VaultError::Erased)?.split_first().ok_or(VaultError::Broken("company key"))?;
        let plain = match (*format, &self.settings_key) {
            (PLAIN, _) => bytes.to_vec(),
            (WRAPPED, Some(outer)) => outer.decrypt("company key", bytes)?,
            (WRAPPED, None) => return Err(VaultError::KeyMissing),
            _ => return Err(VaultError::Broken("company key")),
        };
        to_secret(&plain, "company key")
    }
}

/// A fresh key of a company, ready to be stored: `wrapped` under the company's key.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub id: KeyId,
    pub company: CompanyId,
    pub kind: KeyKind,
    pub wrapped: Vec<u8>,
    pub created_at: Instant,
    /// Parties that stand in what it will encrypt.
    pub parties: Vec<CustomerId>,
    pub secret: Secret,
}

/// Makes a key under the company's.
pub fn new_key(
    random: &dyn Random,
    at: Instant,
    company: CompanyId,
    company_key: &Secret,
    kind: KeyKind,
    parties: Vec<CustomerId>,
) -> Result<NewKey, VaultError> {
    let secret = Secret(random.bytes32());
    let wrapped = company_key.encrypt(random, &secret.0)?;
    let id = KeyId::new(uuid_v7(random, at));
    Ok(NewKey { id, company, kind, wrapped, created_at: at, parties, secret })
}

/// Unwraps a stored key; a destroyed one answers [`VaultError::Erased`].
pub fn unwrap_key(company_key: &Secret, wrapped: Option<&[u8]>) -> Result<Secret, VaultError> {
    let plain = company_key.decrypt("key", wrapped.ok_or(VaultError::Erased)?)?;
    to_secret(&plain, "key")
}

fn to_secret(plain: &[u8], what: &'static str) -> Result<Secret, VaultError> {
    plain.try_into().map(Secret).map_err(|_| VaultError::Broken(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_ups_are_hmac_and_nobody_repeats_them_without_the_key() {
        // RFC 4231, test case 1
        let found = hmac(&[0x0b; 20], &[b"Hi ", b"There"]);
        assert_eq!(found.to_string(), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        let (mine, other) = (Secret::new([1; 32]), Secret::new([2; 32]));
        assert_eq!(mine.look_up("a", b"x"), mine.look_up("a", b"x"));
        let all = [
            mine.look_up("a", b"x"),
            other.look_up("a", b"x"),
            mine.look_up("b", b"x"),
            Digest::of_bytes(b"x"),
        ];
        assert!((1..4).all(|n| all.iter().take(n).all(|earlier| Some(earlier) != all.get(n))));
    }
}
