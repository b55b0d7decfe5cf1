//! `zhangben period …`.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage, date};
use app::period::LockPeriod;
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use store::types::LockKind;

#[derive(Debug, Subcommand)]
pub enum PeriodCommand {
    /// Lock everything up to and including a day
    #[command(after_help = "Example:\n  zhangben period lock --kind hard --through 2026-10-31")]
    Lock(LockArgs),
}

#[derive(Debug, Args)]
pub struct LockArgs {
    #[command(flatten)]
    scope: Scope,
    /// How firmly
    #[arg(long, default_value = "soft")]
    kind: KindArg,
    /// The last day that is locked
    #[arg(long, value_name = "DATE", value_parser = date)]
    through: NaiveDate,
}

/// A kind of lock, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum KindArg {
    /// May be moved back
    Soft,
    /// Moves forward only
    Hard,
    /// Tax was filed
    Tax,
}

pub fn run(stage: &Stage, command: &PeriodCommand) -> Result<(), Failure> {
    let PeriodCommand::Lock(args) = command;
    let session = stage.enter(&args.scope)?;
    let kind = match args.kind {
        KindArg::Soft => LockKind::Soft,
        KindArg::Hard => LockKind::Hard,
        KindArg::Tax => LockKind::Tax,
    };
    let input = LockPeriod { kind, through: args.through };
    app::period::lock(&session.app, &session.actor, session.id(), input).or_fail()?;
    session.seal()?;
    let document = json!({"kind": kind.name(), "through": args.through.to_string()});
    session.out.result(&document, || format!("{} lock through {}", kind.name(), args.through))
}
