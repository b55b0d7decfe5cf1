//! Advances (预收款): what money on account is for, which items are money of one, and what moved of its tax.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, AdvanceItem, AdvanceMove, AdvanceSettings};
use crate::schema::{advance_items as i, advance_moves as t, advance_settings as g};
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, DocumentId, OpenItemId};
use uuid::Uuid;

const REPLACE_SETTINGS: &str = " ON CONFLICT (company) DO UPDATE SET category = excluded.category, \
    supply = excluded.supply, set_by = excluded.set_by, set_at = excluded.set_at";

/// What the company's money on account is for, if it said so.
pub fn settings(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<AdvanceSettings>> {
    Ok(g::table.find(v(company)).select(AdvanceSettings::as_select()).get_result(conn).optional()?)
}

pub fn put_settings(tx: &mut Tx<'_>, row: &AdvanceSettings) -> StoreResult<()> {
    rows::insert_with(tx, std::slice::from_ref(row), REPLACE_SETTINGS).map(drop)
}

pub fn insert_items(tx: &mut Tx<'_>, items: &[AdvanceItem]) -> StoreResult<()> {
    rows::insert(tx, items).map(drop)
}

pub fn insert_moves(tx: &mut Tx<'_>, moved: &[AdvanceMove]) -> StoreResult<()> {
    rows::insert(tx, moved).map(drop)
}

/// Of some items those that are money of an advance.
pub fn of_items(conn: &mut Conn, company: CompanyId, items: &[OpenItemId]) -> StoreResult<Vec<AdvanceItem>> {
    let mut found = Vec::new();
    for chunk in items.chunks(IDS_MAX) {
        let query =
            i::table.filter(i::company.eq(v(company))).filter(i::item.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(AdvanceItem::as_select()).load(conn)?);
    }
    Ok(found)
}

/// All items that are money of some advances.
pub fn items_of(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<AdvanceItem>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = i::table
            .filter(i::company.eq(v(company)))
            .filter(i::document.eq_any(chunk.iter().copied().map(v)));
        let order = (i::document.asc(), i::item.asc());
        found.extend(query.order(order).select(AdvanceItem::as_select()).load(conn)?);
    }
    Ok(found)
}

/// All that moved of some advances, by document, tax line and what moved it.
pub fn of_documents(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<AdvanceMove>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::document.eq_any(chunk.iter().copied().map(v)));
        let order = (t::document.asc(), t::tax_line.asc(), t::seal_ref.asc());
        found.extend(query.order(order).select(AdvanceMove::as_select()).load(conn)?);
    }
    Ok(found)
}

/// What an entry moved.
pub fn moved_by(conn: &mut Conn, company: CompanyId, seal_ref: Uuid) -> StoreResult<Vec<AdvanceMove>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::seal_ref.eq(v(seal_ref)));
    Ok(query.order((t::document.asc(), t::tax_line.asc())).select(AdvanceMove::as_select()).load(conn)?)
}

/// Advances of which something ever moved, a page by id.
pub fn documents(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<DocumentId>,
    limit: u32,
) -> StoreResult<Vec<DocumentId>> {
    let after = after.unwrap_or(DocumentId::new(Uuid::nil()));
    let query = t::table.filter(t::company.eq(v(company))).filter(t::document.gt(v(after)));
    let ids = query.select(t::document).distinct();
    Ok(ids.order(t::document.asc()).limit(i64::from(limit)).load(conn)?)
}
