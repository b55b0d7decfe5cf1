//! Text to [`Value`], refusing what `serde_json` would let pass: duplicate keys and deep nesting.

use super::{DEPTH_MAX, JsonError, escape};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::fmt;

/// Parses one whole JSON text.
pub(super) fn value(text: &[u8]) -> Result<Value, JsonError> {
    let place = RefCell::new(Vec::new());
    let mut json = serde_json::Deserializer::from_slice(text);
    let parsed = Strict { place: &place }.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    parsed.map_err(|error| {
        let pointer = place.borrow().iter().map(|token| format!("/{}", escape(token))).collect();
        JsonError { syntax: true, pointer, detail: error.to_string() }
    })
}

/// The place is left as it is when something is refused: it is then the pointer.
#[derive(Clone, Copy)]
struct Strict<'a> {
    place: &'a RefCell<Vec<String>>,
}

impl Strict<'_> {
    fn enter<E: Error>(self, token: String) -> Result<(), E> {
        self.place.borrow_mut().push(token);
        if self.place.borrow().len() > DEPTH_MAX {
            return Err(E::custom(format_args!("nests deeper than {DEPTH_MAX} levels")));
        }
        Ok(())
    }
    fn leave(self) {
        self.place.borrow_mut().pop();
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    // there is no `visit_f64`: a number with a fraction or exponent is refused
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a whole number, true, false, null, an array or an object; decimals are strings, as \"12.34\"")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') {
            return Err(E::custom("holds the character U+0000, which no text does"));
        }
        Ok(Value::String(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            self.enter(items.len().to_string())?;
            let item = seq.next_element_seed(self)?;
            self.leave();
            match item {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            self.enter(name.clone())?;
            if name.contains('\0') {
                return Err(A::Error::custom("the name holds the character U+0000, which no text does"));
            }
            if members.contains_key(&name) {
                return Err(A::Error::custom("the member stands twice"));
            }
            let value = map.next_value_seed(self)?;
            self.leave();
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
