//! `zhangben bank-details …`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Session, Stage};
use crate::http::v1::dto::bank_detail::{BankDetailChangeOut, BankDetailsView};
use app::bank_detail::{BankDetailError, BankDetailView, Wanted, approve, list, reject, withdraw};
use clap::{Args, Subcommand};
use domain::ids::BankDetailChangeId;
use serde_json::json;
use store::types::BankDetailState;

#[derive(Debug, Subcommand)]
pub enum BankDetailsCommand {
    /// List changes of bank details
    #[command(after_help = "Example:\n  zhangben bank-details list --state proposed")]
    List(ListArgs),
    /// Put a change in force; who proposed it may not (the operator, without --as, may: her acts stand in the events)
    #[command(
        after_help = "Example:\n  zhangben bank-details approve bdc_0193a0c4d5e67890abcdef0123456789 --as li"
    )]
    Approve(OneArgs),
    /// Turn a change down
    #[command(
        after_help = "Example:\n  zhangben bank-details reject bdc_0193a0c4d5e67890abcdef0123456789 --reason \"not hers\" --as li"
    )]
    Reject(RejectArgs),
    /// Take back a change that nobody decided
    #[command(
        after_help = "Example:\n  zhangben bank-details withdraw bdc_0193a0c4d5e67890abcdef0123456789 --as wang"
    )]
    Withdraw(OneArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    scope: Scope,
    /// proposed, approved, rejected or withdrawn
    #[arg(long, value_parser = state)]
    state: Option<BankDetailState>,
    /// After this change
    #[arg(long, value_name = "ID")]
    after: Option<BankDetailChangeId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct OneArgs {
    #[command(flatten)]
    scope: Scope,
    /// The change, bdc_…
    id: BankDetailChangeId,
}

#[derive(Debug, Args)]
pub struct RejectArgs {
    #[command(flatten)]
    of: OneArgs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

fn state(text: &str) -> Result<BankDetailState, String> {
    let known = || BankDetailState::ALL.iter().map(|state| state.name()).collect::<Vec<_>>().join(", ");
    BankDetailState::by_name(text).ok_or_else(|| format!("is not one of {}", known()))
}

pub fn run(stage: &Stage, command: &BankDetailsCommand) -> Result<(), Failure> {
    match command {
        BankDetailsCommand::List(args) => listed(stage, args),
        BankDetailsCommand::Approve(of) => {
            act(stage, of, |session| approve(&session.app, &session.actor, session.id(), of.id))
        }
        BankDetailsCommand::Reject(RejectArgs { of, reason }) => {
            act(stage, of, |session| reject(&session.app, &session.actor, session.id(), of.id, reason))
        }
        BankDetailsCommand::Withdraw(of) => {
            act(stage, of, |session| withdraw(&session.app, &session.actor, session.id(), of.id))
        }
    }
}

fn act(
    stage: &Stage,
    args: &OneArgs,
    work: impl FnOnce(&Session) -> Result<BankDetailView, BankDetailError>,
) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let view = BankDetailChangeOut::from(work(&session).or_fail()?);
    session.seal()?;
    let text = lines(std::slice::from_ref(&view));
    session.out.result(&view, || text)
}

fn listed(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let wanted = Wanted { state: args.state, ..Wanted::default() };
    let views =
        list(&session.app, &session.actor, session.id(), &wanted, args.after, args.limit).or_fail()?;
    let views: Vec<BankDetailChangeOut> = views.into_iter().map(BankDetailChangeOut::from).collect();
    let text = lines(&views);
    session.out.result(&json!({"bank_detail_changes": views}), || text)
}

fn lines(views: &[BankDetailChangeOut]) -> String {
    let columns = ["id", "of", "before", "after", "state", "proposed by", "decided by"].map(Column::Text);
    let row = |view: &BankDetailChangeOut| {
        vec![
            view.id.clone(),
            view.customer.clone().or_else(|| view.bank_account.clone()).unwrap_or_default(),
            view.before.as_ref().map(numbers).unwrap_or_default(),
            view.after.as_ref().map(numbers).unwrap_or_default(),
            BankDetailState::from(view.state).name().to_owned(),
            view.proposed_by.clone(),
            view.decided_by.clone().unwrap_or_default(),
        ]
    };
    table(&columns, views.iter().map(row))
}

fn numbers(of: &BankDetailsView) -> String {
    let payer = of.accounts.iter().flatten().map(|one| one.account.as_str());
    payer.chain(of.details.iter().map(|own| own.number.as_str())).collect::<Vec<_>>().join(" ")
}
