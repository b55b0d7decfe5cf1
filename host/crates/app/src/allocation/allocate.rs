use super::transfer::{Act, transfer};
use crate::common::{Common, Context, authorise, there};
use crate::company::company_row;
use crate::document::ReverseError;
use crate::posting::{self, Relieved};
use crate::{App, books, dates, event, period, tax_invoice};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{AllocationId, CompanyId, EntryId, OpenItemId, ProposalId};
use domain::ledger::{
    AllocationError, Entry, EntryDraft, ItemBalance, LedgerError, TransferError, account, allocate as clear,
};
use domain::time::AccountingDate;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use serde_json::json;
use store::rows::OpenItem;
use store::{Conn, query};
use thiserror::Error;

/// Lets a credit item pay a debit item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocate {
    pub debit_item: OpenItemId,
    pub credit_item: OpenItemId,
    /// Major units of the items' currency.
    pub amount: Decimal,
    pub effective_date: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocated {
    pub id: AllocationId,
    pub entry: EntryId,
    /// Realised FX in base currency: positive is a gain.
    pub fx_gain: Money,
}

#[derive(Debug, Error)]
pub enum AllocateError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Allocation(#[from] AllocationError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Transfer(#[from] TransferError),
    #[error("{debit} and {credit} are of customers without a common payer: neither pays for the other")]
    Strangers { debit: OpenItemId, credit: OpenItemId },
    #[error("allocation {0} was undone already")]
    AlreadyUndone(AllocationId),
    #[error("allocation {0} clears a document by its reversal, which stands")]
    OfReversal(AllocationId),
    #[error("{0} is a bill of exchange: it is cleared by what is done with the bill")]
    OfBill(OpenItemId),
    #[error(
        "{item} is of what was delivered and not billed: an invoice or a return clears it, and nothing else"
    )]
    Unbilled { item: OpenItemId },
    #[error(
        "{note} names no original and would pay what is in tax invoice {tax_invoice}: it waits for the number of a 红字确认单 or a reason; reverse it and issue it with `red_confirmation`"
    )]
    RedConfirmationMissing { note: String, tax_invoice: String },
    #[error(
        "allocation {0} carried an item over when two customers were merged: it is undone by undoing the merge"
    )]
    OfMerge(AllocationId),
    #[error("allocation {id} is of {document} itself: it is undone by reversing that")]
    OfDocument { id: AllocationId, document: String },
    /// Of the discount that was taken with it, which goes where it goes.
    #[error(transparent)]
    Discount(Box<ReverseError>),
}

crate::common::through_common!(AllocateError);

impl AllocateError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            AllocateError::Common(common) => Some(common),
            AllocateError::Discount(inner) => inner.common(),
            AllocateError::Allocation(_)
            | AllocateError::Ledger(_)
            | AllocateError::Transfer(_)
            | AllocateError::Strangers { .. }
            | AllocateError::Unbilled { .. }
            | AllocateError::RedConfirmationMissing { .. }
            | AllocateError::AlreadyUndone(_)
            | AllocateError::OfReversal(_)
            | AllocateError::OfBill(_)
            | AllocateError::OfMerge(_)
            | AllocateError::OfDocument { .. } => None,
        }
    }
}

/// Allocates and posts realised FX, if any.
pub fn allocate(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Allocate,
) -> Result<Allocated, AllocateError> {
    authorise(actor, Noun::Allocations, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let effective = ("/effective_date", input.effective_date);
        dates::check(&ctx, &company_row(tx, company)?, [effective], None)?;
        let items = query::open_items::by_ids(tx, company, &[input.debit_item])?;
        let debit = there(items.into_iter().next(), "open item", input.debit_item)?;
        let amount = Money::from_decimal(input.amount, debit.currency)?.minor();
        let pair = (input.debit_item, input.credit_item);
        allocate_in(&ctx, tx, actor, company, pair, amount, input.effective_date, None)
    })
}

/// As [`allocate`], inside a transaction of the caller; `(debit item, credit item)`. Between accounts it is a transfer.
#[allow(clippy::too_many_arguments)] // the act, its amount and date, and what it is done for
pub(crate) fn allocate_in(
    ctx: &Context<'_>,
    tx: &mut store::Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (debit_item, credit_item): (OpenItemId, OpenItemId),
    amount: Minor,
    effective: NaiveDate,
    proposal: Option<ProposalId>,
) -> Result<Allocated, AllocateError> {
    period::hold_open(tx, company, effective)?;
    let row = company_row(tx, company)?;
    let (debit, credit) = load_pair(tx, company, debit_item, credit_item)?;
    if let Some((note, tax_invoice)) = tax_invoice::unconfirmed(tx, &row, (debit_item, credit_item))? {
        return Err(AllocateError::RedConfirmationMissing { note, tax_invoice });
    }
    let act = Act { ctx, actor, company, effective, proposal };
    let apart = books::Apart::of(tx, company)?;
    for item in [&debit, &credit] {
        if apart.bills.contains(&item.balance.account) {
            return Err(AllocateError::OfBill(item.balance.id));
        }
        if apart.unbilled.contains(&item.balance.account) {
            return Err(AllocateError::Unbilled { item: item.balance.id });
        }
    }
    if (debit.balance.customer, &debit.balance.account) != (credit.balance.customer, &credit.balance.account)
    {
        return transfer(&act, tx, (debit, credit), amount);
    }
    pay(&act, tx, row.base_currency, (debit, credit), amount)
}

/// Lets one item of an account pay another, in an entry of its own. Both are held, the period is open.
fn pay(
    act: &Act<'_>,
    tx: &mut store::Tx<'_>,
    base: Currency,
    (mut debit, mut credit): (Relieved, Relieved),
    amount: Minor,
) -> Result<Allocated, AllocateError> {
    let Act { ctx, actor, company, effective, proposal } = *act;
    let (id, entry_id) = (AllocationId::new(ctx.uuid()), EntryId::new(ctx.uuid()));
    let done = clear(id, &mut debit.balance, &mut credit.balance, amount)?;
    let entry = Entry::try_new(EntryDraft {
        postings: done.postings,
        allocations: vec![done.allocation],
        ..draft(ctx, actor, company, entry_id, "allocation", effective, base)
    })?;
    let data =
        json!({"debit_item": debit.balance.id.to_string(), "credit_item": credit.balance.id.to_string()});
    let event = event::carried(ctx, actor, company, ("allocation.posted", id), data, entry_id.uuid());
    posting::write_for_proposal(tx, &entry, &[debit, credit], vec![event], proposal)?;
    Ok(Allocated { id, entry: entry_id, fx_gain: fx_gain(&entry, base)? })
}

/// Lets what billed a delivery clear its accrual again, once what gave it back is reversed; `(the delivery's item, what billed it)`.
pub(crate) fn allocate_billed(
    ctx: &Context<'_>,
    tx: &mut store::Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (accrued, billed): (OpenItemId, OpenItemId),
    effective: NaiveDate,
) -> Result<(), AllocateError> {
    let base = company_row(tx, company)?.base_currency;
    let (accrued, billed) = load_pair(tx, company, accrued, billed)?;
    let amount = billed.balance.open;
    let pair = if billed.balance.sign < 0 { (accrued, billed) } else { (billed, accrued) };
    let act = Act { ctx, actor, company, effective, proposal: None };
    pay(&act, tx, base, pair, amount).map(drop)
}

/// An empty draft of an entry without a document.
pub(crate) fn draft(
    ctx: &Context<'_>,
    actor: &Actor,
    company: CompanyId,
    id: EntryId,
    kind: &str,
    effective: NaiveDate,
    base_currency: Currency,
) -> EntryDraft {
    EntryDraft {
        id,
        company,
        kind: kind.to_owned(),
        effective_date: AccountingDate::new(effective),
        posted_at: ctx.now,
        actor: actor.to_string(),
        base_currency,
        document: None,
        reverses: None,
        postings: Vec::new(),
        items: Vec::new(),
        allocations: Vec::new(),
    }
}

/// What an entry's FX lines gained, in base currency.
pub(crate) fn fx_gain(entry: &Entry, base: Currency) -> Result<Money, Common> {
    let fx = entry.postings.iter().filter(|p| p.account == account::FX).map(|p| p.base);
    Ok(Money::new(Minor::sum(fx)?.neg()?, base))
}

pub(crate) fn load_pair(
    tx: &mut store::Tx<'_>,
    company: CompanyId,
    debit: OpenItemId,
    credit: OpenItemId,
) -> Result<(Relieved, Relieved), Common> {
    // one order for everybody, so that two allocations of the same pair queue instead of deadlocking
    let rows = query::open_items::lock(tx, company, &[debit, credit])?;
    let find = |id: OpenItemId| {
        rows.iter()
            .find(|row| row.id == id)
            .map(Relieved::load)
            .ok_or_else(|| Common::not_found("open item", id))
    };
    Ok((find(debit)?, find(credit)?))
}

/// The date from which an item exists: nothing is paid before.
pub(crate) fn item_date(conn: &mut Conn, company: CompanyId, item: OpenItemId) -> Result<NaiveDate, Common> {
    Ok(there(query::open_items::begun(conn, company, &[item])?.pop(), "open item", item)?.since.date())
}

/// Lets the one item that an entry makes and an older one clear each other, in that entry: a return and its receipt, a
/// write-off and what it writes off.
pub(crate) fn clear_in_own_entry(
    ctx: &Context<'_>,
    conn: &mut Conn,
    draft: EntryDraft,
    older: &OpenItem,
) -> Result<(EntryDraft, Vec<Relieved>), AllocateError> {
    clear_each_in_own_entry(ctx, conn, draft, std::slice::from_ref(older))
}

/// As [`clear_in_own_entry`], of each item that an entry makes with the older one in its place: a reversal and the instalments
/// of what it reverses.
pub(crate) fn clear_each_in_own_entry(
    ctx: &Context<'_>,
    conn: &mut Conn,
    draft: EntryDraft,
    older: &[OpenItem],
) -> Result<(EntryDraft, Vec<Relieved>), AllocateError> {
    if older.is_empty() || draft.items.len() != older.len() {
        let detail = format!("it makes {} open items for {}", draft.items.len(), older.len());
        return Err(Common::Corrupt { what: "entry", detail }.into());
    }
    clear_first_in_own_entry(ctx, conn, draft, older)
}

/// As [`clear_each_in_own_entry`], of as many of the items that an entry makes, from the first on, as there are older ones: what a
/// return takes back stands before what is owed again.
pub(crate) fn clear_first_in_own_entry(
    ctx: &Context<'_>,
    conn: &mut Conn,
    draft: EntryDraft,
    older: &[OpenItem],
) -> Result<(EntryDraft, Vec<Relieved>), AllocateError> {
    // the older items stand on accounts of the company's, so must the new ones
    let mut draft = books::resolved(conn, draft)?;
    let new: Vec<ItemBalance> = draft.items.iter().map(ItemBalance::fresh).collect();
    let mut relieved = Vec::with_capacity(older.len().saturating_mul(2));
    for (mut second, older) in new.into_iter().zip(older) {
        let mut first = Relieved::load(older);
        // the whole of the new one: of the older there must be as much
        let amount = second.original;
        let (debit, credit) = if second.sign < 0 {
            (&mut first.balance, &mut second)
        } else {
            (&mut second, &mut first.balance)
        };
        let done = clear(AllocationId::new(ctx.uuid()), debit, credit, amount)?;
        draft.allocations.push(done.allocation);
        draft.postings.extend(done.postings);
        relieved.extend([first, Relieved { version: 1, balance: second }]);
    }
    Ok((draft, relieved))
}

/// Lets the first item that an entry makes, a credit, pay older ones in that entry, each with so much: what a receipt pays, or of its
/// original a credit note. The older ones are held.
pub(crate) fn pay_in_own_entry<E: From<Common> + From<AllocationError>>(
    ctx: &Context<'_>,
    mut draft: EntryDraft,
    items: &[OpenItem],
    pays: &[(OpenItemId, Minor)],
) -> Result<(EntryDraft, Vec<Relieved>), E> {
    let Some(item) = draft.items.first() else { return Ok((draft, Vec::new())) };
    let mut credit = ItemBalance::fresh(item);
    let wanted = items.iter().filter(|row| pays.iter().any(|(item, _)| *item == row.id));
    let mut relieved: Vec<Relieved> = wanted.map(Relieved::load).collect();
    // an entry lists its allocations by id, and whoever recomputes what each relieves takes them in that order
    let mut ids: Vec<AllocationId> = pays.iter().map(|_| AllocationId::new(ctx.uuid())).collect();
    ids.sort_unstable();
    for ((item, amount), id) in pays.iter().zip(ids) {
        let debit = relieved
            .iter_mut()
            .find(|r| r.balance.id == *item)
            .ok_or_else(|| Common::not_found("open item", item))?;
        let done = clear(id, &mut debit.balance, &mut credit, *amount)?;
        draft.allocations.push(done.allocation);
        draft.postings.extend(done.postings);
    }
    relieved.push(Relieved { version: 1, balance: credit });
    Ok((draft, relieved))
}
