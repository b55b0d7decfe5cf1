//! Money in suspense: every entry on the account says of which item it is; the list is made anew from what the chain says, and is the
//! account's balance, in both currencies.

use super::Run;
use crate::books;
use crate::common::Common;
use crate::suspense::left;
use domain::ids::{CompanyId, SuspenseId};
use domain::ledger::account;
use domain::time::AccountingDate;
use money::{Currency, Minor, Money};
use std::collections::{BTreeMap, BTreeSet};
use store::query::history::EntryHistory;
use store::rows::Event;
use store::{Conn, query};

/// What the chain says, put together as its links are read.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// The company's accounts of suspense, now and before.
    codes: BTreeSet<String>,
    /// What is left of each item.
    items: BTreeMap<String, (Currency, Minor)>,
    /// Credit balance of the account: amount and base amount.
    account: BTreeMap<Currency, (Minor, Minor)>,
}

impl Chained {
    pub(super) fn begun(conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        Ok(Chained { codes: books::accounts_of(conn, company, account::SUSPENSE)?, ..Chained::default() })
    }
}

/// Rows read at a time.
const PAGE: u32 = 500;

/// Notes an entry, and that its events say as much as its postings.
pub(super) fn note(run: &mut Run, history: &EntryHistory, events: &[Event]) {
    let place = history.entry.id;
    let mut posted: BTreeMap<Currency, Minor> = BTreeMap::new();
    let codes = run.suspense.codes.clone();
    for posting in history.postings.iter().filter(|posting| codes.contains(&posting.account)) {
        let sum = run.suspense.account.entry(posting.currency).or_default();
        let own = posted.entry(posting.currency).or_default();
        match (sum.0.sub(posting.amount), sum.1.sub(posting.base), own.sub(posting.amount)) {
            (Ok(amount), Ok(base), Ok(entry)) => (*sum, *own) = ((amount, base), entry),
            _ => run.problem(place, "its sum on the suspense account is out of bounds"),
        }
    }
    let mut told: BTreeMap<Currency, Minor> = BTreeMap::new();
    for event in events.iter().filter(|event| event.data.0.get("suspense").is_some()) {
        let Some((item, money)) = read(event) else {
            run.problem(event.id, "it does not say which money in suspense it is about");
            continue;
        };
        let sum = told.entry(money.currency()).or_default();
        let of = run.suspense.items.entry(item).or_insert((money.currency(), Minor::ZERO));
        match (sum.add(money.minor()), of.1.add(money.minor())) {
            (Ok(entry), Ok(left)) => (*sum, of.1) = (entry, left),
            _ => run.problem(place, "what its events say of suspense is out of bounds"),
        }
    }
    posted.retain(|_, sum| !sum.is_zero());
    told.retain(|_, sum| !sum.is_zero());
    if posted != told {
        let shown = |sums: &BTreeMap<Currency, Minor>| {
            let one = |(currency, sum): (&Currency, &Minor)| Money::new(*sum, *currency).to_string();
            sums.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let what = "what goes to suspense by its events and by its postings";
        run.same(place, what, shown(&told), shown(&posted));
    }
}

/// The item, and what goes to it.
fn read(event: &Event) -> Option<(String, Money)> {
    let text = |name: &str| event.data.0.get(name)?.as_str();
    let currency = Currency::parse(text("currency")?).ok()?;
    let amount = money::parse_decimal(text("amount")?).ok()?;
    Some((text("suspense")?.to_owned(), Money::from_decimal(amount, currency).ok()?))
}

/// The rows are what the chain says, and their sum is the account's.
pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { mut items, account, .. } = std::mem::take(&mut run.suspense);
    let (company, base_currency) = (run.company.id, run.company.base_currency);
    let mut listed: BTreeMap<Currency, (Minor, Minor)> = BTreeMap::new();
    let mut after: Option<SuspenseId> = None;
    let ever = AccountingDate::new(super::customers::END_OF_TIME);
    loop {
        let page = query::suspense::page(conn, company, ever, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let ids: Vec<SuspenseId> = page.iter().map(|item| item.id).collect();
        let moves = query::suspense::moves_of(conn, company, &ids)?;
        for item in &page {
            let (open, base) = left(item, &moves)?;
            let chained = items.remove(&item.id.to_string());
            let (currency, sealed) = chained.unwrap_or((item.currency, Minor::ZERO));
            let found = Money::new(open, item.currency).to_string();
            run.same(item.id, "what is left of it", Money::new(sealed, currency).to_string(), found);
            let sum = listed.entry(item.currency).or_default();
            *sum = (sum.0.add(open)?, sum.1.add(base)?);
        }
    }
    for item in items.into_keys() {
        run.problem(item, "the chain has it in suspense, the list does not");
    }
    let currencies: BTreeSet<Currency> = listed.keys().chain(account.keys()).copied().collect();
    for currency in currencies {
        let of = |sums: &BTreeMap<Currency, (Minor, Minor)>| sums.get(&currency).copied().unwrap_or_default();
        let (ledger, list) = (of(&account), of(&listed));
        let place = format!("suspense in {currency}");
        let what = "the ledger's balance and the list of what is in suspense";
        run.same(&place, what, ledger.0.format(currency), list.0.format(currency));
        let what = "the ledger's balance and the list of what is in suspense, in base currency";
        run.same(&place, what, ledger.1.format(base_currency), list.1.format(base_currency));
    }
    Ok(())
}
