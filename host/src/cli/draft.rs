//! `zhangben draft …`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Session, Stage};
use crate::http::problem::Problem;
use crate::http::v1::drafts::content;
use crate::http::v1::dto::approval::GrantedOut;
use crate::http::v1::dto::draft::DraftOut;
use app::draft::{DraftView, Wanted};
use app::exception::{Grant, Subject};
use clap::{Args, Subcommand};
use domain::draft::DraftKind;
use domain::ids::DraftId;
use serde_json::{Value, json};
use store::types::DraftState;

#[derive(Debug, Subcommand)]
pub enum DraftCommand {
    /// List drafts
    #[command(after_help = "Example:\n  zhangben draft list --state submitted")]
    List(ListArgs),
    /// Show a draft, its body and what was done with it
    #[command(after_help = "Example:\n  zhangben draft show dft_0193a0c4d5e67890abcdef0123456789")]
    Show(OneArgs),
    /// Hand a draft in: it is checked in full
    #[command(
        after_help = "Example:\n  zhangben draft submit dft_0193a0c4d5e67890abcdef0123456789 --as wang"
    )]
    Submit(OneArgs),
    /// Approve a submitted draft; who had a hand in it may not (the operator, without --as, may: her acts stand in the events)
    #[command(after_help = "Example:\n  zhangben draft approve dft_0193a0c4d5e67890abcdef0123456789 --as li")]
    Approve(OneArgs),
    /// Let another person approve a draft or proposal that the separation of duties keeps her from (never oneself)
    #[command(
        after_help = "Example:\n  zhangben draft except dft_0193a0c4d5e67890abcdef0123456789 --person li --reason \"nobody else is here\" --as admin"
    )]
    Except(ExceptArgs),
    /// Turn a draft down
    #[command(
        after_help = "Example:\n  zhangben draft reject dft_0193a0c4d5e67890abcdef0123456789 --reason \"wrong price\" --as li"
    )]
    Reject(RejectArgs),
    /// Post an approved draft
    #[command(after_help = "Example:\n  zhangben draft post dft_0193a0c4d5e67890abcdef0123456789 --as wang")]
    Post(OneArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    scope: Scope,
    /// draft, submitted, approved, posted or rejected
    #[arg(long, value_parser = state)]
    state: Option<DraftState>,
    /// After this draft
    #[arg(long, value_name = "ID")]
    after: Option<DraftId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct OneArgs {
    #[command(flatten)]
    scope: Scope,
    /// The draft, dft_…
    id: DraftId,
}

#[derive(Debug, Args)]
pub struct ExceptArgs {
    #[command(flatten)]
    scope: Scope,
    /// The draft or proposal, dft_… or prp_…; or a document that is taken back with its proposal or import, doc_…
    #[arg(value_parser = subject)]
    id: Subject,
    /// Login or id of who may approve it then
    #[arg(long, value_name = "LOGIN")]
    person: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct RejectArgs {
    #[command(flatten)]
    of: OneArgs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

fn subject(text: &str) -> Result<Subject, String> {
    Subject::parse(text).ok_or_else(|| "is no id of a draft, a proposal or a document".to_owned())
}

fn state(text: &str) -> Result<DraftState, String> {
    let known = || DraftState::ALL.iter().map(|state| state.name()).collect::<Vec<_>>().join(", ");
    DraftState::by_name(text).ok_or_else(|| format!("is not one of {}", known()))
}

pub fn run(stage: &Stage, command: &DraftCommand) -> Result<(), Failure> {
    match command {
        DraftCommand::List(args) => list(stage, args),
        DraftCommand::Show(args) => {
            let session = stage.enter(&args.scope)?;
            let view = app::draft::get(&session.app, &session.actor, session.id(), args.id).or_fail()?;
            shown(&session, view)
        }
        DraftCommand::Submit(args) => act(stage, args, |session, read| {
            app::draft::submit(&session.app, &session.actor, session.id(), args.id, read)
        }),
        DraftCommand::Approve(args) => act(stage, args, |session, read| {
            app::draft::approve(&session.app, &session.actor, session.id(), args.id, read)
        }),
        DraftCommand::Except(args) => except(stage, args),
        DraftCommand::Reject(RejectArgs { of, reason }) => act(stage, of, |session, _| {
            Ok(app::draft::reject(&session.app, &session.actor, session.id(), of.id, reason)?)
        }),
        DraftCommand::Post(args) => act(stage, args, |session, read| {
            app::draft::post(&session.app, &session.actor, session.id(), args.id, read)
        }),
    }
}

type Read<'a> = app::draft::Reader<'a, Problem>;

fn act(
    stage: &Stage,
    args: &OneArgs,
    work: impl FnOnce(&Session, Read<'_>) -> Result<DraftView, Problem>,
) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let read =
        |kind: DraftKind, body: &Value| content(&session.app, &session.actor, session.id(), kind, body);
    let view = work(&session, &read).map_err(Problem::within_body).or_fail()?;
    session.seal()?;
    shown(&session, view)
}

fn except(stage: &Stage, args: &ExceptArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let (person, reason) = (args.person.clone(), args.reason.clone());
    let input = Grant { subject: args.id, person, reason };
    let read =
        |kind: DraftKind, body: &Value| content(&session.app, &session.actor, session.id(), kind, body);
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let granted = app::exception::grant::<Problem>(app, actor, company, &input, &read).or_fail()?;
    session.seal()?;
    let view = GrantedOut::from(granted);
    let text = format!("{} may approve {}\n", view.person, view.subject);
    session.out.result(&view, || text)
}

fn shown(session: &Session, view: DraftView) -> Result<(), Failure> {
    let view = DraftOut::from(view);
    let text = lines(std::slice::from_ref(&view));
    session.out.result(&view, || text)
}

fn list(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let wanted = Wanted { state: args.state, ..Wanted::default() };
    let views = app::draft::list(&session.app, &session.actor, session.id(), &wanted, args.after, args.limit)
        .or_fail()?;
    let views: Vec<DraftOut> = views.into_iter().map(DraftOut::from).collect();
    let text = lines(&views);
    session.out.result(&json!({"drafts": views}), || text)
}

fn lines(views: &[DraftOut]) -> String {
    let columns = [
        Column::Text("id"),
        Column::Text("kind"),
        Column::Text("state"),
        Column::Text("customer"),
        Column::Figure("amount"),
        Column::Text("currency"),
        Column::Text("approvals"),
        Column::Text("number"),
    ];
    let row = |view: &DraftOut| {
        let (amount, currency) =
            view.amount.as_ref().map(|m| (m.amount.clone(), m.currency.clone())).unwrap_or_default();
        vec![
            view.id.clone(),
            DraftKind::from(view.kind).name().to_owned(),
            DraftState::from(view.state).name().to_owned(),
            view.customer_code.clone().unwrap_or_default(),
            amount,
            currency,
            format!("{}/{}", view.approvals.given, view.approvals.needed),
            view.number.clone().unwrap_or_default(),
        ]
    };
    table(&columns, views.iter().map(row))
}
