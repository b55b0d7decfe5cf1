use super::{NewAllocation, NewItem, Posting};
use crate::canonical::{CanonicalError, Digest, digest, with_lists};
use crate::ids::{CompanyId, DocumentId, EntryId};
use crate::time::{AccountingDate, Instant};
use money::{Currency, Minor, MoneyError};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// An entry that may not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LedgerError {
    #[error("the entry does not balance in {currency}: debits exceed credits by {difference}")]
    Unbalanced { currency: Currency, difference: String },
    #[error("the entry does not balance in base currency {currency}: debits exceed credits by {difference}")]
    UnbalancedBase { currency: Currency, difference: String },
    #[error("the entry has neither postings nor allocations")]
    Empty,
    #[error(
        "realised FX in {currency}: control accounts move by {posted} without an item, the allocations relieve {relieved}"
    )]
    Fx { currency: Currency, posted: String, relieved: String },
    #[error("line {line} on control account {account} names no customer")]
    NoCustomer { line: usize, account: String },
    #[error(
        "line {line}: {currency} is the base currency, but amount {amount} and base amount {base} differ"
    )]
    BaseDiffers { line: usize, currency: Currency, amount: String, base: String },
    #[error("open item {item} is not backed by a posting of the same account, customer, currency and amount")]
    ItemWithoutPosting { item: String },
    #[error(
        "line {line} on account {account}: {amount} {currency} is beyond the largest amount that is posted"
    )]
    TooLarge { line: usize, account: String, amount: String, currency: Currency },
    #[error("{what} must be positive, found {amount}")]
    NotPositive { what: &'static str, amount: String },
    #[error("the parts of what is payable come to {parts}, not to {payable}")]
    Parts { parts: String, payable: String },
    #[error("{what} must not be 0, found {amount}")]
    Zero { what: &'static str, amount: String },
    #[error("{0} is not supported on a posted document yet: enter it as a receipt and allocate it")]
    Unsupported(&'static str),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

/// What becomes an [`Entry`] if it balances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    pub id: EntryId,
    pub company: CompanyId,
    /// invoice | credit-note | late-fee | receipt | return | refund | write-off | allocation | unallocation | transfer |
    /// opening | adjustment | reversal | revaluation | regrouping | suspense | bank-move | delivery | bill | bill-endorsement | bill-discount |
    /// bill-payment | bill-dishonour | advance
    pub kind: String,
    pub effective_date: AccountingDate,
    pub posted_at: Instant,
    pub actor: String,
    pub base_currency: Currency,
    pub document: Option<(DocumentId, Digest)>,
    pub reverses: Option<EntryId>,
    pub postings: Vec<Posting>,
    pub items: Vec<NewItem>,
    pub allocations: Vec<NewAllocation>,
}

/// A balanced journal entry (分录): Σ amount = 0 in each transaction currency and Σ base = 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    draft: EntryDraft,
    events: Vec<Digest>,
}

impl Entry {
    /// Checks every invariant of a single entry.
    pub fn try_new(draft: EntryDraft) -> Result<Self, LedgerError> {
        if draft.postings.is_empty() && draft.allocations.is_empty() {
            return Err(LedgerError::Empty);
        }
        check_lines(&draft)?;
        check_balance(&draft)?;
        check_items(&draft)?;
        check_fx(&draft)?;
        Ok(Entry { draft, events: Vec::new() })
    }
    /// The entry with the events it carries, by their digests in the order of their ids: its content hash covers them, so
    /// that none can be changed, taken away or added later.
    #[must_use]
    pub fn carrying(self, events: Vec<Digest>) -> Self {
        Entry { events, ..self }
    }
    /// Of all its content: taken once it carries what it is to carry.
    pub fn content_hash(&self) -> Result<Digest, CanonicalError> {
        digest("entry.v1", &self.content())
    }
    /// The hashed content: ids, accounts, amounts, dates, codes and digests; no personal data.
    pub fn content(&self) -> Value {
        content(&self.draft, &self.events)
    }
}

impl std::ops::Deref for Entry {
    type Target = EntryDraft;
    fn deref(&self) -> &EntryDraft {
        &self.draft
    }
}

/// How a refusal names an account: what is a role's still by the role, since its number is the company's to choose.
fn called(account: &str) -> String {
    let (name, _) = super::account::unkeyed(account);
    super::account::Role::by_code(name).map_or(account, |role| role.name).to_owned()
}

fn check_lines(draft: &EntryDraft) -> Result<(), LedgerError> {
    for (line, posting) in draft.postings.iter().enumerate() {
        if super::account::CONTROL.contains(&posting.account.as_str()) && posting.customer.is_none() {
            return Err(LedgerError::NoCustomer { line, account: called(&posting.account) });
        }
        let base = (posting.base, draft.base_currency);
        for (amount, currency) in [(posting.amount, posting.currency), base] {
            if !amount.is_bounded() {
                let (account, amount) = (called(&posting.account), amount.format(currency));
                return Err(LedgerError::TooLarge { line, account, amount, currency });
            }
        }
        // a zero amount is an FX line: it moves the base currency alone
        if posting.currency == draft.base_currency
            && !posting.amount.is_zero()
            && posting.amount != posting.base
        {
            return Err(LedgerError::BaseDiffers {
                line,
                currency: posting.currency,
                amount: posting.amount.format(posting.currency),
                base: posting.base.format(draft.base_currency),
            });
        }
    }
    Ok(())
}

fn check_balance(draft: &EntryDraft) -> Result<(), LedgerError> {
    let mut by_currency: BTreeMap<Currency, Minor> = BTreeMap::new();
    let mut base = Minor::ZERO;
    for posting in &draft.postings {
        let sum = by_currency.entry(posting.currency).or_default();
        *sum = sum.add(posting.amount)?;
        base = base.add(posting.base)?;
    }
    for (currency, sum) in by_currency {
        if !sum.is_zero() {
            return Err(LedgerError::Unbalanced { currency, difference: sum.format(currency) });
        }
    }
    if !base.is_zero() {
        let currency = draft.base_currency;
        return Err(LedgerError::UnbalancedBase { currency, difference: base.format(currency) });
    }
    Ok(())
}

fn check_items(draft: &EntryDraft) -> Result<(), LedgerError> {
    for item in &draft.items {
        if !item.original.is_positive() {
            return Err(LedgerError::NotPositive {
                what: "an open item",
                amount: item.original.format(item.currency),
            });
        }
        let signed = if item.sign < 0 { item.original.neg()? } else { item.original };
        let base = if item.sign < 0 { item.base_original.neg()? } else { item.base_original };
        let backed = draft.postings.iter().any(|p| {
            p.item == Some(item.id)
                && p.account == item.account
                && p.customer == Some(item.customer)
                && p.currency == item.currency
                && p.amount == signed
                && p.base == base
        });
        if !backed || (item.sign != 1 && item.sign != -1) {
            return Err(LedgerError::ItemWithoutPosting { item: item.id.to_string() });
        }
    }
    Ok(())
}

/// What control accounts move in base currency without an item is the realised FX of the allocations, and nothing else.
fn check_fx(draft: &EntryDraft) -> Result<(), LedgerError> {
    let mut posted: BTreeMap<Currency, Minor> = BTreeMap::new();
    for posting in draft.postings.iter().filter(|p| p.customer.is_some() && p.item.is_none()) {
        let sum = posted.entry(posting.currency).or_default();
        *sum = sum.add(posting.base)?;
    }
    let mut relieved: BTreeMap<Currency, Minor> = BTreeMap::new();
    for allocation in &draft.allocations {
        let sum = relieved.entry(allocation.currency).or_default();
        *sum = sum.add(allocation.base_credit.sub(allocation.base_debit)?)?;
    }
    let currencies: BTreeSet<Currency> = posted.keys().chain(relieved.keys()).copied().collect();
    for currency in currencies {
        let of = |sums: &BTreeMap<Currency, Minor>| sums.get(&currency).copied().unwrap_or_default();
        let (posted, relieved) = (of(&posted), of(&relieved));
        if posted != relieved {
            let shown = |amount: Minor| amount.format(draft.base_currency);
            return Err(LedgerError::Fx { currency, posted: shown(posted), relieved: shown(relieved) });
        }
    }
    Ok(())
}

fn content(draft: &EntryDraft, events: &[Digest]) -> Value {
    let base = draft.base_currency;
    let postings: Vec<Value> = draft.postings.iter().map(|p| posting_content(p, base)).collect();
    // by id: the order in which a database gives them back
    let mut items: Vec<&NewItem> = draft.items.iter().collect();
    items.sort_by_key(|item| item.id);
    let items: Vec<Value> = items.into_iter().map(|i| item_content(i, base)).collect();
    let mut allocations: Vec<&NewAllocation> = draft.allocations.iter().collect();
    allocations.sort_by_key(|allocation| allocation.id);
    let allocations: Vec<Value> = allocations.into_iter().map(|a| allocation_content(a, base)).collect();
    let content = json!({
        "id": draft.id.to_string(),
        "company": draft.company.to_string(),
        "kind": draft.kind,
        "effective_date": draft.effective_date.to_string(),
        "posted_at": draft.posted_at.to_string(),
        "actor": draft.actor,
        "base_currency": base.code(),
        "document": draft.document.map(|(id, _)| id.to_string()),
        "document_digest": draft.document.map(|(_, digest)| digest.to_string()),
        "reverses": draft.reverses.map(|id| id.to_string()),
    });
    let events = events.iter().map(|digest| Value::String(digest.to_string())).collect();
    let lists = [("postings", postings), ("items", items), ("allocations", allocations), ("events", events)];
    with_lists(content, lists)
}

fn posting_content(p: &Posting, base: Currency) -> Value {
    json!({
        "account": p.account,
        "customer": p.customer.map(|id| id.to_string()),
        "currency": p.currency.code(),
        "amount": p.amount.format(p.currency),
        "base": p.base.format(base),
        "item": p.item.map(|id| id.to_string()),
        "tax_code": p.tax_code,
    })
}

fn item_content(i: &NewItem, base: Currency) -> Value {
    json!({
        "id": i.id.to_string(),
        "customer": i.customer.to_string(),
        "account": i.account,
        "document": i.document.map(|id| id.to_string()),
        "kind": i.kind,
        "sign": i.sign,
        "currency": i.currency.code(),
        "original": i.original.format(i.currency),
        "base_original": i.base_original.format(base),
        "due_date": i.due_date.map(|date| date.to_string()),
    })
}

fn allocation_content(a: &NewAllocation, base: Currency) -> Value {
    json!({
        "id": a.id.to_string(),
        "debit_item": a.debit_item.to_string(),
        "credit_item": a.credit_item.to_string(),
        "currency": a.currency.code(),
        "amount": a.amount.format(a.currency),
        "base_debit": a.base_debit.format(base),
        "base_credit": a.base_credit.format(base),
        "reverses": a.reverses.map(|id| id.to_string()),
    })
}
