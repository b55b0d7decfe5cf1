//! A component as an argument names it, and what its refusals and failures mean to the shell.

use crate::cli::failure::{Exit, Failure, chain};
use crate::cli::session::file;
use crate::http::json;
use crate::wiring;
use runtime::{AdmitError, ArtifactError, CallError, ConfigError, LoadError};
use std::borrow::Cow;
use std::path::Path;

/// The bytes of a component: of a file, or of the built-in with this name.
pub fn bytes(component: &str) -> Result<Cow<'static, [u8]>, Failure> {
    let path = Path::new(component);
    if path.is_file() {
        return std::fs::read(path).map(Cow::Owned).map_err(|e| Failure::file("read", path, &e));
    }
    if let Some(builtin) = wiring::builtins().iter().find(|builtin| builtin.name == component) {
        return Ok(Cow::Borrowed(builtin.bytes));
    }
    let names: Vec<&str> = wiring::builtins().iter().map(|builtin| builtin.name).collect();
    let known = if names.is_empty() { wiring::NO_BUILTINS.to_owned() } else { names.join(", ") };
    Err(Failure::not_found(format!("{component:?} is neither a file nor a built-in plugin ({known})")))
}

/// Reads a JSON file, as strictly as the API reads a body: no member twice, no fractions as numbers.
pub fn json_file(path: &Path) -> Result<serde_json::Value, Failure> {
    let bytes = file(path)?;
    let malformed = |why: String| Failure::new(Exit::Usage, "malformed-json", why);
    serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).map_err(|e| {
        malformed(format!("not JSON: {e}")).at_line(path, u64::try_from(e.line()).unwrap_or(0))
    })?;
    json::parse(&bytes)
        .map_err(|e| malformed(format!("{}: {e}", path.display())).at_pointer(e.pointer.clone()))
}

pub fn call_failure(error: &CallError) -> Failure {
    match error {
        CallError::Refused(problem) => {
            let mut failure = Failure::refused(&problem.code, &problem.message);
            failure.body.subject = problem.subject.clone();
            failure
        }
        CallError::BadInput(json) => {
            Failure::new(Exit::Usage, error.code(), error).at_pointer(json.pointer.clone())
        }
        CallError::Unfit(_) | CallError::WrongWorld { .. } => Failure::new(Exit::Usage, error.code(), error),
        CallError::Busy { .. } => Failure::new(Exit::Busy, error.code(), error),
        _ => Failure::new(Exit::PluginFailed, error.code(), error),
    }
}

pub fn config_failure(error: &ConfigError) -> Failure {
    match error {
        ConfigError::Call(call) => call_failure(call),
        ConfigError::Refused(problems) => {
            let first = problems.first();
            let code = first.map_or("configuration-refused", |problem| problem.code.as_str());
            let mut failure = Failure::refused(code, error);
            failure.body.subject = first.and_then(|problem| problem.subject.clone());
            failure
        }
        ConfigError::Schema(violations) => {
            let pointer = violations.first().map(|violation| violation.pointer.clone()).unwrap_or_default();
            Failure::refused("configuration-schema", error).at_pointer(pointer)
        }
        ConfigError::Canonical(_) => Failure::new(Exit::Usage, "configuration", error),
    }
}

pub fn load_failure(error: &LoadError) -> Failure {
    match error {
        LoadError::Instantiate(call) | LoadError::Describe(call) => {
            Failure { exit: Exit::PluginFailed, ..call_failure(call) }
        }
        LoadError::Artifact(ArtifactError::Directory { .. }) => {
            Failure::new(Exit::Usage, "cache", chain(error))
        }
        _ => Failure::refused("component-refused", chain(error)),
    }
}

pub fn admit_failure(error: &AdmitError) -> Failure {
    match error {
        AdmitError::Load(load) => load_failure(load),
        AdmitError::Conformance { error: call, .. } => Failure::new(Exit::PluginFailed, call.code(), error),
        AdmitError::NotDeterministic { .. } => Failure::refused("not-deterministic", error),
        AdmitError::NotAccepted { .. } | AdmitError::ChunkSplit { .. } => {
            Failure::refused("answer-refused", error)
        }
        AdmitError::Refused { .. }
        | AdmitError::NoSample
        | AdmitError::TooLarge { .. }
        | AdmitError::LookupTable { .. } => Failure::refused("component-refused", error),
        AdmitError::Example(_) | AdmitError::Sample(_) => {
            Failure::new(Exit::Internal, "internal", chain(error))
        }
    }
}
