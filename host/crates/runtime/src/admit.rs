//! Admission, at upload and never at first call: size, kind, imports, world, instantiation, description, configuration
//! schema, a start on both engines, and a conformance run: the world's functions on the examples, twice, and on a sample
//! whose answer is checked as the use-cases check it. What is admitted may still be wrong about tax, but on ordinary input it
//! does not trap, loop, answer differently the second time, or say what the host would refuse.
//!
//! A refusal is an answer where the input may be another plugin's (law of another country, file of another bank). A format
//! or a policy has no reason to refuse the example.

use crate::call::CallError;
use crate::config::ConfigError;
use crate::host::{LoadError, Runtime};
use crate::inspect::header;
use crate::json::messages::context_json;
use crate::json::{JsonError, schema};
use crate::limits::Class;
use crate::plugin::{Configured, Plugin, RunInput, RunOutcome};
use crate::record::Recording;
use crate::sample;
use domain::canonical::{self, CanonicalError, Digest};
use domain::layout::{DOCUMENT_MEDIA_TYPE, Requested};
use domain::plugin::{LOOKUP_TABLES, Lookup, Manifest, Problem, Usage, World};
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
    #[error("the plugin fails the conformance run at {step}: its answer does not hold: {why}")]
    NotAccepted { step: &'static str, why: String },
    #[error(
        "the plugin fails the conformance run at {step}: fed in chunks of {chunk_bytes} bytes it answers otherwise than \
         in one: {why}; chunks may split anything, so keep what is not complete until the next one"
    )]
    ChunkSplit { step: &'static str, chunk_bytes: u32, why: String },
    #[error("the plugin fails the conformance run at {step}, which it has no reason to refuse: {problem}")]
    Refused { step: &'static str, problem: Problem },
    #[error(
        "the plugin's configuration schema has no sample to try it with: {{}} does not satisfy it; give it `examples` or a `default`"
    )]
    NoSample,
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
    /// What it took, of the limits.
    pub usage: Option<Usage>,
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

/// Bytes of the chunks that a sample is cut into: within every character and name, and across all of them.
const SPLIT_BYTES: [u32; 2] = [1, 7];

/// Where two answers first differ.
fn difference(at: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => a
            .iter()
            .find_map(|(name, value)| {
                difference(&format!("{at}/{name}"), value, b.get(name).unwrap_or(&Value::Null))
            })
            .or_else(|| b.keys().find(|name| !a.contains_key(*name)).map(|name| format!("{at}/{name}"))),
        (Value::Array(a), Value::Array(b)) => {
            let inside =
                a.iter().zip(b).enumerate().find_map(|(n, (a, b))| difference(&format!("{at}/{n}"), a, b));
            inside.or_else(|| (a.len() != b.len()).then(|| format!("{at}/{}", a.len().min(b.len()))))
        }
        _ => (one != other).then(|| at.to_owned()),
    }
}

fn conform(plugin: &Plugin) -> Result<Vec<ConformanceStep>, AdmitError> {
    let configured = configure(plugin)?;
    let mut run = Run { configured: &configured, steps: Vec::new() };
    run.note("configuration", StepOutcome::Answered);
    start_in_bulk(plugin)?;
    run.note("bulk engine", StepOutcome::Answered);
    match plugin.world() {
        World::Bank => run.bank()?,
        world => run.messages(world)?,
    }
    Ok(run.steps)
}

/// With the sample of the schema, which the plugin must accept.
fn configure(plugin: &Plugin) -> Result<Configured, AdmitError> {
    let sample = plugin.0.schema.sample().ok_or(AdmitError::NoSample)?;
    let step = "configuration";
    plugin.configure(&sample).map_err(|error| match error {
        ConfigError::Refused(problems) => match problems.into_iter().next() {
            Some(problem) => AdmitError::Refused { step, problem },
            None => AdmitError::NoSample,
        },
        ConfigError::Call(error) => AdmitError::Conformance { step, error },
        ConfigError::Canonical(error) => error.into(),
        ConfigError::Schema(_) => AdmitError::NoSample,
    })
}

/// Small calls were tried when it was loaded.
fn start_in_bulk(plugin: &Plugin) -> Result<(), AdmitError> {
    let failed = |error| AdmitError::Conformance { step: "bulk engine", error };
    let mut session = plugin.session(Class::Bulk).map_err(failed)?;
    let instance = plugin.bound(Class::Bulk).instantiate(&mut session).map_err(failed)?;
    instance.describe(&mut session).map(drop).map_err(failed)
}

/// The conformance run while it is made.
struct Run<'a> {
    configured: &'a Configured,
    steps: Vec<ConformanceStep>,
}

impl Run<'_> {
    fn note(&mut self, step: &'static str, outcome: StepOutcome) {
        self.steps.push(ConformanceStep { step, outcome, usage: None });
    }

    /// Examples and samples of the worlds whose input is messages.
    fn messages(&mut self, world: World) -> Result<(), AdmitError> {
        let Some(example) = schema::example(world)? else { return Ok(()) };
        let may_refuse = world == World::Tax;
        let step = "the example";
        self.twice(step, RunInput::Messages(&example), may_refuse)?;
        let nothing = empty_input(world, &example);
        self.twice("an empty input", RunInput::Messages(&nothing), true)?;
        let step = "the sample";
        let outcome = match self.sample(world) {
            Ok(Ok(())) => StepOutcome::Answered,
            Ok(Err(why)) => return Err(AdmitError::NotAccepted { step, why }),
            Err(CallError::Refused(problem)) if may_refuse => StepOutcome::Refused(problem.to_string()),
            Err(CallError::Refused(problem)) => return Err(AdmitError::Refused { step, problem }),
            Err(error) => return Err(AdmitError::Conformance { step, error }),
        };
        self.note(step, outcome);
        Ok(())
    }

    /// What the use-cases would say of the answer to the sample.
    fn sample(&self, world: World) -> Result<Result<(), String>, CallError> {
        let ctx = sample::context();
        match world {
            World::Tax => {
                let document = sample::tax_document();
                // no table of the host has rows for it: a plugin that needs some refuses
                let rows = |_: &[Lookup]| Ok(Vec::new());
                let documents = std::slice::from_ref(&document);
                let called = self.configured.assess(&ctx, documents, rows, Recording::Discard)?;
                Ok(called
                    .output
                    .iter()
                    .try_for_each(|answer| domain::tax::accept(&document, answer).map(drop))
                    .map_err(|error| error.to_string()))
            }
            World::Statement => {
                let unfit = |error: String| CallError::Unfit(error);
                let model = sample::model().map_err(|error| unfit(error.to_string()))?;
                let sealed = domain::statement::seal_content(&model);
                let seal =
                    canonical::digest("statement.v1", &sealed).map_err(|error| unfit(error.to_string()))?;
                let outputs = [Requested { name: "statement", media_type: DOCUMENT_MEDIA_TYPE }];
                let called = self.configured.lay_out(&ctx, &model, &seal, &outputs, Recording::Discard)?;
                Ok(domain::layout::accept(&sealed, &outputs, &called.output)
                    .map_err(|error| error.to_string()))
            }
            World::Reconciliation => {
                let request = sample::request();
                let called = self.configured.reconcile(&ctx, &request, Recording::Discard)?;
                let accepted = domain::reconciliation::accept(&request, &called.output);
                Ok(accepted.map(drop).map_err(|error| error.to_string()))
            }
            World::Bank => Ok(Ok(())),
        }
    }

    /// Every file of the host that the reader takes for its own, and two that are nobody's.
    fn bank(&mut self) -> Result<(), AdmitError> {
        for (step, file) in [("an empty file", b"".as_slice()), ("a file of no format", NOT_A_BANK_FILE)] {
            self.file(step, "statement.txt", file, true)?;
        }
        for file in sample::BANK_FILES {
            let step = file.format;
            let detected = self.configured.plugin().detect(file.file_name, file.bytes);
            if detected.map_err(|error| AdmitError::Conformance { step, error })?.is_empty() {
                self.note(
                    step,
                    StepOutcome::NotRun("it does not take the file for one of its own".to_owned()),
                );
            } else {
                self.file(step, file.file_name, file.bytes, false)?;
                self.split(step, file.file_name, file.bytes)?;
            }
        }
        Ok(())
    }

    fn file(
        &mut self,
        step: &'static str,
        file_name: &str,
        file: &[u8],
        may_refuse: bool,
    ) -> Result<(), AdmitError> {
        let ctx = sample::context();
        let json = context_json(&ctx)?;
        self.twice(step, RunInput::File { file_name, file, ctx: &json }, may_refuse)?;
        match self.configured.read_file(&ctx, file_name, file, Recording::Discard) {
            Ok(read) => {
                domain::bank::accept(&read.output.items, u64::try_from(file.len()).unwrap_or(u64::MAX))
                    .map(drop)
                    .map_err(|error| AdmitError::NotAccepted { step, why: error.to_string() })
            }
            // that it may was said above
            Err(CallError::Refused(_)) => Ok(()),
            Err(error) => Err(AdmitError::Conformance { step, error }),
        }
    }

    /// A small file comes in one chunk, a large one is cut anywhere: the same must come of it, byte for byte.
    fn split(&mut self, step: &'static str, file_name: &str, file: &[u8]) -> Result<(), AdmitError> {
        let failed = |error| AdmitError::Conformance { step, error };
        let ctx = context_json(&sample::context())?;
        let whole = self.configured.run(RunInput::File { file_name, file, ctx: &ctx }).map_err(failed)?;
        for chunk_bytes in SPLIT_BYTES {
            let mut input = whole.record.input_json()?;
            if let Some(stated) = input.pointer_mut("/1/feed/chunk_bytes") {
                *stated = chunk_bytes.into();
            }
            let why = match self.configured.run(RunInput::StoredFile { input: &input, file }) {
                Ok(split) => match difference("", &whole.output, &split.output) {
                    None => continue,
                    Some(pointer) => format!("the answers differ at {pointer:?}"),
                },
                Err(CallError::Refused(problem)) => format!("it refuses the file: {problem}"),
                Err(error) => return Err(failed(error)),
            };
            return Err(AdmitError::ChunkSplit { step, chunk_bytes, why });
        }
        Ok(())
    }

    fn twice(&mut self, step: &'static str, input: RunInput<'_>, may_refuse: bool) -> Result<(), AdmitError> {
        let (outcome, usage) = match twice(self.configured, step, input)? {
            Ok(usage) => (StepOutcome::Answered, Some(usage)),
            Err(problem) if may_refuse => (StepOutcome::Refused(problem.to_string()), None),
            Err(problem) => return Err(AdmitError::Refused { step, problem }),
        };
        self.steps.push(ConformanceStep { step, outcome, usage });
        Ok(())
    }
}

/// Runs the step twice: both must answer alike and use the same fuel.
fn twice(
    configured: &Configured,
    step: &'static str,
    input: RunInput<'_>,
) -> Result<Result<Usage, Problem>, AdmitError> {
    let run = || match configured.run(input) {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(CallError::Refused(problem)) => Ok(Err(problem)),
        Err(error) => Err(AdmitError::Conformance { step, error }),
    };
    match (run()?, run()?) {
        (Ok(first), Ok(second)) => {
            same(step, &first, &second)?;
            Ok(Ok(first.usage))
        }
        (Err(first), Err(second)) if first == second => Ok(Err(first)),
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
    fn the_first_difference_of_two_answers_has_a_pointer() {
        let one = json!({"items": [{"a": 1}, {"a": 2}], "warnings": []});
        assert_eq!(difference("", &one, &one.clone()), None);
        let at = |other: Value| difference("", &one, &other);
        assert_eq!(at(json!({"items": [{"a": 1}, {"a": 3}], "warnings": []})).unwrap(), "/items/1/a");
        assert_eq!(at(json!({"items": [{"a": 1}], "warnings": []})).unwrap(), "/items/1");
        assert_eq!(at(json!({"items": [{"a": 1}, {"a": 2}]})).unwrap(), "/warnings");
        assert_eq!(at(json!({"items": [{"a": 1}, {"a": 2}], "warnings": [], "x": 1})).unwrap(), "/x");
    }

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
