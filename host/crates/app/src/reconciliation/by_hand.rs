//! Settles a bank line by hand (手工核销): a person says what it pays, within the same bounds and by the same approval as a guest's
//! proposal.
//!
//! Money of the line + what is cleared besides it = what clears items + what stays on account or goes to suspense; credits that are open pay
//! items beside it, as in a guest's proposal. Where the company wants no approval of
//! such receipts (`domain::draft`), and nothing is written off beyond what it lets her role write off, it is posted at once; else, and where
//! she certifies withheld tax, the proposal waits for another person.

use super::advances;
use super::approve::{ApproveProposal, ApproveProposalError, Approved, Checked, approve_in};
use super::bounds;
use super::by_hand_items::{self, UseCredit};
use super::evidence::{self, Certificate, Withheld};
use super::made::{gives_away, is_free, make, proposal, waits};
use super::read::{self, ProposalView};
use super::ruled;
use super::taxed::{self, Assessed, Claim, Claims};
use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::customer::CustomerRef;
use crate::invoice::TRIES_MAX;
use crate::returned::ReturnError;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankLineId, CompanyId, OpenItemId, ProposalId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::Residual;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use store::query::proposals::ProposalRows;
use store::rows::{BankLine, ProposalAllocation, ProposalDifference, ProposalLine};
use store::types::BankLineStatus;
use store::{Tx, query};
use thiserror::Error;

/// Items of one line.
const ALLOCATIONS_MAX: usize = 500;

/// What is cleared on an item: money and differences together, in major units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocateLine {
    pub item: OpenItemId,
    pub amount: Decimal,
}

/// What is cleared besides the money (negative: less than the money).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub kind: ClearanceKind,
    pub amount: Decimal,
    /// Required but of a charge.
    pub item: Option<OpenItemId>,
    /// Of withheld tax: its evidence.
    pub certificate: Option<Certificate>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settle {
    pub line: BankLineId,
    /// Default: whose the items are.
    pub customer: Option<CustomerRef>,
    pub allocations: Vec<AllocateLine>,
    /// What credits that are open pay besides the money.
    pub credits: Vec<UseCredit>,
    /// 预收: what of the money clears nothing yet.
    pub on_account: Decimal,
    /// 待查款: what of the money nobody is known to own.
    pub suspense: Decimal,
    pub differences: Vec<Difference>,
    /// Where the bank's own day is locked. Absent: the booking date.
    pub effective_date: Option<NaiveDate>,
}

/// The proposal that was made, and what it posted where nobody else has to approve it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub proposal: ProposalView,
    pub approved: Option<Approved>,
}

#[derive(Debug, Error)]
pub enum SettleError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Approve(#[from] ApproveProposalError),
    #[error(transparent)]
    Return(#[from] ReturnError),
    #[error("bank line {id} is {} already", .status.name())]
    Status { id: BankLineId, status: BankLineStatus },
    #[error(
        "the line brought {money} and clears {cleared} of items, of which {besides} is not money; {rest} is left on account or in suspense, not {on_account}"
    )]
    Unequal { money: Money, cleared: Money, besides: Money, rest: Money, on_account: Money },
}

crate::common::through_common!(SettleError);

impl SettleError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            SettleError::Common(common) => Some(common),
            SettleError::Approve(inner) => inner.common(),
            SettleError::Return(inner) => inner.common(),
            _ => None,
        }
    }
}

/// Makes the proposal, and posts it where that is all that the company wants.
pub fn settle(app: &App, actor: &Actor, company: CompanyId, input: &Settle) -> Result<Settled, SettleError> {
    authorise(actor, Noun::Allocations, Verb::Enter, company)?;
    for (at, many) in [("/allocations", input.allocations.len()), ("/credits", input.credits.len())] {
        if many > ALLOCATIONS_MAX {
            return Err(Common::invalid(at, format!("holds at most {ALLOCATIONS_MAX}")).into());
        }
    }
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        let id = ProposalId::new(ctx.uuid());
        // the tax rules are asked with no transaction open
        let assessed = assess(&ctx, actor, (company, id), input)?;
        match app.db.write(|tx| settle_in(&ctx, tx, actor, company, (id, input, &assessed))) {
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

fn settle_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (id, input, assessed): (ProposalId, &Settle, &Assessed),
) -> Result<Settled, SettleError> {
    let line = query::bank_lines::lock(tx, company, &[input.line])?.pop();
    let line = there(line, "bank line", input.line)?;
    if !line.credit {
        return Err(ApproveProposalError::Outgoing(line.id).into());
    }
    if !is_free(&line) {
        return Err(SettleError::Status { id: line.id, status: line.status });
    }
    let rows = compute(ctx, tx, actor, (&line, id), input)?;
    let view = make(ctx, tx, actor, &line, &rows)?;
    let certified = evidenced(input)?;
    evidence::supply(ctx, tx, actor, &view, &certified)?;
    let written_off = bounds::hold(tx, &view, std::slice::from_ref(&line))?;
    if let Some(beyond) = ruled::beyond(tx, actor, &view, std::slice::from_ref(&line))? {
        return Err(beyond.at("/suspense").into());
    }
    let booked = line.booking_date.date();
    let days = [input.effective_date.unwrap_or(booked), booked];
    // nobody certifies alone what she clears, nor takes off what she alone agreed to
    let certifies = !certified.is_empty() || !bounds::agreed_by_one(tx, &view)?.is_empty();
    let hers = *actor != Actor::System && certifies;
    if hers || waits(tx, actor, &line)? || gives_away(tx, actor, (&view, days), &written_off)? {
        return Ok(Settled { proposal: view, approved: None });
    }
    let approve = ApproveProposal { effective_date: input.effective_date, ..ApproveProposal::from(id) };
    let approved = approve_in(ctx, tx, actor, &view, &approve, (Checked::ByMaker, assessed))?;
    Ok(Settled { proposal: read::load(tx, company, id)?, approved: Some(approved) })
}

/// What the tax rules say of what is cleared besides money and of what stays on account, where it is posted at once: else who approves it
/// asks. What cannot be posted is left to the write to refuse.
fn assess(
    ctx: &Context<'_>,
    actor: &Actor,
    (company, id): (CompanyId, ProposalId),
    input: &Settle,
) -> Result<Assessed, SettleError> {
    if input.differences.is_empty() && input.on_account.is_zero() {
        return Ok(Assessed::default());
    }
    let line = ctx.app.db.read(|conn| {
        let line =
            query::bank_lines::by_id(conn, company, input.line)?.filter(|line| line.credit && is_free(line));
        Ok::<_, Common>(match line {
            Some(line) if !waits(conn, actor, &line)? => Some(line),
            _ => None,
        })
    })?;
    let Some(line) = line else { return Ok(Assessed::default()) };
    let amount = |amount: Decimal| minor("", amount, line.currency).ok();
    let claims = input.differences.iter().filter_map(|difference| {
        let (item, amount) = (difference.item?, amount(difference.amount)?);
        Some(Claim { line: line.id, item, kind: difference.kind, amount })
    });
    let cleared = input.allocations.iter().filter_map(|to| Some((to.item, amount(to.amount)?)));
    let claims = Claims::new(claims, cleared)?;
    let effective = input.effective_date.unwrap_or(line.booking_date.date());
    let kept = ctx.app.db.read(|conn| advances::by_hand(conn, (&line, effective), input))?;
    Ok(taxed::ask(ctx, company, id, &claims, |_| Ok(effective))?.with_kept(ctx, company, kept)?)
}

/// The evidence of the taxes that are taken as withheld, each with its own.
fn evidenced(input: &Settle) -> Result<Vec<Withheld>, Common> {
    let mut found = Vec::new();
    for (index, difference) in input.differences.iter().enumerate() {
        let at = || format!("/differences/{index}/certificate");
        match (difference.kind, &difference.certificate, difference.item) {
            (ClearanceKind::Withholding, Some(certificate), Some(item)) => {
                let (amount, certificate) = (Some(difference.amount), certificate.clone());
                found.push(Withheld { item, amount, certificate, at: at() });
            }
            (ClearanceKind::Withholding, None, _) => {
                return Err(Common::invalid(at(), "is required: tax is withheld by evidence"));
            }
            (kind, Some(_), _) if kind != ClearanceKind::Withholding => {
                return Err(Common::invalid(at(), "is of withheld tax alone"));
            }
            _ => {}
        }
    }
    Ok(found)
}

fn compute(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (line, id): (&BankLine, ProposalId),
    input: &Settle,
) -> Result<ProposalRows, SettleError> {
    let company = line.company;
    let items = by_hand_items::held(tx, line, input)?;
    let customer = by_hand_items::owner(tx, company, input, &items)?;
    if let Some(customer) = customer {
        query::erasure::hold(tx, company, customer)?;
    }
    let mut rows = ProposalRows {
        lines: vec![ProposalLine { company, proposal: id, bank_line: line.id }],
        ..ProposalRows::default()
    };
    for (index, (to, n)) in input.allocations.iter().zip(1u32..).enumerate() {
        let at = format!("/allocations/{index}/amount");
        let amount = minor(&at, to.amount, line.currency)?;
        let open = items.iter().find(|item| item.id == to.item).map(|item| item.open).unwrap_or_default();
        if !amount.is_positive() || amount > open {
            let open = Money::new(open, line.currency);
            return Err(Common::invalid(
                at,
                format!("must be greater than 0, and at most the {open} that is open"),
            )
            .into());
        }
        let (bank_line, item) = (Some(line.id), to.item);
        rows.allocations.push(ProposalAllocation {
            company,
            proposal: id,
            n,
            bank_line,
            item,
            credit_item: None,
            amount,
        });
    }
    for (index, (difference, n)) in input.differences.iter().zip(1u32..).enumerate() {
        rows.differences.push(ProposalDifference {
            company,
            proposal: id,
            n,
            bank_line: line.id,
            kind: difference.kind.name().to_owned(),
            amount: self::difference(index, difference, line, input)?,
            currency: line.currency,
            item: difference.item,
        });
    }
    let residual = residual(line, input)?;
    balance(line, &rows, residual)?;
    by_hand_items::use_credits((line, id), input, &items, &mut rows.allocations)?;
    rows.proposals.push(proposal(ctx, actor, line, (id, customer), residual));
    Ok(rows)
}

/// Where the rest goes: all of it to one place.
fn residual(line: &BankLine, input: &Settle) -> Result<(Residual, Minor), Common> {
    let on_account = minor("/on_account", input.on_account, line.currency)?;
    let suspense = minor("/suspense", input.suspense, line.currency)?;
    for (at, amount) in [("/on_account", on_account), ("/suspense", suspense)] {
        if amount.is_negative() {
            return Err(Common::invalid(at, "must not be negative"));
        }
    }
    let charged = input.differences.iter().any(|difference| difference.item.is_none());
    match (on_account.is_zero(), suspense.is_zero()) {
        (false, false) => {
            Err(Common::invalid("/suspense", "is nobody's, `on_account` the customer's: give one"))
        }
        (true, false) if charged => {
            Err(Common::invalid("/suspense", "grows by no charge: name the item on which it is cleared"))
        }
        (true, false) => Ok((Residual::Suspense, suspense)),
        (false, true) => Ok((Residual::OnAccount, on_account)),
        (true, true) => Ok((Residual::None, Minor::ZERO)),
    }
}

pub(super) fn minor(at: &str, amount: Decimal, currency: Currency) -> Result<Minor, Common> {
    let money = Money::from_decimal(amount, currency).and_then(Money::bounded);
    money.map(Money::minor).map_err(|error| Common::invalid(at, error.to_string()))
}

/// Of the form that a guest's difference must have.
fn difference(
    index: usize,
    difference: &Difference,
    line: &BankLine,
    input: &Settle,
) -> Result<Minor, Common> {
    let at = |field: &str| format!("/differences/{index}/{field}");
    let amount = minor(&at("amount"), difference.amount, line.currency)?;
    let charges = line.charges.max(Minor::ZERO);
    if amount.is_zero() || amount.is_negative() && difference.kind != ClearanceKind::Tail {
        return Err(Common::invalid(at("amount"), "must be greater than 0; a tail may be negative"));
    }
    match difference.item {
        None if difference.kind != ClearanceKind::BankCharge => {
            Err(Common::invalid(at("item"), "names the item on which it is cleared"))
        }
        // money that clears no item is the customer's
        None if amount > charges => {
            let shown = Money::new(charges, line.currency);
            Err(Common::invalid(
                at("item"),
                format!(
                    "names the item on which it is cleared: without one it is at most the {shown} that the bank shows"
                ),
            ))
        }
        Some(item) if !input.allocations.iter().any(|to| to.item == item) => {
            Err(Common::invalid(at("item"), "is none of the allocations"))
        }
        _ => Ok(amount),
    }
}

fn balance(
    line: &BankLine,
    rows: &ProposalRows,
    (_, on_account): (Residual, Minor),
) -> Result<(), SettleError> {
    let money = |minor| Money::new(minor, line.currency);
    let besides = Minor::sum(rows.differences.iter().map(|difference| difference.amount))?;
    let cleared = Minor::sum(rows.allocations.iter().map(|allocation| allocation.amount))?;
    let rest = line.amount.add(besides)?.sub(cleared)?;
    if rest == on_account {
        return Ok(());
    }
    Err(SettleError::Unequal {
        money: money(line.amount),
        cleared: money(cleared),
        besides: money(besides),
        rest: money(rest),
        on_account: money(on_account),
    })
}
