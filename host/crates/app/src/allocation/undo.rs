use super::allocate::{AllocateError, Allocated, draft, fx_gain, load_pair};
use super::transfer::{self, Act};
use super::{discount, read};
use crate::common::{Common, Context, authorise, there};
use crate::company::company_row;
use crate::{App, books, dates, event, period, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{AllocationId, CompanyId, CustomerId, EntryId, OpenItemId};
use domain::ledger::{Entry, EntryDraft, NewAllocation, TRANSFER, account, unallocate};
use domain::time::Instant;
use serde_json::json;
use store::rows::Allocation;
use store::{Conn, Tx, query};

/// Takes an allocation back by an entry of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoAllocation {
    pub id: AllocationId,
    pub effective_date: NaiveDate,
}

/// Undoes: the items are open again as before, realised FX is taken back. An allocation of a transfer is undone with all of it, and a
/// discount that was taken with one goes with it.
pub fn undo(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &UndoAllocation,
) -> Result<Allocated, AllocateError> {
    authorise(actor, Noun::Allocations, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let effective = ("/effective_date", input.effective_date);
        dates::check(&ctx, &company_row(tx, company)?, [effective], None)?;
        let row = query::allocations::by_id(tx, company, input.id)?;
        let row = there(row, "allocation", input.id)?;
        undo_in(&ctx, tx, actor, &row, input.effective_date)
    })
}

/// As [`undo`], inside a transaction of the caller.
pub(crate) fn undo_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &Allocation,
    effective: NaiveDate,
) -> Result<Allocated, AllocateError> {
    let made_by = there(query::entries::by_id(tx, row.company, row.entry)?, "entry", row.entry)?;
    let debit = query::open_items::by_ids(tx, row.company, &[row.debit_item])?.pop();
    let unbilled = books::accounts_of(tx, row.company, account::UNBILLED)?;
    if OWN.contains(&made_by.kind.as_str()) || debit.is_some_and(|item| unbilled.contains(&item.account)) {
        // an open item would be left that nobody can use
        let document = match made_by.document {
            Some(id) => query::documents::by_id(tx, row.company, id)?.map(|document| document.number),
            None => None,
        };
        let document = document.unwrap_or(made_by.kind);
        return Err(AllocateError::OfDocument { id: row.id, document });
    }
    undo_own(ctx, tx, actor, row, effective)
}

/// What an allocation had paid that `undoing` undid at an instant: of a transfer what the other of the family owes, to whom it can be
/// made anew. `None` for what is no undoing, or of another instant.
pub(crate) fn had_paid(
    conn: &mut Conn,
    undoing: &Allocation,
    at: Instant,
) -> Result<Option<OpenItemId>, Common> {
    let company = undoing.company;
    let Some(first) = undoing.reverses else { return Ok(None) };
    let by = there(query::entries::by_id(conn, company, undoing.entry)?, "entry", undoing.entry)?;
    if by.posted_at != at {
        return Ok(None);
    }
    let first = there(query::allocations::by_id(conn, company, first)?, "allocation", first)?;
    let made_by = there(query::entries::by_id(conn, company, first.entry)?, "entry", first.entry)?;
    if made_by.kind != TRANSFER {
        return Ok(Some(first.debit_item));
    }
    let both = query::allocations::of_entry(conn, company, first.entry)?;
    let other = both.into_iter().find(|one| one.id != first.id);
    Ok(Some(there(other, "allocation of transfer", first.entry)?.debit_item))
}

/// What a credit pays that is open again when its money goes back. What was paid out of it or written off stands: that happened, and
/// the customer owes so much again; so does what it paid of one of her family who was merged since (decision 133).
pub(crate) fn to_free(
    conn: &mut Conn,
    company: CompanyId,
    credit: OpenItemId,
) -> Result<Vec<Allocation>, Common> {
    let mut found = Vec::new();
    for one in read::standing(query::allocations::of_item(conn, company, credit)?) {
        let made_by = there(query::entries::by_id(conn, company, one.entry)?, "entry", one.entry)?;
        if !GONE.contains(&made_by.kind.as_str()) && !paid_for_merged(conn, &one, &made_by)? {
            found.push(one);
        }
    }
    Ok(found)
}

/// The first day from the booked one on on which these can be undone and the rest of the credit taken. What was undone before counts
/// between its two days alone.
pub(crate) fn free_day(
    conn: &mut Conn,
    company: CompanyId,
    (credit, allocations): (OpenItemId, &[Allocation]),
    booked: NaiveDate,
) -> Result<NaiveDate, Common> {
    let item = query::open_items::by_ids(conn, company, &[credit])?.pop();
    let rest = there(item, "open item", credit)?.open;
    let free = posting::free_from(conn, company, [(credit, rest)])?;
    let days = allocations.iter().map(|one| one.effective_date.date());
    Ok(days.chain(free.into_values()).fold(booked, NaiveDate::max))
}

/// Undoes [`to_free`] at the day on which the money went back. Gives the entries.
pub(crate) fn set_free(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    allocations: &[Allocation],
    effective: NaiveDate,
) -> Result<Vec<EntryId>, AllocateError> {
    let mut entries = Vec::with_capacity(allocations.len());
    for one in allocations {
        entries.push(undo_in(ctx, tx, actor, one, effective)?.entry);
    }
    Ok(entries)
}

/// Whether it paid, by a transfer, what one owed who was merged since: nothing is posted to her any more.
fn paid_for_merged(conn: &mut Conn, one: &Allocation, made_by: &store::rows::Entry) -> Result<bool, Common> {
    if made_by.kind != TRANSFER {
        return Ok(false);
    }
    let both = query::allocations::of_entry(conn, one.company, one.entry)?;
    let ids: Vec<OpenItemId> = both.iter().flat_map(|one| [one.debit_item, one.credit_item]).collect();
    let items = query::open_items::by_ids(conn, one.company, &ids)?;
    let whose: Vec<CustomerId> = items.iter().map(|item| item.customer).collect();
    Ok(!query::customers::merged(conn, one.company, &whose)?.is_empty())
}

/// Kinds of entries by which a part of a credit is gone for good.
const GONE: [&str; 3] = ["refund", "write-off", "adjustment"];

/// Kinds of entries whose own allocation is what they are for.
const OWN: [&str; 8] = [
    "write-off",
    "refund",
    "adjustment",
    "return",
    "bill-endorsement",
    "bill-discount",
    "bill-payment",
    "bill-dishonour",
];

/// As [`undo_in`], also of what the allocation's own document cannot do without: its reversal follows.
pub(crate) fn undo_own(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &Allocation,
    effective: NaiveDate,
) -> Result<Allocated, AllocateError> {
    let undone = undo_alone(ctx, tx, actor, row, effective)?;
    discount::take_back(ctx, tx, actor, row, effective)?;
    Ok(undone)
}

fn undo_alone(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &Allocation,
    effective: NaiveDate,
) -> Result<Allocated, AllocateError> {
    let company = row.company;
    period::hold_open(tx, company, effective)?;
    let since = row.effective_date.date();
    if effective < since {
        return Err(Common::TooEarly { effective, what: format!("allocation {}", row.id), since }.into());
    }
    if row.reverses.is_some() {
        return Err(AllocateError::AlreadyUndone(row.id));
    }
    let made_by = there(query::entries::by_id(tx, company, row.entry)?, "entry", row.entry)?;
    match made_by.kind.as_str() {
        "reversal" => return Err(AllocateError::OfReversal(row.id)),
        TRANSFER if query::merges::is_of_merge(tx, company, made_by.id)? => {
            return Err(AllocateError::OfMerge(row.id));
        }
        TRANSFER => {
            let act = Act { ctx, actor, company, effective, proposal: None };
            return transfer::undo(&act, tx, &made_by, row.id);
        }
        _ => {}
    }
    // the items are locked first: of two who undo at once the second then sees that it was done
    let (mut debit, mut credit) = load_pair(tx, company, row.debit_item, row.credit_item)?;
    if query::allocations::undoing(tx, company, row.id)?.is_some() {
        return Err(AllocateError::AlreadyUndone(row.id));
    }
    let base = company_row(tx, company)?.base_currency;
    let id = AllocationId::new(ctx.uuid());
    let entry_id = EntryId::new(ctx.uuid());
    let of = NewAllocation {
        id: row.id,
        debit_item: row.debit_item,
        credit_item: row.credit_item,
        currency: row.currency,
        amount: row.amount,
        base_debit: row.base_debit,
        base_credit: row.base_credit,
        reverses: None,
    };
    let done = unallocate(id, &of, &mut debit.balance, &mut credit.balance)?;
    let entry = Entry::try_new(EntryDraft {
        // a receipt's own entry stands, with what else it pays: the allocation itself says what it undoes
        reverses: (made_by.kind == "allocation").then_some(row.entry),
        postings: done.postings,
        allocations: vec![done.allocation],
        ..draft(ctx, actor, company, entry_id, "unallocation", effective, base)
    })?;
    let data = json!({"reverses": row.id.to_string()});
    let event = event::carried(ctx, actor, company, ("allocation.undone", id), data, entry_id.uuid());
    posting::write(tx, &entry, &[debit, credit], vec![event])?;
    Ok(Allocated { id, entry: entry_id, fx_gain: fx_gain(&entry, base)? })
}
