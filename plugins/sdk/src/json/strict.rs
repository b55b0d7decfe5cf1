//! A deserializer that refuses unknown members, takes an absent list as empty, and says where it stopped.

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};
use std::fmt;

/// JSON that is not a rendering of the type. `pointer` is RFC 6901; "" is the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    pub pointer: String,
    pub message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {:?}: {}", self.pointer, self.message)
    }
}

impl std::error::Error for JsonError {}

impl de::Error for JsonError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        JsonError { pointer: String::new(), message: message.to_string() }
    }
}

impl JsonError {
    /// The same one level further out.
    fn below(mut self, name: impl fmt::Display) -> Self {
        let name = name.to_string().replace('~', "~0").replace('/', "~1");
        self.pointer = format!("/{name}{}", self.pointer);
        self
    }
}

pub(super) fn of_json<T: DeserializeOwned>(json: &Value) -> Result<T, JsonError> {
    T::deserialize(Strict(json))
}

#[derive(Clone, Copy)]
struct Strict<'de>(&'de Value);

static NULL: Value = Value::Null;

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(members) => {
                visitor.visit_map(Members { members, iter: members.iter(), value: None })
            }
            other => other.deserialize_any(visitor).map_err(de::Error::custom),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        let items: &[Value] = match self.0 {
            Value::Array(items) => items,
            Value::Null => &[],
            other => return Err(de::Error::custom(format!("an array is wanted, not {other}"))),
        };
        visitor.visit_seq(Items { items: items.iter(), index: 0 })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        let Value::Object(members) = self.0 else {
            return Err(de::Error::custom(format!("an object is wanted, not {}", self.0)));
        };
        if let Some(unknown) = members.keys().find(|key| !fields.contains(&key.as_str())) {
            let known = fields.join(", ");
            return Err(
                <JsonError as de::Error>::custom(format!("is not known; known are {known}")).below(unknown)
            );
        }
        visitor.visit_map(Fields { members, fields: fields.iter(), value: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.0.deserialize_enum(name, variants, visitor).map_err(de::Error::custom)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}

struct Items<'de> {
    items: std::slice::Iter<'de, Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = JsonError;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, JsonError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index = index.saturating_add(1);
        seed.deserialize(Strict(item)).map(Some).map_err(|error| error.below(index))
    }
}

/// A record: every field is visited, an absent one as null.
struct Fields<'de> {
    members: &'de Map<String, Value>,
    fields: std::slice::Iter<'static, &'static str>,
    value: Option<(&'static str, &'de Value)>,
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = JsonError;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, JsonError> {
        let Some(name) = self.fields.next() else { return Ok(None) };
        self.value = Some((name, self.members.get(*name).unwrap_or(&NULL)));
        seed.deserialize(StrDeserializer::<JsonError>::new(name)).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, JsonError> {
        let (name, value) = self.value.take().unwrap_or(("", &NULL));
        seed.deserialize(Strict(value)).map_err(|error| error.below(name))
    }
}

/// A map of free names.
struct Members<'de> {
    members: &'de Map<String, Value>,
    iter: serde_json::map::Iter<'de>,
    value: Option<(&'de str, &'de Value)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = JsonError;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, JsonError> {
        let Some((name, value)) = self.iter.next() else { return Ok(None) };
        self.value = Some((name, value));
        seed.deserialize(StrDeserializer::<JsonError>::new(name)).map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, JsonError> {
        let (name, value) = self.value.take().unwrap_or(("", &NULL));
        seed.deserialize(Strict(value)).map_err(|error| error.below(name))
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}
