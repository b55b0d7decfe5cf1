//! What is committed and not yet sealed.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, NewUnsealed, Unsealed};
use crate::schema::unsealed as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::CompanyId;

/// Puts things in line for the sequencer, in this order.
pub(crate) fn insert(tx: &mut Tx<'_>, rows: &[NewUnsealed]) -> StoreResult<()> {
    if !rows.is_empty() {
        rows::insert(tx, rows)?;
        tx.posted();
    }
    Ok(())
}

/// The first `max` of a company that are committed, up to the identity number `through` and in its order. On PostgreSQL a lower number
/// may become visible later: whoever deletes rows deletes these numbers and no range.
pub fn first(conn: &mut Conn, company: CompanyId, through: i64, max: u32) -> StoreResult<Vec<Unsealed>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::seq.le(through))
        .order(t::seq.asc())
        .limit(i64::from(max))
        .select(Unsealed::as_select())
        .load(conn)?)
}

/// The highest number of a company that is committed; `None`: nothing waits.
pub fn last(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<i64>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::seq.desc()).select(t::seq);
    Ok(query.first(conn).optional()?)
}

/// Whether any up to the identity number `through` waits.
pub(crate) fn waits(conn: &mut Conn, company: CompanyId, through: i64) -> StoreResult<bool> {
    let waiting = t::table.filter(t::company.eq(v(company))).filter(t::seq.le(through));
    Ok(waiting.select(t::seq).first::<i64>(conn).optional()?.is_some())
}

pub(crate) fn delete(tx: &mut Tx<'_>, seqs: &[i64]) -> StoreResult<usize> {
    Ok(diesel::delete(t::table.filter(t::seq.eq_any(seqs.iter().copied()))).execute(tx.conn())?)
}

/// How many wait, for the metric.
pub fn count(conn: &mut Conn, company: CompanyId) -> StoreResult<u64> {
    let n: i64 = t::table.filter(t::company.eq(v(company))).count().get_result(conn)?;
    Ok(u64::try_from(n).unwrap_or(0))
}

/// Companies that have something to seal.
pub fn companies(conn: &mut Conn) -> StoreResult<Vec<CompanyId>> {
    Ok(t::table.select(t::company).distinct().load(conn)?)
}
