//! `zhangben list`: a whole list as a file for a spreadsheet program.

use super::failure::{Failure, OrFail as _};
use super::out::count;
use super::session::{Scope, Stage, date};
use crate::spreadsheet::list::{Wanted, write};
use app::list::{List, Of};
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use sheets::write::{Format, Language, Output};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhangben list aging --as-of 2026-11-30 --to aging.xlsx\n  zhangben list invoices --format csv --to invoices.csv --language en"
)]
pub struct ListArgs {
    #[command(flatten)]
    scope: Scope,
    /// customers, contacts, customer-groups, customer-merges, bank-detail-changes, items, invoices, receipts, opening-balances, open-items, disputes, exceptions, bills,
    /// deliveries, tax-invoices, drafts, attachments, bank-lines, bank-moves, clearing-accounts, suspense, suspense-totals, proposals,
    /// statements, allocations, aging, bank-accounts, bank-files, fx-rates, period-locks, period-unlocks, closes, revaluations, regroupings, tolerances,
    /// role-limits, approval-rules, chart, series, users, roles, tokens, plugins, bindings, imports, import-rows,
    /// jobs, events, audit-log
    #[arg(value_parser = list)]
    list: List,
    /// csv or xlsx [default: by the file's name, else csv]
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// The file; one that is there is not overwritten
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Day of balances and ages [default: today in the company's time zone]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<NaiveDate>,
    /// Language of the headings: zh or en [default: the company's]
    #[arg(long, value_parser = ["zh", "en"])]
    language: Option<String>,
}

fn list(text: &str) -> Result<List, String> {
    List::by_name(text).ok_or_else(|| {
        let names: Vec<&str> = List::ALL.iter().map(|list| list.name()).collect();
        format!("there is no such list; there are {}", names.join(", "))
    })
}

fn format(text: &str) -> Result<Format, String> {
    Format::by_name(text).ok_or_else(|| "is not one of csv, xlsx".to_owned())
}

pub fn run(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let by_name = args.to.extension().and_then(|e| e.to_str()).and_then(Format::by_name);
    let wanted = Wanted {
        list: args.list,
        of: &Of::All,
        format: args.format.or(by_name).unwrap_or(Format::Csv),
        language: Language::of(args.language.as_deref().unwrap_or(&session.company.locale)),
        as_of: args.as_of,
        rows_max: None,
    };
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(&args.to);
    let file = file.map_err(|error| Failure::file("write", &args.to, &error))?;
    let work = || write(&session.app, &session.actor, session.id(), &wanted, Output::File(file));
    let written = session.out.busy("writing", work).or_fail();
    let written = written.inspect_err(|_| {
        // half a list is none
        let _gone = std::fs::remove_file(&args.to);
    })?;
    let to = args.to.display().to_string();
    let document = json!({"to": to, "list": args.list.name(), "format": wanted.format.name(), "rows": written.rows,
        "position": written.position});
    session.out.result(&document, || {
        format!("{} in {to}, as of position {} of the chain", count(written.rows, "row"), written.position)
    })
}
