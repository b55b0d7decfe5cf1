use crate::App;
use crate::bank_detail::{waiting, waiting_of};
use crate::common::{Common, authorise, there};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankDetailChangeId, CompanyId, CustomerId};
use money::Currency;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use store::rows::{Customer, CustomerAccount, CustomerTaxId};
use store::{Conn, Tx, query};

/// A customer as callers name it: by id or by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerRef {
    Id(CustomerId),
    Code(String),
}

impl FromStr for CustomerRef {
    type Err = Infallible;
    /// `cus_…` in full is an id, anything else a code.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or_else(|_| CustomerRef::Code(text.to_owned()), CustomerRef::Id))
    }
}

impl fmt::Display for CustomerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CustomerRef::Id(id) => id.fmt(f),
            CustomerRef::Code(code) => f.write_str(code),
        }
    }
}

/// A customer with the accounts it pays from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerView {
    pub customer: Customer,
    pub accounts: Vec<CustomerAccount>,
    /// Further registrations for tax.
    pub tax_ids: Vec<CustomerTaxId>,
    /// The change of her accounts that waits for a second person.
    pub waiting: Option<BankDetailChangeId>,
}

/// The row a reference names, in this company.
pub fn resolve(conn: &mut Conn, company: CompanyId, reference: &CustomerRef) -> Result<Customer, Common> {
    let row = match reference {
        CustomerRef::Id(id) => query::customers::by_id(conn, company, *id)?,
        CustomerRef::Code(code) => query::customers::by_code(conn, company, code)?,
    };
    row.ok_or_else(|| Common::not_found("customer", reference))
}

pub fn get(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    reference: &CustomerRef,
) -> Result<CustomerView, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.read(|conn| {
        let customer = resolve(conn, company, reference)?;
        let accounts = query::customers::accounts(conn, company, &[customer.id])?;
        let tax_ids = query::customers::tax_ids(conn, company, &[customer.id])?;
        let waiting = waiting_of(conn, company, customer.id)?;
        Ok(CustomerView { customer, accounts, tax_ids, waiting })
    })
}

/// As [`get`] shows her, in the caller's transaction: on PostgreSQL nobody changes the row until it ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId, reference: &CustomerRef) -> Result<CustomerView, Common> {
    let id = resolve(tx, company, reference)?.id;
    let customer = there(query::erasure::lock(tx, company, id)?, "customer", reference)?;
    let accounts = query::customers::accounts(tx, company, &[id])?;
    let tax_ids = query::customers::tax_ids(tx, company, &[id])?;
    let waiting = waiting_of(tx, company, id)?;
    Ok(CustomerView { customer, accounts, tax_ids, waiting })
}

/// Which customers are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    /// The code begins so.
    pub code: Option<&'a str>,
    /// The name begins so.
    pub name: Option<&'a str>,
    /// Name or code has this in it.
    pub contains: Option<&'a str>,
    pub currency: Option<Currency>,
    /// Who pays for them.
    pub parent: Option<&'a CustomerRef>,
    /// The one with this id of the caller's.
    pub external_id: Option<&'a str>,
    pub erased: Option<bool>,
    pub archived: Option<bool>,
    /// 客户组
    pub group: Option<&'a str>,
    /// That were merged into this one.
    pub merged_into: Option<&'a CustomerRef>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn filter(
        &self,
        conn: &mut Conn,
        company: CompanyId,
    ) -> Result<query::customers::Filter<'a>, Common> {
        let Wanted {
            code,
            name,
            contains,
            currency,
            parent,
            external_id,
            erased,
            archived,
            group,
            merged_into,
        } = *self;
        let parent = wanted_id(conn, company, parent)?;
        let merged_into = wanted_id(conn, company, merged_into)?;
        Ok(query::customers::Filter {
            code,
            name,
            contains,
            currency,
            parent,
            external_id,
            erased,
            archived,
            group,
            merged_into,
        })
    }
}

/// The id that a filter names; a customer that is not there is an error, not an empty list.
pub(crate) fn wanted_id(
    conn: &mut Conn,
    company: CompanyId,
    reference: Option<&CustomerRef>,
) -> Result<Option<CustomerId>, Common> {
    reference.map(|one| Ok(resolve(conn, company, one)?.id)).transpose()
}

/// Customers by code, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<CustomerView>, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        let rows = query::customers::search(conn, company, &filter, after, limit)?;
        let ids: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
        let accounts = query::customers::accounts(conn, company, &ids)?;
        let tax_ids = query::customers::tax_ids(conn, company, &ids)?;
        let waiting = waiting(conn, company, &ids)?;
        let view = |customer: Customer| CustomerView {
            waiting: waiting.iter().find(|(id, _)| *id == customer.id).map(|(_, change)| *change),
            accounts: accounts.iter().filter(|a| a.customer == customer.id).cloned().collect(),
            tax_ids: tax_ids.iter().filter(|one| one.customer == customer.id).cloned().collect(),
            customer,
        };
        Ok(rows.into_iter().map(view).collect())
    })
}

/// How many customers each group has (客户组), by group; last those of none.
pub fn groups(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<(Option<String>, u64)>, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.snapshot(|conn| Ok(query::customers::groups(conn, company, after, limit)?))
}

/// Customers read at a time when all are wanted.
const PAGE: u32 = 500;

/// Every customer of the company, by code.
pub(crate) fn all_customers(conn: &mut Conn, company: CompanyId) -> Result<Vec<Customer>, Common> {
    let mut all: Vec<Customer> = Vec::new();
    loop {
        let after = all.last().map(|customer| customer.code.clone());
        let page = query::customers::list(conn, company, after.as_deref(), PAGE)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
