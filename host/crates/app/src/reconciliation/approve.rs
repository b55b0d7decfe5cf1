//! Approves a proposal: receipts, returns, allocations and FX are posted in one transaction; the bank lines are done.
//!
//! Approving supersedes every other pending proposal of its lines, rejecting none. Whatever leaves a line without a
//! pending proposal opens it again for the next call.

use super::advances;
use super::evidence::{self, Withheld};
use super::post::{net, post_line};
use super::read::{self, ProposalView};
use super::taxed::{self, Assessed, Claims};
use super::{bounds, facts, ruled, spent};
use crate::adjusting::AdjustingError;
use crate::advance;
use crate::allocation::AllocateError;
use crate::common::{Common, Context, authorise, there};
use crate::company::{company_row, today};
use crate::duties::{self, DutiesError};
use crate::invoice::TRIES_MAX;
use crate::job::Progress;
use crate::receipt::RecordReceiptError;
use crate::returned::{self, ReturnError};
use crate::suspense::SuspenseError;
use crate::{App, event, plugin, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Role, Verb};
use domain::close::Month;
use domain::ids::{
    AllocationId, BankLineId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId, ProposalId, SuspenseId,
};
use money::Money;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::BankLine;
use store::types::{BankLineStatus, ProposalStatus};
use store::{Conn, Tx, query};
use thiserror::Error;

/// The standing policy. What the guest calls exact is looked at, what is exact to the host is approved:
/// `domain::reconciliation::auto`.
pub const POLICY_AUTO_EXACT: &str = "auto-exact";

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Approved {
    pub entries: Vec<EntryId>,
    pub documents: Vec<DocumentId>,
    pub allocations: Vec<AllocationId>,
    /// 待查款: money of nobody known.
    pub suspense: Vec<SuspenseId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ApprovedByPolicy {
    pub approved: u64,
    /// Exact to the guest, but not to the host, or what they stand on has changed: left to people.
    pub skipped: u64,
}

#[derive(Debug, Error)]
pub enum ApproveProposalError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("{person} made this proposal run and cannot approve it: another person must")]
    MakerIsChecker { person: String },
    #[error("the proposal is {} already", .0.name())]
    Decided(ProposalStatus),
    #[error("{policy} leaves this proposal to people: {reason}")]
    LeftToPeople { policy: String, reason: &'static str },
    #[error("bank line {0} took money out: nothing but the return of a receipt is posted from it")]
    Outgoing(BankLineId),
    #[error(
        "it clears a {kind} of {found} that neither the bank nor the payer shows, {limit} is tolerated: reject it, or have an administrator raise the tolerance first"
    )]
    Beyond { kind: &'static str, limit: Money, found: Money },
    #[error(
        "it writes off a {kind}, {found} of this customer in {month}: {limit} a month is tolerated of her; an administrator raises that, or a draft writes off the rest"
    )]
    BeyondMonth { kind: String, limit: Money, found: Money, month: Month },
    #[error("a tail is what is left of an item that it closes: {left} would stay open")]
    TailLeaves { left: Money },
    #[error(
        "it writes off a {kind} of {found}: your roles may approve {limit}; who has a role with a higher limit approves it, or an administrator raises that limit"
    )]
    BeyondRole { kind: String, limit: Money, found: Money },
    /// `at`: where the request says it, or the proposal's line.
    #[error(
        "a receipt of {amount} takes {approvals} approvals by a rule of this company, and a proposal has one: leave the money in suspense, and submit a receipt draft that takes it out"
    )]
    MoreApprovals { amount: Money, approvals: u32, at: String },
    #[error("its approval takes the role {}", .role.name())]
    Role { role: Role },
    #[error("the proposal pays a bank line without a known customer: identify the payer first")]
    NoCustomer,
    #[error(
        "difference {kind:?} of the proposal cannot be posted: charge, tail, discount and withholding can"
    )]
    Difference { kind: String },
    #[error(transparent)]
    Duties(#[from] DutiesError),
    #[error(transparent)]
    Receipt(#[from] RecordReceiptError),
    #[error(transparent)]
    Return(#[from] ReturnError),
    #[error(transparent)]
    Allocation(#[from] AllocateError),
    #[error(transparent)]
    Suspense(#[from] SuspenseError),
    /// What the tax rules say of a discount or a tail.
    #[error(transparent)]
    Tax(#[from] AdjustingError),
}

crate::common::through_common!(ApproveProposalError);

impl ApproveProposalError {
    /// What it shares with other use-cases, wherever in it that stands.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            ApproveProposalError::Common(common) => Some(common),
            ApproveProposalError::Duties(inner) => inner.common(),
            ApproveProposalError::Receipt(inner) => inner.common(),
            ApproveProposalError::Return(inner) => inner.common(),
            ApproveProposalError::Allocation(inner) => inner.common(),
            ApproveProposalError::Suspense(inner) => inner.common(),
            ApproveProposalError::Tax(inner) => inner.common(),
            _ => None,
        }
    }
}

/// Which proposal is approved, and when that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveProposal {
    pub id: ProposalId,
    /// Where the bank's own day is locked. Absent: each line on its booking date.
    pub effective_date: Option<NaiveDate>,
    /// 代扣税款凭证: the evidence of each tax that it takes as withheld, where its maker gave none.
    pub withholding: Vec<Withheld>,
}

impl From<ProposalId> for ApproveProposal {
    fn from(id: ProposalId) -> Self {
        ApproveProposal { id, effective_date: None, withholding: Vec::new() }
    }
}

/// Approves and posts.
pub fn approve(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: impl Into<ApproveProposal>,
) -> Result<Approved, ApproveProposalError> {
    authorise(actor, Noun::Allocations, Verb::Approve, company)?;
    let input = input.into();
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        // the tax rules are asked with no transaction open
        let assessed = assess(&ctx, actor, company, &input)?;
        let approved = app.db.write(|tx| {
            let view = read::load(tx, company, input.id)?;
            check(tx, actor, &view)?;
            approve_in(&ctx, tx, actor, &view, &input, (Checked::ByAnother, &assessed))
        });
        match approved {
            Err(lost)
                if lost.common().is_some_and(Common::is_conflict)
                    && !assessed.is_empty()
                    && tries < TRIES_MAX =>
            {
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// What the tax rules say of what the proposal clears besides money, and of what it leaves on account.
fn assess(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &ApproveProposal,
) -> Result<Assessed, ApproveProposalError> {
    let effective = |line: &BankLine| input.effective_date.unwrap_or(line.booking_date.date());
    let (claims, lines, kept) = ctx.app.db.read(|conn| {
        let view = read::load(conn, company, input.id)?;
        check(conn, actor, &view)?;
        let claims = Claims::of(&view)?;
        if claims.is_empty() && !advance::applies(conn, company, None)? {
            return Ok::<_, ApproveProposalError>((claims, Vec::new(), Vec::new()));
        }
        let ids: Vec<BankLineId> = view.lines.iter().map(|line| line.bank_line).collect();
        let lines = query::bank_lines::by_ids(conn, company, &ids)?;
        let kept = advances::of_proposal(conn, &view, &lines, effective)?;
        if !claims.is_empty() || !kept.is_empty() {
            left_to_people(conn, actor, &view, &lines)?;
        }
        Ok((claims, lines, kept))
    })?;
    let assessed = taxed::ask(ctx, company, input.id, &claims, |id| {
        let line = there(lines.iter().find(|line| line.id == id), "bank line", id)?;
        Ok(effective(line))
    })?;
    assessed.with_kept(ctx, company, kept)
}

fn left_to_people(
    conn: &mut Conn,
    actor: &Actor,
    view: &ProposalView,
    lines: &[BankLine],
) -> Result<(), ApproveProposalError> {
    if let Actor::Policy { name, .. } = actor
        && let Some(reason) = bounds::left_to_people(conn, view, lines)?
    {
        return Err(ApproveProposalError::LeftToPeople { policy: name.clone(), reason });
    }
    Ok(())
}

/// Who stands behind an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checked {
    /// Another than the maker, whose duties must be separate.
    ByAnother,
    /// The maker: the company wants no approval of such receipts.
    ByMaker,
}

/// Posts a pending proposal, inside a transaction of the caller, who has authorised it.
pub(super) fn approve_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    input: &ApproveProposal,
    (checked, assessed): (Checked, &Assessed),
) -> Result<Approved, ApproveProposalError> {
    let company = view.proposal.company;
    let (lines, rivals) = lock(tx, view)?;
    check_effective(ctx, tx, (view, input.effective_date), &lines)?;
    evidence::supply(ctx, tx, actor, view, &input.withholding)?;
    let written_off = bounds::hold(tx, view, &lines)?;
    left_to_people(tx, actor, view, &lines)?;
    let effective = |row: &BankLine| input.effective_date.unwrap_or(row.booking_date.date());
    if checked == Checked::ByAnother {
        ruled::check(tx, actor, view, &lines)?;
        // a later day is no way round the month in which the money came
        let days = lines.iter().flat_map(|row| [effective(row), row.booking_date.date()]);
        let mut over = concerned(tx, view, days)?;
        // nor is a later month one round the terms that she wrote
        over.extend(bounds::agreed_by_one(tx, view)?);
        duties::check(tx, &actor.person(), company, &over, (&view.proposal.id.to_string(), None))?;
    }
    let booked = lines.iter().map(|row| row.booking_date.date()).max();
    spent::spend(tx, actor, view, &written_off, booked)?;
    assessed.hold(ctx, tx, actor, view)?;
    let mut done = Approved::default();
    for row in &lines {
        post_line(ctx, tx, actor, (view, assessed), (row, effective(row)), &mut done)?;
    }
    for netting in view.allocations.iter().filter(|a| a.bank_line.is_none()) {
        net(ctx, tx, actor, view, netting, &mut done)?;
    }
    decide(ctx, tx, actor, view, ProposalStatus::Approved)?;
    query::proposals::supersede(tx, company, &rivals.proposals, (&actor.person(), ctx.now))?;
    reopen(tx, company, &rivals.lines)?;
    Ok(done)
}

/// Whose duties are to be separate: the payer and whoever's debts it clears, or opens again by a return, with a day of each month in which money came or
/// something would be effective.
pub(crate) fn concerned(
    conn: &mut Conn,
    view: &ProposalView,
    days: impl Iterator<Item = NaiveDate>,
) -> Result<Vec<(CustomerId, NaiveDate)>, Common> {
    let days: BTreeMap<Option<Month>, NaiveDate> = days.map(|date| (Month::of(date), date)).collect();
    let ids: Vec<OpenItemId> =
        view.allocations.iter().flat_map(|a| std::iter::once(a.item).chain(a.credit_item)).collect();
    let items = query::open_items::by_ids(conn, view.proposal.company, &ids)?;
    let whose = items.iter().map(|item| item.customer).chain(view.proposal.customer);
    let mut whose: BTreeSet<CustomerId> = whose.collect();
    if let Some(receipt) = view.proposal.reverses_document {
        whose.extend(returned::concerns(conn, view.proposal.company, receipt)?);
    }
    Ok(whose.into_iter().flat_map(|who| days.values().map(move |date| (who, *date))).collect())
}

/// Turns a proposal down; of its lines those that no other pending proposal explains are open again.
pub fn reject(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: ProposalId,
) -> Result<(), ApproveProposalError> {
    authorise(actor, Noun::Allocations, Verb::Approve, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let view = read::load(tx, company, id)?;
        if view.proposal.status != ProposalStatus::Proposed {
            return Err(ApproveProposalError::Decided(view.proposal.status));
        }
        let ids: Vec<BankLineId> = view.lines.iter().map(|line| line.bank_line).collect();
        query::bank_lines::lock(tx, company, &ids)?;
        decide(&ctx, tx, actor, &view, ProposalStatus::Rejected)?;
        reopen(tx, company, &ids)?;
        Ok(())
    })
}

/// Other pending proposals of the lines, and all lines that these explain.
#[derive(Default)]
struct Rivals {
    proposals: Vec<ProposalId>,
    lines: Vec<BankLineId>,
}

/// Locks the proposal's lines, those of its rivals, and its items, before anything else is: of two people who decide
/// at once about proposals that share a line the second sees what the first did. Gives the proposal's own lines.
fn lock(tx: &mut Tx<'_>, view: &ProposalView) -> Result<(Vec<BankLine>, Rivals), Common> {
    let (company, own) = (view.proposal.company, view.proposal.id);
    let ids: Vec<BankLineId> = view.lines.iter().map(|line| line.bank_line).collect();
    let mut rivals =
        Rivals { proposals: query::proposals::pending_on(tx, company, &ids)?, lines: Vec::new() };
    rivals.proposals.retain(|id| *id != own);
    let theirs = query::proposals::with_children(tx, company, &rivals.proposals)?.lines;
    rivals.lines = theirs.into_iter().map(|line| line.bank_line).collect();
    let all: Vec<BankLineId> = ids.iter().chain(&rivals.lines).copied().collect();
    let mut lines = query::bank_lines::lock(tx, company, &all)?;
    lines.retain(|line| ids.contains(&line.id));
    let items: Vec<OpenItemId> =
        view.allocations.iter().flat_map(|a| std::iter::once(a.item).chain(a.credit_item)).collect();
    query::open_items::lock(tx, company, &items)?;
    Ok((lines, rivals))
}

/// Lines that were proposed and that no pending proposal explains any more are open for the next call.
pub(super) fn reopen(tx: &mut Tx<'_>, company: CompanyId, lines: &[BankLineId]) -> Result<(), Common> {
    let left = query::proposals::without_pending(tx, company, lines)?;
    query::bank_lines::move_all(tx, company, &left, BankLineStatus::Proposed, BankLineStatus::Open)?;
    Ok(())
}

/// Approves every pending proposal of rank 1 that is exact, as the policy `auto-exact`.
pub fn approve_by_policy(
    app: &App,
    actor: &Actor,
    company: CompanyId,
) -> Result<ApprovedByPolicy, ApproveProposalError> {
    approve_by_policy_watched(app, actor, company, &|_, _| Ok(()))
}

/// As [`approve_by_policy`]; `progress` is told before each how many were looked at, of how many, and may end it there.
pub fn approve_by_policy_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    progress: &Progress<'_>,
) -> Result<ApprovedByPolicy, ApproveProposalError> {
    authorise(actor, Noun::Allocations, Verb::Run, company)?;
    let policy = Actor::Policy { company, name: POLICY_AUTO_EXACT.to_owned() };
    let mut done = ApprovedByPolicy::default();
    let (mut after, mut total) = (None, 0u64);
    loop {
        let page = app
            .db
            .read(|conn| query::proposals::list(conn, company, Some(ProposalStatus::Proposed), after, 500))?;
        let Some(last) = page.last() else {
            progress(total, total)?;
            return Ok(done);
        };
        after = Some(last.id);
        let exact: Vec<_> = page.iter().filter(|p| p.confidence == "exact" && p.rank == 1).collect();
        total = total.saturating_add(u64::try_from(exact.len()).unwrap_or(u64::MAX));
        for proposal in exact {
            progress(done.approved.saturating_add(done.skipped), total)?;
            match approve(app, &policy, company, proposal.id) {
                Ok(_) => done.approved += 1,
                Err(failed) if failed.common().is_some_and(Common::is_failure) => return Err(failed),
                Err(refused) => {
                    tracing::info!(proposal = %proposal.id, reason = %refused, "left to people");
                    done.skipped += 1;
                }
            }
        }
    }
}

fn check(conn: &mut Conn, actor: &Actor, view: &ProposalView) -> Result<(), ApproveProposalError> {
    if view.proposal.status != ProposalStatus::Proposed {
        return Err(ApproveProposalError::Decided(view.proposal.status));
    }
    let made = (view.proposal.created_by.as_str(), view.proposal.created_at);
    if duties::is_own(conn, actor, view.proposal.company, made)? {
        return Err(ApproveProposalError::MakerIsChecker { person: actor.person() });
    }
    Ok(())
}

/// Money is not had before the bank books it, and does not wait for a day to come, unless what it pays does not exist before.
fn check_effective(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    (view, effective): (&ProposalView, Option<NaiveDate>),
    lines: &[BankLine],
) -> Result<(), Common> {
    let booked = lines.iter().map(|line| line.booking_date.date()).max();
    let (Some(effective), Some(booked)) = (effective, booked) else { return Ok(()) };
    if effective < booked {
        let message = format!("lies before {booked}, when the bank booked it");
        return Err(Common::invalid("/effective_date", message));
    }
    let company = view.proposal.company;
    let today = today(ctx, &company_row(tx, company)?)?;
    if effective <= today.max(booked) {
        return Ok(());
    }
    let wanted = view.allocations.iter().map(|one| (one.item, one.amount));
    let free = posting::free_from(tx, company, wanted)?.into_values().max();
    if free.is_some_and(|free| effective <= free) {
        return Ok(());
    }
    let message = format!("lies after today, {today}: money counts from a day that has begun");
    Err(Common::invalid("/effective_date", message))
}

fn decide(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    status: ProposalStatus,
) -> Result<(), ApproveProposalError> {
    let (company, id) = (view.proposal.company, view.proposal.id);
    let person = actor.person();
    let by = (person.as_str(), ctx.now);
    query::proposals::decide(tx, company, id, view.proposal.version, status, by)?;
    let kind = format!("proposal.{}", status.name());
    // the call, and no words of the guest: its rule stands in the output, whose digest this seals
    let mut data = match view.proposal.invocation {
        Some(id) => {
            let call = there(query::invocations::by_id(tx, company, id)?, "call", id)?;
            json!({"computed": plugin::computed(&call).content()})
        }
        None => json!({"by_hand": view.proposal.created_by}),
    };
    data = event::with(data, "person", person.into());
    data = event::with(data, "facts", facts::facts(view).map_err(Common::from)?.to_string().into());
    if status == ProposalStatus::Approved {
        let tolerated = query::tolerated::of_proposals(tx, company, &[id])?;
        data = event::with(data, "tolerated", facts::told_tolerated(&tolerated));
    }
    event::write(ctx, tx, actor, company, (&kind, id), data)?;
    Ok(())
}
