//! A bank file that was checked: statements, entries and the lines they make.

use chrono::NaiveDate;
use money::{Currency, Minor, Money, MoneyError};
use std::collections::BTreeMap;
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
    pub instructed: Option<Money>,
    /// Remittance advice (reference, amount, discount), where the file states amounts or several references; an
    /// amount of zero is one that the file does not state.
    pub remittances: Vec<(String, Minor, Minor)>,
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
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub created: Option<String>,
    /// Booked balances, signed: credit is positive.
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
    #[error("{place}: currency {found}, the account's is {expected}")]
    Currency { place: String, expected: Currency, found: Currency },
    #[error("{place}: {field} is refused")]
    Amount { place: String, field: &'static str, source: MoneyError },
    #[error("{place}: {field} {found} is negative; the direction is said apart")]
    Negative { place: String, field: &'static str, found: String },
    #[error("{place}: {field} is refused")]
    Date { place: String, field: &'static str, source: crate::time::DateError },
    #[error("{place} is booked, but has neither a booking nor a value date")]
    NoDate { place: String },
    #[error("{place}: bytes {offset} to {end} lie outside of the file of {file_len} bytes")]
    Offset { place: String, offset: u64, end: u64, file_len: u64 },
    #[error("{place}: status {found:?} is not one of booked, pending, info")]
    Status { place: String, found: String },
    #[error("the sum of the file's amounts is refused")]
    Money(#[from] MoneyError),
}

/// What makes a line the same line in two files that overlap, one key for each of [`BankFileStatement::lines`]: the
/// JSON array of
///
/// 1. the account's number without blanks, in capitals;
/// 2. the servicer's reference, else the bank's, else the end-to-end reference, else nothing;
/// 3. end-to-end and transaction reference (in a batch all details share the entry's reference);
/// 4. booking date, amount, currency, direction, and whether it is a reversal;
/// 5. its number, from 0, among the lines that are equal in all of this.
///
/// Nothing of it depends on where in a file, or in which statement, a line stands. Lines that are equal in everything
/// are told apart by their count: a file that shows two of them where an earlier one, made before the end of the
/// day, showed one, brings one new line. Texts and names stay out, since banks enrich them between two files.
pub fn dedupe_keys(statement: &BankFileStatement) -> Vec<String> {
    let account: String = statement.account_id.chars().filter(|c| !c.is_whitespace()).collect();
    let account = account.to_uppercase();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    statement
        .lines()
        .map(|(entry, line)| {
            let reference = entry
                .servicer_reference
                .as_ref()
                .or(entry.bank_reference.as_ref())
                .or(line.end_to_end.as_ref());
            let mut key = serde_json::json!([
                account,
                reference,
                line.end_to_end,
                line.transaction,
                entry.booking.to_string(),
                line.amount.amount(),
                line.amount.currency().code(),
                if line.credit { "credit" } else { "debit" },
                entry.reversal,
            ]);
            let count = seen.entry(key.to_string()).or_insert(0);
            if let Some(fields) = key.as_array_mut() {
                fields.push((*count).into());
            }
            *count = count.saturating_add(1);
            key.to_string()
        })
        .collect()
}
