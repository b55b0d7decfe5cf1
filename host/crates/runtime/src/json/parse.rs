//! JSON rendering → generated value (through serde), along the WIT type. Every refusal names the JSON pointer.

use super::wit::{Wit, json_name, rust_field, rust_variant};
use super::{JsonError, below};
use serde_json::{Map, Value};
use wit_parser::{Record, Type, TypeDefKind, Variant};

impl Wit {
    pub(super) fn parse(&self, ty: &Type, json: &Value, pointer: &str) -> Result<Value, JsonError> {
        let refuse =
            |wanted: &str| Err(JsonError::new(pointer, format!("{wanted} is wanted, not {}", kind_of(json))));
        match ty {
            Type::Bool if json.is_boolean() => Ok(json.clone()),
            Type::Bool => refuse("true or false"),
            Type::String if json.is_string() => Ok(json.clone()),
            Type::String => refuse("a string"),
            Type::U8 => self.number(json, pointer, 0, i64::from(u8::MAX)),
            Type::U32 => self.number(json, pointer, 0, i64::from(u32::MAX)),
            Type::S32 => self.number(json, pointer, i64::from(i32::MIN), i64::from(i32::MAX)),
            Type::U64 => {
                let value = integer_text(json, pointer)?.parse::<u64>();
                value
                    .map(Value::from)
                    .map_err(|_| JsonError::new(pointer, "an unsigned 64-bit integer is wanted"))
            }
            Type::S64 => {
                let value = integer_text(json, pointer)?.parse::<i64>();
                value
                    .map(Value::from)
                    .map_err(|_| JsonError::new(pointer, "a signed 64-bit integer is wanted"))
            }
            Type::Id(id) => {
                let definition = self
                    .resolve
                    .types
                    .get(*id)
                    .ok_or_else(|| JsonError::inner("a type that the WIT does not define"))?;
                self.parse_definition(&definition.kind, json, pointer)
            }
            other => Err(JsonError::inner(format!("{other:?} has no JSON rendering"))),
        }
    }

    fn parse_definition(&self, kind: &TypeDefKind, json: &Value, pointer: &str) -> Result<Value, JsonError> {
        let refuse =
            |wanted: &str| Err(JsonError::new(pointer, format!("{wanted} is wanted, not {}", kind_of(json))));
        match kind {
            TypeDefKind::Type(alias) => self.parse(alias, json, pointer),
            TypeDefKind::Option(_) if json.is_null() => Ok(Value::Null),
            TypeDefKind::Option(inner) => self.parse(inner, json, pointer),
            TypeDefKind::List(Type::U8) => match json.as_str().map(hex::decode) {
                Some(Ok(bytes)) => Ok(Value::from(bytes)),
                _ => refuse("a string of hexadecimal digits (two for each byte)"),
            },
            TypeDefKind::List(element) => {
                let Value::Array(items) = json else { return refuse("an array") };
                let items: Result<Vec<Value>, JsonError> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.parse(element, item, &below(pointer, index)))
                    .collect();
                Ok(Value::Array(items?))
            }
            TypeDefKind::Record(record) => {
                let Value::Object(members) = json else { return refuse("an object") };
                self.parse_record(record, members, pointer)
            }
            TypeDefKind::Variant(variant) => {
                let Value::Object(members) = json else { return refuse("an object {\"tag\", \"val\"}") };
                self.parse_variant(variant, members, pointer)
            }
            TypeDefKind::Enum(cases) => {
                let found = json
                    .as_str()
                    .and_then(|name| cases.cases.iter().find(|case| json_name(&case.name) == name));
                match found {
                    Some(case) => Ok(Value::String(rust_variant(&case.name))),
                    None => {
                        let names: Vec<String> =
                            cases.cases.iter().map(|case| json_name(&case.name)).collect();
                        refuse(&format!("one of {}", names.join(", ")))
                    }
                }
            }
            other => Err(JsonError::inner(format!("{} has no JSON rendering", other.as_str()))),
        }
    }

    fn parse_record(
        &self,
        record: &Record,
        members: &Map<String, Value>,
        pointer: &str,
    ) -> Result<Value, JsonError> {
        let names: Vec<String> = record.fields.iter().map(|field| json_name(&field.name)).collect();
        refuse_unknown(members, &names, pointer)?;
        let mut out = Map::new();
        for (field, name) in record.fields.iter().zip(&names) {
            let value = match members.get(name) {
                None | Some(Value::Null) => self.absent(&field.ty).ok_or_else(|| {
                    JsonError::new(below(pointer, name), "is missing; it is neither optional nor a list")
                })?,
                Some(member) => self.parse(&field.ty, member, &below(pointer, name))?,
            };
            out.insert(rust_field(&field.name), value);
        }
        Ok(Value::Object(out))
    }

    fn parse_variant(
        &self,
        variant: &Variant,
        members: &Map<String, Value>,
        pointer: &str,
    ) -> Result<Value, JsonError> {
        refuse_unknown(members, &["tag".to_owned(), "val".to_owned()], pointer)?;
        let tag = members.get("tag").and_then(Value::as_str);
        let case = tag.and_then(|tag| variant.cases.iter().find(|case| json_name(&case.name) == tag));
        let Some(case) = case else {
            let names: Vec<String> = variant.cases.iter().map(|case| json_name(&case.name)).collect();
            return Err(JsonError::new(
                below(pointer, "tag"),
                format!("one of {} is wanted", names.join(", ")),
            ));
        };
        let val = members.get("val").filter(|val| !val.is_null());
        let at = below(pointer, "val");
        match (&case.ty, val) {
            (None, None) => Ok(Value::String(rust_variant(&case.name))),
            (None, Some(_)) => Err(JsonError::new(at, format!("{} carries no value", json_name(&case.name)))),
            (Some(_), None) => {
                Err(JsonError::new(at, format!("is missing; {} carries a value", json_name(&case.name))))
            }
            (Some(ty), Some(val)) => {
                let mut out = Map::new();
                out.insert(rust_variant(&case.name), self.parse(ty, val, &at)?);
                Ok(Value::Object(out))
            }
        }
    }

    /// What an absent member stands for: none for an option, empty for a list.
    pub(super) fn absent(&self, ty: &Type) -> Option<Value> {
        let Type::Id(id) = ty else { return None };
        match &self.resolve.types.get(*id)?.kind {
            TypeDefKind::Type(alias) => self.absent(alias),
            TypeDefKind::Option(_) => Some(Value::Null),
            TypeDefKind::List(_) => Some(Value::Array(Vec::new())),
            _ => None,
        }
    }

    fn number(&self, json: &Value, pointer: &str, min: i64, max: i64) -> Result<Value, JsonError> {
        match json.as_i64() {
            Some(n) if (min..=max).contains(&n) => Ok(json.clone()),
            _ => Err(JsonError::new(
                pointer,
                format!("a whole number from {min} to {max} is wanted, not {}", kind_of(json)),
            )),
        }
    }
}

/// Refuses members that are not in `names`: a misspelt option would otherwise be silently absent.
pub(super) fn refuse_unknown(
    members: &Map<String, Value>,
    names: &[String],
    pointer: &str,
) -> Result<(), JsonError> {
    match members.keys().find(|key| !names.contains(key)) {
        None => Ok(()),
        Some(key) => {
            let known = names.join(", ");
            Err(JsonError::new(below(pointer, key), format!("is not known here; known are: {known}")))
        }
    }
}

/// The digits of a 64-bit integer in normal form: no sign `+`, no leading zero, no blank.
pub(super) fn integer_text<'a>(json: &'a Value, pointer: &str) -> Result<&'a str, JsonError> {
    let text = json.as_str().ok_or_else(|| {
        JsonError::new(pointer, format!("a 64-bit integer as a string is wanted, not {}", kind_of(json)))
    })?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let normal = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
        && text != "-0";
    if normal {
        Ok(text)
    } else {
        Err(JsonError::new(pointer, "a 64-bit integer as a string of digits is wanted"))
    }
}

/// How a refusal names what it found.
pub(super) fn kind_of(json: &Value) -> String {
    match json {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the string {:?}", text.chars().take(40).collect::<String>()),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
