//! Which postings an opening balance makes: what a customer owed when the books were taken over, item by item.

use super::adjusting::{AdjustingPosting, post_adjusting};
use super::post::{FxRate, Head};
use super::{EntryDraft, LedgerError, account};
use crate::time::AccountingDate;
use money::Minor;

/// An open item of the old books. Positive: the customer owes; negative: it is owed to the customer.
#[derive(Debug, Clone)]
pub struct OpeningPosting {
    pub head: Head,
    pub amount: Minor,
    pub due_date: Option<AccountingDate>,
    pub fx: FxRate,
}

/// Receivables against the account of opening balances, at the rate of the take-over.
pub fn post_opening(posting: OpeningPosting) -> Result<EntryDraft, LedgerError> {
    let OpeningPosting { head, amount, due_date, fx } = posting;
    if amount.is_zero() {
        let amount = amount.format(head.currency);
        return Err(LedgerError::Zero { what: "an opening balance", amount });
    }
    let base = fx.to_base(amount, head.currency, head.base_currency)?;
    let account = account::OPENING.to_owned();
    post_adjusting(AdjustingPosting {
        head,
        kind: "opening",
        amount,
        base,
        account,
        counter_base: base,
        due_date,
    })
}
