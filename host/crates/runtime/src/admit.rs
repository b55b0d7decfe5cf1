//! Admission, at upload and never at first call: size, kind, imports, world, instantiation, description, configuration
//! schema, and a conformance run of the world's functions. What is admitted may still be wrong about tax, but it does not trap,
//! loop or answer differently the second time on ordinary input.

use crate::call::CallError;
use crate::host::{LoadError, Runtime};
use crate::inspect::header;
use crate::json::{JsonError, schema};
use crate::plugin::{Configured, Plugin, RunInput, RunOutcome};
use domain::canonical::{CanonicalError, Digest};
use domain::plugin::{LOOKUP_TABLES, Manifest, World};
use serde_json::{Value, json};
use thiserror::Error;

/// Why a component is not admitted.
#[derive(Debug, Error)]
pub enum AdmitError {
    #[error("the component has {bytes} bytes; at most {component_bytes_max} are allowed")]
    TooLarge { bytes: usize, component_bytes_max: usize },
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(
        "the plugin's manifest wants the lookup table {table}, which the host does not have; it has {known}"
    )]
    LookupTable { table: String, known: String },
    #[error("the plugin fails the conformance run at {step}: {error}")]
    Conformance { step: &'static str, error: CallError },
    #[error(
        "the plugin fails the conformance run at {step}: the same input gave another {what} the second time"
    )]
    NotDeterministic { step: &'static str, what: &'static str },
    #[error("the conformance run could not be made: {0}")]
    Example(#[from] JsonError),
    #[error("the plugin's sample configuration has no canonical form: {0}")]
    Sample(#[from] CanonicalError),
}

/// One step of the conformance run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConformanceStep {
    pub step: &'static str,
    pub outcome: StepOutcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    /// It answered.
    Answered,
    /// It refused, which is an answer: code and message.
    Refused(String),
    /// It was not asked, and why.
    NotRun(String),
}

/// An admitted component.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// SHA-256 of the component.
    pub digest: Digest,
    pub world: World,
    pub manifest: Manifest,
    /// Bytes of the component.
    pub size: usize,
    pub conformance: Vec<ConformanceStep>,
    pub plugin: Plugin,
}

impl Runtime {
    /// Admits a component: everything [`Runtime::load`] checks, and the conformance run.
    pub fn admit(&self, component: &[u8]) -> Result<Admitted, AdmitError> {
        let component_bytes_max = self.limits().component_bytes_max;
        if component.len() > component_bytes_max {
            return Err(AdmitError::TooLarge { bytes: component.len(), component_bytes_max });
        }
        header(component).map_err(LoadError::from)?;
        let plugin = self.open(component)?;
        check_lookups(plugin.manifest())?;
        let conformance = conform(&plugin)?;
        Ok(Admitted {
            digest: *plugin.digest(),
            world: plugin.world(),
            manifest: plugin.manifest().clone(),
            size: component.len(),
            conformance,
            plugin,
        })
    }
}

/// A table that the host lacks would fail every document later.
fn check_lookups(manifest: &Manifest) -> Result<(), AdmitError> {
    let shown = |name: &str, key: &[&str]| format!("{name} ({})", key.join(", "));
    for table in &manifest.lookups {
        let key: Vec<&str> = table.key_columns.iter().map(String::as_str).collect();
        if !LOOKUP_TABLES.iter().any(|(name, columns)| table.name == *name && key == *columns) {
            let known: Vec<String> = LOOKUP_TABLES.iter().map(|(name, key)| shown(name, key)).collect();
            return Err(AdmitError::LookupTable { table: shown(&table.name, &key), known: known.join("; ") });
        }
    }
    Ok(())
}

/// A file that is no bank file in any format; a reader may refuse it, not fall over it.
const NOT_A_BANK_FILE: &[u8] = b"\xff\xfe<not a bank file>\0\n";

fn conform(plugin: &Plugin) -> Result<Vec<ConformanceStep>, AdmitError> {
    let mut steps = Vec::new();
    let mut note = |step, outcome| steps.push(ConformanceStep { step, outcome });
    let Some(sample) = plugin.0.schema.sample() else {
        let why = "the schema has no example and {} does not satisfy it".to_owned();
        note("configuration", StepOutcome::NotRun(why));
        return Ok(steps);
    };
    let configured = match plugin.configure(&sample) {
        Ok(configured) => configured,
        Err(crate::ConfigError::Refused(problems)) => {
            let text = problems.first().map(ToString::to_string).unwrap_or_default();
            note("configuration", StepOutcome::Refused(text));
            return Ok(steps);
        }
        Err(crate::ConfigError::Call(error)) => {
            return Err(AdmitError::Conformance { step: "configuration", error });
        }
        Err(crate::ConfigError::Canonical(error)) => return Err(error.into()),
        Err(crate::ConfigError::Schema(_)) => {
            note("configuration", StepOutcome::NotRun("no sample satisfies the schema".to_owned()));
            return Ok(steps);
        }
    };
    note("configuration", StepOutcome::Answered);
    if plugin.world() == World::Bank {
        let ctx = example_context()?;
        for (step, file) in [("an empty file", b"".as_slice()), ("a file of no format", NOT_A_BANK_FILE)] {
            plugin.detect("statement.txt", file).map_err(|error| AdmitError::Conformance { step, error })?;
            note(
                step,
                twice(&configured, step, RunInput::File { file_name: "statement.txt", file, ctx: &ctx })?,
            );
        }
        return Ok(steps);
    }
    let Some(example) = schema::example(plugin.world())? else { return Ok(steps) };
    note("the example", twice(&configured, "the example", RunInput::Messages(&example))?);
    let nothing = empty_input(plugin.world(), &example);
    note("an empty input", twice(&configured, "an empty input", RunInput::Messages(&nothing))?);
    Ok(steps)
}

/// Runs the step twice: both must answer alike and use the same fuel.
fn twice(
    configured: &Configured,
    step: &'static str,
    input: RunInput<'_>,
) -> Result<StepOutcome, AdmitError> {
    let run = || match configured.run(input) {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(CallError::Refused(problem)) => Ok(Err(problem)),
        Err(error) => Err(AdmitError::Conformance { step, error }),
    };
    match (run()?, run()?) {
        (Ok(first), Ok(second)) => {
            same(step, &first, &second)?;
            Ok(StepOutcome::Answered)
        }
        (Err(first), Err(second)) if first == second => Ok(StepOutcome::Refused(first.to_string())),
        _ => Err(AdmitError::NotDeterministic { step, what: "refusal" }),
    }
}

fn same(step: &'static str, first: &RunOutcome, second: &RunOutcome) -> Result<(), AdmitError> {
    if first.output != second.output {
        return Err(AdmitError::NotDeterministic { step, what: "output" });
    }
    if first.usage.fuel != second.usage.fuel {
        return Err(AdmitError::NotDeterministic { step, what: "fuel" });
    }
    Ok(())
}

/// The context of the tax example serves every world.
fn example_context() -> Result<Value, JsonError> {
    let example = schema::example(World::Tax)?.unwrap_or_default();
    Ok(example.pointer("/0/plan/ctx").cloned().unwrap_or_default())
}

/// The example without its documents, sections or rows.
fn empty_input(world: World, example: &Value) -> Value {
    let mut input = example.clone();
    let mut empty = |pointer: &str| {
        if let Some(value) = input.pointer_mut(pointer) {
            *value = json!([]);
        }
    };
    match world {
        World::Tax => {
            empty("/0/plan/documents");
            empty("/1/assess/documents");
            empty("/1/assess/rows");
        }
        World::Statement => empty("/0/lay_out/model/sections"),
        World::Reconciliation => {
            let last = example.as_array().map_or(0, Vec::len).saturating_sub(1);
            for message in 1..last {
                empty(&format!("/{message}/load_items/items"));
            }
            empty(&format!("/{last}/propose/lines"));
            empty(&format!("/{last}/propose/remittances"));
        }
        World::Bank => {}
    }
    input
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::plugin::LookupTable;

    #[test]
    fn a_manifest_names_tables_of_the_host_by_their_keys() {
        let wants = |name: &str, key: &[&str]| {
            let key_columns = key.iter().map(|column| (*column).to_owned()).collect();
            check_lookups(&Manifest {
                name: "p".to_owned(),
                version: "1".to_owned(),
                summary: String::new(),
                config_schema: "{}".to_owned(),
                lookups: vec![LookupTable { name: name.to_owned(), key_columns }],
            })
        };
        assert!(wants("fx-rates", &["source", "target", "date"]).is_ok());
        let unknown = wants("tariffs", &["code"]).unwrap_err().to_string();
        assert!(
            unknown.contains("tariffs (code)") && unknown.contains("fx-rates (source, target, date)"),
            "{unknown}"
        );
        assert!(wants("fx-rates", &["source", "target"]).is_err());
        assert!(wants("fx-rates", &["target", "source", "date"]).is_err());
    }
}
