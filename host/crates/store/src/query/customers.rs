//! Customers.

use super::{IDS_MAX, changed, prefix_end};
use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::{self, Customer, CustomerAccount, CustomerFormerName, CustomerTaxId};
use crate::schema::{
    contacts, customer_accounts as a, customer_former_names as w, customer_tax_ids as x, customers as t,
    document_allowances, document_lines, documents, tax_lines,
};
use crate::types::{FormerKind, Json, v};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use domain::ids::{CompanyId, CustomerId};
use domain::time::Instant;
use money::Currency;
use serde_json::Value;

/// # Errors
/// `Unique` `customers(company, code)` or `customers(company, external_id)`; `ForeignKey` for a parent or key of another company.
pub fn insert(tx: &mut Tx<'_>, customers: &[Customer]) -> StoreResult<()> {
    rows::insert(tx, customers).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: CustomerId) -> StoreResult<Option<Customer>> {
    Ok(t::table.find((v(company), v(id))).select(Customer::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[CustomerId]) -> StoreResult<Vec<Customer>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Customer::as_select()).load(conn)?);
    }
    Ok(found)
}

pub fn by_code(conn: &mut Conn, company: CompanyId, code: &str) -> StoreResult<Option<Customer>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::code.eq(code));
    Ok(query.select(Customer::as_select()).get_result(conn).optional()?)
}

/// For imports: those of the codes that are there, in no particular order.
pub fn by_codes(conn: &mut Conn, company: CompanyId, codes: &[&str]) -> StoreResult<Vec<Customer>> {
    let mut found = Vec::with_capacity(codes.len());
    for chunk in codes.chunks(IDS_MAX) {
        let query = t::table.filter(t::company.eq(v(company))).filter(t::code.eq_any(chunk.iter().copied()));
        found.extend(query.select(Customer::as_select()).load(conn)?);
    }
    Ok(found)
}

/// What [`search`] shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    /// The code begins so.
    pub code: Option<&'a str>,
    /// The name begins so, letter by letter.
    pub name: Option<&'a str>,
    /// Name or code has this in it, in capitals or small letters of ASCII.
    pub contains: Option<&'a str>,
    pub currency: Option<Currency>,
    /// Who pays for them.
    pub parent: Option<CustomerId>,
    /// The one with this id of the caller's.
    pub external_id: Option<&'a str>,
    /// Whether their data are erased.
    pub erased: Option<bool>,
    pub archived: Option<bool>,
    /// Of this group (客户组).
    pub group: Option<&'a str>,
    /// That were merged into this one.
    pub merged_into: Option<CustomerId>,
}

/// A page of all by code.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<&str>,
    limit: u32,
) -> StoreResult<Vec<Customer>> {
    search(conn, company, &Filter::default(), after, limit)
}

/// Every customer's id, code and name (PII), by code: what a report of all of them shows, without the rest of ten thousand rows.
pub fn names(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<(CustomerId, String, Option<String>)>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::code.asc());
    Ok(query.select((t::id, t::code, t::name)).load(conn)?)
}

/// A page by code of those that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<&str>,
    limit: u32,
) -> StoreResult<Vec<Customer>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::code.gt(after.unwrap_or("").to_owned()))
        .order(t::code.asc())
        .limit(i64::from(limit))
        .select(Customer::as_select())
        .into_boxed();
    // ranges, not LIKE: they go through the index on both databases, and no letter has a meaning of its own
    if let Some(code) = filter.code {
        query = query.filter(t::code.ge(code.to_owned())).filter(t::code.lt(prefix_end(code)));
    }
    if let Some(name) = filter.name {
        query = query.filter(t::name.ge(name.to_owned())).filter(t::name.lt(prefix_end(name)));
    }
    if let Some(part) = filter.contains {
        // no range: both databases look at each customer, in the order of the codes, until the page is full
        let pattern = part_pattern(part);
        let found = sql::<Bool>("(lower(customers.code) LIKE ").bind::<Text, _>(pattern.clone());
        let found = found.sql(" ESCAPE '!' OR lower(customers.name) LIKE ").bind::<Text, _>(pattern);
        query = query.filter(found.sql(" ESCAPE '!')"));
    }
    if let Some(currency) = filter.currency {
        query = query.filter(t::currency.eq(v(currency)));
    }
    if let Some(parent) = filter.parent {
        query = query.filter(t::parent.eq(Some(parent)));
    }
    if let Some(external_id) = filter.external_id {
        query = query.filter(t::external_id.eq(external_id.to_owned()));
    }
    if let Some(group) = filter.group {
        query = query.filter(t::customer_group.eq(group.to_owned()));
    }
    if let Some(target) = filter.merged_into {
        query = query.filter(t::merged_into.eq(Some(target)));
    }
    match filter.archived {
        Some(true) => query = query.filter(t::archived_at.is_not_null()),
        Some(false) => query = query.filter(t::archived_at.is_null()),
        None => {}
    }
    match filter.erased {
        Some(true) => query = query.filter(t::erased_at.is_not_null()),
        Some(false) => query = query.filter(t::erased_at.is_null()),
        None => {}
    }
    Ok(query.load(conn)?)
}

/// The pattern of LIKE for what has this in it: no letter of it has a meaning of its own. Names and codes are of the collation "C" on
/// PostgreSQL, where lower() knows the letters of ASCII alone, as it does on SQLite.
fn part_pattern(part: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in part.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

/// Puts her into the archive, or takes her out, if the row still has `version`.
pub fn archive(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: CustomerId,
    version: i64,
    since: Option<Instant>,
) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(t::version.eq(version)))
        .set((t::archived_at.eq(since), t::version.eq(t::version + 1)))
        .execute(tx.conn())?;
    changed(updated, "customer", id)
}

/// Writes everything but id, code, currency, key, creation and archive, if the row still has `customer.version`.
pub fn update(tx: &mut Tx<'_>, customer: &Customer) -> StoreResult<()> {
    let key = (v(customer.company), v(customer.id));
    let updated = diesel::update(t::table.find(key).filter(t::version.eq(customer.version)))
        .set((
            t::name.eq(&customer.name),
            t::country.eq(&customer.country),
            t::region.eq(&customer.region),
            t::address.eq(customer.address.clone()),
            t::locale.eq(&customer.locale),
            t::kind.eq(&customer.kind),
            t::taxpayer_status.eq(&customer.taxpayer_status),
            t::tax_scheme.eq(&customer.tax_scheme),
            t::tax_id.eq(&customer.tax_id),
            t::email.eq(&customer.email),
            t::terms_days.eq(v(customer.terms_days)),
            t::terms.eq(customer.terms.clone()),
            t::statement_style.eq(v(customer.statement_style)),
            t::parent.eq(customer.parent),
            t::external_id.eq(&customer.external_id),
            t::customer_group.eq(&customer.customer_group),
            t::version.eq(t::version + 1),
        ))
        .execute(tx.conn())?;
    changed(updated, "customer", customer.id)
}

/// Says that something of hers beside the row changed, if the row still has `version`.
pub fn touch(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId, version: i64) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(t::version.eq(version)))
        .set(t::version.eq(t::version + 1))
        .execute(tx.conn())?;
    changed(updated, "customer", id)
}

/// How many customers each group has (客户组): a page by group, after `after`; last those of none.
pub fn groups(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<&str>,
    limit: u32,
) -> StoreResult<Vec<(Option<String>, u64)>> {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    // no group is empty: everything that is one comes after ''
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::customer_group.gt(after.unwrap_or_default()))
        .group_by(t::customer_group)
        .order(t::customer_group)
        .limit(i64::from(limit))
        .select((t::customer_group, diesel::dsl::count_star()));
    let found: Vec<(Option<String>, i64)> = query.load(conn)?;
    let mut found: Vec<(Option<String>, u64)> =
        found.into_iter().map(|(group, n)| (group, count(n))).collect();
    if found.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
        // where NULL sorts is the database's own affair
        let none = t::table.filter(t::company.eq(v(company))).filter(t::customer_group.is_null());
        let n: i64 = none.count().get_result(conn)?;
        found.extend((n > 0).then(|| (None, count(n))));
    }
    Ok(found)
}

/// Of these customers those who were merged into another, each with its code and that other one.
pub fn merged(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[CustomerId],
) -> StoreResult<Vec<(CustomerId, String, Option<CustomerId>)>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::id.eq_any(chunk.iter().copied().map(v)))
            .filter(t::merged_into.is_not_null());
        let rows: Vec<(CustomerId, String, Option<CustomerId>)> =
            query.order(t::id.asc()).select((t::id, t::code, t::merged_into)).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Puts `target` in her place, or nobody any more, if the row still has `version`. Who is merged is archived.
pub fn merge(
    tx: &mut Tx<'_>,
    (company, id, version): (CompanyId, CustomerId, i64),
    target: Option<CustomerId>,
    archived_since: Option<Instant>,
) -> StoreResult<()> {
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(t::version.eq(version)))
        .set((t::merged_into.eq(target), t::archived_at.eq(archived_since), t::version.eq(t::version + 1)))
        .execute(tx.conn())?;
    tx.lets_go(company, id);
    changed(updated, "customer", id)
}

/// Further registrations for tax of some customers, by customer, scheme and number.
pub fn tax_ids(conn: &mut Conn, company: CompanyId, ids: &[CustomerId]) -> StoreResult<Vec<CustomerTaxId>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = x::table
            .filter(x::company.eq(v(company)))
            .filter(x::customer.eq_any(chunk.iter().copied().map(v)));
        let query = query.order((x::customer, x::scheme, x::number)).select(CustomerTaxId::as_select());
        found.extend(query.load(conn)?);
    }
    Ok(found)
}

/// Puts these further registrations in the place of all of hers.
pub fn replace_tax_ids(
    tx: &mut Tx<'_>,
    company: CompanyId,
    customer: CustomerId,
    tax_ids: &[CustomerTaxId],
) -> StoreResult<()> {
    diesel::delete(x::table.filter(x::company.eq(v(company))).filter(x::customer.eq(v(customer))))
        .execute(tx.conn())?;
    rows::insert(tx, tax_ids).map(drop)
}

/// The accounts of some customers, by customer and account.
pub fn accounts(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[CustomerId],
) -> StoreResult<Vec<CustomerAccount>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = a::table
            .filter(a::company.eq(v(company)))
            .filter(a::customer.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((a::customer, a::account)).select(CustomerAccount::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Who pays from an account.
pub fn by_account(conn: &mut Conn, company: CompanyId, account: &str) -> StoreResult<Vec<CustomerId>> {
    let query = a::table.filter(a::company.eq(v(company))).filter(a::account.eq(account));
    Ok(query.order(a::customer.asc()).select(a::customer).load(conn)?)
}

/// Whether a customer other than `than` has, or had, one of these names or this tax id.
pub fn is_another(
    conn: &mut Conn,
    company: CompanyId,
    than: CustomerId,
    names: &[&str],
    tax_id: Option<&str>,
) -> StoreResult<bool> {
    let others = || t::table.filter(t::company.eq(v(company))).filter(t::id.ne(v(than)));
    let named = others().filter(t::name.eq_any(names.iter().copied()));
    if named.select(t::id).first::<CustomerId>(conn).optional()?.is_some() {
        return Ok(true);
    }
    if was_another(conn, company, than, names, tax_id)? {
        return Ok(true);
    }
    let Some(tax_id) = tax_id else { return Ok(false) };
    let numbered = others().filter(t::tax_id.eq(tax_id));
    if numbered.select(t::id).first::<CustomerId>(conn).optional()?.is_some() {
        return Ok(true);
    }
    let further = x::table.filter(x::company.eq(v(company))).filter(x::customer.ne(v(than)));
    let further = further.filter(x::number.eq(tax_id));
    Ok(further.select(x::customer).first::<CustomerId>(conn).optional()?.is_some())
}

/// Whether a customer other than `than` was called so, or had this tax id.
fn was_another(
    conn: &mut Conn,
    company: CompanyId,
    than: CustomerId,
    names: &[&str],
    tax_id: Option<&str>,
) -> StoreResult<bool> {
    let others = || w::table.filter(w::company.eq(v(company))).filter(w::customer.ne(v(than)));
    let called =
        others().filter(w::kind.eq(v(FormerKind::Name))).filter(w::value.eq_any(names.iter().copied()));
    if called.select(w::customer).first::<CustomerId>(conn).optional()?.is_some() {
        return Ok(true);
    }
    let Some(tax_id) = tax_id else { return Ok(false) };
    let numbered = others().filter(w::kind.eq(v(FormerKind::TaxId))).filter(w::value.eq(tax_id));
    Ok(numbered.select(w::customer).first::<CustomerId>(conn).optional()?.is_some())
}

/// Notes what a customer was called; what is noted already stays.
pub fn add_former_names(tx: &mut Tx<'_>, names: &[CustomerFormerName]) -> StoreResult<()> {
    let known = " ON CONFLICT (company, customer, kind, value) DO NOTHING";
    rows::insert_with(tx, names, known).map(drop)
}

/// What a customer was called before, and the tax ids it had.
pub fn former_names(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Vec<CustomerFormerName>> {
    let own = w::table.filter(w::company.eq(v(company))).filter(w::customer.eq(v(customer)));
    Ok(own.select(CustomerFormerName::as_select()).load(conn)?)
}

/// Notes accounts; what is there already stays.
pub fn add_accounts(tx: &mut Tx<'_>, accounts: &[CustomerAccount]) -> StoreResult<()> {
    rows::insert_with(tx, accounts, " ON CONFLICT (company, customer, account) DO NOTHING").map(drop)
}

/// Forgets an account.
pub fn remove_account(tx: &mut Tx<'_>, account: &CustomerAccount) -> StoreResult<()> {
    let key = (v(account.company), v(account.customer), account.account.as_str());
    diesel::delete(a::table.find(key)).execute(tx.conn())?;
    Ok(())
}

/// Removes every personal datum from a customer, its accounts and documents: a part of [`super::erasure::erase`].
///
/// # Errors
/// `NotFound`; `Conflict` if it is erased already.
pub fn erase(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId, at: Instant) -> StoreResult<()> {
    tx.lets_go(company, id);
    let none = None::<String>;
    let updated = diesel::update(t::table.find((v(company), v(id))).filter(t::erased_at.is_null()))
        .set((
            t::name.eq(&none),
            t::region.eq(&none),
            t::address.eq(None::<Json<Value>>),
            t::tax_id.eq(&none),
            t::email.eq(&none),
            t::external_id.eq(&none),
            t::erased_at.eq(Some(at)),
            t::version.eq(t::version + 1),
        ))
        .execute(tx.conn())?;
    if updated == 0 && by_id(tx, company, id)?.is_none() {
        return Err(StoreError::not_found("customer", id));
    }
    changed(updated, "customer", id)?;
    diesel::delete(a::table.filter(a::company.eq(v(company))).filter(a::customer.eq(v(id))))
        .execute(tx.conn())?;
    diesel::delete(w::table.filter(w::company.eq(v(company))).filter(w::customer.eq(v(id))))
        .execute(tx.conn())?;
    diesel::delete(x::table.filter(x::company.eq(v(company))).filter(x::customer.eq(v(id))))
        .execute(tx.conn())?;
    let people = contacts::table.filter(contacts::company.eq(v(company)));
    diesel::delete(people.filter(contacts::customer.eq(v(id)))).execute(tx.conn())?;
    erase_documents(tx, company, id)
}

/// As [`super::erasure::erase`], of a customer of whom nothing is on record and whom no draft names: what names nobody, or others beside
/// her, stays.
///
/// # Errors
/// As [`erase`].
pub fn remove(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId, at: Instant) -> StoreResult<()> {
    super::tolerances::remove_of(tx, company, id)?;
    erase(tx, company, id, at)
}

fn erase_documents(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    use document_allowances as w;
    use document_lines as l;
    use documents as d;
    use tax_lines as x;
    let none = None::<String>;
    let own = d::table.filter(d::company.eq(v(company))).filter(d::customer.eq(v(customer)));
    let lines = l::table.filter(l::company.eq(v(company)).and(l::document.eq_any(own.select(d::id))));
    diesel::update(lines).set((l::description.eq(&none), l::unit.eq(&none))).execute(tx.conn())?;
    let taxes = x::table.filter(x::company.eq(v(company)).and(x::document.eq_any(own.select(d::id))));
    diesel::update(taxes).set(x::legal_reference.eq(&none)).execute(tx.conn())?;
    let allowances = w::table.filter(w::company.eq(v(company)).and(w::document.eq_any(own.select(d::id))));
    diesel::update(allowances).set(w::reason.eq(&none)).execute(tx.conn())?;
    diesel::update(own)
        .set((
            d::external_id.eq(&none),
            d::tax_invoice_number.eq(&none),
            d::purchase_order.eq(&none),
            d::text.eq(&none),
            d::text_salt.eq(None::<Vec<u8>>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Customers for whom it pays and who are not erased, after one, by id.
pub fn children(
    conn: &mut Conn,
    company: CompanyId,
    id: CustomerId,
    after: Option<CustomerId>,
    limit: u32,
) -> StoreResult<Vec<CustomerId>> {
    let children = t::table.filter(t::company.eq(v(company))).filter(t::parent.eq(Some(id)));
    let children = children.filter(t::erased_at.is_null());
    let query = children.filter(t::id.gt(v(after.unwrap_or(CustomerId::new(uuid::Uuid::nil())))));
    Ok(query.order(t::id.asc()).limit(i64::from(limit)).select(t::id).load(conn)?)
}

/// Sets the code of an erased customer free: its id stands there instead.
///
/// # Errors
/// `Conflict` for one that is not erased.
pub fn release_code(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId) -> StoreResult<()> {
    let erased = t::table.find((v(company), v(id))).filter(t::erased_at.is_not_null());
    let updated = diesel::update(erased).set(t::code.eq(id.to_string())).execute(tx.conn())?;
    changed(updated, "customer", id)
}
