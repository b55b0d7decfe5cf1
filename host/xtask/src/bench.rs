//! `cargo xtask bench …`: benchmarks, with the release profile's optimisation and a throw-away PostgreSQL.

use crate::{demo, plugins, postgres, test, tools};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::Command;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo xtask bench month
  cargo xtask bench month --json
  cargo xtask bench posting
  cargo xtask bench reports
  cargo xtask bench guests
  cargo xtask bench start
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
    let name = args.bench.first().map_or("", String::as_str);
    let databases = ["month", "posting", "reports"].contains(&name) && args.without.is_empty();
    let cluster = if databases { Some(postgres::Cluster::start()?) } else { None };
    let root = tools::root()?;
    let profile = ["--profile", args.profile.as_str()];
    if name == "start" {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&root).args(["build", "--workspace", "--bin", "zhangben"]).args(profile);
        tools::run(cargo.stdout(std::io::stderr()))?;
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(&root).args(["bench", "--workspace", "--bench", "bench"]).args(profile);
    cargo.arg("--").args(&args.bench);
    if name == "guests" {
        cargo.env("ZHANGBEN_BENCH_NATIVE", native_rule()?);
    }
    test::with_peer_data(&mut cargo)?;
    match &cluster {
        Some(cluster) => cargo.env(postgres::URL_VARIABLE, cluster.url()).env_remove("ZHANGBEN_TEST_WITHOUT"),
        None => cargo.env("ZHANGBEN_TEST_WITHOUT", "postgres"),
    };
    tools::run(&mut cargo)
}

/// The rule of a plugin as a program of this machine, with the plugins' own profile.
fn native_rule() -> Result<PathBuf> {
    let target = plugins::build_dir()?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(tools::root()?.join("plugins")).env("CARGO_TARGET_DIR", &target);
    cargo.args(["build", "--release", "--package", "tax-cn-vat", "--example", "native"]);
    tools::run(cargo.stdout(std::io::stderr()))?;
    Ok(target.join("release/examples").join(format!("native{}", std::env::consts::EXE_SUFFIX)))
}
