//! Tables of columns as rows. A row is an object with the columns' snake_case names; what the WIT calls "none"
//! (text "", day -2147483648, ordinal 4294967295) is absent, and so is an optional amount of zero. Extra columns
//! stand in the row's `extra` object as `{"tag", "val"}`. Columns are hashed as little-endian arrays, never as rows.

use super::JsonError;
use crate::worlds::common_v1::types::{ColumnValues, ExtraColumn, TextColumn};
use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// The day that stands for "none".
pub(crate) const NO_DAY: i32 = i32::MIN;
/// The ordinal that stands for "none".
pub(crate) const NO_ORDINAL: u32 = u32::MAX;

/// How the cells of a column are written in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text; "" is absent.
    Text,
    /// Text that every row has.
    Name,
    /// Days since 1970-01-01 as an ISO date.
    Day,
    /// A number every row has.
    Number,
    /// A u32 ordinal.
    Ordinal,
    /// A u32 ordinal that every row has.
    Owner,
    /// Minor units as a string; 0 is absent.
    Minor,
    /// Minor units as a string, in every row.
    Amount,
    /// 0 or 1 as false or true; false when absent.
    Flag,
}

impl Kind {
    pub(crate) const fn required(self) -> bool {
        matches!(self, Kind::Name | Kind::Number | Kind::Owner | Kind::Amount)
    }
    fn schema(self) -> Value {
        match self {
            Kind::Text | Kind::Name => json!({"type": "string"}),
            Kind::Day => json!({"type": ["string", "null"], "format": "date"}),
            Kind::Number => json!({"type": "integer"}),
            Kind::Ordinal => json!({"type": ["integer", "null"], "minimum": 0, "maximum": NO_ORDINAL - 1}),
            Kind::Owner => json!({"type": "integer", "minimum": 0, "maximum": NO_ORDINAL - 1}),
            Kind::Minor | Kind::Amount => {
                json!({"type": "string", "pattern": "^(0|-?[1-9][0-9]*)$", "description": "minor units"})
            }
            Kind::Flag => json!({"type": "boolean"}),
        }
    }
}

/// A column as it lies in a table.
pub(crate) enum Cells<'a> {
    Text(&'a TextColumn),
    Signed(&'a [i32]),
    Unsigned(&'a [u32]),
    Long(&'a [i64]),
    Bytes(&'a [u8]),
}

/// A column being built from rows.
pub(crate) enum Built {
    Text(TextColumn),
    Signed(Vec<i32>),
    Unsigned(Vec<u32>),
    Long(Vec<i64>),
    Bytes(Vec<u8>),
}

macro_rules! from_built {
    ($($variant:ident => $ty:ty),*) => {$(
        impl TryFrom<Built> for $ty {
            type Error = JsonError;
            fn try_from(built: Built) -> Result<Self, JsonError> {
                match built {
                    Built::$variant(cells) => Ok(cells),
                    _ => Err(JsonError::inner("a column of another kind than its table says")),
                }
            }
        }
    )*};
}
from_built!(Text => TextColumn, Signed => Vec<i32>, Unsigned => Vec<u32>, Long => Vec<i64>, Bytes => Vec<u8>);

impl<'a> From<&'a TextColumn> for Cells<'a> {
    fn from(column: &'a TextColumn) -> Self {
        Cells::Text(column)
    }
}
impl<'a> From<&'a Vec<i32>> for Cells<'a> {
    fn from(column: &'a Vec<i32>) -> Self {
        Cells::Signed(column)
    }
}
impl<'a> From<&'a Vec<u32>> for Cells<'a> {
    fn from(column: &'a Vec<u32>) -> Self {
        Cells::Unsigned(column)
    }
}
impl<'a> From<&'a Vec<i64>> for Cells<'a> {
    fn from(column: &'a Vec<i64>) -> Self {
        Cells::Long(column)
    }
}
impl<'a> From<&'a Vec<u8>> for Cells<'a> {
    fn from(column: &'a Vec<u8>) -> Self {
        Cells::Bytes(column)
    }
}

/// A WIT record of columns. [`table!`](crate::json::columns::table) writes it from the list of its columns.
pub(crate) trait Table: Sized {
    /// (WIT name in snake_case, kind), in WIT order, without `count` and `extra`.
    const COLUMNS: &'static [(&'static str, Kind)];
    /// Whether the record has `extra` columns.
    const EXTRA: bool;
    fn count(&self) -> u32;
    fn cells(&self) -> Vec<Cells<'_>>;
    fn extra(&self) -> &[ExtraColumn];
    /// From columns in the order of [`Table::COLUMNS`].
    fn build(
        count: u32,
        columns: &mut dyn Iterator<Item = Built>,
        extra: Vec<ExtraColumn>,
    ) -> Result<Self, JsonError>;
}

/// Implements [`Table`] for a generated record of columns.
macro_rules! table {
    ($ty:ty { $($field:ident: $kind:ident),* $(,)? } $($extra:ident)?) => {
        impl $crate::json::columns::Table for $ty {
            const COLUMNS: &'static [(&'static str, $crate::json::columns::Kind)] =
                &[$((stringify!($field), $crate::json::columns::Kind::$kind)),*];
            const EXTRA: bool = $crate::json::columns::table!(@flag $($extra)?);
            fn count(&self) -> u32 {
                self.count
            }
            fn cells(&self) -> Vec<$crate::json::columns::Cells<'_>> {
                vec![$($crate::json::columns::Cells::from(&self.$field)),*]
            }
            fn extra(&self) -> &[$crate::worlds::common_v1::types::ExtraColumn] {
                $crate::json::columns::table!(@extra self $($extra)?)
            }
            fn build(
                count: u32,
                columns: &mut dyn Iterator<Item = $crate::json::columns::Built>,
                extra: Vec<$crate::worlds::common_v1::types::ExtraColumn>,
            ) -> Result<Self, $crate::json::JsonError> {
                let _ = &extra;
                Ok(Self {
                    count,
                    $($field: columns
                        .next()
                        .ok_or_else(|| $crate::json::JsonError::inner("too few columns"))?
                        .try_into()?,)*
                    $($extra: extra,)?
                })
            }
        }
    };
    (@flag) => { false };
    (@flag $extra:ident) => { true };
    (@extra $self:ident) => { { let _ = $self; &[] } };
    (@extra $self:ident $extra:ident) => { &$self.$extra };
}
pub(crate) use table;

/// The text of row `row`; "" when the guest or caller gave no such row.
pub(crate) fn text_at(column: &TextColumn, row: usize) -> &str {
    let from = column.offsets.get(row).map_or(0, |&o| o as usize);
    let to = column.offsets.get(row + 1).map_or(from, |&o| o as usize);
    column.bytes.get(from..to).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
}

/// A text column of `texts`. `None` if they hold 4 GiB or more.
pub(crate) fn text_column<'a>(texts: impl Iterator<Item = &'a str>) -> Option<TextColumn> {
    let mut bytes = Vec::new();
    let mut offsets = vec![0];
    for text in texts {
        bytes.extend_from_slice(text.as_bytes());
        offsets.push(u32::try_from(bytes.len()).ok()?);
    }
    Some(TextColumn { offsets, bytes })
}

fn epoch() -> NaiveDate {
    NaiveDate::default()
}

/// Days since 1970-01-01.
pub(crate) fn day_of(date: NaiveDate) -> i32 {
    i32::try_from(date.signed_duration_since(epoch()).num_days()).unwrap_or(NO_DAY)
}

/// The date of a day, if the calendar reaches it.
pub(crate) fn date_of(day: i32) -> Option<NaiveDate> {
    let days = Days::new(u64::from(day.unsigned_abs()));
    if day < 0 { epoch().checked_sub_days(days) } else { epoch().checked_add_days(days) }
}

/// The table as rows.
pub(crate) fn to_rows<T: Table>(table: &T) -> Result<Value, JsonError> {
    let cells = table.cells();
    let rows: Result<Vec<Value>, JsonError> =
        (0..table.count() as usize).map(|row| to_row(table, &cells, row).map(Value::Object)).collect();
    Ok(Value::Array(rows?))
}

fn to_row<T: Table>(table: &T, cells: &[Cells<'_>], row: usize) -> Result<Map<String, Value>, JsonError> {
    let mut out = Map::new();
    for ((name, kind), column) in T::COLUMNS.iter().zip(cells) {
        if let Some(value) = cell(*kind, column, row)? {
            out.insert((*name).to_owned(), value);
        }
    }
    let mut extra = Map::new();
    for column in table.extra() {
        let value = match &column.values {
            ColumnValues::Integers(cells) => cell(Kind::Amount, &cells.into(), row)?.map(|v| ("integers", v)),
            ColumnValues::Days(cells) => cell(Kind::Day, &cells.into(), row)?.map(|v| ("days", v)),
            ColumnValues::Text(cells) => cell(Kind::Text, &cells.into(), row)?.map(|v| ("text", v)),
        };
        if let Some((tag, val)) = value {
            extra.insert(column.name.clone(), json!({"tag": tag, "val": val}));
        }
    }
    if !extra.is_empty() {
        out.insert("extra".to_owned(), Value::Object(extra));
    }
    Ok(out)
}

fn cell(kind: Kind, column: &Cells<'_>, row: usize) -> Result<Option<Value>, JsonError> {
    let short = || JsonError::inner(format!("a column without row {row}"));
    Ok(match column {
        Cells::Text(column) => {
            let text = text_at(column, row);
            (kind == Kind::Name || !text.is_empty()).then(|| Value::from(text))
        }
        Cells::Signed(cells) => {
            let value = *cells.get(row).ok_or_else(short)?;
            match kind {
                Kind::Day if value == NO_DAY => None,
                Kind::Day => {
                    let date =
                        date_of(value).ok_or_else(|| JsonError::inner(format!("day {value} has no date")))?;
                    Some(Value::from(date.format("%Y-%m-%d").to_string()))
                }
                _ => Some(Value::from(value)),
            }
        }
        Cells::Unsigned(cells) => {
            let value = *cells.get(row).ok_or_else(short)?;
            (value != NO_ORDINAL).then(|| Value::from(value))
        }
        Cells::Long(cells) => {
            let value = *cells.get(row).ok_or_else(short)?;
            (kind == Kind::Amount || value != 0).then(|| Value::from(value.to_string()))
        }
        Cells::Bytes(cells) => {
            let value = *cells.get(row).ok_or_else(short)?;
            (value != 0).then_some(Value::Bool(true))
        }
    })
}

/// Feeds the table to a digest: name, length in bytes (u64, little-endian) and little-endian cells of each column.
pub(crate) fn hash_table<T: Table>(hasher: &mut Sha256, table: &T) {
    hasher.update(table.count().to_le_bytes());
    for ((name, _), column) in T::COLUMNS.iter().zip(table.cells()) {
        hash_column(hasher, name, &column);
    }
    for column in table.extra() {
        let cells = match &column.values {
            ColumnValues::Integers(cells) => Cells::Long(cells),
            ColumnValues::Days(cells) => Cells::Signed(cells),
            ColumnValues::Text(cells) => Cells::Text(cells),
        };
        hash_column(hasher, &format!("extra/{}", column.name), &cells);
    }
}

fn hash_column(hasher: &mut Sha256, name: &str, column: &Cells<'_>) {
    let frame = |hasher: &mut Sha256, bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    frame(hasher, name.as_bytes());
    match column {
        Cells::Text(column) => {
            frame(hasher, &little_endian(&column.offsets, |n| n.to_le_bytes()));
            frame(hasher, &column.bytes);
        }
        Cells::Signed(cells) => frame(hasher, &little_endian(cells, |n| n.to_le_bytes())),
        Cells::Unsigned(cells) => frame(hasher, &little_endian(cells, |n| n.to_le_bytes())),
        Cells::Long(cells) => frame(hasher, &little_endian(cells, |n| n.to_le_bytes())),
        Cells::Bytes(cells) => frame(hasher, cells),
    }
}

fn little_endian<T: Copy, const N: usize>(cells: &[T], bytes: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    cells.iter().flat_map(|cell| bytes(*cell)).collect()
}

/// JSON Schema of one row of the table.
pub(crate) fn row_schema<T: Table>() -> Value {
    let mut properties: Map<String, Value> =
        T::COLUMNS.iter().map(|(name, kind)| ((*name).to_owned(), kind.schema())).collect();
    if T::EXTRA {
        let value = json!({"type": "object", "required": ["tag", "val"], "additionalProperties": false,
            "properties": {"tag": {"enum": ["integers", "days", "text"]}, "val": {"type": "string"}}});
        properties.insert("extra".to_owned(), json!({"type": "object", "additionalProperties": value}));
    }
    let required: Vec<&str> =
        T::COLUMNS.iter().filter(|(_, kind)| kind.required()).map(|(name, _)| *name).collect();
    json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required})
}
