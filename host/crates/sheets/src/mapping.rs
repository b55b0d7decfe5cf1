//! Which column is which field: a JSON file that people keep and edit. Unknown members are refused by the reader.

use crate::read::Encoding;
use crate::value::{DateFormat, Separators};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// What a mapping says; what it leaves out is found in the file or has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Of a text file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Of a text file: one of `,` `;` `tab` `|`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// Of a workbook; default: the first that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row of the headings, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u64>,
    /// Heading → field. `column:C` names a column by its letters, where headings are alike or missing.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Field → the same value for every row.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// Of dates in texts, beside YYYY-MM-DD, which is always read: as `DD.MM.YYYY`, or `serial`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// Of numbers in texts; default `.`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<String>,
    /// Of numbers in texts; default `,`, or `.` where that is not the decimal separator; `none`: there is none
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thousands: Option<String>,
    /// Field → what stands in cells → the value meant.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// What separates cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delimiter {
    #[serde(rename = ",")]
    Comma,
    #[serde(rename = ";")]
    Semicolon,
    #[serde(rename = "tab")]
    Tab,
    #[serde(rename = "|")]
    Bar,
}

impl Delimiter {
    pub const fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Bar => b'|',
        }
    }
    pub const fn of(byte: u8) -> Self {
        match byte {
            b';' => Delimiter::Semicolon,
            b'\t' => Delimiter::Tab,
            b'|' => Delimiter::Bar,
            _ => Delimiter::Comma,
        }
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A mapping that cannot be used: where in it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingError {
    /// RFC 6901.
    pub pointer: String,
    pub message: String,
}

impl MappingError {
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        MappingError { pointer: pointer.into(), message: message.into() }
    }
}

/// A member of an object by its name, in a pointer.
pub(crate) fn member(object: &str, name: &str) -> String {
    format!("/{object}/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl Mapping {
    /// Whether it says how the file is read and nothing of what stands in it: the rest is to be proposed.
    pub fn is_of_layout(&self) -> bool {
        let Mapping {
            encoding: _,
            delimiter: _,
            sheet: _,
            header_row: _,
            columns,
            constants,
            dates,
            decimal,
            thousands,
            values,
        } = self;
        columns.is_empty()
            && constants.is_empty()
            && values.is_empty()
            && dates.is_none()
            && decimal.is_none()
            && thousands.is_none()
    }

    /// The separators it names or implies.
    ///
    /// # Errors
    /// Where they contradict each other.
    pub fn separators(&self) -> Result<Separators, MappingError> {
        let one = |pointer: &str, text: &str| {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None)
                    if !c.is_ascii_alphanumeric() && !matches!(c, '-' | '+' | '%' | '(' | ')') =>
                {
                    Ok(c)
                }
                _ => Err(MappingError::at(
                    pointer,
                    format!("{text:?} is not one separator, as \".\" or \",\""),
                )),
            }
        };
        let decimal = self.decimal.as_deref().map_or(Ok('.'), |text| one("/decimal", text))?;
        let thousands = match self.thousands.as_deref() {
            None => Some(if decimal == ',' { '.' } else { ',' }),
            Some("none" | "") => None,
            Some(text) => Some(one("/thousands", text)?),
        };
        if thousands == Some(decimal) {
            return Err(MappingError::at("/thousands", "is the decimal separator too"));
        }
        Ok(Separators { decimal, thousands })
    }

    /// The date format it names.
    ///
    /// # Errors
    /// Where it is none.
    pub fn date_format(&self) -> Result<Option<DateFormat>, MappingError> {
        let parse = |name: &String| DateFormat::parse(name).map_err(|why| MappingError::at("/dates", why));
        self.dates.as_ref().map(parse).transpose()
    }
}
