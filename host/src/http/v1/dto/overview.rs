//! What waits for somebody.

use super::bank::statuses;
use super::job::JobOut;
use super::leaf::Date;
use super::report::{AgingTotalView, AgingView, ReportHeadView};
use app::overview::Overview;
use serde::{Deserialize, Serialize};
use store::rows::StatementRun;
use store::types::StatementRunStatus;
use utoipa::ToSchema;

statuses! {
    /// What has become of a run of statements.
    StatementRunStatusName of StatementRunStatus { Running, Done, Failed }
}

/// What waits, receivables by age, what ran last.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Overview)]
pub struct OverviewOut {
    pub waiting: WaitingView,
    /// As `GET /v1/reports/aging` says today; absent where the ledger does not tie out, which that report explains.
    pub receivables: Option<ReceivablesView>,
    /// The newest five.
    pub runs: Vec<StatementRunOut>,
    /// The newest five.
    pub jobs: Vec<JobOut>,
}

/// How many of each wait for somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingView {
    /// To be approved or rejected.
    pub proposals: u64,
    /// To be approved or rejected.
    pub statements: u64,
    /// That nothing is proposed for.
    pub bank_lines: u64,
    /// That failed in the last seven days.
    pub failed_jobs: u64,
    /// Plugins that another person activates.
    pub pending_bindings: u64,
}

/// Open receivables by age.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivablesView {
    pub report: ReportHeadView,
    /// Last days of the buckets after *not due*.
    pub edges: Vec<i32>,
    pub totals: Vec<AgingTotalView>,
}

/// A run of statements.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatementRun)]
pub struct StatementRunOut {
    pub id: String,
    pub cut_off: Date,
    pub status: StatementRunStatusName,
    pub made: u64,
    pub failed: u64,
    pub created_by: String,
    /// RFC 3339.
    pub created_at: String,
}

impl From<StatementRun> for StatementRunOut {
    fn from(row: StatementRun) -> Self {
        StatementRunOut {
            id: row.id.to_string(),
            cut_off: Date(row.cut_off),
            status: row.status.into(),
            made: row.made,
            failed: row.failed,
            created_by: row.created_by,
            created_at: row.created_at.to_string(),
        }
    }
}

impl From<Overview> for OverviewOut {
    fn from(page: Overview) -> Self {
        let waiting = WaitingView {
            proposals: page.waiting.proposals,
            statements: page.waiting.statements,
            bank_lines: page.waiting.bank_lines,
            failed_jobs: page.waiting.failed_jobs,
            pending_bindings: page.waiting.pending_bindings,
        };
        let receivables = page.receivables.map(|report| {
            let AgingView { report, edges, totals, .. } = report.into();
            ReceivablesView { report, edges, totals }
        });
        OverviewOut {
            waiting,
            receivables,
            runs: page.runs.into_iter().map(StatementRunOut::from).collect(),
            jobs: page.jobs.into_iter().map(JobOut::from).collect(),
        }
    }
}
