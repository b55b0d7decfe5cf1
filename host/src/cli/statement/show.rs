//! `statement list`, `show`, `approve`, `reject`.

use super::{ListArgs, OneArgs};
use crate::cli::failure::{Failure, OrFail as _};
use crate::cli::out::{Column, table};
use crate::cli::session::Stage;
use serde_json::{Value, json};
use store::rows::{Statement, StatementClosing};

pub fn list(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let rows = app::statement::list(
        &session.app,
        &session.actor,
        session.id(),
        args.customer.as_ref(),
        args.run,
        None,
        args.limit,
    )
    .or_fail()?;
    let views: Vec<Value> = rows.iter().map(summary).collect();
    session.out.result(&json!({"statements": views}), || {
        let columns = [
            Column::Text("number"),
            Column::Figure("version"),
            Column::Text("customer"),
            Column::Text("from"),
            Column::Text("cut-off"),
            Column::Text("status"),
        ];
        let row = |s: &Statement| {
            vec![
                s.number.clone(),
                s.version.to_string(),
                s.customer.to_string(),
                s.period_start.to_string(),
                s.cut_off.to_string(),
                s.status.name().to_owned(),
            ]
        };
        table(&columns, rows.iter().map(row))
    })
}

fn summary(row: &Statement) -> Value {
    json!({
        "id": row.id.to_string(), "number": row.number, "version": row.version,
        "customer": row.customer.to_string(), "run": row.run.to_string(), "style": row.style.name(),
        "period_start": row.period_start.to_string(), "cut_off": row.cut_off.to_string(), "known_at": row.known_at,
        "digest": row.digest.to_string(), "status": row.status.name(), "fallback": row.fallback,
    })
}

pub fn show(stage: &Stage, args: &OneArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let row = app::statement::find(app, actor, company, &args.statement).or_fail()?;
    if session.out.json {
        let bytes = app::statement::sealed_bytes(app, actor, company, row.id).or_fail()?;
        return session.out.bytes(&bytes);
    }
    let (row, closings) = app::statement::get(app, actor, company, row.id).or_fail()?;
    let artefacts = app::statement::artefacts(app, actor, company, row.id).or_fail()?;
    session.out.result(&Value::Null, || {
        let mut text = vec![
            format!("{} version {} ({}), {}", row.number, row.version, row.id, row.status.name()),
            format!("{} to {}, known at position {}", row.period_start, row.cut_off, row.known_at),
            format!("sealed {}", row.digest),
            closings_table(&closings),
        ];
        for view in &artefacts {
            let pages = view.artefact.pages.map(|pages| format!(", {pages} pages")).unwrap_or_default();
            text.push(format!(
                "{} ({}, {} bytes{pages})",
                view.artefact.name, view.artefact.media_type, view.size
            ));
        }
        text.join("\n")
    })
}

fn closings_table(closings: &[StatementClosing]) -> String {
    let columns = [
        Column::Text("account"),
        Column::Text("currency"),
        Column::Figure("opening"),
        Column::Figure("closing"),
    ];
    let row = |c: &StatementClosing| {
        let (opening, closing) = (c.opening.format(c.currency), c.closing.format(c.currency));
        vec![c.account.clone(), c.currency.code().to_owned(), opening, closing]
    };
    table(&columns, closings.iter().map(row))
}

pub fn decide(stage: &Stage, args: &OneArgs, approve: bool) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let row = app::statement::find(app, actor, company, &args.statement).or_fail()?;
    let decided = if approve {
        app::statement::approve(app, actor, company, row.id)
    } else {
        app::statement::reject(app, actor, company, row.id)
    };
    decided.or_fail()?;
    session.seal()?;
    let what = if approve { "approved" } else { "rejected" };
    let document = json!({"id": row.id.to_string(), "number": row.number, "status": what});
    session.out.result(&document, || format!("{} is {what}", row.number))
}
