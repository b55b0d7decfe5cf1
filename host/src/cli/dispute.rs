//! `zhangben dispute …`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Session, Stage, date};
use crate::http::v1::dto::dispute::DisputeOut;
use app::customer::CustomerRef;
use app::dispute::{DisputeError, DisputeView, OpenDispute, Outcome, Resolve, Wanted};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use domain::ids::{DisputeId, OpenItemId};
use rust_decimal::Decimal;
use serde_json::json;
use store::types::{DisputeReason, DisputeState};

#[derive(Debug, Subcommand)]
pub enum DisputeCommand {
    /// Record that a customer does not want to pay an open item, and why; nothing is posted
    #[command(
        after_help = "Example:\n  zhangben dispute open item_0193a0c4d5e67890abcdef0123456789 --reason quantity --amount 40.00 --on 2026-11-20 --text \"two boxes short\" --as zhang"
    )]
    Open(OpenArgs),
    /// List disputes
    #[command(after_help = "Example:\n  zhangben dispute list --state open --customer C1001")]
    List(ListArgs),
    /// Show a dispute
    #[command(after_help = "Example:\n  zhangben dispute show dsp_0193a0c4d5e67890abcdef0123456789")]
    Show(OneArgs),
    /// End a dispute: the customer is right, she owes it, or she does not say so any more; what is conceded is credited by a document
    #[command(
        after_help = "Example:\n  zhangben dispute resolve dsp_0193a0c4d5e67890abcdef0123456789 --outcome rejected --on 2026-11-25 --text \"delivered on the 3rd\" --as zhang"
    )]
    Resolve(ResolveArgs),
}

#[derive(Debug, Args)]
pub struct OpenArgs {
    #[command(flatten)]
    scope: Scope,
    /// The open item, item_…: `zhangben customer items` lists them
    item: OpenItemId,
    /// price, quantity, quality, delivery, duplicate, not-ours or other
    #[arg(long, value_parser = reason)]
    reason: DisputeReason,
    /// How much of it [default: all that is open]
    #[arg(long, value_parser = amount)]
    amount: Option<Decimal>,
    /// The day of it
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: NaiveDate,
    /// What the customer says
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    scope: Scope,
    /// open, accepted, rejected or withdrawn
    #[arg(long, value_parser = state)]
    state: Option<DisputeState>,
    /// Of this customer: code or id
    #[arg(long, value_name = "CODE")]
    customer: Option<CustomerRef>,
    /// Of this open item
    #[arg(long, value_name = "ID")]
    item: Option<OpenItemId>,
    /// Opened on this day or later
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<NaiveDate>,
    /// Opened on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = date)]
    to: Option<NaiveDate>,
    /// After this dispute
    #[arg(long, value_name = "ID")]
    after: Option<DisputeId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct OneArgs {
    #[command(flatten)]
    scope: Scope,
    /// The dispute, dsp_…
    id: DisputeId,
}

#[derive(Debug, Args)]
pub struct ResolveArgs {
    #[command(flatten)]
    of: OneArgs,
    /// How it ends
    #[arg(long)]
    outcome: OutcomeArg,
    /// The day of it
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: NaiveDate,
    /// What was said to it
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

/// How a dispute ends, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum OutcomeArg {
    /// The customer is right
    Accepted,
    /// She owes it
    Rejected,
    /// She does not say so any more
    Withdrawn,
}

impl From<OutcomeArg> for Outcome {
    fn from(argument: OutcomeArg) -> Self {
        match argument {
            OutcomeArg::Accepted => Outcome::Accepted,
            OutcomeArg::Rejected => Outcome::Rejected,
            OutcomeArg::Withdrawn => Outcome::Withdrawn,
        }
    }
}

fn reason(text: &str) -> Result<DisputeReason, String> {
    let known = || DisputeReason::ALL.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(", ");
    DisputeReason::by_name(text).ok_or_else(|| format!("is not one of {}", known()))
}

fn state(text: &str) -> Result<DisputeState, String> {
    let known = || DisputeState::ALL.iter().map(|state| state.name()).collect::<Vec<_>>().join(", ");
    DisputeState::by_name(text).ok_or_else(|| format!("is not one of {}", known()))
}

fn amount(text: &str) -> Result<Decimal, String> {
    money::parse_decimal(text).map_err(|error| error.to_string())
}

pub fn run(stage: &Stage, command: &DisputeCommand) -> Result<(), Failure> {
    match command {
        DisputeCommand::Open(args) => act(stage, &args.scope, |session| {
            let input = OpenDispute {
                item: args.item,
                amount: args.amount,
                reason: args.reason,
                text: args.text.clone(),
                on: args.on,
            };
            app::dispute::open(&session.app, &session.actor, session.id(), &input)
        }),
        DisputeCommand::List(args) => listed(stage, args),
        DisputeCommand::Show(args) => {
            let session = stage.enter(&args.scope)?;
            let found = app::dispute::get(&session.app, &session.actor, session.id(), args.id).or_fail()?;
            shown(&session, found)
        }
        DisputeCommand::Resolve(ResolveArgs { of, outcome, on, text }) => act(stage, &of.scope, |session| {
            let input = Resolve { outcome: (*outcome).into(), on: *on, text: text.clone() };
            app::dispute::resolve(&session.app, &session.actor, session.id(), of.id, &input)
        }),
    }
}

fn act(
    stage: &Stage,
    scope: &Scope,
    work: impl FnOnce(&Session) -> Result<DisputeView, DisputeError>,
) -> Result<(), Failure> {
    let session = stage.enter(scope)?;
    let view = work(&session).or_fail()?;
    session.seal()?;
    shown(&session, view)
}

fn shown(session: &Session, view: DisputeView) -> Result<(), Failure> {
    let view = DisputeOut::from(view);
    let text = lines(std::slice::from_ref(&view));
    session.out.result(&view, || text)
}

fn listed(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let customer = args.customer.as_ref();
    let wanted = Wanted { state: args.state, customer, item: args.item, from: args.from, to: args.to };
    let views =
        app::dispute::list(&session.app, &session.actor, session.id(), &wanted, args.after, args.limit);
    let views: Vec<DisputeOut> = views.or_fail()?.into_iter().map(DisputeOut::from).collect();
    let text = lines(&views);
    session.out.result(&json!({"disputes": views}), || text)
}

fn lines(views: &[DisputeOut]) -> String {
    let columns = [
        Column::Text("id"),
        Column::Text("number"),
        Column::Figure("amount"),
        Column::Text("currency"),
        Column::Text("reason"),
        Column::Text("state"),
        Column::Text("opened"),
        Column::Text("resolved"),
        Column::Text("text"),
        Column::Text("answer"),
    ];
    let row = |view: &DisputeOut| {
        vec![
            view.id.clone(),
            view.number.clone().unwrap_or_default(),
            view.amount.amount.clone(),
            view.amount.currency.clone(),
            DisputeReason::from(view.reason_code).name().to_owned(),
            DisputeState::from(view.state).name().to_owned(),
            view.opened_on.0.to_string(),
            view.resolved_on.as_ref().map(|day| day.0.to_string()).unwrap_or_default(),
            view.text.clone().unwrap_or_default(),
            view.answer.clone().unwrap_or_default(),
        ]
    };
    table(&columns, views.iter().map(row))
}
