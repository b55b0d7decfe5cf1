//! Erasing a customer: what law retains, which keys encrypt her data, and what stands in the tables in clear.
//!
//! | data | where they go |
//! |---|---|
//! | name, address, tax id, e-mail, accounts | NULL or deleted |
//! | free texts, purchase orders, descriptions, salts of documents | NULL |
//! | payer, references and texts of her bank lines | NULL |
//! | words of proposals over her or her lines | empty; codes and scores stay |
//! | guest inputs and outputs, sealed statements, bank files | their keys are destroyed (`keys::destroy`) |
//!
//! Her bank lines are those attributed to her, and those nobody is attributed to that came from her accounts.

use super::{IDS_MAX, customers};
use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::Customer;
use crate::schema::{
    allocations as a, bank_files as f, bank_lines as b, bank_statements as s, blobs, customers as c,
    documents as d, invocations as n, open_items as i, proposal_lines as pl, proposals as p,
    statements as st,
};
use crate::types::{Json, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{
    BankFileId, BankLineId, BankStatementId, BlobId, CompanyId, CustomerId, InvocationId, KeyId, ProposalId,
};
use domain::time::{AccountingDate, BookingDate, Instant};
use serde_json::Value;
use std::collections::BTreeSet;

/// The customer, locked until the transaction ends: nobody posts to it meanwhile who [`hold`]s it, and what was posted
/// before is seen by the queries that follow.
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId) -> StoreResult<Option<Customer>> {
    let query = c::table.find((v(company), v(id))).select(c::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().first::<Customer>(conn).optional()?,
        Conn::Sqlite(conn) => query.first::<Customer>(conn).optional()?,
    })
}

/// The customer, kept from being changed or erased until the transaction ends; others may hold it too. For whoever
/// writes personal data of it.
///
/// # Errors
/// `NotFound`; `Conflict` if it is erased.
pub fn hold(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId) -> StoreResult<Customer> {
    let query = c::table.find((v(company), v(id))).select(c::all_columns);
    let found = match tx.conn() {
        Conn::Postgres(conn) => query.for_share().first::<Customer>(conn).optional()?,
        Conn::Sqlite(conn) => query.first::<Customer>(conn).optional()?,
    };
    let row = found.ok_or_else(|| StoreError::not_found("customer", id))?;
    if row.erased_at.is_some() { Err(StoreError::conflict("customer", id)) } else { Ok(row) }
}

/// The last day of anything on record: documents, allocations, statements, lines of banks. `None`: there is nothing.
pub fn last_recorded(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Option<NaiveDate>> {
    let documents = || d::table.filter(d::company.eq(v(company))).filter(d::customer.eq(v(customer)));
    let dated: Option<NaiveDate> =
        documents().order(d::document_date.desc()).select(d::document_date).first(conn).optional()?;
    let effective: Option<NaiveDate> =
        documents().order(d::effective_date.desc()).select(d::effective_date).first(conn).optional()?;
    let stated: Option<NaiveDate> = st::table
        .filter(st::company.eq(v(company)))
        .filter(st::customer.eq(v(customer)))
        .order(st::cut_off.desc())
        .select(st::cut_off)
        .first(conn)
        .optional()?;
    let allocated = last_allocated(conn, company, customer)?;
    let lines = lines_of(conn, company, customer)?;
    let booked = lines.into_iter().map(|line| line.booked.date()).max();
    Ok([dated, effective, stated, allocated, booked].into_iter().flatten().max())
}

fn last_allocated(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Option<NaiveDate>> {
    let own = || i::company.eq(v(company)).and(i::customer.eq(v(customer)));
    let debit: Option<AccountingDate> = i::table
        .inner_join(a::table.on(a::company.eq(i::company).and(a::debit_item.eq(i::id))))
        .filter(own())
        .order(a::effective_date.desc())
        .select(a::effective_date)
        .first(conn)
        .optional()?;
    let credit: Option<AccountingDate> = i::table
        .inner_join(a::table.on(a::company.eq(i::company).and(a::credit_item.eq(i::id))))
        .filter(own())
        .order(a::effective_date.desc())
        .select(a::effective_date)
        .first(conn)
        .optional()?;
    Ok(debit.max(credit).map(AccountingDate::date))
}

#[derive(Queryable)]
struct Line {
    id: BankLineId,
    statement: BankStatementId,
    booked: BookingDate,
}

/// Her bank lines: attributed to her, or to nobody and from one of her accounts.
fn lines_of(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Vec<Line>> {
    let select = (b::id, b::statement, b::booking_date);
    let of_company = || b::table.filter(b::company.eq(v(company)));
    let mut found: Vec<Line> =
        of_company().filter(b::customer.eq(Some(customer))).select(select).load(conn)?;
    let accounts: Vec<String> =
        customers::accounts(conn, company, &[customer])?.into_iter().map(|account| account.account).collect();
    if !accounts.is_empty() {
        let unattributed = of_company()
            .filter(b::customer.is_null())
            .filter(b::payer_account.eq_any(accounts.iter().map(String::as_str)));
        found.extend(unattributed.select(select).load::<Line>(conn)?);
    }
    Ok(found)
}

/// Keys of the bank's files in which her lines stand, and of the calls that read them. Beside `keys::of_party`: the
/// index names whom the file's accounts named when it was imported and whom its lines were attributed to, but not who
/// became a customer later.
pub fn keys_of_bank_data(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Vec<KeyId>> {
    let statements: BTreeSet<BankStatementId> =
        lines_of(conn, company, customer)?.into_iter().map(|line| line.statement).collect();
    let statements: Vec<BankStatementId> = statements.into_iter().collect();
    let mut files: BTreeSet<BankFileId> = BTreeSet::new();
    for chunk in statements.chunks(IDS_MAX) {
        let query =
            s::table.filter(s::company.eq(v(company))).filter(s::id.eq_any(chunk.iter().copied().map(v)));
        files.extend(query.select(s::file).load::<BankFileId>(conn)?);
    }
    let files: Vec<BankFileId> = files.into_iter().collect();
    let mut held: Vec<BlobId> = Vec::new();
    for chunk in files.chunks(IDS_MAX) {
        let query =
            f::table.filter(f::company.eq(v(company))).filter(f::id.eq_any(chunk.iter().copied().map(v)));
        let found: Vec<(BlobId, InvocationId)> = query.select((f::blob, f::invocation)).load(conn)?;
        let calls = found.iter().map(|(_, call)| v(*call));
        let inputs = n::table.filter(n::company.eq(v(company))).filter(n::id.eq_any(calls));
        held.extend(inputs.select(n::input).load::<BlobId>(conn)?);
        held.extend(found.into_iter().map(|(blob, _)| blob));
    }
    let mut keys: BTreeSet<KeyId> = BTreeSet::new();
    for chunk in held.chunks(IDS_MAX) {
        let query = blobs::table
            .filter(blobs::company.eq(v(company)))
            .filter(blobs::id.eq_any(chunk.iter().copied().map(v)));
        keys.extend(query.select(blobs::key).load::<KeyId>(conn)?);
    }
    Ok(keys.into_iter().collect())
}

/// Removes every personal datum of a customer from the tables. Ask for the keys first: this removes the accounts by
/// which her lines are found.
///
/// # Errors
/// As `customers::erase`.
pub fn erase(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId, at: Instant) -> StoreResult<()> {
    let lines: Vec<BankLineId> = lines_of(tx, company, id)?.into_iter().map(|line| line.id).collect();
    silence_proposals(tx, company, id, &lines)?;
    customers::erase(tx, company, id, at)?;
    let none = None::<String>;
    for chunk in lines.chunks(IDS_MAX) {
        let which =
            b::table.filter(b::company.eq(v(company))).filter(b::id.eq_any(chunk.iter().copied().map(v)));
        diesel::update(which)
            .set((
                b::payer_name.eq(&none),
                b::payer_account.eq(&none),
                b::payer_id.eq(&none),
                b::ultimate_debtor.eq(&none),
                b::end_to_end.eq(&none),
                b::servicer_reference.eq(&none),
                b::mandate.eq(&none),
                b::structured.eq(&none),
                b::free_text.eq(&none),
                b::original_end_to_end.eq(&none),
                b::payment.eq(v(Json(Value::Object(serde_json::Map::new())))),
                b::remittances.eq(v(Json(Value::Array(Vec::new())))),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Takes the words out of the reasons of proposals: a guest may have named the payer in them.
fn silence_proposals(
    tx: &mut Tx<'_>,
    company: CompanyId,
    customer: CustomerId,
    lines: &[BankLineId],
) -> StoreResult<()> {
    let own = p::table.filter(p::company.eq(v(company))).filter(p::customer.eq(Some(customer)));
    let mut ids: BTreeSet<ProposalId> =
        own.select(p::id).load::<ProposalId>(tx.conn())?.into_iter().collect();
    for chunk in lines.chunks(IDS_MAX) {
        let query = pl::table
            .filter(pl::company.eq(v(company)))
            .filter(pl::bank_line.eq_any(chunk.iter().copied().map(v)));
        ids.extend(query.select(pl::proposal).load::<ProposalId>(tx.conn())?);
    }
    let ids: Vec<ProposalId> = ids.into_iter().collect();
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            p::table.filter(p::company.eq(v(company))).filter(p::id.eq_any(chunk.iter().copied().map(v)));
        let found: Vec<(ProposalId, Json<Value>)> = query.select((p::id, p::reasons)).load(tx.conn())?;
        for (id, reasons) in found {
            diesel::update(p::table.find((v(company), v(id))))
                .set(p::reasons.eq(v(Json(without_words(reasons.0)))))
                .execute(tx.conn())?;
        }
    }
    Ok(())
}

/// The reasons with `text` emptied.
fn without_words(mut reasons: Value) -> Value {
    for reason in reasons.as_array_mut().into_iter().flatten() {
        if let Some(text) = reason.get_mut("text") {
            *text = Value::String(String::new());
        }
    }
    reasons
}
