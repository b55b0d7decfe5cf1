//! Revaluation of foreign currency at a day (期末调汇; IAS 21.23, 企业会计准则第19号 第十一条): monetary items are shown at the
//! day's rate. The difference to what the ledger carries them at is unrealised: it stands beside the control account, which
//! stays the sum of its open items, and is taken back on the next day, so that realised FX is always reckoned from the
//! rate of the document. On an account that no items make up (短期借款 on a bill that was discounted with recourse) it stands itself.

use super::{EntryDraft, FxRate, LedgerError, Posting, account};
use crate::ids::{CompanyId, EntryId};
use crate::time::{AccountingDate, Instant};
use money::{Currency, Minor, MoneyError};

/// What an account of one currency comes to at a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    pub currency: Currency,
    /// In `currency`; debit positive.
    pub balance: Minor,
    /// In base currency, with what revaluations of the same day added already.
    pub carrying: Minor,
}

impl Carried {
    /// What the balance is worth in base currency, and how much that is more than it is carried at.
    pub fn valued(&self, rate: &FxRate, base: Currency) -> Result<(Minor, Minor), MoneyError> {
        let value = rate.to_base(self.balance, self.currency, base)?;
        Ok((value, value.sub(self.carrying)?))
    }
}

/// A difference to post. `reversal` is the id of the entry that takes it back.
#[derive(Debug, Clone)]
pub struct RevaluationPosting {
    pub entry: EntryId,
    pub reversal: EntryId,
    pub company: CompanyId,
    pub as_of: AccountingDate,
    pub posted_at: Instant,
    pub actor: String,
    /// The role of the account on which the difference stands.
    pub account: &'static str,
    pub currency: Currency,
    pub base_currency: Currency,
    /// In base currency; positive: receivables are worth more, or debts less, than they are carried at.
    pub difference: Minor,
}

/// The entry of the day and the one that takes it back on the next.
pub fn post_revaluation(posting: &RevaluationPosting) -> Result<[EntryDraft; 2], LedgerError> {
    if posting.difference.is_zero() {
        let amount = posting.difference.format(posting.base_currency);
        return Err(LedgerError::Zero { what: "a revaluation", amount });
    }
    let next = posting.as_of.date().succ_opt().map(AccountingDate::new);
    let next = next.ok_or(LedgerError::Unsupported("the last day of the calendar"))?;
    Ok([
        draft(posting, posting.entry, None, posting.as_of, posting.difference)?,
        draft(posting, posting.reversal, Some(posting.entry), next, posting.difference.neg()?)?,
    ])
}

fn draft(
    of: &RevaluationPosting,
    id: EntryId,
    reverses: Option<EntryId>,
    effective_date: AccountingDate,
    difference: Minor,
) -> Result<EntryDraft, LedgerError> {
    let line = |code: &str, base: Minor| Posting {
        account: code.to_owned(),
        customer: None,
        currency: of.currency,
        amount: Minor::ZERO,
        base,
        item: None,
        tax_code: None,
    };
    Ok(EntryDraft {
        id,
        company: of.company,
        kind: "revaluation".to_owned(),
        effective_date,
        posted_at: of.posted_at,
        actor: of.actor.clone(),
        base_currency: of.base_currency,
        document: None,
        reverses,
        postings: vec![line(of.account, difference), line(account::UNREALISED_FX, difference.neg()?)],
        items: Vec::new(),
        allocations: Vec::new(),
    })
}

#[cfg(test)]
#[path = "revaluation_tests.rs"]
mod tests;
