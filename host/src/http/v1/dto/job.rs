//! Jobs (后台任务).

use super::bank::statuses;
use crate::http::problem::ProblemBody;
use app::job::JobKind;
use domain::ids::JobId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::rows::Job;
use store::types::JobStatus;
use utoipa::ToSchema;

statuses! {
    /// What has become of a job.
    JobStatusName of JobStatus { Queued, Running, Done, Failed, Cancelled }
}

impl JobStatusName {
    pub const fn is_over(self) -> bool {
        matches!(self, JobStatusName::Done | JobStatusName::Failed | JobStatusName::Cancelled)
    }
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JobKindName {
    StatementRun,
    Reconcile,
    Sample,
    Import,
    ImportUndo,
    BankFile,
    InvoiceDeliveries,
    NumberVouchers,
    Revaluation,
    Regrouping,
    ApproveExact,
    Verify,
}

impl From<JobKindName> for JobKind {
    fn from(name: JobKindName) -> Self {
        match name {
            JobKindName::StatementRun => JobKind::StatementRun,
            JobKindName::Reconcile => JobKind::Reconcile,
            JobKindName::Sample => JobKind::Sample,
            JobKindName::Import => JobKind::Import,
            JobKindName::ImportUndo => JobKind::ImportUndo,
            JobKindName::BankFile => JobKind::BankFile,
            JobKindName::InvoiceDeliveries => JobKind::InvoiceDeliveries,
            JobKindName::NumberVouchers => JobKind::NumberVouchers,
            JobKindName::Revaluation => JobKind::Revaluation,
            JobKindName::Regrouping => JobKind::Regrouping,
            JobKindName::ApproveExact => JobKind::ApproveExact,
            JobKindName::Verify => JobKind::Verify,
        }
    }
}

/// A job that was put in the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnqueuedView {
    /// Read it at `/v1/jobs/{id}`.
    pub job: String,
}

impl From<JobId> for EnqueuedView {
    fn from(id: JobId) -> Self {
        EnqueuedView { job: id.to_string() }
    }
}

/// Long work that the server does beside answering.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobOut {
    pub id: String,
    /// statement-run | reconcile | sample | import | import-undo | bank-file | invoice-deliveries | number-vouchers | revaluation |
    /// regrouping | approve-exact | verify
    pub kind: String,
    pub status: JobStatusName,
    /// Progress, in units of the work: customers, lines, rows, invoices.
    pub done: u64,
    pub total: u64,
    /// Once it is done: of a request that was worked on later the body of its answer, which a list leaves out and an erasure takes.
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// The same, as the request itself would have been refused; none of the sample.
    #[schema(value_type = Option<ProblemBody>)]
    pub problem: Option<Value>,
    /// Id of the person who asked for it.
    pub created_by: String,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub finished_at: Option<String>,
}

impl JobOut {
    /// As one of a list: an answer may be long.
    pub fn listed(row: Job) -> Self {
        let answers = !matches!(row.kind.as_str(), "statement-run" | "reconcile" | "sample");
        let row = if answers { Job { result: None, ..row } } else { row };
        JobOut::from(row)
    }
}

impl From<Job> for JobOut {
    fn from(row: Job) -> Self {
        JobOut {
            id: row.id.to_string(),
            kind: row.kind,
            status: row.status.into(),
            done: row.done,
            total: row.total,
            result: row.result.map(|json| json.0),
            // of one that runs an erasure left a mark: that it will say nothing
            error: row.error.filter(|_| row.finished_at.is_some()),
            problem: row.problem.map(|json| json.0),
            created_by: row.created_by,
            created_at: row.created_at.to_string(),
            finished_at: row.finished_at.map(|at| at.to_string()),
        }
    }
}
