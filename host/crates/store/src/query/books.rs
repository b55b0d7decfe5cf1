//! Settings of the books and the chart of accounts.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, Books, ChartLine};
use crate::schema::{books as t, chart_lines as c, entries as e, postings as p};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::ids::CompanyId;

pub fn of(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<Books>> {
    Ok(t::table.find(v(company)).select(Books::as_select()).get_result(conn).optional()?)
}

pub fn put(tx: &mut Tx<'_>, books: &Books) -> StoreResult<()> {
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
    let suffix = " ON CONFLICT (company, role, part, valid_from) DO UPDATE SET code = excluded.code, zh = excluded.zh, \
                  en = excluded.en, set_by = excluded.set_by, set_at = excluded.set_at";
    rows::insert_with(tx, lines, suffix).map(drop)
}

/// Takes lines out that nothing was posted by: those of a role and part, or all of the company.
pub fn clear_chart(tx: &mut Tx<'_>, company: CompanyId, of: Option<(&str, &str)>) -> StoreResult<()> {
    let own = c::table.filter(c::company.eq(v(company)));
    match of {
        Some((role, part)) => {
            diesel::delete(own.filter(c::role.eq(role)).filter(c::part.eq(part))).execute(tx.conn())?
        }
        None => diesel::delete(own).execute(tx.conn())?,
    };
    Ok(())
}

/// The last day on which anything is posted on some accounts.
pub fn last_posted(conn: &mut Conn, company: CompanyId, accounts: &[&str]) -> StoreResult<Option<NaiveDate>> {
    let mut last = None;
    for account in accounts {
        let query = p::table
            .inner_join(e::table.on(e::company.eq(p::company).and(e::id.eq(p::entry))))
            .filter(p::company.eq(v(company)))
            .filter(p::account.eq(*account));
        let own = query.order(e::effective_date.desc()).select(e::effective_date).first::<NaiveDate>(conn);
        last = last.max(own.optional()?);
    }
    Ok(last)
}

/// Whether anything is posted at all.
pub fn has_entries(conn: &mut Conn, company: CompanyId) -> StoreResult<bool> {
    let first = e::table.filter(e::company.eq(v(company))).select(e::kind).limit(1);
    Ok(!first.load::<String>(conn)?.is_empty())
}
