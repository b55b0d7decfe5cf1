//! Documents before they are posted.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Draft, DraftActed};
use crate::schema::{draft_acts as a, drafts as t};
use crate::types::{DraftState, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{CompanyId, CustomerId, DocumentId, DraftId, KeyId};

/// What [`search`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    pub state: Option<DraftState>,
    pub kind: Option<&'a str>,
    pub customer: Option<CustomerId>,
}

/// The draft that a document was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeOf {
    pub document: DocumentId,
    pub draft: DraftId,
    pub prepared_by: String,
    /// Who approved it last.
    pub approved_by: Option<String>,
}

pub fn insert(tx: &mut Tx<'_>, row: &Draft) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: DraftId) -> StoreResult<Option<Draft>> {
    Ok(t::table.find((v(company), v(id))).select(Draft::as_select()).get_result(conn).optional()?)
}

/// What those of them became that are posted, in no particular order.
pub fn documents_of(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[DraftId],
) -> StoreResult<Vec<(DraftId, DocumentId)>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        let became = query.select((t::id, t::document)).load::<(DraftId, Option<DocumentId>)>(conn)?;
        found.extend(became.into_iter().filter_map(|(id, document)| Some((id, document?))));
    }
    Ok(found)
}

/// As [`by_id`], locked until the transaction ends (on PostgreSQL; SQLite has one writer).
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: DraftId) -> StoreResult<Option<Draft>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result::<Draft>(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result::<Draft>(conn).optional()?,
    })
}

/// A page by id of those that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<DraftId>,
    limit: u32,
) -> StoreResult<Vec<Draft>> {
    let after = after.unwrap_or(DraftId::new(uuid::Uuid::nil()));
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after)))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Draft::as_select())
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(t::state.eq(v(state)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(t::kind.eq(kind.to_owned()));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(Some(customer)));
    }
    Ok(query.load(conn)?)
}

/// Writes what may change of a draft that is still at the version before `row.version`.
///
/// # Errors
/// `Conflict` if somebody changed it first.
pub fn update(tx: &mut Tx<'_>, row: &Draft) -> StoreResult<()> {
    let which = t::table.find((v(row.company), v(row.id))).filter(t::version.eq(row.version - 1));
    let updated = diesel::update(which)
        .set((
            t::state.eq(v(row.state)),
            t::key.eq(v(row.key)),
            t::body.eq(row.body.as_slice()),
            t::customer.eq(row.customer),
            t::currency.eq(row.currency),
            t::amount.eq(row.amount),
            t::counted.eq(row.counted),
            t::reverses.eq(row.reverses.as_deref()),
            t::effective_date.eq(row.effective_date),
            t::given.eq(v(row.given)),
            t::submitted_by.eq(row.submitted_by.as_deref()),
            t::decided_by.eq(row.decided_by.as_deref()),
            t::document.eq(row.document),
            t::updated_at.eq(v(row.updated_at)),
            t::version.eq(row.version),
        ))
        .execute(tx.conn())?;
    changed(updated, "draft", row.id)
}

/// Removes a draft and what was done with it.
///
/// # Errors
/// `Conflict` if it is not at `version` any more.
pub fn delete(tx: &mut Tx<'_>, company: CompanyId, id: DraftId, version: i64) -> StoreResult<()> {
    diesel::delete(a::table.filter(a::company.eq(v(company))).filter(a::draft.eq(v(id))))
        .execute(tx.conn())?;
    let which = t::table.find((v(company), v(id))).filter(t::version.eq(version));
    changed(diesel::delete(which).execute(tx.conn())?, "draft", id)
}

pub fn insert_act(tx: &mut Tx<'_>, row: &DraftActed) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

/// What was done with a draft, in its order.
pub fn acts_of(conn: &mut Conn, company: CompanyId, draft: DraftId) -> StoreResult<Vec<DraftActed>> {
    let query = a::table.filter(a::company.eq(v(company))).filter(a::draft.eq(v(draft)));
    Ok(query.order(a::n.asc()).select(DraftActed::as_select()).load(conn)?)
}

/// As [`acts_of`], of several drafts.
pub fn acts_of_all(conn: &mut Conn, company: CompanyId, drafts: &[DraftId]) -> StoreResult<Vec<DraftActed>> {
    let mut found = Vec::new();
    for chunk in drafts.chunks(super::IDS_MAX) {
        let query =
            a::table.filter(a::company.eq(v(company))).filter(a::draft.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((a::draft, a::n)).select(DraftActed::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The draft that became a document.
pub fn of_document(conn: &mut Conn, company: CompanyId, document: DocumentId) -> StoreResult<Option<Draft>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::document.eq(Some(document)));
    Ok(query.select(Draft::as_select()).first(conn).optional()?)
}

/// As [`of_document`], of several documents, in no particular order.
pub fn of_documents(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<MadeOf>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(super::IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::document.eq_any(chunk.iter().copied().map(Some)))
            .select((t::document, t::id, t::prepared_by, t::decided_by, t::given));
        let rows = query.load::<(Option<DocumentId>, DraftId, String, Option<String>, u32)>(conn)?;
        found.extend(rows.into_iter().filter_map(|(document, draft, prepared_by, decided_by, given)| {
            // who sent it back approved nothing
            let approved_by = decided_by.filter(|_| given > 0);
            Some(MadeOf { document: document?, draft, prepared_by, approved_by })
        }));
    }
    Ok(found)
}

/// Whether one of `people` had a hand in a draft of one of these kinds of the customer that was submitted and is effective in the span.
pub fn has_hand_in(
    conn: &mut Conn,
    company: CompanyId,
    (people, customer): (&[String], CustomerId),
    kinds: &[&str],
    (from, to): (NaiveDate, NaiveDate),
) -> StoreResult<bool> {
    let states = [DraftState::Submitted, DraftState::Approved, DraftState::Posted];
    let acted =
        a::table.filter(a::company.eq(v(company))).filter(a::person.eq_any(people.to_vec())).select(a::draft);
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::customer.eq(Some(customer)))
        .filter(t::kind.eq_any(kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>()))
        .filter(t::state.eq_any(states.into_iter().map(v)))
        .filter(t::effective_date.ge(Some(from)))
        .filter(t::effective_date.le(Some(to)))
        .filter(t::id.eq_any(acted));
    Ok(!query.select(t::id).limit(1).load::<DraftId>(conn)?.is_empty())
}

/// The oldest draft of a customer, in whatever state.
pub fn of_customer(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Option<DraftId>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(Some(customer)));
    Ok(query.order(t::id.asc()).select(t::id).first::<DraftId>(conn).optional()?)
}

/// Keys of what names no customer, or this one: it may hold her data.
pub fn keys_that_may_name(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Vec<KeyId>> {
    let whose = t::customer.is_null().or(t::customer.eq(Some(customer)));
    Ok(t::table.filter(t::company.eq(v(company))).filter(whose).select(t::key).load(conn)?)
}

/// Takes the reasons out of what was done with drafts of a customer, and of none.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let whose = t::customer.is_null().or(t::customer.eq(Some(customer)));
    let drafts = t::table.filter(t::company.eq(v(company))).filter(whose).select(t::id);
    let drafts: Vec<DraftId> = drafts.load(tx.conn())?;
    for chunk in drafts.chunks(super::IDS_MAX) {
        let acts =
            a::table.filter(a::company.eq(v(company))).filter(a::draft.eq_any(chunk.iter().copied().map(v)));
        diesel::update(acts).set(a::reason.eq(None::<String>)).execute(tx.conn())?;
    }
    Ok(())
}
