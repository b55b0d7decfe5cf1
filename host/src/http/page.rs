//! Pages of lists: `limit` (1 to 200, else 50) and `after`, an opaque cursor out of the page before, bound to its list and
//! filters.

use super::problem::{Code, Problem};
use domain::canonical::Digest;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

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

/// An id in the query.
///
/// # Errors
/// `invalid-parameter` for what is none.
pub fn id<T: FromStr<Err: Display>>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    text.map(|text| text.parse().map_err(|error| Problem::parameter(name, error))).transpose()
}

/// The parameters of every list that is given in pages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// `next` of the page before, with the same filters.
    after: Option<Cursor>,
    /// Rows of the page.
    #[serde(default)]
    #[param(required = false)]
    limit: Limit,
}

/// Of a list without filters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilters {}

impl PageQuery {
    pub(super) const NAMES: [&str; 2] = ["after", "limit"];
}

/// Where the next page starts, and of which list and filters. Its inside may change: take it as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    of: Binding,
    key: String,
}

/// What a cursor belongs to: the start of a digest of list and filters, and of its own key, so that one that was cut short is none. It
/// keeps mistakes out, not attackers: whoever makes up a cursor reads nothing that the list would not show.
type Binding = [u8; 8];

fn binding(of: &str, key: &str) -> Binding {
    Digest::of_bytes(format!("{of}{} {key}", key.len()).as_bytes())
        .bytes()
        .first_chunk()
        .copied()
        .unwrap_or_default()
}

/// First byte of what a cursor holds: its version.
const CURSOR_V2: u8 = 2;

impl Cursor {
    fn encode(&self) -> String {
        let bytes: Vec<u8> = std::iter::once(CURSOR_V2).chain(self.of).chain(self.key.bytes()).collect();
        hex::encode(bytes)
    }
    fn decode(text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        let (version, rest) = bytes.split_first()?;
        let (of, key) = rest.split_first_chunk()?;
        let key = String::from_utf8(key.to_vec()).ok()?;
        (*version == CURSOR_V2).then_some(Cursor { of: *of, key })
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

/// The page of a list that a request wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    after: Option<String>,
    limit: Limit,
    /// Names list and filters.
    of: String,
}

impl Paging {
    /// `of` names list and filters.
    ///
    /// # Errors
    /// `cursor-mismatch` for a cursor of another list, or of other filters.
    pub(super) fn try_new(page: PageQuery, of: &[String]) -> Result<Self, Problem> {
        // lengths keep names and values apart
        let of: String = of.iter().map(|part| format!("{} {part}", part.len())).collect();
        match page.after {
            Some(cursor) if cursor.of != binding(&of, &cursor.key) => Err(Problem::parameter_of(
                Code::CursorMismatch,
                "after",
                "comes from another list or from other filters: keep the filters while you read on, or leave it out",
            )),
            after => Ok(Paging { after: after.map(|cursor| cursor.key), limit: page.limit, of }),
        }
    }
    /// The key of the row before the page.
    pub fn key<K: FromStr>(&self) -> Result<Option<K>, Problem> {
        self.after.as_ref().map(|key| key.parse().map_err(|_| not_ours())).transpose()
    }
    /// The key of two parts of the row before the page, as [`pair_key`] writes it.
    pub fn pair<A: FromStr, B: FromStr>(&self) -> Result<Option<(A, B)>, Problem> {
        let Some(text) = &self.after else { return Ok(None) };
        let parts = text.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        parts.map(Some).ok_or_else(not_ours)
    }
    /// Rows to ask for: the one too many says that there is a next page.
    pub const fn rows(&self) -> u32 {
        self.limit.get().saturating_add(1)
    }
    /// The page out of at most [`Paging::rows`] rows.
    pub fn page<R, T>(&self, mut rows: Vec<R>, key: impl Fn(&R) -> String, view: impl Fn(R) -> T) -> Page<T> {
        let size = usize::try_from(self.limit.get()).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let cursor = |key: String| Cursor { of: binding(&self.of, &key), key }.encode();
        let next = rows.last().filter(|_| more).map(|row| cursor(key(row)));
        Page { items: rows.into_iter().map(view).collect(), next }
    }
}

impl Paging {
    /// As [`Paging::page`], out of all rows in their order, where there are some dozens and none goes away: those that are wanted,
    /// after the one that the cursor names.
    ///
    /// # Errors
    /// `invalid-parameter` for a cursor that names none of them.
    pub fn page_of_all<R, T>(
        &self,
        rows: Vec<R>,
        wanted: impl Fn(&R) -> bool,
        key: impl Fn(&R) -> String,
        view: impl Fn(R) -> T,
    ) -> Result<Page<T>, Problem> {
        let begin = match &self.after {
            None => 0,
            Some(after) => {
                let at = rows.iter().position(|row| key(row) == *after).ok_or_else(not_ours)?;
                at.saturating_add(1)
            }
        };
        let size = usize::try_from(self.rows()).unwrap_or(usize::MAX);
        let rows = rows.into_iter().skip(begin).filter(|row| wanted(row)).take(size).collect();
        Ok(self.page(rows, key, view))
    }
    /// That no page is asked for, where all rows are answered: a file of them.
    ///
    /// # Errors
    /// `invalid-parameter`.
    pub fn whole(&self) -> Result<(), Problem> {
        let why = "is of JSON: a file has all of them";
        match (&self.after, self.limit == Limit::default()) {
            (Some(_), _) => Err(Problem::parameter("after", why)),
            (None, false) => Err(Problem::parameter("limit", why)),
            (None, true) => Ok(()),
        }
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn paging(after: Option<&str>, limit: u32, of: &[&str]) -> Result<Paging, Problem> {
        let after = after.map(|text| Cursor::decode(text).unwrap());
        let of: Vec<String> = of.iter().map(|part| (*part).to_owned()).collect();
        Paging::try_new(PageQuery { after, limit: Limit(limit) }, &of)
    }

    #[test]
    fn a_cursor_comes_back_as_it_was_and_nothing_else_does() {
        let cursor = Cursor { of: [7; 8], key: "客户-7".to_owned() };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for bad in
            ["", "zz", "02ff", "01ff", "客", "010000000000000000", "02000000000000", "020000000000000000ff"]
        {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_cursor_holds_for_its_list_and_filters_alone() {
        let of = ["/v1/invoices", "kind", "invoice"];
        let first = paging(None, 2, &of).unwrap();
        assert_eq!((first.key::<u32>().unwrap(), first.rows()), (None, 3));
        let more = first.page(vec![1u32, 2, 3], u32::to_string, |row| row);
        assert_eq!(more.items, [1, 2]);
        let next = more.next.unwrap();
        assert_eq!(paging(Some(&next), 50, &of).unwrap().key::<u32>().unwrap(), Some(2));
        for other in [
            &["/v1/receipts", "kind", "invoice"][..],
            &["/v1/invoices"],
            &["/v1/invoices", "kin", "dinvoice"],
        ] {
            let refused = paging(Some(&next), 2, other).unwrap_err();
            assert_eq!(refused.code, Code::CursorMismatch);
            assert_eq!(refused.errors.first().unwrap().parameter.as_deref(), Some("after"));
        }
        let last = paging(Some(&next), 2, &of).unwrap().page(vec![3u32, 4], u32::to_string, |row| row);
        assert_eq!(last.next, None);
        // one that was cut short names another row
        let long = first.page(vec![1u32, 20, 3], u32::to_string, |row| row).next.unwrap();
        let cut = long.get(..long.len() - 2).unwrap();
        assert_eq!(paging(Some(cut), 2, &of).unwrap_err().code, Code::CursorMismatch);
        assert_eq!(paging(Some(&long), 2, &of).unwrap().key::<u32>().unwrap(), Some(20));
    }

    #[test]
    fn a_page_out_of_all_rows_goes_on_after_its_cursor_whatever_the_filter() {
        let all = || vec![1u32, 2, 3, 4, 5];
        let of = ["/v1/bindings"];
        let odd = |row: &u32| row % 2 == 1;
        let first = paging(None, 2, &of).unwrap().page_of_all(all(), odd, u32::to_string, |row| row).unwrap();
        assert_eq!(first.items, [1, 3]);
        let next = first.next.unwrap();
        let rest = paging(Some(&next), 2, &of).unwrap();
        // the row that the cursor names has left the filter meanwhile
        let page = rest.page_of_all(all(), |row| *row == 5, u32::to_string, |row| row).unwrap();
        assert_eq!((page.items, page.next), (vec![5], None));
        let gone = paging(Some(&next), 2, &of).unwrap();
        assert!(gone.page_of_all(vec![7u32], odd, u32::to_string, |row| row).is_err());
        assert!(paging(None, LIMIT_DEFAULT, &of).unwrap().whole().is_ok());
        let refused = paging(None, 2, &of).unwrap().whole().unwrap_err();
        assert_eq!(refused.errors.first().unwrap().parameter.as_deref(), Some("limit"));
    }

    #[test]
    fn keys_of_two_parts_are_read_as_they_were_written() {
        let key = |text: &str| Paging { after: Some(text.to_owned()), limit: Limit(1), of: String::new() };
        let two = key(&pair_key("2026-11-02", 9)).pair::<chrono::NaiveDate, u32>().unwrap();
        assert_eq!(two.map(|(_, n)| n), Some(9));
        assert!(key("x").pair::<u32, u32>().is_err() && key("x").key::<u64>().is_err());
    }
}
