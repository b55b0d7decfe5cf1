use crate::common::Common;
use chrono::NaiveDate;
use domain::ids::{CompanyId, DocumentId, OpenItemId};
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

/// Of items whose documents keep terms; the others are left out.
pub(crate) fn of_items(
    conn: &mut Conn,
    company: CompanyId,
    items: &[&OpenItem],
) -> Result<HashMap<OpenItemId, ItemTerms>, Common> {
    let named: BTreeSet<DocumentId> = items.iter().filter_map(|item| item.document).collect();
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
    let told: HashMap<OpenItemId, NaiveDate> = query::terms::dues_of(conn, company, &ids)?
        .into_iter()
        .map(|row| (row.item, row.basis_date))
        .collect();
    let mut found = HashMap::new();
    for item in items {
        let of = item.document.and_then(|id| Some((kept.get(&id)?, documents.get(&id)?)));
        let Some((terms, document)) = of else { continue };
        let dates = Dates { delivery: document.supply_date, ..Dates::of_document(document.document_date) };
        let dates = match told.get(&item.id) {
            Some(date) => dates.with(terms.basis, *date),
            None => dates,
        };
        let instalment = parts.get(&item.id).cloned();
        found.insert(item.id, ItemTerms { instalment, offers: offers(terms, &dates) });
    }
    Ok(found)
}
