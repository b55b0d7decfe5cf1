//! Bank files and the statements in them.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, BankFile, BankStatement};
use crate::schema::{bank_files as t, bank_statements as s};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::canonical::Digest;
use domain::ids::{BankAccountId, BankFileId, BankStatementId, CompanyId};

/// Notes a file with its statements; lines follow with `bank_lines::insert`.
///
/// # Errors
/// `Unique` `bank_files(company, digest)` if the same bytes were imported before.
pub fn insert(tx: &mut Tx<'_>, file: &BankFile, statements: &[BankStatement]) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(file))?;
    rows::insert(tx, statements).map(drop)
}

pub fn by_id(conn: &mut Conn, company: CompanyId, id: BankFileId) -> StoreResult<Option<BankFile>> {
    Ok(t::table.find((v(company), v(id))).select(BankFile::as_select()).get_result(conn).optional()?)
}

/// The file with these bytes.
pub fn by_digest(conn: &mut Conn, company: CompanyId, digest: Digest) -> StoreResult<Option<BankFile>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::digest.eq(v(digest)));
    Ok(query.select(BankFile::as_select()).get_result(conn).optional()?)
}

/// What [`search`] shows: files with a statement that is of the account and of a day from `from` to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    pub account: Option<BankAccountId>,
    /// It ends on this day or later.
    pub from: Option<NaiveDate>,
    /// It begins on this day or earlier.
    pub to: Option<NaiveDate>,
}

/// A page of all by id, which is by time.
pub fn list(
    conn: &mut Conn,
    company: CompanyId,
    after: Option<BankFileId>,
    limit: u32,
) -> StoreResult<Vec<BankFile>> {
    search(conn, company, &Filter::default(), after, limit)
}

/// A page of those that are wanted, by id.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<BankFileId>,
    limit: u32,
) -> StoreResult<Vec<BankFile>> {
    let mut query = t::table
        .filter(t::company.eq(v(company)))
        .filter(t::id.gt(v(after.unwrap_or(BankFileId::new(uuid::Uuid::nil())))))
        .order(t::id.asc())
        .limit(i64::from(limit))
        .select(BankFile::as_select())
        .into_boxed();
    if *filter != Filter::default() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let (from, to) = (filter.from.unwrap_or(day(1, 1, 1)), filter.to.unwrap_or(day(9999, 12, 31)));
        // one that does not say its days may be of any
        let stated = s::table
            .filter(s::company.eq(t::company))
            .filter(s::file.eq(t::id))
            .filter(s::end_date.is_null().or(s::end_date.ge(Some(from))))
            .filter(s::start_date.is_null().or(s::start_date.le(Some(to))));
        query = match filter.account {
            Some(account) => query.filter(diesel::dsl::exists(stated.filter(s::account.eq(v(account))))),
            None => query.filter(diesel::dsl::exists(stated)),
        };
    }
    Ok(query.load(conn)?)
}

/// The statements of a file, by id.
pub fn statements_of(
    conn: &mut Conn,
    company: CompanyId,
    file: BankFileId,
) -> StoreResult<Vec<BankStatement>> {
    let query = s::table.filter(s::company.eq(v(company))).filter(s::file.eq(v(file)));
    Ok(query.order(s::id.asc()).select(BankStatement::as_select()).load(conn)?)
}

/// All statements of an account, by id: a statement is some numbers, and an account has one a day at most as a rule.
pub fn statements_of_account(
    conn: &mut Conn,
    company: CompanyId,
    account: BankAccountId,
) -> StoreResult<Vec<BankStatement>> {
    let query = s::table.filter(s::company.eq(v(company))).filter(s::account.eq(v(account)));
    Ok(query.order(s::id.asc()).select(BankStatement::as_select()).load(conn)?)
}

/// In no particular order; those that are not there are left out.
pub fn statements_by_ids(
    conn: &mut Conn,
    company: CompanyId,
    ids: &[BankStatementId],
) -> StoreResult<Vec<BankStatement>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(IDS_MAX) {
        let query =
            s::table.filter(s::company.eq(v(company))).filter(s::id.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(BankStatement::as_select()).load(conn)?);
    }
    Ok(found)
}

/// The file a statement stood in.
pub fn of_statement(
    conn: &mut Conn,
    company: CompanyId,
    statement: BankStatementId,
) -> StoreResult<Option<BankFile>> {
    let Some(id) = s::table.find((v(company), v(statement))).select(s::file).get_result(conn).optional()?
    else {
        return Ok(None);
    };
    by_id(conn, company, id)
}
