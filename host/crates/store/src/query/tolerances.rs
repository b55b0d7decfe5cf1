//! What reconciliation may write off.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Tolerance};
use crate::schema::tolerances as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, CustomerId};

const REPLACE_COMPANYS: &str = " ON CONFLICT (company, currency, role) WHERE customer IS NULL DO UPDATE SET \
    amount = excluded.amount, permille = excluded.permille, monthly = excluded.monthly, set_by = excluded.set_by, set_at = excluded.set_at, \
    version = tolerances.version + 1";
const REPLACE_CUSTOMERS: &str = " ON CONFLICT (company, customer, currency, role) WHERE customer IS NOT NULL DO UPDATE SET \
    amount = excluded.amount, permille = excluded.permille, monthly = excluded.monthly, set_by = excluded.set_by, set_at = excluded.set_at, \
    version = tolerances.version + 1";

/// Sets one; that of the same customer, currency and role is replaced and keeps its id.
///
/// # Errors
/// `ForeignKey` for a customer out of the company.
pub fn put(tx: &mut Tx<'_>, row: &Tolerance) -> StoreResult<()> {
    let suffix = if row.customer.is_some() { REPLACE_CUSTOMERS } else { REPLACE_COMPANYS };
    rows::insert_with(tx, std::slice::from_ref(row), suffix).map(drop)
}

/// All of the company, by currency, role and id. Few: a company has some dozens.
pub fn list(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<Tolerance>> {
    let query = t::table.filter(t::company.eq(v(company)));
    Ok(query.order((t::currency, t::role, t::id)).select(Tolerance::as_select()).load(conn)?)
}

/// Those of a customer.
pub fn of_customer(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Vec<Tolerance>> {
    let own = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(Some(customer)));
    Ok(own.order((t::currency, t::role)).select(Tolerance::as_select()).load(conn)?)
}

/// Removes those of a customer: nothing is written off for who is erased.
pub fn remove_of(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let own = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(Some(customer)));
    diesel::delete(own).execute(tx.conn())?;
    Ok(())
}
