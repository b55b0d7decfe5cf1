//! The configuration; `{}` is the whole statement.

use serde::Deserialize;

/// JSON Schema (2020-12) of [`Config`].
pub const SCHEMA: &str = include_str!("../config.schema.json");

/// Which blocks there are, and the company's own words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub title: Option<String>,
    pub note: Option<String>,
    pub movements: bool,
    pub lines: bool,
    pub open_items: bool,
    pub aging: bool,
    pub tax: bool,
    pub bank_accounts: bool,
    pub confirmation: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            title: None,
            note: None,
            movements: true,
            lines: false,
            open_items: true,
            aging: true,
            tax: false,
            bank_accounts: true,
            confirmation: true,
        }
    }
}
