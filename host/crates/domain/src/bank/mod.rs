//! Bank files (银行对账单): what a bank guest reads. `accept` turns its text into amounts and dates, or refuses
//! naming the entry.

mod accept;
mod accepted;
mod dedupe;
#[cfg(test)]
mod fixture;
mod line;
mod texts;

pub use accept::accept;
pub use accepted::{
    BankError, BankFile, BankFileEntry, BankFileLine, BankFileStatement, LineKind, Remittance,
};
pub use dedupe::{dedupe_keys, repeated};

/// A statement header as the guest said it. Dates and decimals are text until accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawStatement {
    pub ordinal: u32,
    pub id: String,
    pub account_id: String,
    pub account_scheme: String,
    pub account_currency: Option<String>,
    pub owner: Option<String>,
    pub sequence: Option<String>,
    pub legal_sequence: Option<String>,
    /// A statement sent in pages is several, with the same sequence.
    pub page: Option<u32>,
    pub last_page: Option<bool>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub created: Option<String>,
    pub balances: Vec<RawBalance>,
    pub declared: Option<RawDeclared>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawBalance {
    pub kind: String,
    pub date: String,
    /// Signed: credit is positive.
    pub amount: String,
    pub currency: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawDeclared {
    pub entries: Option<u32>,
    pub credit_sum: Option<String>,
    pub credit_count: Option<u32>,
    pub debit_sum: Option<String>,
    pub debit_count: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawStatementEnd {
    pub ordinal: u32,
    pub entries: u32,
    pub balances: Vec<RawBalance>,
    pub declared: Option<RawDeclared>,
}

/// A reference that a payer gives, with what is paid of it and the discount taken, each (amount, currency).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawReference {
    pub scheme: String,
    pub reference: String,
    /// Negative for a credit note.
    pub amount: Option<(String, String)>,
    pub discount: Option<(String, String)>,
    /// What it names.
    pub kind: Option<String>,
}

/// What a batch says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawBatch {
    pub count: Option<u32>,
    /// (amount, currency)
    pub total: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCharge {
    /// Negative for a charge that is given back.
    pub amount: String,
    pub currency: String,
    pub kind: Option<String>,
    pub bearer: Option<String>,
    pub included: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawDetail {
    pub amount: Option<String>,
    pub currency: Option<String>,
    pub credit: bool,
    pub end_to_end: Option<String>,
    pub transaction: Option<String>,
    pub servicer_reference: Option<String>,
    pub mandate: Option<String>,
    pub debtor_name: Option<String>,
    pub debtor_account: Option<String>,
    pub debtor_id: Option<String>,
    pub creditor_name: Option<String>,
    pub creditor_account: Option<String>,
    pub ultimate_debtor: Option<String>,
    pub structured: Vec<RawReference>,
    pub unstructured: Vec<String>,
    pub return_reason: Option<String>,
    pub original_end_to_end: Option<String>,
    pub charges: Vec<RawCharge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawEntry {
    pub statement: u32,
    pub ordinal: u32,
    pub offset: u64,
    pub length: u32,
    pub bank_reference: Option<String>,
    pub servicer_reference: Option<String>,
    pub booking: Option<String>,
    pub value: Option<String>,
    /// booked | pending | info
    pub status: String,
    /// Positive; `credit` says the direction.
    pub amount: String,
    pub credit: bool,
    pub reversal: bool,
    pub currency: String,
    /// domain/family/sub or the bank's own code
    pub code: String,
    pub charges: Vec<RawCharge>,
    /// (amount, currency)
    pub instructed: Option<(String, String)>,
    pub fx_rate: Option<String>,
    /// The file says that the details are one batch of several payments.
    pub batch: Option<RawBatch>,
    pub text: Option<String>,
    pub details: Vec<RawDetail>,
}

/// What one file held, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawItem {
    Start(RawStatement),
    Entry(Box<RawEntry>),
    End(RawStatementEnd),
}
