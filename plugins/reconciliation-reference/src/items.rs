//! Open items with their indexes, and what is left of each while proposals are made.

use crate::token::{digits, normal};
use std::collections::HashMap;
use zhangben_sdk::columns::{NO_DAY, NO_ORDINAL, Texts, check_len};
use zhangben_sdk::reconciliation::ItemColumns;
use zhangben_sdk::{Problem, problem};

/// An open item. Amounts are minor units.
#[derive(Debug, Clone)]
pub struct Item {
    pub customer: u32,
    pub parent: u32,
    pub sign: i32,
    pub number: String,
    pub due: i32,
    pub currency: String,
    pub original: i64,
    pub open: i64,
    /// open − reserved − disputed, and 0 when blocked; falls as proposals take it.
    pub left: i64,
}

/// A customer's items in one currency.
type Account = (u32, String);

#[derive(Debug, Default)]
pub struct Items {
    list: Vec<Item>,
    by_name: HashMap<String, Vec<u32>>,
    by_digits: HashMap<String, Vec<u32>>,
    by_account: HashMap<Account, Vec<u32>>,
    by_amount: HashMap<(String, i64), Vec<u32>>,
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
            (c.original.len(), "original"),
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
        let amounts = c.original.into_iter().zip(c.open).zip(c.reserved).zip(c.disputed).zip(c.blocked);
        for (row, (figures, amounts)) in figures.zip(amounts).enumerate() {
            let ((((customer, parent), sign), due), date) = figures;
            let ((((original, open), reserved), disputed), blocked) = amounts;
            let free = open.saturating_sub(reserved).saturating_sub(disputed).max(0);
            let item = Item {
                customer,
                parent: if parent == NO_ORDINAL { customer } else { parent },
                sign,
                number: number.get(row).to_owned(),
                due: if due == NO_DAY { date } else { due },
                currency: currency.get(row).to_owned(),
                original,
                open,
                left: if blocked == 0 { free } else { 0 },
            };
            let others: Vec<&str> = names.iter().map(|texts| texts.get(row)).collect();
            self.add(item, &others)?;
        }
        Ok(())
    }

    fn add(&mut self, item: Item, others: &[&str]) -> Result<(), Problem> {
        let ordinal = u32::try_from(self.list.len())
            .map_err(|_| problem("too-many-items", "more items than ordinals").at("/items").build())?;
        for name in std::iter::once(item.number.as_str()).chain(others.iter().copied()) {
            let key = normal(name);
            if key.len() >= 3 {
                push(self.by_name.entry(key).or_default(), ordinal);
            }
        }
        if let Some(key) = digits(&item.number) {
            push(self.by_digits.entry(key).or_default(), ordinal);
        }
        self.by_account.entry((item.customer, item.currency.clone())).or_default().push(ordinal);
        self.by_amount.entry((item.currency.clone(), item.open)).or_default().push(ordinal);
        self.list.push(item);
        Ok(())
    }

    pub fn get(&self, ordinal: u32) -> Option<&Item> {
        usize::try_from(ordinal).ok().and_then(|n| self.list.get(n))
    }

    /// Whether the payer owes an item, or stands above whoever does.
    pub fn is_of(&self, ordinal: u32, payer: u32) -> bool {
        self.get(ordinal).is_some_and(|item| item.customer == payer || item.parent == payer)
    }

    /// What may still be taken of an item.
    pub fn left(&self, ordinal: u32) -> i64 {
        self.get(ordinal).map_or(0, |item| item.left)
    }

    /// Whether nothing was paid of it yet, nor is about to be.
    pub fn is_whole(&self, ordinal: u32) -> bool {
        self.get(ordinal).is_some_and(|item| item.left == item.original)
    }

    /// Takes `amount` of an item.
    pub fn take(&mut self, ordinal: u32, amount: i64) {
        if let Some(item) = usize::try_from(ordinal).ok().and_then(|n| self.list.get_mut(n)) {
            item.left = item.left.saturating_sub(amount);
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

    /// A customer's receivables in a currency with something left, oldest due first, then by number.
    pub fn receivables(&self, customer: u32, currency: &str) -> Vec<u32> {
        let all = self.by_account.get(&(customer, currency.to_owned())).map_or(&[][..], Vec::as_slice);
        let mut open: Vec<(i32, &str, u32)> = all
            .iter()
            .filter_map(|n| self.get(*n).map(|item| (*n, item)))
            .filter(|(_, item)| item.sign == 1 && item.left > 0)
            .map(|(n, item)| (item.due, item.number.as_str(), n))
            .collect();
        open.sort_unstable();
        open.into_iter().map(|(_, _, n)| n).collect()
    }

    /// All receivables of this open amount, whoever owes them.
    pub fn of_amount(&self, currency: &str, amount: i64) -> Vec<u32> {
        let all = self.by_amount.get(&(currency.to_owned(), amount)).map_or(&[][..], Vec::as_slice);
        all.iter().copied().filter(|n| self.get(*n).is_some_and(|item| item.sign == 1)).collect()
    }
}

fn push(list: &mut Vec<u32>, ordinal: u32) {
    if list.last() != Some(&ordinal) {
        list.push(ordinal);
    }
}
