//! `zhangben period open | close | sign | reopen`: the checklist of a month.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Session, Stage};
use crate::http::v1::dto::close::{CloseFindingOut, CloseItemOut, CloseOut, PersonOut};
use app::close::SignItem;
use clap::Args;
use domain::close::{Month, MonthError};
use serde_json::Value;

#[derive(Debug, Args)]
pub struct OpenArgs {
    #[command(flatten)]
    scope: Scope,
    /// The month
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Month,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    #[command(flatten)]
    scope: Scope,
    /// The month [default: the last one that has a checklist]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Option<Month>,
}

#[derive(Debug, Args)]
pub struct SignArgs {
    #[command(flatten)]
    scope: Scope,
    /// bank-continuity, unapplied, unbilled, revaluation, tie-out, statements, vouchers-exported, suspense or disputes
    item: String,
    /// The month
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Month,
    /// What there is to say; required of vouchers-exported
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Let pass what does not hold, for this reason
    #[arg(long, value_name = "REASON", conflicts_with = "note")]
    waive: Option<String>,
}

#[derive(Debug, Args)]
pub struct ReopenArgs {
    #[command(flatten)]
    scope: Scope,
    /// As `period close` names it
    item: String,
    /// The month
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Month,
    /// Why
    #[arg(long, value_name = "REASON")]
    reason: String,
}

pub(super) fn month(text: &str) -> Result<Month, MonthError> {
    text.parse()
}

pub fn open(stage: &Stage, args: &OpenArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let opened = app::close::open(&session.app, &session.actor, session.id(), args.period).or_fail()?;
    session.seal()?;
    print(&session, opened.into())
}

pub fn show(stage: &Stage, args: &ShowArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let last = || app::close::last(&session.app, &session.actor, session.id()).or_fail();
    let month = match args.period {
        Some(month) => month,
        None => last()?.ok_or_else(|| {
            Failure::not_found(
                "there is no checklist yet: open one with `zhangben period open --period YYYY-MM`",
            )
        })?,
    };
    let found =
        session.out.busy("looking", || app::close::get(&session.app, &session.actor, session.id(), month));
    print(&session, found.or_fail()?.into())
}

pub fn sign(stage: &Stage, args: &SignArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let input = SignItem { note: args.note.clone(), waive: args.waive.clone() };
    let signed =
        app::close::sign(&session.app, &session.actor, session.id(), args.period, &args.item, &input)
            .or_fail()?;
    session.seal()?;
    said(&session, args.period, signed.into())
}

pub fn reopen(stage: &Stage, args: &ReopenArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let opened =
        app::close::reopen(&session.app, &session.actor, session.id(), args.period, &args.item, &args.reason)
            .or_fail()?;
    session.seal()?;
    said(&session, args.period, opened.into())
}

fn said(session: &Session, month: Month, item: CloseItemOut) -> Result<(), Failure> {
    session.out.result(&item, || format!("{} of {month} is {}", item.item, item.state))
}

const COLUMNS: [Column<'_>; 7] = [
    Column::Text("item"),
    Column::Text("mandatory"),
    Column::Text("state"),
    Column::Text("owner"),
    Column::Text("due"),
    Column::Text("signed by"),
    Column::Text("found now"),
];

fn print(session: &Session, close: CloseOut) -> Result<(), Failure> {
    session.out.result(&close, || {
        let rows = close.items.iter().map(row);
        format!("{}\n{}", close.period.0, table(&COLUMNS, rows))
    })
}

fn row(item: &CloseItemOut) -> Vec<String> {
    let state = if item.stale == Some(true) { format!("{}, stale", item.state) } else { item.state.clone() };
    let login = |person: &Option<PersonOut>| {
        person.as_ref().map(|one| one.login.clone().unwrap_or_else(|| one.id.clone())).unwrap_or_default()
    };
    vec![
        item.item.clone(),
        if item.mandatory { "yes" } else { "no" }.to_owned(),
        state,
        login(&item.owner),
        item.due_date.0.to_string(),
        login(&item.signed_by),
        item.finding.as_ref().map(found).unwrap_or_default(),
    ]
}

/// The code, a cross before what does not hold, and how much there is of what is counted.
fn found(finding: &CloseFindingOut) -> String {
    let mark = if finding.holds { "" } else { "✗ " };
    let counts = ["items", "customers", "missing", "entries", "customers_not_tied"];
    let counted = counts.iter().filter_map(|name| {
        let n = finding.figures.get(*name).and_then(Value::as_u64).filter(|n| *n > 0)?;
        Some(format!("{n} {}", name.replace('_', " ")))
    });
    let counted: Vec<String> = counted.collect();
    let rest = if counted.is_empty() { String::new() } else { format!(": {}", counted.join(", ")) };
    format!("{mark}{}{rest}", finding.code)
}
