//! Documents with their lines and tax lines.

use super::{IDS_MAX, open_items};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::query::open_items::ItemDocument;
use crate::rows::{self, Document, DocumentAllowance, DocumentLine, TaxLine};
use crate::schema::{
    document_allowances as w, document_lines as l, documents as t, entries as e, open_items as i, seals as s,
    tax_lines as x,
};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{BankLineId, CompanyId, CustomerId, DocumentId, EntryId};
use money::{Currency, Minor};
use std::collections::HashSet;

/// Documents to insert, with everything that hangs on them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentRows {
    pub documents: Vec<Document>,
    pub lines: Vec<DocumentLine>,
    pub allowances: Vec<DocumentAllowance>,
    pub tax_lines: Vec<TaxLine>,
}

/// What [`list`] shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    pub kind: Option<&'a str>,
    pub customer: Option<CustomerId>,
    /// The integrator's own id, unique by kind.
    pub external_id: Option<&'a str>,
    /// Effective on or after.
    pub from: Option<NaiveDate>,
    /// Effective on or before.
    pub to: Option<NaiveDate>,
    pub currency: Option<Currency>,
    /// Whether something of it is still open.
    pub open: Option<bool>,
}

/// Every kind: an `external_id` is found through the key that begins with them.
const KINDS: [&str; 18] = [
    "invoice",
    "credit-note",
    "debit-note",
    "receipt",
    "return",
    "opening",
    "adjustment",
    "transfer",
    "late-fee",
    "write-off",
    "refund",
    "bill",
    "bill-endorsement",
    "bill-discount",
    "bill-payment",
    "bill-dishonour",
    "delivery",
    "advance",
];

/// # Errors
/// `Unique` `documents(company, kind, number)` or `documents(company, kind, external_id)`.
pub fn insert(tx: &mut Tx<'_>, rows: &DocumentRows) -> StoreResult<()> {
    rows::insert(tx, &rows.documents)?;
    rows::insert(tx, &rows.lines)?;
    rows::insert(tx, &rows.allowances)?;
    rows::insert(tx, &rows.tax_lines).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: DocumentId) -> StoreResult<Option<Document>> {
    Ok(t::table.find((v(company), v(id))).select(Document::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[DocumentId]) -> StoreResult<Vec<Document>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(Document::as_select()).load(conn)?);
    }
    Ok(found)
}

/// What items show of their documents, in no particular order.
pub fn heads_of(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[DocumentId],
) -> StoreResult<Vec<(DocumentId, ItemDocument)>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        let head = (t::number, t::tax_invoice_number, t::purchase_order, t::document_date);
        found.extend(query.select((t::id, head)).load::<(DocumentId, ItemDocument)>(conn)?);
    }
    Ok(found)
}

/// What ledgers show of a document.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct LedgerDocument {
    pub head: ItemDocument,
    pub due_date: Option<NaiveDate>,
    pub gross: Minor,
    pub text: Option<String>,
}

/// What ledgers show of these documents, in no particular order.
pub fn of_ledger(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[DocumentId],
) -> StoreResult<Vec<(DocumentId, LedgerDocument)>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        let head = (t::number, t::tax_invoice_number, t::purchase_order, t::document_date);
        let query = query.select((t::id, (head, t::due_date, t::gross, t::text)));
        found.extend(query.load::<(DocumentId, LedgerDocument)>(conn)?);
    }
    Ok(found)
}

pub fn by_number(
    conn: &mut Conn,
    company: CompanyId,
    kind: &str,
    number: &str,
) -> StoreResult<Option<Document>> {
    let query =
        t::table.filter(t::company.eq(v(company))).filter(t::kind.eq(kind)).filter(t::number.eq(number));
    Ok(query.select(Document::as_select()).get_result(conn).optional()?)
}

/// By number, of whatever kind: a series names its kind.
pub fn by_any_number(conn: &mut Conn, company: CompanyId, number: &str) -> StoreResult<Option<Document>> {
    let query =
        t::table.filter(t::company.eq(v(company))).filter(t::kind.eq_any(KINDS)).filter(t::number.eq(number));
    Ok(query.order(t::id.asc()).select(Document::as_select()).get_results(conn)?.into_iter().next())
}

/// As [`by_any_number`], of many, by id; those that are not there are left out.
pub fn by_any_numbers(conn: &mut Conn, company: CompanyId, numbers: &[&str]) -> StoreResult<Vec<Document>> {
    let mut found: Vec<Document> = Vec::new();
    for chunk in numbers.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::kind.eq_any(KINDS))
            .filter(t::number.eq_any(chunk.iter().copied()));
        found.extend(query.select(Document::as_select()).load(conn)?);
    }
    found.sort_by_key(|row| row.id);
    Ok(found)
}

/// By the integrator's own id.
pub fn by_external_id(
    conn: &mut Conn,
    company: CompanyId,
    kind: &str,
    external_id: &str,
) -> StoreResult<Option<Document>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::kind.eq(kind))
        .filter(t::external_id.eq(external_id))
        .select(Document::as_select())
        .get_result(conn)
        .optional()?)
}

/// As [`by_external_id`], of many, in no particular order; those that are not there are left out.
pub fn by_external_ids(
    conn: &mut Conn,
    company: CompanyId,
    kind: &str,
    external_ids: &[&str],
) -> StoreResult<Vec<Document>> {
    let mut found = Vec::new();
    for chunk in external_ids.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::kind.eq(kind))
            .filter(t::external_id.eq_any(chunk.iter().copied()));
        found.extend(query.select(Document::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Lines of some documents, by document and line.
pub fn lines_of(conn: &mut Conn, company: CompanyId, ids: &[DocumentId]) -> StoreResult<Vec<DocumentLine>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = l::table
            .filter(l::company.eq(v(company)))
            .filter(l::document.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((l::document, l::line)).select(DocumentLine::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Allowances and charges of some documents, by document, line (0: the document's own) and number.
pub fn allowances_of(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[DocumentId],
) -> StoreResult<Vec<DocumentAllowance>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = w::table
            .filter(w::company.eq(v(company)))
            .filter(w::document.eq_any(chunk.iter().copied().map(v)));
        let ordered = query.order((w::document, w::line, w::n));
        found.extend(ordered.select(DocumentAllowance::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Tax lines of some documents, by document and number.
pub fn tax_lines_of(conn: &mut Conn, company: CompanyId, ids: &[DocumentId]) -> StoreResult<Vec<TaxLine>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = x::table
            .filter(x::company.eq(v(company)))
            .filter(x::document.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.order((x::document, x::n)).select(TaxLine::as_select()).load(conn)?);
    }
    Ok(found)
}

/// A page by effective date and id.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<(NaiveDate, DocumentId)>,
    limit: u32,
) -> StoreResult<Vec<Document>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(Document::as_select()).into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(t::kind.eq(kind));
    } else if filter.external_id.is_some() {
        query = query.filter(t::kind.eq_any(KINDS));
    }
    if let Some(currency) = filter.currency {
        query = query.filter(t::currency.eq(v(currency)));
    }
    if let Some(open) = filter.open {
        let left = i::table
            .filter(i::company.eq(t::company))
            .filter(i::document.eq(t::id.nullable()))
            .filter(open_items::is_open());
        query = match open {
            true => query.filter(diesel::dsl::exists(left)),
            false => query.filter(diesel::dsl::not(diesel::dsl::exists(left))),
        };
    }
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(v(customer)));
    }
    if let Some(external_id) = filter.external_id {
        query = query.filter(t::external_id.eq(external_id));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::effective_date.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::effective_date.le(v(to)));
    }
    if let Some((date, id)) = after {
        let later = t::effective_date.gt(v(date)).or(t::effective_date.eq(v(date)).and(t::id.gt(v(id))));
        query = query.filter(t::effective_date.ge(v(date))).filter(later);
    }
    Ok(query.order((t::effective_date.asc(), t::id.asc())).limit(i64::from(limit)).load(conn)?)
}

/// Documents of a kind, of one customer or of all, that were posted and not reversed, as of a day and as known at a position of the
/// chain; by effective date and id.
pub fn posted_at(
    conn: &mut Conn,
    company: CompanyId,
    (kind, customer): (&str, Option<CustomerId>),
    (as_of, known_at): (NaiveDate, u64),
) -> StoreResult<Vec<DocumentId>> {
    let sealed = || e::table.inner_join(s::table.on(s::company.eq(e::company).and(s::reference.eq(e::id))));
    let known = || {
        sealed()
            .filter(e::company.eq(v(company)))
            .filter(e::effective_date.le(v(as_of)))
            .filter(s::position.le(v(known_at)))
    };
    let reversals = known().filter(e::kind.eq("reversal")).filter(e::reverses.is_not_null());
    let reversed: Vec<Option<EntryId>> = reversals.select(e::reverses).load(conn)?;
    let reversed: HashSet<EntryId> = reversed.into_iter().flatten().collect();
    let posted = known().filter(e::kind.eq(kind)).order((e::effective_date.asc(), e::id.asc()));
    let posted: Vec<(EntryId, Option<DocumentId>)> = posted.select((e::id, e::document)).load(conn)?;
    let standing = posted.into_iter().filter(|(entry, _)| !reversed.contains(entry));
    let ids: Vec<DocumentId> = standing.filter_map(|(_, document)| document).collect();
    let Some(customer) = customer else { return Ok(ids) };
    let mut hers = HashSet::new();
    for chunk in ids.chunks(IDS_MAX) {
        let own = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
        let own = own.filter(t::id.eq_any(chunk.iter().copied().map(v)));
        hers.extend(own.select(t::id).load::<DocumentId>(conn)?);
    }
    Ok(ids.into_iter().filter(|id| hers.contains(id)).collect())
}

/// Documents that name this one as their original, as credit notes do.
pub fn credits_of(conn: &mut Conn, company: CompanyId, original: DocumentId) -> StoreResult<Vec<Document>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::original.eq(Some(original)));
    Ok(query.order(t::id.asc()).select(Document::as_select()).load(conn)?)
}

/// As [`credits_of`], of many.
pub fn credits_of_each(
    conn: &mut Conn,
    company: CompanyId,
    originals: &[DocumentId],
) -> StoreResult<Vec<Document>> {
    let mut found: Vec<Document> = Vec::new();
    for chunk in originals.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::original.eq_any(chunk.iter().copied().map(Some)));
        found.extend(query.select(Document::as_select()).load(conn)?);
    }
    found.sort_by_key(|row| row.id);
    Ok(found)
}

/// Documents that one of these words names, by number or external id, a few of each; `everywhere` also by tax invoice and purchase
/// order, which no index finds.
pub fn named(
    conn: &mut Conn,
    company: CompanyId,
    words: &[String],
    everywhere: bool,
) -> StoreResult<Vec<DocumentId>> {
    const FOUND_MAX: i64 = 200;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let of_company = || t::table.filter(t::company.eq(v(company))).limit(FOUND_MAX).select(t::id);
    let keyed = || of_company().filter(t::kind.eq_any(KINDS));
    let mut found: Vec<DocumentId> = keyed().filter(t::number.eq_any(words.to_vec())).load(conn)?;
    found.extend(keyed().filter(t::external_id.eq_any(words.to_vec())).load::<DocumentId>(conn)?);
    if everywhere {
        let invoiced = t::tax_invoice_number.eq_any(words.to_vec());
        let ordered = t::purchase_order.eq_any(words.to_vec());
        found.extend(of_company().filter(invoiced.or(ordered)).load::<DocumentId>(conn)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Documents that came of these bank lines, by id.
pub fn of_bank_lines(
    conn: &mut Conn,
    company: CompanyId,
    lines: &[BankLineId],
) -> StoreResult<Vec<Document>> {
    let mut found = Vec::new();
    for chunk in lines.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::bank_line.eq_any(chunk.iter().copied().map(Some)));
        found.extend(query.order(t::id.asc()).select(Document::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Sets the bank line of a document that was taken back free for another: a line becomes one document. The event that posted it
/// names the line for ever.
pub fn release_bank_line(tx: &mut Tx<'_>, company: CompanyId, id: DocumentId) -> StoreResult<()> {
    let one = t::table.find((v(company), v(id)));
    diesel::update(one).set(t::bank_line.eq(None::<BankLineId>)).execute(tx.conn())?;
    Ok(())
}

/// Whether one of `actors` posted a document of one of these kinds for the customer that is effective in the span.
pub fn was_posted_by(
    conn: &mut Conn,
    company: CompanyId,
    (actors, customer): (&[String], CustomerId),
    kinds: &[&str],
    (from, to): (NaiveDate, NaiveDate),
) -> StoreResult<bool> {
    let query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::customer.eq(v(customer)))
        .filter(t::effective_date.ge(v(from)))
        .filter(t::effective_date.le(v(to)))
        .filter(t::kind.eq_any(kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>()))
        .filter(t::created_by.eq_any(actors.to_vec()));
    Ok(!query.select(t::id).limit(1).load::<DocumentId>(conn)?.is_empty())
}

/// Whether there is a document of one of these kinds, effective on or before a day where one is given.
pub fn has_any(
    conn: &mut Conn,
    company: CompanyId,
    kinds: &[&str],
    to: Option<NaiveDate>,
) -> StoreResult<bool> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::kind.eq_any(kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>()))
        .select(t::id)
        .limit(1)
        .into_boxed();
    if let Some(to) = to {
        query = query.filter(t::effective_date.le(v(to)));
    }
    Ok(!query.load::<DocumentId>(conn)?.is_empty())
}

/// Sets a document's `external_id` free for another, and keeps what it was: the document commits to it.
pub fn release_external_id(tx: &mut Tx<'_>, company: CompanyId, id: DocumentId) -> StoreResult<()> {
    let one = t::table.find((v(company), v(id)));
    let Some(Some(name)) = one.select(t::external_id).first::<Option<String>>(tx.conn()).optional()? else {
        return Ok(());
    };
    let released = format!("{name}{}{id}", rows::RELEASED);
    diesel::update(one).set(t::external_id.eq(released)).execute(tx.conn())?;
    Ok(())
}
