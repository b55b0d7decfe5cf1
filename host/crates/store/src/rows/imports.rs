//! Imports, what their records made, and the catalogue.

use crate::types::{ImportMode, ImportRowStatus, ImportStatus};
use domain::canonical::Digest;
use domain::ids::{BlobId, CompanyId, ImportId, ItemId, JobId};
use domain::time::Instant;
use money::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

row! {
    /// Goods or a service of the catalogue (商品).
    Item in items {
        company: CompanyId,
        id: ItemId,
        code: String,
        name: String,
        unit: Option<String>,
        unit_price: Option<Decimal>,
        /// Of the price.
        currency: Option<Currency>,
        /// Tax category.
        category: String,
        /// goods | service
        supply: String,
        created_by: String,
        created_at: Instant,
        version: i64,
    }
}

row! {
    /// A file that was brought in.
    Import in imports {
        company: CompanyId,
        id: ImportId,
        /// customers | items | invoices | receipts | opening-balances | deliveries | orders
        kind: String,
        mode: ImportMode,
        status: ImportStatus,
        /// Of file, kind and mapping, under the company's key.
        digest: Digest,
        /// Encrypted: name of the file, mapping.
        about: BlobId,
        made: u64,
        already: u64,
        refused: u64,
        created_by: String,
        created_at: Instant,
        finished_at: Option<Instant>,
        undone_by: Option<String>,
        undone_at: Option<Instant>,
        /// Its records became drafts, and not documents.
        drafts: bool,
        /// The job that brings it in, if one does.
        job: Option<JobId>,
    }
}

row! {
    /// What a record of a file made.
    ImportRow in import_rows {
        company: CompanyId,
        import: ImportId,
        /// From 1 in its import.
        n: u64,
        first_row: u64,
        last_row: u64,
        /// Of the record's body, under the company's key.
        digest: Digest,
        /// A customer, an item or a document, by the import's kind; a draft, where it made drafts.
        subject: Uuid,
        status: ImportRowStatus,
    }
}
