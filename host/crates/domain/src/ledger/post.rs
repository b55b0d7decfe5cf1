//! Which postings a document makes. Amounts of documents are positive; the kind decides the side.

use super::{EntryDraft, LedgerError, NewItem, Posting, account};
use crate::canonical::Digest;
use crate::ids::{CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use crate::time::{AccountingDate, Instant};
use money::{Currency, Minor, Money, MoneyError, Rounding, normal_form};
use rust_decimal::Decimal;

/// Base units per unit of the transaction currency, with where it comes from. Never 0 or less: such a rate would turn
/// a debit into a credit, or into nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FxRate {
    rate: Decimal,
    pub date: chrono::NaiveDate,
    pub source: String,
}

impl FxRate {
    pub fn try_new(rate: Decimal, date: chrono::NaiveDate, source: String) -> Result<Self, LedgerError> {
        if rate <= Decimal::ZERO {
            return Err(LedgerError::NotPositive { what: "an exchange rate", amount: normal_form(rate) });
        }
        Ok(FxRate { rate, date, source })
    }
    pub const fn rate(&self) -> Decimal {
        self.rate
    }
    /// The rate of the base currency to itself.
    pub fn one(date: chrono::NaiveDate) -> Self {
        FxRate { rate: Decimal::ONE, date, source: "base".to_owned() }
    }
    /// `amount` in base currency, half-up.
    pub fn to_base(&self, amount: Minor, from: Currency, base: Currency) -> Result<Minor, MoneyError> {
        if from == base {
            return Ok(amount);
        }
        Ok(Money::new(amount, from).convert(self.rate, base, Rounding::HalfUp)?.minor())
    }
}

/// What the parts common to all postings of a document are.
#[derive(Debug, Clone)]
pub struct Head {
    pub entry: EntryId,
    pub company: CompanyId,
    pub customer: CustomerId,
    pub document: DocumentId,
    pub digest: Digest,
    pub item: OpenItemId,
    pub effective_date: AccountingDate,
    pub posted_at: Instant,
    pub actor: String,
    pub currency: Currency,
    pub base_currency: Currency,
}

/// An invoice (or, with `credit`, a credit note) to post: positive figures.
#[derive(Debug, Clone)]
pub struct InvoicePosting {
    pub head: Head,
    /// Credit note: the same postings, negative (红字).
    pub credit: bool,
    pub net: Minor,
    /// (tax code, amount) of tax that the seller collects
    pub taxes: Vec<(String, Minor)>,
    pub withheld: Minor,
    pub prepaid: Minor,
    pub payable_rounding: Minor,
    pub payable: Minor,
    /// What is payable, with an open item each; together they are `payable`. One for most documents.
    pub parts: Vec<Part>,
    pub fx: FxRate,
}

/// A part of what is payable: an instalment (分期), or all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub item: OpenItemId,
    pub amount: Minor,
    pub due_date: Option<AccountingDate>,
}

/// Receivable against revenue and tax. In base currency receivable and taxes are converted, revenue takes the rest.
pub fn post_invoice(posting: InvoicePosting) -> Result<EntryDraft, LedgerError> {
    let kind = if posting.credit { "credit-note" } else { "invoice" };
    post_billed(posting, (kind, kind), account::REVENUE)
}

/// As [`post_invoice`], of another kind of taxed document and against another account than revenue: a late fee against other
/// income, a write-off against what it costs. `(kind of the entry, kind of its item)`.
pub fn post_billed(
    posting: InvoicePosting,
    (kind, item_kind): (&str, &str),
    counter: &str,
) -> Result<EntryDraft, LedgerError> {
    let InvoicePosting { head, credit, .. } = &posting;
    if !posting.prepaid.is_zero() {
        return Err(LedgerError::Unsupported("a prepaid amount"));
    }
    if !posting.payable.is_positive() {
        return Err(LedgerError::NotPositive {
            what: "the amount payable",
            amount: posting.payable.format(head.currency),
        });
    }
    let parts = Minor::sum(posting.parts.iter().map(|part| part.amount))?;
    if parts != posting.payable {
        let (parts, payable) = (parts.format(head.currency), posting.payable.format(head.currency));
        return Err(LedgerError::Parts { parts, payable });
    }
    let sign = |amount: Minor| if *credit { amount.neg() } else { Ok(amount) };
    let base = |amount: Minor| posting.fx.to_base(amount, head.currency, head.base_currency);
    let mut lines = Vec::new();
    if !posting.withheld.is_zero() {
        lines.push((account::WITHHELD, sign(posting.withheld)?, None));
    }
    for (code, amount) in &posting.taxes {
        if !amount.is_zero() {
            lines.push((account::OUTPUT_TAX, sign(amount.neg()?)?, Some(code.clone())));
        }
    }
    if !posting.payable_rounding.is_zero() {
        lines.push((account::TAIL, sign(posting.payable_rounding.neg()?)?, None));
    }
    let (mut postings, items) = receivables(&posting, item_kind)?;
    for (code, amount, tax_code) in lines {
        postings.push(Posting { tax_code, ..plain(head, code, amount, base(amount)?) });
    }
    let rest = Minor::sum(postings.iter().map(|p| p.base))?.neg()?;
    postings.push(plain(head, counter, sign(posting.net.neg()?)?, rest));
    Ok(draft(head, kind, postings, items))
}

/// A posting and an open item for each part, in their order; in base currency the parts of what is payable sum to it too.
fn receivables(
    posting: &InvoicePosting,
    item_kind: &str,
) -> Result<(Vec<Posting>, Vec<NewItem>), LedgerError> {
    let InvoicePosting { head, credit, payable, parts, fx, .. } = posting;
    let weights: Vec<u64> = parts.iter().map(|part| part.amount.get().unsigned_abs()).collect();
    let bases = fx.to_base(*payable, head.currency, head.base_currency)?.split(&weights)?;
    let sign = if *credit { -1 } else { 1 };
    let signed = |amount: Minor| if *credit { amount.neg() } else { Ok(amount) };
    let (mut postings, mut items) = (Vec::with_capacity(parts.len()), Vec::with_capacity(parts.len()));
    for (part, base) in parts.iter().zip(bases) {
        postings.push(Posting {
            customer: Some(head.customer),
            item: Some(part.item),
            ..plain(head, account::RECEIVABLES, signed(part.amount)?, signed(base)?)
        });
        let item = new_item(head, item_kind, sign, part.amount, base, part.due_date);
        items.push(NewItem { id: part.item, ..item });
    }
    Ok((postings, items))
}

/// Why a receipt clears more (or less) than the bank paid in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClearanceKind {
    /// 手续费: the bank kept it
    BankCharge,
    /// 尾差
    Tail,
    /// 现金折扣
    Discount,
    /// 代扣税款
    Withholding,
}

impl ClearanceKind {
    pub const ALL: [ClearanceKind; 4] =
        [ClearanceKind::BankCharge, ClearanceKind::Tail, ClearanceKind::Discount, ClearanceKind::Withholding];
    /// In the register of difference kinds.
    pub const fn name(self) -> &'static str {
        match self {
            ClearanceKind::BankCharge => "charge",
            ClearanceKind::Tail => "tail",
            ClearanceKind::Discount => "discount",
            ClearanceKind::Withholding => "withholding",
        }
    }
    pub const fn account(self) -> &'static str {
        match self {
            ClearanceKind::BankCharge => account::BANK_CHARGES,
            ClearanceKind::Tail => account::TAIL,
            ClearanceKind::Discount => account::DISCOUNT,
            ClearanceKind::Withholding => account::WITHHELD,
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        ClearanceKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The account that money of a receipt is taken to: where it came in, or suspense out of which it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyFrom {
    pub account: String,
    /// What it is carried at there, in base currency; absent: at the receipt's rate.
    pub base: Option<Minor>,
}

impl MoneyFrom {
    /// Of money that comes in on an account now.
    pub fn account(code: &str) -> Self {
        MoneyFrom { account: code.to_owned(), base: None }
    }
}

/// Money received: `amount` is what was paid in, `clearances` what it clears besides (negative: less).
#[derive(Debug, Clone)]
pub struct ReceiptPosting {
    pub head: Head,
    pub from: MoneyFrom,
    pub amount: Minor,
    pub clearances: Vec<(ClearanceKind, Minor)>,
    pub fx: FxRate,
}

/// Money (and clearances) against receivables; the credit is an open item until it is allocated. What the money was carried at
/// elsewhere and the receipt's rate differ by is FX.
pub fn post_receipt(posting: ReceiptPosting) -> Result<EntryDraft, LedgerError> {
    let head = &posting.head;
    if !posting.amount.is_positive() {
        return Err(LedgerError::NotPositive {
            what: "a receipt",
            amount: posting.amount.format(head.currency),
        });
    }
    let total = Minor::sum(posting.clearances.iter().map(|c| c.1))?.add(posting.amount)?;
    let base = |amount: Minor| posting.fx.to_base(amount, head.currency, head.base_currency);
    let base_total = base(total)?;
    let mut postings = Vec::new();
    for (kind, amount) in posting.clearances.iter().filter(|c| !c.1.is_zero()) {
        postings.push(plain(head, kind.account(), *amount, base(*amount)?));
    }
    let rest = base_total.sub(Minor::sum(postings.iter().map(|p| p.base))?)?;
    let carried = posting.from.base.unwrap_or(rest);
    postings.insert(0, plain(head, &posting.from.account, posting.amount, carried));
    let fx = rest.sub(carried)?;
    if !fx.is_zero() {
        postings.push(plain(head, account::FX, Minor::ZERO, fx));
    }
    postings.push(Posting {
        customer: Some(head.customer),
        item: Some(head.item),
        ..plain(head, account::RECEIVABLES, total.neg()?, base_total.neg()?)
    });
    let item = new_item(head, "receipt", -1, total, base_total, None);
    Ok(draft(head, "receipt", postings, vec![item]))
}

/// Money that went back: the receipt it undoes gives the base amount of the receivable.
#[derive(Debug, Clone)]
pub struct ReturnPosting {
    pub head: Head,
    /// The account that the money goes out of.
    pub account: String,
    /// What the bank takes for it besides (退票手续费), not negative.
    pub fee: Minor,
    /// The whole of the receipt's open item.
    pub amount: Minor,
    pub base_amount: Minor,
    /// A part of it that is owed again, since it was paid out or written off meanwhile.
    pub again: Option<OwedAgain>,
    /// What the receipt cleared besides the bank's money.
    pub clearances: Vec<(ClearanceKind, Minor)>,
    pub fx: FxRate,
}

/// What went out of a credit for good before its money did: the customer owes it from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwedAgain {
    pub item: OpenItemId,
    pub amount: Minor,
    /// In base currency, as the credit carried it.
    pub base: Minor,
}

/// Receivables against money at the return's own rate; the difference to the receipt's base amount is FX. The fee is the company's.
/// The first item takes back what is free of the receipt's; what is owed again has one of its own, due on the day of the return.
pub fn post_return(posting: ReturnPosting) -> Result<EntryDraft, LedgerError> {
    let head = &posting.head;
    if !posting.amount.is_positive() {
        return Err(LedgerError::NotPositive {
            what: "a return",
            amount: posting.amount.format(head.currency),
        });
    }
    let base = |amount: Minor| posting.fx.to_base(amount, head.currency, head.base_currency);
    let cleared = Minor::sum(posting.clearances.iter().map(|c| c.1))?;
    let bank = posting.amount.sub(cleared)?;
    let items = returned_items(&posting)?;
    let owed = |item: &NewItem| Posting {
        customer: Some(head.customer),
        item: Some(item.id),
        ..plain(head, account::RECEIVABLES, item.original, item.base_original)
    };
    let mut postings: Vec<Posting> = items.iter().map(owed).collect();
    postings.push(plain(head, &posting.account, bank.neg()?, base(bank)?.neg()?));
    if !posting.fee.is_zero() {
        let (fee, in_base) = (posting.fee, base(posting.fee)?);
        postings.push(plain(head, account::BANK_CHARGES, fee, in_base));
        postings.push(plain(head, &posting.account, fee.neg()?, in_base.neg()?));
    }
    for (kind, amount) in posting.clearances.iter().filter(|c| !c.1.is_zero()) {
        postings.push(plain(head, kind.account(), amount.neg()?, base(*amount)?.neg()?));
    }
    let rest = Minor::sum(postings.iter().map(|p| p.base))?;
    if !rest.is_zero() {
        postings.push(plain(head, account::FX, Minor::ZERO, rest.neg()?));
    }
    Ok(draft(head, "return", postings, items))
}

fn returned_items(posting: &ReturnPosting) -> Result<Vec<NewItem>, LedgerError> {
    let ReturnPosting { head, amount, base_amount, again, .. } = posting;
    let item = |amount: Minor, base: Minor, due| new_item(head, "return", 1, amount, base, due);
    let Some(again) = again else { return Ok(vec![item(*amount, *base_amount, None)]) };
    let (free, base) = (amount.sub(again.amount)?, base_amount.sub(again.base)?);
    let mut items = Vec::with_capacity(2);
    if !free.is_zero() {
        items.push(item(free, base, None));
    }
    items.push(NewItem { id: again.item, ..item(again.amount, again.base, Some(head.effective_date)) });
    Ok(items)
}

pub(super) fn plain(head: &Head, code: &str, amount: Minor, base: Minor) -> Posting {
    Posting {
        account: code.to_owned(),
        customer: None,
        currency: head.currency,
        amount,
        base,
        item: None,
        tax_code: None,
    }
}

pub(super) fn new_item(
    head: &Head,
    kind: &str,
    sign: i32,
    original: Minor,
    base_original: Minor,
    due_date: Option<AccountingDate>,
) -> NewItem {
    NewItem {
        id: head.item,
        customer: head.customer,
        account: account::RECEIVABLES.to_owned(),
        document: Some(head.document),
        kind: kind.to_owned(),
        sign,
        currency: head.currency,
        original,
        base_original,
        due_date,
    }
}

pub(super) fn draft(head: &Head, kind: &str, postings: Vec<Posting>, items: Vec<NewItem>) -> EntryDraft {
    EntryDraft {
        id: head.entry,
        company: head.company,
        kind: kind.to_owned(),
        effective_date: head.effective_date,
        posted_at: head.posted_at,
        actor: head.actor.clone(),
        base_currency: head.base_currency,
        document: Some((head.document, head.digest)),
        reverses: None,
        postings,
        items,
        allocations: Vec::new(),
    }
}

#[cfg(test)]
#[path = "post_tests.rs"]
mod tests;
