//! Opens what is encrypted, many at a time: keys are loaded by the batch and kept, so that a page of documents or
//! statements costs two queries.

use crate::common::{Common, Context};
use crate::vault::{self, OpenedBlob, Secret, VaultError, open_blob, open_salt, unwrap_key};
use domain::ids::{BlobId, CompanyId, CustomerId, KeyId};
use std::collections::{BTreeSet, HashMap};
use store::rows::{Blob, Customer, Document};
use store::{Conn, query};

/// The company's key and those it opened so far.
pub(super) struct Opener {
    company: CompanyId,
    company_key: Secret,
    parties: HashMap<CustomerId, Party>,
}

/// A customer's key, and whether the customer is erased: one without the other is a fault.
struct Party {
    key: Result<Secret, VaultError>,
    erased: bool,
}

/// A blob as it was found.
pub(super) struct Found {
    pub blob: Blob,
    pub opened: Result<OpenedBlob, VaultError>,
}

/// The salt of a document's texts.
pub(super) enum Salt {
    Open([u8; 32]),
    /// Its customer was erased.
    Erased,
    /// Neither: what is wrong.
    Wrong(String),
}

impl Opener {
    /// # Errors
    /// `VaultError::KeyMissing` where the settings lack the key that the company's is wrapped by.
    pub(super) fn new(ctx: &Context<'_>, conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        let company_key = vault::company_key(ctx, conn, company)?;
        Ok(Opener { company, company_key, parties: HashMap::new() })
    }

    pub(super) const fn company_key(&self) -> &Secret {
        &self.company_key
    }

    /// The key of a customer who was loaded, if it is there.
    pub(super) fn party_key(&self, customer: CustomerId) -> Option<&Secret> {
        self.parties.get(&customer)?.key.as_ref().ok()
    }

    /// Loads the keys of these customers, if they are not there yet.
    pub(super) fn load_parties(
        &mut self,
        conn: &mut Conn,
        customers: &BTreeSet<CustomerId>,
    ) -> Result<(), Common> {
        let wanted: Vec<CustomerId> =
            customers.iter().copied().filter(|customer| !self.parties.contains_key(customer)).collect();
        let rows = query::customers::by_ids(conn, self.company, &wanted)?;
        self.note_parties(conn, &rows)
    }

    fn note_parties(&mut self, conn: &mut Conn, customers: &[Customer]) -> Result<(), Common> {
        let ids: Vec<KeyId> = customers.iter().map(|customer| customer.party_key).collect();
        let keys = self.keys(conn, &ids)?;
        for customer in customers {
            let key = keys.get(&customer.party_key).cloned().unwrap_or(Err(VaultError::Broken("party key")));
            self.parties.insert(customer.id, Party { key, erased: customer.erased_at.is_some() });
        }
        Ok(())
    }

    fn keys(
        &self,
        conn: &mut Conn,
        ids: &[KeyId],
    ) -> Result<HashMap<KeyId, Result<Secret, VaultError>>, Common> {
        let rows = query::keys::by_ids(conn, self.company, ids)?;
        Ok(rows
            .into_iter()
            .map(|key| (key.id, unwrap_key(&self.company_key, key.wrapped.as_deref())))
            .collect())
    }

    /// The salt of a document's texts. Its customer must have been loaded.
    pub(super) fn salt(&self, document: &Document) -> Salt {
        self.salt_of(document.customer, document.text_salt.as_deref())
    }

    /// The salt of texts about a customer, who must have been loaded.
    pub(super) fn salt_of(&self, customer: CustomerId, stored: Option<&[u8]>) -> Salt {
        let Some(party) = self.parties.get(&customer) else {
            return Salt::Wrong(format!("its customer {customer} is not there"));
        };
        match (&party.key, party.erased, stored) {
            (Err(VaultError::Erased), true, None) => Salt::Erased,
            (_, true, _) => {
                Salt::Wrong("its customer is erased, but its key or its salt is still there".to_owned())
            }
            (Err(VaultError::Erased), false, _) => {
                Salt::Wrong("its customer is not erased, but its key is destroyed".to_owned())
            }
            (_, false, None) => Salt::Wrong("its customer is not erased, but its salt is gone".to_owned()),
            (Ok(key), false, Some(salt)) => match open_salt(key, salt) {
                Ok(salt) => Salt::Open(salt),
                Err(error) => Salt::Wrong(error.to_string()),
            },
            (Err(error), false, _) => Salt::Wrong(error.to_string()),
        }
    }

    /// The salts of blobs whose bytes are not wanted, by id; those that are not there are left out.
    pub(super) fn salts(
        &self,
        conn: &mut Conn,
        ids: &[BlobId],
    ) -> Result<HashMap<BlobId, Result<[u8; 32], VaultError>>, Common> {
        let found = query::blobs::salts(conn, self.company, ids)?;
        let wanted: BTreeSet<KeyId> = found.iter().map(|(_, key, _)| *key).collect();
        let keys = self.keys(conn, &wanted.into_iter().collect::<Vec<_>>())?;
        let open = |key: &KeyId, salt: &[u8]| match keys.get(key) {
            Some(Ok(key)) => open_salt(key, salt),
            Some(Err(error)) => Err(error.clone()),
            None => Err(VaultError::Broken("key")),
        };
        Ok(found.into_iter().map(|(id, key, salt)| (id, open(&key, &salt))).collect())
    }

    /// Blobs with what is in them, by id; those that are not there are left out.
    pub(super) fn blobs(&self, conn: &mut Conn, ids: &[BlobId]) -> Result<HashMap<BlobId, Found>, Common> {
        let blobs = query::blobs::by_ids(conn, self.company, ids)?;
        let wanted: BTreeSet<KeyId> = blobs.iter().map(|blob| blob.key).collect();
        let keys = self.keys(conn, &wanted.into_iter().collect::<Vec<_>>())?;
        Ok(blobs
            .into_iter()
            .map(|blob| {
                let opened = match keys.get(&blob.key) {
                    Some(Ok(key)) => open_blob(key, &blob.salt, &blob.bytes, blob.commitment),
                    Some(Err(error)) => Err(error.clone()),
                    None => Err(VaultError::Broken("key")),
                };
                (blob.id, Found { blob, opened })
            })
            .collect())
    }
}
