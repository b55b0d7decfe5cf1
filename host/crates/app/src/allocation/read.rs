use crate::App;
use crate::common::{Common, authorise, there};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{AllocationId, CompanyId, OpenItemId};
use std::collections::{HashMap, HashSet};
use store::rows::Allocation;
use store::{Conn, Tx, query};

/// An allocation, or the undoing of one, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationView {
    pub row: Allocation,
    /// What took it back.
    pub undone_by: Option<AllocationId>,
}

/// An allocation, or the undoing of one.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: AllocationId) -> Result<AllocationView, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    app.db.snapshot(|conn| shown(conn, company, id))
}

/// As [`get`], in the caller's transaction: nobody undoes it until that ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId, id: AllocationId) -> Result<AllocationView, Common> {
    let row = there(query::allocations::by_id(tx, company, id)?, "allocation", id)?;
    query::open_items::lock(tx, company, &[row.debit_item, row.credit_item])?;
    shown(tx, company, id)
}

fn shown(conn: &mut Conn, company: CompanyId, id: AllocationId) -> Result<AllocationView, Common> {
    let row = there(query::allocations::by_id(conn, company, id)?, "allocation", id)?;
    let undone_by = query::allocations::undoing(conn, company, id)?.map(|undoing| undoing.id);
    Ok(AllocationView { row, undone_by })
}

/// What pays an item, or what it pays; undone ones with their undoing.
pub fn of_item(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    item: OpenItemId,
) -> Result<Vec<Allocation>, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::allocations::of_item(conn, company, item))?)
}

/// A page of the same by id, after `after`.
pub fn page(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    item: OpenItemId,
    after: Option<AllocationId>,
    limit: u32,
) -> Result<Vec<AllocationView>, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let rows = query::allocations::page(conn, company, Some(item), after, limit)?;
        let ids: Vec<AllocationId> = rows.iter().map(|row| row.id).collect();
        let undone: HashMap<AllocationId, AllocationId> =
            query::allocations::undoings(conn, company, &ids)?.into_iter().collect();
        let view = |row: Allocation| AllocationView { undone_by: undone.get(&row.id).copied(), row };
        Ok(rows.into_iter().map(view).collect())
    })
}

/// Those that are neither undone nor an undoing.
pub(crate) fn standing(all: Vec<Allocation>) -> Vec<Allocation> {
    let undone: HashSet<AllocationId> = all.iter().filter_map(|allocation| allocation.reverses).collect();
    all.into_iter().filter(|a| a.reverses.is_none() && !undone.contains(&a.id)).collect()
}
