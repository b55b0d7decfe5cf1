//! What reports ask of the whole ledger at (effective date, known-at): the database sums. They read every posting of the company
//! once; there is no row of totals that could be out of step.

use crate::conn::Conn;
use crate::error::StoreResult;
use crate::types::columns::{Amount, Count, Day, Exact, Id, Iso4217};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use domain::ids::{CompanyId, CustomerId};
use money::{Currency, Minor};
use rust_decimal::Decimal;

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

/// What documents state of a tax, credit notes and reversals negative.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct StatedTax {
    #[diesel(sql_type = Iso4217)]
    pub currency: Currency,
    #[diesel(sql_type = Text)]
    pub authority: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Exact)]
    pub rate: Decimal,
    #[diesel(sql_type = Amount)]
    pub base: Minor,
    #[diesel(sql_type = Amount)]
    pub exempt: Minor,
    #[diesel(sql_type = Amount)]
    pub out_of_scope: Minor,
    #[diesel(sql_type = Amount)]
    pub amount: Minor,
}

// documents hold positive figures: the posting that makes the document's own item, the first that makes one, knows the side
const STATED: &str = "SELECT d.currency AS currency, t.authority AS authority, t.kind AS kind, t.code AS code, t.rate AS rate, \
     CAST(SUM(CASE WHEN p.amount < 0 THEN -t.base ELSE t.base END) AS BIGINT) AS base, \
     CAST(SUM(CASE WHEN p.amount < 0 THEN -t.exempt_base ELSE t.exempt_base END) AS BIGINT) AS exempt, \
     CAST(SUM(CASE WHEN p.amount < 0 THEN -t.out_of_scope_base ELSE t.out_of_scope_base END) AS BIGINT) AS out_of_scope, \
     CAST(SUM(CASE WHEN p.amount < 0 THEN -t.amount ELSE t.amount END) AS BIGINT) AS amount \
     FROM entries AS e JOIN seals AS s ON s.company = e.company AND s.ref = e.id \
     JOIN postings AS p ON p.company = e.company AND p.entry = e.id AND p.item IS NOT NULL AND p.line = (\
     SELECT MIN(own.line) FROM postings AS own WHERE own.company = e.company AND own.entry = e.id AND own.item IS NOT NULL) \
     JOIN documents AS d ON d.company = e.company AND d.id = e.document \
     JOIN tax_lines AS t ON t.company = d.company AND t.document = d.id \
     WHERE e.company = $1 AND e.effective_date >= $2 AND e.effective_date <= $3 AND s.position <= $4";
const STATED_ORDER: &str = " GROUP BY d.currency, t.authority, t.kind, t.code, t.rate \
     ORDER BY d.currency, t.authority, t.kind, t.code, t.rate";

/// Tax of documents by currency, authority, kind, code and rate; of one customer, or of all.
pub fn stated_taxes(
    conn: &mut Conn,
    company: CompanyId,
    span: Span,
    customer: Option<CustomerId>,
) -> StoreResult<Vec<StatedTax>> {
    let own = if customer.is_some() { " AND d.customer = $5" } else { "" };
    let query = diesel::sql_query(format!("{STATED}{own}{STATED_ORDER}")).bind::<Id, _>(company);
    let query = query.bind::<Day, _>(span.from).bind::<Day, _>(span.to).bind::<Count, _>(span.known_at);
    Ok(match customer {
        Some(customer) => query.bind::<Id, _>(customer).load(conn)?,
        None => query.load(conn)?,
    })
}

const ADVANCES: &str = "SELECT m.currency AS currency, t.authority AS authority, t.kind AS kind, t.code AS code, t.rate AS rate, \
     CAST(SUM(m.taxable) AS BIGINT) AS base, CAST(SUM(m.exempt) AS BIGINT) AS exempt, \
     CAST(SUM(m.out_of_scope) AS BIGINT) AS out_of_scope, CAST(SUM(m.tax) AS BIGINT) AS amount \
     FROM advance_moves AS m JOIN seals AS s ON s.company = m.company AND s.ref = m.seal_ref \
     JOIN documents AS d ON d.company = m.company AND d.id = m.document \
     JOIN tax_lines AS t ON t.company = m.company AND t.document = m.document AND t.n = m.tax_line \
     WHERE m.company = $1 AND m.effective_date >= $2 AND m.effective_date <= $3 AND s.position <= $4";
const ADVANCES_ORDER: &str = " GROUP BY m.currency, t.authority, t.kind, t.code, t.rate \
     ORDER BY m.currency, t.authority, t.kind, t.code, t.rate";

/// Tax of advances (预收款), as it arose and was released; of one customer, or of all.
pub fn advance_taxes(
    conn: &mut Conn,
    company: CompanyId,
    span: Span,
    customer: Option<CustomerId>,
) -> StoreResult<Vec<StatedTax>> {
    let own = if customer.is_some() { " AND d.customer = $5" } else { "" };
    let query = diesel::sql_query(format!("{ADVANCES}{own}{ADVANCES_ORDER}")).bind::<Id, _>(company);
    let query = query.bind::<Day, _>(span.from).bind::<Day, _>(span.to).bind::<Count, _>(span.known_at);
    Ok(match customer {
        Some(customer) => query.bind::<Id, _>(customer).load(conn)?,
        None => query.load(conn)?,
    })
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
