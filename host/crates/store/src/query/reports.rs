//! What reports ask of the whole ledger at (effective date, known-at): the database sums. They read every posting of the company
//! once; there is no row of totals that could be out of step.

use crate::conn::Conn;
use crate::error::StoreResult;
use crate::types::columns::{Amount, Count, Day, Id, Iso4217};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use domain::ids::CompanyId;
use money::{Currency, Minor};

/// A span of effective days, as far as it was known at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub known_at: u64,
}

/// An account in a currency: what it had before the span, what moved in it. In the currency and in the base currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct AccountSum {
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = Iso4217)]
    pub currency: Currency,
    #[diesel(sql_type = Amount)]
    pub opening: Minor,
    #[diesel(sql_type = Amount)]
    pub debit: Minor,
    /// Positive.
    #[diesel(sql_type = Amount)]
    pub credit: Minor,
    #[diesel(sql_type = Amount)]
    pub base_opening: Minor,
    #[diesel(sql_type = Amount)]
    pub base_debit: Minor,
    /// Positive.
    #[diesel(sql_type = Amount)]
    pub base_credit: Minor,
}

// `$1`, `$2` … must first appear in this order: SQLite numbers named parameters as they come
const ACCOUNTS: &str = "SELECT p.account AS account, p.currency AS currency, \
     CAST(SUM(CASE WHEN e.effective_date < $1 THEN p.amount ELSE 0 END) AS BIGINT) AS opening, \
     CAST(SUM(CASE WHEN e.effective_date >= $1 AND p.amount > 0 THEN p.amount ELSE 0 END) AS BIGINT) AS debit, \
     CAST(SUM(CASE WHEN e.effective_date >= $1 AND p.amount < 0 THEN -p.amount ELSE 0 END) AS BIGINT) AS credit, \
     CAST(SUM(CASE WHEN e.effective_date < $1 THEN p.base ELSE 0 END) AS BIGINT) AS base_opening, \
     CAST(SUM(CASE WHEN e.effective_date >= $1 AND p.base > 0 THEN p.base ELSE 0 END) AS BIGINT) AS base_debit, \
     CAST(SUM(CASE WHEN e.effective_date >= $1 AND p.base < 0 THEN -p.base ELSE 0 END) AS BIGINT) AS base_credit \
     FROM postings AS p JOIN entries AS e ON e.company = p.company AND e.id = p.entry \
     JOIN seals AS s ON s.company = p.company AND s.ref = p.entry \
     WHERE p.company = $2 AND e.effective_date <= $3 AND s.position <= $4 \
     GROUP BY p.account, p.currency ORDER BY p.account, p.currency";

/// Every account that was posted to, by account and currency.
pub fn accounts(conn: &mut Conn, company: CompanyId, span: Span) -> StoreResult<Vec<AccountSum>> {
    let query = diesel::sql_query(ACCOUNTS).bind::<Day, _>(span.from).bind::<Id, _>(company);
    Ok(query.bind::<Day, _>(span.to).bind::<Count, _>(span.known_at).load(conn)?)
}

/// What the postings of a tax code moved in a span: output tax is negative, as it is posted.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct TaxSum {
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = Iso4217)]
    pub currency: Currency,
    #[diesel(sql_type = Nullable<Text>)]
    pub code: Option<String>,
    #[diesel(sql_type = Amount)]
    pub amount: Minor,
    #[diesel(sql_type = Amount)]
    pub base: Minor,
}

const TAXES: &str = "SELECT p.account AS account, p.currency AS currency, p.tax_code AS code, \
     CAST(SUM(p.amount) AS BIGINT) AS amount, CAST(SUM(p.base) AS BIGINT) AS base \
     FROM postings AS p JOIN entries AS e ON e.company = p.company AND e.id = p.entry \
     JOIN seals AS s ON s.company = p.company AND s.ref = p.entry \
     WHERE p.company = $1 AND p.tax_code IS NOT NULL AND e.effective_date >= $2 AND e.effective_date <= $3 \
     AND s.position <= $4 GROUP BY p.account, p.currency, p.tax_code ORDER BY p.currency, p.tax_code, p.account";

/// Postings with a tax code, by currency, code and account.
pub fn taxes(conn: &mut Conn, company: CompanyId, span: Span) -> StoreResult<Vec<TaxSum>> {
    let query = diesel::sql_query(TAXES).bind::<Id, _>(company).bind::<Day, _>(span.from);
    Ok(query.bind::<Day, _>(span.to).bind::<Count, _>(span.known_at).load(conn)?)
}
