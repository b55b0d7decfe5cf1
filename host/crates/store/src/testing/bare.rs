//! The bare loop that benchmarks hold a use-case against: the very rows that it wrote, all tables, inserted by statements
//! that are prepared once, without a check, a read or a computation.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::query::documents::{self, DocumentRows};
use crate::query::entries::{self, EntryRows};
use crate::query::{blobs, events, invocations, keys, open_items, series, unsealed};
use crate::rows::{self, Blob, Invocation, Key, KeyParty, NewUnsealed};
use domain::ids::{BlobId, CompanyId, DocumentId, EntryId, KeyId};

/// Everything that posting documents wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posted {
    documents: DocumentRows,
    entries: EntryRows,
    invocations: Vec<Invocation>,
    blobs: Vec<Blob>,
    keys: Vec<Key>,
    parties: Vec<KeyParty>,
}

impl Posted {
    /// Reads what posting these documents, one batch, wrote.
    ///
    /// # Errors
    /// Those of the statements.
    pub fn read(
        conn: &mut Conn,
        company: CompanyId,
        ids: &[DocumentId],
        entry_ids: &[EntryId],
    ) -> StoreResult<Self> {
        let documents = DocumentRows {
            documents: documents::by_ids(conn, company, ids)?,
            lines: documents::lines_of(conn, company, ids)?,
            allowances: documents::allowances_of(conn, company, ids)?,
            tax_lines: documents::tax_lines_of(conn, company, ids)?,
        };
        let mut posted = EntryRows {
            entries: entries::by_ids(conn, company, entry_ids)?,
            postings: entries::postings_of(conn, company, entry_ids)?,
            ..EntryRows::default()
        };
        for id in ids {
            posted.items.extend(open_items::of_document(conn, company, *id)?);
            posted.events.extend(events::of_subject(conn, company, &id.to_string())?);
        }
        let calls: Vec<_> = documents.documents.iter().filter_map(|document| document.invocation).collect();
        let invocations = invocations::by_ids(conn, company, &calls)?;
        let blob_ids: Vec<BlobId> = invocations.iter().flat_map(|call| [call.input, call.output]).collect();
        let blobs = blobs::by_ids(conn, company, &blob_ids)?;
        let mut key_ids: Vec<KeyId> = blobs.iter().map(|blob| blob.key).collect();
        key_ids.sort_unstable();
        key_ids.dedup();
        let mut parties = Vec::new();
        for key in &key_ids {
            let of = keys::parties_of(conn, company, *key)?.into_iter();
            parties.extend(of.map(|customer| KeyParty { company, key: *key, customer }));
        }
        let keys = keys::by_ids(conn, company, &key_ids)?;
        Ok(Posted { documents, entries: posted, invocations, blobs, keys, parties })
    }

    /// Rows of all tables together.
    pub fn len(&self) -> usize {
        let DocumentRows { documents, lines, allowances, tax_lines } = &self.documents;
        let EntryRows { entries, postings, items, events, .. } = &self.entries;
        let ledger = 2 * entries.len() + postings.len() + items.len() + events.len();
        let calls = self.invocations.len() + self.blobs.len() + self.keys.len() + self.parties.len();
        documents.len() + lines.len() + allowances.len() + tax_lines.len() + ledger + calls
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Inserts them.
    ///
    /// # Errors
    /// Those of the statements.
    pub fn write(&self, tx: &mut Tx<'_>) -> StoreResult<()> {
        if let Some(first) = self.documents.documents.first() {
            let n = u32::try_from(self.documents.documents.len()).unwrap_or(u32::MAX);
            series::take_numbers(tx, first.company, &first.kind, n)?;
        }
        rows::insert(tx, &self.keys)?;
        rows::insert(tx, &self.parties)?;
        rows::insert(tx, &self.blobs)?;
        rows::insert(tx, &self.invocations)?;
        documents::insert(tx, &self.documents)?;
        rows::insert(tx, &self.entries.entries)?;
        rows::insert(tx, &self.entries.items)?;
        rows::insert(tx, &self.entries.postings)?;
        rows::insert(tx, &self.entries.events)?;
        let waiting = self.entries.entries.iter().map(|entry| NewUnsealed {
            company: entry.company,
            kind: "entry".to_owned(),
            reference: entry.id.uuid(),
            content_hash: entry.content_hash,
        });
        unsealed::insert(tx, &waiting.collect::<Vec<_>>())
    }
}
