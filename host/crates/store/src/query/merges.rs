//! Merges of customers (合并), and the open items that they carried over.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, CustomerMerge, CustomerMergeItem};
use crate::schema::{customer_merge_items as i, customer_merges as t};
use crate::types::{MergeState, v};
use diesel::prelude::*;
use domain::ids::{CompanyId, CustomerId, EntryId, MergeId, OpenItemId};
use std::collections::HashMap;
use uuid::Uuid;

/// # Errors
/// `Unique` `customer_merges(company, source)` if one of the source is proposed or done already.
pub fn insert(tx: &mut Tx<'_>, merge: &CustomerMerge) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(merge)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: MergeId) -> StoreResult<Option<CustomerMerge>> {
    Ok(t::table.find((v(company), v(id))).select(CustomerMerge::as_select()).get_result(conn).optional()?)
}

/// The one of a source that is proposed or done.
pub fn standing(
    conn: &mut Conn,
    company: CompanyId,
    source: CustomerId,
) -> StoreResult<Option<CustomerMerge>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::source.eq(v(source)))
        .filter(t::state.eq_any([MergeState::Proposed, MergeState::Merged].map(v)));
    Ok(query.select(CustomerMerge::as_select()).first(conn).optional()?)
}

/// One that is proposed or done and has a customer on either side, the oldest.
pub fn standing_with(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Option<CustomerMerge>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::source.eq(v(customer)).or(t::target.eq(v(customer))))
        .filter(t::state.eq_any([MergeState::Proposed, MergeState::Merged].map(v)))
        .order(t::id.asc());
    Ok(query.select(CustomerMerge::as_select()).first(conn).optional()?)
}

/// A page by id; of a customer those that she is on either side of.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    (state, customer): (Option<MergeState>, Option<CustomerId>),
    after: Option<MergeId>,
    limit: u32,
) -> StoreResult<Vec<CustomerMerge>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(MergeId::new(Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(CustomerMerge::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(t::state.eq(v(state)));
    }
    if let Some(customer) = customer {
        query = query.filter(t::source.eq(v(customer)).or(t::target.eq(v(customer))));
    }
    Ok(query.load(conn)?)
}

/// Writes what became of one that stands in the state `from`.
///
/// # Errors
/// `Conflict` if it is in another by now.
pub fn decide(tx: &mut Tx<'_>, merge: &CustomerMerge, from: MergeState) -> StoreResult<()> {
    let key = (v(merge.company), v(merge.id));
    let updated = diesel::update(t::table.find(key).filter(t::state.eq(v(from))))
        .set((
            t::state.eq(v(merge.state)),
            t::archived_before.eq(merge.archived_before),
            t::decided_by.eq(&merge.decided_by),
            t::decided_at.eq(merge.decided_at),
            t::undone_by.eq(&merge.undone_by),
            t::undone_at.eq(merge.undone_at),
        ))
        .execute(tx.conn())?;
    changed(updated, "merge", merge.id)
}

pub fn insert_items(tx: &mut Tx<'_>, items: &[CustomerMergeItem]) -> StoreResult<()> {
    rows::insert(tx, items).map(drop)
}

/// What a merge carried over, in the order in which it did.
pub fn items(conn: &mut Conn, company: CompanyId, merge: MergeId) -> StoreResult<Vec<CustomerMergeItem>> {
    let query = i::table.filter(i::company.eq(v(company))).filter(i::merge.eq(v(merge)));
    Ok(query.order(i::n.asc()).select(CustomerMergeItem::as_select()).load(conn)?)
}

/// Whether an entry carries an item of a merge over.
pub fn is_of_merge(conn: &mut Conn, company: CompanyId, entry: EntryId) -> StoreResult<bool> {
    let query = i::table.filter(i::company.eq(v(company))).filter(i::entry.eq(v(entry)));
    Ok(!query.select(i::entry).limit(1).load::<EntryId>(conn)?.is_empty())
}

/// What items became by merges that stand: (whose it was, what the other customer has in its place), by the latter.
pub fn carried(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
) -> StoreResult<Vec<(OpenItemId, OpenItemId)>> {
    let mut found = Vec::new();
    for chunk in items.chunks(IDS_MAX) {
        let query = i::table
            .inner_join(t::table.on(t::company.eq(i::company).and(t::id.eq(i::merge))))
            .filter(i::company.eq(v(company)))
            .filter(i::item.eq_any(chunk.iter().copied().map(v)))
            .filter(t::state.eq(v(MergeState::Merged)));
        let query = query.order(i::carried.asc()).select((i::item, i::carried));
        found.extend(query.load::<(OpenItemId, OpenItemId)>(conn)?);
    }
    Ok(found)
}

/// What became of items by merges that stand, one after the other: (what it was made as, what took its place on the way).
pub fn successors(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
) -> StoreResult<Vec<(OpenItemId, OpenItemId)>> {
    let mut found = Vec::new();
    let mut at: Vec<(OpenItemId, OpenItemId)> = items.iter().map(|id| (*id, *id)).collect();
    while !at.is_empty() {
        let ids: Vec<OpenItemId> = at.iter().map(|(_, id)| *id).collect();
        let next: HashMap<OpenItemId, OpenItemId> = carried(conn, company, &ids)?.into_iter().collect();
        at = at.iter().filter_map(|(made, id)| Some((*made, *next.get(id)?))).collect();
        found.extend(&at);
    }
    Ok(found)
}

/// What ever took the place of items, one after the other, by merges that were undone meanwhile too: (what it was made as, what took its
/// place on the way). What is open of which at a day says where it was then.
pub fn places(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
) -> StoreResult<Vec<(OpenItemId, OpenItemId)>> {
    let mut found = Vec::new();
    let mut at: Vec<(OpenItemId, OpenItemId)> = items.iter().map(|id| (*id, *id)).collect();
    while !at.is_empty() {
        let mut next: HashMap<OpenItemId, Vec<OpenItemId>> = HashMap::new();
        for chunk in at.chunks(IDS_MAX) {
            let query = i::table
                .filter(i::company.eq(v(company)))
                .filter(i::item.eq_any(chunk.iter().map(|(_, id)| v(*id))));
            let query = query.order(i::carried.asc()).select((i::item, i::carried));
            for (item, carried) in query.load::<(OpenItemId, OpenItemId)>(conn)? {
                next.entry(item).or_default().push(carried);
            }
        }
        let later = |(made, id): &(OpenItemId, OpenItemId)| {
            let all = next.get(id).into_iter().flatten();
            all.map(|carried| (*made, *carried)).collect::<Vec<_>>()
        };
        at = at.iter().flat_map(later).collect();
        found.extend(&at);
    }
    Ok(found)
}

/// As what items were made that merges carried, one after the other; the others are left out.
pub fn origins(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
) -> StoreResult<HashMap<OpenItemId, OpenItemId>> {
    let mut before: HashMap<OpenItemId, OpenItemId> = HashMap::new();
    let mut ids = items.to_vec();
    while !ids.is_empty() {
        let pairs = carried_from(conn, company, &ids)?;
        ids = pairs.iter().map(|(_, item)| *item).collect();
        before.extend(pairs);
    }
    let made = |mut id: OpenItemId| {
        while let Some(item) = before.get(&id) {
            id = *item;
        }
        id
    };
    let carried = items.iter().copied().filter(|id| before.contains_key(id));
    Ok(carried.map(|id| (id, made(id))).collect())
}

/// Who was merged into these customers, by merges that stand.
pub fn sources(conn: &mut Conn, company: CompanyId, targets: &[CustomerId]) -> StoreResult<Vec<CustomerId>> {
    let mut found = Vec::new();
    for chunk in targets.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::target.eq_any(chunk.iter().copied().map(v)))
            .filter(t::state.eq(v(MergeState::Merged)));
        found.extend(query.order(t::id.asc()).select(t::source).load::<CustomerId>(conn)?);
    }
    Ok(found)
}

/// The other way: (what it has in its place, whose it was before).
pub fn carried_from(
    conn: &mut Conn,
    company: CompanyId,
    carried: &[OpenItemId],
) -> StoreResult<Vec<(OpenItemId, OpenItemId)>> {
    let mut found = Vec::new();
    for chunk in carried.chunks(IDS_MAX) {
        let query = i::table
            .filter(i::company.eq(v(company)))
            .filter(i::carried.eq_any(chunk.iter().copied().map(v)));
        let query = query.order(i::carried.asc()).select((i::carried, i::item));
        found.extend(query.load::<(OpenItemId, OpenItemId)>(conn)?);
    }
    Ok(found)
}
