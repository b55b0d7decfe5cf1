//! The JSON rendering of what guests get and give. It is derived from the WIT text itself, so it cannot drift
//! from the bindings: one walk over the WIT types writes ([`mod@write`]), one parses ([`parse`]), one makes the
//! JSON Schema ([`schema`]). `serde` only carries values between the generated Rust types and the walk.
//!
//! | WIT | JSON |
//! |---|---|
//! | record | object, names in snake_case; unknown members are refused with their pointer |
//! | option | absent or null when read, absent when written |
//! | list | array; absent when read = empty |
//! | `list<u8>` | lower-case hexadecimal string |
//! | variant | `{"tag": …, "val": …}`, tags in snake_case; `val` absent for a case without payload |
//! | enum | snake_case string |
//! | s64, u64 | decimal string |
//! | u8, u32, s32 | number |
//! | a table of columns | array of row objects, see [`columns`] |

pub(crate) mod columns;
pub(crate) mod messages;
mod parse;
mod rows;
pub(crate) mod schema;
#[cfg(test)]
mod tests;
mod wit;
mod write;
#[cfg(test)]
mod write_tests;

pub(crate) use wit::{Wit, export_name, wit};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Display;
use thiserror::Error;
use wit_parser::Type;

/// JSON that is not a rendering of the WIT type at that place. `pointer` is RFC 6901; "" is the whole input.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at {}: {message}", if pointer.is_empty() { "the top" } else { pointer.as_str() })]
pub struct JsonError {
    pub pointer: String,
    pub message: String,
}

impl JsonError {
    pub(crate) fn new(pointer: impl Into<String>, message: impl Display) -> Self {
        JsonError { pointer: pointer.into(), message: message.to_string() }
    }
    /// A rendering that fails is a fault of this crate, not of an input; it still must not panic.
    pub(crate) fn inner(message: impl Display) -> Self {
        JsonError::new("", format!("cannot render: {message}"))
    }
}

/// A member's pointer below `pointer`, escaped as RFC 6901 wants.
pub(crate) fn below(pointer: &str, name: impl Display) -> String {
    let name = name.to_string();
    if name.contains(['~', '/']) {
        format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
    } else {
        format!("{pointer}/{name}")
    }
}

impl Wit {
    /// Renders a generated value of the WIT type `ty`.
    pub(crate) fn to_json<T: Serialize>(&self, ty: &Type, value: &T) -> Result<Value, JsonError> {
        let mut out = Vec::new();
        self.write(ty, value, &mut out)?;
        serde_json::from_slice(&out).map_err(JsonError::inner)
    }
    /// Parses a generated value of the WIT type `ty`; `pointer` says where `json` stands in the whole input.
    pub(crate) fn of_json<T: DeserializeOwned>(
        &self,
        ty: &Type,
        json: &Value,
        pointer: &str,
    ) -> Result<T, JsonError> {
        let raw = self.parse(ty, json, pointer)?;
        serde_json::from_value(raw).map_err(|e| JsonError::new(pointer, e))
    }
}
