//! Who paid: by the account, a name, an alias that people confirmed.

use crate::lines::Line;
use crate::token::normal;
use std::collections::HashMap;
use zhangben_sdk::reconciliation::Setup;

/// How a payer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Told by the host, or by the account: as good as certain.
    Account,
    /// By name or alias: likely.
    Name,
}

#[derive(Debug)]
pub struct Payers {
    by_account: HashMap<String, Option<u32>>,
    by_name: HashMap<String, Option<u32>>,
    /// First characters of a normalised pattern → (pattern, customer), the longest first.
    aliases: HashMap<String, Vec<(String, u32)>>,
}

/// Aliases shorter than this would match anything; it is also how many characters they are indexed by.
const ALIAS_CHARS_MIN: usize = 4;

impl Payers {
    pub fn of(setup: &Setup) -> Self {
        let mut by_account = HashMap::new();
        let mut by_name = HashMap::new();
        for customer in &setup.customers {
            for account in &customer.accounts {
                note(&mut by_account, normal(account), customer.customer);
            }
            note(&mut by_name, normal(&customer.name), customer.customer);
        }
        let mut aliases: HashMap<String, Vec<(String, u32)>> = HashMap::new();
        for alias in &setup.aliases {
            let pattern = normal(&alias.pattern);
            if let Some(head) = head(&pattern) {
                aliases.entry(head.to_owned()).or_default().push((pattern, alias.customer));
            }
        }
        for list in aliases.values_mut() {
            list.sort_by(|a, b| {
                (std::cmp::Reverse(a.0.len()), &a.0, a.1).cmp(&(std::cmp::Reverse(b.0.len()), &b.0, b.1))
            });
        }
        Payers { by_account, by_name, aliases }
    }

    /// The customer a line's payer is, if one and only one.
    pub fn of_line(&self, line: &Line) -> Option<(u32, Known)> {
        if let Some(customer) = line.customer_hint {
            return Some((customer, Known::Account));
        }
        if let Some(customer) = self.by_account.get(&normal(&line.payer_account)).copied().flatten() {
            return Some((customer, Known::Account));
        }
        // who pays for another says so
        for name in [&line.ultimate_debtor, &line.payer_name] {
            if let Some(customer) = self.by_name.get(&normal(name)).copied().flatten() {
                return Some((customer, Known::Name));
            }
        }
        if self.aliases.is_empty() {
            return None;
        }
        let texts = [&line.payer_name, &line.free_text];
        texts
            .into_iter()
            .find_map(|text| self.alias_in(&normal(text)))
            .map(|customer| (customer, Known::Name))
    }

    /// The longest alias at the first place where one stands.
    fn alias_in(&self, text: &str) -> Option<u32> {
        text.char_indices().find_map(|(at, _)| {
            let rest = text.get(at..)?;
            let list = self.aliases.get(head(rest)?)?;
            list.iter().find(|(pattern, _)| rest.starts_with(pattern)).map(|(_, customer)| *customer)
        })
    }
}

fn head(text: &str) -> Option<&str> {
    let (last, character) = text.char_indices().nth(ALIAS_CHARS_MIN.checked_sub(1)?)?;
    text.get(..last.checked_add(character.len_utf8())?)
}

/// Two customers under one key make it say nothing.
fn note(map: &mut HashMap<String, Option<u32>>, key: String, customer: u32) {
    if key.is_empty() {
        return;
    }
    map.entry(key).and_modify(|known| *known = known.filter(|c| *c == customer)).or_insert(Some(customer));
}
