//! `cargo xtask bench …`: benchmarks, with the release profile's optimisation and a throw-away PostgreSQL.

use crate::{demo, plugins, postgres, test, tools};
use anyhow::Result;
use clap::Args;
use std::process::Command;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask bench month
  cargo xtask bench month --json
  cargo xtask bench --without postgres month --made-up 2000")]
pub struct BenchArgs {
    /// What not to run: postgres
    #[arg(long, value_delimiter = ',', value_parser = ["postgres"])]
    without: Vec<String>,
    /// Cargo's profile; `ci` builds faster and measures slower
    #[arg(long, default_value = "bench")]
    profile: String,
    /// The benchmark and its arguments, as: month --json
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    bench: Vec<String>,
}

pub fn bench(args: &BenchArgs) -> Result<()> {
    tools::need_c_compiler()?;
    tools::need_python()?;
    demo::need_font(None)?;
    // standard output is the benchmark's
    plugins::build(true)?;
    let cluster = if args.without.is_empty() { Some(postgres::Cluster::start()?) } else { None };
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(tools::root()?).args([
        "bench",
        "--workspace",
        "--bench",
        "bench",
        "--profile",
        &args.profile,
    ]);
    cargo.arg("--").args(&args.bench);
    test::with_peer_data(&mut cargo)?;
    match &cluster {
        Some(cluster) => cargo.env(postgres::URL_VARIABLE, cluster.url()).env_remove("ZHANGBEN_TEST_WITHOUT"),
        None => cargo.env("ZHANGBEN_TEST_WITHOUT", "postgres"),
    };
    tools::run(&mut cargo)
}
