//! Reports of all customers out of a checkpoint and what was recorded since ([`crate::checkpoint`]). They say what the fold says: only
//! books in which every account ties out, and every control account with its customers, are taken. For all others, for one
//! customer and for first in, first out there is none, and the fold is asked.

use super::{AgingAccount, BalanceRow, Key, Reading, ReportError, TieOutRow, UnappliedTotal, add};
use crate::checkpoint::{Depth, books_at};
use crate::list::Party;
use domain::aging::{Basis, Manner};
use domain::checkpoint::{Books, Moment, Standing};
use domain::ids::CustomerId;
use money::Minor;
use std::collections::{BTreeMap, BTreeSet};
use store::query;

/// Books that tie out, at the day and position of a reading.
pub(super) struct Quick {
    books: Books,
    /// Accounts that are the sum of their customers'.
    control: BTreeSet<String>,
}

impl Quick {
    /// None where the fold is to be asked.
    pub fn of(reading: &mut Reading<'_>, depth: Depth) -> Result<Option<Self>, ReportError> {
        if reading.customer.is_some() {
            return Ok(None);
        }
        let at = Moment { as_of: reading.head.as_of, known_at: reading.head.known_at };
        let books = books_at(reading.conn, reading.company.id, at, depth)?;
        let chart = crate::books::chart_of(reading.conn, reading.company.id)?;
        let control = chart.control().into_iter().map(str::to_owned).collect();
        let quick = Quick { books, control };
        Ok(if quick.ties_out()? { Some(quick) } else { None })
    }

    fn ties_out(&self) -> Result<bool, ReportError> {
        if !self.books.standings().all(|(.., standing)| standing.ties_out()) {
            return Ok(false);
        }
        let customers = self.customers()?;
        for account in &self.control {
            let ledger = self.books.ledger(account)?;
            if ledger.iter().any(|(key, sum)| customers.get(key).copied().unwrap_or_default() != *sum) {
                return Ok(false);
            }
        }
        // nothing of a customer stands on an account that controls none, but what comes to nothing
        Ok(customers.iter().all(|(key, sum)| self.control.contains(&key.0) || sum.is_zero()))
    }

    /// Σ balances by control account.
    fn customers(&self) -> Result<BTreeMap<Key, Minor>, ReportError> {
        let mut sums = BTreeMap::new();
        for (_, key, standing) in self.books.standings() {
            add(&mut sums, key.clone(), standing.balance)?;
        }
        Ok(sums)
    }

    /// Every account by customer's code, with what `make` makes of it.
    fn accounts<T>(
        &self,
        reading: &mut Reading<'_>,
        make: impl Fn(Party, &Key, &Standing) -> Result<Option<T>, ReportError>,
    ) -> Result<Vec<T>, ReportError> {
        let mut made = Vec::new();
        for (id, code, name) in query::customers::names(reading.conn, reading.company.id)? {
            for (key, standing) in self.books.of(id) {
                let party = Party { code: code.clone(), name: name.clone() };
                if let Some(one) = make(party, key, standing)? {
                    reading.rows(1)?;
                    made.push(one);
                }
            }
        }
        Ok(made)
    }
}

/// The ages of every account that has something open; none where the fold is to be asked.
pub(super) fn aging(
    reading: &mut Reading<'_>,
    manner: &Manner,
) -> Result<Option<Vec<AgingAccount>>, ReportError> {
    if manner.basis == Basis::Fifo {
        return Ok(None);
    }
    let Some(quick) = Quick::of(reading, Depth::Lots)? else { return Ok(None) };
    let as_of = reading.head.as_of;
    let accounts = quick.accounts(reading, |party, (account, currency), standing| {
        if !standing.is_open() {
            return Ok(None);
        }
        Ok(Some(AgingAccount {
            party,
            account: account.clone(),
            currency: *currency,
            balance: standing.balance,
            aging: standing.age(as_of, manner)?,
            without_due_date: standing.without_due_date()?,
            disputed: Minor::ZERO,
        }))
    })?;
    Ok(Some(accounts))
}

/// The balance of every account that has one, or something open; none where the fold is to be asked.
pub(super) fn balances(reading: &mut Reading<'_>) -> Result<Option<Vec<BalanceRow>>, ReportError> {
    let Some(quick) = Quick::of(reading, Depth::Sums)? else { return Ok(None) };
    let rows = quick.accounts(reading, |party, (account, currency), standing| {
        let Standing { balance, owed, unapplied, .. } = *standing;
        if owed.is_zero() && unapplied.is_zero() {
            return Ok(None);
        }
        Ok(Some(BalanceRow {
            party,
            account: account.clone(),
            currency: *currency,
            owed,
            unapplied,
            balance,
        }))
    })?;
    Ok(Some(rows))
}

/// How many credits pay nothing yet, and what they come to; none where the fold is to be asked.
pub(crate) fn unapplied_totals(
    reading: &mut Reading<'_>,
) -> Result<Option<(usize, Vec<UnappliedTotal>)>, ReportError> {
    let Some(quick) = Quick::of(reading, Depth::Lots)? else { return Ok(None) };
    let (mut items, mut totals) = (0usize, BTreeMap::new());
    for (_, key, standing) in quick.books.standings().filter(|(.., of)| of.open_credits() > 0) {
        items = items.saturating_add(standing.open_credits());
        add(&mut totals, key.clone(), standing.unapplied)?;
    }
    let total = |((account, currency), unapplied)| UnappliedTotal { account, currency, unapplied };
    Ok(Some((items, totals.into_iter().map(total).collect())))
}

/// Each control account, where all is as it should be; none where the fold is to be asked.
pub(crate) fn tied_out(reading: &mut Reading<'_>) -> Result<Option<Vec<TieOutRow>>, ReportError> {
    let Some(quick) = Quick::of(reading, Depth::Sums)? else { return Ok(None) };
    let row = |((account, currency), sum): (Key, Minor)| TieOutRow {
        account,
        currency,
        ledger: sum,
        customers: sum,
        open_items: sum,
        aging: sum,
    };
    Ok(Some(quick.customers()?.into_iter().map(row).collect()))
}

/// Customers of whom anything is open; none where the fold is to be asked.
pub(crate) fn open_customers(reading: &mut Reading<'_>) -> Result<Option<BTreeSet<CustomerId>>, ReportError> {
    let Some(quick) = Quick::of(reading, Depth::Lots)? else { return Ok(None) };
    let open = quick.books.standings().filter(|(.., standing)| standing.is_open());
    Ok(Some(open.map(|(customer, ..)| customer).collect()))
}
