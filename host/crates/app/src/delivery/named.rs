//! The lines of invoices that a delivery or a return names, read together: it may have a thousand.

use super::NO_GOODS;
use super::record::RecordDelivery;
use crate::common::Common;
use crate::{customer, document};
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId};
use domain::ledger::BILLED;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{Customer, Document, DocumentLine};
use store::{Conn, Tx, query};

/// What is named: of each part the invoice and its line.
pub(super) struct Named {
    pub parts: Vec<(Document, DocumentLine)>,
    /// The invoices, each once.
    pub documents: Vec<DocumentId>,
}

/// Invoices and debit notes of the customer, or of one who was merged into her, that stand and are not of a later day. Their open items are
/// held: whoever corrects one, or names it in another delivery, waits.
pub(super) fn lines(tx: &mut Tx<'_>, customer: &Customer, input: &RecordDelivery) -> Result<Named, Common> {
    let company = customer.company;
    let found = found(tx, company, input)?;
    check(tx, customer, input, &found)?;
    let documents: BTreeSet<DocumentId> = found.iter().map(|row| row.id).collect();
    let documents: Vec<DocumentId> = documents.into_iter().collect();
    let items = query::open_items::of_documents(tx, company, &documents)?;
    let own: Vec<OpenItemId> = items.iter().filter(|item| item.kind != BILLED).map(|item| item.id).collect();
    query::open_items::lock(tx, company, &own)?;
    let mut reversed: BTreeMap<DocumentId, String> = BTreeMap::new();
    for by in document::standing_on_each(tx, company, &documents)? {
        if let Some(original) = by.original.filter(|_| by.kind == document::MIRROR) {
            reversed.insert(original, by.number);
        }
    }
    let mut theirs: BTreeMap<DocumentId, Vec<DocumentLine>> = BTreeMap::new();
    for line in query::documents::lines_of(tx, company, &documents)? {
        theirs.entry(line.document).or_default().push(line);
    }
    let mut parts = Vec::with_capacity(found.len());
    for (n, row) in found.into_iter().enumerate() {
        if let Some(by) = reversed.get(&row.id) {
            let message = format!("{} is reversed by {}", row.number, by);
            return Err(Common::invalid(format!("/invoices/{n}/document"), message));
        }
        let of = theirs.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let line = line_of(input, n, &row, of)?.clone();
        parts.push((row, line));
    }
    Ok(Named { parts, documents })
}

/// The invoice that each part names, by id or number.
fn found(conn: &mut Conn, company: CompanyId, input: &RecordDelivery) -> Result<Vec<Document>, Common> {
    let (mut ids, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for part in &input.invoices {
        match part.document.parse::<DocumentId>() {
            Ok(id) => ids.insert(id),
            Err(_) => numbers.insert(part.document.as_str()),
        };
    }
    let ids: Vec<DocumentId> = ids.into_iter().collect();
    let numbers: Vec<&str> = numbers.into_iter().collect();
    let by_id = query::documents::by_ids(conn, company, &ids)?;
    let by_id: BTreeMap<DocumentId, Document> = by_id.into_iter().map(|row| (row.id, row)).collect();
    let mut by_number: BTreeMap<String, Document> = BTreeMap::new();
    for row in query::documents::by_any_numbers(conn, company, &numbers)? {
        // the first by id, where several kinds have the number
        by_number.entry(row.number.clone()).or_insert(row);
    }
    let one = |name: &String| {
        let row = match name.parse::<DocumentId>() {
            Ok(id) => by_id.get(&id),
            Err(_) => by_number.get(name),
        };
        row.cloned().ok_or_else(|| Common::not_found("document", name))
    };
    input.invoices.iter().map(|part| one(&part.document)).collect()
}

fn check(
    conn: &mut Conn,
    customer: &Customer,
    input: &RecordDelivery,
    found: &[Document],
) -> Result<(), Common> {
    let mut hers: BTreeMap<CustomerId, bool> = BTreeMap::new();
    for (n, row) in found.iter().enumerate() {
        let refused = |message: String| Err(Common::invalid(format!("/invoices/{n}/document"), message));
        let is_hers = match hers.get(&row.customer) {
            Some(known) => *known,
            None => customer::are_one(conn, customer.company, row.customer, customer.id)?,
        };
        hers.insert(row.customer, is_hers);
        let bills = ["invoice", "debit-note"].contains(&row.kind.as_str());
        if !bills || !is_hers || row.currency != input.currency {
            return refused(format!("{} is no invoice of this customer and currency", row.number));
        }
        if row.effective_date > input.delivered_on && input.is_return() {
            let (number, of) = (&row.number, row.effective_date);
            return refused(format!("{number} is of {of}, after its goods came back"));
        }
        if row.effective_date > input.delivered_on {
            return refused(format!(
                "{} is of {}, after the delivery: give the delivery in its `deliveries` instead",
                row.number, row.effective_date
            ));
        }
    }
    Ok(())
}

/// The line that a part names of its invoice.
fn line_of<'a>(
    input: &RecordDelivery,
    n: usize,
    row: &Document,
    of: &'a [DocumentLine],
) -> Result<&'a DocumentLine, Common> {
    let refused = |message: String| Common::invalid(format!("/invoices/{n}/document_line"), message);
    let named = input.invoices.get(n).and_then(|part| part.document_line);
    let number = match (named, of) {
        (Some(number), _) => number,
        (None, [only]) => only.line,
        (None, _) => return Err(refused("is required: it has several lines".to_owned())),
    };
    let line = of.iter().find(|line| line.line == number);
    let line = line.ok_or_else(|| refused(format!("{} has no line {number}", row.number)))?;
    match line.original_line {
        Some(_) => Err(refused(NO_GOODS.to_owned())),
        None => Ok(line),
    }
}
