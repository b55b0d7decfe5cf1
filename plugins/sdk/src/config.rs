//! Configurations: JSON that already satisfies the manifest's schema.

use crate::{Problem, problem};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The configuration of a plugin that has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoConfig {}

/// Parses a configuration; blank text is `{}`.
pub fn parse_config<C: DeserializeOwned>(config: &str) -> Result<C, Problem> {
    let text = if config.trim().is_empty() { "{}" } else { config };
    serde_json::from_str(text).map_err(|error| problem("bad-config", error.to_string()).at("/config").build())
}

/// `validate-config`: that it parses, then what `check` finds beyond the schema.
pub fn check_config<C: DeserializeOwned>(
    config: &str,
    check: impl FnOnce(&C) -> Vec<Problem>,
) -> Result<(), Vec<Problem>> {
    let config = parse_config(config).map_err(|problem| vec![problem])?;
    let problems = check(&config);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
