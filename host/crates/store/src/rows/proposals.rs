//! What a reconciliation guest proposed.

use crate::types::{Json, ProposalStatus};
use chrono::NaiveDate;
use domain::ids::{BankLineId, CompanyId, CustomerId, DocumentId, InvocationId, OpenItemId, ProposalId};
use domain::time::Instant;
use money::{Currency, Minor};
use serde_json::Value;

row! {
    /// A proposal: lines, allocations and differences stand in tables of their own.
    Proposal in proposals {
        company: CompanyId,
        id: ProposalId,
        /// None where a person made it.
        invocation: Option<InvocationId>,
        /// Its place in the guest's answer.
        ordinal: u32,
        /// Alternatives share a group; rank 0 is the best of them.
        grp: u32,
        rank: u32,
        customer: Option<CustomerId>,
        /// exact | strong | weak | ambiguous
        confidence: String,
        /// Permille.
        score: u32,
        rule: String,
        /// none | on-account
        residual: String,
        residual_amount: Minor,
        reverses_document: Option<DocumentId>,
        reasons: Json<Value>,
        /// Items that the guest finds as good.
        ambiguous_with: Json<Vec<String>>,
        status: ProposalStatus,
        created_by: String,
        created_at: Instant,
        decided_by: Option<String>,
        decided_at: Option<Instant>,
        version: i64,
    }
}

row! {
    /// A bank line that a proposal explains.
    ProposalLine in proposal_lines {
        company: CompanyId,
        proposal: ProposalId,
        bank_line: BankLineId,
    }
}

row! {
    /// What a proposal clears; without a bank line it nets two items.
    ProposalAllocation in proposal_allocations {
        company: CompanyId,
        proposal: ProposalId,
        n: u32,
        bank_line: Option<BankLineId>,
        item: OpenItemId,
        credit_item: Option<OpenItemId>,
        amount: Minor,
    }
}

row! {
    /// What a proposal explains otherwise than by an item.
    ProposalDifference in proposal_differences {
        company: CompanyId,
        proposal: ProposalId,
        n: u32,
        bank_line: BankLineId,
        /// tail | discount | charge | withholding
        kind: String,
        amount: Minor,
        currency: Currency,
        item: Option<OpenItemId>,
    }
}

row! {
    /// Somebody's approval that a proposal is undone, where a rule wants more than one.
    ProposalUndoing in proposal_undoings {
        company: CompanyId,
        proposal: ProposalId,
        /// From 1.
        n: u32,
        person: String,
        at: Instant,
        /// The day that she named; none: the days on which it was posted.
        on_date: Option<NaiveDate>,
    }
}

row! {
    /// Why the last call of the policy left a line to people.
    UnmatchedLine in unmatched_lines {
        company: CompanyId,
        bank_line: BankLineId,
        invocation: InvocationId,
        /// A code of the register, or the guest's own.
        reason: String,
        /// Items that come near.
        nearest: Json<Vec<String>>,
    }
}
