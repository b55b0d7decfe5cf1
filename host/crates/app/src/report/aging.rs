use super::{Asked, Head, Key, Reading, ReportError, add, quick, report};
use crate::App;
use crate::dispute::disputed_at;
use crate::list::Party;
use domain::actor::Actor;
use domain::aging::{Aging, AgingItem, Basis, Manner, age_as};
use domain::ids::{CompanyId, CustomerId};
use domain::statement::{Section, StatementError};
use money::{Currency, Minor, MoneyError};
use std::collections::{BTreeMap, HashMap};
use store::query;

/// A customer's control account in one currency; balance = Σ open items = Σ ages − unapplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingAccount {
    pub party: Party,
    pub account: String,
    pub currency: Currency,
    pub balance: Minor,
    pub aging: Aging,
    /// Of the ages: receivables that have no due date.
    pub without_due_date: Minor,
    /// Of the ages: what the customer disputes (异议), no more of an item than is open.
    pub disputed: Minor,
}

/// A control account over all customers of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingTotal {
    pub account: String,
    pub currency: Currency,
    pub balance: Minor,
    pub ages: Vec<Minor>,
    pub unapplied: Minor,
    pub without_due_date: Minor,
    pub disputed: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingReport {
    pub head: Head,
    pub manner: Manner,
    pub accounts: Vec<AgingAccount>,
    pub totals: Vec<AgingTotal>,
}

/// Open receivables by age (账龄分析表). Accounts with nothing open are left out.
///
/// # Errors
/// Ages that do not sum to the balance, by customer or by control account.
pub fn aging(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
    manner: &Manner,
) -> Result<AgingReport, ReportError> {
    // every movement is wanted, whatever day it was
    let asked = Asked { from: None, ..asked.clone() };
    report(app, actor, company, &asked, |reading| {
        let mut accounts = match quick::aging(reading, manner)? {
            Some(accounts) => accounts,
            None => folded(reading, manner)?,
        };
        state_disputed(reading, &mut accounts)?;
        let totals = totals(&accounts)?;
        Ok(AgingReport { head: reading.head.clone(), manner: manner.clone(), accounts, totals })
    })
}

/// By the fold: of one customer, first in, first out, and where something does not tie out, which it says.
fn folded(reading: &mut Reading<'_>, manner: &Manner) -> Result<Vec<AgingAccount>, ReportError> {
    let (mut accounts, mut ages) = (Vec::new(), BTreeMap::new());
    reading.each(|reading, party, model| {
        for section in model.sections {
            let of = aged(party.clone(), section, reading.head.as_of, manner)?;
            add(&mut ages, (of.account.clone(), of.currency), of.aging.total)?;
            if of.balance.is_zero() && of.aging.unapplied.is_zero() && all_zero(&of.aging) {
                continue;
            }
            reading.rows(1)?;
            accounts.push(of);
        }
        Ok(())
    })?;
    reading.check_control("ages", &ages)?;
    Ok(accounts)
}

/// Beside whichever of both made the rows.
fn state_disputed(reading: &mut Reading<'_>, accounts: &mut [AgingAccount]) -> Result<(), ReportError> {
    let at = (reading.head.as_of, reading.head.known_at);
    let found = disputed_at(reading.conn, reading.company.id, at)?;
    let ids: Vec<CustomerId> = found.iter().map(|one| one.customer).collect();
    let customers = query::customers::by_ids(reading.conn, reading.company.id, &ids)?;
    let codes: HashMap<CustomerId, String> = customers.into_iter().map(|row| (row.id, row.code)).collect();
    let mut sums: BTreeMap<(String, Key), Minor> = BTreeMap::new();
    for one in found {
        let Some(code) = codes.get(&one.customer) else { continue };
        let sum = sums.entry((code.clone(), (one.account, one.currency))).or_default();
        *sum = sum.add(one.amount)?;
    }
    for of in accounts {
        let key = (of.party.code.clone(), (of.account.clone(), of.currency));
        of.disputed = sums.get(&key).copied().unwrap_or_default();
    }
    Ok(())
}

fn all_zero(aging: &Aging) -> bool {
    aging.buckets.iter().all(|bucket| bucket.amount.is_zero())
}

fn aged(
    party: Party,
    section: Section,
    as_of: chrono::NaiveDate,
    manner: &Manner,
) -> Result<AgingAccount, ReportError> {
    let items: Vec<AgingItem> = match manner.basis {
        Basis::DueDate | Basis::DocumentDate => {
            section.open_items.iter().map(|item| (item.due, item.document_date, item.open)).collect()
        }
        Basis::Fifo => {
            let moved = section.movements.iter();
            let signed = moved.map(|m| Ok((m.due_date, m.document_date, m.debit.sub(m.credit)?)));
            signed.collect::<Result<_, MoneyError>>()?
        }
    };
    let aging = age_as(&items, as_of, manner)?;
    if aging.total != section.closing {
        return Err(ReportError::NotTiedOut {
            customer: party.code,
            source: StatementError::Aging {
                account: section.account,
                currency: section.currency,
                closing: section.closing.format(section.currency),
                aging: aging.total.format(section.currency),
            },
        });
    }
    let dateless = section.open_items.iter().filter(|item| item.due.is_none() && item.open.is_positive());
    Ok(AgingAccount {
        party,
        balance: section.closing,
        aging,
        without_due_date: Minor::sum(dateless.map(|item| item.open))?,
        disputed: Minor::ZERO,
        account: section.account,
        currency: section.currency,
    })
}

fn totals(accounts: &[AgingAccount]) -> Result<Vec<AgingTotal>, ReportError> {
    let mut totals: BTreeMap<Key, AgingTotal> = BTreeMap::new();
    for of in accounts {
        let total = totals.entry((of.account.clone(), of.currency)).or_insert_with(|| AgingTotal {
            account: of.account.clone(),
            currency: of.currency,
            balance: Minor::ZERO,
            ages: vec![Minor::ZERO; of.aging.buckets.len()],
            unapplied: Minor::ZERO,
            without_due_date: Minor::ZERO,
            disputed: Minor::ZERO,
        });
        total.balance = total.balance.add(of.balance)?;
        total.unapplied = total.unapplied.add(of.aging.unapplied)?;
        total.without_due_date = total.without_due_date.add(of.without_due_date)?;
        total.disputed = total.disputed.add(of.disputed)?;
        for (sum, bucket) in total.ages.iter_mut().zip(&of.aging.buckets) {
            *sum = sum.add(bucket.amount)?;
        }
    }
    Ok(totals.into_values().collect())
}
