//! Rows of the tables, one noun a file: a struct per table with the types of the domain. Columns are matched by
//! name, so the order of fields is free; a wrong type or a missing column does not compile.

use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::query::settings;
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, HasSqlType};
use diesel::sqlite::Sqlite;
use std::marker::PhantomData;

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

        impl $crate::rows::SqliteRow for $name {
            fn bind<'b>(
                &'b self,
                out: &mut diesel::query_builder::AstPass<'_, 'b, diesel::sqlite::Sqlite>,
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

        impl $crate::rows::PgRows for $name {
            fn columns(rows: &[Self]) -> Vec<Box<dyn $crate::rows::PgColumn + '_>> {
                vec![$(
                    Box::new($crate::rows::Values::<
                        <$crate::schema::$table::$field as diesel::Expression>::SqlType, _
                    >::new(rows.iter().map(|row| &row.$field).collect()))
                ),*]
            }
        }
    };
}

mod advances;
mod bank;
mod bills;
mod books;
mod checkpoints;
mod close;
mod company;
mod customers;
mod delivery;
mod disputes;
mod documents;
mod drafts;
mod imports;
mod ledger;
mod people;
mod plugins;
mod proposals;
mod statements;
mod suspense;
mod terms;
mod work;

pub use advances::{AdvanceItem, AdvanceMove, AdvanceSettings};
pub use bank::{BankAccount, BankDetailChange, BankFile, BankLine, BankStatement};
pub use bills::{Bill, BillActed};
pub use books::{Books, ChartLine, SeriesRule, SeriesVoid, Voucher, VoucherExport};
pub use checkpoints::{Checkpoint, CheckpointLots};
pub use close::{Close, CloseItem, CloseRecord};
pub use company::{
    Blob, Company, FxRate, Key, KeyParty, PeriodLock, PeriodUnlock, RoleLimit, Series, Token, Tolerance, User,
};
pub use customers::{
    Contact, Customer, CustomerAccount, CustomerFormerName, CustomerMerge, CustomerMergeItem, CustomerTaxId,
};
pub use delivery::{
    BillingRule, Deferral, Delivery, DeliveryLine, DeliveryLink, DeliverySettings, RedConfirmation,
    ReturnedLine, TaxInvoice, TaxInvoiceLink,
};
pub use disputes::Dispute;
pub(crate) use documents::RELEASED;
pub use documents::{Document, DocumentAllowance, DocumentLine, TaxLine};
pub use drafts::{ApprovalRule, Attachment, Draft, DraftActed, Exception};
pub use imports::{Import, ImportRow, Item};
pub use ledger::{
    Allocation, Entry, Event, NewUnsealed, OpenItem, Posting, Regrouping, Revaluation, Seal, Unsealed,
};
pub use people::{LoginFailures, Password, Session, SetupCode};
pub use plugins::{Binding, Invocation, Plugin};
pub use proposals::{
    Proposal, ProposalAllocation, ProposalDifference, ProposalLine, ProposalUndoing, UnmatchedLine,
};
pub use statements::{Artefact, Statement, StatementClosing, StatementRun};
pub use suspense::{BankMove, SuspenseItem, SuspenseMove, Tolerated, ToleratedMonth, WithholdingEvidence};
pub use terms::{DocumentTerms, Instalment, ItemDue, StatementConfirmation};
pub use work::{Idempotency, Job, Lease};

/// Name and columns of the table a row belongs to.
pub trait TableRow {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
}

/// A row as parameters of SQLite, separated by commas, in the order of [`TableRow::COLUMNS`].
pub trait SqliteRow: TableRow {
    fn bind<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
}

/// Rows as arrays of PostgreSQL, one per column, in the order of [`TableRow::COLUMNS`].
pub trait PgRows: TableRow + Sized {
    fn columns(rows: &[Self]) -> Vec<Box<dyn PgColumn + '_>>;
}

/// The values of one column.
pub trait PgColumn {
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()>;
}

/// See [`PgColumn`].
pub(crate) struct Values<'a, ST, T> {
    values: Vec<&'a T>,
    column: PhantomData<ST>,
}

impl<'a, ST, T> Values<'a, ST, T> {
    pub(crate) fn new(values: Vec<&'a T>) -> Self {
        Values { values, column: PhantomData }
    }
}

impl<'a, ST, T> PgColumn for Values<'a, ST, T>
where
    ST: 'static,
    Pg: HasSqlType<Array<ST>>,
    Vec<&'a T>: ToSql<Array<ST>, Pg>,
{
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param::<Array<ST>, _>(&self.values)
    }
}

/// Rows of one SQLite statement: 500 rows of 31 columns stay below its 32,766 parameters.
const SQLITE_ROWS_MAX: usize = 500;

/// Statements of SQLite are prepared once per table and number of rows; these numbers keep them few.
pub(crate) const SQLITE_SIZES: [usize; 4] = [SQLITE_ROWS_MAX, 128, 32, 8];

/// Rows of one PostgreSQL statement. There it is one text for any number of rows, and its parameters are as many
/// as the columns; the number bounds the message.
pub(crate) const PG_ROWS_MAX: usize = 2000;

/// `INSERT INTO t (…) VALUES (…), (…) <suffix>`.
struct SqliteInsert<'a, R> {
    rows: &'a [R],
    suffix: &'static str,
}

impl<R: SqliteRow> QueryFragment<Sqlite> for SqliteInsert<'_, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        push_head::<R, _>(&mut out)?;
        for (n, row) in self.rows.iter().enumerate() {
            out.push_sql(if n == 0 { ") VALUES (" } else { "), (" });
            row.bind(&mut out)?;
        }
        out.push_sql(")");
        out.push_sql(self.suffix);
        Ok(())
    }
}

/// `INSERT INTO t (…) SELECT * FROM unnest($1, $2, …) <suffix>`: planned once, where a list of VALUES is parsed and
/// planned with each of its thousands of parameters.
struct PgInsert<'a, R> {
    columns: Vec<Box<dyn PgColumn + 'a>>,
    suffix: &'static str,
    row: PhantomData<R>,
}

impl<R: TableRow> QueryFragment<Pg> for PgInsert<'_, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        push_head::<R, _>(&mut out)?;
        for (n, column) in self.columns.iter().enumerate() {
            out.push_sql(if n == 0 { ") SELECT * FROM unnest(" } else { ", " });
            column.push(&mut out)?;
        }
        out.push_sql(")");
        out.push_sql(self.suffix);
        Ok(())
    }
}

fn push_head<R: TableRow, DB: Backend>(out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
    out.push_sql("INSERT INTO ");
    out.push_identifier(R::TABLE)?;
    for (n, column) in R::COLUMNS.iter().enumerate() {
        out.push_sql(if n == 0 { " (" } else { ", " });
        out.push_identifier(column)?;
    }
    Ok(())
}

// no static id: the statement cache then goes by the text
impl<R> QueryId for SqliteInsert<'_, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<R> QueryId for PgInsert<'_, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<R, C> RunQueryDsl<C> for SqliteInsert<'_, R> {}
impl<R, C> RunQueryDsl<C> for PgInsert<'_, R> {}

/// Inserts rows in their order, many a statement; gives how many were inserted.
pub(crate) fn insert<R: PgRows + SqliteRow>(tx: &mut Tx<'_>, rows: &[R]) -> StoreResult<usize> {
    insert_with(tx, rows, "")
}

/// As [`insert`], with what follows the rows, as ` ON CONFLICT (…) DO NOTHING`: both databases read it alike.
pub(crate) fn insert_with<R: PgRows + SqliteRow>(
    tx: &mut Tx<'_>,
    rows: &[R],
    suffix: &'static str,
) -> StoreResult<usize> {
    if settings::TABLES.contains(&R::TABLE) && !tx.takes_changed() && !rows.is_empty() {
        return Err(StoreError::Corrupt { what: format!("rows of {} without settings::change", R::TABLE) });
    }
    let mut inserted = 0;
    match tx.conn() {
        Conn::Postgres(conn) => {
            for rows in rows.chunks(PG_ROWS_MAX) {
                let statement = PgInsert::<R> { columns: R::columns(rows), suffix, row: PhantomData };
                inserted += statement.execute(conn)?;
            }
        }
        Conn::Sqlite(conn) => {
            for rows in in_sizes(rows) {
                inserted += SqliteInsert { rows, suffix }.execute(conn)?;
            }
        }
    }
    Ok(inserted)
}

/// Cuts rows into pieces of [`SQLITE_SIZES`], and the last few as they are.
pub(crate) fn in_sizes<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let size = SQLITE_SIZES.into_iter().find(|size| *size <= rest.len()).unwrap_or(rest.len());
        let (now, later) = rest.split_at(size);
        rest = later;
        (!now.is_empty()).then_some(now)
    })
}
