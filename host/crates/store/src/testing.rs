//! A fresh database for a test, of either kind: what every crate's tests over the store use.
//!
//! SQLite: a file in a temporary directory. PostgreSQL: `$ZHANGBEN_TEST_PG_URL` names the administrative database of a
//! running cluster (`cargo xtask test` and `cargo xtask pg -- COMMAND` start one); a template is migrated once per
//! state of the migrations, under an advisory lock since tests run in processes of their own, and cloned per test.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot have its database fails

pub mod bare;
mod look;

use crate::conn::{Database, Kind, Options};
use crate::migrate;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the cluster.
pub const URL_VARIABLE: &str = "ZHANGBEN_TEST_PG_URL";
/// A comma-separated list of what is not to run; `postgres` is one.
pub const WITHOUT_VARIABLE: &str = "ZHANGBEN_TEST_WITHOUT";

/// Held while the template is made: "template" in ASCII.
const TEMPLATE_LOCK: i64 = 0x7465_6d70_6c61_7465;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A migrated, empty database that is removed when dropped.
pub struct TestDb {
    url: String,
    database: Option<Database>,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Cluster { admin: String, name: String },
}

impl TestDb {
    /// An SQLite file.
    pub fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("zhangben-{}", unique()));
        std::fs::create_dir_all(&folder).expect("a temporary directory");
        let url = format!("sqlite://{}", folder.join("test.db").display());
        let database = Database::open(&url, Options::default()).expect("an SQLite database");
        migrate::up(&database).expect("migrations on SQLite");
        TestDb { url, database: Some(database), place: Place::Folder(folder) }
    }

    /// A clone of the template in the cluster.
    ///
    /// # Panics
    /// Without `$ZHANGBEN_TEST_PG_URL`.
    pub fn postgres() -> Self {
        let admin = std::env::var(URL_VARIABLE).unwrap_or_else(|_| {
            panic!(
                "${URL_VARIABLE} is not set: run the tests with `cargo xtask test`, or `cargo xtask pg -- cargo test …`; \
                 ${WITHOUT_VARIABLE}=postgres leaves PostgreSQL out"
            )
        });
        let mut conn = PgConnection::establish(&admin).expect("the cluster answers");
        let template = template(&admin, &mut conn);
        let name = format!("zb_{}", unique().replace('-', "_"));
        execute(&mut conn, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        let url = with_database(&admin, &name);
        let database = Database::open(&url, Options::default()).expect("a PostgreSQL database");
        TestDb { url, database: Some(database), place: Place::Cluster { admin, name } }
    }

    /// Of the kind asked for.
    pub fn new(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => TestDb::sqlite(),
            Kind::Postgres => TestDb::postgres(),
        }
    }

    pub fn db(&self) -> &Database {
        self.database.as_ref().expect("open until closed or dropped")
    }

    /// Closes the database here: whoever has it open then is the last one who has, and what its death left behind is
    /// cleared up by who opens it next.
    pub fn close(&mut self) {
        self.database = None;
    }

    /// Opens it again.
    pub fn reopen(&mut self) {
        self.database = Some(Database::open(&self.url, Options::default()).expect("the database opens"));
    }

    /// For a second process, or for other options.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        // connections first: PostgreSQL drops no database that is in use
        self.database = None;
        match &self.place {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Cluster { admin, name } => {
                if let Ok(mut conn) = PgConnection::establish(admin) {
                    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    drop(diesel::sql_query(statement).execute(&mut conn));
                }
            }
        }
    }
}

/// Runs a test on both databases, each time on a fresh one.
///
/// # Panics
/// Without `$ZHANGBEN_TEST_PG_URL`, unless `$ZHANGBEN_TEST_WITHOUT` says `postgres`: then it prints that it did not run.
pub fn for_each_database(test: impl Fn(&TestDb)) {
    for kind in kinds() {
        test(&TestDb::new(kind));
    }
}

/// The kinds of database that tests run on: SQLite first. See [`for_each_database`].
#[allow(clippy::print_stderr)] // a test that did not run must say so
pub fn kinds() -> Vec<Kind> {
    let without = std::env::var(WITHOUT_VARIABLE).unwrap_or_default();
    if without.split(',').any(|part| part.trim() == "postgres") {
        eprintln!("did not run on PostgreSQL: ${WITHOUT_VARIABLE}={without}");
        return vec![Kind::Sqlite];
    }
    vec![Kind::Sqlite, Kind::Postgres]
}

/// The name of the migrated template, made if it is not there.
fn template(admin: &str, conn: &mut PgConnection) -> String {
    let name = format!("zb_template_{:016x}", fingerprint());
    execute(conn, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"));
    if !exists(conn, &name) {
        // under another name until it is whole: a run that died half way leaves nothing that looks done
        let half = format!("{name}_half");
        execute(conn, &format!("DROP DATABASE IF EXISTS {half} WITH (FORCE)"));
        execute(conn, &format!("CREATE DATABASE {half}"));
        let database =
            Database::open(&with_database(admin, &half), Options::default()).expect("the template opens");
        migrate::up(&database).expect("migrations on PostgreSQL");
        drop(database);
        execute(conn, &format!("ALTER DATABASE {half} RENAME TO {name}"));
    }
    execute(conn, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})"));
    name
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

fn exists(conn: &mut PgConnection, name: &str) -> bool {
    diesel::sql_query("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS found")
        .bind::<Text, _>(name)
        .get_result::<Found>(conn)
        .expect("the catalogue answers")
        .found
}

fn execute(conn: &mut PgConnection, statement: &str) {
    diesel::sql_query(statement).execute(conn).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// FNV-1a over the text of the migrations: another text, another template.
fn fingerprint() -> u64 {
    migrate::POSTGRES_SQL.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn unique() -> String {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |now| now.subsec_nanos());
    format!("{}-{}-{nanos}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// The URL with another database: `postgres://user@host/DATABASE?options`.
fn with_database(url: &str, name: &str) -> String {
    let (place, options) = url.split_once('?').map_or((url, None), |(place, options)| (place, Some(options)));
    let base =
        match place.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('/')?.0))) {
            Some((scheme, authority)) => format!("{scheme}://{authority}"),
            None => place.to_owned(),
        };
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{base}/{name}{options}")
}
