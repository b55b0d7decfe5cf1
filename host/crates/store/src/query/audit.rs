//! What `verify`, `replay` and `export` ask beside the history: rows that no seal covers, and pages over tables.

use super::IDS_MAX;
use crate::conn::Conn;
use crate::error::StoreResult;
use crate::rows::{BankFile, BankLine, Entry, Statement};
use crate::schema::{bank_files, bank_lines, entries, proposals, seals, statements};
use crate::types::columns::Id;
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{BankFileId, BankLineId, CompanyId, CustomerId, InvocationId, ProposalId};
use std::collections::HashMap;
use uuid::Uuid;

/// A row that is there but that nothing sealed, nor waiting to be sealed, accounts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// entry | statement | event | document | open item
    pub noun: &'static str,
    pub id: Uuid,
}

#[derive(QueryableByName)]
struct IdOnly {
    #[diesel(sql_type = Id)]
    id: Uuid,
}

// `$1` is the first parameter of PostgreSQL and a named one of SQLite. EXCEPT sorts or hashes either side once, on
// both databases; an anti-join would need indexes that nothing else wants.
const STRAYS: [(&str, &str); 5] = [
    (
        "entry",
        "SELECT id FROM entries WHERE company = $1 EXCEPT SELECT ref FROM seals WHERE company = $1 \
         EXCEPT SELECT ref FROM unsealed WHERE company = $1",
    ),
    (
        "statement",
        "SELECT id FROM statements WHERE company = $1 EXCEPT SELECT ref FROM seals WHERE company = $1 \
         EXCEPT SELECT ref FROM unsealed WHERE company = $1",
    ),
    (
        "event",
        "SELECT id FROM events WHERE company = $1 AND seal_ref IN (\
         SELECT seal_ref FROM events WHERE company = $1 EXCEPT SELECT ref FROM seals WHERE company = $1 \
         EXCEPT SELECT ref FROM unsealed WHERE company = $1)",
    ),
    (
        "document",
        "SELECT id FROM documents WHERE company = $1 \
         EXCEPT SELECT document AS id FROM entries WHERE company = $1 AND document IS NOT NULL",
    ),
    (
        "open item",
        "SELECT id FROM (SELECT id, entry FROM open_items WHERE company = $1 \
         EXCEPT SELECT item AS id, entry FROM postings WHERE company = $1 AND item IS NOT NULL) AS unbacked",
    ),
];

/// Rows that no seal accounts for, at most `limit` of each kind: somebody wrote them past the sequencer, or cut the
/// chain's tail off.
pub fn strays(conn: &mut Conn, company: CompanyId, limit: u32) -> StoreResult<Vec<Stray>> {
    let mut found = Vec::new();
    for (noun, sql) in STRAYS {
        let sql = format!("{sql} ORDER BY 1 LIMIT {limit}");
        let rows: Vec<IdOnly> = diesel::sql_query(sql).bind::<Id, _>(company).load(conn)?;
        found.extend(rows.into_iter().map(|row| Stray { noun, id: row.id }));
    }
    Ok(found)
}

/// A page of the entries that are effective in a span of days and sealed after one position and up to another, each with its own.
pub fn entries_between(
    conn: &mut Conn,
    company: CompanyId,
    (from, to): (NaiveDate, NaiveDate),
    (after, up_to): (u64, u64),
    limit: u32,
) -> StoreResult<Vec<(Entry, u64)>> {
    use entries as e;
    use seals as s;
    let query = e::table
        .inner_join(s::table.on(s::company.eq(e::company).and(s::reference.eq(e::id))))
        .filter(e::company.eq(v(company)))
        .filter(e::effective_date.ge(v(from)).and(e::effective_date.le(v(to))))
        .filter(s::position.gt(v(after)).and(s::position.le(v(up_to))))
        .order(s::position.asc())
        .limit(i64::from(limit));
    Ok(query.select((Entry::as_select(), s::position)).load(conn)?)
}

/// All statements of some customers, by customer, cut-off and version.
pub fn statements_of(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
) -> StoreResult<Vec<Statement>> {
    use statements as t;
    let mut found = Vec::new();
    for chunk in customers.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::customer.eq_any(chunk.iter().copied().map(v)))
            .order((t::customer, t::cut_off, t::version));
        found.extend(query.select(Statement::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The bank's file that a call of a bank guest read.
pub fn bank_file_of_call(
    conn: &mut Conn,
    company: CompanyId,
    invocation: InvocationId,
) -> StoreResult<Option<BankFile>> {
    use bank_files as t;
    let query = t::table.filter(t::company.eq(v(company))).filter(t::invocation.eq(v(invocation)));
    Ok(query.select(BankFile::as_select()).first(conn).optional()?)
}

/// A page of all bank lines by id, whatever has become of them.
pub fn bank_lines(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<BankLineId>,
    limit: u32,
) -> StoreResult<Vec<BankLine>> {
    use bank_lines as t;
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(BankLineId::new(Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(BankLine::as_select())
        .load(conn)?)
}

/// The call that each of these proposals comes from; those that are not there are left out.
pub fn calls_of_proposals(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[ProposalId],
) -> StoreResult<HashMap<ProposalId, InvocationId>> {
    use proposals as t;
    let mut found = HashMap::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        let calls = query.select((t::id, t::invocation)).load::<(ProposalId, Option<InvocationId>)>(conn)?;
        found.extend(calls.into_iter().filter_map(|(id, call)| Some((id, call?))));
    }
    Ok(found)
}

/// The call that read each of these bank files; those that are not there are left out.
pub fn calls_of_bank_files(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[BankFileId],
) -> StoreResult<HashMap<BankFileId, InvocationId>> {
    use bank_files as t;
    let mut found = HashMap::new();
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            t::table.filter(t::company.eq(v(company))).filter(t::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select((t::id, t::invocation)).load::<(BankFileId, InvocationId)>(conn)?);
    }
    Ok(found)
}
