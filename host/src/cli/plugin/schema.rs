//! `plugin schema`: what a world takes and gives, as JSON Schema 2020-12.

use super::WorldArg;
use crate::cli::failure::{Exit, Failure};
use crate::cli::session::Stage;
use clap::Args;
use domain::plugin::World;
use serde_json::json;

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The world
    world: WorldArg,
    /// Print a worked example of the input instead
    #[arg(long)]
    example: bool,
}

pub fn run(stage: &Stage, args: &SchemaArgs) -> Result<(), Failure> {
    let world = World::from(args.world);
    let internal = |e: runtime::JsonError| Failure::new(Exit::Internal, "internal", e);
    if args.example {
        return example(stage, world);
    }
    let input = runtime::input_schema(world).map_err(internal)?;
    let output = runtime::output_schema(world).map_err(internal)?;
    let document = json!({"world": world.name(), "input": input, "output": output});
    // a schema is JSON for people, too
    stage.out.result(&document, || format!("{document:#}"))
}

/// The input of a bank plugin is the bank's file itself, so that its example is one, as it is; with --json as a text.
fn example(stage: &Stage, world: World) -> Result<(), Failure> {
    let internal = |e: runtime::JsonError| Failure::new(Exit::Internal, "internal", e);
    if let Some(example) = runtime::example(world).map_err(internal)? {
        return stage.out.result(&example, || format!("{example:#}"));
    }
    let [file, ..] = runtime::sample::BANK_FILES;
    let text = String::from_utf8_lossy(file.bytes);
    let document = json!({"file_name": file.file_name, "format": file.format, "text": text});
    stage.out.result(&document, || text.trim_end().to_owned())
}
