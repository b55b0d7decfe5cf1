//! The configuration; `{}` is all of it by default.

use serde::Deserialize;

/// JSON Schema (2020-12) of [`Config`].
pub const SCHEMA: &str = include_str!("../config.schema.json");

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub subset_items_max: u32,
    pub typing_errors: bool,
    pub on_account: bool,
    pub withholding: Vec<Withholding>,
}

/// A rate at which some customers keep tax back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withholding {
    /// A fraction of the net.
    pub rate: String,
    /// The tax in what is owed, as a fraction of the net.
    #[serde(default = "none")]
    pub included: String,
    /// Codes; everybody where there is none.
    #[serde(default)]
    pub customers: Vec<String>,
}

fn none() -> String {
    "0".to_owned()
}

impl Default for Config {
    fn default() -> Self {
        Config { subset_items_max: 4, typing_errors: true, on_account: true, withholding: Vec::new() }
    }
}
