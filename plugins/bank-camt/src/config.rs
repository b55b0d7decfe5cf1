//! The configuration.

use serde::Deserialize;

/// JSON Schema (2020-12) of [`Config`].
pub const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "bank-camt",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "entry_mebibytes_max": {
      "title": "Largest entry (MiB)",
      "description": "The largest entry that is read: a batch of some ten thousand transactions has a few MiB.",
      "x-zh": {"title": "单笔分录上限（MiB）", "description": "可读取的最大分录：一万笔交易的批次约几 MiB。"},
      "type": "integer", "minimum": 1, "maximum": 64, "default": 16
    }
  }
}"#;

/// All of it has defaults.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub entry_mebibytes_max: u32,
}

impl Default for Config {
    fn default() -> Self {
        Config { entry_mebibytes_max: 16 }
    }
}

impl Config {
    pub(crate) fn entry_bytes_max(&self) -> usize {
        usize::try_from(self.entry_mebibytes_max).unwrap_or(usize::MAX).saturating_mul(1 << 20)
    }
}
