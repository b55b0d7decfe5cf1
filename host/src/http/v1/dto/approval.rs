//! What a company wants approved (审批规则), and exceptions from the separation of duties.

use super::BodyError;
use super::draft::DraftKindName;
use super::leaf::{Currency, Decimal, Month};
use crate::http::problem::Problem;
use app::common::Common;
use app::draft::RulesView;
use app::exception::{ExceptionView, Grant, Subject};
use domain::actor::Role;
use domain::close::Month as CalendarMonth;
use domain::draft::ApprovalRule;
use money::{Minor, Money as DomainMoney};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why an approval is given that the separation of duties forbids, by who gives it: not taken any more.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionBody {
    pub reason: String,
}

/// Refuses an exception that comes with the approval: nobody makes one for herself.
///
/// # Errors
/// Where there is one.
pub fn granted_before(exception: Option<&ExceptionBody>) -> Result<(), Problem> {
    if exception.is_none() {
        return Ok(());
    }
    let why = "is granted by another person before it is approved: POST /v1/exceptions";
    Err(Common::invalid("/exception", why).into())
}

/// An exception from the separation of duties for another person.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantBody {
    /// Id of the submitted draft, of the proposal, or of a document that is taken back with its proposal or import.
    pub subject: String,
    /// Id or login of who may approve it then; not oneself.
    pub person: String,
    /// Personal data: the event commits to it.
    pub reason: String,
}

impl GrantBody {
    /// What is granted.
    ///
    /// # Errors
    /// The subject is no id of a draft, proposal or document.
    pub fn read(self) -> Result<Grant, Problem> {
        let subject = Subject::parse(&self.subject).ok_or_else(|| {
            Problem::from(Common::invalid("/subject", "is no id of a draft, a proposal or a document"))
        })?;
        Ok(Grant { subject, person: self.person, reason: self.reason })
    }
}

/// Who may approve what the separation of duties forbids her.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantedException)]
pub struct GrantedOut {
    /// Id of the event `exception.made`.
    pub id: String,
    /// Id of the draft, the proposal or the document.
    pub subject: String,
    /// Id of the user.
    pub person: String,
    /// Id of the user who granted it; `system`: the operator at the machine.
    pub granted_by: String,
    /// RFC 3339.
    pub granted_at: String,
    /// Id of whose money it is.
    pub customer: String,
    pub customer_code: String,
    /// The first month in which what it is for is effective; null of what was granted before that was kept.
    pub first_period: Option<Month>,
    /// The last such month: of a proposal over lines of several months another than the first.
    pub last_period: Option<Month>,
    /// Null once erased.
    pub reason: Option<String>,
}

impl From<ExceptionView> for GrantedOut {
    fn from(ExceptionView { exception: row, customer_code }: ExceptionView) -> Self {
        let period = |first: Option<_>| first.and_then(CalendarMonth::of).map(Month);
        GrantedOut {
            id: row.event.to_string(),
            subject: row.subject,
            person: row.person,
            granted_by: row.granted_by,
            granted_at: row.at.to_string(),
            customer: row.customer.to_string(),
            customer_code,
            first_period: period(row.first_period),
            last_period: period(row.last_period),
            reason: row.reason,
        }
    }
}

/// What documents of a kind need from an amount on.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRuleBody {
    pub kind: DraftKindName,
    /// Null: every currency that has no rule of its own for the amount; then `from` is 0.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// Gross, at or above.
    pub from: Decimal,
    /// Persons beside those who prepared it, 0 to 5; of write-offs, refunds, adjustments, and bills that are given on or
    /// dishonoured at least 1.
    pub approvals: u32,
    /// Who approves acts in this role: administrator | reviewer; null: whoever may approve.
    #[serde(default)]
    pub role: Option<String>,
    /// The last approval (where none is needed the submission) posts at once.
    #[serde(default)]
    pub post_on_approval: bool,
    /// Documents that an integrator's key posts directly are refused too (`approval-required`); those that persons post directly
    /// always are, where `approvals` is not 0.
    #[serde(default)]
    pub binds_integrators: bool,
    /// What holds without a rule of the company's own; ignored when it is sent.
    #[serde(default)]
    pub builtin: bool,
    /// Of an earlier rule: the id of who loosened it, whom it binds as well until another administrator sets rules; ignored when it is
    /// sent. Null: it binds everybody.
    #[serde(default)]
    pub binds: Option<String>,
}

/// All rules: the company's own, earlier ones that bind who loosened them, then what holds without them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRulesBody {
    #[schema(max_items = 200)]
    pub rules: Vec<ApprovalRuleBody>,
}

impl TryFrom<ApprovalRuleBody> for ApprovalRule {
    type Error = BodyError;

    fn try_from(body: ApprovalRuleBody) -> Result<Self, BodyError> {
        let at = |error: money::MoneyError| BodyError::at("/from", error);
        let from = match &body.currency {
            Some(currency) => DomainMoney::from_decimal(body.from.0, currency.0).map_err(at)?.minor(),
            None if body.from.0.is_zero() => Minor::ZERO,
            // refused by the use-case, which says why
            None => Minor::ONE,
        };
        let role = |name: String| {
            Role::by_name(&name).ok_or_else(|| BodyError::at("/role", format_args!("{name:?} is no role")))
        };
        Ok(ApprovalRule {
            kind: body.kind.into(),
            currency: body.currency.map(|currency| currency.0),
            from,
            approvals: body.approvals,
            role: body.role.map(role).transpose()?,
            post_on_approval: body.post_on_approval,
            binds_integrators: body.binds_integrators,
        })
    }
}

impl ApprovalRulesBody {
    /// The rules that are set: neither earlier ones, nor what holds without any.
    ///
    /// # Errors
    /// The first that is none.
    pub fn own(self) -> Result<Vec<ApprovalRule>, BodyError> {
        super::each(
            "rules",
            self.rules.into_iter().filter(|rule| !rule.builtin && rule.binds.is_none()).collect(),
        )
    }
}

impl From<RulesView> for ApprovalRulesBody {
    fn from(view: RulesView) -> Self {
        let kept = view.kept.into_iter().map(|(rule, binds)| (rule, Some(binds)));
        let own = view.own.into_iter().map(|rule| (rule, None)).chain(kept);
        let own = own.map(|(rule, binds)| ApprovalRuleBody {
            kind: rule.kind.into(),
            from: Decimal(match rule.currency {
                Some(currency) => rule.from.to_decimal(currency),
                None => rust_decimal::Decimal::ZERO,
            }),
            currency: rule.currency.map(Currency),
            approvals: rule.approvals,
            role: rule.role.map(|role| role.name().to_owned()),
            post_on_approval: rule.post_on_approval,
            binds_integrators: rule.binds_integrators,
            builtin: false,
            binds,
        });
        let builtin = view.builtin.into_iter().map(|(kind, needed)| ApprovalRuleBody {
            kind: kind.into(),
            currency: None,
            from: Decimal(rust_decimal::Decimal::ZERO),
            approvals: needed.approvals,
            role: needed.role.map(|role| role.name().to_owned()),
            post_on_approval: needed.post_on_approval,
            binds_integrators: false,
            builtin: true,
            binds: None,
        });
        ApprovalRulesBody { rules: own.chain(builtin).collect() }
    }
}
