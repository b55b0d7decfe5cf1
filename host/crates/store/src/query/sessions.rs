//! Who is logged in.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Session, User};
use crate::schema::{sessions as t, users as u};
use crate::types::v;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{CompanyId, SessionId, UserId};
use domain::time::Instant;

pub fn insert(tx: &mut Tx<'_>, session: &Session) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(session)).map(drop)
}

/// The session of a cookie, of whatever company, with its user. Whether it has ended and whether she is active are the
/// caller's to judge.
pub fn by_hash(conn: &mut Conn, hash: Digest) -> StoreResult<Option<(Session, User)>> {
    Ok(t::table
        .inner_join(u::table.on(u::company.eq(t::company).and(u::id.eq(t::owner))))
        .filter(t::hash.eq(v(hash)))
        .select((Session::as_select(), User::as_select()))
        .get_result(conn)
        .optional()?)
}

/// Notes that it was used.
pub fn touch(tx: &mut Tx<'_>, company: CompanyId, id: SessionId, at: Instant) -> StoreResult<()> {
    diesel::update(t::table.find((v(company), v(id)))).set(t::seen_at.eq(v(at))).execute(tx.conn())?;
    Ok(())
}

/// Ends one; gives whether it had not ended before.
pub fn end(tx: &mut Tx<'_>, company: CompanyId, id: SessionId, at: Instant) -> StoreResult<bool> {
    let open = t::table.find((v(company), v(id))).filter(t::ended_at.is_null());
    Ok(diesel::update(open).set(t::ended_at.eq(Some(at))).execute(tx.conn())? == 1)
}

/// Ends all of a user.
pub fn end_of(tx: &mut Tx<'_>, company: CompanyId, owner: UserId, at: Instant) -> StoreResult<()> {
    let open = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::owner.eq(v(owner)))
        .filter(t::ended_at.is_null());
    diesel::update(open).set(t::ended_at.eq(Some(at))).execute(tx.conn())?;
    Ok(())
}

/// Forgets those that were over before an instant.
pub fn purge(tx: &mut Tx<'_>, before: Instant) -> StoreResult<usize> {
    Ok(diesel::delete(t::table.filter(t::expires_at.lt(v(before)))).execute(tx.conn())?)
}
