use super::{Secret, VaultError};
use domain::canonical::{Digest, commit};
use domain::ids::{BlobId, CompanyId, KeyId};
use domain::random::{Random, uuid_v7};
use domain::time::Instant;

/// Bytes encrypted and committed to, ready to be stored; computed before the write's transaction.
#[derive(Debug, Clone)]
pub struct PreparedBlob {
    pub id: BlobId,
    pub company: CompanyId,
    pub key: KeyId,
    pub media_type: String,
    pub size: u64,
    /// SHA-256(salt ‖ plain bytes)
    pub commitment: Digest,
    /// The salt itself, for digests of the same content in another framing.
    pub plain_salt: [u8; 32],
    /// Encrypted salt.
    pub salt: Vec<u8>,
    /// Encrypted bytes.
    pub bytes: Vec<u8>,
    pub created_at: Instant,
}

/// Encrypts `plain` under `key` with a fresh salt.
pub fn prepare_blob(
    random: &dyn Random,
    at: Instant,
    company: CompanyId,
    key: (KeyId, &Secret),
    media_type: &str,
    plain: &[u8],
) -> Result<PreparedBlob, VaultError> {
    let salt = random.bytes32();
    Ok(PreparedBlob {
        id: BlobId::new(uuid_v7(random, at)),
        company,
        key: key.0,
        media_type: media_type.to_owned(),
        size: u64::try_from(plain.len()).unwrap_or(u64::MAX),
        commitment: commit(&salt, plain),
        plain_salt: salt,
        salt: key.1.encrypt(random, &salt)?,
        bytes: key.1.encrypt(random, plain)?,
        created_at: at,
    })
}

/// A blob's plain bytes and salt, checked against its commitment.
#[derive(Debug, Clone)]
pub struct OpenedBlob {
    pub bytes: Vec<u8>,
    pub salt: [u8; 32],
}

/// Decrypts and checks: bytes that do not match the commitment are [`VaultError::Broken`].
pub fn open_blob(
    key: &Secret,
    salt: &[u8],
    bytes: &[u8],
    commitment: Digest,
) -> Result<OpenedBlob, VaultError> {
    let salt = open_salt(key, salt)?;
    let bytes = key.decrypt("blob", bytes)?;
    if commit(&salt, &bytes) != commitment {
        return Err(VaultError::Broken("blob"));
    }
    Ok(OpenedBlob { bytes, salt })
}

/// Decrypts a stored salt.
pub fn open_salt(key: &Secret, salt: &[u8]) -> Result<[u8; 32], VaultError> {
    key.decrypt("salt", salt)?.try_into().map_err(|_| VaultError::Broken("salt"))
}
