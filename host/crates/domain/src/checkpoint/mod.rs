//! Books in short (余额快照): what stands on customers' accounts at (effective day, known-at), in a form that is read faster than
//! it is folded.
//!
//! A balance and an open lot are sums over entries. So what lies between two such moments can be added to one of them, or
//! taken away from it, and the other comes out: of a company with a million items some hundred entries are read instead of all.
//! A lot is what is open of a customer's receivables with one due date and one document date; the ages of a lot are the ages of
//! its items. Credits are kept one by one: how many there are is no sum.
//!
//! A due date that is told later (收票, 对账) belongs to no entry: it is known from a position on, of all days. So books are at a moment with
//! the due dates that are known at its position: on the way to another position first what is open of each item that was told of between
//! moves to its other lot ([`Books::retell`]), then entries come and go with the due dates of where the way ends.
//!
//! It is a cache and says what [`fold`](crate::statement::fold) says, or nothing: where an account does not tie out
//! ([`Standing::ties_out`]), the fold is asked, which knows why. First in, first out is the fold's alone: it ages movements.

mod bytes;
mod way;

pub use bytes::CheckpointError;
pub use way::{Moment, Span, Step, steps};

use crate::aging::{Aging, AgingItem, Manner, age_as};
use crate::ids::{CustomerId, OpenItemId};
use chrono::NaiveDate;
use money::{Currency, Minor, MoneyError};
use std::collections::BTreeMap;

/// A control account in a currency.
pub type AccountKey = (String, Currency);

/// A customer's account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// Σ postings.
    pub balance: Minor,
    /// How many there are: an account without any is not there.
    postings: i64,
    /// Σ open receivables.
    pub owed: Minor,
    /// Σ open credits, positive.
    pub unapplied: Minor,
    /// By due date and document date, each pair once; positive.
    lots: Vec<AgingItem>,
    /// By item, each once; positive.
    credits: Vec<(OpenItemId, AgingItem)>,
    /// Lots or credits were added that are not summed up yet.
    touched: bool,
}

/// What an entry does to one open item: makes it, or clears some of it (then `amount` is negative).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    pub item: OpenItemId,
    pub customer: CustomerId,
    pub account: String,
    pub currency: Currency,
    /// +1 receivable, −1 owed to the customer.
    pub sign: i32,
    pub due: Option<NaiveDate>,
    pub document_date: NaiveDate,
    pub amount: Minor,
}

/// A receivable of which a due date was told between two positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retold {
    /// What is open of it, due as it was before.
    pub item: ItemChange,
    /// When it is due by what was told; none where that was taken back.
    pub told: Option<NaiveDate>,
}

/// Postings on one account, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    pub customer: Option<CustomerId>,
    pub account: String,
    pub currency: Currency,
    pub amount: Minor,
    /// How many they are; negative where they are taken away.
    pub postings: i64,
}

/// The accounts of all customers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    customers: BTreeMap<CustomerId, BTreeMap<AccountKey, Standing>>,
    /// Σ postings that name no customer, and how many they are.
    nobody: BTreeMap<AccountKey, (Minor, i64)>,
    /// Without lots: there are balances and no ages.
    sums_only: bool,
}

impl Books {
    /// Adds postings.
    pub fn post(&mut self, posted: Posted) -> Result<(), MoneyError> {
        let Posted { customer, account, currency, amount, postings } = posted;
        let key = (account, currency);
        let (sum, count) = match customer {
            Some(customer) => {
                let standing = self.standing(customer, key);
                (&mut standing.balance, &mut standing.postings)
            }
            None => {
                let (sum, count) = self.nobody.entry(key).or_default();
                (sum, count)
            }
        };
        *sum = sum.add(amount)?;
        *count = count.saturating_add(postings);
        Ok(())
    }

    /// Adds what happened to an item. [`Self::settle`] sums up.
    pub fn change(&mut self, change: ItemChange) -> Result<(), MoneyError> {
        let ItemChange { item, customer, account, currency, sign, due, document_date, amount } = change;
        let whole = !self.sums_only;
        let standing = self.standing(customer, (account, currency));
        let sum = if sign < 0 { &mut standing.unapplied } else { &mut standing.owed };
        *sum = sum.add(amount)?;
        if whole {
            let lot = (due, document_date, amount);
            match sign < 0 {
                true => standing.credits.push((item, lot)),
                false => standing.lots.push(lot),
            }
            standing.touched = true;
        }
        Ok(())
    }

    /// Moves what is open of an item to the lot of the due date that was told, or back from there. [`Self::settle`] sums up.
    pub fn retell(&mut self, retold: Retold, back: bool) -> Result<(), MoneyError> {
        let Retold { item, told } = retold;
        let (taken, given) = (item.amount.neg()?, item.amount);
        let (from, to) = if back { (told, item.due) } else { (item.due, told) };
        self.change(ItemChange { due: from, amount: taken, ..item.clone() })?;
        self.change(ItemChange { due: to, amount: given, ..item })
    }

    /// Sums up what was added: each lot and each credit stands once, none that is 0, and no account without postings.
    pub fn settle(&mut self) -> Result<(), MoneyError> {
        let all = self.customers.values_mut().flat_map(BTreeMap::values_mut);
        for standing in all.filter(|standing| standing.touched) {
            standing.lots.sort_unstable_by_key(|(due, document, _)| (*due, *document));
            merge(&mut standing.lots, |(due, document, _)| (*due, *document), |lot| &mut lot.2)?;
            standing.credits.sort_unstable_by_key(|(item, _)| *item);
            merge(&mut standing.credits, |(item, _)| *item, |(_, lot)| &mut lot.2)?;
            standing.touched = false;
        }
        let gone = |standing: &Standing| standing.postings == 0 && !standing.is_open();
        self.customers.values_mut().for_each(|own| own.retain(|_, standing| !gone(standing)));
        self.customers.retain(|_, own| !own.is_empty());
        self.nobody.retain(|_, (_, postings)| *postings != 0);
        Ok(())
    }

    /// A customer's accounts, by account and currency.
    pub fn of(&self, customer: CustomerId) -> impl Iterator<Item = (&AccountKey, &Standing)> {
        self.customers.get(&customer).into_iter().flatten()
    }

    /// The accounts of every customer.
    pub fn standings(&self) -> impl Iterator<Item = (CustomerId, &AccountKey, &Standing)> {
        self.customers
            .iter()
            .flat_map(|(id, own)| own.iter().map(move |(key, standing)| (*id, key, standing)))
    }

    /// Balances alone.
    #[must_use]
    pub fn without_lots(mut self) -> Self {
        self.sums_only = true;
        for standing in self.customers.values_mut().flat_map(BTreeMap::values_mut) {
            (standing.lots, standing.credits) = (Vec::new(), Vec::new());
        }
        self
    }

    /// Σ postings of an account by currency, whomever they name.
    pub fn ledger(&self, account: &str) -> Result<BTreeMap<AccountKey, Minor>, MoneyError> {
        let mut sums: BTreeMap<AccountKey, Minor> = BTreeMap::new();
        let customers = self.standings().map(|(_, key, standing)| (key, standing.balance));
        let nobody = self.nobody.iter().map(|(key, (sum, _))| (key, *sum));
        for (key, amount) in customers.chain(nobody).filter(|(key, _)| key.0 == account) {
            let sum = sums.entry(key.clone()).or_default();
            *sum = sum.add(amount)?;
        }
        Ok(sums)
    }

    fn standing(&mut self, customer: CustomerId, key: AccountKey) -> &mut Standing {
        self.customers.entry(customer).or_default().entry(key).or_default()
    }
}

/// Adds up neighbours of one key, and drops what comes to 0.
fn merge<T, K: PartialEq>(
    sorted: &mut Vec<T>,
    key: impl Fn(&T) -> K,
    amount: impl Fn(&mut T) -> &mut Minor,
) -> Result<(), MoneyError> {
    let mut merged: Vec<T> = Vec::with_capacity(sorted.len());
    for mut one in sorted.drain(..) {
        match merged.last_mut() {
            Some(last) if key(last) == key(&one) => {
                let sum = amount(last).add(*amount(&mut one))?;
                *amount(last) = sum;
            }
            _ => merged.push(one),
        }
    }
    merged.retain_mut(|one| !amount(one).is_zero());
    *sorted = merged;
    Ok(())
}

impl Standing {
    /// Σ postings = Σ open items, and nothing is cleared by more than it is. Settled books only.
    pub fn ties_out(&self) -> bool {
        let mut open = self.lots.iter().chain(self.credits.iter().map(|(_, lot)| lot));
        self.owed.sub(self.unapplied) == Ok(self.balance)
            && !self.owed.is_negative()
            && !self.unapplied.is_negative()
            && open.all(|lot| lot.2.is_positive())
    }

    /// Its lots come to what is owed, its credits to what is unapplied. Not of books without lots.
    pub fn lots_add_up(&self) -> Result<bool, MoneyError> {
        let owed = Minor::sum(self.lots.iter().map(|(.., open)| *open))?;
        let unapplied = Minor::sum(self.credits.iter().map(|(_, (.., open))| *open))?;
        Ok((owed, unapplied) == (self.owed, self.unapplied))
    }

    /// Its ages; by due date or document date.
    pub fn age(&self, as_of: NaiveDate, manner: &Manner) -> Result<Aging, MoneyError> {
        let mut aging = age_as(&self.lots, as_of, manner)?;
        aging.unapplied = aging.unapplied.add(self.unapplied)?;
        aging.total = aging.total.sub(self.unapplied)?;
        Ok(aging)
    }

    /// Of the receivables: what has no due date.
    pub fn without_due_date(&self) -> Result<Minor, MoneyError> {
        Minor::sum(self.lots.iter().filter(|(due, ..)| due.is_none()).map(|(.., open)| *open))
    }

    /// Credits that pay nothing yet, by number.
    pub fn open_credits(&self) -> usize {
        self.credits.len()
    }

    /// Whether any item is open.
    pub fn is_open(&self) -> bool {
        !self.lots.is_empty() || !self.credits.is_empty()
    }
}

#[cfg(test)]
mod tests;
