//! Checklists of the close (月结检查清单).

use super::leaf::{Date, Month};
use app::close::{ChangeItem, CloseView, Finding, ItemView, Person, SignItem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::rows::CloseRecord;
use utoipa::ToSchema;

/// The checklist of a month that has begun.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    pub period: Month,
}

/// Everything that is chosen of an item: what is left out is nobody, no date is left out.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseItemBody {
    /// Login or id of an active user; absent: nobody in particular.
    #[serde(default)]
    pub owner: Option<String>,
    pub due_date: Date,
    /// Whether a hard lock of the month waits for it. One that is mandatory stays so until another person confirms that it is not.
    pub mandatory: bool,
    /// Why a mandatory one shall be so no more.
    #[serde(default)]
    pub reason: Option<String>,
}

impl From<CloseItemBody> for ChangeItem {
    fn from(body: CloseItemBody) -> Self {
        let CloseItemBody { owner, due_date, mandatory, reason } = body;
        ChangeItem { owner, due_date: due_date.0, mandatory, reason }
    }
}

/// A signature.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignBody {
    /// What there is to say, without names of people; required of `vouchers-exported`,
    /// unless they were handed over here.
    #[serde(default)]
    pub note: Option<String>,
    /// The reason for which what does not hold is let pass; instead of a note.
    #[serde(default)]
    pub waive: Option<String>,
}

impl From<SignBody> for SignItem {
    fn from(body: SignBody) -> Self {
        SignItem { note: body.note, waive: body.waive }
    }
}

/// Why an item is opened again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenBody {
    pub reason: String,
}

/// A user, or `system`: the operator at the machine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonOut {
    pub id: String,
    pub login: Option<String>,
}

impl From<Person> for PersonOut {
    fn from(person: Person) -> Self {
        PersonOut { id: person.id, login: person.login }
    }
}

/// What the host finds of an item at the period's last day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CloseFinding)]
pub struct CloseFindingOut {
    /// Stable. `bank-continuity`: continuous, no-accounts, gaps, lines-unsettled; `unapplied`, `unbilled`: none, to-review; `revaluation`:
    /// nothing-foreign, revalued, not-revalued, changed-since, no-rate; `tie-out`: tied-out; `statements`: all-stated,
    /// nothing-to-state, missing; `vouchers-exported`: none, to-export, exported, changed-since; `suspense`: none, in-suspense;
    /// `disputes`: none, to-review. Of each that folds customers: not-tied-out. Figures of `unapplied` name what a regrouping of the day shows as advances.
    pub code: String,
    pub holds: bool,
    /// By the item: ids, counts as numbers, amounts as text.
    #[schema(value_type = Object)]
    pub figures: Value,
}

impl From<Finding> for CloseFindingOut {
    fn from(found: Finding) -> Self {
        CloseFindingOut { code: found.code, holds: found.holds, figures: found.figures }
    }
}

/// What was done with an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CloseRecord)]
pub struct CloseRecordOut {
    /// signed | waived | reopened
    pub act: String,
    pub by: PersonOut,
    /// RFC 3339.
    pub at: String,
    /// The note, or the reason; gone if it named somebody who was erased.
    pub words: Option<String>,
}

impl From<(CloseRecord, Person)> for CloseRecordOut {
    fn from((row, by): (CloseRecord, Person)) -> Self {
        let (act, at) = (row.act.name().to_owned(), row.done_at.to_string());
        CloseRecordOut { act, by: by.into(), at, words: row.words }
    }
}

/// An item of a checklist.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CloseItem)]
pub struct CloseItemOut {
    /// bank-continuity | unapplied | unbilled | revaluation | tie-out | statements | vouchers-exported | suspense | disputes
    pub item: String,
    pub owner: Option<PersonOut>,
    pub due_date: Date,
    /// Whether a hard lock of the month waits for it.
    pub mandatory: bool,
    /// Who wants it to be mandatory no more, or wanted it before another person confirmed that: an id, or `system`.
    pub freed_by: Option<String>,
    /// Why; gone if it named somebody who was erased.
    pub freed_for: Option<String>,
    /// open | signed | waived
    pub state: String,
    /// What was signed is found no longer: something was recorded since, and it counts as open. Absent where it is not looked at.
    pub stale: Option<bool>,
    /// Who signed or waived it; none of an open one.
    pub signed_by: Option<PersonOut>,
    /// RFC 3339.
    pub signed_at: Option<String>,
    /// What was found then: the evidence.
    pub evidence: Option<CloseFindingOut>,
    /// Position of the chain at which that was found.
    pub known_at: Option<u64>,
    /// What is found now. Absent in lists and of a single item.
    pub finding: Option<CloseFindingOut>,
    /// What was done with it, in the order of time.
    pub history: Vec<CloseRecordOut>,
}

impl From<ItemView> for CloseItemOut {
    fn from(view: ItemView) -> Self {
        let (state, stale) = (view.state().name().to_owned(), view.is_stale());
        let signed = view.signature().cloned();
        let (known_at, signed_at) =
            signed.as_ref().map(|(row, _)| (row.known_at, row.done_at.to_string())).unzip();
        CloseItemOut {
            item: view.row.item.name().to_owned(),
            owner: view.owner.map(Into::into),
            due_date: Date(view.row.due_date),
            mandatory: view.row.mandatory,
            freed_by: view.row.freed_by,
            freed_for: view.row.freed_for,
            state,
            stale,
            signed_by: signed.map(|(_, by)| by.into()),
            signed_at,
            evidence: view.evidence.map(Into::into),
            known_at: known_at.flatten(),
            finding: view.finding.map(Into::into),
            history: view.records.into_iter().map(Into::into).collect(),
        }
    }
}

/// The checklist of a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Close)]
pub struct CloseOut {
    pub period: Month,
    /// Which of the fiscal year it is, as 2026-P11: the year in which that begins, and its month.
    pub fiscal_period: String,
    pub last_day: Date,
    /// A user's id, or `system`.
    pub opened_by: String,
    /// RFC 3339.
    pub opened_at: String,
    pub items: Vec<CloseItemOut>,
}

impl From<CloseView> for CloseOut {
    fn from(view: CloseView) -> Self {
        CloseOut {
            period: Month(view.month),
            fiscal_period: view.fiscal.to_string(),
            last_day: Date(view.month.last()),
            opened_by: view.close.opened_by,
            opened_at: view.close.opened_at.to_string(),
            items: view.items.into_iter().map(Into::into).collect(),
        }
    }
}
