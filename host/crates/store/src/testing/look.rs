//! Looking into a test's database past every query function: what a thief of the disk, or one who tampers, would do.

use super::TestDb;
use crate::conn::{Conn, Kind};
use crate::error::StoreError;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct RowId {
    #[diesel(sql_type = Binary)]
    id: Vec<u8>,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS table_name, c.name AS column_name, c.type AS data_type \
     FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' ORDER BY m.name, c.cid";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text, column_name::text, data_type::text \
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";

impl TestDb {
    /// Runs one statement as it is; gives the rows it changed. Foreign keys hold.
    pub fn execute(&self, sql: &str) -> usize {
        let done = self.db().write(|tx| {
            let changed = match tx.conn() {
                Conn::Postgres(conn) => diesel::sql_query(sql).execute(conn)?,
                Conn::Sqlite(conn) => diesel::sql_query(sql).execute(conn)?,
            };
            Ok::<_, StoreError>(changed)
        });
        done.unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }

    /// Every `table.column` of the database in which these bytes stand, in text or in binary.
    pub fn columns_with(&self, needle: &[u8]) -> Vec<String> {
        assert!(!needle.is_empty(), "everything holds nothing");
        let hex: String = needle.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut found = Vec::new();
        for Column { table_name, column_name, data_type } in self.columns() {
            let condition = match (self.db().kind(), data_type.as_str()) {
                (Kind::Sqlite, _) => format!("instr(CAST(\"{column_name}\" AS BLOB), X'{hex}') > 0"),
                (Kind::Postgres, "bytea") => {
                    format!("position('\\x{hex}'::bytea in \"{column_name}\") > 0")
                }
                (Kind::Postgres, _) => {
                    format!("position('\\x{hex}'::bytea in convert_to(\"{column_name}\"::text, 'UTF8')) > 0")
                }
            };
            let sql = format!("SELECT COUNT(*) AS n FROM \"{table_name}\" WHERE {condition}");
            if self.count(&sql) > 0 {
                found.push(format!("{table_name}.{column_name}"));
            }
        }
        found
    }

    /// The number that a `SELECT … AS n` gives.
    pub fn count(&self, sql: &str) -> i64 {
        let rows: Vec<Count> = self.load(sql);
        rows.first().map_or(0, |row| row.n)
    }

    /// The ids that a `SELECT … AS id` gives.
    pub fn ids(&self, sql: &str) -> Vec<Uuid> {
        let rows: Vec<RowId> = self.load(sql);
        rows.iter().map(|row| Uuid::from_slice(&row.id).expect("an id")).collect()
    }

    /// How many rows each table has.
    pub fn rows_by_table(&self) -> BTreeMap<String, i64> {
        let tables: BTreeSet<String> = self.columns().into_iter().map(|column| column.table_name).collect();
        let count = |table: &String| self.count(&format!("SELECT COUNT(*) AS n FROM \"{table}\""));
        tables.into_iter().map(|table| (table.clone(), count(&table))).collect()
    }

    fn columns(&self) -> Vec<Column> {
        let columns: Vec<Column> = self.load(match self.db().kind() {
            Kind::Sqlite => SQLITE_COLUMNS,
            Kind::Postgres => POSTGRES_COLUMNS,
        });
        assert!(columns.len() > 200, "the catalogue shows {} columns only", columns.len());
        columns
    }

    fn load<T>(&self, sql: &str) -> Vec<T>
    where
        T: QueryableByName<diesel::pg::Pg> + QueryableByName<diesel::sqlite::Sqlite> + 'static,
    {
        let rows = self.db().read(|conn| {
            Ok::<_, StoreError>(match conn {
                Conn::Postgres(conn) => diesel::sql_query(sql).load::<T>(conn)?,
                Conn::Sqlite(conn) => diesel::sql_query(sql).load::<T>(conn)?,
            })
        });
        rows.unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }
}
