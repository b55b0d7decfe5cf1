//! Passwords of users.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Password};
use crate::schema::passwords as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, UserId};

const REPLACE: &str = " ON CONFLICT (company, owner) DO UPDATE SET hash = excluded.hash, \
    must_change = excluded.must_change, set_at = excluded.set_at";

/// Sets a user's password; one that is there is replaced.
pub fn put(tx: &mut Tx<'_>, password: &Password) -> StoreResult<()> {
    rows::insert_with(tx, std::slice::from_ref(password), REPLACE).map(drop)
}

pub fn of_user(conn: &mut Conn, company: CompanyId, owner: UserId) -> StoreResult<Option<Password>> {
    Ok(t::table.find((v(company), v(owner))).select(Password::as_select()).get_result(conn).optional()?)
}

/// Who of these has one, and whether she must change it.
pub fn owners(conn: &mut Conn, company: CompanyId, of: &[UserId]) -> StoreResult<Vec<(UserId, bool)>> {
    let mut found = Vec::with_capacity(of.len());
    for chunk in of.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::owner.eq_any(chunk.iter().copied().map(v)));
        let some: Vec<(UserId, bool)> = query.select((t::owner, t::must_change)).load(conn)?;
        found.extend(some);
    }
    Ok(found)
}
