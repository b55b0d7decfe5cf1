//! `bench guests`: a tax call on a fresh instance, beside the same rule as native code (`plugins/tax-cn-vat/examples/native.rs`,
//! which `cargo xtask bench` builds). Both do the same conversation: configuration read, plan, assess.

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use domain::tax::TaxDocument;
use runtime::{Configured, Recording, Runtime, RuntimeSettings, sample};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

#[derive(Debug, Args)]
pub struct GuestArgs {
    /// Print one JSON array, an object for each size
    #[arg(long)]
    json: bool,
    /// Calls of each size
    #[arg(long, default_value_t = 2000)]
    calls: usize,
}

const PLUGIN: &str = "tax-cn-vat";
const CONFIG: &str = "{}";
/// Names the native program.
const NATIVE: &str = "ZHANGBEN_BENCH_NATIVE";
const SIZES: [usize; 2] = [1, 100];

pub fn run(args: &GuestArgs) -> Result<()> {
    ensure!(args.calls > 0, "--calls 0 measures nothing");
    let guest = guest()?;
    let all: Vec<Value> = SIZES.iter().map(|lines| one(&guest, *lines, args.calls)).collect::<Result<_>>()?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    println!("{PLUGIN}, {} calls of each size on a fresh instance each, microseconds", args.calls);
    println!(
        "{:>6} {:>10} {:>10} {:>13} {:>10} {:>16}",
        "lines", "guest p50", "guest p90", "with record", "native", "guest ÷ native"
    );
    for one in &all {
        let [guest, ninety, record, native] =
            ["guest_us", "guest_p90_us", "guest_recorded_us", "native_us"].map(|name| one[name].to_string());
        let times = one["times_native"].to_string();
        println!(
            "{:>6} {guest:>10} {ninety:>10} {record:>13} {native:>10} {times:>16}",
            one["lines"].to_string()
        );
    }
    Ok(())
}

fn guest() -> Result<Configured> {
    let builtin = zhangben::wiring::builtins().iter().find(|builtin| builtin.name == PLUGIN);
    let bytes = builtin.context(zhangben::wiring::NO_BUILTINS)?.bytes;
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled-bench");
    let runtime = Runtime::new(RuntimeSettings::new(cache))?;
    Ok(runtime.open(bytes)?.configure(&serde_json::from_str(CONFIG)?)?)
}

/// The sample's first line, so many times.
fn document(lines: usize) -> Result<TaxDocument> {
    let mut document = sample::tax_document();
    let line = document.lines.first().context("the sample has a line")?.clone();
    document.lines = (1u32..).take(lines).map(|id| domain::tax::TaxLine { id, ..line.clone() }).collect();
    Ok(document)
}

fn one(guest: &Configured, lines: usize, calls: usize) -> Result<Value> {
    let (context, documents) = (sample::context(), [document(lines)?]);
    let call = |recording| guest.assess(&context, &documents, |_| Ok(Vec::new()), recording);
    let recorded = call(Recording::Keep)?.record.context("the call was recorded")?;
    let timed = |recording| -> Result<Vec<u64>> {
        let mut nanos = Vec::with_capacity(calls);
        for _ in 0..calls {
            let from = Instant::now();
            std::hint::black_box(call(recording)?);
            nanos.push(u64::try_from(from.elapsed().as_nanos())?);
        }
        Ok(nanos)
    };
    // native code before and after, so that what else the machine does meets both
    let (mut native, answer) = native(&recorded.input_json()?, calls)?;
    ensure!(answer == recorded.output_json()?, "the native rule answered something else");
    let (plain, kept) = (timed(Recording::Discard)?, timed(Recording::Keep)?);
    native.extend(self::native(&recorded.input_json()?, calls)?.0);
    let (guest_p50, native_p50) = (percentile(plain.clone(), 50), percentile(native, 50));
    Ok(json!({
        "plugin": PLUGIN, "lines": lines, "calls": calls,
        "guest_us": tenths(guest_p50), "guest_p90_us": tenths(percentile(plain, 90)),
        "guest_recorded_us": tenths(percentile(kept, 50)), "native_us": tenths(native_p50),
        "times_native": tenths(guest_p50 * 1000 / native_p50.max(1)),
    }))
}

/// Nanoseconds as microseconds with one decimal.
fn tenths(nanos: u64) -> Value {
    let text = format!("{}.{}", nanos / 1000, nanos % 1000 / 100);
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn percentile(mut nanos: Vec<u64>, percent: usize) -> u64 {
    nanos.sort_unstable();
    nanos.get(nanos.len() * percent / 100).copied().unwrap_or_default()
}

/// Nanoseconds of each call of the native rule, and what it answers.
fn native(messages: &Value, calls: usize) -> Result<(Vec<u64>, Value)> {
    let Some(program) = std::env::var_os(NATIVE) else {
        bail!("${NATIVE} names no program: run `cargo xtask bench guests`, which builds it");
    };
    let mut child = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let asked = json!({"config": CONFIG, "messages": messages, "calls": calls});
    child.stdin.take().context("its input")?.write_all(asked.to_string().as_bytes())?;
    let done = child.wait_with_output()?;
    ensure!(done.status.success(), "{}: {}", program.display(), done.status);
    let told: Value = serde_json::from_slice(&done.stdout)?;
    let nanos = told.get("nanos").and_then(Value::as_array).context("its nanoseconds")?;
    Ok((
        nanos.iter().filter_map(Value::as_u64).collect(),
        told.get("assessments").cloned().unwrap_or_default(),
    ))
}
