//! Encodings, namespaces, and which file this is.

use crate::token::broken;
use std::borrow::Cow;
use zhangben_sdk::Problem;

/// How bytes are characters. The single-byte ones share ASCII with UTF-8, so markup is found without decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    #[default]
    Utf8,
    Latin1,
    Latin9,
    Windows1252,
}

/// 0x80 to 0x9f of windows-1252; 0 where it has no character.
const WINDOWS_1252: [u16; 32] = [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
    0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
    0x0153, 0, 0x017e, 0x0178,
];

impl Encoding {
    /// The encoding that `<?xml encoding="…"?>` names.
    pub fn of_declaration(content: &str, offset: u64) -> Result<Self, Problem> {
        let Some(name) = pseudo_attribute(content, "encoding") else { return Ok(Encoding::Utf8) };
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "us-ascii" | "ascii" => Ok(Encoding::Utf8),
            "iso-8859-1" | "latin1" => Ok(Encoding::Latin1),
            "iso-8859-15" => Ok(Encoding::Latin9),
            "windows-1252" | "cp1252" => Ok(Encoding::Windows1252),
            _ => {
                let known = "UTF-8, ISO-8859-1, ISO-8859-15 and windows-1252";
                Err(broken(
                    "unsupported-encoding",
                    format!("the encoding {name:?} is not read; {known} are"),
                    offset,
                ))
            }
        }
    }

    /// Characters of these bytes.
    pub fn decode(self, bytes: &[u8], offset: u64) -> Result<Cow<'_, str>, Problem> {
        if self == Encoding::Utf8 || bytes.is_ascii() {
            return match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Borrowed(text)),
                Err(error) => {
                    let at = offset.saturating_add(u64::try_from(error.valid_up_to()).unwrap_or(0));
                    Err(broken(
                        "broken-text",
                        "a byte that is no UTF-8; does the file declare its encoding?",
                        at,
                    ))
                }
            };
        }
        let mut text = String::with_capacity(bytes.len().saturating_mul(2));
        for (index, byte) in bytes.iter().enumerate() {
            let character = self.character(*byte).ok_or_else(|| {
                let at = offset.saturating_add(u64::try_from(index).unwrap_or(0));
                broken(
                    "broken-text",
                    format!("the byte 0x{byte:02x} is no character of the declared encoding"),
                    at,
                )
            })?;
            text.push(character);
        }
        Ok(Cow::Owned(text))
    }

    fn character(self, byte: u8) -> Option<char> {
        let code = match (self, byte) {
            (Encoding::Windows1252, 0x80..=0x9f) => {
                let place = usize::from(byte.checked_sub(0x80)?);
                u32::from(*WINDOWS_1252.get(place)?)
            }
            (Encoding::Latin9, 0xa4) => 0x20ac,
            (Encoding::Latin9, 0xa6) => 0x0160,
            (Encoding::Latin9, 0xa8) => 0x0161,
            (Encoding::Latin9, 0xb4) => 0x017d,
            (Encoding::Latin9, 0xb8) => 0x017e,
            (Encoding::Latin9, 0xbc) => 0x0152,
            (Encoding::Latin9, 0xbd) => 0x0153,
            (Encoding::Latin9, 0xbe) => 0x0178,
            _ => u32::from(byte),
        };
        char::from_u32(code).filter(|_| code != 0)
    }
}

fn pseudo_attribute<'a>(content: &'a str, name: &str) -> Option<&'a str> {
    let after = content.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after.get(1..)?.split(quote).next()
}

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:camt.";
/// Versions of camt.053 whose places this reader knows.
const VERSIONS: std::ops::RangeInclusive<u32> = 2..=13;

/// Whether a document of this namespace is read, and if not, why.
pub fn check_namespace(namespace: Option<&str>, offset: u64) -> Result<(), Problem> {
    let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) else { return Ok(()) };
    let message = namespace.strip_prefix(NAMESPACE).and_then(|rest| rest.split_once(".001."));
    match message {
        Some(("053", version)) if version.parse().is_ok_and(|version| VERSIONS.contains(&version)) => Ok(()),
        Some(("053", version)) => {
            let message = format!("camt.053 version {version} is not read; 02 to 13 are");
            Err(broken("unsupported-version", message, offset))
        }
        Some((other, _)) => {
            let what = what_is(other);
            Err(broken(
                "wrong-message",
                format!("this is camt.{other}{what}; a statement, camt.053, is wanted"),
                offset,
            ))
        }
        None => {
            let message =
                format!("the namespace {namespace:?} is not that of an ISO 20022 statement (camt.053)");
            Err(broken("wrong-message", message, offset))
        }
    }
}

fn what_is(message: &str) -> &'static str {
    match message {
        "052" => " (intraday report)",
        "054" => " (debit and credit notification)",
        _ => "",
    }
}

/// Confidence, in permille, that a file with this head is one of ours.
pub fn detect(head: &[u8]) -> Option<u32> {
    let has = |wanted: &str| head.windows(wanted.len()).any(|window| window == wanted.as_bytes());
    if has("camt.053.001.") {
        return Some(1000);
    }
    // without namespace the element's name has to do
    (has("BkToCstmrStmt") && !has("camt.052.001.") && !has("camt.054.001.")).then_some(900)
}
