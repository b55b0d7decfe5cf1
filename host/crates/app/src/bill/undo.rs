//! Takes an act back (冲销): its document is reversed, and the bill stands as before it. The last act first; a dishonour that is taken back
//! pays again what the bill had paid, and the receipt that is taken back leaves what it paid open.

use super::act::{Pairs, cleared, told};
use super::document::head;
use super::{BillError, Posted, next, record, standing};
use crate::allocation::{self, allocate_in};
use crate::audit::rebuild;
use crate::common::{Context, there};
use crate::company::company_row;
use crate::document::{self, How, ReverseError, Reversed, composed, recommitted, stated};
use crate::posting::{self, Relieved};
use crate::{advance, event, period, reconciliation, suspense};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::bill::{BillAct, BillStanding, BillStep};
use domain::ids::{CompanyId, OpenItemId};
use domain::ledger::{ReversalPosting, post_reversal};
use serde_json::json;
use store::query::history::DocumentHistory;
use store::rows::{Allocation, Bill, BillActed, OpenItem};
use store::{Tx, query};

/// Reverses the document of an act inside a transaction of the caller, who has authorised it. Without a date on its own day, or as
/// soon afterwards as it can be.
pub(crate) fn undo_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    original: &DocumentHistory,
    date: Option<NaiveDate>,
    how: How<'_>,
) -> Result<Reversed, ReverseError> {
    let of = &original.document;
    let company = of.company;
    let act = there(query::bills::act_of_document(tx, company, of.id)?, "bill of document", of.id)?;
    let bill = there(query::bills::lock(tx, company, act.bill)?, "bill", act.bill)?;
    let (mut standing, acts) = standing(tx, &bill)?;
    let on = day(tx, (&bill, &act), &standing, date)?;
    let step = BillStep { n: next(&acts), act: BillAct::Undone, recourse: false, on, undoes: Some(act.n) };
    standing.apply(step).map_err(BillError::from).map_err(boxed)?;
    period::hold_open(tx, company, on)?;
    if let Some((statement, cut_off)) = stated(tx, of, act.entry, on)? {
        return Err(ReverseError::Stated { number: of.number.clone(), statement, cut_off });
    }
    let paid = undone_by(tx, &bill, &act, of)?;
    let items = set_free(ctx, tx, actor, (&bill, &act), on)?;
    if let Some(item) = items.iter().find(|item| item.open != item.original) {
        let all = query::allocations::of_item(tx, company, item.id)?;
        let allocations = allocation::standing(all).len();
        return Err(ReverseError::Allocated { number: of.number.clone(), allocations });
    }

    let row = company_row(tx, company)?;
    let words = how.reason.map(str::to_owned).or_else(|| of.text.clone());
    let text = recommitted(ctx, tx, original, words.clone())?;
    let mirror = composed(ctx, tx, company, original, on, text.commitment)?;
    let digest = mirror.digest()?;
    let head = head(ctx, actor, &row, (&mirror, digest));
    let posted = Posted { document: mirror.id, number: mirror.number.clone(), entry: head.entry };
    let postings =
        query::entries::postings_of(tx, company, &[act.entry])?.iter().map(rebuild::posting).collect();
    // setting its money free moves the tax of an advance
    let postings = advance::without(tx, company, act.entry, postings)?;
    let made: Vec<(OpenItem, OpenItemId)> =
        items.into_iter().map(|item| (item, OpenItemId::new(ctx.uuid()))).collect();
    let pairs: Pairs = made.iter().map(|(item, counter)| (*counter, Relieved::load(item))).collect();
    let items = made.iter().map(|(item, counter)| (rebuild::item(item), *counter)).collect();
    let draft = post_reversal(ReversalPosting { head, reverses: act.entry, postings, items })?;
    let (entry, relieved) = cleared(ctx, tx, draft, pairs).map_err(boxed)?;
    query::documents::release_external_id(tx, company, of.id)?;
    let extra = document::Extra { text: words, ..document::Extra::default() };
    let mirror_row = document::row(ctx, actor, company, (&mirror, digest), &text, extra);
    document::insert(tx, &mirror_row, &mirror, document::RowTexts::default())?;
    let data = json!({
        "number": mirror.number, "entry": posted.entry.to_string(), "reverses": of.id.to_string(), "why": how.why,
    });
    let reversed =
        event::carried(ctx, actor, company, ("document.reversed", mirror.id), data, posted.entry.uuid());
    let undone = told(ctx, actor, &bill, step, (&posted, None));
    let suspended = suspense::of_reversal(ctx, tx, actor, of, (posted.entry, on))?;
    let events = [reversed, undone].into_iter().chain(suspended.iter().map(|(event, _)| event.clone()));
    posting::write(tx, &entry, &relieved, events.collect())?;
    if let Some((_, moved)) = suspended {
        query::suspense::insert_move(tx, &moved)?;
    }
    record(ctx, tx, actor, (&bill, &standing), step, &posted)?;
    if let Some(line) = of.bank_line {
        query::documents::release_bank_line(tx, company, of.id)?;
        reconciliation::give_back(tx, company, line)?;
    }
    pay_again(ctx, tx, actor, company, &paid, on)?;
    let Posted { document, number, entry } = posted;
    Ok(Reversed { document, number, entry })
}

/// Refusals of a bill's own are told as such; what it shares with other use-cases as theirs.
fn boxed(error: BillError) -> ReverseError {
    match error {
        BillError::Common(common) => ReverseError::Common(common),
        BillError::Ledger(ledger) => ReverseError::Ledger(ledger),
        BillError::Allocate(inner) => ReverseError::Allocation(inner),
        other => ReverseError::Bill(Box::new(other)),
    }
}

/// What is asked for, else the act's own day; not before anything that was done with the bill since, nor before what it paid can be
/// undone.
fn day(
    tx: &mut Tx<'_>,
    (bill, act): (&Bill, &BillActed),
    standing: &BillStanding,
    date: Option<NaiveDate>,
) -> Result<NaiveDate, ReverseError> {
    if let Some(date) = date {
        return Ok(date);
    }
    let own = standing.since().map_or(act.effective_date, |since| since.max(act.effective_date));
    if act.act != BillAct::Received {
        return Ok(own);
    }
    let all = query::allocations::of_item(tx, bill.company, bill.credit_item)?;
    Ok(all.iter().map(|allocation| allocation.effective_date.date()).fold(own, NaiveDate::max))
}

/// Undoes the allocations that rest on the act's items: what it cleared in its own entry, and of the receipt what it paid. Gives the
/// items, held.
fn set_free(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (bill, act): (&Bill, &BillActed),
    on: NaiveDate,
) -> Result<Vec<OpenItem>, ReverseError> {
    let company = bill.company;
    let made = query::open_items::of_document(tx, company, act.document)?;
    let ids: Vec<OpenItemId> =
        made.iter().filter(|item| item.entry == act.entry).map(|item| item.id).collect();
    for id in &ids {
        let all = allocation::standing(query::allocations::of_item(tx, company, *id)?);
        for one in all {
            if act.act == BillAct::Received {
                allocation::undo_in(ctx, tx, actor, &one, on)?;
            } else if one.entry == act.entry {
                // a fee that the customer paid stands: that is taken back first
                allocation::undo_own(ctx, tx, actor, &one, on)?;
            }
        }
    }
    Ok(query::open_items::lock(tx, company, &ids)?)
}

/// What a dishonour had undone, by the instant at which it did: (what was owed, how much). A transfer to another of the family is made
/// anew.
fn undone_by(
    tx: &mut Tx<'_>,
    bill: &Bill,
    act: &BillActed,
    of: &store::rows::Document,
) -> Result<Vec<(OpenItemId, Allocation)>, ReverseError> {
    if act.act != BillAct::Dishonoured {
        return Ok(Vec::new());
    }
    let company = bill.company;
    let mut found = Vec::new();
    for undoing in query::allocations::of_item(tx, company, bill.credit_item)? {
        let Some(owed) = allocation::had_paid(tx, &undoing, of.created_at)? else { continue };
        found.push((owed, undoing));
    }
    Ok(found)
}

/// Pays it again, from then on.
fn pay_again(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    paid: &[(OpenItemId, Allocation)],
    on: NaiveDate,
) -> Result<(), ReverseError> {
    for (owed, undoing) in paid {
        let (pair, amount) = ((*owed, undoing.credit_item), undoing.amount.abs()?);
        let free = posting::free_from(tx, company, [(pair.0, amount), (pair.1, amount)])?;
        let from = free.into_values().fold(on, NaiveDate::max);
        allocate_in(ctx, tx, actor, company, pair, amount, from, None)?;
    }
    Ok(())
}
