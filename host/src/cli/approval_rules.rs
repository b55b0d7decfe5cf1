//! `zhangben approval-rules …`.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage};
use app::draft::{self, ReleaseReason};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum ApprovalRulesCommand {
    /// End that earlier rules bind who loosened them, where no other administrator is there to set rules; it stands in the events
    #[command(after_help = "Example:\n  zhangben approval-rules release --reason mistake")]
    Release(ReleaseArgs),
}

// no --as: a user of the company releases nobody
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// Code of the company; may be left out where there is only one
    #[arg(long, value_name = "CODE")]
    company: Option<String>,
    /// Why
    #[arg(long)]
    reason: ReasonArg,
}

/// A reason, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ReasonArg {
    /// The earlier rules were set by mistake
    Mistake,
    /// Nobody else is there who could set rules
    OneAdministrator,
}

pub fn run(stage: &Stage, command: &ApprovalRulesCommand) -> Result<(), Failure> {
    match command {
        ApprovalRulesCommand::Release(args) => release(stage, args),
    }
}

fn release(stage: &Stage, args: &ReleaseArgs) -> Result<(), Failure> {
    let session = stage.enter(&Scope { company: args.company.clone(), login: None })?;
    let reason = match args.reason {
        ReasonArg::Mistake => ReleaseReason::Mistake,
        ReasonArg::OneAdministrator => ReleaseReason::OneAdministrator,
    };
    let released = draft::release(&session.app, &session.actor, session.id(), reason).or_fail()?;
    session.seal()?;
    let document = json!({"released": released, "reason": reason.name()});
    session.out.result(&document, || match &released {
        Some(person) => format!("{person} goes by the rules of approval as they are, as everybody else does"),
        None => "nobody is bound by earlier rules of approval".to_owned(),
    })
}
