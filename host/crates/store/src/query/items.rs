//! The catalogue of goods and services.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Item};
use crate::schema::items as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, ItemId};

/// # Errors
/// `Unique` `items(company, code)`.
pub fn insert(tx: &mut Tx<'_>, item: &Item) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(item)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: ItemId) -> StoreResult<Option<Item>> {
    Ok(t::table.find((v(company), v(id))).select(Item::as_select()).get_result(conn).optional()?)
}

pub fn by_code(conn: &mut Conn, company: CompanyId, code: &str) -> StoreResult<Option<Item>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::code.eq(code));
    Ok(query.select(Item::as_select()).get_result(conn).optional()?)
}

/// Those of the codes that are there, in no particular order.
pub fn by_codes(conn: &mut Conn, company: CompanyId, codes: &[&str]) -> StoreResult<Vec<Item>> {
    let mut found = Vec::with_capacity(codes.len());
    for chunk in codes.chunks(IDS_MAX) {
        let query = t::table.filter(t::company.eq(v(company))).filter(t::code.eq_any(chunk.iter().copied()));
        found.extend(query.select(Item::as_select()).load(conn)?);
    }
    Ok(found)
}

/// A page by code.
pub fn list(conn: &mut Conn, company: CompanyId, after: Option<&str>, limit: u32) -> StoreResult<Vec<Item>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::code.gt(after.unwrap_or("")))
        .order(t::code.asc())
        .limit(i64::from(limit))
        .select(Item::as_select())
        .load(conn)?)
}

/// Takes an item out of the catalogue: documents hold what they took of it themselves.
///
/// # Errors
/// `Conflict` if it is gone already.
pub fn delete(tx: &mut Tx<'_>, company: CompanyId, id: ItemId) -> StoreResult<()> {
    let deleted = diesel::delete(t::table.find((v(company), v(id)))).execute(tx.conn())?;
    changed(deleted, "item", id)
}
