//! Issues an invoice, credit note or debit note: authorise → load → assess → check → compute → write.
//!
//! | step | what | database |
//! |---|---|---|
//! | load | company, customer, rate, locks, binding, original | one read |
//! | assess | tax guest, one conversation | none |
//! | check | `domain::tax::accept` | none |
//! | compute | document, entry, blobs, digests | none |
//! | write | versions re-checked, number taken, rows inserted; a credit clears its original | one transaction |
//!
//! A conflict in the write starts again from *load*, [`TRIES_MAX`] times.

use super::parts::IssuedPart;
use super::write::PreparedInvoice;
use super::{assess, linked, load, write};
use crate::adjusting::WriteOffReason;
use crate::allocation::AllocateError;
use crate::common::{Common, Context, authorise, check_code, check_name, check_text};
use crate::delivery::DeliveryPart;
use crate::plugin::GuestWords;
use crate::{App, customer, document, draft};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{AllocationId, CompanyId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{FxRate, LedgerError};
use domain::tax::{PriceMode, TaxError};
use domain::terms::Terms;
use money::{Currency, MINOR_UNITS_MAX, Minor, Money};
use rust_decimal::Decimal;
use store::abort::{self, Point};
use thiserror::Error;

/// Attempts before a conflict is the caller's (409). Whoever loses one, another has won it: sixteen who write at once all get through.
pub(crate) const TRIES_MAX: u32 = 16;
/// Lines of one document.
pub const LINES_MAX: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceKind {
    Invoice,
    CreditNote,
    /// 借项通知: raises an invoice that it names, and is taxed and owed like one.
    DebitNote,
    /// 滞纳金/违约金: charged like an invoice, taxed as what it is.
    LateFee,
    /// 坏账/尾差: what of an invoice will not be paid, where the tax rules are asked about it; posted by
    /// [`crate::adjusting`] alone.
    WriteOff(WriteOffReason),
    /// 预收款: money that stays on account; posted beside its receipt by [`crate::advance`] alone.
    Advance,
}

impl InvoiceKind {
    pub const fn name(self) -> &'static str {
        match self {
            InvoiceKind::Invoice => "invoice",
            InvoiceKind::CreditNote => "credit-note",
            InvoiceKind::DebitNote => "debit-note",
            InvoiceKind::LateFee => "late-fee",
            InvoiceKind::WriteOff(_) => "write-off",
            InvoiceKind::Advance => "advance",
        }
    }
    /// The customer owes more by it.
    pub const fn charges(self) -> bool {
        matches!(self, InvoiceKind::Invoice | InvoiceKind::DebitNote | InvoiceKind::LateFee)
    }
}

/// An allowance, or with `charge` a charge, of a line or of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    pub charge: bool,
    pub amount: AdjustmentAmount,
    pub reason: Option<String>,
    /// Tax category; required for document-level ones.
    pub category: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdjustmentAmount {
    /// Major units of the document's currency.
    Amount(Decimal),
    /// A fraction of quantity × price: 0.05 is 5 %.
    Fraction(Decimal),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    pub description: String,
    pub quantity: Decimal,
    pub unit: Option<String>,
    pub unit_price: Decimal,
    pub category: String,
    /// normal | discounted | discount | deposit | disbursement
    pub nature: String,
    /// Of a discount line (折扣行), and of no other: the number of the line it discounts, from 1.
    pub parent: Option<u32>,
    /// Of a credit note: the number of the original's line that this one takes back. Default: the original's only line
    /// of the same category. Of a debit note: the line whose price it raises.
    pub original_line: Option<u32>,
    /// goods | service
    pub supply: String,
    pub allowances: Vec<Adjustment>,
}

/// A rate given with the document instead of the stored one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FxInput {
    pub rate: Decimal,
    pub date: NaiveDate,
    pub source: String,
}

impl FxInput {
    /// As a rate of the ledger; of invoices and receipts alike.
    pub(crate) fn checked(&self) -> Result<FxRate, Common> {
        check_code("/fx/source", &self.source)?;
        FxRate::try_new(self.rate, self.date, self.source.clone())
            .map_err(|_| Common::invalid("/fx/rate", "must be greater than 0"))
    }
}

/// That a given rate is one of an amount of that day: the base currency has none but 1, and no day is posted at the rate of a later one.
pub(crate) fn check_rate(
    fx: Option<&FxRate>,
    base: Currency,
    (currency, day): (Currency, NaiveDate),
) -> Result<(), Common> {
    let Some(fx) = fx else { return Ok(()) };
    if currency == base && fx.rate() != Decimal::ONE {
        return Err(Common::invalid("/fx", format!("is of {base}, the base currency: leave it out")));
    }
    if fx.date > day {
        return Err(Common::invalid("/fx/date", format!("lies after {day}, the day of the amount")));
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueInvoice {
    pub external_id: Option<String>,
    pub customer: customer::CustomerRef,
    pub kind: InvoiceKind,
    /// Number, id or external id of the invoice a credit note corrects. Where none can be named, `text` holds the reason (decision 23).
    pub original: Option<String>,
    pub document_date: NaiveDate,
    /// Default: the document date.
    pub effective_date: Option<NaiveDate>,
    /// Default: the document date plus the customer's terms.
    pub due_date: Option<NaiveDate>,
    /// Of this document; default: the customer's.
    pub terms: Option<Terms>,
    pub supply_date: Option<NaiveDate>,
    pub currency: Currency,
    pub price_mode: PriceMode,
    pub purchase_order: Option<String>,
    pub tax_invoice_number: Option<String>,
    pub text: Option<String>,
    pub fx: Option<FxInput>,
    pub lines: Vec<InvoiceLine>,
    pub allowances: Vec<Adjustment>,
    /// What it bills of deliveries; of a credit note, of returns.
    pub deliveries: Vec<DeliveryPart>,
    /// Of a credit note: on what it is issued, where its original has a tax invoice.
    pub red_confirmation: Option<RedConfirmation>,
    /// Of a credit note: the goods stay with the customer, and what its original bills of deliveries is billed anew (红冲重开).
    pub rebill: bool,
}

/// On what a document with a tax invoice may be corrected (红字).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedConfirmation {
    /// 红字确认单/信息表
    Number(String),
    /// Why there is none.
    Reason(String),
}

/// What was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedInvoice {
    pub id: DocumentId,
    pub number: String,
    pub entry: EntryId,
    /// The first of its items.
    pub item: OpenItemId,
    /// What is payable when, with an open item each.
    pub parts: Vec<IssuedPart>,
    /// Of a credit note: what it clears of its original.
    pub allocations: Vec<IssuedAllocation>,
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
    pub due_date: Option<NaiveDate>,
    /// (code, rate, base, amount)
    pub taxes: Vec<(String, Decimal, Money, Money)>,
    /// What the tax plugin said beside the figures.
    pub words: GuestWords,
}

/// What a credit note clears of an item of its original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuedAllocation {
    pub id: AllocationId,
    /// The original's.
    pub item: OpenItemId,
    pub amount: Money,
    /// The credit's own day, or the first on which the item is free.
    pub effective_date: NaiveDate,
}

#[derive(Debug, Error)]
pub enum IssueInvoiceError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("what the tax plugin {plugin} answered does not hold: {source}")]
    TaxNotAccepted { plugin: String, source: TaxError },
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Clears(#[from] AllocateError),
    #[error(
        "no exchange rate from {currency} to {base} on or before {date}: store one with PUT /v1/fx-rates, or give `fx`"
    )]
    NoRate { currency: Currency, base: Currency, date: NaiveDate },
    #[error(
        "a credit note names its original: give `original`, the number or id of the posted invoice; where there is none to \
         name, say why in `text`"
    )]
    OriginalMissing,
    #[error("{original} is not a posted invoice of this customer in {currency}")]
    OriginalUnfit { original: String, currency: Currency },
    #[error(
        "{original} is in tax invoice {tax_invoice}: its credit note waits for the number of a 红字确认单 or a reason, in \
         `red_confirmation`"
    )]
    RedConfirmationMissing { original: String, tax_invoice: String },
    #[error("the credit of {amount} exceeds what is left of {original}: {left}")]
    ExceedsOriginal { original: String, amount: Money, left: Money },
    #[error("the credit of {amount} exceeds what is left of line {line} of {original}: {left}")]
    ExceedsLine {
        /// Of the credit, from 0.
        index: usize,
        original: String,
        line: u32,
        amount: Money,
        left: Money,
    },
    #[error("the credit gives {amount} of tax back on line {line} of {original}, of which {left} is left")]
    ExceedsLineTax {
        /// Of the credit, from 0.
        index: usize,
        original: String,
        line: u32,
        amount: Money,
        left: Money,
    },
    #[error(
        "the tax rules make {found} of the {expected} that stays on account: tax in advance is within what was paid"
    )]
    AdvanceChanged { expected: Money, found: Money },
}

crate::common::through_common!(IssueInvoiceError);

/// Issues `input` as `actor`; see the module's table.
pub fn issue(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &IssueInvoice,
) -> Result<IssuedInvoice, IssueInvoiceError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    check(input)?;
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        let prepared = assessed(&ctx, company, input)?;
        let gross = Money::new(prepared.gross(), input.currency);
        let written = app.db.write(|tx| {
            draft::check_direct_in(tx, actor, company, input.kind.name(), gross)?;
            write::write_in(&ctx, tx, actor, input, &prepared)
        });
        match written {
            Err(IssueInvoiceError::Common(refused)) if refused.is_conflict() && tries < TRIES_MAX => {
                tries += 1
            }
            Err(IssueInvoiceError::Common(refused)) => {
                let id = input.external_id.as_deref();
                return Err(document::refused(app, company, input.kind.name(), id, refused).into());
            }
            outcome => return outcome,
        }
    }
}

/// Everything up to the write; [`super::write_in`] goes on.
pub(crate) fn prepare(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &IssueInvoice,
) -> Result<PreparedInvoice, IssueInvoiceError> {
    check(input)?;
    assessed(ctx, company, input)
}

fn assessed(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &IssueInvoice,
) -> Result<PreparedInvoice, IssueInvoiceError> {
    let mut loaded = load::load(ctx, company, &[input])?;
    let nothing = || Common::Corrupt { what: "snapshot", detail: "nothing was loaded".to_owned() };
    assess_loaded(ctx, input, loaded.pop().ok_or_else(nothing)??)
}

pub(super) fn assess_loaded(
    ctx: &Context<'_>,
    input: &IssueInvoice,
    loaded: load::Loaded,
) -> Result<PreparedInvoice, IssueInvoiceError> {
    let assessed = assess::assess(ctx, &loaded, input)?;
    abort::here(Point::InvoiceAssessed);
    Ok(PreparedInvoice::new(ctx, input, loaded, assessed)?)
}

/// Everything that can be refused without the database.
pub(super) fn check(input: &IssueInvoice) -> Result<(), Common> {
    if input.lines.is_empty() || input.lines.len() > LINES_MAX {
        return Err(Common::invalid(
            "/lines",
            format!("must hold 1 to {LINES_MAX} lines, found {}", input.lines.len()),
        ));
    }
    if let Some(id) = &input.external_id {
        check_code("/external_id", id)?;
    }
    let texts = [
        ("/purchase_order", &input.purchase_order),
        ("/tax_invoice_number", &input.tax_invoice_number),
        ("/text", &input.text),
        ("/original", &input.original),
    ];
    for (pointer, text) in texts {
        if let Some(text) = text {
            check_text(pointer, text)?;
        }
    }
    if input.due_date.is_some_and(|due| due < input.document_date) {
        return Err(Common::invalid("/due_date", "lies before the document date"));
    }
    if input.terms.is_some() {
        if input.due_date.is_some() {
            return Err(Common::invalid("/terms", "stands beside due_date: give one of them"));
        }
        if !input.kind.charges() {
            return Err(Common::invalid(
                "/terms",
                "is not of a credit note: what is owed to a customer is not due",
            ));
        }
    }
    if let Some(fx) = &input.fx {
        fx.checked()?;
    }
    linked::check(input)?;
    for (index, line) in input.lines.iter().enumerate() {
        check_line(&format!("/lines/{index}"), line, input.currency)?;
        check_nature(index, line, input)?;
    }
    for (index, adjustment) in input.allowances.iter().enumerate() {
        check_adjustment(&format!("/allowances/{index}"), adjustment)?;
        check_decimals(&format!("/allowances/{index}/amount"), adjustment, input.currency)?;
        if adjustment.category.is_none() {
            return Err(Common::invalid(
                format!("/allowances/{index}/category"),
                "is required: it decides the tax of the allowance",
            ));
        }
    }
    Ok(())
}

fn check_line(at: &str, line: &InvoiceLine, currency: Currency) -> Result<(), Common> {
    check_name(&format!("{at}/description"), &line.description)?;
    check_code(&format!("{at}/category"), &line.category)?;
    if let Some(unit) = &line.unit {
        check_name(&format!("{at}/unit"), unit)?;
    }
    if line.quantity.is_zero() {
        return Err(Common::invalid(format!("{at}/quantity"), "must not be 0"));
    }
    // before a guest reckons with it: what overflows would look like its fault
    let largest = Minor::new(MINOR_UNITS_MAX).to_decimal(currency);
    if line.quantity.checked_mul(line.unit_price).is_none_or(|value| value.abs() > largest) {
        let message = format!(
            "times the quantity comes to more than the largest amount there is, {largest} {currency}"
        );
        return Err(Common::invalid(format!("{at}/unit_price"), message));
    }
    if !["normal", "discounted", "discount", "deposit", "disbursement"].contains(&line.nature.as_str()) {
        return Err(Common::invalid(
            format!("{at}/nature"),
            format!("{:?} is not one of normal, discounted, discount, deposit, disbursement", line.nature),
        ));
    }
    if !["goods", "service"].contains(&line.supply.as_str()) {
        return Err(Common::invalid(
            format!("{at}/supply"),
            format!("{:?} is not one of goods, service", line.supply),
        ));
    }
    for (index, adjustment) in line.allowances.iter().enumerate() {
        check_adjustment(&format!("{at}/allowances/{index}"), adjustment)?;
    }
    Ok(())
}

/// Only a discount line is negative, and it names what it discounts; what is taken back is a credit note's.
fn check_nature(index: usize, line: &InvoiceLine, input: &IssueInvoice) -> Result<(), Common> {
    let at = |field: &str| format!("/lines/{index}/{field}");
    let negative = |value: Decimal| value.is_sign_negative() && !value.is_zero();
    let discount = line.nature == "discount";
    let fields = [("quantity", line.quantity), ("unit_price", line.unit_price)];
    let found = fields.iter().find(|(_, value)| negative(*value));
    match (discount, found) {
        (false, Some((field, _))) => {
            let advice = "must not be negative: give a discount as an allowance, or as a line of the nature `discount` \
                          that names its line in `parent`; take goods back with a credit note";
            return Err(Common::invalid(at(field), advice));
        }
        (true, _) if fields.iter().filter(|(_, value)| negative(*value)).count() != 1 => {
            return Err(Common::invalid(
                at("unit_price"),
                "a discount line is negative: make its quantity or its price so, not both",
            ));
        }
        _ => {}
    }
    let names_one_before = line
        .parent
        .and_then(|parent| usize::try_from(parent).ok()?.checked_sub(1))
        .filter(|parent| *parent < index)
        .and_then(|parent| input.lines.get(parent))
        .is_some_and(|parent| parent.nature != "discount");
    if discount && !names_one_before {
        return Err(Common::invalid(
            at("parent"),
            "a discount line names the line before it that it discounts, by its number from 1",
        ));
    }
    if !discount && line.parent.is_some() {
        return Err(Common::invalid(at("parent"), "only a line of the nature `discount` has a parent"));
    }
    let names = !input.kind.charges() || input.kind == InvoiceKind::DebitNote;
    if line.original_line.is_some() && (input.original.is_none() || !names) {
        return Err(Common::invalid(
            at("original_line"),
            "only a credit note or a debit note that names its `original` has one",
        ));
    }
    Ok(())
}

/// An amount of the document is one of its currency; a line's is rounded with the line.
fn check_decimals(at: &str, adjustment: &Adjustment, currency: Currency) -> Result<(), Common> {
    match adjustment.amount {
        AdjustmentAmount::Amount(amount) if amount.normalize().scale() > currency.decimals() => {
            Err(Common::invalid(
                at,
                format!("{amount} has more decimals than {currency} ({})", currency.decimals()),
            ))
        }
        _ => Ok(()),
    }
}

fn check_adjustment(at: &str, adjustment: &Adjustment) -> Result<(), Common> {
    let (pointer, value) = match adjustment.amount {
        AdjustmentAmount::Amount(value) => ("amount", value),
        AdjustmentAmount::Fraction(value) => ("fraction", value),
    };
    if value <= Decimal::ZERO {
        return Err(Common::invalid(format!("{at}/{pointer}"), "must be greater than 0"));
    }
    if let Some(reason) = &adjustment.reason {
        check_text(&format!("{at}/reason"), reason)?;
    }
    Ok(())
}
