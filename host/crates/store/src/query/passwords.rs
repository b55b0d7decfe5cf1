//! Passwords of users.

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

/// Who of the company has one, and whether she must change it.
pub fn owners(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<(UserId, bool)>> {
    Ok(t::table.filter(t::company.eq(v(company))).select((t::owner, t::must_change)).load(conn)?)
}
