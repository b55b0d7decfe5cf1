//! What an invoice, debit note or credit note bills of deliveries: bounded by what is open, in the transaction that writes it, and released from what
//! they accrued, in its entry.

use super::{
    Loaded, find, hold, link_data, rebill::Again, rebill::standing, refuse_part, write::accrued_item,
};
use crate::allocation::AllocateError;
use crate::books;
use crate::common::{Common, Context};
use crate::posting::Relieved;
use chrono::NaiveDate;
use domain::delivery::{self as goods, Part, Wanted};
use domain::ids::{
    AllocationId, CompanyId, CustomerId, DeliveryId, DeliveryLinkId, DocumentId, EntryId, OpenItemId,
};
use domain::ledger::{EntryDraft, Release, release};
use money::{Currency, Minor, Money, normal_form};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use store::rows::{DeliveryLink, OpenItem};
use store::types::DeliveryLinkKind;
use store::{Conn, Tx, query};
use uuid::Uuid;

/// How much of a line: a quantity, or an amount of its net; where neither is said, all that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WantedPart {
    pub quantity: Option<Decimal>,
    /// Major units.
    pub amount: Option<Decimal>,
}

impl WantedPart {
    /// With the member that says it.
    pub(super) fn checked(self, currency: Currency) -> Result<(Wanted, &'static str), Common> {
        Ok(match (self.quantity, self.amount) {
            (Some(quantity), _) => (Wanted::Quantity(quantity), "quantity"),
            (None, Some(amount)) => {
                (Wanted::Amount(Money::from_decimal(amount, currency)?.bounded()?.minor()), "amount")
            }
            (None, None) => (Wanted::Open, "line"),
        })
    }
}

/// A line of a delivery that a document bills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryPart {
    /// Id, number, or number of the slip.
    pub delivery: String,
    /// Of the delivery.
    pub line: u32,
    /// Of the document that bills it, from 1; default: its only one.
    pub document_line: Option<u32>,
    pub wanted: WantedPart,
}

/// What bills: the ids are made before the write.
pub(crate) struct Bill<'a> {
    pub company: CompanyId,
    pub customer: CustomerId,
    pub currency: Currency,
    /// An invoice or debit note bills deliveries, a credit note returns.
    pub charges: bool,
    pub effective: NaiveDate,
    pub document: DocumentId,
    pub entry: EntryId,
    /// Of its lines.
    pub quantities: &'a [Decimal],
}

/// What is billed, held until the transaction ends.
#[derive(Debug, Default)]
pub(crate) struct Billing {
    links: Vec<DeliveryLink>,
    /// What of its original's it gives back.
    again: Vec<DeliveryLink>,
    /// Accrued items, with how much of each is billed; before them those that billed what it gives back.
    accrued: Vec<(OpenItem, Minor)>,
    currency: Option<Currency>,
}

/// Whether a line of a document has so much left that no delivery names.
pub(super) fn check_line(
    links: &[DeliveryLink],
    number: u32,
    quantity: Decimal,
    taken: Part,
) -> Result<(), String> {
    let named = links.iter().filter(|link| link.document_line == Some(number)).map(|link| link.quantity);
    let sum = named.chain([taken.quantity]).try_fold(Decimal::ZERO, Decimal::checked_add);
    match sum {
        Some(sum) if sum <= quantity.abs() => Ok(()),
        _ => Err(format!(
            "comes with other parts to more than the {} of line {number} of the document",
            normal_form(quantity.abs())
        )),
    }
}

impl Billing {
    /// Holds the deliveries and takes what is wanted of each. Of two documents that want the same the second finds what the first left.
    pub fn hold(
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        bill: &Bill<'_>,
        parts: &[DeliveryPart],
    ) -> Result<Self, Common> {
        if parts.is_empty() {
            return Ok(Billing::default());
        }
        let mut names: Vec<DeliveryId> = Vec::with_capacity(parts.len());
        for part in parts {
            names.push(find(tx, bill.company, &part.delivery)?.id);
        }
        let mut held = hold(tx, bill.company, &names)?;
        let mut billing = Billing { currency: Some(bill.currency), ..Billing::default() };
        let mut accrued: BTreeMap<DeliveryId, Minor> = BTreeMap::new();
        for (n, (part, id)) in parts.iter().zip(&names).enumerate() {
            let Some(of) = held.get_mut(id) else { return Err(Common::not_found("delivery", id)) };
            let link = take(ctx, bill, (n, part), of, &billing.links)?;
            if of.row.document.is_some() && !link.amount.is_zero() {
                let sum = accrued.entry(*id).or_default();
                *sum = sum.add(link.amount)?;
            }
            of.links.push(link.clone());
            billing.links.push(link);
        }
        for (id, amount) in accrued {
            let Some(document) = held.get(&id).and_then(|of| of.row.document) else { continue };
            billing.accrued.push((accrued_item(tx, bill.company, document)?, amount));
        }
        Ok(billing)
    }

    /// It gives back so much of what its original bills; gives how much by line.
    pub fn give_back(&mut self, again: Again, currency: Currency) -> BTreeMap<u32, Decimal> {
        self.again = again.links;
        self.accrued.extend(again.released);
        self.currency = Some(currency);
        again.quantities
    }

    /// Takes back in the document's entry what the deliveries accrued.
    pub fn release(
        &self,
        ctx: &Context<'_>,
        conn: &mut Conn,
        draft: EntryDraft,
    ) -> Result<(EntryDraft, Vec<Relieved>), AllocateError> {
        if self.accrued.is_empty() {
            return Ok((draft, Vec::new()));
        }
        // what was accrued stands on an account of the company's, so must what clears it
        let mut draft = books::resolved(conn, draft)?;
        let mut relieved = Vec::with_capacity(self.accrued.len().saturating_mul(2));
        for (row, amount) in &self.accrued {
            let mut accrued = Relieved::load(row);
            let ids = Release {
                item: OpenItemId::new(ctx.uuid()),
                allocation: AllocationId::new(ctx.uuid()),
                amount: *amount,
            };
            let balance = release(&mut draft, &mut accrued.balance, ids)?;
            relieved.extend([accrued, Relieved { version: 1, balance }]);
        }
        Ok((draft, relieved))
    }

    pub fn links(&self) -> &[DeliveryLink] {
        &self.links
    }

    /// As the event of the document carries it; none where nothing is billed.
    pub fn data(&self) -> Option<Value> {
        let currency = self.currency?;
        Some(Value::Array(
            self.links.iter().chain(&self.again).map(|link| link_data(link, currency)).collect(),
        ))
    }

    /// Writes what is billed; the document is there.
    pub fn write(&self, tx: &mut Tx<'_>) -> Result<(), Common> {
        query::deliveries::insert_links(tx, &self.links)?;
        Ok(query::deliveries::insert_links(tx, &self.again)?)
    }
}

fn take(
    ctx: &Context<'_>,
    bill: &Bill<'_>,
    (n, part): (usize, &DeliveryPart),
    of: &Loaded,
    taken_already: &[DeliveryLink],
) -> Result<DeliveryLink, Common> {
    let at = |field: &str| format!("/deliveries/{n}/{field}");
    let row = &of.row;
    if row.customer != bill.customer || row.currency != bill.currency {
        let message = format!("{} is of another customer or currency", row.number);
        return Err(Common::invalid(at("delivery"), message));
    }
    let line = of
        .line(part.line)
        .ok_or_else(|| Common::invalid(at("line"), format!("{} has no line {}", row.number, part.line)))?;
    if line.quantity.is_sign_negative() == bill.charges {
        let message = match bill.charges {
            true => "is a return: a credit note bills it",
            false => "is a delivery: an invoice bills it",
        };
        return Err(Common::invalid(at("delivery"), message));
    }
    if row.delivered_on > bill.effective {
        let message = format!(
            "is of {}, after what bills it: give the document in the `invoices` of the delivery instead",
            row.delivered_on
        );
        return Err(Common::invalid(at("delivery"), message));
    }
    let number = match (part.document_line, bill.quantities) {
        (Some(number), _) => number,
        (None, [_]) => 1,
        (None, _) => {
            return Err(Common::invalid(at("document_line"), "is required: the document has several lines"));
        }
    };
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let theirs = index.and_then(|index| bill.quantities.get(index));
    let theirs = theirs.ok_or_else(|| Common::invalid(at("document_line"), "is no line of the document"))?;
    let (wanted, member) = part.wanted.checked(bill.currency)?;
    let taken = goods::take(of.open(line)?, wanted, bill.currency)
        .map_err(|error| refuse_part(&at(member), error))?;
    check_line(taken_already, number, *theirs, taken)
        .map_err(|message| Common::invalid(at(member), message))?;
    Ok(DeliveryLink {
        company: bill.company,
        id: DeliveryLinkId::new(ctx.uuid()),
        delivery: row.id,
        line: line.line,
        kind: DeliveryLinkKind::Billed,
        document: Some(bill.document),
        document_line: Some(number),
        returned_by: None,
        quantity: taken.quantity,
        amount: taken.amount,
        effective_date: bill.effective,
        seal_ref: bill.entry.uuid(),
        undoes: None,
    })
}

/// What a reversed document billed and what is open again by it. A delivery that named the document when it was recorded accrued so much
/// less: it stands in the way.
pub(crate) enum Unbilled {
    Open(Vec<DeliveryLink>),
    /// Number of the delivery.
    Named(String),
}

/// The number of a delivery that was recorded as of a document, and stands.
pub(crate) fn named_by(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> Result<Option<String>, Common> {
    let all = query::deliveries::links_of_documents(conn, company, &[document])?;
    for link in standing(&all) {
        if let Some(number) = recorded_with(conn, link)? {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// The number of its delivery, if that named what it bills when it was recorded.
fn recorded_with(conn: &mut Conn, link: &DeliveryLink) -> Result<Option<String>, Common> {
    let delivery = query::deliveries::by_id(conn, link.company, link.delivery)?;
    Ok(delivery.filter(|delivery| delivery.seal_ref == link.seal_ref).map(|delivery| delivery.number))
}

/// What the reversal of a document takes back of what it billed; nothing is written.
pub(crate) fn unbilled(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    document: DocumentId,
    (effective, seal): (NaiveDate, Uuid),
) -> Result<Unbilled, Common> {
    let all = query::deliveries::links_of_documents(tx, company, &[document])?;
    let mut undone = Vec::with_capacity(all.len());
    for link in standing(&all) {
        if let Some(number) = recorded_with(tx, link)? {
            return Ok(Unbilled::Named(number));
        }
        let part = link.part().neg()?;
        undone.push(DeliveryLink {
            id: DeliveryLinkId::new(ctx.uuid()),
            quantity: part.quantity,
            amount: part.amount,
            effective_date: effective,
            seal_ref: seal,
            undoes: Some(link.id),
            ..link.clone()
        });
    }
    Ok(Unbilled::Open(undone))
}
