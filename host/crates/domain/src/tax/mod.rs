//! Tax (税): what a tax guest is asked and what of its answer counts.
//!
//! The request is the part of the WIT record that the host fills today; the runtime renders the rest as absent.

mod accept;
mod accepted;
mod breakdown;
mod credit;
mod credit_lines;
#[cfg(test)]
mod fixture;
mod texts;
mod treatment;

pub use accept::accept;
pub use accepted::{Accepted, AcceptedLine, AcceptedTax, CollectedBy, TaxError};
pub use credit_lines::{Exceeded, LineFigures, OfLine, exceeded};

use crate::plugin::{Explanation, Problem};
use chrono::NaiveDate;
use money::{Currency, Minor};
use rust_decimal::Decimal;

/// Why the document is taxed; the names of the register in wit/README.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaxPurpose {
    Issue,
    Credit,
    RedLetter,
    Advance,
    SettlementDiscount,
    BadDebt,
    Tail,
    LateFee,
    Preview,
}

/// Whether unit prices contain tax (价内 / 价外 as invoices state them: 含税 / 不含税).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PriceMode {
    Exclusive,
    Inclusive,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRegistration {
    /// `CN:USCC`, `EU:VAT` …
    pub scheme: String,
    pub id: String,
    pub country: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxParty {
    /// ISO 3166-1 alpha-2
    pub country: String,
    pub region: Option<String>,
    pub registrations: Vec<TaxRegistration>,
    /// business | consumer | government
    pub kind: String,
    /// general | small-scale | exempt …
    pub taxpayer_status: String,
}

/// A document-level or line-level allowance (or charge). Amount in major units, positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowanceCharge {
    pub id: u32,
    pub charge: bool,
    pub percent: Option<Decimal>,
    pub amount: Decimal,
    pub reason_code: Option<String>,
    pub tax_category: Option<String>,
    /// Of a credit: the document-level allowance or charge of the original that this one takes back.
    pub original: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxLine {
    pub id: u32,
    /// Of a discount line (折扣行): the line it discounts, which stands before it.
    pub parent: Option<u32>,
    /// Of a credit: the line of the original that this one takes back.
    pub original_line: Option<u32>,
    /// normal | discounted | discount | deposit | disbursement
    pub nature: String,
    pub quantity: Decimal,
    pub unit_code: Option<String>,
    pub unit_price: Decimal,
    /// Stated amount where quantity × price does not decide.
    pub amount: Option<Decimal>,
    pub allowances: Vec<AllowanceCharge>,
    pub category_code: String,
    pub classification: Option<(String, String)>,
    /// goods | service
    pub supply: String,
    /// ISO country of destination, where it differs from the buyer's.
    pub ship_to_country: Option<String>,
}

/// A tax line of the original of a credit, or of an earlier credit of it. Amounts in the document's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginalTax {
    /// Lines and allowances of the original; of an earlier credit that named no line of it: no lines.
    pub on: TaxOn,
    /// The category that what it stands on asked for; none where several differ.
    pub asked_category: Option<String>,
    pub authority: String,
    pub kind: String,
    pub code: String,
    pub category: String,
    pub rate: Decimal,
    pub base: Minor,
    pub deducted: Minor,
    pub exempt_base: Minor,
    pub out_of_scope_base: Minor,
    pub amount: Minor,
    pub collected_by: String,
    pub legal_reference: Option<String>,
}

/// The original of a credit or red-letter document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    pub number: String,
    pub date: NaiveDate,
    pub tax: Vec<OriginalTax>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxFx {
    pub rate: Decimal,
    pub date: NaiveDate,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxDocument {
    pub id: u32,
    pub purpose: TaxPurpose,
    pub tax_invoice_type: Option<String>,
    pub original: Option<Original>,
    pub already_credited: Vec<OriginalTax>,
    pub issue_date: NaiveDate,
    pub supply_date: Option<NaiveDate>,
    pub currency: Currency,
    pub tax_currency: Option<Currency>,
    pub tax_fx: Option<TaxFx>,
    pub price_mode: PriceMode,
    /// What the host asks for; the guest states on each tax line what it did.
    pub rounding: RoundingRule,
    pub seller: TaxParty,
    pub buyer: TaxParty,
    pub ship_to_country: Option<String>,
    pub allowances: Vec<AllowanceCharge>,
    pub prepaid: Option<Decimal>,
    pub lines: Vec<TaxLine>,
}

/// Rounding as a guest states it: method by name, level line | document, decimals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundingRule {
    pub method: String,
    pub level: String,
    pub decimals: u32,
}

/// What a tax line stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaxOn {
    Lines(Vec<u32>),
    Allowance(u32),
}

/// What the document must say of its tax (票面备注), and what asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredText {
    /// BCP 47
    pub language: String,
    pub text: String,
    pub citation: Option<String>,
}

/// A tax line as the guest said it: decimals still text, nothing believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTaxLine {
    pub on: TaxOn,
    pub authority: String,
    pub jurisdiction: String,
    pub kind: String,
    pub code: String,
    pub category: String,
    pub rate: String,
    pub method: String,
    /// Of a fixed tax.
    pub quantity: Option<String>,
    pub unit_code: Option<String>,
    pub base: String,
    pub deducted: String,
    pub exempt_base: String,
    pub out_of_scope_base: String,
    pub amount: String,
    pub amount_in_tax_currency: Option<String>,
    pub collected_by: String,
    pub included_in_price: bool,
    pub compound_on: Vec<String>,
    pub exemption_code: Option<String>,
    pub reason: Option<String>,
    pub legal_reference: Option<String>,
    pub rounding: RoundingRule,
    pub rounding_delta: Option<String>,
    pub report_codes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLineNet {
    pub line: u32,
    pub net: String,
    pub gross: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTotals {
    pub lines: String,
    pub allowances: String,
    pub charges: String,
    pub net: String,
    pub tax: String,
    pub gross: String,
    pub withheld: String,
    pub prepaid: String,
    pub payable_rounding: String,
    pub payable: String,
}

/// A row of the breakdown by category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCategoryTotal {
    pub authority: String,
    pub kind: String,
    pub category: String,
    pub code: String,
    pub rate: String,
    pub base: String,
    pub exempt_base: String,
    pub out_of_scope_base: String,
    pub amount: String,
}

/// One guest answer for one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAssessment {
    pub document: u32,
    pub lines: Vec<RawLineNet>,
    pub tax_lines: Vec<RawTaxLine>,
    pub totals: RawTotals,
    pub breakdown: Vec<RawCategoryTotal>,
    pub required_texts: Vec<RequiredText>,
    pub explanations: Vec<Explanation>,
    pub warnings: Vec<Problem>,
}
