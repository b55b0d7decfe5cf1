//! Erasing a customer: what law retains, which keys encrypt her data, and what stands in the tables in clear.
//!
//! | data | where they go |
//! |---|---|
//! | name, address, region, tax ids, e-mail, accounts, former names and tax ids, contacts | NULL or deleted |
//! | texts, descriptions, units, citations, other systems' numbers and salts of documents | NULL |
//! | texts, slip numbers and salts of deliveries; buyers, reasons and salts of tax invoices and red confirmations | NULL |
//! | payer, references, texts and reasons of return of her bank lines | NULL |
//! | why her lines were left to people; tolerances of her own | deleted |
//! | names and warnings of the files they stood in | empty |
//! | rule and reasons of proposals over her or her lines: words of a guest | empty; confidence and score stay |
//! | reasons in what was done with her drafts, and of exceptions made for her | NULL |
//! | bodies of her drafts, and of those that name nobody; attachments | their keys are destroyed |
//! | numbers, drawers and acceptors of her bills of exchange, and their salts | NULL |
//! | who confirmed her statements, what shows it, what she disputed in her words, the answers, and their salts | NULL |
//! | notes and reasons of checklists that name her, and their salts | NULL |
//! | reasons in what was done with money in suspense that name her; certificates of tax withheld from what she owed | NULL, with their salts |
//! | what failed in jobs: words of a guest, about anybody; answers that jobs came to | empty, also of what still runs when it ends |
//! | guest inputs and outputs, sealed statements, bank files; files and bodies that wait in jobs, which may name anybody | their keys are destroyed (`keys::destroy`) |
//! | names and mappings of imported files | all their keys are destroyed: they may name anybody |
//! | kept answers of requests | all their keys are destroyed: an answer may repeat what a guest said |
//! | answers of requests under way | not kept (`idempotency::lose_answers`) |
//!
//! Her bank lines are those attributed to her, those that name her, as she is or was called, or her account, and those a guest proposed for her, but
//! for what shows another customer as its payer (`lines_of`, decision 25). Every reconciliation made since the first of
//! them came in had it before it, whoever was a customer then. No document of another customer holds words of her
//! lines: `app::receipt::own_words` never lets them in.

use super::{IDS_MAX, customers, jobs};
use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::Customer;
use crate::schema::{
    allocations as a, bank_files as f, bank_lines as b, bank_statements as s, blobs, customers as c,
    documents as d, idempotency as idem, invocations as n, open_items as i, proposal_lines as pl,
    proposals as p, statements as st,
};
use crate::types::{FormerKind, Json, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{
    BankFileId, BankLineId, BankStatementId, BlobId, CompanyId, CustomerId, InvocationId, KeyId, ProposalId,
};
use domain::plugin::World;
use domain::time::{AccountingDate, BookingDate, Instant};
use serde_json::Value;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// The customer, locked until the transaction ends: nobody posts to it meanwhile who [`hold`]s it, and what was posted
/// before is seen by the queries that follow.
pub fn lock(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId) -> StoreResult<Option<Customer>> {
    let query = c::table.find((v(company), v(id))).select(c::all_columns);
    Ok(match tx.conn() {
        Conn::Postgres(conn) => query.for_update().first::<Customer>(conn).optional()?,
        Conn::Sqlite(conn) => query.first::<Customer>(conn).optional()?,
    })
}

/// Customers, kept from being changed or erased until the transaction ends; others may hold them too. Whoever writes data
/// of a customer holds it in the same transaction: `vault::NewKey::write` and `posting::write` do, so that nothing of hers
/// is committed after her erasure.
///
/// # Errors
/// `NotFound`; `Conflict` if one is erased: load anew.
pub fn hold_all(tx: &mut Tx<'_>, company: CompanyId, ids: &[CustomerId]) -> StoreResult<()> {
    let others: Vec<CustomerId> = ids.iter().copied().filter(|id| !tx.has_held(company, *id)).collect();
    hold_versions(tx, company, &others).map(drop)
}

/// As [`hold_all`]; gives the version of each.
///
/// # Errors
/// As [`hold_all`].
pub fn hold_versions(
    tx: &mut Tx<'_>,
    company: CompanyId,
    ids: &[CustomerId],
) -> StoreResult<BTreeMap<CustomerId, i64>> {
    type Found = (CustomerId, i64, Option<Instant>, String, Option<CustomerId>);
    let ids: Vec<CustomerId> = ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    if let [one] = ids.as_slice() {
        return Ok(BTreeMap::from([(*one, hold(tx, company, *one)?.version)]));
    }
    let mut versions = BTreeMap::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query = c::table
            .filter(c::company.eq(v(company)))
            .filter(c::id.eq_any(chunk.iter().copied().map(v)))
            // in one order, so that two transactions wait for each other and do not deadlock
            .order(c::id.asc())
            .select((c::id, c::version, c::erased_at, c::code, c::merged_into));
        let found: Vec<Found> = match tx.conn() {
            Conn::Postgres(conn) => query.for_share().load(conn)?,
            Conn::Sqlite(conn) => query.load(conn)?,
        };
        for (id, version, erased_at, code, merged_into) in found {
            if erased_at.is_some() {
                return Err(StoreError::conflict("customer", id));
            }
            versions.insert(id, version);
            tx.holds(company, id, merged_into.map(|into| (code, into)));
        }
        if let Some(id) = chunk.iter().find(|id| !versions.contains_key(id)) {
            return Err(StoreError::not_found("customer", id));
        }
    }
    Ok(versions)
}

/// As [`hold_all`], of one; gives its row.
pub fn hold(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId) -> StoreResult<Customer> {
    let query = c::table.find((v(company), v(id))).select(c::all_columns);
    let found = match tx.conn() {
        Conn::Postgres(conn) => query.for_share().first::<Customer>(conn).optional()?,
        Conn::Sqlite(conn) => query.first::<Customer>(conn).optional()?,
    };
    let row = found.ok_or_else(|| StoreError::not_found("customer", id))?;
    if row.erased_at.is_some() {
        return Err(StoreError::conflict("customer", id));
    }
    tx.holds(company, id, row.merged_into.map(|into| (row.code.clone(), into)));
    Ok(row)
}

/// The first of customers who are held that was merged into another: her code, and who took her place.
pub fn merged_of_held(tx: &Tx<'_>, company: CompanyId, ids: &[CustomerId]) -> Option<(String, CustomerId)> {
    ids.iter().find_map(|id| tx.merged(company, *id)).cloned()
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
    let delivered = super::deliveries::last_day(conn, company, customer)?;
    let invoiced = super::tax_invoices::last_day(conn, company, customer)?;
    let all = [dated, effective, stated, allocated, booked, delivered, invoiced];
    Ok(all.into_iter().flatten().max())
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

/// A line as it says whose it is.
#[derive(Queryable)]
struct Line {
    id: BankLineId,
    statement: BankStatementId,
    booked: BookingDate,
    customer: Option<CustomerId>,
    payer_account: Option<String>,
    payer_name: Option<String>,
    payer_id: Option<String>,
    ultimate_debtor: Option<String>,
}

/// What banks know somebody by.
#[derive(Default)]
struct Known {
    accounts: BTreeSet<String>,
    /// As she is called, and was.
    names: BTreeSet<String>,
    tax_ids: BTreeSet<String>,
}

impl Known {
    fn load(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Self> {
        let row = customers::by_id(conn, company, customer)?;
        let (name, tax_id) = row.map_or((None, None), |row| (row.name, row.tax_id));
        let accounts = customers::accounts(conn, company, &[customer])?;
        let mut known = Known {
            accounts: accounts.into_iter().map(|account| account.account).collect(),
            names: name.into_iter().collect(),
            tax_ids: tax_id.into_iter().collect(),
        };
        let further = customers::tax_ids(conn, company, &[customer])?;
        known.tax_ids.extend(further.into_iter().map(|tax_id| tax_id.number));
        for former in customers::former_names(conn, company, customer)? {
            match former.kind {
                FormerKind::Name => known.names.insert(former.value),
                FormerKind::TaxId => known.tax_ids.insert(former.value),
            };
        }
        Ok(known)
    }
    /// Everything of it.
    fn texts(&self) -> Vec<&str> {
        let all = self.accounts.iter().chain(&self.names).chain(&self.tax_ids);
        all.map(String::as_str).filter(|text| !text.is_empty()).collect()
    }
    fn pays_from(&self, line: &Line) -> bool {
        line.payer_account.as_ref().is_some_and(|account| self.accounts.contains(account))
    }
    fn is(&self, name: Option<&String>) -> bool {
        name.is_some_and(|name| self.names.contains(name))
    }
    fn has_id(&self, line: &Line) -> bool {
        line.payer_id.as_ref().is_some_and(|id| self.tax_ids.contains(id))
    }
}

/// Whether a line that was posted to another customer is hers nevertheless: she paid it, or it does not say that the other
/// one did. What shows the other one as its payer, and not her, is the other one's.
fn is_hers(line: &Line, her: &Known, other: &Known) -> bool {
    let (name, debtor) = (line.payer_name.as_ref(), line.ultimate_debtor.as_ref());
    // of two who are, or were, called the same a name tells nothing
    let only_she = |shown: Option<&String>| her.is(shown) && !other.is(shown);
    if her.has_id(line) || only_she(name) || only_she(debtor) {
        return true;
    }
    match (her.pays_from(line), other.pays_from(line)) {
        (true, false) => true,
        (_, true) => false,
        (false, false) => !other.is(name),
    }
}

/// Her bank lines: attributed to her; from one of her accounts, or naming her as the payer or as who owed it, by name or
/// tax id; and those that a guest once proposed for her. Of these the ones that are plainly somebody else's are left out
/// (decision 25).
fn lines_of(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Vec<Line>> {
    let her = Known::load(conn, company, customer)?;
    let mut others: BTreeMap<CustomerId, Known> = BTreeMap::new();
    let mut hers = Vec::new();
    for line in lines_that_may_be(conn, company, customer, &her)? {
        if let Some(id) = line.customer.filter(|id| *id != customer) {
            let other = match others.entry(id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(Known::load(conn, company, id)?),
            };
            if !is_hers(&line, &her, other) {
                continue;
            }
        }
        hers.push(line);
    }
    Ok(hers)
}

/// Everything that names her, or was thought to be hers.
fn lines_that_may_be(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
    her: &Known,
) -> StoreResult<Vec<Line>> {
    let select = (
        b::id,
        b::statement,
        b::booking_date,
        b::customer,
        b::payer_account,
        b::payer_name,
        b::payer_id,
        b::ultimate_debtor,
    );
    let of_company = || b::table.filter(b::company.eq(v(company)));
    let mut found: Vec<Line> =
        of_company().filter(b::customer.eq(Some(customer))).select(select).load(conn)?;
    if !her.accounts.is_empty() {
        let from = b::payer_account.eq_any(her.accounts.iter().map(String::as_str));
        found.extend(of_company().filter(from).select(select).load::<Line>(conn)?);
    }
    for name in &her.names {
        let names = b::payer_name.eq(name).or(b::ultimate_debtor.eq(name));
        found.extend(of_company().filter(names).select(select).load::<Line>(conn)?);
    }
    for tax_id in &her.tax_ids {
        found.extend(of_company().filter(b::payer_id.eq(tax_id)).select(select).load::<Line>(conn)?);
    }
    let receipts = d::table.filter(d::company.eq(v(company))).filter(d::customer.eq(v(customer)));
    let receipts = receipts.select(d::id.nullable());
    let for_her = p::table
        .filter(p::company.eq(v(company)))
        .filter(p::customer.eq(Some(customer)).or(p::reverses_document.eq_any(receipts)))
        .select(p::id);
    let proposed = pl::table
        .filter(pl::company.eq(v(company)))
        .filter(pl::proposal.eq_any(for_her))
        .select(pl::bank_line);
    found.extend(of_company().filter(b::id.eq_any(proposed)).select(select).load::<Line>(conn)?);
    found.sort_by_key(|line| line.id);
    found.dedup_by_key(|line| line.id);
    Ok(found)
}

/// Keys of the bank's files in which her lines stand, of the calls that read them, and of the reconciliations that had
/// them. Beside `keys::of_party`: the
/// index names whom the file's accounts named when it was imported and whom its lines were attributed to, but not who
/// became a customer later.
pub fn keys_of_bank_data(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> StoreResult<Vec<KeyId>> {
    let files = files_of(conn, company, customer)?;
    let mut held: Vec<BlobId> = files.iter().map(|file| file.blob).collect();
    let calls: Vec<InvocationId> = files.iter().map(|file| file.call).collect();
    for chunk in calls.chunks(IDS_MAX) {
        let inputs =
            n::table.filter(n::company.eq(v(company))).filter(n::id.eq_any(chunk.iter().copied().map(v)));
        held.extend(inputs.select(n::input).load::<BlobId>(conn)?);
    }
    if let Some(since) = files.iter().map(|file| file.imported_at).min().and_then(before_by_any_clock) {
        let inputs = n::table
            .filter(n::company.eq(v(company)))
            .filter(n::world.eq(v(World::Reconciliation)))
            .filter(n::called_at.ge(v(since)));
        held.extend(inputs.select(n::input).load::<BlobId>(conn)?);
    }
    keys_of_blobs(conn, company, &held)
}

/// Another host may have called while its clock was behind that of the one that imported.
fn before_by_any_clock(imported_at: Instant) -> Option<Instant> {
    const CLOCKS_APART_MICROS: i64 = 3_600_000_000;
    Instant::from_micros(imported_at.micros().saturating_sub(CLOCKS_APART_MICROS))
}

#[derive(Queryable)]
struct File {
    id: BankFileId,
    blob: BlobId,
    call: InvocationId,
    imported_at: Instant,
}

/// The bank's files in which her lines stand.
fn files_of(conn: &mut Conn, company: CompanyId, customer: CustomerId) -> StoreResult<Vec<File>> {
    let statements: BTreeSet<BankStatementId> =
        lines_of(conn, company, customer)?.into_iter().map(|line| line.statement).collect();
    let statements: Vec<BankStatementId> = statements.into_iter().collect();
    let mut ids: BTreeSet<BankFileId> = BTreeSet::new();
    for chunk in statements.chunks(IDS_MAX) {
        let query =
            s::table.filter(s::company.eq(v(company))).filter(s::id.eq_any(chunk.iter().copied().map(v)));
        ids.extend(query.select(s::file).load::<BankFileId>(conn)?);
    }
    let ids: Vec<BankFileId> = ids.into_iter().collect();
    let mut files = Vec::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            f::table.filter(f::company.eq(v(company))).filter(f::id.eq_any(chunk.iter().copied().map(v)));
        files.extend(query.select((f::id, f::blob, f::invocation, f::imported_at)).load::<File>(conn)?);
    }
    Ok(files)
}

fn keys_of_blobs(conn: &mut Conn, company: CompanyId, held: &[BlobId]) -> StoreResult<Vec<KeyId>> {
    let mut keys: BTreeSet<KeyId> = BTreeSet::new();
    for chunk in held.chunks(IDS_MAX) {
        let query = blobs::table
            .filter(blobs::company.eq(v(company)))
            .filter(blobs::id.eq_any(chunk.iter().copied().map(v)));
        keys.extend(query.select(blobs::key).load::<KeyId>(conn)?);
    }
    Ok(keys.into_iter().collect())
}

/// Keys of all answers that are kept for requests that may be repeated. Who was asked again after an erasure is told
/// that the work was done, not what its answer was.
pub fn keys_of_answers(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<KeyId>> {
    let answers = idem::table.filter(idem::company.eq(v(company)));
    let held: Vec<Option<BlobId>> = answers.select(idem::response).load(conn)?;
    keys_of_blobs(conn, company, &held.into_iter().flatten().collect::<Vec<_>>())
}

/// Keys of what tells of imports: the name of a file and its mapping may name anybody.
pub fn keys_of_imports(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<KeyId>> {
    let held = super::imports::abouts(conn, company)?;
    keys_of_blobs(conn, company, &held)
}

/// Keys of what jobs that are not over work on: a file may name anybody.
pub fn keys_of_jobs(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<KeyId>> {
    let held = jobs::inputs(conn, company)?;
    keys_of_blobs(conn, company, &held)
}

/// Removes every personal datum of a customer from the tables. Ask for the keys first: this removes the accounts by
/// which her lines are found.
///
/// # Errors
/// As `customers::erase`.
pub fn erase(tx: &mut Tx<'_>, company: CompanyId, id: CustomerId, at: Instant) -> StoreResult<()> {
    let lines: Vec<BankLineId> = lines_of(tx, company, id)?.into_iter().map(|line| line.id).collect();
    let files = files_of(tx, company, id)?;
    let her = Known::load(tx, company, id)?;
    super::closes::silence(tx, company, &her.texts())?;
    super::period_unlocks::silence(tx, company, &her.texts())?;
    super::suspense::silence(tx, company, &her.texts())?;
    super::tolerated::silence(tx, company, id)?;
    silence_proposals(tx, company, id, &lines)?;
    super::unmatched_lines::remove(tx, company, &lines)?;
    super::tolerances::remove_of(tx, company, id)?;
    super::deliveries::silence(tx, company, id)?;
    super::disputes::silence(tx, company, id)?;
    super::tax_invoices::silence(tx, company, id)?;
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
                b::return_reason.eq(&none),
                b::original_end_to_end.eq(&none),
                b::payment.eq(v(Json(Value::Object(serde_json::Map::new())))),
                b::remittances.eq(v(Json(Value::Array(Vec::new())))),
            ))
            .execute(tx.conn())?;
    }
    for file in files {
        diesel::update(f::table.find((v(company), v(file.id))))
            .set((f::file_name.eq(""), f::warnings.eq(v(Json(Value::Array(Vec::new()))))))
            .execute(tx.conn())?;
    }
    super::drafts::silence(tx, company, id)?;
    super::terms::silence(tx, company, id)?;
    super::exceptions::silence(tx, company, id)?;
    super::bills::silence(tx, company, id)?;
    jobs::silence(tx, company)
}

/// Takes a guest's words out of proposals: it may have named the payer in them.
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
        let which =
            p::table.filter(p::company.eq(v(company))).filter(p::id.eq_any(chunk.iter().copied().map(v)));
        diesel::update(which)
            .set((p::rule.eq(""), p::reasons.eq(v(Json(Value::Array(Vec::new()))))))
            .execute(tx.conn())?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "erasure_tests.rs"]
mod tests;
