//! Takes a posted document back (冲销) by an entry of its own: authorise and date are the caller's → load → check →
//! compute → write, in one transaction.
//!
//! | made | what |
//! |---|---|
//! | a document of the kind `adjustment` | mirrors figures, lines and tax of the original, which it names |
//! | an entry of the kind `reversal` | the original's postings, negative (红字); it names the entry it reverses |
//! | a counter item | clears the original's item, so that neither is open; one for each instalment |
//! | of what billed deliveries | they are open again, and what cleared what they accrued is countered |
//! | of what a credit note gave back of deliveries | its original bills it again |
//! | of what is not delivered | it waits for its goods no more, or where a credit note took it, again |
//!
//! Documents of a bill of exchange are taken back by `crate::bill`. A write-off, refund or adjustment that clears an item in its own entry is set free of it first: it does nothing else; so is
//! a credit note of what it clears of its original (decision 69), and where an import is undone, a receipt of what it paid when it came in (decision 91).
//!
//! Refused where something rests on the document: money allocated to it, a credit note or a return that corrects it, a
//! locked period, a tax invoice that stands (发票: a linked credit note and a red-letter one correct it), on a day up to the cut-off of an approved statement that states it: what a customer agreed to stays what it
//! was on that day, and the reversal stands in a later statement. What was issued to the customer (`issued`) is corrected by a credit note alone; an import of it
//! is undone on a later day that a person gives (decisions 30 and 81). Nothing posted is changed; only `external_id`, by which the caller
//! knows the document, is set free for the one that replaces it, and stays readable for the texts that it is committed with.

use super::goods::{free_billed, given_since, links_of, parted};
use super::issued::{self, stated};
use super::{
    Extra, MIRROR, RowTexts, TextCommitment, commit_bytes, insert, row, series, stored_rate, take_number,
    text_of,
};
use crate::allocation::{self, AllocateError};
use crate::audit::rebuild;
use crate::common::{Common, Context, there};
use crate::company::company_row;
use crate::delivery::{self, deferral};
use crate::posting::Relieved;
use crate::{advance, bill, dispute, event, invoice, period, posting, receipt, suspense, tax_invoice, vault};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::document::Document;
use domain::ids::{CompanyId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{Entry, Head, LedgerError, Posting, ReversalPosting, TRANSFER, post_reversal};
use domain::time::AccountingDate;
use serde_json::{Value, json};
use store::query::history::DocumentHistory;
use store::rows::{self, Allocation, Deferral, DeliveryLink, OpenItem};
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ReverseError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Allocation(#[from] AllocateError),
    #[error(transparent)]
    Bill(Box<bill::BillError>),
    #[error("{number} is a {kind}: it is not reversed by itself")]
    Kind { number: String, kind: String },
    #[error("{number} is corrected by {by}: take that back first")]
    Corrected { number: String, by: String },
    #[error("{number} was reversed already, by {by}")]
    TakenBack { number: String, by: String },
    #[error("{allocations} allocations rest on {number}: undo them first")]
    Allocated { number: String, allocations: usize },
    #[error(
        "{number} came from a bank line: it is taken back by the bank's return, or by undoing the proposal that was approved"
    )]
    OfBank { number: String },
    #[error("{number} was issued to the customer ({by}): correct it by a credit note that names it")]
    Issued { number: String, by: String },
    #[error("{number} is stated in {statement}, which is approved: take it back on a day after {cut_off}")]
    Stated { number: String, statement: String, cut_off: NaiveDate },
    #[error(
        "{number} is in tax invoice {tax_invoice}, which stands: correct it with a credit note that names it, and a red-letter tax \
         invoice; or void the tax invoice first"
    )]
    TaxInvoiced { number: String, tax_invoice: String },
    #[error(
        "{number} is a late fee in tax invoice {tax_invoice}, which stands: enter the red-letter tax invoice that takes all of it back, or void it, and reverse this then"
    )]
    FeeTaxInvoiced { number: String, tax_invoice: String },
    #[error("delivery {delivery} was recorded as of {number}: reverse that first")]
    Delivered { number: String, delivery: String },
    #[error(
        "{delivery} brings goods of {number} back and waits for its credit note: reverse that return first, or correct the invoice by the credit note"
    )]
    Returned { number: String, delivery: String },
    #[error("{number} gave delivery {delivery} back, and {by} has it now: take that back first")]
    Rebilled { number: String, delivery: String, by: String },
    #[error("{number} is of {of}: it cannot be taken back on {on}, which is before")]
    Before { number: String, of: NaiveDate, on: NaiveDate },
}

crate::common::through_common!(ReverseError);

impl ReverseError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            ReverseError::Common(common) => Some(common),
            ReverseError::Allocation(inner) => inner.common(),
            ReverseError::Bill(inner) => inner.common(),
            _ => None,
        }
    }
}

/// What a reversal posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversed {
    pub document: DocumentId,
    pub number: String,
    pub entry: EntryId,
}

/// By what right, and why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How<'a> {
    /// A code for the event.
    pub why: &'static str,
    /// Free text, in place of that of the document.
    pub reason: Option<&'a str>,
    /// It undoes what the approval of a bank line's proposal posted.
    pub of_bank: bool,
    /// It undoes an import: what was issued may go, on a day that a person gave.
    pub of_import: bool,
}

impl How<'_> {
    pub(crate) const fn of(why: &'static str) -> Self {
        How { why, reason: None, of_bank: false, of_import: false }
    }
}

/// Reverses a document inside a transaction of the caller, who has authorised it. Without a date on its own day, as if it
/// had never been. What is disputed of it is withdrawn with it.
pub(crate) fn reverse_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    id: DocumentId,
    effective: Option<NaiveDate>,
    how: How<'_>,
) -> Result<Reversed, ReverseError> {
    let original = there(query::history::document(tx, company, id)?, "document", id)?;
    query::erasure::hold_all(tx, company, &[original.document.customer])?;
    let reversed = if bill::is_of_bill(&original.document.kind) {
        bill::undo_in(ctx, tx, actor, &original, effective, how)?
    } else {
        take_back(ctx, tx, actor, &original, effective, how)?
    };
    dispute::withdraw(ctx, tx, actor, &original.document, reversed.document)?;
    Ok(reversed)
}

fn take_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    original: &DocumentHistory,
    effective: Option<NaiveDate>,
    how: How<'_>,
) -> Result<Reversed, ReverseError> {
    let (company, id) = (original.document.company, original.document.id);
    set_free(ctx, tx, actor, original, effective, how)?;
    let (items, entry) = check(tx, original, how)?;
    let own_day = day(tx, &original.document, &items, effective)?;
    let own_day = given_since(tx, &original.document, entry, (own_day, effective))?;
    let issued = issued::check(tx, &original.document, entry, (how, effective.is_some()))?;
    let (deferrals, effective) = deferral::taken_back(tx, company, entry.uuid(), (effective, own_day))?;
    period::hold_open(tx, company, effective)?;
    if let Some((statement, cut_off)) = stated(tx, &original.document, entry, effective)? {
        return Err(ReverseError::Stated { number: original.document.number.clone(), statement, cut_off });
    }
    let parted = parted(tx, &original.document, entry)?;
    let billed = free_billed(ctx, tx, actor, original, entry, effective)?;
    let words = how.reason.map(str::to_owned).or_else(|| original.document.text.clone());
    let text = recommitted(ctx, tx, original, words.clone())?;
    let document = composed(ctx, tx, company, original, effective, text.commitment)?;
    let digest = document.digest()?;
    let head = Head {
        entry: EntryId::new(ctx.uuid()),
        company,
        customer: document.customer,
        document: document.id,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(effective),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: document.currency,
        base_currency: document.base_currency,
    };
    let (reversal, posted) = (head.entry, entry);
    let postings = query::entries::postings_of(tx, company, &[entry])?.iter().map(rebuild::posting).collect();
    let postings = advance::without(tx, company, entry, postings)?;
    let (entry, relieved) = entry_of(ctx, tx, head, entry, postings, [items, billed].concat())?;
    let links = links_of(ctx, tx, original, posted, (effective, reversal))?;
    let purchase_order = original.document.purchase_order.clone();
    let extra = Extra { purchase_order, text: words, ..Extra::default() };
    query::documents::release_external_id(tx, company, id)?;
    insert(tx, &row(ctx, actor, company, (&document, digest), &text, extra), &document, words_of(original))?;
    let deferrals = deferral::sealed_by(deferrals, reversal.uuid());
    let data = data_of(&document, (reversal, id), (how.why, issued), (&links, &deferrals));
    let event =
        event::carried(ctx, actor, company, ("document.reversed", document.id), data, reversal.uuid());
    let suspended = suspense::of_reversal(ctx, tx, actor, &original.document, (reversal, effective))?;
    let events = std::iter::once(event).chain(suspended.iter().map(|(event, _)| event.clone()));
    posting::write(tx, &entry, &relieved, events.collect())?;
    if let Some((_, moved)) = suspended {
        query::suspense::insert_move(tx, &moved)?;
    }
    for pair in parted {
        allocation::allocate_billed(ctx, tx, actor, company, pair, effective)?;
    }
    query::deliveries::insert_links(tx, &links)?;
    query::deferrals::insert(tx, &deferrals)?;
    Ok(Reversed { document: document.id, number: document.number, entry: reversal })
}

/// What a document's lines and allowances say.
fn words_of(original: &DocumentHistory) -> RowTexts {
    RowTexts {
        descriptions: original.lines.iter().map(|line| line.description.clone()).collect(),
        reasons: original.allowances.iter().map(|allowance| allowance.reason.clone()).collect(),
    }
}

/// The day of the reversal: the wanted one, which is not before the document's; else its own, or where money was allocated to it
/// and taken back, from there on.
pub(super) fn day(
    conn: &mut Conn,
    of: &rows::Document,
    items: &[OpenItem],
    wanted: Option<NaiveDate>,
) -> Result<NaiveDate, ReverseError> {
    let own = of.effective_date;
    match wanted {
        Some(on) if on < own => Err(ReverseError::Before { number: of.number.clone(), of: own, on }),
        Some(date) => Ok(date),
        None => {
            let free =
                posting::free_from(conn, of.company, items.iter().map(|item| (item.id, item.original)))?;
            Ok(free.into_values().fold(own, NaiveDate::max))
        }
    }
}

/// Kinds that may be reversed; a bank's return only with the approval that posted it.
pub(super) const KINDS: [&str; 9] =
    ["invoice", "credit-note", "debit-note", "receipt", "opening", "late-fee", "write-off", "refund", MIRROR];

/// Undoes the allocation that the document made in its own entry, and is there for; of a credit note what clears its original; of a
/// receipt, where its import is undone, what it paid when it was recorded.
fn set_free(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    original: &DocumentHistory,
    effective: Option<NaiveDate>,
    how: How<'_>,
) -> Result<(), ReverseError> {
    let of = &original.document;
    if of.kind == "credit-note" {
        let cleared = invoice::cleared_by(tx, of)?;
        return free_all(ctx, tx, actor, (of, &cleared), effective);
    }
    if how.of_import && of.kind == "receipt" {
        let paid = receipt::paid_with(tx, of)?;
        return free_all(ctx, tx, actor, (of, &paid), effective);
    }
    let clears =
        matches!(of.kind.as_str(), "write-off" | "refund" | MIRROR) || how.of_bank && of.kind == "return";
    if !clears {
        return Ok(());
    }
    for item in query::open_items::of_document(tx, of.company, of.id)? {
        let made = query::entries::by_id(tx, of.company, item.entry)?;
        if made.is_some_and(|entry| entry.kind == "reversal") {
            continue; // `check` refuses it
        }
        let all = query::allocations::of_item(tx, of.company, item.id)?;
        for allocation in allocation::standing(all).iter().filter(|one| one.entry == item.entry) {
            let date = effective.unwrap_or(of.effective_date).max(of.effective_date);
            allocation::undo_own(ctx, tx, actor, allocation, date)?;
        }
    }
    Ok(())
}

/// Undoes what a credit note cleared of its original, or a receipt paid when it was recorded, all on one day. What refuses the day is
/// asked first: nothing is written before.
fn free_all(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (of, all): (&rows::Document, &[Allocation]),
    effective: Option<NaiveDate>,
) -> Result<(), ReverseError> {
    let Some(last) = all.iter().map(|one| one.effective_date.date()).max() else { return Ok(()) };
    let date = effective.unwrap_or(last).max(of.effective_date);
    period::hold_open(tx, of.company, date)?;
    let items = query::open_items::of_document(tx, of.company, of.id)?;
    let entry = there(items.first(), "open item of", &of.number)?.entry;
    if let Some((statement, cut_off)) = stated(tx, of, entry, date)? {
        return Err(ReverseError::Stated { number: of.number.clone(), statement, cut_off });
    }
    if of.kind == "receipt" {
        check_transfers(tx, of.company, all, date)?;
    }
    for one in all {
        allocation::undo_own(ctx, tx, actor, one, date)?;
    }
    Ok(())
}

/// That no approved statement of another of the family states what was transferred to her.
fn check_transfers(
    tx: &mut Tx<'_>,
    company: CompanyId,
    all: &[Allocation],
    date: NaiveDate,
) -> Result<(), ReverseError> {
    for one in all {
        let by = there(query::entries::by_id(tx, company, one.entry)?, "entry", one.entry)?;
        let Some(id) = by.document.filter(|_| by.kind == TRANSFER) else { continue };
        let transfer = there(query::documents::by_id(tx, company, id)?, "document", id)?;
        if let Some((statement, cut_off)) = stated(tx, &transfer, by.id, date)? {
            return Err(ReverseError::Stated { number: transfer.number, statement, cut_off });
        }
    }
    Ok(())
}

/// What its event says.
fn data_of(
    document: &Document,
    (reversal, reverses): (EntryId, DocumentId),
    (why, issued): (&str, Option<String>),
    (links, deferrals): (&[DeliveryLink], &[Deferral]),
) -> Value {
    let mut data = json!({
        "number": document.number, "entry": reversal.to_string(), "reverses": reverses.to_string(), "why": why,
    });
    // of an import that is undone: what shows that the customer had it
    if let Some(by) = issued {
        data = event::with(data, "issued", by.into());
    }
    if !links.is_empty() {
        let links = links.iter().map(|link| delivery::link_data(link, document.currency)).collect();
        data = event::with(data, "links", links);
    }
    if !deferrals.is_empty() {
        data = event::with(data, "deferred", deferral::data(deferrals, document.base_currency));
    }
    data
}

/// The entry of the reversal, by which nothing of what the original made stays open: its own items, then those that billed
/// deliveries.
fn entry_of(
    ctx: &Context<'_>,
    conn: &mut Conn,
    head: Head,
    reverses: EntryId,
    postings: Vec<Posting>,
    made: Vec<OpenItem>,
) -> Result<(Entry, Vec<Relieved>), ReverseError> {
    let own = std::iter::once(head.item).chain(std::iter::repeat_with(|| OpenItemId::new(ctx.uuid())));
    let items = made.iter().map(rebuild::item).zip(own).collect();
    let draft = post_reversal(ReversalPosting { head, reverses, postings, items })?;
    let (draft, relieved) = allocation::clear_each_in_own_entry(ctx, conn, draft, &made)?;
    Ok((Entry::try_new(draft)?, relieved))
}

/// That nothing rests on it; gives its open items, held, and the entry that posted them.
fn check(
    tx: &mut Tx<'_>,
    original: &DocumentHistory,
    how: How<'_>,
) -> Result<(Vec<OpenItem>, EntryId), ReverseError> {
    let of = &original.document;
    let number = || of.number.clone();
    let refused = || ReverseError::Kind { number: number(), kind: of.kind.clone() };
    let reversible = KINDS.contains(&of.kind.as_str()) || (how.of_bank && of.kind == "return");
    if !reversible {
        return Err(refused());
    }
    if of.bank_line.is_some() && !how.of_bank {
        return Err(ReverseError::OfBank { number: number() });
    }
    let items = query::open_items::of_document(tx, of.company, of.id)?;
    let named: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
    let held = query::open_items::lock(tx, of.company, &named)?;
    let entry = there(held.first(), "open item of", &of.number)?.entry;
    // an adjustment may be a document of its own, or the mirror of another
    let made = there(query::entries::by_id(tx, of.company, entry)?, "entry", entry)?;
    if made.kind == "reversal" {
        return Err(refused());
    }
    // asked after the items are held: whoever corrects or pays the document waits for it too
    if let Some(by) = super::standing_on(tx, of.company, of.id)?.into_iter().next() {
        return Err(match by.kind.as_str() {
            MIRROR => ReverseError::TakenBack { number: number(), by: by.number },
            _ => ReverseError::Corrected { number: number(), by: by.number },
        });
    }
    if let Some(delivery) = delivery::came_back::waits_for(tx, of.company, of.id)? {
        return Err(ReverseError::Returned { number: number(), delivery });
    }
    if let Some(refused) = in_tax_invoice(tx, of)? {
        return Err(refused);
    }
    let mut active = 0_usize;
    for item in &held {
        let all = query::allocations::of_item(tx, of.company, item.id)?;
        active = active.saturating_add(allocation::standing(all).len());
    }
    if active > 0 || held.iter().any(|item| item.open != item.original) {
        return Err(ReverseError::Allocated { number: number(), allocations: active });
    }
    Ok((held, entry))
}

/// Why what is in a tax invoice that stands is not reversed.
pub(super) fn in_tax_invoice(conn: &mut Conn, of: &rows::Document) -> Result<Option<ReverseError>, Common> {
    let Some(tax_invoice) = tax_invoice::standing_of(conn, of.company, of.id)? else { return Ok(None) };
    let number = of.number.clone();
    // a credit note takes from revenue, and a late fee is none
    Ok(Some(match of.kind.as_str() {
        "late-fee" => ReverseError::FeeTaxInvoiced { number, tax_invoice },
        _ => ReverseError::TaxInvoiced { number, tax_invoice },
    }))
}

/// The same texts under a salt of their own.
pub(crate) fn recommitted(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    original: &DocumentHistory,
    words: Option<String>,
) -> Result<TextCommitment, Common> {
    let of = &original.document;
    let customer = query::erasure::hold(tx, of.company, of.customer)?;
    let party_key = vault::party_key(ctx, tx, &customer)?;
    let parts = DocumentHistory {
        // as a mirror, whose kind decides which texts are committed to
        document: rows::Document {
            kind: MIRROR.to_owned(),
            text: words,
            external_id: None,
            tax_invoice_number: None,
            ..of.clone()
        },
        ..original.clone()
    };
    commit_bytes(ctx, &party_key, &text_of(&parts)?)
}

pub(crate) fn composed(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    original: &DocumentHistory,
    effective: NaiveDate,
    text: domain::canonical::Digest,
) -> Result<Document, Common> {
    let of = &original.document;
    let base_currency = company_row(tx, company)?.base_currency;
    let mirrored = super::from_rows(
        of,
        &original.lines,
        &original.allowances,
        &original.tax_lines,
        (None, None),
        base_currency,
    );
    let number = take_number(tx, company, &series("reversal", effective))?;
    Ok(Document {
        id: DocumentId::new(ctx.uuid()),
        kind: MIRROR.to_owned(),
        number,
        document_date: effective,
        effective_date: effective,
        due_date: None,
        fx: stored_rate(of.fx_rate, of.fx_date, &of.fx_source)?,
        original: Some(of.id),
        text,
        computed: None,
        ..mirrored
    })
}
