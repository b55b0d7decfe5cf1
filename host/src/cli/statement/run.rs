//! `statement run`.

use super::RunArgs;
use crate::cli::failure::{Failure, OrFail as _};
use crate::cli::out::count;
use crate::cli::session::Stage;
use crate::wiring::Needs;
use app::statement::{RunStatements, Watch};
use serde_json::json;

pub fn run(stage: &Stage, args: &RunArgs) -> Result<(), Failure> {
    let session = stage.enter_with(&args.scope, Needs { font: true, ..Needs::default() })?;
    let customers = if args.customers.is_empty() { None } else { Some(args.customers.clone()) };
    let input = RunStatements { cut_off: args.cut_off, period_start: args.period_start, customers };
    let bar = session.out.progress("statements", 0);
    let progress = |done: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(done);
        Ok(())
    };
    let watch = Watch { job: None, progress: &progress };
    let result = session.sealing(|| {
        app::statement::run(&session.app, &session.actor, session.id(), &input, &watch).or_fail()
    });
    bar.finish_and_clear();
    let result = result?;
    let made = u64::try_from(result.made.len()).unwrap_or(u64::MAX);
    let failed: Vec<_> =
        result.failed.iter().map(|(customer, why)| json!({"customer": customer, "reason": why})).collect();
    let document = json!({
        "run": result.run.to_string(),
        "known_at": result.known_at,
        "made": result.made.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "failed": failed,
        "skipped": result.skipped,
        "fallbacks": result.fallbacks,
    });
    session.out.result(&document, || {
        let mut text = format!(
            "{} sealed at position {} ({}), {} skipped",
            count(made, "statement"),
            result.known_at,
            result.run,
            result.skipped
        );
        if result.fallbacks > 0 {
            text.push_str(&format!(
                "\n{} laid out by the built-in format: read them before approving",
                result.fallbacks
            ));
        }
        for (customer, why) in &result.failed {
            text.push_str(&format!("\nfailed: {customer}: {why}"));
        }
        text
    })?;
    if result.failed.is_empty() { Ok(()) } else { Err(Failure::told()) }
}
