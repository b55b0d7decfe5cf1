//! What of a tax guest's answer counts, and why an answer was refused.

use super::{RequiredText, TaxOn};
use crate::plugin::{Explanation, Problem};
use money::{Currency, Minor, MoneyError};
use rust_decimal::Decimal;
use thiserror::Error;

/// Who pays a tax over. A closed set: it decides which total a tax stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CollectedBy {
    /// The seller charges it: in `tax` and `gross`.
    Seller,
    /// Reverse charge (逆向征收): the buyer owes it to the authority; in no total.
    Buyer,
    /// The payer keeps it back (代扣代缴): in `withheld`, deducted from what is payable.
    Withheld,
}

impl CollectedBy {
    pub const fn name(self) -> &'static str {
        match self {
            CollectedBy::Seller => "seller",
            CollectedBy::Buyer => "buyer",
            CollectedBy::Withheld => "withheld",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        [CollectedBy::Seller, CollectedBy::Buyer, CollectedBy::Withheld]
            .into_iter()
            .find(|c| c.name() == name)
    }
}

/// A line's figures in minor units of the document's currency: `net + tax = gross`. Of a tax that stands on
/// several lines together the guest's `gross` says which share this line bears: its net's part of the tax, within a
/// unit; the shares sum to the tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptedLine {
    pub line: u32,
    pub net: Minor,
    /// Collected by the seller.
    pub tax: Minor,
    pub gross: Minor,
}

/// A tax line whose arithmetic holds. `rate` is a fraction (0.13 = 13 %).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedTax {
    pub on: TaxOn,
    pub authority: String,
    pub jurisdiction: String,
    pub kind: String,
    pub code: String,
    pub category: String,
    pub rate: Decimal,
    /// percent-of-base | fixed | none
    pub method: String,
    pub base: Minor,
    pub exempt_base: Minor,
    pub out_of_scope_base: Minor,
    pub deducted: Minor,
    pub amount: Minor,
    /// In minor units of the request's tax currency, where the guest states it.
    pub amount_in_tax_currency: Option<Minor>,
    pub collected_by: CollectedBy,
    pub included_in_price: bool,
    pub compound_on: Vec<String>,
    pub exemption_code: Option<String>,
    pub reason: Option<String>,
    pub legal_reference: Option<String>,
    pub report_codes: Vec<String>,
}

impl AcceptedTax {
    /// The document lines this tax stands on; none for one on a document-level allowance or charge.
    pub fn lines(&self) -> &[u32] {
        match &self.on {
            TaxOn::Lines(lines) => lines,
            TaxOn::Allowance(_) => &[],
        }
    }
    /// Neither the tax nor what it stands on is anything: what is there is outside of it.
    pub fn is_outside(&self) -> bool {
        [self.amount, self.base, self.exempt_base, self.deducted].into_iter().all(Minor::is_zero)
    }
}

/// An assessment that was checked. All amounts are minor units of the document's currency:
/// `gross = net + tax`, `payable = gross − withheld − prepaid + payable_rounding`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// In the order of the request.
    pub lines: Vec<AcceptedLine>,
    /// In the order of the guest.
    pub taxes: Vec<AcceptedTax>,
    /// Σ line nets − document-level allowances + charges
    pub net: Minor,
    /// Collected by the seller.
    pub tax: Minor,
    pub gross: Minor,
    pub withheld: Minor,
    pub prepaid: Minor,
    pub payable_rounding: Minor,
    pub payable: Minor,
    pub required_texts: Vec<RequiredText>,
    pub explanations: Vec<Explanation>,
    /// What the guest wants somebody to look at.
    pub warnings: Vec<Problem>,
}

/// What a tax guest said that does not count. Tax lines are numbered from 0 in the guest's order; amounts are
/// in the document's currency.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TaxError {
    #[error("the answer is for document {found}, asked was document {expected}")]
    Document { expected: u32, found: u32 },
    #[error("line {line} of the document is not answered: every line needs its net and gross")]
    LineMissing { line: u32 },
    #[error("line {line} is answered twice")]
    LineTwice { line: u32 },
    #[error("line {line} is answered, but the document has no such line")]
    LineUnknown { line: u32 },
    #[error("{found} tax lines, at most {tax_lines_max} are taken for this document")]
    TooManyTaxLines { found: usize, tax_lines_max: usize },
    #[error(
        "{place}: {field} holds the control character {found:?}; texts hold none but line feeds and tabs"
    )]
    Text { place: String, field: &'static str, found: char },
    #[error("tax line {tax_line} stands on nothing: it must name lines, each once")]
    StandsOnNothing { tax_line: usize },
    #[error("tax line {tax_line} stands on {what} {ordinal}, which the document does not have (or twice)")]
    StandsOnUnknown { tax_line: usize, what: &'static str, ordinal: u32 },
    #[error("tax line {tax_line}: {field} is empty, but every tax line states it")]
    Unstated { tax_line: usize, field: &'static str },
    #[error("tax line {tax_line}: {field} {found:?} is not one of {known}")]
    UnknownName { tax_line: usize, field: &'static str, found: String, known: &'static str },
    #[error("{place}: {field} is refused")]
    Amount { place: String, field: &'static str, source: MoneyError },
    /// Fewer decimals than asked for would let a rounding of whole units pass as one of cents.
    #[error(
        "tax line {tax_line}: rounding to {found} decimals, {asked} were asked for and {currency} has {decimals}"
    )]
    RoundingDecimals { tax_line: usize, found: u32, currency: Currency, asked: u32, decimals: u32 },
    #[error("tax line {tax_line} is {category}, so its {field} must be 0, found {found}")]
    Category { tax_line: usize, category: String, field: &'static str, found: String },
    #[error("tax line {tax_line} has method \"fixed\": it stands on lines and states quantity and unit")]
    FixedWithoutQuantity { tax_line: usize },
    #[error(
        "tax line {tax_line}: a fixed tax on {found} {unit}, but the lines it stands on have {expected} of that unit"
    )]
    FixedQuantity { tax_line: usize, unit: String, expected: Decimal, found: Decimal },
    #[error("tax line {tax_line} states a quantity, which only a fixed tax has")]
    QuantityWithoutFixed { tax_line: usize },
    #[error("tax line {tax_line}: the rate {found} is negative")]
    NegativeRate { tax_line: usize, found: Decimal },
    #[error("line {line}: {field} is {found}, but quantity × price − allowances gives {expected}")]
    LineValue { line: u32, field: &'static str, expected: String, found: String },
    #[error("{place} has no tax line: it needs an explicit treatment, also when no tax is due")]
    Untreated { place: String },
    #[error(
        "{place}: base + exempt + out of scope + deducted of {authority}/{kind} is {found}, the net is {expected}"
    )]
    Treatment { place: String, authority: String, kind: String, expected: String, found: String },
    #[error("tax line {tax_line}: {field} {found} is against the sign of the net {net} it stands on")]
    Sign { tax_line: usize, field: &'static str, found: String, net: String },
    #[error("tax line {tax_line} compounds on {code:?}, which no other tax line on the same lines carries")]
    CompoundUnknown { tax_line: usize, code: String },
    #[error(
        "tax line {tax_line}: {base} × {rate} is {expected}, the amount is {found} and the rounding delta allows {delta}"
    )]
    Arithmetic {
        tax_line: usize,
        base: String,
        rate: Decimal,
        expected: String,
        found: String,
        delta: String,
    },
    #[error(
        "tax line {tax_line}: a rounding delta of {found}, at most {expected} is allowed (a unit of the decimals asked for, for each line it stands on)"
    )]
    RoundingDelta { tax_line: usize, expected: String, found: String },
    #[error("tax line {tax_line} has method \"none\", so its {field} must be 0, found {found}")]
    NoneWithFigure { tax_line: usize, field: &'static str, found: String },
    #[error("tax line {tax_line} says included in price: {found}, but the document's prices say {expected}")]
    PriceMode { tax_line: usize, expected: bool, found: bool },
    #[error(
        "tax line {tax_line} states an amount in tax currency, but the request names no tax currency with a rate"
    )]
    NoTaxCurrency { tax_line: usize },
    #[error(
        "tax line {tax_line}: the amount in tax currency is {found}, at the request's rate it is {expected}"
    )]
    TaxCurrency { tax_line: usize, expected: String, found: String },
    #[error("{place}: gross − net is {found}, the tax collected by the seller on it is {expected}")]
    LineTax { place: String, expected: String, found: String },
    #[error("line {line}: its share of the tax is {found}, by its net it is {expected}, give or take a unit")]
    LineShare { line: u32, expected: Decimal, found: String },
    #[error(
        "{authority}/{kind} {code}: with earlier credits {field} comes to {found}, the original has {original}"
    )]
    NotOnOriginal {
        authority: String,
        kind: String,
        code: String,
        field: &'static str,
        found: String,
        original: String,
    },
    #[error("totals: {field} is {found}, the lines give {expected}")]
    Total { field: &'static str, expected: String, found: String },
    #[error("totals: the payable amount is rounded by {found}, at most {expected} is allowed")]
    PayableRounding { expected: String, found: String },
    #[error(
        "totals: the payable amount is rounded by {found} without a reason: explain `/totals/payable_rounding`"
    )]
    PayableRoundingUnexplained { found: String },
    #[error("totals: an issued document is payable with {found}; it must not be negative")]
    NegativePayable { found: String },
    #[error("breakdown row {row}, {key}: {field} is {found}, its tax lines sum to {expected}")]
    Breakdown { row: usize, key: String, field: &'static str, expected: String, found: String },
    #[error("breakdown row {row}, {key}: no tax line is of it, or another row is already")]
    BreakdownUnknown { row: usize, key: String },
    #[error("the breakdown has no row for {key}, of which there are tax lines: give all rows or none")]
    BreakdownMissing { key: String },
    #[error("the sum of the answer's amounts is refused")]
    Money(#[from] MoneyError),
}
