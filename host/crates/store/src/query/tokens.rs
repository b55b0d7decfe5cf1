//! Tokens of the API.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Token, User};
use crate::schema::{tokens as t, users as u};
use crate::types::v;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{CompanyId, TokenId, UserId};
use domain::time::Instant;
use uuid::Uuid;

pub fn insert(tx: &mut Tx<'_>, token: &Token) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(token)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: TokenId) -> StoreResult<Option<Token>> {
    Ok(t::table.find((v(company), v(id))).select(Token::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[TokenId]) -> StoreResult<Vec<Token>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Token::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The token with this hash of its secret, of whatever company, and who made it. Expiry, revocation and whether the
/// user is active are the caller's to judge.
pub fn by_hash(conn: &mut Conn, hash: Digest) -> StoreResult<Option<(Token, User)>> {
    Ok(t::table
        .inner_join(u::table.on(u::company.eq(t::company).and(u::id.eq(t::owner))))
        .filter(t::hash.eq(v(hash)))
        .select((Token::as_select(), User::as_select()))
        .get_result(conn)
        .optional()?)
}

/// A user's tokens, oldest first.
pub fn of_user(conn: &mut Conn, company: CompanyId, owner: UserId) -> StoreResult<Vec<Token>> {
    of_users(conn, company, &[owner])
}

/// Those of several users, oldest first.
pub fn of_users(conn: &mut Conn, company: CompanyId, owners: &[UserId]) -> StoreResult<Vec<Token>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::owner.eq_any(owners.iter().copied().map(v)))
        .order(t::id.asc())
        .select(Token::as_select())
        .load(conn)?)
}

/// Those that users had issued, oldest first: their own and integrators'.
pub fn issued_by(conn: &mut Conn, company: CompanyId, issuers: &[UserId]) -> StoreResult<Vec<Token>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::issued_by.eq_any(issuers.iter().copied().map(Some)))
        .order(t::id.asc())
        .select(Token::as_select())
        .load(conn)?)
}

/// A page by (login of the owner, id), each with that login; of one owner alone, where it is said.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    owner: Option<UserId>,
    after: Option<(&str, TokenId)>,
    limit: u32,
) -> StoreResult<Vec<(Token, String)>> {
    let (login, id) = after.unwrap_or(("", TokenId::new(Uuid::nil())));
    let all = || {
        t::table
            .inner_join(u::table.on(u::company.eq(t::company).and(u::id.eq(t::owner))))
            .filter(t::company.eq(v(company)))
            .filter(u::login.gt(login).or(u::login.eq(login).and(t::id.gt(v(id)))))
            .order((u::login.asc(), t::id.asc()))
            .limit(i64::from(limit))
            .select((Token::as_select(), u::login))
    };
    Ok(match owner {
        Some(owner) => all().filter(t::owner.eq(v(owner))).load(conn)?,
        None => all().load(conn)?,
    })
}

/// # Errors
/// `Conflict` if it is not there or revoked already.
pub fn revoke(tx: &mut Tx<'_>, company: CompanyId, id: TokenId, at: Instant) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(t::revoked_at.is_null()))
        .set(t::revoked_at.eq(Some(at)))
        .execute(tx.conn())?;
    changed(updated, "token", id)
}
