//! Terms that documents keep, which part of a document an item is, and due dates that came to be known later.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, DocumentTerms, Instalment, ItemDue, StatementConfirmation};
use crate::schema::{
    document_terms as t, entries as e, instalments as n, item_dues as d, seals as s,
    statement_confirmations as sc,
};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId, DocumentId, EntryId, OpenItemId, StatementId};
use std::collections::HashSet;

/// Of documents and items that are there already.
pub fn insert(tx: &mut Tx<'_>, terms: &[DocumentTerms], instalments: &[Instalment]) -> StoreResult<()> {
    rows::insert(tx, terms)?;
    rows::insert(tx, instalments).map(drop)
}

/// In no particular order; documents that keep none are left out.
pub fn of_documents(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<DocumentTerms>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::document.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(DocumentTerms::as_select()).load(conn)?);
    }
    Ok(found)
}

/// What a customer's documents of one basis keep, by document.
pub fn of_customer(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
    basis: &str,
) -> StoreResult<Vec<DocumentTerms>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::customer.eq(v(customer)))
        .filter(t::basis.eq(basis));
    Ok(query.order(t::document.asc()).select(DocumentTerms::as_select()).load(conn)?)
}

/// Parts of documents, by document and number; those that have one item only are left out.
pub fn instalments_of(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<Instalment>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = n::table
            .filter(n::company.eq(v(company)))
            .filter(n::document.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((n::document, n::n)).select(Instalment::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Every part of the company, by document and number: for `verify`.
pub fn instalments(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<Instalment>> {
    let query = n::table.filter(n::company.eq(v(company)));
    Ok(query.order((n::document, n::n)).select(Instalment::as_select()).load(conn)?)
}

/// Due dates that came to be known later, by item and number.
pub fn dues_of(conn: &mut Conn, company: CompanyId, documents: &[DocumentId]) -> StoreResult<Vec<ItemDue>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = d::table
            .filter(d::company.eq(v(company)))
            .filter(d::document.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((d::item, d::n)).select(ItemDue::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Every one of the company, by item and number: for `verify`.
pub fn dues(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<ItemDue>> {
    let query = d::table.filter(d::company.eq(v(company)));
    Ok(query.order((d::item, d::n)).select(ItemDue::as_select()).load(conn)?)
}

/// Whether a due date was ever told after the posting.
pub fn any_due(conn: &mut Conn, company: CompanyId) -> StoreResult<bool> {
    let query = d::table.filter(d::company.eq(v(company))).limit(1).select(d::item);
    Ok(query.load::<OpenItemId>(conn)?.pop().is_some())
}

/// Ask with the items locked: `n` is one more than the last.
pub fn insert_dues(tx: &mut Tx<'_>, dues: &[ItemDue]) -> StoreResult<()> {
    rows::insert(tx, dues).map(drop)
}

/// Those of the entries that were effective at a day and sealed at a position.
pub fn known_entries(
    conn: &mut Conn,
    company: CompanyId,
    entries: &[EntryId],
    (day, position): (NaiveDate, u64),
) -> StoreResult<HashSet<EntryId>> {
    let mut found = HashSet::new();
    for chunk in entries.chunks(IDS_MAX) {
        let query = e::table
            .inner_join(s::table.on(s::company.eq(e::company).and(s::reference.eq(e::id))))
            .filter(e::company.eq(v(company)))
            .filter(e::id.eq_any(chunk.iter().copied().map(v)))
            .filter(e::effective_date.le(v(day)))
            .filter(s::position.le(v(position)));
        found.extend(query.select(e::id).load::<EntryId>(conn)?);
    }
    Ok(found)
}

/// Items whose cached due date is not that of the last row, else the posted one. For `verify`: the database compares.
pub fn items_out_of_step(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<OpenItemId>> {
    // `$1` is the first parameter of PostgreSQL and a named one of SQLite, numbered 1 wherever it stands
    const OUT_OF_STEP: &str = "SELECT i.id AS id FROM open_items AS i \
         LEFT JOIN item_dues AS d ON d.company = i.company AND d.item = i.id AND d.n = (\
         SELECT MAX(l.n) FROM item_dues AS l WHERE l.company = i.company AND l.item = i.id) \
         WHERE i.company = $1 AND (COALESCE(d.due_date, i.due_date) <> i.due_now \
         OR (COALESCE(d.due_date, i.due_date) IS NULL) <> (i.due_now IS NULL)) ORDER BY i.id";
    #[derive(QueryableByName)]
    struct ItemOnly {
        #[diesel(sql_type = crate::types::columns::Id)]
        id: OpenItemId,
    }
    let found: Vec<ItemOnly> =
        diesel::sql_query(OUT_OF_STEP).bind::<crate::types::columns::Id, _>(company).load(conn)?;
    Ok(found.into_iter().map(|item| item.id).collect())
}

/// # Errors
/// `Unique` `statement_confirmations(company, statement)` where it was confirmed already.
pub fn confirm(tx: &mut Tx<'_>, confirmation: &StatementConfirmation) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(confirmation)).map(drop)
}

/// How statements were confirmed; those that were not are left out.
pub fn confirmations(
    conn: &mut Conn,
    company: CompanyId,
    statements: &[StatementId],
) -> StoreResult<Vec<StatementConfirmation>> {
    let mut found = Vec::new();
    for chunk in statements.chunks(IDS_MAX) {
        let query = sc::table
            .filter(sc::company.eq(v(company)))
            .filter(sc::statement.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(StatementConfirmation::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Every one of the company: for `verify`.
pub fn all_confirmations(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<StatementConfirmation>> {
    let query = sc::table.filter(sc::company.eq(v(company)));
    Ok(query.order(sc::statement.asc()).select(StatementConfirmation::as_select()).load(conn)?)
}

/// Takes her people's names and words out of confirmations, those of her family's statements among them.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let of = sc::customer.eq(v(customer)).or(sc::contact_customer.eq(Some(customer)));
    let hers = sc::table.filter(sc::company.eq(v(company))).filter(of);
    diesel::update(hers)
        .set((
            sc::confirmed_by.eq(None::<String>),
            sc::evidence.eq(None::<String>),
            sc::reason.eq(None::<String>),
            sc::words_salt.eq(None::<Digest>),
        ))
        .execute(tx.conn())?;
    Ok(())
}
