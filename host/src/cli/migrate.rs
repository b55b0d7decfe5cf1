//! `zhangben migrate`.

use super::failure::{Exit, Failure, chain};
use super::out::{Column, table};
use super::session::{Stage, wiring_failure};
use crate::wiring::{self, Needs, Schema};
use clap::Args;
use serde_json::{Value, json};
use store::Database;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhangben migrate\n  zhangben migrate --status --json\n  zhangben --database postgres://localhost/zhangben migrate"
)]
pub struct MigrateArgs {
    /// Only say which migrations have run
    #[arg(long, conflicts_with = "down")]
    status: bool,
    /// Undo the latest migration, with the data of its tables
    #[arg(long, requires = "yes")]
    down: bool,
    /// Do it: with --down, data are lost
    #[arg(long)]
    yes: bool,
}

pub fn run(stage: &Stage, args: &MigrateArgs) -> Result<(), Failure> {
    if args.status {
        let db = wiring::open_database(&stage.settings, false).map_err(|e| wiring_failure(&e))?;
        return report(stage, &db);
    }
    if args.down {
        let db = wiring::open_database(&stage.settings, false).map_err(|e| wiring_failure(&e))?;
        store::migrate::down(&db).map_err(|e| Failure::new(Exit::Database, "migration", chain(&e)))?;
        return report(stage, &db);
    }
    let open = || stage.open(Needs { schema: Schema::Migrate, font: false });
    let app = stage.out.busy("migrating", open)?;
    if app.builtins.is_empty() {
        stage.out.note(wiring::NO_BUILTINS);
    }
    report(stage, &app.db)
}

fn report(stage: &Stage, db: &Database) -> Result<(), Failure> {
    let status =
        store::migrate::status(db).map_err(|e| Failure::new(Exit::Database, "migration", chain(&e)))?;
    let rows: Vec<Value> = status.iter().map(|m| json!({"name": m.name, "applied": m.applied})).collect();
    let database = stage.settings.database.to_string();
    stage.out.result(&json!({"database": database, "kind": db.kind().name(), "migrations": rows}), || {
        let columns = [Column::Text("migration"), Column::Text("state")];
        let state = |applied: bool| if applied { "has run" } else { "is pending" }.to_owned();
        let table = table(&columns, status.iter().map(|m| vec![m.name.clone(), state(m.applied)]));
        format!("{database}\n{table}")
    })
}
