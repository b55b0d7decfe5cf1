//! `zhangben unlock …`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::period::KindArg;
use super::session::{Scope, Session, Stage, date};
use crate::http::v1::dto::period_unlock::PeriodUnlockOut;
use app::period::{
    Unlock, UnlockError, approve_unlock, propose_unlock, reject_unlock, unlocks, withdraw_unlock,
};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::actor::Actor;
use domain::ids::PeriodUnlockId;
use serde_json::json;
use store::rows::PeriodUnlock;
use store::types::{LockKind, UnlockState};

#[derive(Debug, Subcommand)]
pub enum UnlockCommand {
    /// Propose to move a soft or tax lock back; the operator, without --as, moves it at once
    #[command(
        after_help = "Example:\n  zhangben unlock propose --kind soft --through 2026-09-30 --reason 'a late invoice' --as li"
    )]
    Propose(ProposeArgs),
    /// List unlocks
    #[command(after_help = "Example:\n  zhangben unlock list --state proposed")]
    List(ListArgs),
    /// Move the lock back; who proposed it may not
    #[command(
        after_help = "Example:\n  zhangben unlock approve plu_0193a0c4d5e67890abcdef0123456789 --as guanli"
    )]
    Approve(OneArgs),
    /// Turn an unlock down
    #[command(
        after_help = "Example:\n  zhangben unlock reject plu_0193a0c4d5e67890abcdef0123456789 --reason 'it was filed' --as guanli"
    )]
    Reject(RejectArgs),
    /// Take back an unlock that nobody decided
    #[command(
        after_help = "Example:\n  zhangben unlock withdraw plu_0193a0c4d5e67890abcdef0123456789 --as li"
    )]
    Withdraw(OneArgs),
}

#[derive(Debug, Args)]
pub struct ProposeArgs {
    #[command(flatten)]
    scope: Scope,
    /// Which lock; a hard one is for good
    #[arg(long, default_value = "soft")]
    kind: KindArg,
    /// The last day that stays locked
    #[arg(long, value_name = "DATE", value_parser = date)]
    through: NaiveDate,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    scope: Scope,
    /// proposed, approved, rejected or withdrawn
    #[arg(long, value_parser = state)]
    state: Option<UnlockState>,
    /// After this unlock
    #[arg(long, value_name = "ID")]
    after: Option<PeriodUnlockId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct OneArgs {
    #[command(flatten)]
    scope: Scope,
    /// The unlock, plu_…
    id: PeriodUnlockId,
}

#[derive(Debug, Args)]
pub struct RejectArgs {
    #[command(flatten)]
    of: OneArgs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

fn state(text: &str) -> Result<UnlockState, String> {
    let known = || UnlockState::ALL.iter().map(|state| state.name()).collect::<Vec<_>>().join(", ");
    UnlockState::by_name(text).ok_or_else(|| format!("is not one of {}", known()))
}

pub fn run(stage: &Stage, command: &UnlockCommand) -> Result<(), Failure> {
    match command {
        UnlockCommand::Propose(args) => act(stage, &args.scope, |session| proposed(session, args)),
        UnlockCommand::List(args) => listed(stage, args),
        UnlockCommand::Approve(of) => {
            act(stage, &of.scope, |session| approve_unlock(&session.app, &session.actor, session.id(), of.id))
        }
        UnlockCommand::Reject(RejectArgs { of, reason }) => act(stage, &of.scope, |session| {
            reject_unlock(&session.app, &session.actor, session.id(), of.id, reason)
        }),
        UnlockCommand::Withdraw(of) => act(stage, &of.scope, |session| {
            withdraw_unlock(&session.app, &session.actor, session.id(), of.id)
        }),
    }
}

/// The operator has no second person behind her: what she proposes is in force.
fn proposed(session: &Session, args: &ProposeArgs) -> Result<PeriodUnlock, UnlockError> {
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let input =
        Unlock { kind: LockKind::from(args.kind), through: args.through, reason: args.reason.clone() };
    let row = propose_unlock(app, actor, company, &input)?;
    if *actor == Actor::System { approve_unlock(app, actor, company, row.id) } else { Ok(row) }
}

fn act(
    stage: &Stage,
    scope: &Scope,
    work: impl FnOnce(&Session) -> Result<PeriodUnlock, UnlockError>,
) -> Result<(), Failure> {
    let session = stage.enter(scope)?;
    let view = PeriodUnlockOut::from(work(&session).or_fail()?);
    session.seal()?;
    let text = lines(std::slice::from_ref(&view));
    session.out.result(&view, || text)
}

fn listed(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let rows = unlocks(&session.app, &session.actor, session.id(), args.state, args.after, args.limit);
    let views: Vec<PeriodUnlockOut> = rows.or_fail()?.into_iter().map(PeriodUnlockOut::from).collect();
    let text = lines(&views);
    session.out.result(&json!({"period_unlocks": views}), || text)
}

fn lines(views: &[PeriodUnlockOut]) -> String {
    let columns =
        ["id", "kind", "locked", "through", "state", "reason", "proposed by", "decided by"].map(Column::Text);
    let row = |view: &PeriodUnlockOut| {
        vec![
            view.id.clone(),
            LockKind::from(view.kind).name().to_owned(),
            view.locked.0.to_string(),
            view.through.0.to_string(),
            UnlockState::from(view.state).name().to_owned(),
            view.reason.clone().unwrap_or_default(),
            view.proposed_by.clone(),
            view.decided_by.clone().unwrap_or_default(),
        ]
    };
    table(&columns, views.iter().map(row))
}
