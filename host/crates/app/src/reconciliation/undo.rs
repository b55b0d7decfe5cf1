//! Takes back what the approval of a proposal posted (反核销): its allocations are undone, its receipt or return is reversed, and the
//! bank line is open again. Everything by the functions that do so elsewhere, in one transaction. Where a rule wants such a document taken
//! back by several people each of them asks for it: it is tried whole, and done with the last of them (decision 112).

use super::approve::ApproveProposalError;
use super::read::{self, ProposalView};
use super::taxed::{self, Again};
use crate::adjusting::{self, AdjustingError, WithLine};
use crate::allocation::{self, AllocateError, allocate_in};
use crate::common::{Common, Context, authorise, check_text};
use crate::company::company_row;
use crate::document::{self, How, ReverseError, reverse_in};
use crate::draft::{self, DraftError};
use crate::invoice::TRIES_MAX;
use crate::suspense::{self, SuspenseError};
use crate::{App, dates, duties, event, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{AllocationId, BankLineId, CompanyId, CustomerId, DocumentId, OpenItemId, ProposalId};
use serde_json::json;
use std::collections::BTreeSet;
use store::rows::{Allocation, BankLine, Document, ProposalUndoing};
use store::types::{BankLineStatus, ProposalStatus};
use store::{Conn, StoreError, Tx, query};
use thiserror::Error;

/// Which approval is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoProposal {
    pub id: ProposalId,
    /// Default: the day for which others approved it, if any did; the days on which it was posted, or from when on it can be.
    pub date: Option<NaiveDate>,
    /// Free text; it stands in the reversals.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    pub proposal: ProposalView,
    /// The reversals.
    pub documents: Vec<DocumentId>,
    /// Open again.
    pub lines: Vec<BankLineId>,
    /// So many people more must approve it before anything is taken back; 0: it is.
    pub missing: u32,
}

#[derive(Debug, Error)]
pub enum UndoProposalError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Allocation(#[from] AllocateError),
    #[error(transparent)]
    Reverse(#[from] ReverseError),
    #[error(transparent)]
    Suspense(#[from] SuspenseError),
    #[error(transparent)]
    Proposal(#[from] ApproveProposalError),
    /// What the tax rules say of what is written off again.
    #[error(transparent)]
    Tax(#[from] AdjustingError),
    #[error("the proposal is {}: only what was approved can be undone", .0.name())]
    NotApproved(ProposalStatus),
    #[error(
        "{person}, or one who acts for her or for whom she does, approved already that this is undone: another person must, too"
    )]
    SamePerson { person: String },
    /// What else a rule asks of who takes its documents back.
    #[error(transparent)]
    Rule(Box<DraftError>),
}

crate::common::through_common!(UndoProposalError);

impl UndoProposalError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            UndoProposalError::Common(common) => Some(common),
            UndoProposalError::Allocation(inner) => inner.common(),
            UndoProposalError::Reverse(inner) => inner.common(),
            UndoProposalError::Suspense(inner) => inner.common(),
            UndoProposalError::Proposal(inner) => inner.common(),
            UndoProposalError::Tax(inner) => inner.common(),
            UndoProposalError::Rule(inner) => inner.common(),
            UndoProposalError::NotApproved(_) | UndoProposalError::SamePerson { .. } => None,
        }
    }
}

/// Why nothing of what was tried stays.
enum Stopped {
    Refused(Box<UndoProposalError>),
    /// So many people more must approve it; so many had, before this one did.
    Waits {
        missing: u32,
        seen: usize,
    },
}

impl From<UndoProposalError> for Stopped {
    fn from(refused: UndoProposalError) -> Self {
        Stopped::Refused(Box::new(refused))
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Stopped::Refused(Box::new(error.into()))
    }
}

/// Undoes, or notes that this one approves it where a rule wants more people; all or nothing.
pub fn undo(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &UndoProposal,
) -> Result<Undone, UndoProposalError> {
    authorise(actor, Noun::Allocations, Verb::Approve, company)?;
    if let Some(reason) = &input.reason {
        check_text("/reason", reason)?;
    }
    let input = as_asked(app, company, input)?;
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        // the tax rules are asked with no transaction open
        let again = taxed::again(&ctx, company, &input)?;
        match app.db.write(|tx| undo_in(&ctx, tx, actor, company, (&input, &again))) {
            Err(lost)
                if lost.common().is_some_and(Common::is_conflict)
                    && !again.is_empty()
                    && tries < TRIES_MAX =>
            {
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Who names no day approves what others asked for, on the day that they named.
fn as_asked(app: &App, company: CompanyId, input: &UndoProposal) -> Result<UndoProposal, UndoProposalError> {
    if input.date.is_some() {
        return Ok(input.clone());
    }
    let asked = app.db.read(|conn| query::proposals::undoings_of(conn, company, &[input.id]))?;
    Ok(UndoProposal { date: asked.last().and_then(|one| one.on_date), ..input.clone() })
}

/// Tries it whole; where more people must approve it nothing of that stays.
fn undo_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, again): (&UndoProposal, &Again),
) -> Result<Undone, UndoProposalError> {
    let tried = tx.savepoint(|tx| -> Result<Undone, Stopped> {
        let (undone, needed) = carry_out(ctx, tx, actor, company, (input, again))?;
        if needed <= 1 {
            return Ok(undone);
        }
        let given = given(tx, actor, &undone.proposal, input.date)?;
        match needed.saturating_sub(given) {
            0 => Ok(undone),
            missing => Err(Stopped::Waits { missing, seen: undone.proposal.undoing.len() }),
        }
    });
    match tried {
        Ok(undone) => Ok(undone),
        Err(Stopped::Refused(refused)) => Err(*refused),
        Err(Stopped::Waits { missing, seen }) => approve(ctx, tx, actor, company, (input, missing, seen)),
    }
}

/// How many approve it with this one, each of them another, for the same day.
fn given(
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    date: Option<NaiveDate>,
) -> Result<u32, UndoProposalError> {
    let mut given = 1_u32;
    for one in view.standing_undoing().iter().filter(|one| one.on_date == date) {
        if duties::is_own(tx, actor, one.company, (&one.person, one.at))? {
            return Err(UndoProposalError::SamePerson { person: actor.person() });
        }
        given = given.saturating_add(1);
    }
    Ok(given)
}

/// Notes that this one approves it.
fn approve(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, missing, seen): (&UndoProposal, u32, usize),
) -> Result<Undone, UndoProposalError> {
    // two who approve it at once: what was tried holds nothing any more
    query::companies::lock(tx, company)?;
    let mut proposal = read::load(tx, company, input.id)?;
    if proposal.proposal.status != ProposalStatus::Approved || proposal.undoing.len() != seen {
        return Err(Common::Conflict { what: format!("proposal {}", input.id) }.into());
    }
    let (person, last) = (actor.person(), proposal.undoing.last().map_or(0, |one| one.n));
    let (data, n) =
        (json!({"person": person, "date": input.date.map(|date| date.to_string())}), last.saturating_add(1));
    let row = ProposalUndoing { company, proposal: input.id, n, person, at: ctx.now, on_date: input.date };
    query::proposals::insert_undoing(tx, &row)?;
    event::write(ctx, tx, actor, company, ("proposal.undo-approved", input.id), data)?;
    proposal.undoing.push(row);
    Ok(Undone { proposal, documents: Vec::new(), lines: Vec::new(), missing })
}

/// Takes it back, and gives how many people the rules want for that.
fn carry_out(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, again): (&UndoProposal, &Again),
) -> Result<(Undone, u32), UndoProposalError> {
    if let Some(date) = input.date {
        dates::check(ctx, &company_row(tx, company)?, [("/date", date)], None)?;
    }
    let view = read::load(tx, company, input.id)?;
    if view.proposal.status != ProposalStatus::Approved {
        return Err(UndoProposalError::NotApproved(view.proposal.status));
    }
    let ids: Vec<BankLineId> = view.lines.iter().map(|line| line.bank_line).collect();
    let lines = query::bank_lines::lock(tx, company, &ids)?;
    again.hold(tx, company, input)?;
    let written_off = adjusting::with_proposal(tx, company, input.id)?;
    let own: Vec<AllocationId> = written_off.iter().map(|one| one.allocation.id).collect();
    let made = allocation::standing(query::allocations::of_proposal(tx, company, input.id)?);
    // a return clears its receipt in its own entry: its reversal undoes that
    let (of_return, paid): (Vec<Allocation>, Vec<Allocation>) =
        made.into_iter().partition(|_| view.proposal.reverses_document.is_some());
    let posted = posted(tx, company, &ids)?;
    for allocation in paid.iter().filter(|allocation| !own.contains(&allocation.id)) {
        // undone by hand meanwhile, or with the other side of its transfer
        if query::allocations::undoing(tx, company, allocation.id)?.is_some() {
            continue;
        }
        let free = allocation.effective_date.date();
        let date = input.date.map_or(free, |date| date.max(free));
        allocation::undo_in(ctx, tx, actor, allocation, date)?;
    }
    let mut reversed = Vec::new();
    for one in written_off.iter().filter(|one| one.undone.is_none()) {
        reversed.push(write_back(ctx, tx, actor, one, input)?);
    }
    for (document, others) in &posted {
        reversed.push(take_back(ctx, tx, actor, (document, others), (&of_return, input))?);
    }
    let needed = reversed.iter().map(|(_, approvals)| *approvals).max().unwrap_or_default();
    let documents: Vec<DocumentId> = reversed.into_iter().map(|(id, _)| id).collect();
    again.write(ctx, tx, actor, company)?;
    for item in query::suspense::of_proposal(tx, company, &ids, input.id)? {
        suspense::take_back(ctx, tx, actor, (company, item.id), input.date)?;
    }
    query::tolerated::remove(tx, company, input.id)?;
    reopen(tx, &lines)?;
    let person = actor.person();
    query::proposals::undo(tx, company, input.id, view.proposal.version, (&person, ctx.now))?;
    let data = json!({
        "documents": documents.iter().map(ToString::to_string).collect::<Vec<_>>(), "person": person,
    });
    event::write(ctx, tx, actor, company, ("proposal.undone", input.id), data)?;
    let proposal = read::load(tx, company, input.id)?;
    Ok((Undone { proposal, documents, lines: ids, missing: 0 }, needed))
}

/// What the lines became, with whom it concerns that it is taken back, beside hers whose it is: asked while what it paid stands.
fn posted(
    tx: &mut Tx<'_>,
    company: CompanyId,
    lines: &[BankLineId],
) -> Result<Vec<(Document, BTreeSet<CustomerId>)>, Common> {
    let documents = query::documents::of_bank_lines(tx, company, lines)?;
    documents.into_iter().map(|of| document::others_of(tx, &of).map(|others| (of, others))).collect()
}

/// Reverses what was written off with the receipt; with how many approvals the rules want.
fn write_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    one: &WithLine,
    input: &UndoProposal,
) -> Result<(DocumentId, u32), UndoProposalError> {
    let of = &one.document;
    let how = How { reason: input.reason.as_deref(), of_bank: true, ..How::of("proposal-undone") };
    let date = input.date.map(|date| date.max(of.effective_date));
    let reversed = reverse_in(ctx, tx, actor, of.company, of.id, date, how)?;
    // that cleared a debt of hers alone
    Ok((reversed.document, check_rules(tx, actor, (of, &BTreeSet::new()), date)?))
}

/// What a rule wants of a reversal holds here too: who undoes is one approval, in the role that it names, and charged nobody whom it
/// concerns with anything in that month. Gives how many it wants.
fn check_rules(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (of, others): (&Document, &BTreeSet<CustomerId>),
    date: Option<NaiveDate>,
) -> Result<u32, UndoProposalError> {
    match draft::check_direct_reversal(tx, actor, of) {
        Ok(()) => return Ok(0),
        Err(Common::ApprovalRequired { .. }) => {}
        Err(refused) => return Err(refused.into()),
    }
    let approvals = draft::check_one_of(tx, actor, (of, others), date.unwrap_or(of.effective_date));
    approvals.map_err(|refused| UndoProposalError::Rule(Box::new(refused)))
}

/// Reverses what a line became, and sets the line free; what a return had undone is allocated again. With how many approvals the rules want.
fn take_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (document, others): (&Document, &BTreeSet<CustomerId>),
    (own, input): (&[Allocation], &UndoProposal),
) -> Result<(DocumentId, u32), UndoProposalError> {
    let company = document.company;
    let undone = match document.original {
        Some(receipt) if document.kind == "return" => undone_by(tx, document, receipt)?,
        _ => Vec::new(),
    };
    let reason = input.reason.as_deref();
    let how = How { reason, of_bank: true, ..How::of("proposal-undone") };
    // a return's own allocation is set free on its day at the earliest
    let since = own.iter().map(|allocation| allocation.effective_date.date()).max();
    let date = input.date.map(|date| since.map_or(date, |since| date.max(since)));
    let reversed = reverse_in(ctx, tx, actor, company, document.id, date, how)?;
    let approvals = check_rules(tx, actor, (document, others), date)?;
    query::documents::release_bank_line(tx, company, document.id)?;
    for (owed, allocation) in undone {
        let pair = (owed, allocation.credit_item);
        let amount = allocation.amount.abs()?;
        let free = posting::free_from(tx, company, [(pair.0, amount), (pair.1, amount)])?;
        let date = free.into_values().fold(date.unwrap_or(document.effective_date), NaiveDate::max);
        allocate_in(ctx, tx, actor, company, pair, amount, date, None)?;
    }
    Ok((reversed.document, approvals))
}

/// What the approval of a return undid, with what that had paid: the undoings on the receipt's item that were posted with it, at the same
/// instant. A transfer to another of the family is made anew.
pub(super) fn undone_by(
    conn: &mut Conn,
    document: &Document,
    receipt: DocumentId,
) -> Result<Vec<(OpenItemId, Allocation)>, Common> {
    let company = document.company;
    let mut found = Vec::new();
    for item in query::open_items::of_document(conn, company, receipt)? {
        for undoing in query::allocations::of_item(conn, company, item.id)? {
            if let Some(owed) = allocation::had_paid(conn, &undoing, document.created_at)? {
                found.push((owed, undoing));
            }
        }
    }
    Ok(found)
}

fn reopen(tx: &mut Tx<'_>, lines: &[BankLine]) -> Result<(), Common> {
    for line in lines {
        let to = (BankLineStatus::Open, line.amount, None);
        query::bank_lines::update(tx, line.company, line.id, line.version, to)?;
    }
    Ok(())
}
