//! A loaded plugin and its calls. [`Plugin::configure`] checks a configuration once; the result makes typed calls
//! with domain types, or runs JSON ([`Configured::run`]), which is what `plugin run` and replay use. Both go through the
//! same conversations.

use crate::call::{CallError, Session};
use crate::config::{ConfigError, ConfigSchema};
use crate::engine::Engines;
use crate::json::messages::{BankInput, context_of_json};
use crate::limits::{Class, Limits};
use crate::record::{Called, Messages, Record, Recording, Reply};
use crate::worlds::{
    Bound, bank_v1, common_v1, layout_v1, matching_v1, reconciliation_v1, statement_v1, tax_v1,
};
use domain::bank::RawItem;
use domain::canonical::{self, Digest};
use domain::layout::{Layout, Requested};
use domain::plugin::{CallContext, Lookup, LookupRow, Manifest, Problem, Usage, World};
use domain::reconciliation::{Answer, Request};
use domain::statement::Model;
use domain::tax::{RawAssessment, TaxDocument};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// What every plugin needs of the host.
pub(crate) struct Host {
    pub(crate) engines: Engines,
    pub(crate) limits: Limits,
}

/// A loaded component: compiled, its world known, described. Cheap to clone.
#[derive(Clone)]
pub struct Plugin(pub(crate) Arc<Loaded>);

pub(crate) struct Loaded {
    pub(crate) host: Arc<Host>,
    pub(crate) digest: Digest,
    pub(crate) manifest: Manifest,
    pub(crate) schema: ConfigSchema,
    pub(crate) small: Bound,
    pub(crate) bulk: Bound,
    /// Digests of configurations that passed; so that a call need not check its configuration anew.
    checked: Mutex<HashSet<Digest>>,
}

/// Configurations remembered as checked, per plugin.
const CHECKED_MAX: usize = 1_024;

/// A plugin with a configuration it accepts.
#[derive(Clone)]
pub struct Configured {
    plugin: Plugin,
    config: Arc<str>,
}

/// A format a bank guest takes a file for; `confidence` in permille.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub format: String,
    pub confidence: u32,
}

/// What a bank guest read in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRead {
    pub items: Vec<RawItem>,
    pub warnings: Vec<Problem>,
}

/// Input of [`Configured::run`].
#[derive(Debug, Clone, Copy)]
pub enum RunInput<'a> {
    /// tax, statement, reconciliation: the array of messages.
    Messages(&'a Value),
    /// bank: the file and the context it is read in.
    File { file_name: &'a str, file: &'a [u8], ctx: &'a Value },
    /// bank, replayed: the stored input ([`Record::input_json`]) and the file it names.
    StoredFile { input: &'a Value, file: &'a [u8] },
}

/// What a JSON run gave.
#[derive(Debug, Clone)]
pub struct RunOutcome {
    /// Canonicalisable JSON: no floats, 64-bit integers as strings.
    pub output: Value,
    pub usage: Usage,
    /// Gives the canonical input and the digests.
    pub record: Record,
}

impl Plugin {
    pub(crate) fn new(
        host: Arc<Host>,
        digest: Digest,
        manifest: Manifest,
        schema: ConfigSchema,
        bound: (Bound, Bound),
    ) -> Self {
        let (small, bulk) = bound;
        Plugin(Arc::new(Loaded { host, digest, manifest, schema, small, bulk, checked: Mutex::default() }))
    }
    /// SHA-256 of the component.
    pub fn digest(&self) -> &Digest {
        &self.0.digest
    }
    pub fn world(&self) -> World {
        self.0.small.world()
    }
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }
    /// The manifest's JSON Schema of the configuration.
    pub fn config_schema(&self) -> &Value {
        &self.0.schema.schema
    }

    /// Checks `config` against the published schema, then by the guest's `validate-config`. What passed once is
    /// remembered by its digest.
    pub fn configure(&self, config: &Value) -> Result<Configured, ConfigError> {
        let bytes = canonical::bytes(config)?;
        let text = String::from_utf8_lossy(&bytes);
        if let Some(configured) = self.configured(&text) {
            return Ok(configured);
        }
        let (digest, configured) = (Digest::of_bytes(&bytes), self.with(&text));
        self.0.schema.check(config)?;
        let mut session = self.session(Class::Small)?;
        let instance = self.0.small.instantiate(&mut session)?;
        if let Err(problems) = instance.validate_config(&mut session, &configured.config)? {
            return Err(ConfigError::Refused(problems.into_iter().map(common_v1::problem).collect()));
        }
        let mut checked = self.0.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if checked.len() >= CHECKED_MAX {
            checked.clear();
        }
        checked.insert(digest);
        Ok(configured)
    }

    /// With a configuration, in RFC 8785 form, that [`Plugin::configure`] has found to be good; `None` if it has not seen it
    /// yet. What is bound is called again and again.
    pub fn configured(&self, config: &str) -> Option<Configured> {
        let digest = Digest::of_bytes(config.as_bytes());
        let checked = self.0.checked.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest);
        checked.then(|| self.with(config))
    }

    fn with(&self, config: &str) -> Configured {
        Configured { plugin: self.clone(), config: config.into() }
    }

    /// Bank: which formats the guest takes the file for, judged by its head and name.
    pub fn detect(&self, file_name: &str, file: &[u8]) -> Result<Vec<Detected>, CallError> {
        let Bound::Bank(pre) = self.bound(Class::Small) else { return Err(self.wrong(World::Bank)) };
        let mut session = self.session(Class::Small)?;
        let found = bank_v1::detect(&mut session, pre, file_name, file)?;
        Ok(found.into_iter().map(|c| Detected { format: c.format, confidence: c.confidence }).collect())
    }

    pub(crate) fn session(&self, class: Class) -> Result<Session<'_>, CallError> {
        Session::open(&self.0.host.engines, &self.0.host.limits, class)
    }
    pub(crate) fn bound(&self, class: Class) -> &Bound {
        match class {
            Class::Small => &self.0.small,
            Class::Bulk => &self.0.bulk,
        }
    }
    fn wrong(&self, expected: World) -> CallError {
        CallError::WrongWorld { expected, actual: self.world() }
    }
    fn limits(&self) -> &Limits {
        &self.0.host.limits
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plugin({} {} {})", self.world(), self.0.manifest.name, self.0.digest)
    }
}

impl std::fmt::Debug for Configured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Configured({:?})", self.plugin)
    }
}

impl Configured {
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }
    /// The configuration as the guest gets it: RFC 8785 JSON.
    pub fn config(&self) -> &str {
        &self.config
    }

    /// Tax: assesses `documents`; `rows` answers the lookups the guest plans (none, for most).
    pub fn assess(
        &self,
        ctx: &CallContext,
        documents: &[TaxDocument],
        rows: impl FnOnce(&[Lookup]) -> Result<Vec<LookupRow>, String>,
        recording: Recording,
    ) -> Result<Called<Vec<RawAssessment>>, CallError> {
        let documents: Vec<_> = documents.iter().map(tax_v1::document).collect();
        let second = |lookups: &[common_v1::types::Lookup]| {
            let wanted: Vec<Lookup> = lookups.iter().map(common_v1::lookup).collect();
            let rows = rows(&wanted).map_err(CallError::Lookup)?;
            let rows = rows.into_iter().map(common_v1::lookup_row).collect();
            Ok(Some(tax_v1::Assess { documents: None, rows }))
        };
        let (messages, reply, usage) = self.tax(common_v1::context(ctx), documents, second)?;
        let tax_v1::Reply::Assessments(assessments) = reply else {
            return Err(CallError::BadOutput { detail: "the conversation ended after its plan".to_owned() });
        };
        let record = keep(recording, || {
            (Messages::Tax(messages), Reply::Tax(tax_v1::Reply::Assessments(assessments.clone())))
        });
        Ok(Called { output: assessments.into_iter().map(tax_v1::assessment).collect(), usage, record })
    }

    /// Statement: lays the sealed `model` out. `seal` is its digest; `outputs` are asked for.
    pub fn lay_out(
        &self,
        ctx: &CallContext,
        model: &Model,
        seal: &Digest,
        outputs: &[Requested<'_>],
        recording: Recording,
    ) -> Result<Called<Layout>, CallError> {
        let model = statement_v1::model(model, &seal.to_string(), outputs);
        let (messages, layout, usage) = self.statement(common_v1::context(ctx), model)?;
        let record = keep(recording, || (Messages::Statement(messages), Reply::Statement(layout.clone())));
        Ok(Called { output: layout_v1::layout(layout)?, usage, record })
    }

    /// Reconciliation: all proposals for the lines of `request`, in the guest's order.
    pub fn reconcile(
        &self,
        ctx: &CallContext,
        request: &Request,
        recording: Recording,
    ) -> Result<Called<Answer>, CallError> {
        let messages = matching_v1::messages(ctx, request)?;
        let (batch, usage) = self.reconciliation(&messages)?;
        let record =
            keep(recording, || (Messages::Reconciliation(messages), Reply::Reconciliation(batch.clone())));
        Ok(Called { output: matching_v1::answer(batch), usage, record })
    }

    /// Bank: reads one file, fed in chunks of 1 MiB.
    pub fn read_file(
        &self,
        ctx: &CallContext,
        file_name: &str,
        file: &[u8],
        recording: Recording,
    ) -> Result<Called<FileRead>, CallError> {
        let begin = self.begin(common_v1::context(ctx), file_name, file)?;
        let (messages, read, usage) = self.bank(begin, file, bank_v1::CHUNK_BYTES)?;
        let record = keep(recording, || (Messages::Bank(messages), Reply::Bank(read.clone())));
        let output = FileRead {
            items: read.items.into_iter().map(bank_v1::item).collect(),
            warnings: read.warnings.into_iter().map(common_v1::warning).collect(),
        };
        Ok(Called { output, usage, record })
    }

    /// Runs the JSON rendering of a conversation; what `plugin run` prints and replay compares.
    pub fn run(&self, input: RunInput<'_>) -> Result<RunOutcome, CallError> {
        let (messages, reply, usage) = match input {
            RunInput::Messages(json) => self.run_messages(json)?,
            RunInput::File { file_name, file, ctx } => {
                let begin = self.begin(context_of_json(ctx)?, file_name, file)?;
                let (messages, read, usage) = self.bank(begin, file, bank_v1::CHUNK_BYTES)?;
                (Messages::Bank(messages), Reply::Bank(read), usage)
            }
            RunInput::StoredFile { input, file } => {
                let BankInput { begin, feed } = BankInput::of_json(input)?;
                let found = Digest::of_bytes(file).to_string();
                if let Some((wanted, _)) = feed.as_ref().filter(|(wanted, _)| *wanted != found) {
                    return Err(CallError::Unfit(format!("the file's SHA-256 is {found}, not {wanted}")));
                }
                let chunk_bytes = feed.map_or(bank_v1::CHUNK_BYTES, |(_, chunk_bytes)| chunk_bytes);
                let (messages, read, usage) = self.bank(begin, file, chunk_bytes)?;
                (Messages::Bank(messages), Reply::Bank(read), usage)
            }
        };
        let record = Record { input: messages, output: reply };
        Ok(RunOutcome { output: record.output_json()?, usage, record })
    }

    fn run_messages(&self, json: &Value) -> Result<(Messages, Reply, Usage), CallError> {
        match self.plugin.world() {
            World::Tax => {
                let tax_v1::Messages { ctx, documents, assess } = tax_v1::Messages::of_json(json)?;
                let (messages, reply, usage) = self.tax(ctx, documents, |_| Ok(assess))?;
                Ok((Messages::Tax(messages), Reply::Tax(reply), usage))
            }
            World::Statement => {
                let statement_v1::Messages { ctx, model } = statement_v1::Messages::of_json(json)?;
                let (messages, layout, usage) = self.statement(ctx, model)?;
                Ok((Messages::Statement(messages), Reply::Statement(layout), usage))
            }
            World::Reconciliation => {
                let messages = reconciliation_v1::Messages::of_json(json)?;
                let (batch, usage) = self.reconciliation(&messages)?;
                Ok((Messages::Reconciliation(messages), Reply::Reconciliation(batch), usage))
            }
            World::Bank => Err(CallError::Unfit(
                "the input of a bank plugin is the bank's file itself, not JSON".to_owned(),
            )),
        }
    }

    fn tax(
        &self,
        ctx: common_v1::types::Context,
        documents: Vec<tax_v1::types::Document>,
        second: impl FnOnce(&[common_v1::types::Lookup]) -> Result<Option<tax_v1::Assess>, CallError>,
    ) -> Result<(tax_v1::Messages, tax_v1::Reply, Usage), CallError> {
        let class = self.plugin.limits().class_of_items(tax_v1::items(&documents));
        let declared = &self.plugin.manifest().lookups;
        let Bound::Tax(pre) = self.plugin.bound(class) else { return Err(self.plugin.wrong(World::Tax)) };
        let mut session = self.plugin.session(class)?;
        let (messages, reply) =
            tax_v1::converse(&mut session, declared, pre, &self.config, ctx, documents, second)?;
        Ok((messages, reply, session.usage()))
    }

    fn statement(
        &self,
        ctx: common_v1::types::Context,
        model: statement_v1::types::Model,
    ) -> Result<(statement_v1::Messages, statement_v1::types::LaidOut, Usage), CallError> {
        let class = self.plugin.limits().class_of_items(statement_v1::items(&model));
        let Bound::Statement(pre) = self.plugin.bound(class) else {
            return Err(self.plugin.wrong(World::Statement));
        };
        let mut session = self.plugin.session(class)?;
        let (messages, layout) = statement_v1::converse(&mut session, pre, &self.config, ctx, model)?;
        Ok((messages, layout, session.usage()))
    }

    fn reconciliation(
        &self,
        messages: &reconciliation_v1::Messages,
    ) -> Result<(reconciliation_v1::types::Batch, Usage), CallError> {
        let class = self.plugin.limits().class_of_items(messages.rows());
        let Bound::Reconciliation(pre) = self.plugin.bound(class) else {
            return Err(self.plugin.wrong(World::Reconciliation));
        };
        let mut session = self.plugin.session(class)?;
        let batch = reconciliation_v1::converse(&mut session, pre, &self.config, messages)?;
        Ok((batch, session.usage()))
    }

    /// The first message for a file: with the format that another instance takes it for.
    fn begin(
        &self,
        ctx: common_v1::types::Context,
        file_name: &str,
        file: &[u8],
    ) -> Result<bank_v1::Begin, CallError> {
        let found = self.plugin.detect(file_name, file)?;
        // of equals the first
        let likeliest = found.into_iter().rev().max_by_key(|candidate| candidate.confidence);
        let format = likeliest.map(|candidate| candidate.format);
        Ok(bank_v1::Begin { ctx, file_name: file_name.to_owned(), format })
    }

    fn bank(
        &self,
        begin: bank_v1::Begin,
        file: &[u8],
        chunk_bytes: u32,
    ) -> Result<(bank_v1::Messages, bank_v1::types::Output, Usage), CallError> {
        let class = self.plugin.limits().class_of_file(file.len());
        let Bound::Bank(pre) = self.plugin.bound(class) else { return Err(self.plugin.wrong(World::Bank)) };
        let mut session = self.plugin.session(class)?;
        let (messages, read) = bank_v1::converse(&mut session, pre, &self.config, begin, file, chunk_bytes)?;
        Ok((messages, read, session.usage()))
    }
}

fn keep(recording: Recording, record: impl FnOnce() -> (Messages, Reply)) -> Option<Record> {
    (recording == Recording::Keep).then(record).map(|(input, output)| Record { input, output })
}
