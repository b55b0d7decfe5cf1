//! Records money received from a known customer and, if told, allocates it in the same entry.

use super::advance::{ask, asked_and_written, write_in};
use super::approval::check_approval;
use super::pays::{self, Pays};
use crate::advance::{self, AdvanceFor};
use crate::allocation::{AllocateError, allocate_in, pay_in_own_entry};
use crate::common::{Common, Context, authorise, check_code, check_text, there};
use crate::company::company_row;
use crate::customer::{self, CustomerRef};
use crate::document::{self, TextCommitment, TextPart};
use crate::invoice::{FxInput, IssueInvoiceError, check_rate};
use crate::posting::{self, Relieved};
use crate::suspense::{self, Draw, Out};
use crate::vault::VaultError;
use crate::{App, books, dates, draft, event, period, reconciliation, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::document::Document;
use domain::ids::{
    AllocationId, BankLineId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId, ProposalId, SuspenseId,
};
use domain::ledger::{
    AllocationError, ClearanceKind, Entry, EntryDraft, FxRate, Head, LedgerError, MoneyFrom, ReceiptPosting,
    account, post_receipt,
};
use domain::tax::PriceMode;
use domain::time::AccountingDate;
use money::{Minor, Money};
use serde_json::json;
use store::rows::{Company, Customer, OpenItem};
use store::{Conn, Tx, query};
use thiserror::Error;

/// An item this money pays, in minor units of the receipt's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocateTo {
    pub item: OpenItemId,
    pub amount: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordReceipt {
    pub external_id: Option<String>,
    pub customer: CustomerRef,
    pub amount: Money,
    pub value_date: NaiveDate,
    /// Default: the value date.
    pub effective_date: Option<NaiveDate>,
    pub reference: Option<String>,
    pub fx: Option<FxInput>,
    pub allocations: Vec<Pays>,
    /// 待查款: the money comes out of suspense, where it came on `value_date`.
    pub suspense: Option<SuspenseId>,
    /// 预收款: what the part that pays nothing yet is for. Default: what the company says.
    pub advance: Option<AdvanceFor>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedReceipt {
    pub id: DocumentId,
    pub number: String,
    pub entry: EntryId,
    pub item: OpenItemId,
    pub allocations: Vec<AllocationId>,
    /// The document by which the part that stays on account is taxed.
    pub advance: Option<DocumentId>,
}

#[derive(Debug, Error)]
pub enum RecordReceiptError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Allocation(#[from] AllocationError),
    #[error(transparent)]
    Later(#[from] AllocateError),
    /// What the tax rules say of what stays on account.
    #[error(transparent)]
    Taxed(#[from] IssueInvoiceError),
    #[error(
        "no exchange rate from {currency} to {base} on or before {date}: store one with PUT /v1/fx-rates, or give `fx`"
    )]
    NoRate { currency: money::Currency, base: money::Currency, date: NaiveDate },
}

crate::common::through_common!(RecordReceiptError);

impl RecordReceiptError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            RecordReceiptError::Common(common)
            | RecordReceiptError::Taxed(IssueInvoiceError::Common(common)) => Some(common),
            RecordReceiptError::Later(later) => later.common(),
            RecordReceiptError::Ledger(_)
            | RecordReceiptError::Allocation(_)
            | RecordReceiptError::Taxed(_)
            | RecordReceiptError::NoRate { .. } => None,
        }
    }
    /// Whether it is of what the tax rules were asked.
    pub(crate) const fn is_taxed(&self) -> bool {
        matches!(self, RecordReceiptError::Taxed(_))
    }
}

/// Records a receipt.
pub fn record(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &RecordReceipt,
) -> Result<RecordedReceipt, RecordReceiptError> {
    authorise(actor, Noun::Money, Verb::Enter, company)?;
    if !input.allocations.is_empty() {
        // what money clears is entered in the accounts of what is owed, which a cashier does not keep
        authorise(actor, Noun::Allocations, Verb::Enter, company)?;
    }
    check(input)?;
    let recorded = asked_and_written(
        app,
        |ctx| ask(ctx, company, input),
        |ctx, asked| {
            app.db.write(|tx| {
                draft::check_direct_in(tx, actor, company, "receipt", input.amount)?;
                check_approval(tx, actor, company, input)?;
                write_in(ctx, tx, actor, company, (input, asked))
            })
        },
        RecordReceiptError::common,
        RecordReceiptError::is_taxed,
    );
    match recorded {
        Err(RecordReceiptError::Common(common)) => {
            let id = input.external_id.as_deref();
            Err(document::refused(app, company, "receipt", id, common).into())
        }
        outcome => outcome,
    }
}

/// Everything that can be refused without the database.
fn check(input: &RecordReceipt) -> Result<(), Common> {
    if let Some(id) = &input.external_id {
        check_code("/external_id", id)?;
    }
    if let Some(reference) = &input.reference {
        check_text("/reference", reference)?;
    }
    if let Some(advance) = &input.advance {
        advance::check("/advance", advance)?;
    }
    input.fx.as_ref().map(FxInput::checked).transpose().map(drop)
}

/// Everything that can be refused before the write, for receipts that are looked at before many are written together.
pub(crate) fn prepare(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    input: &RecordReceipt,
) -> Result<(), RecordReceiptError> {
    check(input)?;
    let money = received(conn, company, input)?;
    if !money.amount.minor().is_positive() {
        return Err(Common::invalid("/amount/amount", "must be greater than 0").into());
    }
    period::check_open(conn, company, money.effective_date)?;
    let row = company_row(conn, company)?;
    check_dates(ctx, &row, &money)?;
    rate(conn, &row, &money).map(drop)
}

fn check_dates(ctx: &Context<'_>, company: &Company, money: &Received) -> Result<(), Common> {
    let dated = [("/value_date", money.value_date), ("/effective_date", money.effective_date)];
    dates::check(ctx, company, dated, None)
}

pub(crate) fn received(
    conn: &mut Conn,
    company: CompanyId,
    input: &RecordReceipt,
) -> Result<Received, Common> {
    let customer = customer::resolve(conn, company, &input.customer)?;
    let allocations = pays::items(conn, &customer, input)?;
    let (source, since) = match input.suspense {
        None => (Source::Account(account::BANK.to_owned()), input.value_date),
        Some(id) => (Source::Suspense(id), suspended(conn, company, id, input)?),
    };
    Ok(Received {
        source,
        external_id: input.external_id.clone(),
        customer,
        amount: input.amount,
        clearances: Vec::new(),
        value_date: input.value_date,
        effective_date: input.effective_date.unwrap_or(since),
        reference: input.reference.clone(),
        fx: input.fx.as_ref().map(FxInput::checked).transpose()?,
        allocations,
        bank_line: None,
        proposal: None,
    })
}

/// The day from which on money in suspense can be a receipt: its own.
fn suspended(
    conn: &mut Conn,
    company: CompanyId,
    id: SuspenseId,
    input: &RecordReceipt,
) -> Result<NaiveDate, Common> {
    let invalid = |message: String| Err(Common::invalid("/suspense", message));
    let Some(item) = query::suspense::by_id(conn, company, id)? else {
        return invalid(format!("there is no money in suspense {id}"));
    };
    if item.origin != "bank-line" {
        return invalid("is a refund that the bank has not shown yet: it is nobody's receipt".to_owned());
    }
    if input.fx.is_some() {
        return Err(Common::invalid("/fx", "is of the day on which the money came: leave it out"));
    }
    let value = item.value_date.date();
    if input.value_date != value {
        return Err(Common::invalid("/value_date", format!("is the day on which the money came: {value}")));
    }
    Ok(item.effective_date.date())
}

/// Where the money comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// It is had now, on this account.
    Account(String),
    Suspense(SuspenseId),
}

/// Money of a customer, from a bank line or by hand.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub source: Source,
    pub external_id: Option<String>,
    pub customer: Customer,
    pub amount: Money,
    pub clearances: Vec<(ClearanceKind, Minor)>,
    pub value_date: NaiveDate,
    pub effective_date: NaiveDate,
    pub reference: Option<String>,
    pub fx: Option<FxRate>,
    pub allocations: Vec<AllocateTo>,
    pub bank_line: Option<BankLineId>,
    pub proposal: Option<ProposalId>,
}

/// Posts a receipt with its allocations as one entry, inside a transaction of the caller.
pub(crate) fn record_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    received: &Received,
) -> Result<RecordedReceipt, RecordReceiptError> {
    period::hold_open(tx, company, received.effective_date)?;
    // for good, where the hold below would only say that something changed
    if received.customer.erased_at.is_some() {
        return Err(Common::from(VaultError::Erased).into());
    }
    customer::check_unmerged(&received.customer)?;
    // before anything of hers is written: an erasure under way is waited for, and seen
    query::erasure::hold_all(tx, company, &[received.customer.id])?;
    let company_row = query::settings::hold(tx, company)?.company.clone();
    check_dates(ctx, &company_row, received)?;
    let fx = rate(tx, &company_row, received)?;
    let text = texts(ctx, tx, received)?;

    // items are waited for before the number is taken: who waits must not hold up all receipts of the year
    let wanted: Vec<OpenItemId> = received.allocations.iter().map(|a| a.item).collect();
    let items = query::open_items::lock(tx, company, &wanted)?;
    // what is dated after the money, or was paid by something else meanwhile, can only be paid from then on
    let (now, later) = by_date(tx, &items, received)?;
    let (from, drawn) = source(tx, company, received)?;
    let series = document::series("receipt", received.effective_date);
    let number = document::take_number(tx, company, &series)?;
    let document = compose(ctx, &company_row, received, &fx, number, text.commitment)?;
    let digest = document.digest()?;
    let head = head(ctx, actor, &company_row, received, (document.id, digest));
    let (entry_id, item) = (head.entry, head.item);
    let amount = received.amount.minor();
    let clearances = received.clearances.clone();
    let draft = post_receipt(ReceiptPosting { head, from, amount, clearances, fx })?;
    let draft = on_accounts(tx, received, draft)?;
    let (entry, relieved) = allocated(ctx, draft, &items, &now)?;

    let extra = document::Extra {
        external_id: received.external_id.clone(),
        text: received.reference.clone(),
        bank_line: received.bank_line,
        ..document::Extra::default()
    };
    let row = document::row(ctx, actor, company, (&document, digest), &text, extra);
    document::insert(tx, &row, &document, document::RowTexts::default())?;
    let data = json!({
        "number": document.number, "entry": entry_id.to_string(), "customer": received.customer.id.to_string(),
        "bank_line": received.bank_line.map(|id| id.to_string()), "proposal": received.proposal.map(|id| id.to_string()),
    });
    let event = event::carried(ctx, actor, company, ("receipt.posted", document.id), data, entry_id.uuid());
    let mut events = vec![event];
    let out = Out { kind: "identified", document: Some(document.id), ..Out::default() };
    let moved = drawn.as_ref().map(|drawn| drawn.finish(ctx, actor, entry_id, out)).transpose()?;
    events.extend(moved.iter().map(|(event, _)| event.clone()));
    posting::write_for_proposal(tx, &entry, &relieved, events, received.proposal)?;
    if let (Some(drawn), Some((_, moved))) = (&drawn, &moved) {
        query::suspense::insert_move(tx, moved)?;
        known(tx, drawn, received.customer.id)?;
    }
    let mut allocations: Vec<AllocationId> = entry.allocations.iter().map(|a| a.id).collect();
    for (to, effective) in later {
        let pair = (to.item, item);
        allocations
            .push(allocate_in(ctx, tx, actor, company, pair, to.amount, effective, received.proposal)?.id);
    }
    let (id, number) = (document.id, document.number);
    Ok(RecordedReceipt { id, number, entry: entry_id, item, allocations, advance: None })
}

/// On the company's own accounts: money that a bank line brought is on that bank account's.
fn on_accounts(tx: &mut Tx<'_>, received: &Received, draft: EntryDraft) -> Result<EntryDraft, Common> {
    let draft = match received.bank_line {
        Some(id) => {
            let line = there(query::bank_lines::by_id(tx, draft.company, id)?, "bank line", id)?;
            draft.narrowed(account::BANK, line.account)
        }
        None => draft,
    };
    books::resolved_in(tx, draft)
}

/// From now on it is known whose money the bank's line shows; of parts that are different customers', whose the first is.
fn known(tx: &mut Tx<'_>, drawn: &Draw, customer: CustomerId) -> Result<(), Common> {
    let (company, Some(id)) = (drawn.item.company, drawn.item.bank_line) else { return Ok(()) };
    let line = there(query::bank_lines::by_id(tx, company, id)?, "bank line", id)?;
    if line.customer.is_none() {
        let to = (line.status, line.remaining, Some(customer));
        query::bank_lines::update(tx, company, id, line.version, to)?;
    }
    reconciliation::index_party(tx, &line, customer)
}

fn head(
    ctx: &Context<'_>,
    actor: &Actor,
    company: &Company,
    received: &Received,
    (document, digest): (DocumentId, Digest),
) -> Head {
    Head {
        entry: EntryId::new(ctx.uuid()),
        company: company.id,
        customer: received.customer.id,
        document,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(received.effective_date),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: received.amount.currency(),
        base_currency: company.base_currency,
    }
}

/// The account that the money is taken from, and what of suspense is, held.
fn source(
    tx: &mut Tx<'_>,
    company: CompanyId,
    received: &Received,
) -> Result<(MoneyFrom, Option<Draw>), Common> {
    match &received.source {
        Source::Account(code) => Ok((MoneyFrom::account(code), None)),
        Source::Suspense(id) => {
            let (amount, effective) = (Some(received.amount), received.effective_date);
            let drawn = suspense::draw(tx, company, (*id, "/amount"), amount, effective)?;
            Ok((drawn.money_from(), Some(drawn)))
        }
    }
}

/// The commitment to its texts, under the customer's key.
fn texts(ctx: &Context<'_>, conn: &mut Conn, received: &Received) -> Result<TextCommitment, Common> {
    let party_key = vault::party_key(ctx, conn, &received.customer)?;
    let parts = [
        TextPart::new("reference", received.reference.as_deref()),
        TextPart::new("external_id", received.external_id.as_deref()),
    ];
    document::commit_text(ctx, &party_key, &parts)
}

/// Allocations that are part of the receipt, and with their date those of items that are free later, or that others of the family
/// owe: for these the receipt is transferred.
pub(crate) type ByDate = (Vec<AllocateTo>, Vec<(AllocateTo, NaiveDate)>);

pub(crate) fn by_date(conn: &mut Conn, items: &[OpenItem], received: &Received) -> Result<ByDate, Common> {
    let company = received.customer.company;
    let wanted = received.allocations.iter().map(|to| (to.item, to.amount));
    let free = posting::free_from(conn, company, wanted)?;
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for to in &received.allocations {
        let date = *there(free.get(&to.item), "open item", to.item)?;
        let own = items.iter().any(|item| item.id == to.item && item.customer == received.customer.id);
        if date > received.effective_date || !own {
            later.push((to.clone(), date.max(received.effective_date)));
        } else {
            now.push(to.clone());
        }
    }
    Ok((now, later))
}

/// Adds to the receipt's entry what it pays, with realised FX.
pub(crate) fn allocated(
    ctx: &Context<'_>,
    draft: EntryDraft,
    items: &[OpenItem],
    allocations: &[AllocateTo],
) -> Result<(Entry, Vec<Relieved>), RecordReceiptError> {
    let pays: Vec<(OpenItemId, Minor)> = allocations.iter().map(|to| (to.item, to.amount)).collect();
    let (draft, relieved) = pay_in_own_entry::<RecordReceiptError>(ctx, draft, items, &pays)?;
    Ok((Entry::try_new(draft)?, relieved))
}

fn rate(conn: &mut Conn, company: &Company, received: &Received) -> Result<FxRate, RecordReceiptError> {
    let (currency, base, date) = (received.amount.currency(), company.base_currency, received.value_date);
    check_rate(received.fx.as_ref(), base, (currency, date))?;
    let rate = document::rate_on(conn, company, currency, date, received.fx.clone())?;
    rate.ok_or(RecordReceiptError::NoRate { currency, base, date })
}

fn compose(
    ctx: &Context<'_>,
    company: &Company,
    received: &Received,
    fx: &FxRate,
    number: String,
    text: Digest,
) -> Result<Document, Common> {
    let cleared = Minor::sum(received.clearances.iter().map(|c| c.1))?;
    let gross = received.amount.minor().add(cleared)?;
    let currency = received.amount.currency();
    let (base_net, base_tax, base_gross) =
        document::in_base(fx, (Minor::ZERO, gross), currency, company.base_currency)?;
    Ok(Document {
        id: DocumentId::new(ctx.uuid()),
        kind: "receipt".to_owned(),
        number,
        customer: received.customer.id,
        currency,
        document_date: received.value_date,
        effective_date: received.effective_date,
        due_date: None,
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net: gross,
        tax: Minor::ZERO,
        gross,
        fx: fx.clone(),
        base_currency: company.base_currency,
        base_net,
        base_tax,
        base_gross,
        original: None,
        text,
        lines: Vec::new(),
        allowances: Vec::new(),
        taxes: Vec::new(),
        terms: None,
        computed: None,
    })
}
