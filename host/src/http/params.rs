//! Parameters of the query: read strictly, each once, none unknown.

use super::json::{self, JsonError};
use super::limits::PARAMETER_CHARS_MAX;
use super::problem::{Code, Problem};
use actix_web::web::Query;
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Names and values, percent-decoded, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// # Errors
    /// `invalid-parameter` for a query that is not of the form, a name that stands twice, a value that names nothing.
    pub fn read_from(query: &str) -> Result<Self, Problem> {
        // what is not would be read with signs in its place that nobody sent
        if percent_decode_str(query).decode_utf8().is_err() {
            return Err(Problem::new(Code::InvalidParameter, "the query is not UTF-8"));
        }
        let pairs = Query::<Vec<(String, String)>>::from_query(query).map_err(|_| {
            Problem::new(Code::InvalidParameter, "the query is not of the form name=value&name=value")
        })?;
        let mut params = BTreeMap::new();
        for (name, value) in pairs.into_inner() {
            check(&name, &value)?;
            if params.insert(name.clone(), value).is_some() {
                return Err(Problem::parameter(&name, "stands twice"));
            }
        }
        Ok(Params(params))
    }
    /// Takes those of these names out.
    #[must_use]
    pub fn take(&mut self, names: &[&str]) -> Params {
        Params(names.iter().filter_map(|name| self.0.remove_entry(*name)).collect())
    }
    /// Adds one that the path says.
    ///
    /// # Errors
    /// `invalid-parameter` where the query says it, too.
    pub fn put(&mut self, name: &str, value: String) -> Result<(), Problem> {
        match self.0.insert(name.to_owned(), value) {
            Some(_) => Err(Problem::parameter(name, "stands twice")),
            None => Ok(()),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
    /// # Errors
    /// `invalid-parameter` naming the first that is unknown, missing or not of its form.
    pub fn read<Q: DeserializeOwned>(&self) -> Result<Q, Problem> {
        let members: Map<String, Value> =
            self.0.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
        json::read(&Value::Object(members)).map_err(|JsonError { pointer, detail, .. }| {
            Problem::parameter(pointer.trim_start_matches('/'), detail)
        })
    }
}

/// Values of parameters name things: none is long, and none holds what the two databases would take differently.
///
/// # Errors
/// `invalid-parameter`.
pub fn check(name: &str, value: &str) -> Result<(), Problem> {
    if value.chars().count() > PARAMETER_CHARS_MAX {
        return Err(Problem::parameter(
            name,
            format_args!("is longer than {PARAMETER_CHARS_MAX} characters"),
        ));
    }
    if value.chars().any(char::is_control) {
        return Err(Problem::parameter(name, "holds a control character"));
    }
    Ok(())
}

/// `true` or `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "true" => Ok(Flag(true)),
            "false" => Ok(Flag(false)),
            _ => Err(D::Error::custom("must be true or false")),
        }
    }
}

impl PartialSchema for Flag {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::Type(Type::Boolean)).into()
    }
}

impl ToSchema for Flag {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Flag")
    }
}

/// A whole number of at most `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UpTo<const MAX: u32>(pub u32);

impl<'de, const MAX: u32> Deserialize<'de> for UpTo<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.parse::<u32>() {
            Ok(number) if number <= MAX => Ok(UpTo(number)),
            _ => Err(D::Error::custom(format_args!("must be a whole number from 0 to {MAX}"))),
        }
    }
}

/// The media types that are accepted, without their parameters: by weight, then as they stand (RFC 9110 section 12.5.1).
pub fn accepted(header: &str) -> Vec<String> {
    let mut all: Vec<(u32, String)> = Vec::new();
    for one in header.split(',') {
        let mut parts = one.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        all.push((weight.map_or(1000, permille), media));
    }
    all.retain(|(weight, _)| *weight > 0);
    all.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    all.into_iter().map(|(_, media)| media).collect()
}

/// `0.25` is 250; what is no weight is 0.
fn permille(weight: &str) -> u32 {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let thousandths: Option<u32> = format!("{part:0<3}").parse().ok().filter(|_| part.len() <= 3);
    match (whole, thousandths) {
        ("0", Some(part)) => part,
        ("1", Some(0)) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::http::page::Limit;

    #[test]
    fn what_is_accepted_is_ordered_by_its_weight() {
        for (header, wanted) in [
            ("text/csv", &["text/csv"][..]),
            ("text/csv;q=0.1, application/json", &["application/json", "text/csv"]),
            ("application/json;q=0.5, TEXT/CSV; header=present", &["text/csv", "application/json"]),
            ("a/b;q=0, c/d;q=0.001, e/f;q=1.000", &["e/f", "c/d"]),
            ("a/b;q=2, c/d;q=x, e/f;q=0.0001", &[]),
        ] {
            assert_eq!(accepted(header), wanted, "{header}");
        }
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[serde(default)]
        limit: Limit,
        customer: Option<String>,
        open: Option<Flag>,
    }

    fn query<Q: DeserializeOwned>(text: &str) -> Result<Q, Problem> {
        Params::read_from(text)?.read()
    }

    #[test]
    fn a_query_is_read_strictly() {
        let good: Wanted = query("limit=7&customer=%E7%94%B2&open=true").unwrap();
        assert_eq!(
            (good.limit.get(), good.customer.as_deref(), good.open),
            (7, Some("甲"), Some(Flag(true)))
        );
        assert_eq!(query::<Wanted>("").unwrap().limit.get(), 50);
        for (text, parameter) in [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limits=1", "limits"),
            ("customer=a&customer=b", "customer"),
            ("customer=a%00", "customer"),
            ("open=1", "open"),
        ] {
            let refused = query::<Wanted>(text).unwrap_err();
            assert_eq!(refused.code, Code::InvalidParameter, "{text}");
            assert_eq!(
                refused.errors.first().and_then(|e| e.parameter.as_deref()),
                Some(parameter),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_taken_out_is_gone() {
        let mut params = Params::read_from("b=2&dry_run=true&a=1").unwrap();
        let taken = params.take(&["dry_run", "c"]);
        assert_eq!(taken.iter().collect::<Vec<_>>(), [("dry_run", "true")]);
        assert_eq!(params.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "2")]);
    }
}
