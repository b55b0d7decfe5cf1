//! People who work for a company.

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, User};
use crate::schema::users as t;
use crate::types::{Json, v};
use diesel::prelude::*;
use domain::ids::{CompanyId, UserId};

/// # Errors
/// `Unique` `users(company, login)`.
pub fn insert(tx: &mut Tx<'_>, user: &User) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(user)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: UserId) -> StoreResult<Option<User>> {
    Ok(t::table.find((v(company), v(id))).select(User::as_select()).get_result(conn).optional()?)
}

pub fn by_login(conn: &mut Conn, company: CompanyId, login: &str) -> StoreResult<Option<User>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::login.eq(login));
    Ok(query.select(User::as_select()).get_result(conn).optional()?)
}

/// All by login.
pub fn list(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<User>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::login.asc());
    Ok(query.select(User::as_select()).load(conn)?)
}

/// Changes what a user may do.
pub fn set(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: UserId,
    roles: &[String],
    active: bool,
) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))))
        .set((t::roles.eq(v(Json(roles.to_vec()))), t::active.eq(active)))
        .execute(tx.conn())?;
    changed(updated, "user", id)
}
