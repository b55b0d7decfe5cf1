//! SQL that the query builder does not have.

use super::columns::{Amount, Moment};
use crate::conn::MultiBackend;
use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, AsExpression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, SqlType};
use diesel::sqlite::Sqlite;

/// A domain type as a value in a query: `customers::id.eq(v(id))`.
pub(crate) fn v<T>(value: T) -> Value<T> {
    Value(value)
}

/// See [`v`]. A type of this crate, since the orphan rule forbids `AsExpression` for the domain's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<T>(T);

impl<T, ST> AsExpression<ST> for Value<T>
where
    ST: SqlType + TypedExpressionType,
{
    type Expression = Bound<ST, T>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self.0)
    }
}

impl<T, ST, DB> ToSql<ST, DB> for Value<T>
where
    DB: Backend,
    T: ToSql<ST, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// `CAST(SUM(x) AS BIGINT)`: exact on both databases, where `dsl::sum` goes through f64 on SQLite. NULL for no rows;
/// an overflow is an error of the database.
pub fn sum_minor<E>(amount: E) -> SumMinor<E>
where
    E: Expression<SqlType = Amount>,
{
    SumMinor(amount)
}

/// See [`sum_minor`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct SumMinor<E>(E);

impl<E: Expression> Expression for SumMinor<E> {
    type SqlType = Nullable<Amount>;
}
impl<E, GB> ValidGrouping<GB> for SumMinor<E> {
    type IsAggregate = is_aggregate::Yes;
}
impl<E, QS> AppearsOnTable<QS> for SumMinor<E>
where
    E: AppearsOnTable<QS>,
    Self: Expression,
{
}
impl<E, QS> SelectableExpression<QS> for SumMinor<E>
where
    E: SelectableExpression<QS>,
    Self: AppearsOnTable<QS>,
{
}
impl<E, DB> QueryFragment<DB> for SumMinor<E>
where
    DB: Backend,
    E: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("CAST(SUM(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS BIGINT)");
        Ok(())
    }
}

/// The database's clock plus some seconds, in UTC: leases of several hosts are compared by one clock.
pub fn now_plus(seconds: i64) -> NowPlus {
    NowPlus(seconds)
}

/// See [`now_plus`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NowPlus(i64);

impl Expression for NowPlus {
    type SqlType = Moment;
}
impl<GB> ValidGrouping<GB> for NowPlus {
    type IsAggregate = is_aggregate::Never;
}
impl<QS> AppearsOnTable<QS> for NowPlus {}
impl<QS> SelectableExpression<QS> for NowPlus {}

impl QueryFragment<Pg> for NowPlus {
    /// `clock_timestamp()` and not `now()`: the latter stands still in a transaction that waited for a lock.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("((clock_timestamp() AT TIME ZONE 'UTC') + ");
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(" * INTERVAL '1 second')");
        Ok(())
    }
}
impl QueryFragment<Sqlite> for NowPlus {
    /// SQLite's clock has milliseconds; three zeros give the six decimals of our instants.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(strftime('%Y-%m-%d %H:%M:%f', 'now', ");
        out.push_bind_param::<BigInt, _>(&self.0)?;
        out.push_sql(" || ' seconds') || '000')");
        Ok(())
    }
}
impl QueryFragment<MultiBackend> for NowPlus {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, pass)
    }
}
