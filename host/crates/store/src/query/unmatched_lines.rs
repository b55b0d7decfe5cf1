//! Why bank lines were left to people.

use super::IDS_MAX;
use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use crate::rows::{self, UnmatchedLine};
use crate::schema::unmatched_lines as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::{BankLineId, CompanyId};

/// Replaces what was said of `lines` by `rows`.
pub fn replace(
    tx: &mut Tx<'_>,
    company: CompanyId,
    lines: &[BankLineId],
    rows: &[UnmatchedLine],
) -> StoreResult<()> {
    remove(tx, company, lines)?;
    rows::insert(tx, rows).map(drop)
}

pub(super) fn remove(tx: &mut Tx<'_>, company: CompanyId, lines: &[BankLineId]) -> StoreResult<()> {
    for chunk in lines.chunks(IDS_MAX) {
        let which = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::bank_line.eq_any(chunk.iter().copied().map(v)));
        diesel::delete(which).execute(tx.conn())?;
    }
    Ok(())
}

/// In no particular order; lines of which nothing is said are left out.
pub fn of_lines(
    conn: &mut Conn,
    company: CompanyId,
    lines: &[BankLineId],
) -> StoreResult<Vec<UnmatchedLine>> {
    let mut found = Vec::new();
    for chunk in lines.chunks(IDS_MAX) {
        let query = t::table
            .filter(t::company.eq(v(company)))
            .filter(t::bank_line.eq_any(chunk.iter().copied().map(v)));
        found.extend(query.select(UnmatchedLine::as_select()).load(conn)?);
    }
    Ok(found)
}
