//! Locks that move back (反锁定), by two people.

use super::bank::statuses;
use super::company::LockName;
use super::leaf::Date;
use app::period::Unlock;
use serde::{Deserialize, Serialize};
use store::rows::PeriodUnlock;
use store::types::UnlockState;
use utoipa::ToSchema;

/// What shall stay locked, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodUnlockBody {
    /// Soft or tax: a hard lock is for good.
    pub kind: LockName,
    /// The last day that stays locked.
    pub through: Date,
    pub reason: String,
}

impl From<PeriodUnlockBody> for Unlock {
    fn from(body: PeriodUnlockBody) -> Self {
        Unlock { kind: body.kind.into(), through: body.through.0, reason: body.reason }
    }
}

statuses! {
    /// Where the moving back of a lock stands.
    UnlockStateName of UnlockState { Proposed, Approved, Rejected, Withdrawn }
}

/// A lock that one person proposes to move back and another moves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeriodUnlock)]
pub struct PeriodUnlockOut {
    pub id: String,
    pub kind: LockName,
    /// The last day of the lock as it was proposed against.
    pub locked: Date,
    /// The last day that stays locked.
    pub through: Date,
    pub state: UnlockStateName,
    /// Null once it named who is erased.
    pub reason: Option<String>,
    /// Why it was rejected.
    pub refusal: Option<String>,
    pub proposed_by: String,
    /// RFC 3339.
    pub proposed_at: String,
    pub decided_by: Option<String>,
    /// RFC 3339.
    pub decided_at: Option<String>,
}

impl From<PeriodUnlock> for PeriodUnlockOut {
    fn from(row: PeriodUnlock) -> Self {
        PeriodUnlockOut {
            id: row.id.to_string(),
            kind: row.kind.into(),
            locked: Date(row.locked),
            through: Date(row.through),
            state: row.state.into(),
            reason: row.reason,
            refusal: row.refusal,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at.to_string(),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(|at| at.to_string()),
        }
    }
}
