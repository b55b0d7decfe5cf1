//! Open items (未清项).

use super::{IDS_MAX, changed, documents};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::OpenItem;
use crate::schema::{advance_items as a, entries as e, open_items as t};
use crate::types::{sum_minor, v};
use chrono::NaiveDate;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::ids::{CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use domain::ledger::BILLED;
use domain::time::AccountingDate;
use money::{Currency, Minor};
use std::collections::{BTreeSet, HashMap};

/// A literal zero, so that the planner sees that the partial index over open items serves.
pub(super) fn is_open() -> SqlLiteral<Bool> {
    diesel::dsl::sql::<Bool>("open_items.open > 0")
}

/// What reconciliation wants of the document behind an item.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ItemDocument {
    pub number: String,
    pub tax_invoice_number: Option<String>,
    pub purchase_order: Option<String>,
    pub document_date: NaiveDate,
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[OpenItemId]) -> StoreResult<Vec<OpenItem>> {
    if let [one] = ids {
        return Ok(t::table.find((v(company), v(*one))).select(OpenItem::as_select()).load(conn)?);
    }
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(OpenItem::as_select()).load(conn)?);
    }
    Ok(found)
}

/// By id, locked until the transaction ends (on PostgreSQL; SQLite has one writer). In the order of ids, so that two
/// transactions wait for each other and do not deadlock.
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, ids: &[OpenItemId]) -> StoreResult<Vec<OpenItem>> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut found = Vec::with_capacity(sorted.len());
    for chunk in sorted.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)))
            .order(t::id.asc())
            .select(t::all_columns);
        found.extend(match tx.conn() {
            Conn::Postgres(conn) => query.for_update().load::<OpenItem>(conn)?,
            Conn::Sqlite(conn) => query.load::<OpenItem>(conn)?,
        });
    }
    Ok(found)
}

/// How an item began, whether anything was ever allocated to it, and whether it is money of an advance.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Begun {
    pub id: OpenItemId,
    /// The effective date of the entry that made it.
    pub since: AccountingDate,
    pub original: Minor,
    open: Minor,
    version: i64,
    /// The advance whose money it is.
    pub advance: Option<DocumentId>,
}

impl Begun {
    /// Whether an allocation relieved it, perhaps one that was undone since.
    pub fn is_touched(&self) -> bool {
        self.version > 1 || self.open != self.original
    }
}

/// How items began; those that are not there are left out. In no particular order.
pub fn begun(conn: &mut Conn, company: CompanyId, ids: &[OpenItemId]) -> StoreResult<Vec<Begun>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query = t::table
            .inner_join(e::table.on(e::company.eq(t::company).and(e::id.eq(t::entry))))
            .left_join(a::table.on(a::company.eq(t::company).and(a::item.eq(t::id))))
            .filter(t::company.eq(v(company)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)));
        let columns = (t::id, e::effective_date, t::original, t::open, t::version, a::document.nullable());
        found.extend(query.select(columns).load::<Begun>(conn)?);
    }
    Ok(found)
}

/// A customer's items by due date; with `open_only` those with something left.
pub fn of_customer(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
    open_only: bool,
) -> StoreResult<Vec<OpenItem>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::customer.eq(v(customer)))
        .order((t::due_now.asc(), t::id.asc()))
        .select(OpenItem::as_select());
    Ok(if open_only { query.filter(is_open()).load(conn)? } else { query.load(conn)? })
}

/// What [`search`] shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    pub customer: Option<CustomerId>,
    pub currency: Option<Currency>,
    /// The control account.
    pub account: Option<&'a str>,
    /// Due on or after.
    pub due_from: Option<NaiveDate>,
    /// Due on or before.
    pub due_to: Option<NaiveDate>,
}

/// A page by id of everything open in the company, with the documents.
pub fn open_page(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<OpenItemId>,
    limit: u32,
) -> StoreResult<Vec<(OpenItem, Option<ItemDocument>)>> {
    search(conn, company, &Filter::default(), after, limit)
}

/// A page by id of what is open and wanted, with the documents.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<OpenItemId>,
    limit: u32,
) -> StoreResult<Vec<(OpenItem, Option<ItemDocument>)>> {
    let after = after.unwrap_or(OpenItemId::new(uuid::Uuid::nil()));
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after)))
        .filter(is_open())
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(OpenItem::as_select())
        .into_boxed();
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(v(customer)));
    }
    if let Some(currency) = filter.currency {
        query = query.filter(t::currency.eq(v(currency)));
    }
    if let Some(account) = filter.account {
        query = query.filter(t::account.eq(account.to_owned()));
    }
    if let Some(from) = filter.due_from {
        query = query.filter(t::due_now.ge(Some(from)));
    }
    if let Some(to) = filter.due_to {
        query = query.filter(t::due_now.le(Some(to)));
    }
    let items: Vec<OpenItem> = query.load(conn)?;
    with_documents(conn, company, items)
}

/// Items with what reconciliation wants of their documents.
pub fn with_documents(
    conn: &mut Conn,
    company: CompanyId,
    items: Vec<OpenItem>,
) -> StoreResult<Vec<(OpenItem, Option<ItemDocument>)>> {
    // not joined: see `customer_rows`
    let ids: BTreeSet<DocumentId> = items.iter().filter_map(|item| item.document).collect();
    let heads = documents::heads_of(conn, company, &ids.into_iter().collect::<Vec<_>>())?;
    let heads: HashMap<DocumentId, ItemDocument> = heads.into_iter().collect();
    Ok(items
        .into_iter()
        .map(|item| {
            let head = item.document.and_then(|document| heads.get(&document).cloned());
            (item, head)
        })
        .collect())
}

/// What [`candidates`] shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateFilter {
    pub currency: Currency,
    /// Of these customers only.
    pub customers: Option<Vec<CustomerId>>,
    /// Of these documents only.
    pub documents: Option<Vec<DocumentId>>,
    /// Not on these accounts.
    pub not_on: Vec<String>,
    /// Open at least.
    pub open_from: Option<Minor>,
    /// Open at most.
    pub open_to: Option<Minor>,
}

/// A page by id of what customers owe in a currency, with the documents.
pub fn candidates(
    conn: &mut Conn,
    company: CompanyId,
    filter: &CandidateFilter,
    after: Option<OpenItemId>,
    limit: u32,
) -> StoreResult<Vec<(OpenItem, Option<ItemDocument>)>> {
    let after = after.unwrap_or(OpenItemId::new(uuid::Uuid::nil()));
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after)))
        .filter(is_open())
        .filter(t::sign.eq(1))
        .filter(t::account.ne_all(filter.not_on.clone()))
        .filter(t::currency.eq(v(filter.currency)))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(OpenItem::as_select())
        .into_boxed();
    if let Some(customers) = &filter.customers {
        query = query.filter(t::customer.eq_any(customers.iter().copied().map(v).collect::<Vec<_>>()));
    }
    if let Some(documents) = &filter.documents {
        query = query.filter(t::document.eq_any(documents.iter().copied().map(Some).collect::<Vec<_>>()));
    }
    if let Some(from) = filter.open_from {
        query = query.filter(t::open.ge(v(from)));
    }
    if let Some(to) = filter.open_to {
        query = query.filter(t::open.le(v(to)));
    }
    let items: Vec<OpenItem> = query.load(conn)?;
    with_documents(conn, company, items)
}

/// Σ open of a customer by control account, currency and sign (+1 receivable, −1 owed to the customer).
pub fn balances(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Vec<(String, Currency, i32, Minor)>> {
    let sums: Vec<(String, Currency, i32, Option<Minor>)> = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::customer.eq(v(customer)))
        .filter(is_open())
        .group_by((t::account, t::currency, t::sign))
        .order((t::account, t::currency, t::sign))
        .select((t::account, t::currency, t::sign, sum_minor(t::open)))
        .load(conn)?;
    Ok(sums
        .into_iter()
        .map(|(account, currency, sign, sum)| (account, currency, sign, sum.unwrap_or_default()))
        .collect())
}

/// The items that some documents made, in no particular order.
pub fn of_documents(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<OpenItem>> {
    let mut found = Vec::with_capacity(documents.len());
    for chunk in documents.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::document.eq_any(chunk.iter().copied().map(Some)));
        found.extend(query.select(OpenItem::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The items a document made, by id: one, or with instalments several; without what cleared deliveries that it bills ([`billed_by`]).
pub fn of_document(conn: &mut Conn, company: CompanyId, document: DocumentId) -> StoreResult<Vec<OpenItem>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::document.eq(Some(document)))
        .filter(t::kind.ne(BILLED));
    Ok(query.order(t::id.asc()).select(OpenItem::as_select()).load(conn)?)
}

/// The items by which an entry of a document cleared what deliveries accrued, by id.
pub fn billed_by(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
    entry: EntryId,
) -> StoreResult<Vec<OpenItem>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::document.eq(Some(document)))
        .filter(t::entry.eq(v(entry)))
        .filter(t::kind.eq(BILLED));
    Ok(query.order(t::id.asc()).select(OpenItem::as_select()).load(conn)?)
}

/// Keeps what is known now of when an item is due. Not a change that others must have seen: its version stays.
pub fn set_due(
    tx: &mut Tx<'_>,
    company: CompanyId,
    item: OpenItemId,
    due: Option<AccountingDate>,
) -> StoreResult<()> {
    let which = t::table.find((v(company), v(item)));
    let updated = diesel::update(which).set(t::due_now.eq(due)).execute(tx.conn())?;
    changed(updated, "open item", item)
}
