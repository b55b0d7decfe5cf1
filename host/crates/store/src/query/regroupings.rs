//! Regroupings of credits as advances (重分类), and what they start from.

pub use super::revaluations::Filter;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Regrouping};
use crate::schema::regroupings as t;
use crate::types::columns::{Amount, Day, Id, Iso4217};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::ids::{CompanyId, EntryId};
use money::{Currency, Minor};

pub fn insert(tx: &mut Tx<'_>, rows: &[Regrouping]) -> StoreResult<()> {
    rows::insert(tx, rows).map(drop)
}

/// A sum over credit items of an account and currency.
#[derive(Debug, Clone, QueryableByName)]
pub struct CreditSum {
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = Iso4217)]
    pub currency: Currency,
    #[diesel(sql_type = Amount)]
    pub amount: Minor,
    /// In base currency.
    #[diesel(sql_type = Amount)]
    pub base: Minor,
}

/// Credit items at a day, and what had cleared them by then: each a sum by account and currency. `before` leaves out what was sealed at
/// that position or later, and what is not sealed. Reads every credit: regrouping is the work of a period's end.
pub fn credits(
    conn: &mut Conn,
    company: CompanyId,
    (as_of, before): (NaiveDate, Option<u64>),
) -> StoreResult<[Vec<CreditSum>; 2]> {
    let mut ask = |amount: &str, base: &str, from: &str| -> StoreResult<Vec<CreditSum>> {
        // written out: a parameter would stand before the company's, and SQLite numbers them as they come
        let sealed = before.map_or_else(String::new, |position| {
            format!(" JOIN seals AS s ON s.company = e.company AND s.ref = e.id AND s.position < {position}")
        });
        let text = format!(
            "SELECT i.account AS account, i.currency AS currency, CAST(SUM({amount}) AS BIGINT) AS amount, \
             CAST(SUM({base}) AS BIGINT) AS base FROM {from}{sealed} \
             WHERE i.company = $1 AND i.sign < 0 AND e.effective_date <= $2 \
             GROUP BY i.account, i.currency ORDER BY i.account, i.currency"
        );
        Ok(diesel::sql_query(text).bind::<Id, _>(company).bind::<Day, _>(as_of).load(conn)?)
    };
    let made = ask(
        "i.original",
        "i.base_original",
        "open_items AS i JOIN entries AS e ON e.company = i.company AND e.id = i.entry",
    )?;
    let cleared = ask(
        "a.amount",
        "a.base_credit",
        "open_items AS i JOIN allocations AS a ON a.company = i.company AND a.credit_item = i.id \
         JOIN entries AS e ON e.company = a.company AND e.id = a.entry",
    )?;
    Ok([made, cleared])
}

/// Of a day, by entry.
pub fn of_day(conn: &mut Conn, company: CompanyId, as_of: NaiveDate) -> StoreResult<Vec<Regrouping>> {
    let query = t::table.filter(t::company.eq(v(company))).filter(t::as_of.eq(v(as_of)));
    Ok(query.order(t::entry).select(Regrouping::as_select()).load(conn)?)
}

/// A page by (day, entry), after `after`.
pub fn page(
    conn: &mut Conn,
    company: CompanyId,
    filter: &Filter,
    after: Option<(NaiveDate, EntryId)>,
    limit: u32,
) -> StoreResult<Vec<Regrouping>> {
    let mut query = t::table.filter(t::company.eq(v(company))).select(Regrouping::as_select()).into_boxed();
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
