//! A bank file that was checked: statements, entries and the lines they make.

use chrono::NaiveDate;
use money::{Currency, Minor, Money, MoneyError};
use thiserror::Error;

/// What a bank line is, from direction, reversal flag, return information and bank transaction code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// Money that came in.
    Receipt,
    /// Money given back for goods returned or paid twice, in either direction.
    Refund,
    /// An earlier payment that comes back (unpaid direct debit, returned transfer).
    Return,
    /// The bank takes back an earlier booking of its own.
    Reversal,
    /// The bank's charge.
    Fee,
    /// Money that went out.
    Payout,
}

impl LineKind {
    pub const ALL: [LineKind; 6] = [
        LineKind::Receipt,
        LineKind::Refund,
        LineKind::Return,
        LineKind::Reversal,
        LineKind::Fee,
        LineKind::Payout,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            LineKind::Receipt => "receipt",
            LineKind::Refund => "refund",
            LineKind::Return => "return",
            LineKind::Reversal => "reversal",
            LineKind::Fee => "fee",
            LineKind::Payout => "payout",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        LineKind::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// What one transaction of an entry says: a bank line to be. The payer is the counterparty: the debtor of money
/// that came in and of its return, the creditor of money that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFileLine {
    /// Position among the entry's details; 0 for an entry that is one line.
    pub detail: u32,
    pub kind: LineKind,
    /// Positive; `credit` says the direction.
    pub amount: Money,
    pub credit: bool,
    pub end_to_end: Option<String>,
    pub transaction: Option<String>,
    pub mandate: Option<String>,
    pub payer_name: Option<String>,
    pub payer_account: Option<String>,
    pub payer_id: Option<String>,
    pub ultimate_debtor: Option<String>,
    /// The first structured reference: (scheme, reference).
    pub structured: Option<(String, String)>,
    /// Unstructured remittance text joined by blanks, or the entry's own text where there is none.
    pub free_text: String,
    pub return_reason: Option<String>,
    pub original_end_to_end: Option<String>,
    /// Charges already inside the amount, in its currency: the payer sent this much more.
    pub charges: Minor,
    /// Who bears the charges, as the file says it: `SHAR`, `DEBT` …
    pub charge_bearer: Option<String>,
    pub instructed: Option<Money>,
    /// Rate between instructed and booked amount: a decimal in normal form.
    pub fx_rate: Option<String>,
    /// The account servicer's reference: the detail's own, else the entry's.
    pub servicer_reference: Option<String>,
    /// Remittance advice, where the file states amounts or several references.
    pub remittances: Vec<Remittance>,
}

/// What a payer says to pay of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remittance {
    pub reference: String,
    /// As the file names it; "" is none.
    pub scheme: String,
    /// What the reference names, as the file says it (an invoice, a credit note); "" is none.
    pub kind: String,
    /// In the line's currency, negative for a credit note; zero where the file does not state it.
    pub amount: Minor,
    pub discount: Minor,
}

/// A booked entry. It is one line, or one for each detail where these have amounts that sum to the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFileEntry {
    pub ordinal: u32,
    /// Where its bytes stand in the file.
    pub offset: u64,
    pub length: u32,
    pub bank_reference: Option<String>,
    pub servicer_reference: Option<String>,
    /// The value date where the file states no booking date.
    pub booking: NaiveDate,
    pub value: Option<NaiveDate>,
    /// Not negative; `credit` says the direction.
    pub amount: Money,
    pub credit: bool,
    pub reversal: bool,
    pub code: String,
    pub text: Option<String>,
    /// Empty only when the amount is zero.
    pub lines: Vec<BankFileLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFileStatement {
    pub ordinal: u32,
    pub id: String,
    /// As the file writes it.
    pub account_id: String,
    pub account_scheme: String,
    pub currency: Currency,
    pub owner: Option<String>,
    pub sequence: Option<String>,
    pub legal_sequence: Option<String>,
    pub page: Option<u32>,
    pub last_page: Option<bool>,
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub created: Option<String>,
    /// Booked balances, signed: credit is positive. Without an opening one, the closing of the day before.
    pub opening: Option<Money>,
    pub closing: Option<Money>,
    /// Booked entries only: what is pending or informational is no fact of the account yet.
    pub entries: Vec<BankFileEntry>,
    /// How many pending and informational entries were left out.
    pub left_out: u32,
}

impl BankFileStatement {
    /// Every line with its entry, in the order of [`dedupe_keys`].
    pub fn lines(&self) -> impl Iterator<Item = (&BankFileEntry, &BankFileLine)> {
        self.entries.iter().flat_map(|entry| entry.lines.iter().map(move |line| (entry, line)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFile {
    pub statements: Vec<BankFileStatement>,
    /// Figures of the file that contradict each other, each with statement, expected and found. Banks do send
    /// shortened files: this is for a person to read, not a refusal.
    pub warnings: Vec<String>,
}

/// What a bank guest said that cannot be imported. Statements and entries by the guest's ordinals.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BankError {
    #[error("duplicate-ordinal: {what} {ordinal} appears twice in the file")]
    DuplicateOrdinal { what: &'static str, ordinal: u32 },
    #[error("{what} {ordinal} follows {previous}: ordinals must ascend")]
    NotAscending { what: &'static str, ordinal: u32, previous: u32 },
    #[error("{what} belongs to statement {statement}, which is not open there")]
    NotOpen { what: String, statement: u32 },
    #[error("statement {statement} starts before statement {open} has ended")]
    StillOpen { statement: u32, open: u32 },
    #[error("statement {statement} is not ended: the file is cut short or the plugin lost its end")]
    NotEnded { statement: u32 },
    #[error("statement {statement} ends with {declared} entries, but {found} were passed")]
    EntryCount { statement: u32, declared: u32, found: u32 },
    #[error("statement {statement} names no currency: neither its account, its balances nor its entries do")]
    NoCurrency { statement: u32 },
    #[error("statement {statement} names no account")]
    NoAccount { statement: u32 },
    #[error("the file has more than {max} statements")]
    TooManyStatements { max: usize },
    #[error("{place}: currency {found}, the account's is {expected}")]
    Currency { place: String, expected: Currency, found: Currency },
    #[error("{place}: {field} is refused: {source}")]
    Amount { place: String, field: &'static str, source: MoneyError },
    #[error("{place}: {field} {found} is negative; the direction is said apart")]
    Negative { place: String, field: &'static str, found: String },
    #[error("{place}: {field} is refused: {source}")]
    Date { place: String, field: &'static str, source: crate::time::DateError },
    #[error("{place} is booked, but has neither a booking nor a value date")]
    NoDate { place: String },
    #[error("{place}: bytes {offset} to {end} lie outside of the file of {file_len} bytes")]
    Offset { place: String, offset: u64, end: u64, file_len: u64 },
    #[error("{place} begins at byte {offset}, inside of the entry before, which ends at byte {previous_end}")]
    Overlap { place: String, offset: u64, previous_end: u64 },
    #[error("{place}: status {found:?} is not one of booked, pending, info")]
    Status { place: String, found: String },
    #[error("the sum of the file's amounts is refused: {0}")]
    Money(#[from] MoneyError),
}

impl BankError {
    /// True for what stands in the file itself (an amount with too many decimals, an unknown currency, a date that does not
    /// exist): the bank's to correct. False for what only a reader can do wrong.
    pub const fn is_of_file(&self) -> bool {
        match self {
            BankError::NoCurrency { .. }
            | BankError::NoAccount { .. }
            | BankError::TooManyStatements { .. }
            | BankError::Currency { .. }
            | BankError::Amount { .. }
            | BankError::Negative { .. }
            | BankError::Date { .. }
            | BankError::NoDate { .. }
            | BankError::Money(_) => true,
            BankError::DuplicateOrdinal { .. }
            | BankError::NotAscending { .. }
            | BankError::NotOpen { .. }
            | BankError::StillOpen { .. }
            | BankError::NotEnded { .. }
            | BankError::EntryCount { .. }
            | BankError::Offset { .. }
            | BankError::Overlap { .. }
            | BankError::Status { .. } => false,
        }
    }
}
