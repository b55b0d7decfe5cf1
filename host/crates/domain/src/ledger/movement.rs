//! Money that moves without a customer: into suspense (待查款) and out of it, between accounts of the company (划转), to a bank as
//! its fee (手续费).
//!
//! | act | debit | credit |
//! |---|---|---|
//! | unidentified money comes in | the bank's account | suspense |
//! | it is paid back | suspense | the bank's account |
//! | it is taken to income | suspense | unclaimed money |
//! | a provider pays out | the bank's account | the provider's clearing account |
//! | a fee is taken | bank charges | the account |
//!
//! Each side has the base amount that it is carried at; the difference is FX. What is taken back is the same, negative (红字).

use super::{EntryDraft, LedgerError, Posting, account};
use crate::ids::{CompanyId, EntryId};
use crate::time::{AccountingDate, Instant};
use money::{Currency, Minor};

/// The kind of entries that move money into suspense and out of it.
pub const SUSPENSE_ENTRY: &str = "suspense";
/// The kind of entries that move money between accounts of the company, or take a fee.
pub const BANK_MOVE: &str = "bank-move";

/// Money from one account to another: (code, base amount), `amount` positive.
#[derive(Debug, Clone)]
pub struct MovementPosting {
    pub entry: EntryId,
    pub company: CompanyId,
    /// [`SUSPENSE_ENTRY`] | [`BANK_MOVE`]
    pub kind: &'static str,
    pub effective_date: AccountingDate,
    pub posted_at: Instant,
    pub actor: String,
    pub currency: Currency,
    pub base_currency: Currency,
    pub amount: Minor,
    pub debit: (String, Minor),
    pub credit: (String, Minor),
}

/// Debit against credit.
pub fn post_movement(posting: MovementPosting) -> Result<EntryDraft, LedgerError> {
    if !posting.amount.is_positive() {
        let amount = posting.amount.format(posting.currency);
        return Err(LedgerError::NotPositive { what: "a movement of money", amount });
    }
    posted(posting, None)
}

/// The same, negative: the entry `reverses` is taken back.
pub fn post_movement_back(posting: MovementPosting, reverses: EntryId) -> Result<EntryDraft, LedgerError> {
    let MovementPosting { amount, debit, credit, .. } = &posting;
    let amount = amount.neg()?;
    let (debit, credit) = ((debit.0.clone(), debit.1.neg()?), (credit.0.clone(), credit.1.neg()?));
    posted(MovementPosting { amount, debit, credit, ..posting }, Some(reverses))
}

fn posted(posting: MovementPosting, reverses: Option<EntryId>) -> Result<EntryDraft, LedgerError> {
    let line = |code: &str, amount: Minor, base: Minor| Posting {
        account: code.to_owned(),
        customer: None,
        currency: posting.currency,
        amount,
        base,
        item: None,
        tax_code: None,
    };
    let (debit, credit) = (&posting.debit, &posting.credit);
    let mut postings = vec![
        line(&debit.0, posting.amount, debit.1),
        line(&credit.0, posting.amount.neg()?, credit.1.neg()?),
    ];
    let fx = credit.1.sub(debit.1)?;
    if !fx.is_zero() {
        postings.push(line(account::FX, Minor::ZERO, fx));
    }
    Ok(EntryDraft {
        id: posting.entry,
        company: posting.company,
        kind: posting.kind.to_owned(),
        effective_date: posting.effective_date,
        posted_at: posting.posted_at,
        actor: posting.actor,
        base_currency: posting.base_currency,
        document: None,
        reverses,
        postings,
        items: Vec::new(),
        allocations: Vec::new(),
    })
}

/// The base amount that `part` carries of `original`, of which `open` with `open_base` is left: its share, half-up; what takes all
/// that is open takes the rest, as of an open item.
pub fn carried(
    (original, base): (Minor, Minor),
    (open, open_base): (Minor, Minor),
    part: Minor,
) -> Result<Minor, money::MoneyError> {
    if part == open {
        return Ok(open_base);
    }
    let share = base.share(part, original, money::Rounding::HalfUp)?;
    Ok(share.min(open_base))
}

#[cfg(test)]
#[path = "movement_tests.rs"]
mod tests;
