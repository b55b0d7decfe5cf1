//! What counts from the delivery (交货) of goods that were invoiced before they were delivered: due by the last delivery that stands and has goods
//! of the invoice, told by each delivery that names it, and taken back with it (decision 125).

use super::tell::{compute, tell};
use crate::common::{Common, Context};
use crate::delivery::rebill::standing;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, DeliveryId, DocumentId, EventId, OpenItemId};
use domain::terms::Basis;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::rows::{DeliveryLink, DocumentTerms, ItemDue};
use store::{Tx, query};
use uuid::Uuid;

/// Tells when the documents of `links` are due now, as far as their terms count from the delivery. The links are written, the open items of
/// the documents held.
pub(crate) fn delivered(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    links: &[DeliveryLink],
) -> Result<(), Common> {
    let named: BTreeSet<DocumentId> = links.iter().filter_map(|link| link.document).collect();
    let named: Vec<DocumentId> = named.into_iter().collect();
    let mut kept = query::terms::of_documents(tx, company, &named)?;
    kept.retain(|row| row.basis == Basis::Delivery.name());
    if kept.is_empty() {
        return Ok(());
    }
    let ids: Vec<DocumentId> = kept.iter().map(|row| row.document).collect();
    let days = days(tx, company, &ids)?;
    for document in query::documents::by_ids(tx, company, &ids)? {
        let own: Vec<DocumentTerms> =
            kept.iter().filter(|row| row.document == document.id).cloned().collect();
        let basis_date = days.get(&document.id).copied();
        let dues = match basis_date {
            // what the invoice said itself when it was posted is known already
            Some(date) => compute(tx, company, &own, date, |_, last| match last {
                Some(last) => last.due_date.is_none() || last.basis_date != date,
                None => document.supply_date != Some(date),
            })?,
            None => taken_back(tx, company, document.id)?,
        };
        if dues.is_empty() {
            continue;
        }
        let date = basis_date.map(|date| date.to_string());
        let data = json!({"number": document.number, "basis": Basis::Delivery.name(), "date": date});
        tell(ctx, tx, actor, company, ("invoice.delivered", document.id), data, dues)?;
    }
    Ok(())
}

/// The day of the last delivery that has goods of each; without one it is left out.
fn days(
    tx: &mut Tx<'_>,
    company: CompanyId,
    documents: &[DocumentId],
) -> Result<BTreeMap<DocumentId, NaiveDate>, Common> {
    let all = query::deliveries::links_of_documents(tx, company, documents)?;
    let pairs: BTreeSet<(DocumentId, DeliveryId)> =
        standing(&all).filter_map(|link| Some((link.document?, link.delivery))).collect();
    let ids: BTreeSet<DeliveryId> = pairs.iter().map(|(_, delivery)| *delivery).collect();
    let ids: Vec<DeliveryId> = ids.into_iter().collect();
    let delivered: BTreeMap<DeliveryId, NaiveDate> = query::deliveries::by_ids(tx, company, &ids)?
        .into_iter()
        .map(|row| (row.id, row.delivered_on))
        .collect();
    let mut days: BTreeMap<DocumentId, NaiveDate> = BTreeMap::new();
    for (document, delivery) in pairs {
        let Some(day) = delivered.get(&delivery).copied() else { continue };
        let last = days.entry(document).or_insert(day);
        *last = day.max(*last);
    }
    Ok(days)
}

/// Nothing of it is delivered any more: its items are due as they were posted.
fn taken_back(tx: &mut Tx<'_>, company: CompanyId, document: DocumentId) -> Result<Vec<ItemDue>, Common> {
    let told: BTreeMap<OpenItemId, ItemDue> =
        query::terms::dues_of(tx, company, &[document])?.into_iter().map(|row| (row.item, row)).collect();
    let ids: Vec<OpenItemId> = told.keys().copied().collect();
    let mut back = Vec::with_capacity(ids.len());
    for item in query::open_items::lock(tx, company, &ids)? {
        let Some(last) = told.get(&item.id) else { continue };
        let due_date = item.due_date.map(|due| due.date());
        if last.due_date != due_date {
            let (n, event) = (last.n.saturating_add(1), EventId::new(Uuid::nil()));
            back.push(ItemDue { n, event, due_date, customer: item.customer, ..last.clone() });
        }
    }
    Ok(back)
}
