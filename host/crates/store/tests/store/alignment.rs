//! The two schemas are one, and `schema.rs` is what the databases have: compared with the live catalogues.

use diesel::RunQueryDsl;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use std::collections::{BTreeMap, BTreeSet};
use store::migrate::{self, MigrateError};
use store::testing::{TestDb, for_each_database, kinds};
use store::{Conn, Database, Kind, StoreError};

/// What of a schema must be the same on both databases.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// name → (type as the database calls it, nullable)
    columns: BTreeMap<String, (String, bool)>,
    primary: Vec<String>,
    unique: BTreeSet<Vec<String>>,
    /// columns, table, columns
    foreign: BTreeSet<(Vec<String>, String, Vec<String>)>,
    /// columns, partial
    indexes: BTreeSet<(Vec<String>, bool)>,
}

type Catalogue = BTreeMap<String, Table>;

#[derive(diesel::QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    tbl: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// `kind`: p(rimary), u(nique), f(oreign), i(ndex), w (index with a condition).
#[derive(diesel::QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = Text)]
    tbl: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    cols: String,
    #[diesel(sql_type = Nullable<Text>)]
    target: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    target_cols: Option<String>,
}

const POSTGRES_COLUMNS: &str = "SELECT table_name::text AS tbl, column_name::text AS name, data_type::text AS kind, \
    is_nullable = 'YES' AS nullable FROM information_schema.columns WHERE table_schema = 'public'";

const POSTGRES_KEYS: &str = "SELECT t.relname::text AS tbl, c.contype::text AS kind, \
    (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY AS k(att, n) \
     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.att) AS cols, f.relname::text AS target, \
    (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY AS k(att, n) \
     JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.att) AS target_cols \
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid LEFT JOIN pg_class f ON f.oid = c.confrelid \
    WHERE t.relnamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'f') \
    UNION ALL SELECT t.relname::text, CASE WHEN x.indpred IS NULL THEN 'i' ELSE 'w' END, \
    (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(att, n) \
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att), NULL, NULL \
    FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid WHERE t.relnamespace = 'public'::regnamespace \
    AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)";

// a primary key of a STRICT table is never null, though table_info does not say so
const SQLITE_COLUMNS: &str = "SELECT m.name AS tbl, c.name AS name, c.type AS kind, \
    c.\"notnull\" = 0 AND c.pk = 0 AS nullable FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~'";

const SQLITE_KEYS: &str = "SELECT tbl, kind, cols, target, target_cols FROM (\
    SELECT m.name AS tbl, 'p' AS kind, (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_table_info(m.name) \
     WHERE pk > 0 ORDER BY pk)) AS cols, NULL AS target, NULL AS target_cols FROM sqlite_master m WHERE m.type = 'table' \
    UNION ALL SELECT m.name, CASE i.origin WHEN 'u' THEN 'u' WHEN 'c' THEN CASE i.partial WHEN 1 THEN 'w' ELSE 'i' END END, \
    (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)), NULL, NULL \
    FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin <> 'pk' \
    UNION ALL SELECT tbl, 'f', group_concat(\"from\", ','), target, group_concat(\"to\", ',') FROM (\
     SELECT m.name AS tbl, f.id AS id, f.\"from\" AS \"from\", f.\"to\" AS \"to\", f.\"table\" AS target \
     FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq) \
    GROUP BY tbl, id, target) WHERE tbl NOT LIKE 'sqlite~_%' ESCAPE '~'";

fn catalogue(db: &Database) -> Catalogue {
    let (columns, keys) = db
        .read(|conn| -> Result<_, StoreError> {
            Ok(match conn {
                Conn::Postgres(c) => (
                    diesel::sql_query(POSTGRES_COLUMNS).load::<ColumnRow>(c)?,
                    diesel::sql_query(POSTGRES_KEYS).load::<KeyRow>(c)?,
                ),
                Conn::Sqlite(c) => (
                    diesel::sql_query(SQLITE_COLUMNS).load::<ColumnRow>(c)?,
                    diesel::sql_query(SQLITE_KEYS).load::<KeyRow>(c)?,
                ),
            })
        })
        .unwrap();
    let mut tables = Catalogue::new();
    for row in columns {
        let table = tables.entry(row.tbl).or_default();
        table.columns.insert(row.name, (row.kind, row.nullable));
    }
    for row in keys {
        let Some(table) = tables.get_mut(&row.tbl) else { panic!("a key of no table: {}", row.tbl) };
        let list = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let columns = list(&row.cols);
        match row.kind.as_str() {
            "p" => table.primary = columns,
            "u" => drop(table.unique.insert(columns)),
            "i" => drop(table.indexes.insert((columns, false))),
            "w" => drop(table.indexes.insert((columns, true))),
            "f" => {
                table.foreign.insert((columns, row.target.unwrap(), list(&row.target_cols.unwrap())));
            }
            other => panic!("{other}"),
        }
    }
    // diesel's own table is made by diesel, for each database in its way
    tables.remove("__diesel_schema_migrations");
    tables
}

/// Tables of `schema.rs`: name → (primary key, column → (type, nullable)).
type Declared = BTreeMap<String, DeclaredTable>;
type DeclaredTable = (Vec<String>, BTreeMap<String, (String, bool)>);

fn declared() -> Declared {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema");
    let mut tables = Declared::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for table in text.split("diesel::table! {").skip(1) {
            let (name, columns) = parse_table(table);
            tables.insert(name, columns);
        }
    }
    tables
}

fn parse_table(text: &str) -> (String, DeclaredTable) {
    let body = text.split_once("columns::*;").unwrap().1;
    let (head, body) = body.split_once('{').unwrap();
    let (name, keys) = head.trim().trim_end_matches(')').split_once(" (").unwrap();
    let mut columns = BTreeMap::new();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut sql_name: Option<String> = None;
    for line in body.split('}').next().unwrap().lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(given) = line.strip_prefix("#[sql_name = \"") {
            sql_name = Some(given.trim_end_matches("\"]").to_owned());
            continue;
        }
        let (column, kind) = line.trim_end_matches(',').split_once(" -> ").unwrap();
        let inner = kind.strip_prefix("Nullable<").map(|k| k.trim_end_matches('>'));
        let in_database = sql_name.take().unwrap_or_else(|| column.to_owned());
        renamed.insert(column.to_owned(), in_database.clone());
        columns.insert(in_database, (inner.unwrap_or(kind).to_owned(), inner.is_some()));
    }
    let keys = keys.split(", ").map(|key| renamed[key].clone()).collect();
    (name.to_owned(), (keys, columns))
}

/// How each column type is called by (PostgreSQL, SQLite).
fn types(declared: &str) -> (&'static str, &'static str) {
    match declared {
        "Id" | "Hash" | "Binary" => ("bytea", "BLOB"),
        "Amount" | "Count" | "BigInt" => ("bigint", "INTEGER"),
        "Ordinal" | "Integer" => ("integer", "INTEGER"),
        "Exact" | "Iso4217" | "Code" | "Json" | "Text" => ("text", "TEXT"),
        "Moment" => ("timestamp without time zone", "TEXT"),
        "Day" => ("date", "TEXT"),
        "Bool" => ("boolean", "INTEGER"),
        other => panic!("schema.rs has a type that no test knows: {other}"),
    }
}

#[test]
fn schema_rs_is_what_the_databases_have() {
    let declared = declared();
    assert!(declared.len() >= 39, "only {} tables were read", declared.len());
    for_each_database(|test| {
        let kind = test.db().kind();
        let found = catalogue(test.db());
        assert_eq!(found.keys().collect::<Vec<_>>(), declared.keys().collect::<Vec<_>>(), "{kind:?}");
        for (name, (primary, columns)) in &declared {
            let table = &found[name];
            assert_eq!(&table.primary, primary, "{kind:?} {name}");
            let expected: BTreeMap<String, (String, bool)> = columns
                .iter()
                .map(|(column, (declared, nullable))| {
                    let (postgres, sqlite) = types(declared);
                    let called = if kind == Kind::Postgres { postgres } else { sqlite };
                    (column.clone(), (called.to_owned(), *nullable))
                })
                .collect();
            assert_eq!(table.columns, expected, "{kind:?} {name}");
        }
    });
}

#[test]
fn both_databases_have_the_same_keys_and_indexes() {
    let catalogues: Vec<Catalogue> =
        kinds().into_iter().map(|kind| catalogue(TestDb::new(kind).db())).collect();
    let [sqlite, postgres] = catalogues.as_slice() else { return };
    for (name, ours) in postgres {
        let theirs = &sqlite[name];
        assert_eq!(ours.primary, theirs.primary, "{name}");
        assert_eq!(ours.unique, theirs.unique, "{name}");
        assert_eq!(ours.foreign, theirs.foreign, "{name}");
        assert_eq!(ours.indexes, theirs.indexes, "{name}");
    }
    // the comparison compares something
    assert!(postgres.values().map(|t| t.foreign.len()).sum::<usize>() > 40);
    assert!(postgres.values().map(|t| t.unique.len()).sum::<usize>() > 10);
    assert!(postgres.values().map(|t| t.indexes.len()).sum::<usize>() > 10);
}

#[test]
fn every_key_starts_with_the_company() {
    for_each_database(|test| {
        for (name, table) in catalogue(test.db()) {
            if ["companies", "plugins", "unsealed", "login_failures", "setup_codes"].contains(&name.as_str())
            {
                continue;
            }
            assert_eq!(table.primary[0], "company", "{name}");
            for (columns, target, _) in &table.foreign {
                let whole = ["companies", "plugins"].contains(&target.as_str());
                assert!(whole || columns[0] == "company", "{name}: {columns:?} to {target}");
            }
        }
    });
}

#[test]
fn migrations_have_the_same_names() {
    let (postgres, sqlite) = migrate::embedded().unwrap();
    assert_eq!(postgres, sqlite);
    assert!(!postgres.is_empty());
}

#[test]
fn up_down_up_leaves_the_same_schema() {
    for_each_database(|test| {
        let db = test.db();
        let before = catalogue(db);
        assert!(migrate::check(db).is_ok());
        assert_eq!(migrate::up(db).unwrap(), Vec::<String>::new());
        let known = migrate::status(db).unwrap().len();
        for _ in 0..known {
            assert!(migrate::down(db).unwrap().is_some());
        }
        assert_eq!(migrate::down(db).unwrap(), None);
        assert_eq!(catalogue(db), Catalogue::new());
        assert!(matches!(migrate::check(db), Err(MigrateError::Outdated { .. })));
        assert_eq!(migrate::up(db).unwrap().len(), known);
        assert_eq!(catalogue(db), before);
    });
}

#[test]
fn a_newer_schema_is_refused() {
    for_each_database(|test| {
        let db = test.db();
        db.write(|tx| -> Result<(), StoreError> {
            let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')";
            diesel::sql_query(newer).execute(tx.conn())?;
            Ok(())
        })
        .unwrap();
        for refused in [migrate::check(db), migrate::up(db).map(drop), migrate::down(db).map(drop)] {
            let error = refused.unwrap_err();
            assert!(matches!(error, MigrateError::Newer { .. }), "{error}");
            assert!(error.to_string().contains("20991231000001"), "{error}");
        }
    });
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    value: i32,
}

#[test]
fn connections_are_durable_and_check_references() {
    for_each_database(|test| {
        let read = |conn: &mut Conn| -> Result<Vec<String>, StoreError> {
            Ok(match conn {
                Conn::Postgres(c) => {
                    let query = "SELECT current_setting('synchronous_commit') || ' ' || current_setting('fsync') AS value";
                    vec![diesel::sql_query(query).get_result::<Setting>(c)?.value]
                }
                Conn::Sqlite(c) => {
                    let journal = "SELECT journal_mode AS value FROM pragma_journal_mode";
                    let mut found = vec![diesel::sql_query(journal).get_result::<Setting>(c)?.value];
                    for query in [
                        "SELECT synchronous AS value FROM pragma_synchronous",
                        "SELECT foreign_keys AS value FROM pragma_foreign_keys",
                    ] {
                        found.push(diesel::sql_query(query).get_result::<Number>(c)?.value.to_string());
                    }
                    found
                }
            })
        };
        let expected: &[&str] =
            if test.db().kind() == Kind::Postgres { &["on on"] } else { &["wal", "2", "1"] };
        assert_eq!(test.db().read(read).unwrap(), expected);
        assert_eq!(test.db().write(|tx| read(tx)).unwrap(), expected);
    });
}
