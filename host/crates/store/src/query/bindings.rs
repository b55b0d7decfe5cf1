//! Which plugin serves which slot from which day on.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Binding};
use crate::schema::bindings as t;
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{BindingId, CompanyId};

/// # Errors
/// `ForeignKey` for a plugin that was not admitted.
pub fn insert(tx: &mut Tx<'_>, binding: &Binding) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(binding)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: BindingId) -> StoreResult<Option<Binding>> {
    Ok(t::table.find((v(company), v(id))).select(Binding::as_select()).get_result(conn).optional()?)
}

/// The binding in force for a slot on a day: the one with the latest `valid_from` not after it, and of several with
/// the same the one made last.
pub fn in_force(
    conn: &mut Conn,
    company: CompanyId,
    slot: &str,
    on: NaiveDate,
) -> StoreResult<Option<Binding>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::slot.eq(slot))
        .filter(t::valid_from.le(v(on)))
        .order((t::valid_from.desc(), t::created_at.desc(), t::id.desc()))
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
