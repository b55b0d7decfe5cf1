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
