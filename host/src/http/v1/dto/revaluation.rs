//! Revaluation of foreign currency.

use super::leaf::{Currency, Date, Decimal, MoneyView};
use app::revaluation::Revalued;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Values what customers owe and are owed in foreign currency, and what banks advanced on their bills.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevaluationBody {
    /// The day whose rates hold, as a rule the last of a period; it has begun.
    pub as_of: Date,
}

/// What was found of one account and currency, and what was posted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revaluation)]
pub struct RevaluationOut {
    pub as_of: Date,
    /// The control account, or 短期借款 on bills that were discounted with recourse.
    pub account: String,
    pub currency: Currency,
    /// In the foreign currency; negative: owed to customers, or to banks.
    pub balance: MoneyView,
    /// What the ledger carried it at, in base currency, earlier revaluations of the day included.
    pub carrying: MoneyView,
    /// What it is worth at the rate.
    pub value: MoneyView,
    /// `value` − `carrying`: what was posted.
    pub difference: MoneyView,
    /// Base units for one of the foreign currency.
    pub rate: Decimal,
    /// Whose rate it is: the latest stored on or before `as_of`.
    pub rate_date: Date,
    pub rate_origin: String,
    /// The entry that posted the difference; none where there is none.
    pub entry: Option<String>,
    /// The entry of the next day that takes it back.
    pub reversal: Option<String>,
}

impl RevaluationOut {
    /// `base`: the company's currency.
    pub fn new(found: Revalued, base: money::Currency) -> Self {
        let in_base = |amount| MoneyView::new(amount, base);
        RevaluationOut {
            as_of: Date(found.as_of),
            account: found.account,
            currency: Currency(found.currency),
            balance: MoneyView::new(found.balance, found.currency),
            carrying: in_base(found.carrying),
            value: in_base(found.value),
            difference: in_base(found.difference),
            rate: Decimal(found.rate.rate()),
            rate_date: Date(found.rate.date),
            rate_origin: found.rate.source,
            entry: found.entries.map(|(entry, _)| entry.to_string()),
            reversal: found.entries.map(|(_, reversal)| reversal.to_string()),
        }
    }
}

/// All that one request found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revaluations)]
pub struct RevaluationsOut {
    /// By account and currency; empty where nothing stands in foreign currency.
    pub revaluations: Vec<RevaluationOut>,
}
