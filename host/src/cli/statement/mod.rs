//! `zhangben statement …`.

mod export;
mod run;
mod show;

use super::failure::Failure;
use super::session::{Scope, Stage, date};
use app::customer::CustomerRef;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::ids::StatementRunId;
use std::path::PathBuf;

pub use export::write as write_artefacts;

#[derive(Debug, Subcommand)]
pub enum StatementCommand {
    /// Seal a statement for every customer (or those named) at a cut-off day, and lay it out
    #[command(
        after_help = "Examples:\n  zhangben statement run --cut-off 2026-11-30 --as li\n  zhangben statement run --cut-off 2026-11-30 --customer C1001 --customer C1002"
    )]
    Run(RunArgs),
    /// List statements
    #[command(after_help = "Example:\n  zhangben statement list --json")]
    List(ListArgs),
    /// Show a statement; with --json its sealed bytes, as GET /v1/statements/{id} gives them
    #[command(after_help = "Example:\n  zhangben statement show ST-20261130-C1001")]
    Show(OneArgs),
    /// Write the files of a statement, or of a whole run, into a folder
    #[command(after_help = "Example:\n  zhangben statement export ST-20261130-C1001 --to ./statements")]
    Export(ExportArgs),
    /// Approve a sealed statement; who made it may not (the operator, without --as, may: her acts stand in the events)
    #[command(after_help = "Example:\n  zhangben statement approve ST-20261130-C1001 --as li")]
    Approve(OneArgs),
    /// Turn a sealed statement down; the next run makes a new version
    #[command(after_help = "Example:\n  zhangben statement reject ST-20261130-C1001 --as li")]
    Reject(OneArgs),
}

#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// The last day that is stated
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub cut_off: NaiveDate,
    /// First day, for a customer's first statement [default: first of the month]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub period_start: Option<NaiveDate>,
    /// Only this customer, by code or id; may be given several times
    #[arg(long = "customer", value_name = "CUSTOMER")]
    pub customers: Vec<CustomerRef>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// Only of this customer, by code or id
    #[arg(long, value_name = "CUSTOMER")]
    pub customer: Option<CustomerRef>,
    /// Only of this run
    #[arg(long, value_name = "ID")]
    pub run: Option<StatementRunId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
}

#[derive(Debug, Args)]
pub struct OneArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// Number or id of the statement
    pub statement: String,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// Number or id of a statement
    #[arg(required_unless_present = "run", conflicts_with = "run")]
    pub statement: Option<String>,
    /// Every statement of this run
    #[arg(long, value_name = "ID")]
    pub run: Option<StatementRunId>,
    /// The folder; it is made where it is missing
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

pub fn run(stage: &Stage, command: &StatementCommand) -> Result<(), Failure> {
    match command {
        StatementCommand::Run(args) => run::run(stage, args),
        StatementCommand::List(args) => show::list(stage, args),
        StatementCommand::Show(args) => show::show(stage, args),
        StatementCommand::Export(args) => export::export(stage, args),
        StatementCommand::Approve(args) => show::decide(stage, args, true),
        StatementCommand::Reject(args) => show::decide(stage, args, false),
    }
}
