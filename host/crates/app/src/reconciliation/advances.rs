//! What a bank line leaves to a customer's credit (预收款), about which the tax rules are asked with its differences (decision 70).

use super::approve::ApproveProposalError;
use super::bounds;
use super::by_hand::Settle;
use super::read::ProposalView;
use crate::advance::{self, Asked, Subject};
use crate::common::{Common, Context};
use crate::customer;
use crate::receipt::RecordReceiptError;
use chrono::NaiveDate;
use domain::ids::{BankLineId, CompanyId};
use money::{Minor, Money};
use store::rows::BankLine;
use store::{Conn, query};

/// What will stay on account of lines.
pub(super) type Kept = Vec<(BankLineId, Subject)>;

/// Of a line of a proposal, and what for; `None`: nothing, or nobody said what money on account is for.
pub(super) fn subject(
    conn: &mut Conn,
    view: &ProposalView,
    (line, effective): (&BankLine, NaiveDate),
) -> Result<Option<Subject>, Common> {
    let hers = view.proposal.customer.filter(|_| line.credit && view.proposal.reverses_document.is_none());
    let Some(customer) = hers else { return Ok(None) };
    let besides = view.differences.iter().filter(|d| d.bank_line == line.id).map(|d| d.amount);
    let paid = view.allocations.iter().filter(|a| a.bank_line == Some(line.id)).map(|a| a.amount);
    let money = line.amount.sub(bounds::unidentified(view, line)?)?;
    let rest = money.add(Minor::sum(besides)?)?.sub(Minor::sum(paid)?)?;
    let what = (customer, Money::new(rest, line.currency), effective);
    Subject::of(conn, line.company, None, what, None)
}

/// Of all lines of a proposal.
pub(super) fn of_proposal(
    conn: &mut Conn,
    view: &ProposalView,
    lines: &[BankLine],
    effective: impl Fn(&BankLine) -> NaiveDate,
) -> Result<Kept, Common> {
    let mut kept = Vec::new();
    for line in lines {
        kept.extend(subject(conn, view, (line, effective(line)))?.map(|subject| (line.id, subject)));
    }
    Ok(kept)
}

/// Of a line that a person settles. What cannot be posted is left to the write to refuse.
pub(super) fn by_hand(
    conn: &mut Conn,
    (line, effective): (&BankLine, NaiveDate),
    input: &Settle,
) -> Result<Kept, Common> {
    let company = line.company;
    let Ok(rest) = Money::from_decimal(input.on_account, line.currency) else { return Ok(Vec::new()) };
    let customer = match (&input.customer, input.allocations.first()) {
        (Some(named), _) => Some(customer::resolve(conn, company, named)?.id),
        (None, Some(to)) => {
            query::open_items::by_ids(conn, company, &[to.item])?.pop().map(|item| item.customer)
        }
        (None, None) => None,
    };
    let Some(customer) = customer else { return Ok(Vec::new()) };
    let subject = Subject::of(conn, company, None, (customer, rest, effective), None)?;
    Ok(subject.map(|subject| (line.id, subject)).into_iter().collect())
}

/// Asks, with no transaction open.
pub(super) fn ask(
    ctx: &Context<'_>,
    company: CompanyId,
    kept: Kept,
) -> Result<Vec<(BankLineId, Asked)>, ApproveProposalError> {
    let mut asked = Vec::with_capacity(kept.len());
    for (line, subject) in kept {
        let said = advance::ask(ctx, company, subject).map_err(RecordReceiptError::from)?;
        asked.push((line, said));
    }
    Ok(asked)
}
