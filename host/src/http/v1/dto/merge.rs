//! Merges of customers (合并).

use super::bank::statuses;
use super::leaf::{CustomerName, Date};
use app::merge::MergeView;
use serde::{Deserialize, Serialize};
use store::rows::CustomerMergeItem;
use store::types::MergeState;
use utoipa::ToSchema;

/// Who takes the place of the customer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// Id or code.
    pub into: CustomerName,
    /// The day on which what is open goes over; default: today.
    pub date: Option<Date>,
}

/// On which day a merge is taken back.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeUndoBody {
    /// Default: today; not before the day of the merge.
    pub date: Option<Date>,
}

statuses! {
    /// Where a merge stands.
    MergeStateName of MergeState { Proposed, Merged, Withdrawn, Undone }
}

/// An open item that went over.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergedItemView {
    /// Id of the item that was open.
    pub item: String,
    /// Id of what the other customer has in its place.
    pub carried: String,
    /// Id of the entry.
    pub entry: String,
}

impl From<CustomerMergeItem> for MergedItemView {
    fn from(row: CustomerMergeItem) -> Self {
        MergedItemView {
            item: row.item.to_string(),
            carried: row.carried.to_string(),
            entry: row.entry.to_string(),
        }
    }
}

/// That one customer takes the place of another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Merge)]
pub struct MergeOut {
    pub id: String,
    /// Id of who is merged.
    pub source: String,
    /// Id of who takes her place.
    pub into: String,
    pub state: MergeStateName,
    pub date: Date,
    pub proposed_by: String,
    /// RFC 3339.
    pub proposed_at: String,
    pub decided_by: Option<String>,
    /// RFC 3339.
    pub decided_at: Option<String>,
    pub undone_by: Option<String>,
    /// RFC 3339.
    pub undone_at: Option<String>,
    /// What went over; empty in lists.
    pub items: Vec<MergedItemView>,
}

impl From<MergeView> for MergeOut {
    fn from(view: MergeView) -> Self {
        let MergeView { merge: row, items } = view;
        MergeOut {
            id: row.id.to_string(),
            source: row.source.to_string(),
            into: row.target.to_string(),
            state: row.state.into(),
            date: Date(row.effective_date),
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at.to_string(),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(|at| at.to_string()),
            undone_by: row.undone_by,
            undone_at: row.undone_at.map(|at| at.to_string()),
            items: items.into_iter().map(MergedItemView::from).collect(),
        }
    }
}
