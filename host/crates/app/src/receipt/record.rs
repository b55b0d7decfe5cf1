//! Records money received from a known customer and, if told, allocates it in the same entry.

use super::pays::{self, Pays};
use crate::allocation::{AllocateError, allocate_in};
use crate::common::{Common, Context, authorise, check_code, check_text, there};
use crate::company::company_row;
use crate::customer::{self, CustomerRef};
use crate::document::{self, TextCommitment, TextPart};
use crate::invoice::FxInput;
use crate::posting::{self, Relieved};
use crate::vault::VaultError;
use crate::{App, dates, draft, event, period, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Permission};
use domain::document::Document;
use domain::ids::{AllocationId, BankLineId, CompanyId, DocumentId, EntryId, OpenItemId, ProposalId};
use domain::ledger::{
    AllocationError, ClearanceKind, Entry, EntryDraft, FxRate, Head, ItemBalance, LedgerError,
    ReceiptPosting, allocate, post_receipt,
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
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedReceipt {
    pub id: DocumentId,
    pub number: String,
    pub entry: EntryId,
    pub item: OpenItemId,
    pub allocations: Vec<AllocationId>,
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
            RecordReceiptError::Common(common) => Some(common),
            RecordReceiptError::Later(later) => later.common(),
            RecordReceiptError::Ledger(_)
            | RecordReceiptError::Allocation(_)
            | RecordReceiptError::NoRate { .. } => None,
        }
    }
}

/// Records a receipt.
pub fn record(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &RecordReceipt,
) -> Result<RecordedReceipt, RecordReceiptError> {
    authorise(actor, Permission::Enter, company)?;
    check(input)?;
    let ctx = Context::new(app);
    let recorded = app.db.write(|tx| {
        draft::check_direct_in(tx, actor, company, "receipt", input.amount)?;
        let money = received(tx, company, input)?;
        record_in(&ctx, tx, actor, company, &money)
    });
    recorded.map_err(|error| match error {
        RecordReceiptError::Common(common) => {
            document::refused(app, company, "receipt", input.external_id.as_deref(), common).into()
        }
        error => error,
    })
}

/// Everything that can be refused without the database.
fn check(input: &RecordReceipt) -> Result<(), Common> {
    if let Some(id) = &input.external_id {
        check_code("/external_id", id)?;
    }
    if let Some(reference) = &input.reference {
        check_text("/reference", reference)?;
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
    Ok(Received {
        external_id: input.external_id.clone(),
        customer,
        amount: input.amount,
        clearances: Vec::new(),
        value_date: input.value_date,
        effective_date: input.effective_date.unwrap_or(input.value_date),
        reference: input.reference.clone(),
        fx: input.fx.as_ref().map(FxInput::checked).transpose()?,
        allocations,
        bank_line: None,
        proposal: None,
    })
}

/// Money of a customer, from a bank line or by hand.
#[derive(Debug, Clone)]
pub(crate) struct Received {
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
    let company_row = company_row(tx, company)?;
    check_dates(ctx, &company_row, received)?;
    let fx = rate(tx, &company_row, received)?;
    let text = texts(ctx, tx, received)?;

    // items are waited for before the number is taken: who waits must not hold up all receipts of the year
    let wanted: Vec<OpenItemId> = received.allocations.iter().map(|a| a.item).collect();
    let items = query::open_items::lock(tx, company, &wanted)?;
    // what is dated after the money, or was paid by something else meanwhile, can only be paid from then on
    let (now, later) = by_date(tx, &items, received)?;
    let series = document::series("receipt", received.effective_date);
    let number = document::take_number(tx, company, &series)?;
    let document = compose(ctx, &company_row, received, &fx, number, text.commitment)?;
    let digest = document.digest()?;
    let head = Head {
        entry: EntryId::new(ctx.uuid()),
        company,
        customer: received.customer.id,
        document: document.id,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(received.effective_date),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: received.amount.currency(),
        base_currency: company_row.base_currency,
    };
    let (entry_id, item) = (head.entry, head.item);
    let amount = received.amount.minor();
    let draft = post_receipt(ReceiptPosting { head, amount, clearances: received.clearances.clone(), fx })?;
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
    posting::write_for_proposal(tx, &entry, &relieved, vec![event], received.proposal)?;
    let mut allocations: Vec<AllocationId> = entry.allocations.iter().map(|a| a.id).collect();
    for (to, effective) in later {
        let pair = (to.item, item);
        allocations
            .push(allocate_in(ctx, tx, actor, company, pair, to.amount, effective, received.proposal)?.id);
    }
    Ok(RecordedReceipt { id: document.id, number: document.number, entry: entry_id, item, allocations })
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
type ByDate = (Vec<AllocateTo>, Vec<(AllocateTo, NaiveDate)>);

fn by_date(conn: &mut Conn, items: &[OpenItem], received: &Received) -> Result<ByDate, Common> {
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
fn allocated(
    ctx: &Context<'_>,
    mut draft: EntryDraft,
    items: &[OpenItem],
    allocations: &[AllocateTo],
) -> Result<(Entry, Vec<Relieved>), RecordReceiptError> {
    let Some(item) = draft.items.first() else { return Ok((Entry::try_new(draft)?, Vec::new())) };
    let mut credit = ItemBalance::fresh(item);
    let wanted = items.iter().filter(|row| allocations.iter().any(|to| to.item == row.id));
    let mut relieved: Vec<Relieved> = wanted.map(Relieved::load).collect();
    // an entry lists its allocations by id, and whoever recomputes what each relieves takes them in that order
    let mut ids: Vec<AllocationId> = allocations.iter().map(|_| AllocationId::new(ctx.uuid())).collect();
    ids.sort_unstable();
    for (to, id) in allocations.iter().zip(ids) {
        let debit = relieved
            .iter_mut()
            .find(|r| r.balance.id == to.item)
            .ok_or_else(|| Common::not_found("open item", to.item))?;
        let done = allocate(id, &mut debit.balance, &mut credit, to.amount)?;
        draft.allocations.push(done.allocation);
        draft.postings.extend(done.postings);
    }
    relieved.push(Relieved { version: 1, balance: credit });
    Ok((Entry::try_new(draft)?, relieved))
}

fn rate(conn: &mut Conn, company: &Company, received: &Received) -> Result<FxRate, RecordReceiptError> {
    let (currency, base, date) = (received.amount.currency(), company.base_currency, received.value_date);
    let rate = document::rate_on(conn, company, currency, date, received.fx.clone())?;
    rate.ok_or(RecordReceiptError::NoRate { currency, base, date })
}

fn compose(
    ctx: &Context<'_>,
    company: &Company,
    received: &Received,
    fx: &FxRate,
    number: String,
    text: domain::canonical::Digest,
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
        computed: None,
    })
}
