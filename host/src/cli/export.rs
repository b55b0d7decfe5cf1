//! `zhangben export`: the company as plain files for an independent checker.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage, date};
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  zhangben export --to ./export && python3 tests/verify.py ./export --head HASH"
)]
pub struct ExportArgs {
    #[command(flatten)]
    scope: Scope,
    /// The folder; it must be empty or missing
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Day of the balances [default: today in the company's time zone]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<NaiveDate>,
}

pub fn run(stage: &Stage, args: &ExportArgs) -> Result<(), Failure> {
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
