use crate::App;
use crate::common::{Common, authorise, there};
use crate::list::names;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{AllocationId, CompanyId, DocumentId, OpenItemId};
use std::collections::{HashMap, HashSet};
use store::rows::Allocation;
use store::{Conn, Tx, query};

/// An allocation, or the undoing of one, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationView {
    pub row: Allocation,
    /// What took it back.
    pub undone_by: Option<AllocationId>,
    /// The document of the debit item, and its number.
    pub debit: Option<(DocumentId, String)>,
    /// Likewise of the credit item.
    pub credit: Option<(DocumentId, String)>,
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
    there(views(conn, company, vec![row])?.pop(), "allocation", id)
}

/// With what took each back, and the documents of both sides.
fn views(conn: &mut Conn, company: CompanyId, rows: Vec<Allocation>) -> Result<Vec<AllocationView>, Common> {
    let ids: Vec<AllocationId> = rows.iter().map(|row| row.id).collect();
    let undone: HashMap<AllocationId, AllocationId> =
        query::allocations::undoings(conn, company, &ids)?.into_iter().collect();
    let sides: HashSet<OpenItemId> = rows.iter().flat_map(|row| [row.debit_item, row.credit_item]).collect();
    let items = query::open_items::by_ids(conn, company, &sides.into_iter().collect::<Vec<_>>())?;
    let documents: HashMap<OpenItemId, DocumentId> =
        items.iter().filter_map(|item| Some((item.id, item.document?))).collect();
    let numbers = names::numbers(conn, company, documents.values().copied())?;
    let side = |item: OpenItemId| {
        let document = documents.get(&item).copied()?;
        Some((document, numbers.get(&document)?.clone()))
    };
    let view = |row: Allocation| AllocationView {
        undone_by: undone.get(&row.id).copied(),
        debit: side(row.debit_item),
        credit: side(row.credit_item),
        row,
    };
    Ok(rows.into_iter().map(view).collect())
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
        views(conn, company, rows)
    })
}

/// Those that are neither undone nor an undoing.
pub(crate) fn standing(all: Vec<Allocation>) -> Vec<Allocation> {
    let undone: HashSet<AllocationId> = all.iter().filter_map(|allocation| allocation.reverses).collect();
    all.into_iter().filter(|a| a.reverses.is_none() && !undone.contains(&a.id)).collect()
}
