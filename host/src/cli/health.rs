//! `zhangben health`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Stage};
use crate::http::v1::dto::health::HealthView;
use crate::wiring::Needs;
use app::health::{Health, State};
use clap::Args;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  zhangben health --json\n\nEnds with code 0 unless something is broken, then with 1. What a serving process has in memory, and since when it\nruns, it says itself: GET /v1/health."
)]
pub struct HealthArgs {
    #[command(flatten)]
    scope: Scope,
}

pub fn run(stage: &Stage, args: &HealthArgs) -> Result<(), Failure> {
    let session = stage.enter_with(&args.scope, Needs { font: true, ..Needs::default() })?;
    let found = app::health::look(&session.app, &session.actor, session.id()).or_fail()?;
    let broken = found.state() == State::Broken;
    let rows = found
        .states()
        .map(|(part, state)| vec![part.to_owned(), state.name().to_owned(), told(&found, part)]);
    session.out.result(&HealthView::from(found), || {
        table(&[Column::Text("part"), Column::Text("state"), Column::Text("found")], rows)
    })?;
    if broken { Err(Failure::told()) } else { Ok(()) }
}

/// What was found of a part, in a line.
fn told(found: &Health, part: &str) -> String {
    let since = |age: Option<u64>| age.map_or_else(String::new, |age| format!(", the oldest for {age} s"));
    let text = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    match part {
        "database" => {
            let database = &found.database;
            let schema = text(database.schema.clone());
            format!("{}, {} MiB, {schema}, {} pending", database.kind, database.bytes >> 20, database.pending)
        }
        "disk" => match found.disk.room {
            Some(room) => format!("{} MiB of {} MiB free", room.free >> 20, room.all >> 20),
            None => "the system does not say".to_owned(),
        },
        "sealing" => {
            let sealing = &found.sealing;
            format!("{} waiting{}, {} sealed", sealing.waiting, since(sealing.oldest_s), sealing.position)
        }
        "jobs" => {
            let jobs = &found.jobs;
            let waits = since(jobs.queued_oldest_s);
            format!(
                "{} queued{waits}, {} running, {} failed in a week",
                jobs.queued, jobs.running, jobs.failed
            )
        }
        "plugins" => {
            let plugins = &found.plugins;
            let missing =
                plugins.missing.iter().map(|world| format!(", none for {world}")).collect::<String>();
            format!("{} bound, {} to be compiled{missing}", plugins.bound, plugins.uncompiled)
        }
        "verification" => {
            let last = &found.verification;
            let holds = match last.holds {
                Some(true) => "holds",
                Some(false) => "does not hold",
                None => "not known",
            };
            format!("{holds}, at {}", text(last.at.map(|at| at.to_string())))
        }
        "checkpoint" => {
            let kept = &found.checkpoint;
            format!("of {}, {} positions since", text(kept.as_of.map(|day| day.to_string())), kept.behind)
        }
        "clock" => format!("{}, {} s behind the last event", found.at, found.clock.behind_s),
        _ => text(found.font.family.clone()),
    }
}
