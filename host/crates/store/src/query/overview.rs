//! Counts of what waits for somebody. Each counts entries of one index.

use crate::conn::Conn;
use crate::error::StoreResult;
use crate::schema::{bank_lines as b, jobs as j, proposals as p, statements as s};
use crate::types::{BankLineStatus, JobStatus, ProposalStatus, StatementStatus, v};
use diesel::prelude::*;
use domain::ids::CompanyId;
use domain::time::Instant;

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// To be approved or rejected.
    pub proposals: u64,
    /// Sealed, to be approved.
    pub statements: u64,
    /// That nothing is proposed for.
    pub bank_lines: u64,
    /// That failed since an instant.
    pub failed_jobs: u64,
    /// To be activated or withdrawn.
    pub pending_bindings: u64,
}

pub fn waiting(conn: &mut Conn, company: CompanyId, failed_since: Instant) -> StoreResult<Waiting> {
    let proposals =
        p::table.filter(p::company.eq(v(company))).filter(p::status.eq(v(ProposalStatus::Proposed)));
    let statements =
        s::table.filter(s::company.eq(v(company))).filter(s::status.eq(v(StatementStatus::Sealed)));
    let lines = b::table.filter(b::company.eq(v(company))).filter(b::status.eq(v(BankLineStatus::Open)));
    let jobs = j::table
        .filter(j::company.eq(v(company)))
        .filter(j::status.eq(v(JobStatus::Failed)))
        .filter(j::finished_at.ge(Some(failed_since)));
    Ok(Waiting {
        proposals: count(proposals.count().get_result(conn)?),
        statements: count(statements.count().get_result(conn)?),
        bank_lines: count(lines.count().get_result(conn)?),
        failed_jobs: count(jobs.count().get_result(conn)?),
        pending_bindings: super::bindings::pending(conn, company)?,
    })
}

fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or(0)
}
