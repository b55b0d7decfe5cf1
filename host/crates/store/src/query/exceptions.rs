//! Exceptions from the separation of duties (职责分离例外).

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Exception};
use crate::schema::exceptions as t;
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{CompanyId, CustomerId, EventId};
use uuid::Uuid;

/// What [`search`] shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Who may approve by it.
    pub person: Option<String>,
    pub granted_by: Option<String>,
    pub customer: Option<CustomerId>,
    /// The first day of a month in which what it is for is effective.
    pub period: Option<NaiveDate>,
}

/// Records an exception; its event stands already.
pub fn insert(tx: &mut Tx<'_>, row: &Exception) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

/// A page by event of those that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<EventId>,
    limit: u32,
) -> StoreResult<Vec<Exception>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::event.gt(v(after.unwrap_or(EventId::new(Uuid::nil())))))
        .order(t::event.asc())
        .limit(i64::from(limit))
        .select(Exception::as_select())
        .into_boxed();
    if let Some(person) = &filter.person {
        query = query.filter(t::person.eq(person.as_str()));
    }
    if let Some(granted_by) = &filter.granted_by {
        query = query.filter(t::granted_by.eq(granted_by.as_str()));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(v(customer)));
    }
    if let Some(period) = filter.period {
        query = query.filter(t::first_period.le(Some(period))).filter(t::last_period.ge(Some(period)));
    }
    Ok(query.load(conn)?)
}

/// Those by which somebody may approve this.
pub fn of(
    conn: &mut Conn,
    company: CompanyId,
    (subject, person): (&str, &str),
) -> StoreResult<Vec<Exception>> {
    let of = t::table.filter(t::company.eq(v(company))).filter(t::subject.eq(subject));
    Ok(of.filter(t::person.eq(person)).select(Exception::as_select()).load(conn)?)
}

/// Takes the reasons out of the exceptions over a customer.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let own = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
    diesel::update(own)
        .set((t::reason.eq(None::<String>), t::salt.eq(None::<Vec<u8>>)))
        .execute(tx.conn())?;
    Ok(())
}
