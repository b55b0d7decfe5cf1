//! An account whose every entry says in its events which lines of which documents moved, and by how much: what events say is put together
//! as the links of the chain are read, held against what the entries post, and then against the rows.

use crate::books;
use crate::common::Common;
use domain::ids::CompanyId;
use money::{Currency, Minor, Money};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::Conn;
use store::rows::Event;

/// What members of an event are called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    /// The list of what moved; the others are members of one of it.
    pub list: &'static str,
    /// The line of its document.
    pub line: &'static str,
    pub amount: &'static str,
    /// In base currency.
    pub base: &'static str,
}

/// By currency: Σ, and in base currency.
pub(super) type Sums = BTreeMap<Currency, (Minor, Minor)>;

/// What the chain says.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// The company's accounts of the role, now and before.
    pub codes: BTreeSet<String>,
    /// Each line that moved, by what it is about and what moved it.
    pub moved: BTreeMap<(String, String, String), Value>,
}

impl Chained {
    pub fn begun(conn: &mut Conn, company: CompanyId, role: &'static str) -> Result<Self, Common> {
        Ok(Chained { codes: books::accounts_of(conn, company, role)?, ..Chained::default() })
    }
    /// Notes what events of one thing say moved. Gives their sums, and how many do not say how much.
    pub fn note(&mut self, names: Names, at: &str, events: &[Event], base: Currency) -> (Sums, usize) {
        let (mut sums, mut unread) = (Sums::new(), 0);
        let told = events.iter().filter_map(|event| event.data.0.get(names.list)?.as_array()).flatten();
        for moved in told {
            let counted = read(names, moved, base).and_then(|(money, base)| {
                let sum = sums.entry(money.currency()).or_default();
                *sum = (sum.0.add(money.minor()).ok()?, sum.1.add(base).ok()?);
                Some(())
            });
            unread += usize::from(counted.is_none());
            self.moved.insert(key(names, moved, at), moved.clone());
        }
        (sums, unread)
    }
    /// Holds what a row says, in the words of an event, against what was sealed: what is wrong, if anything is.
    pub fn compare(&mut self, names: Names, found: &Value, seal_ref: impl ToString) -> Option<String> {
        match self.moved.remove(&key(names, found, seal_ref)) {
            Some(sealed) if sealed == *found => None,
            Some(sealed) => Some(format!("expected {sealed}, found {found}")),
            None => Some("no event seals it".to_owned()),
        }
    }
}

/// What of the sums is not nothing, in its own and in base currency.
pub(super) fn differences(sums: Sums, base: Currency) -> impl Iterator<Item = (Money, Money)> {
    let differs =
        |(_, (amount, in_base)): &(Currency, (Minor, Minor))| !amount.is_zero() || !in_base.is_zero();
    sums.into_iter()
        .filter(differs)
        .map(move |(currency, (amount, in_base))| (Money::new(amount, currency), Money::new(in_base, base)))
}

fn key(names: Names, moved: &Value, seal_ref: impl ToString) -> (String, String, String) {
    let text = |name: &str| moved.get(name).map(Value::to_string).unwrap_or_default();
    (text("document"), text(names.line), seal_ref.to_string())
}

/// What moves, and in base currency.
fn read(names: Names, moved: &Value, base: Currency) -> Option<(Money, Minor)> {
    let decimal = |name: &str| money::parse_decimal(moved.get(name)?.as_str()?).ok();
    let currency = Currency::parse(moved.get("currency")?.as_str()?).ok()?;
    let money = Money::from_decimal(decimal(names.amount)?, currency).ok()?;
    Some((money, Money::from_decimal(decimal(names.base)?, base).ok()?.minor()))
}
