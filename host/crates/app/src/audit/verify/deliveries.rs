//! Deliveries and tax invoices: their content is what the events that recorded them seal, their texts what they commit to; what became of
//! a delivery, and which tax invoices were voided, is what events say; what is left of an accrued delivery is what its item has open.

use super::super::LINKS_MAX;
use super::super::opener::Salt;
use super::Run;
use crate::common::Common;
use crate::{delivery, tax_invoice};
use domain::canonical::{Digest, commit};
use domain::ids::{CustomerId, DocumentId, EventId};
use domain::ledger::DELIVERY;
use money::Minor;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use store::rows::{Event, TaxInvoice};
use store::{Conn, query};

/// What records one, by its kind.
const RECORDED: [&str; 2] = ["delivery.recorded", "tax-invoice.recorded"];

/// Notes what a sealed or carried event says of deliveries and tax invoices.
pub(super) fn note(run: &mut Run, event: &Event) {
    let data = &event.data.0;
    if let Some(returned) = data.get("returned").filter(|_| event.kind == "delivery.recorded") {
        run.returned.insert(event.subject.clone(), returned.clone());
    }
    if RECORDED.contains(&event.kind.as_str()) {
        let digest = data.get("digest").and_then(Value::as_str).unwrap_or_default();
        run.recorded.insert(event.subject.clone(), digest.to_owned());
    }
    if event.kind == "tax-invoice.voided" {
        let on = data.get("on").and_then(Value::as_str).unwrap_or_default();
        run.voided.insert(event.subject.clone(), (on.to_owned(), event.id));
    }
    for link in data.get("links").and_then(Value::as_array).into_iter().flatten() {
        if let Some(id) = link.get("id").and_then(Value::as_str) {
            run.links.insert(id.to_owned(), link.clone());
        }
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    deliveries(run, conn)?;
    tax_invoices(run, conn)?;
    for (id, _) in std::mem::take(&mut run.recorded) {
        run.problem(id, "that it was recorded is sealed, but it is not there");
    }
    for (id, _) in std::mem::take(&mut run.voided) {
        run.problem(id, "that it was voided is sealed, but it is not there");
    }
    for (id, _) in std::mem::take(&mut run.links) {
        run.problem(id, "an event seals it, but it is not there");
    }
    for (id, _) in std::mem::take(&mut run.returned) {
        run.problem(id, "an event seals of which lines it came back, but it is not there");
    }
    Ok(())
}

/// The digest against the event, the texts against their commitment.
fn hashed(
    run: &mut Run,
    at: &str,
    (computed, stored): (Digest, Digest),
    (salt, commitment): (Salt, Digest),
    text: Vec<u8>,
) {
    run.same(at, "digest of its rows", computed, stored);
    match run.recorded.remove(at) {
        Some(sealed) => run.same(at, "digest that its event seals", sealed, computed.to_string()),
        None => run.problem(at, "no event seals that it was recorded"),
    }
    match salt {
        Salt::Open(salt) => run.same(at, "commitment to its texts", commitment, commit(&salt, &text)),
        Salt::Erased => run.done.erased += 1,
        Salt::Wrong(what) => run.problem(at, what),
    }
}

fn deliveries(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let (company, filter) = (run.company.id, query::deliveries::Filter::default());
    let mut after = None;
    loop {
        let page = query::deliveries::list(conn, company, &filter, after, LINKS_MAX)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some((last.delivered_on, last.id));
        let parties: BTreeSet<CustomerId> = page.iter().map(|row| row.customer).collect();
        run.opener.load_parties(conn, &parties)?;
        let documents: Vec<DocumentId> = page.iter().filter_map(|row| row.document).collect();
        let items = query::open_items::of_documents(conn, company, &documents)?;
        let open: HashMap<DocumentId, Minor> = items
            .into_iter()
            .filter(|item| item.kind == DELIVERY)
            .filter_map(|item| Some((item.document?, item.open)))
            .collect();
        for of in delivery::load(conn, company, page)?.into_values() {
            let (row, at) = (&of.row, of.row.id.to_string());
            let computed = delivery::hashed(row, &of.lines).digest()?;
            let salt = run.opener.salt_of(row.customer, row.text_salt.as_deref());
            let text = delivery::text_of(row, &of.lines)?;
            hashed(run, &at, (computed, row.digest), (salt, row.text_commitment), text);
            for link in &of.links {
                let found = delivery::link_data(link, row.currency);
                match run.links.remove(&link.id.to_string()) {
                    Some(sealed) if sealed == found => {}
                    Some(sealed) => run.problem(link.id, format_args!("expected {sealed}, found {found}")),
                    None => run.problem(link.id, "no event seals it"),
                }
            }
            let told = run.returned.remove(&at).unwrap_or_else(|| Value::Array(Vec::new()));
            let found = delivery::came_back::data(&of.returned);
            run.same(&at, "of which lines it came back, by the events", told, found);
            left(run, &at, &of, row.document.and_then(|document| open.get(&document).copied()));
        }
    }
}

/// No more became of a line than there is, and of what is accrued as much is open as is left.
fn left(run: &mut Run, at: &str, of: &delivery::Loaded, open: Option<Minor>) {
    let mut sum = Minor::ZERO;
    for line in &of.lines {
        match of.open(line) {
            Ok(left)
                if left.quantity.is_sign_negative() && !left.quantity.is_zero()
                    || left.amount.is_negative() =>
            {
                run.problem(at, format_args!("more became of line {} than it has", line.line));
            }
            Ok(left) => sum = sum.add(left.amount).unwrap_or(sum),
            Err(error) => run.problem(at, error),
        }
    }
    match (of.row.document, open) {
        (None, _) => {}
        (Some(_), Some(open)) => {
            let shown = |amount: Minor| amount.format(of.row.currency);
            run.same(at, "what is left, and what its item has open", shown(sum), shown(open));
        }
        (Some(document), None) => run.problem(at, format_args!("{document}, which accrues it, has no item")),
    }
}

fn tax_invoices(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let (company, filter) = (run.company.id, query::tax_invoices::Filter::default());
    let mut after = None;
    loop {
        let page = query::tax_invoices::list(conn, company, &filter, after, LINKS_MAX)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some((last.issued_on, last.id));
        let parties: BTreeSet<CustomerId> = page.iter().map(|row| row.customer).collect();
        run.opener.load_parties(conn, &parties)?;
        let ids: Vec<_> = page.iter().map(|row| row.id).collect();
        let links = query::tax_invoices::links_of(conn, company, &ids)?;
        for row in &page {
            let of: Vec<_> = links.iter().filter(|link| link.tax_invoice == row.id).cloned().collect();
            let computed = tax_invoice::hashed(row, &of).digest()?;
            let salt = run.opener.salt_of(row.customer, row.text_salt.as_deref());
            let text = tax_invoice::text_of(row)?;
            hashed(run, &row.id.to_string(), (computed, row.digest), (salt, row.text_commitment), text);
            voided(run, row);
        }
    }
}

/// Voided is what an event says was, on its day: the documents of one that is are in no tax invoice.
fn voided(run: &mut Run, row: &TaxInvoice) {
    let (day, event) = run.voided.remove(&row.id.to_string()).unzip();
    let on = |day: Option<String>| day.unwrap_or_else(|| "never".to_owned());
    let stands = row.voided_on.map(|day| day.to_string());
    run.same(row.id, "when it was voided, by the events", on(day), on(stands));
    let by = |event: Option<EventId>| event.map_or_else(|| "none".to_owned(), |id| id.to_string());
    run.same(row.id, "which event says that it was voided", by(event), by(row.voided_ref.map(EventId::new)));
}
