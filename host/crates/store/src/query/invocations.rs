//! Calls of guests, with what they were given and answered.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Invocation};
use crate::schema::invocations as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, InvocationId};

/// # Errors
/// `ForeignKey` for a plugin or blob that is not there.
pub fn insert(tx: &mut Tx<'_>, invocations: &[Invocation]) -> StoreResult<()> {
    rows::insert(tx, invocations).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: InvocationId) -> StoreResult<Option<Invocation>> {
    Ok(t::table.find((v(company), v(id))).select(Invocation::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[InvocationId]) -> StoreResult<Vec<Invocation>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Invocation::as_select()).load(conn)?);
    }
    Ok(found)
}

/// A page by id, which is by time.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<InvocationId>,
    limit: u32,
) -> StoreResult<Vec<Invocation>> {
    let from = after.unwrap_or(InvocationId::new(uuid::Uuid::nil()));
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(from)))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Invocation::as_select())
        .load(conn)?)
}
