//! What a company wants approved, and the exceptions from the separation of duties.

use super::settings;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, ApprovalRule, Exception};
use crate::schema::{approval_rules as t, exceptions as x};
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, CustomerId};

/// All rules of the company, in their order. Few: a company has some dozens.
pub fn rules(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<ApprovalRule>> {
    let query = t::table.filter(t::company.eq(v(company)));
    Ok(query.order(t::n.asc()).select(ApprovalRule::as_select()).load(conn)?)
}

/// Puts these rules in the place of all.
pub fn replace(tx: &mut Tx<'_>, company: CompanyId, rules: &[ApprovalRule]) -> StoreResult<()> {
    settings::change(tx, company, &rules)?;
    diesel::delete(t::table.filter(t::company.eq(v(company)))).execute(tx.conn())?;
    rows::insert(tx, rules).map(drop)
}

/// Records an exception; its event stands already.
pub fn except(tx: &mut Tx<'_>, row: &Exception) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

/// All exceptions that were made, by event. Few: each was a person's own.
pub fn exceptions(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<Exception>> {
    let query = x::table.filter(x::company.eq(v(company)));
    Ok(query.order(x::event.asc()).select(Exception::as_select()).load(conn)?)
}

/// The exceptions by which somebody may approve this.
pub fn excepted(
    conn: &mut Conn,
    company: CompanyId,
    (subject, person): (&str, &str),
) -> StoreResult<Vec<Exception>> {
    let of = x::table.filter(x::company.eq(v(company))).filter(x::subject.eq(subject));
    Ok(of.filter(x::person.eq(person)).select(Exception::as_select()).load(conn)?)
}

/// Takes the reasons out of the exceptions over a customer.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let own = x::table.filter(x::company.eq(v(company))).filter(x::customer.eq(v(customer)));
    diesel::update(own)
        .set((x::reason.eq(None::<String>), x::salt.eq(None::<Vec<u8>>)))
        .execute(tx.conn())?;
    Ok(())
}
