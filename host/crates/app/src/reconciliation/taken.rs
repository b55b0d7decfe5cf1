//! A bank line that no proposal explains, because a document of its own does: the money of a bill of exchange. What proposed
//! anything for the line is superseded, as where another proposal is approved; undone, the line is open again.

use super::approve::reopen;
use super::post::index_party;
use crate::common::{Common, Context, there};
use domain::actor::Actor;
use domain::ids::{BankLineId, CompanyId, CustomerId};
use money::{Minor, Money};
use store::rows::BankLine;
use store::types::BankLineStatus;
use store::{Tx, query};

/// Takes a line that brought exactly `money`, for the customer whose it is.
///
/// # Errors
/// `Invalid` at `/bank_line` where it went out, brought another amount, or is posted or ignored.
pub(crate) fn take(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (company, id): (CompanyId, BankLineId),
    (customer, money): (CustomerId, Money),
) -> Result<BankLine, Common> {
    let rivals = query::proposals::pending_on(tx, company, &[id])?;
    let theirs = query::proposals::with_children(tx, company, &rivals)?.lines;
    let theirs: Vec<BankLineId> = theirs.into_iter().map(|line| line.bank_line).collect();
    let all: Vec<BankLineId> = theirs.iter().copied().chain([id]).collect();
    let lines = query::bank_lines::lock(tx, company, &all)?;
    let line = there(lines.into_iter().find(|line| line.id == id), "bank line", id)?;
    let refused = |why: String| Common::invalid("/bank_line", why);
    if !matches!(line.status, BankLineStatus::Open | BankLineStatus::Proposed) {
        return Err(refused(format!("is {} already", line.status.name())));
    }
    let brought = Money::new(line.amount, line.currency);
    if !line.credit || brought != money {
        return Err(refused(match line.credit {
            true => format!("brought {brought}, not {money} in"),
            false => format!("took {brought}, not {money} in"),
        }));
    }
    let to = (BankLineStatus::Posted, Minor::ZERO, Some(customer));
    query::bank_lines::update(tx, company, id, line.version, to)?;
    index_party(tx, &line, customer)?;
    query::proposals::supersede(tx, company, &rivals, (&actor.person(), ctx.now))?;
    reopen(tx, company, &theirs)?;
    Ok(line)
}

/// Opens a line again that was [taken](take).
pub(crate) fn give_back(tx: &mut Tx<'_>, company: CompanyId, id: BankLineId) -> Result<(), Common> {
    for line in query::bank_lines::lock(tx, company, &[id])? {
        let to = (BankLineStatus::Open, line.amount, None);
        query::bank_lines::update(tx, company, id, line.version, to)?;
    }
    Ok(())
}
