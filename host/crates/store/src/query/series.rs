//! Number series: gap-free, since the numbers are taken in the transaction that uses them and come back with it.

use crate::conn::Tx;
use crate::error::StoreResult;
use crate::schema::series as t;
use crate::types::v;
use diesel::prelude::*;
use domain::ids::CompanyId;

/// Takes `n` numbers and gives the first; a new series starts at 1. The row stays locked until the transaction ends:
/// take numbers last, after every check, so that others wait shortly.
pub fn take_numbers(tx: &mut Tx<'_>, company: CompanyId, code: &str, n: u32) -> StoreResult<u64> {
    let n = i64::from(n);
    let after: i64 = on!(tx.conn(), conn => diesel::insert_into(t::table)
        .values((t::company.eq(v(company)), t::code.eq(code), t::next.eq(n + 1)))
        .on_conflict((t::company, t::code))
        .do_update()
        .set(t::next.eq(t::next + n))
        .returning(t::next)
        .get_result(conn)?);
    u64::try_from(after - n)
        .map_err(|_| crate::StoreError::Corrupt { what: format!("series {code} is at {after}") })
}
