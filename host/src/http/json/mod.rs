//! JSON as the API takes it: strict, and every refusal names its place by an RFC 6901 pointer.
//!
//! | refused | why |
//! |---|---|
//! | duplicate keys | readers disagree about which one counts (RFC 8259 section 4) |
//! | nesting deeper than [`DEPTH_MAX`] | the stack is ours |
//! | fractions and exponents as JSON numbers | readers disagree about their value; decimals are strings |
//! | unknown members | a misspelt `due_dat` must not be silently without effect |
//! | the character U+0000 | PostgreSQL's texts cannot hold it, and both databases shall answer alike |
//! | an array where an object is wanted | positions are no names |

mod place;
mod strict;

use place::Place;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;
use thiserror::Error;

/// Deepest nesting of arrays and objects.
pub const DEPTH_MAX: usize = 32;

/// A JSON text that is not what was wanted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{detail}", Where(.pointer))]
pub struct JsonError {
    /// Whether the text is no JSON at all (as opposed to JSON of another shape).
    pub syntax: bool,
    /// RFC 6901; the root is the empty text.
    pub pointer: String,
    /// What is wrong, and for a syntax error the line and column.
    pub detail: String,
}

impl JsonError {
    /// A value that has the right JSON type but cannot be used.
    pub fn at(pointer: impl Into<String>, detail: impl fmt::Display) -> Self {
        JsonError { syntax: false, pointer: pointer.into(), detail: detail.to_string() }
    }
    /// The same refusal inside of a member `name`.
    #[must_use]
    pub fn under(mut self, name: impl fmt::Display) -> Self {
        self.pointer = format!("/{}{}", escape(&name.to_string()), self.pointer);
        self
    }
}

struct Where<'a>(&'a str);

impl fmt::Display for Where<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "{}: ", self.0) }
    }
}

/// Parses a whole JSON text into `T`.
///
/// # Errors
/// [`JsonError`] with the pointer of the first member that is refused.
pub fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonError> {
    read(&strict::value(text)?)
}

/// Reads `T` from a JSON value, refusing with pointers.
///
/// # Errors
/// [`JsonError`] with the pointer of the first member that is refused.
pub fn read<T: DeserializeOwned>(value: &Value) -> Result<T, JsonError> {
    T::deserialize(Place::root(value)).map_err(place::Refused::into_error)
}

/// One reference token of an RFC 6901 pointer.
pub(crate) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests;
