//! Pages of lists: `limit` (1 to 200, else 50) and `after`, an opaque cursor out of the page before.

use super::problem::Problem;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Rows of a page when nothing is said.
pub const LIMIT_DEFAULT: u32 = 50;
/// Most rows of a page.
pub const LIMIT_MAX: u32 = 200;

/// How many rows a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Default for Limit {
    fn default() -> Self {
        Limit(LIMIT_DEFAULT)
    }
}

impl Limit {
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse::<u32>() {
            Ok(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(Limit(limit)),
            _ => Err(D::Error::custom(format_args!("must be a whole number from 1 to {LIMIT_MAX}"))),
        }
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(1))
            .maximum(Some(LIMIT_MAX))
            .default(Some(LIMIT_DEFAULT.into()))
            .into()
    }
}

impl ToSchema for Limit {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Limit")
    }
}

/// A position in the company's seal chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(u64);

impl Position {
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // the database counts to i64
        match text.parse::<u64>() {
            Ok(position) if i64::try_from(position).is_ok() => Ok(Position(position)),
            _ => Err(D::Error::custom("must be a position of the seal chain, a whole number from 0")),
        }
    }
}

impl PartialSchema for Position {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)).minimum(Some(0)).into()
    }
}

impl ToSchema for Position {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Position")
    }
}

/// A parameter of the query that is not of its form.
pub fn refused(parameter: &str, why: impl Display) -> Problem {
    Problem::parameter(parameter, why)
}

/// Where the next page starts. Its inside may change: take it as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// First byte of what a cursor holds: its version.
const CURSOR_V1: u8 = 1;

impl Cursor {
    /// A cursor after the row with this key.
    pub fn after(key: impl Display) -> Self {
        Cursor(key.to_string())
    }
    /// The key of the row before the page.
    pub fn key<K: FromStr>(&self) -> Result<K, Problem> {
        self.0.parse().map_err(|_| not_ours())
    }
    fn encode(&self) -> String {
        let bytes: Vec<u8> = std::iter::once(CURSOR_V1).chain(self.0.bytes()).collect();
        hex::encode(bytes)
    }
    fn decode(text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        let (version, key) = bytes.split_first()?;
        let key = String::from_utf8(key.to_vec()).ok()?;
        (*version == CURSOR_V1).then_some(Cursor(key))
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Cursor::decode(&text)
            .ok_or_else(|| D::Error::custom("is not a cursor: take `next` of the page before"))
    }
}

impl PartialSchema for Cursor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).into()
    }
}

impl ToSchema for Cursor {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Cursor")
    }
}

/// Reads an optional key out of an optional cursor.
pub fn key<K: FromStr>(after: Option<&Cursor>) -> Result<Option<K>, Problem> {
    after.map(Cursor::key).transpose()
}

/// Reads an optional key of two parts, as [`pair_key`] writes it.
pub fn pair<A: FromStr, B: FromStr>(after: Option<&Cursor>) -> Result<Option<(A, B)>, Problem> {
    let Some(Cursor(text)) = after else { return Ok(None) };
    let parts = text.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    parts.map(Some).ok_or_else(not_ours)
}

/// The key of a list that is ordered by two columns.
pub fn pair_key(first: impl Display, second: impl Display) -> String {
    format!("{first} {second}")
}

fn not_ours() -> Problem {
    Problem::parameter("after", "is not a cursor of this list")
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Cursor of the next page; null on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page out of at most `limit` + 1 rows: the one too many says that there is a next page.
    pub fn of<R>(mut rows: Vec<R>, limit: Limit, key: impl Fn(&R) -> String, view: impl Fn(R) -> T) -> Self {
        let size = usize::try_from(limit.get()).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|row| Cursor::after(key(row)).encode());
        Page { items: rows.into_iter().map(view).collect(), next }
    }
}

/// Rows to ask for, so that [`Page::of`] sees whether there are more.
pub const fn one_more(limit: Limit) -> u32 {
    limit.get().saturating_add(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_and_nothing_else_does() {
        let cursor = Cursor::after("客户-7");
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for bad in ["", "zz", "02ff", "01ff", "客"] {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
        assert!(Cursor::after("x").key::<u64>().is_err());
        let two = Cursor::after(pair_key("2026-11-02", 9));
        assert_eq!(pair::<chrono::NaiveDate, u32>(Some(&two)).unwrap().map(|(_, n)| n), Some(9));
        assert!(pair::<u32, u32>(Some(&two)).is_err());
        assert_eq!(Cursor::after(7).key::<u64>().unwrap(), 7);
    }

    #[test]
    fn the_last_page_has_no_next() {
        let page = |rows: Vec<u32>| Page::of(rows, Limit(2), u32::to_string, |row| row);
        assert_eq!(page(vec![1, 2]).next, None);
        let more = page(vec![1, 2, 3]);
        assert_eq!(
            (more.items, more.next.as_deref().and_then(Cursor::decode)),
            (vec![1, 2], Some(Cursor::after(2)))
        );
    }
}
