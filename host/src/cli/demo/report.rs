//! What the demo did, as `--json` prints it. Amounts are decimals in strings, as everywhere.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Report {
    pub company: Company,
    pub database: String,
    /// First and last day of what was stated.
    pub period: (String, String),
    pub documents: Vec<Documents>,
    pub taxes: Vec<Tax>,
    pub bank: Bank,
    pub statements: Statements,
    pub tie_out: TieOut,
    pub chain: Chain,
    pub replayed: Vec<Replayed>,
    pub steps: Vec<Step>,
    /// The API's address, while it is served.
    pub address: Option<String>,
    /// An administrator's API token.
    pub token: String,
    /// Who may log in at the console; passwords are told once.
    pub people: Vec<Person>,
}

/// A person of the sample.
#[derive(Debug, Serialize)]
pub struct Person {
    pub login: String,
    pub name: String,
    pub role: String,
    pub password: String,
}

#[derive(Debug, Serialize)]
pub struct Company {
    pub code: String,
    pub name: String,
    pub base_currency: String,
    pub customers: u64,
}

/// Documents of one kind and currency.
#[derive(Debug, Serialize)]
pub struct Documents {
    pub kind: String,
    pub currency: String,
    pub count: u64,
    pub net: String,
    pub tax: String,
    pub gross: String,
}

/// Tax of one code, rate and currency: invoices less credit notes.
#[derive(Debug, Serialize)]
pub struct Tax {
    pub code: String,
    /// A fraction: 0.13 is 13 %.
    pub rate: String,
    pub currency: String,
    pub taxable: String,
    /// Exempt, or outside the scope of the tax.
    pub untaxed: String,
    pub tax: String,
}

#[derive(Debug, Serialize)]
pub struct Bank {
    pub files: Vec<BankFile>,
    pub lines: u64,
    /// Posted by the standing policy, since exact.
    pub matched_by_policy: u64,
    /// Posted by the reviewer.
    pub matched_by_reviewer: u64,
    /// With a proposal that waits for a person.
    pub to_review: u64,
    /// Without a proposal.
    pub unmatched: u64,
    pub proposals: Vec<Proposals>,
    /// Proposals the reviewer could not approve, and why.
    pub refused: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct BankFile {
    pub name: String,
    pub statements: u64,
    pub lines: u64,
    pub warnings: Vec<String>,
}

/// Proposals of one confidence.
#[derive(Debug, Serialize)]
pub struct Proposals {
    pub confidence: String,
    pub made: u64,
    pub approved: u64,
}

#[derive(Debug, Serialize)]
pub struct Statements {
    pub run: String,
    /// Position of the seal chain they were sealed at.
    pub known_at: u64,
    pub made: Vec<Statement>,
    pub approved: u64,
    pub failed: Vec<String>,
    /// Laid out by the built-in format, because the bound plugin failed.
    pub fallbacks: u64,
    pub folder: String,
    pub files: u64,
}

#[derive(Debug, Serialize)]
pub struct Statement {
    pub number: String,
    pub customer: String,
    pub digest: String,
}

/// Statement closing = balance = Σ open items = Σ aging − unapplied, for every customer, account and currency.
#[derive(Debug, Serialize)]
pub struct TieOut {
    pub as_of: String,
    pub known_at: u64,
    pub holds: bool,
    pub by_currency: Vec<CurrencyTie>,
    pub accounts: Vec<AccountTie>,
}

#[derive(Debug, Serialize)]
pub struct CurrencyTie {
    pub currency: String,
    pub accounts: u64,
    pub tied_out: u64,
    pub closing: String,
    pub balance: String,
    pub open_items: String,
    pub aging: String,
}

#[derive(Debug, Serialize)]
pub struct AccountTie {
    pub customer: String,
    pub account: String,
    pub currency: String,
    /// Of the sealed statement; null: the customer has none.
    pub closing: Option<String>,
    pub balance: String,
    pub open_items: String,
    pub aging: String,
    pub holds: bool,
}

#[derive(Debug, Serialize)]
pub struct Chain {
    pub holds: bool,
    pub positions: u64,
    pub head: String,
    pub entries: u64,
    pub problems: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct Replayed {
    pub what: String,
    pub world: String,
    pub plugin: String,
    pub same: bool,
    pub first_difference: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Step {
    pub name: String,
    pub milliseconds: u64,
}

impl Report {
    /// Whether everything that was checked holds.
    pub fn holds(&self) -> bool {
        self.chain.holds
            && self.tie_out.holds
            && self.replayed.iter().all(|replayed| replayed.same)
            && self.statements.failed.is_empty()
    }
}
