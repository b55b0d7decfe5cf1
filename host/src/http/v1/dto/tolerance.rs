//! What reconciliation may write off (容差).

use super::BodyError;
use super::leaf::{Currency, CustomerName, Decimal, MoneyView};
use super::person::RoleName;
use app::company::{RoleLimitInput, ToleranceInput, ToleranceView};
use domain::reconciliation::ToleranceRole;
use money::Money as DomainMoney;
use serde::{Deserialize, Serialize};
use store::rows::RoleLimit;
use utoipa::ToSchema;

/// What may be written off in one proposal, of a currency and role. Where both bounds are set the smaller holds, where
/// none is nothing is written off.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToleranceBody {
    /// Of this customer alone, instead of the company's; default: the company's, for every other customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerName>,
    pub currency: Currency,
    pub role: ToleranceRoleName,
    /// At most so much; 0: not bounded so.
    pub amount: Decimal,
    /// At most so much of the money, in thousandths, 0 to 1000; 0: not bounded so.
    #[serde(default)]
    pub permille: u32,
    /// At most so much of one customer in one month, beyond what bank and payer show; default: not bounded so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Decimal>,
}

/// What is written off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ToleranceRoleName {
    /// 尾差: a small difference, either way.
    Tail,
    /// 手续费: a charge that the bank does not show.
    Charge,
    /// 现金折扣: a discount that the payer's advice does not show.
    Discount,
}

impl From<ToleranceRoleName> for ToleranceRole {
    fn from(name: ToleranceRoleName) -> Self {
        match name {
            ToleranceRoleName::Tail => ToleranceRole::Tail,
            ToleranceRoleName::Charge => ToleranceRole::Charge,
            ToleranceRoleName::Discount => ToleranceRole::Discount,
        }
    }
}

impl TryFrom<ToleranceBody> for ToleranceInput {
    type Error = BodyError;

    fn try_from(body: ToleranceBody) -> Result<Self, BodyError> {
        let amount = DomainMoney::from_decimal(body.amount.0, body.currency.0)
            .map_err(|e| BodyError::at("/amount", e))?;
        let monthly = body.monthly.map(|monthly| DomainMoney::from_decimal(monthly.0, body.currency.0));
        let monthly = monthly.transpose().map_err(|e| BodyError::at("/monthly", e))?;
        Ok(ToleranceInput {
            customer: body.customer.map(|name| name.0),
            role: body.role.into(),
            amount,
            permille: body.permille,
            monthly: monthly.map(DomainMoney::minor).unwrap_or_default(),
        })
    }
}

/// All tolerances of the company.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tolerances)]
pub struct TolerancesOut {
    /// By currency and role, the company's before those of customers.
    pub tolerances: Vec<ToleranceOut>,
}

/// A tolerance as it is set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tolerance)]
pub struct ToleranceOut {
    /// The customer's code; null: the company's.
    pub customer: Option<String>,
    /// tail | charge | discount
    pub role: String,
    pub amount: MoneyView,
    pub permille: u32,
    /// Of one customer in one month; absent: not bounded so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly: Option<MoneyView>,
}

impl From<ToleranceView> for ToleranceOut {
    fn from(view: ToleranceView) -> Self {
        ToleranceOut {
            customer: view.customer,
            role: view.role,
            amount: MoneyView::new(view.amount, view.currency),
            permille: view.permille,
            monthly: (!view.monthly.is_zero()).then(|| MoneyView::new(view.monthly, view.currency)),
        }
    }
}

/// The most that who acts in a role may approve to be written off in a proposal (岗位限额).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleLimitBody {
    pub role: RoleName,
    pub currency: Currency,
    pub kind: ToleranceRoleName,
    /// 0: nothing.
    pub amount: Decimal,
}

impl TryFrom<RoleLimitBody> for RoleLimitInput {
    type Error = BodyError;

    fn try_from(body: RoleLimitBody) -> Result<Self, BodyError> {
        let amount = DomainMoney::from_decimal(body.amount.0, body.currency.0)
            .and_then(DomainMoney::bounded)
            .map_err(|e| BodyError::at("/amount", e))?;
        Ok(RoleLimitInput { role: body.role.into(), kind: body.kind.into(), amount })
    }
}

/// The limits of all roles; who has several has the highest of theirs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleLimits)]
pub struct RoleLimitsOut {
    /// By role, currency and kind.
    pub role_limits: Vec<RoleLimitOut>,
}

/// The limit of a role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleLimit)]
pub struct RoleLimitOut {
    pub role: String,
    /// tail | charge | discount
    pub kind: String,
    pub amount: MoneyView,
}

impl From<RoleLimit> for RoleLimitOut {
    fn from(row: RoleLimit) -> Self {
        RoleLimitOut { role: row.role, kind: row.kind, amount: MoneyView::new(row.amount, row.currency) }
    }
}
