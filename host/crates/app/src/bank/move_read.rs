//! Moves between the company's own accounts and fees, as they are shown.

use super::BankMoveView;
use crate::App;
use crate::common::{Common, authorise, there};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::ids::{BankAccountId, BankMoveId, CompanyId};
use domain::time::AccountingDate;
use money::{Currency, Minor};
use std::collections::HashMap;
use store::query::bank_moves::Filter;
use store::{Conn, Tx, query};

/// Which moves are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WantedMoves {
    /// On either side.
    pub account: Option<BankAccountId>,
    pub currency: Option<Currency>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// At least so much, in minor units of the currency; undoings are negative.
    pub amount_from: Option<Minor>,
    pub amount_to: Option<Minor>,
}

/// A page of the moves that are wanted, by id, after `after`; undoings stand beside what they took back.
pub fn list_moves(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedMoves,
    after: Option<BankMoveId>,
    limit: u32,
) -> Result<Vec<BankMoveView>, Common> {
    authorise(actor, Permission::Read, company)?;
    let filter = Filter {
        account: wanted.account,
        currency: wanted.currency,
        from: wanted.from.map(AccountingDate::new),
        to: wanted.to.map(AccountingDate::new),
        amount_from: wanted.amount_from,
        amount_to: wanted.amount_to,
    };
    app.db.snapshot(|conn| {
        let page = query::bank_moves::page(conn, company, &filter, after, limit)?;
        let ids: Vec<BankMoveId> = page.iter().map(|row| row.id).collect();
        let undone: HashMap<BankMoveId, BankMoveId> =
            query::bank_moves::undoings(conn, company, &ids)?.into_iter().collect();
        Ok(page
            .into_iter()
            .map(|row| BankMoveView { undone_by: undone.get(&row.id).copied(), row })
            .collect())
    })
}

/// One of them.
pub fn get_move(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BankMoveId,
) -> Result<BankMoveView, Common> {
    authorise(actor, Permission::Read, company)?;
    app.db.snapshot(|conn| shown(conn, company, id))
}

/// As [`get_move`], in the caller's transaction: nobody joins or undoes it until that ends.
pub fn move_held(tx: &mut Tx<'_>, company: CompanyId, id: BankMoveId) -> Result<BankMoveView, Common> {
    query::companies::lock(tx, company)?;
    shown(tx, company, id)
}

fn shown(conn: &mut Conn, company: CompanyId, id: BankMoveId) -> Result<BankMoveView, Common> {
    let row = there(query::bank_moves::by_id(conn, company, id)?, "bank move", id)?;
    let undone_by = query::bank_moves::undoing(conn, company, id)?.map(|undoing| undoing.id);
    Ok(BankMoveView { row, undone_by })
}
