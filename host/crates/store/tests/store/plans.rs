//! Each filter of a list is answered through an index: the plans of the statements as they are sent.

use crate::fixtures::*;
use diesel::connection::{Connection, InstrumentationEvent};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl};
use domain::checkpoint::{Moment, Span};
use domain::ids::{BankAccountId, CustomerId, StatementRunId};
use domain::time::{AccountingDate, BookingDate};
use money::Currency;
use std::sync::{Arc, Mutex};
use store::query::*;
use store::testing::for_each_database;
use store::types::{BankLineStatus, JobStatus, ProposalStatus, StatementStatus};
use store::{Conn, Database, Kind, StoreError};

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresStep {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    plan: String,
}

/// The first statement that `query` sends, without its values.
fn statement<T>(conn: &mut Conn, query: impl FnOnce(&mut Conn) -> Result<T>) -> String {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let seen = sent.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            seen.lock().unwrap().push(query.to_string());
        }
    });
    query(conn).map(drop).unwrap();
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    let sent = sent.lock().unwrap();
    let text = sent.iter().find(|text| text.contains(" ORDER BY ")).unwrap_or_else(|| &sent[0]);
    text.split(" -- binds").next().unwrap().to_owned()
}

/// How the database would find the rows of the statement with values it does not know.
fn plan(db: &Database, query: impl FnOnce(&mut Conn) -> Result<()>) -> String {
    let mut query = Some(query);
    let found = db.read(|conn| {
        let sql = statement(conn, query.take().expect("asked once"));
        let lines: Vec<String> = match conn {
            Conn::Sqlite(conn) => {
                let steps: Vec<SqliteStep> =
                    diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn)?;
                steps.into_iter().map(|step| step.detail).collect()
            }
            Conn::Postgres(conn) => {
                let values = (0..sql.matches('$').count()).map(|_| "NULL").collect::<Vec<_>>().join(", ");
                for set in [
                    "SET enable_seqscan = off",
                    "SET plan_cache_mode = force_generic_plan",
                    &format!("PREPARE planned AS {sql}"),
                ] {
                    diesel::sql_query(set).execute(conn)?;
                }
                let steps: Vec<PostgresStep> =
                    diesel::sql_query(format!("EXPLAIN EXECUTE planned({values})")).load(conn)?;
                diesel::sql_query("DEALLOCATE planned").execute(conn)?;
                steps.into_iter().map(|step| step.plan).collect()
            }
        };
        Ok::<_, StoreError>(lines.join("\n"))
    });
    found.unwrap()
}

type Query = Box<dyn FnOnce(&mut Conn) -> Result<()>>;

/// What is asked, and the index by which SQLite, with the statistics of the migrations, finds it.
type Case = (&'static str, &'static str, Query);

fn case<T>(
    what: &'static str,
    index: &'static str,
    query: impl FnOnce(&mut Conn) -> Result<T> + 'static,
) -> Case {
    (what, index, Box::new(move |conn: &mut Conn| query(conn).map(drop)))
}

fn of_customers(w: World1) -> Vec<Case> {
    let one = |what, index, filter: customers::Filter<'static>| {
        case(what, index, move |c| customers::search(c, w.company, &filter, Some("C"), 50))
    };
    let any = customers::Filter::default;
    let at = || customer_rows::RatesAt { base: Currency::CNY, cut_off: day("2026-11-30") };
    let by_code = "sqlite_autoindex_customers_2";
    vec![
        one("customers name", "customers_by_name", customers::Filter { name: Some("王"), ..any() }),
        one(
            "customers external id",
            "customers_by_external_id",
            customers::Filter { external_id: Some("E"), ..any() },
        ),
        one("customers code", by_code, customers::Filter { code: Some("C"), ..any() }),
        // no range, but in the order that is wanted: it ends with the page
        one("customers contains", by_code, customers::Filter { contains: Some("云"), ..any() }),
        one(
            "customers parent",
            "customers_by_parent",
            customers::Filter { parent: Some(w.customer), ..any() },
        ),
        one("customers currency", by_code, customers::Filter { currency: Some(Currency::CNY), ..any() }),
        // and not through the whole chain of the company, in whose order they are wanted
        case("a customer's page", "postings_by_customer", move |c| {
            customer_rows::customer_rows(c, w.company, w.customer, at())
        }),
        case("pages of many customers", "postings_by_customer", move |c| {
            customer_rows::customers_rows(
                c,
                w.company,
                &[w.customer, CustomerId::new(uuid::Uuid::nil())],
                at(),
            )
        }),
    ]
}

fn of_documents(w: World1) -> Vec<Case> {
    let one = |what, index, filter: documents::Filter<'static>| {
        case(what, index, move |c| documents::list(c, w.company, &filter, None, 50))
    };
    let all = documents::Filter::default;
    let (kind, customer) = (Some("receipt"), Some(w.customer));
    let (from, to) = (Some(day("2026-11-01")), Some(day("2026-11-30")));
    let by_external = "sqlite_autoindex_documents_3";
    vec![
        one("documents", "documents_by_date", all()),
        one("documents kind", "documents_by_kind", documents::Filter { kind, ..all() }),
        one("documents customer", "documents_by_customer", documents::Filter { customer, ..all() }),
        one("of both", "documents_by_customer", documents::Filter { kind, customer, ..all() }),
        one("documents external_id", by_external, documents::Filter { external_id: Some("A"), ..all() }),
        one("documents from to", "documents_by_date", documents::Filter { from, to, ..all() }),
        one("currency", "documents_by_date", documents::Filter { currency: Some(Currency::CNY), ..all() }),
        one("open", "open_items_by_document", documents::Filter { open: Some(true), ..all() }),
        one("cleared", "open_items_by_document", documents::Filter { open: Some(false), ..all() }),
    ]
}

fn of_items(w: World1) -> Vec<Case> {
    let one = |what, index, filter: open_items::Filter<'static>| {
        case(what, index, move |c| open_items::search(c, w.company, &filter, None, 50))
    };
    let all = open_items::Filter::default;
    let (due_from, due_to) = (Some(day("2026-11-01")), Some(day("2026-11-30")));
    let (us, her) = (w.company, w.customer);
    vec![
        one("items", "open_items_open", all()),
        one("items customer", "open_items_by_customer", open_items::Filter { customer: Some(her), ..all() }),
        one("items due", "open_items_due", open_items::Filter { due_from, due_to, ..all() }),
        // what postings and statements ask all the time
        case("of a customer", "open_items_by_customer", move |c| open_items::of_customer(c, us, her, true)),
        case("allocations of an item", "allocations_by_", move |c| {
            allocations::of_item(c, us, domain::ids::OpenItemId::new(uuid()))
        }),
    ]
}

fn of_bank(w: World1) -> Vec<Case> {
    let one = |what, index, change: fn(World1, &mut bank_lines::Filter)| {
        let mut filter = bank_lines::Filter::of(BankLineStatus::Open);
        change(w, &mut filter);
        case(what, index, move |c| bank_lines::search(c, w.company, &filter, None, 50))
    };
    let matches = |what, index, filter: proposals::Filter<'static>| {
        case(what, index, move |c| proposals::search(c, w.company, &filter, None, 50))
    };
    let status = Some(ProposalStatus::Proposed);
    let customer = Some(w.customer);
    vec![
        one("lines", "bank_lines_open", |_, _| {}),
        one("lines account", "bank_lines_of_account", |_, f| f.account = Some(BankAccountId::new(uuid()))),
        one("lines customer", "bank_lines_of_customer", |w, f| f.customer = Some(w.customer)),
        one("lines from to", "bank_lines_open", |_, f| {
            f.from = Some(BookingDate::new(day("2026-11-01")));
            f.to = Some(BookingDate::new(day("2026-11-30")));
        }),
        matches(
            "proposals status",
            "proposals_by_status",
            proposals::Filter { status, ..Default::default() },
        ),
        matches(
            "proposals customer",
            "proposals_of_customer",
            proposals::Filter { customer, ..Default::default() },
        ),
    ]
}

fn of_statements(w: World1) -> Vec<Case> {
    let one = |what, index, filter: statements::Filter| {
        case(what, index, move |c| statements::list(c, w.company, &filter, None, 50))
    };
    let all = statements::Filter::default;
    let (customer, run) = (Some(w.customer), Some(StatementRunId::new(uuid())));
    let (cut_off, status) = (Some(day("2026-11-30")), Some(StatementStatus::Sealed));
    let us = w.company;
    vec![
        one("statements customer", "statements_of_customer", statements::Filter { customer, ..all() }),
        one("statements run", "statements_of_run", statements::Filter { run, ..all() }),
        one("statements cut-off", "statements_by_cut_off", statements::Filter { cut_off, ..all() }),
        one("statements status", "statements_by_status", statements::Filter { status, ..all() }),
        case("jobs status", "jobs_of_company", move |c| {
            jobs::search(c, us, &jobs::Filter { status: Some(JobStatus::Queued), kind: None }, None, 50)
        }),
        case("rates source", "PRIMARY KEY", move |c| {
            let filter = fx_rates::Filter { source: Some(Currency::CNY), ..Default::default() };
            fx_rates::search(c, us, &filter, None, 50)
        }),
    ]
}

/// What lies between two moments: through the chain from position to position, or from day to day, never through all of it.
fn of_checkpoints(w: World1) -> Vec<Case> {
    let us = w.company;
    let positions = Span::Positions { after: 1, to: 9, through: day("2026-11-30") };
    let days = Span::Days { after: day("2026-10-31"), to: day("2026-11-30"), known_at: 9 };
    let by_position = "PRIMARY KEY (company=? AND position>? AND position<?)";
    vec![
        case("posted between positions", by_position, move |c| checkpoints::posted(c, us, positions)),
        case("posted between days", "entries_by_date", move |c| checkpoints::posted(c, us, days)),
        case("changes between positions", by_position, move |c| checkpoints::changes(c, us, positions, None)),
        case("changes between days", "entries_by_date", move |c| checkpoints::changes(c, us, days, None)),
        case("changes, as was told", "entries_by_date", move |c| checkpoints::changes(c, us, days, Some(9))),
        case("retold between positions", "item_dues_by_event (company=? AND event=?)", move |c| {
            checkpoints::retold(c, us, (1, 9), Moment { as_of: day("2026-11-30"), known_at: 9 })
        }),
        case("moved between days", "entries_by_date", move |c| checkpoints::moved(c, us, days)),
        case("first day since", by_position, move |c| checkpoints::first_day_since(c, us, (1, 9))),
    ]
}

/// What stands on an account, or was posted there last: not through the whole journal.
fn of_accounts(w: World1) -> Vec<Case> {
    let us = w.company;
    let by_account = "postings_of_nobody (company=? AND account=?)";
    vec![
        case("an account's balance", by_account, move |c| {
            suspense::ledger(c, us, "2241.99", AccountingDate::new(day("2026-11-30")))
        }),
        case("whether anything is posted on an account", by_account, move |c| {
            books::last_posted(c, us, &["2241.99"])
        }),
    ]
}

#[test]
fn each_filter_goes_through_its_index() {
    for_each_database(|test| {
        let w = setup(test.db());
        let cases = [
            of_customers(w),
            of_documents(w),
            of_items(w),
            of_bank(w),
            of_statements(w),
            of_checkpoints(w),
            of_accounts(w),
        ];
        for (what, index, query) in cases.into_iter().flatten() {
            let plan = plan(test.db(), query);
            match test.db().kind() {
                Kind::Sqlite => {
                    assert!(plan.contains(index), "{what}: {plan}");
                    assert!(!plan.contains("SCAN "), "{what} walks a table: {plan}");
                }
                // with empty tables which index it is says nothing; without one it would have to walk the table
                Kind::Postgres => assert!(!plan.contains("Seq Scan"), "{what}: {plan}"),
            }
        }
    });
}

/// Decision 28: otherwise SQLite compiles a statement anew for each value of its limit.
#[test]
fn plans_of_sqlite_go_by_the_statement_alone() {
    let test = store::testing::TestDb::sqlite();
    let options = "SELECT count(*) FROM pragma_compile_options WHERE compile_options = 'ENABLE_QPSG'";
    let found: i64 = test
        .db()
        .read(|conn| {
            let count = diesel::dsl::sql::<diesel::sql_types::BigInt>(options);
            Ok::<_, store::StoreError>(count.get_result::<i64>(conn)?)
        })
        .unwrap();
    assert_eq!(found, 1, "build in the checkout, whose .cargo/config.toml sets LIBSQLITE3_FLAGS");
}
