use super::MergeError;
use crate::App;
use crate::common::{Common, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, DocumentId, MergeId, OpenItemId};
use domain::ledger::TRANSFER;
use store::rows::{CustomerMerge, CustomerMergeItem, OpenItem};
use store::types::MergeState;
use store::{Conn, Tx, query};

/// A merge with the open items that it carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeView {
    pub merge: CustomerMerge,
    pub items: Vec<CustomerMergeItem>,
}

/// Which merges are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    pub state: Option<MergeState>,
    /// On either side.
    pub customer: Option<&'a CustomerRef>,
}

impl Wanted<'_> {
    pub(crate) fn filter(
        &self,
        conn: &mut Conn,
        company: CompanyId,
    ) -> Result<(Option<MergeState>, Option<CustomerId>), Common> {
        Ok((self.state, wanted_id(conn, company, self.customer)?))
    }
}

pub(super) fn view(conn: &mut Conn, merge: CustomerMerge) -> Result<MergeView, Common> {
    let items = query::merges::items(conn, merge.company, merge.id)?;
    Ok(MergeView { merge, items })
}

/// Refuses one that is in another state.
pub(super) fn state_of(merge: &CustomerMerge, wanted: MergeState) -> Result<(), MergeError> {
    if merge.state == wanted {
        return Ok(());
    }
    Err(MergeError::State { id: merge.id, state: merge.state, wanted: wanted.name() })
}

/// One merge.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: MergeId) -> Result<MergeView, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.read(|conn| {
        let merge = there(query::merges::by_id(conn, company, id)?, "merge", id)?;
        view(conn, merge)
    })
}

/// As [`get`], in the caller's transaction: nobody decides it until it ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId, id: MergeId) -> Result<MergeView, Common> {
    query::companies::lock(tx, company)?;
    let merge = there(query::merges::by_id(tx, company, id)?, "merge", id)?;
    view(tx, merge)
}

/// Merges by id, after `after`, without their items.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<MergeId>,
    limit: u32,
) -> Result<Vec<MergeView>, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        let rows = query::merges::search(conn, company, filter, after, limit)?;
        Ok(rows.into_iter().map(|merge| MergeView { merge, items: Vec::new() }).collect())
    })
}

/// The document by which an item came about: of what a merge carried over the one that made it.
pub(crate) fn made_by(conn: &mut Conn, item: &OpenItem) -> Result<Option<DocumentId>, Common> {
    let company = item.company;
    let origin = match item.kind == TRANSFER {
        true => query::merges::origins(conn, company, &[item.id])?.remove(&item.id),
        false => None,
    };
    let Some(origin) = origin else { return Ok(item.document) };
    let row = query::open_items::by_ids(conn, company, &[origin])?.pop();
    Ok(there(row, "open item", origin)?.document)
}

/// What a document's items became where its customer was merged into another, and she again: by
/// its number it is paid there.
pub(crate) fn carried(
    conn: &mut Conn,
    company: CompanyId,
    items: &[OpenItem],
) -> Result<Vec<OpenItem>, Common> {
    let mut found = Vec::new();
    let mut ids: Vec<OpenItemId> = items.iter().map(|item| item.id).collect();
    while !ids.is_empty() {
        let pairs = query::merges::carried(conn, company, &ids)?;
        ids = pairs.into_iter().map(|(_, carried)| carried).collect();
        if !ids.is_empty() {
            found.extend(query::open_items::by_ids(conn, company, &ids)?);
        }
    }
    Ok(found)
}
