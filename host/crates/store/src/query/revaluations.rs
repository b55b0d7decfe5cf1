//! Revaluations of foreign currency (期末调汇), and what they start from.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Revaluation};
use crate::schema::{entries as e, postings as p, revaluations as t};
use crate::types::{sum_minor, v};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::{CompanyId, EntryId};
use money::{Currency, Minor};

pub fn insert(tx: &mut Tx<'_>, rows: &[Revaluation]) -> StoreResult<()> {
    rows::insert(tx, rows).map(drop)
}

/// Σ (amount, base) of what stands on accounts of customers at a day, by account and currency other than `base`. Reads every
/// posting of these currencies: revaluation is the work of a month's end.
pub fn carried(
    conn: &mut Conn,
    company: CompanyId,
    base: Currency,
    as_of: NaiveDate,
) -> StoreResult<Vec<(String, Currency, Minor, Minor)>> {
    let sums: Vec<(String, Currency, Option<Minor>, Option<Minor>)> = p::table
        .inner_join(e::table.on(e::company.eq(p::company).and(e::id.eq(p::entry))))
        .filter(p::company.eq(v(company)))
        .filter(p::customer.is_not_null())
        .filter(p::currency.ne(v(base)))
        .filter(e::effective_date.le(v(as_of)))
        .group_by((p::account, p::currency))
        .order((p::account, p::currency))
        .select((p::account, p::currency, sum_minor(p::amount), sum_minor(p::base)))
        .load(conn)?;
    let all = sums.into_iter();
    Ok(all
        .map(|(account, currency, a, b)| (account, currency, a.unwrap_or_default(), b.unwrap_or_default()))
        .collect())
}

/// As [`carried`], of one account that no customers' items make up, by currency: what revaluations put there left out.
pub fn carried_on(
    conn: &mut Conn,
    company: CompanyId,
    account: &str,
    (base, as_of): (Currency, NaiveDate),
) -> StoreResult<Vec<(Currency, Minor, Minor)>> {
    let sums: Vec<(Currency, Option<Minor>, Option<Minor>)> = p::table
        .inner_join(e::table.on(e::company.eq(p::company).and(e::id.eq(p::entry))))
        .filter(p::company.eq(v(company)))
        .filter(p::account.eq(account))
        .filter(p::customer.is_null())
        .filter(p::currency.ne(v(base)))
        .filter(e::effective_date.le(v(as_of)))
        .filter(e::kind.ne("revaluation"))
        .group_by(p::currency)
        .order(p::currency)
        .select((p::currency, sum_minor(p::amount), sum_minor(p::base)))
        .load(conn)?;
    let all = sums.into_iter();
    Ok(all.map(|(currency, a, b)| (currency, a.unwrap_or_default(), b.unwrap_or_default())).collect())
}

/// Of a day, by entry.
pub fn of_day(conn: &mut Conn, company: CompanyId, as_of: NaiveDate) -> StoreResult<Vec<Revaluation>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::as_of.eq(v(as_of)));
    Ok(query.order(t::entry).select(Revaluation::as_select()).load(conn)?)
}

/// What [`page`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    pub currency: Option<Currency>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// A page by (day, entry), after `after`.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<(NaiveDate, EntryId)>,
    limit: u32,
) -> StoreResult<Vec<Revaluation>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(Revaluation::as_select()).into_boxed();
    if let Some(currency) = filter.currency {
        query = query.filter(t::currency.eq(v(currency)));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::as_of.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::as_of.le(v(to)));
    }
    if let Some((day, entry)) = after {
        query = query.filter(t::as_of.gt(v(day)).or(t::as_of.eq(v(day)).and(t::entry.gt(v(entry)))));
    }
    Ok(query.order((t::as_of, t::entry)).limit(i64::from(limit)).load(conn)?)
}
