//! What events say of a proposal, so that nobody changes it past them.

use super::read::ProposalView;
use domain::canonical::{CanonicalError, Digest, digest};
use money::Minor;
use serde_json::{Value, json};
use store::rows::Tolerated;

/// proposal.v1: everything of a proposal but a guest's words, which go with who is erased, and what becomes of it.
pub(crate) fn facts(view: &ProposalView) -> Result<Digest, CanonicalError> {
    let row = &view.proposal;
    // minor units: a proposal that clears nothing names no currency
    let minor = |amount: Minor| amount.get().to_string();
    let mut lines: Vec<String> = view.lines.iter().map(|line| line.bank_line.to_string()).collect();
    lines.sort_unstable();
    let allocations: Vec<Value> = view
        .allocations
        .iter()
        .map(|one| {
            json!({
                "n": one.n, "bank_line": one.bank_line.map(|id| id.to_string()), "item": one.item.to_string(),
                "credit_item": one.credit_item.map(|id| id.to_string()), "amount": minor(one.amount),
            })
        })
        .collect();
    let differences: Vec<Value> = view
        .differences
        .iter()
        .map(|one| {
            json!({
                "n": one.n, "bank_line": one.bank_line.to_string(), "kind": one.kind, "amount": minor(one.amount),
                "currency": one.currency.code(), "item": one.item.map(|id| id.to_string()),
            })
        })
        .collect();
    let content = json!({
        "id": row.id.to_string(), "invocation": row.invocation.map(|id| id.to_string()), "ordinal": row.ordinal,
        "group": row.grp, "rank": row.rank, "customer": row.customer.map(|id| id.to_string()),
        "confidence": row.confidence, "score": row.score, "residual": row.residual,
        "residual_amount": minor(row.residual_amount),
        "reverses": row.reverses_document.map(|id| id.to_string()), "created_by": row.created_by,
        "created_at": row.created_at.to_string(), "lines": lines, "allocations": allocations,
        "differences": differences,
    });
    digest("proposal.v1", &content)
}

/// What an approval wrote off within tolerances.
pub(crate) fn told_tolerated(rows: &[Tolerated]) -> Value {
    rows.iter()
        .map(|row| {
            json!({
                "kind": row.kind, "customer": row.customer.to_string(), "month": row.month.to_string(),
                "amount": row.amount.format(row.currency), "currency": row.currency.code(),
            })
        })
        .collect()
}
