//! What a reversal does about deliveries: what the document billed is open again, and what a credit note gave back is not.

use super::reverse::ReverseError;
use crate::allocation;
use crate::common::{Common, Context};
use crate::delivery::rebill::{self, TakenAway};
use crate::delivery::{self, billing::Unbilled};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{EntryId, OpenItemId};
use store::query::history::DocumentHistory;
use store::rows::{self, DeliveryLink, OpenItem};
use store::{Conn, Tx, query};

/// No day before something became of what a credit note gave back: until then it is what the original bills no more. Nor one before its
/// original bills again what a credit note that was taken back had given.
pub(super) fn given_since(
    conn: &mut Conn,
    of: &rows::Document,
    entry: EntryId,
    (own_day, wanted): (NaiveDate, Option<NaiveDate>),
) -> Result<NaiveDate, Common> {
    let since = match of.original.filter(|_| of.kind == "credit-note") {
        Some(original) => rebill::since(conn, of.company, (original, entry))?,
        None => billed_since(conn, of, entry)?,
    };
    let since = since.unwrap_or(own_day);
    match wanted {
        Some(effective) if effective < since => {
            Err(Common::TooEarly { effective, what: of.number.clone(), since })
        }
        _ => Ok(own_day.max(since)),
    }
}

/// The last day on which it cleared what deliveries accrued; none where it clears nothing of them.
fn billed_since(conn: &mut Conn, of: &rows::Document, entry: EntryId) -> Result<Option<NaiveDate>, Common> {
    let mut since = None;
    for item in query::open_items::billed_by(conn, of.company, of.id, entry)? {
        let all = query::allocations::of_item(conn, of.company, item.id)?;
        let days = allocation::standing(all).into_iter().map(|one| one.effective_date.date());
        since = days.max().max(since);
    }
    Ok(since)
}

/// What of deliveries it billed is open again, and what it gave back is not.
pub(super) fn links_of(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    original: &DocumentHistory,
    posted: EntryId,
    (effective, reversal): (NaiveDate, EntryId),
) -> Result<Vec<DeliveryLink>, ReverseError> {
    let of = &original.document;
    let number = || of.number.clone();
    let mut links = Vec::new();
    if let Some(corrected) = of.original.filter(|_| of.kind == "credit-note") {
        let at = (effective, reversal.uuid());
        match rebill::taken_away(ctx, tx, of.company, (corrected, posted), at)? {
            TakenAway::Open(restored) => links.extend(restored),
            TakenAway::Gone(delivery, by) => {
                return Err(ReverseError::Rebilled { number: number(), delivery, by });
            }
        }
    }
    match delivery::billing::unbilled(ctx, tx, of.company, of.id, (effective, reversal.uuid()))? {
        Unbilled::Open(open) => links.extend(open),
        Unbilled::Named(delivery) => return Err(ReverseError::Delivered { number: number(), delivery }),
    }
    Ok(links)
}

/// What a credit note parted of accruals: pairs that clear each other again once it is reversed.
///
/// # Errors
/// A later credit note gave back of what it left billed.
pub(super) fn parted(
    conn: &mut Conn,
    of: &rows::Document,
    entry: EntryId,
) -> Result<Vec<(OpenItemId, OpenItemId)>, ReverseError> {
    let parted = rebill::parted(conn, of.company, (of.id, entry))?;
    let Some(later) = parted.later else { return Ok(parted.pairs) };
    let by = query::documents::by_id(conn, of.company, later)?.map(|row| row.number);
    Err(ReverseError::Corrected { number: of.number.clone(), by: by.unwrap_or_default() })
}

/// Undoes what its entry released of deliveries, and gives the items by which it did, held.
pub(super) fn free_billed(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    original: &DocumentHistory,
    entry: EntryId,
    effective: NaiveDate,
) -> Result<Vec<OpenItem>, ReverseError> {
    let of = &original.document;
    let billed = query::open_items::billed_by(tx, of.company, of.id, entry)?;
    for item in &billed {
        let all = query::allocations::of_item(tx, of.company, item.id)?;
        for allocation in allocation::standing(all) {
            allocation::undo_own(ctx, tx, actor, &allocation, effective)?;
        }
    }
    let ids: Vec<OpenItemId> = billed.iter().map(|item| item.id).collect();
    Ok(query::open_items::lock(tx, of.company, &ids)?)
}
