//! `cargo xtask test`: everything, on both databases, with plugins rebuilt from source.

use crate::{api, demo, plugins, postgres, tools};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

#[derive(Debug, Args)]
pub struct TestArgs {
    /// Run this part alone
    only: Option<Only>,
    /// What not to run: postgres, browser, schemathesis (comma-separated)
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
}

/// The parts that `--without` may name, with what does not run then.
const PARTS: [(&str, &str); 3] = [
    ("schemathesis", "requests made up from the API's description"),
    ("postgres", "every test's PostgreSQL half"),
    ("browser", "the console's browser tests (none exist yet)"),
];

pub fn test(args: &TestArgs) -> Result<()> {
    for part in &args.without {
        if !PARTS.iter().any(|(name, _)| name == part) {
            bail!("--without {part}: not one of postgres, browser, schemathesis");
        }
    }
    let mut times = Vec::new();
    let outcome = match args.only {
        Some(Only::Api) => api_tests(&mut times),
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

fn stages(args: &TestArgs, times: &mut Vec<(&'static str, u64)>) -> Result<()> {
    let without_postgres = args.without.iter().any(|part| part == "postgres");
    tools::need_c_compiler()?;
    tools::need_python()?;
    tools::need_poppler()?;
    demo::need_font(None)?;
    let cluster = if without_postgres { None } else { Some(postgres::Cluster::start()?) };
    timed(times, "plugins from source", || plugins::build(true).map(|_| ()))?;
    timed(times, "plugin rules, natively", plugin_tests)?;
    // the flows start the binary itself, which `cargo test` does not build
    timed(times, "the binary", || demo::build_host().map(|_| ()))?;
    timed(times, "host, both databases", || host_tests(cluster.as_ref(), &args.rest))?;
    if !args.without.iter().any(|part| part == "schemathesis") {
        api_tests(times)?;
    }
    timed(times, "independent checker", checker_tests)
}

fn api_tests(times: &mut Vec<(&'static str, u64)>) -> Result<()> {
    tools::need_python()?;
    let mut binary = None;
    timed(times, "the binary, as it is", || {
        binary = Some(demo::build_host()?);
        Ok(())
    })?;
    timed(times, "schemathesis", || api::run(binary.as_deref().context("a binary")?))
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

fn timed(
    times: &mut Vec<(&'static str, u64)>,
    name: &'static str,
    step: impl FnOnce() -> Result<()>,
) -> Result<()> {
    println!("--- {name}");
    let from = Instant::now();
    step().with_context(|| name.to_owned())?;
    times.push((name, from.elapsed().as_secs()));
    Ok(())
}

fn host_tests(cluster: Option<&postgres::Cluster>, rest: &[String]) -> Result<()> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(tools::root()?).args(["test", "--profile", "ci", "--workspace"]);
    // all of them: who mends three failures wants to see three
    cargo.args(["--lib", "--bins", "--tests", "--no-fail-fast"]).args(rest);
    with_peer_data(&mut cargo)?;
    match cluster {
        Some(cluster) => cargo.env(postgres::URL_VARIABLE, cluster.url()).env_remove("ZHANGBEN_TEST_WITHOUT"),
        None => cargo.env("ZHANGBEN_TEST_WITHOUT", "postgres"),
    };
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
