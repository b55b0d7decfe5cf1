//! Terms of payment (付款条件).

use super::BodyError;
use domain::terms::{Basis, Counting, Rule, Terms, TermsDraft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When what is owed falls due: a rule, counted from a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Terms, example = json!({"basis": "document", "rule": {"kind": "monthly", "cut_off": 25, "days": 30}}))]
pub struct TermsBody {
    pub basis: BasisName,
    pub rule: RuleBody,
}

/// What days are counted from. A date that is not known gives no due date. `delivery` is the document's `supply_date`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BasisName {
    Document,
    Delivery,
    InvoiceReceived,
    StatementCutOff,
    StatementConfirmed,
}

/// How a due date follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = TermsRule)]
pub enum RuleBody {
    /// So many days after the basis date.
    Net {
        #[schema(maximum = 3650)]
        days: u32,
    },
    /// The end of its month, so many months on, and then so many days.
    EndOfMonth {
        #[serde(default)]
        #[schema(maximum = 120)]
        months: u32,
        #[serde(default)]
        #[schema(maximum = 3650)]
        days: u32,
    },
    /// So many days after the basis date, then the end of that month.
    DaysEndOfMonth {
        #[schema(maximum = 3650)]
        days: u32,
    },
    /// 月结: what falls after the cut-off day (结算日) belongs to the next month.
    Monthly {
        /// Last day that belongs to its own month; 31 is the month's end.
        #[schema(minimum = 1, maximum = 31)]
        cut_off: u32,
        #[schema(maximum = 3650)]
        days: u32,
        /// From when the days count.
        #[serde(default)]
        #[schema(default = "cut-off-month-end")]
        counting: CountingName,
    },
}

/// The end of the cut-off's month, the cut-off day itself, or thirty days for a month up to a month's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CountingName {
    #[default]
    CutOffMonthEnd,
    CutOff,
    WholeMonths,
}

impl From<BasisName> for Basis {
    fn from(name: BasisName) -> Self {
        match name {
            BasisName::Document => Basis::Document,
            BasisName::Delivery => Basis::Delivery,
            BasisName::InvoiceReceived => Basis::InvoiceReceived,
            BasisName::StatementCutOff => Basis::StatementCutOff,
            BasisName::StatementConfirmed => Basis::StatementConfirmed,
        }
    }
}

impl From<Basis> for BasisName {
    fn from(basis: Basis) -> Self {
        match basis {
            Basis::Document => BasisName::Document,
            Basis::Delivery => BasisName::Delivery,
            Basis::InvoiceReceived => BasisName::InvoiceReceived,
            Basis::StatementCutOff => BasisName::StatementCutOff,
            Basis::StatementConfirmed => BasisName::StatementConfirmed,
        }
    }
}

impl From<RuleBody> for Rule {
    fn from(body: RuleBody) -> Self {
        match body {
            RuleBody::Net { days } => Rule::Net { days },
            RuleBody::EndOfMonth { months, days } => Rule::EndOfMonth { months, days },
            RuleBody::DaysEndOfMonth { days } => Rule::DaysEndOfMonth { days },
            RuleBody::Monthly { cut_off, days, counting } => {
                let counting = match counting {
                    CountingName::CutOffMonthEnd => Counting::CutOffMonthEnd,
                    CountingName::CutOff => Counting::CutOff,
                    CountingName::WholeMonths => Counting::WholeMonths,
                };
                Rule::Monthly { cut_off, days, counting }
            }
        }
    }
}

impl From<Rule> for RuleBody {
    fn from(rule: Rule) -> Self {
        match rule {
            Rule::Net { days } => RuleBody::Net { days },
            Rule::EndOfMonth { months, days } => RuleBody::EndOfMonth { months, days },
            Rule::DaysEndOfMonth { days } => RuleBody::DaysEndOfMonth { days },
            Rule::Monthly { cut_off, days, counting } => {
                let counting = match counting {
                    Counting::CutOffMonthEnd => CountingName::CutOffMonthEnd,
                    Counting::CutOff => CountingName::CutOff,
                    Counting::WholeMonths => CountingName::WholeMonths,
                };
                RuleBody::Monthly { cut_off, days, counting }
            }
        }
    }
}

impl TryFrom<TermsBody> for Terms {
    type Error = BodyError;

    fn try_from(body: TermsBody) -> Result<Self, BodyError> {
        let TermsBody { basis, rule } = body;
        let draft = TermsDraft {
            basis: basis.into(),
            rule: Some(rule.into()),
            instalments: Vec::new(),
            discounts: Vec::new(),
        };
        Terms::try_new(draft).map_err(|refused| BodyError::at(refused.pointer(), refused))
    }
}

impl TermsBody {
    /// Terms of one rule: what customers and documents carry.
    pub fn of(terms: &Terms) -> Option<Self> {
        Some(TermsBody { basis: terms.basis.into(), rule: terms.rule?.into() })
    }
}
