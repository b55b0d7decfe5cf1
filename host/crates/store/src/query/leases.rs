//! Leases: who does what only one may do. They spare wasted work; what they guard must be safe without them.

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::Lease;
use crate::schema::leases as t;
use crate::types::{now_plus, v};
use diesel::prelude::*;
use domain::ids::CompanyId;

/// Takes or keeps a lease by the database's clock; gives its attempt (it counts changes of owner), or `None` while
/// another owner's has not run out.
pub fn acquire(
    tx: &mut Tx<'_>,
    company: CompanyId,
    name: &str,
    owner: &str,
    seconds: i64,
) -> StoreResult<Option<i64>> {
    let kept: Option<i64> = diesel::update(t::table.find((v(company), name)))
        .filter(t::owner.eq(owner))
        .set(t::leased_until.eq(now_plus(seconds)))
        .returning(t::attempt)
        .get_result(tx.conn())
        .optional()?;
    if kept.is_some() {
        return Ok(kept);
    }
    Ok(on!(tx.conn(), conn => {
        let upsert = diesel::insert_into(t::table)
            .values((
                t::company.eq(v(company)),
                t::name.eq(name),
                t::owner.eq(owner),
                t::leased_until.eq(now_plus(seconds)),
                t::attempt.eq(1_i64),
            ))
            .on_conflict((t::company, t::name))
            .do_update()
            .set((t::owner.eq(owner), t::leased_until.eq(now_plus(seconds)), t::attempt.eq(t::attempt + 1)));
        // by its full name: `QueryDsl` has a `filter` too, which inserts do not
        let if_over = diesel::query_dsl::methods::FilterDsl::filter(upsert, t::leased_until.lt(now_plus(0)));
        if_over.returning(t::attempt).get_result(conn).optional()?
    }))
}

/// Makes a lease longer.
///
/// # Errors
/// `Conflict` if it is another's by now, or was: undo everything, and stop.
pub fn keep(tx: &mut Tx<'_>, company: CompanyId, name: &str, owner: &str, seconds: i64) -> StoreResult<()> {
    let kept = diesel::update(t::table.find((v(company), name)))
        .filter(t::owner.eq(owner))
        .set(t::leased_until.eq(now_plus(seconds)))
        .execute(tx.conn())?;
    changed(kept, "lease", name)
}

/// Gives a lease back; nothing happens if it is another's by now.
pub fn release(tx: &mut Tx<'_>, company: CompanyId, name: &str, owner: &str) -> StoreResult<()> {
    diesel::delete(t::table.find((v(company), name)).filter(t::owner.eq(owner))).execute(tx.conn())?;
    Ok(())
}

pub fn by_name(conn: &mut Conn, company: CompanyId, name: &str) -> StoreResult<Option<Lease>> {
    Ok(t::table.find((v(company), name)).select(Lease::as_select()).get_result(conn).optional()?)
}
