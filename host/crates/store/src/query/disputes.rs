//! Disputes (异议) of open items, and what is open of these at a day as it was known then.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::{self, Dispute};
use crate::schema::{allocations as a, disputes as t, entries as e, open_items as i, seals as s};
use crate::types::{DisputeState, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId, DisputeId, EventId, OpenItemId};
use money::{Currency, Minor};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What [`search`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    pub state: Option<DisputeState>,
    pub customer: Option<CustomerId>,
    pub item: Option<OpenItemId>,
    /// Opened on or after.
    pub from: Option<NaiveDate>,
    /// Opened on or before.
    pub to: Option<NaiveDate>,
}

/// A receivable at a day, as it was known at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAt {
    pub customer: CustomerId,
    /// The control account.
    pub account: String,
    pub currency: Currency,
    pub open: Minor,
}

/// # Errors
/// `Unique` if another of the same item is open.
pub fn insert(tx: &mut Tx<'_>, dispute: &Dispute) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(dispute)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: DisputeId) -> StoreResult<Option<Dispute>> {
    Ok(t::table.find((v(company), v(id))).select(Dispute::as_select()).get_result(conn).optional()?)
}

/// As [`by_id`], locked until the transaction ends (on PostgreSQL; SQLite has one writer).
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: DisputeId) -> StoreResult<Option<Dispute>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result::<Dispute>(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result::<Dispute>(conn).optional()?,
    })
}

/// A page by id of those that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<DisputeId>,
    limit: u32,
) -> StoreResult<Vec<Dispute>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(DisputeId::new(Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Dispute::as_select())
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(t::state.eq(v(state)));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(v(customer)));
    }
    if let Some(item) = filter.item {
        query = query.filter(t::item.eq(v(item)));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::opened_on.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::opened_on.le(v(to)));
    }
    Ok(query.load(conn)?)
}

/// The open ones of some items, sealed or not.
pub fn open_of(conn: &mut Conn, company: CompanyId, items: &[OpenItemId]) -> StoreResult<Vec<Dispute>> {
    let mut found = Vec::new();
    for chunk in items.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::state.eq(v(DisputeState::Open)))
            .filter(t::item.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Dispute::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Those that were open at a day as it was known at a position, in the order of their making. The rows say what became of them since.
pub fn open_at(
    conn: &mut Conn,
    company: CompanyId,
    (day, position): (NaiveDate, u64),
) -> StoreResult<Vec<Dispute>> {
    let mut rows: Vec<Dispute> = t::table
        .inner_join(s::table.on(s::company.eq(t::company).and(s::reference.eq(t::opened_event))))
        .filter(t::company.eq(v(company)))
        .filter(t::opened_on.le(v(day)))
        .filter(s::position.le(v(position)))
        .order(t::id.asc())
        .select(Dispute::as_select())
        .load(conn)?;
    let over = |row: &Dispute| row.resolved_event.filter(|_| row.resolved_on.is_some_and(|on| on <= day));
    let over_now: Vec<EventId> = rows.iter().filter_map(over).collect();
    let mut known: HashSet<EventId> = HashSet::new();
    for chunk in over_now.chunks(IDS_MAX) {
        let query = s::table
            .filter(s::company.eq(v(company)))
            .filter(s::reference.eq_any(chunk.iter().copied().map(v)))
            .filter(s::position.le(v(position)));
        known.extend(query.select(s::reference).load::<EventId>(conn)?);
    }
    rows.retain(|row| over(row).is_none_or(|event| !known.contains(&event)));
    Ok(rows)
}

/// What is open of receivables at a day as it was known at a position; those that were not there yet are left out.
pub fn receivables_at(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItemId],
    (day, position): (NaiveDate, u64),
) -> StoreResult<HashMap<OpenItemId, OpenAt>> {
    type Row = (OpenItemId, CustomerId, String, Currency, Minor);
    let mut found: HashMap<OpenItemId, OpenAt> = HashMap::new();
    for chunk in items.chunks(IDS_MAX) {
        let rows: Vec<Row> = i::table
            .inner_join(e::table.on(e::company.eq(i::company).and(e::id.eq(i::entry))))
            .inner_join(s::table.on(s::company.eq(i::company).and(s::reference.eq(i::entry))))
            .filter(i::company.eq(v(company)))
            .filter(i::id.eq_any(chunk.iter().copied().map(v)))
            .filter(e::effective_date.le(v(day)))
            .filter(s::position.le(v(position)))
            .select((i::id, i::customer, i::account, i::currency, i::original))
            .load(conn)?;
        for (id, customer, account, currency, open) in rows {
            found.insert(id, OpenAt { customer, account, currency, open });
        }
        let taken: Vec<(OpenItemId, Minor)> = a::table
            .inner_join(s::table.on(s::company.eq(a::company).and(s::reference.eq(a::entry))))
            .filter(a::company.eq(v(company)))
            .filter(a::debit_item.eq_any(chunk.iter().copied().map(v)))
            .filter(a::effective_date.le(v(day)))
            .filter(s::position.le(v(position)))
            .select((a::debit_item, a::amount))
            .load(conn)?;
        for (id, amount) in taken {
            let Some(of) = found.get_mut(&id) else { continue };
            let left = of.open.sub(amount);
            of.open = left.map_err(|_| StoreError::Corrupt { what: format!("allocations of {id}") })?;
        }
    }
    Ok(found)
}

/// Writes what became of one that is open.
///
/// # Errors
/// `Conflict` if it is not any more.
pub fn resolve(tx: &mut Tx<'_>, dispute: &Dispute) -> StoreResult<()> {
    let key = (v(dispute.company), v(dispute.id));
    let updated = diesel::update(t::table.find(key).filter(t::state.eq(v(DisputeState::Open))))
        .set((
            t::state.eq(v(dispute.state)),
            t::resolved_on.eq(dispute.resolved_on),
            t::answer.eq(&dispute.answer),
            t::answer_salt.eq(dispute.answer_salt),
            t::resolved_event.eq(dispute.resolved_event),
            t::resolved_by.eq(&dispute.resolved_by),
            t::resolved_at.eq(dispute.resolved_at),
        ))
        .execute(tx.conn())?;
    changed(updated, "dispute", dispute.id)
}

/// Takes the words out of a customer's disputes, with their salts.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let hers = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
    diesel::update(hers)
        .set((
            t::text.eq(None::<String>),
            t::text_salt.eq(None::<Digest>),
            t::answer.eq(None::<String>),
            t::answer_salt.eq(None::<Digest>),
        ))
        .execute(tx.conn())?;
    Ok(())
}
