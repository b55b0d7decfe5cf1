//! What a credit note gives back of the deliveries that its original bills (红冲重开): the goods stay with the customer and are billed
//! anew. What billed a line is taken back whole, and what stays billed of it stands again, both under the credit note's entry; so is
//! what cleared the accrual. The reversal of the credit note puts back what stood, unless something became of it meanwhile.

use super::came_back::{Sold, add};
use super::{Loaded, hold, refuse_part, write::accrued_item};
use crate::allocation::{self, AllocateError};
use crate::common::{Common, Context, there};
use crate::document::standing_corrections;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::deferral::{Credited, taken_undelivered, takes_goods};
use domain::delivery::{Part, Wanted, take};
use domain::document::{Document, DocumentLine};
use domain::ids::{CompanyId, DeliveryId, DeliveryLinkId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{BILLED, DELIVERY};
use money::{Minor, normal_form};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{self, DeliveryLink, OpenItem, ReturnedLine};
use store::{Conn, Tx, query};
use uuid::Uuid;

/// What a credit note gives back.
#[derive(Debug, Default)]
pub(crate) struct Again {
    /// What took the billing back, and what of it stays.
    pub links: Vec<DeliveryLink>,
    /// The items that billed, whole, and the deliveries' with what stays billed.
    pub released: Vec<(OpenItem, Minor)>,
    /// By line of the credit note.
    pub quantities: BTreeMap<u32, Decimal>,
}

/// The document that gives back, its entry, and what it bills of returns itself.
pub(crate) struct By<'a> {
    pub company: CompanyId,
    pub document: &'a Document,
    pub entry: EntryId,
    pub returns: &'a [DeliveryLink],
}

/// What nothing took back.
pub(crate) fn standing(all: &[DeliveryLink]) -> impl Iterator<Item = &DeliveryLink> {
    let undone: BTreeSet<DeliveryLinkId> = all.iter().filter_map(|link| link.undoes).collect();
    all.iter().filter(move |link| link.undoes.is_none() && !undone.contains(&link.id))
}

/// Holds what the original bills and gives back what the lines of the credit note take of it. What cleared the accrual is undone.
pub(crate) fn given_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    by: &By<'_>,
) -> Result<Again, AllocateError> {
    let nothing = || Common::invalid("/rebill", "nothing that it credits bills a delivery");
    let original = by.document.original.ok_or_else(nothing)?;
    let named = query::deliveries::links_of_documents(tx, by.company, &[original])?;
    let ids: Vec<DeliveryId> = named.iter().map(|link| link.delivery).collect();
    let held = hold(tx, by.company, &ids)?;
    let all: Vec<DeliveryLink> = held.values().flat_map(|of| of.links.iter().cloned()).collect();
    let mut billed: Vec<DeliveryLink> =
        standing(&all).filter(|link| link.document == Some(original)).cloned().collect();
    billed.sort_by_key(|link| (link.effective_date, link.id));
    let mut again = Again::default();
    let mut wanted: BTreeMap<u32, Decimal> = BTreeMap::new();
    let theirs = query::documents::lines_of(tx, by.company, &[original])?;
    let sold = Sold::of(tx, by.company, &[original])?;
    let returns: Vec<DeliveryId> = by.returns.iter().map(|link| link.delivery).collect();
    let named = query::deliveries::returned_by(tx, by.company, &returns)?;
    for line in by.document.lines.iter().filter(|line| line.nature != "discount") {
        let Some(of) = theirs.iter().find(|of| Some(of.line) == line.original_line) else { continue };
        let own: Vec<&DeliveryLink> =
            billed.iter().filter(|link| link.document_line == Some(of.line)).collect();
        if own.is_empty() {
            continue;
        }
        let taken = wanted.get(&of.line).copied().unwrap_or_default();
        let Some(quantity) = wanted_of(by, (&sold, &named), (line, of), (own.as_slice(), taken))? else {
            continue;
        };
        wanted.insert(of.line, add(taken, quantity)?);
        again.quantities.insert(line.line, quantity);
    }
    let mut given: BTreeMap<DeliveryId, Minor> = BTreeMap::new();
    let mut ahead: BTreeSet<&str> = BTreeSet::new();
    for link in &billed {
        let Some(left) = link.document_line.and_then(|line| wanted.get_mut(&line)) else { continue };
        let part = part_of(by, link, left)?;
        if part.is_nothing() {
            continue;
        }
        if let Some(of) = held.get(&link.delivery).filter(|of| of.row.seal_ref == link.seal_ref) {
            ahead.insert(&of.row.number);
            continue;
        }
        again.links.extend(moved(ctx, by, link, part)?);
        let sum = given.entry(link.delivery).or_default();
        *sum = sum.add(part.amount)?;
    }
    if !ahead.is_empty() {
        return Err(recorded_ahead(tx, by.company, original, &ahead)?.into());
    }
    if again.links.is_empty() {
        return Err(nothing().into());
    }
    again.released = released(ctx, tx, actor, by, (original, &held), given)?;
    Ok(again)
}

/// Deliveries that were recorded as of the original stand in the way (先开票后发货): they accrued so much less.
fn recorded_ahead(
    conn: &mut Conn,
    company: CompanyId,
    original: DocumentId,
    ahead: &BTreeSet<&str>,
) -> Result<Common, Common> {
    /// Numbers that are told.
    const TOLD: usize = 10;
    let row = there(query::documents::by_id(conn, company, original)?, "document", original)?;
    let mut deliveries = ahead.iter().take(TOLD).copied().collect::<Vec<_>>().join(", ");
    if ahead.len() > TOLD {
        deliveries.push_str(", …");
    }
    let number = row.number;
    Ok(Common::invalid(
        "/rebill",
        format!(
            "recorded as of {number}: {deliveries}. Reverse each of these deliveries, and record it anew once that is credited"
        ),
    ))
}

/// How much of what its original bills a line gives back: what it credits besides returns, and no more than the original bills less
/// what came back. Nothing where no goods of it are billed any more.
fn wanted_of(
    by: &By<'_>,
    (sold, named): (&Sold, &[ReturnedLine]),
    (line, of): (&DocumentLine, &rows::DocumentLine),
    (billed, taken): (&[&DeliveryLink], Decimal),
) -> Result<Option<Decimal>, Common> {
    let at = |field: &str| format!("/lines/{}/{field}", line.line.saturating_sub(1));
    let returns: Vec<&DeliveryLink> =
        by.returns.iter().filter(|link| link.document_line == Some(line.line)).collect();
    let mut returned = Decimal::ZERO;
    for link in &returns {
        returned = add(returned, link.quantity)?;
    }
    let (quantity, net) = (line.quantity, line.net);
    let credit = Credited { quantity, net, of_quantity: of.quantity, of_net: of.net, returned };
    if !takes_goods(credit)? {
        let message = "lowers the price alone: goods are billed anew where their whole price is credited";
        return Err(Common::invalid(at("unit_price"), message));
    }
    let rest = taken_undelivered(credit)?;
    let by_amount = |link: &&DeliveryLink| link.quantity.is_zero();
    if returns.iter().any(by_amount) {
        // of other units: the line came back whole
        return Ok(None);
    }
    if billed.iter().any(by_amount) {
        if rest != of.quantity || net != of.net {
            let message = "is billed by amount: it is billed anew whole, or not at all";
            return Err(Common::invalid(at("quantity"), message));
        }
        return Ok(Some(rest));
    }
    let pending = pending((sold, named), of, &returns)?;
    let mut left = -taken;
    for link in billed {
        left = add(left, link.quantity)?;
    }
    let (came, _) = sold.credited(of)?;
    for gone in [came, returned, pending] {
        left = add(left, -gone)?;
    }
    if rest > left && !pending.is_zero() {
        let (rest, left) = (normal_form(rest), normal_form(left.max(Decimal::ZERO)));
        return Err(Common::invalid(
            at("quantity"),
            format!(
                "gives {rest} back, and {left} is with the customer: what came back is credited with its return"
            ),
        ));
    }
    let quantity = rest.min(left);
    Ok((quantity > Decimal::ZERO).then_some(quantity))
}

/// How much came back by returns that name the line and that no credit note bills, this one neither.
fn pending(
    (sold, named): (&Sold, &[ReturnedLine]),
    of: &rows::DocumentLine,
    returns: &[&DeliveryLink],
) -> Result<Decimal, Common> {
    let mut pending = sold.back(of);
    for link in returns {
        if named.iter().any(|row| (row.delivery, row.line) == (link.delivery, link.line)) {
            pending = add(pending, -link.quantity)?;
        }
    }
    Ok(pending.max(Decimal::ZERO))
}

/// What of a link is given back, taken off what is wanted of its line; what is billed by amount goes whole.
fn part_of(by: &By<'_>, link: &DeliveryLink, left: &mut Decimal) -> Result<Part, Common> {
    let whole = link.part();
    if whole.quantity.is_zero() {
        return Ok(whole);
    }
    let quantity = whole.quantity.min(*left);
    if quantity <= Decimal::ZERO {
        return Ok(Part::default());
    }
    *left = add(*left, -quantity)?;
    take(whole, Wanted::Quantity(quantity), by.document.currency)
        .map_err(|error| refuse_part("/rebill", error))
}

/// The link taken back whole, and what of it stays.
fn moved(
    ctx: &Context<'_>,
    by: &By<'_>,
    link: &DeliveryLink,
    part: Part,
) -> Result<Vec<DeliveryLink>, Common> {
    let at = (by.document.effective_date, by.entry.uuid());
    let back = undone(ctx, link, at)?;
    let kept = Part { quantity: add(link.quantity, -part.quantity)?, amount: link.amount.sub(part.amount)? };
    if kept.is_nothing() {
        return Ok(vec![back]);
    }
    Ok(vec![back, standing_again(ctx, link, kept, at)])
}

fn undone(
    ctx: &Context<'_>,
    link: &DeliveryLink,
    (effective_date, seal_ref): (NaiveDate, Uuid),
) -> Result<DeliveryLink, Common> {
    let part = link.part().neg()?;
    Ok(DeliveryLink {
        id: DeliveryLinkId::new(ctx.uuid()),
        quantity: part.quantity,
        amount: part.amount,
        effective_date,
        seal_ref,
        undoes: Some(link.id),
        ..link.clone()
    })
}

fn standing_again(
    ctx: &Context<'_>,
    like: &DeliveryLink,
    part: Part,
    (effective_date, seal_ref): (NaiveDate, Uuid),
) -> DeliveryLink {
    DeliveryLink {
        id: DeliveryLinkId::new(ctx.uuid()),
        quantity: part.quantity,
        amount: part.amount,
        effective_date,
        seal_ref,
        undoes: None,
        ..like.clone()
    }
}

/// Undoes what cleared the accruals, and says what the entry of the credit note releases: the items that cleared them, whole, and of
/// each delivery what stays billed.
fn released(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    by: &By<'_>,
    (original, held): (DocumentId, &BTreeMap<DeliveryId, Loaded>),
    given: BTreeMap<DeliveryId, Minor>,
) -> Result<Vec<(OpenItem, Minor)>, AllocateError> {
    // what stays billed after an earlier one of its credit notes is cleared by that one
    let corrections = standing_corrections(tx, by.company, original)?;
    let documents: BTreeSet<DocumentId> = corrections.iter().map(|row| row.id).chain([original]).collect();
    let mut released = Vec::new();
    for (delivery, amount) in given {
        let accrual = held.get(&delivery).and_then(|of| of.row.document);
        let Some(document) = accrual.filter(|_| !amount.is_zero()) else { continue };
        let accrued = accrued_item(tx, by.company, document)?.id;
        let mut whole = Minor::ZERO;
        for (one, other) in partners(tx, by.company, accrued)? {
            if other.kind != BILLED || !other.document.is_some_and(|id| documents.contains(&id)) {
                continue;
            }
            allocation::undo_own(ctx, tx, actor, &one, by.document.effective_date)?;
            for item in query::open_items::lock(tx, by.company, &[other.id])? {
                whole = whole.add(item.open)?;
                let open = item.open;
                released.push((item, open));
            }
        }
        let kept = whole.sub(amount)?;
        if !kept.is_zero() {
            released.push((accrued_item(tx, by.company, document)?, kept));
        }
    }
    Ok(released)
}

/// The item on the other side.
fn across(of: &rows::Allocation, item: OpenItemId) -> OpenItemId {
    if of.debit_item == item { of.credit_item } else { of.debit_item }
}

/// The standing allocations of an item, each with the item on its other side.
fn partners(
    conn: &mut Conn,
    company: CompanyId,
    item: OpenItemId,
) -> Result<Vec<(rows::Allocation, OpenItem)>, Common> {
    let all = query::allocations::of_item(conn, company, item)?;
    let mut found = Vec::new();
    for one in allocation::standing(all) {
        for row in query::open_items::by_ids(conn, company, &[across(&one, item)])? {
            found.push((one.clone(), row));
        }
    }
    Ok(found)
}

/// What an entry of a credit note moved of what its original bills.
fn moved_by(
    conn: &mut Conn,
    company: CompanyId,
    (original, entry): (DocumentId, EntryId),
) -> Result<Vec<DeliveryLink>, Common> {
    let mut links = query::deliveries::links_of_documents(conn, company, &[original])?;
    links.retain(|link| link.seal_ref == entry.uuid());
    Ok(links)
}

/// The last day on which something became of what a credit note gave back; none where it gave nothing back.
pub(crate) fn since(
    conn: &mut Conn,
    company: CompanyId,
    of: (DocumentId, EntryId),
) -> Result<Option<NaiveDate>, Common> {
    let own = moved_by(conn, company, of)?;
    let ids: Vec<DeliveryId> = own.iter().map(|link| link.delivery).collect();
    let lines: BTreeSet<(DeliveryId, u32)> = own.iter().map(|link| (link.delivery, link.line)).collect();
    let all = query::deliveries::links_of(conn, company, &ids)?;
    let days = all.iter().filter(|link| lines.contains(&(link.delivery, link.line)));
    Ok(days.map(|link| link.effective_date).max())
}

/// What the reversal of a credit note takes away of what that gave back.
pub(crate) enum TakenAway {
    Open(Vec<DeliveryLink>),
    /// Numbers of the delivery and of what became of it meanwhile.
    Gone(String, String),
}

/// Puts back what stood before a credit note gave it back; nothing is written.
pub(crate) fn taken_away(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    (original, entry): (DocumentId, EntryId),
    at: (NaiveDate, Uuid),
) -> Result<TakenAway, Common> {
    let own = moved_by(tx, company, (original, entry))?;
    let ids: Vec<DeliveryId> = own.iter().map(|link| link.delivery).collect();
    let mut held = hold(tx, company, &ids)?;
    let mut given: BTreeMap<(DeliveryId, u32, Option<u32>), Part> = BTreeMap::new();
    for link in &own {
        let part = given.entry((link.delivery, link.line, link.document_line)).or_default();
        // what it took back is negative, what stayed positive
        part.quantity = add(part.quantity, -link.quantity)?;
        part.amount = part.amount.sub(link.amount)?;
    }
    let mut links = Vec::new();
    for ((delivery, line, document_line), part) in given {
        let Some(of) = held.get_mut(&delivery) else { continue };
        let Some(row) = of.line(line) else { continue };
        let open = of.open(row)?;
        if open.quantity < part.quantity || open.amount < part.amount {
            let by = became(tx, company, (original, line), of)?;
            return Ok(TakenAway::Gone(of.row.number.clone(), by));
        }
        let key = |link: &&DeliveryLink| {
            (link.document, link.line, link.document_line) == (Some(original), line, document_line)
        };
        let Some(like) = own.iter().filter(|link| link.delivery == delivery).find(key) else { continue };
        let mut whole = part;
        let mut made = Vec::new();
        for link in standing(&of.links).filter(key) {
            whole.quantity = add(whole.quantity, link.quantity)?;
            whole.amount = whole.amount.add(link.amount)?;
            made.push(undone(ctx, link, at)?);
        }
        made.push(standing_again(ctx, like, whole, at));
        of.links.extend(made.iter().cloned());
        links.extend(made);
    }
    Ok(TakenAway::Open(links))
}

/// The number of what bills the line now, or took it back.
fn became(
    conn: &mut Conn,
    company: CompanyId,
    (original, line): (DocumentId, u32),
    of: &Loaded,
) -> Result<String, Common> {
    let other = |link: &&DeliveryLink| link.line == line && link.document != Some(original);
    let last = standing(&of.links).filter(other).last();
    let bills = last.and_then(|link| link.document);
    let returns = last.and_then(|link| link.returned_by);
    let number = match (bills, returns) {
        (Some(id), _) => query::documents::by_id(conn, company, id)?.map(|row| row.number),
        (None, Some(id)) => query::deliveries::by_id(conn, company, id)?.map(|row| row.number),
        (None, None) => None,
    };
    Ok(number.unwrap_or_default())
}

/// What a credit note parted of the accruals that its original cleared.
#[derive(Debug, Default)]
pub(crate) struct Parted {
    /// The deliveries' items, each with what had billed it: one clears the other again once the credit note is reversed.
    pub pairs: Vec<(OpenItemId, OpenItemId)>,
    /// A later credit note, which gave back more of what this one left billed.
    pub later: Option<DocumentId>,
}

pub(crate) fn parted(
    conn: &mut Conn,
    company: CompanyId,
    (note, entry): (DocumentId, EntryId),
) -> Result<Parted, Common> {
    let mut parted = Parted::default();
    for item in query::open_items::billed_by(conn, company, note, entry)? {
        for (_, billed) in partners(conn, company, item.id)? {
            if billed.kind != BILLED {
                continue;
            }
            if item.sign < 0 {
                // by it the note had left a part billed
                parted.later = billed.document;
                continue;
            }
            let all = query::allocations::of_item(conn, company, billed.id)?;
            let ids: Vec<OpenItemId> = all.iter().map(|one| across(one, billed.id)).collect();
            let cleared = query::open_items::by_ids(conn, company, &ids)?;
            if let Some(accrued) = cleared.iter().find(|row| row.kind == DELIVERY) {
                parted.pairs.push((accrued.id, billed.id));
            }
        }
    }
    Ok(parted)
}
