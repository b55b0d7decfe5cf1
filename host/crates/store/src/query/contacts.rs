//! The people of customers (联系人).

use super::changed;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Contact};
use crate::schema::{contacts as t, customers as c};
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{CompanyId, ContactId, CustomerId};
use uuid::Uuid;

/// # Errors
/// `ForeignKey` for a customer of another company.
pub fn insert(tx: &mut Tx<'_>, contact: &Contact) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(contact)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: ContactId) -> StoreResult<Option<Contact>> {
    Ok(t::table.find((v(company), v(id))).select(Contact::as_select()).get_result(conn).optional()?)
}

/// What [`search`] shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this customer, and of those who were merged into her.
    pub customer: Option<CustomerId>,
    pub may_confirm: Option<bool>,
    pub active: Option<bool>,
}

/// A page by id.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<ContactId>,
    limit: u32,
) -> StoreResult<Vec<Contact>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(ContactId::new(Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Contact::as_select())
        .into_boxed();
    if let Some(customer) = filter.customer {
        let merged = c::table.filter(c::company.eq(v(company))).filter(c::merged_into.eq(Some(customer)));
        let mut whose: Vec<CustomerId> = merged.select(c::id).load(conn)?;
        whose.push(customer);
        query = query.filter(t::customer.eq_any(whose.into_iter().map(v).collect::<Vec<_>>()));
    }
    if let Some(may_confirm) = filter.may_confirm {
        query = query.filter(t::may_confirm.eq(may_confirm));
    }
    if let Some(active) = filter.active {
        query = query.filter(t::active.eq(active));
    }
    Ok(query.load(conn)?)
}

/// How many a customer has of her own.
pub fn count_of(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<u64> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
    Ok(u64::try_from(query.count().get_result::<i64>(conn)?).unwrap_or(0))
}

/// Writes everything but id, customer and creation, if the row still has `contact.version`.
pub fn update(tx: &mut Tx<'_>, contact: &Contact) -> StoreResult<()> {
    let key = (v(contact.company), v(contact.id));
    let updated = diesel::update(t::table.find(key).filter(t::version.eq(contact.version)))
        .set((
            t::name.eq(&contact.name),
            t::role.eq(&contact.role),
            t::email.eq(&contact.email),
            t::phone.eq(&contact.phone),
            t::locale.eq(&contact.locale),
            t::may_confirm.eq(contact.may_confirm),
            t::active.eq(contact.active),
            t::updated_at.eq(v(contact.updated_at)),
            t::version.eq(t::version + 1),
        ))
        .execute(tx.conn())?;
    changed(updated, "contact", contact.id)
}

/// Forgets somebody, if the row still has `version`.
pub fn remove(tx: &mut Tx<'_>, company: CompanyId, id: ContactId, version: i64) -> StoreResult<()> {
    let removed = diesel::delete(t::table.find((v(company), v(id))).filter(t::version.eq(version)))
        .execute(tx.conn())?;
    changed(removed, "contact", id)
}
