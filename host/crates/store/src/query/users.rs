//! People who work for a company.

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, User};
use crate::schema::users as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, PersonId, UserId};

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

/// A page by login; those who are active or are not, where it is said.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    active: Option<bool>,
    after: Option<&str>,
    limit: u32,
) -> StoreResult<Vec<User>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .order(t::login.asc())
        .limit(i64::from(limit))
        .select(User::as_select())
        .into_boxed();
    if let Some(active) = active {
        query = query.filter(t::active.eq(active));
    }
    if let Some(after) = after {
        query = query.filter(t::login.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// Changes name, roles and whether she is active.
pub fn change(tx: &mut Tx<'_>, user: &User) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(user.company), v(user.id))))
        .set((t::name.eq(&user.name), t::roles.eq(v(user.roles.clone())), t::active.eq(user.active)))
        .execute(tx.conn())?;
    changed(updated, "user", user.id)
}

/// Says of which person she is.
pub fn set_person(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: UserId,
    person: Option<PersonId>,
) -> StoreResult<()> {
    let updated =
        diesel::update(t::table.find((v(company), v(id)))).set(t::person.eq(person)).execute(tx.conn())?;
    changed(updated, "user", id)
}

/// Says who stands behind her.
pub fn set_behind(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: UserId,
    behind: Option<UserId>,
) -> StoreResult<()> {
    let updated =
        diesel::update(t::table.find((v(company), v(id)))).set(t::behind.eq(behind)).execute(tx.conn())?;
    changed(updated, "user", id)
}

/// The users that are one person, in whatever companies.
pub fn of_person(conn: &mut Conn, person: PersonId) -> StoreResult<Vec<User>> {
    // `is_not_null` says that the partial index will do
    let query = t::table.filter(t::person.is_not_null()).filter(t::person.eq(Some(person)));
    Ok(query.select(User::as_select()).load(conn)?)
}

/// All of a company alone until the transaction ends: who takes the last administrator's role away waits for who does the
/// same.
pub fn lock_all(tx: &mut Tx<'_>, company: CompanyId) -> StoreResult<Vec<User>> {
    super::companies::lock(tx, company)?;
    list(tx, company)
}
