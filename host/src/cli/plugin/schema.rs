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
    /// Print a full example of the input instead
    #[arg(long)]
    example: bool,
}

pub fn run(stage: &Stage, args: &SchemaArgs) -> Result<(), Failure> {
    let world = World::from(args.world);
    let internal = |e: runtime::JsonError| Failure::new(Exit::Internal, "internal", e);
    let document = if args.example {
        let example = runtime::example(world).map_err(internal)?;
        example.ok_or_else(|| {
            Failure::usage(format!(
                "the input of a {world} plugin is the bank's file itself: any such file is an example"
            ))
        })?
    } else {
        let input = runtime::input_schema(world).map_err(internal)?;
        let output = runtime::output_schema(world).map_err(internal)?;
        json!({"world": world.name(), "input": input, "output": output})
    };
    // a schema is JSON for people, too
    stage.out.result(&document, || format!("{document:#}"))
}
