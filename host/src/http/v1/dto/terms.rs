//! Terms of payment (付款条件).

use super::BodyError;
use super::leaf::{Date, MoneyView};
use app::due::{ItemTerms, Told};
use domain::terms::{Basis, Counting, Discount, Instalment, Rule, Terms, TermsDraft};
use money::{Currency, Minor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// When what is owed falls due: a rule or instalments, counted from a date, and what may be taken off for early payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Terms, example = json!({"basis": "document", "rule": {"kind": "monthly", "cut_off": 25, "days": 30}}))]
pub struct TermsBody {
    pub basis: BasisName,
    /// Of the whole amount. Give this or `instalments`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleBody>,
    /// 分期: parts of the amount with rules of their own; together they are 1000 permille. Each makes an open item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 60)]
    pub instalments: Vec<InstalmentBody>,
    /// 现金折扣: steps, each with more days and less discount than the one before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 6)]
    pub discounts: Vec<DiscountBody>,
}

/// A part of the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Instalment)]
pub struct InstalmentBody {
    #[schema(minimum = 1, maximum = 999)]
    pub permille: u32,
    pub rule: RuleBody,
}

/// A step of the discount for early payment: what may be taken off of what is paid within so many days of the basis date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EarlyPaymentDiscount)]
pub struct DiscountBody {
    #[schema(maximum = 3650)]
    pub days: u32,
    #[schema(minimum = 1, maximum = 999)]
    pub permille: u32,
}

/// What may be taken off an item that is paid by a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscountOffer)]
pub struct OfferView {
    /// The last day on which the money is had.
    pub until: Date,
    pub permille: u32,
    /// Off all that is open of it; a part that is paid has its share.
    pub amount: MoneyView,
}

impl OfferView {
    /// Those of an item of which so much is open.
    pub fn all(terms: &ItemTerms, open: Minor, currency: Currency) -> Vec<Self> {
        let one = |step: &domain::terms::EarlyPayment| OfferView {
            until: Date(step.until),
            permille: step.permille,
            // what overflows was never posted
            amount: MoneyView::new(step.most(open).unwrap_or_default(), currency),
        };
        terms.offers.iter().map(one).collect()
    }
}

/// When a customer received an invoice.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceivedBody {
    /// From the document date to today.
    pub date: Date,
}

/// The due dates of a document's items, as they are known now.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueDatesView {
    /// Id of the document.
    pub document: String,
    pub number: String,
    /// What its terms count from.
    pub basis_date: Date,
    pub items: Vec<DueDateView>,
}

/// When an item is due.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueDateView {
    pub item: String,
    pub due_date: Date,
}

impl From<Told> for DueDatesView {
    fn from(told: Told) -> Self {
        let due = |(item, date): (domain::ids::OpenItemId, chrono::NaiveDate)| DueDateView {
            item: item.to_string(),
            due_date: Date(date),
        };
        DueDatesView {
            document: told.document.to_string(),
            number: told.number,
            basis_date: Date(told.basis_date),
            items: told.dues.into_iter().map(due).collect(),
        }
    }
}

/// What days are counted from. A date that is not known gives no due date. `delivery` is the document's `supply_date`, else the last delivery
/// that it bills in `deliveries` or that names it in `invoices`; `invoice-received` is told by `POST /v1/invoices/{id}/received`, `statement-cut-off` by the approval of the statement that states the item, `statement-confirmed` by
/// `POST /v1/statements/{id}/confirmation`.
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
        let TermsBody { basis, rule, instalments, discounts } = body;
        let part = |InstalmentBody { permille, rule }| Instalment { permille, rule: rule.into() };
        let step = |DiscountBody { days, permille }| Discount { days, permille };
        let draft = TermsDraft {
            basis: basis.into(),
            rule: rule.map(Into::into),
            instalments: instalments.into_iter().map(part).collect(),
            discounts: discounts.into_iter().map(step).collect(),
        };
        Terms::try_new(draft).map_err(|refused| BodyError::at(refused.pointer(), refused))
    }
}

impl TermsBody {
    /// As they are kept.
    pub fn of(terms: &Terms) -> Self {
        let part = |part: &Instalment| InstalmentBody { permille: part.permille, rule: part.rule.into() };
        let step = |step: &Discount| DiscountBody { days: step.days, permille: step.permille };
        TermsBody {
            basis: terms.basis.into(),
            rule: terms.rule.map(Into::into),
            instalments: terms.instalments.iter().map(part).collect(),
            discounts: terms.discounts.iter().map(step).collect(),
        }
    }

    /// Net days from the document date.
    pub const fn net(days: u32) -> Self {
        TermsBody {
            basis: BasisName::Document,
            rule: Some(RuleBody::Net { days }),
            instalments: Vec::new(),
            discounts: Vec::new(),
        }
    }
}
