//! `plugin check`: the admission that an upload would go through, and what came of each step.

use super::component::{admit_failure, bytes};
use crate::cli::failure::{Exit, Failure, chain};
use crate::cli::session::Stage;
use crate::wiring;
use runtime::{Admitted, ConformanceStep, StepOutcome};
use serde_json::{Value, json};

pub fn run(stage: &Stage, component: &str) -> Result<(), Failure> {
    let bytes = bytes(component)?;
    let runtime = wiring::plugin_runtime(&stage.settings)
        .map_err(|e| Failure::new(Exit::Internal, "internal", chain(&e)))?;
    let admitted = runtime.admit(&bytes).map_err(|e| admit_failure(&e))?;
    stage.out.result(&document(&admitted), || text(&admitted))
}

fn document(admitted: &Admitted) -> Value {
    json!({
        "admitted": true,
        "digest": admitted.digest.to_string(),
        "world": admitted.world.name(),
        "name": admitted.manifest.name,
        "version": admitted.manifest.version,
        "summary": admitted.manifest.summary,
        "size": admitted.size,
        "conformance": admitted.conformance.iter().map(step).collect::<Vec<Value>>(),
    })
}

fn step(step: &ConformanceStep) -> Value {
    let (outcome, detail) = outcome(&step.outcome);
    json!({"step": step.step, "outcome": outcome, "detail": detail})
}

fn outcome(outcome: &StepOutcome) -> (&'static str, Option<&str>) {
    match outcome {
        StepOutcome::Answered => ("answered", None),
        StepOutcome::Refused(why) => ("refused", Some(why)),
        StepOutcome::NotRun(why) => ("not-run", Some(why)),
    }
}

fn text(admitted: &Admitted) -> String {
    let mut text = format!(
        "{} {} ({}): {}\n{} bytes, SHA-256 {}\n",
        admitted.manifest.name,
        admitted.manifest.version,
        admitted.world,
        admitted.manifest.summary,
        admitted.size,
        admitted.digest
    );
    for step in &admitted.conformance {
        let (outcome, detail) = outcome(&step.outcome);
        let detail = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
        text.push_str(&format!("  {:<22} {outcome}{detail}\n", step.step));
    }
    text + "admitted"
}
