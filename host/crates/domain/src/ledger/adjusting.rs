//! Which postings a document makes that moves what a customer owes against a named account, without lines of its own: a refund
//! (退款), a write-off that no tax rule is asked about (坏账, 尾差), an adjustment (调整), an opening balance (期初).

use super::post::{Head, draft, new_item, plain};
use super::{EntryDraft, LedgerError, Posting, account};
use crate::time::AccountingDate;
use money::Minor;

/// Positive: the customer owes more; negative: less.
#[derive(Debug, Clone)]
pub struct AdjustingPosting {
    pub head: Head,
    /// refund | write-off | adjustment | opening
    pub kind: &'static str,
    pub amount: Minor,
    /// In base currency, of the control account; where the document clears an item, what that carries.
    pub base: Minor,
    /// The counter account, and what it moves in base currency (signed like `amount`): what differs is realised FX.
    pub account: String,
    pub counter_base: Minor,
    pub due_date: Option<AccountingDate>,
}

/// The control account against the named one.
pub fn post_adjusting(posting: AdjustingPosting) -> Result<EntryDraft, LedgerError> {
    let AdjustingPosting { head, kind, amount, base, account, counter_base, due_date } = &posting;
    if amount.is_zero() {
        let amount = amount.format(head.currency);
        return Err(LedgerError::Zero { what: "the amount of a document", amount });
    }
    let control = Posting {
        customer: Some(head.customer),
        item: Some(head.item),
        ..plain(head, account::RECEIVABLES, *amount, *base)
    };
    let mut postings = vec![control, plain(head, account, amount.neg()?, counter_base.neg()?)];
    let fx = counter_base.sub(*base)?;
    if !fx.is_zero() {
        postings.push(plain(head, account::FX, Minor::ZERO, fx));
    }
    let sign = if amount.is_negative() { -1 } else { 1 };
    let item = new_item(head, kind, sign, amount.abs()?, base.abs()?, *due_date);
    Ok(draft(head, kind, postings, vec![item]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::canonical::Digest;
    use crate::ids::{CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
    use crate::ledger::Entry;
    use crate::time::{Instant, parse_date};
    use money::Currency;
    use uuid::Uuid;

    fn posting(amount: i64, base: i64, counter_base: i64) -> AdjustingPosting {
        let uuid = Uuid::from_u128;
        let head = Head {
            entry: EntryId::new(uuid(1)),
            company: CompanyId::new(uuid(2)),
            customer: CustomerId::new(uuid(3)),
            document: DocumentId::new(uuid(4)),
            digest: Digest::ZERO,
            item: OpenItemId::new(uuid(5)),
            effective_date: AccountingDate::new(parse_date("2026-11-30").unwrap()),
            posted_at: Instant::from_micros(0).unwrap(),
            actor: "system".to_owned(),
            currency: Currency::parse("USD").unwrap(),
            base_currency: Currency::CNY,
        };
        AdjustingPosting {
            head,
            kind: "refund",
            amount: Minor::new(amount),
            base: Minor::new(base),
            account: account::BANK.to_owned(),
            counter_base: Minor::new(counter_base),
            due_date: None,
        }
    }

    #[test]
    fn what_the_bank_paid_more_than_the_credit_carried_is_exchange_difference() {
        let draft = post_adjusting(posting(10_000, 71_000, 72_000)).unwrap();
        let lines: Vec<_> =
            draft.postings.iter().map(|p| (p.account.as_str(), p.amount.get(), p.base.get())).collect();
        let expected = [
            (account::RECEIVABLES, 10_000, 71_000),
            (account::BANK, -10_000, -72_000),
            (account::FX, 0, 1_000),
        ];
        assert_eq!(lines, expected);
        let item = draft.items.first().unwrap();
        assert_eq!((item.sign, item.original.get(), item.base_original.get()), (1, 10_000, 71_000));
        assert!(Entry::try_new(draft).is_ok());
    }

    #[test]
    fn less_owed_is_a_credit_item_and_nothing_is_no_document() {
        let draft = post_adjusting(posting(-10_000, -71_000, -71_000)).unwrap();
        let item = draft.items.first().unwrap();
        assert_eq!((draft.postings.len(), item.sign, item.original.get()), (2, -1, 10_000));
        assert!(Entry::try_new(draft).is_ok());
        assert!(matches!(post_adjusting(posting(0, 0, 0)), Err(LedgerError::Zero { .. })));
    }
}
