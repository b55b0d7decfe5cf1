//! `bench month`: each database in a process of its own, so that peak memory is its own.

use crate::report;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use domain::actor::Actor;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use store::Kind;
use store::testing::{TestDb, kinds};
use zhangben_tests::retail::month::{Outcome, Period, Shop, Stage, run as run_months};
use zhangben_tests::retail::{data, sales, shape};
use zhangben_tests::tamper;
use zhangben_tests::wiring::{self, SetClock};

#[derive(Debug, Args)]
pub struct MonthArgs {
    /// Print one JSON array, an object for each database
    #[arg(long)]
    json: bool,
    /// Seed of names, accounts and payments
    #[arg(long, default_value_t = 2011)]
    seed: u64,
    /// Made-up sales of this many documents a month instead of the retail data
    #[arg(long, value_name = "DOCUMENTS")]
    made_up: Option<u64>,
    /// This database only: sqlite or postgres
    // the child gets the flags of its parent and then its own database
    #[arg(long, overrides_with = "database")]
    database: Option<String>,
    /// Months of the retail data: the first so many
    #[arg(long, default_value_t = 3)]
    months: usize,
    /// Do it here and print the object; what the command starts for each database
    #[arg(long, hide = true)]
    here: bool,
}

/// File, first day of the bank's statement, cut-off. January and February are not in the data; their payments are in March's file.
const MONTHS: [(&str, &str, &str); 3] = [
    ("online-retail-2010-12.csv", "2010-12-01", "2010-12-31"),
    ("online-retail-2011-03.csv", "2011-01-01", "2011-03-31"),
    ("online-retail-2011-04.csv", "2011-04-01", "2011-04-30"),
];

pub fn run(args: &MonthArgs) -> Result<()> {
    if args.here {
        let kind = match args.database.as_deref() {
            Some("sqlite") => Kind::Sqlite,
            Some("postgres") => Kind::Postgres,
            other => bail!("--database {other:?}: sqlite or postgres"),
        };
        println!("{}", one(args, kind)?);
        return Ok(());
    }
    let mut all = Vec::new();
    for kind in kinds() {
        let name = kind.name();
        if args.database.as_deref().is_some_and(|wanted| wanted != name) {
            continue;
        }
        all.push(child(name)?);
    }
    let heads: Vec<&Value> = all.iter().map(|one| &one["chain_head"]).collect();
    ensure!(heads.windows(2).all(|pair| pair.first() == pair.last()), "the chains differ: {heads:?}");
    if args.json {
        let shown: Vec<Value> = all.iter().map(report::documented).collect();
        println!("{}", serde_json::to_string_pretty(&shown)?);
    } else {
        all.iter().for_each(report::print);
    }
    Ok(())
}

/// Runs this program again, for one database.
fn child(name: &str) -> Result<Value> {
    let arguments = std::env::args().skip(1).filter(|argument| argument != "--json");
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).args(["--here", "--database", name]).stdout(Stdio::piped());
    let done = command.spawn()?.wait_with_output()?;
    ensure!(done.status.success(), "{name}: {}", done.status);
    serde_json::from_slice(&done.stdout).with_context(|| format!("what the run on {name} printed"))
}

fn periods(args: &MonthArgs) -> Result<Vec<Period>> {
    let folder = data::folder();
    let mut all = Vec::new();
    for (file, from, to) in MONTHS.into_iter().take(args.months) {
        let (from, to): (chrono::NaiveDate, chrono::NaiveDate) = (from.parse()?, to.parse()?);
        let first = to.format("%Y-%m-01").to_string().parse()?;
        let sales = match args.made_up {
            Some(documents) => shape::month(args.seed, first, documents, documents / 4 + 1)?,
            None => {
                sales::read(&folder.as_deref().context(NO_DATA)?.join("datasets/online-retail").join(file))?
            }
        };
        all.push(Period { sales, from, to });
    }
    Ok(all)
}

const NO_DATA: &str = "the retail data are not here: no ../shared/data and no $ZHANGBEN_PEER_DATA; --made-up 2000 runs without them";

fn one(args: &MonthArgs, kind: Kind) -> Result<Value> {
    let periods = periods(args)?;
    let plugins = data::plugins()?;
    let first = periods.first().context("no month")?.from;
    let db = TestDb::new(kind);
    let clock = Arc::new(SetClock::at(first));
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled-bench");
    let app = wiring::seeded(db.db(), clock.clone(), args.seed, &cache)?;
    let shop = Shop::found(app, clock, args.seed, &plugins, first)?;
    let (shop, mut outcome) = run_months(shop, &periods)?;
    let head = outcome.head.to_string();
    let folder = tempfile::tempdir()?;
    let dir = folder.path().join("export");
    let from = std::time::Instant::now();
    let exported =
        app::audit::export(&shop.app, &Actor::System, shop.id, &dir, periods.last().map(|p| p.to))?;
    outcome.stages.push(Stage {
        name: "files exported",
        rows: exported.files,
        micros: from.elapsed().as_micros(),
    });
    let peak = peak_memory_mb();
    let from = std::time::Instant::now();
    tamper::accepted(&dir, &head)?;
    outcome.stages.push(Stage {
        name: "positions verified by verify.py",
        rows: exported.position,
        micros: from.elapsed().as_micros(),
    });
    let named = tamper::each_kind_is_named(&dir, &head)?;
    Ok(object(kind.name(), &outcome, peak, &named))
}

fn object(database: &str, outcome: &Outcome, peak: Option<u64>, named: &[&str]) -> Value {
    let stages: Vec<Value> = outcome.stages.iter().map(report::stage).collect();
    let classes: Vec<Value> =
        outcome.score.0.iter().map(|(name, class)| report::class(name, class)).collect();
    let [rows, lines, without_price, adjustments] = outcome.rows;
    json!({
        "database": database,
        "customers": outcome.customers,
        "customers_tied_out": outcome.tied_out,
        "chain_head": outcome.head.to_string(),
        "stages": stages,
        "classes": classes,
        "peak_memory_mb": peak,
        "documents": outcome.documents,
        "statements": outcome.statements,
        "rows": {"read": rows, "posted": lines, "without_price": without_price, "adjustments": adjustments},
        "tampering_named": named,
    })
}

/// Linux tells.
fn peak_memory_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024)
}
