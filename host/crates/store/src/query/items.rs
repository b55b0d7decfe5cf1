//! The catalogue of goods and services.

use super::{IDS_MAX, changed, prefix_end};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Item};
use crate::schema::items as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, ItemId};

/// What [`list`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    /// The code begins so.
    pub code: Option<&'a str>,
    /// Of this tax category.
    pub category: Option<&'a str>,
}

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

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[ItemId]) -> StoreResult<Vec<Item>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Item::as_select()).load(conn)?);
    }
    Ok(found)
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
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<&str>,
    limit: u32,
) -> StoreResult<Vec<Item>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::code.gt(after.unwrap_or("").to_owned()))
        .order(t::code.asc())
        .limit(i64::from(limit))
        .select(Item::as_select())
        .into_boxed();
    if let Some(code) = filter.code {
        query = query.filter(t::code.ge(code.to_owned())).filter(t::code.lt(prefix_end(code)));
    }
    if let Some(category) = filter.category {
        query = query.filter(t::category.eq(category.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// Takes an item out of the catalogue: documents hold what they took of it themselves.
///
/// # Errors
/// `Conflict` if it is gone already.
pub fn delete(tx: &mut Tx<'_>, company: CompanyId, id: ItemId) -> StoreResult<()> {
    let deleted = diesel::delete(t::table.find((v(company), v(id)))).execute(tx.conn())?;
    changed(deleted, "item", id)
}
