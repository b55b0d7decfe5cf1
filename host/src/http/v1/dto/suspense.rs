//! Money in suspense (待查款).

use super::leaf::{BankLineName, Currency, Date, Decimal, MoneyView};
use app::suspense::{ClearHow, ClearSuspense, Cleared, SuspenseTotal, SuspenseView, UndoSuspenseMove};
use domain::ids::{SuspenseId, SuspenseMoveId};
use money::Currency as Iso4217;
use serde::{Deserialize, Serialize};
use store::rows::SuspenseMove;
use utoipa::ToSchema;

/// What becomes of money in suspense that is no customer's receipt; what is one is entered with `POST /v1/receipts`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearSuspenseBody {
    #[serde(rename = "as")]
    pub what: ClearName,
    /// Default: all that is left.
    pub amount: Option<Decimal>,
    /// Default: the booking of the line, else today.
    pub date: Option<Date>,
    /// Paid back by this line, which took as much out.
    pub bank_line: Option<BankLineName>,
    /// Required of income.
    pub reason: Option<String>,
}

/// 退回, 转营业外收入.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClearName {
    PaidBack,
    Income,
}

impl ClearSuspenseBody {
    /// Of the money that the path names.
    ///
    /// # Errors
    /// Of what is given beside what it does not go with.
    pub fn of(self, item: SuspenseId) -> Result<ClearSuspense, super::BodyError> {
        let bank_line = self.bank_line.map(|line| line.0);
        let how = match (self.what, bank_line) {
            (ClearName::PaidBack, bank_line) => ClearHow::PaidBack { bank_line, reason: self.reason },
            // blank where it is missing: the use-case says that it is required
            (ClearName::Income, None) => ClearHow::Income { reason: self.reason.unwrap_or_default() },
            (ClearName::Income, Some(_)) => {
                return Err(super::BodyError::at("/bank_line", "is of money that is paid back alone"));
            }
        };
        Ok(ClearSuspense { item, amount: self.amount.map(|a| a.0), date: self.date.map(|d| d.0), how })
    }
}

/// Why it is taken back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoSuspenseBody {
    /// Default: its own day.
    pub date: Option<Date>,
    pub reason: String,
}

impl UndoSuspenseBody {
    /// Of the move that the path names.
    pub fn of(self, id: SuspenseMoveId) -> UndoSuspenseMove {
        UndoSuspenseMove { id, date: self.date.map(|date| date.0), reason: self.reason }
    }
}

/// Money that nobody is known to own, with what was done with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suspense)]
pub struct SuspenseOut {
    pub id: String,
    /// bank-line | refund: one whose line the bank has not shown yet
    pub origin: String,
    pub bank_line: Option<String>,
    /// The refund.
    pub document: Option<String>,
    pub proposal: Option<String>,
    pub amount: MoneyView,
    /// What is left.
    pub open: MoneyView,
    /// The day on which it came: the value date of a receipt of it.
    pub value_date: Date,
    pub effective_date: Date,
    pub age_days: i64,
    /// Who put it there: another lets it out.
    pub created_by: String,
    pub entry: String,
    pub moves: Vec<SuspenseMoveOut>,
}

impl From<SuspenseView> for SuspenseOut {
    fn from(view: SuspenseView) -> Self {
        let SuspenseView { item, open, age_days, moves, .. } = view;
        let currency = item.currency;
        SuspenseOut {
            id: item.id.to_string(),
            origin: item.origin,
            bank_line: item.bank_line.map(|id| id.to_string()),
            document: item.document.map(|id| id.to_string()),
            proposal: item.proposal.map(|id| id.to_string()),
            amount: MoneyView::new(item.amount, currency),
            open: MoneyView::new(open, currency),
            value_date: Date(item.value_date.date()),
            effective_date: Date(item.effective_date.date()),
            age_days,
            created_by: item.created_by,
            entry: item.entry.to_string(),
            moves: moves.into_iter().map(|row| SuspenseMoveOut::new(row, currency)).collect(),
        }
    }
}

/// What was done with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuspenseMove)]
pub struct SuspenseMoveOut {
    pub id: String,
    /// identified | paid-back | income | taken-back
    #[serde(rename = "as")]
    pub what: String,
    /// Negative: it is back in suspense.
    pub amount: MoneyView,
    pub effective_date: Date,
    /// The receipt that it became.
    pub document: Option<String>,
    pub bank_line: Option<String>,
    /// The move that it takes back.
    pub reverses: Option<String>,
    /// Gone if it named somebody who was erased.
    pub reason: Option<String>,
    pub by: String,
    /// RFC 3339.
    pub at: String,
    pub entry: String,
}

impl SuspenseMoveOut {
    fn new(row: SuspenseMove, currency: Iso4217) -> Self {
        SuspenseMoveOut {
            id: row.id.to_string(),
            what: row.kind,
            amount: MoneyView::new(row.amount, currency),
            effective_date: Date(row.effective_date.date()),
            document: row.document.map(|id| id.to_string()),
            bank_line: row.bank_line.map(|id| id.to_string()),
            reverses: row.reverses.map(|id| id.to_string()),
            reason: row.words,
            by: row.done_by,
            at: row.done_at.to_string(),
            entry: row.entry.to_string(),
        }
    }
}

/// What the list and the suspense account say of a currency: the same, or the books do not hold.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuspenseTotal)]
pub struct SuspenseTotalOut {
    pub currency: Currency,
    pub items: MoneyView,
    /// The account's credit balance.
    pub ledger: MoneyView,
    pub ties: bool,
}

impl From<SuspenseTotal> for SuspenseTotalOut {
    fn from(total: SuspenseTotal) -> Self {
        SuspenseTotalOut {
            currency: Currency(total.currency),
            items: MoneyView::new(total.items, total.currency),
            ledger: MoneyView::new(total.ledger, total.currency),
            ties: total.ties(),
        }
    }
}

/// The totals of all that is in suspense on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuspenseTotals)]
pub struct SuspenseTotalsOut {
    pub as_of: Date,
    /// By currency; empty where nothing is.
    pub totals: Vec<SuspenseTotalOut>,
}

/// What was posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClearedSuspenseView {
    /// The move.
    pub id: String,
    pub entry: String,
    pub suspense: SuspenseOut,
}

impl From<Cleared> for ClearedSuspenseView {
    fn from(cleared: Cleared) -> Self {
        let suspense = cleared.suspense.into();
        ClearedSuspenseView { id: cleared.id.to_string(), entry: cleared.entry.to_string(), suspense }
    }
}
