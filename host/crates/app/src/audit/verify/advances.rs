//! Tax of advances (预收款): every entry on its account says in an event of which advances it moved what; the rows are what events say, and
//! of each tax line stands the share of the money that is not used. So their sum, which is the account's balance, is the tax of unused advances.

use super::Run;
use crate::common::Common;
use crate::{advance, books};
use domain::ids::{CompanyId, DocumentId};
use domain::ledger::{AdvanceTax, account};
use money::{Currency, Minor, Money};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{Event, Posting};
use store::{Conn, query};

/// What the chain says, put together as its links are read.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// The company's accounts of tax on advances, now and before.
    codes: BTreeSet<String>,
    /// Each tax line that moved, by what it is of and what moved it.
    moved: BTreeMap<(String, String, String), Value>,
}

impl Chained {
    pub(super) fn begun(conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        let codes = books::accounts_of(conn, company, account::TAX_ON_ADVANCES)?;
        Ok(Chained { codes, ..Chained::default() })
    }
}

/// Advances read at a time.
const PAGE: u32 = 500;

fn key(moved: &Value, seal_ref: impl ToString) -> (String, String, String) {
    let text = |name: &str| moved.get(name).map(Value::to_string).unwrap_or_default();
    (text("document"), text("tax_line"), seal_ref.to_string())
}

/// Notes what events of an entry say; they say as much as it posts.
pub(super) fn note(run: &mut Run, postings: &[Posting], events: &[Event]) {
    let base_currency = run.company.base_currency;
    let on = |posting: &&Posting| run.advances.codes.contains(&posting.account);
    let own: Vec<&Posting> = postings.iter().filter(on).collect();
    let told = events.iter().filter_map(|event| event.data.0.get("advances")?.as_array()).flatten();
    let told: Vec<&Value> = told.collect();
    if own.is_empty() && told.is_empty() {
        return;
    }
    let at = match (events.first(), own.first()) {
        (Some(event), _) => event.seal_ref.simple().to_string(),
        (None, Some(posting)) => posting.entry.to_string(),
        (None, None) => return,
    };
    let mut sums: BTreeMap<Currency, (Minor, Minor)> = BTreeMap::new();
    for moved in told {
        let counted = read(moved, base_currency).and_then(|(money, base)| {
            let sum = sums.entry(money.currency()).or_default();
            *sum = (sum.0.add(money.minor()).ok()?, sum.1.add(base).ok()?);
            Some(())
        });
        if counted.is_none() {
            run.problem(&at, "it does not say how much tax of an advance moves");
        }
        run.advances.moved.insert(key(moved, &at), moved.clone());
    }
    for posting in own {
        let sum = sums.entry(posting.currency).or_default();
        if let (Ok(amount), Ok(base)) = (sum.0.sub(posting.amount), sum.1.sub(posting.base)) {
            *sum = (amount, base);
        }
    }
    for (currency, (amount, base)) in sums {
        if !amount.is_zero() || !base.is_zero() {
            let (amount, base) = (Money::new(amount, currency), Money::new(base, base_currency));
            run.problem(
                &at,
                format_args!("its events and its postings on tax on advances differ by {amount}, {base}"),
            );
        }
    }
}

/// What moves of the tax, and in base currency.
fn read(moved: &Value, base: Currency) -> Option<(Money, Minor)> {
    let decimal = |name: &str| money::parse_decimal(moved.get(name)?.as_str()?).ok();
    let currency = Currency::parse(moved.get("currency")?.as_str()?).ok()?;
    let money = Money::from_decimal(decimal("tax")?, currency).ok()?;
    Some((money, Money::from_decimal(decimal("base_tax")?, base).ok()?.minor()))
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { mut moved, .. } = std::mem::take(&mut run.advances);
    let (company, base) = (run.company.id, run.company.base_currency);
    let mut after: Option<DocumentId> = None;
    loop {
        let page = query::advances::documents(conn, company, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        let mut stands: BTreeMap<(DocumentId, u32), AdvanceTax> = BTreeMap::new();
        for row in query::advances::of_documents(conn, company, &page)? {
            let at = format!("{} tax line {} in advance", row.document, row.tax_line);
            let Value::Array(found) = advance::data(std::slice::from_ref(&row), base) else { continue };
            for found in found {
                match moved.remove(&key(&found, row.seal_ref.simple())) {
                    Some(sealed) if sealed == found => {}
                    Some(sealed) => run.problem(&at, format_args!("expected {sealed}, found {found}")),
                    None => run.problem(&at, "no event seals it"),
                }
            }
            let one = AdvanceTax {
                taxable: row.taxable,
                exempt: row.exempt,
                out_of_scope: row.out_of_scope,
                tax: row.tax,
                base_tax: row.base_tax,
            };
            let of = stands.entry((row.document, row.tax_line)).or_default();
            match of.add(one) {
                Ok(sum) => *of = sum,
                Err(error) => run.problem(&at, error),
            }
        }
        for ((document, line), wanted) in advance::expected(conn, company, &page, base)? {
            let found = stands.remove(&(document, line)).unwrap_or_default();
            if found != wanted {
                run.problem(
                    document,
                    format_args!("tax line {line} of unused money: expected {wanted:?}, found {found:?}"),
                );
            }
        }
        for (document, line) in stands.into_keys() {
            run.problem(document, format_args!("tax line {line} is none that moves"));
        }
    }
    for ((document, line, _), _) in moved {
        run.problem(document, format_args!("an event moves tax line {line} of it, but that is not there"));
    }
    Ok(())
}
