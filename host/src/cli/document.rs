//! `zhangben document …`.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage, date};
use crate::http::v1::dto::document::ReversedView;
use app::document::Reverse;
use chrono::NaiveDate;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum DocumentCommand {
    /// Take a posted document back by one that mirrors it
    #[command(
        after_help = "Example:\n  zhangben document reverse INV-2026-000017 --reason \"entered twice\" --as wang"
    )]
    Reverse(ReverseArgs),
}

#[derive(Debug, Args)]
pub struct ReverseArgs {
    #[command(flatten)]
    scope: Scope,
    /// Id or number
    document: String,
    /// It stands in the reversal
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Effective on this day [default: the document's own]
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<NaiveDate>,
}

pub fn run(stage: &Stage, command: &DocumentCommand) -> Result<(), Failure> {
    let DocumentCommand::Reverse(args) = command;
    let session = stage.enter(&args.scope)?;
    let input = Reverse { document: args.document.clone(), date: args.date, reason: args.reason.clone() };
    let reversed = app::document::reverse(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let view = ReversedView::from(reversed);
    session.out.result(&view, || format!("{} is taken back by {}", args.document, view.number))
}
