use crate::common::Common;
use chrono::NaiveDate;
use domain::ids::{CompanyId, DocumentId, OpenItemId};
use domain::ledger::TRANSFER;
use domain::terms::{Dates, EarlyPayment, Terms, offers};
use std::collections::{BTreeSet, HashMap};
use store::rows::{Document, OpenItem};
use store::{Conn, query};

/// What the terms of its document say of an open item, as far as it is known now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemTerms {
    /// `2/3`: which part of its document it is, where that has several.
    pub instalment: Option<String>,
    /// Steps of the discount for early payment, rising.
    pub offers: Vec<EarlyPayment>,
}

/// Of items whose documents keep terms; the others are left out. What a merge carried over is on the terms of what it was.
pub(crate) fn of_items(
    conn: &mut Conn,
    company: CompanyId,
    items: &[&OpenItem],
) -> Result<HashMap<OpenItemId, ItemTerms>, Common> {
    let transferred: Vec<OpenItemId> =
        items.iter().filter(|item| item.kind == TRANSFER).map(|item| item.id).collect();
    let origins = query::merges::origins(conn, company, &transferred)?;
    let before: Vec<OpenItemId> = origins.values().copied().collect();
    let before: HashMap<OpenItemId, OpenItem> =
        query::open_items::by_ids(conn, company, &before)?.into_iter().map(|row| (row.id, row)).collect();
    let made = |item: &OpenItem| {
        let origin = origins.get(&item.id).and_then(|id| before.get(id));
        origin.map_or((item.id, item.document), |origin| (origin.id, origin.document))
    };
    let named: BTreeSet<DocumentId> = items.iter().filter_map(|item| made(item).1).collect();
    let named: Vec<DocumentId> = named.into_iter().collect();
    let kept: HashMap<DocumentId, Terms> = query::terms::of_documents(conn, company, &named)?
        .into_iter()
        .map(|row| (row.document, row.terms.0))
        .collect();
    let ids: Vec<DocumentId> = kept.keys().copied().collect();
    let documents: HashMap<DocumentId, Document> =
        query::documents::by_ids(conn, company, &ids)?.into_iter().map(|row| (row.id, row)).collect();
    let parts = query::terms::instalments_of(conn, company, &ids)?;
    let parts: HashMap<OpenItemId, String> = parts.iter().map(|row| (row.item, row.label())).collect();
    // by item and number: the last one stays
    let mut told: HashMap<OpenItemId, NaiveDate> = HashMap::new();
    for row in query::terms::dues_of(conn, company, &ids)? {
        match row.due_date {
            Some(_) => told.insert(row.item, row.basis_date),
            None => told.remove(&row.item),
        };
    }
    let mut found = HashMap::new();
    for item in items {
        let (origin, document) = made(item);
        let of = document.and_then(|id| Some((kept.get(&id)?, documents.get(&id)?)));
        let Some((terms, document)) = of else { continue };
        let dates = Dates { delivery: document.supply_date, ..Dates::of_document(document.document_date) };
        let dates = match told.get(&item.id).or_else(|| told.get(&origin)) {
            Some(date) => dates.with(terms.basis, *date),
            None => dates,
        };
        let instalment = parts.get(&origin).cloned();
        found.insert(item.id, ItemTerms { instalment, offers: offers(terms, &dates) });
    }
    Ok(found)
}
