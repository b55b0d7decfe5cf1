//! `zhangben replay`: the guest runs again on the input it had, and its output is compared byte for byte.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage};
use clap::Args;
use domain::ids::{InvocationId, ProposalId};
use serde_json::json;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhangben replay --invoice INV-2026-000001\n  zhangben replay --statement ST-20261130-C1001 --json\n  zhangben replay call_0190f3a1b2c37d4e8f00112233445566\n\nEnds with code 0 if the output is the same, 1 with the first difference if it is not."
)]
pub struct ReplayArgs {
    #[command(flatten)]
    scope: Scope,
    /// The call, call_…
    #[arg(conflicts_with_all = ["invoice", "statement", "proposal"])]
    invocation: Option<InvocationId>,
    /// The call that taxed this invoice or credit note, by number or id
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["statement", "proposal"])]
    invoice: Option<String>,
    /// The call that laid this statement out, by number or id
    #[arg(long, value_name = "NUMBER", conflicts_with = "proposal")]
    statement: Option<String>,
    /// The call that made this proposal, prp_…
    #[arg(long, value_name = "ID")]
    proposal: Option<ProposalId>,
}

const NOTHING: &str =
    "say what to replay: a call's id, --invoice NUMBER, --statement NUMBER or --proposal ID";

pub fn run(stage: &Stage, args: &ReplayArgs) -> Result<(), Failure> {
    let figure = args.invoice.as_ref().or(args.statement.as_ref());
    if args.invocation.is_none() && figure.is_none() && args.proposal.is_none() {
        return Err(Failure::usage(NOTHING));
    }
    let session = stage.enter(&args.scope)?;
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let call = |id| app::audit::replay(app, actor, company, id).or_fail();
    let replay = || match (args.invocation, figure, args.proposal) {
        (Some(id), _, _) => Ok((id.to_string(), call(id)?)),
        (None, Some(name), _) => {
            Ok((name.clone(), app::audit::replay_figure(app, actor, company, name).or_fail()?))
        }
        (None, None, Some(id)) => {
            let view = app::reconciliation::get(app, actor, company, id).or_fail()?;
            let made = view
                .proposal
                .invocation
                .ok_or_else(|| Failure::usage(format!("{id} was made by hand: no plugin was asked")))?;
            Ok((id.to_string(), call(made)?))
        }
        (None, None, None) => Err(Failure::usage(NOTHING)),
    };
    let (what, replayed) = session.out.busy("replaying", replay)?;
    let document = json!({
        "what": what,
        "same": replayed.same,
        "world": replayed.world.name(),
        "plugin": replayed.plugin,
        "output_digest": replayed.output_digest.to_string(),
        "first_difference": replayed.first_difference,
    });
    session.out.result(&document, || {
        let verdict = if replayed.same { "the same output" } else { "ANOTHER OUTPUT" };
        let mut text = format!(
            "{what}: {} gave {verdict} ({}, {})",
            replayed.plugin, replayed.world, replayed.output_digest
        );
        if let Some(difference) = &replayed.first_difference {
            text.push_str(&format!("\nfirst difference: {difference}"));
        }
        text
    })?;
    if replayed.same { Ok(()) } else { Err(Failure::told()) }
}
