//! Which postings a bill of exchange makes (承兑汇票, 应收票据 1121). A bill is an item of its own on the control account of bills, due
//! at its maturity; each act clears it, or what it cleared, by items of its own.
//!
//! | act | debit | credit |
//! |---|---|---|
//! | received | 1121 an item of the customer, due at maturity | 1122 an item that pays what she owes |
//! | endorsed | a named account (应付账款) | 1121 |
//! | discounted without recourse | bank, discount interest | 1121 |
//! | discounted with recourse | bank, discount interest | 2001 短期借款: the bill stays until it is paid |
//! | paid | bank and charges, or 2001 | 1121 |
//! | dishonoured | 1122 an item that takes the receipt's credit back, fee | 1121; discounted, 2001 against the bank; endorsed, bank or 应付账款 |
//!
//! What differs in base currency is realised FX. What the receipt paid is open again by the undoing of its allocations, with
//! its own documents and due dates: that is the caller's, before it clears the credit.

use super::post::{Head, draft, plain};
use super::{EntryDraft, LedgerError, NewItem, Posting, account};
use crate::ids::OpenItemId;
use crate::time::AccountingDate;
use money::Minor;

/// An item that an act makes on a control account of the bill's customer. Positive amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillItem {
    pub id: OpenItemId,
    pub account: &'static str,
    pub kind: &'static str,
    pub sign: i32,
    pub amount: Minor,
    /// In base currency: of a counter item what that carries which it clears.
    pub base: Minor,
    pub due_date: Option<AccountingDate>,
}

/// An act. `head.item` is not looked at: an act makes any number of items.
#[derive(Debug, Clone)]
pub struct BillPosting {
    pub head: Head,
    /// Of the document and the entry: `BillAct::document`.
    pub kind: &'static str,
    /// Accounts without customers: amount and base amount, debit positive.
    pub lines: Vec<(String, Minor, Minor)>,
    pub items: Vec<BillItem>,
}

/// The entry of an act, without the allocations that clear its items.
pub fn post_bill(posting: BillPosting) -> Result<EntryDraft, LedgerError> {
    let BillPosting { head, kind, lines, items } = &posting;
    let mut postings = Vec::with_capacity(lines.len().saturating_add(items.len()).saturating_add(1));
    for (code, amount, base) in lines.iter().filter(|line| !line.1.is_zero()) {
        postings.push(plain(head, code, *amount, *base));
    }
    let mut made = Vec::with_capacity(items.len());
    for item in items {
        let signed = |amount: Minor| if item.sign < 0 { amount.neg() } else { Ok(amount) };
        postings.push(Posting {
            customer: Some(head.customer),
            item: Some(item.id),
            ..plain(head, item.account, signed(item.amount)?, signed(item.base)?)
        });
        made.push(NewItem {
            id: item.id,
            customer: head.customer,
            account: item.account.to_owned(),
            document: Some(head.document),
            kind: item.kind.to_owned(),
            sign: item.sign,
            currency: head.currency,
            original: item.amount,
            base_original: item.base,
            due_date: item.due_date,
        });
    }
    let rest = Minor::sum(postings.iter().map(|line| line.base))?;
    if !rest.is_zero() {
        postings.push(plain(head, account::FX, Minor::ZERO, rest.neg()?));
    }
    Ok(draft(head, kind, postings, made))
}

#[cfg(test)]
#[path = "bill_tests.rs"]
mod tests;
