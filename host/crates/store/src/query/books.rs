//! Settings of the books and the chart of accounts.

use super::settings;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Books, ChartLine};
use crate::schema::{books as t, chart_lines as c, entries as e, postings as p};
use crate::types::columns::{Day, Id};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::ids::{CompanyId, CustomerId, EntryId};
use domain::ledger::account::OWN;

pub fn of(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<Books>> {
    Ok(t::table.find(v(company)).select(Books::as_select()).get_result(conn).optional()?)
}

pub fn put(tx: &mut Tx<'_>, books: &Books) -> StoreResult<()> {
    settings::change(tx, books.company, books)?;
    let suffix = " ON CONFLICT (company) DO UPDATE SET first_month = excluded.first_month, \
                  voucher_sorts = excluded.voucher_sorts, reversal_style = excluded.reversal_style, \
                  set_by = excluded.set_by, set_at = excluded.set_at";
    rows::insert_with(tx, std::slice::from_ref(books), suffix).map(drop)
}

/// All lines of the chart, by role, part and day. Some dozens.
pub fn chart(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<ChartLine>> {
    let query = c::table.filter(c::company.eq(v(company)));
    Ok(query.order((c::role, c::part, c::valid_from)).select(ChartLine::as_select()).load(conn)?)
}

/// Adds lines; one of the same role, part and day is replaced.
pub fn put_chart(tx: &mut Tx<'_>, lines: &[ChartLine]) -> StoreResult<()> {
    let Some(first) = lines.first() else { return Ok(()) };
    settings::change(tx, first.company, &lines)?;
    let suffix = " ON CONFLICT (company, role, part, valid_from) DO UPDATE SET code = excluded.code, zh = excluded.zh, \
                  en = excluded.en, set_by = excluded.set_by, set_at = excluded.set_at, class = excluded.class";
    rows::insert_with(tx, lines, suffix).map(drop)
}

/// Takes lines out that nothing was posted by: those of a role and part, or of all roles. The company's own accounts are of none.
pub fn clear_chart(tx: &mut Tx<'_>, company: CompanyId, of: Option<(&str, &str)>) -> StoreResult<()> {
    settings::change(tx, company, &("no chart of", of))?;
    let own = c::table.filter(c::company.eq(v(company)));
    match of {
        Some((role, part)) => {
            diesel::delete(own.filter(c::role.eq(role)).filter(c::part.eq(part))).execute(tx.conn())?
        }
        None => diesel::delete(own.filter(c::role.ne(OWN.name))).execute(tx.conn())?,
    };
    Ok(())
}

/// Whether anything is posted on an account: what is nobody's through its index, what is customers' one customer after the other.
fn is_posted(conn: &mut Conn, company: CompanyId, account: &str) -> StoreResult<bool> {
    const CUSTOMERS: &str = "SELECT c.id AS id FROM customers AS c WHERE c.company = $1 AND EXISTS (SELECT 1 FROM postings AS p \
         WHERE p.company = c.company AND p.customer = c.id AND p.account = $2) LIMIT 1";
    let own = p::table.filter(p::company.eq(v(company))).filter(p::account.eq(account));
    let nobodys = own.filter(p::customer.is_null()).select(p::entry).limit(1);
    if !nobodys.load::<EntryId>(conn)?.is_empty() {
        return Ok(true);
    }
    let query = diesel::sql_query(CUSTOMERS).bind::<Id, _>(company).bind::<Text, _>(account);
    Ok(query.load::<FoundCustomer>(conn)?.pop().map(|found| found.id).is_some())
}

#[derive(QueryableByName)]
struct FoundCustomer {
    #[diesel(sql_type = Id)]
    id: CustomerId,
}

#[derive(QueryableByName)]
struct FoundDay {
    #[diesel(sql_type = Day)]
    day: NaiveDate,
}

/// The last day on which anything is posted on some accounts: of one in use it is found among the latest entries, and nobody looks
/// through all of them for one that is not.
pub fn last_posted(conn: &mut Conn, company: CompanyId, accounts: &[&str]) -> StoreResult<Option<NaiveDate>> {
    const LAST: &str = "SELECT e.effective_date AS day FROM entries AS e WHERE e.company = $1 AND EXISTS (SELECT 1 FROM postings AS p \
         WHERE p.company = e.company AND p.entry = e.id AND p.account = $2) ORDER BY e.effective_date DESC LIMIT 1";
    let mut last = None;
    for account in accounts {
        if is_posted(conn, company, account)? {
            let query = diesel::sql_query(LAST).bind::<Id, _>(company).bind::<Text, _>(*account);
            last = last.max(query.load::<FoundDay>(conn)?.pop().map(|found| found.day));
        }
    }
    Ok(last)
}

/// Whether anything is posted at all.
pub fn has_entries(conn: &mut Conn, company: CompanyId) -> StoreResult<bool> {
    let first = e::table.filter(e::company.eq(v(company))).select(e::kind).limit(1);
    Ok(!first.load::<String>(conn)?.is_empty())
}
