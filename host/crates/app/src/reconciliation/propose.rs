//! Asks the bound policy for proposals: authorise → load → propose (guest) → check → compute → write.

use super::load::{self, Loaded};
use crate::common::{Common, Context, authorise};
use crate::job::Progress;
use crate::plugin::{self, PreparedInvocation};
use crate::{App, event};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankLineId, CompanyId, InvocationId, ProposalId};
use domain::plugin::{CallContext, Problem, Purpose};
use domain::reconciliation::{self, AcceptedProposal, Answer, RawUnmatched, ReconciliationError, Request};
use runtime::Recording;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::abort::{self, Point};
use store::query::proposals::ProposalRows;
use store::rows::{Proposal, ProposalAllocation, ProposalDifference, ProposalLine, UnmatchedLine};
use store::types::{BankLineStatus, Json, ProposalStatus};
use store::{Tx, query};
use thiserror::Error;

/// What was proposed. `unmatched` are lines that the policy left to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Absent when there was no open line, and no call.
    pub invocation: Option<InvocationId>,
    pub proposals: Vec<ProposalId>,
    pub unmatched: u64,
    pub by_confidence: BTreeMap<String, u64>,
    /// What the policy wants somebody to look at; at most [`WARNINGS_MAX`] of them, all stand in the call's output.
    pub warnings: Vec<Problem>,
}

/// Warnings of a reconciliation that are shown.
pub const WARNINGS_MAX: usize = 1_000;

#[derive(Debug, Error)]
pub enum ProposeError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(
        "what the reconciliation plugin {plugin} proposed does not hold, nothing of it was kept: {source}"
    )]
    NotAccepted { plugin: String, source: ReconciliationError },
}

crate::common::through_common!(ProposeError);

/// Proposes for all open bank lines that no pending proposal covers.
pub fn propose(app: &App, actor: &Actor, company: CompanyId) -> Result<Proposed, ProposeError> {
    propose_watched(app, actor, company, &|_, _| Ok(()))
}

/// As [`propose`]; `progress` is told how many lines have an answer that is written, of how many, and may end it: nothing is written
/// then. The policy answers all of them in one conversation.
pub fn propose_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    progress: &Progress<'_>,
) -> Result<Proposed, ProposeError> {
    authorise(actor, Noun::Allocations, Verb::Run, company)?;
    let mut tries = 1;
    loop {
        match propose_once(app, actor, company, progress) {
            // somebody was erased, or a line was decided, while the guest was at it: it must not have seen them
            Err(ProposeError::Common(refused)) if refused.is_conflict() && tries < TRIES_MAX => {
                // called off: nobody is asked again
                progress(0, 0)?;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Times the lines are proposed for before somebody else's changes are reported.
const TRIES_MAX: u32 = 3;
/// Lines after which it is told how far the writing is.
const TOLD_EVERY: usize = 100;

fn propose_once(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    progress: &Progress<'_>,
) -> Result<Proposed, ProposeError> {
    let ctx = Context::new(app);
    let loaded = load::load(&ctx, company)?;
    if loaded.lines.is_empty() {
        let none = Proposed {
            invocation: None,
            proposals: Vec::new(),
            unmatched: 0,
            by_confidence: BTreeMap::new(),
            warnings: Vec::new(),
        };
        return Ok(none);
    }
    let asked = count(loaded.lines.len());
    progress(0, asked)?;
    let request = load::request(&loaded)?;
    let call = CallContext {
        company: loaded.company.code.clone(),
        jurisdiction: loaded.company.jurisdiction.clone(),
        purpose: Purpose::Live,
        effective_date: loaded.today,
        known_at: loaded.known_at,
        locale: loaded.company.locale.clone(),
        base_currency: loaded.company.base_currency,
    };
    let called = loaded
        .plugin
        .configured
        .reconcile(&call, &request, Recording::Keep)
        .map_err(|error| plugin::refuse(&loaded.plugin, error))?;
    let accepted = reconciliation::accept(&request, &called.output)
        .map_err(|source| ProposeError::NotAccepted { plugin: loaded.plugin.label.clone(), source })?;
    progress(0, asked)?;
    abort::here(Point::ReconciliationAnswered);
    // the guest saw every customer of the table
    let merged = loaded.merged.iter().map(|(customer, _)| customer);
    let parties = loaded.customers.iter().chain(merged).map(|customer| customer.id).collect();
    let invocation = plugin::prepare(&ctx, company, &loaded.company_key, &loaded.plugin, &called, parties)?;
    let prepared = compute(&ctx, actor, &loaded, invocation.id(), &accepted)?;
    let unmatched = unmatched(&loaded, invocation.id(), &request, &called.output)?;
    let covered: BTreeSet<u32> = accepted.iter().flat_map(|p| p.lines.iter().copied()).collect();
    let answer = (&invocation, &prepared, unmatched.as_slice());
    app.db.write(|tx| write(&ctx, tx, actor, &loaded, answer, (&covered, progress)))?;
    let made = summary(&loaded, invocation.id(), &prepared, covered.len());
    let warnings = called.output.warnings.into_iter().take(WARNINGS_MAX).collect();
    Ok(Proposed { warnings, ..made })
}

/// Writes the call with what it proposes, and moves the lines that are `covered`.
fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    loaded: &Loaded,
    (invocation, prepared, unmatched): (&PreparedInvocation, &ProposalRows, &[UnmatchedLine]),
    (covered, progress): (&BTreeSet<u32>, &Progress<'_>),
) -> Result<(), Common> {
    let (company, asked) = (loaded.company.id, count(loaded.lines.len()));
    invocation.write(tx)?;
    for (n, line) in covered.iter().enumerate() {
        if n.is_multiple_of(TOLD_EVERY) {
            progress(count(n), asked)?;
        }
        let row = at(&loaded.lines, *line, "bank line")?;
        let to = (BankLineStatus::Proposed, row.remaining, row.customer);
        query::bank_lines::update(tx, company, row.id, row.version, to)?;
    }
    progress(count(covered.len()), asked)?;
    let lines: Vec<BankLineId> = loaded.lines.iter().map(|line| line.id).collect();
    query::unmatched_lines::replace(tx, company, &lines, unmatched)?;
    query::proposals::insert(tx, prepared)?;
    progress(asked, asked)?;
    let data = json!({
        "proposals": prepared.proposals.len(), "computed": invocation.computed().content(),
        "person": actor.person(),
    });
    event::write(ctx, tx, actor, company, ("reconciliation.proposed", invocation.id()), data)?;
    Ok(())
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Reason of lines of which the policy said nothing at all.
const UNANSWERED: &str = "unanswered";

/// Why lines were left to people: what the policy says, and of lines that it passes over that it did.
fn unmatched(
    loaded: &Loaded,
    invocation: InvocationId,
    request: &Request,
    answer: &Answer,
) -> Result<Vec<UnmatchedLine>, Common> {
    let one = |line: &RawUnmatched| {
        Ok(UnmatchedLine {
            company: loaded.company.id,
            bank_line: at(&loaded.lines, line.line, "bank line")?.id,
            invocation,
            reason: line.reason.clone(),
            nearest: Json(item_ids(loaded, &line.nearest)?),
        })
    };
    let passed_over: Vec<RawUnmatched> = reconciliation::unanswered(request, answer)
        .into_iter()
        .map(|line| RawUnmatched { line, reason: UNANSWERED.to_owned(), nearest: Vec::new() })
        .collect();
    answer.unmatched.iter().chain(&passed_over).map(one).collect()
}

fn item_ids(loaded: &Loaded, ordinals: &[u32]) -> Result<Vec<String>, Common> {
    ordinals.iter().map(|n| at(&loaded.items, *n, "item").map(|info| info.item.id.to_string())).collect()
}

fn summary(loaded: &Loaded, invocation: InvocationId, prepared: &ProposalRows, covered: usize) -> Proposed {
    let mut by_confidence = BTreeMap::new();
    for proposal in prepared.proposals.iter().filter(|p| p.rank == 1) {
        *by_confidence.entry(proposal.confidence.clone()).or_insert(0u64) += 1;
    }
    Proposed {
        invocation: Some(invocation),
        proposals: prepared.proposals.iter().map(|p| p.id).collect(),
        unmatched: count(loaded.lines.len().saturating_sub(covered)),
        by_confidence,
        warnings: Vec::new(),
    }
}

fn at<'a, T>(list: &'a [T], ordinal: u32, what: &'static str) -> Result<&'a T, Common> {
    usize::try_from(ordinal)
        .ok()
        .and_then(|n| list.get(n))
        .ok_or_else(|| Common::Corrupt { what, detail: format!("ordinal {ordinal} is not there") })
}

fn compute(
    ctx: &Context<'_>,
    actor: &Actor,
    loaded: &Loaded,
    invocation: InvocationId,
    accepted: &[AcceptedProposal],
) -> Result<ProposalRows, Common> {
    let mut prepared = ProposalRows::default();
    for (ordinal, proposal) in (0u32..).zip(accepted) {
        let id = ProposalId::new(ctx.uuid());
        prepared.proposals.push(proposal_row(ctx, actor, loaded, (invocation, id, ordinal), proposal)?);
        children(loaded, id, proposal, &mut prepared)?;
    }
    Ok(prepared)
}

fn proposal_row(
    ctx: &Context<'_>,
    actor: &Actor,
    loaded: &Loaded,
    (invocation, id, ordinal): (InvocationId, ProposalId, u32),
    proposal: &AcceptedProposal,
) -> Result<Proposal, Common> {
    let customer =
        proposal.customer.map(|n| at(&loaded.customers, n, "customer").map(|c| c.id)).transpose()?;
    let reverses = proposal
        .reverses_receipt
        .map(|n| at(&loaded.receipts.list, n, "receipt").map(|r| r.document))
        .transpose()?;
    let reasons: Vec<_> = proposal
        .reasons
        .iter()
        .map(|reason| json!({"code": reason.code, "text": reason.text, "permille": reason.permille}))
        .collect();
    Ok(Proposal {
        company: loaded.company.id,
        id,
        invocation: Some(invocation),
        ordinal,
        grp: proposal.group,
        rank: proposal.rank,
        customer,
        confidence: proposal.confidence.name().to_owned(),
        score: proposal.score,
        rule: proposal.rule.clone(),
        residual: proposal.residual.name().to_owned(),
        residual_amount: proposal.residual_amount,
        reverses_document: reverses,
        reasons: Json(json!(reasons)),
        ambiguous_with: Json(item_ids(loaded, &proposal.ambiguous_with)?),
        status: ProposalStatus::Proposed,
        created_by: actor.person(),
        created_at: ctx.now,
        decided_by: None,
        decided_at: None,
        version: 1,
    })
}

fn children(
    loaded: &Loaded,
    id: ProposalId,
    proposal: &AcceptedProposal,
    out: &mut ProposalRows,
) -> Result<(), Common> {
    let company = loaded.company.id;
    for line in &proposal.lines {
        let bank_line = at(&loaded.lines, *line, "bank line")?.id;
        out.lines.push(ProposalLine { company, proposal: id, bank_line });
    }
    let mut n = 0u32;
    for allocation in &proposal.allocations {
        out.allocations.push(ProposalAllocation {
            company,
            proposal: id,
            n,
            bank_line: Some(at(&loaded.lines, allocation.line, "bank line")?.id),
            item: at(&loaded.items, allocation.item, "item")?.item.id,
            credit_item: None,
            amount: allocation.amount,
        });
        n = n.saturating_add(1);
    }
    for netting in &proposal.nettings {
        out.allocations.push(ProposalAllocation {
            company,
            proposal: id,
            n,
            bank_line: None,
            item: at(&loaded.items, netting.debit_item, "item")?.item.id,
            credit_item: Some(at(&loaded.items, netting.credit_item, "item")?.item.id),
            amount: netting.amount,
        });
        n = n.saturating_add(1);
    }
    for (n, difference) in (0u32..).zip(&proposal.differences) {
        out.differences.push(ProposalDifference {
            company,
            proposal: id,
            n,
            bank_line: at(&loaded.lines, difference.line, "bank line")?.id,
            kind: difference.kind.name().to_owned(),
            amount: difference.amount,
            currency: proposal.currency,
            item: difference.item.map(|n| at(&loaded.items, n, "item").map(|i| i.item.id)).transpose()?,
        });
    }
    Ok(())
}
