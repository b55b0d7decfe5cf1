//! Between the vault and the store: which key opens what, and the rows that new keys and blobs become.

use super::{NewKey, OpenedBlob, PreparedBlob, Secret, VaultError, open_blob, unwrap_key};
use crate::common::{Common, Context, there};
use domain::ids::{BlobId, CompanyId, CustomerId, KeyId};
use store::rows::{Blob, Customer, Key, KeyParty};
use store::types::KeyKind;
use store::{Conn, Tx, query};

/// The company's own key, which wraps all others.
pub fn company_key(ctx: &Context<'_>, conn: &mut Conn, company: CompanyId) -> Result<Secret, Common> {
    let row = there(query::keys::of_company(conn, company)?, "key of company", company)?;
    Ok(ctx.app.keyring.unwrap_company(row.wrapped.as_deref())?)
}

/// Any other key of the company; a destroyed one is [`VaultError::Erased`].
pub fn key(conn: &mut Conn, company: CompanyId, company_key: &Secret, id: KeyId) -> Result<Secret, Common> {
    let row = there(query::keys::by_id(conn, company, id)?, "key", id)?;
    Ok(unwrap_key(company_key, row.wrapped.as_deref())?)
}

/// A customer's own key; of one who is erased [`VaultError::Erased`].
pub fn party_key(ctx: &Context<'_>, conn: &mut Conn, customer: &Customer) -> Result<Secret, Common> {
    let outer = company_key(ctx, conn, customer.company)?;
    key(conn, customer.company, &outer, customer.party_key)
}

/// A blob's plain bytes and salt.
pub fn read_blob(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    id: BlobId,
) -> Result<OpenedBlob, Common> {
    let outer = company_key(ctx, conn, company)?;
    let blob = there(query::blobs::by_id(conn, company, id)?, "blob", id)?;
    let secret = key(conn, company, &outer, blob.key)?;
    Ok(open_blob(&secret, &blob.salt, &blob.bytes, blob.commitment)?)
}

/// A fresh key for one stored thing (a guest's input and output, a statement): the parties in it are its index.
pub fn fresh_key(
    ctx: &Context<'_>,
    company: CompanyId,
    company_key: &Secret,
    kind: KeyKind,
    parties: Vec<CustomerId>,
) -> Result<NewKey, VaultError> {
    super::new_key(ctx.random(), ctx.now, company, company_key, kind, parties)
}

impl NewKey {
    fn rows(&self) -> (Key, Vec<KeyParty>) {
        let key = Key {
            company: self.company,
            id: self.id,
            kind: self.kind,
            wrapped: Some(self.wrapped.clone()),
            created_at: self.created_at,
            destroyed_at: None,
        };
        let parties = self.parties.iter().map(|customer| KeyParty {
            company: self.company,
            key: self.id,
            customer: *customer,
        });
        (key, parties.collect())
    }
    /// Writes the key and the index of parties in what it encrypts, who are held: none of them is erased before this
    /// commits.
    ///
    /// # Errors
    /// A conflict if one was erased since she was loaded.
    pub fn write(&self, tx: &mut Tx<'_>) -> Result<(), Common> {
        Self::write_all(tx, &[self])
    }
    /// As [`NewKey::write`], of many; of one company.
    ///
    /// # Errors
    /// As [`NewKey::write`].
    pub fn write_all(tx: &mut Tx<'_>, new: &[&Self]) -> Result<(), Common> {
        let Some(first) = new.first() else { return Ok(()) };
        let named: Vec<CustomerId> = new.iter().flat_map(|key| &key.parties).copied().collect();
        query::erasure::hold_all(tx, first.company, &named)?;
        let (keys, parties): (Vec<_>, Vec<_>) = new.iter().map(|key| key.rows()).unzip();
        query::keys::insert(tx, &keys)?;
        Ok(query::keys::add_parties(tx, &parties.concat())?)
    }
    /// Encrypts `plain` under this key.
    pub fn blob(
        &self,
        ctx: &Context<'_>,
        media_type: &str,
        plain: &[u8],
    ) -> Result<PreparedBlob, VaultError> {
        super::prepare_blob(ctx.random(), ctx.now, self.company, (self.id, &self.secret), media_type, plain)
    }
}

impl PreparedBlob {
    pub fn row(&self) -> Blob {
        Blob {
            company: self.company,
            id: self.id,
            key: self.key,
            media_type: self.media_type.clone(),
            size: self.size,
            commitment: self.commitment,
            salt: self.salt.clone(),
            bytes: self.bytes.clone(),
            created_at: self.created_at,
        }
    }
}
