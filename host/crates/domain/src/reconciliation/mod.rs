//! Reconciliation (对账): what a policy guest is asked, and what of its proposals counts. Ordinals are
//! positions in [`Request::lines`] and [`Request::items`].

mod accept;
mod accepted;
pub mod auto;
pub mod bounds;
mod differences;
#[cfg(test)]
mod fixture;
mod proposal;

pub use accept::{accept, unanswered};
pub use accepted::{
    AcceptedAllocation, AcceptedDifference, AcceptedNetting, AcceptedProposal, Confidence,
    ReconciliationError, Residual,
};

use crate::plugin::Problem;
use crate::terms::EarlyPayment;
use chrono::NaiveDate;
use money::{Currency, Minor};
use rust_decimal::Decimal;

/// An open bank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The company's own account.
    pub account: String,
    pub credit: bool,
    /// receipt | refund | return | reversal | fee | payout
    pub kind: String,
    pub booking: NaiveDate,
    pub value: Option<NaiveDate>,
    pub amount: Minor,
    pub currency: Currency,
    pub instructed: Option<(Minor, Currency)>,
    /// Between instructed and booked amount, a decimal; "" is none.
    pub fx_rate: String,
    pub charges: Minor,
    /// Who bears them, as the file says it; "" is none.
    pub charge_bearer: String,
    pub payer_name: String,
    pub payer_account: String,
    pub payer_id: String,
    pub ultimate_debtor: String,
    pub end_to_end: String,
    pub mandate: String,
    /// The account servicer's reference; "" is none.
    pub servicer_reference: String,
    pub structured: String,
    pub structured_scheme: String,
    pub free_text: String,
    /// Ordinal of the first line here that the same batch entry made, for the others of it.
    pub batch_parent: Option<u32>,
    /// For a return: ordinal of the line that is returned, when the file names it.
    pub original_line: Option<u32>,
    pub return_reason: String,
    pub customer_hint: Option<u32>,
    pub remaining: Minor,
    pub remittances: Vec<Remittance>,
}

impl Line {
    /// The day that an early payment is measured by: when the money is had, else when it is booked.
    pub fn paid_on(&self) -> NaiveDate {
        self.value.unwrap_or(self.booking)
    }
}

/// What the payer's advice says of a reference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remittance {
    pub reference: String,
    /// The file's scheme of the reference and what it names; "" is none.
    pub scheme: String,
    pub kind: String,
    /// Zero where the advice states none.
    pub amount: Minor,
    pub discount: Minor,
}

/// An open item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Ordinal in [`Request::customers`].
    pub customer: u32,
    pub parent_customer: Option<u32>,
    pub control_account: String,
    /// invoice | credit-note | debit-note | receipt | advance | opening
    pub kind: String,
    /// +1 receivable, -1 owed to the customer.
    pub sign: i32,
    pub number: String,
    pub tax_invoice_number: String,
    pub purchase_order: String,
    pub structured: String,
    pub document_date: NaiveDate,
    pub due_date: Option<NaiveDate>,
    pub currency: Currency,
    /// Positive minor units.
    pub original: Minor,
    pub open: Minor,
    pub reserved: Minor,
    pub disputed: Minor,
    pub blocked: bool,
    /// `2/3`: which part of its document it is; "" is all of it.
    pub instalment: String,
    /// Steps of the agreed discount for early payment that were not over when the first of the lines paid; rising.
    pub offers: Vec<EarlyPayment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    pub code: String,
    pub name: String,
    /// Known payer accounts (IBAN or number).
    pub accounts: Vec<String>,
}

/// An earlier receipt, for returns. Its ordinal is its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousReceipt {
    pub date: NaiveDate,
    pub amount: Decimal,
    pub currency: Currency,
    pub customer: Option<u32>,
    pub payer_account: Option<String>,
    pub end_to_end: Option<String>,
}

/// What an earlier receipt paid. Allocations that were undone are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousAllocation {
    /// Position in [`Request::receipts`].
    pub receipt: u32,
    /// Position in [`Request::items`], where what was paid is still open.
    pub item: Option<u32>,
    pub kind: String,
    pub number: String,
    /// In the receipt's currency.
    pub amount: Minor,
    pub currency: Currency,
    pub date: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    pub pattern: String,
    pub customer: u32,
    pub confirmed: u32,
    pub last: NaiveDate,
}

/// What a tolerance lets write off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToleranceRole {
    /// 尾差, either sign
    Tail,
    /// A charge that the bank does not show
    Charge,
    /// A discount that the payer's advice does not show
    Discount,
}

impl ToleranceRole {
    pub const ALL: [ToleranceRole; 3] = [ToleranceRole::Tail, ToleranceRole::Charge, ToleranceRole::Discount];
    pub const fn name(self) -> &'static str {
        match self {
            ToleranceRole::Tail => "tail",
            ToleranceRole::Charge => "charge",
            ToleranceRole::Discount => "discount",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        ToleranceRole::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What may be written off in a proposal (容差). A customer's row replaces the company's of the same currency and role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tolerance {
    /// Absent: the company's.
    pub customer: Option<u32>,
    pub currency: Currency,
    pub role: ToleranceRole,
    /// 0: this bound is not set.
    pub amount: Minor,
    /// Of the money; 0: this bound is not set. Where both are set the smaller holds.
    pub permille: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    pub customers: Vec<CustomerRow>,
    pub receipts: Vec<PreviousReceipt>,
    /// Receipts before this day are left out; `None`: there are no others.
    pub receipts_since: Option<NaiveDate>,
    pub allocations: Vec<PreviousAllocation>,
    pub aliases: Vec<Alias>,
    pub tolerances: Vec<Tolerance>,
    pub lines: Vec<Line>,
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAllocation {
    pub line: u32,
    pub item: u32,
    pub amount_in_item_currency: i64,
    pub amount_in_line_currency: i64,
    pub closes: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDifference {
    /// tail | discount | charge | withholding | on-account | suspense
    pub kind: String,
    pub line: u32,
    pub amount: i64,
    pub currency: String,
    pub item: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub code: String,
    pub text: String,
    pub permille: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawProposal {
    pub group: u32,
    pub rank: u32,
    pub lines: Vec<u32>,
    pub customer: Option<u32>,
    pub allocations: Vec<RawAllocation>,
    pub differences: Vec<RawDifference>,
    /// none | on-account | suspense
    pub residual: String,
    pub reverses_receipt: Option<u32>,
    pub score: u32,
    /// exact | strong | weak | ambiguous
    pub confidence: String,
    pub rule: String,
    pub reasons: Vec<Reason>,
    /// Items that would do as well.
    pub ambiguous_with: Vec<u32>,
    /// (debit item, credit item, minor units of their currency)
    pub nettings: Vec<(u32, u32, i64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawUnmatched {
    pub line: u32,
    pub reason: String,
    pub nearest: Vec<u32>,
}

/// Everything a conversation answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    pub proposals: Vec<RawProposal>,
    pub unmatched: Vec<RawUnmatched>,
    /// What the guest wants somebody to look at.
    pub warnings: Vec<Problem>,
}
