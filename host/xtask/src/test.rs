//! `cargo xtask test`: everything, on both databases, with plugins rebuilt from source.

use crate::{plugins, postgres, tools};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::process::Command;
use std::time::Instant;

#[derive(Debug, Args)]
pub struct TestArgs {
    /// What not to run: postgres, browser (comma-separated)
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
    /// Passed on to `cargo test` of the host workspace (a filter)
    #[arg(last = true)]
    rest: Vec<String>,
}

/// The parts that `--without` may name, with what does not run then.
const PARTS: [(&str, &str); 2] = [
    ("postgres", "every test's PostgreSQL half"),
    ("browser", "the console's browser tests (none exist yet)"),
];

pub fn test(args: &TestArgs) -> Result<()> {
    for part in &args.without {
        if !PARTS.iter().any(|(name, _)| name == part) {
            bail!("--without {part}: not one of postgres, browser");
        }
    }
    let without_postgres = args.without.iter().any(|part| part == "postgres");
    tools::need_c_compiler()?;
    let mut times = Vec::new();
    timed(&mut times, "plugins from source", || plugins::build(true).map(|_| ()))?;
    timed(&mut times, "plugin rules, natively", plugin_tests)?;
    let cluster = if without_postgres { None } else { Some(postgres::Cluster::start()?) };
    timed(&mut times, "host, both databases", || host_tests(cluster.as_ref(), without_postgres, &args.rest))?;
    timed(&mut times, "independent checker", checker_tests)?;
    drop(cluster);
    println!();
    for (name, seconds) in &times {
        println!("{seconds:>6} s  {name}");
    }
    for (name, what) in PARTS.iter().filter(|(name, _)| args.without.iter().any(|part| part == name)) {
        println!("did not run (--without {name}): {what}");
    }
    if std::env::var_os("ZHANGBEN_PEER_DATA").is_none() && !tools::root()?.join("../shared/data").is_dir() {
        println!("did not run: cases on third-party files (no ../shared/data, no $ZHANGBEN_PEER_DATA)");
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

fn host_tests(cluster: Option<&postgres::Cluster>, without_postgres: bool, rest: &[String]) -> Result<()> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(tools::root()?).args(["test", "--profile", "ci", "--workspace"]);
    // the tests run the binary itself, too
    cargo.args(["--lib", "--bins", "--tests"]).args(rest);
    match cluster {
        Some(cluster) => cargo.env("ZHANGBEN_TEST_PG_URL", cluster.url()),
        None if without_postgres => cargo.env("ZHANGBEN_TEST_WITHOUT", "postgres"),
        None => &mut cargo,
    };
    tools::run(&mut cargo)
}

fn plugin_tests() -> Result<()> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(tools::root()?.join("plugins")).args(["test", "--workspace"]);
    cargo.env("CARGO_TARGET_DIR", plugins::build_dir()?);
    tools::run(&mut cargo)
}

fn checker_tests() -> Result<()> {
    if !tools::has("python3") {
        tools::apt_install("python3", &["python3"])?;
    }
    let mut python = Command::new("python3");
    python.current_dir(tools::root()?).args(["-B", "tests/verify_selftest.py"]);
    tools::run(&mut python)?;
    let mut python = Command::new("python3");
    python.current_dir(tools::root()?).args(["-B", "host/sample/generate.py", "--check"]);
    tools::run(&mut python)
}
