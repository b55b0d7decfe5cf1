//! What stands at a day alone: an entry of two lines, and one that takes it back on the next day. A revaluation (期末调汇) posts so, and a
//! regrouping of credits as advances (重分类): both stand beside the control account, which stays the sum of its open items.

use super::{EntryDraft, LedgerError, Posting, account};
use crate::ids::{CompanyId, EntryId};
use crate::time::{AccountingDate, Instant};
use money::{Currency, Minor};

/// What is shown for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// The difference that the day's rate makes to an account of this role; unrealised.
    Revaluation(&'static str),
    /// Credits among receivables.
    Regrouping,
}

impl DayKind {
    /// The kind of its entries.
    pub const fn name(self) -> &'static str {
        match self {
            DayKind::Revaluation(_) => "revaluation",
            DayKind::Regrouping => "regrouping",
        }
    }
    const fn what(self) -> &'static str {
        match self {
            DayKind::Revaluation(_) => "a revaluation",
            DayKind::Regrouping => "a regrouping",
        }
    }
    /// The roles of the account that grows and of the one against it.
    const fn accounts(self) -> [&'static str; 2] {
        match self {
            DayKind::Revaluation(role) => [role, account::UNREALISED_FX],
            DayKind::Regrouping => [account::REGROUPED, account::ADVANCES],
        }
    }
}

/// An amount to post. `reversal` is the id of the entry that takes it back.
#[derive(Debug, Clone)]
pub struct DayPosting {
    pub kind: DayKind,
    pub entry: EntryId,
    pub reversal: EntryId,
    pub company: CompanyId,
    pub as_of: AccountingDate,
    pub posted_at: Instant,
    pub actor: String,
    pub currency: Currency,
    pub base_currency: Currency,
    /// In `currency`; none of a revaluation. Positive: the first account grows.
    pub amount: Minor,
    /// In base currency.
    pub base: Minor,
}

/// The entry of the day and the one that takes it back on the next.
pub fn post_for_a_day(posting: &DayPosting) -> Result<[EntryDraft; 2], LedgerError> {
    let (amount, base) = (posting.amount, posting.base);
    if amount.is_zero() && base.is_zero() {
        let amount = base.format(posting.base_currency);
        return Err(LedgerError::Zero { what: posting.kind.what(), amount });
    }
    let next = posting.as_of.date().succ_opt().map(AccountingDate::new);
    let next = next.ok_or(LedgerError::Unsupported("the last day of the calendar"))?;
    Ok([
        draft(posting, (posting.entry, None), posting.as_of, (amount, base))?,
        draft(posting, (posting.reversal, Some(posting.entry)), next, (amount.neg()?, base.neg()?))?,
    ])
}

fn draft(
    of: &DayPosting,
    (id, reverses): (EntryId, Option<EntryId>),
    effective_date: AccountingDate,
    (amount, base): (Minor, Minor),
) -> Result<EntryDraft, LedgerError> {
    let line = |code: &str, amount: Minor, base: Minor| Posting {
        account: code.to_owned(),
        customer: None,
        currency: of.currency,
        amount,
        base,
        item: None,
        tax_code: None,
    };
    let [grows, against] = of.kind.accounts();
    Ok(EntryDraft {
        id,
        company: of.company,
        kind: of.kind.name().to_owned(),
        effective_date,
        posted_at: of.posted_at,
        actor: of.actor.clone(),
        base_currency: of.base_currency,
        document: None,
        reverses,
        postings: vec![line(grows, amount, base), line(against, amount.neg()?, base.neg()?)],
        items: Vec::new(),
        allocations: Vec::new(),
    })
}

#[cfg(test)]
#[path = "for_a_day_tests.rs"]
mod tests;
