//! Moves between the company's own accounts (资金划转), fees, and what payment providers hold.

use super::bank::BankAccountOut;
use super::leaf::{BankAccountName, BankLineName, Date, MoneyView};
use app::bank::{BankMoveView, Clearing, JoinPayout, Payout, TakeFee};
use domain::ids::{BankLineId, BankMoveId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the money of a line came from: another account of the company.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutBody {
    /// The line of the other account that shows it leave.
    pub from_line: Option<BankLineName>,
    /// Required where no such line has come yet.
    pub from_account: Option<BankAccountName>,
    /// Where the bank's own day is locked; default: the booking date.
    pub effective_date: Option<Date>,
}

impl PayoutBody {
    /// Of the line that the path names.
    pub fn of(self, line: BankLineId) -> Payout {
        Payout {
            line,
            from_line: self.from_line.map(|line| line.0),
            from_account: self.from_account.map(|account| account.0),
            effective_date: self.effective_date.map(|date| date.0),
        }
    }
}

/// A line that is a fee, all of it.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeBody {
    /// Where the bank's own day is locked; default: the booking date.
    #[serde(default)]
    pub effective_date: Option<Date>,
}

impl FeeBody {
    /// Of the line that the path names.
    pub fn of(self, line: BankLineId) -> TakeFee {
        TakeFee { line, effective_date: self.effective_date.map(|date| date.0) }
    }
}

/// The line that shows a payout leave.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinBody {
    pub line: BankLineName,
}

impl JoinBody {
    /// Of the payout that the path names.
    pub fn of(self, payout: BankMoveId) -> JoinPayout {
        JoinPayout { payout, line: self.line.0 }
    }
}

/// How a move is taken back; it may be left out.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoMoveBody {
    /// Default: its own day.
    #[serde(default)]
    pub date: Option<Date>,
}

/// A payout between accounts of the company, or a fee.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankMove)]
pub struct BankMoveOut {
    pub id: String,
    /// payout | fee
    pub kind: String,
    pub from_account: String,
    pub to_account: Option<String>,
    pub from_line: Option<String>,
    pub to_line: Option<String>,
    /// Negative: an undoing.
    pub amount: MoneyView,
    pub effective_date: Date,
    pub entry: String,
    /// What it takes back.
    pub reverses: Option<String>,
    /// What took it back.
    pub undone_by: Option<String>,
    pub created_by: String,
}

impl From<BankMoveView> for BankMoveOut {
    fn from(view: BankMoveView) -> Self {
        let BankMoveView { row, undone_by } = view;
        BankMoveOut {
            id: row.id.to_string(),
            kind: row.kind,
            from_account: row.from_account.to_string(),
            to_account: row.to_account.map(|id| id.to_string()),
            from_line: row.from_line.map(|id| id.to_string()),
            to_line: row.to_line.map(|id| id.to_string()),
            amount: MoneyView::new(row.amount, row.currency),
            effective_date: Date(row.effective_date.date()),
            entry: row.entry.to_string(),
            reverses: row.reverses.map(|id| id.to_string()),
            undone_by: undone_by.map(|id| id.to_string()),
            created_by: row.created_by,
        }
    }
}

/// What payment providers hold on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClearingAccounts)]
pub struct ClearingAccountsOut {
    pub as_of: Date,
    pub accounts: Vec<ClearingOut>,
}

/// A provider's clearing account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClearingAccount)]
pub struct ClearingOut {
    pub account: BankAccountOut,
    /// Received gross, less fees, less what was paid out.
    pub balance: MoneyView,
    /// The last closing balance that the provider stated.
    pub stated: Option<MoneyView>,
    pub stated_on: Option<Date>,
    /// Lines that are not settled.
    pub unsettled: u64,
}

impl From<Clearing> for ClearingOut {
    fn from(found: Clearing) -> Self {
        let currency = found.account.currency;
        ClearingOut {
            balance: MoneyView::new(found.balance, currency),
            stated: found.stated.map(|(_, amount)| MoneyView::new(amount, currency)),
            stated_on: found.stated.map(|(day, _)| Date(day)),
            unsettled: found.unsettled,
            account: found.account.into(),
        }
    }
}
