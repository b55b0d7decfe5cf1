//! Deliveries (发货): their lines, and what became of these.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, BillingRule, Delivery, DeliveryLine, DeliveryLink, DeliverySettings, ReturnedLine};
use crate::schema::{
    billing_rules as b, deliveries as t, delivery_lines as l, delivery_links as k, delivery_settings as g,
    returned_lines as r, seals as s,
};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::ids::{CompanyId, CustomerId, DeliveryId, DocumentId};
use std::collections::HashSet;
use uuid::Uuid;

const REPLACE_SETTINGS: &str = " ON CONFLICT (company) DO UPDATE SET accounting = excluded.accounting, \
    per = excluded.per, orders_become = excluded.orders_become, set_by = excluded.set_by, set_at = excluded.set_at";
const REPLACE_RULE: &str = " ON CONFLICT (company, customer) DO UPDATE SET per = excluded.per, \
    orders_become = excluded.orders_become, set_by = excluded.set_by, set_at = excluded.set_at";

/// How the company works with deliveries, if it said so.
pub fn settings(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<DeliverySettings>> {
    Ok(g::table.find(v(company)).select(DeliverySettings::as_select()).get_result(conn).optional()?)
}

pub fn put_settings(tx: &mut Tx<'_>, row: &DeliverySettings) -> StoreResult<()> {
    super::settings::change(tx, row.company, row)?;
    rows::insert_with(tx, std::slice::from_ref(row), REPLACE_SETTINGS).map(drop)
}

pub fn rule(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Option<BillingRule>> {
    Ok(b::table
        .find((v(company), v(customer)))
        .select(BillingRule::as_select())
        .get_result(conn)
        .optional()?)
}

pub fn put_rule(tx: &mut Tx<'_>, row: &BillingRule) -> StoreResult<()> {
    rows::insert_with(tx, std::slice::from_ref(row), REPLACE_RULE).map(drop)
}

/// # Errors
/// `Unique` `deliveries(company, external_id)`.
pub fn insert(tx: &mut Tx<'_>, row: &Delivery, lines: &[DeliveryLine]) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row))?;
    rows::insert(tx, lines).map(drop)
}

/// # Errors
/// `Unique` `delivery_links(company, undoes)` where another took the same back.
pub fn insert_links(tx: &mut Tx<'_>, links: &[DeliveryLink]) -> StoreResult<()> {
    rows::insert(tx, links).map(drop)
}

pub fn insert_returned(tx: &mut Tx<'_>, rows: &[ReturnedLine]) -> StoreResult<()> {
    rows::insert(tx, rows).map(drop)
}

/// Of which lines of invoices goods came back by these returns, by delivery and line.
pub fn returned_by(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[DeliveryId],
) -> StoreResult<Vec<ReturnedLine>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = r::table
            .filter(r::company.eq(v(company)))
            .filter(r::delivery.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((r::delivery, r::line)).select(ReturnedLine::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The lines of returns that name lines of these invoices.
pub fn returned_of(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<ReturnedLine>> {
    let mut found: Vec<ReturnedLine> = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = r::table
            .filter(r::company.eq(v(company)))
            .filter(r::document.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(ReturnedLine::as_select()).load(conn)?);
    }
    found.sort_by_key(|row| (row.delivery, row.line));
    Ok(found)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: DeliveryId) -> StoreResult<Option<Delivery>> {
    Ok(t::table.find((v(company), v(id))).select(Delivery::as_select()).get_result(conn).optional()?)
}

/// Numbers after one, in order.
pub fn numbers(conn: &mut Conn, company: CompanyId, after: &str, limit: u32) -> StoreResult<Vec<String>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::number.gt(after));
    Ok(query.order(t::number).limit(i64::from(limit)).select(t::number).load(conn)?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[DeliveryId]) -> StoreResult<Vec<Delivery>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Delivery::as_select()).load(conn)?);
    }
    Ok(found)
}

/// By its number or the number of its slip.
pub fn by_name(conn: &mut Conn, company: CompanyId, name: &str) -> StoreResult<Option<Delivery>> {
    let of_company = || t::table.filter(t::company.eq(v(company))).select(Delivery::as_select());
    let found = of_company().filter(t::number.eq(name)).get_result(conn).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    by_external_id(conn, company, name)
}

/// As [`by_name`], of many: in no particular order; those that are not there are left out.
pub fn by_names(conn: &mut Conn, company: CompanyId, names: &[&str]) -> StoreResult<Vec<Delivery>> {
    let of_company = || t::table.filter(t::company.eq(v(company))).select(Delivery::as_select());
    let mut found: Vec<Delivery> = Vec::with_capacity(names.len());
    for chunk in names.chunks(IDS_MAX) {
        let query = of_company().filter(t::number.eq_any(chunk.iter().copied()));
        found.extend(query.load::<Delivery>(conn)?);
    }
    let numbers: HashSet<&str> = found.iter().map(|row| row.number.as_str()).collect();
    let slips: Vec<&str> = names.iter().copied().filter(|name| !numbers.contains(name)).collect();
    for chunk in slips.chunks(IDS_MAX) {
        let query = of_company().filter(t::external_id.eq_any(chunk.iter().copied()));
        found.extend(query.load::<Delivery>(conn)?);
    }
    Ok(found)
}

pub fn by_external_id(
    conn: &mut Conn,
    company: CompanyId,
    external_id: &str,
) -> StoreResult<Option<Delivery>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::external_id.eq(external_id));
    Ok(query.select(Delivery::as_select()).get_result(conn).optional()?)
}

/// The delivery that a document accrues.
pub fn of_document(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> StoreResult<Option<Delivery>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::document.eq(Some(document)));
    Ok(query.select(Delivery::as_select()).get_result(conn).optional()?)
}

/// Locked until the transaction ends (on PostgreSQL; SQLite has one writer): whoever bills, returns or reverses one waits here and then
/// reads what is left of it. In the order of ids, so that two wait for each other and do not deadlock.
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, ids: &[DeliveryId]) -> StoreResult<Vec<Delivery>> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut found = Vec::with_capacity(sorted.len());
    for chunk in sorted.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)))
            .order(t::id.asc())
            .select(t::all_columns);
        found.extend(match tx.conn() {
            Conn::Postgres(conn) => query.for_update().load::<Delivery>(conn)?,
            Conn::Sqlite(conn) => query.load::<Delivery>(conn)?,
        });
    }
    Ok(found)
}

/// Lines of some deliveries, by delivery and line.
pub fn lines_of(conn: &mut Conn, company: CompanyId, ids: &[DeliveryId]) -> StoreResult<Vec<DeliveryLine>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = l::table
            .filter(l::company.eq(v(company)))
            .filter(l::delivery.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((l::delivery, l::line)).select(DeliveryLine::as_select()).load(conn)?);
    }
    Ok(found)
}

/// What became of the lines of some deliveries, by id.
pub fn links_of(conn: &mut Conn, company: CompanyId, ids: &[DeliveryId]) -> StoreResult<Vec<DeliveryLink>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = k::table
            .filter(k::company.eq(v(company)))
            .filter(k::delivery.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order(k::id.asc()).select(DeliveryLink::as_select()).load(conn)?);
    }
    Ok(found)
}

/// What some documents bill, by id.
pub fn links_of_documents(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<DeliveryLink>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = k::table
            .filter(k::company.eq(v(company)))
            .filter(k::document.eq_any(chunk.iter().copied().map(Some)));
        found.extend(query.order(k::id.asc()).select(DeliveryLink::as_select()).load(conn)?);
    }
    Ok(found)
}

/// As [`links_of`], those that are effective by a day and known at a position of the chain.
pub fn links_at(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[DeliveryId],
    (as_of, known_at): (NaiveDate, u64),
) -> StoreResult<Vec<DeliveryLink>> {
    let links = links_of(conn, company, ids)?;
    known(conn, company, links, (as_of, known_at))
}

/// As [`links_of_documents`], those that are effective by a day and known at a position of the chain.
pub fn links_of_documents_at(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
    (as_of, known_at): (NaiveDate, u64),
) -> StoreResult<Vec<DeliveryLink>> {
    let links = links_of_documents(conn, company, documents)?;
    known(conn, company, links, (as_of, known_at))
}

fn known(
    conn: &mut Conn,
    company: CompanyId,
    mut links: Vec<DeliveryLink>,
    (as_of, known_at): (NaiveDate, u64),
) -> StoreResult<Vec<DeliveryLink>> {
    links.retain(|link| link.effective_date <= as_of);
    let references: Vec<Uuid> = links.iter().map(|link| link.seal_ref).collect();
    let sealed = super::seals::known(conn, company, &references, known_at)?;
    links.retain(|link| sealed.contains(&link.seal_ref));
    Ok(links)
}

/// The last day on which something was delivered to a customer.
pub fn last_day(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Option<NaiveDate>> {
    let own = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
    Ok(own.order(t::delivered_on.desc()).select(t::delivered_on).first(conn).optional()?)
}

/// What [`list`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    pub customer: Option<CustomerId>,
    pub external_id: Option<&'a str>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Known at this position of the chain.
    pub known_at: Option<u64>,
    /// That may have something open, or may have nothing: some more than are. Quantities are summed by the caller.
    pub may_be_open: Option<bool>,
}

/// A line that one link takes whole is closed.
const MAY_BE_OPEN: &str = "EXISTS (SELECT 1 FROM delivery_lines AS l \
     WHERE l.company = deliveries.company AND l.delivery = deliveries.id \
     AND NOT EXISTS (SELECT 1 FROM delivery_links AS k \
     WHERE k.company = l.company AND k.delivery = l.delivery AND k.line = l.line GROUP BY k.line \
     HAVING COUNT(*) = 1 AND MIN(k.quantity) = LTRIM(l.quantity, '-') \
     AND CAST(SUM(k.amount) AS BIGINT) = ABS(l.net)))";
/// A line of which nothing became anything is open.
const MAY_BE_CLOSED: &str = "NOT EXISTS (SELECT 1 FROM delivery_lines AS l \
     WHERE l.company = deliveries.company AND l.delivery = deliveries.id \
     AND NOT EXISTS (SELECT 1 FROM delivery_links AS k \
     WHERE k.company = l.company AND k.delivery = l.delivery AND k.line = l.line))";

/// A page by (day, id).
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<(NaiveDate, DeliveryId)>,
    limit: u32,
) -> StoreResult<Vec<Delivery>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(Delivery::as_select()).into_boxed();
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(v(customer)));
    }
    if let Some(external_id) = filter.external_id {
        query = query.filter(t::external_id.eq(external_id.to_owned()));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::delivered_on.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::delivered_on.le(v(to)));
    }
    if let Some(known_at) = filter.known_at {
        let known = s::table
            .filter(s::company.eq(t::company))
            .filter(s::reference.eq(t::seal_ref))
            .filter(s::position.le(v(known_at)));
        query = query.filter(diesel::dsl::exists(known));
    }
    if let Some(open) = filter.may_be_open {
        query = query.filter(diesel::dsl::sql::<Bool>(if open { MAY_BE_OPEN } else { MAY_BE_CLOSED }));
    }
    if let Some((date, id)) = after {
        let later = t::delivered_on.gt(v(date)).or(t::delivered_on.eq(v(date)).and(t::id.gt(v(id))));
        query = query.filter(t::delivered_on.ge(v(date))).filter(later);
    }
    Ok(query.order((t::delivered_on.asc(), t::id.asc())).limit(i64::from(limit)).load(conn)?)
}

/// Sets the number of the slip of one that was reversed free for another; the texts it is committed with keep it.
pub fn release_external_id(tx: &mut Tx<'_>, company: CompanyId, id: DeliveryId) -> StoreResult<()> {
    let one = t::table.find((v(company), v(id)));
    let name = one.select(t::external_id).first::<Option<String>>(tx.conn()).optional()?;
    let Some(Some(name)) = name else { return Ok(()) };
    let released = format!("{name}{}{id}", rows::RELEASED);
    diesel::update(one).set(t::external_id.eq(released)).execute(tx.conn())?;
    Ok(())
}

/// Takes the words of a customer out of her deliveries.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let none = None::<String>;
    let own = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
    let lines = l::table.filter(l::company.eq(v(company)).and(l::delivery.eq_any(own.select(t::id))));
    diesel::update(lines).set((l::description.eq(&none), l::unit.eq(&none))).execute(tx.conn())?;
    diesel::update(own)
        .set((
            t::external_id.eq(&none),
            t::purchase_order.eq(&none),
            t::text.eq(&none),
            t::text_salt.eq(None::<Vec<u8>>),
        ))
        .execute(tx.conn())?;
    Ok(())
}
