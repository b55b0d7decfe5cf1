//! Number series: gap-free, since the numbers are taken in the transaction that uses them and come back with it. A number that no
//! document has is void, and explained.

use super::settings;
use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::{self, Series, SeriesRule, SeriesVoid};
use crate::schema::{documents as d, series as t, series_rules as r, series_voids as x};
use crate::types::columns::{Day, Id};
use crate::types::v;
use chrono::NaiveDate;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};
use domain::ids::CompanyId;
use domain::ledger::BEGINNING;

/// Numbers that were taken, and the last date of the series with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub first: u64,
    pub last_date: NaiveDate,
}

/// Takes `n` numbers and gives the first; a new series starts at 1. The row stays locked until the transaction ends:
/// take numbers last, after every check, so that others wait shortly.
pub fn take_numbers(tx: &mut Tx<'_>, company: CompanyId, code: &str, n: u32) -> StoreResult<u64> {
    Ok(take(tx, company, ("", code), n, BEGINNING)?.first)
}

/// As [`take_numbers`], of a kind of documents, the last of which has this date. Of 0 numbers it only holds the series.
pub fn take(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (kind, code): (&str, &str),
    n: u32,
    date: NaiveDate,
) -> StoreResult<Taken> {
    let n = i64::from(n);
    let query = TakeNumbers { company, code, first_next: n + 1, kind, date, n };
    let (after, last_date): (i64, NaiveDate) = query.get_result(tx.conn())?;
    let first = u64::try_from(after - n)
        .map_err(|_| StoreError::Corrupt { what: format!("series {code} is at {after}") })?;
    Ok(Taken { first, last_date })
}

/// Begins a series at a number: what another system gave is not given again.
///
/// # Errors
/// `Unique` `series(company, code)` of one that has begun.
pub fn start(tx: &mut Tx<'_>, series: &Series) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(series)).map(drop)
}

pub fn by_code(conn: &mut Conn, company: CompanyId, code: &str) -> StoreResult<Option<Series>> {
    Ok(t::table.find((v(company), code)).select(Series::as_select()).get_result(conn).optional()?)
}

/// All that have begun, by code. Some a year and kind.
pub fn list(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<Series>> {
    let query = t::table.filter(t::company.eq(v(company)));
    Ok(query.order(t::code).select(Series::as_select()).load(conn)?)
}

/// What was chosen, by kind.
pub fn rules(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<SeriesRule>> {
    let query = r::table.filter(r::company.eq(v(company)));
    Ok(query.order(r::kind).select(SeriesRule::as_select()).load(conn)?)
}

pub fn put_rule(tx: &mut Tx<'_>, rule: &SeriesRule) -> StoreResult<()> {
    settings::change(tx, rule.company, rule)?;
    let suffix = " ON CONFLICT (company, kind) DO UPDATE SET prefix = excluded.prefix, reset = excluded.reset, \
                  chronological = excluded.chronological, set_by = excluded.set_by, set_at = excluded.set_at";
    rows::insert_with(tx, std::slice::from_ref(rule), suffix).map(drop)
}

/// # Errors
/// `Unique` `series_voids(company, code, number)` of one that is void already.
pub fn void(tx: &mut Tx<'_>, void: &SeriesVoid) -> StoreResult<()> {
    rows::insert(tx, std::slice::from_ref(void)).map(drop)
}

/// All that are void, by series and number.
pub fn voids(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<SeriesVoid>> {
    let query = x::table.filter(x::company.eq(v(company)));
    Ok(query.order((x::code, x::number)).select(SeriesVoid::as_select()).load(conn)?)
}

/// Numbers that documents of a kind have, a page in the order of their text, after `after`.
pub fn numbers(
    conn: &mut Conn,
    company: CompanyId,
    kind: &str,
    after: &str,
    limit: u32,
) -> StoreResult<Vec<String>> {
    let query =
        d::table.filter(d::company.eq(v(company))).filter(d::kind.eq(kind)).filter(d::number.gt(after));
    Ok(query.order(d::number).limit(i64::from(limit)).select(d::number).load(conn)?)
}

/// Whether a document of a kind has a number.
pub fn has_number(conn: &mut Conn, company: CompanyId, kind: &str, number: &str) -> StoreResult<bool> {
    let query =
        d::table.filter(d::company.eq(v(company))).filter(d::kind.eq(kind)).filter(d::number.eq(number));
    Ok(query.count().get_result::<i64>(conn)? > 0)
}

/// An upsert that is prepared once.
struct TakeNumbers<'a> {
    company: CompanyId,
    code: &'a str,
    first_next: i64,
    kind: &'a str,
    date: NaiveDate,
    n: i64,
}

impl QueryId for TakeNumbers<'_> {
    type QueryId = TakeNumbers<'static>;
}

impl Query for TakeNumbers<'_> {
    type SqlType = (BigInt, Day);
}

impl<C> RunQueryDsl<C> for TakeNumbers<'_> {}

impl<DB> QueryFragment<DB> for TakeNumbers<'_>
where
    DB: Backend + HasSqlType<Id> + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Day>,
    CompanyId: ToSql<Id, DB>,
    str: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    NaiveDate: ToSql<Day, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO series (company, code, next, first, kind, last_date) VALUES (");
        out.push_bind_param::<Id, _>(&self.company)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, str>(self.code)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.first_next)?;
        out.push_sql(", 1, ");
        out.push_bind_param::<Text, str>(self.kind)?;
        out.push_sql(", ");
        out.push_bind_param::<Day, _>(&self.date)?;
        out.push_sql(") ON CONFLICT (company, code) DO UPDATE SET next = series.next + ");
        out.push_bind_param::<BigInt, _>(&self.n)?;
        out.push_sql(
            ", kind = excluded.kind, last_date = CASE WHEN series.last_date > excluded.last_date \
             THEN series.last_date ELSE excluded.last_date END RETURNING next, last_date",
        );
        Ok(())
    }
}
