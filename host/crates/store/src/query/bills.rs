//! Bills of exchange (承兑汇票).

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Bill, BillActed};
use crate::schema::{bill_acts as a, bills as t};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::bill::BillState;
use domain::ids::{BillId, CompanyId, CustomerId, DocumentId};

/// What [`search`] shows; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    pub state: Option<BillState>,
    pub customer: Option<CustomerId>,
    /// Matures on or after.
    pub maturity_from: Option<NaiveDate>,
    /// Matures on or before.
    pub maturity_to: Option<NaiveDate>,
    /// Whether whoever has it may come back to us.
    pub recourse: Option<bool>,
}

/// # Errors
/// `Unique` if another bill that stands has its number.
pub fn insert(tx: &mut Tx<'_>, bill: &Bill) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(bill)).map(drop)
}

pub fn insert_act(tx: &mut Tx<'_>, act: &BillActed) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(act)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: BillId) -> StoreResult<Option<Bill>> {
    Ok(t::table.find((v(company), v(id))).select(Bill::as_select()).get_result(conn).optional()?)
}

/// As [`by_id`], locked until the transaction ends (on PostgreSQL; SQLite has one writer).
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: BillId) -> StoreResult<Option<Bill>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result::<Bill>(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result::<Bill>(conn).optional()?,
    })
}

/// The one that stands and has this number.
pub fn by_number(conn: &mut Conn, company: CompanyId, number: &str) -> StoreResult<Option<Bill>> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::number.eq(number.to_owned()))
        .filter(t::state.ne(v(BillState::Cancelled)));
    Ok(query.select(Bill::as_select()).first(conn).optional()?)
}

/// A page by id of those that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<BillId>,
    limit: u32,
) -> StoreResult<Vec<Bill>> {
    let after = after.unwrap_or(BillId::new(uuid::Uuid::nil()));
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after)))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Bill::as_select())
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(t::state.eq(v(state)));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(v(customer)));
    }
    if let Some(from) = filter.maturity_from {
        query = query.filter(t::maturity.ge(v(from)));
    }
    if let Some(to) = filter.maturity_to {
        query = query.filter(t::maturity.le(v(to)));
    }
    if let Some(recourse) = filter.recourse {
        query = query.filter(t::recourse.eq(recourse));
    }
    Ok(query.load(conn)?)
}

/// Writes what a bill's acts come to, if it is still at the version before `row.version`.
///
/// # Errors
/// `Conflict` if somebody changed it first.
pub fn update(tx: &mut Tx<'_>, row: &Bill) -> StoreResult<()> {
    let which = t::table.find((v(row.company), v(row.id))).filter(t::version.eq(row.version - 1));
    let updated = diesel::update(which)
        .set((t::state.eq(v(row.state)), t::recourse.eq(row.recourse), t::version.eq(row.version)))
        .execute(tx.conn())?;
    changed(updated, "bill", row.id)
}

/// What was done with a bill, in its order.
pub fn acts_of(conn: &mut Conn, company: CompanyId, bill: BillId) -> StoreResult<Vec<BillActed>> {
    let query = a::table.filter(a::company.eq(v(company))).filter(a::bill.eq(v(bill)));
    Ok(query.order(a::n.asc()).select(BillActed::as_select()).load(conn)?)
}

/// As [`acts_of`], of many bills, by bill and number.
pub fn acts_of_all(conn: &mut Conn, company: CompanyId, bills: &[BillId]) -> StoreResult<Vec<BillActed>> {
    let mut found = Vec::new();
    for chunk in bills.chunks(IDS_MAX) {
        let query =
            a::table.filter(a::company.eq(v(company))).filter(a::bill.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((a::bill, a::n)).select(BillActed::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The act that a document posted.
pub fn act_of_document(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> StoreResult<Option<BillActed>> {
    let query = a::table.filter(a::company.eq(v(company))).filter(a::document.eq(v(document)));
    Ok(query.select(BillActed::as_select()).get_result(conn).optional()?)
}

/// Takes numbers, names and salts out of a customer's bills.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let whose = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
    let none = None::<String>;
    diesel::update(whose)
        .set((
            t::number.eq(&none),
            t::drawer.eq(&none),
            t::acceptor.eq(&none),
            t::parties_salt.eq(None::<Vec<u8>>),
        ))
        .execute(tx.conn())?;
    Ok(())
}
