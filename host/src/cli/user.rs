//! `zhangben user …`.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Session, Stage};
use app::company::CreateUser;
use app::people::{self, ChangeUser, UserView};
use clap::{Args, Subcommand, ValueEnum};
use domain::actor::Role;
use domain::random::Random;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Create a person of the company with roles
    #[command(
        after_help = "Example:\n  zhangben user create --login li --name 李工 --role clerk --role reviewer"
    )]
    Create(CreateArgs),
    /// Give a user a password: a random one, printed once, or one from standard input
    #[command(
        after_help = "Examples:\n  zhangben user password li\n  zhangben user password li --stdin\n\nHer sessions end. She chooses her own at the next login, unless --lasting."
    )]
    Password(PasswordArgs),
    /// Confirm that a user is a person of her own: who made her, and she, check each other from then on
    #[command(after_help = "Example:\n  zhangben user confirm li")]
    Confirm(NamedArgs),
    /// End a user's account: her sessions and tokens end at once
    #[command(after_help = "Example:\n  zhangben user deactivate li")]
    Deactivate(NamedArgs),
}

#[derive(Debug, Args)]
pub struct PasswordArgs {
    #[command(flatten)]
    scope: Scope,
    /// Her login
    login: String,
    /// Read the password from standard input, a line
    #[arg(long)]
    stdin: bool,
    /// She need not change it
    #[arg(long)]
    lasting: bool,
}

#[derive(Debug, Args)]
pub struct NamedArgs {
    #[command(flatten)]
    scope: Scope,
    /// Her login
    login: String,
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
    match command {
        UserCommand::Create(args) => create(stage, args),
        UserCommand::Password(args) => password(stage, args),
        UserCommand::Confirm(args) => confirm(stage, args),
        UserCommand::Deactivate(args) => deactivate(stage, args),
    }
}

fn confirm(stage: &Stage, args: &NamedArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let id = named(&session, &args.login)?.user.id;
    people::confirm_user(&session.app, &session.actor, session.id(), id).or_fail()?;
    session.seal()?;
    let document = json!({"id": id.to_string(), "login": args.login, "behind": null});
    session.out.result(&document, || format!("{} is confirmed: nobody stands behind her", args.login))
}

fn create(stage: &Stage, args: &CreateArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let roles: Vec<Role> = args.roles.iter().map(|role| Role::from(*role)).collect();
    let input = CreateUser { login: args.login.clone(), name: args.name.clone(), roles };
    let made = app::company::create_user(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let document = json!({"id": made.id.to_string(), "login": made.login});
    session.out.result(&document, || format!("user {} is made ({})", made.login, made.id))
}

fn password(stage: &Stage, args: &PasswordArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let user = named(&session, &args.login)?;
    let given = if args.stdin { Some(line()?) } else { None };
    let password = given.clone().unwrap_or_else(|| random_password(session.app.random.as_ref()));
    let input = (password.as_str(), !args.lasting);
    let id = user.user.id;
    people::set_password(&session.app, &session.actor, session.id(), id, input).or_fail()?;
    session.seal()?;
    let shown = given.is_none().then_some(&password);
    let document = json!({
        "id": id.to_string(), "login": args.login, "must_change": !args.lasting, "password": shown,
    });
    session.out.result(&document, || match &given {
        None => format!("{password}\n(the password of {}; it is not shown again)", args.login),
        Some(_) => format!("{} has the password", args.login),
    })
}

fn deactivate(stage: &Stage, args: &NamedArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let user = named(&session, &args.login)?.user;
    let roles = user.roles.0.iter().filter_map(|name| Role::by_name(name)).collect();
    let input = ChangeUser { name: user.name, roles, active: false };
    people::change_user(&session.app, &session.actor, session.id(), user.id, &input).or_fail()?;
    session.seal()?;
    let document = json!({"id": user.id.to_string(), "login": args.login, "active": false});
    session.out.result(&document, || format!("{} is not active any more", args.login))
}

fn named(session: &Session, login: &str) -> Result<UserView, Failure> {
    let all = people::list_users(&session.app, &session.actor, session.id()).or_fail()?;
    let found = all.into_iter().find(|one| one.user.login == login);
    found.ok_or_else(|| Failure::not_found(format!("there is no user {login:?}")))
}

/// A line of standard input.
fn line() -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().read_line(&mut text);
    read.map_err(|e| Failure::file("read", std::path::Path::new("-"), &e))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// 80 random bits, to be read out and typed: as `4f1c-09ab-77d2-e015-3b9c`.
pub fn random_password(random: &dyn Random) -> String {
    let digits = hex::encode(random.bytes10());
    let groups: Vec<&str> = (0..digits.len()).step_by(4).filter_map(|at| digits.get(at..at + 4)).collect();
    groups.join("-")
}
