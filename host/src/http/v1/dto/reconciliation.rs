//! What reconciliation (对账) proposes, and what its approval posts.

use super::approval::ExceptionBody;
use super::bank::statuses;
use super::leaf::{Date, Decimal, ItemId, MoneyView};
use super::warning::WarningView;
use app::reconciliation::{Approved, ApprovedByPolicy, Certificate, ProposalView, Proposed, Withheld};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use store::types::ProposalStatus;
use utoipa::ToSchema;

statuses! {
    /// What has become of a proposal.
    ProposalStatusName of ProposalStatus { Proposed, Approved, Rejected, Superseded, Undone }
}

/// How sure the policy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConfidenceName {
    Exact,
    Strong,
    Weak,
    Ambiguous,
}

impl ConfidenceName {
    pub const fn name(self) -> &'static str {
        match self {
            ConfidenceName::Exact => "exact",
            ConfidenceName::Strong => "strong",
            ConfidenceName::Weak => "weak",
            ConfidenceName::Ambiguous => "ambiguous",
        }
    }
}

/// A reconciliation has no options yet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReconciliationBody {}

/// How a proposal is approved; it may be left out.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalBody {
    /// The day on which it is effective, where the bank's own is locked: not before the booking of any of its lines, nor after today unless what it pays does not exist before. Without one
    /// each line is effective on its booking date.
    #[serde(default)]
    pub effective_date: Option<Date>,
    /// Not taken any more: another person grants an exception before, by `POST /v1/exceptions`.
    #[serde(default)]
    pub exception: Option<ExceptionBody>,
    /// The evidence of each tax that the proposal takes as withheld, where who made it gave none.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub withholding: Vec<WithheldBody>,
}

/// The evidence of tax that a payer withheld (代扣税款凭证).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithheldBody {
    pub item: ItemId,
    /// All that is taken as withheld on the item, and no other amount; default: that.
    pub amount: Option<Decimal>,
    /// The certificate's.
    pub number: String,
    pub date: Date,
    /// The tax authority: its name, or a code of it.
    pub authority: String,
}

impl WithheldBody {
    /// As the `n`th of its list.
    pub fn of(self, n: usize) -> Withheld {
        Withheld {
            item: self.item.0,
            amount: self.amount.map(|amount| amount.0),
            certificate: Certificate { number: self.number, date: self.date.0, authority: self.authority },
            at: format!("/withholding/{n}"),
        }
    }
}

/// What a reconciliation proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedView {
    /// The call of the plugin; null when no line was open.
    pub invocation: Option<String>,
    /// Ids.
    pub proposals: Vec<String>,
    pub unmatched: u64,
    /// Proposals by exact, strong, weak, ambiguous.
    pub by_confidence: BTreeMap<String, u64>,
    /// The first 1,000.
    pub warnings: Vec<WarningView>,
}

impl From<Proposed> for ProposedView {
    fn from(proposed: Proposed) -> Self {
        ProposedView {
            invocation: proposed.invocation.map(|id| id.to_string()),
            proposals: proposed.proposals.iter().map(ToString::to_string).collect(),
            unmatched: proposed.unmatched,
            by_confidence: proposed.by_confidence,
            warnings: proposed.warnings.into_iter().map(WarningView::from).collect(),
        }
    }
}

/// What a reconciliation plugin proposed for bank lines; nothing is posted before it is approved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalOut {
    pub id: String,
    /// The call of the plugin; empty where a person made it.
    pub invocation: String,
    /// A person made it: `POST /v1/bank-lines/{id}/settle`.
    pub by_hand: bool,
    /// Alternatives share a group; the lowest rank is the best of them.
    pub group: u32,
    pub rank: u32,
    pub customer: Option<String>,
    /// exact | strong | weak | ambiguous; by-hand: nobody proposed it
    pub confidence: String,
    /// Permille.
    pub score: u32,
    pub rule: String,
    /// none | on-account | suspense
    pub residual: String,
    /// The receipt that a return takes back.
    pub reverses_document: Option<String>,
    #[schema(value_type = Vec<Object>)]
    pub reasons: Value,
    /// Ids of items that the plugin finds as good: only a person decides.
    pub ambiguous_with: Vec<String>,
    pub status: ProposalStatusName,
    /// Ids.
    pub bank_lines: Vec<String>,
    /// What its bank lines come to, negative where money goes out; null where it is of none, or of several currencies.
    pub amount: Option<MoneyView>,
    /// The last day on which one of them was booked; likewise.
    pub booked_on: Option<Date>,
    pub allocations: Vec<ProposalAllocationOut>,
    pub differences: Vec<ProposalDifferenceOut>,
    /// Who ran the reconciliation, or settled the line: another person approves.
    pub created_by: String,
    pub decided_by: Option<String>,
    /// RFC 3339.
    pub decided_at: Option<String>,
    /// Ids of who approved that it is undone, where a rule for reversals wants more people than one.
    pub undo_approved_by: Vec<String>,
    /// For which day they did; null: the days on which it was posted.
    pub undo_date: Option<Date>,
}

/// An item that the line pays; without a bank line two items are netted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalAllocation)]
pub struct ProposalAllocationOut {
    pub bank_line: Option<String>,
    pub item: String,
    pub credit_item: Option<String>,
    /// Minor units of the item's currency.
    pub amount_minor: i64,
}

/// What the line pays besides items.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalDifference)]
pub struct ProposalDifferenceOut {
    pub bank_line: String,
    /// tail | discount | charge | withholding
    pub kind: String,
    pub amount: MoneyView,
    pub item: Option<String>,
}

impl From<ProposalView> for ProposalOut {
    fn from(view: ProposalView) -> Self {
        let undoing = view.standing_undoing();
        let undo_approved_by = undoing.iter().map(|one| one.person.clone()).collect();
        let undo_date = undoing.last().and_then(|one| one.on_date).map(Date);
        let ProposalView { proposal, lines, allocations, differences, money, .. } = view;
        ProposalOut {
            id: proposal.id.to_string(),
            invocation: proposal.invocation.map(|id| id.to_string()).unwrap_or_default(),
            by_hand: proposal.invocation.is_none(),
            group: proposal.grp,
            rank: proposal.rank,
            customer: proposal.customer.map(|id| id.to_string()),
            confidence: proposal.confidence,
            score: proposal.score,
            rule: proposal.rule,
            residual: proposal.residual,
            reverses_document: proposal.reverses_document.map(|id| id.to_string()),
            reasons: proposal.reasons.0,
            ambiguous_with: proposal.ambiguous_with.0,
            status: proposal.status.into(),
            bank_lines: lines.iter().map(|l| l.bank_line.to_string()).collect(),
            amount: money.map(|money| MoneyView::new(money.amount, money.currency)),
            booked_on: money.map(|money| Date(money.booked_on)),
            allocations: allocations
                .iter()
                .map(|a| ProposalAllocationOut {
                    bank_line: a.bank_line.map(|id| id.to_string()),
                    item: a.item.to_string(),
                    credit_item: a.credit_item.map(|id| id.to_string()),
                    amount_minor: a.amount.get(),
                })
                .collect(),
            differences: differences
                .into_iter()
                .map(|d| ProposalDifferenceOut {
                    bank_line: d.bank_line.to_string(),
                    kind: d.kind,
                    amount: MoneyView::new(d.amount, d.currency),
                    item: d.item.map(|id| id.to_string()),
                })
                .collect(),
            created_by: proposal.created_by,
            decided_by: proposal.decided_by,
            decided_at: proposal.decided_at.map(|at| at.to_string()),
            undo_approved_by,
            undo_date,
        }
    }
}

/// What an approval posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovedView {
    pub entries: Vec<String>,
    pub documents: Vec<String>,
    pub allocations: Vec<String>,
    /// Money of nobody known: `GET /v1/suspense/{id}`.
    pub suspense: Vec<String>,
}

impl From<Approved> for ApprovedView {
    fn from(approved: Approved) -> Self {
        ApprovedView {
            entries: approved.entries.iter().map(ToString::to_string).collect(),
            documents: approved.documents.iter().map(ToString::to_string).collect(),
            allocations: approved.allocations.iter().map(ToString::to_string).collect(),
            suspense: approved.suspense.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What the policy `auto-exact` approved.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovedByPolicyView {
    pub approved: u64,
    /// Exact to the plugin, but not to the host, or what they stand on has changed: left to people.
    pub skipped: u64,
}

impl From<ApprovedByPolicy> for ApprovedByPolicyView {
    fn from(done: ApprovedByPolicy) -> Self {
        ApprovedByPolicyView { approved: done.approved, skipped: done.skipped }
    }
}
