//! Payouts between the company's own accounts, and fees taken from them.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, BankMove};
use crate::schema::bank_moves as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{BankAccountId, BankLineId, BankMoveId, CompanyId};
use domain::time::AccountingDate;
use money::{Currency, Minor};

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

/// What [`page`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// On either side.
    pub account: Option<BankAccountId>,
    pub currency: Option<Currency>,
    pub from: Option<AccountingDate>,
    pub to: Option<AccountingDate>,
    /// At least so much; undoings are negative.
    pub amount_from: Option<Minor>,
    pub amount_to: Option<Minor>,
}

/// A page by id of those that are wanted.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<BankMoveId>,
    limit: u32,
) -> StoreResult<Vec<BankMove>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(BankMove::as_select()).into_boxed();
    if let Some(account) = filter.account {
        query = query.filter(t::from_account.eq(v(account)).or(t::to_account.eq(Some(account))));
    }
    if let Some(currency) = filter.currency {
        query = query.filter(t::currency.eq(v(currency)));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::effective_date.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::effective_date.le(v(to)));
    }
    if let Some(from) = filter.amount_from {
        query = query.filter(t::amount.ge(v(from)));
    }
    if let Some(to) = filter.amount_to {
        query = query.filter(t::amount.le(v(to)));
    }
    if let Some(after) = after {
        query = query.filter(t::id.gt(v(after)));
    }
    Ok(query.order(t::id.asc()).limit(i64::from(limit)).load(conn)?)
}

/// Those of these moves that were taken back, each with what took it back.
pub fn undoings(
    conn: &mut Conn,
    company: CompanyId,
    of: &[BankMoveId],
) -> StoreResult<Vec<(BankMoveId, BankMoveId)>> {
    let mut found = Vec::new();
    for chunk in of.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::reverses.eq_any(chunk.iter().copied().map(Some)));
        let undoings: Vec<BankMove> = query.select(BankMove::as_select()).load(conn)?;
        found.extend(undoings.into_iter().filter_map(|row| Some((row.reverses?, row.id))));
    }
    Ok(found)
}

/// Notes the line that shows a payout going out: which line it was is no figure, and may be known later.
pub fn join(tx: &mut Tx<'_>, company: CompanyId, id: BankMoveId, line: BankLineId) -> StoreResult<()> {
    let which = t::table.find((v(company), v(id))).filter(t::from_line.is_null());
    let joined = diesel::update(which).set(t::from_line.eq(Some(line))).execute(tx.conn())?;
    changed(joined, "payout", id)
}
