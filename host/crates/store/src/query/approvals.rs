//! What a company wants approved.

use super::settings;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, ApprovalRule};
use crate::schema::approval_rules as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::CompanyId;

/// All rules of the company, in their order: those that bind everybody, then earlier ones that bind who loosened them. Few: a company
/// has some dozens.
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
