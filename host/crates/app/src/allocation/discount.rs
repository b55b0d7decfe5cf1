//! Lets a credit item pay a debit item less the agreed discount for early payment (现金折扣): the allocation, and the discount as a
//! write-off that passes the tax rules, in one transaction (decision 54).
//!
//! No other person approves it: it was agreed with the document, and it is bounded by that; beyond what is usual only where another approved
//! the document (decision 101). An event names the allocation with it: the discount was given for that money, and goes where the allocation goes, by whichever way it is undone (decision 77).

use super::allocate::{Allocate, AllocateError, Allocated, allocate_in};
use crate::adjusting::{self, AdjustingError, PreparedWriteOff, WriteOff, WriteOffReason};
use crate::common::{Common, Context, authorise, there};
use crate::company::company_row;
use crate::document::{self, How, ReverseError, reverse_in};
use crate::invoice::TRIES_MAX;
use crate::{App, dates, draft, due, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{AllocationId, CompanyId, DocumentId, OpenItemId};
use domain::ledger::TRANSFER;
use domain::terms::early_payment;
use money::{Minor, Money};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use store::rows::Allocation;
use store::{Conn, Tx, query};
use thiserror::Error;

/// The kind of the event that names an allocation and what was taken off with it.
pub(crate) const DISCOUNT_TAKEN: &str = "discount.taken";

/// An allocation, and what the debit item is cleared by besides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocateLess {
    pub allocate: Allocate,
    /// Major units of the items' currency.
    pub discount: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocatedLess {
    pub allocated: Allocated,
    /// The document of the discount.
    pub discount: DocumentId,
}

#[derive(Debug, Error)]
pub enum AllocateLessError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Allocate(#[from] AllocateError),
    #[error(transparent)]
    Discount(#[from] AdjustingError),
    #[error("the terms let {limit} be taken off, where {cleared} is paid on {paid}; found {found}")]
    Beyond { limit: Money, found: Money, cleared: Money, paid: NaiveDate },
    #[error(
        "the terms let {found} be taken off, but nobody else approved them with the document: one person takes {usual} at most, write the rest off by a draft"
    )]
    Alone { found: Money, usual: Money },
}

crate::common::through_common!(AllocateLessError);

impl AllocateLessError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            AllocateLessError::Common(common) => Some(common),
            AllocateLessError::Allocate(inner) => inner.common(),
            AllocateLessError::Discount(inner) => inner.common(),
            AllocateLessError::Beyond { .. } | AllocateLessError::Alone { .. } => None,
        }
    }
}

/// Allocates, and takes the discount.
///
/// # Errors
/// `Beyond` what was agreed for the day of the money; what allocations and write-offs are refused with.
pub fn allocate_less(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &AllocateLess,
) -> Result<AllocatedLess, AllocateLessError> {
    authorise(actor, Noun::Allocations, Verb::Enter, company)?;
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        app.db.read(|conn| check(conn, company, input).map(drop))?;
        // the tax rules are asked with no transaction open
        let prepared = adjusting::prepare_write_off(&ctx, company, &write_off(input))?;
        match app.db.write(|tx| write_in(&ctx, tx, actor, company, (input, &prepared))) {
            Err(lost) if lost.common().is_some_and(Common::is_conflict) && tries < TRIES_MAX => tries += 1,
            outcome => return outcome,
        }
    }
}

fn write_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, prepared): (&AllocateLess, &PreparedWriteOff),
) -> Result<AllocatedLess, AllocateLessError> {
    let Allocate { debit_item, credit_item, effective_date, .. } = input.allocate;
    dates::check(ctx, &company_row(tx, company)?, [("/effective_date", effective_date)], None)?;
    query::open_items::lock(tx, company, &[debit_item, credit_item])?;
    let (amount, discount) = check(tx, company, input)?;
    let pair = (debit_item, credit_item);
    let usual = due::usual(amount.add(discount)?)?;
    let allocated = allocate_in(ctx, tx, actor, company, pair, amount, effective_date, None)?;
    let document = prepared.write_in(ctx, tx, actor, company)?.document;
    let data = json!({"document": document.to_string(), "item": debit_item.to_string()});
    event::write(ctx, tx, actor, company, (DISCOUNT_TAKEN, allocated.id), data)?;
    // last, so that nobody makes a draft of what is refused whoever approves it; nothing stays of what was written
    if draft::person(actor) && discount > usual {
        let item = query::open_items::by_ids(tx, company, &[debit_item])?.pop();
        let item = there(item, "open item", debit_item)?;
        if due::by_one(tx, &item)?.is_some() {
            let money = |minor| Money::new(minor, item.currency);
            return Err(AllocateLessError::Alone { found: money(discount), usual: money(usual) });
        }
    }
    Ok(AllocatedLess { allocated, discount: document })
}

/// Takes back what was taken off with an allocation that was undone, on that day: its document is reversed, unless somebody did so before.
pub(super) fn take_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    undone: &Allocation,
    effective: NaiveDate,
) -> Result<(), AllocateError> {
    let company = undone.company;
    let made_by = there(query::entries::by_id(tx, company, undone.entry)?, "entry", undone.entry)?;
    let named: Vec<AllocationId> = match made_by.kind.as_str() {
        "allocation" => vec![undone.id],
        // either of its two may have been named
        TRANSFER => {
            query::allocations::of_entry(tx, company, undone.entry)?.into_iter().map(|one| one.id).collect()
        }
        _ => return Ok(()),
    };
    for id in named {
        for taken in taken_with(tx, company, id)? {
            if document::is_taken_back(tx, company, taken)? {
                continue;
            }
            let how = How::of("allocation-undone");
            reverse_in(ctx, tx, actor, company, taken, Some(effective), how).map_err(of_discount)?;
        }
    }
    Ok(())
}

/// What it shares with other use-cases is told as theirs.
fn of_discount(refused: ReverseError) -> AllocateError {
    match refused {
        ReverseError::Common(common) => AllocateError::Common(common),
        ReverseError::Ledger(ledger) => AllocateError::Ledger(ledger),
        ReverseError::Allocation(inner) => inner,
        other => AllocateError::Discount(Box::new(other)),
    }
}

/// The documents of what was taken off with an allocation.
fn taken_with(conn: &mut Conn, company: CompanyId, id: AllocationId) -> Result<Vec<DocumentId>, Common> {
    let events = query::events::of_subject(conn, company, &id.to_string())?;
    let taken = events.iter().filter(|event| event.kind == DISCOUNT_TAKEN);
    let named = taken.map(|event| {
        let text = event.data.0.get("document").and_then(Value::as_str);
        text.and_then(|id| id.parse::<DocumentId>().ok()).ok_or_else(|| Common::Corrupt {
            what: "event",
            detail: format!("{} names no document", event.id),
        })
    });
    named.collect()
}

fn write_off(input: &AllocateLess) -> WriteOff {
    WriteOff {
        item: input.allocate.debit_item,
        amount: Some(input.discount),
        reason: WriteOffReason::Discount,
        date: input.allocate.effective_date,
        account: None,
        text: None,
    }
}

/// That the discount is within what was agreed, for the day on which the money was had, and within what is left of it; gives the amount
/// allocated, and the discount.
fn check(
    conn: &mut Conn,
    company: CompanyId,
    input: &AllocateLess,
) -> Result<(Minor, Minor), AllocateLessError> {
    let Allocate { debit_item, credit_item, .. } = input.allocate;
    let items = query::open_items::by_ids(conn, company, &[debit_item, credit_item])?;
    let find = |id: OpenItemId| there(items.iter().find(|item| item.id == id), "open item", id);
    let (debit, credit) = (find(debit_item)?, find(credit_item)?);
    let minor = |at: &str, amount: Decimal| match Money::from_decimal(amount, debit.currency) {
        Ok(money) if money.minor().is_positive() => Ok(money.minor()),
        Ok(_) => Err(Common::invalid(at, "must be greater than 0")),
        Err(error) => Err(Common::invalid(at, error.to_string())),
    };
    let (amount, discount) = (minor("/amount", input.allocate.amount)?, minor("/discount", input.discount)?);
    let document = match credit.document {
        Some(id) => query::documents::by_id(conn, company, id)?,
        None => None,
    };
    // a receipt is dated by the value of its money, whenever it is posted; what is no money counts from when it pays
    let paid = match document {
        Some(receipt) if receipt.kind == "receipt" => receipt.document_date,
        _ => input.allocate.effective_date,
    };
    let cleared = amount.add(discount)?;
    let terms = due::of_items(conn, company, &[debit])?.remove(&debit_item).unwrap_or_default();
    let limit = match early_payment(&terms.offers, paid) {
        Some(step) => step.most(cleared)?.min(due::left(conn, debit, &terms.offers)?),
        None => Minor::ZERO,
    };
    if discount > limit {
        let money = |minor| Money::new(minor, debit.currency);
        let (limit, found, cleared) = (money(limit), money(discount), money(cleared));
        return Err(AllocateLessError::Beyond { limit, found, cleared, paid });
    }
    Ok((amount, discount))
}
