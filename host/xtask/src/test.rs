//! `cargo xtask test`: everything, on both databases, with plugins rebuilt from source.

use crate::python::Environment;
use crate::scratch::Scratch;
use crate::{api, browser, demo, plugins, postgres, tools};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

#[derive(Debug, Args)]
pub struct TestArgs {
    /// Run this part alone
    only: Option<Only>,
    /// What not to run: postgres, browser, schemathesis, journals (comma-separated)
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
    /// Passed on to `cargo test` of the host workspace (a filter)
    #[arg(last = true)]
    rest: Vec<String>,
}

/// A part that can be run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    /// schemathesis against the running server
    Api,
    /// Exported journals in hledger and beancount
    Journals,
    /// The console in a browser: the month by three people, a picture of every page
    Browser,
}

/// The parts that `--without` may name, with what does not run then.
const PARTS: [(&str, &str); 4] = [
    ("schemathesis", "requests made up from the API's description"),
    ("postgres", "every test's PostgreSQL half"),
    ("journals", "exported journals in hledger and beancount"),
    ("browser", "the console in a browser"),
];

pub fn test(args: &TestArgs) -> Result<()> {
    for part in &args.without {
        if !PARTS.iter().any(|(name, _)| name == part) {
            bail!("--without {part}: not one of postgres, browser, schemathesis, journals");
        }
    }
    let mut times = Vec::new();
    let outcome = match args.only {
        Some(Only::Api) => {
            let without_postgres = args.without.iter().any(|part| part == "postgres");
            let databases = Databases::start(without_postgres)?;
            api_tests(&databases, &mut times)
        }
        Some(Only::Journals) => journal_tests(args, &mut times),
        Some(Only::Browser) => browser_tests(&mut times),
        None => stages(args, &mut times),
    };
    println!();
    for (name, seconds) in &times {
        println!("{seconds:>6} s  {name}");
    }
    for (name, what) in PARTS.iter().filter(|(name, _)| args.without.iter().any(|part| part == name)) {
        println!("did not run (--without {name}): {what}");
    }
    if peer_data()?.is_none() {
        println!("did not run: cases on third-party files (no ../shared/data, no ${PEER_DATA})");
    }
    outcome
}

/// What tests of databases need; the server ends before its folder goes.
struct Databases {
    cluster: Option<postgres::Cluster>,
    scratch: Option<Scratch>,
}

impl Databases {
    fn start(without_postgres: bool) -> Result<Self> {
        let scratch = Scratch::make()?;
        let cluster =
            if without_postgres { None } else { Some(postgres::Cluster::start_in(scratch.as_ref())?) };
        Ok(Databases { cluster, scratch })
    }
}

fn stages(args: &TestArgs, times: &mut Vec<(&'static str, u64)>) -> Result<()> {
    let without = |name: &str| args.without.iter().any(|part| part == name);
    tools::need_c_compiler()?;
    tools::need_python()?;
    tools::need_poppler()?;
    demo::need_font(None)?;
    if !without("journals") {
        need_journals()?;
    }
    if !without("browser") {
        browser::need()?;
    }
    let databases = Databases::start(without("postgres"))?;
    timed(times, "plugins from source", || plugins::build(true))?;
    timed(times, "plugin rules, natively", plugin_tests)?;
    // before the binary that it becomes part of
    if !without("browser") {
        timed(times, "the console", crate::console::run)?;
        timed(times, "the console: types, rules, units", browser::checks)?;
    }
    // in one build, so that one core does not wait for the other; the flows start the binary itself
    timed(times, "the binary and the tests", build_all)?;
    timed(times, "host, both databases", || host_tests(&databases, args))?;
    if !without("schemathesis") {
        api_tests(&databases, times)?;
    }
    if !without("browser") {
        // every page at every width takes as long again
        in_browser(
            times,
            &[
                "month-zh",
                "month-en",
                "paths-zh",
                "books-zh",
                "abroad-en",
                "first-zh",
                "fields-en",
                "pages-few",
            ],
        )?;
    }
    timed(times, "independent checker", checker_tests)
}

fn journal_tests(args: &TestArgs, times: &mut Vec<(&'static str, u64)>) -> Result<()> {
    need_journals()?;
    let without_postgres = args.without.iter().any(|part| part == "postgres");
    let databases = Databases::start(without_postgres)?;
    timed(times, "plugins", || plugins::build(false))?;
    timed(times, "the binary", demo::build_host)?;
    let rest = vec!["journal".to_owned()];
    let args = TestArgs { only: None, without: args.without.clone(), rest };
    timed(times, "journals", || host_tests(&databases, &args))
}

/// The two programs that check exported journals.
fn need_journals() -> Result<()> {
    tools::need_hledger()?;
    BEANCOUNT.programs().map(|_| ())
}

/// The console's tests alone.
fn browser_tests(times: &mut Vec<(&'static str, u64)>) -> Result<()> {
    browser::need()?;
    timed(times, "plugins", || plugins::build(false))?;
    timed(times, "the console", crate::console::run)?;
    timed(times, "the console: types, rules, units", browser::checks)?;
    in_browser(times, &[])
}

/// The console that was built, in a browser.
fn in_browser(times: &mut Vec<(&'static str, u64)>, parts: &[&str]) -> Result<()> {
    let binary = timed(times, "the binary with the console", demo::build_host)?;
    timed(times, "the console in a browser", || browser::run(&binary, parts))
}

fn api_tests(databases: &Databases, times: &mut Vec<(&'static str, u64)>) -> Result<()> {
    tools::need_python()?;
    let binary = timed(times, "the binary, as it is", demo::build_host)?;
    let url = databases.cluster.as_ref().map(postgres::Cluster::url);
    timed(times, "schemathesis, both databases", || api::run(&binary, url.as_deref()))
}

/// Names the folder of third-party files that some tests read.
const PEER_DATA: &str = "ZHANGBEN_PEER_DATA";

/// Where third-party files lie, if they are there: `$ZHANGBEN_PEER_DATA`, else beside the checkout.
fn peer_data() -> Result<Option<PathBuf>> {
    let folder = match std::env::var_os(PEER_DATA) {
        Some(folder) => PathBuf::from(folder),
        None => tools::root()?.join("../shared/data"),
    };
    Ok(folder.is_dir().then_some(folder))
}

/// Tells a test command where third-party files lie.
pub fn with_peer_data(command: &mut Command) -> Result<()> {
    if let Some(folder) = peer_data()? {
        command.env(PEER_DATA, folder.canonicalize()?);
    }
    Ok(())
}

fn timed<T>(
    times: &mut Vec<(&'static str, u64)>,
    name: &'static str,
    step: impl FnOnce() -> Result<T>,
) -> Result<T> {
    println!("--- {name}");
    let from = Instant::now();
    let made = step().with_context(|| name.to_owned())?;
    times.push((name, from.elapsed().as_secs()));
    Ok(made)
}

/// Checks exported journals; the tests look for it in `<target>/beancount/bin`.
const BEANCOUNT: Environment = Environment { name: "beancount", without: "journals", program: "bean-check" };

/// Parts of `--without` that the tests of the host workspace leave out themselves.
const OF_HOST_TESTS: [&str; 2] = ["postgres", "journals"];

const TARGETS: [&str; 6] = ["--profile", "ci", "--workspace", "--lib", "--bins", "--tests"];

fn build_all() -> Result<()> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(tools::root()?).arg("build").args(TARGETS);
    tools::run(&mut cargo)
}

const THREADS: &str = "RUST_TEST_THREADS";

/// Both databases flush every commit: much of a test is waiting.
fn threads() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}

fn host_tests(databases: &Databases, args: &TestArgs) -> Result<()> {
    let mut cargo = Command::new(env!("CARGO"));
    // all of them: who mends three failures wants to see three
    cargo.current_dir(tools::root()?).arg("test").args(TARGETS).arg("--no-fail-fast").args(&args.rest);
    with_peer_data(&mut cargo)?;
    if std::env::var_os(THREADS).is_none() {
        cargo.env(THREADS, threads().to_string());
    }
    if let Some(cluster) = &databases.cluster {
        cargo.env(postgres::URL_VARIABLE, cluster.url());
    }
    if let Some(scratch) = &databases.scratch {
        cargo.env(postgres::TEMPORARY, scratch.path());
    }
    let without = args.without.iter().map(String::as_str).filter(|part| OF_HOST_TESTS.contains(part));
    cargo.env("ZHANGBEN_TEST_WITHOUT", without.collect::<Vec<_>>().join(","));
    tools::run(&mut cargo)
}

fn plugin_tests() -> Result<()> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(tools::root()?.join("plugins")).args(["test", "--workspace"]);
    cargo.env("CARGO_TARGET_DIR", plugins::build_dir()?);
    with_peer_data(&mut cargo)?;
    tools::run(&mut cargo)
}

fn checker_tests() -> Result<()> {
    let mut python = Command::new("python3");
    python.current_dir(tools::root()?).args(["-B", "tests/verify_selftest.py"]);
    tools::run(&mut python)?;
    let mut python = Command::new("python3");
    python.current_dir(tools::root()?).args(["-B", "host/sample/generate.py", "--check"]);
    tools::run(&mut python)
}
