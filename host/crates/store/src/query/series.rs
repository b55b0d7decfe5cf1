//! Number series: gap-free, since the numbers are taken in the transaction that uses them and come back with it.

use crate::conn::Tx;
use crate::error::{StoreError, StoreResult};
use crate::types::columns::Id;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};
use domain::ids::CompanyId;

/// Takes `n` numbers and gives the first; a new series starts at 1. The row stays locked until the transaction ends:
/// take numbers last, after every check, so that others wait shortly.
pub fn take_numbers(tx: &mut Tx<'_>, company: CompanyId, code: &str, n: u32) -> StoreResult<u64> {
    let n = i64::from(n);
    let after: i64 = TakeNumbers { company, code, first_next: n + 1, n }.get_result(tx.conn())?;
    u64::try_from(after - n).map_err(|_| StoreError::Corrupt { what: format!("series {code} is at {after}") })
}

/// An upsert that is prepared once.
struct TakeNumbers<'a> {
    company: CompanyId,
    code: &'a str,
    first_next: i64,
    n: i64,
}

impl QueryId for TakeNumbers<'_> {
    type QueryId = TakeNumbers<'static>;
}

impl Query for TakeNumbers<'_> {
    type SqlType = BigInt;
}

impl<C> RunQueryDsl<C> for TakeNumbers<'_> {}

impl<DB> QueryFragment<DB> for TakeNumbers<'_>
where
    DB: Backend + HasSqlType<Id> + HasSqlType<Text> + HasSqlType<BigInt>,
    CompanyId: ToSql<Id, DB>,
    str: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO series (company, code, next) VALUES (");
        out.push_bind_param::<Id, _>(&self.company)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, str>(self.code)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.first_next)?;
        out.push_sql(") ON CONFLICT (company, code) DO UPDATE SET next = series.next + ");
        out.push_bind_param::<BigInt, _>(&self.n)?;
        out.push_sql(" RETURNING next");
        Ok(())
    }
}
