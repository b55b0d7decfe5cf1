//! The seal chain.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Seal};
use crate::schema::seals as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::CompanyId;
use std::collections::HashSet;
use uuid::Uuid;

/// # Errors
/// `Unique` `seals(company, position)` if another sequencer was first, `seals(company, ref)` if it sealed the same.
pub(crate) fn insert(tx: &mut Tx<'_>, seals: &[Seal]) -> StoreResult<()> {
    rows::insert(tx, seals).map(drop)
}

/// The last seal, `None` for an empty chain.
pub fn head(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<Seal>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::position.desc());
    Ok(query.select(Seal::as_select()).first(conn).optional()?)
}

/// The seal at a position.
pub fn at(conn: &mut Conn, company: CompanyId, position: u64) -> StoreResult<Option<Seal>> {
    Ok(t::table.find((v(company), v(position))).select(Seal::as_select()).get_result(conn).optional()?)
}

/// A page of the chain: those after a position.
pub fn page(conn: &mut Conn, company: CompanyId, after: u64, limit: u32) -> StoreResult<Vec<Seal>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::position.gt(v(after)))
        .order(t::position.asc())
        .limit(i64::from(limit))
        .select(Seal::as_select())
        .load(conn)?)
}

/// The seal of an entry, statement or event, `None` while it waits.
pub fn of(conn: &mut Conn, company: CompanyId, reference: Uuid) -> StoreResult<Option<Seal>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::reference.eq(v(reference)));
    Ok(query.select(Seal::as_select()).get_result(conn).optional()?)
}

/// Positions of some things, in no particular order; those not sealed are left out.
pub fn positions_of(
    conn: &mut Conn,
    company: CompanyId,
    references: &[Uuid],
) -> StoreResult<Vec<(Uuid, u64)>> {
    let mut found = Vec::with_capacity(references.len());
    for chunk in references.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::reference.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select((t::reference, t::position)).load::<(Uuid, u64)>(conn)?);
    }
    Ok(found)
}

/// Which of some things are known at a position.
pub fn known(
    conn: &mut Conn,
    company: CompanyId,
    references: &[Uuid],
    known_at: u64,
) -> StoreResult<HashSet<Uuid>> {
    let mut wanted = references.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let placed = positions_of(conn, company, &wanted)?;
    Ok(placed.into_iter().filter(|(_, at)| *at <= known_at).map(|(reference, _)| reference).collect())
}
