//! Disputes (异议) of open items.

use super::bank::statuses;
use super::leaf::{Date, Decimal, ItemId, MoneyView};
use app::dispute::{DisputeView, OpenDispute, Outcome, Resolve};
use serde::{Deserialize, Serialize};
use store::types::{DisputeReason, DisputeState};
use utoipa::ToSchema;

/// What a customer says she does not owe of an open item.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeBody {
    pub item: ItemId,
    /// In the currency of the item, at most its original amount; default: all that is open.
    #[serde(default)]
    pub amount: Option<Decimal>,
    pub reason_code: DisputeReasonName,
    /// What the customer says.
    #[serde(default)]
    pub text: Option<String>,
    /// The day of it: from the day of the item to today, in no period that is locked.
    pub on: Date,
}

impl From<DisputeBody> for OpenDispute {
    fn from(body: DisputeBody) -> Self {
        OpenDispute {
            item: body.item.0,
            amount: body.amount.map(|amount| amount.0),
            reason: body.reason_code.into(),
            text: body.text,
            on: body.on.0,
        }
    }
}

/// What became of a dispute.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolutionBody {
    pub outcome: OutcomeName,
    pub on: Date,
    /// What was said to it.
    #[serde(default)]
    pub text: Option<String>,
}

impl From<ResolutionBody> for Resolve {
    fn from(body: ResolutionBody) -> Self {
        Resolve { outcome: body.outcome.into(), on: body.on.0, text: body.text }
    }
}

statuses! {
    /// Why: the price, the quantity or the quality is not as agreed, it was not delivered, it was invoiced twice, somebody else owes it.
    DisputeReasonName of DisputeReason { Price, Quantity, Quality, Delivery, Duplicate, NotOurs, Other }
}

statuses! {
    /// Where a dispute stands.
    DisputeStateName of DisputeState { Open, Accepted, Rejected, Withdrawn }
}

statuses! {
    /// How a dispute ends: the customer is right, she owes it, or she does not say so any more.
    OutcomeName of Outcome { Accepted, Rejected, Withdrawn }
}

/// A dispute of an open item. Texts are null once erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dispute)]
pub struct DisputeOut {
    pub id: String,
    pub state: DisputeStateName,
    /// Id of the open item.
    pub item: String,
    /// Id of whose the item was then.
    pub customer: String,
    /// Id of the item's document.
    pub document: Option<String>,
    pub number: Option<String>,
    /// As it was opened. Reports state no more of it than is open of the item.
    pub amount: MoneyView,
    pub reason_code: DisputeReasonName,
    pub text: Option<String>,
    pub opened_on: Date,
    pub opened_by: String,
    /// RFC 3339.
    pub opened_at: String,
    pub resolved_on: Option<Date>,
    /// What was said to it.
    pub answer: Option<String>,
    pub resolved_by: Option<String>,
    /// RFC 3339.
    pub resolved_at: Option<String>,
}

impl From<DisputeView> for DisputeOut {
    fn from(DisputeView { dispute: row, document, number }: DisputeView) -> Self {
        DisputeOut {
            id: row.id.to_string(),
            state: row.state.into(),
            item: row.item.to_string(),
            customer: row.customer.to_string(),
            document: document.map(|id| id.to_string()),
            number,
            amount: MoneyView::new(row.amount, row.currency),
            reason_code: row.reason.into(),
            text: row.text,
            opened_on: Date(row.opened_on),
            opened_by: row.opened_by,
            opened_at: row.opened_at.to_string(),
            resolved_on: row.resolved_on.map(Date),
            answer: row.answer,
            resolved_by: row.resolved_by,
            resolved_at: row.resolved_at.map(|at| at.to_string()),
        }
    }
}
