//! Allocations (核销).

use super::IDS_MAX;
use crate::conn::Conn;
use crate::error::StoreResult;
use crate::rows::Allocation;
use crate::schema::allocations as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{AllocationId, CompanyId, EntryId, OpenItemId, ProposalId};
use domain::time::AccountingDate;
use money::Minor;

/// Those that the approval of a proposal made, by id; none of the undoings.
pub fn of_proposal(
    conn: &mut Conn,
    company: CompanyId,
    proposal: ProposalId,
) -> StoreResult<Vec<Allocation>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::proposal.eq(Some(proposal)));
    Ok(query.order(t::id.asc()).select(Allocation::as_select()).load(conn)?)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: AllocationId) -> StoreResult<Option<Allocation>> {
    Ok(t::table.find((v(company), v(id))).select(Allocation::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[AllocationId]) -> StoreResult<Vec<Allocation>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Allocation::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The undoing of an allocation, if there is one.
pub fn undoing(conn: &mut Conn, company: CompanyId, id: AllocationId) -> StoreResult<Option<Allocation>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::reverses.eq(Some(id)));
    Ok(query.select(Allocation::as_select()).get_result(conn).optional()?)
}

/// The undoing of each of these allocations that is undone: (allocation, undoing), in no particular order.
pub fn undoings(
    conn: &mut Conn,
    company: CompanyId,
    of: &[AllocationId],
) -> StoreResult<Vec<(AllocationId, AllocationId)>> {
    let mut found = Vec::new();
    for chunk in of.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::reverses.eq_any(chunk.iter().copied().map(Some)));
        let undoings: Vec<Allocation> = query.select(Allocation::as_select()).load(conn)?;
        found.extend(undoings.into_iter().filter_map(|row| Some((row.reverses?, row.id))));
    }
    Ok(found)
}

/// Allocations of an entry, by id.
pub fn of_entry(conn: &mut Conn, company: CompanyId, entry: EntryId) -> StoreResult<Vec<Allocation>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::entry.eq(v(entry)));
    Ok(query.order(t::id.asc()).select(Allocation::as_select()).load(conn)?)
}

/// Allocations to and from an item, undoings too, by id.
pub fn of_item(conn: &mut Conn, company: CompanyId, item: OpenItemId) -> StoreResult<Vec<Allocation>> {
    let own = t::debit_item.eq(v(item)).or(t::credit_item.eq(v(item)));
    let query = t::table.filter(t::company.eq(v(company))).filter(own);
    Ok(query.order(t::id.asc()).select(Allocation::as_select()).load(conn)?)
}

/// Allocations from credit items, undoings too, by id.
pub fn from_items(
    conn: &mut Conn,
    company: CompanyId,
    credits: &[OpenItemId],
) -> StoreResult<Vec<Allocation>> {
    let mut found = Vec::new();
    for chunk in credits.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::credit_item.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order(t::id.asc()).select(Allocation::as_select()).load(conn)?);
    }
    Ok(found)
}

/// What each allocation to or from these items relieved of them, undoings negative: (item, amount, base amount).
pub fn relieved(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
) -> StoreResult<Vec<(OpenItemId, Minor, Minor)>> {
    let mut found: Vec<(OpenItemId, Minor, Minor)> = Vec::new();
    if let [one] = items {
        let of_company = || t::table.filter(t::company.eq(v(company)));
        let debits = of_company().filter(t::debit_item.eq(v(*one)));
        found.extend(debits.select((t::debit_item, t::amount, t::base_debit)).load::<(_, _, _)>(conn)?);
        let credits = of_company().filter(t::credit_item.eq(v(*one)));
        found.extend(credits.select((t::credit_item, t::amount, t::base_credit)).load::<(_, _, _)>(conn)?);
        return Ok(found);
    }
    for chunk in items.chunks(IDS_MAX) {
        let ids = || chunk.iter().copied().map(v);
        let of_company = || t::table.filter(t::company.eq(v(company)));
        let debits = of_company().filter(t::debit_item.eq_any(ids()));
        let debits = debits.select((t::debit_item, t::amount, t::base_debit));
        found.extend(debits.load::<(OpenItemId, Minor, Minor)>(conn)?);
        let credits = of_company().filter(t::credit_item.eq_any(ids()));
        let credits = credits.select((t::credit_item, t::amount, t::base_credit));
        found.extend(credits.load::<(OpenItemId, Minor, Minor)>(conn)?);
    }
    Ok(found)
}

/// What each allocation to or from these items clears of them, and from which day on; undoings negative. In no particular
/// order.
pub fn dated(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
) -> StoreResult<Vec<(OpenItemId, AccountingDate, Minor)>> {
    let mut found: Vec<(OpenItemId, AccountingDate, Minor)> = Vec::new();
    for chunk in items.chunks(IDS_MAX) {
        let ids = || chunk.iter().copied().map(v);
        let of_company = || t::table.filter(t::company.eq(v(company)));
        let debits = of_company().filter(t::debit_item.eq_any(ids()));
        found.extend(
            debits.select((t::debit_item, t::effective_date, t::amount)).load::<(_, _, Minor)>(conn)?,
        );
        let credits = of_company().filter(t::credit_item.eq_any(ids()));
        found.extend(
            credits.select((t::credit_item, t::effective_date, t::amount)).load::<(_, _, Minor)>(conn)?,
        );
    }
    Ok(found)
}

/// Allocations of some entries, by id; for `verify` and `export`.
pub fn of_entries(conn: &mut Conn, company: CompanyId, entries: &[EntryId]) -> StoreResult<Vec<Allocation>> {
    let mut found = Vec::new();
    for chunk in entries.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::entry.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order(t::id.asc()).select(Allocation::as_select()).load(conn)?);
    }
    Ok(found)
}

/// A page by id, which is by time; of one item those to and from it.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    item: Option<OpenItemId>,
    after: Option<AllocationId>,
    limit: u32,
) -> StoreResult<Vec<Allocation>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(AllocationId::new(uuid::Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Allocation::as_select())
        .into_boxed();
    if let Some(item) = item {
        query = query.filter(t::debit_item.eq(v(item)).or(t::credit_item.eq(v(item))));
    }
    Ok(query.load(conn)?)
}
