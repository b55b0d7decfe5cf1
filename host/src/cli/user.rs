//! `zhangben user …`.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage};
use app::company::CreateUser;
use clap::{Args, Subcommand, ValueEnum};
use domain::actor::Role;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create a person of the company with roles
    #[command(
        after_help = "Example:\n  zhangben user create --login li --name 李工 --role clerk --role cashier"
    )]
    Create(CreateArgs),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    #[command(flatten)]
    scope: Scope,
    /// Short name, for --as and tokens
    #[arg(long)]
    login: String,
    /// The person's name
    #[arg(long)]
    name: String,
    /// What the person may do; may be given several times
    #[arg(long = "role", required = true)]
    roles: Vec<RoleArg>,
}

/// A role, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleArg {
    /// Everything
    Administrator,
    /// Enters data, runs reconciliation and statements
    Clerk,
    /// Approves what a clerk made, locks periods, audits
    Reviewer,
    /// Enters data
    Cashier,
    /// Reads and verifies
    Auditor,
    /// A program: enters data and runs
    Integrator,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Administrator => Role::Administrator,
            RoleArg::Clerk => Role::Clerk,
            RoleArg::Reviewer => Role::Reviewer,
            RoleArg::Cashier => Role::Cashier,
            RoleArg::Auditor => Role::Auditor,
            RoleArg::Integrator => Role::Integrator,
        }
    }
}

pub fn run(stage: &Stage, command: &UserCommand) -> Result<(), Failure> {
    let UserCommand::Create(args) = command;
    let session = stage.enter(&args.scope)?;
    let roles: Vec<Role> = args.roles.iter().map(|role| Role::from(*role)).collect();
    let input = CreateUser { login: args.login.clone(), name: args.name.clone(), roles };
    let made = app::company::create_user(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let document = json!({"id": made.id.to_string(), "login": made.login});
    session.out.result(&document, || format!("user {} is made ({})", made.login, made.id))
}
