//! A plugin's configuration: the schema it publishes, the host's check against it, then the guest's own.

mod bounds;
#[cfg(test)]
mod bounds_tests;
mod graph;

pub use bounds::SchemaError;

use crate::call::CallError;
use bounds::{Bounds, PATTERN_BYTES_MAX, SCHEMA_BYTES_MAX};
use domain::canonical::CanonicalError;
use domain::plugin::Problem;
use jsonschema::{PatternOptions, Validator};
use serde_json::Value;
use thiserror::Error;

/// Why a configuration may not be used with a plugin.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("the configuration does not satisfy the plugin's schema: {}", list(.0))]
    Schema(Vec<SchemaViolation>),
    #[error("the plugin refuses the configuration: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Problem>),
    #[error("the plugin could not check the configuration: {0}")]
    Call(#[from] CallError),
    #[error("the configuration has no canonical form: {0}")]
    Canonical(#[from] CanonicalError),
}

/// One violation: where (RFC 6901 pointer into the configuration; "" is the whole) and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaViolation {
    pub pointer: String,
    pub message: String,
}

fn list(violations: &[SchemaViolation]) -> String {
    let one = |v: &SchemaViolation| {
        let at = if v.pointer.is_empty() { "the top" } else { &v.pointer };
        format!("at {at}: {}", v.message)
    };
    violations.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Violations shown at once; a schema may find thousands in one document.
const VIOLATIONS_MAX: usize = 20;

/// A compiled configuration schema.
pub(crate) struct ConfigSchema {
    pub(crate) schema: Value,
    validator: Validator,
    bounds: Bounds,
}

/// One reference token of an RFC 6901 pointer.
fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl ConfigSchema {
    /// `text` must be JSON and a valid JSON Schema (2020-12) that refers to nothing outside of itself. It comes from the
    /// plugin's author and is not trusted: patterns run on an engine of linear time, and what it can ask for is counted
    /// before it is compiled ([`bounds`]).
    pub(crate) fn parse(text: &str) -> Result<Self, SchemaError> {
        if text.len() > SCHEMA_BYTES_MAX {
            return Err(SchemaError::TooLarge { bytes: text.len(), max: SCHEMA_BYTES_MAX });
        }
        let schema: Value =
            serde_json::from_str(text).map_err(|e| SchemaError::Invalid(format!("is not JSON: {e}")))?;
        if let Some(dialect) = schema.get("$schema").and_then(Value::as_str)
            && dialect.trim_end_matches('#') != "https://json-schema.org/draft/2020-12/schema"
        {
            return Err(SchemaError::Invalid(format!("$schema is {dialect}; JSON Schema 2020-12 is wanted")));
        }
        if !schema.is_object() {
            return Err(SchemaError::Invalid("is not a JSON object".to_owned()));
        }
        jsonschema::draft202012::meta::validate(&schema).map_err(|e| {
            SchemaError::Invalid(format!("is not a JSON Schema, at {}: {e}", e.instance_path()))
        })?;
        let bounds = Bounds::of(&schema)?;
        let validator = jsonschema::draft202012::options()
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES_MAX))
            .build(&schema)
            .map_err(|e| SchemaError::Invalid(format!("cannot be used: {e}")))?;
        Ok(ConfigSchema { schema, validator, bounds })
    }

    pub(crate) fn check(&self, config: &Value) -> Result<(), ConfigError> {
        self.bounds
            .allow(config)
            .map_err(|(pointer, message)| ConfigError::Schema(vec![SchemaViolation { pointer, message }]))?;
        let violations: Vec<SchemaViolation> = self
            .validator
            .iter_errors(config)
            .take(VIOLATIONS_MAX)
            .map(|e| SchemaViolation { pointer: e.instance_path().to_string(), message: e.to_string() })
            .collect();
        if violations.is_empty() { Ok(()) } else { Err(ConfigError::Schema(violations)) }
    }

    /// A configuration to try the plugin with: the schema's first example, its default, or `{}`, whichever satisfies it.
    pub(crate) fn sample(&self) -> Option<Value> {
        let example = self.schema.get("examples").and_then(|examples| examples.get(0)).cloned();
        let default = self.schema.get("default").cloned();
        let empty = Value::Object(serde_json::Map::new());
        [example, default, Some(empty)].into_iter().flatten().find(|config| self.check(config).is_ok())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_schema_must_be_one_and_stand_alone() {
        for (bad, says) in [
            ("nonsense", "is not JSON"),
            ("[]", "is not a JSON object"),
            (r#"{"type": "strng"}"#, "is not a JSON Schema, at /type"),
            (r#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#, "2020-12 is wanted"),
            (r#"{"$ref": "file:///etc/passwd"}"#, "cannot be used"),
            (r#"{"$ref": "http://127.0.0.1/schema.json"}"#, "cannot be used"),
        ] {
            let error = ConfigSchema::parse(bad).err().unwrap();
            assert!(error.to_string().contains(says), "{bad}: {error}");
        }
    }

    #[test]
    fn violations_name_the_pointer() {
        let schema = json!({"type": "object", "additionalProperties": false,
            "properties": {"rates": {"type": "array", "items": {"type": "string", "pattern": "^0\\.[0-9]+$"}}}});
        let schema = ConfigSchema::parse(&schema.to_string()).unwrap();
        schema.check(&json!({"rates": ["0.13"]})).unwrap();
        let ConfigError::Schema(violations) =
            schema.check(&json!({"rates": ["0.13", "13"], "x": 1})).unwrap_err()
        else {
            panic!("another error")
        };
        let pointers: Vec<&str> = violations.iter().map(|v| v.pointer.as_str()).collect();
        assert!(pointers.contains(&"/rates/1") && pointers.contains(&""), "{pointers:?}");
        assert_eq!(schema.sample(), Some(json!({})));
    }

    #[test]
    fn a_sample_satisfies_the_schema_or_there_is_none() {
        let required = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
        assert_eq!(ConfigSchema::parse(&required.to_string()).unwrap().sample(), None);
        let mut with_example = required;
        with_example.as_object_mut().unwrap().insert("examples".to_owned(), json!([{"a": "b"}]));
        assert_eq!(ConfigSchema::parse(&with_example.to_string()).unwrap().sample(), Some(json!({"a": "b"})));
    }
}
