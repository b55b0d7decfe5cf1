//! Rows → columns. Every refusal names the JSON pointer of its cell.

use super::columns::{Built, Kind, NO_DAY, NO_ORDINAL, Table, day_of, text_column};
use super::parse::{integer_text, kind_of, refuse_unknown};
use super::{JsonError, below};
use crate::worlds::common_v1::types::{ColumnValues, ExtraColumn};
use serde_json::{Map, Value};

/// A table from rows; `pointer` is where the array stands.
pub(crate) fn of_rows<T: Table>(json: &Value, pointer: &str) -> Result<T, JsonError> {
    let refuse = |at: &str, json: &Value, wanted: &str| {
        JsonError::new(at, format!("{wanted} is wanted, not {}", kind_of(json)))
    };
    let items = json.as_array().ok_or_else(|| refuse(pointer, json, "an array of rows"))?;
    let count = u32::try_from(items.len()).map_err(|_| JsonError::new(pointer, "too many rows"))?;
    let mut names: Vec<String> = T::COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    if T::EXTRA {
        names.push("extra".to_owned());
    }
    let mut rows = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let at = below(pointer, index);
        let row = item.as_object().ok_or_else(|| refuse(&at, item, "an object"))?;
        refuse_unknown(row, &names, &at)?;
        rows.push(row);
    }
    let mut built = Vec::with_capacity(T::COLUMNS.len());
    for (name, kind) in T::COLUMNS {
        built.push(build_column(*kind, &rows, name, pointer)?);
    }
    let extra = if T::EXTRA { extra_columns(&rows, pointer)? } else { Vec::new() };
    T::build(count, &mut built.into_iter(), extra)
}

type Row = Map<String, Value>;

fn build_column(kind: Kind, rows: &[&Row], name: &str, pointer: &str) -> Result<Built, JsonError> {
    let cells = rows.iter().enumerate().map(|(index, row)| {
        let at = below(&below(pointer, index), name);
        let value = row.get(name).filter(|value| !value.is_null());
        if value.is_none() && kind.required() {
            return Err(JsonError::new(at, "is missing; every row has it"));
        }
        Ok((value, at))
    });
    build_cells(kind, cells)
}

fn build_cells<'a>(
    kind: Kind,
    cells: impl Iterator<Item = Result<(Option<&'a Value>, String), JsonError>>,
) -> Result<Built, JsonError> {
    let mut cells = cells;
    match kind {
        Kind::Text | Kind::Name => {
            let texts: Result<Vec<&str>, JsonError> = cells.map(|cell| text_cell(cell?)).collect();
            let column =
                text_column(texts?.into_iter()).ok_or_else(|| JsonError::inner("4 GiB of text or more"))?;
            Ok(Built::Text(column))
        }
        Kind::Day => cells.map(|cell| day_cell(cell?)).collect::<Result<_, _>>().map(Built::Signed),
        Kind::Number => cells
            .map(|cell| match cell? {
                (None, _) => Ok(0),
                (Some(value), at) => value
                    .as_i64()
                    .and_then(|n| i32::try_from(n).ok())
                    .ok_or_else(|| wanted(&at, "a whole number of 32 bits", value)),
            })
            .collect::<Result<_, _>>()
            .map(Built::Signed),
        Kind::Ordinal | Kind::Owner => cells
            .map(|cell| match cell? {
                (None, _) => Ok(NO_ORDINAL),
                (Some(value), at) => value
                    .as_u64()
                    .and_then(|n| u32::try_from(n).ok())
                    .filter(|n| *n != NO_ORDINAL)
                    .ok_or_else(|| wanted(&at, "an ordinal (a whole number from 0)", value)),
            })
            .collect::<Result<_, _>>()
            .map(Built::Unsigned),
        Kind::Minor | Kind::Amount => {
            cells.map(|cell| long_cell(cell?)).collect::<Result<_, _>>().map(Built::Long)
        }
        Kind::Flag => cells
            .try_fold(Vec::new(), |mut flags, cell| {
                flags.push(match cell? {
                    (None, _) => 0,
                    (Some(value), at) => match (value.as_bool(), value.as_u64()) {
                        (Some(flag), _) => u8::from(flag),
                        (None, Some(0)) => 0,
                        (None, Some(1)) => 1,
                        _ => return Err(wanted(&at, "true or false", value)),
                    },
                });
                Ok(flags)
            })
            .map(Built::Bytes),
    }
}

fn wanted(at: &str, what: &str, value: &Value) -> JsonError {
    JsonError::new(at, format!("{what} is wanted, not {}", kind_of(value)))
}

fn text_cell((value, at): (Option<&Value>, String)) -> Result<&str, JsonError> {
    match value {
        None => Ok(""),
        Some(value) => value.as_str().ok_or_else(|| wanted(&at, "a string", value)),
    }
}

fn day_cell((value, at): (Option<&Value>, String)) -> Result<i32, JsonError> {
    let Some(value) = value else { return Ok(NO_DAY) };
    let date = value.as_str().and_then(|text| domain::time::parse_date(text).ok());
    date.map(day_of).ok_or_else(|| wanted(&at, "a date YYYY-MM-DD", value))
}

fn long_cell((value, at): (Option<&Value>, String)) -> Result<i64, JsonError> {
    let Some(value) = value else { return Ok(0) };
    let number: i64 = integer_text(value, &at)?
        .parse()
        .map_err(|_| JsonError::new(at.clone(), "a signed 64-bit integer is wanted"))?;
    // JavaScript guests see numbers; beyond 2^53 they would see another amount than the one sent.
    if number.unsigned_abs() < 1 << 53 {
        Ok(number)
    } else {
        Err(JsonError::new(at, "amounts are smaller than 2^53"))
    }
}

/// Extra columns: the union of the rows' `extra` members in the order in which they first appear.
fn extra_columns(rows: &[&Row], pointer: &str) -> Result<Vec<ExtraColumn>, JsonError> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let at = below(&below(pointer, index), "extra");
        let Some(extra) = row.get("extra").filter(|extra| !extra.is_null()) else { continue };
        let members = extra.as_object().ok_or_else(|| wanted(&at, "an object", extra))?;
        for (name, value) in members {
            let at = below(&at, name);
            let tag = value.get("tag").and_then(Value::as_str).unwrap_or_default();
            if !["integers", "days", "text"].contains(&tag) {
                return Err(JsonError::new(below(&at, "tag"), "one of integers, days, text is wanted"));
            }
            match found.iter().find(|(known, _)| known == name) {
                None => found.push((name.clone(), tag.to_owned())),
                Some((_, known)) if known == tag => {}
                Some((_, known)) => {
                    return Err(JsonError::new(
                        below(&at, "tag"),
                        format!("the column's earlier rows are {known}"),
                    ));
                }
            }
        }
    }
    found
        .into_iter()
        .map(|(name, tag)| {
            let kind = match tag.as_str() {
                "integers" => Kind::Minor,
                "days" => Kind::Day,
                _ => Kind::Text,
            };
            let cells = rows.iter().enumerate().map(|(index, row)| {
                let at = below(&below(&below(&below(pointer, index), "extra"), &name), "val");
                Ok((
                    row.get("extra").and_then(|extra| extra.get(&name)).and_then(|value| value.get("val")),
                    at,
                ))
            });
            let values = match build_cells(kind, cells)? {
                Built::Long(cells) => ColumnValues::Integers(cells),
                Built::Signed(cells) => ColumnValues::Days(cells),
                Built::Text(cells) => ColumnValues::Text(cells),
                _ => return Err(JsonError::inner("an extra column of another kind")),
            };
            Ok(ExtraColumn { name, values })
        })
        .collect()
}
