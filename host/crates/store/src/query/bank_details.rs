//! Changes of bank details (银行账号) that another person decides.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, BankDetailChange};
use crate::schema::bank_detail_changes as t;
use crate::types::{BankDetailState, v};
use diesel::prelude::*;
use domain::ids::{BankAccountId, BankDetailChangeId, CompanyId, CustomerId};
use uuid::Uuid;

/// What [`search`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    pub state: Option<BankDetailState>,
    pub customer: Option<CustomerId>,
    pub account: Option<BankAccountId>,
}

/// # Errors
/// `Unique` if another of the same customer or account is proposed.
pub fn insert(tx: &mut Tx<'_>, change: &BankDetailChange) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(change)).map(drop)
}

pub fn by_id(
    conn: &mut Conn,
    company: CompanyId,
    id: BankDetailChangeId,
) -> StoreResult<Option<BankDetailChange>> {
    let query = t::table.find((v(company), v(id))).select(BankDetailChange::as_select());
    Ok(query.get_result(conn).optional()?)
}

/// As [`by_id`], locked until the transaction ends (on PostgreSQL; SQLite has one writer).
pub fn lock(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: BankDetailChangeId,
) -> StoreResult<Option<BankDetailChange>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result::<BankDetailChange>(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result::<BankDetailChange>(conn).optional()?,
    })
}

/// A page by id of those that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<BankDetailChangeId>,
    limit: u32,
) -> StoreResult<Vec<BankDetailChange>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(BankDetailChangeId::new(Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(BankDetailChange::as_select())
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(t::state.eq(v(state)));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(Some(customer)));
    }
    if let Some(account) = filter.account {
        query = query.filter(t::account.eq(Some(account)));
    }
    Ok(query.load(conn)?)
}

/// Of these customers those of whom a change waits to be decided, each with its id.
pub fn waiting(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
) -> StoreResult<Vec<(Option<CustomerId>, BankDetailChangeId)>> {
    let mut found = Vec::new();
    for chunk in customers.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::state.eq(v(BankDetailState::Proposed)))
            .filter(t::customer.eq_any(chunk.iter().copied().map(Some)));
        let rows: Vec<(Option<CustomerId>, BankDetailChangeId)> =
            query.order(t::id.asc()).select((t::customer, t::id)).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Writes what was decided of one that is proposed.
///
/// # Errors
/// `Conflict` if it is not any more.
pub fn decide(tx: &mut Tx<'_>, change: &BankDetailChange) -> StoreResult<()> {
    let key = (v(change.company), v(change.id));
    let updated = diesel::update(t::table.find(key).filter(t::state.eq(v(BankDetailState::Proposed))))
        .set((
            t::state.eq(v(change.state)),
            t::reason.eq(change.reason.clone()),
            t::decided_by.eq(&change.decided_by),
            t::decided_at.eq(change.decided_at),
        ))
        .execute(tx.conn())?;
    changed(updated, "change of bank details", change.id)
}
