//! `zhangben reconcile`.

use super::failure::{Failure, OrFail as _};
use super::out::count;
use super::session::{Scope, Stage};
use clap::{Args, ValueEnum};
use serde_json::json;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhangben reconcile --as li\n  zhangben reconcile --approve exact\n  zhangben proposal list --status proposed"
)]
pub struct ReconcileArgs {
    #[command(flatten)]
    scope: Scope,
    /// Afterwards let the standing policy approve what is exact
    #[arg(long, value_name = "WHAT")]
    approve: Option<PolicyArg>,
}

/// What a standing policy may approve.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum PolicyArg {
    /// Proposals of confidence `exact` alone (actor policy:auto-exact)
    Exact,
}

pub fn run(stage: &Stage, args: &ReconcileArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let work = || {
        let proposed = app::reconciliation::propose(app, actor, company).or_fail()?;
        let approved = match args.approve {
            Some(PolicyArg::Exact) => {
                Some(app::reconciliation::approve_by_policy(app, actor, company).or_fail()?)
            }
            None => None,
        };
        Ok((proposed, approved))
    };
    let (proposed, approved) = session.out.busy("reconciling", || session.sealing(work))?;
    let total = u64::try_from(proposed.proposals.len()).unwrap_or(u64::MAX);
    let document = json!({
        "invocation": proposed.invocation.map(|id| id.to_string()),
        "proposals": total,
        "by_confidence": proposed.by_confidence,
        "unmatched": proposed.unmatched,
        "warnings": proposed.warnings.iter().map(|w| json!({"code": w.code, "message": w.message, "subject": w.subject})).collect::<Vec<_>>(),
        "approved": approved.map(|done| done.approved),
        "skipped": approved.map(|done| done.skipped),
    });
    session.out.result(&document, || {
        let of = |(confidence, number): (&String, &u64)| format!("{number} {confidence}");
        let kinds: Vec<String> = proposed.by_confidence.iter().map(of).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
        let unmatched = count(proposed.unmatched, "bank line");
        let mut text = format!("{}{kinds}; {unmatched} without a proposal", count(total, "proposal"));
        if let Some(done) = approved {
            text.push_str(&format!(
                "\n{} approved by policy, {} left to people",
                done.approved, done.skipped
            ));
        }
        for warning in &proposed.warnings {
            text.push_str(&format!("\nwarning: {warning}"));
        }
        text
    })
}
