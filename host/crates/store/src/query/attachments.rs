//! Files that go with a draft or document.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Attachment};
use crate::schema::{attachments as t, blobs as b, drafts as d};
use crate::types::v;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{AttachmentId, BlobId, CompanyId, DocumentId, DraftId, KeyId};

/// What a list shows of the bytes, without them.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Stored {
    pub blob: BlobId,
    pub key: KeyId,
    pub media_type: String,
    pub size: u64,
    pub commitment: Digest,
}

pub fn insert(tx: &mut Tx<'_>, row: &Attachment) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: AttachmentId) -> StoreResult<Option<Attachment>> {
    Ok(t::table.find((v(company), v(id))).select(Attachment::as_select()).get_result(conn).optional()?)
}

/// A page of all by id.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<AttachmentId>,
    limit: u32,
) -> StoreResult<Vec<Attachment>> {
    let after = after.unwrap_or(AttachmentId::new(uuid::Uuid::nil()));
    let query = t::table.filter(t::company.eq(v(company))).filter(t::id.gt(v(after)));
    Ok(query.order(t::id.asc()).limit(i64::from(limit)).select(Attachment::as_select()).load(conn)?)
}

/// What [`search`] shows; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    pub draft: Option<DraftId>,
    pub document: Option<DocumentId>,
}

/// A page by id of those that are wanted.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<AttachmentId>,
    limit: u32,
) -> StoreResult<Vec<Attachment>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(AttachmentId::new(uuid::Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(Attachment::as_select())
        .into_boxed();
    if let Some(draft) = filter.draft {
        query = query.filter(t::draft.eq(Some(draft)));
    }
    if let Some(document) = filter.document {
        query = query.filter(t::document.eq(Some(document)));
    }
    Ok(query.load(conn)?)
}

/// Those of a draft, by id.
pub fn of_draft(conn: &mut Conn, company: CompanyId, draft: DraftId) -> StoreResult<Vec<Attachment>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::draft.eq(Some(draft)));
    Ok(query.order(t::id.asc()).select(Attachment::as_select()).load(conn)?)
}

/// Those of a document, by id.
pub fn of_document(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> StoreResult<Vec<Attachment>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::document.eq(Some(document)));
    Ok(query.order(t::id.asc()).select(Attachment::as_select()).load(conn)?)
}

/// Those of a draft belong to the document that it became.
pub fn move_on(
    tx: &mut Tx<'_>,
    company: CompanyId,
    draft: DraftId,
    document: DocumentId,
) -> StoreResult<usize> {
    let own = t::table.filter(t::company.eq(v(company))).filter(t::draft.eq(Some(draft)));
    Ok(diesel::update(own).set(t::document.eq(Some(document))).execute(tx.conn())?)
}

/// Removes those of a draft that is deleted; gives the blobs that nothing names any more.
pub fn remove_of(tx: &mut Tx<'_>, company: CompanyId, draft: DraftId) -> StoreResult<Vec<BlobId>> {
    let own = || t::table.filter(t::company.eq(v(company))).filter(t::draft.eq(Some(draft)));
    let blobs = own().select(t::blob).load(tx.conn())?;
    diesel::delete(own()).execute(tx.conn())?;
    Ok(blobs)
}

/// Keys of what is attached to drafts that name no customer: it may hold anybody's data.
pub fn keys_of_nobody(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<KeyId>> {
    let drafts =
        d::table.filter(d::company.eq(v(company))).filter(d::customer.is_null()).select(d::id.nullable());
    let own = t::table.filter(t::company.eq(v(company))).filter(t::draft.eq_any(drafts));
    let blobs: Vec<BlobId> = own.select(t::blob).load(conn)?;
    Ok(stored(conn, company, &blobs)?.into_iter().map(|stored| stored.key).collect())
}

/// What is stored of these blobs, in no particular order.
pub fn stored(conn: &mut Conn, company: CompanyId, ids: &[BlobId]) -> StoreResult<Vec<Stored>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            b::table.filter(b::company.eq(v(company))).filter(b::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select((b::id, b::key, b::media_type, b::size, b::commitment)).load(conn)?);
    }
    Ok(found)
}
