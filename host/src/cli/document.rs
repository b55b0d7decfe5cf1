//! `zhangben document …`.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage, date};
use crate::http::v1::dto::document::{MarkedIssuedView, ReversedView};
use app::document::{MarkIssued, Means, Reverse};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum DocumentCommand {
    /// Take a posted document back by one that mirrors it
    #[command(
        after_help = "Example:\n  zhangben document reverse INV-2026-000017 --reason \"entered twice\" --as wang"
    )]
    Reverse(ReverseArgs),
    /// Note that an invoice was issued to its customer: from then on a credit note corrects it
    #[command(
        after_help = "Example:\n  zhangben document issued INV-2026-000017 --date 2026-11-03 --means e-mail --as wang"
    )]
    Issued(IssuedArgs),
}

#[derive(Debug, Args)]
pub struct IssuedArgs {
    #[command(flatten)]
    scope: Scope,
    /// Id or number
    document: String,
    /// On this day
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: NaiveDate,
    /// How it came to her
    #[arg(long, value_enum)]
    means: MeansArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MeansArg {
    Paper,
    EMail,
    Portal,
    Platform,
}

impl MeansArg {
    const fn means(self) -> Means {
        match self {
            MeansArg::Paper => Means::Paper,
            MeansArg::EMail => Means::EMail,
            MeansArg::Portal => Means::Portal,
            MeansArg::Platform => Means::Platform,
        }
    }
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
    match command {
        DocumentCommand::Reverse(args) => reverse(stage, args),
        DocumentCommand::Issued(args) => mark_issued(stage, args),
    }
}

fn mark_issued(stage: &Stage, args: &IssuedArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let input = MarkIssued { document: args.document.clone(), date: args.date, means: args.means.means() };
    let marked = app::document::mark_issued(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let view = MarkedIssuedView::from(marked);
    session.out.result(&view, || format!("{} was issued on {}", view.number, args.date))
}

fn reverse(stage: &Stage, args: &ReverseArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let input = Reverse { document: args.document.clone(), date: args.date, reason: args.reason.clone() };
    let reversed = app::document::reverse(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let view = ReversedView::from(reversed);
    session.out.result(&view, || format!("{} is taken back by {}", args.document, view.number))
}
