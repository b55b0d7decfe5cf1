//! What is in suspense at a day, with its age, tied to the account's balance.

use super::left;
use crate::common::{Common, authorise, there};
use crate::company::{company_row, today};
use crate::{App, Context, books};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::ids::{CompanyId, SuspenseId, SuspenseMoveId};
use domain::ledger::account;
use domain::time::AccountingDate;
use money::{Currency, Minor};
use std::collections::BTreeMap;
use store::rows::{SuspenseItem, SuspenseMove};
use store::{Conn, Tx, query};

/// Rows read at a time.
const PAGE: u32 = 500;

/// Money in suspense, with what was done with it up to a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspenseView {
    pub item: SuspenseItem,
    pub open: Minor,
    /// In base currency.
    pub base_open: Minor,
    /// Since it came.
    pub age_days: i64,
    /// In the order of their doing.
    pub moves: Vec<SuspenseMove>,
}

/// Of one currency: what the list and the ledger's account say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuspenseTotal {
    pub currency: Currency,
    pub items: Minor,
    pub items_base: Minor,
    /// The account's credit balance.
    pub ledger: Minor,
    pub ledger_base: Minor,
}

impl SuspenseTotal {
    pub fn ties(&self) -> bool {
        (self.items, self.items_base) == (self.ledger, self.ledger_base)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspenseList {
    pub as_of: NaiveDate,
    pub items: Vec<SuspenseView>,
}

/// The list and the account at a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspenseTotals {
    pub as_of: NaiveDate,
    /// By currency.
    pub totals: Vec<SuspenseTotal>,
}

/// What is wanted of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Default: today.
    pub as_of: Option<NaiveDate>,
    /// Also what is cleared by then.
    pub cleared: bool,
}

/// A page of what is in suspense, by id, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: Wanted,
    after: Option<SuspenseId>,
    limit: u32,
) -> Result<SuspenseList, Common> {
    authorise(actor, Permission::Read, company)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let as_of = match wanted.as_of {
            Some(day) => day,
            None => today(&ctx, &row)?,
        };
        let page = match wanted.cleared {
            true => query::suspense::page(conn, company, AccountingDate::new(as_of), after, limit)?,
            // few stay in suspense, however many were: a page costs a page
            false => query::suspense::open_page(conn, company, as_of, after, limit)?,
        };
        Ok(SuspenseList { as_of, items: views(conn, company, page, as_of)? })
    })
}

/// The list beside the account at a day, default today: of all of it, so it is asked for by itself.
pub fn totals(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    as_of: Option<NaiveDate>,
) -> Result<SuspenseTotals, Common> {
    authorise(actor, Permission::Read, company)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let as_of = match as_of {
            Some(day) => day,
            None => today(&ctx, &row)?,
        };
        Ok(SuspenseTotals { as_of, totals: totals_in(conn, company, as_of)? })
    })
}

/// One of them, as it is with everything that was ever entered.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: SuspenseId) -> Result<SuspenseView, Common> {
    authorise(actor, Permission::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| shown(&ctx, conn, company, id))
}

/// As [`get`], in the caller's transaction: nobody lets it out until it ends.
pub fn held(app: &App, tx: &mut Tx<'_>, company: CompanyId, id: SuspenseId) -> Result<SuspenseView, Common> {
    there(query::suspense::lock(tx, company, id)?, "money in suspense", id)?;
    shown(&Context::new(app), tx, company, id)
}

/// As [`held`], of the money that a move took out.
pub fn held_of_move(
    app: &App,
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: SuspenseMoveId,
) -> Result<SuspenseView, Common> {
    let of = there(query::suspense::move_by_id(tx, company, id)?, "move out of suspense", id)?;
    held(app, tx, company, of.item)
}

pub(super) fn shown(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    id: SuspenseId,
) -> Result<SuspenseView, Common> {
    let item = there(query::suspense::by_id(conn, company, id)?, "money in suspense", id)?;
    let row = company_row(conn, company)?;
    let day = today(ctx, &row)?;
    let moves = query::suspense::moves_of(conn, company, &[id])?;
    view(item, moves, day)
}

fn view(item: SuspenseItem, moves: Vec<SuspenseMove>, as_of: NaiveDate) -> Result<SuspenseView, Common> {
    let (open, base_open) = left(&item, &moves)?;
    let age_days = as_of.signed_duration_since(item.value_date.date()).num_days();
    Ok(SuspenseView { item, open, base_open, age_days, moves })
}

fn views(
    conn: &mut Conn,
    company: CompanyId,
    page: Vec<SuspenseItem>,
    as_of: NaiveDate,
) -> Result<Vec<SuspenseView>, Common> {
    let ids: Vec<SuspenseId> = page.iter().map(|item| item.id).collect();
    let mut moves = query::suspense::moves_of(conn, company, &ids)?;
    moves.retain(|row| row.effective_date.date() <= as_of);
    let one = |item: SuspenseItem| {
        let own = moves.iter().filter(|row| row.item == item.id).cloned().collect();
        view(item, own, as_of)
    };
    page.into_iter().map(one).collect()
}

/// Everything that is in suspense at a day.
pub(crate) fn all_open(
    conn: &mut Conn,
    company: CompanyId,
    as_of: NaiveDate,
) -> Result<Vec<SuspenseView>, Common> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = query::suspense::open_page(conn, company, as_of, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some(last.id);
        found.extend(views(conn, company, page, as_of)?);
    }
}

/// The list and the account, by currency.
pub(crate) fn totals_in(
    conn: &mut Conn,
    company: CompanyId,
    as_of: NaiveDate,
) -> Result<Vec<SuspenseTotal>, Common> {
    let none = |currency| SuspenseTotal {
        currency,
        items: Minor::ZERO,
        items_base: Minor::ZERO,
        ledger: Minor::ZERO,
        ledger_base: Minor::ZERO,
    };
    let mut totals: BTreeMap<Currency, SuspenseTotal> = BTreeMap::new();
    for view in all_open(conn, company, as_of)? {
        let currency = view.item.currency;
        let total = totals.entry(currency).or_insert_with(|| none(currency));
        total.items = total.items.add(view.open)?;
        total.items_base = total.items_base.add(view.base_open)?;
    }
    let day = AccountingDate::new(as_of);
    for code in books::accounts_of(conn, company, account::SUSPENSE)? {
        for (currency, amount, base) in query::suspense::ledger(conn, company, &code, day)? {
            let total = totals.entry(currency).or_insert_with(|| none(currency));
            total.ledger = total.ledger.sub(amount)?;
            total.ledger_base = total.ledger_base.sub(base)?;
        }
    }
    let moved = |total: &SuspenseTotal| {
        !total.items.is_zero() || !total.ledger.is_zero() || !total.ledger_base.is_zero()
    };
    Ok(totals.into_values().filter(moved).collect())
}
