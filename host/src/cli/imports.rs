//! `zhangben imports`: what was brought in, and taking it back.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Stage};
use crate::http::v1::dto::import::{ImportOut, UndoneView};
use app::import::WantedImports;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::ids::ImportId;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum ImportsCommand {
    /// List imports, the oldest first
    #[command(after_help = "Example:\n  zhangben imports list --json")]
    List(ListArgs),
    /// Show an import
    #[command(after_help = "Example:\n  zhangben imports show imp_0190f3a1b2c37d4e8f00112233445566")]
    Show(OneArgs),
    /// Take a whole import back: documents are reversed, drafts deleted, items and unused customers removed
    #[command(after_help = "Examples:\n  zhangben imports undo imp_0190f3a1b2c37d4e8f00112233445566\n  \
        zhangben imports undo imp_0190f3a1b2c37d4e8f00112233445566 --later 2026-12-01\n\n\
        All records, or none; of more than 300, which go in parts, all but those in whose way something comes meanwhile. Where money was allocated to a\n\
        document, a credit note corrects it, an approved statement states it or its period is locked, the command says so, row by row, and ends with 1. With --later what is stated\n\
        or locked is reversed on that day, and stands in the statement of that month.")]
    Undo(UndoArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    scope: Scope,
}

#[derive(Debug, Args)]
pub struct OneArgs {
    #[command(flatten)]
    scope: Scope,
    /// Id of the import
    id: ImportId,
}

#[derive(Debug, Args)]
pub struct UndoArgs {
    #[command(flatten)]
    one: OneArgs,
    /// Day of the reversal of documents that an approved statement states or a lock covers; others go on their own day
    #[arg(long, value_name = "DATE")]
    later: Option<NaiveDate>,
}

/// Imports read at a time.
const PAGE: u32 = 500;

pub fn run(stage: &Stage, command: &ImportsCommand) -> Result<(), Failure> {
    match command {
        ImportsCommand::List(args) => list(stage, args),
        ImportsCommand::Show(args) => {
            let session = stage.enter(&args.scope)?;
            let view = app::import::get(&session.app, &session.actor, session.id(), args.id).or_fail()?;
            let view = ImportOut::from(view);
            session.out.result(&view, || shown(std::slice::from_ref(&view)))
        }
        ImportsCommand::Undo(UndoArgs { one: args, later }) => {
            let session = stage.enter(&args.scope)?;
            let undo = || app::import::undo(&session.app, &session.actor, session.id(), args.id, *later);
            let work = || undo().or_fail();
            let undone = session.sealing(|| session.out.busy("undoing", work))?;
            let view = UndoneView::from(undone);
            session.out.result(&view, || match later.filter(|_| view.later > 0) {
                Some(day) => format!(
                    "{}: {} records were taken back, {} of them on {day}",
                    view.id, view.records, view.later
                ),
                None => format!("{}: {} records were taken back", view.id, view.records),
            })
        }
    }
}

fn list(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let mut all: Vec<ImportOut> = Vec::new();
    let (wanted, mut after) = (WantedImports::default(), None);
    loop {
        let (app, actor, company) = (&session.app, &session.actor, session.id());
        let page = app::import::list(app, actor, company, &wanted, after, PAGE).or_fail()?;
        let Some(last) = page.last() else { break };
        after = Some(last.import.id);
        all.extend(page.into_iter().map(ImportOut::from));
    }
    session.out.result(&json!({"items": all}), || shown(&all))
}

fn shown(list: &[ImportOut]) -> String {
    let columns = [
        Column::Text("id"),
        Column::Text("kind"),
        Column::Text("mode"),
        Column::Text("status"),
        Column::Figure("made"),
        Column::Figure("already"),
        Column::Figure("refused"),
        Column::Text("file"),
        Column::Text("at"),
    ];
    let row = |one: &ImportOut| {
        vec![
            one.id.clone(),
            one.kind.clone(),
            one.mode.clone(),
            one.status.clone(),
            one.made.to_string(),
            one.already.to_string(),
            one.refused.to_string(),
            one.file_name.clone().unwrap_or_default(),
            one.created_at.clone(),
        ]
    };
    table(&columns, list.iter().map(row))
}
