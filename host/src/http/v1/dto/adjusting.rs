//! Bodies of drafts that no direct route takes: write-offs, refunds, adjustments.

use super::BodyError;
use super::bank::statuses;
use super::invoice::FxBody;
use super::leaf::{CustomerName, Date, Decimal, ItemId, Money};
use app::adjusting::{Adjust, PaidFrom, Refund, WriteOff, WriteOffReason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Writes an open item off, or a part of it (坏账, 尾差).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteOffBody {
    pub item: ItemId,
    /// In the item's currency, positive; default: all that is open.
    pub amount: Option<Decimal>,
    pub reason: WriteOffReasonName,
    pub date: Date,
    /// The account that bears it; default: 1231 (坏账准备), 671101 (尾差), 660303 (现金折扣).
    pub account: Option<String>,
    pub text: Option<String>,
}

statuses! {
    /// Why it will not be paid.
    WriteOffReasonName of WriteOffReason { BadDebt, Tail, Discount }
}

impl From<WriteOffBody> for WriteOff {
    fn from(body: WriteOffBody) -> Self {
        WriteOff {
            item: body.item.0,
            amount: body.amount.map(|amount| amount.0),
            reason: body.reason.into(),
            date: body.date.0,
            account: body.account,
            text: body.text,
        }
    }
}

/// Pays out an open credit of a customer, or a part of it (退款).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundBody {
    pub external_id: Option<String>,
    /// What is owed to the customer.
    pub item: ItemId,
    /// In the item's currency, positive; default: all that is open.
    pub amount: Option<Decimal>,
    pub value_date: Date,
    /// Decides the period; default: the value date.
    pub effective_date: Option<Date>,
    #[serde(default)]
    #[schema(default = "bank")]
    pub from: PaidFromName,
    pub fx: Option<FxBody>,
    pub reference: Option<String>,
}

/// What the money goes out of: the bank (1002), or suspense (待查款项, 224199) until the bank's line comes.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PaidFromName {
    #[default]
    Bank,
    Suspense,
}

impl From<RefundBody> for Refund {
    fn from(body: RefundBody) -> Self {
        Refund {
            external_id: body.external_id,
            item: body.item.0,
            amount: body.amount.map(|amount| amount.0),
            value_date: body.value_date.0,
            effective_date: body.effective_date.map(|date| date.0),
            from: match body.from {
                PaidFromName::Bank => PaidFrom::Bank,
                PaidFromName::Suspense => PaidFrom::Suspense,
            },
            fx: body.fx.map(Into::into),
            reference: body.reference,
        }
    }
}

/// Moves what a customer owes against a named account (调整).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentBody {
    pub external_id: Option<String>,
    pub customer: CustomerName,
    /// Positive: the customer owes more; negative: less.
    pub amount: Money,
    /// The counter account, 4 to 12 digits; none of receivables, bank or tax.
    pub account: String,
    pub date: Date,
    /// Of what is owed more; default: by the customer's terms.
    pub due_date: Option<Date>,
    /// An open item of the other side that the whole amount clears.
    pub item: Option<ItemId>,
    pub fx: Option<FxBody>,
    /// Why.
    pub text: String,
}

impl TryFrom<AdjustmentBody> for Adjust {
    type Error = BodyError;

    fn try_from(body: AdjustmentBody) -> Result<Self, BodyError> {
        Ok(Adjust {
            external_id: body.external_id,
            customer: body.customer.0,
            amount: body.amount.exact().map_err(|refused| refused.under("amount"))?,
            account: body.account,
            date: body.date.0,
            due_date: body.due_date.map(|date| date.0),
            item: body.item.map(|item| item.0),
            fx: body.fx.map(Into::into),
            text: body.text,
        })
    }
}
