//! The JSON rendering of inputs and outputs, as `zhangben plugin run` reads and prints them: WIT names in
//! snake_case, an option absent or null, a list absent or empty, variants as `{"tag", "val"}`, 64-bit integers as strings, bytes as
//! lowercase hexadecimal. Used by golden cases natively; a component never sees it.

mod strict;

pub use strict::JsonError;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a value; an unknown member is refused with its RFC 6901 pointer.
pub fn of_json<T: DeserializeOwned>(json: &Value) -> Result<T, JsonError> {
    strict::of_json(json)
}

/// Renders a value; absent options are left out.
pub fn to_json<T: Serialize>(value: &T) -> Result<Value, serde_json::Error> {
    serde_json::to_value(value).map(without_nulls)
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, member)| !member.is_null())
                .map(|(name, member)| (name, without_nulls(member)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

macro_rules! as_text {
    ($name:ident, $integer:ty) => {
        /// 64-bit integers as strings: a JSON reader that knows only doubles would change them.
        pub(crate) mod $name {
            use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

            pub(crate) fn serialize<S: Serializer>(value: &$integer, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(value)
            }
            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$integer, D::Error> {
                String::deserialize(from)?.parse().map_err(D::Error::custom)
            }
        }
    };
}
as_text!(text_u64, u64);
as_text!(text_i64, i64);

/// Bytes as lowercase hexadecimal.
pub(crate) mod hex {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        let text: String = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        to.serialize_str(&text)
    }
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        let nibbles: Option<Vec<u8>> =
            text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        match nibbles {
            Some(nibbles) if nibbles.len().is_multiple_of(2) => Ok(nibbles
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble))
                .collect()),
            _ => Err(D::Error::custom("two hexadecimal digits for each byte are wanted")),
        }
    }
}
