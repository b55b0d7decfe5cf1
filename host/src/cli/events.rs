//! `zhangben events`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Stage};
use clap::Args;
use serde_json::{Value, json};

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  zhangben events --after 120 --limit 50 --json")]
pub struct EventsArgs {
    #[command(flatten)]
    scope: Scope,
    /// After this position of the seal chain
    #[arg(long, default_value_t = 0, value_name = "POSITION")]
    after: u64,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

pub fn run(stage: &Stage, args: &EventsArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let events =
        app::audit::events(&session.app, &session.actor, session.id(), args.after, args.limit).or_fail()?;
    let views: Vec<Value> = events
        .iter()
        .map(|e| {
            json!({
                "position": e.position, "id": e.id.to_string(), "kind": e.kind, "subject": e.subject,
                "actor": e.actor, "at": e.at.to_string(), "data": e.data,
            })
        })
        .collect();
    session.out.result(&json!({"events": views}), || {
        let columns = [
            Column::Figure("position"),
            Column::Text("at"),
            Column::Text("kind"),
            Column::Text("subject"),
            Column::Text("actor"),
        ];
        let rows = events.iter().map(|e| {
            vec![e.position.to_string(), e.at.to_string(), e.kind.clone(), e.subject.clone(), e.actor.clone()]
        });
        table(&columns, rows)
    })
}
