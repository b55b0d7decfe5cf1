//! `zhangben token …`.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage};
use app::company::IssueToken;
use clap::{Args, Subcommand};
use domain::ids::TokenId;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Issue an API token that carries a user's roles; it is shown once
    #[command(
        after_help = "Example:\n  zhangben token issue --user shop --label 'web shop' --expires-in-days 365"
    )]
    Issue(IssueArgs),
    /// End a token at once
    #[command(after_help = "Example:\n  zhangben token revoke tok_0193a0c4d5e67890abcdef0123456789")]
    Revoke(RevokeArgs),
}

#[derive(Debug, Args)]
pub struct IssueArgs {
    #[command(flatten)]
    scope: Scope,
    /// Login of the user it acts for
    #[arg(long, value_name = "LOGIN")]
    user: String,
    /// What it is for
    #[arg(long)]
    label: String,
    /// Days until it ends [default: it does not]
    #[arg(long, value_name = "DAYS")]
    expires_in_days: Option<u32>,
}

#[derive(Debug, Args)]
pub struct RevokeArgs {
    #[command(flatten)]
    scope: Scope,
    /// The token's id, tok_…
    id: TokenId,
}

pub fn run(stage: &Stage, command: &TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Issue(args) => issue(stage, args),
        TokenCommand::Revoke(args) => revoke(stage, args),
    }
}

fn issue(stage: &Stage, args: &IssueArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let input = IssueToken {
        login: args.user.clone(),
        label: args.label.clone(),
        expires_in_days: args.expires_in_days,
    };
    let token = app::company::issue_token(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let document = json!({"id": token.id.to_string(), "secret": token.secret});
    session.out.result(&document, || format!("{}\n(token {}; it is not shown again)", token.secret, token.id))
}

fn revoke(stage: &Stage, args: &RevokeArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let now = app::company::revoke_token(&session.app, &session.actor, session.id(), args.id).or_fail()?;
    session.seal()?;
    // a script that repeats it wants to know that the token is ended, and it is
    let document = json!({"id": args.id.to_string(), "revoked": true, "already": !now});
    session.out.result(&document, || {
        let when = if now { "is" } else { "was already" };
        format!("{} {when} revoked", args.id)
    })
}
