//! Canonical form and digests. A digest is SHA-256 over a type tag with its version, a zero byte, then the
//! RFC 8785 bytes of the content. JSON numbers in hashed content are small integers only; money and decimals
//! are strings in normal form. Personal data enters a hash only through [`commit`]: SHA-256(salt ‖ bytes).

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Content that has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CanonicalError {
    #[error("{pointer}: the number {number} is not an integer within ±2^53; money and decimals are strings")]
    Number { pointer: String, number: String },
    #[error("cannot write canonical JSON: {0}")]
    Encode(String),
    #[error("{0:?} is not a digest of 64 hexadecimal digits")]
    NotADigest(String),
}

/// A SHA-256 digest; printed as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// What the first seal of a company follows.
    pub const ZERO: Digest = Digest([0; 32]);
    pub const fn new(bytes: [u8; 32]) -> Self {
        Digest(bytes)
    }
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Digest)
    }
    /// Of bytes as they are (files, components): no tag.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Digest(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = CanonicalError;
    fn from_str(text: &str) -> Result<Self, CanonicalError> {
        let refuse = || CanonicalError::NotADigest(text.chars().take(80).collect());
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(refuse());
        }
        let bytes: [u8; 32] = hex::decode(text).ok().and_then(|b| b.try_into().ok()).ok_or_else(refuse)?;
        Ok(Digest(bytes))
    }
}

/// RFC 8785 bytes of `content`, after a check that it holds no number that JSON readers may disagree about.
///
/// Texts and small integers look alike in RFC 8785 (3.2.2) and as `serde_json` writes them; what is left is the order of members, by
/// UTF-16 (3.2.3), which for names in ASCII is the order they are kept in. So what has only such names is written as it stands,
/// several times as fast, and the rest by the library.
pub fn bytes(content: &Value) -> Result<Vec<u8>, CanonicalError> {
    let written = if look(content).map_err(Loose::at)? {
        serde_json::to_vec(content)
    } else {
        serde_json_canonicalizer::to_vec(content)
    };
    written.map_err(|e| CanonicalError::Encode(e.to_string()))
}

/// Adds lists to the members of some content: they are moved there, where `json!` would copy each value in them.
pub fn with_lists<const N: usize>(mut content: Value, lists: [(&str, Vec<Value>); N]) -> Value {
    if let Some(members) = content.as_object_mut() {
        members.extend(lists.map(|(name, list)| (name.to_owned(), Value::Array(list))));
    }
    content
}

/// The digest of `content` under a versioned type tag, as `entry.v1`.
pub fn digest(tag: &str, content: &Value) -> Result<Digest, CanonicalError> {
    Ok(digest_bytes(tag, &bytes(content)?))
}

/// SHA-256(tag ‖ 0 ‖ canonical bytes).
pub fn digest_bytes(tag: &str, canonical: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(tag.as_bytes());
    hasher.update([0]);
    hasher.update(canonical);
    Digest(hasher.finalize().into())
}

/// A salted commitment to personal data: SHA-256(32-byte salt ‖ bytes). Without the salt it says nothing.
pub fn commit(salt: &[u8; 32], bytes: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(bytes);
    Digest(hasher.finalize().into())
}

/// A number that readers may disagree about, and the way to it, innermost first.
struct Loose {
    number: String,
    way: Vec<String>,
}

impl Loose {
    fn through(mut self, segment: String) -> Self {
        self.way.push(segment);
        self
    }
    fn at(self) -> CanonicalError {
        let pointer = self.way.iter().rev().flat_map(|segment| ["/", segment.as_str()]).collect();
        CanonicalError::Number { pointer, number: self.number }
    }
}

/// Whether all member names are ASCII and stand in order; refuses a loose number.
fn look(value: &Value) -> Result<bool, Loose> {
    match value {
        Value::Number(number) if number.as_i64().is_none_or(|n| n.unsigned_abs() > 1 << 53) => {
            Err(Loose { number: number.to_string(), way: Vec::new() })
        }
        Value::Array(items) => {
            let mut plain = true;
            for (index, item) in items.iter().enumerate() {
                plain &= look(item).map_err(|loose| loose.through(index.to_string()))?;
            }
            Ok(plain)
        }
        Value::Object(members) => {
            let mut plain = true;
            let mut last: Option<&str> = None;
            for (name, member) in members {
                plain &= name.is_ascii() && last.is_none_or(|last| last < name.as_str());
                last = Some(name);
                let segment = || name.replace('~', "~0").replace('/', "~1");
                plain &= look(member).map_err(|loose| loose.through(segment()))?;
            }
            Ok(plain)
        }
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Number(_) => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// Any content: texts of all kinds, names in ASCII and out of it.
    fn content() -> impl Strategy<Value = Value> {
        let integer = (-(1i64 << 53)..=1 << 53).prop_map(Value::from);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            integer,
            any::<String>().prop_map(Value::from)
        ];
        let name = || prop_oneof!["[ -~]{0,6}", "[a-z]{1,3}", any::<String>()];
        leaf.prop_recursive(4, 64, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::hash_map(name(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_as_it_stands_is_what_the_library_writes(content in content()) {
            prop_assert_eq!(bytes(&content).unwrap(), serde_json_canonicalizer::to_vec(&content).unwrap());
        }
    }

    #[test]
    fn canonical_bytes_sort_members_and_refuse_loose_numbers() {
        let content = json!({"b": 1, "a": ["x", {"d": null, "c": "1.5"}]});
        assert_eq!(bytes(&content).unwrap(), br#"{"a":["x",{"c":"1.5","d":null}],"b":1}"#);
        let refused = bytes(&json!({"a": [{"b/c": 1.5}]})).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "/a/0/b~1c: the number 1.5 is not an integer within ±2^53; money and decimals are strings"
        );
    }

    #[test]
    fn members_are_sorted_as_utf_16_and_texts_escaped_as_the_rfc_says() {
        // RFC 8785, 3.2.3
        let content = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
        });
        let text = String::from_utf8(bytes(&content).unwrap()).unwrap();
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]
            .map(|word| text.find(word).unwrap());
        assert!(order.is_sorted(), "{text}");
        let escaped = bytes(&json!("\u{8}\u{c}\n\r\t\"\\/\u{1f}\u{7f}")).unwrap();
        assert_eq!(escaped, b"\"\\b\\f\\n\\r\\t\\\"\\\\/\\u001f\x7f\"");
    }

    #[test]
    fn a_tag_separates_kinds_and_a_salt_hides() {
        let content = json!({"a": 1});
        assert_ne!(digest("entry.v1", &content).unwrap(), digest("entry.v2", &content).unwrap());
        assert_ne!(commit(&[0; 32], b"x"), commit(&[1; 32], b"x"));
        let d = digest("entry.v1", &content).unwrap();
        assert_eq!(d.to_string().parse::<Digest>().unwrap(), d);
        assert!("00".parse::<Digest>().is_err());
    }
}
