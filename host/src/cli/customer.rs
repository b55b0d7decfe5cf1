//! `zhangben customer …`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, count, table};
use super::session::{Scope, Stage, date};
use crate::http::v1::dto::customer::{
    AccountBalanceView, BalancesView, CurrentItemOut, CustomerOut, ErasedView,
};
use app::customer::{CustomerRef, WantedItems};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::ids::OpenItemId;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum CustomerCommand {
    /// Print what a customer owes at a day, as far as it was known at a position
    #[command(after_help = "Example:\n  zhangben customer balance C1001 --as-of 2026-11-30")]
    Balance(BalanceArgs),
    /// List what is open of a customer now, sealed or not
    #[command(after_help = "Example:\n  zhangben customer items C1001")]
    Items(ItemsArgs),
    /// Put a customer into the archive: nothing new is charged to it, money for what it owes is taken as before
    #[command(after_help = "Example:\n  zhangben customer archive C1001")]
    Archive(OneArgs),
    /// Take a customer out of the archive
    #[command(after_help = "Example:\n  zhangben customer unarchive C1001")]
    Unarchive(OneArgs),
    /// Destroy the keys of a customer's personal data; figures and digests remain
    #[command(after_help = "Example:\n  zhangben customer erase C1001 --yes")]
    Erase(EraseArgs),
}

#[derive(Debug, Args)]
pub struct BalanceArgs {
    #[command(flatten)]
    scope: Scope,
    /// Code or id of the customer
    customer: CustomerRef,
    /// Effective day [default: today in the company's time zone]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<NaiveDate>,
    /// Position in the seal chain [default: all that is sealed]
    #[arg(long, value_name = "POSITION")]
    known_at: Option<u64>,
}

#[derive(Debug, Args)]
pub struct ItemsArgs {
    #[command(flatten)]
    scope: Scope,
    /// Code or id of the customer
    customer: CustomerRef,
    /// After this item
    #[arg(long, value_name = "ID")]
    after: Option<OpenItemId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct OneArgs {
    #[command(flatten)]
    scope: Scope,
    /// Code or id of the customer
    customer: CustomerRef,
}

#[derive(Debug, Args)]
pub struct EraseArgs {
    #[command(flatten)]
    scope: Scope,
    /// Code or id of the customer
    customer: CustomerRef,
    /// Do it: what is erased cannot be had back
    #[arg(long)]
    yes: bool,
}

pub fn run(stage: &Stage, command: &CustomerCommand) -> Result<(), Failure> {
    match command {
        CustomerCommand::Balance(args) => balance(stage, args),
        CustomerCommand::Items(args) => items(stage, args),
        CustomerCommand::Archive(args) => archive(stage, args, true),
        CustomerCommand::Unarchive(args) => archive(stage, args, false),
        CustomerCommand::Erase(args) => erase(stage, args),
    }
}

fn balance(stage: &Stage, args: &BalanceArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let balances = app::customer::balance(
        &session.app,
        &session.actor,
        session.id(),
        &args.customer,
        args.as_of,
        args.known_at,
    )
    .or_fail()?;
    let view = BalancesView::from(balances);
    session.out.result(&view, || {
        let ages = view.accounts.first().map(|a| a.aging.iter().map(|b| b.key.clone()).collect::<Vec<_>>());
        let head = format!("{} at {}, known at position {}", args.customer, view.as_of.0, view.known_at);
        let mut text = vec![head];
        text.extend(view.accounts.iter().map(account));
        if ages.is_none() {
            text.push("(no account: nothing was posted)".to_owned());
        }
        text.join("\n")
    })
}

fn account(account: &AccountBalanceView) -> String {
    let mut columns = vec![Column::Text("account"), Column::Text("currency"), Column::Figure("balance")];
    let mut row =
        vec![account.account.clone(), account.balance.currency.clone(), account.balance.amount.clone()];
    // the buckets are named by the ledger: not-due, 1-30 …
    let heads = ["not due", "1-30", "31-60", "61-90", "91+"];
    for (bucket, head) in account.aging.iter().zip(heads) {
        columns.push(Column::Figure(head));
        row.push(bucket.amount.amount.clone());
    }
    columns.push(Column::Figure("unapplied"));
    row.push(account.unapplied.amount.clone());
    table(&columns, [row])
}

fn items(stage: &Stage, args: &ItemsArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let wanted = WantedItems { customer: Some(&args.customer), ..WantedItems::default() };
    let (actor, company) = (&session.actor, session.id());
    let found =
        app::customer::search_open_items(&session.app, actor, company, &wanted, args.after, args.limit);
    let views: Vec<CurrentItemOut> = found.or_fail()?.into_iter().map(CurrentItemOut::from).collect();
    session.out.result(&json!({"items": views}), || {
        let columns = [
            Column::Text("id"),
            Column::Text("kind"),
            Column::Text("number"),
            Column::Text("due"),
            Column::Figure("original"),
            Column::Figure("open"),
            Column::Figure("disputed"),
            Column::Text("currency"),
        ];
        let row = |view: &CurrentItemOut| {
            vec![
                view.id.clone(),
                view.kind.clone(),
                view.number.clone().unwrap_or_default(),
                view.due_date.as_ref().map(|day| day.0.to_string()).unwrap_or_default(),
                view.original.amount.clone(),
                view.open.amount.clone(),
                view.disputed.amount.clone(),
                view.open.currency.clone(),
            ]
        };
        table(&columns, views.iter().map(row))
    })
}

fn archive(stage: &Stage, args: &OneArgs, into: bool) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let archived = session.sealing(|| {
        app::customer::archive(&session.app, &session.actor, session.id(), &args.customer, into).or_fail()
    })?;
    let view = CustomerOut::from(archived);
    session.out.result(&view, || match into {
        true => format!("{} is archived", view.code),
        false => format!("{} is not archived any more", view.code),
    })
}

fn erase(stage: &Stage, args: &EraseArgs) -> Result<(), Failure> {
    if !args.yes {
        return Err(Failure::usage(format!(
            "erasing the personal data of {} cannot be undone: say --yes to do it",
            args.customer
        )));
    }
    let session = stage.enter(&args.scope)?;
    let erased = session.sealing(|| {
        app::customer::erase(&session.app, &session.actor, session.id(), &args.customer).or_fail()
    })?;
    let view = ErasedView::from(erased);
    session.out.result(&view, || {
        format!(
            "{} is erased: {} destroyed; the chain still verifies",
            args.customer,
            count(view.keys_destroyed, "key")
        )
    })
}
