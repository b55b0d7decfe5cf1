//! Proposals that may be shown for approval and posted, and why an answer was refused.

use super::Reason;
use crate::ledger::ClearanceKind;
use money::{Currency, Minor, MoneyError};
use thiserror::Error;

/// What becomes of money that clears no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Residual {
    None,
    /// 预收: a credit of the customer.
    OnAccount,
    /// 待查款: nobody's until somebody says whose.
    Suspense,
}

impl Residual {
    pub const ALL: [Residual; 3] = [Residual::None, Residual::OnAccount, Residual::Suspense];
    pub const fn name(self) -> &'static str {
        match self {
            Residual::None => "none",
            Residual::OnAccount => "on-account",
            Residual::Suspense => "suspense",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Residual::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// How sure the policy is: standing policies approve by it, so that it is a closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    Ambiguous,
    Weak,
    Strong,
    Exact,
}

impl Confidence {
    pub const ALL: [Confidence; 4] =
        [Confidence::Ambiguous, Confidence::Weak, Confidence::Strong, Confidence::Exact];
    pub const fn name(self) -> &'static str {
        match self {
            Confidence::Ambiguous => "ambiguous",
            Confidence::Weak => "weak",
            Confidence::Strong => "strong",
            Confidence::Exact => "exact",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Confidence::ALL.into_iter().find(|c| c.name() == name)
    }
}

/// Money of a line on an item, in the currency both share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedAllocation {
    pub line: u32,
    pub item: u32,
    /// What is cleared on the item: `line_amount` + the differences of this line on this item. Positive.
    pub amount: Minor,
    /// What the bank line pays of it. Positive.
    pub line_amount: Minor,
    /// The proposal clears the item to zero.
    pub closes: bool,
}

/// Cleared besides the money (negative: less than the money).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedDifference {
    pub kind: ClearanceKind,
    pub line: u32,
    /// The item on which it is cleared; without one, a charge, it goes into the line's residual.
    pub item: Option<u32>,
    pub amount: Minor,
}

/// A credit item that pays a debit item without a bank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedNetting {
    pub debit_item: u32,
    pub credit_item: u32,
    pub amount: Minor,
    pub currency: Currency,
}

/// A proposal that holds. Ordinals are those of the request; amounts are minor units of `currency`.
///
/// For each line: remaining + Σ its differences = Σ `amount` of its allocations + its residual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedProposal {
    pub group: u32,
    /// From 1, the best; others are alternatives.
    pub rank: u32,
    pub lines: Vec<u32>,
    /// Whose items these are, and whose money; absent only where a receipt is reversed, which names its own, and where all of the
    /// money goes to suspense.
    pub customer: Option<u32>,
    /// Of its lines, or of its nettings where it has no line.
    pub currency: Currency,
    pub allocations: Vec<AcceptedAllocation>,
    pub differences: Vec<AcceptedDifference>,
    pub residual: Residual,
    /// Σ `residuals`
    pub residual_amount: Minor,
    /// (line, what of it clears no item), where not zero.
    pub residuals: Vec<(u32, Minor)>,
    /// Position in [`super::Request::receipts`].
    pub reverses_receipt: Option<u32>,
    /// Permille.
    pub score: u32,
    pub confidence: Confidence,
    pub rule: String,
    pub reasons: Vec<Reason>,
    /// Items that the guest finds as good: with any, only a person decides.
    pub ambiguous_with: Vec<u32>,
    pub nettings: Vec<AcceptedNetting>,
}

/// What a policy guest said that does not count. Proposals are numbered from 0 in the order of the answer; lines,
/// items and customers by the ordinals of the request; amounts are in the currency of the line or item.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReconciliationError {
    #[error("proposal {proposal} names {what} {ordinal}, which was never passed")]
    Unknown { proposal: usize, what: &'static str, ordinal: u32 },
    #[error("the unmatched line {line} names {what} {ordinal}, which was never passed")]
    UnknownUnmatched { line: u32, what: &'static str, ordinal: u32 },
    #[error(
        "the unmatched line {line}: its reason {found:?} is no code: 1 to 64 small letters, digits and hyphens"
    )]
    UnmatchedCode { line: u32, found: String },
    #[error("proposal {proposal}: {field} {found:?} is not one of {known}")]
    UnknownName { proposal: usize, field: &'static str, found: String, known: &'static str },
    #[error("proposal {proposal}: {field} is {found}, it goes from {min} to {max}")]
    Range { proposal: usize, field: &'static str, found: u32, min: u32, max: u32 },
    #[error("proposal {proposal}: {field} {found:?} is no code: 1 to 64 small letters, digits and hyphens")]
    Code { proposal: usize, field: &'static str, found: String },
    #[error(
        "proposal {proposal}: a reason's text holds the control character {found:?}; texts hold none but line feeds and tabs"
    )]
    Text { proposal: usize, found: char },
    #[error("proposal {proposal} proposes nothing")]
    Empty { proposal: usize },
    #[error("proposal {proposal} names {what} {ordinal} twice")]
    Twice { proposal: usize, what: &'static str, ordinal: u32 },
    #[error("proposal {proposal}: group {group} already has a proposal of rank {rank} for line {line}")]
    DuplicateRank { proposal: usize, group: u32, rank: u32, line: u32 },
    #[error(
        "line {line} is answered more than once: by several proposals of rank 1, or as unmatched besides"
    )]
    AnsweredTwice { line: u32 },
    #[error("proposal {proposal}: line {line} is not among the proposal's lines")]
    ForeignLine { proposal: usize, line: u32 },
    #[error("proposal {proposal} mixes {expected} with {found} ({what} {ordinal})")]
    Currency { proposal: usize, what: &'static str, ordinal: u32, expected: Currency, found: Currency },
    #[error("proposal {proposal}: {field} must be positive, found {found}")]
    NotPositive { proposal: usize, field: &'static str, found: String },
    #[error(
        "proposal {proposal}: item {item} takes {found} of line {line} for {expected} in the item's currency, but both are {currency}"
    )]
    TwoAmounts { proposal: usize, line: u32, item: u32, expected: String, found: String, currency: Currency },
    #[error("proposal {proposal}: item {item} is owed to the customer, money that came in does not pay it")]
    Side { proposal: usize, item: u32 },
    #[error(
        "proposal {proposal}: line {line} takes money out, nothing but the return of a receipt can be proposed for it"
    )]
    Outgoing { proposal: usize, line: u32 },
    #[error("proposal {proposal}: item {item} is blocked")]
    Blocked { proposal: usize, item: u32 },
    #[error(
        "proposal {proposal}: {found} on item {item}, of which {expected} is open, not reserved and not disputed"
    )]
    OverAllocated { proposal: usize, item: u32, expected: String, found: String },
    #[error(
        "the proposals of rank 1 together clear {found} of item {item}, of which {expected} is open, not reserved and not disputed"
    )]
    OverAllocatedTogether { item: u32, expected: String, found: String },
    #[error("proposal {proposal}: item {item} belongs to another customer than {customer}")]
    Customer { proposal: usize, item: u32, customer: u32 },
    #[error(
        "proposal {proposal}: a difference of kind {kind:?} on line {line} and item {item} has no allocation there"
    )]
    DifferenceWithoutAllocation { proposal: usize, kind: String, line: u32, item: u32 },
    #[error("proposal {proposal}: a difference of kind {kind:?} {rule}")]
    Difference { proposal: usize, kind: String, rule: &'static str },
    #[error(
        "proposal {proposal}: a {kind} of {found} that neither the bank nor the payer shows, at most {expected} is allowed"
    )]
    Beyond { proposal: usize, kind: &'static str, expected: String, found: String },
    #[error(
        "proposal {proposal}: line {line} has {remaining} remaining, allocations and differences take {taken}"
    )]
    LineExceeded { proposal: usize, line: u32, remaining: String, taken: String },
    #[error(
        "proposal {proposal}: {found} of its lines clears no item, but it says residual {residual:?} with {expected}"
    )]
    Residual { proposal: usize, residual: &'static str, expected: String, found: String },
    #[error("proposal {proposal} names no customer: whose items, or whose money, must be known")]
    NoCustomer { proposal: usize },
    #[error(
        "proposal {proposal} says that item {item} is closed: {stated}, but {cleared} is cleared of {open}"
    )]
    Closes { proposal: usize, item: u32, stated: bool, cleared: String, open: String },
    #[error("proposal {proposal} reverses receipt {receipt}, but {rule}")]
    Reversal { proposal: usize, receipt: u32, rule: &'static str },
    #[error("proposal {proposal} nets item {debit_item} with item {credit_item}, but {rule}")]
    Netting { proposal: usize, debit_item: u32, credit_item: u32, rule: &'static str },
    #[error("the sum of the answer's amounts is refused")]
    Money(#[from] MoneyError),
}
