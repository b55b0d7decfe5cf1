//! `bench posting`: invoices posted by the use-case, one by one, by eight callers at once, and in bulk, beside the bare loop: the
//! very rows that the use-case wrote, inserted in the same batches into a database of the same beginning, in turns. Both are
//! durable, and in the end both have the same number of rows in every table.

use anyhow::{Context, Result, ensure};
use app::invoice::{IssueInvoice, IssuedInvoice, RUN_MAX, issue, issue_many};
use chrono::NaiveDate;
use clap::Args;
use domain::ids::{DocumentId, EntryId};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use store::testing::bare::Posted;
use store::testing::{TestDb, kinds};
use store::{Database, Kind};
use zhangben_tests::retail::data;
use zhangben_tests::retail::month::{Plugins, Shop, invoice};
use zhangben_tests::retail::sales::{Sale, SaleLine};
use zhangben_tests::wiring::{self, SetClock};

#[derive(Debug, Args)]
pub struct PostingArgs {
    /// Print one JSON array, an object for each database and way
    #[arg(long)]
    json: bool,
    /// Invoices of each way
    #[arg(long, default_value_t = 1000)]
    invoices: usize,
    /// Lines of an invoice
    #[arg(long, default_value_t = 5)]
    lines: usize,
}

const SEED: u64 = 5;
const CALLERS: usize = 8;
const CUSTOMERS: usize = 50;

/// One way of posting, measured.
struct Measured {
    way: &'static str,
    rows: usize,
    product: Duration,
    bare: Duration,
}

pub fn run(args: &PostingArgs) -> Result<()> {
    let mut all = Vec::new();
    for kind in kinds() {
        for measured in database(args, kind)? {
            all.push(object(kind.name(), args.invoices, &measured));
        }
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    println!("{} invoices of {} lines each; rows of all tables", args.invoices, args.lines);
    println!(
        "{:>9} {:>16} {:>12} {:>10} {:>10} {:>16}",
        "database", "way", "rows/invoice", "product/s", "bare/s", "product ÷ bare"
    );
    for one in &all {
        let text = |name: &str| one[name].as_str().map_or_else(|| one[name].to_string(), str::to_owned);
        println!(
            "{:>9} {:>16} {:>12} {:>10} {:>10} {:>14} %",
            text("database"),
            text("way"),
            text("rows_per_invoice"),
            text("product_per_second"),
            text("bare_per_second"),
            text("percent_of_bare")
        );
    }
    Ok(())
}

fn per_second(count: usize, took: Duration) -> u128 {
    count as u128 * 1_000_000 / took.as_micros().max(1)
}

fn object(database: &str, count: usize, of: &Measured) -> Value {
    let percent = 100 * of.bare.as_micros() / of.product.as_micros().max(1);
    json!({
        "database": database, "way": of.way, "invoices": count, "rows_per_invoice": of.rows / count.max(1),
        "product_per_second": u64::try_from(per_second(count, of.product)).unwrap_or(u64::MAX),
        "bare_per_second": u64::try_from(per_second(count, of.bare)).unwrap_or(u64::MAX),
        "percent_of_bare": u64::try_from(percent).unwrap_or(u64::MAX),
    })
}

/// A company with customers; the same seed gives the same keys and ids, so that rows of one fit into the other.
fn company<'a>(db: &Database, plugins: &'a Plugins, sales: &[Sale]) -> Result<Shop<'a>> {
    let first: NaiveDate = "2010-12-01".parse()?;
    let clock = Arc::new(SetClock::at(first));
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled-bench");
    let app = wiring::seeded(db, clock.clone(), SEED, &cache)?;
    let mut shop = Shop::found(app, clock, SEED, plugins, first)?;
    shop.customers(sales)?;
    shop.clock.set("2011-01-01".parse()?);
    app::audit::seal_all(&shop.app, shop.id)?;
    Ok(shop)
}

fn sales(args: &PostingArgs) -> Result<Vec<Sale>> {
    let date: NaiveDate = "2010-12-15".parse()?;
    let line = |n: usize| SaleLine {
        description: format!("WHITE HANGING HEART {n}"),
        quantity: rust_decimal::Decimal::from(n + 1),
        price: rust_decimal::Decimal::new(255, 2),
    };
    let sale = |n: usize| Sale {
        number: format!("{n}"),
        date,
        customer: format!("{}", 12_000 + n % CUSTOMERS),
        country: "GB".to_owned(),
        returned: false,
        lines: (0..args.lines).map(line).collect(),
    };
    Ok((0..args.invoices + CUSTOMERS).map(sale).collect())
}

/// A way of posting: how many callers at once, and how many invoices each of them posts in one go.
struct Way {
    name: &'static str,
    callers: usize,
    batch: usize,
}

const WAYS: [Way; 3] = [
    Way { name: "one by one", callers: 1, batch: 1 },
    Way { name: "eight callers", callers: CALLERS, batch: 1 },
    Way { name: "bulk", callers: 1, batch: RUN_MAX },
];

/// Invoices after which product and bare loop take turns: what else the machine does meets both.
const TURN: usize = 200;

fn database(args: &PostingArgs, kind: Kind) -> Result<Vec<Measured>> {
    let (plugins, sales) = (data::plugins()?, sales(args)?);
    let inputs: Vec<IssueInvoice> = sales.iter().map(invoice).collect::<Result<_>>()?;
    let (warm, inputs) = inputs.split_at(CUSTOMERS);
    WAYS.iter().map(|way| one_way(way, kind, &plugins, &sales, (warm, inputs))).collect()
}

fn one_way(
    way: &Way,
    kind: Kind,
    plugins: &Plugins,
    sales: &[Sale],
    (warm, inputs): (&[IssueInvoice], &[IssueInvoice]),
) -> Result<Measured> {
    let (first, second) = (TestDb::new(kind), TestDb::new(kind));
    let shop = company(first.db(), plugins, sales)?;
    let bare_shop = company(second.db(), plugins, sales)?;
    ensure!(bare_shop.id == shop.id, "the same seed gave another company");
    let mut measured = Measured { way: way.name, rows: 0, product: Duration::ZERO, bare: Duration::ZERO };
    turn(way, &shop, (first.db(), second.db()), warm)?;
    app::audit::seal_all(&shop.app, shop.id)?;
    for inputs in inputs.chunks(TURN) {
        let (rows, product, bare) = turn(way, &shop, (first.db(), second.db()), inputs)?;
        measured.rows += rows;
        measured.product += product;
        measured.bare += bare;
    }
    same_rows(way, &first, &second)?;
    Ok(measured)
}

/// The bare loop wrote just what the use-case did, table by table. What waits to be sealed and what is sealed count together: the
/// sequencer ran beside the use-case only.
fn same_rows(way: &Way, product: &TestDb, bare: &TestDb) -> Result<()> {
    let counted = |db: &TestDb| {
        let mut rows = db.rows_by_table();
        let chained: i64 = ["seals", "unsealed"].iter().filter_map(|table| rows.remove(*table)).sum();
        rows.insert("seals and unsealed".to_owned(), chained);
        rows
    };
    let (product, bare) = (counted(product), counted(bare));
    let apart: Vec<String> = product
        .iter()
        .filter(|(table, rows)| bare.get(*table) != Some(*rows))
        .map(|(table, rows)| {
            format!("{table}: {rows}, bare {}", bare.get(table).copied().unwrap_or_default())
        })
        .collect();
    ensure!(apart.is_empty(), "{}: the bare loop writes other rows than the use-case: {apart:?}", way.name);
    Ok(())
}

/// Posts `inputs`, then the rows that came of them into the other database: rows, and how long each took.
fn turn(
    way: &Way,
    shop: &Shop<'_>,
    (product, bare): (&Database, &Database),
    inputs: &[IssueInvoice],
) -> Result<(usize, Duration, Duration)> {
    let batches: Vec<&[IssueInvoice]> = inputs.chunks(way.batch).collect();
    let from = Instant::now();
    let issued = at_once(&batches, way.callers, &|batch| post(shop, batch))?;
    let took = from.elapsed();
    let rows: Vec<Posted> = issued.iter().map(|batch| read(product, shop, batch)).collect::<Result<_>>()?;
    let from = Instant::now();
    at_once(&rows, way.callers, &|posted| Ok(bare.write(|tx| posted.write(tx))?))?;
    let bare_took = from.elapsed();
    Ok((rows.iter().map(Posted::len).sum(), took, bare_took))
}

fn post(shop: &Shop<'_>, batch: &[IssueInvoice]) -> Result<Vec<IssuedInvoice>> {
    match batch {
        [one] => Ok(vec![issue(&shop.app, &shop.clerk, shop.id, one)?]),
        many => {
            let issued = issue_many(&shop.app, &shop.clerk, shop.id, many)?;
            Ok(issued.into_iter().collect::<Result<_, _>>()?)
        }
    }
}

fn read(db: &Database, shop: &Shop<'_>, issued: &[IssuedInvoice]) -> Result<Posted> {
    let ids: Vec<DocumentId> = issued.iter().map(|one| one.id).collect();
    let entries: Vec<EntryId> = issued.iter().map(|one| one.entry).collect();
    Ok(db.read(|conn| Posted::read(conn, shop.id, &ids, &entries))?)
}

/// Does all of `work` by so many threads, each taking the next; in the order of `work`.
fn at_once<I: Sync, O: Send>(
    work: &[I],
    callers: usize,
    one: &(dyn Fn(&I) -> Result<O> + Sync),
) -> Result<Vec<O>> {
    let next = AtomicUsize::new(0);
    let caller = || -> Result<Vec<(usize, O)>> {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = work.get(at) else { return Ok(done) };
            done.push((at, one(input)?));
        }
    };
    let mut all = Vec::with_capacity(work.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers).map(|_| scope.spawn(caller)).collect();
        for thread in threads {
            all.extend(thread.join().ok().context("a caller panicked")??);
        }
        Ok::<_, anyhow::Error>(())
    })?;
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, done)| done).collect())
}
