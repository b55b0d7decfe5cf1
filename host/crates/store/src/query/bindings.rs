//! Which plugin serves which slot from which day on.

use super::{changed, settings};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Binding};
use crate::schema::bindings as t;
use crate::types::{BindingStatus, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{BindingId, CompanyId};
use domain::time::Instant;

/// # Errors
/// `ForeignKey` for a plugin that was not admitted.
pub fn insert(tx: &mut Tx<'_>, binding: &Binding) -> StoreResult<()> {
    settings::change(tx, binding.company, binding)?;
    rows::insert(tx, std::slice::from_ref(binding)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: BindingId) -> StoreResult<Option<Binding>> {
    Ok(t::table.find((v(company), v(id))).select(Binding::as_select()).get_result(conn).optional()?)
}

/// The binding in force for a slot on a day: of those that are active the one with the latest `valid_from` not after it, and
/// of several with the same the one activated last.
pub fn in_force(
    conn: &mut Conn,
    company: CompanyId,
    slot: &str,
    on: NaiveDate,
) -> StoreResult<Option<Binding>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::slot.eq(slot))
        .filter(t::status.eq(v(BindingStatus::Active)))
        .filter(t::valid_from.le(v(on)))
        .order((t::valid_from.desc(), t::decided_at.desc(), t::created_at.desc(), t::id.desc()))
        .select(Binding::as_select())
        .first(conn)
        .optional()?)
}

/// All, by slot and day.
pub fn list(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<Binding>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .order((t::slot, t::valid_from, t::created_at, t::id))
        .select(Binding::as_select())
        .load(conn)?)
}

/// How many wait for somebody to activate them.
pub fn pending(conn: &mut Conn, company: CompanyId) -> StoreResult<u64> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::status.eq(v(BindingStatus::Pending)));
    Ok(u64::try_from(query.count().get_result::<i64>(conn)?).unwrap_or(0))
}

/// Activates or withdraws one that is pending.
///
/// # Errors
/// `Conflict` if it is decided already.
pub fn decide(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: BindingId,
    (status, by, at): (BindingStatus, &str, Instant),
) -> StoreResult<()> {
    settings::change(tx, company, &(id, status, by, at))?;
    let pending = t::table.find((v(company), v(id))).filter(t::status.eq(v(BindingStatus::Pending)));
    let updated = diesel::update(pending)
        .set((t::status.eq(v(status)), t::decided_by.eq(Some(by)), t::decided_at.eq(Some(at))))
        .execute(tx.conn())?;
    changed(updated, "binding", id)
}
