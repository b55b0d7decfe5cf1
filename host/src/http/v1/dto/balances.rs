//! The report of customers' balances.

use super::leaf::MoneyView;
use super::report::{PartyView, ReportHeadView};
use app::report::{BalanceRow, BalanceTotal, BalancesReport};
use serde::Serialize;
use utoipa::ToSchema;

/// Balances of customers; each control account's is its customers', or it is refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BalancesReportView)]
pub struct BalancesView {
    pub report: ReportHeadView,
    /// By customer's code, account and currency.
    pub accounts: Vec<BalanceRowView>,
    pub totals: Vec<BalanceTotalView>,
}

/// A customer's control account in one currency: balance = owed − unapplied.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceRowView {
    pub customer: PartyView,
    pub account: String,
    /// Open receivables.
    pub owed: MoneyView,
    /// Credits not yet applied, positive.
    pub unapplied: MoneyView,
    pub balance: MoneyView,
}

/// A control account over all customers of the report.
#[derive(Debug, Serialize, ToSchema)]
pub struct BalanceTotalView {
    pub account: String,
    pub owed: MoneyView,
    pub unapplied: MoneyView,
    pub balance: MoneyView,
}

impl From<BalancesReport> for BalancesView {
    fn from(of: BalancesReport) -> Self {
        let account = |row: BalanceRow| BalanceRowView {
            owed: MoneyView::new(row.owed, row.currency),
            unapplied: MoneyView::new(row.unapplied, row.currency),
            balance: MoneyView::new(row.balance, row.currency),
            customer: row.party.into(),
            account: row.account,
        };
        let total = |sum: BalanceTotal| BalanceTotalView {
            owed: MoneyView::new(sum.owed, sum.currency),
            unapplied: MoneyView::new(sum.unapplied, sum.currency),
            balance: MoneyView::new(sum.balance, sum.currency),
            account: sum.account,
        };
        BalancesView {
            report: (&of.head).into(),
            accounts: of.rows.into_iter().map(account).collect(),
            totals: of.totals.into_iter().map(total).collect(),
        }
    }
}
