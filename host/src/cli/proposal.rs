//! `zhangben proposal …`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Session, Stage, date};
use crate::http::v1::dto::bank::BankLineOut;
use crate::http::v1::dto::reconciliation::ProposalOut;
use crate::http::v1::dto::settle::UndoneProposalView;
use app::reconciliation::{ApproveProposal, ProposalView, UndoProposal};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use domain::ids::{BankLineId, ProposalId};
use serde_json::json;
use store::types::{BankLineStatus, ProposalStatus};

#[derive(Debug, Subcommand)]
pub enum ProposalCommand {
    /// List proposals
    #[command(after_help = "Example:\n  zhangben proposal list --status proposed --limit 20")]
    List(ListArgs),
    /// List the open bank lines that no proposal explains, and why
    #[command(after_help = "Example:\n  zhangben proposal unmatched --json")]
    Unmatched(UnmatchedArgs),
    /// Show what a proposal would do, and why
    #[command(after_help = "Example:\n  zhangben proposal show prp_0193a0c4d5e67890abcdef0123456789")]
    Show(OneArgs),
    /// Approve a proposal: it is posted at once; who made it may not (the operator, without --as, may: her acts stand in the events)
    #[command(
        after_help = "Example:\n  zhangben proposal approve prp_0193a0c4d5e67890abcdef0123456789 --as li"
    )]
    Approve(ApproveArgs),
    /// Reject a proposal: its bank lines are open again
    #[command(
        after_help = "Example:\n  zhangben proposal reject prp_0193a0c4d5e67890abcdef0123456789 --as li"
    )]
    Reject(OneArgs),
    /// Take back what an approval posted: allocations undone, documents reversed, its bank lines open again
    #[command(
        after_help = "Example:\n  zhangben proposal undo prp_0193a0c4d5e67890abcdef0123456789 --reason wrong-customer --as li"
    )]
    Undo(UndoArgs),
}

#[derive(Debug, Args)]
pub struct UndoArgs {
    #[command(flatten)]
    of: OneArgs,
    /// Effective on this day [default: the days on which it was posted]
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<NaiveDate>,
    /// It stands in the reversals
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct ApproveArgs {
    #[command(flatten)]
    of: OneArgs,
    /// Effective on this day, where the bank's own is locked [default: each line on its booking date]
    #[arg(long, value_name = "DATE", value_parser = date)]
    effective_date: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    scope: Scope,
    /// Only these
    #[arg(long)]
    status: Option<StatusArg>,
    /// After this proposal
    #[arg(long, value_name = "ID")]
    after: Option<ProposalId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct UnmatchedArgs {
    #[command(flatten)]
    scope: Scope,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct OneArgs {
    #[command(flatten)]
    scope: Scope,
    /// The proposal, prp_…
    id: ProposalId,
}

/// What has become of a proposal, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum StatusArg {
    /// To be decided
    Proposed,
    /// Posted
    Approved,
    /// Turned down
    Rejected,
    /// Its line or item changed before it was decided
    Superseded,
    /// Taken back after its approval
    Undone,
}

impl From<StatusArg> for ProposalStatus {
    fn from(status: StatusArg) -> Self {
        match status {
            StatusArg::Proposed => ProposalStatus::Proposed,
            StatusArg::Approved => ProposalStatus::Approved,
            StatusArg::Rejected => ProposalStatus::Rejected,
            StatusArg::Superseded => ProposalStatus::Superseded,
            StatusArg::Undone => ProposalStatus::Undone,
        }
    }
}

pub fn run(stage: &Stage, command: &ProposalCommand) -> Result<(), Failure> {
    match command {
        ProposalCommand::List(args) => list(stage, args),
        ProposalCommand::Unmatched(args) => unmatched(stage, args),
        ProposalCommand::Show(args) => show(stage, args),
        ProposalCommand::Approve(args) => approve(stage, args),
        ProposalCommand::Reject(args) => reject(stage, args),
        ProposalCommand::Undo(args) => undo(stage, args),
    }
}

fn list(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let status = args.status.map(Into::into);
    let views =
        app::reconciliation::list(&session.app, &session.actor, session.id(), status, args.after, args.limit)
            .or_fail()?;
    let text = text(&views);
    let views: Vec<ProposalOut> = views.into_iter().map(ProposalOut::from).collect();
    session.out.result(&json!({"proposals": views}), || text)
}

/// The oldest open lines first.
fn unmatched(stage: &Stage, args: &UnmatchedArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let lines = app::bank::lines(app, actor, company, BankLineStatus::Open, None, args.limit).or_fail()?;
    let ids: Vec<BankLineId> = lines.iter().map(|line| line.id).collect();
    let mut said = app::reconciliation::unmatched(app, actor, company, &ids).or_fail()?;
    let views: Vec<BankLineOut> =
        lines.into_iter().map(|line| BankLineOut::of(said.remove(&line.id), line)).collect();
    session.out.result(&json!({"bank_lines": views}), || {
        let columns = [
            Column::Text("booked"),
            Column::Figure("amount"),
            Column::Text("currency"),
            Column::Text("payer"),
            Column::Text("reason"),
            Column::Text("nearest items"),
        ];
        let row = |line: &BankLineOut| {
            let sign = if line.credit { "" } else { "-" };
            let (reason, nearest) = match &line.unmatched {
                Some(said) => (said.reason.clone(), said.nearest.join(" ")),
                None => ("not asked yet".to_owned(), String::new()),
            };
            vec![
                line.booking_date.0.to_string(),
                format!("{sign}{}", line.amount.amount),
                line.amount.currency.clone(),
                line.payer_name.clone().unwrap_or_default(),
                reason,
                nearest,
            ]
        };
        table(&columns, views.iter().map(row))
    })
}

fn text(views: &[ProposalView]) -> String {
    let columns = [
        Column::Text("id"),
        Column::Text("confidence"),
        Column::Figure("score"),
        Column::Text("rule"),
        Column::Figure("bank lines"),
        Column::Figure("items"),
        Column::Text("status"),
    ];
    let row = |view: &ProposalView| {
        let proposal = &view.proposal;
        vec![
            proposal.id.to_string(),
            proposal.confidence.clone(),
            proposal.score.to_string(),
            proposal.rule.clone(),
            view.lines.len().to_string(),
            view.allocations.len().to_string(),
            proposal.status.name().to_owned(),
        ]
    };
    table(&columns, views.iter().map(row))
}

fn find(session: &Session, id: ProposalId) -> Result<ProposalView, Failure> {
    app::reconciliation::get(&session.app, &session.actor, session.id(), id).or_fail()
}

fn show(stage: &Stage, args: &OneArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let view = find(&session, args.id)?;
    let table = text(std::slice::from_ref(&view));
    let reasons: Vec<String> = view
        .proposal
        .reasons
        .0
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|reason| reason.get("text").and_then(serde_json::Value::as_str))
        .map(|reason| format!("  because {reason}"))
        .collect();
    let pays: Vec<String> =
        view.allocations.iter().map(|a| format!("  {} minor units to {}", a.amount.get(), a.item)).collect();
    let view = ProposalOut::from(view);
    session.out.result(&view, || format!("{table}\n{}\n{}", pays.join("\n"), reasons.join("\n")))
}

fn approve(stage: &Stage, args: &ApproveArgs) -> Result<(), Failure> {
    let ApproveArgs { of: args, effective_date } = args;
    let session = stage.enter(&args.scope)?;
    let input = ApproveProposal { effective_date: *effective_date, ..ApproveProposal::from(args.id) };
    let done = app::reconciliation::approve(&session.app, &session.actor, session.id(), input).or_fail()?;
    session.seal()?;
    let texts = |ids: Vec<String>| ids;
    let document = json!({
        "id": args.id.to_string(),
        "entries": texts(done.entries.iter().map(ToString::to_string).collect()),
        "documents": texts(done.documents.iter().map(ToString::to_string).collect()),
        "allocations": texts(done.allocations.iter().map(ToString::to_string).collect()),
    });
    session.out.result(&document, || format!("{} is posted: {} entries", args.id, done.entries.len()))
}

fn reject(stage: &Stage, args: &OneArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    app::reconciliation::reject(&session.app, &session.actor, session.id(), args.id).or_fail()?;
    session.seal()?;
    session
        .out
        .result(&json!({"id": args.id.to_string(), "rejected": true}), || format!("{} is rejected", args.id))
}

fn undo(stage: &Stage, args: &UndoArgs) -> Result<(), Failure> {
    let UndoArgs { of: args, date, reason } = args;
    let session = stage.enter(&args.scope)?;
    let input = UndoProposal { id: args.id, date: *date, reason: reason.clone() };
    let undone = app::reconciliation::undo(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let view = UndoneProposalView::from(undone);
    session.out.result(&view, || match view.approvals_missing {
        0 => format!("{} is undone: {} documents reversed", args.id, view.documents.len()),
        missing => format!("{} is undone when {missing} more approve it", args.id),
    })
}
