//! Of which line of an invoice goods are that come back (退货): who records a return may say it, and then only a credit note of that line bills
//! it. Whether or not it was said, no credit note takes back by returns more than the customer has of the line that it credits: what
//! waits for its goods did not come back (decision 112).

use super::billing::WantedPart;
use super::deferral::Standing;
use super::load;
use super::named;
use super::record::RecordDelivery;
use crate::common::Common;
use crate::document;
use domain::deferral::{Credited, taken_undelivered};
use domain::document::Document;
use domain::ids::{CompanyId, DeliveryId, DocumentId};
use money::{Minor, MoneyError, normal_form};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::rows::{Customer, DeliveryLine, DeliveryLink, DocumentLine, ReturnedLine};
use store::{Conn, Tx, query};

pub(super) fn add(sum: Decimal, part: Decimal) -> Result<Decimal, Common> {
    Ok(sum.checked_add(part).ok_or(MoneyError::Overflow)?)
}

/// What lines of a return name: no more of a line of an invoice than the customer has, and no other return that names it waits for.
pub(super) fn named(
    tx: &mut Tx<'_>,
    (company, delivery): (CompanyId, DeliveryId),
    customer: &Customer,
    input: &RecordDelivery,
    lines: &[DeliveryLine],
) -> Result<Vec<ReturnedLine>, Common> {
    let theirs = named::lines(tx, customer, input)?;
    let mut sold = Sold::of(tx, company, &theirs.documents)?;
    let mut made: Vec<ReturnedLine> = Vec::with_capacity(input.invoices.len());
    for (n, (part, (of, theirs))) in input.invoices.iter().zip(&theirs.parts).enumerate() {
        let at = |field: &str| format!("/invoices/{n}/{field}");
        let WantedPart { quantity, amount } = part.wanted;
        if quantity.is_some() || amount.is_some() {
            let member = if quantity.is_some() { "quantity" } else { "amount" };
            return Err(Common::invalid(at(member), "is not of a return: its lines come back whole"));
        }
        let ours = lines.iter().find(|line| line.line == part.line);
        let ours = ours.ok_or_else(|| Common::invalid(at("line"), "is no line of this delivery"))?;
        if made.iter().any(|before| before.line == ours.line) {
            return Err(Common::invalid(at("line"), "stands twice"));
        }
        let back = sold.comes_back(theirs, ours.quantity.abs())?;
        let has = sold.with_her(theirs)?;
        if back > has {
            let (back, has) = (normal_form(back), normal_form(has.max(Decimal::ZERO)));
            return Err(Common::invalid(
                at("line"),
                format!(
                    "comes with other returns to {back}, and the customer has {has} of line {} of {}",
                    theirs.line, of.number
                ),
            ));
        }
        let (document, document_line) = (of.id, theirs.line);
        made.push(ReturnedLine { company, delivery, line: ours.line, document, document_line });
    }
    Ok(made)
}

/// What came back by returns that name lines of these documents, and is in no credit note, with the numbers of the returns.
fn waiting(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> Result<Vec<(ReturnedLine, String, Decimal)>, Common> {
    let named = query::deliveries::returned_of(conn, company, documents)?;
    let mut ids: Vec<DeliveryId> = named.iter().map(|row| row.delivery).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = query::deliveries::by_ids(conn, company, &ids)?;
    let loaded = load(conn, company, rows)?;
    let mut waiting = Vec::new();
    for row in named {
        let Some(of) = loaded.get(&row.delivery) else { continue };
        let Some(line) = of.line(row.line) else { continue };
        let open = of.open(line)?;
        if !open.is_nothing() {
            waiting.push((row, of.row.number.clone(), open.quantity));
        }
    }
    Ok(waiting)
}

/// The number of a return that names a document and waits for its credit note. The document's items are held.
pub(crate) fn waits_for(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> Result<Option<String>, Common> {
    Ok(waiting(conn, company, &[document])?.into_iter().next().map(|(_, number, _)| number))
}

/// Where the goods of some invoices are, by line, read at once: an invoice may have a thousand lines.
pub(super) struct Sold {
    /// What waits to be delivered.
    deferred: Standing,
    /// What credit notes took.
    credits: BTreeMap<(DocumentId, u32), Vec<Credited>>,
    /// What came back by returns that name the line, and is in no credit note.
    back: BTreeMap<(DocumentId, u32), Decimal>,
}

impl Sold {
    pub fn of(conn: &mut Conn, company: CompanyId, documents: &[DocumentId]) -> Result<Self, Common> {
        let deferred = Standing::of(conn, company, documents)?;
        let credits = credits(conn, company, documents)?;
        let mut back: BTreeMap<(DocumentId, u32), Decimal> = BTreeMap::new();
        for (row, _, quantity) in waiting(conn, company, documents)? {
            let sum = back.entry((row.document, row.document_line)).or_default();
            *sum = add(*sum, quantity)?;
        }
        Ok(Sold { deferred, credits, back })
    }

    /// How much of a line came back by returns that name it, and is in no credit note.
    pub fn back(&self, of: &DocumentLine) -> Decimal {
        self.back.get(&(of.document, of.line)).copied().unwrap_or_default()
    }

    /// So much more of a line comes back by a return that names it; gives how much does then.
    fn comes_back(&mut self, of: &DocumentLine, quantity: Decimal) -> Result<Decimal, Common> {
        let sum = self.back.entry((of.document, of.line)).or_default();
        *sum = add(*sum, quantity)?;
        Ok(*sum)
    }

    /// How much of a line the customer has: what was sold, without what waits for its goods and what credit notes took back.
    fn with_her(&self, of: &DocumentLine) -> Result<Decimal, Common> {
        let has = of.quantity.abs();
        if has.is_zero() {
            return Ok(has);
        }
        let waits = self.deferred.left((of.document, of.line))?.quantity;
        let (came, other) = self.credited(of)?;
        [waits, came, other].into_iter().try_fold(has, |has, taken| add(has, -taken))
    }

    /// How much of a line credit notes took back by returns, at whatever price, and how much besides.
    pub fn credited(&self, of: &DocumentLine) -> Result<(Decimal, Decimal), Common> {
        let (mut came, mut other) = (Decimal::ZERO, Decimal::ZERO);
        for credit in self.credits.get(&(of.document, of.line)).into_iter().flatten() {
            let credit = Credited { of_quantity: of.quantity, of_net: of.net, ..*credit };
            came = add(came, credit.returned)?;
            other = add(other, taken_undelivered(credit)?)?;
        }
        Ok((came, other))
    }

    /// How much of a line goods can be delivered of, if nothing of it was deferred: what credit notes took back besides returns is
    /// delivered no more. Of what was deferred no more is delivered than waits.
    pub fn deliverable(&self, of: &DocumentLine) -> Result<Decimal, Common> {
        if self.deferred.has((of.document, of.line)) || of.quantity.is_zero() {
            return Ok(of.quantity);
        }
        let (_, other) = self.credited(of)?;
        Ok(add(of.quantity.abs(), -other)?.max(Decimal::ZERO))
    }
}

/// What credit notes that stand take back, by line of their originals.
fn credits(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> Result<BTreeMap<(DocumentId, u32), Vec<Credited>>, Common> {
    let standing = document::standing_on_each(conn, company, documents)?;
    let notes = standing.iter().filter(|by| by.kind == "credit-note");
    let notes: BTreeMap<DocumentId, DocumentId> =
        notes.filter_map(|by| Some((by.id, by.original?))).collect();
    let ids: Vec<DocumentId> = notes.keys().copied().collect();
    let mut links: BTreeMap<DocumentId, Vec<DeliveryLink>> = BTreeMap::new();
    for link in query::deliveries::links_of_documents(conn, company, &ids)? {
        if let Some(note) = link.document {
            links.entry(note).or_default().push(link);
        }
    }
    let mut credits: BTreeMap<(DocumentId, u32), Vec<Credited>> = BTreeMap::new();
    for line in query::documents::lines_of(conn, company, &ids)? {
        let Some(key) = notes.get(&line.document).copied().zip(line.original_line) else { continue };
        if line.nature != "discount" {
            let own = links.get(&line.document).map(Vec::as_slice).unwrap_or_default();
            credits.entry(key).or_default().push(of_credit(&line, own)?);
        }
    }
    Ok(credits)
}

/// A line of a credit note with what of it came back by the returns that it bills; what is billed by amount is of other units, and came back
/// whole. Of the line that it takes back nothing is said.
pub(crate) fn of_credit(line: &DocumentLine, links: &[DeliveryLink]) -> Result<Credited, Common> {
    let own =
        |link: &&DeliveryLink| (link.document, link.document_line) == (Some(line.document), Some(line.line));
    let mut returned = Decimal::ZERO;
    for link in links.iter().filter(own) {
        if link.quantity.is_zero() {
            returned = line.quantity;
            break;
        }
        returned = add(returned, link.quantity)?;
    }
    let (quantity, net) = (line.quantity, line.net);
    Ok(Credited { quantity, net, of_quantity: Decimal::ZERO, of_net: Minor::ZERO, returned })
}

/// That a credit note bills of returns that name a line no other than that, and of no line more than the customer has. The original's
/// items are held.
pub(crate) fn check_credit(
    conn: &mut Conn,
    company: CompanyId,
    document: &Document,
    links: &[DeliveryLink],
) -> Result<(), Common> {
    if links.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<DeliveryId> = links.iter().map(|link| link.delivery).collect();
    ids.sort_unstable();
    ids.dedup();
    for named in query::deliveries::returned_by(conn, company, &ids)? {
        let own = |link: &DeliveryLink| (link.delivery, link.line) == (named.delivery, named.line);
        for (n, link) in links.iter().enumerate().filter(|(_, link)| own(link)) {
            let line = document.lines.iter().find(|line| Some(line.line) == link.document_line);
            let of = document.original.zip(line.and_then(|line| line.original_line));
            if of != Some((named.document, named.document_line)) {
                let number = query::documents::by_id(conn, company, named.document)?.map(|row| row.number);
                return Err(Common::invalid(
                    format!("/deliveries/{n}/document_line"),
                    format!(
                        "came back of line {} of {}: the line of the credit note that bills it takes that back",
                        named.document_line,
                        number.unwrap_or_default()
                    ),
                ));
            }
        }
    }
    let Some(original) = document.original else { return Ok(()) };
    let of: BTreeMap<u32, u32> =
        document.lines.iter().filter_map(|line| Some((line.line, line.original_line?))).collect();
    let takes = |link: &DeliveryLink| link.document_line.and_then(|line| of.get(&line).copied());
    let mut taken: BTreeMap<u32, Decimal> = BTreeMap::new();
    for link in links {
        let Some(line) = takes(link) else { continue };
        let sum = taken.entry(line).or_default();
        *sum = add(*sum, link.quantity)?;
    }
    let sold = Sold::of(conn, company, &[original])?;
    for of in &query::documents::lines_of(conn, company, &[original])? {
        let back = taken.get(&of.line).copied().unwrap_or_default();
        if back.is_zero() {
            continue;
        }
        let has = sold.with_her(of)?;
        if back > has {
            let n = links.iter().position(|link| takes(link) == Some(of.line)).unwrap_or_default();
            let (back, has) = (normal_form(back), normal_form(has.max(Decimal::ZERO)));
            return Err(Common::invalid(
                format!("/deliveries/{n}/line"),
                format!(
                    "comes with others to {back} that came back of line {}, of which the customer has {has}",
                    of.line
                ),
            ));
        }
    }
    Ok(())
}

/// As the event of the return carries them.
pub(crate) fn data(returned: &[ReturnedLine]) -> Value {
    let one = |row: &ReturnedLine| json!({"line": row.line, "document": row.document.to_string(), "document_line": row.document_line});
    Value::Array(returned.iter().map(one).collect())
}
