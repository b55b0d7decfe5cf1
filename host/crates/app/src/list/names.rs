//! What rows name by an id, as people name it. Customers are remembered: a list names the same ones again and again.

use super::Party;
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId};
use money::Currency;
use std::collections::{BTreeSet, HashMap};
use store::{Conn, StoreError, query};

#[derive(Default)]
pub(crate) struct Names {
    parties: HashMap<CustomerId, Party>,
}

impl Names {
    /// Looks up those that are not known yet.
    pub(crate) fn load(
        &mut self,
        conn: &mut Conn,
        company: CompanyId,
        ids: impl Iterator<Item = CustomerId>,
    ) -> Result<(), StoreError> {
        let new: BTreeSet<CustomerId> = ids.filter(|id| !self.parties.contains_key(id)).collect();
        let new: Vec<CustomerId> = new.into_iter().collect();
        for row in query::customers::by_ids(conn, company, &new)? {
            self.parties.insert(row.id, Party { code: row.code, name: row.name });
        }
        Ok(())
    }
    pub(crate) fn party(&self, id: CustomerId) -> Party {
        self.parties.get(&id).cloned().unwrap_or_default()
    }
}

/// Numbers of documents.
pub(crate) fn numbers(
    conn: &mut Conn,
    company: CompanyId,
    ids: impl Iterator<Item = DocumentId>,
) -> Result<HashMap<DocumentId, String>, StoreError> {
    let ids: Vec<DocumentId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let heads = query::documents::heads_of(conn, company, &ids)?;
    Ok(heads.into_iter().map(|(id, head)| (id, head.number)).collect())
}

/// What rows show of an open item.
pub(super) struct ItemName {
    pub customer: CustomerId,
    pub currency: Currency,
    pub number: Option<String>,
}

/// What stands behind open items.
pub(super) fn of_items(
    conn: &mut Conn,
    company: CompanyId,
    ids: impl Iterator<Item = OpenItemId>,
) -> Result<HashMap<OpenItemId, ItemName>, StoreError> {
    let ids: Vec<OpenItemId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let items = query::open_items::by_ids(conn, company, &ids)?;
    let numbers = numbers(conn, company, items.iter().filter_map(|item| item.document))?;
    let number = |document: Option<DocumentId>| document.and_then(|id| numbers.get(&id).cloned());
    let name = |item: &store::rows::OpenItem| ItemName {
        customer: item.customer,
        currency: item.currency,
        number: number(item.document),
    };
    Ok(items.iter().map(|item| (item.id, name(item))).collect())
}
