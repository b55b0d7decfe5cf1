//! Plugins as the domain sees them: worlds, manifests, what a call used, the context it gets.

use crate::canonical::Digest;
use crate::ids::InvocationId;
use chrono::NaiveDate;
use money::Currency;
use serde_json::{Value, json};
use std::fmt;

/// The four extension points, one WIT world each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum World {
    Tax,
    Statement,
    Reconciliation,
    Bank,
}

impl World {
    pub const ALL: [World; 4] = [World::Tax, World::Statement, World::Reconciliation, World::Bank];
    pub const fn name(self) -> &'static str {
        match self {
            World::Tax => "tax",
            World::Statement => "statement",
            World::Reconciliation => "reconciliation",
            World::Bank => "bank",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        World::ALL.into_iter().find(|w| w.name() == name)
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a call is made for. Shadow and replay results never post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    Live,
    Preview,
    Shadow,
    Replay,
}

/// The context every work function gets. `company` is the company's code, not its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallContext {
    pub company: String,
    pub jurisdiction: String,
    pub purpose: Purpose,
    pub effective_date: NaiveDate,
    /// Position in the company's seal chain.
    pub known_at: u64,
    /// BCP 47, as `zh-CN`.
    pub locale: String,
    pub base_currency: Currency,
}

/// What `describe` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub name: String,
    pub version: String,
    pub summary: String,
    /// JSON Schema (2020-12) of the configuration.
    pub config_schema: String,
    pub lookups: Vec<LookupTable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupTable {
    pub name: String,
    pub key_columns: Vec<String>,
}

/// The host's lookup tables with their key columns; a manifest that names others is not admitted.
pub const LOOKUP_TABLES: [(&str, &[&str]); 1] = [("fx-rates", &["source", "target", "date"])];

/// A row of a lookup table that a guest asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    pub table: String,
    pub key: Vec<String>,
}

/// A value of a lookup row, with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupValue {
    Text(String),
    Number(rust_decimal::Decimal),
    Date(NaiveDate),
}

/// The answer to a [`Lookup`]; values by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupRow {
    pub table: String,
    pub key: Vec<String>,
    pub values: Vec<(String, LookupValue)>,
}

/// The call behind computed figures, as sealed content names it: whoever exchanges plugin, configuration, input or output
/// afterwards changes what the chain seals. Input and output stand as salted digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computed {
    pub invocation: InvocationId,
    pub plugin: Digest,
    pub config: Digest,
    pub input: Digest,
    pub output: Digest,
}

impl Computed {
    pub fn content(&self) -> Value {
        json!({
            "invocation": self.invocation.to_string(),
            "plugin": self.plugin.to_string(),
            "config_digest": self.config.to_string(),
            "input_digest": self.input.to_string(),
            "output_digest": self.output.to_string(),
        })
    }
}

/// What a call used. Recorded with the invocation; part of no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub fuel: u64,
    pub memory_peak_bytes: u64,
    pub time_us: u64,
}

/// A guest's refusal: data, not a trap. `subject` is a path into the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: String,
    pub message: String,
    pub subject: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Some(subject) => write!(f, "{} at {subject}: {}", self.code, self.message),
            None => write!(f, "{}: {}", self.code, self.message),
        }
    }
}

/// Why a figure is as it is; `citation` names the clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub subject: String,
    pub rule: String,
    pub citation: Option<String>,
    pub text_key: String,
    pub args: Vec<(String, String)>,
}
