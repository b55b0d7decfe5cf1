use super::{Asked, Head, Key, ReportError, add, quick, report};
use crate::App;
use crate::list::Party;
use domain::actor::Actor;
use domain::ids::CompanyId;
use money::{Currency, Minor};
use std::collections::BTreeMap;

/// A customer's control account in one currency; balance = owed − unapplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceRow {
    pub party: Party,
    pub account: String,
    pub currency: Currency,
    /// Σ open receivables.
    pub owed: Minor,
    /// Σ open credits, positive.
    pub unapplied: Minor,
    pub balance: Minor,
}

/// A control account over all customers of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceTotal {
    pub account: String,
    pub currency: Currency,
    pub owed: Minor,
    pub unapplied: Minor,
    pub balance: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancesReport {
    pub head: Head,
    pub rows: Vec<BalanceRow>,
    pub totals: Vec<BalanceTotal>,
}

/// Balances of customers (客户余额表). Accounts with nothing open are left out.
///
/// # Errors
/// Open items that do not sum to the balance, by customer or by control account.
pub fn balances(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
) -> Result<BalancesReport, ReportError> {
    let asked = Asked { from: None, ..asked.clone() };
    report(app, actor, company, &asked, |reading| {
        let rows = match quick::balances(reading)? {
            Some(rows) => rows,
            None => folded(reading)?,
        };
        Ok(BalancesReport { head: reading.head.clone(), totals: totals(&rows)?, rows })
    })
}

fn folded(reading: &mut super::Reading<'_>) -> Result<Vec<BalanceRow>, ReportError> {
    let (mut rows, mut closings) = (Vec::new(), BTreeMap::new());
    reading.each(|reading, party, model| {
        for section in model.sections {
            add(&mut closings, (section.account.clone(), section.currency), section.closing)?;
            if section.open_items.is_empty() {
                continue;
            }
            reading.rows(1)?;
            rows.push(BalanceRow {
                party: party.clone(),
                owed: section.closing.add(section.unapplied)?,
                unapplied: section.unapplied,
                balance: section.closing,
                account: section.account,
                currency: section.currency,
            });
        }
        Ok(())
    })?;
    reading.check_control("balances", &closings)?;
    Ok(rows)
}

fn totals(rows: &[BalanceRow]) -> Result<Vec<BalanceTotal>, ReportError> {
    let mut totals: BTreeMap<Key, [Minor; 3]> = BTreeMap::new();
    for row in rows {
        let [owed, unapplied, balance] = totals.entry((row.account.clone(), row.currency)).or_default();
        *owed = owed.add(row.owed)?;
        *unapplied = unapplied.add(row.unapplied)?;
        *balance = balance.add(row.balance)?;
    }
    let total = |((account, currency), [owed, unapplied, balance]): (_, [Minor; 3])| BalanceTotal {
        account,
        currency,
        owed,
        unapplied,
        balance,
    };
    Ok(totals.into_iter().map(total).collect())
}
