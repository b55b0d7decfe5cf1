//! `zhangben export`: the company as plain files for an independent checker.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage, date};
use app::audit::JournalFormat;
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhangben export --to ./export && python3 tests/verify.py ./export --head HASH\n  zhangben export --format hledger --to books.journal && hledger check --strict -f books.journal\n  zhangben export --format beancount --to books.beancount && bean-check books.beancount"
)]
pub struct ExportArgs {
    #[command(flatten)]
    scope: Scope,
    /// The folder, which must be empty or missing; of a journal the file, which must be missing
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
    /// folder: everything, for tests/verify.py; hledger or beancount: the whole ledger as a journal
    #[arg(long, value_parser = ["folder", "hledger", "beancount"], default_value = "folder")]
    format: String,
    /// Day of the balances of a folder [default: today in the company's time zone]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<NaiveDate>,
}

pub fn run(stage: &Stage, args: &ExportArgs) -> Result<(), Failure> {
    if let Some(format) = JournalFormat::by_name(&args.format) {
        return journal(stage, args, format);
    }
    let session = stage.enter(&args.scope)?;
    let export = || app::audit::export(&session.app, &session.actor, session.id(), &args.to, args.as_of);
    let done = session.out.busy("exporting", export).or_fail()?;
    let folder = args.to.display().to_string();
    let document =
        json!({"to": folder, "files": done.files, "head": done.head.to_string(), "position": done.position});
    session.out.result(&document, || {
        format!(
            "{} files in {folder}\nhead {} at position {}: keep it elsewhere, it proves that nothing was cut off\n\
             check it with: python3 tests/verify.py {folder} --head {}",
            done.files, done.head, done.position, done.head
        )
    })
}

fn journal(stage: &Stage, args: &ExportArgs, format: JournalFormat) -> Result<(), Failure> {
    if args.as_of.is_some() {
        return Err(Failure::usage("--as-of is of a folder: a journal is the whole ledger"));
    }
    let session = stage.enter(&args.scope)?;
    let export = || app::audit::export_journal(&session.app, &session.actor, session.id(), &args.to, format);
    let done = session.out.busy("exporting", export).or_fail()?;
    let to = args.to.display().to_string();
    let document = json!({"to": to, "format": format.name(), "transactions": done.transactions, "accounts": done.accounts,
        "balances": done.balances, "head": done.head.to_string(), "position": done.position});
    session.out.result(&document, || {
        let check = match format {
            JournalFormat::Hledger => "hledger check --strict -f",
            JournalFormat::Beancount => "bean-check",
        };
        format!(
            "{} transactions on {} accounts in {to}, {} balances asserted, to position {}\ncheck it with: {check} {to}",
            done.transactions, done.accounts, done.balances, done.position
        )
    })
}
