//! Companies.

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Company};
use crate::schema::companies as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::CompanyId;

/// # Errors
/// `Unique` `companies(code)`.
pub fn insert(tx: &mut Tx<'_>, company: &Company) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(company)).map(drop)
}

pub fn by_id(conn: &mut Conn, id: CompanyId) -> StoreResult<Option<Company>> {
    Ok(t::table.find(v(id)).select(Company::as_select()).get_result(conn).optional()?)
}

pub fn by_code(conn: &mut Conn, code: &str) -> StoreResult<Option<Company>> {
    Ok(t::table.filter(t::code.eq(code)).select(Company::as_select()).get_result(conn).optional()?)
}

/// All companies by code.
pub fn list(conn: &mut Conn) -> StoreResult<Vec<Company>> {
    Ok(t::table.order(t::code.asc()).select(Company::as_select()).load(conn)?)
}

/// Writes everything but id, code, base currency and creation, if the row still has `company.version`.
pub fn update(tx: &mut Tx<'_>, company: &Company) -> StoreResult<()> {
    let updated = diesel::update(t::table.find(v(company.id)).filter(t::version.eq(company.version)))
        .set((
            t::name.eq(&company.name),
            t::country.eq(&company.country),
            t::jurisdiction.eq(&company.jurisdiction),
            t::time_zone.eq(&company.time_zone),
            t::locale.eq(&company.locale),
            t::taxpayer_status.eq(&company.taxpayer_status),
            t::tax_scheme.eq(&company.tax_scheme),
            t::tax_id.eq(&company.tax_id),
            t::address.eq(v(company.address.clone())),
            t::retention_years.eq(v(company.retention_years)),
            t::version.eq(t::version + 1),
        ))
        .execute(tx.conn())?;
    tx.lets_company_go();
    changed(updated, "company", company.id)
}

/// The company alone until the transaction ends: for whoever changes what postings rely on (a rate, a binding). They hold
/// it while they look and write: `settings::hold`.
pub fn lock(tx: &mut Tx<'_>, id: CompanyId) -> StoreResult<()> {
    if let Conn::Postgres(conn) = tx.conn() {
        // not against foreign keys: rows of the company may be inserted meanwhile
        t::table.find(v(id)).select(t::id).for_no_key_update().execute(conn)?;
    }
    Ok(())
}
