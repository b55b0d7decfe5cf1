//! What refuses to reverse a document with its import, as far as reading tells: nothing is held, and nothing written. It refuses
//! nothing that [`super::reverse_in`] would not; what that alone can tell is left to it.

use super::goods::given_since;
use super::issued::{self, stated};
use super::reverse::{How, ReverseError, day, in_tax_invoice};
use crate::allocation;
use crate::common::{Common, there};
use crate::delivery::{billing, came_back, deferral};
use crate::period;
use chrono::NaiveDate;
use domain::ids::DocumentId;
use store::rows::{self, Allocation, Entry, OpenItem};
use store::{Conn, query};

/// Whether a document is of the same import, and is taken back before.
pub(crate) type Goes<'a> = dyn FnMut(&mut Conn, DocumentId) -> Result<bool, Common> + 'a;

/// As it would be reversed: without a date on its own day.
pub(crate) fn foreseen(
    conn: &mut Conn,
    of: &rows::Document,
    effective: Option<NaiveDate>,
    goes: &mut Goes<'_>,
) -> Result<(), ReverseError> {
    let (company, number) = (of.company, || of.number.clone());
    let items = query::open_items::of_document(conn, company, of.id)?;
    let Some(entry) = items.first().map(|item| item.entry) else { return Ok(()) };
    let mut corrected = false;
    for by in super::standing_on(conn, company, of.id)? {
        if !goes(conn, by.id)? {
            return Err(ReverseError::Corrected { number: number(), by: by.number });
        }
        corrected = true;
    }
    if let Some(delivery) = came_back::waits_for(conn, company, of.id)? {
        return Err(ReverseError::Returned { number: number(), delivery });
    }
    if let Some(refused) = in_tax_invoice(conn, of)? {
        return Err(refused);
    }
    if let Some(delivery) = billing::named_by(conn, company, of.id)? {
        return Err(ReverseError::Delivered { number: number(), delivery });
    }
    let own_day = match (effective, freed(conn, of, &items, goes)?) {
        (None, Some(last)) => of.effective_date.max(last),
        _ => day(conn, of, &items, effective)?,
    };
    let own_day = given_since(conn, of, entry, (own_day, effective))?;
    let how = How { of_import: true, ..How::of("import-undone") };
    issued::check(conn, of, entry, (how, effective.is_some()))?;
    let waits = !query::deferrals::moved_by(conn, company, entry.uuid())?.is_empty();
    let on = match (waits, corrected || of.original.is_some()) {
        (false, _) => own_day,
        (true, false) => deferral::taken_back(conn, company, entry.uuid(), (effective, own_day))?.1,
        // what waits of its lines is known once others are taken back
        (true, true) => return Ok(()),
    };
    period::check_open(conn, company, on)?;
    match stated(conn, of, entry, on)? {
        Some((statement, cut_off)) => Err(ReverseError::Stated { number: number(), statement, cut_off }),
        None => Ok(()),
    }
}

/// That nothing clears its items but what goes with it or is taken back before; gives the last day on which anything did, if something
/// does: it is free on no later one.
fn freed(
    conn: &mut Conn,
    of: &rows::Document,
    items: &[OpenItem],
    goes: &mut Goes<'_>,
) -> Result<Option<NaiveDate>, ReverseError> {
    let (mut last, mut active) = (None, 0_usize);
    for item in items {
        let all = query::allocations::of_item(conn, of.company, item.id)?;
        let day = all.iter().map(|one| one.effective_date.date()).max();
        for one in allocation::standing(all) {
            match goes_with(conn, of, (item, &one), goes)? {
                true => last = last.max(day),
                false => active = active.saturating_add(1),
            }
        }
    }
    match active {
        0 => Ok(last),
        allocations => Err(ReverseError::Allocated { number: of.number.clone(), allocations }),
    }
}

/// What a receipt paid when it was recorded, and what a credit note clears of its original, goes with it; what another document of the
/// import cleared is free once that is taken back.
fn goes_with(
    conn: &mut Conn,
    of: &rows::Document,
    (item, one): (&OpenItem, &Allocation),
    goes: &mut Goes<'_>,
) -> Result<bool, Common> {
    if one.proposal.is_some() {
        return Ok(false);
    }
    if of.kind == "receipt" {
        let mut made = |id| -> Result<Entry, Common> {
            there(query::entries::by_id(conn, of.company, id)?, "entry", id)
        };
        let (recorded, by) = (made(item.entry)?, made(one.entry)?);
        return Ok((by.posted_at, by.created_by) == (recorded.posted_at, recorded.created_by));
    }
    let other = if one.debit_item == item.id { one.credit_item } else { one.debit_item };
    let other = query::open_items::by_ids(conn, of.company, &[other])?.pop();
    match other.and_then(|item| item.document) {
        Some(document) if of.original == Some(document) => Ok(true),
        Some(document) => goes(conn, document),
        None => Ok(false),
    }
}
