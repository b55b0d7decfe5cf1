//! Of which line of an invoice goods are that come back (退货): who records a return may say it, and then only a credit note of that line bills
//! it. Whether or not it was said, no credit note takes back by returns more than the customer has of the line that it credits: what
//! waits for its goods did not come back (decision 112).

use super::billing::WantedPart;
use super::record::{RecordDelivery, named_line};
use super::{deferral, load};
use crate::common::Common;
use crate::document;
use domain::deferral::{Credited, taken_undelivered};
use domain::document::Document;
use domain::ids::{CompanyId, DeliveryId, DocumentId};
use money::{Minor, MoneyError, normal_form};
use rust_decimal::Decimal;
use serde_json::{Value, json};
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
    let mut made: Vec<(ReturnedLine, Decimal)> = Vec::with_capacity(input.invoices.len());
    for (n, part) in input.invoices.iter().enumerate() {
        let at = |field: &str| format!("/invoices/{n}/{field}");
        let WantedPart { quantity, amount } = part.wanted;
        if quantity.is_some() || amount.is_some() {
            let member = if quantity.is_some() { "quantity" } else { "amount" };
            return Err(Common::invalid(at(member), "is not of a return: its lines come back whole"));
        }
        let (of, theirs) = named_line(tx, customer, input, (n, part))?;
        let ours = lines.iter().find(|line| line.line == part.line);
        let ours = ours.ok_or_else(|| Common::invalid(at("line"), "is no line of this delivery"))?;
        if made.iter().any(|(before, _)| before.line == ours.line) {
            return Err(Common::invalid(at("line"), "stands twice"));
        }
        let key = (of.id, theirs.line);
        let mut back = add(ours.quantity.abs(), waiting(tx, company, key)?)?;
        for (_, other) in made.iter().filter(|(row, _)| (row.document, row.document_line) == key) {
            back = add(back, *other)?;
        }
        let has = with_her(tx, company, &theirs)?;
        if back > has {
            let (back, has) = (normal_form(back), normal_form(has.max(Decimal::ZERO)));
            return Err(Common::invalid(
                at("line"),
                format!(
                    "comes with other returns to {back}, and the customer has {has} of line {} of {}",
                    key.1, of.number
                ),
            ));
        }
        let row = ReturnedLine { company, delivery, line: ours.line, document: key.0, document_line: key.1 };
        made.push((row, ours.quantity.abs()));
    }
    Ok(made.into_iter().map(|(row, _)| row).collect())
}

/// How much came back by returns that name the line, and is in no credit note.
pub(super) fn waiting(
    conn: &mut Conn,
    company: CompanyId,
    key: (DocumentId, u32),
) -> Result<Decimal, Common> {
    let named = query::deliveries::returned_of(conn, company, key)?;
    let ids: Vec<DeliveryId> = named.iter().map(|row| row.delivery).collect();
    let rows = query::deliveries::by_ids(conn, company, &ids)?;
    let loaded = load(conn, company, rows)?;
    let mut sum = Decimal::ZERO;
    for row in &named {
        let Some(of) = loaded.get(&row.delivery) else { continue };
        let Some(line) = of.line(row.line) else { continue };
        sum = add(sum, of.open(line)?.quantity)?;
    }
    Ok(sum)
}

/// How much of a line of an invoice the customer has: what was sold, without what waits for its goods and what credit notes took back.
fn with_her(conn: &mut Conn, company: CompanyId, of: &DocumentLine) -> Result<Decimal, Common> {
    let has = of.quantity.abs();
    if has.is_zero() {
        return Ok(has);
    }
    let waits = deferral::waiting(conn, company, (of.document, of.line))?;
    let (came, other) = credited(conn, company, of)?;
    [waits, came, other].into_iter().try_fold(has, |has, taken| add(has, -taken))
}

/// How much of a line of an invoice credit notes took back by returns, at whatever price, and how much besides.
pub(super) fn credited(
    conn: &mut Conn,
    company: CompanyId,
    of: &DocumentLine,
) -> Result<(Decimal, Decimal), Common> {
    let standing = document::standing_corrections(conn, company, of.document)?;
    let notes: Vec<DocumentId> =
        standing.iter().filter(|by| by.kind == "credit-note").map(|by| by.id).collect();
    let links = query::deliveries::links_of_documents(conn, company, &notes)?;
    let (mut came, mut other) = (Decimal::ZERO, Decimal::ZERO);
    for line in query::documents::lines_of(conn, company, &notes)? {
        if line.original_line != Some(of.line) || line.nature == "discount" {
            continue;
        }
        let credit = of_credit(&line, &links)?;
        let credit = Credited { of_quantity: of.quantity, of_net: of.net, ..credit };
        came = add(came, credit.returned)?;
        other = add(other, taken_undelivered(credit)?)?;
    }
    Ok((came, other))
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

/// How much of a line of an invoice goods can be delivered of, if nothing of it was deferred: what credit notes took back besides returns is
/// delivered no more. Of what was deferred no more is delivered than waits.
pub(super) fn deliverable(conn: &mut Conn, company: CompanyId, of: &DocumentLine) -> Result<Decimal, Common> {
    if deferral::is_deferred(conn, company, (of.document, of.line))? || of.quantity.is_zero() {
        return Ok(of.quantity);
    }
    let (_, other) = credited(conn, company, of)?;
    Ok(add(of.quantity.abs(), -other)?.max(Decimal::ZERO))
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
    let theirs = query::documents::lines_of(conn, company, &[original])?;
    for of in &theirs {
        let takes = |link: &DeliveryLink| {
            let line = document.lines.iter().find(|line| Some(line.line) == link.document_line);
            line.is_some_and(|line| line.original_line == Some(of.line))
        };
        let mut back = Decimal::ZERO;
        for link in links.iter().filter(|link| takes(link)) {
            back = add(back, link.quantity)?;
        }
        if back.is_zero() {
            continue;
        }
        let has = with_her(conn, company, of)?;
        if back > has {
            let n = links.iter().position(takes).unwrap_or_default();
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
