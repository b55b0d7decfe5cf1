use crate::App;
use crate::common::{Common, authorise, there};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{AllocationId, CompanyId, OpenItemId};
use std::collections::HashSet;
use store::query;
use store::rows::Allocation;

/// An allocation, or the undoing of one.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: AllocationId) -> Result<Allocation, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    there(app.db.read(|conn| query::allocations::by_id(conn, company, id))?, "allocation", id)
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
) -> Result<Vec<Allocation>, Common> {
    authorise(actor, Noun::Allocations, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::allocations::page(conn, company, Some(item), after, limit))?)
}

/// Those that are neither undone nor an undoing.
pub(crate) fn standing(all: Vec<Allocation>) -> Vec<Allocation> {
    let undone: HashSet<AllocationId> = all.iter().filter_map(|allocation| allocation.reverses).collect();
    all.into_iter().filter(|a| a.reverses.is_none() && !undone.contains(&a.id)).collect()
}
