//! The customer's statement (客户对账单): one pure fold from ledger rows to a model that is then sealed.
//!
//! For each control account and currency: opening (the previous sealed closing, always; of a first statement the balance
//! before its period) + movements of the period + entries dated before the period but recorded after the previous
//! statement = closing, and closing = Σ open items = Σ aging, or there is no statement ([`StatementError`]).

#[cfg(test)]
mod fixture;
mod fold;
mod model;
mod red;

pub use fold::{StatementError, fold};
pub use model::seal_content;
pub use red::in_red;

use crate::aging::Aging;
use crate::ids::{EntryId, OpenItemId};
use chrono::NaiveDate;
use money::{Currency, Minor};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub lines: Vec<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub country: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyBlock {
    pub code: String,
    pub name: String,
    pub address: Option<Address>,
    pub tax_ids: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankAccountBlock {
    pub bank: String,
    pub name: String,
    pub number: String,
    pub scheme: String,
    pub bic: Option<String>,
    pub currency: Currency,
    /// The bank itself has sent us this account's statement: it is ours, and the number is right.
    pub verified: bool,
}

/// open-item (未清项) or balance-forward (余额结转).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    OpenItem,
    BalanceForward,
}

impl Style {
    pub const fn name(self) -> &'static str {
        match self {
            Style::OpenItem => "open-item",
            Style::BalanceForward => "balance-forward",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        [Style::OpenItem, Style::BalanceForward].into_iter().find(|s| s.name() == name)
    }
}

/// What the statement is about, before its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub style: Style,
    pub number: String,
    pub version: u32,
    pub supersedes: Option<String>,
    pub period_start: NaiveDate,
    pub cut_off: NaiveDate,
    /// Sealed position.
    pub known_at: u64,
    pub previous: Option<PreviousStatement>,
    pub issuer: PartyBlock,
    pub customer: PartyBlock,
    pub bank_accounts: Vec<BankAccountBlock>,
    pub locale: String,
    pub base_currency: Currency,
}

/// The last sealed statement of this customer: its closings are our openings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousStatement {
    pub number: String,
    pub cut_off: NaiveDate,
    pub known_at: u64,
    /// (account, currency, closing)
    pub closings: Vec<(String, Currency, Minor)>,
}

/// A posting on a control account of the customer, as recorded. `amount` is signed: debit positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    pub entry: EntryId,
    /// Position of the entry's seal.
    pub position: u64,
    /// Order inside the entry.
    pub line: u32,
    pub account: String,
    pub currency: Currency,
    pub amount: Minor,
    pub base_amount: Minor,
    /// invoice | credit-note | receipt | return | allocation | adjustment …
    pub kind: String,
    /// It takes another entry back: to the register of the statement world an adjustment. Our own reports say so, a statement what it takes
    /// back ([`in_red`]).
    pub reversal: bool,
    /// What it takes back, where that has a number and documents are read whole.
    pub reverses: Option<Reversed>,
    pub number: String,
    pub tax_invoice_number: Option<String>,
    pub document_date: NaiveDate,
    pub effective_date: NaiveDate,
    /// The document's; that of `item` goes before it.
    pub due_date: Option<NaiveDate>,
    /// The open item that the posting makes.
    pub item: Option<OpenItemId>,
    pub references: Vec<(String, String)>,
    pub text: String,
    /// Lines of the document, for formats that show them.
    pub lines: Vec<MovementLine>,
    /// Tax of the document, for the tax summary of the period: (code, rate, base, amount), minor units, signed like `amount`.
    pub tax: Vec<(String, Decimal, Minor, Minor)>,
}

/// What a reversal takes back: its kind by the register of the statement world, and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversed {
    pub kind: String,
    pub number: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementLine {
    pub description: String,
    pub quantity: Option<Decimal>,
    pub unit: Option<String>,
    pub unit_price: Option<Decimal>,
    pub net: Minor,
    pub rate: Option<Decimal>,
    pub tax: Minor,
    pub gross: Minor,
}

/// An open item as it was created. `original` is positive; `sign` +1 receivable, −1 owed to the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    pub id: OpenItemId,
    pub position: u64,
    pub account: String,
    pub currency: Currency,
    pub kind: String,
    pub number: String,
    pub document_date: NaiveDate,
    pub effective_date: NaiveDate,
    /// As it was posted: a later [`DueRow`] goes before it.
    pub due_date: Option<NaiveDate>,
    /// `2/3`: which part of its document it is, where that has several.
    pub instalment: Option<String>,
    pub sign: i32,
    pub original: Minor,
}

/// A due date that came to be known after the item was posted: the invoice was received, its goods delivered, a statement confirmed. The last
/// one counts; none where what told it was taken back, of an item that was posted without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueRow {
    pub position: u64,
    pub item: OpenItemId,
    pub due_date: Option<NaiveDate>,
}

/// An allocation (核销) as recorded; its undoing is another row with negative amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationRow {
    pub position: u64,
    pub effective_date: NaiveDate,
    pub debit_item: OpenItemId,
    pub credit_item: OpenItemId,
    pub amount: Minor,
}

/// All rows of one customer, in any order, also those after the cut-off: the fold chooses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerRows {
    pub ledger: Vec<LedgerRow>,
    pub items: Vec<ItemRow>,
    pub dues: Vec<DueRow>,
    pub allocations: Vec<AllocationRow>,
    /// Rates to the base currency at the cut-off: (currency, rate, date, source).
    pub rates: Vec<(Currency, Decimal, NaiveDate, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    pub kind: String,
    /// As of its row; no part of what is sealed.
    pub reversal: bool,
    /// As of its row, until it stands in red.
    pub reverses: Option<Reversed>,
    pub number: String,
    pub tax_invoice_number: Option<String>,
    pub document_date: NaiveDate,
    pub posting_date: NaiveDate,
    pub due_date: Option<NaiveDate>,
    pub references: Vec<(String, String)>,
    pub text: String,
    pub debit: Minor,
    pub credit: Minor,
    pub balance: Minor,
    pub lines: Vec<MovementLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    pub id: OpenItemId,
    pub kind: String,
    pub number: String,
    pub document_date: NaiveDate,
    pub due: Option<NaiveDate>,
    /// `2/3`: which part of its document it is, where that has several.
    pub instalment: Option<String>,
    pub days_overdue: i32,
    /// Signed: credits are negative.
    pub original: Minor,
    /// Cleared by receipts, signed like `original`.
    pub paid: Minor,
    /// Cleared by credit notes, signed like `original`.
    pub credited: Minor,
    /// original − paid − credited
    pub open: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseEquivalent {
    pub currency: Currency,
    pub rate: Decimal,
    pub rate_date: NaiveDate,
    pub source: String,
    pub closing: Minor,
}

/// One control account in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub account: String,
    pub currency: Currency,
    pub opening: Minor,
    pub movements: Vec<Movement>,
    pub prior_period: Vec<Movement>,
    pub closing: Minor,
    pub total_debit: Minor,
    pub total_credit: Minor,
    pub open_items: Vec<OpenItem>,
    pub aging: Aging,
    /// Σ open credits, positive; stands apart in the aging, never netted silently.
    pub unapplied: Minor,
    pub tax: Vec<(String, Decimal, Minor, Minor)>,
    pub base: Option<BaseEquivalent>,
}

/// The statement's figures, tied out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    pub subject: Subject,
    pub sections: Vec<Section>,
}
