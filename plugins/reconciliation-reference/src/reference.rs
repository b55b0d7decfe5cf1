//! Which items a line names.

use crate::config::Config;
use crate::items::Items;
use crate::lines::Line;
use crate::token::{candidates, digits, nearly, normal, telling};

/// How an item was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// By its number or another reference, but for blanks and punctuation.
    Exact,
    /// By its digits alone.
    Digits,
    /// With one character wrong.
    Typo,
}

/// Items a line names, in the order of naming, with the weakest way in which one was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub items: Vec<u32>,
    pub how: How,
    /// (item, amount) of remittance advice with amounts
    pub amounts: Vec<(u32, i64)>,
}

/// References shorter than this are words, not numbers.
const TYPO_CHARS_MIN: usize = 6;
/// Open items of a payer that are compared for typing errors.
const TYPO_ITEMS_MAX: usize = 200;

/// Looks the line's references up. `payer` is the customer, when known: only among his items may a reference have
/// a typing error.
pub fn named(config: &Config, items: &Items, line: &Line, payer: Option<u32>) -> Option<Named> {
    let mut found = Named { items: Vec::new(), how: How::Exact, amounts: Vec::new() };
    for (reference, amount) in &line.remittances {
        let fitting = fitting(items, items.named(&normal(reference)), line, payer);
        if let [item] = fitting.as_slice() {
            add(&mut found.items, *item);
            if *amount > 0 {
                advise(&mut found.amounts, *item, *amount);
            }
        }
    }
    // in free words a year or an order "100" names nothing; where a reference is asked for, it does
    let free = [line.end_to_end.as_str(), line.free_text.as_str()];
    let words: Vec<String> = candidates(&line.structured)
        .into_iter()
        .chain(free.into_iter().flat_map(candidates).filter(|word| telling(word)))
        .collect();
    for word in &words {
        let fitting = fitting(items, items.named(word), line, payer);
        // a purchase order may name several invoices: all of them then
        fitting.into_iter().for_each(|item| add(&mut found.items, item));
    }
    if found.items.is_empty() {
        by_digits(items, line, payer, &words, &mut found);
    }
    if let (Some(payer), true) = (payer, config.typing_errors) {
        if found.items.is_empty() {
            by_typo(items, line, payer, &words, &mut found);
        }
        if let (true, Some(item)) = (found.how != How::Typo, slip(items, line, payer, &words, &found.items)) {
            found = Named { items: vec![item], how: How::Typo, amounts: Vec::new() };
        }
    }
    (!found.items.is_empty()).then_some(found)
}

/// Items of the line's currency with something left; when several customers have the number, the payer's own.
fn fitting(items: &Items, named: &[u32], line: &Line, payer: Option<u32>) -> Vec<u32> {
    let open: Vec<u32> = named
        .iter()
        .copied()
        .filter(|n| items.get(*n).is_some_and(|item| item.currency == line.currency && item.left > 0))
        .collect();
    let own = |n: &u32| payer.is_some_and(|payer| items.is_of(*n, payer));
    if open.iter().any(own) { open.into_iter().filter(own).collect() } else { open }
}

fn by_digits(items: &Items, line: &Line, payer: Option<u32>, words: &[String], found: &mut Named) {
    for key in words.iter().filter_map(|word| digits(word)) {
        if let [item] = fitting(items, items.with_digits(&key), line, payer).as_slice() {
            add(&mut found.items, *item);
            found.how = How::Digits;
        }
    }
}

fn by_typo(items: &Items, line: &Line, payer: u32, words: &[String], found: &mut Named) {
    let own = items.receivables(payer, &line.currency);
    // what names an item as it is has no typing error, also when nothing of that item is left
    for word in words.iter().filter(|word| items.named(word).is_empty()) {
        let near = near(items, &own, word);
        // consecutive numbers are near to each other: the amount then decides
        let exact: Vec<u32> = near.iter().copied().filter(|n| items.left(*n) == line.remaining).collect();
        match (near.as_slice(), exact.as_slice()) {
            ([item], _) | (_, [item]) => {
                add(&mut found.items, *item);
                found.how = How::Typo;
            }
            _ => {}
        }
    }
}

/// Where numbers are given in a row, one with a slip of the finger is another customer's. When a known payer names only items of
/// others, and not what they owe, the one item of his own that is near to a named number and has just the amount is meant.
fn slip(items: &Items, line: &Line, payer: u32, words: &[String], named: &[u32]) -> Option<u32> {
    let own = |n: &u32| items.is_of(*n, payer);
    let owed = named.iter().fold(0i64, |sum, n| sum.saturating_add(items.left(*n)));
    if named.iter().any(own) || owed == line.remaining {
        return None;
    }
    let mut open = items.receivables(payer, &line.currency);
    open.retain(|n| items.left(*n) == line.remaining);
    // an item of his own that is named, perhaps paid, is what he wrote
    let slipped = words.iter().filter(|word| !items.named(word).iter().any(own));
    let mut near: Vec<u32> = slipped.flat_map(|word| near(items, &open, word)).collect();
    near.sort_unstable();
    near.dedup();
    match near.as_slice() {
        [item] => Some(*item),
        _ => None,
    }
}

/// Items whose number is the word but for one slip.
fn near(items: &Items, own: &[u32], word: &str) -> Vec<u32> {
    if word.chars().count() < TYPO_CHARS_MIN {
        return Vec::new();
    }
    let numbers = own.iter().copied().take(TYPO_ITEMS_MAX);
    numbers.filter(|n| items.get(*n).is_some_and(|item| nearly(&normal(&item.number), word))).collect()
}

/// Several mentions of one item are one amount.
fn advise(amounts: &mut Vec<(u32, i64)>, item: u32, amount: i64) {
    match amounts.iter_mut().find(|(named, _)| *named == item) {
        Some((_, sum)) => *sum = sum.saturating_add(amount),
        None => amounts.push((item, amount)),
    }
}

fn add(list: &mut Vec<u32>, item: u32) {
    if !list.contains(&item) {
        list.push(item);
    }
}
