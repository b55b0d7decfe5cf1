//! Payouts between the company's own accounts, and fees taken from them.

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, BankMove};
use crate::schema::bank_moves as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{BankLineId, BankMoveId, CompanyId};

/// # Errors
/// `Unique` `bank_moves(company, reverses)`: it was undone already.
pub fn insert(tx: &mut Tx<'_>, row: &BankMove) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: BankMoveId) -> StoreResult<Option<BankMove>> {
    Ok(t::table.find((v(company), v(id))).select(BankMove::as_select()).get_result(conn).optional()?)
}

/// The one that took another back.
pub fn undoing(conn: &mut Conn, company: CompanyId, of: BankMoveId) -> StoreResult<Option<BankMove>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::reverses.eq(Some(of)));
    Ok(query.select(BankMove::as_select()).first(conn).optional()?)
}

/// A page by id.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<BankMoveId>,
    limit: u32,
) -> StoreResult<Vec<BankMove>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(BankMove::as_select()).into_boxed();
    if let Some(after) = after {
        query = query.filter(t::id.gt(v(after)));
    }
    Ok(query.order(t::id.asc()).limit(i64::from(limit)).load(conn)?)
}

/// Notes the line that shows a payout going out: which line it was is no figure, and may be known later.
pub fn join(tx: &mut Tx<'_>, company: CompanyId, id: BankMoveId, line: BankLineId) -> StoreResult<()> {
    let which = t::table.find((v(company), v(id))).filter(t::from_line.is_null());
    let joined = diesel::update(which).set(t::from_line.eq(Some(line))).execute(tx.conn())?;
    changed(joined, "payout", id)
}
