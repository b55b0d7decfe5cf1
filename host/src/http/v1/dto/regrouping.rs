//! Regrouping of customers' credits as advances.

use super::leaf::{Currency, Date, MoneyView};
use app::regrouping::Regrouped;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Shows what customers have to their credit as advances.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegroupingBody {
    /// As a rule the last day of a period; it has begun.
    pub as_of: Date,
}

/// What was found of one account and currency, and what was posted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Regrouping)]
pub struct RegroupingOut {
    pub as_of: Date,
    /// The control account.
    pub account: String,
    pub currency: Currency,
    /// Open credits of customers at the day, each for itself: what a customer owes besides takes nothing off.
    pub credits: MoneyView,
    /// What they are carried at, in base currency.
    pub base_credits: MoneyView,
    /// What was posted: the credits less what earlier regroupings of the day show.
    pub difference: MoneyView,
    pub base_difference: MoneyView,
    /// The entry that posted it; none where there is nothing to post.
    pub entry: Option<String>,
    /// The entry of the next day that takes it back.
    pub reversal: Option<String>,
}

impl RegroupingOut {
    /// `base`: the company's currency.
    pub fn new(found: Regrouped, base: money::Currency) -> Self {
        RegroupingOut {
            as_of: Date(found.as_of),
            account: found.account,
            currency: Currency(found.currency),
            credits: MoneyView::new(found.credits, found.currency),
            base_credits: MoneyView::new(found.base_credits, base),
            difference: MoneyView::new(found.difference, found.currency),
            base_difference: MoneyView::new(found.base_difference, base),
            entry: found.entries.map(|(entry, _)| entry.to_string()),
            reversal: found.entries.map(|(_, reversal)| reversal.to_string()),
        }
    }
}

/// All that one request found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Regroupings)]
pub struct RegroupingsOut {
    /// By account and currency; empty where no customer has anything to her credit.
    pub regroupings: Vec<RegroupingOut>,
}
