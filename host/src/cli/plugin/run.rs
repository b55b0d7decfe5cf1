//! `plugin run`: one conversation with a component of any world, from JSON to JSON.

use super::component::{bytes, call_failure, config_failure, json_file, load_failure};
use crate::cli::failure::{Exit, Failure, chain};
use crate::cli::session::{Stage, file};
use crate::wiring;
use clap::Args;
use domain::plugin::World;
use runtime::{Configured, RunInput, RunOutcome};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub const EXAMPLES: &str = "\
The input of tax, statement and reconciliation is the JSON rendering of the conversation (`plugin schema WORLD`); that
of bank is the bank's file itself, read in the context of --context or of the example in `plugin schema tax --example`.

Examples:
  zhangben plugin schema tax --example > in.json
  zhangben plugin run tax-cn-vat --input in.json --json
  zhangben plugin run tax-cn-vat --input - --json
  zhangben plugin run ./my-tax.wasm --input in.json --config conf.json
  zhangben plugin schema bank --example > statement.xml
  zhangben plugin run bank-camt --input statement.xml --json

A refusal of the plugin ends with code 1 and, with --json, {\"error\": {\"code\", \"message\", \"subject\"}}; a failure
(trap, limit, answer of the wrong shape) with code 4.";

#[derive(Debug, Args)]
pub struct RunArgs {
    /// A component file, or the name of a built-in plugin
    component: String,
    /// The input: JSON, or for bank the bank's file; - is standard input
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// The plugin's configuration, a JSON object [default: {}]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Bank: the call's context as JSON, as in the example's `ctx`
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
}

/// What is printed. Fuel and memory are of this machine and engine; the output is not.
#[derive(Serialize)]
struct Ran {
    output: Value,
    fuel: u64,
    memory_peak_bytes: u64,
    time_us: u64,
}

pub fn run(stage: &Stage, args: &RunArgs) -> Result<(), Failure> {
    let inputs = [Some(&args.input), args.config.as_ref(), args.context.as_ref()];
    if inputs.into_iter().flatten().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Failure::usage("only one of --input, --config and --context can be standard input"));
    }
    let component = bytes(&args.component)?;
    let config = match &args.config {
        Some(path) => json_file(path)?,
        None => json!({}),
    };
    let runtime = wiring::plugin_runtime(&stage.settings)
        .map_err(|e| Failure::new(Exit::Internal, "internal", chain(&e)))?;
    let plugin = runtime.open(&component).map_err(|e| load_failure(&e))?;
    let configured = plugin.configure(&config).map_err(|e| config_failure(&e))?;
    let outcome = if plugin.world() == World::Bank {
        run_file(&configured, args)?
    } else {
        run_json(&configured, args)?
    };
    let ran = Ran {
        output: outcome.output,
        fuel: outcome.usage.fuel,
        memory_peak_bytes: outcome.usage.memory_peak_bytes,
        time_us: outcome.usage.time_us,
    };
    stage.out.result(&ran, || {
        format!(
            "{:#}\nfuel {}, memory {} bytes at most, {} µs",
            ran.output, ran.fuel, ran.memory_peak_bytes, ran.time_us
        )
    })
}

fn run_json(configured: &Configured, args: &RunArgs) -> Result<RunOutcome, Failure> {
    if args.context.is_some() {
        return Err(Failure::usage("--context is for bank plugins; here the context stands in the input"));
    }
    let input = json_file(&args.input)?;
    configured.run(RunInput::Messages(&input)).map_err(|e| call_failure(&e))
}

fn run_file(configured: &Configured, args: &RunArgs) -> Result<RunOutcome, Failure> {
    let bytes = file(&args.input)?;
    let ctx = match &args.context {
        Some(path) => json_file(path)?,
        None => example_context()?,
    };
    let file_name = name_of(&args.input);
    configured
        .run(RunInput::File { file_name: &file_name, file: &bytes, ctx: &ctx })
        .map_err(|e| call_failure(&e))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The context of the tax example: fixed, so that the same file gives the same output everywhere.
fn example_context() -> Result<Value, Failure> {
    let example = runtime::example(World::Tax).map_err(|e| Failure::new(Exit::Internal, "internal", e))?;
    example.as_ref().and_then(|example| example.pointer("/0/plan/ctx")).cloned().ok_or_else(|| {
        Failure::new(Exit::Internal, "internal", "the example of the tax world has no context")
    })
}
