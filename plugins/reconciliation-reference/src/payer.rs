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
    /// (normalised pattern, customer), the longest first
    aliases: Vec<(String, u32)>,
}

/// Aliases shorter than this would match anything.
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
        let mut aliases: Vec<(String, u32)> = setup
            .aliases
            .iter()
            .map(|alias| (normal(&alias.pattern), alias.customer))
            .filter(|(pattern, _)| pattern.chars().count() >= ALIAS_CHARS_MIN)
            .collect();
        aliases.sort_by(|a, b| {
            (std::cmp::Reverse(a.0.len()), &a.0, a.1).cmp(&(std::cmp::Reverse(b.0.len()), &b.0, b.1))
        });
        Payers { by_account, by_name, aliases }
    }

    /// The customer a line's payer is, if one and only one.
    pub fn of_line(&self, line: &Line) -> Option<(u32, Known)> {
        if let Some(customer) = line.customer_hint {
            return Some((customer, Known::Account));
        }
        let account = normal(&line.payer_account);
        if let Some(customer) = self.by_account.get(&account).copied().flatten() {
            return Some((customer, Known::Account));
        }
        let name = normal(&line.payer_name);
        if let Some(customer) = self.by_name.get(&name).copied().flatten() {
            return Some((customer, Known::Name));
        }
        let text = normal(&line.free_text);
        let alias = self.aliases.iter().find(|(pattern, _)| name.contains(pattern) || text.contains(pattern));
        alias.map(|(_, customer)| (*customer, Known::Name))
    }
}

/// Two customers under one key make it say nothing.
fn note(map: &mut HashMap<String, Option<u32>>, key: String, customer: u32) {
    if key.is_empty() {
        return;
    }
    map.entry(key).and_modify(|known| *known = known.filter(|c| *c == customer)).or_insert(Some(customer));
}
