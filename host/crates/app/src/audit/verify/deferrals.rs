//! What was invoiced and is not delivered (合同负债): every entry on the account says in its events which lines of invoices moved, and by how
//! much; the rows are what events say, none waits for less than nothing, and so their sum is the account's balance.

use super::Run;
use crate::books;
use crate::common::Common;
use crate::delivery::deferral;
use domain::deferral::Deferred;
use domain::ids::{CompanyId, DocumentId};
use domain::ledger::account;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{Event, Posting};
use store::{Conn, query};

/// What the chain says, put together as its links are read.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// The company's accounts of the contract liability, now and before.
    codes: BTreeSet<String>,
    /// Each line that moved, by what it is about and what moved it.
    moved: BTreeMap<(String, String, String), Value>,
}

impl Chained {
    pub(super) fn begun(conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        let codes = books::accounts_of(conn, company, account::CONTRACT_LIABILITY)?;
        Ok(Chained { codes, ..Chained::default() })
    }
}

/// Invoices read at a time.
const PAGE: u32 = 500;

fn key(moved: &Value, seal_ref: impl ToString) -> (String, String, String) {
    let text = |name: &str| moved.get(name).map(Value::to_string).unwrap_or_default();
    (text("document"), text("line"), seal_ref.to_string())
}

/// Notes what events of an entry, or one that is sealed alone, say; they say as much as the entry posts.
pub(super) fn note(run: &mut Run, postings: &[Posting], events: &[Event]) {
    let base_currency = run.company.base_currency;
    let Some(first) = events.first() else {
        let on = postings.iter().find(|posting| run.deferrals.codes.contains(&posting.account));
        if let Some(entry) = on.map(|posting| posting.entry) {
            run.problem(entry, "no event says what it moves on the contract liability");
        }
        return;
    };
    let at = first.seal_ref.simple().to_string();
    let mut sums: BTreeMap<Currency, (Minor, Minor)> = BTreeMap::new();
    let told = events.iter().filter_map(|event| event.data.0.get("deferred")?.as_array()).flatten();
    for moved in told {
        let counted = read(moved, base_currency).and_then(|(money, base)| {
            let sum = sums.entry(money.currency()).or_default();
            *sum = (sum.0.add(money.minor()).ok()?, sum.1.add(base).ok()?);
            Some(())
        });
        if counted.is_none() {
            run.problem(&at, "it does not say how much of an invoice waits for its goods");
        }
        run.deferrals.moved.insert(key(moved, &at), moved.clone());
    }
    for posting in postings.iter().filter(|posting| run.deferrals.codes.contains(&posting.account)) {
        let sum = sums.entry(posting.currency).or_default();
        // a credit is what waits more
        if let (Ok(amount), Ok(base)) = (sum.0.add(posting.amount), sum.1.add(posting.base)) {
            *sum = (amount, base);
        }
    }
    for (currency, (amount, base)) in sums {
        if !amount.is_zero() || !base.is_zero() {
            let (amount, base) = (Money::new(amount, currency), Money::new(base, base_currency));
            run.problem(
                &at,
                format_args!(
                    "its events and its postings on the contract liability differ by {amount}, {base}"
                ),
            );
        }
    }
}

/// What moves, and in base currency.
fn read(moved: &Value, base: Currency) -> Option<(Money, Minor)> {
    let decimal = |name: &str| money::parse_decimal(moved.get(name)?.as_str()?).ok();
    let currency = Currency::parse(moved.get("currency")?.as_str()?).ok()?;
    let money = Money::from_decimal(decimal("amount")?, currency).ok()?;
    Some((money, Money::from_decimal(decimal("base")?, base).ok()?.minor()))
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { mut moved, .. } = std::mem::take(&mut run.deferrals);
    let (company, base) = (run.company.id, run.company.base_currency);
    let mut after: Option<DocumentId> = None;
    loop {
        let page = query::deferrals::documents(conn, company, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        let mut waits: BTreeMap<(DocumentId, u32), Deferred> = BTreeMap::new();
        for row in query::deferrals::of_documents(conn, company, &page)? {
            let at = format!("{} line {} deferred", row.document, row.line);
            let Value::Array(found) = deferral::data(std::slice::from_ref(&row), base) else { continue };
            for found in found {
                match moved.remove(&key(&found, row.seal_ref.simple())) {
                    Some(sealed) if sealed == found => {}
                    Some(sealed) => run.problem(&at, format_args!("expected {sealed}, found {found}")),
                    None => run.problem(&at, "no event seals it"),
                }
            }
            let of = waits.entry((row.document, row.line)).or_default();
            let one = Deferred { quantity: row.quantity, amount: row.amount, base: row.base };
            match of.add(one) {
                Ok(sum) => *of = sum,
                Err(error) => run.problem(&at, error),
            }
        }
        for ((document, line), left) in waits {
            if left.quantity < Decimal::ZERO || left.amount.is_negative() || left.base.is_negative() {
                run.problem(document, format_args!("more was delivered of line {line} than waits for it"));
            }
        }
    }
    for ((document, line, _), _) in moved {
        run.problem(document, format_args!("an event defers line {line}, but it is not there"));
    }
    Ok(())
}
