//! Open items with their indexes, and what is left of each while proposals are made.
//!
//! Every question a line asks is one look into a map: by reference, by a customer's amount, by a customer's balance.
//! Only the search for sums looks at several items, and at no more than [`SCAN_MAX`].

use crate::token::{digits, normal};
use std::collections::{BTreeSet, HashMap};
use zhangben_sdk::columns::{NO_DAY, NO_ORDINAL, Texts, check_len};
use zhangben_sdk::reconciliation::ItemColumns;
use zhangben_sdk::{Problem, problem};

/// A currency by its place in the order of appearance: maps keyed by texts would copy them for each question.
pub type CurrencyId = u16;

/// Items of one account that are looked at for one line.
const SCAN_MAX: usize = 400;

/// An open item. Amounts are minor units.
#[derive(Debug, Clone)]
pub struct Item {
    pub customer: u32,
    pub parent: u32,
    pub sign: i32,
    /// Normalised: number, tax invoice, purchase order, delivery, structured reference, as far as given.
    pub names: Vec<Box<str>>,
    pub due: i32,
    pub currency: CurrencyId,
    pub open: i64,
    /// open − reserved − disputed, and 0 when blocked; falls as proposals take it.
    pub left: i64,
    /// Place of its account, and its place there.
    account: usize,
    rank: usize,
}

/// A customer's receivables in one currency, oldest due first, then by number, then by ordinal.
#[derive(Debug, Default)]
struct Account {
    order: Vec<u32>,
    /// Before this one, nothing is left of any.
    first: usize,
    /// How many have something left, and how much.
    count: usize,
    left: i64,
    /// Amount left → places in `order`.
    by_left: HashMap<i64, BTreeSet<usize>>,
}

#[derive(Debug, Default)]
pub struct Items {
    list: Vec<Item>,
    numbers: Texts,
    by_name: HashMap<Box<str>, Vec<u32>>,
    by_digits: HashMap<Box<str>, Vec<u32>>,
    by_amount: HashMap<(CurrencyId, i64), Vec<u32>>,
    accounts: Vec<Account>,
    account_of: HashMap<(u32, CurrencyId), usize>,
    /// Customers whose bills another pays: parent → children.
    children: HashMap<u32, BTreeSet<u32>>,
    currencies: Vec<String>,
    sorted: bool,
}

impl Items {
    /// Takes a part of the table; ordinals go on counting.
    pub fn load(&mut self, c: ItemColumns) -> Result<(), Problem> {
        let count = c.count;
        let numbers = [
            (c.customer.len(), "customer"),
            (c.parent_customer.len(), "parent_customer"),
            (c.sign.len(), "sign"),
            (c.due_date.len(), "due_date"),
            (c.document_date.len(), "document_date"),
            (c.open.len(), "open"),
            (c.reserved.len(), "reserved"),
            (c.disputed.len(), "disputed"),
            (c.blocked.len(), "blocked"),
        ];
        numbers.into_iter().try_for_each(|(len, name)| check_len(len, count, name))?;
        let number = Texts::read(c.number, count, "number")?;
        let currency = Texts::read(c.currency, count, "currency")?;
        let names = [
            Texts::read(c.tax_invoice_number, count, "tax_invoice_number")?,
            Texts::read(c.purchase_order, count, "purchase_order")?,
            Texts::read(c.delivery, count, "delivery")?,
            Texts::read(c.structured, count, "structured")?,
        ];
        let figures =
            c.customer.into_iter().zip(c.parent_customer).zip(c.sign).zip(c.due_date).zip(c.document_date);
        let amounts = c.open.into_iter().zip(c.reserved).zip(c.disputed).zip(c.blocked);
        for (row, (((((customer, parent), sign), due), date), (((open, reserved), disputed), blocked))) in
            figures.zip(amounts).enumerate()
        {
            let free = open.saturating_sub(reserved).saturating_sub(disputed).max(0);
            let currency = self.currency_or_new(currency.get(row))?;
            let others = names.iter().map(|texts| texts.get(row));
            let item = Item {
                customer,
                parent: if parent == NO_ORDINAL { customer } else { parent },
                sign,
                names: keys(std::iter::once(number.get(row)).chain(others)),
                due: if due == NO_DAY { date } else { due },
                currency,
                open,
                left: if blocked == 0 { free } else { 0 },
                account: 0,
                rank: 0,
            };
            self.add(item, number.get(row))?;
        }
        self.numbers.append(&number).ok_or_else(too_many)
    }

    fn currency_or_new(&mut self, code: &str) -> Result<CurrencyId, Problem> {
        if let Some(known) = self.currency(code) {
            return Ok(known);
        }
        self.currencies.push(code.to_owned());
        CurrencyId::try_from(self.currencies.len().saturating_sub(1)).map_err(|_| too_many())
    }

    /// The id of a currency that at least one item has.
    pub fn currency(&self, code: &str) -> Option<CurrencyId> {
        self.currencies.iter().position(|known| known == code).and_then(|n| CurrencyId::try_from(n).ok())
    }

    fn add(&mut self, mut item: Item, number: &str) -> Result<(), Problem> {
        let ordinal = u32::try_from(self.list.len()).map_err(|_| too_many())?;
        for name in &item.names {
            push(self.by_name.entry(name.clone()).or_default(), ordinal);
        }
        if let Some(key) = digits(number) {
            push(self.by_digits.entry(key.into()).or_default(), ordinal);
        }
        if item.sign == 1 {
            let key = (item.customer, item.currency);
            let next = self.accounts.len();
            item.account = *self.account_of.entry(key).or_insert(next);
            if item.account == next {
                self.accounts.push(Account::default());
            }
            if let Some(account) = self.accounts.get_mut(item.account) {
                account.order.push(ordinal);
            }
            self.by_amount.entry((item.currency, item.open)).or_default().push(ordinal);
            if item.parent != item.customer {
                self.children.entry(item.parent).or_default().insert(item.customer);
            }
        }
        self.list.push(item);
        self.sorted = false;
        Ok(())
    }

    /// Sorts the accounts and indexes what is left of their items. To be called once all items are there.
    pub fn prepare(&mut self) {
        if self.sorted {
            return;
        }
        let (list, numbers) = (&mut self.list, &self.numbers);
        for account in &mut self.accounts {
            let key = |ordinal: &u32| {
                let row = place(*ordinal);
                (list.get(row).map_or(0, |item| item.due), numbers.get(row), *ordinal)
            };
            account.order.sort_by(|a, b| key(a).cmp(&key(b)));
            let order = std::mem::take(&mut account.order);
            *account = Account::default();
            for (rank, ordinal) in order.iter().enumerate() {
                let Some(item) = list.get_mut(place(*ordinal)) else { continue };
                item.rank = rank;
                if item.left > 0 {
                    account.count = account.count.saturating_add(1);
                    account.left = account.left.saturating_add(item.left);
                    account.by_left.entry(item.left).or_default().insert(rank);
                }
            }
            account.order = order;
        }
        self.sorted = true;
    }

    pub fn get(&self, ordinal: u32) -> Option<&Item> {
        self.list.get(place(ordinal))
    }

    /// What may still be taken of an item.
    pub fn left(&self, ordinal: u32) -> i64 {
        self.get(ordinal).map_or(0, |item| item.left)
    }

    /// Takes `amount` of an item.
    pub fn take(&mut self, ordinal: u32, amount: i64) {
        let Some(item) = self.list.get_mut(place(ordinal)) else { return };
        let before = item.left;
        item.left = before.saturating_sub(amount);
        if item.sign != 1 {
            return;
        }
        let (after, rank) = (item.left, item.rank);
        let Some(account) = self.accounts.get_mut(item.account) else { return };
        account.left = account.left.saturating_sub(amount);
        if let Some(ranks) = account.by_left.get_mut(&before) {
            ranks.remove(&rank);
            if ranks.is_empty() {
                account.by_left.remove(&before);
            }
        }
        if after > 0 {
            account.by_left.entry(after).or_default().insert(rank);
        } else {
            account.count = account.count.saturating_sub(1);
        }
    }

    /// Items of this number, tax invoice, purchase order, delivery or structured reference.
    pub fn named(&self, key: &str) -> &[u32] {
        self.by_name.get(key).map_or(&[], Vec::as_slice)
    }

    /// Items whose number has just these digits.
    pub fn with_digits(&self, key: &str) -> &[u32] {
        self.by_digits.get(key).map_or(&[], Vec::as_slice)
    }

    fn account(&self, customer: u32, currency: CurrencyId) -> Option<&Account> {
        self.account_of.get(&(customer, currency)).and_then(|n| self.accounts.get(*n))
    }

    /// Number and sum of what a customer has open.
    pub fn balance(&self, customer: u32, currency: CurrencyId) -> (usize, i64) {
        self.account(customer, currency).map_or((0, 0), |account| (account.count, account.left))
    }

    /// A customer's receivables with just this much left, oldest due first; at most `most` of them.
    pub fn of_left(&self, customer: u32, currency: CurrencyId, left: i64, most: usize) -> Vec<u32> {
        let Some(account) = self.account(customer, currency) else { return Vec::new() };
        let ranks = account.by_left.get(&left).into_iter().flatten().take(most);
        ranks.filter_map(|rank| account.order.get(*rank).copied()).collect()
    }

    /// A customer's receivables with something left, oldest due first; at most `most`, of the first [`SCAN_MAX`].
    pub fn receivables(&mut self, customer: u32, currency: CurrencyId, most: usize) -> Vec<u32> {
        let Some(account) =
            self.account_of.get(&(customer, currency)).and_then(|n| self.accounts.get_mut(*n))
        else {
            return Vec::new();
        };
        let list = &self.list;
        let is_open = |ordinal: &u32| list.get(place(*ordinal)).is_some_and(|item| item.left > 0);
        // what is used up at the front is never looked at again
        while account.order.get(account.first).is_some_and(|ordinal| !is_open(ordinal)) {
            account.first = account.first.saturating_add(1);
        }
        let rest = account.order.get(account.first..).unwrap_or_default();
        rest.iter().take(SCAN_MAX.max(most)).filter(|ordinal| is_open(ordinal)).take(most).copied().collect()
    }

    /// Customers whose bills this one pays.
    pub fn children(&self, parent: u32) -> impl Iterator<Item = u32> {
        self.children.get(&parent).into_iter().flatten().copied()
    }

    /// Receivables of this open amount, whoever owes them.
    pub fn of_amount(&self, currency: CurrencyId, amount: i64, most: usize) -> Vec<u32> {
        self.by_amount.get(&(currency, amount)).into_iter().flatten().take(most).copied().collect()
    }
}

fn place(ordinal: u32) -> usize {
    usize::try_from(ordinal).unwrap_or(usize::MAX)
}

fn too_many() -> Problem {
    problem("too-many-items", "more items, currencies or text than this policy can hold").at("/items").build()
}

/// References shorter than this are words, not numbers.
const NAME_CHARS_MIN: usize = 3;

fn keys<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Box<str>> {
    let mut found: Vec<Box<str>> = Vec::new();
    for name in names.filter(|name| !name.is_empty()) {
        let key: Box<str> = normal(name).into();
        if key.len() >= NAME_CHARS_MIN && !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

fn push(list: &mut Vec<u32>, ordinal: u32) {
    if list.last() != Some(&ordinal) {
        list.push(ordinal);
    }
}
