//! What `describe` says.

use crate::problem::text_attr;
use crate::{Attr, LookupTable, Manifest};

/// Starts a manifest. `name` is the plugin's own, kebab-case; `version` is semantic; `summary` one sentence.
pub fn manifest(name: &str, version: &str, summary: &str) -> ManifestBuilder {
    ManifestBuilder(Manifest {
        name: name.to_owned(),
        version: version.to_owned(),
        summary: summary.to_owned(),
        config_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
        lookups: Vec::new(),
        ext: Vec::new(),
    })
}

/// Collects what a [`Manifest`] says.
#[derive(Debug, Clone)]
#[must_use = "finish with build()"]
pub struct ManifestBuilder(Manifest);

impl ManifestBuilder {
    /// A JSON Schema (2020-12) of the configuration. Without it, only an empty configuration is allowed.
    pub fn config_schema(mut self, schema: &str) -> Self {
        self.0.config_schema = schema.to_owned();
        self
    }
    /// A lookup table the plugin may ask rows of, and the columns of its key.
    pub fn lookup(mut self, name: &str, key_columns: &[&str]) -> Self {
        let key_columns = key_columns.iter().map(|column| (*column).to_owned()).collect();
        self.0.lookups.push(LookupTable { name: name.to_owned(), key_columns, ext: Vec::new() });
        self
    }
    pub fn ext_text(mut self, name: &str, value: &str) -> Self {
        self.0.ext.push(text_attr(name, value));
        self
    }
    pub fn ext(mut self, attr: Attr) -> Self {
        self.0.ext.push(attr);
        self
    }
    pub fn build(self) -> Manifest {
        self.0
    }
}
