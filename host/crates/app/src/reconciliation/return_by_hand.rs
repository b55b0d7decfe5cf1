//! Names by hand the receipt that a bank line takes back (退票): the proposal is a guest's return but for who made it, is posted by the same
//! use-case and undone by the same.
//!
//! What the line is more than the receipt is the bank's fee (退票手续费): what the line shows by itself, or what she says it is, as far as a
//! charge is tolerated of the customer. It is posted at once where the bank itself calls the line a return, the company wants no approval of
//! such receipts and no more is written off than her role may; else it waits for another person.

use super::approve::{ApproveProposal, Checked, approve_in};
use super::bounds;
use super::by_hand::{SettleError, Settled, minor};
use super::made::{gives_away, is_free, make, proposal, waits};
use super::read;
use super::taxed::Assessed;
use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::returned::{self, ReturnError};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankLineId, CompanyId, DocumentId, ProposalId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::Residual;
use money::{Minor, Money};
use rust_decimal::Decimal;
use store::query::proposals::ProposalRows;
use store::rows::{BankLine, Document, Proposal, ProposalDifference, ProposalLine};
use store::{Conn, Tx, query};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnReceipt {
    pub line: BankLineId,
    /// Id or number.
    pub receipt: String,
    /// What the line took more than the receipt brought; absent: nothing, or what the bank shows.
    pub fee: Option<Decimal>,
    /// Where the bank's own day is locked. Absent: the booking date.
    pub effective_date: Option<NaiveDate>,
}

/// Makes the proposal, and posts it where that is all that the company wants.
pub fn return_receipt(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ReturnReceipt,
) -> Result<Settled, SettleError> {
    authorise(actor, Noun::Allocations, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| return_in(&ctx, tx, actor, company, input))
}

fn return_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &ReturnReceipt,
) -> Result<Settled, SettleError> {
    let line = query::bank_lines::lock(tx, company, &[input.line])?.pop();
    let line = there(line, "bank line", input.line)?;
    if line.credit {
        return Err(SettleError::Return(ReturnError::Incoming(line.id)));
    }
    if !is_free(&line) {
        return Err(SettleError::Status { id: line.id, status: line.status });
    }
    let receipt = find(tx, company, &input.receipt)?;
    query::erasure::hold(tx, company, receipt.customer)?;
    let fee = unshown_fee(tx, &receipt, &line, input.fee)?;
    let rows = rows(ctx, actor, (&line, &receipt), fee);
    let view = make(ctx, tx, actor, &line, &rows)?;
    let written_off = bounds::hold(tx, &view, std::slice::from_ref(&line))?;
    let booked = line.booking_date.date();
    let days = [input.effective_date.unwrap_or(booked), booked];
    // money that the bank does not call returned is a receipt's on two people's word
    let called = *actor == Actor::System || matches!(line.kind.as_str(), "return" | "reversal");
    if !called || waits(tx, actor, &line)? || gives_away(tx, actor, (&view, days), &written_off)? {
        return Ok(Settled { proposal: view, approved: None });
    }
    let id = view.proposal.id;
    let approve = ApproveProposal { effective_date: input.effective_date, ..ApproveProposal::from(id) };
    let approved = approve_in(ctx, tx, actor, &view, &approve, (Checked::ByMaker, &Assessed::default()))?;
    Ok(Settled { proposal: read::load(tx, company, id)?, approved: Some(approved) })
}

fn find(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Document, Common> {
    let found = match name.parse::<DocumentId>() {
        Ok(id) => query::documents::by_id(conn, company, id)?.filter(|found| found.kind == "receipt"),
        Err(_) => query::documents::by_number(conn, company, "receipt", name)?,
    };
    found.ok_or_else(|| Common::invalid("/receipt", "names no posted receipt of this company"))
}

/// What the line took more than the receipt brought, where the bank shows no such charge: it is said, and only just that.
fn unshown_fee(
    conn: &mut Conn,
    receipt: &Document,
    line: &BankLine,
    said: Option<Decimal>,
) -> Result<Option<Minor>, SettleError> {
    let brought = returned::brought(conn, receipt).map_err(SettleError::Return)?;
    let fee = line.amount.sub(brought)?;
    if receipt.currency != line.currency || !brought.is_positive() || fee.is_negative() {
        let (brought, taken) =
            (Money::new(brought, receipt.currency), Money::new(line.amount, line.currency));
        let message =
            format!("brought {brought}, and the line took {taken}: only whole receipts are returned");
        return Err(Common::invalid("/receipt", message).into());
    }
    let said = said.map(|said| minor("/fee", said, line.currency)).transpose()?;
    let shown = fee.is_zero() || fee == line.charges;
    if said.is_none() && shown || said == Some(fee) {
        return Ok((!shown).then_some(fee));
    }
    let fee = Money::new(fee, line.currency);
    let message = format!("must be {fee}: what the line took more than the receipt brought");
    Err(Common::invalid("/fee", message).into())
}

fn rows(
    ctx: &Context<'_>,
    actor: &Actor,
    (line, receipt): (&BankLine, &Document),
    fee: Option<Minor>,
) -> ProposalRows {
    let (company, id) = (line.company, ProposalId::new(ctx.uuid()));
    let of = (id, Some(receipt.customer));
    let made = proposal(ctx, actor, line, of, (Residual::None, Minor::ZERO));
    let difference = fee.map(|amount| ProposalDifference {
        company,
        proposal: id,
        n: 1,
        bank_line: line.id,
        kind: ClearanceKind::BankCharge.name().to_owned(),
        amount,
        currency: line.currency,
        item: None,
    });
    ProposalRows {
        proposals: vec![Proposal { reverses_document: Some(receipt.id), ..made }],
        lines: vec![ProposalLine { company, proposal: id, bank_line: line.id }],
        allocations: Vec::new(),
        differences: difference.into_iter().collect(),
    }
}
