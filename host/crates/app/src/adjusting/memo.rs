//! What write-offs, refunds and adjustments share: the document, its entry, what it clears.

use super::of_line::OfLine;
use crate::allocation::{self, AllocateError};
use crate::common::{Common, Context, check_code, check_text, there};
use crate::company::company_row;
use crate::document::{self, TextCommitment};
use crate::invoice::{IssueInvoiceError, check_rate};
use crate::posting::{self, Relieved};
use crate::{bank_detail, books, dates, event, period, suspense, tax_invoice, vault};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::document::Document;
use domain::ids::{BankDetailChangeId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{AdjustingPosting, Entry, FxRate, Head, LedgerError, account, post_adjusting};
use domain::tax::PriceMode;
use domain::time::AccountingDate;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use serde_json::json;
use store::rows::{Company, Customer, Event, OpenItem, SuspenseItem};
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum AdjustingError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Clears(#[from] AllocateError),
    #[error(transparent)]
    Taxed(#[from] IssueInvoiceError),
    #[error(
        "no exchange rate from {currency} to {base} on or before {date}: store one with PUT /v1/fx-rates"
    )]
    NoRate { currency: Currency, base: Currency, date: NaiveDate },
    #[error(
        "the tax rules make {found} of the {expected} that is written off: that clears the item by another amount"
    )]
    TaxChangesAmount { expected: Money, found: Money },
    #[error(
        "change {change} of the customer's bank details waits to be decided: nothing is paid out to her before"
    )]
    DetailsWait { change: BankDetailChangeId },
    #[error(
        "{note} names no original, and tax invoice {tax_invoice} of the customer stands: its money waits for the number of a 红字确认单 or a reason. Take it back and enter it anew with `red_confirmation`"
    )]
    RedConfirmationMissing { note: String, tax_invoice: String },
}

crate::common::through_common!(AdjustingError);

impl AdjustingError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            AdjustingError::Common(common) | AdjustingError::Taxed(IssueInvoiceError::Common(common)) => {
                Some(common)
            }
            AdjustingError::Clears(inner) => inner.common(),
            _ => None,
        }
    }
}

/// What was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posted {
    pub document: DocumentId,
    pub entry: EntryId,
}

/// A document that is computed and only waits to be written.
#[derive(Debug, Clone)]
pub(crate) struct Memo {
    /// write-off | refund | adjustment
    pub kind: &'static str,
    pub customer: CustomerId,
    /// Positive: the customer owes more; negative: less.
    pub amount: Money,
    pub account: String,
    pub fx: FxRate,
    /// The counter account moves at `fx`, not by what the cleared item carries: money did.
    pub at_rate: bool,
    pub document_date: NaiveDate,
    pub effective_date: NaiveDate,
    pub due_date: Option<NaiveDate>,
    pub external_id: Option<String>,
    pub text: Option<String>,
    pub original: Option<DocumentId>,
    /// The item of the other side that it clears by its whole amount.
    pub clears: Option<OpenItemId>,
    /// A code for the event.
    pub reason: Option<&'static str>,
}

/// Writes it inside a transaction of the caller, who has authorised it.
pub(crate) fn write_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    memo: &Memo,
) -> Result<Posted, AdjustingError> {
    write_of_line(ctx, tx, actor, company, (memo, None))
}

/// As [`write_in`], of what comes with a bank line.
pub(super) fn write_of_line(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (memo, of): (&Memo, Option<OfLine>),
) -> Result<Posted, AdjustingError> {
    period::hold_open(tx, company, memo.effective_date)?;
    let customer = query::erasure::hold(tx, company, memo.customer)?;
    let row = company_row(tx, company)?;
    check_dates(ctx, &row, memo)?;
    check_payee(tx, company, memo)?;
    // the item is waited for before the number is taken
    let older = older(tx, &row, memo)?;
    let text = texts(ctx, tx, &customer, memo)?;
    let number = document::take_number(tx, company, &document::series(memo.kind, memo.effective_date))?;
    let document = compose(ctx, &row, memo, (number, text.commitment))?;
    let digest = document.digest()?;
    let (base, counter_base) = in_base(memo, older.as_ref(), row.base_currency)?;
    let head = Head {
        entry: EntryId::new(ctx.uuid()),
        company,
        customer: memo.customer,
        document: document.id,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(memo.effective_date),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: memo.amount.currency(),
        base_currency: row.base_currency,
    };
    let entry_id = head.entry;
    let draft = post_adjusting(AdjustingPosting {
        head,
        kind: memo.kind,
        amount: memo.amount.minor(),
        base,
        account: memo.account.clone(),
        counter_base,
        due_date: memo.due_date.map(AccountingDate::new),
    })?;
    let (draft, relieved) = match &older {
        Some(older) => allocation::clear_in_own_entry(ctx, tx, draft, older)?,
        None => (draft, Vec::new()),
    };
    let entry = Entry::try_new(draft)?;
    let (external_id, words) = (memo.external_id.clone(), memo.text.clone());
    let extra = document::Extra { external_id, text: words, ..document::Extra::default() };
    let document_row = document::row(ctx, actor, company, (&document, digest), &text, extra);
    document::insert(tx, &document_row, &document, document::RowTexts::default())?;
    let data = json!({
        "number": document.number, "entry": entry_id.to_string(), "customer": memo.customer.to_string(),
        "reason": memo.reason,
    });
    let data = OfLine::tell(of, data);
    let kind = format!("{}.posted", memo.kind);
    let mut events = vec![event::carried(ctx, actor, company, (&kind, document.id), data, entry_id.uuid())];
    let suspended = suspended(ctx, actor, memo, (company, document.id, entry_id), counter_base)?;
    events.extend(suspended.iter().map(|(event, _)| event.clone()));
    posting::write_for_proposal(tx, &entry, &relieved, events, of.map(|of| of.proposal))?;
    if let Some((_, item)) = suspended {
        query::suspense::insert(tx, &item)?;
    }
    Ok(Posted { document: document.id, entry: entry_id })
}

/// The item that it clears, held.
fn older(tx: &mut Tx<'_>, company: &Company, memo: &Memo) -> Result<Option<OpenItem>, AdjustingError> {
    let Some(id) = memo.clears else { return Ok(None) };
    let item = there(query::open_items::lock(tx, company.id, &[id])?.pop(), "open item", id)?;
    if memo.kind == "refund" {
        check_confirmed(tx, company, &item)?;
    }
    Ok(Some(item))
}

/// What a refund leaves in suspense until the bank's line comes.
fn suspended(
    ctx: &Context<'_>,
    actor: &Actor,
    memo: &Memo,
    (company, document, entry): (CompanyId, DocumentId, EntryId),
    counter_base: Minor,
) -> Result<Option<(Event, SuspenseItem)>, Common> {
    if memo.account != account::SUSPENSE {
        return Ok(None);
    }
    let money = (memo.amount.minor().abs()?, counter_base.abs()?, memo.amount.currency());
    let when = (company, memo.document_date, memo.effective_date);
    suspense::of_refund(ctx, actor, (document, entry), money, when).map(Some)
}

/// The commitment to its texts, under the customer's key.
fn texts(
    ctx: &Context<'_>,
    conn: &mut Conn,
    customer: &Customer,
    memo: &Memo,
) -> Result<TextCommitment, Common> {
    let party_key = vault::party_key(ctx, conn, customer)?;
    let parts = document::plain_parts(memo.text.as_deref(), memo.external_id.as_deref());
    document::commit_text(ctx, &party_key, &parts)
}

/// What the control account and the counter account move in base currency, signed like the amount.
fn in_base(
    memo: &Memo,
    older: Option<&OpenItem>,
    base_currency: Currency,
) -> Result<(Minor, Minor), AdjustingError> {
    let (amount, currency) = (memo.amount.minor(), memo.amount.currency());
    let at_rate = memo.fx.to_base(amount, currency, base_currency)?;
    let Some(older) = older else { return Ok((at_rate, at_rate)) };
    let carried = Relieved::load(older).balance.base_of(amount.abs()?)?;
    let carried = if amount.is_negative() { carried.neg()? } else { carried };
    Ok((carried, if memo.at_rate { at_rate } else { carried }))
}

fn compose(
    ctx: &Context<'_>,
    company: &Company,
    memo: &Memo,
    (number, text): (String, Digest),
) -> Result<Document, Common> {
    let (gross, currency) = (memo.amount.minor(), memo.amount.currency());
    // of what an adjustment leaves owing to the customer the amount is negative; write-offs and refunds are their kind's
    let gross = if memo.kind == "adjustment" { gross } else { gross.abs()? };
    let (base_net, base_tax, base_gross) =
        document::in_base(&memo.fx, (Minor::ZERO, gross), currency, company.base_currency)?;
    Ok(Document {
        id: DocumentId::new(ctx.uuid()),
        kind: memo.kind.to_owned(),
        number,
        customer: memo.customer,
        currency,
        document_date: memo.document_date,
        effective_date: memo.effective_date,
        due_date: memo.due_date,
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net: gross,
        tax: Minor::ZERO,
        gross,
        fx: memo.fx.clone(),
        base_currency: company.base_currency,
        base_net,
        base_tax,
        base_gross,
        original: memo.original,
        text,
        lines: Vec::new(),
        allowances: Vec::new(),
        taxes: Vec::new(),
        terms: None,
        computed: None,
    })
}

/// Everything that can be refused before the write.
pub(super) fn check(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: &Company,
    memo: &Memo,
) -> Result<(), Common> {
    if let Some(id) = &memo.external_id {
        check_code("/external_id", id)?;
    }
    if let Some(text) = &memo.text {
        check_text("/text", text)?;
    }
    period::check_open(conn, company.id, memo.effective_date)?;
    check_dates(ctx, company, memo)
}

/// That a credit that takes tax back says on what it is issued before its money goes out.
pub(super) fn check_confirmed(
    conn: &mut Conn,
    company: &Company,
    credit: &OpenItem,
) -> Result<(), AdjustingError> {
    match tax_invoice::unconfirmed_refund(conn, company, credit)? {
        Some((note, tax_invoice)) => Err(AdjustingError::RedConfirmationMissing { note, tax_invoice }),
        None => Ok(()),
    }
}

/// That money goes to nobody's account that one person alone entered.
pub(super) fn check_payee(conn: &mut Conn, company: CompanyId, memo: &Memo) -> Result<(), AdjustingError> {
    if memo.kind != "refund" {
        return Ok(());
    }
    match bank_detail::waiting_of(conn, company, memo.customer)? {
        Some(change) => Err(AdjustingError::DetailsWait { change }),
        None => Ok(()),
    }
}

fn check_dates(ctx: &Context<'_>, company: &Company, memo: &Memo) -> Result<(), Common> {
    let date = if memo.at_rate { "/value_date" } else { "/date" };
    let effective = if memo.at_rate { "/effective_date" } else { "/date" };
    let due = memo.due_date.map(|due| ("/due_date", due));
    dates::check(ctx, company, [(date, memo.document_date), (effective, memo.effective_date)], due)
}

/// An open item that a document is to clear, and how much of it: what is told, else all that is open.
pub(super) fn item(
    conn: &mut Conn,
    company: CompanyId,
    id: OpenItemId,
    amount: Option<Decimal>,
) -> Result<(OpenItem, Money), Common> {
    let missing = || Common::invalid("/item", format!("there is no open item {id}"));
    let row = query::open_items::by_ids(conn, company, &[id])?.pop().ok_or_else(missing)?;
    let amount = match amount {
        Some(amount) => Money::from_decimal(amount, row.currency)
            .and_then(Money::bounded)
            .map_err(|error| Common::invalid("/amount", error.to_string()))?,
        None => Money::new(row.open, row.currency),
    };
    let apart = books::Apart::of(conn, company)?;
    if apart.unbilled.contains(&row.account) {
        let message = "is of what was delivered and not billed: take the delivery back with a return";
        return Err(Common::invalid("/item", message));
    }
    if apart.bills.contains(&row.account) {
        return Err(Common::invalid(
            "/item",
            "is a bill of exchange: it is cleared by what is done with the bill",
        ));
    }
    if row.open.is_zero() {
        return Err(Common::invalid("/item", "is cleared already"));
    }
    if !amount.minor().is_positive() {
        return Err(Common::invalid("/amount", "must be greater than 0"));
    }
    if amount.minor() > row.open {
        let open = Money::new(row.open, row.currency);
        return Err(Common::invalid("/amount", format!("is more than the {open} that is open")));
    }
    Ok((row, amount))
}

/// That so much of the item is free on the day: nothing is cleared before it exists.
pub(super) fn check_free(
    conn: &mut Conn,
    company: CompanyId,
    (item, amount): (OpenItemId, Minor),
    (at, date): (&str, NaiveDate),
) -> Result<(), Common> {
    match posting::free_from(conn, company, [(item, amount)])?.get(&item) {
        Some(since) if date < *since => {
            Err(Common::invalid(at, format!("lies before {since}, from when on so much of the item is open")))
        }
        _ => Ok(()),
    }
}

/// The rate at which an item came about: that of its document, else the stored one on a day.
pub(super) fn rate_of(
    conn: &mut Conn,
    company: &Company,
    item: &OpenItem,
    date: NaiveDate,
) -> Result<FxRate, AdjustingError> {
    let document = match item.document {
        Some(id) => query::documents::by_id(conn, company.id, id)?,
        None => None,
    };
    match document {
        Some(row) => Ok(document::stored_rate(row.fx_rate, row.fx_date, &row.fx_source)?),
        None => rate_on(conn, company, item.currency, date, None),
    }
}

pub(super) fn rate_on(
    conn: &mut Conn,
    company: &Company,
    currency: Currency,
    date: NaiveDate,
    given: Option<FxRate>,
) -> Result<FxRate, AdjustingError> {
    let base = company.base_currency;
    check_rate(given.as_ref(), base, (currency, date))?;
    document::rate_on(conn, company, currency, date, given)?.ok_or(AdjustingError::NoRate {
        currency,
        base,
        date,
    })
}

/// An account against which something is entered by hand: 4 to 12 digits, and none that has documents of its own.
pub(crate) fn check_account(at: &str, code: &str) -> Result<(), Common> {
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    if !digits || !(4..=12).contains(&code.len()) {
        return Err(Common::invalid(at, "is an account number of 4 to 12 digits"));
    }
    let own = [
        (account::RECEIVABLES, "the control account of receivables is what the document moves itself"),
        (account::BILLS, "bills of exchange are moved by acts of their own"),
        (account::BANK, "money is moved by receipts and refunds"),
        (account::CLEARING, "money is moved by receipts and refunds"),
        (account::SUSPENSE, "what is in suspense has an owner to be found, and a list of its own"),
        ("2221", "tax is posted by the tax rules alone"),
    ];
    match own.into_iter().find(|(prefix, _)| code.starts_with(prefix)) {
        Some((_, why)) => Err(Common::invalid(at, why)),
        None => Ok(()),
    }
}
