//! What was invoiced and is not delivered (合同负债), as it moved.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Deferral};
use crate::schema::deferrals as t;
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{CompanyId, DocumentId};
use uuid::Uuid;

pub fn insert(tx: &mut Tx<'_>, moved: &[Deferral]) -> StoreResult<()> {
    rows::insert(tx, moved).map(drop)
}

/// All that moved of some invoices, by document, line and what moved it.
pub fn of_documents(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<Deferral>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::document.eq_any(chunk.iter().copied().map(v)));
        let order = (t::document.asc(), t::line.asc(), t::seal_ref.asc());
        found.extend(query.order(order).select(Deferral::as_select()).load(conn)?);
    }
    Ok(found)
}

/// As [`of_documents`], what is effective by a day and known at a position of the chain.
pub fn of_documents_at(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
    (as_of, known_at): (NaiveDate, u64),
) -> StoreResult<Vec<Deferral>> {
    let mut moved = of_documents(conn, company, documents)?;
    moved.retain(|one| one.effective_date <= as_of);
    let references: Vec<Uuid> = moved.iter().map(|one| one.seal_ref).collect();
    let sealed = super::seals::known(conn, company, &references, known_at)?;
    moved.retain(|one| sealed.contains(&one.seal_ref));
    Ok(moved)
}

/// What an entry, or an event, moved.
pub fn moved_by(conn: &mut Conn, company: CompanyId, seal_ref: Uuid) -> StoreResult<Vec<Deferral>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::seal_ref.eq(v(seal_ref)));
    Ok(query.order((t::document.asc(), t::line.asc())).select(Deferral::as_select()).load(conn)?)
}

/// Invoices of which something ever moved, a page by id.
pub fn documents(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<DocumentId>,
    limit: u32,
) -> StoreResult<Vec<DocumentId>> {
    let after = after.unwrap_or(DocumentId::new(Uuid::nil()));
    let query = t::table.filter(t::company.eq(v(company))).filter(t::document.gt(v(after)));
    let ids = query.select(t::document).distinct();
    Ok(ids.order(t::document.asc()).limit(i64::from(limit)).load(conn)?)
}
