//! `zhangben verify`.

use super::failure::{Failure, OrFail as _};
use super::out::count;
use super::session::{Scope, Stage};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  zhangben verify --json\n\nEnds with code 0 if everything holds, 1 with the problems if something does not. That it ran is kept as a job that is\ndone: `zhangben health` shows it as the last."
)]
pub struct VerifyArgs {
    #[command(flatten)]
    scope: Scope,
}

pub fn run(stage: &Stage, args: &VerifyArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let verify = || app::audit::verify(&session.app, &session.actor, session.id());
    let began = session.app.clock.now();
    let found = session.out.busy("verifying", verify).or_fail()?;
    // of a copy that nothing is written to it is told all the same
    if let Err(error) = app::audit::keep(&session.app, &session.actor, session.id(), began, &found) {
        session.out.note(&format!("zhangben: health will not show this verification: {error}"));
    }
    let holds = found.problems.is_empty();
    let document = json!({
        "holds": holds,
        "company": session.company.code,
        "positions": found.positions,
        "head": found.head.to_string(),
        "entries": found.entries,
        "documents": found.documents,
        "statements": found.statements,
        "customers_tied_out": found.customers_tied_out,
        "problems": found.problems,
    });
    session.out.result(&document, || {
        let mut text = vec![
            format!("{}: {}", session.company.code, if holds { "everything holds" } else { "DOES NOT HOLD" }),
            format!("chain     {}, head {}", count(found.positions, "position"), found.head),
            format!("ledger    {} entries, {}", found.entries, count(found.documents, "document")),
            format!("accounts  {} tied out", count(found.customers_tied_out, "customer")),
            format!("sealed    {}", count(found.statements, "statement")),
        ];
        text.extend(found.problems.iter().map(|problem| format!("problem   {problem}")));
        text.join("\n")
    })?;
    if holds { Ok(()) } else { Err(Failure::told()) }
}
