//! Loads a customer's rows at the frozen position and folds them.

use super::run::{RunError, RunStatements};
use super::standing::{Standing, all_of_customer, is_live};
use crate::common::{Common, Context};
use crate::customer::CustomerAddress;
use chrono::{Datelike, NaiveDate};
use domain::ids::{BankAccountId, StatementId};
use domain::statement::{
    Address, BankAccountBlock, CustomerRows, Model, PartyBlock, PreviousStatement, Section, StatementError,
    Subject, fold, in_red,
};
use std::collections::BTreeSet;
use store::query::customer_rows::{RatesAt, customer_rows};
use store::rows::{BankAccount, Company, Customer, Statement};
use store::{Conn, query};

/// A folded statement, and which stored ones it follows or replaces.
pub(super) struct Folded {
    pub model: Model,
    pub previous: Option<StatementId>,
    pub supersedes: Option<StatementId>,
}

/// `None`: the statement of this cut-off exists already, or there is nothing to state: no movement in the period, no late
/// entry, nothing open. A statement of nothing would only put off the day on which a customer may be erased.
pub(super) fn fold_customer(
    ctx: &Context<'_>,
    company: &Company,
    customer: &Customer,
    input: &RunStatements,
    known_at: u64,
) -> Result<Option<Folded>, RunError> {
    let loaded = ctx.app.db.snapshot(|conn| load(conn, company, customer, input.cut_off))?;
    if loaded.latest.as_ref().is_some_and(is_live) {
        return Ok(None);
    }
    if loaded.rows.ledger.is_empty() && loaded.previous.is_none() {
        return Ok(None);
    }
    if let Some(later) = loaded.later {
        return Err(RunError::BeforeLater { number: later.number, cut_off: later.cut_off });
    }
    let subject = subject(company, customer, input, known_at, &loaded);
    let model = in_red(fold(subject, &loaded.rows)?).map_err(StatementError::from)?;
    let states = |section: &Section| {
        !(section.movements.is_empty() && section.prior_period.is_empty() && section.open_items.is_empty())
    };
    if !model.sections.iter().any(states) {
        return Ok(None);
    }
    Ok(Some(Folded {
        model,
        previous: loaded.previous.map(|(row, _)| row.id),
        supersedes: loaded.latest.map(|s| s.id),
    }))
}

struct Loaded {
    rows: CustomerRows,
    bank_accounts: Vec<BankAccount>,
    /// Accounts whose statements the bank has sent.
    verified: BTreeSet<BankAccountId>,
    previous: Option<(Statement, PreviousStatement)>,
    /// The highest version at this cut-off.
    latest: Option<Statement>,
    /// One that stands at a later cut-off.
    later: Option<Statement>,
}

fn load(
    conn: &mut Conn,
    company: &Company,
    customer: &Customer,
    cut_off: NaiveDate,
) -> Result<Loaded, Common> {
    let rates = RatesAt { base: company.base_currency, cut_off };
    let rows = customer_rows(conn, company.id, customer.id, rates)?;
    let all = all_of_customer(conn, company.id, customer.id)?;
    let standing = Standing::of(&all, cut_off);
    let previous = match standing.previous {
        None => None,
        Some(row) => {
            let closings = query::statements::closings_of(conn, company.id, &[row.id])?;
            let previous = PreviousStatement {
                number: row.number.clone(),
                cut_off: row.cut_off,
                known_at: row.known_at,
                closings: closings.into_iter().map(|c| (c.account, c.currency, c.closing)).collect(),
            };
            Some((row.clone(), previous))
        }
    };
    // customers pay to a bank, not to what a provider holds; and to none that one person alone entered
    let mut bank_accounts = query::bank_accounts::list(conn, company.id)?;
    bank_accounts.retain(|own| own.confirmed && own.ledger == domain::ledger::account::BANK);
    Ok(Loaded {
        rows,
        bank_accounts,
        verified: query::bank_accounts::stated_by_bank(conn, company.id)?,
        previous,
        latest: standing.latest.cloned(),
        later: standing.later.cloned(),
    })
}

fn subject(
    company: &Company,
    customer: &Customer,
    input: &RunStatements,
    known_at: u64,
    loaded: &Loaded,
) -> Subject {
    let previous = loaded.previous.as_ref().map(|(_, previous)| previous);
    let first_of_month = input.cut_off.with_day(1).unwrap_or(input.cut_off);
    let latest = loaded.latest.as_ref();
    let version = latest.map_or(1, |s| s.version.saturating_add(1));
    Subject {
        style: customer.statement_style,
        number: format!("ST-{}-{}", input.cut_off.format("%Y%m%d"), customer.code),
        version,
        supersedes: latest.map(|s| format!("{}-v{}", s.number, s.version)),
        period_start: previous
            .and_then(|p| p.cut_off.succ_opt())
            .or(input.period_start)
            .unwrap_or(first_of_month),
        cut_off: input.cut_off,
        known_at,
        previous: previous.cloned(),
        issuer: PartyBlock {
            code: company.code.clone(),
            name: company.name.clone(),
            address: CustomerAddress::from_json(&company.address.0).map(address),
            tax_ids: company.tax_id.iter().cloned().collect(),
        },
        customer: PartyBlock {
            code: customer.code.clone(),
            name: customer.name.clone().unwrap_or_default(),
            address: customer.address.as_ref().and_then(|a| CustomerAddress::from_json(&a.0)).map(address),
            tax_ids: customer.tax_id.iter().cloned().collect(),
        },
        bank_accounts: loaded
            .bank_accounts
            .iter()
            .map(|account| bank_account(account, loaded.verified.contains(&account.id)))
            .collect(),
        locale: customer.locale.clone(),
        base_currency: company.base_currency,
    }
}

fn address(address: CustomerAddress) -> Address {
    let CustomerAddress { lines, postal_code, city, country } = address;
    Address { lines, postal_code, city, country }
}

fn bank_account(account: &BankAccount, verified: bool) -> BankAccountBlock {
    BankAccountBlock {
        bank: account.bank.clone(),
        name: account.holder.clone(),
        number: account.number.clone(),
        scheme: account.scheme.clone(),
        bic: account.bic.clone(),
        currency: account.currency,
        verified,
    }
}
