//! Tax invoices (发票), the documents that they are of, and on what credit notes of those were issued.

use super::{IDS_MAX, changed};
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, RedConfirmation, TaxInvoice, TaxInvoiceLink};
use crate::schema::{
    documents as d, red_confirmations as r, seals as s, tax_invoice_links as k, tax_invoices as t,
};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::ids::{CompanyId, CustomerId, DocumentId, TaxInvoiceId};
use domain::tax_invoice::{TaxInvoiceKind, TaxInvoiceStatus};
use uuid::Uuid;

/// # Errors
/// `Unique` `tax_invoices(company, number, code)`.
pub fn insert(tx: &mut Tx<'_>, row: &TaxInvoice, links: &[TaxInvoiceLink]) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row))?;
    rows::insert(tx, links).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: TaxInvoiceId) -> StoreResult<Option<TaxInvoice>> {
    Ok(t::table.find((v(company), v(id))).select(TaxInvoice::as_select()).get_result(conn).optional()?)
}

/// In no particular order; those that are not there are left out.
pub fn by_ids(conn: &mut Conn, company: CompanyId, ids: &[TaxInvoiceId]) -> StoreResult<Vec<TaxInvoice>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(TaxInvoice::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Those of a number: of the older kinds several, which their codes tell apart.
pub fn by_number(conn: &mut Conn, company: CompanyId, number: &str) -> StoreResult<Vec<TaxInvoice>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::number.eq(number));
    Ok(query.order(t::id.asc()).select(TaxInvoice::as_select()).load(conn)?)
}

/// As [`by_id`], locked until the transaction ends: whoever voids it or takes it back waits here.
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: TaxInvoiceId) -> StoreResult<Option<TaxInvoice>> {
    let query = t::table.find((v(company), v(id))).select(t::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().get_result::<TaxInvoice>(conn).optional()?,
        Conn::Sqlite(conn) => query.get_result::<TaxInvoice>(conn).optional()?,
    })
}

/// The red-letter ones of some, voided ones among them.
pub fn reds_of(conn: &mut Conn, company: CompanyId, ids: &[TaxInvoiceId]) -> StoreResult<Vec<TaxInvoice>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::original.eq_any(chunk.iter().copied().map(Some)));
        found.extend(query.order(t::id.asc()).select(TaxInvoice::as_select()).load(conn)?);
    }
    Ok(found)
}

/// By tax invoice and document.
pub fn links_of(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[TaxInvoiceId],
) -> StoreResult<Vec<TaxInvoiceLink>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = k::table
            .filter(k::company.eq(v(company)))
            .filter(k::tax_invoice.eq_any(chunk.iter().copied().map(v)));
        let ordered = query.order((k::tax_invoice, k::document));
        found.extend(ordered.select(TaxInvoiceLink::as_select()).load(conn)?);
    }
    Ok(found)
}

/// In which tax invoices some documents are, voided ones among them.
pub fn links_of_documents(
    conn: &mut Conn,
    company: CompanyId,
    documents: &[DocumentId],
) -> StoreResult<Vec<TaxInvoiceLink>> {
    let mut found = Vec::new();
    for chunk in documents.chunks(IDS_MAX) {
        let query = k::table
            .filter(k::company.eq(v(company)))
            .filter(k::document.eq_any(chunk.iter().copied().map(v)));
        let ordered = query.order((k::document, k::tax_invoice));
        found.extend(ordered.select(TaxInvoiceLink::as_select()).load(conn)?);
    }
    Ok(found)
}

/// Notes that it was voided.
///
/// # Errors
/// `Conflict` if it is already.
pub fn void(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: TaxInvoiceId,
    (on, event): (NaiveDate, Uuid),
) -> StoreResult<()> {
    let one = t::table.find((v(company), v(id))).filter(t::voided_on.is_null());
    let updated = diesel::update(one)
        .set((t::voided_on.eq(Some(on)), t::voided_ref.eq(Some(event))))
        .execute(tx.conn())?;
    changed(updated, "tax invoice", id)
}

/// The last day on which something was issued to a customer.
pub fn last_day(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Option<NaiveDate>> {
    let own = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
    Ok(own.order(t::issued_on.desc()).select(t::issued_on).first(conn).optional()?)
}

/// What [`list`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter<'a> {
    pub customer: Option<CustomerId>,
    pub number: Option<&'a str>,
    pub kind: Option<TaxInvoiceKind>,
    /// As [`TaxInvoiceStatus::of`] has it.
    pub status: Option<TaxInvoiceStatus>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Known at this position of the chain.
    pub known_at: Option<u64>,
}

/// Not voided, and wholly taken back by red-letter ones that are not, either.
const RED: &str = "tax_invoices.voided_on IS NULL AND tax_invoices.gross > 0 AND tax_invoices.gross <= COALESCE(\
     (SELECT CAST(SUM(r.gross) AS BIGINT) FROM tax_invoices AS r \
     WHERE r.company = tax_invoices.company AND r.original = tax_invoices.id AND r.voided_on IS NULL), 0)";

/// A page by (day of issue, id).
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter<'_>,
    after: Option<(NaiveDate, TaxInvoiceId)>,
    limit: u32,
) -> StoreResult<Vec<TaxInvoice>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(TaxInvoice::as_select()).into_boxed();
    if let Some(customer) = filter.customer {
        query = query.filter(t::customer.eq(v(customer)));
    }
    if let Some(number) = filter.number {
        query = query.filter(t::number.eq(number.to_owned()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(t::kind.eq(v(kind)));
    }
    let red = || diesel::dsl::sql::<Bool>(RED);
    query = match filter.status {
        Some(TaxInvoiceStatus::Voided) => query.filter(t::voided_on.is_not_null()),
        Some(TaxInvoiceStatus::Red) => query.filter(red()),
        Some(TaxInvoiceStatus::Issued) => {
            query.filter(t::voided_on.is_null()).filter(diesel::dsl::not(red()))
        }
        None => query,
    };
    if let Some(from) = filter.from {
        query = query.filter(t::issued_on.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::issued_on.le(v(to)));
    }
    if let Some(known_at) = filter.known_at {
        let known = s::table
            .filter(s::company.eq(t::company))
            .filter(s::reference.eq(t::seal_ref))
            .filter(s::position.le(v(known_at)));
        query = query.filter(diesel::dsl::exists(known));
    }
    if let Some((date, id)) = after {
        let later = t::issued_on.gt(v(date)).or(t::issued_on.eq(v(date)).and(t::id.gt(v(id))));
        query = query.filter(t::issued_on.ge(v(date))).filter(later);
    }
    Ok(query.order((t::issued_on.asc(), t::id.asc())).limit(i64::from(limit)).load(conn)?)
}

pub fn insert_confirmation(tx: &mut Tx<'_>, row: &RedConfirmation) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(row)).map(drop)
}

/// On what a credit note was issued, if its original had a tax invoice.
pub fn confirmation_of(
    conn: &mut Conn,
    company: CompanyId,
    document: DocumentId,
) -> StoreResult<Option<RedConfirmation>> {
    let query = r::table.find((v(company), v(document)));
    Ok(query.select(RedConfirmation::as_select()).get_result(conn).optional()?)
}

/// Held until the transaction ends: whoever issues something on the same confirmation waits here, and then sees what was issued on it.
/// (SQLite has one writer.)
pub fn hold_confirmation(tx: &mut Tx<'_>, company: CompanyId, number: &str) -> StoreResult<()> {
    if let Conn::Postgres(conn) = tx.conn() {
        let lock = diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))");
        let name = format!("red confirmation {company} {number}");
        lock.bind::<diesel::sql_types::Text, _>(name).execute(conn)?;
    }
    Ok(())
}

/// A page, by credit note after `after`, of what they were issued on.
pub fn confirmations(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<DocumentId>,
    limit: u32,
) -> StoreResult<Vec<RedConfirmation>> {
    let after = after.unwrap_or(DocumentId::new(Uuid::nil()));
    let query = r::table.filter(r::company.eq(v(company))).filter(r::document.gt(v(after)));
    Ok(query
        .order(r::document.asc())
        .limit(i64::from(limit))
        .select(RedConfirmation::as_select())
        .load(conn)?)
}

/// The credit notes that were issued on a confirmation, taken back ones among them.
pub fn confirmed_by(conn: &mut Conn, company: CompanyId, number: &str) -> StoreResult<Vec<DocumentId>> {
    let query = r::table.filter(r::company.eq(v(company))).filter(r::number.eq(number));
    Ok(query.order(r::document.asc()).select(r::document).load::<DocumentId>(conn)?)
}

/// The red-letter tax invoices that name a confirmation, voided ones among them.
pub fn reds_by(conn: &mut Conn, company: CompanyId, number: &str) -> StoreResult<Vec<TaxInvoice>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::confirmation.eq(number));
    Ok(query.order(t::id.asc()).select(TaxInvoice::as_select()).load(conn)?)
}

/// Takes the words about a customer out of her tax invoices and of what her credit notes were issued on.
pub fn silence(tx: &mut Tx<'_>, company: CompanyId, customer: CustomerId) -> StoreResult<()> {
    let (none, no_salt) = (None::<String>, None::<Vec<u8>>);
    let own = t::table.filter(t::company.eq(v(company))).filter(t::customer.eq(v(customer)));
    diesel::update(own)
        .set((
            t::reason.eq(&none),
            t::buyer_name.eq(&none),
            t::buyer_tax_id.eq(&none),
            t::text_salt.eq(&no_salt),
        ))
        .execute(tx.conn())?;
    let hers = d::table.filter(d::company.eq(v(company))).filter(d::customer.eq(v(customer)));
    let notes = r::table.filter(r::company.eq(v(company)).and(r::document.eq_any(hers.select(d::id))));
    diesel::update(notes).set((r::reason.eq(&none), r::salt.eq(&no_salt))).execute(tx.conn())?;
    Ok(())
}
