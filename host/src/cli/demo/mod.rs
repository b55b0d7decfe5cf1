//! `zhangben demo`: the sample month, end to end, by the same use-cases as every other door.
//!
//! | step | who |
//! |---|---|
//! | a fresh database, a company, four users with passwords, a token, plugins bound | operator |
//! | rates, bank accounts, customers, invoices, bank files | clerk; accounts administrator and reviewer |
//! | reconcile; approve what is exact | clerk; policy auto-exact |
//! | approve what is strong or weak; what is ambiguous stays | reviewer |
//! | state the month; approve the statements | clerk; reviewer |
//! | verify, tie out, replay | reviewer |

mod bank;
mod load;
mod month;
mod place;
mod report;
mod sample;
mod sums;
mod text;
mod tie_out;

pub use load::load_sample;

use super::failure::{Exit, Failure};
use super::serve::{self, Lock};
use super::session::Stage;
use crate::wiring::{self, Needs, Schema};
use clap::Args;
use std::path::Path;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhangben demo\n  zhangben demo --exit --json > month.json\n  zhangben demo --database postgres://localhost/zhangben_demo\n\nThe sample is of October and November 2026; before December 2026 the demo's clock is set to the first of it.\nA database that a demo made is made anew; any other that holds something is refused."
)]
pub struct DemoArgs {
    /// End after the month instead of serving the API
    #[arg(long)]
    exit: bool,
    /// Address and port to serve on [default: 127.0.0.1:8787]
    #[arg(long, value_name = "ADDRESS", conflicts_with = "exit")]
    pub bind: Option<String>,
    /// Password of all of its people, for tests [default: a random one each]
    #[arg(long, value_name = "PASSWORD")]
    password: Option<String>,
}

pub fn run(stage: &Stage, args: &DemoArgs) -> Result<(), Failure> {
    if wiring::builtins().is_empty() {
        return Err(Failure::usage(wiring::NO_BUILTINS));
    }
    let internal = || Failure::new(Exit::Internal, "internal", "the sample's dates do not exist");
    let stage = stage.not_before(sample::morning_after().ok_or_else(internal)?);
    make_folder(&stage.settings.data)?;
    let lock = serve::lock(&stage.settings, Lock::Exclusive)?;
    place::clear(&stage)?;
    let app = stage.open(Needs { schema: Schema::Migrate, font: true })?;
    let mut report = month::run(&stage, &app, args.password.as_deref())?;
    drop(lock);
    if args.exit {
        stage.out.result(&report, || text::text(&report))?;
    } else {
        let _lock = serve::lock(&stage.settings, Lock::Shared)?;
        serve::serve(&stage, app, |url| {
            report.address = Some(url.to_owned());
            stage.out.result(&report, || text::text(&report))
        })?;
    }
    if report.holds() { Ok(()) } else { Err(Failure::told()) }
}

fn make_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|e| Failure::file("make", path, &e))
}
