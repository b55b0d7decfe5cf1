//! Returned money (退款/退票): the bank takes a receipt back. Its allocations are undone at the return's date, so that
//! what it paid is open again with its old due dates, and the receipt's credit is cleared by the return's debit. What of it was paid
//! out or written off meanwhile is gone: the customer owes that again, from the day of the return on (decision 77). What the bank takes
//! for it with the line (退票手续费) is a bank charge in the same entry; a fee on a line of its own is [`crate::bank::take_fee`].
//! Where the payer was merged into another since, nothing of hers is touched: whoever took her place owes all of it (decision 94). Nor is
//! anything of whom she paid for, if that one was merged: the payer owes it again (decision 133).

use crate::adjusting::{self, WithLine};
use crate::allocation::{self, AllocateError};
use crate::common::{Common, Context, there};
use crate::company::company_row;
use crate::document::{self, How, ReverseError, TextPart, reverse_in};
use crate::posting;
use crate::receipt::own_words;
use crate::{books, event, period, vault};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::document::Document;
use domain::ids::{BankLineId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId, ProposalId};
use domain::ledger::{
    ClearanceKind, Entry, FxRate, Head, LedgerError, OwedAgain, ReturnPosting, account, post_return,
};
use domain::tax::PriceMode;
use domain::time::AccountingDate;
use money::{Minor, Money};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::rows::{self, BankLine, Company, OpenItem};
use store::types::MergeState;
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ReturnError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Allocation(#[from] AllocateError),
    /// Of what was written off with the receipt.
    #[error(transparent)]
    Reverse(#[from] ReverseError),
    #[error("bank line {0} brought money in: it takes no receipt back")]
    Incoming(BankLineId),
    #[error("receipt {number} was returned or reversed already")]
    AlreadyReturned { number: String },
    #[error(
        "receipt {number} brought {expected}, the bank takes back {found}: only whole receipts are returned, and besides them the charges that the line shows"
    )]
    Amount { number: String, expected: Money, found: Money },
}

crate::common::through_common!(ReturnError);

impl ReturnError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            ReturnError::Common(common) => Some(common),
            ReturnError::Allocation(inner) => inner.common(),
            ReturnError::Reverse(inner) => inner.common(),
            ReturnError::Ledger(_)
            | ReturnError::Incoming(_)
            | ReturnError::AlreadyReturned { .. }
            | ReturnError::Amount { .. } => None,
        }
    }
}

/// What a return posted.
pub(crate) struct Returned {
    pub document: DocumentId,
    pub entries: Vec<EntryId>,
    pub customer: CustomerId,
}

/// Posts the return of `receipt` by a debit line of the bank, from `booked` on, inside a transaction of the caller. `claimed`: the fee in
/// the line that the proposal names, where the bank does not show it.
pub(crate) fn post_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    receipt: DocumentId,
    (line, booked): (&BankLine, NaiveDate),
    (proposal, claimed): (ProposalId, Minor),
) -> Result<Returned, ReturnError> {
    if line.credit {
        return Err(ReturnError::Incoming(line.id));
    }
    let company = company_row(tx, line.company)?;
    let row = query::documents::by_id(tx, company.id, receipt)?
        .ok_or_else(|| Common::not_found("receipt", receipt))?;
    let (item, clearances, fee) = check(tx, &row, (line, claimed))?;

    let since = allocation::item_date(tx, company.id, item.id)?;
    if booked < since {
        let what = format!("receipt {}", row.number);
        return Err(Common::TooEarly { effective: booked, what, since }.into());
    }
    let (owing, merged) = owing(tx, company.id, row.customer)?;
    // what was posted to who was merged stays as it is
    let (allocations, written_off): (_, Vec<WithLine>) = match merged {
        Some(_) => (Vec::new(), Vec::new()),
        None => (allocation::to_free(tx, company.id, item.id)?, written_off_with(tx, &row)?),
    };
    // what is allocated from a later date on can only be undone from there
    let effective = match merged {
        Some(since) => since.max(booked),
        None => allocation::free_day(tx, company.id, (item.id, &allocations), booked)?,
    };
    let effective = written_off.iter().map(|one| one.document.effective_date).fold(effective, NaiveDate::max);
    period::hold_open(tx, company.id, effective)?;
    let mut entries = allocation::set_free(ctx, tx, actor, &allocations, effective)?;
    for one in &written_off {
        let how = How { of_bank: true, ..How::of("returned") };
        let reversed = reverse_in(ctx, tx, actor, company.id, one.document.id, Some(effective), how)?;
        entries.push(reversed.entry);
    }
    let items = query::open_items::lock(tx, company.id, &[item.id])?;
    let item = items.into_iter().next().ok_or_else(|| Common::not_found("open item", item.id))?;
    let (document, entry) =
        post(ctx, tx, actor, &company, (&row, owing), &item, (clearances, fee), line, effective, proposal)?;
    entries.push(entry);
    Ok(Returned { document, entries, customer: owing })
}

/// What was written off with it, as the tax rules wanted, is owed again too (decision 66), but of who was merged since (decision 133).
fn written_off_with(conn: &mut Conn, receipt: &rows::Document) -> Result<Vec<WithLine>, Common> {
    let mut all = adjusting::with_receipt(conn, receipt)?;
    all.retain(|one| one.undone.is_none());
    let whose: Vec<CustomerId> = all.iter().map(|one| one.document.customer).collect();
    let merged = query::customers::merged(conn, receipt.company, &whose)?;
    all.retain(|one| !merged.iter().any(|(id, ..)| *id == one.document.customer));
    Ok(all)
}

/// Who owes what the bank takes back: the customer, or whoever took her place, and since when.
fn owing(
    conn: &mut Conn,
    company: CompanyId,
    of: CustomerId,
) -> Result<(CustomerId, Option<NaiveDate>), Common> {
    let (mut owing, mut since) = (of, None);
    while let Some(merge) = query::merges::standing(conn, company, owing)? {
        if merge.state != MergeState::Merged {
            break;
        }
        owing = merge.target;
        since = since.max(Some(merge.effective_date));
    }
    Ok((owing, since))
}

/// Whom it concerns that the bank takes a receipt back: whose money it was, or whoever took her place, and whose debts it paid.
pub(crate) fn concerns(
    conn: &mut Conn,
    company: CompanyId,
    receipt: DocumentId,
) -> Result<BTreeSet<CustomerId>, Common> {
    let row = there(query::documents::by_id(conn, company, receipt)?, "receipt", receipt)?;
    let (owing, merged) = owing(conn, company, row.customer)?;
    let mut found = match merged {
        Some(_) => BTreeSet::new(),
        None => document::others_of(conn, &row)?,
    };
    found.insert(owing);
    Ok(found)
}

/// What a receipt cleared besides its money.
type Clearances = Vec<(ClearanceKind, Minor)>;

/// The receipt's open item, what it cleared besides its money, and what the bank takes for the return with the line: the charges that
/// it shows or the fee that is claimed, if the line is more than the receipt by just that.
fn check(
    conn: &mut Conn,
    receipt: &rows::Document,
    (line, claimed): (&BankLine, Minor),
) -> Result<(OpenItem, Clearances, Minor), ReturnError> {
    let (item, clearances, bank) = of_receipt(conn, receipt)?;
    let fee = line.amount.sub(bank)?;
    let known = fee.is_zero() || (fee.is_positive() && (fee == line.charges || fee == claimed));
    if !known || receipt.currency != line.currency {
        return Err(ReturnError::Amount {
            number: receipt.number.clone(),
            expected: Money::new(bank, receipt.currency),
            found: Money::new(line.amount, line.currency),
        });
    }
    Ok((item, clearances, fee))
}

/// What a receipt brought.
pub(crate) fn brought(conn: &mut Conn, receipt: &rows::Document) -> Result<Minor, ReturnError> {
    Ok(of_receipt(conn, receipt)?.2)
}

/// The open item of a receipt that was not returned, what it cleared besides its money, and what it brought.
fn of_receipt(
    conn: &mut Conn,
    receipt: &rows::Document,
) -> Result<(OpenItem, Clearances, Minor), ReturnError> {
    let number = receipt.number.clone();
    // a return that was itself taken back is none
    let correcting = document::standing_corrections(conn, receipt.company, receipt.id)?;
    if correcting.iter().any(|document| matches!(document.kind.as_str(), "return" | document::MIRROR)) {
        return Err(ReturnError::AlreadyReturned { number });
    }
    let items = query::open_items::of_document(conn, receipt.company, receipt.id)?;
    let item = items.into_iter().next().ok_or_else(|| Common::not_found("open item of receipt", &number))?;
    let postings = query::entries::postings_of(conn, receipt.company, &[item.entry])?;
    let chart = books::chart_of(conn, receipt.company)?;
    let sum = |role: &str| {
        let is = |account: &str| chart.role_of(account).is_some_and(|own| own.code == role);
        Minor::sum(postings.iter().filter(|p| is(&p.account)).map(|p| p.amount))
    };
    let mut clearances = Vec::new();
    for kind in ClearanceKind::ALL {
        let sum = sum(kind.account())?;
        if !sum.is_zero() {
            clearances.push((kind, sum));
        }
    }
    // what was identified in suspense came from there
    let named = |code: &str, role: &str| chart.role_of(code).is_some_and(|own| own.code == role);
    // a provider's account keeps its number, whatever becomes of the one above it
    let held = query::bank_accounts::list(conn, receipt.company)?;
    let money = |code: &str| {
        let own = named(code, account::BANK) || named(code, account::SUSPENSE);
        own || held.iter().any(|provider| provider.ledger == code)
    };
    let bank = Minor::sum(postings.iter().filter(|p| money(&p.account)).map(|p| p.amount))?;
    Ok((item, clearances, bank))
}

#[allow(clippy::too_many_arguments)] // one private step, split off for its length alone
fn post(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: &Company,
    (receipt, owing): (&rows::Document, CustomerId),
    item: &OpenItem,
    (clearances, fee): (Clearances, Minor),
    line: &BankLine,
    effective: NaiveDate,
    proposal: ProposalId,
) -> Result<(DocumentId, EntryId), ReturnError> {
    let fx = rate(tx, company, line)?;
    let customer = query::erasure::hold(tx, company.id, owing)?;
    let party_key = vault::party_key(ctx, tx, &customer)?;
    let words = own_words(tx, &customer, line)?;
    let parts = [TextPart::new("reference", words.as_deref()), TextPart::new("external_id", None)];
    let text = document::commit_text(ctx, &party_key, &parts)?;
    let number = document::take_number(tx, company.id, &document::series("return", effective))?;
    let texts = (number, fx.clone(), text.commitment);
    let document = compose(ctx, company, (receipt, owing), item, effective, texts)?;
    let digest = document.digest()?;
    let head = Head {
        entry: EntryId::new(ctx.uuid()),
        company: company.id,
        customer: owing,
        document: document.id,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(effective),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: receipt.currency,
        base_currency: company.base_currency,
    };
    let (entry_id, amount) = (head.entry, item.original);
    let own = query::bank_accounts::by_id(tx, company.id, line.account)?;
    let account = there(own, "bank account", line.account)?.ledger;
    let base_amount = item.base_original;
    let again = owed_again(ctx, item)?;
    let draft =
        post_return(ReturnPosting { head, account, fee, amount, base_amount, again, clearances, fx })?;
    let draft = draft.narrowed(account::BANK, line.account);
    let free: &[OpenItem] = if item.open.is_zero() { &[] } else { std::slice::from_ref(item) };
    let (draft, relieved) = allocation::clear_first_in_own_entry(ctx, tx, draft, free)?;
    let entry = Entry::try_new(draft)?;
    let extra = document::Extra { text: words, bank_line: Some(line.id), ..document::Extra::default() };
    let row = document::row(ctx, actor, company.id, (&document, digest), &text, extra);
    document::insert(tx, &row, &document, document::RowTexts::default())?;
    let data = told(&document.number, entry_id, receipt.id, line.id, proposal);
    let event =
        event::carried(ctx, actor, company.id, ("receipt.returned", document.id), data, entry_id.uuid());
    posting::write_for_proposal(tx, &entry, &relieved, vec![event], Some(proposal))?;
    Ok((document.id, entry_id))
}

/// What of a receipt's credit, which nothing that it pays holds any more, is gone for good.
fn owed_again(ctx: &Context<'_>, item: &OpenItem) -> Result<Option<OwedAgain>, Common> {
    let (amount, base) = (item.original.sub(item.open)?, item.base_original.sub(item.base_open)?);
    let again = OwedAgain { item: OpenItemId::new(ctx.uuid()), amount, base };
    Ok((!amount.is_zero()).then_some(again))
}

/// What the event of a return says: ids and its number.
fn told(number: &str, entry: EntryId, receipt: DocumentId, line: BankLineId, proposal: ProposalId) -> Value {
    json!({
        "number": number, "entry": entry.to_string(), "receipt": receipt.to_string(),
        "bank_line": line.to_string(), "proposal": proposal.to_string(),
    })
}

fn compose(
    ctx: &Context<'_>,
    company: &Company,
    (receipt, owing): (&rows::Document, CustomerId),
    item: &OpenItem,
    effective: NaiveDate,
    (number, fx, text): (String, FxRate, Digest),
) -> Result<Document, Common> {
    let totals = (Minor::ZERO, item.original);
    let (base_net, base_tax, base_gross) =
        document::in_base(&fx, totals, receipt.currency, company.base_currency)?;
    Ok(Document {
        id: DocumentId::new(ctx.uuid()),
        kind: "return".to_owned(),
        number,
        customer: owing,
        currency: receipt.currency,
        document_date: effective,
        effective_date: effective,
        due_date: None,
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net: item.original,
        tax: Minor::ZERO,
        gross: item.original,
        base_currency: company.base_currency,
        base_net,
        base_tax,
        base_gross,
        fx,
        original: Some(receipt.id),
        text,
        lines: Vec::new(),
        allowances: Vec::new(),
        taxes: Vec::new(),
        terms: None,
        computed: None,
    })
}

fn rate(conn: &mut Conn, company: &Company, line: &BankLine) -> Result<FxRate, Common> {
    let date = line.value_date.map_or(line.booking_date.date(), |date| date.date());
    document::rate_on(conn, company, line.currency, date, None)?.ok_or_else(|| {
        let what = format!("{}/{}/{date}", line.currency, company.base_currency);
        Common::not_found("exchange rate", what)
    })
}
