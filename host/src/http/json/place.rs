//! A [`Value`] that deserializes itself and, when a member is refused, says which: the pointer is put together
//! while the error travels up.

use super::{JsonError, escape};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};
use std::fmt;

#[derive(Clone, Copy)]
pub(super) struct Place<'a>(&'a Value);

impl<'a> Place<'a> {
    pub(super) const fn root(value: &'a Value) -> Self {
        Place(value)
    }
    /// Values do not always come from a text that was parsed strictly: cells of a sheet, parameters of a URL.
    fn fit(self, text: &'a str) -> Result<&'a str, Refused> {
        if text.contains('\0') {
            return Err(Refused::custom("holds the character U+0000, which no text does"));
        }
        Ok(text)
    }
    fn unexpected(self, wanted: &dyn de::Expected) -> Refused {
        let found = match self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(value) => value.as_i64().map_or(Unexpected::Other("a number"), Unexpected::Signed),
            Value::String(value) => Unexpected::Str(value),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Refused::invalid_type(found, wanted)
    }
}

/// A refusal on its way up: tokens innermost first.
#[derive(Debug)]
pub(super) struct Refused {
    tokens: Vec<String>,
    detail: String,
}

impl Refused {
    fn under(mut self, token: impl ToString) -> Self {
        self.tokens.push(token.to_string());
        self
    }
    pub(super) fn into_error(self) -> JsonError {
        let pointer = self.tokens.iter().rev().map(|token| format!("/{}", escape(token))).collect();
        JsonError { syntax: false, pointer, detail: self.detail }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Refused {}

impl Error for Refused {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Refused { tokens: Vec::new(), detail: message.to_string() }
    }
    fn missing_field(field: &'static str) -> Self {
        Refused::custom("is required").under(field)
    }
    fn invalid_type(found: Unexpected<'_>, wanted: &dyn de::Expected) -> Self {
        let found = match found {
            Unexpected::Unit => "null".to_owned(),
            Unexpected::Bool(value) => value.to_string(),
            Unexpected::Unsigned(value) => format!("the number {value}"),
            Unexpected::Signed(value) => format!("the number {value}"),
            Unexpected::Str(_) => "a string".to_owned(),
            Unexpected::Seq => "an array".to_owned(),
            Unexpected::Map => "an object".to_owned(),
            other => other.to_string(),
        };
        let wanted = match wanted.to_string().as_str() {
            "u8" | "u16" | "u32" | "u64" => "a whole number from 0".to_owned(),
            "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
            other => other.to_owned(),
        };
        Refused::custom(format_args!("must be {wanted}, not {found}"))
    }
    fn invalid_value(found: Unexpected<'_>, wanted: &dyn de::Expected) -> Self {
        Refused::custom(format_args!("must be {wanted}, not {found}"))
    }
    fn unknown_field(_field: &str, known: &'static [&'static str]) -> Self {
        if known.is_empty() {
            return Refused::custom("is not known here: it takes none of its own");
        }
        Refused::custom(format_args!("is not known here; known are {}", known.join(", ")))
    }
    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        let found: String = found.chars().take(40).collect();
        Refused::custom(format_args!("{found:?} is not one of {}", known.join(", ")))
    }
}

impl<'de> Deserializer<'de> for Place<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(value), _) => visitor.visit_u64(value),
                (None, Some(value)) => visitor.visit_i64(value),
                (None, None) => Err(Refused::custom(format_args!(
                    "{number} is a JSON number with a fraction or exponent: decimals are strings, as \"12.34\""
                ))),
            },
            Value::String(value) => visitor.visit_borrowed_str(self.fit(value)?),
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter().enumerate() }),
            Value::Object(members) => visitor.visit_map(Members::of(members)),
        }
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }
    // derived structs would take an array by position
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        match self.0 {
            Value::Object(members) => visitor.visit_map(Members::of(members)),
            _ => Err(self.unexpected(&"an object")),
        }
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Name(name)),
            _ => Err(self.unexpected(&"a string")),
        }
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.0 {
            Value::String(value) => visitor.visit_borrowed_str(self.fit(value)?),
            _ => Err(self.unexpected(&visitor)),
        }
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// A unit variant by its name: the API has no other enums.
struct Name<'de>(&'de str);

impl<'de> EnumAccess<'de> for Name<'de> {
    type Error = Refused;
    type Variant = Self;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Refused> {
        let name: StrDeserializer<'de, Refused> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Name<'de> {
    type Error = Refused;
    fn unit_variant(self) -> Result<(), Refused> {
        Ok(())
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Refused> {
        Err(Refused::custom("must be an object, not a string"))
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Refused> {
        Err(Refused::custom("must be an object, not a string"))
    }
    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Refused> {
        Err(Refused::custom("must be an object, not a string"))
    }
}

struct Items<'de> {
    items: std::iter::Enumerate<std::slice::Iter<'de, Value>>,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Refused;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        let Some((index, item)) = self.items.next() else { return Ok(None) };
        seed.deserialize(Place(item)).map(Some).map_err(|refused| refused.under(index))
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members<'de> {
    members: serde_json::map::Iter<'de>,
    next: Option<(&'de String, &'de Value)>,
}

impl<'de> Members<'de> {
    fn of(members: &'de Map<String, Value>) -> Self {
        Members { members: members.iter(), next: None }
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Refused;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        self.next = self.members.next();
        let Some((name, _)) = self.next else { return Ok(None) };
        if name.contains('\0') {
            return Err(
                Refused::custom("the name holds the character U+0000, which no text does").under(name)
            );
        }
        let key: StrDeserializer<'de, Refused> = name.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|refused| refused.under(name))
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let (name, value) = self.next.take().ok_or_else(|| Refused::custom("a value without a name"))?;
        seed.deserialize(Place(value)).map_err(|refused| refused.under(name))
    }
}
