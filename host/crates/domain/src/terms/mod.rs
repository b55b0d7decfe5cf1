//! Terms of payment (付款条件, 账期): from the dates of a document to its due dates, with the amounts of instalments and what may be
//! taken off for early payment (现金折扣). Pure: a date that is not known yet gives no due date, and nothing is guessed.
//!
//! | rule | due |
//! |---|---|
//! | [`Rule::Net`] | basis date + days |
//! | [`Rule::EndOfMonth`] | end of the basis month, some months on, + days |
//! | [`Rule::DaysEndOfMonth`] | basis date + days, then the end of that month |
//! | [`Rule::Monthly`] (月结) | what falls after the cut-off day (结算日) belongs to the next month; then by [`Counting`] |
//!
//! Days are calendar days; a cut-off day that a month does not have is that month's last.

mod due;
#[cfg(test)]
mod table_tests;

pub use due::{Dates, Due, EarlyPayment, due_dates, due_from, early_payment, offers};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest count of days of a rule, ten years.
pub const DAYS_MAX: u32 = 3_650;
/// Most months of a rule.
pub const MONTHS_MAX: u32 = 120;
/// Most instalments (分期) of a document.
pub const INSTALMENTS_MAX: usize = 60;
/// Most steps of an early-payment discount.
pub const DISCOUNTS_MAX: usize = 6;

/// What dates count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// 单据日期
    Document,
    /// 交货日期
    Delivery,
    /// 收票日期
    InvoiceReceived,
    /// 对账截止日: the cut-off of the statement that states it
    StatementCutOff,
    /// 对账确认日: the day on which the customer confirmed that statement
    StatementConfirmed,
}

impl Basis {
    pub const ALL: [Basis; 5] = [
        Basis::Document,
        Basis::Delivery,
        Basis::InvoiceReceived,
        Basis::StatementCutOff,
        Basis::StatementConfirmed,
    ];
    pub const fn name(self) -> &'static str {
        match self {
            Basis::Document => "document",
            Basis::Delivery => "delivery",
            Basis::InvoiceReceived => "invoice-received",
            Basis::StatementCutOff => "statement-cut-off",
            Basis::StatementConfirmed => "statement-confirmed",
        }
    }
    /// Whether it is a day after the document was issued, which somebody has to record.
    pub const fn comes_later(self) -> bool {
        matches!(self, Basis::InvoiceReceived | Basis::StatementCutOff | Basis::StatementConfirmed)
    }
}

/// From when a monthly settlement (月结) counts its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counting {
    /// From the last day of the month in which the cut-off lies: what most contracts mean by 月结30.
    #[default]
    CutOffMonthEnd,
    /// From the cut-off day itself.
    CutOff,
    /// Thirty days are a month: the last day of the month that many months after the cut-off's.
    WholeMonths,
}

/// How a due date follows from the basis date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    Net {
        days: u32,
    },
    EndOfMonth {
        #[serde(default)]
        months: u32,
        #[serde(default)]
        days: u32,
    },
    DaysEndOfMonth {
        days: u32,
    },
    Monthly {
        /// Last day that still belongs to its own month; 31 is the month's end.
        cut_off: u32,
        days: u32,
        #[serde(default)]
        counting: Counting,
    },
}

/// A part of the amount with a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalment {
    /// Of the document's amount; all parts together are 1000.
    pub permille: u32,
    pub rule: Rule,
}

/// A step of the discount for early payment: 2/10 is 20 permille within 10 days of the basis date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discount {
    pub days: u32,
    pub permille: u32,
}

/// Terms as they are written down, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsDraft {
    pub basis: Basis,
    /// Of the whole amount; absent where instalments have their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instalments: Vec<Instalment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<Discount>,
}

/// Terms that cannot be meant. Each names where, as a pointer into the draft.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TermsError {
    #[error("{pointer}: {days} days are more than {DAYS_MAX}")]
    Days { pointer: String, days: u32 },
    #[error("{pointer}: {months} months are more than {MONTHS_MAX}")]
    Months { pointer: String, months: u32 },
    #[error("{pointer}: the cut-off must be a day from 1 to 31, found {cut_off}")]
    CutOff { pointer: String, cut_off: u32 },
    #[error("{pointer}: whole months are counted in steps of 30 days, found {days}")]
    WholeMonths { pointer: String, days: u32 },
    #[error("/rule: either one rule or instalments must be given")]
    NoRule,
    #[error("/rule: stands beside instalments, which have their own")]
    TwoRules,
    #[error("/instalments: must be 2 to {INSTALMENTS_MAX}, found {0}")]
    InstalmentCount(usize),
    #[error("/instalments/{index}/permille: a part must be from 1 to 999 permille, found {permille}")]
    Part { index: usize, permille: u32 },
    #[error("/instalments: the parts must sum to 1000 permille, found {0}")]
    Parts(u64),
    #[error("/discounts: at most {DISCOUNTS_MAX}, found {0}")]
    DiscountCount(usize),
    #[error("/discounts/{index}/permille: must be from 1 to 999, found {permille}")]
    DiscountPart { index: usize, permille: u32 },
    #[error("/discounts/{index}: a later step must have more days and less discount than the one before")]
    DiscountOrder { index: usize },
}

impl TermsError {
    /// Where, relative to the terms.
    pub fn pointer(&self) -> String {
        match self {
            TermsError::Days { pointer, .. }
            | TermsError::Months { pointer, .. }
            | TermsError::CutOff { pointer, .. }
            | TermsError::WholeMonths { pointer, .. } => pointer.clone(),
            TermsError::NoRule | TermsError::TwoRules => "/rule".to_owned(),
            TermsError::InstalmentCount(_) | TermsError::Parts(_) => "/instalments".to_owned(),
            TermsError::Part { index, .. } => format!("/instalments/{index}/permille"),
            TermsError::DiscountCount(_) => "/discounts".to_owned(),
            TermsError::DiscountPart { index, .. } => format!("/discounts/{index}/permille"),
            TermsError::DiscountOrder { index } => format!("/discounts/{index}"),
        }
    }
}

/// Terms that hold together. As JSON they are their draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TermsDraft", into = "TermsDraft")]
pub struct Terms {
    draft: TermsDraft,
}

impl TryFrom<TermsDraft> for Terms {
    type Error = TermsError;
    fn try_from(draft: TermsDraft) -> Result<Self, TermsError> {
        Terms::try_new(draft)
    }
}

impl From<Terms> for TermsDraft {
    fn from(terms: Terms) -> Self {
        terms.draft
    }
}

impl std::ops::Deref for Terms {
    type Target = TermsDraft;
    fn deref(&self) -> &TermsDraft {
        &self.draft
    }
}

impl Terms {
    /// # Errors
    /// The first thing that cannot be meant, with where it stands.
    pub fn try_new(draft: TermsDraft) -> Result<Self, TermsError> {
        match (&draft.rule, draft.instalments.as_slice()) {
            (None, []) => return Err(TermsError::NoRule),
            (Some(rule), []) => check_rule("/rule", *rule)?,
            (Some(_), _) => return Err(TermsError::TwoRules),
            (None, parts) => check_instalments(parts)?,
        }
        check_discounts(&draft.discounts)?;
        Ok(Terms { draft })
    }

    /// Net days from the document date: what a customer has who has nothing else.
    ///
    /// # Errors
    /// More than [`DAYS_MAX`].
    pub fn net(days: u32) -> Result<Self, TermsError> {
        Terms::try_new(TermsDraft {
            basis: Basis::Document,
            rule: Some(Rule::Net { days }),
            instalments: Vec::new(),
            discounts: Vec::new(),
        })
    }

    /// The net days from the document date, where that is all they are.
    pub fn net_days(&self) -> Option<u32> {
        match (self.draft.basis, self.draft.rule) {
            (Basis::Document, Some(Rule::Net { days })) if self.draft.discounts.is_empty() => Some(days),
            _ => None,
        }
    }

    /// Whether every document has to keep them: they part it, allow a discount, or count from a day that comes after it is issued. Those that
    /// count from the delivery are kept by what is issued before that.
    pub fn outlive_issue(&self) -> bool {
        !self.draft.instalments.is_empty()
            || !self.draft.discounts.is_empty()
            || self.draft.basis.comes_later()
    }

    /// The parts of the amount, in their order: (permille, rule).
    fn parts(&self) -> Vec<(u32, Rule)> {
        match self.draft.rule {
            Some(rule) => vec![(1_000, rule)],
            None => self.draft.instalments.iter().map(|part| (part.permille, part.rule)).collect(),
        }
    }
}

fn check_rule(pointer: &str, rule: Rule) -> Result<(), TermsError> {
    let check_days = |days: u32| match days {
        0..=DAYS_MAX => Ok(()),
        _ => Err(TermsError::Days { pointer: format!("{pointer}/days"), days }),
    };
    match rule {
        Rule::Net { days } | Rule::DaysEndOfMonth { days } => check_days(days),
        Rule::EndOfMonth { months, days } => {
            if months > MONTHS_MAX {
                return Err(TermsError::Months { pointer: format!("{pointer}/months"), months });
            }
            check_days(days)
        }
        Rule::Monthly { cut_off, days, counting } => {
            if !(1..=31).contains(&cut_off) {
                return Err(TermsError::CutOff { pointer: format!("{pointer}/cut_off"), cut_off });
            }
            if counting == Counting::WholeMonths && !days.is_multiple_of(30) {
                return Err(TermsError::WholeMonths { pointer: format!("{pointer}/days"), days });
            }
            check_days(days)
        }
    }
}

fn check_instalments(parts: &[Instalment]) -> Result<(), TermsError> {
    if parts.len() < 2 || parts.len() > INSTALMENTS_MAX {
        return Err(TermsError::InstalmentCount(parts.len()));
    }
    for (index, part) in parts.iter().enumerate() {
        if !(1..=999).contains(&part.permille) {
            return Err(TermsError::Part { index, permille: part.permille });
        }
        check_rule(&format!("/instalments/{index}/rule"), part.rule)?;
    }
    match parts.iter().map(|part| u64::from(part.permille)).sum() {
        1_000 => Ok(()),
        sum => Err(TermsError::Parts(sum)),
    }
}

fn check_discounts(steps: &[Discount]) -> Result<(), TermsError> {
    if steps.len() > DISCOUNTS_MAX {
        return Err(TermsError::DiscountCount(steps.len()));
    }
    let mut before: Option<&Discount> = None;
    for (index, step) in steps.iter().enumerate() {
        if !(1..=999).contains(&step.permille) {
            return Err(TermsError::DiscountPart { index, permille: step.permille });
        }
        if step.days > DAYS_MAX {
            return Err(TermsError::Days { pointer: format!("/discounts/{index}/days"), days: step.days });
        }
        if before.is_some_and(|before| step.days <= before.days || step.permille >= before.permille) {
            return Err(TermsError::DiscountOrder { index });
        }
        before = Some(step);
    }
    Ok(())
}
