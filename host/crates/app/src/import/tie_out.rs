//! The end of an import of old books: what our ledger says each customer owes, against what the old one says.

use crate::common::{Common, authorise};
use crate::company::company_row;
use crate::customer::{self, BalanceError, Balances, CustomerRef, all_customers};
use crate::{App, books, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId};
use domain::ledger::account;
use money::{Currency, Minor};
use std::collections::{BTreeMap, BTreeSet};
use store::{Conn, query};

/// What the old books say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldBalance {
    pub customer: CustomerRef,
    pub currency: Currency,
    pub amount: Minor,
}

/// A customer whose balances differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub customer: String,
    pub currency: Currency,
    pub old: Minor,
    pub new: Minor,
}

/// What all balances come to in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    pub currency: Currency,
    pub old: Minor,
    pub new: Minor,
}

/// Compares the customers that are listed, at a day; everything that was committed must be sealed.
pub fn tie_out(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    as_of: NaiveDate,
    old: &[OldBalance],
) -> Result<Vec<Difference>, BalanceError> {
    authorise(actor, Noun::Ledger, Verb::Read, company).map_err(BalanceError::Common)?;
    let control = app.db.read(|conn| control(conn, company)).map_err(BalanceError::Common)?;
    let mut differences = Vec::new();
    for one in old {
        let balances = match customer::balance(app, actor, company, &one.customer, Some(as_of), None) {
            Ok(balances) => Some(balances),
            // a customer that is not in our books owes nothing there
            Err(BalanceError::Common(Common::NotFound { .. })) => None,
            Err(error) => return Err(error),
        };
        let new = match &balances {
            Some(balances) => owed(balances, &control)?.get(&one.currency).copied().unwrap_or_default(),
            None => Minor::ZERO,
        };
        if new != one.amount {
            let (customer, currency, old) = (one.customer.to_string(), one.currency, one.amount);
            differences.push(Difference { customer, currency, old, new });
        }
    }
    Ok(differences)
}

/// Compares all old balances with all of ours: who owes in our books and is not listed differs, too.
pub fn tie_out_all(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    as_of: NaiveDate,
    old: &[OldBalance],
) -> Result<(Vec<Difference>, Vec<Total>), BalanceError> {
    authorise(actor, Noun::Ledger, Verb::Read, company).map_err(BalanceError::Common)?;
    posting::settle(app, company, None)?;
    let (customers, balances, control) = app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let head = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        let customers = all_customers(conn, company)?;
        Ok::<_, BalanceError>((
            customers,
            customer::all_in(conn, &row, as_of, head)?,
            control(conn, company)?,
        ))
    })?;
    let codes: BTreeMap<CustomerId, &str> =
        customers.iter().map(|customer| (customer.id, customer.code.as_str())).collect();
    let mut ours: BTreeMap<(&str, Currency), Minor> = BTreeMap::new();
    for (id, balances) in &balances {
        let code = codes.get(id).copied().unwrap_or_default();
        for (currency, amount) in owed(balances, &control)? {
            ours.insert((code, currency), amount);
        }
    }
    let mut differences = Vec::new();
    let mut totals: BTreeMap<Currency, (Minor, Minor)> = BTreeMap::new();
    let mut listed = BTreeSet::new();
    for one in old {
        let code = match &one.customer {
            CustomerRef::Code(code) => code.as_str(),
            CustomerRef::Id(id) => codes.get(id).copied().unwrap_or_default(),
        };
        listed.insert((code, one.currency));
        let new = ours.get(&(code, one.currency)).copied().unwrap_or_default();
        let total = totals.entry(one.currency).or_default();
        total.0 = total.0.add(one.amount).map_err(Common::from)?;
        if new != one.amount {
            let (customer, currency, old) = (one.customer.to_string(), one.currency, one.amount);
            differences.push(Difference { customer, currency, old, new });
        }
    }
    for ((code, currency), new) in ours {
        let total = totals.entry(currency).or_default();
        total.1 = total.1.add(new).map_err(Common::from)?;
        if new != Minor::ZERO && !listed.contains(&(code, currency)) {
            differences.push(Difference { customer: code.to_owned(), currency, old: Minor::ZERO, new });
        }
    }
    let total = |(currency, (old, new))| Total { currency, old, new };
    Ok((differences, totals.into_iter().map(total).collect()))
}

/// The accounts of receivables.
fn control(conn: &mut Conn, company: CompanyId) -> Result<BTreeSet<String>, Common> {
    let chart = books::chart_of(conn, company)?;
    Ok(chart.codes(account::RECEIVABLES).into_iter().map(str::to_owned).collect())
}

/// What a customer owes on the accounts of receivables, by currency.
fn owed(balances: &Balances, control: &BTreeSet<String>) -> Result<BTreeMap<Currency, Minor>, Common> {
    let mut owed: BTreeMap<Currency, Minor> = BTreeMap::new();
    for one in balances.accounts.iter().filter(|one| control.contains(&one.account)) {
        let sum = owed.entry(one.currency).or_default();
        *sum = sum.add(one.balance)?;
    }
    Ok(owed)
}
