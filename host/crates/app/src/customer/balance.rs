//! A customer's balance, open items and aging at (effective date, known-at), from the one fold that makes statements.

use crate::App;
use crate::common::{Common, Context, authorise};
use crate::company::company_row;
use crate::customer::{CustomerRef, all_customers, resolve};
use crate::dispute::disputed_at;
use crate::posting;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::aging::Aging;
use domain::ids::{CompanyId, CustomerId, OpenItemId};
use domain::statement::{CustomerRows, OpenItem, PartyBlock, StatementError, Style, Subject, fold};
use money::{Currency, Minor};
use std::collections::BTreeMap;
use store::query::customer_rows::{RatesAt, figures_rows};
use store::rows::Company;
use store::{Conn, query};
use thiserror::Error;

/// One control account in one currency; balance = Σ open items = Σ aging, or there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountBalance {
    pub account: String,
    pub currency: Currency,
    pub balance: Minor,
    pub open_items: Minor,
    pub unapplied: Minor,
    pub aging: Aging,
    pub items: Vec<OpenItem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balances {
    pub as_of: NaiveDate,
    pub known_at: u64,
    pub accounts: Vec<AccountBalance>,
    /// What the customer disputes (异议), by item; looked up where one customer is asked for.
    pub disputed: BTreeMap<OpenItemId, Minor>,
}

#[derive(Debug, Error)]
pub enum BalanceError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("the ledger of customer {customer} does not tie out: {source}")]
    NotTiedOut { customer: CustomerId, source: StatementError },
    #[error("position {wanted} is not sealed yet: the chain ends at {head}")]
    Future { wanted: u64, head: u64 },
}

crate::common::through_common!(BalanceError);

/// Balances of one customer. Default: today in the company's time zone, everything that is sealed.
pub fn balance(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    reference: &CustomerRef,
    as_of: Option<NaiveDate>,
    known_at: Option<u64>,
) -> Result<Balances, BalanceError> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    posting::settle(app, company, known_at)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let (company_row, as_of, known_at) = frame(&ctx, conn, company, as_of, known_at)?;
        let customer = resolve(conn, company, reference)?;
        let rates = RatesAt { base: company_row.base_currency, cut_off: as_of };
        let rows = figures_rows(conn, company, &[customer.id], rates)?.remove(&customer.id);
        let mut found = of_rows(&company_row, customer.id, &rows.unwrap_or_default(), as_of, known_at)?;
        let disputed = disputed_at(conn, company, (as_of, known_at))?;
        for one in disputed.into_iter().filter(|one| one.customer == customer.id) {
            let sum = found.disputed.entry(one.item).or_default();
            *sum = sum.add(one.amount)?;
        }
        Ok(found)
    })
}

/// Balances of every customer of the company, by customer code.
pub fn balances_of_all(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    as_of: Option<NaiveDate>,
    known_at: Option<u64>,
) -> Result<Vec<(CustomerId, Balances)>, BalanceError> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    posting::settle(app, company, known_at)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let (company_row, as_of, known_at) = frame(&ctx, conn, company, as_of, known_at)?;
        all_in(conn, &company_row, as_of, known_at)
    })
}

/// As [`balances_of_all`], on the caller's snapshot.
pub(crate) fn all_in(
    conn: &mut Conn,
    company: &Company,
    as_of: NaiveDate,
    known_at: u64,
) -> Result<Vec<(CustomerId, Balances)>, BalanceError> {
    let customers = all_customers(conn, company.id)?;
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    let rates = RatesAt { base: company.base_currency, cut_off: as_of };
    let rows = figures_rows(conn, company.id, &ids, rates)?;
    let none = CustomerRows::default();
    ids.iter()
        .map(|id| Ok((*id, of_rows(company, *id, rows.get(id).unwrap_or(&none), as_of, known_at)?)))
        .collect()
}

pub(crate) fn frame(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    as_of: Option<NaiveDate>,
    known_at: Option<u64>,
) -> Result<(Company, NaiveDate, u64), BalanceError> {
    let row = company_row(conn, company)?;
    let head = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
    let known_at = known_at.unwrap_or(head);
    if known_at > head {
        return Err(BalanceError::Future { wanted: known_at, head });
    }
    let as_of = match as_of {
        Some(date) => date,
        None => crate::company::today(ctx, &row)?,
    };
    Ok((row, as_of, known_at))
}

fn of_rows(
    company: &Company,
    customer: CustomerId,
    rows: &CustomerRows,
    as_of: NaiveDate,
    known_at: u64,
) -> Result<Balances, BalanceError> {
    let nobody = PartyBlock { code: String::new(), name: String::new(), address: None, tax_ids: Vec::new() };
    let subject = Subject {
        style: Style::OpenItem,
        number: String::new(),
        version: 1,
        supersedes: None,
        period_start: as_of,
        cut_off: as_of,
        known_at,
        previous: None,
        issuer: nobody.clone(),
        customer: nobody,
        bank_accounts: Vec::new(),
        locale: company.locale.clone(),
        base_currency: company.base_currency,
    };
    let model = fold(subject, rows).map_err(|source| BalanceError::NotTiedOut { customer, source })?;
    let mut accounts = Vec::with_capacity(model.sections.len());
    for section in model.sections {
        accounts.push(AccountBalance {
            open_items: Minor::sum(section.open_items.iter().map(|item| item.open))?,
            account: section.account,
            currency: section.currency,
            balance: section.closing,
            unapplied: section.unapplied,
            aging: section.aging,
            items: section.open_items,
        });
    }
    Ok(Balances { as_of, known_at, accounts, disputed: BTreeMap::new() })
}
