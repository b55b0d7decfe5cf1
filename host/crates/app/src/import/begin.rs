//! What is written when an import begins.

use crate::common::Common;
use crate::vault;
use store::rows::Import;
use store::{Tx, query};

/// The first rows of an import.
pub(super) struct Opening {
    pub key: vault::NewKey,
    pub blob: vault::PreparedBlob,
    pub row: Import,
}

impl Opening {
    pub fn write(&self, tx: &mut Tx<'_>) -> Result<(), Common> {
        self.key.write(tx)?;
        query::blobs::insert(tx, &[self.blob.row()])?;
        Ok(query::imports::insert(tx, &self.row)?)
    }
}
