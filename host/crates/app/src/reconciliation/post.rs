//! What the approval of a proposal posts of a bank line: a receipt with what it pays and clears, money in suspense, or the return of a
//! receipt; and without a line, a credit item that pays a debit item.

use super::advances;
use super::approve::{ApproveProposalError, Approved};
use super::bounds;
use super::read::ProposalView;
use super::taxed::Assessed;
use crate::advance;
use crate::allocation;
use crate::common::{Common, Context, there};
use crate::company::company_row;
use crate::posting;
use crate::receipt::{
    AllocateTo, Received, RecordReceiptError, RecordedReceipt, Source, own_words, record_in,
};
use crate::returned;
use crate::suspense::{self, Unidentified};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{BankLineId, CustomerId};
use domain::ledger::ClearanceKind;
use money::{Minor, Money};
use store::rows::{BankLine, KeyParty, ProposalAllocation};
use store::types::BankLineStatus;
use store::{Tx, query};

pub(super) fn post_line(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (view, assessed): (&ProposalView, &Assessed),
    (line, effective): (&BankLine, NaiveDate),
    done: &mut Approved,
) -> Result<(), ApproveProposalError> {
    if line.status != BankLineStatus::Proposed {
        return Err(Common::Conflict { what: format!("bank line {}", line.id) }.into());
    }
    let company = line.company;
    let customer = match view.proposal.reverses_document {
        Some(receipt) => {
            let of = (view.proposal.id, bounds::fee_of_return(view));
            let posted = returned::post_in(ctx, tx, actor, receipt, (line, effective), of)?;
            done.entries.extend(posted.entries);
            done.documents.push(posted.document);
            Some(posted.customer)
        }
        None => post_money(ctx, tx, actor, (view, assessed), (line, effective), done)?,
    };
    let to = (BankLineStatus::Posted, Minor::ZERO, customer);
    query::bank_lines::update(tx, company, line.id, line.version, to)?;
    if let Some(customer) = customer {
        index_party(tx, line, customer)?;
    }
    Ok(())
}

/// What is a customer's becomes her receipt; what nobody is known to own goes to suspense.
fn post_money(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (view, assessed): (&ProposalView, &Assessed),
    (line, effective): (&BankLine, NaiveDate),
    done: &mut Approved,
) -> Result<Option<CustomerId>, ApproveProposalError> {
    let amount = bounds::unidentified(view, line)?;
    if amount.is_positive() {
        let (proposal, maker) = (view.proposal.id, view.proposal.created_by.as_str());
        let of = Unidentified { line, amount, effective, proposal, maker };
        let item = suspense::post_in(ctx, tx, actor, of)?;
        done.entries.push(item.entry);
        done.suspense.push(item.id);
    }
    let hers = line.amount.sub(amount)?;
    if hers.is_zero() {
        return Ok(None);
    }
    let (customer, recorded) = post_receipt_of(ctx, tx, actor, (view, assessed), (line, effective, hers))?;
    done.entries.push(recorded.entry);
    done.documents.push(recorded.id);
    done.allocations.extend(recorded.allocations);
    assessed.write_off(ctx, tx, actor, (line.company, line.id), done)?;
    let subject = advances::subject(tx, view, (line, effective))?;
    let asked = (assessed.advance(line.id), subject);
    let of = (recorded.id, recorded.item);
    let taxed = advance::settle(ctx, tx, actor, line.company, asked, of).map_err(RecordReceiptError::from)?;
    done.documents.extend(taxed);
    Ok(Some(customer))
}

/// From now on it is known whose data the bank's file and its reading hold: they stand in the index of their keys.
pub(crate) fn index_party(tx: &mut Tx<'_>, line: &BankLine, customer: CustomerId) -> Result<(), Common> {
    let company = line.company;
    let file =
        there(query::bank_files::of_statement(tx, company, line.statement)?, "bank file of line", line.id)?;
    let call = there(query::invocations::by_id(tx, company, file.invocation)?, "call", file.invocation)?;
    let blobs = query::blobs::by_ids(tx, company, &[file.blob, call.input])?;
    let parties: Vec<KeyParty> =
        blobs.into_iter().map(|blob| KeyParty { company, key: blob.key, customer }).collect();
    query::keys::add_parties(tx, &parties)?;
    Ok(())
}

fn post_receipt_of(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (view, assessed): (&ProposalView, &Assessed),
    (line, effective_date, amount): (&BankLine, NaiveDate, Minor),
) -> Result<(CustomerId, RecordedReceipt), ApproveProposalError> {
    let customer = view.proposal.customer.ok_or(ApproveProposalError::NoCustomer)?;
    let row = query::customers::by_id(tx, line.company, customer)?
        .ok_or_else(|| Common::not_found("customer", customer))?;
    let reference = own_words(tx, &row, line)?;
    let value = line.value_date.map_or(line.booking_date.date(), |date| date.date());
    let own = query::bank_accounts::by_id(tx, line.company, line.account)?;
    let of_line = view.allocations.iter().filter(|a| a.bank_line == Some(line.id));
    let paid = of_line.map(|a| AllocateTo { item: a.item, amount: a.amount }).collect();
    let (clearances, allocations) = assessed.left(line.id, clearances(view, line.id)?, paid)?;
    let received = Received {
        source: Source::Account(there(own, "bank account", line.account)?.ledger),
        external_id: None,
        customer: row,
        amount: Money::new(amount, line.currency),
        clearances,
        value_date: value,
        effective_date,
        reference,
        fx: None,
        allocations,
        bank_line: Some(line.id),
        proposal: Some(view.proposal.id),
    };
    Ok((customer, record_in(ctx, tx, actor, line.company, &received)?))
}

fn clearances(
    view: &ProposalView,
    line: BankLineId,
) -> Result<Vec<(ClearanceKind, Minor)>, ApproveProposalError> {
    let one = |d: &store::rows::ProposalDifference| Ok((bounds::clearance(d)?, d.amount));
    view.differences.iter().filter(|d| d.bank_line == line).map(one).collect()
}

/// Lets a credit item pay a debit item, without a bank line.
pub(super) fn net(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    view: &ProposalView,
    netting: &ProposalAllocation,
    done: &mut Approved,
) -> Result<(), ApproveProposalError> {
    let company = netting.company;
    let row = company_row(tx, company)?;
    let today = crate::company::today(ctx, &row)?;
    let credit_item = netting.credit_item.ok_or_else(|| Common::Corrupt {
        what: "proposal",
        detail: format!("{} nets nothing", view.proposal.id),
    })?;
    // as soon as both are free, and not in the past
    let wanted = [(netting.item, netting.amount), (credit_item, netting.amount)];
    let free = posting::free_from(tx, company, wanted)?;
    let effective = free.into_values().fold(today, NaiveDate::max);
    let pair = (netting.item, credit_item);
    let proposal = Some(view.proposal.id);
    let posted = allocation::allocate_in(ctx, tx, actor, company, pair, netting.amount, effective, proposal)?;
    done.entries.push(posted.entry);
    done.allocations.push(posted.id);
    Ok(())
}
