//! Encrypted bytes.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Blob};
use crate::schema::{blobs as t, key_parties as p, keys as k};
use crate::types::v;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{BlobId, CompanyId, KeyId};
use std::collections::HashMap;

pub fn insert(tx: &mut Tx<'_>, blobs: &[Blob]) -> StoreResult<()> {
    rows::insert(tx, blobs).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: BlobId) -> StoreResult<Option<Blob>> {
    Ok(t::table.find((v(company), v(id))).select(Blob::as_select()).get_result(conn).optional()?)
}

/// In no particular order; mind their size.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[BlobId]) -> StoreResult<Vec<Blob>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Blob::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The commitments of some blobs, without their bytes; those that are not there are left out.
pub fn commitments(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[BlobId],
) -> StoreResult<HashMap<BlobId, Digest>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select((t::id, t::commitment)).load::<(BlobId, Digest)>(conn)?);
    }
    Ok(found)
}

/// The encrypted salts of some blobs with the keys that open them, without their bytes; in no particular order.
pub fn salts(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[BlobId],
) -> StoreResult<Vec<(BlobId, KeyId, Vec<u8>)>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select((t::id, t::key, t::salt)).load::<(BlobId, KeyId, Vec<u8>)>(conn)?);
    }
    Ok(found)
}

/// Deletes a blob and its key, which encrypts nothing else; nothing refers to it any more.
pub(super) fn forget(tx: &mut Tx<'_>, company: CompanyId, id: BlobId) -> StoreResult<()> {
    let blob = t::table.find((v(company), v(id)));
    let key: Option<KeyId> = blob.select(t::key).get_result(tx.conn()).optional()?;
    diesel::delete(blob).execute(tx.conn())?;
    let Some(key) = key else { return Ok(()) };
    let parties = p::table.filter(p::company.eq(v(company))).filter(p::key.eq(v(key)));
    diesel::delete(parties).execute(tx.conn())?;
    diesel::delete(k::table.find((v(company), v(key)))).execute(tx.conn())?;
    Ok(())
}
