//! Asks the tax rules about what a bank line clears of an item besides its money: an early-payment discount (现金折扣), a tail (尾差); and
//! about what it leaves on account ([`super::advances`]).
//! They are asked before the approval's transaction opens (decision 66).
//!
//! | answer | what is posted |
//! |---|---|
//! | nothing was taxed, so nobody is asked | a clearance of the receipt |
//! | no effect | a clearance of the receipt; the call is kept, and an event names it |
//! | adjust | a write-off of its own in the same transaction: the account bears the net, the tax codes the tax |
//! | refuse | nothing: the approval is refused |

use super::advances::{self, Kept};
use super::approve::ApproveProposalError;
use super::read::ProposalView;
use super::undo::{UndoProposal, UndoProposalError, undone_by};
use crate::adjusting::{self, AdjustingError, Effect, OfLine, PreparedWriteOff, WriteOff, WriteOffReason};
use crate::advance::Asked;
use crate::common::{Common, Context, there};
use crate::plugin::PreparedInvocation;
use crate::receipt::AllocateTo;
use crate::{event, posting};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{AllocationId, BankLineId, CompanyId, OpenItemId, ProposalId};
use domain::ledger::ClearanceKind;
use money::{Currency, Minor};
use serde_json::json;
use std::collections::BTreeMap;
use store::types::ProposalStatus;
use store::{Conn, Tx, query};

/// What a receipt clears: besides its money, and of which items.
pub(super) type ToClear = (Vec<(ClearanceKind, Minor)>, Vec<AllocateTo>);

/// What a line clears of an item besides its money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub line: BankLineId,
    pub item: OpenItemId,
    pub kind: ClearanceKind,
    pub amount: Minor,
}

impl Claim {
    /// Why it is written off; `None`: it says nothing about the price. What a payer paid too much (a negative tail) is no part of any.
    fn reason(&self) -> Option<WriteOffReason> {
        let reason = match self.kind {
            ClearanceKind::Discount => WriteOffReason::Discount,
            ClearanceKind::Tail => WriteOffReason::Tail,
            ClearanceKind::BankCharge | ClearanceKind::Withholding => return None,
        };
        self.amount.is_positive().then_some(reason)
    }
}

/// What a proposal claims that may change tax, and what it clears of each item in all.
#[derive(Debug, Default)]
pub(super) struct Claims {
    of: Vec<(Claim, WriteOffReason)>,
    cleared: BTreeMap<OpenItemId, Minor>,
}

impl Claims {
    pub fn new(
        claims: impl Iterator<Item = Claim>,
        clears: impl Iterator<Item = (OpenItemId, Minor)>,
    ) -> Result<Self, Common> {
        let of: Vec<_> = claims.filter_map(|claim| Some((claim, claim.reason()?))).collect();
        let mut cleared: BTreeMap<OpenItemId, Minor> = BTreeMap::new();
        for (item, amount) in clears {
            let sum = cleared.entry(item).or_default();
            *sum = sum.add(amount)?;
        }
        Ok(Claims { of, cleared })
    }

    pub fn of(view: &ProposalView) -> Result<Self, Common> {
        let claims = view.differences.iter().filter_map(|difference| {
            let kind = ClearanceKind::by_name(&difference.kind)?;
            let (line, item, amount) = (difference.bank_line, difference.item?, difference.amount);
            Some(Claim { line, item, kind, amount })
        });
        let paid = view.allocations.iter().filter(|allocation| allocation.bank_line.is_some());
        Claims::new(claims, paid.map(|allocation| (allocation.item, allocation.amount)))
    }

    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// The item's currency, and from when on so much of it is free as is cleared. `None`: that cannot be posted, as the write says better.
    fn possible(
        &self,
        conn: &mut Conn,
        company: CompanyId,
        claim: &Claim,
    ) -> Result<Option<(Currency, NaiveDate)>, Common> {
        let cleared = self.cleared.get(&claim.item).copied().unwrap_or_default();
        let row = query::open_items::by_ids(conn, company, &[claim.item])?.pop();
        let Some(item) = row.filter(|item| item.sign > 0 && item.open >= cleared) else { return Ok(None) };
        if claim.amount > cleared {
            return Ok(None);
        }
        let free = posting::free_from(conn, company, [(item.id, cleared)])?;
        Ok(free.get(&item.id).map(|since| (item.currency, *since)))
    }
}

/// What the tax rules said.
#[derive(Default)]
pub(super) struct Assessed {
    answers: Vec<(Claim, Option<PreparedWriteOff>)>,
    /// Of what lines leave on account.
    advances: Vec<(BankLineId, Asked)>,
}

/// Asks, with no transaction open. `effective`: when a line's money is effective.
pub(super) fn ask(
    ctx: &Context<'_>,
    company: CompanyId,
    proposal: ProposalId,
    claims: &Claims,
    effective: impl Fn(BankLineId) -> Result<NaiveDate, Common>,
) -> Result<Assessed, ApproveProposalError> {
    let mut answers: Vec<(Claim, Option<PreparedWriteOff>)> = Vec::with_capacity(claims.of.len());
    for (claim, reason) in &claims.of {
        let possible = ctx.app.db.read(|conn| claims.possible(conn, company, claim))?;
        let Some((currency, free)) = possible else {
            answers.push((*claim, None));
            continue;
        };
        let input = WriteOff {
            item: claim.item,
            amount: Some(claim.amount.to_decimal(currency)),
            reason: *reason,
            date: effective(claim.line)?.max(free),
            account: None,
            text: None,
        };
        let prepared = adjusting::prepare_write_off(ctx, company, &input)?;
        let prepared = if adjusts(&prepared) {
            let earlier: Vec<&PreparedWriteOff> = answers
                .iter()
                .filter_map(|(_, other)| other.as_ref())
                .filter(|other| adjusts(other))
                .collect();
            prepared.of_line(OfLine { line: claim.line, proposal }, &earlier)?
        } else {
            prepared
        };
        answers.push((*claim, Some(prepared)));
    }
    Ok(Assessed { answers, advances: Vec::new() })
}

fn adjusts(prepared: &PreparedWriteOff) -> bool {
    matches!(prepared.effect(), Effect::Adjusts)
}

impl Assessed {
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.advances.is_empty()
    }

    /// With what is said of what stays on account; asks, with no transaction open.
    pub fn with_kept(
        self,
        ctx: &Context<'_>,
        company: CompanyId,
        kept: Kept,
    ) -> Result<Self, ApproveProposalError> {
        Ok(Assessed { advances: advances::ask(ctx, company, kept)?, ..self })
    }

    /// What was said of what a line leaves on account.
    pub fn advance(&self, line: BankLineId) -> Option<&Asked> {
        self.advances.iter().find(|(of, _)| *of == line).map(|(_, asked)| asked)
    }

    /// That everything that is claimed was asked, and that what the answers stand on holds. Before anything is written: what is
    /// written off corrects the documents that the others were asked about.
    pub fn hold(
        &self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        view: &ProposalView,
    ) -> Result<(), ApproveProposalError> {
        let (company, claims) = (view.proposal.company, Claims::of(view)?);
        let changed = || Common::Conflict { what: format!("proposal {}", view.proposal.id) };
        if !claims.of.iter().map(|(claim, _)| claim).eq(self.answers.iter().map(|(claim, _)| claim)) {
            return Err(changed().into());
        }
        for (claim, answer) in &self.answers {
            let Some(prepared) = answer else {
                if claims.possible(tx, company, claim)?.is_some() {
                    return Err(changed().into());
                }
                continue;
            };
            // what adjusts is looked at where it is written
            if let Effect::None(call) = prepared.effect() {
                prepared.hold(tx)?;
                tell(ctx, tx, actor, (company, view.proposal.id), (claim, prepared, call))?;
            }
        }
        Ok(())
    }

    /// What of a line is written off by itself.
    fn adjusting(&self, line: BankLineId) -> impl Iterator<Item = (&Claim, &PreparedWriteOff)> {
        let of_line = self.answers.iter().filter(move |(claim, _)| claim.line == line);
        of_line
            .filter_map(|(claim, answer)| Some((claim, answer.as_ref()?)))
            .filter(|(_, prepared)| adjusts(prepared))
    }

    /// What is left for the receipt to clear: less what is written off by itself.
    pub fn left(
        &self,
        line: BankLineId,
        mut clearances: Vec<(ClearanceKind, Minor)>,
        mut allocations: Vec<AllocateTo>,
    ) -> Result<ToClear, Common> {
        for (claim, _) in self.adjusting(line) {
            let own = clearances.iter().position(|cleared| *cleared == (claim.kind, claim.amount));
            if let Some(index) = own {
                clearances.remove(index);
            }
            let mut rest = claim.amount;
            for to in allocations.iter_mut().filter(|to| to.item == claim.item) {
                let part = rest.min(to.amount);
                (to.amount, rest) = (to.amount.sub(part)?, rest.sub(part)?);
            }
            if !rest.is_zero() {
                let message = format!("are more than what is cleared of {}", claim.item);
                return Err(Common::invalid("/differences", message));
            }
        }
        allocations.retain(|to| !to.amount.is_zero());
        Ok((clearances, allocations))
    }

    /// Writes off what of a line is written off by itself.
    pub fn write_off(
        &self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (company, line): (CompanyId, BankLineId),
        done: &mut super::Approved,
    ) -> Result<(), ApproveProposalError> {
        for (_, prepared) in self.adjusting(line) {
            let posted = prepared.write_in(ctx, tx, actor, company)?;
            done.documents.push(posted.document);
            done.entries.push(posted.entry);
        }
        Ok(())
    }
}

/// Keeps the call by which a difference changes no tax: no document names it.
fn tell(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (company, proposal): (CompanyId, ProposalId),
    (claim, prepared, call): (&Claim, &PreparedWriteOff, &PreparedInvocation),
) -> Result<(), Common> {
    call.write(tx)?;
    let amount = prepared.amount;
    let data = json!({
        "proposal": proposal.to_string(), "bank_line": claim.line.to_string(), "kind": claim.kind.name(),
        "amount": amount.minor().format(amount.currency()), "currency": amount.currency().code(),
        "effect": "none", "computed": call.computed().content(),
    });
    event::write(ctx, tx, actor, company, ("difference.assessed", claim.item), data)
}

/// What the return of a receipt took back beside its allocations: written off anew when the return is undone, by the rules of then.
pub(super) struct Again {
    of: Vec<(AllocationId, PreparedWriteOff)>,
}

/// Asks, with no transaction open.
pub(super) fn again(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &UndoProposal,
) -> Result<Again, UndoProposalError> {
    let lost = ctx.app.db.read(|conn| lost(conn, company, input))?;
    let mut of: Vec<(AllocationId, PreparedWriteOff)> = Vec::with_capacity(lost.len());
    for (allocation, of_line, write_off) in lost {
        let prepared = adjusting::prepare_write_off(ctx, company, &write_off)?;
        let earlier: Vec<&PreparedWriteOff> = of.iter().map(|(_, other)| other).collect();
        let prepared = prepared.of_line(of_line, &earlier)?;
        of.push((allocation, prepared));
    }
    Ok(Again { of })
}

impl Again {
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
    /// That the return took back just these.
    pub fn hold(&self, tx: &mut Tx<'_>, company: CompanyId, input: &UndoProposal) -> Result<(), Common> {
        let now = lost(tx, company, input)?;
        if now.iter().map(|(id, ..)| id).eq(self.of.iter().map(|(id, _)| id)) {
            return Ok(());
        }
        Err(Common::Conflict { what: format!("proposal {}", input.id) })
    }
    pub fn write(
        &self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        company: CompanyId,
    ) -> Result<(), AdjustingError> {
        for (_, prepared) in &self.of {
            prepared.write_in(ctx, tx, actor, company)?;
        }
        Ok(())
    }
}

/// The write-offs that the approval of a return took back, at the same instant, each with the one that stands in its place.
fn lost(
    conn: &mut Conn,
    company: CompanyId,
    input: &UndoProposal,
) -> Result<Vec<(AllocationId, OfLine, WriteOff)>, Common> {
    let view = super::read::load(conn, company, input.id)?;
    let approved = view.proposal.status == ProposalStatus::Approved;
    let Some(receipt) = view.proposal.reverses_document.filter(|_| approved) else { return Ok(Vec::new()) };
    let lines: Vec<BankLineId> = view.lines.iter().map(|line| line.bank_line).collect();
    let receipt = there(query::documents::by_id(conn, company, receipt)?, "receipt", receipt)?;
    let mut found = Vec::new();
    for returned in query::documents::of_bank_lines(conn, company, &lines)? {
        for one in adjusting::with_receipt(conn, &receipt)? {
            let Some(undone) = &one.undone else { continue };
            let entry = query::entries::by_id(conn, company, undone.entry)?;
            if there(entry, "entry", undone.entry)?.posted_at != returned.created_at {
                continue;
            }
            let (item, amount) = (one.allocation.debit_item, one.allocation.amount);
            // what the receipt paid of it is allocated again before
            let mut wanted = amount;
            for (_, allocation) in undone_by(conn, &returned, receipt.id)? {
                if allocation.debit_item == item {
                    wanted = wanted.add(allocation.amount.abs()?)?;
                }
            }
            let free = posting::free_from(conn, company, [(item, wanted)])?.remove(&item);
            let own = input.date.map_or(returned.effective_date, |date| date.max(returned.effective_date));
            let date = free.map_or(own, |free| free.max(own));
            let amount = Some(amount.to_decimal(one.document.currency));
            let (reason, account, text) = (one.reason, None, None);
            found.push((one.allocation.id, one.of, WriteOff { item, amount, reason, date, account, text }));
        }
    }
    Ok(found)
}
