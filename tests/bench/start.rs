//! `bench start`: `zhangben serve` on SQLite from the start of the process to the first answer, its compiled plugins being in the
//! cache, and the memory it has when nobody asked anything for a while.

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[derive(Debug, Args)]
pub struct StartArgs {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// How often it is started
    #[arg(long, default_value_t = 7)]
    starts: usize,
    /// Seconds without a request before its memory is read
    #[arg(long, default_value_t = 5)]
    idle_s: u64,
}

pub fn run(args: &StartArgs) -> Result<()> {
    ensure!(args.starts > 0, "--starts 0 measures nothing");
    let folder = tempfile::tempdir()?;
    // it ends before the next begins
    let cold = once(folder.path(), &["--migrate"])?.answered;
    let mut warm = Vec::with_capacity(args.starts);
    let mut idle = None;
    for _ in 0..args.starts {
        let started = once(folder.path(), &[])?;
        warm.push(started.answered);
        if idle.is_none() {
            std::thread::sleep(Duration::from_secs(args.idle_s));
            idle = memory_kb(started.process.0.id());
        }
    }
    warm.sort_unstable();
    let median = warm.get(warm.len() / 2).copied().unwrap_or_default();
    let millis = |took: Duration| u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let told = json!({
        "database": "sqlite", "starts": args.starts, "first_start_ms": millis(cold),
        "first_answer_ms": millis(median), "slowest_ms": warm.last().copied().map(millis),
        "idle_memory_mb": idle.map(|kb| kb / 1024), "idle_s": args.idle_s,
    });
    if args.json {
        println!("{}", serde_json::to_string_pretty(&told)?);
        return Ok(());
    }
    println!("zhangben serve on SQLite, {} starts with a warm compile cache", args.starts);
    for (name, what) in [
        ("first_start_ms", "first start: migrations and plugins compiled, ms"),
        ("first_answer_ms", "start to first answer, median, ms"),
        ("slowest_ms", "start to first answer, slowest, ms"),
        ("idle_memory_mb", "memory when idle (VmRSS), MB"),
    ] {
        println!("{what:>52} {:>8}", told.get(name).map(Value::to_string).unwrap_or_default());
    }
    Ok(())
}

/// Killed when dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Started {
    process: Process,
    answered: Duration,
}

/// Starts it and asks it for something that the database answers.
fn once(folder: &Path, arguments: &[&str]) -> Result<Started> {
    let mut command = Command::new(binary()?);
    command
        .current_dir(folder)
        .env_clear()
        .args(["serve", "--bind", "127.0.0.1:0", "--json"])
        .args(arguments);
    command.env("XDG_CACHE_HOME", folder.join("cache"));
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let from = Instant::now();
    let mut process = Process(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
    let url = address(&mut process.0)?;
    let status = ureq::get(format!("{url}/healthz")).call()?.status();
    let answered = from.elapsed();
    ensure!(status == 200, "it answered {status}");
    Ok(Started { process, answered })
}

/// What it prints once it listens.
fn address(child: &mut Child) -> Result<String> {
    let mut document = String::new();
    for line in BufReader::new(child.stdout.take().context("its output")?).lines() {
        let line = line?;
        document.push_str(&line);
        if line == "}" {
            break;
        }
    }
    let announced: Value = serde_json::from_str(&document).context("it announced no address")?;
    Ok(announced.get("address").and_then(Value::as_str).context("an address")?.to_owned())
}

/// `<target>/<profile>/zhangben`, beside this program's own `deps` folder.
fn binary() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let profile = own.ancestors().nth(2).context("benchmarks lie in <target>/<profile>/deps")?;
    let binary = profile.join(format!("zhangben{}", std::env::consts::EXE_SUFFIX));
    ensure!(binary.is_file(), "{} is not there: `cargo xtask bench start` builds it", binary.display());
    Ok(binary)
}

/// Linux tells.
fn memory_kb(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
