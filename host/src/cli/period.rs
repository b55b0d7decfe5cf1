//! `zhangben period …`: what closes one.

use super::close;
use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Stage, date};
use super::voucher;
use crate::http::v1::dto::regrouping::{RegroupingOut, RegroupingsOut};
use crate::http::v1::dto::revaluation::{RevaluationOut, RevaluationsOut};
use app::period::LockPeriod;
use app::regrouping::Regroup;
use app::revaluation::Revalue;
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use store::types::LockKind;

#[derive(Debug, Subcommand)]
pub enum PeriodCommand {
    /// Open the checklist of a month (月结检查清单): every month from the first one on needs one before a hard lock
    #[command(after_help = "Example:\n  zhangben period open --period 2026-11")]
    Open(close::OpenArgs),
    /// Show the checklist of a month, with what is found of each item now
    #[command(after_help = "Example:\n  zhangben period close --period 2026-11 --json")]
    Close(close::ShowArgs),
    /// Sign an item of a checklist with what is found of it now, or waive what does not hold
    #[command(after_help = "Examples:\n  zhangben period sign tie-out --period 2026-11 --as li\n  \
                      zhangben period sign statements --period 2026-11 --waive 'C0007 is in liquidation' --as li")]
    Sign(close::SignArgs),
    /// Open a signed item again, until its month is locked for good
    #[command(
        after_help = "Example:\n  zhangben period reopen tie-out --period 2026-11 --reason 'a late invoice'"
    )]
    Reopen(close::ReopenArgs),
    /// Number the vouchers of a month (记账凭证), write them to a file, record that they were handed over
    #[command(
        after_help = "Example:\n  zhangben period vouchers --period 2026-11 --to vouchers-2026-11.xlsx --exported"
    )]
    Vouchers(voucher::VouchersArgs),
    /// Lock everything up to and including a day; `zhangben unlock` moves a lock back
    #[command(after_help = "Example:\n  zhangben period lock --kind hard --through 2026-10-31")]
    Lock(LockArgs),
    /// Value foreign currency at a day's rates (期末调汇); the difference is taken back on the next day
    #[command(after_help = "Example:\n  zhangben period revalue --as-of 2026-11-30")]
    Revalue(DayArgs),
    /// Show what customers have to their credit as advances at a day (预收重分类); it is taken back on the next day
    #[command(after_help = "Example:\n  zhangben period regroup --as-of 2026-11-30")]
    Regroup(DayArgs),
}

#[derive(Debug, Args)]
pub struct DayArgs {
    #[command(flatten)]
    scope: Scope,
    /// The day that is shown, as a rule the last of a period
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: NaiveDate,
}

#[derive(Debug, Args)]
pub struct LockArgs {
    #[command(flatten)]
    scope: Scope,
    /// How firmly
    #[arg(long, default_value = "soft")]
    kind: KindArg,
    /// The last day that is locked
    #[arg(long, value_name = "DATE", value_parser = date)]
    through: NaiveDate,
}

/// A kind of lock, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum KindArg {
    /// May be moved back, by two people
    Soft,
    /// Moves forward only
    Hard,
    /// Tax was filed; moved back by two people
    Tax,
}

impl From<KindArg> for LockKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Soft => LockKind::Soft,
            KindArg::Hard => LockKind::Hard,
            KindArg::Tax => LockKind::Tax,
        }
    }
}

pub fn run(stage: &Stage, command: &PeriodCommand) -> Result<(), Failure> {
    match command {
        PeriodCommand::Open(args) => close::open(stage, args),
        PeriodCommand::Close(args) => close::show(stage, args),
        PeriodCommand::Sign(args) => close::sign(stage, args),
        PeriodCommand::Reopen(args) => close::reopen(stage, args),
        PeriodCommand::Vouchers(args) => voucher::run(stage, args),
        PeriodCommand::Lock(args) => lock(stage, args),
        PeriodCommand::Revalue(args) => revalue(stage, args),
        PeriodCommand::Regroup(args) => regroup(stage, args),
    }
}

fn revalue(stage: &Stage, args: &DayArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let (app, as_of) = (&session.app, args.as_of);
    let found = app::revaluation::revalue(app, &session.actor, session.id(), Revalue { as_of }).or_fail()?;
    session.seal()?;
    let base = app::company::get(app, &session.actor, session.id()).or_fail()?.base_currency;
    let revaluations: Vec<RevaluationOut> =
        found.into_iter().map(|one| RevaluationOut::new(one, base)).collect();
    let rows: Vec<Vec<String>> = revaluations.iter().map(row).collect();
    let document = RevaluationsOut { revaluations };
    session.out.result(&document, move || {
        if rows.is_empty() {
            return format!("nothing stands in foreign currency on {as_of}");
        }
        table(&COLUMNS, rows)
    })
}

const COLUMNS: [Column; 7] = [
    Column::Text("account"),
    Column::Text("currency"),
    Column::Figure("balance"),
    Column::Figure("rate"),
    Column::Figure("carried at"),
    Column::Figure("worth"),
    Column::Figure("difference"),
];

fn row(one: &RevaluationOut) -> Vec<String> {
    let money = [&one.carrying, &one.value, &one.difference].map(|money| money.amount.clone());
    let rate = money::normal_form(one.rate.0);
    let mut row = vec![one.account.clone(), one.balance.currency.clone(), one.balance.amount.clone(), rate];
    row.extend(money);
    row
}

fn regroup(stage: &Stage, args: &DayArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let (app, as_of) = (&session.app, args.as_of);
    let found = app::regrouping::regroup(app, &session.actor, session.id(), Regroup { as_of }).or_fail()?;
    session.seal()?;
    let base = app::company::get(app, &session.actor, session.id()).or_fail()?.base_currency;
    let regroupings: Vec<RegroupingOut> =
        found.into_iter().map(|one| RegroupingOut::new(one, base)).collect();
    let cells = |one: &RegroupingOut| -> Vec<String> {
        let money = [&one.credits, &one.base_credits, &one.difference].map(|money| money.amount.clone());
        let named = [one.account.clone(), one.credits.currency.clone()];
        named.into_iter().chain(money).collect()
    };
    let rows: Vec<Vec<String>> = regroupings.iter().map(cells).collect();
    let document = RegroupingsOut { regroupings };
    session.out.result(&document, move || {
        if rows.is_empty() {
            return format!("no customer has anything to her credit on {as_of}");
        }
        table(&REGROUPED, rows)
    })
}

const REGROUPED: [Column; 5] = [
    Column::Text("account"),
    Column::Text("currency"),
    Column::Figure("credits"),
    Column::Figure("carried at"),
    Column::Figure("posted"),
];

fn lock(stage: &Stage, args: &LockArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let kind = LockKind::from(args.kind);
    let input = LockPeriod { kind, through: args.through };
    app::period::lock(&session.app, &session.actor, session.id(), input).or_fail()?;
    session.seal()?;
    let document = json!({"kind": kind.name(), "through": args.through.to_string()});
    session.out.result(&document, || format!("{} lock through {}", kind.name(), args.through))
}
