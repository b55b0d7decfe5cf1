//! Rows of the tables, one noun a file: a struct per table with the types of the domain. Columns are matched by
//! name, so the order of fields is free; a wrong type or a missing column does not compile.

use crate::conn::{Conn, Tx};
use crate::error::StoreResult;
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::Sqlite;

macro_rules! row {
    ($(#[$meta:meta])* $name:ident in $table:ident { $($(#[$field_meta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $ty),*
        }

        impl diesel::Selectable<$crate::conn::MultiBackend> for $name {
            type SelectExpression = ($($crate::schema::$table::$field,)*);
            fn construct_selection() -> Self::SelectExpression {
                ($($crate::schema::$table::$field,)*)
            }
        }

        impl $crate::rows::TableRow for $name {
            const TABLE: &'static str = stringify!($table);
            const COLUMNS: &'static [&'static str] =
                &[$(<$crate::schema::$table::$field as diesel::Column>::NAME),*];
        }

        row!(@bind $name, $table, diesel::pg::Pg, $($field: $ty),*);
        row!(@bind $name, $table, diesel::sqlite::Sqlite, $($field: $ty),*);
    };
    (@bind $name:ident, $table:ident, $backend:ty, $($field:ident: $ty:ty),*) => {
        impl $crate::rows::BindRow<$backend> for $name {
            fn bind<'b>(
                &'b self,
                out: &mut diesel::query_builder::AstPass<'_, 'b, $backend>,
            ) -> diesel::QueryResult<()> {
                let mut comma = "";
                $(
                    out.push_sql(comma);
                    out.push_bind_param::<
                        <$crate::schema::$table::$field as diesel::Expression>::SqlType, $ty
                    >(&self.$field)?;
                    comma = ", ";
                )*
                let _ = comma;
                Ok(())
            }
        }
    };
}

mod bank;
mod company;
mod customers;
mod documents;
mod ledger;
mod plugins;
mod proposals;
mod statements;
mod work;

pub use bank::{BankAccount, BankFile, BankLine, BankStatement};
pub use company::{Blob, Company, FxRate, Key, KeyParty, PeriodLock, Series, Token, User};
pub use customers::{Customer, CustomerAccount};
pub use documents::{Document, DocumentLine, TaxLine};
pub use ledger::{Allocation, Entry, Event, NewUnsealed, OpenItem, Posting, Seal, Unsealed};
pub use plugins::{Binding, Invocation, Plugin};
pub use proposals::{Proposal, ProposalAllocation, ProposalDifference, ProposalLine};
pub use statements::{Artefact, Statement, StatementClosing, StatementRun};
pub use work::{Idempotency, Job, Lease};

/// Name and columns of the table a row belongs to.
pub trait TableRow {
    const TABLE: &'static str;
    /// In the order in which [`BindRow::bind`] writes the values.
    const COLUMNS: &'static [&'static str];
}

/// Writes the row's values as parameters, separated by commas.
pub trait BindRow<DB: Backend> {
    fn bind<'b>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

/// Rows of one statement. Beyond some hundred nothing is gained, and PostgreSQL allows 65,535 parameters, SQLite
/// 32,766: 500 rows of 31 columns stay below both.
const ROWS_MAX: usize = 500;

/// Statements are prepared once per table and number of rows; these numbers keep them few.
const SIZES: [usize; 4] = [ROWS_MAX, 128, 32, 8];

/// `INSERT INTO t (…) VALUES (…), (…) <suffix>`.
struct Insert<'a, R> {
    rows: &'a [R],
    suffix: &'static str,
}

impl<R, DB> QueryFragment<DB> for Insert<'_, R>
where
    DB: Backend,
    R: TableRow + BindRow<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_identifier(R::TABLE)?;
        for (n, column) in R::COLUMNS.iter().enumerate() {
            out.push_sql(if n == 0 { " (" } else { ", " });
            out.push_identifier(column)?;
        }
        for (n, row) in self.rows.iter().enumerate() {
            out.push_sql(if n == 0 { ") VALUES (" } else { "), (" });
            row.bind(&mut out)?;
        }
        out.push_sql(")");
        out.push_sql(self.suffix);
        Ok(())
    }
}

// no static id: the statement cache then goes by the text, which depends on the number of rows
impl<R> QueryId for Insert<'_, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<R, C> RunQueryDsl<C> for Insert<'_, R> {}

/// Inserts rows, up to 500 a statement; gives how many were inserted.
pub(crate) fn insert<R>(tx: &mut Tx<'_>, rows: &[R]) -> StoreResult<usize>
where
    R: TableRow + BindRow<Pg> + BindRow<Sqlite>,
{
    insert_with(tx, rows, "")
}

/// As [`insert`], with what follows the values, as ` ON CONFLICT (…) DO NOTHING`: both databases read it alike.
pub(crate) fn insert_with<R>(tx: &mut Tx<'_>, rows: &[R], suffix: &'static str) -> StoreResult<usize>
where
    R: TableRow + BindRow<Pg> + BindRow<Sqlite>,
{
    let mut inserted = 0;
    let mut rest = rows;
    while !rest.is_empty() {
        let size = SIZES.into_iter().find(|size| *size <= rest.len()).unwrap_or(rest.len());
        let (now, later) = rest.split_at(size);
        let statement = Insert { rows: now, suffix };
        inserted += match tx.conn() {
            Conn::Postgres(conn) => statement.execute(conn)?,
            Conn::Sqlite(conn) => statement.execute(conn)?,
        };
        rest = later;
    }
    Ok(inserted)
}
