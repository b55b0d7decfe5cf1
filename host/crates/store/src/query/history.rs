//! The whole history of a company in the order of its chain, page by page: for `verify` and `export`.

use super::{IDS_MAX, allocations, blobs, documents, entries, invocations, seals, statements, terms};
use crate::conn::Conn;
use crate::error::StoreResult;
use crate::rows::{
    Allocation, Artefact, Document, DocumentAllowance, DocumentLine, Entry, Event, Invocation, OpenItem,
    Posting, Seal, Statement, StatementClosing, TaxLine,
};
use crate::schema::{events as ev, open_items as i};
use crate::types::v;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{BlobId, CompanyId, DocumentId, EntryId, InvocationId, OpenItemId, StatementId};
use domain::terms::Terms;
use money::{Currency, Minor};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// An entry as it was posted, each list in the order in which it is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryHistory {
    pub entry: Entry,
    pub postings: Vec<Posting>,
    /// With today's cache of what is open.
    pub items: Vec<OpenItem>,
    pub allocations: Vec<Allocation>,
    pub document: Option<DocumentHistory>,
}

/// A document with its lines and tax lines, and the call it names, if that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentHistory {
    pub document: Document,
    pub lines: Vec<DocumentLine>,
    pub allowances: Vec<DocumentAllowance>,
    pub tax_lines: Vec<TaxLine>,
    /// What was agreed, where the document keeps it.
    pub terms: Option<Terms>,
    pub call: Option<Invocation>,
}

/// A statement with its closings and files, and the call it names, if that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementHistory {
    pub statement: Statement,
    pub closings: Vec<StatementClosing>,
    /// By name, each with the commitment to its bytes; zeros where the bytes are not there.
    pub artefacts: Vec<(Artefact, Digest)>,
    pub call: Option<Invocation>,
}

/// A link of the chain and what it seals: at most one of entry and statement; events hang on either, or are it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub seal: Seal,
    pub entry: Option<EntryHistory>,
    pub statement: Option<StatementHistory>,
    pub events: Vec<Event>,
}

/// The links after a position, at most 1,000. A link without what it names is `verify`'s to report.
pub fn page(conn: &mut Conn, company: CompanyId, after: u64, limit: u32) -> StoreResult<Vec<Link>> {
    let limit = limit.min(u32::try_from(IDS_MAX).unwrap_or(u32::MAX));
    let seals = seals::page(conn, company, after, limit)?;
    let of_kind = |kind: &str| -> Vec<Uuid> {
        seals.iter().filter(|seal| seal.kind == kind).map(|seal| seal.reference).collect()
    };
    let mut entries = load_entries(conn, company, &of_kind("entry"))?;
    let mut statements = load_statements(conn, company, &of_kind("statement"))?;
    let references: Vec<Uuid> = seals.iter().map(|seal| seal.reference).collect();
    let mut events = load_events(conn, company, &references)?;
    Ok(seals
        .into_iter()
        .map(|seal| Link {
            entry: entries.remove(&seal.reference),
            statement: statements.remove(&seal.reference),
            events: events.remove(&seal.reference).unwrap_or_default(),
            seal,
        })
        .collect())
}

fn load_entries(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[Uuid],
) -> StoreResult<HashMap<Uuid, EntryHistory>> {
    let ids: Vec<EntryId> = ids.iter().copied().map(EntryId::new).collect();
    let mut postings = group(entries::postings_of(conn, company, &ids)?, |posting| posting.entry);
    // the items of an entry are named by its postings: no index over open_items.entry is needed
    let items: BTreeSet<OpenItemId> =
        postings.values().flatten().filter_map(|posting| posting.item).collect();
    let mut items = load_items(conn, company, &items)?;
    let mut allocations = group(allocations::of_entries(conn, company, &ids)?, |allocation| allocation.entry);
    let found = entries::by_ids(conn, company, &ids)?;
    let named: BTreeSet<DocumentId> = found.iter().filter_map(|entry| entry.document).collect();
    let documents = load_documents(conn, company, &named.into_iter().collect::<Vec<_>>())?;
    Ok(found
        .into_iter()
        .map(|entry| {
            let id = entry.id;
            let history = EntryHistory {
                postings: postings.remove(&id).unwrap_or_default(),
                items: items.remove(&id).unwrap_or_default(),
                allocations: allocations.remove(&id).unwrap_or_default(),
                // several entries may name one document: each shows it
                document: entry.document.and_then(|document| documents.get(&document).cloned()),
                entry,
            };
            (id.uuid(), history)
        })
        .collect())
}

/// A document as its entry seals it.
pub fn document(conn: &mut Conn, company: CompanyId, id: DocumentId) -> StoreResult<Option<DocumentHistory>> {
    Ok(load_documents(conn, company, &[id])?.remove(&id))
}

/// A statement as the chain seals it.
pub fn statement(
    conn: &mut Conn,
    company: CompanyId,
    id: StatementId,
) -> StoreResult<Option<StatementHistory>> {
    Ok(load_statements(conn, company, &[id.uuid()])?.remove(&id.uuid()))
}

fn load_calls(
    conn: &mut Conn,
    company: CompanyId,
    ids: impl Iterator<Item = InvocationId>,
) -> StoreResult<HashMap<InvocationId, Invocation>> {
    let ids: Vec<InvocationId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    Ok(invocations::by_ids(conn, company, &ids)?.into_iter().map(|call| (call.id, call)).collect())
}

fn load_documents(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[DocumentId],
) -> StoreResult<HashMap<DocumentId, DocumentHistory>> {
    let mut lines = group(documents::lines_of(conn, company, ids)?, |line| line.document);
    let mut allowances = group(documents::allowances_of(conn, company, ids)?, |allowance| allowance.document);
    let mut tax_lines = group(documents::tax_lines_of(conn, company, ids)?, |tax| tax.document);
    let kept = terms::of_documents(conn, company, ids)?;
    let mut kept: HashMap<DocumentId, Terms> =
        kept.into_iter().map(|row| (row.document, row.terms.0)).collect();
    let found = documents::by_ids(conn, company, ids)?;
    let calls = load_calls(conn, company, found.iter().filter_map(|document| document.invocation))?;
    Ok(found
        .into_iter()
        .map(|document| {
            let id = document.id;
            let lines = lines.remove(&id).unwrap_or_default();
            let allowances = allowances.remove(&id).unwrap_or_default();
            let tax_lines = tax_lines.remove(&id).unwrap_or_default();
            let call = document.invocation.and_then(|call| calls.get(&call).cloned());
            let terms = kept.remove(&id);
            (id, DocumentHistory { document, lines, allowances, tax_lines, terms, call })
        })
        .collect())
}

/// By the entry that created them, each list by id: that is the order in which they are hashed.
fn load_items(
    conn: &mut Conn,
    company: CompanyId,
    ids: &BTreeSet<OpenItemId>,
) -> StoreResult<HashMap<EntryId, Vec<OpenItem>>> {
    let ids: Vec<OpenItemId> = ids.iter().copied().collect();
    let mut found: Vec<OpenItem> = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            i::table.filter(i::company.eq(v(company))).filter(i::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order(i::id.asc()).select(OpenItem::as_select()).load(conn)?);
    }
    Ok(group(found, |item| item.entry))
}

fn load_statements(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[Uuid],
) -> StoreResult<HashMap<Uuid, StatementHistory>> {
    let ids: Vec<StatementId> = ids.iter().copied().map(StatementId::new).collect();
    let mut closings = group(statements::closings_of(conn, company, &ids)?, |closing| closing.statement);
    let files = statements::artefacts_of(conn, company, &ids)?;
    let held: Vec<BlobId> = files.iter().map(|file| file.blob).collect();
    let commitments = blobs::commitments(conn, company, &held)?;
    let committed = |file: Artefact| {
        let commitment = commitments.get(&file.blob).copied().unwrap_or(Digest::ZERO);
        (file, commitment)
    };
    let files: Vec<(Artefact, Digest)> = files.into_iter().map(committed).collect();
    let mut artefacts = group(files, |(file, _)| file.statement);
    let found = statements::by_ids(conn, company, &ids)?;
    let calls = load_calls(conn, company, found.iter().filter_map(|statement| statement.invocation))?;
    Ok(found
        .into_iter()
        .map(|statement| {
            let closings = closings.remove(&statement.id).unwrap_or_default();
            let call = statement.invocation.and_then(|call| calls.get(&call).cloned());
            let artefacts = artefacts.remove(&statement.id).unwrap_or_default();
            (statement.id.uuid(), StatementHistory { statement, closings, artefacts, call })
        })
        .collect())
}

fn load_events(conn: &mut Conn, company: CompanyId, ids: &[Uuid]) -> StoreResult<HashMap<Uuid, Vec<Event>>> {
    let mut found: Vec<Event> = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = ev::table
            .filter(ev::company.eq(v(company)))
            .filter(ev::seal_ref.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order(ev::id.asc()).select(Event::as_select()).load(conn)?);
    }
    Ok(group(found, |event| event.seal_ref))
}

fn group<K: std::hash::Hash + Eq, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

#[derive(QueryableByName)]
struct ItemOnly {
    #[diesel(sql_type = crate::types::columns::Id)]
    id: OpenItemId,
}

/// Items whose cached `open` or `base_open` is not original − Σ allocations. For `verify`: the database sums.
pub fn items_out_of_step(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<OpenItemId>> {
    // `$1` is the first parameter of PostgreSQL and a named one of SQLite, numbered 1 wherever it stands
    const OUT_OF_STEP: &str = "WITH sums AS (\
         SELECT item, CAST(SUM(amount) AS BIGINT) AS amount, CAST(SUM(base) AS BIGINT) AS base FROM (\
         SELECT company, debit_item AS item, amount, base_debit AS base FROM allocations UNION ALL \
         SELECT company, credit_item AS item, amount, base_credit AS base FROM allocations) AS sides \
         WHERE company = $1 GROUP BY item) \
         SELECT i.id AS id FROM open_items AS i LEFT JOIN sums ON sums.item = i.id \
         WHERE i.company = $1 AND (i.open <> i.original - COALESCE(sums.amount, 0) \
         OR i.base_open <> i.base_original - COALESCE(sums.base, 0)) ORDER BY i.id";
    let found: Vec<ItemOnly> =
        diesel::sql_query(OUT_OF_STEP).bind::<crate::types::columns::Id, _>(company).load(conn)?;
    Ok(found.into_iter().map(|item| item.id).collect())
}

/// What is open on a control account in base currency, receivables less what is owed.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct BaseOpen {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub account: String,
    #[diesel(sql_type = crate::types::columns::Iso4217)]
    pub currency: Currency,
    #[diesel(sql_type = crate::types::columns::Amount)]
    pub base: Minor,
}

/// Σ sign × base_open by control account and currency. For `verify`: the database sums.
pub fn base_open(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<BaseOpen>> {
    const SUMS: &str = "SELECT account, currency, CAST(SUM(sign * base_open) AS BIGINT) AS base FROM open_items \
         WHERE company = $1 GROUP BY account, currency";
    Ok(diesel::sql_query(SUMS).bind::<crate::types::columns::Id, _>(company).load(conn)?)
}
