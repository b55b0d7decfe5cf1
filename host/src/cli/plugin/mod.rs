//! `zhangben plugin …`: run and check a component without a database; list, add and bind in one.

mod check;
mod component;
mod manage;
mod run;
mod schema;

use super::failure::Failure;
use super::session::{Scope, Stage, date};
use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};
use domain::ids::BindingId;
use domain::plugin::World;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Run a component on an input; no database is touched
    #[command(after_help = run::EXAMPLES)]
    Run(run::RunArgs),
    /// Say whether a component would be admitted, after a conformance run; no database is touched
    #[command(
        after_help = "Examples:\n  zhangben plugin check ./my-tax.wasm\n  zhangben plugin check tax-cn-vat --json"
    )]
    Check {
        /// A component file, or the name of a built-in plugin
        component: String,
    },
    /// Print the JSON Schema of a world's input and output, or a worked example
    #[command(
        after_help = "Examples:\n  zhangben plugin schema statement\n  zhangben plugin schema tax --example > in.json"
    )]
    Schema(schema::SchemaArgs),
    /// List the plugins that the database knows, and those of this binary
    #[command(after_help = "Example:\n  zhangben plugin list --json")]
    List,
    /// Admit a component into the database; it serves nobody until it is bound
    #[command(after_help = "Example:\n  zhangben plugin add ./my-tax.wasm")]
    Add {
        /// A component file
        file: PathBuf,
    },
    /// Bind a plugin to a slot of the company from a day on; without --slot, list the bindings. As the operator at once; as a
    /// user (--as) it waits for another one
    #[command(
        after_help = "Example:\n  zhangben plugin bind --slot tax --plugin tax-cn-vat --valid-from 2026-01-01"
    )]
    Bind(BindArgs),
    /// Put a binding in force that another person proposed
    #[command(
        after_help = "Example:\n  zhangben plugin activate bnd_0193a0c4d5e67890abcdef0123456789 --as li"
    )]
    Activate(DecideArgs),
    /// Take a binding back that nobody activated
    #[command(after_help = "Example:\n  zhangben plugin withdraw bnd_0193a0c4d5e67890abcdef0123456789")]
    Withdraw(DecideArgs),
}

/// Which binding is decided.
#[derive(Debug, clap::Args)]
pub struct DecideArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// The binding's id, bnd_…
    pub id: BindingId,
}

/// What a binding says.
#[derive(Debug, clap::Args)]
pub struct BindArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// tax, statement, reconciliation, bank, or bank:QUALIFIER for files imported with --format QUALIFIER
    #[arg(long, requires = "plugin", requires = "valid_from")]
    pub slot: Option<String>,
    /// Name or digest of a plugin of `plugin list`
    #[arg(long, requires = "slot")]
    pub plugin: Option<String>,
    /// File with the configuration, a JSON object [default: {}]
    #[arg(long, value_name = "FILE", requires = "slot")]
    pub config: Option<PathBuf>,
    /// First day it is in force
    #[arg(long, value_name = "DATE", value_parser = date, requires = "slot")]
    pub valid_from: Option<NaiveDate>,
}

/// A world, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum WorldArg {
    Tax,
    Statement,
    Reconciliation,
    Bank,
}

impl From<WorldArg> for World {
    fn from(world: WorldArg) -> Self {
        match world {
            WorldArg::Tax => World::Tax,
            WorldArg::Statement => World::Statement,
            WorldArg::Reconciliation => World::Reconciliation,
            WorldArg::Bank => World::Bank,
        }
    }
}

pub fn run(stage: &Stage, command: &PluginCommand) -> Result<(), Failure> {
    match command {
        PluginCommand::Run(args) => run::run(stage, args),
        PluginCommand::Check { component } => check::run(stage, component),
        PluginCommand::Schema(args) => schema::run(stage, args),
        PluginCommand::List => manage::list(stage),
        PluginCommand::Add { file } => manage::add(stage, file),
        PluginCommand::Bind(args) => manage::bind(stage, args),
        PluginCommand::Activate(args) => manage::decide(stage, args, true),
        PluginCommand::Withdraw(args) => manage::decide(stage, args, false),
    }
}
