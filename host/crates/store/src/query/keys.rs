//! Keys of personal data: destroying one erases what it encrypted.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Key, KeyParty};
use crate::schema::{key_parties as p, keys as t};
use crate::types::v;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::ids::{CompanyId, CustomerId, KeyId};
use domain::time::Instant;

pub fn insert(tx: &mut Tx<'_>, keys: &[Key]) -> StoreResult<()> {
    rows::insert(tx, keys).map(drop)
}

/// Says whose data stand in what a key encrypts. What is there already stays.
pub fn add_parties(tx: &mut Tx<'_>, parties: &[KeyParty]) -> StoreResult<()> {
    rows::insert_with(tx, parties, " ON CONFLICT (company, key, customer) DO NOTHING").map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: KeyId) -> StoreResult<Option<Key>> {
    Ok(t::table.find((v(company), v(id))).select(Key::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[KeyId]) -> StoreResult<Vec<Key>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Key::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Keys of everything, beside the party's own, in which this customer's data stand and that is not destroyed.
pub fn of_party(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Vec<Key>> {
    Ok(p::table
        .inner_join(t::table.on(t::company.eq(p::company).and(t::id.eq(p::key))))
        .filter(p::company.eq(v(company)))
        .filter(p::customer.eq(v(customer)))
        .filter(t::destroyed_at.is_null())
        .select(Key::as_select())
        .load(conn)?)
}

/// As [`of_party`], of those in which nobody else's data stand.
pub fn of_party_alone(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Vec<KeyId>> {
    let mut alone = Vec::new();
    for key in of_party(conn, company, customer)? {
        if parties_of(conn, company, key.id)? == [customer] {
            alone.push(key.id);
        }
    }
    Ok(alone)
}

/// The customers whose data a key encrypts.
pub fn parties_of(conn: &mut Conn, company: CompanyId, key: KeyId) -> StoreResult<Vec<CustomerId>> {
    let query = p::table.filter(p::company.eq(v(company))).filter(p::key.eq(v(key)));
    Ok(query.order(p::customer.asc()).select(p::customer).load(conn)?)
}

/// Forgets keys for good; gives how many were still there.
pub fn destroy(tx: &mut Tx<'_>, company: CompanyId, ids: &[KeyId], at: Instant) -> StoreResult<usize> {
    let mut destroyed = 0;
    for chunk in ids.chunks(IDS_MAX) {
        let which = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)))
            .filter(t::destroyed_at.is_null());
        destroyed += diesel::update(which)
            .set((t::wrapped.eq(None::<Vec<u8>>), t::destroyed_at.eq(Some(at))))
            .execute(tx.conn())?;
    }
    Ok(destroyed)
}

/// The company's own key, which wraps all its others. A literal, so that the partial index serves.
pub fn of_company(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<Key>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(sql::<Bool>("kind = 'company'"));
    Ok(query.select(Key::as_select()).first(conn).optional()?)
}
