use crate::canonical::{CanonicalError, Digest, digest};
use crate::ids::CompanyId;
use serde_json::json;
use uuid::Uuid;

/// A link of a company's chain. Positions count from 1 without gaps; the first follows [`Digest::ZERO`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub company: CompanyId,
    pub position: u64,
    /// entry | statement | event
    pub kind: String,
    /// Id of what is sealed.
    pub reference: Uuid,
    pub content_hash: Digest,
    pub prev_hash: Digest,
    pub hash: Digest,
}

/// The seal that follows `prev`.
pub fn next_seal(
    prev: Option<&Seal>,
    company: CompanyId,
    kind: &str,
    reference: Uuid,
    content_hash: Digest,
) -> Result<Seal, CanonicalError> {
    let position = prev.map_or(1, |p| p.position.saturating_add(1));
    let prev_hash = prev.map_or(Digest::ZERO, |p| p.hash);
    let hash = seal_hash(company, position, kind, reference, content_hash, prev_hash)?;
    Ok(Seal { company, position, kind: kind.to_owned(), reference, content_hash, prev_hash, hash })
}

/// seal.v1 over position, kind, reference, content hash and the previous hash.
pub fn seal_hash(
    company: CompanyId,
    position: u64,
    kind: &str,
    reference: Uuid,
    content_hash: Digest,
    prev_hash: Digest,
) -> Result<Digest, CanonicalError> {
    digest(
        "seal.v1",
        &json!({
            "company": company.to_string(),
            "position": position.to_string(),
            "kind": kind,
            "ref": reference.simple().to_string(),
            "content_hash": content_hash.to_string(),
            "prev_hash": prev_hash.to_string(),
        }),
    )
}
