use super::ImportKind;
use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::vault::{self, VaultError};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, DeliveryId, DocumentId, DraftId, ImportId, ItemId};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use store::rows::{Import, ImportRow};
use store::{Conn, Tx, query};
use uuid::Uuid;

/// An import with what tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportView {
    pub import: Import,
    /// Absent: somebody was erased since, and the name of the file might name her.
    pub file_name: Option<String>,
    pub mapping: Option<Value>,
}

pub fn get(app: &App, actor: &Actor, company: CompanyId, id: ImportId) -> Result<ImportView, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let import = there(query::imports::by_id(conn, company, id)?, "import", id)?;
        view(&ctx, conn, import)
    })
}

/// As [`get`], in the caller's transaction: nobody undoes it until that ends.
pub fn held(app: &App, tx: &mut Tx<'_>, company: CompanyId, id: ImportId) -> Result<ImportView, Common> {
    let ctx = Context::new(app);
    let import = there(query::imports::lock(tx, company, id)?, "import", id)?;
    view(&ctx, tx, import)
}

/// Which imports are wanted; all where nothing is said.
pub type WantedImports<'a> = query::imports::Filter<'a>;

/// Imports by time, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedImports<'_>,
    after: Option<ImportId>,
    limit: u32,
) -> Result<Vec<ImportView>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let page = query::imports::list(conn, company, wanted, after, limit)?;
        page.into_iter().map(|import| view(&ctx, conn, import)).collect()
    })
}

/// What a record of an import made.
#[derive(Debug, Clone, PartialEq)]
pub struct RowView {
    pub row: ImportRow,
    /// Id, as its own noun writes it.
    pub subject: String,
    /// Code or number; absent where there is none, and of what is gone.
    pub label: Option<String>,
}

/// What the records of an import made, after a number.
pub fn rows(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: ImportId,
    after: u64,
    limit: u32,
) -> Result<Vec<RowView>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.read(|conn| {
        let import = there(query::imports::by_id(conn, company, id)?, "import", id)?;
        let rows = query::imports::rows_after(conn, company, id, after, limit)?;
        let mut labels = labels(conn, &import, &rows)?;
        let subjects = subjects(conn, &import, &rows)?;
        let of = |(row, subject): (ImportRow, String)| RowView {
            label: labels.remove(&row.subject),
            subject,
            row,
        };
        Ok(rows.into_iter().zip(subjects).map(of).collect())
    })
}

/// The ids of what these records made, each as its own noun writes it.
pub(crate) fn subjects(conn: &mut Conn, import: &Import, rows: &[ImportRow]) -> Result<Vec<String>, Common> {
    let kind = ImportKind::by_name(&import.kind);
    let delivered: HashSet<Uuid> = match kind {
        Some(ImportKind::Orders) => {
            let ids: Vec<DeliveryId> = rows.iter().map(|row| DeliveryId::new(row.subject)).collect();
            let found = query::deliveries::by_ids(conn, import.company, &ids)?;
            found.into_iter().map(|one| one.id.uuid()).collect()
        }
        _ => HashSet::new(),
    };
    let of = |row: &ImportRow| match kind {
        _ if import.drafts => DraftId::new(row.subject).to_string(),
        Some(ImportKind::Customers) => CustomerId::new(row.subject).to_string(),
        Some(ImportKind::Items) => ItemId::new(row.subject).to_string(),
        Some(ImportKind::Deliveries) => DeliveryId::new(row.subject).to_string(),
        Some(ImportKind::Orders) if delivered.contains(&row.subject) => {
            DeliveryId::new(row.subject).to_string()
        }
        _ => DocumentId::new(row.subject).to_string(),
    };
    Ok(rows.iter().map(of).collect())
}

/// Codes and numbers of what these records made, as far as it is there.
fn labels(conn: &mut Conn, import: &Import, rows: &[ImportRow]) -> Result<HashMap<Uuid, String>, Common> {
    let company = import.company;
    let subjects = rows.iter().map(|row| row.subject);
    if import.drafts {
        let drafts: Vec<DraftId> = subjects.map(DraftId::new).collect();
        let posted = query::drafts::documents_of(conn, company, &drafts)?;
        let documents: Vec<DocumentId> = posted.iter().map(|(_, document)| *document).collect();
        let numbers = numbers(conn, company, &documents)?;
        let label = |(draft, document): &(DraftId, DocumentId)| {
            Some((draft.uuid(), numbers.get(&document.uuid())?.clone()))
        };
        return Ok(posted.iter().filter_map(label).collect());
    }
    Ok(match ImportKind::by_name(&import.kind) {
        Some(ImportKind::Customers) => {
            let ids: Vec<CustomerId> = subjects.map(CustomerId::new).collect();
            let found = query::customers::by_ids(conn, company, &ids)?.into_iter();
            // of one that was taken back the code is another's by now, or nobody's
            found.filter(|one| one.erased_at.is_none()).map(|one| (one.id.uuid(), one.code)).collect()
        }
        Some(ImportKind::Items) => {
            let ids: Vec<ItemId> = subjects.map(ItemId::new).collect();
            let found = query::items::by_ids(conn, company, &ids)?.into_iter();
            found.map(|one| (one.id.uuid(), one.code)).collect()
        }
        Some(kind @ (ImportKind::Deliveries | ImportKind::Orders)) => {
            let ids: Vec<DeliveryId> = subjects.clone().map(DeliveryId::new).collect();
            let found = query::deliveries::by_ids(conn, company, &ids)?.into_iter();
            let mut found: HashMap<Uuid, String> = found.map(|one| (one.id.uuid(), one.number)).collect();
            if kind == ImportKind::Orders {
                found.extend(numbers(conn, company, &subjects.map(DocumentId::new).collect::<Vec<_>>())?);
            }
            found
        }
        _ => numbers(conn, company, &subjects.map(DocumentId::new).collect::<Vec<_>>())?,
    })
}

fn numbers(conn: &mut Conn, company: CompanyId, ids: &[DocumentId]) -> Result<HashMap<Uuid, String>, Common> {
    let found = query::documents::by_ids(conn, company, ids)?.into_iter();
    Ok(found.map(|one| (one.id.uuid(), one.number)).collect())
}

pub(crate) fn view(ctx: &Context<'_>, conn: &mut Conn, import: Import) -> Result<ImportView, Common> {
    let about: Value = match vault::read_blob(ctx, conn, import.company, import.about) {
        Ok(opened) => serde_json::from_slice(&opened.bytes)
            .map_err(|error| Common::Corrupt { what: "import", detail: error.to_string() })?,
        Err(Common::Vault(VaultError::Erased)) => Value::Null,
        Err(error) => return Err(error),
    };
    let file_name = about.get("file_name").and_then(Value::as_str).map(str::to_owned);
    Ok(ImportView { import, file_name, mapping: about.get("mapping").cloned() })
}
