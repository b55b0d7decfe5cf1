//! Each filter of a list is answered through an index: the plans of the statements as they are sent.

use crate::fixtures::*;
use diesel::connection::{Connection, InstrumentationEvent};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl};
use domain::ids::{BankAccountId, StatementRunId};
use domain::time::BookingDate;
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
                    "DEALLOCATE ALL",
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
fn queries(w: World1) -> Vec<(&'static str, &'static str, Query)> {
    let (us, her, eur) = (w.company, w.customer, Currency::parse("EUR").unwrap());
    fn q(query: impl FnOnce(&mut Conn) -> Result<()> + 'static) -> Query {
        Box::new(query)
    }
    let documents = move |filter: documents::Filter<'static>| {
        q(move |c: &mut Conn| documents::list(c, us, &filter, None, 50).map(drop))
    };
    let customers = move |filter: customers::Filter<'static>| {
        q(move |c: &mut Conn| customers::search(c, us, &filter, Some("C"), 50).map(drop))
    };
    let items = move |filter: open_items::Filter<'static>| {
        q(move |c: &mut Conn| open_items::search(c, us, &filter, None, 50).map(drop))
    };
    let lines = move |change: fn(World1, &mut bank_lines::Filter)| {
        let mut filter = bank_lines::Filter::of(BankLineStatus::Open);
        change(w, &mut filter);
        q(move |c: &mut Conn| bank_lines::search(c, us, &filter, None, 50).map(drop))
    };
    let proposals = move |filter: proposals::Filter<'static>| {
        q(move |c: &mut Conn| proposals::search(c, us, &filter, None, 50).map(drop))
    };
    let statements = move |filter: statements::Filter| {
        q(move |c: &mut Conn| statements::list(c, us, &filter, None, 50).map(drop))
    };
    let all = documents::Filter::default;
    let any = customers::Filter::default;
    let made = statements::Filter::default;
    let run = Some(StatementRunId::new(uuid()));
    vec![
        ("customers name", "customers_by_name", customers(customers::Filter { name: Some("王"), ..any() })),
        (
            "customers code",
            "sqlite_autoindex_customers_2",
            customers(customers::Filter { code: Some("C"), ..any() }),
        ),
        (
            "customers parent",
            "customers_by_parent",
            customers(customers::Filter { parent: Some(her), ..any() }),
        ),
        (
            "customers currency",
            "sqlite_autoindex_customers_2",
            customers(customers::Filter { currency: Some(eur), ..any() }),
        ),
        ("documents", "documents_by_date", documents(all())),
        (
            "documents kind",
            "documents_by_kind",
            documents(documents::Filter { kind: Some("receipt"), ..all() }),
        ),
        (
            "documents customer",
            "documents_by_customer",
            documents(documents::Filter { customer: Some(her), ..all() }),
        ),
        (
            "documents kind customer",
            "documents_by_customer",
            documents(documents::Filter { kind: Some("invoice"), customer: Some(her), ..all() }),
        ),
        (
            "documents external_id",
            "sqlite_autoindex_documents_3",
            documents(documents::Filter { external_id: Some("A"), ..all() }),
        ),
        (
            "documents from to",
            "documents_by_date",
            documents(documents::Filter {
                from: Some(day("2026-11-01")),
                to: Some(day("2026-11-30")),
                ..all()
            }),
        ),
        (
            "documents currency",
            "documents_by_date",
            documents(documents::Filter { currency: Some(eur), ..all() }),
        ),
        (
            "documents open",
            "open_items_by_document",
            documents(documents::Filter { open: Some(true), ..all() }),
        ),
        (
            "documents cleared",
            "open_items_by_document",
            documents(documents::Filter { open: Some(false), ..all() }),
        ),
        ("items", "open_items_open", items(open_items::Filter::default())),
        (
            "items customer",
            "open_items_by_customer",
            items(open_items::Filter { customer: Some(her), ..Default::default() }),
        ),
        (
            "items due",
            "open_items_due",
            items(open_items::Filter {
                due_from: Some(day("2026-11-01")),
                due_to: Some(day("2026-11-30")),
                ..Default::default()
            }),
        ),
        ("lines", "bank_lines_open", lines(|_, _| {})),
        (
            "lines account",
            "bank_lines_of_account",
            lines(|_, f| f.account = Some(BankAccountId::new(uuid()))),
        ),
        ("lines customer", "bank_lines_of_customer", lines(|w, f| f.customer = Some(w.customer))),
        (
            "lines from to",
            "bank_lines_open",
            lines(|_, f| {
                f.from = Some(BookingDate::new(day("2026-11-01")));
                f.to = Some(BookingDate::new(day("2026-11-30")));
            }),
        ),
        (
            "proposals status",
            "proposals_by_status",
            proposals(proposals::Filter { status: Some(ProposalStatus::Proposed), ..Default::default() }),
        ),
        (
            "proposals customer",
            "proposals_of_customer",
            proposals(proposals::Filter { customer: Some(her), ..Default::default() }),
        ),
        (
            "statements customer",
            "statements_of_customer",
            statements(statements::Filter { customer: Some(her), ..made() }),
        ),
        ("statements run", "statements_of_run", statements(statements::Filter { run, ..made() })),
        (
            "statements cut-off",
            "statements_by_cut_off",
            statements(statements::Filter { cut_off: Some(day("2026-11-30")), ..made() }),
        ),
        (
            "statements status",
            "statements_by_status",
            statements(statements::Filter { status: Some(StatementStatus::Sealed), ..made() }),
        ),
        (
            "jobs status",
            "jobs_of_company",
            q(move |c| {
                jobs::search(c, us, &jobs::Filter { status: Some(JobStatus::Queued), kind: None }, None, 50)
                    .map(drop)
            }),
        ),
        (
            "rates source",
            "PRIMARY KEY",
            q(move |c| {
                fx_rates::search(
                    c,
                    us,
                    &fx_rates::Filter { source: Some(eur), ..Default::default() },
                    None,
                    50,
                )
                .map(drop)
            }),
        ),
        // what postings and statements ask all the time
        (
            "allocations of an item",
            "allocations_by_",
            q(move |c| allocations::of_item(c, us, domain::ids::OpenItemId::new(uuid())).map(drop)),
        ),
        (
            "items of a customer",
            "open_items_by_customer",
            q(move |c| open_items::of_customer(c, us, her, true).map(drop)),
        ),
    ]
}

#[test]
fn each_filter_goes_through_its_index() {
    for_each_database(|test| {
        let w = setup(test.db());
        for (what, index, query) in queries(w) {
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
