//! What is invoiced and not delivered (合同负债): what it is sold for is no revenue yet. The entry that bills it posts so much of its net to the
//! contract liability instead; the entry of its delivery takes it from there to revenue, at what it was carried at.

use super::{EntryDraft, Posting, account};
use money::{Currency, Minor, MoneyError, Rounding};

/// Moves so much of a draft's revenue to the contract liability, or where it is negative back; a posting of its own on either account
/// where there is none.
pub fn defer(
    draft: &mut EntryDraft,
    currency: Currency,
    amount: Minor,
    base: Minor,
) -> Result<(), MoneyError> {
    if amount.is_zero() && base.is_zero() {
        return Ok(());
    }
    let line = |code: &str, amount, base| Posting {
        account: code.to_owned(),
        customer: None,
        currency,
        amount,
        base,
        item: None,
        tax_code: None,
    };
    match draft.postings.iter_mut().rev().find(|posting| posting.account == account::REVENUE) {
        Some(revenue) => {
            revenue.amount = revenue.amount.add(amount)?;
            revenue.base = revenue.base.add(base)?;
        }
        None => draft.postings.push(line(account::REVENUE, amount, base)),
    }
    draft.postings.push(line(account::CONTRACT_LIABILITY, amount.neg()?, base.neg()?));
    draft.postings.retain(|posting| {
        posting.account != account::REVENUE || !posting.amount.is_zero() || !posting.base.is_zero()
    });
    Ok(())
}

/// What parts of a draft's revenue come to in base currency, each its share, half-up; parts that are all of it come to all of it.
pub fn base_shares(draft: &EntryDraft, net: Minor, parts: &[Minor]) -> Result<Vec<Minor>, MoneyError> {
    let revenue = draft.postings.iter().rev().find(|posting| posting.account == account::REVENUE);
    let base = revenue.map_or(Ok(Minor::ZERO), |posting| posting.base.neg())?;
    let mut shares = Vec::with_capacity(parts.len());
    for part in parts {
        // in the base currency itself a share is the part
        shares.push(if base == net { *part } else { base.share(*part, net, Rounding::HalfUp)? });
    }
    if Minor::sum(parts.iter().copied())? == net
        && let Some(last) = shares.pop()
    {
        let others = Minor::sum(shares.iter().copied())?.add(last)?;
        shares.push(last.add(base.sub(others)?)?);
    }
    Ok(shares)
}

#[cfg(test)]
#[path = "deferral_tests.rs"]
mod tests;
