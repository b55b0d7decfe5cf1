//! Deliveries (发货/应计): what was handed over and is to be billed. Where the company accrues, a delivery posts its net against revenue
//! as 应收未开票, a control account of its own, and what bills it takes that back in its own entry.
//!
//! | verb | what | posts, where the company accrues |
//! |---|---|---|
//! | [`record()`] | a delivery, or with negative quantities a return that waits for a credit note | the net that is not invoiced yet |
//! | invoices, debit notes and credit notes with `deliveries` ([`billing`]) | they bill lines, or parts | the release, in the document's entry |
//! | credit notes that [`rebill`] (红冲重开) | what their original bills is open again: the goods stay with the customer | the release taken back, in the credit note's entry |
//! | returns that name lines of invoices ([`came_back`]) | credit notes of those lines alone bill them | |
//! | invoices and debit notes of what is not delivered ([`deferral`]) | where the company defers (合同负债) | their net to contract liabilities, until a delivery names them |
//! | [`give_back()`] | what is not billed comes back | a negative delivery that clears the first |
//! | [`reverse()`] | the whole, as if it had never been | the same |
//! | [`invoice_open()`] | makes the invoices of a customer and a span of days (先对账后开票) | as each invoice does |
//!
//! A delivery that is recorded without accruing is an event of its own in the chain. What became of a line stands in
//! `delivery_links`, in the data of the events, and nowhere else: what is open of it is the rest.

pub(crate) mod billing;
pub(crate) mod came_back;
pub(crate) mod deferral;
mod give_back;
mod invoice_open;
mod named;
mod read;
pub(crate) mod rebill;
mod record;
mod settings;
mod write;

pub use billing::{DeliveryPart, WantedPart};
pub use give_back::{GiveBack, GivenBack, ReverseDelivery, give_back, reverse};
pub(crate) use give_back::{foreseen, take_back_in};
pub use invoice_open::{InvoiceOpen, Invoiced, invoice_open, invoice_open_watched};
pub use read::{DeliveryLineView, DeliveryView, WantedDeliveries, get, held, list};
pub use record::{DeliveryLineInput, InvoicedPart, RecordDelivery, RecordedDelivery, record};
pub(crate) use record::{check, prepare, record_in, refused};
pub(crate) use settings::rule_of;
pub use settings::{
    BillingRule, Settings, billing_rule, held_billing_rule, held_settings, put_billing_rule, put_settings,
    settings,
};

use crate::allocation::AllocateError;
use crate::common::{Common, there};
use crate::document::{TextPart, text_bytes};
use domain::canonical::Digest;
use domain::delivery::{self, Part, PartError};
use domain::ids::{CompanyId, DeliveryId};
use domain::ledger::LedgerError;
use money::{Currency, normal_form};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{Delivery, DeliveryLine, DeliveryLink, ReturnedLine};
use store::{Conn, Tx, query};
use thiserror::Error;

/// Of a line of a debit note that names the line which it raises.
pub(crate) const NO_GOODS: &str = "raises the price of what another line sold: it has no goods of its own";

#[derive(Debug, Error)]
pub enum DeliveryError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Clears(#[from] AllocateError),
    #[error("delivery {number} ({id}) has this external_id already")]
    ExternalIdTaken { id: DeliveryId, number: String },
    #[error(
        "no exchange rate from {currency} to {base} on or before {date}: store one with PUT /v1/fx-rates, or give `fx`"
    )]
    NoRate { currency: Currency, base: Currency, date: chrono::NaiveDate },
    #[error(
        "{number} is billed by {by}: reverse that first, or take what was billed back by a delivery of negative quantities and \
         a credit note"
    )]
    Billed { number: String, by: String },
    #[error(
        "{delivery} brings goods back of an invoice that {number} delivered, and waits for its credit note: reverse that return first"
    )]
    Returned { number: String, delivery: String },
    #[error("nothing of {number} is open any more: it was returned already")]
    NothingOpen { number: String },
}

crate::common::through_common!(DeliveryError);

impl DeliveryError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            DeliveryError::Common(common) => Some(common),
            DeliveryError::Clears(inner) => inner.common(),
            _ => None,
        }
    }
}

/// A delivery with its lines and what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loaded {
    pub row: Delivery,
    pub lines: Vec<DeliveryLine>,
    pub links: Vec<DeliveryLink>,
    /// Of a return: of which lines of invoices its lines are, where that was said.
    pub returned: Vec<ReturnedLine>,
}

impl Loaded {
    pub fn line(&self, line: u32) -> Option<&DeliveryLine> {
        self.lines.iter().find(|one| one.line == line)
    }
    /// What is left of a line.
    pub fn open(&self, line: &DeliveryLine) -> Result<Part, Common> {
        let whole = Part::whole(line.quantity, line.net)?;
        let parts = self.links.iter().filter(|link| link.line == line.line).map(DeliveryLink::part);
        Ok(delivery::open(whole, parts)?)
    }
    /// Whether all of it came back, and nothing of it is billed.
    pub fn is_given_back(&self) -> Result<bool, Common> {
        let taken_back = |link: &DeliveryLink| self.links.iter().any(|other| other.undoes == Some(link.id));
        let bills = |link: &DeliveryLink| link.document.is_some() && link.undoes.is_none();
        if self.links.iter().any(|link| bills(link) && !taken_back(link)) {
            return Ok(false);
        }
        for line in &self.lines {
            if !self.open(line)?.is_nothing() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether all of a delivery was taken back, and the number of its slip is free: the same may be recorded again.
pub(crate) fn is_gone(conn: &mut Conn, company: CompanyId, id: DeliveryId) -> Result<bool, Common> {
    match query::deliveries::by_id(conn, company, id)? {
        // without a number nothing tells a mistake from goods that came back: it stays in
        Some(row) if row.external_id.is_none() || row.keeps_external_name() => Ok(false),
        Some(row) => load(conn, company, vec![row])?.remove(&id).map_or(Ok(true), |of| of.is_given_back()),
        None => Ok(true),
    }
}

/// Loads some deliveries, by id.
pub(crate) fn load(
    conn: &mut Conn,
    company: CompanyId,
    rows: Vec<Delivery>,
) -> Result<BTreeMap<DeliveryId, Loaded>, Common> {
    let ids: Vec<DeliveryId> = rows.iter().map(|row| row.id).collect();
    let links = query::deliveries::links_of(conn, company, &ids)?;
    with_links(conn, company, rows, links)
}

/// As [`load`], with these links.
pub(crate) fn with_links(
    conn: &mut Conn,
    company: CompanyId,
    rows: Vec<Delivery>,
    links: Vec<DeliveryLink>,
) -> Result<BTreeMap<DeliveryId, Loaded>, Common> {
    let ids: Vec<DeliveryId> = rows.iter().map(|row| row.id).collect();
    let bare =
        |row: Delivery| (row.id, Loaded { row, lines: Vec::new(), links: Vec::new(), returned: Vec::new() });
    let mut loaded: BTreeMap<DeliveryId, Loaded> = rows.into_iter().map(bare).collect();
    for line in query::deliveries::lines_of(conn, company, &ids)? {
        if let Some(of) = loaded.get_mut(&line.delivery) {
            of.lines.push(line);
        }
    }
    for link in links {
        if let Some(of) = loaded.get_mut(&link.delivery) {
            of.links.push(link);
        }
    }
    for returned in query::deliveries::returned_by(conn, company, &ids)? {
        if let Some(of) = loaded.get_mut(&returned.delivery) {
            of.returned.push(returned);
        }
    }
    Ok(loaded)
}

/// Loads some deliveries that nobody bills or takes back until the transaction ends.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    company: CompanyId,
    ids: &[DeliveryId],
) -> Result<BTreeMap<DeliveryId, Loaded>, Common> {
    let rows = query::deliveries::lock(tx, company, ids)?;
    load(tx, company, rows)
}

/// The delivery that an id, a number or the number of a slip names.
pub(crate) fn find(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Delivery, Common> {
    let row = match name.parse::<DeliveryId>() {
        Ok(id) => query::deliveries::by_id(conn, company, id)?,
        Err(_) => query::deliveries::by_name(conn, company, name)?,
    };
    there(row, "delivery", name)
}

/// As [`find`], of many: in no particular order; those that are not there are left out.
pub(crate) fn find_each(
    conn: &mut Conn,
    company: CompanyId,
    names: &BTreeSet<&str>,
) -> Result<Vec<Delivery>, Common> {
    let (mut ids, mut others) = (Vec::new(), Vec::new());
    for name in names.iter().copied() {
        match name.parse::<DeliveryId>() {
            Ok(id) => ids.push(id),
            Err(_) => others.push(name),
        }
    }
    let mut found = query::deliveries::by_ids(conn, company, &ids)?;
    found.extend(query::deliveries::by_names(conn, company, &others)?);
    Ok(found)
}

/// As it was hashed.
pub(crate) fn hashed(row: &Delivery, lines: &[DeliveryLine]) -> delivery::Delivery {
    let line = |line: &DeliveryLine| delivery::DeliveryLine {
        line: line.line,
        quantity: line.quantity,
        unit_price: line.unit_price,
        category: line.category.clone(),
        supply: line.supply.clone(),
        net: line.net,
    };
    delivery::Delivery {
        id: row.id,
        number: row.number.clone(),
        customer: row.customer,
        currency: row.currency,
        delivered_on: row.delivered_on,
        net: row.net,
        document: row.document,
        returns: row.returns,
        text: row.text_commitment,
        lines: lines.iter().map(line).collect(),
    }
}

/// The free texts it commits to, as RFC 8785 bytes.
pub(crate) fn text_of(row: &Delivery, lines: &[DeliveryLine]) -> Result<Vec<u8>, Common> {
    let mut parts = vec![
        TextPart::new("purchase_order", row.purchase_order.as_deref()),
        TextPart::new("text", row.text.as_deref()),
        TextPart::new("external_id", row.external_name()),
    ];
    for line in lines {
        parts.push(TextPart::new("line", line.description.as_deref()));
        parts.push(TextPart::new("unit", line.unit.as_deref()));
    }
    text_bytes(&parts)
}

/// A link as events carry it: ids, quantities and amounts.
pub(crate) fn link_data(link: &DeliveryLink, currency: Currency) -> Value {
    json!({
        "id": link.id.to_string(),
        "delivery": link.delivery.to_string(),
        "line": link.line,
        "kind": link.kind.name(),
        "document": link.document.map(|id| id.to_string()),
        "document_line": link.document_line,
        "returned_by": link.returned_by.map(|id| id.to_string()),
        "quantity": normal_form(link.quantity),
        "amount": link.amount.format(currency),
        "effective_date": link.effective_date.to_string(),
        "undoes": link.undoes.map(|id| id.to_string()),
    })
}

/// The data of an event that records a delivery; `entry` accrued it, or released what was invoiced before.
pub(crate) fn recorded_data(
    row: &Delivery,
    digest: Digest,
    entry: Option<domain::ids::EntryId>,
    links: &[DeliveryLink],
) -> Value {
    json!({
        "number": row.number,
        "customer": row.customer.to_string(),
        "digest": digest.to_string(),
        "entry": entry.map(|id| id.to_string()),
        "links": links.iter().map(|link| link_data(link, row.currency)).collect::<Vec<_>>(),
    })
}

/// A part that cannot be had, at the member that wants it.
pub(crate) fn refuse_part(at: &str, error: PartError) -> Common {
    match error {
        PartError::Money(error) => error.into(),
        other => Common::invalid(at, other.to_string()),
    }
}
