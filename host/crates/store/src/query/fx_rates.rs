//! Exchange rates.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, FxRate};
use crate::schema::fx_rates as t;
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::CompanyId;
use money::Currency;

/// Notes rates; a rate of the same pair and day is replaced. Documents keep the rate they were posted with.
pub fn put(tx: &mut Tx<'_>, rates: &[FxRate]) -> StoreResult<()> {
    let suffix = " ON CONFLICT (company, source_currency, target_currency, date) \
                  DO UPDATE SET rate = excluded.rate, source = excluded.source";
    rows::insert_with(tx, rates, suffix).map(drop)
}

/// The rate of a pair on a day, and no other.
pub fn of(
    conn: &mut Conn,
    company: CompanyId,
    source: Currency,
    target: Currency,
    date: NaiveDate,
) -> StoreResult<Option<FxRate>> {
    let key = (v(company), v(source), v(target), v(date));
    Ok(t::table.find(key).select(FxRate::as_select()).get_result(conn).optional()?)
}

/// The latest rate on or before a day.
pub fn latest(
    conn: &mut Conn,
    company: CompanyId,
    source: Currency,
    target: Currency,
    on: NaiveDate,
) -> StoreResult<Option<FxRate>> {
    Ok(t::table
        .filter(t::company.eq(v(company)))
        .filter(t::source_currency.eq(v(source)))
        .filter(t::target_currency.eq(v(target)))
        .filter(t::date.le(v(on)))
        .order(t::date.desc())
        .select(FxRate::as_select())
        .first(conn)
        .optional()?)
}

/// What [`search`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    pub source: Option<Currency>,
    pub target: Option<Currency>,
    /// Of this day or later.
    pub from: Option<NaiveDate>,
    /// Of this day or earlier.
    pub to: Option<NaiveDate>,
}

/// A page of those that are wanted by (source, target, date), after `after`.
pub fn search(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<(Currency, Currency, NaiveDate)>,
    limit: u32,
) -> StoreResult<Vec<FxRate>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(FxRate::as_select()).into_boxed();
    if let Some((source, target, date)) = after {
        let same_source = t::source_currency.eq(v(source));
        let later_date = t::target_currency.eq(v(target)).and(t::date.gt(v(date)));
        let later_target = t::target_currency.gt(v(target)).or(later_date);
        query = query.filter(t::source_currency.gt(v(source)).or(same_source.and(later_target)));
    }
    if let Some(source) = filter.source {
        query = query.filter(t::source_currency.eq(v(source)));
    }
    if let Some(target) = filter.target {
        query = query.filter(t::target_currency.eq(v(target)));
    }
    if let Some(from) = filter.from {
        query = query.filter(t::date.ge(v(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(t::date.le(v(to)));
    }
    Ok(query.order((t::source_currency, t::target_currency, t::date)).limit(i64::from(limit)).load(conn)?)
}
